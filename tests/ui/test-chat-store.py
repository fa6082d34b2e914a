#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats that are kept: found again, renamed, deleted, exported, whole after a crash."""
import glob
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')


def scripted():
    return Desktop(CARDEA_TEST_AGENT_PROGRAM=AGENT)


def ready(d):
    d.wait('Message', seconds=30)
    d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'the guardian')
    d.activate('Cardea')


def say(d, text):
    d.send(text)


def said(d, text, seconds=20):
    d.wait_for(lambda: d.shows(text, 'cardea'), seconds, text)


def files(d, ending='chat'):
    return glob.glob(os.path.join(d.root, 'data', 'cardea', 'chats', '*.' + ending))


def two_chats(d):
    d.window()
    ready(d)
    say(d, 'alpha elephant')
    said(d, 'You said: alpha elephant')
    d.key('ctrl+n')
    say(d, 'beta giraffe')
    said(d, 'You said: beta giraffe')


def open_chat(d, title):
    d.key('ctrl+f')
    d.key('ctrl+a')
    d.type(title)
    d.wait('Chat: ' + title, application='cardea')
    d.wait_for(lambda: len([n for n in d.nodes('cardea') if d.name_of(n).startswith('Chat: ')
                            and d.showing(n)]) == 1, 10, 'the search')
    d.key('Return')
    d.wait_for(lambda: [n for n in d.nodes('cardea') if d.name_of(n).startswith('Message')
                        and n.get_state_set().contains(d.Atspi.StateType.FOCUSED)], 10, 'the chat')


def kill(d, window):
    window.send_signal(signal.SIGKILL)
    window.wait()


def entry_of(d):
    return d.wait('Message', 'text', 'cardea')


def typed(d, text):
    entry = entry_of(d)
    d.wait_for(lambda: d.Atspi.Text.get_text(entry.get_text_iface(), 0, -1) == text, 10,
               f'the text “{text}”')


def chats_are_there_again():
    with scripted() as d:
        two_chats(d)
        d.key('ctrl+q')
        d.wait_for(lambda: not d.windows('^Cardea$'), 10, 'the window to go')
        assert len(files(d)) == 2
        for path in files(d):
            with open(path, 'rb') as f:
                content = f.read()
            assert b'elephant' not in content and b'giraffe' not in content
        d.window()
        ready(d)
        d.wait('Chat: beta giraffe', application='cardea')
        open_chat(d, 'alpha elephant')
        said(d, 'You said: alpha elephant')
        d.screenshot('chats-again')
        say(d, 'gamma')
        said(d, 'You said: gamma')
        said(d, 'A new session begins')
        d.no_warnings()


def chats_are_searched():
    with scripted() as d:
        two_chats(d)
        d.key('ctrl+f')
        d.type('GIRAFFE said')
        d.wait_gone('Chat: alpha elephant', application='cardea')
        d.wait('Chat: beta giraffe', application='cardea')
        said(d, 'You said: beta giraffe')
        d.screenshot('chats-search')
        d.key('ctrl+a', 'BackSpace')
        d.type('crocodile')
        d.wait_for(lambda: d.find('Nothing Found', application='cardea'), 10, 'nothing')
        d.key('Escape')
        d.wait('Chat: alpha elephant', application='cardea')
        d.no_warnings()


def chat_is_renamed():
    with scripted() as d:
        two_chats(d)
        d.key('F2')
        title = d.wait('Title', 'text', 'cardea')
        d.wait_for(lambda: title.get_state_set().contains(d.Atspi.StateType.FOCUSED), 10, 'the title')
        kept = sum(os.path.getsize(path) for path in files(d))
        d.key('ctrl+a')
        d.type('The tall one')
        d.screenshot('chats-rename')
        d.key('Return')
        d.wait('Chat: The tall one', application='cardea')
        d.wait_for(lambda: sum(os.path.getsize(path) for path in files(d)) > kept, 10, 'it to be kept')
        kill(d, d.helpers[0])
        d.window()
        ready(d)
        d.wait('Chat: The tall one', application='cardea')
        d.no_warnings()


def undone(d):
    """Undo was found before it went; on a machine with much else to do it may not be."""
    try:
        d.click(d.button('Undo', 'cardea', 8))
        d.wait('Chat: beta giraffe', application='cardea', seconds=8)
        return True
    except Exception:  # pylint: disable=broad-except
        return False  # gone while we looked


def delete_and_bring_back(d):
    for _ in range(4):
        d.key('ctrl+shift+Delete')
        if undone(d):
            return
        d.wait_for(lambda: len(files(d)) == 1 or d.find('Chat: beta giraffe', application='cardea'),
                   40, 'the chat, or its end')
        if len(files(d)) == 2:
            return
        d.activate('Cardea')
        say(d, 'beta giraffe')
        said(d, 'You said: beta giraffe')
    raise AssertionError('there was no time to undo it, four times')


def chat_is_deleted_and_brought_back():
    with scripted() as d:
        two_chats(d)
        delete_and_bring_back(d)
        said(d, 'You said: beta giraffe')
        assert len(files(d)) == 2, files(d)
        d.activate('Cardea')
        d.key('ctrl+shift+Delete')
        d.wait_gone('Chat: beta giraffe', application='cardea')
        d.screenshot('chats-deleted')
        d.wait_for(lambda: len(files(d)) == 1, 40, 'the file to go with the toast')
        d.no_warnings()


def chat_is_deleted_when_the_window_ends():
    with scripted() as d:
        two_chats(d)
        d.key('ctrl+shift+Delete')
        d.wait_gone('Chat: beta giraffe', application='cardea')
        d.key('ctrl+q')
        d.wait_for(lambda: not d.windows('^Cardea$'), 10, 'the window to go')
        assert len(files(d)) == 1
        d.no_warnings()


def typed_text_survives_a_crash():
    with scripted() as d:
        window = d.window()
        ready(d)
        d.type('What I typed and did not send')
        typed(d, 'What I typed and did not send')
        d.wait_for(lambda: files(d, 'draft'), 10, 'the draft')
        time.sleep(1)  # twice as long as what is typed waits
        kill(d, window)
        d.window()
        ready(d)
        entry = d.wait('Message', 'text', 'cardea')
        d.wait_for(lambda: d.Atspi.Text.get_text(entry.get_text_iface(), 0, -1)
                   == 'What I typed and did not send', 10, 'the text')
        d.screenshot('chats-draft')
        d.key('ctrl+a', 'BackSpace')
        d.wait_for(lambda: not files(d, 'draft'), 5, 'the draft to go')
        d.no_warnings()


def answer_survives_a_crash():
    with scripted() as d:
        window = d.window()
        ready(d)
        say(d, 'stream 100000 200')
        said(d, 'The end of a part')
        time.sleep(3)  # several times as long as what is answered waits
        kill(d, window)
        d.window()
        ready(d)
        open_chat(d, 'stream')
        said(d, 'The end of a part')
        said(d, 'Stopped.')
        d.no_warnings()


def size_of(d):
    place = dict(line.split('=') for line in
                 d.xdo('getwindowgeometry', '--shell', d.windows('^Cardea$')[0]).splitlines())
    return int(place['WIDTH']), int(place['HEIGHT'])


def everything_is_as_it_was_after_a_crash():
    """Three chats with something typed in each, a window of a size of its own."""
    with scripted() as d:
        two_chats(d)
        d.type('more of the giraffe')
        d.key('ctrl+n')
        d.type('a third, not sent')
        open_chat(d, 'alpha elephant')
        d.type('more of the elephant')
        typed(d, 'more of the elephant')
        d.xdo('windowsize', '--sync', d.windows('^Cardea$')[0], '871', '655')
        d.wait_for(lambda: len(files(d, 'draft')) == 3, 10, 'three drafts')
        d.wait_for(lambda: d.preference('window-width') is not None, 10, 'the size')
        size = size_of(d)
        time.sleep(1)  # twice as long as what is typed waits
        kill(d, d.helpers[0])
        d.window()
        ready(d)
        said(d, 'You said: alpha elephant')  # open as it was, nobody looked for it
        typed(d, 'more of the elephant')
        d.screenshot('chats-restored')
        assert size_of(d) == size, (size_of(d), size)
        d.key('ctrl+a', 'BackSpace')
        open_chat(d, 'beta giraffe')
        typed(d, 'more of the giraffe')
        d.key('ctrl+f')
        d.key('ctrl+a', 'BackSpace')
        row = d.wait('Chat: New Chat', application='cardea')  # has no title to search for
        box = row.get_component_iface().get_extents(d.Atspi.CoordType.WINDOW)
        d.xdo('mousemove', '--window', d.windows('^Cardea$')[0], str(box.x + 20),
              str(box.y + box.height // 2), 'click', '1')
        typed(d, 'a third, not sent')
        d.key('ctrl+q')  # who leaves begins anew
        d.wait_for(lambda: not d.windows('^Cardea$'), 10, 'the window to go')
        assert d.preference('open-chat') in (None, "''"), d.preference('open-chat')
        assert len(files(d, 'draft')) == 2, files(d, 'draft')


def a_logout_is_no_end_of_the_work():
    with scripted() as d:
        two_chats(d)
        d.wait_for(lambda: d.preference('open-chat') not in (None, "''"), 10, 'the open chat')
        d.helpers[0].terminate()
        d.helpers[0].wait(20)
        d.window()
        ready(d)
        said(d, 'You said: beta giraffe')
        d.wait_for(lambda: len(d.json('sessions')) == 0, 10, 'no session for looking')


def torn_file_goes_on_and_damaged_file_is_left():
    with scripted() as d:
        two_chats(d)
        d.key('ctrl+q')
        d.wait_for(lambda: not d.windows('^Cardea$'), 10, 'the window to go')
        torn, damaged = sorted(files(d), key=os.path.getmtime)
        with open(torn, 'r+b') as f:
            f.truncate(os.path.getsize(torn) - 3)
        with open(damaged, 'r+b') as f:
            f.seek(60)
            f.write(b'\xff\x00\xff')
        with open(damaged, 'rb') as f:
            before = f.read()
        d.window()
        ready(d)
        d.wait('Chat: Damaged Chat', application='cardea')
        open_chat(d, 'Damaged Chat')
        said(d, 'is damaged')
        d.screenshot('chats-damaged')
        d.type('nothing')
        d.key('Return')
        open_chat(d, 'alpha elephant')
        said(d, 'alpha elephant')
        say(d, 'gamma')
        said(d, 'You said: gamma')
        d.key('ctrl+q')
        d.wait_for(lambda: not d.windows('^Cardea$'), 10, 'the window to go')
        with open(damaged, 'rb') as f:
            assert f.read() == before, 'a damaged file was written to'
        d.no_warnings()


def chats_are_kept_as_long_as_the_person_likes():
    """A year later, kept for a week: what is old is gone for good, but for a chat in which something
    is typed and not sent."""
    with scripted() as d:
        two_chats(d)
        d.key('ctrl+n')
        say(d, 'gamma zebra')
        said(d, 'You said: gamma zebra')
        open_chat(d, 'alpha elephant')
        d.type('not sent yet')
        d.wait_for(lambda: len(files(d, 'draft')) == 1, 10, 'the draft on the disk')
        open_chat(d, 'gamma zebra')
        time.sleep(1)
        assert len(files(d)) == 3
        d.key('ctrl+q')
        d.wait_for(lambda: d.helpers[0].poll() is not None, 20, 'the end of the window')
        d.env['CARDEA_TEST_DAYS_LATER'] = '365'
        d.window()
        d.wait('Message', seconds=30)
        said(d, 'beta giraffe', 30)  # kept for ever
        d.activate('Cardea')
        d.key('ctrl+q')
        d.wait_for(lambda: d.helpers[0].poll() is not None, 20, 'the end of the window')
        d.prefer('keep-chats', '7')
        d.window()
        d.wait('Message', seconds=30)
        d.wait_for(lambda: len(files(d)) == 1, 20, 'the end of those that are old')
        said(d, 'alpha elephant')
        said(d, 'not sent yet')
        assert 'beta giraffe' not in d.texts('cardea') and len(files(d, 'draft')) == 1
        d.no_warnings()


def chat_is_exported():
    with scripted() as d:
        two_chats(d)
        for kind, action in (('md', 'ctrl+e'), ('json', None)):
            if action:
                d.key(action)
            else:
                d.press('This chat', 'cardea')
                d.wait('Export as JSON…', application='cardea')
                d.screenshot('chats-menu')
                d.press('Export as JSON…', 'cardea')
            d.save_as('Export Chat', os.path.join(d.documents, 'out.' + kind))
            said(d, 'Exported to out.' + kind)
        with open(os.path.join(d.documents, 'out.md'), encoding='utf-8') as f:
            text = f.read()
        assert text.startswith('# beta giraffe\n') and 'You said: beta giraffe' in text
        with open(os.path.join(d.documents, 'out.json'), encoding='utf-8') as f:
            exported = json.load(f)
        assert exported['format'] == 'cardea-chat-1'
        assert [e['message']['text'] for e in exported['entries']] \
            == ['beta giraffe', 'You said: beta giraffe']
        d.no_warnings()


if __name__ == '__main__':
    run([chats_are_there_again, chats_are_searched, chat_is_renamed,
         chat_is_deleted_and_brought_back, chat_is_deleted_when_the_window_ends,
         typed_text_survives_a_crash, answer_survives_a_crash,
         everything_is_as_it_was_after_a_crash, a_logout_is_no_end_of_the_work,
         torn_file_goes_on_and_damaged_file_is_left,
         chats_are_kept_as_long_as_the_person_likes, chat_is_exported])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people do with chats, driven as they or a screen reader would."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK, BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
CONSENT = 'cardea-consent'


def scripted(**options):
    return Desktop(CARDEA_TEST_AGENT_PROGRAM=AGENT, **options)


def ready(d):
    d.wait('Message', seconds=30)
    d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'the guardian')
    d.activate('Cardea')


def say(d, text):
    d.send(text)


def said(d, text, seconds=20):
    d.wait_for(lambda: d.shows(text, 'cardea'), seconds, text)


def answer_is_streamed_as_markdown():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'stream 0 400')
        said(d, 'The end of a part')
        said(d, 'A paragraph with emphasis, strength, code and a link '
                '(https://example.org/real/target).')
        for text in ('A heading', 'one', 'first', 'What was quoted', '2026-02', '9.25', 'to do'):
            assert text in d.texts('cardea'), text
        assert '**' not in d.texts('cardea') and '|---' not in d.texts('cardea'), d.texts('cardea')
        d.click(d.button('Copy code', 'cardea'))
        d.screenshot('chat-markdown')
        d.wait_for(lambda: not d.find('Stop', 'push button', 'cardea'), 20, 'the end')
        d.no_warnings()


def answer_is_stopped_and_asked_for_again():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'stream 100000 100')
        said(d, 'A heading')
        d.click(d.button('Stop', 'cardea'))
        said(d, 'Stopped.')
        d.screenshot('chat-stopped')
        d.click(d.button('Try Again', 'cardea'))
        d.button('Stop', 'cardea')
        d.key('ctrl+period')
        d.button('Send', 'cardea')
        d.no_warnings()


def a_message_is_edited_in_another_chat():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'first things first')
        said(d, 'You said: first things first')
        say(d, 'second with a tpyo')
        said(d, 'You said: second with a tpyo')
        d.wait_for(lambda: not d.find('Stop', 'push button', 'cardea'), 20, 'the end')
        edits = [n for n in d.nodes('cardea') if d.name_of(n).startswith('Edit this message')]
        assert len(edits) == 2, len(edits)
        d.screenshot('chat-edit')
        d.click(edits[1])
        # what came before is there, what was edited waits to be sent, what came behind it is not
        said(d, 'Draft: second with a tpyo')
        d.wait_for(lambda: 'Assistant: You said: second' not in d.texts('cardea'), 20, 'its end')
        assert 'You said: first things first' in d.texts('cardea')
        time.sleep(0.5)
        d.activate('Cardea')
        d.key('ctrl+a')
        say(d, 'second with a typo')
        said(d, 'You said: second with a typo')
        d.screenshot('chat-edited')
        said(d, 'second with a tpyo')  # the chat it came from is in the list as it was
        d.no_warnings()


def quiet(d):
    d.wait_for(lambda: not d.find('Stop', 'push button', 'cardea'), 20, 'the end')


def a_branch_knows_what_was_said_before():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'first words')
        said(d, 'You said: first words')
        quiet(d)
        say(d, 'second words')
        said(d, 'You said: second words')
        quiet(d)
        edits = [n for n in d.nodes('cardea') if d.name_of(n).startswith('Edit this message')]
        d.click(edits[1])
        said(d, 'Draft: second words')
        time.sleep(0.5)
        d.activate('Cardea')
        d.key('ctrl+a')
        say(d, 'recall')
        said(d, 'I was told, person: first words, assistant: You said: first words. That is all.')
        said(d, 'A new session begins: the assistant is told what was said above')
        d.screenshot('chat-branch-knows')
        d.no_warnings()


def a_chat_goes_on_after_the_window_and_the_guardian_are_gone():
    with scripted() as d:
        window = d.window()
        ready(d)
        say(d, 'recall')
        said(d, 'I was told nothing.')
        quiet(d)
        os.kill(d.guardian(), signal.SIGKILL)
        d.wait_for(lambda: d.guardian() is None, 20, 'the end of the guardian')
        say(d, 'recall once')
        said(d, 'I was told, person: recall, assistant: I was told nothing.. That is all.')
        quiet(d)
        d.key('ctrl+q')
        window.wait(20)
        d.window()
        ready(d)
        d.key('ctrl+f')
        d.type('recall')
        time.sleep(0.5)
        d.key('Return')
        said(d, 'person: recall, assistant: I was told nothing.. That is all.')
        said(d, 'I was told nothing.')
        box = [n for n in d.nodes('cardea') if d.name_of(n).startswith('Message')
               and n.get_editable_text_iface() is not None][0]
        box.get_editable_text_iface().set_text_contents('recall twice')
        d.click(d.button('Send', 'cardea'))
        said(d, 'person: recall once, assistant: I was told, person: recall,')
        d.screenshot('chat-goes-on')
        d.no_warnings()


def answer_that_hangs_is_ended_by_force():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'hang')
        said(d, 'I begin')
        d.key('ctrl+period')
        said(d, 'Stopped.', 15)
        say(d, 'hello again')
        said(d, 'You said: hello again')
        said(d, 'A new session begins')
        d.no_warnings()


def everything_stops_at_once():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'hang here')
        said(d, 'I begin')
        d.key('ctrl+n')
        say(d, 'hang there')
        d.wait_for(lambda: len([s for s in d.json('sessions')
                                if s['state'] == 'ready']) == 2, 20, 'two sessions')
        d.key('ctrl+shift+Escape')
        said(d, 'Stopped 2 sessions')
        d.screenshot('chat-everything-stopped')
        d.wait_for(lambda: not d.json('sessions'), 10, 'no session')
        d.button('Send', 'cardea')
        d.no_warnings()


def cards_say_what_became_of_an_action():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'cards')
        for card in ('Action: Read /data/notes.txt, Done', 'Action: Write /data/summary.md, Refused',
                     'Action: Search /data, Not done', 'Action: Flying to the moon, Done',
                     'Action: List /data/later, Running'):
            d.wait(card, application='cardea')
        assert 'Rule: cardea.files.ask' not in d.texts('cardea')
        d.press('Why?', 'cardea')
        said(d, 'You said no.\nYour note: Not in this folder, please.\nRule: cardea.files.ask')
        assert not d.find('Undo', 'push button', 'cardea'), 'nothing was changed'
        d.screenshot('chat-cards')
        d.no_warnings()


def change_is_made_and_taken_back():
    with Desktop() as d:
        path = d.file('notes.txt', 'milk\n')
        d.window()
        ready(d)
        say(d, f'Append "eggs" to {path}')
        allow = d.wait('Allow: ', 'push button', CONSENT)
        d.wait('Action: Add to ~/Documents/notes.txt, Waiting for you', application='cardea')
        d.screenshot('chat-change-asked')
        d.activate('Permission request')
        d.wait_for(lambda: d.sensitive(allow), 15, 'Allow to arm')
        d.click(allow)
        d.wait('Action: Added to ~/Documents/notes.txt', application='cardea')
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'milk\neggs\n'
        undo = d.button('Undo', 'cardea')
        d.screenshot('chat-change-made')
        d.click(undo)
        d.wait_for(lambda: 'Undone' in d.texts('cardea'), 20, 'the change to be undone')
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'milk\n'
        d.screenshot('chat-change-undone')
        d.no_warnings()


def change_that_was_changed_since_is_not_taken_back():
    with Desktop() as d:
        path = d.file('notes.txt', 'milk\n')
        d.ctl('grants', 'add', d.documents + ':rw', '--for', '8h', check=0)
        d.window()
        ready(d)
        say(d, f'Append "eggs" to {path}')
        said(d, 'Changed 1 file')  # silent, with a way back
        d.screenshot('chat-change-silent')
        with open(path, 'a', encoding='utf-8') as f:
            f.write('bread\n')
        d.click(d.button('Undo', 'cardea'))
        said(d, 'Not undone: ')
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'milk\neggs\nbread\n'
        d.screenshot('chat-change-kept')
        d.no_warnings()


def typed_path_is_a_chip():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        d.window()
        ready(d)
        d.type('Summarise Amount by month in ~/Documents/bank.csv ')
        chip = d.button('Remove bank.csv', 'cardea')
        d.screenshot('chat-path-chip')
        d.click(chip)
        d.wait_gone('Remove bank.csv', application='cardea')
        d.key('BackSpace')  # the same path: the person took it away
        time.sleep(0.5)
        assert not d.find('Remove bank.csv', application='cardea')
        d.key('ctrl+a', 'BackSpace')
        say(d, 'Summarise Amount by month in ~/Documents/bank.csv')  # at once, without a pause
        said(d, '80.25')
        said(d, 'With ~/Documents/bank.csv')
        assert not d.find('Permission request', application=CONSENT)
        d.no_warnings()


def typed_path_of_nothing_is_no_chip():
    with Desktop() as d:
        d.window()
        ready(d)
        d.type('What is /no/such/file and / and ~/ and and/or ')
        time.sleep(0.8)
        assert not d.find('Remove ', application='cardea')
        d.no_warnings()


def revoked_grant_is_seen_at_once():
    with scripted() as d:
        path = d.file('bank.csv', BANK)
        d.window()
        ready(d)
        say(d, f'look at {path}')
        said(d, 'You said: look at')
        grant = d.json('grants')[0]['id']
        d.ctl('grants', 'revoke', grant, check=0)
        said(d, 'Not shared with this chat any more: ~/Documents/bank.csv', 10)
        d.no_warnings()


def guardian_is_killed():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'stream 100000 100')
        said(d, 'A heading')
        os.kill(d.guardian(), 9)
        said(d, 'The guardian went away')
        d.screenshot('chat-guardian-gone')
        say(d, 'and now')
        said(d, 'You said: and now', 30)
        said(d, 'A new session begins')
        d.no_warnings()


def two_windows_show_the_same_chat():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'hello')
        said(d, 'You said: hello')
        d.key('ctrl+shift+n')
        d.wait_for(lambda: len(d.windows('^Cardea$')) == 2, 20, 'a second window')
        chats = [n for n in d.nodes('cardea') if d.name_of(n).startswith('Chat: hello')]
        assert len(chats) == 2, 'both list it'
        d.no_warnings()


def narrow_window_is_one_page():
    with scripted(size='360x640') as d:
        d.window()
        ready(d)
        say(d, 'stream 0 400')
        said(d, 'The end of a part')
        d.wait_for(lambda: d.find('Send', 'push button', 'cardea'), 20, 'the end')
        d.screenshot('narrow-chat')
        d.click(d.button('Back to the chats', 'cardea'))
        time.sleep(0.6)
        d.screenshot('narrow-list')
        d.no_warnings()


def view_follows_the_answer():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'stream 600 400')
        said(d, 'The end of a part')
        d.wait_for(lambda: d.find('Send', 'push button', 'cardea'), 30, 'the end')
        say(d, 'cards')
        d.wait('Action: List /data/later, Running', application='cardea')
        d.screenshot('chat-followed')
        d.no_warnings()


def shortcuts_are_shown():
    with scripted() as d:
        d.window()
        ready(d)
        d.key('ctrl+question')
        d.wait_for(lambda: 'Stop everything' in d.texts('cardea'), 20, 'the shortcuts')
        d.screenshot('chat-shortcuts')
        d.key('Escape')
        d.no_warnings()


def every_focusable_widget_has_a_name():
    with scripted() as d:
        d.window()
        ready(d)
        say(d, 'stream 0 400')
        said(d, 'The end of a part')
        d.key('ctrl+f')
        time.sleep(0.5)
        d.all_named('cardea', but=('frame', 'panel', 'filler', 'application', 'scroll pane'))


if __name__ == '__main__':
    run([answer_is_streamed_as_markdown, answer_is_stopped_and_asked_for_again,
         a_message_is_edited_in_another_chat, a_branch_knows_what_was_said_before,
         a_chat_goes_on_after_the_window_and_the_guardian_are_gone,
         answer_that_hangs_is_ended_by_force, everything_stops_at_once,
         cards_say_what_became_of_an_action, change_is_made_and_taken_back,
         change_that_was_changed_since_is_not_taken_back, typed_path_is_a_chip,
         typed_path_of_nothing_is_no_chip, revoked_grant_is_seen_at_once, guardian_is_killed,
         two_windows_show_the_same_chat,
         narrow_window_is_one_page, view_follows_the_answer, shortcuts_are_shown,
         every_focusable_widget_has_a_name])

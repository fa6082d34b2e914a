#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the chat to the file and back: every part is the real one, and what a person does is done
through AT-SPI, the keyboard and the pointer."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK, BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
DRAG_SOURCE = os.path.join(BUILD, 'tests', 'ui', 'drag-source')
APP = 'cardea'
CONSENT = 'cardea-consent'
QUESTION = 'Permission request'
LIST = 'eggs\nmilk\n'


class Flow(Desktop):
    """A desktop with the window in front, ready to be written in."""

    def __init__(self, scripted=False, timeout=None, **options):
        if scripted:
            options['CARDEA_TEST_AGENT_PROGRAM'] = AGENT
        super().__init__(**options)
        if timeout is not None:
            self.ctl('settings', 'set', 'consent.timeout', str(timeout), check=0)
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.said('Offline', 30)
        self.activate('Cardea')

    def say(self, text):
        self.send(text)

    def said(self, text, seconds=20):
        self.wait_for(lambda: self.shows(text, APP), seconds, text)

    def ask_to_change(self, path):
        self.activate('Cardea')
        self.say(f'Append "bread" to {path}')
        self.wait(QUESTION, application=CONSENT)
        self.wait('Allow: ', 'push button', CONSENT)
        self.activate(QUESTION)

    def answered(self):
        self.wait_gone(QUESTION, application=CONSENT)
        self.button('Send', APP)


def content(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def a_change_is_refused_in_every_way():
    with Flow() as d:
        path = d.file('notes.txt', LIST)
        d.ask_to_change(path)
        d.click(d.button('Deny', CONSENT))
        d.answered()
        d.ask_to_change(path)
        d.key('Escape')
        d.answered()
        d.screenshot('flow-refused')
        assert content(path) == LIST
        said = [r.get('reason') for r in d.records() if r['type'] == 'consent']
        assert 'the person said no' in said, said
        assert 'the question was closed without an answer' in said, said
        assert d.json('undo') == [], 'something was changed'
        d.no_warnings()


def a_question_whose_window_is_closed_is_refused():
    with Flow() as d:
        path = d.file('notes.txt', LIST)
        d.ask_to_change(path)
        d.key('alt+F4')
        d.answered()
        assert content(path) == LIST
        said = [r.get('reason') for r in d.records() if r['type'] == 'consent']
        assert 'the question was closed without an answer' in said, said
        d.no_warnings()


def time_runs_out_only_without_the_focus():
    with Flow(timeout=5) as d:
        path = d.file('notes.txt', LIST)
        d.say(f'Append "bread" to {path}')
        d.activate(QUESTION)  # at once: its time runs
        d.wait('Allow: ', 'push button', CONSENT)
        time.sleep(7)  # somebody reads
        assert d.find(QUESTION, application=CONSENT), 'refused while it was read'
        d.activate('Cardea')
        d.answered()
        assert content(path) == LIST
        said = [r.get('reason') for r in d.records() if r['type'] == 'consent']
        assert 'nobody answered in time' in said, said
        d.no_warnings()


def forged_presses_change_nothing():
    with Flow() as d:
        path = d.file('notes.txt', LIST)
        d.say(f'Append "bread" to {path}')
        allow = d.wait('Allow: ', 'push button', CONSENT)
        for _ in range(20):  # AT-SPI
            if d.sensitive(allow):
                break
            d.click(allow)
        for _ in range(5):  # XTEST
            d.key('space', 'Return')
        time.sleep(0.5)
        assert content(path) == LIST, 'a press before arming was taken for consent'
        assert not [r for r in d.records() if r['type'] == 'consent'
                    and r.get('consent', {}).get('answer') == 'allow']
        d.activate(QUESTION)
        d.key('Escape')
        d.answered()
        assert content(path) == LIST
        d.no_warnings()


def revoked_while_the_file_is_open():
    with Flow(scripted=True) as d:
        path = d.file('notes.txt', 'the first sixteen and the next sixteen and more\n')
        d.say(f'open {path}')
        d.said('Piece: the first sixtee')
        d.button('Send', APP)
        d.say('more')
        d.said('Piece: n and the next s')
        d.button('Send', APP)
        d.ctl('grants', 'revoke', d.json('grants')[0]['id'], check=0)
        d.said('Not shared with this chat any more')
        d.say('more')
        allow = d.find('Allow: ', 'push button', CONSENT)
        assert allow is None
        d.said('Refused: ')
        d.screenshot('flow-revoked')
        assert 'ixteen and more' not in d.texts(APP)
        d.no_warnings()


def a_dropped_file_is_shared():
    with Flow() as d:
        path = d.file('bank.csv', BANK)
        chat = d.activate('Cardea')
        d._spawn([DRAG_SOURCE, path], stdout=subprocess.DEVNULL)
        source = d.activate('Drag Source')
        d.xdo('windowmove', '--sync', source, '0', '0')
        box = dict(line.split('=') for line in
                   d.xdo('getwindowgeometry', '--shell', chat).split())
        place = int(box['X']) + int(box['WIDTH']) * 3 // 4, int(box['Y']) + int(box['HEIGHT']) // 2
        d.xdo('mousemove', '--window', source, '100', '100')
        d.carry(place, lambda: d.find('Remove bank.csv', 'push button', APP), 'flow-drag')
        d.activate('Cardea')
        d.say('Summarise Amount by month in bank.csv')
        d.said('80.25')
        d.screenshot('flow-dropped')
        assert not d.find(QUESTION, application=CONSENT)
        d.no_warnings()


def a_folder_is_shared_with_a_chat():
    with Flow() as d:
        path = d.file('bank.csv', BANK)
        d.key('ctrl+shift+o')
        d.activate('Share a Folder')
        d.type(d.documents)
        d.key('Return')
        d.button('Remove Documents', APP)
        d.activate('Cardea')
        d.say('Summarise Amount by month in bank.csv')
        d.said('80.25')
        assert not d.find(QUESTION, application=CONSENT)
        assert [(g['path'], g['access']) for g in d.json('grants')] == [(d.documents, 'ro')]
        d.ask_to_change(path)  # for reading only
        d.key('Escape')
        d.answered()
        d.no_warnings()


def two_windows_chat_at_once():
    with Flow(scripted=True) as d:
        first = d.activate('Cardea')
        d.say('stream 100000 20')
        d.said('A heading')
        d.key('ctrl+shift+n')
        d.wait_for(lambda: len(d.windows('^Cardea$')) == 2, 20, 'a second window')
        second = next(w for w in d.windows('^Cardea$') if w != first)
        d.xdo('windowactivate', '--sync', second)
        d.say('hello')
        d.said('You said: hello')  # while the other is answering
        d.xdo('windowactivate', '--sync', first)
        d.key('ctrl+period')
        d.said('Stopped.')
        d.say('and here')
        d.said('You said: and here')
        assert len(d.json('sessions')) == 2
        d.xdo('windowactivate', '--sync', second)  # the same chat in both
        d.key('ctrl+f')
        d.type('and here')
        d.key('Return')
        d.wait_for(lambda: d.texts(APP).count('You said: and here') >= 2, 20, 'it in both')
        d.say('from there')
        d.wait_for(lambda: d.texts(APP).count('You said: from there') >= 2, 20, 'that, too')
        d.screenshot('flow-two-windows')
        assert len(d.json('sessions')) == 2
        d.no_warnings()


def everything_stops_though_an_agent_is_frozen():
    with Flow(scripted=True) as d:
        d.say('freeze')
        d.said('I begin')
        d.key('ctrl+n')
        d.say('hello')
        d.said('You said: hello')
        begun = time.monotonic()
        d.key('ctrl+shift+Escape')
        d.said('Stopped 2 sessions')
        assert time.monotonic() - begun < 10
        d.wait_for(lambda: not d.json('sessions'), 10, 'no session')
        d.say('again')
        d.said('You said: again')
        d.no_warnings()


def twelve_chats_keep_four_agents():
    with Flow(scripted=True) as d:
        for i in range(12):
            d.say(f'number {i:02}')
            d.said(f'You said: number {i:02}')
            d.button('Send', APP)
            d.key('ctrl+n')
        d.wait_for(lambda: len(d.json('sessions')) == 4, 20, 'four sessions')
        agents = [pid for pid in d.processes() if d.name(pid) == 'ui-test-agent']
        assert len(agents) <= 4, agents
        d.key('ctrl+f')
        d.type('number 00')
        d.wait_for(lambda: len([n for n in d.nodes(APP) if d.name_of(n).startswith('Chat: ')
                                and d.showing(n)]) == 1, 10, 'the search')
        d.key('Return')
        d.said('You said: number 00')
        d.say('back')
        d.said('You said: back')
        d.said('A new session begins')
        assert len(d.json('sessions')) == 4
        d.screenshot('flow-twelve')
        d.no_warnings()


run([a_change_is_refused_in_every_way, a_question_whose_window_is_closed_is_refused,
     time_runs_out_only_without_the_focus, forged_presses_change_nothing,
     revoked_while_the_file_is_open, a_dropped_file_is_shared, a_folder_is_shared_with_a_chat,
     two_windows_chat_at_once, everything_stops_though_an_agent_is_frozen,
     twelve_chats_keep_four_agents])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""New chat with somebody else's agent, in the window: what it says and does is shown as ours is, what
it asks goes to the person, and its end is told. Every part but the agent is the real one."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from foreign import TITLE, install, uninstall  # noqa: E402 pylint: disable=wrong-import-position
from world import needs_fuse  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
CONSENT = 'cardea-consent'
MENU = 'New chat with another agent'


class Agents(Desktop):
    """A desktop on which that agent is installed, with the window in front."""

    def __init__(self, **options):
        super().__init__(**options)
        self.project = install(self)
        self.open()

    def open(self):
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.said('Offline', 30)
        self.activate('Cardea')

    def said(self, text, seconds=20):
        self.wait_for(lambda: self.shows(text, APP), seconds, text)

    def choose(self):
        self.press(MENU, APP)
        self.press(TITLE, APP)
        self.wait('New Chat with', application=APP)

    def begin(self, writable=False, hosts=None):
        self.choose()
        self.activate('New Chat with|Cardea')
        self.type_into(0, self.project)
        if hosts is not None:
            start = self.wait('_Start', 'push button', APP)
            self.type_into(1, 'no host at all!')
            self.wait_for(lambda: not self.sensitive(start), 10, 'no start with that')
            self.type_into(1, hosts)
        if writable:
            self.press('May change files there', APP)
        start = self.wait('_Start', 'push button', APP)
        self.wait_for(lambda: self.sensitive(start), 10, 'a folder that is there')
        self.screenshot('agents-dialog')
        self.click(start)
        self.wait_gone('New Chat with', application=APP)
        self.said(f'Chat with {TITLE}')
        self.said(f'Write to {TITLE}…')
        self.activate('Cardea')

    def type_into(self, number, text):
        """The folder, or the hosts, of the dialog."""
        def entry():
            found = [n for n in self.nodes(APP) if n.get_role_name() == 'text' and self.showing(n)
                     and n.get_editable_text_iface() is not None
                     and not self.name_of(n).startswith(('Message', 'Search'))]
            return found[number] if len(found) > number else None
        node = self.wait_for(entry, 10, 'a row to type into')
        node.get_editable_text_iface().set_text_contents(text)

    def tell(self, *steps):
        self.send(json.dumps(steps))

    def allow(self):
        allow = self.wait('Allow: ', 'push button', CONSENT)
        self.activate('Permission request')
        self.wait_for(lambda: self.sensitive(allow), 15, 'Allow to arm')
        self.click(allow)
        self.wait_gone('Permission request', application=CONSENT)

    def leave(self):
        self.key('ctrl+q')
        self.wait_for(lambda: self.helpers[0].poll() is not None, 20, 'the end of the window')

    def agents(self):
        return [s for s in self.json('sessions') if 'program' in s]


def it_talks_and_its_steps_are_cards():
    with Agents() as d:
        d.begin(hosts='127.0.0.1:9, .example.org')
        d.screenshot('agents-empty')
        d.tell(['read', d.project + '/a.txt'], ['call', 'Edit x'], ['plan', 'Look', 'Mend'])
        d.said('one\\ntwo')
        d.wait('Action: Read ~/project/a.txt, Done', application=APP)
        d.wait('Action: Edit x, Done', application=APP)
        d.wait('Action: Plan: 1 of 2 done', application=APP)
        said = d.texts(APP)
        assert '-a\n+b' in said and '☑ Look\n☐ Mend' in said, said
        d.said(f'{TITLE} in ~/project, for reading')
        d.screenshot('agents-cards')
        shared = {r['resource']['host'] for r in d.records('--action', 'net.connect')}
        assert shared == {'127.0.0.1', 'example.org'}, shared
        starts = [r for r in d.records() if r['type'] == 'session.start']
        assert {r['subject']['agent'] for r in starts} == {'profile:theirs', 'Cardea'}, starts
        d.no_warnings()


def its_questions_are_ours():
    """A write is asked with its difference, and its own question in its own words; where it may
    write, it does, and that can be taken back."""
    with Agents() as d:
        d.begin()
        d.tell(['write', d.project + '/a.txt', 'changed\n'])
        d.allow()
        d.said('[{}]')
        d.activate('Cardea')
        d.tell(['permit', 'Run make'])
        d.said('Waiting for you')
        d.wait('Agent’s stated reason', application=CONSENT)
        assert 'Run make' in d.texts(CONSENT), d.texts(CONSENT)
        assert '“theirs”, an agent from elsewhere' in d.texts(CONSENT), d.texts(CONSENT)
        d.allow()
        d.said('"optionId": "yes"')
        with open(d.project + '/a.txt', encoding='utf-8') as f:
            assert f.read() == 'changed\n'
        d.activate('Cardea')
        d.begin(writable=True)
        d.tell(['write', d.project + '/b.txt', 'new\n'])
        d.said('Changed 1 file')
        d.press('Undo', APP)
        d.wait('Action: Wrote ~/project/b.txt, Undone', application=APP)
        assert not os.path.exists(d.project + '/b.txt')
        d.no_warnings()


def what_is_given_is_told():
    """A file that is pasted into a chat with it comes with the message."""
    with Agents() as d:
        d.begin()
        d.copy('text/uri-list', 'file://' + d.documents + '/tax\r\n')
        d.activate('Cardea')
        d.key('ctrl+v')
        d.button('Remove tax', APP)
        d.tell(['given'])
        d.said('"text": "secret')
        d.wait('Action: Read ~/Documents/tax, Done', application=APP)
        assert not d.find('Permission request', application=CONSENT)
        d.screenshot('agents-given')
        d.no_warnings()


def it_is_stopped():
    with Agents() as d:
        d.begin()
        d.tell(['wait'])
        d.said('I begin.')
        d.click(d.button('Stop', APP))
        d.said('Stopped.')
        d.button('Send', APP)
        d.tell(['where'])
        d.said(d.project)
        assert 'A new session begins' not in d.texts(APP), 'it was ended, not stopped'
        d.no_warnings()


def its_end_is_told():
    with Agents() as d:
        d.begin()
        d.tell(['crash', 'no such model \x1b[31m', 3])
        d.said(f'{TITLE} has ended (status 3). It said: “no such model \\u{{001b}}[31m”')
        d.screenshot('agents-ended')
        d.wait_for(lambda: not d.json('sessions'), 10, 'the end of both sessions')
        d.tell(['where'])
        d.said(f'A new session begins: {TITLE} does not remember')
        d.said(d.project)
        d.no_warnings()


def it_is_remembered_with_whom():
    """After the window was closed the chat goes on with the same agent."""
    with Agents() as d:
        d.begin()
        d.tell(['where'])
        d.said(d.project)
        d.leave()
        d.wait_for(lambda: not d.agents(), 20, 'the end of the agent')
        d.open()
        d.key('ctrl+f')
        d.type('where')
        d.wait('Chat: ', application=APP)
        d.key('Return')
        d.said(f'{TITLE} in ~/project, for reading')
        d.tell(['call', 'Second'])
        d.said('A new session begins')
        d.wait('Action: Second, Done', application=APP)
        d.no_warnings()


def what_was_only_typed_is_remembered_with_whom():
    with Agents() as d:
        d.begin(writable=True)
        d.type('a draft')
        d.said('Draft: a draft')
        d.wait_for(lambda: [f for f in os.listdir(d.folder('data/cardea/chats'))
                            if f.endswith('.draft')], 10, 'the draft on the disk')
        d.leave()
        d.window()
        d.said(f'Chat with {TITLE}', 30)
        d.said(f'{TITLE} in ~/project')
        d.wait('Message', application=APP)
        d.activate('Cardea')
        d.key('ctrl+a', 'Delete')
        d.wait_for(lambda: 'Draft: ' not in d.texts(APP), 10, 'no draft')
        d.leave()
        d.open()  # nothing was said: a new chat of our own, and nothing is kept
        d.wait_for(lambda: not os.listdir(d.folder('data/cardea/chats'))
                   or os.listdir(d.folder('data/cardea/chats')) == ['lock'], 10, 'no file')
        d.no_warnings()


def what_is_not_installed_is_not_offered():
    with Agents() as d:
        d.press(MENU, APP)
        absent = d.wait('opencode: opencode is not installed', application=APP)
        assert not d.sensitive(absent), 'can be chosen'
        d.screenshot('agents-menu')
        d.key('Escape')
        d.choose()
        d.type_into(0, '/nowhere')
        start = d.wait('_Start', 'push button', APP)
        d.wait_for(lambda: not d.sensitive(start), 10, 'no start without a folder')
        d.key('Escape')
        d.wait_gone('New Chat with', application=APP)
        d.begin()
        uninstall(d)
        d.tell(['where'])
        d.said('program “theirs”')
        d.no_warnings()


needs_fuse()
run([it_talks_and_its_steps_are_cards, its_questions_are_ours, what_is_given_is_told, it_is_stopped, its_end_is_told,
     it_is_remembered_with_whom, what_was_only_typed_is_remembered_with_whom,
     what_is_not_installed_is_not_offered])

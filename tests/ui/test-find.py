#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found is jumped to, its words are marked, and one goes on by keys."""
import collections
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
APP = 'cardea'
MARKED, CURRENT = (0xf9, 0xf0, 0x6b), (0xff, 0xa3, 0x48)
NAMED = 'Close the search'


class Find(Desktop):
    """A desktop with the window in front and an agent that says back what is said."""

    def __init__(self, **options):
        super().__init__(CARDEA_TEST_AGENT_PROGRAM=AGENT, **options)
        self.open()

    def open(self):
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.said('Offline', 30)
        self.activate('Cardea')

    def said(self, text, seconds=20):
        self.wait_for(lambda: self.shows(text, APP), seconds, text)

    def say(self, text, answer=None):
        self.send(text)
        self.said(answer or 'You said: ' + text)
        self.button('Send', APP)

    def marks(self):
        """How much of the screen has the colour of what was found, and of where one is."""
        done = subprocess.run(['import', '-window', 'root', '-depth', '8', 'rgb:-'], env=self.env,
                              capture_output=True, check=True, timeout=30)
        counts = collections.Counter(zip(*(done.stdout[i::3] for i in range(3))))
        return counts[MARKED], counts[CURRENT]

    def sees(self, marked, current):
        def seen():
            now = self.marks()
            return (now[0] > 50) == marked and (now[1] > 50) == current
        self.wait_for(seen, 10, f'marks {marked}, where one is {current}')

    def look_for(self, text):
        self.key('ctrl+f', 'ctrl+a')
        self.type(text)
        self.key('Return')  # at once: it waits for what is found


def what_was_found_is_jumped_to():
    with Find() as d:
        d.say('first giraffe here')
        d.say('stream 0 4000', 'The end of a part')
        for i in range(12):
            d.say(f'line {i} of many')
        d.say('second giraffe')
        d.key('ctrl+n')
        d.say('another chat')
        assert d.marks() == (0, 0)
        d.look_for('GIRAFFE')
        d.said('1 of 4')
        d.sees(True, True)
        d.screenshot('find-first')
        for number in (2, 3, 4, 1):  # round at the end
            d.key('ctrl+g')
            d.said(f'{number} of 4')
            d.sees(True, True)
        d.key('ctrl+shift+g')
        d.said('4 of 4')
        d.sees(True, True)
        d.screenshot('find-last')
        d.type('typed into the message')  # the keyboard is where one goes on writing
        d.said('Draft: typed into the message')
        d.click(d.button(NAMED, APP))
        d.sees(False, False)
        d.no_warnings()


def it_is_found_in_what_was_kept():
    """In a chat that is read from the disk, far down in a long message: in code and in a table."""
    with Find() as d:
        d.say('an elephant')
        d.say('stream 600 4000', 'The end of a part')
        d.key('ctrl+q')
        d.wait_for(lambda: d.helpers[0].poll() is not None, 20, 'the end of the window')
        d.open()
        d.look_for('total rows')
        d.said('1 of 1')
        d.sees(False, True)
        d.screenshot('find-in-code')
        d.no_warnings()


def one_looks_in_a_chat():
    with Find() as d:
        d.say('first giraffe')
        d.say('second giraffe')
        d.key('ctrl+shift+f')
        d.wait('Find in this chat', application=APP)
        d.type('giraffe')
        d.said('1 of 4')
        d.sees(True, True)
        d.key('Return')
        d.said('2 of 4')
        d.key('shift+Return')
        d.said('1 of 4')
        d.type(' unicorn')
        d.said('Not found')
        d.sees(False, False)
        d.screenshot('find-nothing')
        d.key('Escape')
        d.say('third')  # the keyboard is in the message again
        d.no_warnings()


if __name__ == '__main__':
    run([what_was_found_is_jumped_to, it_is_found_in_what_was_kept, one_looks_in_a_chat])

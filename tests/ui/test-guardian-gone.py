#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardian is killed (-9) while somebody works with the window: what happened is said, nothing
typed or answered is lost, the next attempt starts it anew, and until then the window does nothing."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK, BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
APP = 'cardea'
CONSENT = 'cardea-consent'
GONE = 'The guardian went away. Your next message starts it again.'
REST_SECONDS = 2
REST_WAKE_UPS = 20  # one frame takes several


class Talk(Desktop):
    """A window in which somebody talks with the scripted agent, or with ours."""

    def __init__(self, **options):
        super().__init__(**options)
        self.process = None

    def begin(self):
        self.process = self.window()
        self.wait('Message', seconds=30)
        self.says('Offline', seconds=30)
        self.activate('Cardea')

    def say(self, text):
        self.type(text)
        self.key('Return')

    def says(self, text, seconds=20):
        self.wait_for(lambda: self.shows(text, APP), seconds, text)

    def answered(self):
        self.button('Send', APP)

    def kill_guardian(self):
        killed = self.guardian()
        os.kill(killed, signal.SIGKILL)
        return killed

    def typed(self, text):
        entry = self.wait('Message', 'text', APP)
        self.wait_for(lambda: self.Atspi.Text.get_text(entry.get_text_iface(), 0, -1) == text, 20,
                      f'the text “{text}”')

    def wake_ups(self):
        with open(f'/proc/{self.process.pid}/status', encoding='utf-8') as f:
            return sum(int(line.split()[1]) for line in f if 'ctxt_switches' in line)

    def rests(self):
        """The window is left alone, looked at by nobody; the cursor blinks for ten seconds more."""
        def still():
            before = self.wake_ups()
            time.sleep(REST_SECONDS)
            return self.wake_ups() - before < REST_WAKE_UPS
        self.wait_for(still, 60, 'a window that does nothing')


def scripted():
    return Talk(CARDEA_TEST_AGENT_PROGRAM=AGENT)


def in_the_middle_of_an_answer():
    with scripted() as d:
        d.begin()
        d.say('stream 100000 20')
        d.says('A heading')
        d.type('typed meanwhile')
        d.typed('typed meanwhile')
        killed = d.kill_guardian()
        d.says(GONE)
        d.answered()
        d.screenshot('guardian-gone')
        for kept in ('stream 100000 20', 'A heading'):
            assert kept in d.texts(APP), d.texts(APP)
        d.typed('typed meanwhile')
        d.rests()
        assert d.guardian() is None, 'nobody asked for it'

        before = d.texts(APP).count('A heading')
        d.click(d.button('Try Again', APP))
        d.wait_for(lambda: d.guardian() not in (None, killed), 30, 'another guardian')
        d.says('A new session begins')
        d.wait_for(lambda: d.texts(APP).count('A heading') > before, 30, 'another answer')
        d.click(d.button('Stop', APP))
        d.answered()
        d.typed('typed meanwhile')
        d.activate('Cardea')
        d.key('Return')
        d.says('You said: typed meanwhile')
        d.typed('')
        d.answered()
        d.no_warnings()


def while_the_agent_is_started():
    with scripted() as d:
        d.begin()
        d.say('hang')
        d.button('Stop', APP)
        d.kill_guardian()
        d.says(GONE)
        d.answered()
        d.say('and now')
        d.says('You said: and now', 30)
        d.no_warnings()


def again_and_again():
    with scripted() as d:
        d.begin()
        for i in range(2):
            begun, gone = d.texts(APP).count('I begin'), d.texts(APP).count(GONE)
            d.say(f'hang {i}')
            d.wait_for(lambda n=begun: d.texts(APP).count('I begin') > n, 30, 'the beginning')
            d.kill_guardian()
            d.wait_for(lambda n=gone: d.texts(APP).count(GONE) > n, 20, 'the news')
            d.answered()
        d.say('enough')
        d.says('You said: enough', 30)
        d.no_warnings()


def while_a_question_is_open():
    with Talk() as d:
        d.file('bank.csv', BANK)
        d.begin()
        d.say('Summarise Amount by month in bank.csv')
        d.wait('Permission request', application=CONSENT)
        d.says('Waiting for you')
        d.kill_guardian()
        d.wait_gone('Permission request', application=CONSENT)
        d.says(GONE)
        d.wait_for(lambda: 'Waiting for you' not in d.texts(APP), 20, 'the end of the waiting')
        d.screenshot('guardian-gone-question')
        d.click(d.button('Try Again', APP))
        d.wait('Permission request', application=CONSENT, seconds=30)
        allow = d.wait('Allow: ', 'push button', CONSENT)
        d.activate('Permission request')
        d.wait_for(lambda: d.sensitive(allow), 20, 'Allow to arm')
        d.click(allow)
        d.says('80.25')
        d.answered()
        d.no_warnings()


if __name__ == '__main__':
    run([in_the_middle_of_an_answer, while_the_agent_is_started, again_and_again,
         while_a_question_is_open])

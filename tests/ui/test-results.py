#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of a chat is taken elsewhere: tables as CSV."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
APP = 'cardea'
CSV = 'Month,Rows,Total\r\n2026-01,2,80.25\r\n2026-02,2,9.25\r\n'


class Results(Desktop):
    """A desktop with the window in front; scripted: what is answered is the test's."""

    def __init__(self, scripted=True, **options):
        if scripted:
            options['CARDEA_TEST_AGENT_PROGRAM'] = AGENT
        super().__init__(**options)
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.said('Offline', 30)
        self.activate('Cardea')

    def said(self, text, seconds=20):
        self.wait_for(lambda: text in self.texts(APP), seconds, text)

    def say(self, text, answer):
        self.type(text)
        self.key('Return')
        self.said(answer)
        self.button('Send', APP)

    def reach(self, name, key='shift+Tab'):
        """Goes there with the Tab key."""
        there = self.wait(name, application=APP)
        for _ in range(60):
            if there.get_state_set().contains(self.Atspi.StateType.FOCUSED):
                return
            self.key(key)
            self.pause()
        raise AssertionError(name + ' cannot be reached by keys')


def a_table_is_copied_and_saved():
    with Results() as d:
        d.say('stream 0 400', 'The end of a part')
        d.reach('Copy table as CSV')
        d.key('space')
        d.screenshot('results-table')
        d.activate('Cardea')
        d.reach('Message', 'Tab')
        d.key('ctrl+v')
        d.said('2026-02,2,9.25')
        d.key('ctrl+a', 'Delete')
        d.reach('Save table as CSV')
        d.key('Return')
        d.activate('Save Table')
        path = os.path.join(d.documents, 'months.csv')
        d.key('ctrl+a')
        d.type(path)
        d.key('Return')
        d.said('Saved to months.csv')
        with open(path, 'rb') as f:
            assert f.read() == CSV.encode()
        d.no_warnings()


if __name__ == '__main__':
    run([a_table_is_copied_and_saved])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes of a chat is taken elsewhere: tables as CSV, files."""
import os
import select
import subprocess
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
        self.wait_for(lambda: self.shows(text, APP), seconds, text)

    def paste_until(self, button):
        """What was copied may not be there at once; to paste a file twice gives it once."""
        for _ in range(5):
            self.key('ctrl+v')
            try:
                return self.button(button, APP, 3)
            except AssertionError:
                continue
        raise AssertionError('nothing was pasted')

    def say(self, text, answer):
        self.send(text)
        self.said(answer)
        self.button('Send', APP)


def a_table_is_copied_and_saved():
    with Results() as d:
        d.say('stream 0 400', 'The end of a part')
        d.reach('Copy table as CSV', 'shift+Tab', APP)
        d.key('space')
        d.screenshot('results-table')
        d.activate('Cardea')
        d.reach('Message', 'Tab', APP)
        d.key('ctrl+v')
        d.said('2026-02,2,9.25')
        d.key('ctrl+a', 'Delete')
        d.reach('Save table as CSV', 'shift+Tab', APP)
        d.key('Return')
        path = os.path.join(d.documents, 'months.csv')
        d.save_as('Save Table', path)
        d.said('Saved to months.csv')
        with open(path, 'rb') as f:
            assert f.read() == CSV.encode()
        d.no_warnings()


class Target:
    """A window in the corner, and what was dropped there."""

    def __init__(self, d):
        self.d = d
        self.chat = d.activate('^Cardea$')
        self.process = d._spawn([os.path.join(BUILD, 'tests', 'ui', 'drop-target')],
                                stdout=subprocess.PIPE, text=True)
        window = d.activate('Drop Target')
        d.xdo('windowmove', '--sync', window, '0', '300')

    def drag(self, x, y):
        """From a place in the chat's window into this one; what arrived."""
        d = self.d
        d.activate('^Cardea$')
        d.xdo('mousemove', '--window', self.chat, str(x), str(y))
        return d.carry((60, 400), self.heard, 'results-drag')

    def heard(self):
        """What it says of what was dropped; None: nothing yet."""
        output = self.process.stdout
        return output.readline().strip() if select.select([output], [], [], 0)[0] else None


def where(d, name):
    """The middle of something in the window, by its name, a little to the left of it."""
    box = d.wait(name, application=APP).get_component_iface().get_extents(d.Atspi.CoordType.WINDOW)
    return box.x, box.y + box.height // 2, box


def files_of_cards_are_dragged_out():
    """What was really made and read; what an agent only says can be neither dragged nor copied."""
    with Results(scripted=False) as d:
        path = d.file('notes.txt', 'milk\n')
        d.ctl('grants', 'add', d.documents + ':rw', '--for', '8h', check=0)
        d.send(f'Append "eggs" to {path}')
        d.wait('Action: Added to ~/Documents/notes.txt', application=APP)
        target = Target(d)
        x, y, box = where(d, 'Action: Added to')
        assert target.drag(x + box.width // 4, y) == 'file ' + path
        d.activate('^Cardea$')
        d.click(d.button('Copy the file', APP))  # without a pointer
        d.reach('Message', 'Tab', APP)
        d.paste_until('Remove notes.txt')
        d.click(d.button('Undo', APP))
        d.said('Undone')
        d.wait_for(lambda: not d.find('Copy the file', 'push button', APP), 10, 'nothing to copy')
        d.no_warnings()


def what_is_only_said_is_not_dragged_out():
    with Results() as d:
        d.send('cards')
        d.wait('Action: Read /data/notes.txt, Done', application=APP)
        assert not d.find('Copy the file', 'push button', APP)
        d.no_warnings()


if __name__ == '__main__':
    run([a_table_is_copied_and_saved, files_of_cards_are_dragged_out,
         what_is_only_said_is_not_dragged_out])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activity, driven as a person or a screen reader would; what happens is real."""
import collections
import os
import re
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
SUMMARISE = 'Summarise Amount by month in bank.csv'
CHANGE = 'Replace "milk" with "bread" in notes.txt'


class Page(Desktop):
    """A desktop with the window's page Activity in front."""

    def show(self, tab=None):
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.activate('Cardea')
        self.key('ctrl+i')
        self.wait('Search the log', application=APP)
        if tab is not None:
            self.switch(tab)

    def switch(self, tab):
        self.click(self.wait(tab, 'page tab', APP))
        time.sleep(0.3)

    def says(self, *texts, seconds=20):
        for text in texts:
            self.wait_for(lambda text=text: self.shows(text, APP), seconds, f'“{text}”')

    def says_not(self, text, seconds=20):
        self.wait_for(lambda: text not in self.texts(APP), seconds, f'the end of “{text}”')

    def place(self, text, role):
        for node in self.nodes(APP):
            try:
                if self.name_of(node).startswith(text) and node.get_role_name() == role \
                        and self.showing(node):
                    box = node.get_component_iface().get_extents(self.Atspi.CoordType.WINDOW)
                    if box.x > 0 and box.width > 0 and box.height > 0:
                        return box
            except Exception:  # pylint: disable=broad-except
                continue
        return None

    def press(self, text, role='label'):
        """By the pointer: rows of a list and entries have no action of their own."""
        box = self.wait_for(lambda: self.place(text, role), 20, 'the place of ' + text)
        window = self.activate('Cardea')
        self.xdo('mousemove', '--window', window, str(box.x + 12), str(box.y + box.height // 2),
                 'click', '1')

    def push(self, name):
        self.click(self.button(name, APP))

    def saved(self, kind, name):
        """The picture of what flowed, as a file of that kind."""
        path = os.path.join(self.work, name)
        self.push(f'Save as {kind}…')
        self.save_as('Save the Picture', path)
        self.says('Saved as ' + name)
        return path

    def respond(self, name):
        """A dialog's button: libadwaita 1.2 names it with its mnemonic's underline."""
        self.click(self.wait('_' + name, 'push button', APP))


PAPER, REFUSED = (255, 255, 255), (191, 28, 41)
PURE_FLOW, FLOW = (54, 133, 227), (164, 200, 242)  # on paper it is seen through
FLOW_WIDTH = 1000


def is_near(color, wanted):
    return all(abs(a - b) <= 4 for a, b in zip(color, wanted))


def check_drawing(path):
    """An SVG of the right width that is drawn with the colours of a flow and of a refusal."""
    root = ElementTree.parse(path).getroot()
    assert root.tag.endswith('svg') and root.get('width').startswith(str(FLOW_WIDTH)), root.attrib
    colors = {tuple(round(float(part) * 2.55) for part in color)
              for node in root.iter() for color in re.findall(
                  r'rgb\(([\d.]+)%, ?([\d.]+)%, ?([\d.]+)%\)',
                  f'{node.get("style")} {node.get("stroke")}')}
    for wanted in (PURE_FLOW, REFUSED):
        assert any(is_near(color, wanted) for color in colors), (wanted, colors)


def check_picture(path):
    """A PNG of twice that width, whose pixels are mostly paper, and what is drawn on it."""
    size = subprocess.run(['identify', '-format', '%w %h %m', path], capture_output=True, text=True,
                          check=True, timeout=30).stdout.split()
    width, height = int(size[0]), int(size[1])
    assert size[2] == 'PNG' and width == 2 * FLOW_WIDTH and 100 < height < 2 * width, size
    pixels = subprocess.run(['convert', path, '-depth', '8', 'rgb:-'], capture_output=True,
                            check=True, timeout=30).stdout
    assert len(pixels) == width * height * 3, (len(pixels), size)
    counts = collections.Counter(zip(pixels[::3], pixels[1::3], pixels[2::3]))
    shares = {name: sum(n for color, n in counts.items() if is_near(color, wanted)) / (width * height)
              for name, wanted in (('paper', PAPER), ('flow', FLOW), ('refused', REFUSED))}
    shares['ink'] = sum(n for color, n in counts.items() if sum(color) < 300) / (width * height)
    assert 0.5 < shares['paper'] < 0.98, shares
    assert shares['flow'] > 0.001 and shares['refused'] > 0.0001 and shares['ink'] > 0.002, shares


def a_read_and_a_refusal_appear_live():
    with Page() as d:
        path = d.file('bank.csv', BANK)
        d.file('notes.txt', 'milk\n')
        d.show()
        d.says('You set keys.store to file')
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.says('Read bank.csv', 'allowed, you shared it', 'You shared bank.csv for reading')
        d.ctl('ask', '--mode', 'deny', 'Summarise notes.txt', check=3)
        d.says('Read notes.txt', 'refused: it was not shared')
        d.screenshot('activity-log')
        d.no_warnings()


def a_day_is_plotted_and_said():
    with Page() as d:
        path = d.file('bank.csv', BANK)
        d.file('notes.txt', 'milk\n')
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.ctl('ask', '--mode', 'deny', 'Summarise notes.txt', check=3)
        d.show()
        d.says('Today', 'Refused: 1', 'By the Hour')
        picture = d.wait('What agents did on', 'image', APP)
        assert 'Refused: 1' in d.name_of(picture), d.name_of(picture)
        window = d.activate('Cardea')
        d.xdo('windowsize', '--sync', window, '1270', '880')
        time.sleep(0.5)
        d.screenshot('activity-day')
        d.push('The day before')
        d.says('Allowed: 0 · Asked: 0 · Refused: 0')
        d.no_warnings()


def the_log_is_searched():
    with Page() as d:
        path = d.file('bank.csv', BANK)
        d.file('notes.txt', 'milk\n')
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.ctl('ask', '--mode', 'deny', 'Summarise notes.txt', check=3)
        d.show()
        d.says('Read notes.txt', 'Read bank.csv')
        d.key('ctrl+f')
        d.type('NOTES')
        d.says_not('Read bank.csv')
        d.says('Read notes.txt')
        d.type('xyz')
        d.says('Nothing found')
        d.screenshot('activity-nothing-found')
        d.no_warnings()


def the_log_is_filtered():
    with Page() as d:
        path = d.file('bank.csv', BANK)
        d.file('notes.txt', 'milk\n')
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.ctl('ask', '--mode', 'deny', 'Summarise notes.txt', check=3)
        d.show()
        d.says('Read notes.txt', 'Read bank.csv')
        d.push('Filter')
        d.wait('Any decision', 'label', APP)
        d.key('Tab', 'Tab', 'space')  # Show, Action, Decision
        d.screenshot('activity-filter')
        d.key('Down', 'Down', 'Down', 'Return', 'Escape')
        d.says_not('Read bank.csv')
        d.says('Read notes.txt')
        d.push('Show all records')
        d.says('Read bank.csv')
        d.no_warnings()


def a_record_is_shown_and_its_details_deleted():
    with Page() as d:
        path = d.file('bank.csv', BANK)
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.show()
        d.press('Read bank.csv')
        d.says('What Happened', 'it was shared', 'shipped.granted', 'The Whole Record')
        d.screenshot('activity-record')
        d.push('Delete Details…')
        d.respond('Delete Details')
        d.says('Read a file', 'Its details were deleted')
        gone = [r for r in d.records() if r.get('redacted')]
        assert len(gone) == 1 and gone[0]['action'] == 'file.read', gone
        d.screenshot('activity-redacted')
        d.no_warnings()


def a_session_is_shown_and_ended():
    with Page() as d:
        d.file('bank.csv', BANK)
        d.show('Sessions')
        asker = d.start('ask', SUMMARISE)  # nobody answers: it waits
        d.says(SUMMARISE, 'question waits for you')
        d.press('Running since')
        d.says('What Confines It', 'It can never gain privileges', 'Landlock')
        d.screenshot('activity-session')
        d.push('End Session')
        d.says('Ended', 'ended by the person')
        asker.communicate(timeout=20)
        assert asker.returncode != 0
        d.push('Show What It Did')
        d.says('Read bank.csv', 'you were asked')
        d.no_warnings()


def what_flowed_is_a_picture_and_a_table():
    with Page() as d:
        d.file('bank.csv', BANK)
        d.file('notes.txt', 'milk\n')
        d.ctl('grants', 'add', d.documents + ':rw', check=0)
        d.show('Sessions')
        d.ctl('run', '--mode', 'deny', '-w', d.documents + ':rw', '--', 'sh', '-c',
              'cat bank.csv; echo hi > out.txt; curl -s http://example.com; true',
              cwd=d.documents)
        d.press('sh -c')
        d.push('Show What Flowed')
        d.says('What It Read', 'Where It Went', '~/Documents/out.txt', 'refused 1 time')
        picture = d.wait('Picture of what flowed', 'image', APP)
        assert d.showing(picture)
        d.screenshot('activity-flow')
        check_drawing(d.saved('SVG', 'flow.svg'))
        check_picture(d.saved('PNG', 'flow.png'))
        d.press('bank.csv')  # a row opens its records
        d.says('Read bank.csv')
        d.says_not('Create out.txt')
        d.screenshot('activity-flow-records')
        d.no_warnings()


def everything_is_stopped():
    with Page() as d:
        d.file('bank.csv', BANK)
        d.show('Sessions')
        askers = [d.start('ask', SUMMARISE) for _ in range(2)]
        d.wait_for(lambda: len([r for r in d.records() if r['type'] == 'consent']) >= 2, 20,
                   'two sessions that wait')
        d.push('Stop Everything')
        for asker in askers:
            asker.communicate(timeout=20)
            assert asker.returncode != 0
        d.wait_for(lambda: not d.json('sessions'), 20, 'the end of all sessions')
        d.says('Stopped')
        d.no_warnings()


def a_permission_is_taken_back_while_the_session_lives():
    with Page() as d:
        d.file('bank.csv', BANK)
        d.ctl('grants', 'add', d.downloads, '--for', '1h', check=0)
        d.show('Sessions')
        asker = d.start('ask', SUMMARISE)
        d.press('Running since')
        d.says('May read everything in ~/Downloads and below it')
        d.click(d.wait('Revoke: May read everything', 'push button', APP))
        d.says_not('May read everything in ~/Downloads')
        assert d.json('grants') == []
        asker.terminate()
        d.no_warnings()


def a_change_is_shown_and_undone():
    with Page() as d:
        path = d.file('notes.txt', 'eggs\nmilk\n')
        d.ctl('grants', 'add', d.documents + ':rw', check=0)
        d.show('Changes')
        d.says('No Changes Yet')
        d.ctl('ask', CHANGE, check=0)
        d.says('Changed notes.txt', 'can be undone')
        d.press('Changed notes.txt')
        d.says('+bread', '-milk')
        d.screenshot('activity-change')
        d.push('Undo')
        d.wait_for(lambda: open(path, encoding='utf-8').read() == 'eggs\nmilk\n', 20, 'the undo')
        d.says('undone')
        d.no_warnings()


def an_undo_that_would_lose_something_is_refused():
    with Page() as d:
        path = d.file('notes.txt', 'eggs\nmilk\n')
        d.ctl('grants', 'add', d.documents + ':rw', check=0)
        d.ctl('ask', CHANGE, check=0)
        d.show('Changes')
        d.press('Changed notes.txt')
        d.says('+bread')
        d.file('notes.txt', 'mine\n')
        d.push('Undo')
        d.says('It was not taken back')
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'mine\n'
        d.screenshot('activity-undo-refused')
        d.no_warnings()


def the_guardian_dies_and_returns():
    with Page() as d:
        path = d.file('bank.csv', BANK)
        d.show()
        d.says('You set keys.store to file')
        killed = d.guardian()
        os.kill(killed, signal.SIGKILL)
        d.push('Try Again')
        d.wait_for(lambda: d.guardian() not in (None, killed), 30, 'another guardian')
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.says('Read bank.csv', 'You set keys.store to file')
        assert d.texts(APP).count('You set keys.store to file') == 1, 'a record twice'
        d.no_warnings()


def a_narrow_window_shows_one_thing_at_a_time():
    with Page(size='400x760') as d:
        path = d.file('bank.csv', BANK)
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.show()
        window = d.activate('Cardea')
        d.xdo('windowsize', '--sync', window, '360', '700')
        d.says('Read bank.csv')
        d.screenshot('activity-narrow')
        d.press('Read bank.csv')
        d.says('What Happened')
        d.screenshot('activity-narrow-record')
        d.push('Back to the list')
        d.press('Read bank.csv')
        d.no_warnings()


run([a_read_and_a_refusal_appear_live, a_day_is_plotted_and_said, the_log_is_searched, the_log_is_filtered,
     a_record_is_shown_and_its_details_deleted, a_session_is_shown_and_ended, what_flowed_is_a_picture_and_a_table, everything_is_stopped,
     a_permission_is_taken_back_while_the_session_lives, a_change_is_shown_and_undone,
     an_undo_that_would_lose_something_is_refused, the_guardian_dies_and_returns,
     a_narrow_window_shows_one_thing_at_a_time])

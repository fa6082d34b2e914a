#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Activity, driven as a person or a screen reader would; what happens is real."""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
SUMMARISE = 'Summarise Amount by month in bank.csv'


def show(d, tab=None):
    """The window with the page Activity, and of it the list that is wanted."""
    d.wait('Message', application=APP, seconds=30)
    d.activate('Cardea')
    d.key('ctrl+i')
    d.wait('Search the log', application=APP)
    if tab is not None:
        switch(d, tab)


def switch(d, tab):
    d.click(d.wait(tab, 'page tab', APP))


def says(d, *texts, seconds=20):
    for text in texts:
        d.wait_for(lambda text=text: text in d.texts(APP), seconds, f'“{text}”')


def says_not(d, text, seconds=20):
    d.wait_for(lambda: text not in d.texts(APP), seconds, f'the end of “{text}”')


def press_row(d, text):
    """Clicks the list's row with the text, as a person does: by the pointer."""
    def place():
        for node in d.nodes(APP):
            if d.name_of(node).startswith(text) and node.get_role_name() == 'label' \
                    and d.showing(node):
                box = node.get_component_iface().get_extents(d.Atspi.CoordType.WINDOW)
                if box.width > 0 and box.height > 0:
                    return box
        return None
    box = d.wait_for(place, 20, 'row ' + text)
    window = d.activate('Cardea')
    d.xdo('mousemove', '--window', window, str(box.x + 10), str(box.y + box.height // 2), 'click', '1')


def a_read_and_a_refusal_appear_live():
    with Desktop() as d:
        path = d.file('bank.csv', BANK)
        d.file('notes.txt', 'milk\n')
        d.window()
        show(d)
        says(d, 'You set keys.store to file')
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        says(d, 'Read bank.csv', 'allowed, you shared it', 'You shared bank.csv for reading')
        d.ctl('ask', '--mode', 'deny', 'Summarise notes.txt', check=3)
        says(d, 'Read notes.txt', 'refused: it was not shared')
        d.screenshot('activity-log')
        d.no_warnings()


def the_log_is_searched_and_filtered():
    with Desktop() as d:
        path = d.file('bank.csv', BANK)
        d.file('notes.txt', 'milk\n')
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.ctl('ask', '--mode', 'deny', 'Summarise notes.txt', check=3)
        d.window()
        show(d)
        says(d, 'Read notes.txt', 'Read bank.csv')
        d.key('ctrl+f')
        d.click(d.wait('Search the log', application=APP)) if False else None
        d.wait('Search the log', application=APP).get_component_iface().grab_focus()
        d.type('notes')
        says_not(d, 'Read bank.csv')
        says(d, 'Read notes.txt')
        d.type('xyz')
        says(d, 'Nothing found')
        d.screenshot('activity-nothing-found')
        d.no_warnings()


run([a_read_and_a_refusal_appear_live, the_log_is_searched_and_filtered])

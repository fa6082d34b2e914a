#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window and the question in every language, and mirrored where it is written from right to
left."""
import functools
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(SOURCE, 'po'))
import catalogue  # noqa: E402 pylint: disable=wrong-import-position

CONSENT = 'cardea-consent'
MIRRORED = ('ar',)


class Words:
    def __init__(self, language):
        self.said = {e.key: e.texts.get(None) for e in catalogue.read(catalogue.path_of(language))}

    def __call__(self, english):
        return self.said[(None, english)].replace('_', '')


def place(d, node):
    return node.get_component_iface().get_extents(d.Atspi.CoordType.WINDOW)


def in_language(language):
    say = Words(language)
    with Desktop(LANGUAGE=language) as d:
        d.file('bank.csv', BANK)
        d.window()
        message = d.wait(say('Message'), application='cardea', seconds=30)
        offline = say('Offline: no AI model is connected')
        d.wait_for(lambda: offline in d.texts('cardea'), 30, offline)
        send = d.button(say('Send'), 'cardea')
        before, after = place(d, message), place(d, send)
        assert (after.x < before.x) == (language in MIRRORED), (before.x, after.x)
        d.activate('Cardea')
        d.screenshot(f'language-{language}')
        d.type('Summarise Amount by month in bank.csv')
        d.key('Return')
        d.wait(say('Permission request'), application=CONSENT)
        deny = d.button(say('Deny'), CONSENT)
        target = d.wait(say('Target'), application=CONSENT)
        assert 'bank.csv' in target.get_name(), target.get_name()
        allow = d.wait(say('Allow: %s').split('%s')[0].rstrip('\u2068 '), 'push button', CONSENT)
        assert (place(d, allow).x < place(d, deny).x) == (language in MIRRORED), 'not mirrored'
        d.screenshot(f'language-{language}-question')
        d.click(deny)
        d.wait_gone(say('Permission request'), application=CONSENT)
        d.no_warnings()


def tests():
    for language in catalogue.languages():
        test = functools.partial(in_language, language)
        test.__name__ = 'in_' + language
        yield test


def shell_of_a_terminal_speaks_it():
    with Desktop(LANGUAGE='de') as d:
        said = d.ctl('--help', check=0).stdout
        assert Words('de')('What the guardian is doing') in said, said


run([*tests(), shell_of_a_terminal_speaks_it])

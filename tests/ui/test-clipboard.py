#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clipboard of a real desktop: the assistant fills and reads it when the person says so, and only then."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position

CONSENT = 'cardea-consent'


def ready(d):
    d.wait('Message', seconds=30)
    d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'the guardian')
    d.activate('Cardea')


def ask(d, text):
    d.activate('^Cardea$')
    d.type(text)
    d.key('Return')
    d.wait('Requested action', application=CONSENT, seconds=30)
    d.activate('Permission request')


def allow(d):
    button = d.wait('Allow: ', 'push button', CONSENT)
    d.wait_for(lambda: d.sensitive(button), 15, 'Allow to arm')
    d.click(button)


def filled_and_read():
    with Desktop() as d:
        d.window()
        ready(d)
        ask(d, 'copy "grey heron" to the clipboard')
        d.wait_for(lambda: 'Put a text into your clipboard' in d.texts(CONSENT)
                   and 'grey heron' in d.texts(CONSENT), 20, 'what would be copied')
        d.screenshot('consent-copy')
        allow(d)
        d.wait_for(lambda: 'It is in your clipboard.' in d.texts('cardea'), 20, 'the answer')
        # as anybody pastes
        d.activate('^Cardea$')
        d.type('what I paste is ')
        d.key('ctrl+v')
        d.wait_for(lambda: 'what I paste is grey heron' in d.texts('cardea'), 20, 'what was pasted')
        d.key('ctrl+a', 'Delete')
        ask(d, 'show my clipboard')
        d.wait_for(lambda: 'Read what you copied last' in d.texts(CONSENT), 20, 'the question')
        d.screenshot('consent-paste')
        allow(d)
        d.wait_for(lambda: 'Whoever wrote what was copied' in d.texts('cardea'), 20, 'what was read')
        d.no_warnings()


def not_without_leave():
    with Desktop() as d:
        d.window()
        ready(d)
        ask(d, 'copy "grey heron" to the clipboard')
        d.press('Deny', CONSENT)
        d.wait_for(lambda: not d.windows('Permission request'), 20, 'the end of the question')
        d.activate('^Cardea$')
        d.type('[')
        d.key('ctrl+v')
        d.type(']')
        d.wait_for(lambda: '[]' in d.texts('cardea'), 20, 'nothing was copied')
        denied = [r for r in d.records('--action', 'clipboard.write') if r['type'] == 'decision']
        assert [r['effect'] for r in denied] == ['deny'], denied


if __name__ == '__main__':
    run([filled_and_read, not_without_leave])

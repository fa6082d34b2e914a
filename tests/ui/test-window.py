#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window and the question, driven as a person or a screen reader would."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

TASK = 'Summarise Amount by month in bank.csv'
CONSENT = 'cardea-consent'


def ask(d, text=TASK):
    d.wait('Message', seconds=30)
    d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'a ready session')
    d.activate('Cardea')
    d.type(text)
    d.key('Return')


def armed(d, seconds=10):
    allow = d.wait('Allow: ', 'push button', CONSENT)
    d.wait_for(lambda: d.sensitive(allow), seconds, 'Allow to arm')
    return allow


def answered(d, seconds=20):
    d.wait_for(lambda: '80.25' in d.texts('cardea'), seconds, 'the totals')


def refused(d):
    d.wait_gone('Permission request', application=CONSENT)
    d.wait_for(lambda: d.windows('^Cardea$'), 5, 'the window, which must still be there')
    d.wait_for(lambda: not d.find('Stop', application='cardea'), 20, 'the turn to end')
    time.sleep(0.3)
    assert '80.25' not in d.texts('cardea')


def file_on_the_command_line_needs_no_question():
    with Desktop() as d:
        path = d.file('bank.csv', BANK)
        d.window(path)
        ask(d)
        answered(d)
        d.screenshot('window-answer')
        assert not d.find('Permission request', application=CONSENT)
        d.no_warnings()


def question_is_allowed():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        d.window()
        d.wait('Message', seconds=30)
        d.screenshot('window-empty')
        ask(d)
        d.wait('Permission request', application=CONSENT)
        for name in ('Requesting agent', 'Requested action: Read 1 file in Documents', 'Target',
                     'Effect preview', 'Remember for', 'Request details', 'Deny',
                     'Deny and stop agent'):
            d.wait(name, application=CONSENT)
        assert 'bank.csv' in d.find('Target', application=CONSENT).get_name()
        d.wait_for(lambda: 'Waiting for you' in d.texts('cardea'), 10, 'the chat to say who waits')
        d.activate('Permission request')
        allow = armed(d)
        d.screenshot('question')
        d.click(allow)
        answered(d)
        d.no_warnings()
        assert [r for r in d.records() if r['type'] == 'consent'
                and r.get('consent', {}).get('by') in ('window', 'consent', 'cardea-consent')]


def question_is_denied():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        process = d.window()
        ask(d)
        d.click(d.button('Deny', CONSENT))
        refused(d)
        d.wait_for(lambda: 'not allowed' in d.texts('cardea'), 10, 'a friendly refusal')
        d.screenshot('window-denied')
        assert process.poll() is None
        d.no_warnings()


def agent_is_stopped():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        process = d.window()
        ask(d)
        d.click(d.button('Deny and stop agent', CONSENT))
        refused(d)
        again = d.button('Try Again', 'cardea')
        d.screenshot('window-stopped')
        assert process.poll() is None, 'the window went with its session'
        d.click(again)
        d.wait('Permission request', application=CONSENT)  # asked anew, by a new agent
        d.no_warnings()


def escape_denies():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        d.window()
        ask(d)
        d.wait('Permission request', application=CONSENT)
        d.activate('Permission request')
        d.key('Escape')
        refused(d)


def forged_clicks_before_arming_do_nothing():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        d.window()
        ask(d)
        allow = d.wait('Allow: ', 'push button', CONSENT)
        for _ in range(20):  # AT-SPI
            if d.sensitive(allow):
                break
            d.click(allow)
        for _ in range(5):  # XTEST: what a person types into another window must not answer
            d.key('space', 'Return')
        time.sleep(0.2)
        assert '80.25' not in d.texts('cardea'), 'a press before arming was taken for consent'
        assert d.find('Permission request', application=CONSENT), 'the question is gone'


def window_closed_with_a_question_open():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        process = d.window()
        ask(d)
        d.wait('Permission request', application=CONSENT)
        process.terminate()
        d.wait_gone('Permission request', application=CONSENT)
        assert not [r for r in d.records() if r.get('type') == 'outcome' and r.get('bytes')]


def every_focusable_widget_has_a_name():
    with Desktop() as d:
        d.file('bank.csv', BANK)
        d.window()
        ask(d)
        d.wait('Permission request', application=CONSENT)
        for application in ('cardea', CONSENT):
            d.all_named(application, ('push button', 'text', 'entry', 'toggle button', 'combo box',
                                      'menu button'))


run([file_on_the_command_line_needs_no_question, question_is_allowed, question_is_denied,
     agent_is_stopped, escape_denies, forged_clicks_before_arming_do_nothing, window_closed_with_a_question_open,
     every_focusable_widget_has_a_name])

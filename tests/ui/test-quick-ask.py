#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small window for one question, with the keyboard alone: asked, answered, closed, gone on with
in the large window; what is typed there is not lost."""
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
SMALL, LARGE = '^Quick Ask$', '^Cardea$'


def scripted(**options):
    return Desktop(CARDEA_TEST_AGENT_PROGRAM=AGENT, **options)


def tell(d, option='--quick-ask'):
    subprocess.run([d.program('cardea'), option], env=d.env, timeout=30, check=True)


def ask(d, text, answer):
    d.wait('Message', application='cardea', seconds=30)
    d.activate(SMALL)
    d.send(text)
    d.wait_for(lambda: answer in d.texts('cardea'), 30, answer)


def drafts(d):
    return [f for _, _, names in os.walk(d.root) for f in names if f.endswith('.draft')]


def height(d):
    return int(dict(line.split('=') for line in d.xdo(
        'getwindowgeometry', '--shell', d.windows(SMALL)[0]).splitlines())['HEIGHT'])


def asks_answers_and_is_gone():
    with scripted() as d:
        window = d.window('--quick-ask')
        d.wait('Message', application='cardea', seconds=30)
        d.wait_for(lambda: d.windows(SMALL), 20, 'the small window')
        assert not d.windows(LARGE), 'the small window alone'
        assert height(d) < 250, 'no larger than its entry'
        ask(d, 'hello there', 'You said: hello there')
        d.wait_for(lambda: height(d) > 400, 20, 'place for the answer')
        d.key('Escape')
        d.wait_for(lambda: window.poll() is not None, 20, 'the end')
        assert window.returncode == 0
        d.window()
        d.wait_for(lambda: 'hello there' in d.texts('cardea'), 30, 'the chat in the list')
        d.no_warnings()


def goes_on_in_the_large_window():
    with scripted() as d:
        d.window('--quick-ask')
        ask(d, 'first words', 'You said: first words')
        d.key('ctrl+Return')
        d.wait_for(lambda: d.windows(LARGE) and not d.windows(SMALL), 20, 'the large window')
        assert 'You said: first words' in d.texts('cardea')
        d.activate(LARGE)
        d.send('second words')
        d.wait_for(lambda: 'You said: second words' in d.texts('cardea'), 20, 'the same chat')
        assert len(d.json('sessions')) == 1, 'the same session'
        d.no_warnings()


def is_one_and_keeps_what_is_typed():
    with scripted() as d:
        d.window()
        d.wait('Message', application='cardea', seconds=30)
        tell(d)
        d.wait_for(lambda: d.windows(SMALL), 20, 'the small window')
        tell(d)
        d.activate(SMALL)
        d.type('half a questi')
        assert len(d.windows(SMALL)) == 1, 'one is enough'
        d.key('Escape')
        d.wait_for(lambda: not d.windows(SMALL), 20, 'its end')
        assert d.windows(LARGE), 'the other window stays'
        tell(d)
        d.activate(SMALL)
        d.send('on')
        d.wait_for(lambda: 'You said: half a question' in d.texts('cardea'), 30, 'what was typed')
        d.no_warnings()


def answer_survives_closing_and_stops():
    with scripted() as d:
        d.window()
        d.wait('Message', application='cardea', seconds=30)
        tell(d)
        ask(d, 'hang', 'I begin')
        d.key('Escape')
        d.wait_for(lambda: not d.windows(SMALL), 20, 'its end')
        assert d.json('sessions'), 'the answer goes on'
        tell(d)
        d.activate(SMALL)
        d.key('ctrl+shift+Escape')
        d.wait_for(lambda: not d.json('sessions'), 20, 'no session')
        d.no_warnings()


def killed_it_loses_no_words():
    with scripted() as d:
        window = d.window('--quick-ask')
        d.wait('Message', application='cardea', seconds=30)
        d.activate(SMALL)
        d.type('words not to be lost')
        entry = d.wait('Message', 'text', 'cardea')
        d.wait_for(lambda: d.Atspi.Text.get_text(entry.get_text_iface(), 0, -1)
                   == 'words not to be lost', 10, 'all of it')
        d.wait_for(lambda: drafts(d), 20, 'the draft on the disk')
        time.sleep(1)  # twice as long as what is typed waits
        os.kill(window.pid, signal.SIGKILL)
        window.wait(timeout=20)
        d.window()
        d.wait_for(lambda: 'words not to be lost' in d.texts('cardea'), 30, 'the draft')
        d.no_warnings()


run([asks_answers_and_is_gone, goes_on_in_the_large_window, is_one_and_keeps_what_is_typed,
     answer_survives_closing_and_stops, killed_it_loses_no_words])

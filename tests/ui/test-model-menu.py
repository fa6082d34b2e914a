#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which model answers is chosen in the window, and is said there."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from model_server import ModelServer, OpenAI  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
CHOICE = 'Which model answers'


def a_model_is_chosen_and_answers():
    server = ModelServer([OpenAI.say('It is **blue**', ', they say.')])
    with Desktop() as d, server:
        d.ctl('model', 'add', 'mine', '--url', server.url, '--model', 'test-1', check=0)
        d.window()
        d.wait('Message', application=APP, seconds=30)
        d.wait_for(lambda: 'Offline' in d.texts(APP), 30, 'a ready session')
        d.press(CHOICE, APP)
        d.press('mine', APP)
        d.wait_gone('Offline: rules', application=APP)
        d.wait_for(lambda: 'mine answers' in d.texts(APP), 20, 'the choice')
        d.screenshot('model-chosen')
        d.activate('Cardea')
        d.type('What colour is the sky?')
        d.screenshot('model-typed')
        d.key('Return')
        d.wait_for(lambda: 'they say.' in d.texts(APP), 30, 'the answer')
        d.screenshot('model-answered')
        assert [r for r in d.records() if r.get('action') == 'net.request'], 'not recorded'
        d.no_warnings()


run([a_model_is_chosen_and_answers])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first start: three screens, by the keyboard alone, once; then a chat that works."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from model_server import ModelServer, OpenAI  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
TITLE = 'Welcome to Cardea'
STEPS = {'What Should It Think With?': '2 of 3', 'Share a Folder?': '3 of 3'}
SUMMARISE = 'Summarise Amount by month in bank.csv'


class First(Desktop):
    """A desktop on which the window was never started."""

    def __init__(self, **options):
        super().__init__(first=True, **options)

    def begin(self):
        self.window()
        self.wait(TITLE, application=APP, seconds=30)
        self.activate(TITLE)
        self.says('An Assistant That Owns Nothing')

    def says(self, *texts, seconds=20):
        for text in texts:
            self.wait_for(lambda text=text: self.shows(text, APP), seconds, f'“{text}”')

    def enter(self, text):
        """The button that goes on has the keyboard on every screen."""
        self.key('Return')
        self.says(text, STEPS[text])

    def is_over(self):
        self.wait_for(lambda: not self.windows(TITLE), 20, 'the end of the first start')
        self.wait_for(lambda: self.preference('welcomed') == 'true', 20, 'that it is remembered')

    def ask(self, text):
        self.activate('^Cardea$')
        self.send(text)


def three_screens_by_the_keyboard_and_a_chat_that_works():
    with First(CARDEA_TEST_MODEL_PORTS='1') as d:
        path = d.file('bank.csv', BANK)
        d.begin()
        d.screenshot('welcome-what')
        d.enter('What Should It Think With?')
        d.says('Offline', 'Another server or service')
        d.screenshot('welcome-model')
        d.enter('Share a Folder?')
        d.screenshot('welcome-folder')
        d.key('Return')
        d.is_over()
        assert d.json('grants') == [] and d.json('settings', 'get')['model'] == 'offline'
        d.ask(f'Summarise Amount by month in {path}')
        d.says('80.25')
        d.no_warnings()


def it_is_shown_once():
    with First() as d:
        process = d.window()
        d.wait(TITLE, application=APP, seconds=30)
        d.activate(TITLE)
        d.key('Escape')
        d.is_over()
        process.terminate()
        process.wait(timeout=20)
        d.window()
        d.wait('Message', application=APP, seconds=30)
        time.sleep(1)
        assert not d.windows(TITLE), 'it was shown again'
        d.no_warnings()


def skipping_is_remembered_and_going_back_is_possible():
    with First() as d:
        d.begin()
        d.enter('What Should It Think With?')
        d.key('alt+Left')
        d.says('1 of 3')
        d.click(d.wait('Skip the introduction', 'push button', APP))
        d.is_over()
        d.no_warnings()


def a_server_on_this_computer_is_chosen_and_answers():
    server = ModelServer([OpenAI.say('It is **blue**', ', they say.')])
    with server, First(CARDEA_TEST_MODEL_PORTS=server.url.rsplit(':', 1)[1]) as d:
        d.begin()
        d.enter('What Should It Think With?')
        d.says('Test on this computer')
        d.reach('Test on this computer', 'shift+Tab', APP)  # backwards from the button that goes on
        d.key('space')
        d.screenshot('welcome-found')
        d.activate(TITLE)
        d.click(d.button('Continue', APP))
        d.says('3 of 3')
        assert d.json('settings', 'get')['model'] == 'test'
        d.key('Return')
        d.is_over()
        d.ask('What colour is the sky?')
        d.says('they say.')
        d.no_warnings()


def a_service_is_connected_with_its_key():
    server = ModelServer([OpenAI.say('Yes.')])
    with server, First(CARDEA_TEST_MODEL_PORTS='1') as d:
        d.begin()
        d.enter('What Should It Think With?')
        d.click(d.wait('Connect a service', 'push button', APP))
        d.activate('Connect a Model')
        time.sleep(0.5)
        for text in ('mine', server.url, None, None, 'sk-Zebra7Quilt9Marble3Falcon'):
            if text is not None:
                d.key('ctrl+a')
                d.type(text)
            d.key('Tab')
            time.sleep(0.1)
        d.click(d.wait('_Connect', 'push button', APP))
        d.says('Answers within')
        d.screenshot('welcome-connected')
        d.activate(TITLE)
        d.click(d.button('Continue', APP))
        d.says('3 of 3')
        assert d.json('settings', 'get')['model'] == 'mine'
        assert d.json('model', 'list')['models'][0].get('model'), 'which of its models is not known'
        d.no_warnings()


def a_folder_is_shared():
    with First() as d:
        d.file('bank.csv', BANK)
        d.begin()
        d.enter('What Should It Think With?')
        d.enter('Share a Folder?')
        d.click(d.button('Share Folder…', APP))
        d.activate('Share a Folder')
        d.type(d.documents)
        d.key('Return')
        d.says('Share This Folder?')
        d.click(d.wait('_Share', 'push button', APP))
        d.says('May read everything in ~/Documents and below it')
        d.screenshot('welcome-shared')
        d.activate(TITLE)
        d.key('Return')
        d.is_over()
        d.ask(SUMMARISE)
        d.says('80.25')
        assert not [r for r in d.records() if r['type'] == 'consent'], 'it asked'
        d.no_warnings()


def everything_has_a_name():
    with First() as d:
        d.begin()
        for screen in ('What Should It Think With?', 'Share a Folder?', None):
            d.all_named(APP, ('push button', 'entry', 'toggle button', 'text', 'radio button',
                              'check box'))
            if screen is not None:
                d.enter(screen)


run([three_screens_by_the_keyboard_and_a_chat_that_works, it_is_shown_once,
     skipping_is_remembered_and_going_back_is_possible,
     a_server_on_this_computer_is_chosen_and_answers, a_service_is_connected_with_its_key,
     a_folder_is_shared, everything_has_a_name])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is pasted into a message: files as file managers copy them. That they are pasted is the
grant; what only looks like files stays words."""
import os
import pathlib
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
CONSENT = 'cardea-consent'
COPIED = 'x-special/gnome-copied-files'
WORDS = 'text/plain;charset=utf-8'


class Paste(Desktop):
    """A desktop with the window in front, and something to copy from."""

    def __init__(self, **options):
        super().__init__(**options)
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.said('Offline', 30)

    def said(self, text, seconds=20):
        self.wait_for(lambda: text in self.texts(APP), seconds, text)

    def paste(self):
        self.activate('Cardea')
        self.key('ctrl+v')


def uri(path):
    return pathlib.Path(path).as_uri()


def copied_files_are_given():
    with Paste() as d:
        path = d.file('bank.csv', BANK)
        other = d.file('a b.txt', 'other\n')
        d.copy('text/uri-list', uri(path) + '\r\n' + uri(other) + '\r\n', COPIED, 'copy\n', WORDS, path)
        d.paste()
        d.button('Remove bank.csv', APP)
        remove = d.button('Remove a b.txt', APP)
        d.screenshot('paste-files')
        d.click(remove)
        d.wait_gone('Remove a b.txt', application=APP)
        d.type('Summarise Amount by month in bank.csv')
        d.key('Return')
        d.said('80.25')
        assert not d.find('Permission request', application=CONSENT)
        assert [g['path'] for g in d.json('grants')] == [path]
        d.no_warnings()


def what_old_file_managers_copy_is_given():
    with Paste() as d:
        path = d.file('bank.csv', BANK)
        d.copy(COPIED, 'cut\n' + uri(path), WORDS, path)
        d.paste()
        d.button('Remove bank.csv', APP)
        assert os.path.exists(path), 'it was moved'
        d.no_warnings()


def what_is_no_file_is_pasted_as_words():
    with Paste() as d:
        d.copy('text/uri-list', 'https://example.org/real\r\n', WORDS, 'https://example.org/real')
        d.paste()
        d.said('https://example.org/real')
        d.key('ctrl+a', 'Delete')
        d.copy(COPIED, 'move\nfile:///etc/hostname', WORDS, 'some words')
        d.paste()
        d.said('some words')
        time.sleep(0.3)
        assert not d.find('Remove ', application=APP)
        d.no_warnings()


if __name__ == '__main__':
    run([copied_files_are_given, what_old_file_managers_copy_is_given,
         what_is_no_file_is_pasted_as_words])

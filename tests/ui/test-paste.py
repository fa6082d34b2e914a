#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is pasted into a message: files as file managers copy them, and pictures. That they are pasted
is the grant; what only looks like them stays words."""
import os
import pathlib
import struct
import sys
import time
import zlib

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
        self.wait_for(lambda: self.shows(text, APP), seconds, text)

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


def pasted(d):
    """The files that pictures became."""
    found = []
    for folder, _, names in os.walk(d.folder('data/org.cardea.Cardea/pasted')):
        found += [os.path.join(folder, name) for name in names]
    return sorted(found)


def png():
    def chunk(kind, content):
        return struct.pack('>I', len(content)) + kind + content + struct.pack('>I', zlib.crc32(kind + content))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 2, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress(b'\0\xff\0\0')) + chunk(b'IEND', b''))


def a_picture_is_kept_and_given():
    """Byte for byte, in a file of the chat's; taken away, the file goes; with the chat it goes, too."""
    with Paste() as d:
        d.copy('text/html', '<img src="https://example.org/x.png">', 'image/png', png())
        d.paste()
        d.button('Remove picture-1.png', APP)
        (path,) = pasted(d)
        with open(path, 'rb') as f:
            assert f.read() == png()
        assert os.stat(path).st_mode & 0o777 == 0o600 and os.stat(os.path.dirname(path)).st_mode & 0o777 == 0o700
        d.click(d.button('Remove picture-1.png', APP))
        d.wait_for(lambda: not pasted(d), 10, 'no file')
        d.paste()
        d.button('Remove picture-1.png', APP)
        d.screenshot('paste-picture')
        d.type('What is this?')
        d.key('Return')
        (path,) = pasted(d)
        d.said('With ' + path)
        d.button('Send', APP)
        grants = [(g['path'], g['access']) for g in d.json('grants')]
        assert grants == [(path, 'ro')], grants
        assert not d.find('Permission request', application=CONSENT)
        d.activate('Cardea')
        d.key('ctrl+shift+Delete')
        d.said('deleted')
        assert pasted(d) == [path], 'there is a way back'
        d.key('ctrl+q')
        d.wait_for(lambda: not pasted(d), 10, 'no file')
        d.no_warnings()


def what_is_no_picture_is_not_kept():
    with Paste() as d:
        d.copy('image/png', b'<svg/>')
        d.paste()
        d.said('What was copied is not the picture it is said to be.')
        assert not pasted(d)
        d.copy('image/png', png(), WORDS, 'cells of a table')
        d.paste()
        d.said('cells of a table')
        assert not pasted(d)
        d.no_warnings()


if __name__ == '__main__':
    run([a_picture_is_kept_and_given, what_is_no_picture_is_not_kept, copied_files_are_given,
         what_old_file_managers_copy_is_given, what_is_no_file_is_pasted_as_words])

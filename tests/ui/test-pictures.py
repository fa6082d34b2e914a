#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures that software centres show (data/meson.build, -Dsite): made by using the program.
./dev pictures keeps them in the build folder."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
CONSENT = 'cardea-consent'
LEAST = (620, 350)  # pixels, as software centres want


def picture(d, name, title):
    """One window, without what is around it."""
    folder = os.environ.get('CARDEA_PICTURES') or tempfile.mkdtemp(dir=d.root)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name + '.png')
    window = d.activate(title)
    d.pause()
    subprocess.run(['import', '-window', window, path], env=d.env, check=True, timeout=30)
    said = subprocess.run(['identify', '-format', '%w %h %k', path], capture_output=True, text=True,
                          check=True, timeout=30).stdout
    width, height, colours = map(int, said.split())
    assert (width >= LEAST[0] or title != 'Cardea') and height >= LEAST[1], said
    assert colours > 50, f'{name} shows nothing: {said}'


def made_by_using_it():
    with Desktop() as d:
        path = d.file('bank.csv', BANK)
        d.file('notes.txt', 'Call the bank.\n')
        d.window(path)
        d.wait('Message', seconds=30)
        d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'the guardian')
        d.activate('Cardea')
        d.send('Summarise Amount by month in bank.csv')
        d.wait_for(lambda: '80.25' in d.texts('cardea'), 30, 'the totals')
        d.wait('Send', 'push button', 'cardea')
        picture(d, 'chat', 'Cardea')
        d.send('Append "Ask about the fee." to ~/Documents/notes.txt')
        d.wait('Permission request', application=CONSENT)
        allow = d.wait('Allow: ', 'push button', CONSENT)
        d.activate('Permission request')
        d.wait_for(lambda: d.sensitive(allow), 20, 'Allow to arm')
        picture(d, 'question', 'Permission request')
        d.click(allow)
        d.wait_gone('Permission request', application=CONSENT)
        d.activate('Cardea')
        d.key('ctrl+i')
        d.wait('Search the log', application='cardea')
        d.wait_for(lambda: 'notes.txt' in d.texts('cardea'), 20, 'the record')
        picture(d, 'activity', 'Cardea')
        d.no_warnings()


def metainfo_shows_no_other():
    with open(os.path.join(ROOT, 'data', 'meson.build'), encoding='utf-8') as f:
        named = set(re.findall(r"\['(?:default)?', '([a-z]+)', '", f.read()))
    with open(os.path.abspath(__file__), encoding='utf-8') as f:
        made = set(re.findall(r"picture\(d, '([a-z]+)'", f.read()))
    assert named == made, (named, made)


run([made_by_using_it, metainfo_shows_no_other])

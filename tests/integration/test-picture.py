#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The assistant is to show pictures: real ones of every kind, made here; broken ones; and ones that it
may not read. Through the real agent in its sandbox and a decoder of each picture's own."""
import os
import shutil
import subprocess
import sys

from world import World, run

SHOWN = 'A picture, 300 × 200 pixels'


def make(world, name, *options):
    path = os.path.join(world.work, name)
    subprocess.run(['convert', '-size', '300x200', 'gradient:red-blue', *options, path], check=True, timeout=60)
    return path


def ask(world, path, status=0):
    done = world.ctl('ask', '-f', path, 'show ' + os.path.basename(path), check=status)
    return done.stdout + done.stderr


def every_kind_is_shown():
    with World() as w:
        for name, options in (('a.png', ()), ('b.jpg', ('-interlace', 'JPEG')), ('c.jpeg', ('-colorspace', 'CMYK')),
                              ('d.webp', ()), ('e.gif', ()), ('f.bmp', ()), ('g.png', ('-interlace', 'PNG'))):
            told = ask(w, make(w, name, *options))
            assert 'Here is ' + name in told and SHOWN in told, (name, told)
        read = [r for r in w.records('--action', 'file.read') if r['type'] == 'decision']
        assert read and all(r['effect'] == 'allow' for r in read), read
        assert not [r for r in w.records() if r['type'] in ('violation', 'consent')]
        w.wait_for(lambda: not [p for p in w.processes() if w.name(p) == 'cardea-guardian-picture'], 10,
                   'the decoders to go')


def name_does_not_matter():
    with World() as w:
        path = make(w, 'a.png')
        os.rename(path, path[:-3] + 'txt')
        assert SHOWN in ask(w, path[:-3] + 'txt')
        assert 'Here is' not in ask(w, w.file('words.png', 'words\n'))


def broken_is_said():
    with World() as w:
        whole = make(w, 'a.png')
        with open(whole, 'rb') as f:
            cut = f.read()[:120]
        path = os.path.join(w.work, 'cut.png')
        with open(path, 'wb') as f:
            f.write(cut)
        told = ask(w, path, 1)
        assert 'could not show cut.png' in told and 'broken' in told, told
        assert SHOWN in ask(w, whole)


def not_without_leave():
    with World() as w:
        path = make(w, 'a.png')
        told = w.ctl('ask', '--mode', 'deny', 'show ' + path, check=3)
        assert SHOWN not in told.stdout + told.stderr, told


if shutil.which('convert') is None:
    print('not here: ImageMagick', file=sys.stderr)
    sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)
run([every_kind_is_shown, name_does_not_matter, broken_is_said, not_without_leave])

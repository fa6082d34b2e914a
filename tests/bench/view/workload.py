#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work with files, timed from inside: prints "NAME SECONDS" a line. Standard library only: it runs in
the sandbox and outside.

usage: workload.py FOLDER NAME...

A NAME is done as often as it is there; before the last time is a pause, longer than the kernel
believes what nobody watches."""
import os
import shutil
import subprocess
import sys
import time

QUIET = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, 'check': True}
OPENS = 4000
PIECE = 1 << 20
PAUSE = 1.2


def opens():
    """What programs do most: open, read 4 KiB, close; of 200 files in turns."""
    names = [f'small/{i:03}' for i in range(200)]
    for i in range(OPENS):
        fd = os.open(names[i % 200], os.O_RDONLY)
        os.read(fd, 4096)
        os.close(fd)


def status():
    subprocess.run(['git', '-C', 'repo', 'status', '--porcelain'], **QUIET)


def checkout():
    for branch in ('other', 'main'):
        subprocess.run(['git', '-C', 'repo', 'checkout', '-q', branch], **QUIET)


def search():
    subprocess.run(['rg', '--no-ignore', '-l', 'needle', 'tree'], **QUIET)


def unpack():
    os.mkdir('unpacked')
    subprocess.run(['tar', 'xf', 'tree.tar', '-C', 'unpacked'], **QUIET)


def install():
    """Without a network: everything it needs is in the folder."""
    subprocess.run(['npm', 'ci', '--offline', '--no-audit', '--no-fund', '--ignore-scripts',
                    '--cache', os.path.abspath('cache'), '--prefix', 'app'],
                   env={**os.environ, 'npm_config_update_notifier': 'false'}, **QUIET)


def copy():
    shutil.copytree('tree', 'copied')


def sequential():
    fd = os.open('../data/big', os.O_RDONLY)
    buffer = bytearray(PIECE)
    while os.readv(fd, [buffer]) > 0:
        pass
    os.close(fd)


BEFORE = {'unpack': 'unpacked', 'copy': 'copied', 'install': 'app/node_modules'}


def main():
    os.chdir(sys.argv[1])
    names = sys.argv[2:]
    for i, name in enumerate(names):
        if name in BEFORE:
            shutil.rmtree(BEFORE[name], ignore_errors=True)
        if i > 0 and name not in names[i + 1:]:
            time.sleep(PAUSE)
        begun = time.monotonic()
        globals()[name]()
        print(name, time.monotonic() - begun, flush=True)


main()

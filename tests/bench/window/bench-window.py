#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sample: milliseconds until a bare window (the program named first) and ours are mapped, and
until a question is, after the message was sent. A process of its own, since libatspi stays with the first bus it met."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'ui'))
from desktop import Desktop  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position


def main():
    with Desktop() as d:
        begun = time.monotonic()
        bare = subprocess.Popen([sys.argv[1]], env=d.env, stderr=subprocess.DEVNULL)
        d.wait_for(lambda: d.windows('^Bare$'), what='a bare window')
        print('bare', (time.monotonic() - begun) * 1000)
        bare.terminate()
        bare.wait()
        d.file('bank.csv', BANK)
        begun = time.monotonic()
        d.window()
        d.wait_for(lambda: d.windows('^Cardea$'), what='the window')
        print('window', (time.monotonic() - begun) * 1000)
        d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'a ready session')
        d.activate('Cardea')
        d.type('Summarise Amount by month in bank.csv')
        time.sleep(1)  # the question's program starts beside the window; a person types longer
        begun = time.monotonic()
        d.key('Return')
        d.wait_for(lambda: d.windows('Permission request'), what='the question')
        print('question', (time.monotonic() - begun) * 1000)


main()

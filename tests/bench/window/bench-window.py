#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sample: milliseconds until the first frame of a bare window (the program named first) and of
ours is drawn (the second tells when), and until a question is mapped after the message was sent. A
process of its own, since libatspi stays with the first bus it met."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'ui'))
from desktop import Desktop  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position


def first_frame(d, name, program):
    done = subprocess.run([sys.argv[2], program], env=d.env, stdin=subprocess.DEVNULL, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=30)
    print(name, done.stdout.split()[1])


def main():
    with Desktop() as d:
        for _ in range(2):
            first_frame(d, 'bare', sys.argv[1])
            first_frame(d, 'window', d.program('cardea'))
        d.file('bank.csv', BANK)
        d.window()
        d.wait_for(lambda: d.windows('^Cardea$'), what='the window')
        d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'a ready session')
        d.activate('Cardea')
        d.type('Summarise Amount by month in bank.csv')
        time.sleep(1)  # the question's program starts beside the window; a person types longer
        begun = time.monotonic()
        d.key('Return')
        d.wait_for(lambda: d.windows('Permission request'), what='the question')
        print('question', (time.monotonic() - begun) * 1000)


main()

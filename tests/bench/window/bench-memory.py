#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of a bare window (the program named first) and of ours with a chat of 200 messages in it
(kept by the program named second), each alone on the same desktop: KiB, PSS and private. Both share
their libraries with cardea-consent, which waits beside them."""
import subprocess
import sys
import time
import os

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'ui'))
from desktop import Desktop  # noqa: E402 pylint: disable=wrong-import-position

MESSAGES = '200'
CALM = 8  # seconds, after which what was to be done at leisure is done


def memory(pid):
    found = {}
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as f:
        for line in f:
            name, *value = line.split()
            found[name.rstrip(':')] = int(value[0]) if value and value[0].isdigit() else 0
    return found['Pss'], found['Private_Clean'] + found['Private_Dirty']


def measure(d, command, title):
    process = subprocess.Popen(command, env=d.env, stdin=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    d.helpers.insert(0, process)
    d.wait_for(lambda: d.windows(title), 30, 'a window')
    time.sleep(CALM)
    print(title.strip('^$'), *memory(process.pid))
    d.screenshot('memory-' + title.strip('^$'))
    process.terminate()
    process.wait()


def main():
    with Desktop() as d:
        chat = subprocess.run([sys.argv[2], MESSAGES], env=d.env, check=True, timeout=60,
                              capture_output=True, text=True).stdout.strip()
        d.prefer('open-chat', f"'{chat}'")
        measure(d, [sys.argv[1]], '^Bare$')
        measure(d, [d.program('cardea')], '^Cardea$')


main()

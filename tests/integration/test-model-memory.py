#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the key of a model is, looked for byte by byte in memory and on the disk. Only root may
look into these processes: they are not dumpable, so an ordinary user's run is skipped."""
import json
import os
import re
import signal
import sys
import time

from model_server import Answer, ModelServer, OpenAI, connect, hang
from world import World, run

KEY = 'sk-' + 'cardea0test1key2never3seen' * 2  # made up; looked for byte by byte

SHADOW = 1 << 30  # bytes: what is larger is a sanitizer's note of what may be read, and nothing else


def memory(pid):
    """All that a process may read of itself."""
    with open(f'/proc/{pid}/maps', encoding='utf-8', errors='replace') as maps, \
            open(f'/proc/{pid}/mem', 'rb', buffering=0) as mem:
        for line in maps:
            found = re.match(r'([0-9a-f]+)-([0-9a-f]+) r', line)
            if not found or '[vvar]' in line or '[vsyscall]' in line:
                continue
            at, end = int(found[1], 16), int(found[2], 16)
            if end - at > SHADOW:
                continue
            while at < end:
                try:
                    mem.seek(at)
                    block = mem.read(min(end - at, 1 << 22))
                except (OSError, ValueError, OverflowError):
                    break
                if not block:
                    break
                yield block
                at += len(block)


def holds(pid, needle):
    tail = b''
    for block in memory(pid):
        if needle in tail + block:
            return True
        tail = block[-len(needle):]
    return False


def files_below(folder):
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, 'rb') as f:
                    yield path, f.read()


def the_key_is_where_it_belongs():
    """It reaches the server. The agent and the core never hold a byte of it, no file does in the
    clear."""
    half = OpenAI.say('Still thinking').split(OpenAI.end('stop'))[0]
    with World() as w, ModelServer([Answer(half, then=hang)]) as server:
        connect(w, server, key=KEY)
        process = w.start('ask', '--model', 'mine', 'Hi')
        w.wait_for(lambda: server.requests, what='a request')
        time.sleep(0.5)
        sent = {name.lower(): value for name, value in server.headers[-1].items()}
        assert sent.get('authorization') == 'Bearer ' + KEY, sent
        assert KEY not in json.dumps(server.requests)

        names = {}
        for pid in w.processes():
            names.setdefault(w.name(pid), []).append(pid)
        assert 'cardea-agent' in names and 'cardea-guardian' in names, names
        # Half of it would be too much as well.
        needle = KEY[:24].encode()
        for name in ('cardea-agent', 'cardea-guardian', 'cardeactl'):
            for pid in names[name]:
                assert not holds(pid, needle), f'{name} holds the key'
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert KEY not in out + err
        w.ctl('audit', 'list', '--json', check=0)
        for path, content in files_below(w.root):
            assert needle not in content, path


if os.getuid() != 0:
    print('skipped: only root may read the memory of these processes')
    sys.exit(77)
run([the_key_is_where_it_belongs])

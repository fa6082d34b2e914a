#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cardeactl doctor --prove: what ships to find out on a user's machine whether the sandbox holds."""
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../integration'))
from world import World, needs_fuse, run  # pylint: disable=wrong-import-position

CLASSES = ['filesystem', 'network', 'ipc', 'kernel', 'process']
SPACES = ('user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup')
NOT_CALLS = ('push-a-key', 'console-selection', 'line-discipline', 'take-the-console',
             'families-of-sockets', 'x32', 'i386')


def everything_holds():
    with World() as w:
        before = sorted(os.listdir(w.home))
        report = w.json('doctor', '--prove', timeout=120)
        proof = report['proof']
        assert [c['class'] for c in proof['classes']] == CLASSES, proof['classes']
        odd = [a for a in proof['attempts'] if a['result'] != 'held']
        assert odd == [], odd
        assert proof['held'] >= 100, proof['held']
        assert sorted(os.listdir(w.home)) == before
        trapped = {r['syscall'] for r in w.records() if r['type'] == 'violation' and 'syscall' in r}
        for attempt in proof['attempts']:
            name = attempt['name']
            if attempt['class'] != 'kernel' or name in NOT_CALLS:
                continue
            assert name.split('-')[0] in trapped, (name, trapped)
        assert {'ioctl', 'socket', 'x32:getpid'} <= trapped, trapped
        text = w.ctl('doctor', '--prove', check=0, timeout=120).stdout
        assert 'Nothing got through.' in text and text.count('attempts held') == 5, text


def in_one_that_waited():
    """A sandbox that was built before its program was known holds as well."""
    with World() as w:
        w.json('doctor', '--prove', timeout=120)
        w.wait_for(lambda: [p for p in w.processes() if w.name(p) == 'cardea-confine'],
                   what='one that waits')
        time.sleep(0.2)
        proof = w.json('doctor', '--prove', timeout=120)['proof']
        launches = [r['layers'].get('prepared') for r in w.records() if r['type'] == 'launch']
        assert launches == [False, True], launches
        odd = [a for a in proof['attempts'] if a['result'] != 'held']
        assert odd == [] and proof['held'] >= 100, (odd, proof['held'])


def attempts_can_succeed():
    """The same program without our sandbox gets through: what it says means something."""
    with World() as w, socket.socket() as listener:
        canary = w.file('canary', 'words\n')
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        spaces = [str(os.stat('/proc/self/ns/' + name).st_ino) for name in SPACES]
        done = subprocess.run(
            ['bwrap', '--unshare-user', '--unshare-uts', '--unshare-ipc', '--unshare-pid', '--bind',
             '/', '/', '--dev', '/dev', '--proc', '/proc', w.program('cardea-prove'), canary, '',
             str(listener.getsockname()[1]), str(os.getpid()), *spaces],
            capture_output=True, text=True, timeout=120, check=True, env={**w.env, 'DISPLAY': ':0'})
        lines = [line.split('\t') for line in done.stdout.splitlines()[:-1]]
        through = {line[1] for line in lines if line[2] == 'through'}
        for name in ('read-a-file-of-yours', 'see-its-name', 'through-a-link', 'your-loopback',
                     'shared-namespaces', 'variables-that-lead-out', 'privilege', 'splice', 'x32',
                     'clone-user', 'families-of-sockets', 'endless-processes', 'push-a-key'):
            if name == 'x32' and ['kernel', 'x32', 'held', 'Function not implemented'] in lines:
                continue  # a kernel without that table
            assert name in through, (name, through)
        assert ['ipc', 'an-abstract-socket-of-yours', 'absent', 'nothing could listen outside'] in lines


needs_fuse()
run([everything_holds, in_one_that_waited, attempts_can_succeed])

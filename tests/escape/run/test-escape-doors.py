#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors of a sandbox, counted for every profile: descriptors, mounts, sockets, processes, names in
the environment. What is not in these tables must not be there."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../integration'))
from world import World, needs_fuse, run  # pylint: disable=wrong-import-position

PYTHON = '/usr/bin/python3'

COUNT = r'''
import json, os, stat
def lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read().splitlines()
    except OSError:
        return []
fds = {}
for fd in os.listdir("/proc/self/fd"):
    try:
        fds[fd] = os.readlink("/proc/self/fd/" + fd)
    except OSError:
        pass  # the listing's own
mounts = []
for line in lines("/proc/self/mountinfo"):
    fields = line.split()
    mounts.append((fields[4].replace("\\040", " "), fields[5].split(","), fields[fields.index("-") + 1]))
sockets = {name: lines("/proc/net/" + name)[1:]
           for name in ("unix", "tcp", "tcp6", "udp", "udp6", "raw", "netlink", "packet")}
print(json.dumps({"fds": fds, "mounts": mounts, "sockets": sockets, "env": sorted(os.environ),
                  "agent": stat.S_ISSOCK(os.stat(os.environ["AGENT_TOKEN_SOCKET"]).st_mode),
                  "own": sorted(os.listdir("/opt/cardea")),
                  "processes": [p for p in os.listdir("/proc") if p.isdigit()],
                  "root": sorted(os.listdir("/")), "devices": sorted(os.listdir("/dev"))}))
'''

# place → whether a program may write there
MOUNTS = {'/': False, '/usr': False, '/etc': False, '/opt/cardea': False, '/proc': True, '/dev': False,
          '/opt/cardea-trust.pem': False, '/dev/pts': True, '/dev/shm': True, '/tmp': True}
DEVICES = {'full', 'null', 'random', 'urandom', 'zero', 'tty', 'ptmx', 'pts', 'shm', 'fd', 'stdin',
           'stdout', 'stderr', 'core', 'console', 'mqueue'}
ROOT = {'bin', 'dev', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'opt', 'proc', 'sbin', 'tmp', 'usr'}


def count(w, *options):
    done = w.ctl('run', *options, '--', PYTHON, '-Ic', COUNT, check=0)
    return json.loads(done.stdout)


def check_mounts(found, home, shared):
    seen = set()
    for place, flags, kind in found['mounts']:
        seen.add(place)
        assert 'nosuid' in flags, (place, flags)
        if place in (home, *shared):
            continue
        if place.startswith(('/dev/', '/etc/', '/opt/cardea/', '/proc/')) and place not in MOUNTS:
            assert place.startswith('/dev/') or 'ro' in flags or place.startswith('/proc/'), (place, flags)
            continue
        assert place in MOUNTS, (place, flags, kind)
        if not MOUNTS[place]:
            assert 'ro' in flags, (place, flags)
    assert {'/', '/usr', '/etc', '/proc', '/dev', '/tmp', home} <= seen, seen


def check(w, found, profile, shared=()):
    assert set(found['fds']) <= {'0', '1', '2', '3'}, (profile, found['fds'])
    for number, way in found['fds'].items():
        assert way == '/dev/null' or way.startswith(('pipe:', '/proc/')), (profile, number, way)
    check_mounts(found, w.home, shared)
    assert set(found['devices']) <= DEVICES, (profile, found['devices'])
    extra = {part.split('/')[1] for part in (w.home, *shared)}
    assert set(found['root']) <= ROOT | extra, (profile, found['root'])
    # pid 1 (bwrap's), and the program itself
    assert len(found['processes']) == 2, (profile, found['processes'])
    for kind, lines in found['sockets'].items():
        if kind == 'netlink':  # the kernel's own are there in every namespace
            lines = [line for line in lines if line.split()[2] != '0']
        # the one door there may be: the proxy's listener on loopback
        listening = [line for line in lines if kind == 'tcp' and line.split()[3] == '0A'
                     and line.split()[1].startswith('0100007F:')]
        assert len(lines) == len(listening) <= 1, (profile, kind, lines)
    # and the socket where badges are asked for, which is bound outside
    assert found['agent'] and set(found['own']) == {'agent.sock', 'cardea-confine'}, (profile, found['own'])
    for name in found['env']:
        assert not name.startswith(('LD_', 'DBUS', 'XDG_', 'SSH_', 'CARDEA')), (profile, name)
        assert name not in ('DISPLAY', 'WAYLAND_DISPLAY', 'BASH_ENV', 'NODE_OPTIONS'), (profile, name)


def of_every_profile():
    with World(LD_LIBRARY_PATH='/x', DISPLAY=':9', SSH_AUTH_SOCK='/x', BASH_ENV='/x',
               NODE_OPTIONS='--x') as w:
        check(w, count(w), 'none')
        names = [profile['name'] for profile in w.json('profiles', 'list')]
        assert len(names) >= 7, names
        for name in names:
            check(w, count(w, '--profile', name), name)


def with_shared_folders():
    with World() as w:
        inside, outside = w.folder('home/project'), w.folder('away/project')
        shares = ('-w', inside + ':rw', '-w', outside)
        for options in ((), ('--profile', 'python')):
            check(w, count(w, *options, *shares), options, (inside, outside))


def with_a_terminal():
    """One of its own: nothing of the person's comes inside with it."""
    import pty  # pylint: disable=import-outside-toplevel
    with World() as w:
        script = w.file('count.py', COUNT, folder=w.folder('home/project'))
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(w.work)
            os.execve(w.program('cardeactl'),
                      ['cardeactl', 'run', '-w', os.path.dirname(script), '--', PYTHON, '-I', script],
                      {**w.env, 'TERM': 'xterm'})
        text = b''
        while True:
            try:
                piece = os.read(fd, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, text
        os.close(fd)
        found = json.loads(text[text.index(b'{'):text.rindex(b'}') + 1].replace(b'\r\n', b''))
        for number in ('0', '1', '2'):
            # of another instance of devpts than the one inside: no name leads to it
            assert found['fds'][number].startswith('/dev/pts/'), found['fds']
        assert set(found['fds']) <= {'0', '1', '2', '3'}, found['fds']


needs_fuse()
run([of_every_profile, with_shared_folders, with_a_terminal])

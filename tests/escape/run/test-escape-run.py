#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks from inside `cardeactl run`, asserted from the attacker's side and from the log: asked
(a record each), trapped (a violation), absent (the launch record lists what was applied)."""
import errno
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../integration'))
from world import World, needs_fuse, run  # pylint: disable=wrong-import-position

ATTACK = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'attack.py')
PYTHON = '/usr/bin/python3'
REFUSED = {errno.EPERM, errno.ENOSYS, errno.EACCES, errno.EAFNOSUPPORT}


def attack(w):
    folder = w.folder('home/project')
    secret = w.file('id', 'key\n', folder=w.folder('home/.ssh'))
    w.file('.bashrc', 'x\n', folder=w.home)
    w.file('tax', 'secret\n')
    os.link(secret, os.path.join(folder, 'hard'))
    os.mkfifo(os.path.join(folder, 'fifo'))
    with open(ATTACK, encoding='utf-8') as f:
        script = f.read()
    done = w.ctl('run', '-w', folder + ':rw', '--', PYTHON, '-Ic', script, str(os.getpid()),
                 cwd=folder, timeout=200)
    assert done.returncode == 0, done.stderr
    results = {}
    for line in done.stdout.splitlines():
        value = json.loads(line)
        results[value['name']] = value['errno']
    return results


def every_attack_fails():
    with World() as w:
        results = attack(w)
        assert 'honest' in results and len(results) > 200, len(results)
        got_through = [name for name, value in results.items() if value == 0]
        assert got_through == [], got_through
        wrong = [(n, errno.errorcode.get(v)) for n, v in results.items()
                 if n.split(':')[0] in ('call', 'clone', 'clone3', 'x32', 'ioctl', 'family')
                 and v not in REFUSED]
        assert wrong == [], wrong

        records = w.records()
        trapped = {r['syscall'] for r in records if r['type'] == 'violation' and 'syscall' in r}
        for name in results:
            kind, _, rest = name.partition(':')
            if kind == 'call':
                assert rest in trapped, rest
        for name in ('clone', 'clone3', 'ioctl', 'socket', 'socketpair', 'x32:getpid'):
            assert name in trapped, (name, trapped)
        launch = [r for r in records if r['type'] == 'launch'][0]
        layers = launch['layers']
        assert layers['seccomp'] == 'deny-list' and layers['capabilities'] == 'none', layers
        assert layers['no_new_privs'] and len(layers['namespaces']) == 7, layers
        asked = [r for r in records if r.get('resource', {}).get('path', '').endswith('/Documents/tax')]
        assert asked and all(r['effect'] in ('deny', 'ask') for r in asked), asked
        assert not os.path.exists(os.path.join(w.home, 'project/.git/config'))
        # whoever looks on goes on
        assert w.json('status')['sessions'] == 0


def secrets_stay():
    """A shell tries what shells can."""
    with World() as w:
        w.file('id', 'the-key\n', folder=w.folder('home/.ssh'))
        w.file('tax', 'the-secret\n')
        script = ('cat ~/.ssh/id ~/.ssh/* ~/Documents/tax; cp -r ~/.ssh /tmp/s; tar c ~ 2>/dev/null; '
                  'cat /proc/1/root/etc/shadow; cat /proc/self/root/../etc/shadow; find / -name id; '
                  'cat <~/.ssh/id; ln ~/.ssh/id /tmp/id; cat /tmp/id; grep -r the- ~ /proc/1/cwd; '
                  'exec 9<>/dev/tcp/127.0.0.1/22; printf x >/dev/mem')
        done = w.ctl('run', '--', 'bash', '-c', script, timeout=120)
        assert 'the-key' not in done.stdout and 'the-secret' not in done.stdout, done.stdout


needs_fuse()
run([every_attack_fails, secrets_stay])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 while a program changes files in a shared folder, one after the other: whatever is on the
disk afterwards is in the log, though what one answer covers is recorded in groups."""
import os
import signal
import time

from world import World, needs_fuse, run

SCRIPT = '''
import itertools, os
for i in itertools.count():
    os.mkdir(f"d{i}")
    with open(f"d{i}/f", "w") as f:
        f.write("x")
    os.rename(f"d{i}/f", f"d{i}/g")
    os.remove("old%d" % (i % 50)) if i < 50 else None
'''
PYTHON = '/usr/bin/python3'
FOLDER = 'effects'


def recorded(w, action):
    """Paths that were answered for themselves, and those of groups."""
    paths = set()
    for record in w.records():
        if record.get('action') != action or record['type'] not in ('outcome', 'decision'):
            continue
        paths.add(record.get('resource', {}).get('path'))
        paths |= {item['path'] for item in record.get('items', [])}
    return paths


def killed(*names, again=True):
    with World() as w:
        folder = w.folder('home/project')
        for i in range(50):
            w.file(f'old{i}', 'kept\n', folder=folder)
        process = w.start('run', '-w', folder + ':rw', '--', PYTHON, '-c', SCRIPT, cwd=folder)
        w.wait_for(lambda: os.path.exists(os.path.join(folder, 'd60')), what='changes')
        time.sleep(0.013)
        guardian = w.guardian()
        pids = [p for p in w.processes() if w.name(p) in names
                and (w.name(p) != 'cardea-guardian' or p == guardian)]
        assert len(pids) == len(names), (names, pids)
        for number in (signal.SIGSTOP, signal.SIGKILL):  # else one would go when the other does
            for pid in pids:
                os.kill(pid, number)
        process.communicate(timeout=20)
        if again:
            w.wait_for(lambda: w.guardian() is None, what='the end of the guardian')
            journals = os.listdir(os.path.join(w.root, 'state', 'cardea', FOLDER))
            assert len(journals) == 1, journals
            w.ctl('run', 'true', check=0)
        made = {os.path.join(folder, name) for name in os.listdir(folder) if name.startswith('d')}
        assert len(made) >= 60, len(made)
        missing = made - recorded(w, 'file.create')
        assert not missing, sorted(missing)[:5]
        gone = {os.path.join(folder, f'old{i}') for i in range(50)
                if not os.path.exists(os.path.join(folder, f'old{i}'))}
        assert len(gone) == 50, gone
        assert not gone - recorded(w, 'file.delete'), gone - recorded(w, 'file.delete')
        w.wait_for(lambda: os.listdir(os.path.join(w.root, 'state', 'cardea', FOLDER)) == [], what='no journal')
        assert w.ctl('audit', 'verify').returncode == 0


def the_worker():
    killed('cardea-guardian-view', again=False)


def the_core():
    killed('cardea-guardian')


def both():
    killed('cardea-guardian', 'cardea-guardian-view')


def nothing():
    """And without all that, nothing is left, and nothing is said to have been only begun."""
    with World() as w:
        folder = w.folder('home/project')
        w.ctl('run', '-w', folder + ':rw', '--', 'sh', '-c', 'for i in 1 2 3 4; do echo x >$i; done',
              cwd=folder, check=0)
        w.wait_for(lambda: os.listdir(os.path.join(w.root, 'state', 'cardea', FOLDER)) == [], what='no journal')
        paths = {os.path.join(folder, str(i)) for i in range(1, 5)}
        assert paths <= recorded(w, 'file.create'), recorded(w, 'file.create')
        assert not [r for r in w.records() if r.get('outcome') == 'begun']


def a_damaged_one():
    """It is taken in as far as it can be read, the log says so, and the guardian starts."""
    with World() as w:
        w.ctl('run', 'true', check=0)
        os.kill(w.guardian(), signal.SIGKILL)
        w.wait_for(lambda: w.guardian() is None, what='the end of the guardian')
        folder = os.path.join(w.root, 'state', 'cardea', FOLDER)
        os.makedirs(folder, exist_ok=True)
        line = '{"action":"file.create","by":"7","grant":"g","path":"/home/x/%s"}\n'
        actor = '{"session":"0123456789abcdef","agent":"program:x"}\n'
        journals = {'0123456789abcdef': '0' * 20 + '\n' + actor + line % 'one' + 'nonsense\n' + line % 'two',
                    'empty': '', 'short': '000\n', 'no-actor': '0' * 20 + '\nx\n' + line % 'three',
                    'far': '9' * 19 + '0\n' + actor + line % 'four', 'torn': '0' * 20 + '\n' + actor
                    + line % 'five' + (line % 'six')[:-9], 'action': '0' * 20 + '\n' + actor
                    + line.replace('file.create', 'guardian.stop') % 'seven'}
        for name, text in journals.items():
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as f:
                f.write(text)
        os.symlink('/etc/hostname', os.path.join(folder, 'link'))
        w.ctl('run', 'true', check=0)
        found = {os.path.basename(p) for p in recorded(w, 'file.create') if p}
        assert found == {'one', 'five'}, found
        unknown = [r for r in w.records() if r.get('outcome') == 'unknown']
        assert len(unknown) == 4, unknown  # nonsense, no-actor, far, action
        assert os.listdir(folder) == ['link'], os.listdir(folder)
        assert w.ctl('audit', 'verify').returncode == 0


needs_fuse()
run([the_worker, the_core, both, nothing, a_damaged_one])

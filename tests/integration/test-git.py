#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Git in a shared folder: it works after one question, and what git would obey is not written unasked."""
import os
import shutil
import subprocess
import sys
import time

from world import World, Watcher, needs_fuse, run

NAMES = ('export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=b '
         'GIT_CONFIG_NOSYSTEM=1; set -e; ')
# What each writes makes git on the person's side run something, at the latest when it is looked at.
ATTACKS = {
    'fsmonitor': 'git config core.fsmonitor ./evil',
    'ssh': 'git config core.sshCommand ./evil',
    'include': 'printf "[include]\\n\\tpath = ../evil\\n" >>.git/config',
    'filter': 'echo "* filter=x" >.gitattributes; git config filter.x.clean ./evil',
    'moved': 'cp .git/config c; echo "[core]" >>c; echo "	fsmonitor = ./evil" >>c; mv c .git/config',
    'worktree': 'echo "[core]" >.git/config.worktree',
    'hook': 'mkdir -p .git/hooks; echo ./evil >.git/hooks/post-checkout',
    'hook-by-folder': 'mkdir h; echo ./evil >h/post-checkout; mv h .git/hooks',
    'submodule': 'mkdir -p .git/modules/x/hooks',
}
ASKED = ('fsmonitor', 'ssh', 'include', 'filter', 'moved')


def sh(w, folder, script):
    return ['run', '-w', folder + ':rw', '--', 'sh', '-c', f'cd {folder}; {script}']


def watch(w):
    w.ctl('status', check=0)
    watcher = Watcher(w)
    time.sleep(0.5)
    return watcher


def repository(w):
    folder = w.folder('home/project')
    subprocess.run(['git', 'init', '-q', folder], check=True, env={**w.env, 'GIT_TEMPLATE_DIR': ''})
    w.file('a', 'a\n', folder=folder)
    return folder


def contents(folder):
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(where, name), 'rb') as f:
                found[os.path.join(where, name)] = f.read()
    return found


def works_after_one_question():
    """Init, clone, commit, branch, merge, pack: the configuration is asked about once a task."""
    with World() as w:
        folder = w.folder('home/project')
        watcher = watch(w)
        process = w.start(*sh(w, folder, NAMES + (
            'git init -q /tmp/from; cd /tmp/from; echo a >a; git add a; git commit -qm x; cd - >/dev/null; '
            'git clone -q /tmp/from r; cd r; git checkout -qb f; echo b >b; git add b; git commit -qm y; '
            'git remote add other https://git.example/x; git checkout -q -; git merge -q f; '
            'git branch -qd f; git gc -q; git status --short; git log --format=%s')))
        question = watcher.question()
        asked = question['question']
        assert asked['action'] == 'file.create' and asked['policy'] == 'shipped.git', asked
        assert asked['resource']['path'] == os.path.join(folder, 'r/.git/config'), asked
        assert [c['op'] for c in asked['changes']] == ['create'] and asked['tier'] == 2, asked
        watcher.answer(question, 'allow', '--for', 'task', check=0)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0 and out == 'y\nx\n', (out, err)
        assert len([r for r in w.records('--type', 'consent') if r['effect'] == 'ask']) == 1
        assert 'git.example' in contents(folder)[os.path.join(folder, 'r/.git/config')].decode()
        # its hooks were never there, and the person's git is content with it
        assert not os.path.exists(os.path.join(folder, 'r/.git/hooks'))
        subprocess.run(['git', '-C', os.path.join(folder, 'r'), '-c', 'safe.directory=*', 'fsck'],
                       check=True, env=w.env, capture_output=True)


def attacks_are_not_silent():
    """With nobody there, none of it is written; the log says of each what it was."""
    with World() as w:
        folder = repository(w)
        for name, script in ATTACKS.items():
            before = {path: text for path, text in contents(folder).items() if '/.git/' in path}
            w.ctl(*sh(w, folder, script))
            after = {path: text for path, text in contents(folder).items() if '/.git/' in path}
            assert after == before, (name, set(after) ^ set(before))
            last = [r for r in w.records('--effect', 'deny') if r['type'] == 'decision'][-1]
            wanted = 'consent.nobody' if name in ASKED else 'shipped.hooks'
            assert last['policy'] == wanted, (name, last)


def no_is_no():
    """A person who says no to one is asked again for the next, and nothing was written."""
    with World() as w:
        folder = repository(w)
        before = contents(folder)
        watcher = watch(w)
        process = w.start(*sh(w, folder, 'git config core.fsmonitor ./evil; git config core.pager ./evil'))
        for _ in range(2):
            watcher.answer(watcher.question(), 'deny', check=0)
        _, err = process.communicate(timeout=20)
        assert process.returncode != 0 and 'Permission denied' in err, err
        assert contents(folder) == before


if not shutil.which('git'):
    print('not here: git')
    sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)
needs_fuse()
run([works_after_one_question, attacks_are_not_silent, no_is_no])

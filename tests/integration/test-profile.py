#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cardeactl run --profile with the real parts: the home that stays, what comes inside, whose grants."""
import json
import os
import stat

from world import World, needs_fuse, run

PROFILE = {
    'version': 1, 'title': 'A test', 'home': 'own', 'programs': ['tool', 'sh'],
    'arguments': ['-e'], 'interpreters': ['helper', 'not-there'],
    'environment': {'pass': ['WANTED', 'MANY_*'], 'set': {'FIXED': 'a b', 'LANG': 'C'}},
}


def profile(w, name='test', folder=None, **members):
    folder = folder or w.folder('config/cardea/profiles')
    return w.file(name + '.json', json.dumps({**PROFILE, **members}), folder=folder)


def sh(w, script, *options, **more):
    return w.ctl('run', '--profile', 'test', *options, '--', 'sh', '-c', script, **more)


def home_of(w, name='test'):
    return os.path.join(w.root, 'data/cardea/profiles', name, 'home')


def home_stays():
    """Nothing of the person's is in it, what the program leaves is there the next time."""
    with World() as w:
        profile(w)
        w.file('tax', 'secret\n')
        w.file('.bashrc', 'x\n', folder=w.home)
        done = sh(w, 'ls -A ~; echo token >~/.login; mkdir -p ~/.config/x; pwd', check=0)
        assert done.stdout == w.home + '\n', done.stdout
        done = sh(w, 'cat ~/.login; ls -A ~; cat ~/Documents/tax', check=1)
        assert done.stdout == 'token\n.config\n.login\n', done.stdout
        assert not os.path.exists(os.path.join(w.home, '.login'))
        mode = os.stat(home_of(w))
        assert stat.S_IMODE(mode.st_mode) == 0o700, oct(mode.st_mode)
        layers = [r for r in w.records() if r['type'] == 'launch'][0]['layers']
        assert layers['home'] == 'profile', layers
        # another profile has another
        profile(w, 'other')
        assert w.ctl('run', '--profile', 'other', '--', 'ls', '-A', w.home, check=0).stdout == ''


def shared_in_it():
    """-w folders lie at their own place in the home that stays, also against links put there."""
    with World() as w:
        profile(w)
        folder = w.folder('home/project')
        w.file('a', 'theirs\n', folder=folder)
        done = sh(w, 'cat ~/project/a; echo new >~/project/b; pwd', '-w', folder + ':rw', cwd=folder,
                  check=0)
        assert done.stdout == f'theirs\n{folder}\n', done.stdout
        assert os.path.exists(os.path.join(folder, 'b'))
        assert sh(w, 'ls -A ~/project', check=0).stdout == ''
        outside = w.folder('outside')
        victim = w.folder('home/other')
        sh(w, f'ln -s {outside} ~/other; ln -s / ~/root; ln -s ../../../../../.. ~/up', check=0)
        done = sh(w, 'echo x >~/other/x', '-w', victim + ':rw')
        assert done.returncode == 125 and 'home' in done.stderr, done
        assert os.listdir(outside) == [] and os.listdir(victim) == []
        deep = w.folder('home/root/made')
        assert sh(w, 'true', '-w', deep).returncode == 125
        assert not os.path.exists('/made')


def words_and_variables():
    with World(WANTED='1', MANY_A='2', MANYB='3', SECRET='4', FIXED='theirs') as w:
        profile(w)
        out = sh(w, 'env; echo "$-"', check=0).stdout
        for wanted in ('WANTED=1', 'MANY_A=2', 'FIXED=a b', 'LANG=C\n', f'HOME={w.home}'):
            assert wanted in out, (wanted, out)
        assert 'SECRET' not in out and 'MANYB' not in out and 'XDG_' not in out, out
        assert 'e' in out.splitlines()[-1], out  # the profile's argument
        # only a program that it is for gets them
        assert w.ctl('run', '--profile', 'test', 'echo', 'x', check=0).stdout == 'x\n'
        decision = w.records('--action', 'exec.run')
        assert any(r.get('resource', {}).get('profile') == 'test' for r in decision), decision
        assert any('profile:test' in str(r['subject']) for r in decision), decision


def installed_beside():
    """The program's and its interpreters' prefixes come inside, read-only, in the home that stays."""
    with World() as w:
        profile(w)
        for name in ('tool', 'helper'):
            folder = w.folder(f'home/opt/{name}/bin')
            path = w.file(name, f'#!/bin/sh\ncat "$(dirname "$0")/../data"\n', folder=folder)
            w.file('data', name + '\n', folder=os.path.dirname(folder))
            for part in (path, folder, os.path.dirname(folder)):
                os.chmod(part, 0o755)
        path = f'{w.home}/opt/tool/bin:{w.home}/opt/helper/bin:/usr/bin:/bin'
        done = w.ctl('run', '--profile', 'test', env={'PATH': path}, check=0)
        assert done.stdout == 'tool\n', done
        done = sh(w, 'helper; ls ~/opt/helper; echo x >~/opt/helper/data; echo x >~/opt/helper/bin/y',
                  env={'PATH': path}, check=2)
        assert done.stdout == 'helper\nbin\ndata\n' and 'Read-only' in done.stderr, done
        assert open(f'{w.home}/opt/helper/data', encoding='utf-8').read() == 'helper\n'


def grants_of_a_profile():
    with World() as w:
        profile(w)
        folder = w.folder('home/notes')
        w.file('n', 'shared\n', folder=folder)
        grant = w.json('grants', 'add', folder + ':rw', '--profile', 'test')
        assert grant['subject']['agent'] == 'profile:test', grant
        done = sh(w, 'cat ~/notes/n; echo y >~/notes/m', check=0)
        assert done.stdout == 'shared\n' and os.path.exists(os.path.join(folder, 'm')), done
        assert w.ctl('run', '--mode', 'deny', '--', 'cat', folder + '/n').returncode == 1
        w.ctl('grants', 'revoke', grant['id'], check=0)
        assert sh(w, 'cat ~/notes/n').returncode == 1
        assert w.ctl('grants', 'add', folder, '--profile', 'none').returncode != 0


def whose_profile_counts():
    with World() as w:
        etc = w.folder('etc/profiles')
        w.env['CARDEA_TEST_PROFILE_FOLDER'] = etc
        profile(w, title='The user’s')
        assert w.json('profiles', 'show', 'test')['title'] == 'The user’s'
        profile(w, folder=etc, title='The administrator’s')
        assert w.json('profiles', 'show', 'test')['title'] == 'The administrator’s'
        names = [p['name'] for p in w.json('profiles', 'list')]
        assert names == sorted(names) and {'codex', 'opencode', 'claude-code', 'gemini-cli', 'python',
                                           'node', 'shell', 'test'} <= set(names), names
        assert 'danger-full-access' in w.ctl('profiles', 'show', 'codex', check=0).stdout


def not_good():
    """Each refused in one line, and nothing runs."""
    with World() as w:
        path = profile(w)
        for change in ({'unknown': 1}, {'version': 2}, {'home': 'mine'}, {'net': ['a/b']},
                       {'environment': {'set': {'LD_PRELOAD': 'x'}}},
                       {'environment': {'pass': ['L*']}}, {'environment': {'pass': ['BASH_ENV']}},
                       {'folders': [{'path': 'relative', 'access': 'ro'}]}, {'programs': ['a/b']}):
            profile(w, **change)
            done = sh(w, 'echo ran')
            assert done.returncode == 2 and done.stdout == '', (change, done)
            assert done.stderr.startswith('cardeactl: run: ') and done.stderr.count('\n') == 1, done
        profile(w)
        os.chmod(path, 0o666)
        assert sh(w, 'echo ran').returncode == 2
        os.remove(path)
        os.symlink(w.file('elsewhere.json', json.dumps(PROFILE)), path)
        assert sh(w, 'echo ran').returncode == 2
        os.remove(path)
        for name in ('test', '', '../test', 'Test', 'a' * 33):
            assert w.ctl('run', '--profile', name, '--', 'true').returncode == 2, name


def shell_profile():
    """A home that is shared is asked about as without a profile."""
    with World() as w:
        w.file('tax', 'secret\n')
        done = w.ctl('run', '--profile', 'shell', '--', 'bash', '-c', 'ls ~; cat ~/Documents/tax')
        assert done.returncode == 1 and 'Permission denied' in done.stderr, done
        assert [r for r in w.records() if r.get('resource', {}).get('path', '').endswith('/tax')]


needs_fuse()
run([home_stays, shared_in_it, words_and_variables, installed_beside, grants_of_a_profile,
     whose_profile_counts, not_good, shell_profile])

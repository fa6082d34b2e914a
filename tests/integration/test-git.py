#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""git in a shared folder: honest work goes without a question, what the person's git would obey does not."""
import os
import shutil
import subprocess
import sys

from world import World, Watcher, needs_fuse, run

NAMED = '-c user.name=T -c user.email=t@example.org'
EVIL = 'touch "$HOME/obeyed"'


def sh(w, script, *options, **more):
    return w.ctl('run', *options, '--', 'sh', '-c', script, **more)


def git(folder, *words, home):
    """The person's own git, afterwards, outside."""
    env = {'PATH': os.environ['PATH'], 'HOME': home, 'GIT_CONFIG_NOSYSTEM': '1'}
    return subprocess.run(('git', '-C', folder) + words, env=env, capture_output=True, text=True,
                          timeout=60, check=False)


def refusals(w):
    return [r for r in w.records('--effect', 'deny') if r['type'] == 'decision']


def honest():
    with World() as w:
        folder = w.folder('home/project')
        done = sh(w, f'set -e; git init -q a; cd a; echo 1 >f; git add f; git {NAMED} commit -qm one; '
                  'git config user.name T; git config user.email t@example.org; cd ..; '
                  'git clone -q a b; cd b; git checkout -qb topic; echo 2 >>f; '
                  f'git {NAMED} commit -qam two; '
                  'git push -q origin topic; git branch --set-upstream-to origin/topic -q; '
                  'git gc -q; git remote remove origin; rm -rf ../a/.git/logs; chmod 600 .git/config',
                  '-w', folder + ':rw', '--mode', 'deny', cwd=folder, check=0)
        assert done.returncode == 0, done
        for name in ('a', 'b'):
            known = git(folder + '/' + name, 'log', '--oneline', '--all', home=w.home)
            assert known.returncode == 0 and 'two' in known.stdout, known
            assert git(folder + '/' + name, 'fsck', home=w.home).returncode == 0
        with open(folder + '/a/.git/config', encoding='utf-8') as f:
            assert 'filemode = true' in f.read()
        assert os.stat(folder + '/b/.git/config').st_mode & 0o777 == 0o600
        done = sh(w, 'rm -rf b', '-w', folder + ':rw', '--mode', 'deny', cwd=folder, check=0)
        assert os.listdir(folder) == ['a'], done
        assert not refusals(w)
        assert not [r for r in w.records() if r['type'] == 'consent']


def of_the_person():
    """A repository that has settings of its own already: they stay, and what is new is judged."""
    with World() as w:
        folder = w.folder('home/project')
        git(folder, 'init', '-q', home=w.home)
        git(folder, 'config', 'alias.mine', '!true "x"', home=w.home)
        git(folder, 'config', 'core.hooksPath', 'own', home=w.home)
        config = folder + '/.git/config'
        with open(config, encoding='utf-8') as f:
            before = f.read()
        sh(w, 'git config user.name T && git config branch.x.merge refs/heads/x', '-w', folder + ':rw',
           '--mode', 'deny', cwd=folder, check=0)
        with open(config, encoding='utf-8') as f:
            assert f.read().startswith(before)
        assert not refusals(w)
        assert sh(w, 'git config --unset core.hooksPath', '-w', folder + ':rw', '--mode', 'deny',
                  cwd=folder).returncode != 0
        assert [r['policy'] for r in refusals(w)] == ['shipped.git-config']
        change = [c for c in w.json('undo', 'list') if c['state'] == 'made' and 'of' not in c]
        assert len(change) == 1, change
        w.ctl('undo', change[0]['id'], check=0)
        with open(config, encoding='utf-8') as f:
            assert f.read() == before


def as_the_person():
    """Commits bear the person's name and address: two values of their configuration, nothing else of it;
    a repository's own address counts before."""
    with World() as w:
        folder = w.folder('home/project')
        w.file('.gitconfig', '[user]\n\tname = "Ada L"\n\temail = ada@example.org\n\tsigningkey = secret\n'
               '[credential]\n\thelper = store\n', folder=w.home)
        script = ('git init -q . && echo x >x && git add x && git commit -qm one && git log -1 '
                  '--format="%an %ae %cn %ce" && git config user.email work@example.org && '
                  'git commit -q --allow-empty -m two && git log -1 --format="%an %ae"; '
                  'cat ~/.gitconfig; git config credential.helper; env | grep -c secret')
        for profile in ((), ('--profile', 'shell'), ('--profile', 'opencode')):
            shutil.rmtree(folder)
            os.mkdir(folder)
            done = sh(w, script, *profile, '-w', folder + ':rw', '--mode', 'deny', cwd=folder)
            assert done.stdout == ('Ada L ada@example.org Ada L ada@example.org\n'
                                   'Ada L work@example.org\n0\n'), (profile, done)
        # Who can leave no commit behind need not know who it would be of.
        assert 'Ada' not in sh(w, 'env', '-w', folder, cwd=folder, check=0).stdout


# What the person's git would run or go by, set in every way there is.
ATTACKS = {
    'core.fsmonitor': f"git config core.fsmonitor '{EVIL}'",
    'core.sshcommand': f"git config core.sshCommand '{EVIL}'",
    'core.hookspath': 'mkdir h && git config core.hooksPath h',
    'core.worktree': 'git config core.worktree "$HOME"',
    'core.editor': "git config core.editor 'touch x'",
    'core.pager': "git config core.pager 'touch x'",
    'include.path': 'echo "[alias]" >inc && git config include.path ../inc',
    'includeif.*.path': 'git config includeIf.gitdir:/.path ../inc',
    'alias.st:odd': f"git config alias.st '!{EVIL}'",
    'credential.helper:odd': f"git config credential.helper '!{EVIL}'",
    'filter.*.clean': f"echo '* filter=x' >.gitattributes; git config filter.x.clean '{EVIL}'",
    'diff.*.textconv': f"echo '* diff=x' >.gitattributes; git config diff.x.textconv '{EVIL}'",
    'merge.*.driver': f"git config merge.x.driver '{EVIL}'",
    'remote.*.uploadpack': f"git config remote.origin.uploadpack '{EVIL}'",
    'remote.*.url:changed': 'git config remote.origin.url https://evil.example/x',
    'remote.*.url:another': 'git remote add evil https://evil.example/x',
    'url.*.insteadof': 'git config url.https://evil.example/.insteadOf https://github.com/',
    'core.bigfilethreshold': 'printf "[core]\\n\\tbigFileThreshold = 1\\n" >c; cat .git/config >>c; mv c .git/config',
    'gpg.program': f"git config gpg.program '{EVIL}'",
}


def attacks_by_git():
    with World() as w:
        folder = w.folder('home/project')
        git(folder, 'init', '-q', home=w.home)
        git(folder, 'remote', 'add', 'origin', 'https://example.org/x', home=w.home)
        with open(folder + '/.git/config', encoding='utf-8') as f:
            before = f.read()
        script = '; '.join(f'({attack}) 2>/dev/null && echo done {name}'
                           for name, attack in ATTACKS.items())
        done = sh(w, script + '; true', '-w', folder + ':rw', '--mode', 'deny', cwd=folder, check=0)
        assert done.stdout == '', done
        with open(folder + '/.git/config', encoding='utf-8') as f:
            assert f.read() == before
        git(folder, 'status', home=w.home)
        assert not os.path.exists(w.home + '/obeyed')
        found = refusals(w)
        assert {r['policy'] for r in found} == {'shipped.git-config'}, found
        told = ' '.join(r['reason'] for r in found)
        for name in ATTACKS:
            assert name in told, (name, told)


BY_HAND = '''
import ctypes, mmap, os, threading, time
EVIL = '[core]\\n\\tfsmonitor = touch obeyed\\n'
PLAIN = '[core]\\n\\tbare = false\\n'.ljust(len(EVIL) - 1, '#') + '\\n'

def attempt(name, what):
    try:
        what()
    except OSError as error:
        print(name, error.errno)
    else:
        print(name, 'went through')

def write(path, text, flags=os.O_WRONLY | os.O_CREAT):
    fd = os.open(path, flags, 0o644)
    os.write(fd, text.encode())
    return fd

def land(text):
    os.close(write('.git/config.lock', text, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
    os.rename('.git/config.lock', '.git/config')

def in_place():
    write('.git/config', EVIL)

def truncated():
    os.truncate('.git/config', 0)

def linked():
    write('made', EVIL)
    os.link('made', '.git/config2')
    os.rename('.git/config2', '.git/config')
    write('made', EVIL)

def symbolic():
    write('made2', EVIL)
    os.symlink('../made2', '.git/c')
    os.rename('.git/c', '.git/config')

def symbolic_new():
    os.unlink('.git/config')
    os.symlink('../made2', '.git/config')

def folder():
    os.makedirs('g', exist_ok=True)
    write('g/config', EVIL)
    os.rename('g', 'sub/.git')

def gitfile():
    os.makedirs('s2', exist_ok=True)
    write('s2/.git', 'gitdir: ../g')

def elsewhere():
    write('.git/commondir', '../g')

def hook():
    os.makedirs('.git/hooks', exist_ok=True)
    write('.git/hooks/pre-commit', '#!/bin/sh')

def second_name():
    os.link('.git/config', 'other')
    write('other', EVIL)

def away():
    os.rename('.git/config', 'c')
    write('c', EVIL)

os.makedirs('sub', exist_ok=True)
# what was judged is what lands, whoever still holds the program's own file
fd = write('.git/config.lock', PLAIN, os.O_RDWR | os.O_CREAT)
view = mmap.mmap(fd, len(PLAIN))
os.link('.git/config.lock', 'twin')
os.rename('.git/config.lock', '.git/config')
os.pwrite(fd, EVIL.encode(), 0)
view[:len(EVIL)] = EVIL.encode()
view.flush()
with open('twin', 'w') as twin:
    twin.write(EVIL)
print('landed', open('.git/config').read() == PLAIN)
for attack in (in_place, truncated, linked, symbolic, folder, gitfile, elsewhere, hook, second_name,
               away):
    attempt(attack.__name__, attack)
attempt('symbolic_new', symbolic_new)
'''


def attacks_by_hand():
    with World() as w:
        folder = w.folder('home/project')
        git(folder, 'init', '-q', home=w.home)
        shutil.rmtree(folder + '/.git/hooks', ignore_errors=True)
        os.unlink(folder + '/.git/config')
        script = w.file('attack.py', BY_HAND, folder=folder)
        done = w.ctl('run', '-w', folder + ':rw', '--mode', 'deny', '--', '/usr/bin/python3', script,
                     cwd=folder, check=0)
        lines = done.stdout.splitlines()
        assert lines[0] == 'landed True', done
        assert len(lines) == 12 and not [line for line in lines if 'through' in line], done
        config = folder + '/.git/config'
        assert not os.path.lexists(config) or 'fsmonitor' not in open(config, encoding='utf-8').read()
        assert not os.path.exists(folder + '/.git/commondir')
        assert not os.path.exists(folder + '/.git/hooks/pre-commit')
        assert not os.path.lexists(folder + '/sub/.git') and not os.path.lexists(folder + '/s2/.git')
        found = {r['policy'] for r in refusals(w)}
        assert found == {'shipped.git-config', 'shipped.hooks'}, found


def asked():
    """One question that names what git would obey; the answer holds for this and nothing after it."""
    with World() as w:
        folder = w.folder('home/project')
        git(folder, 'init', '-q', home=w.home)
        watcher = Watcher(w)
        process = w.start('run', '-w', folder + ':rw', '--', 'sh', '-c',
                          'git config core.pager cat; git config user.name T; echo $?; '
                          'git config core.fsmonitor x; echo $?', cwd=folder)
        question = watcher.question()
        assert 'core.pager' in str(question) and question['tier'] == 3, question
        watcher.answer(question, 'allow', '--confirm', 'config', check=0)
        assert process.stdout.readline() == '0\n'
        question = watcher.question()
        assert 'core.fsmonitor' in str(question), question
        watcher.answer(question, 'deny', check=0)
        assert process.stdout.readline() != '0\n'
        process.communicate(timeout=30)
        with open(folder + '/.git/config', encoding='utf-8') as f:
            text = f.read()
        assert 'pager = cat' in text and 'fsmonitor' not in text, text
        answers = [r['consent']['answer'] for r in w.records() if 'consent' in r]
        assert answers == ['allow', 'deny'], answers


if shutil.which('git') is None:
    print('not here: git')
    sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)
needs_fuse()
run([honest, of_the_person, as_the_person, attacks_by_git, attacks_by_hand, asked])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that a program in the sandbox sees: what is shared, what is asked, what is private."""
import os
import shutil
import signal
import subprocess
import time

from world import World, Watcher, needs_fuse, run

PYTHON = '/usr/bin/python3'


def sh(w, script, *options, **more):
    return w.ctl('run', *options, '--', 'sh', '-c', script, **more)


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def put_aside(folder):
    """Sessions' folders below it. What waits for the next program has one, too, with an empty index."""
    found = []
    for name in os.listdir(folder):
        try:
            inside = os.path.join(folder, name)
            if os.listdir(inside) != ['index'] or os.path.getsize(inside + '/index') > 0:
                found.append(name)
        except FileNotFoundError:
            pass  # it went meanwhile
    return found


def project(w):
    folder = w.folder('home/project')
    w.file('a.txt', 'hello\n', folder=folder)
    return folder


def shared_for_reading():
    with World() as w:
        folder = project(w)
        done = sh(w, 'cat a.txt; echo more >>a.txt; cat a.txt; rm a.txt; ls', '-w', folder,
                  cwd=folder)
        assert done.stdout == 'hello\nhello\nmore\n' and done.returncode == 0, done
        assert read(os.path.join(folder, 'a.txt')) == 'hello\n'


def started_from_what_is_shared():
    """The kernel opens a program, and its interpreter, through the view, before it is said to run."""
    with World() as w:
        folder = project(w)
        other = w.folder('home/other')
        shutil.copy('/usr/bin/true', os.path.join(other, 'true'))
        shutil.copy('/usr/bin/dash', os.path.join(folder, 'shell'))
        scripts = {'script': '#!/bin/sh\necho script', 'own': f'#!{folder}/shell\necho own',
                   'lost': '#!/nonexistent/interpreter', 'foreign': f'#!{other}/true'}
        for name, text in scripts.items():
            os.chmod(w.file(name, text + '\n', folder=folder), 0o755)
        for shared in (folder, folder + ':rw'):
            for name in ('script', 'own'):
                done = w.ctl('run', '-w', shared, '--', './' + name, cwd=folder, check=0)
                assert done.stdout == name + '\n', done
            done = w.ctl('run', '-w', shared, '--', './shell', '-c', 'echo shell', cwd=folder, check=0)
            assert done.stdout == 'shell\n', done
            assert w.ctl('run', '-w', shared, '--', './lost', cwd=folder).returncode == 127
            # nobody shared that interpreter, and nobody is there to ask
            done = w.ctl('run', '-w', shared, '--', './foreign', cwd=folder)
            assert done.returncode == 126 and './foreign' in done.stderr, done
        refused = [r['action'] for r in w.records('--effect', 'deny') if r['type'] == 'decision']
        assert refused == ['file.read', 'file.read'], refused


def shared_for_changing():
    with World() as w:
        folder = project(w)
        done = sh(w, 'mkdir d && echo new >d/b && echo more >>d/b && mv d/b c && rmdir d && ln -s c l '
                  '&& cat l && stat -c %a c', '-w', folder + ':rw', cwd=folder, check=0)
        assert done.stdout == 'new\nmore\n644\n', done
        assert read(os.path.join(folder, 'c')) == 'new\nmore\n'
        assert sorted(os.listdir(folder)) == ['a.txt', 'c', 'l']
        # and what is closed to everyone stays so, whatever it was called before
        for script in ('mkdir -p g/hooks && echo x >g/hooks/pre-commit && mv g .git',
                       'mkdir -p .git/hooks && echo x >.git/hooks/pre-commit'):
            assert sh(w, script, '-w', folder + ':rw', cwd=folder).returncode != 0, script
        assert not os.path.exists(os.path.join(folder, '.git/hooks/pre-commit'))


def former_content_is_kept():
    """One change a file and session, and it can be taken back, however the program wrote it."""
    with World() as w:
        folder = project(w)
        path = os.path.join(folder, 'a.txt')
        for script in ('echo x >a.txt', 'echo x >>a.txt; echo y >>a.txt', 'truncate -s 0 a.txt',
                       'echo n >n && mv n a.txt', 'echo n >a.txt && echo n >n && mv n a.txt && rm a.txt'):
            sh(w, script, '-w', folder + ':rw', '--mode', 'deny', cwd=folder, check=0)
            assert not os.path.exists(path) or read(path) != 'hello\n', script
            changes = w.json('undo', 'list')
            made = [c for c in changes if c['state'] == 'made' and 'of' not in c]
            assert len(made) == 1 and made[0]['agent'] == 'program:sh', changes
            w.ctl('undo', made[0]['id'], check=0)
            assert read(path) == 'hello\n', script


def removed_is_kept():
    """What was the person's is removed without a word, and comes back whole."""
    with World() as w:
        folder = project(w)
        for i in range(300):
            w.file(f'f{i}', f'text {i}\n' * i, folder=w.folder(f'home/project/d/{i % 3}'))
        os.symlink('a.txt', os.path.join(folder, 'l'))
        sh(w, 'rm -r d a.txt l && mkdir d && echo other >d/x && echo n >n && mv n d/y',
           '-w', folder + ':rw', cwd=folder, check=0)
        assert os.listdir(folder) == ['d'] and sorted(os.listdir(folder + '/d')) == ['x', 'y']
        kept = os.path.join(w.root, 'cache/cardea/kept')
        w.wait_for(lambda: not put_aside(kept), what='an empty stash')
        while True:
            made = [c for c in w.json('undo', 'list') if c['state'] == 'made' and 'of' not in c]
            if not made:
                break
            w.ctl('undo', made[0]['id'], check=0)
        assert read(os.path.join(folder, 'a.txt')) == 'hello\n'
        for i in range(300):
            assert read(os.path.join(folder, f'd/{i % 3}/f{i}')) == f'text {i}\n' * i
        assert not [r for r in w.records() if r['type'] == 'consent']


def undone_only_as_it_was_left():
    """Who else wrote a file since is not overwritten by taking a program's change back."""
    for script, later in (('echo x >a.txt', 'mine\n'), ('rm a.txt', 'mine\n'),
                          ('echo n >n && mv n a.txt', 'mine\n')):
        with World() as w:
            folder = project(w)
            path = os.path.join(folder, 'a.txt')
            sh(w, script, '-w', folder + ':rw', cwd=folder, check=0)
            w.wait_for(lambda: not put_aside(os.path.join(w.root, 'cache/cardea/kept')),
                       what='an empty stash')
            change = [c for c in w.json('undo', 'list') if c['state'] == 'made'][0]['id']
            left = read(path) if os.path.exists(path) else None
            w.file('a.txt', later, folder=folder)
            done = w.ctl('undo', change)
            assert done.returncode != 0 and read(path) == later, (script, done)
            if left is None:
                os.unlink(path)
                w.ctl('undo', change, check=0)
                assert read(path) == 'hello\n', script


def removed_without_a_store():
    """Nothing is kept for undoing: it is asked, and nobody is there."""
    with World() as w:
        folder = project(w)
        w.ctl('settings', 'set', 'undo.max_bytes', '0', check=0)
        done = sh(w, 'rm a.txt', '-w', folder + ':rw', cwd=folder)
        assert done.returncode != 0 and read(os.path.join(folder, 'a.txt')) == 'hello\n', done


def worker_dies_with_files_aside():
    with World() as w:
        folder = project(w)
        process = w.start('run', '-w', folder + ':rw', '--', 'sh', '-c', 'rm a.txt; echo gone; sleep 1000',
                          cwd=folder)
        assert process.stdout.readline() == 'gone\n'
        worker = [p for p in w.processes() if w.name(p) == 'cardea-guardian-view'][0]
        os.kill(worker, signal.SIGKILL)
        process.communicate(timeout=20)
        w.wait_for(lambda: sh(w, 'true', '-w', folder).returncode == 0, what='another worker')
        trash = os.path.join(w.root, 'data/Trash/files/a.txt')
        undone = [c for c in w.json('undo', 'list') if c['state'] == 'made']
        assert undone or read(trash) == 'hello\n'


def elsewhere_and_nested():
    """Folders outside the home, one in another, with their own names inside."""
    with World() as w:
        outer = w.folder('elsewhere')
        inner = w.folder('elsewhere/inner')
        w.file('o', 'outer\n', folder=outer)
        w.file('i', 'inner\n', folder=inner)
        done = sh(w, f'cat {outer}/o {inner}/i; echo x >{inner}/n; echo x >{outer}/n; pwd',
                  '-w', outer, '-w', inner + ':rw', '-w', inner, cwd=inner, check=0)
        assert done.stdout == f'outer\ninner\n{inner}\n', done
        assert os.path.exists(os.path.join(inner, 'n'))
        assert not os.path.exists(os.path.join(outer, 'n'))


def bad_shares():
    with World() as w:
        text = w.file('text', 'x')
        for share in ('/', w.home, os.path.dirname(w.home), '/nonexistent', text, '', '/proc/self'):
            done = sh(w, 'true', '-w', share)
            assert done.returncode in (2, 126), (share, done)
        for share in ('/usr', '/etc', '/dev/shm'):
            done = sh(w, 'true', '-w', share + ':rw')
            assert done.returncode in (126, 2), (share, done)


def hidden_and_private():
    with World() as w:
        w.file('.bashrc', 'secret\n', folder=w.home)
        w.file('id', 'key\n', folder=w.folder('home/.ssh'))
        done = sh(w, 'cat ~/.bashrc ~/.ssh/id 2>/dev/null; mkdir -p ~/.config/x && echo c >~/.config/x/y '
                  '&& cat ~/.config/x/y; echo mine >~/.bashrc; cat ~/.bashrc; echo m >~/m; cat ~/m')
        assert done.stdout == 'c\nmine\nm\n', done
        assert read(os.path.join(w.home, '.bashrc')) == 'secret\n'
        assert not os.path.exists(os.path.join(w.home, '.config'))
        assert not os.path.exists(os.path.join(w.home, 'm'))
        left = os.path.join(w.root, 'cache/cardea/view')
        w.ctl('session', 'end', '--all')  # what waits for the next program has a folder, too
        w.wait_for(lambda: not os.listdir(left), what='no private files')


def mode_deny():
    with World() as w:
        w.file('tax', 'secret\n')
        folder = project(w)
        done = sh(w, 'cat ~/Documents/tax; ls ~; ls ~/project', '--mode', 'deny', '-w', folder)
        assert done.stdout == 'project\na.txt\n' and 'No such file' in done.stderr, done
        assert not [r for r in w.records() if r['type'] == 'consent']


def links_lead_nowhere_else():
    with World() as w:
        folder = project(w)
        secret = w.file('id', 'key\n', folder=w.folder('home/.ssh'))
        os.symlink(secret, os.path.join(folder, 'way'))
        os.symlink('/etc/shadow', os.path.join(folder, 'shadow'))
        os.link(secret, os.path.join(folder, 'hard'))
        os.mkfifo(os.path.join(folder, 'fifo'))
        done = sh(w, 'for f in way shadow hard fifo; do cat $f && echo "$f was read"; done; true',
                  '-w', folder, cwd=folder, timeout=30)
        assert done.stdout == '', done


def nobody_there():
    with World() as w:
        w.file('tax', 'secret\n')
        done = sh(w, 'cat ~/Documents/tax')
        assert 'Permission denied' in done.stderr and done.stdout == '', done


def asked():
    """The one who opens waits, the others go on; no is EACCES, yes for the task is silent later."""
    with World() as w:
        w.file('tax', 'secret\n')
        watcher = Watcher(w)
        script = ('cat ~/Documents/tax & sleep 0.3; ls /usr >/dev/null; echo x >~/n; cat ~/n; wait; '
                  'cat ~/Documents/tax; echo end')
        process = w.start('run', '--', 'sh', '-c', script)
        question = watcher.question()
        assert process.stdout.readline() == 'x\n'
        assert question['question']['action'] == 'file.read'
        assert question['question']['resource']['path'].endswith('/Documents/tax')
        assert question['question']['subject']['agent']['kind'] == 'third-party'
        watcher.answer(question, 'allow', '--for', 'task', check=0)
        out, err = process.communicate(timeout=20)
        assert out == 'secret\nsecret\nend\n', (out, err)
        process = w.start('run', '--', 'sh', '-c', 'cat ~/Documents/tax; cat ~/Documents/tax')
        watcher.answer(watcher.question(), 'deny', check=0)
        out, err = process.communicate(timeout=20)
        assert out == '' and err.count('Permission denied') == 2, err


def interrupted():
    with World() as w:
        w.file('tax', 'secret\n')
        watcher = Watcher(w)
        process = w.start('run', '--', 'sh', '-c', 'trap "echo got; exit 4" INT; cat ~/Documents/tax; '
                          'echo cat $?')
        watcher.question()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        assert out == 'got\n' and process.returncode == 4, (out, process.returncode)
        consents = [r for r in w.records() if r['type'] == 'consent']
        assert consents[-1]['effect'] == 'deny', consents


def ended_while_asked():
    with World() as w:
        w.file('tax', 'secret\n')
        watcher = Watcher(w)
        process = w.start('run', '--', 'sh', '-c',
                          'for i in 1 2 3; do setsid sh -c "cat ~/Documents/tax; sleep 1000" & done; wait')
        watcher.question()
        w.ctl('session', 'end', '--all', check=0)
        process.communicate(timeout=20)
        assert process.returncode == 137
        w.wait_for(lambda: not [p for p in w.processes() if w.name(p) in ('cat', 'sleep')])


def proposed():
    """What a program makes of a file outside what is shared is its own, and proposed with its
    difference; nothing waits for the answer."""
    with World() as w:
        path = w.file('notes', 'one\n')
        watcher = Watcher(w)
        script = ('echo two >>~/Documents/notes; cat ~/Documents/notes; read answer; '
                  'echo three >~/n && mv ~/n ~/Documents/notes; echo end; read answer')
        process = subprocess.Popen([w.program('cardeactl'), 'run', '--', 'sh', '-c', script],
                                   cwd=w.work, env=w.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True)
        w.started.append(process)
        question = watcher.question()
        assert question['question']['action'] == 'file.read', question
        watcher.answer(question, 'allow', check=0)
        assert [process.stdout.readline() for _ in range(2)] == ['one\n', 'two\n']
        question = watcher.question()
        assert question['question']['action'] == 'file.write', question
        assert '+two' in question['question']['changes'][0]['diff'], question
        assert read(path) == 'one\n'
        watcher.answer(question, 'allow', check=0)
        w.wait_for(lambda: read(path) == 'one\ntwo\n', what='the change')
        process.stdin.write('\n')
        process.stdin.flush()
        assert process.stdout.readline() == 'end\n'
        question = watcher.question()
        assert '-two' in question['question']['changes'][0]['diff'], question
        watcher.answer(question, 'deny', check=0)
        out, err = process.communicate('\n', timeout=20)
        assert read(path) == 'one\ntwo\n' and '1 change outside' in err, err
        made = [c for c in w.json('undo', 'list') if c['state'] == 'made']
        assert made[0]['agent'] == 'program:sh', made
        w.ctl('undo', made[0]['id'], check=0)
        assert read(path) == 'one\n'


def revoked():
    """What is open and mapped is cut."""
    with World() as w:
        folder = project(w)
        script = '''
import mmap, os, signal, sys, time
f = open("a.txt", "rb")
print("open", flush=True)
sys.stdin.readline()
for way in (lambda: os.pread(f.fileno(), 5, 0), lambda: open("a.txt").read()):
    try:
        way()
        print("read")
    except OSError as error:
        print(error.errno)
'''
        process = subprocess.Popen([w.program('cardeactl'), 'run', '-w', folder, '--', PYTHON, '-Ic',
                                    script], cwd=folder, env=w.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, start_new_session=True)
        w.started.append(process)
        assert process.stdout.readline() == 'open\n'
        grant = [g for g in w.json('grants') if g['path'] == folder][0]['id']
        w.ctl('grants', 'revoke', grant, check=0)
        time.sleep(0.5)
        out, _ = process.communicate('\n', timeout=20)
        assert out.split() == ['5', '13'], out


def revoked_while_mapped():
    """What was mapped is gone, and touching it is a bus error; so is what was opened for once."""
    with World() as w:
        folder = project(w)
        w.file('big', 'x' * 100000, folder=folder)
        w.file('tax', 'secret\n')
        watcher = Watcher(w)
        script = '''
import mmap, os, sys
f = open("big", "rb")
m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
assert m[50000] == 120
once = open(os.path.expanduser("~/Documents/tax"), "rb", buffering=0)
print("mapped", flush=True)
sys.stdin.readline()
try:
    once.read()
    print("read", flush=True)
except OSError as error:
    print(error.errno, flush=True)
print(m[50000], flush=True)
'''
        process = subprocess.Popen([w.program('cardeactl'), 'run', '-w', folder, '--', PYTHON, '-Ic',
                                    script], cwd=folder, env=w.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, start_new_session=True)
        w.started.append(process)
        watcher.answer(watcher.question(), 'allow', check=0)
        assert process.stdout.readline() == 'mapped\n'
        grant = [g for g in w.json('grants') if g['path'] == folder][0]['id']
        w.ctl('grants', 'revoke', grant, check=0)
        time.sleep(0.5)
        out, _ = process.communicate('\n', timeout=20)
        assert out == '5\n' and process.returncode == 128 + signal.SIGBUS, (out, process.returncode)


CHANGED_OUTSIDE = '''
import os, sys, time
def say(word): print(word, flush=True); assert sys.stdin.readline()
def soon(what):
    end = time.monotonic() + 0.8  # less than what nobody listens for is believed, and far less than 30 s
    while not what():
        assert time.monotonic() < end, what.__code__.co_consts
        time.sleep(0.01)
def size(name):
    try: return os.stat(name).st_size
    except FileNotFoundError: return -1
def text(name): return open(name).read()
names = ["grown", "replaced", "gone", "again", "d/in", "d/sub/deep", "e/in", "link"]
for _ in range(3):  # once it is looked at, then listened for, then believed
    [(os.lstat(n), os.stat(os.path.dirname(n) or "."), os.listdir(os.path.dirname(n) or ".")) for n in names]
    time.sleep(1.1)
held = open("gone")
assert [text(n) for n in names[:2]] == ["old", "old"]  # closed again, and kept for a moment
say("believed")
soon(lambda: "made-outside" in os.listdir(".") and "gone" not in os.listdir("."))
open("made-inside", "x").close()
assert {"made-inside", "made-outside"} <= set(os.listdir("."))
soon(lambda: size("grown") == 6 and text("grown") == "longer")
soon(lambda: size("replaced") == 5 and text("replaced") == "other")
soon(lambda: size("gone") == -1)
assert os.fstat(held.fileno()).st_size == 3
soon(lambda: size("d/in") == 4 and text("d/in") == "were")
soon(lambda: size("d/sub/deep") == -1 and os.listdir("d") == ["in"])
soon(lambda: size("e/in") == -1)
soon(lambda: os.readlink("link") == "replaced")
with open("again", "w") as f: f.write("made")  # it was removed: it is made anew
os.makedirs("d/sub/more")
os.unlink("d/in")
say("seen")
'''


def changed_outside():
    """What others change is seen at once, also where the kernel believes for long what it knows."""
    with World() as w:
        folder = project(w)
        for name in ('d/sub', 'e', 'd-other'):
            os.makedirs(os.path.join(folder, name))
        for name in ('grown', 'replaced', 'gone', 'again', 'd/in', 'd/sub/deep', 'e/in'):
            w.file(name, 'old', folder=folder)
        w.file('in', 'were', folder=folder + '/d-other')
        os.symlink('grown', folder + '/link')
        time.sleep(2.1)  # what was just changed is believed for a second only
        process = subprocess.Popen([w.program('cardeactl'), 'run', '-w', folder + ':rw', '--', PYTHON,
                                    '-Ic', CHANGED_OUTSIDE], cwd=folder, env=w.env,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        w.started.append(process)
        assert process.stdout.readline() == 'believed\n', process.communicate()
        if os.geteuid() == 0:  # nobody else may look into that process
            view = next(p for p in w.processes() if w.name(p) == 'cardea-guardian-view')
            assert fdinfo(view).count('inotify wd') >= 4, fdinfo(view)
        w.file('grown', 'longer', folder=folder)
        w.file('made-outside', '', folder=folder)
        w.file('.new', 'other', folder=folder)
        os.rename(folder + '/.new', folder + '/replaced')
        os.unlink(folder + '/gone')
        os.unlink(folder + '/again')
        os.rename(folder + '/d', folder + '/d-former')
        os.rename(folder + '/d-other', folder + '/d')
        shutil.rmtree(folder + '/e')
        os.unlink(folder + '/link')
        os.symlink('replaced', folder + '/link')
        process.stdin.write('\n')
        process.stdin.flush()
        assert process.stdout.readline() == 'seen\n', process.communicate()
        assert read(folder + '/again') == 'made' and os.path.isdir(folder + '/d/sub/more')
        assert not os.path.exists(folder + '/d/in') and read(folder + '/d-former/in') == 'old'
        _, err = process.communicate('\n', timeout=20)
        assert process.returncode == 0, err


def fdinfo(pid):
    found = ''
    for name in os.listdir(f'/proc/{pid}/fdinfo'):
        try:
            found += read(f'/proc/{pid}/fdinfo/{name}')
        except FileNotFoundError:
            continue
    return found


def hidden_when_revoked():
    """A hidden name is not there any more at once when it is not shared any more, with all below."""
    with World() as w:
        folder = w.folder('home/.hidden/sub')
        w.file('a', 'x', folder=folder)
        w.file('run.py', HIDDEN, folder=project(w))
        time.sleep(2.1)
        shared = w.home + '/.hidden'
        process = subprocess.Popen([w.program('cardeactl'), 'run', '-w', shared, '-w', project(w), '--',
                                    PYTHON, '-I', 'run.py', folder], cwd=project(w), env=w.env,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, start_new_session=True)
        w.started.append(process)
        assert process.stdout.readline() == 'known\n', process.communicate()
        grant = [g for g in w.json('grants') if g['path'] == shared][0]['id']
        w.ctl('grants', 'revoke', grant, check=0)
        out, err = process.communicate('\n', timeout=100)
        assert out.split() == ['2'] * 4, (out, err)


HIDDEN = '''
import os, sys, time
os.chdir(sys.argv[1])
held = os.open(".", os.O_RDONLY)
for _ in range(3):
    os.stat("a"), os.stat("."), os.listdir("."), os.listdir(held)
    time.sleep(1.1)
os.stat("a"), os.stat(".")
print("known", flush=True)
sys.stdin.readline()
for way in (os.stat, os.lstat, lambda name: os.stat("../sub/" + name),
            lambda name: os.listdir(held)):
    until = time.monotonic() + 20  # less than what was believed is believed for
    while True:
        try:
            way("a")
        except OSError as error:
            print(error.errno)
            break
        if time.monotonic() > until:
            print("there")
            break
        time.sleep(0.01)
'''


def lists_on_the_way():
    """A program that looks round where it begins, or above what is shared, asks nobody and learns
    nothing; elsewhere a list is asked for."""
    with World() as w:
        folder = project(w)
        w.file('secret-name', 'x', folder=w.work)
        w.file('x.py', 'import os; print(sorted(os.listdir(".")), sorted(os.listdir("..")))', folder=w.work)
        watcher = Watcher(w)
        process = w.start('run', '-w', folder, '--', PYTHON, 'x.py')
        question = watcher.question()
        assert question['question']['resource']['path'].endswith('/x.py'), question
        watcher.answer(question, 'allow', '--for', 'task', check=0)
        out, err = process.communicate(timeout=20)
        assert out == "['x.py'] ['project', 'somewhere']\n", (out, err)
        process = w.start('run', '--', 'ls', w.documents)
        question = watcher.question()
        assert question['question']['action'] == 'file.list'
        watcher.answer(question, 'deny', check=0)
        process.communicate(timeout=20)


def worker_dies():
    with World() as w:
        process = w.start('run', 'sleep', '1000')
        w.wait_for(lambda: [p for p in w.processes() if w.name(p) == 'sleep'])
        worker = [p for p in w.processes() if w.name(p) == 'cardea-guardian-view'][0]
        os.kill(worker, signal.SIGKILL)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 137 and 'cannot be served' in err, (process.returncode, err)
        w.wait_for(lambda: w.ctl('run', 'true').returncode == 0, what='another worker')


def tools_work():
    """Programs of every day, in a folder that is shared for changing."""
    with World() as w:
        folder = w.folder('home/project')
        script = '''
import os, pathlib, shutil, tempfile
p = pathlib.Path("tree")
for i in range(20):
    (p / f"d{i}").mkdir(parents=True)
    for k in range(20):
        (p / f"d{i}" / f"f{k}").write_bytes(os.urandom(5000))
assert sum(len(f) for _, _, f in os.walk(p)) == 400
shutil.copytree(p, "copy")
os.replace("copy/d0/f0", "copy/d0/f1")
with open("big", "wb") as f:
    f.seek(10_000_000)
    f.write(b"end")
    f.truncate(5_000_000)
assert os.stat("big").st_size == 5_000_000
with tempfile.NamedTemporaryFile(dir=".") as f:
    f.write(b"x" * 100000)
    f.flush()
    assert os.path.getsize(f.name) == 100000
shutil.rmtree("copy")
shutil.rmtree(p)
print(sorted(os.listdir(".")))
'''
        done = w.ctl('run', '-w', folder + ':rw', '--', PYTHON, '-Ic', script, cwd=folder, check=0)
        assert done.stdout == "['big']\n", done
        assert os.listdir(folder) == ['big']


def what_it_reads_labels_its_session():
    """Also below what is shared and where it may write, too; what it only writes does not."""
    with World() as w:
        folder = project(w)
        w.folder('home/project/finance')
        bank = w.file('bank.txt', 'old\n', folder=os.path.join(folder, 'finance'))
        opened = f'import os, time; print(os.read(os.open("{bank}", os.O_RDWR), 9)); time.sleep(60)'
        written = f'import os, time; os.open("{bank}", os.O_WRONLY); time.sleep(60)'
        for shared, script, labels in ((':ro', opened.replace('O_RDWR', 'O_RDONLY'), ['finance']),
                                       (':rw', opened, ['finance']), (':rw', written, []),
                                       (':ro', 'import time; open("a.txt").read(); time.sleep(60)', [])):
            process = w.start('run', '-w', folder + shared, '--mode', 'deny', '--', PYTHON, '-uIc',
                              f'import os; os.chdir("{folder}"); open("a.txt").read(); {script}')

            def read_labels():
                ready = [s for s in w.json('sessions') if s['state'] == 'ready']
                if not ready:
                    return None
                return w.json('session', 'show', ready[0]['id'])['labels_read']
            if labels:
                w.wait_for(lambda: read_labels() == labels, 20, 'the label')  # pylint: disable=W0640
            else:
                time.sleep(1)
                assert read_labels() == [], read_labels()
            w.ctl('session', 'end', '--all', check=0)
            process.communicate(timeout=20)


needs_fuse()
run([shared_for_reading, started_from_what_is_shared, shared_for_changing, former_content_is_kept,
     removed_is_kept, undone_only_as_it_was_left,
     removed_without_a_store, worker_dies_with_files_aside, elsewhere_and_nested, bad_shares,
     hidden_and_private,
     mode_deny, links_lead_nowhere_else, nobody_there, asked, interrupted, ended_while_asked, revoked,
     revoked_while_mapped, changed_outside, hidden_when_revoked, lists_on_the_way, proposed, worker_dies, tools_work,
     what_it_reads_labels_its_session])

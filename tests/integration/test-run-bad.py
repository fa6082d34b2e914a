#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cardeactl run with what should not be: folders, descriptors, signals, programs that never stop."""
import os
import shutil
import signal
import subprocess
import time

from world import Watcher, World, needs_fuse, run

PYTHON = '/usr/bin/python3'


def py(w, code, *options, **more):
    return w.ctl('run', *options, '--', PYTHON, '-c', code, **more)


def folders_that_hold_everything():
    """One line that says why, and nothing runs."""
    with World() as w:
        for folder in ('/', w.home, os.path.dirname(w.home), w.home + '/.', w.home + '//', '/usr',
                       '/usr/bin', '/etc', '/proc', '/dev', '/tmp', '/nonexistent', '',
                       w.file('file', 'x')):
            for access in ('', ':ro', ':rw'):
                done = w.ctl('run', '-w', folder + access, '--', 'echo', 'ran')
                assert done.returncode in (2, 126) and done.stdout == '', (folder, done)
                assert done.stderr.startswith('cardeactl: run: '), done
        link = os.path.join(w.home, 'link')
        os.symlink('/', link)
        assert w.ctl('run', '-w', link + ':rw', '--', 'true').returncode == 2


def words_that_are_no_folders():
    """What was meant is said, as far as it can be known."""
    with World() as w:
        project = w.folder('home/project')
        w.file('a', 'a', folder=project)
        many = [word for n in range(257) for word in ('-w', w.folder(f'home/many/{n}'))]
        wanted = {('-w', project + ':r'): 'neither ro nor rw', ('-w', '~:rw'): 'holds everything',
                  ('-w', '~'): 'holds everything', ('-w', ':rw'): 'not a folder', tuple(many): 'at most 256',
                  ('-w', project + ':rw:ro'): 'not a folder', ('--net', ''): 'not the name of a host',
                  ('--net', 'https://example.org/x'): 'name its host alone'}
        for words, why in wanted.items():
            done = w.ctl('run', *words, '--', 'true')
            lines = done.stderr.splitlines()
            assert done.returncode == 2 and len(lines) == 1 and why in lines[0], (words[:2], done)
        done = w.ctl('run', '--net', '.com', '--', 'true')
        assert done.returncode == 126 and 'belong to anybody' in done.stderr, done
        # A shell leaves it alone before a colon and in quotes.
        assert w.ctl('run', '-w', '~/project:rw', '--', 'ls', project, check=0).stdout == 'a\n'


def a_folder_that_nobody_may_list():
    """Not an empty one: the program is told what the person would be."""
    with World() as w:
        folder = w.folder('home/closed')
        os.chmod(folder, 0o300)
        done = w.ctl('run', '-w', folder, '--', 'ls', folder)
        os.chmod(folder, 0o700)
        assert os.getuid() == 0 or (done.returncode == 2 and 'Permission denied' in done.stderr), done


def folders_over_one_another():
    """The narrower and the wider, in any order; the wider right wins below both."""
    with World() as w:
        outer = w.folder('home/outer')
        inner = w.folder('home/outer/inner')
        away = w.folder('away')
        deep = w.folder('away/deep')
        script = f'touch {outer}/a; touch {inner}/b; touch {away}/c; touch {deep}/d; true'
        for shares in ([outer, inner + ':rw', away, deep + ':rw'],
                       [inner + ':rw', outer, deep + ':rw', away], [inner, inner + ':rw', deep + ':rw']):
            words = [word for share in shares for word in ('-w', share)]
            done = w.ctl('run', *words, '--', 'sh', '-c', script)
            assert done.returncode == 0, done
            assert os.listdir(inner) == ['b'] and os.listdir(deep) == ['d'], (shares, done)
            assert not os.path.exists(outer + '/a') and not os.path.exists(away + '/c'), shares
            for name in (inner + '/b', deep + '/d'):
                os.remove(name)


def folders_that_vanish():
    with World() as w:
        folder = w.folder('away')
        w.file('a', 'a', folder=folder)
        process = w.start('run', '-w', folder + ':rw', '--', 'sh', '-c',
                          f'cat {folder}/a; echo; while [ -e {folder}/a ]; do sleep 0.1; done; '
                          f'ls {folder}; touch {folder}/b; echo goes on')
        assert process.stdout.readline() == 'a\n'
        shutil.rmtree(folder)
        out, _ = process.communicate(timeout=30)
        assert out.endswith('goes on\n') and process.returncode == 0, (out, process.returncode)
        assert not os.path.exists(folder)


def arguments():
    with World() as w:
        one = 'x' * 120000
        words = [one] * 8  # 1 MB
        done = py(w, 'import sys; print(sum(map(len, sys.argv[1:])))' , check=0)
        assert done.stdout == '0\n', done
        done = w.ctl('run', '--', PYTHON, '-c', 'import sys; print(sum(map(len, sys.argv[1:])))', *words,
                     check=0)
        assert done.stdout == f'{len(one) * 8}\n', done.stdout
        # of the kernel's own limit: refused by it, said in one line
        done = w.ctl('run', '--', 'true', *['\u00e9' * 60000] * 12)
        assert done.returncode in (0, 126), done


def closed_streams():
    """With any of the three closed; the program's own are there all the same."""
    with World() as w:
        code = 'import os; [os.fstat(n) for n in (0, 1, 2)]'
        for closed in ('<&-', '>&-', '2>&-', '<&- >&- 2>&-'):
            done = subprocess.run(['sh', '-c', f'"$0" run -- {PYTHON} -c "{code}" {closed}',
                                   w.program('cardeactl')], env=w.env, cwd=w.work, timeout=60,
                                  check=False, capture_output=True)
            assert done.returncode == 0, (closed, done)


def signals_without_a_terminal():
    with World() as w:
        process = w.start('run', '--', 'sh', '-c',
                          'trap "echo quit" QUIT; echo ready; while :; do sleep 0.05; done')
        assert process.stdout.readline() == 'ready\n'
        process.send_signal(signal.SIGQUIT)
        assert process.stdout.readline() == 'quit\n'
        process.send_signal(signal.SIGTSTP)
        pid, status = os.waitpid(process.pid, os.WUNTRACED)
        assert pid == process.pid and os.WIFSTOPPED(status), status

        def state(pid):
            try:
                with open(f'/proc/{pid}/stat', 'rb') as f:
                    return f.read().rsplit(b')', 1)[1].split()[0]
            except OSError:
                return None

        def states():
            """Of the shell, and of what it is just about to make a sleep of: for that it waits (D)."""
            return {state(p) for p in w.processes() if w.name(p) == 'sh'} - {None}
        w.wait_for(lambda: b'T' in states() and states() <= {b'T', b'D'}, what='a stopped program')
        process.send_signal(signal.SIGCONT)
        w.wait_for(lambda: b'T' not in states(), what='a program that goes on')
        process.send_signal(signal.SIGQUIT)
        assert process.stdout.readline() == 'quit\n'
        process.send_signal(signal.SIGKILL)
        process.wait()
        w.wait_for(lambda: not [p for p in w.processes() if w.name(p) == 'sh'])


def fills_the_disk():
    """Every place of its own has an end; the person's disk is not it."""
    code = ('import errno, os, sys\n'
            'try:\n'
            '    with open(sys.argv[1], "wb", buffering=0) as f:\n'
            '        while f.tell() < 20 << 30: f.write(bytes(1 << 24))\n'
            'except OSError as e: print(errno.errorcode[e.errno], os.path.getsize(sys.argv[1]) >> 20)\n')
    with World() as w:
        for path, most in (('/tmp/big', 512), ('/dev/shm/big', 256), (w.home + '/big', 2048)):
            done = w.ctl('run', '--', PYTHON, '-c', code, path, timeout=240)
            assert done.stdout.startswith('ENOSPC'), (path, done)
            assert int(done.stdout.split()[1]) <= most, done.stdout
        assert not os.path.exists(w.home + '/big')
        left = subprocess.run(['du', '-sm', w.root], capture_output=True, text=True, check=True)
        assert int(left.stdout.split()[0]) < 100, left.stdout


def opens_everything():
    code = ('import os\nn = 0\n'
            'try:\n    while n < 1000000: os.open("/dev/null", os.O_RDONLY); n += 1\n'
            'except OSError as e: print(e.errno, n < 10000)\n')
    with World() as w:
        assert py(w, code, check=0).stdout == '24 True\n'
        files = ('import os\nn = 0\n'
                 'try:\n    while n < 1000000: os.open(os.path.expanduser(f"~/f{n}"), '
                 'os.O_CREAT | os.O_RDWR); n += 1\nexcept OSError as e: print(e.errno)\n')
        assert py(w, files, timeout=120).stdout == '24\n'
        assert w.json('status')['sessions'] == 0


def never_reads_never_closes():
    """A program that does not read what it is given, and one that nobody reads."""
    with World() as w:
        done = subprocess.run([w.program('cardeactl'), 'run', '--', 'sh', '-c', 'exit 7'],
                              input=b'x' * (1 << 22), env=w.env, cwd=w.work, timeout=60,
                              capture_output=True, check=False)
        assert done.returncode == 7, done
        process = w.start('run', '--', 'sh', '-c', 'echo begun >&2; cat /dev/zero')
        assert process.stderr.readline() == 'begun\n'
        time.sleep(0.3)  # its pipe is full now
        session = w.json('sessions')[0]['id']
        w.ctl('session', 'end', session, check=0)
        process.communicate(timeout=20)
        assert process.returncode == 137
        # its output stays open in a child that outlives it: the child does not outlive the sandbox
        begun = time.monotonic()
        done = w.ctl('run', '--', 'sh', '-c', 'sleep 1000 & exit 3')
        assert done.returncode == 3 and time.monotonic() - begun < 10, done


def dead_at_once():
    """Everything of a forking, daemonising program that ignores signals, while one of its processes
    waits for an answer of the person."""
    with World() as w:
        w.file('tax', 'secret\n')
        watcher = Watcher(w)
        process = w.start('run', '--', 'sh', '-c',
                          'trap "" TERM HUP INT QUIT; for i in 1 2 3 4 5 6; do (setsid sleep 1000 &) & '
                          'done; (cat ~/Documents/tax &); echo ready; sleep 1000')
        assert process.stdout.readline() == 'ready\n'
        watcher.question()
        inside = w.wait_for(lambda: [p for p in w.processes() if w.name(p) == 'sleep'][6:]
                            and [p for p in w.processes() if w.name(p) in ('sleep', 'cat', 'sh')])
        assert any(w.name(p) == 'cat' for p in inside), [w.name(p) for p in inside]
        session = w.json('sessions')[0]['id']
        w.ctl('session', 'end', session, check=0)
        assert not [p for p in inside if w.stat(p)], [w.name(p) for p in inside if w.stat(p)]
        process.communicate(timeout=20)
        assert process.returncode == 137


needs_fuse()
run([folders_that_hold_everything, words_that_are_no_folders, a_folder_that_nobody_may_list,
     folders_over_one_another, folders_that_vanish, arguments,
     closed_streams, signals_without_a_terminal, fills_the_disk, opens_everything,
     never_reads_never_closes, dead_at_once])

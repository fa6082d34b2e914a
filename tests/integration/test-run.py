#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cardeactl run with the real parts: statuses, streams, terminal, signals, what is inside."""
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time

from world import World, needs_fuse, run

PYTHON = '/usr/bin/python3'


def sh(w, script, *arguments, **options):
    return w.ctl('run', '--', 'sh', '-c', script, 'sh', *arguments, **options)


def deny(w, script):
    return w.ctl('run', '--mode', 'deny', '--', 'sh', '-c', script)


def statuses():
    with World() as w:
        assert w.ctl('run', 'true').returncode == 0
        assert w.ctl('run', '--', 'false').returncode == 1
        assert sh(w, 'exit 77').returncode == 77
        assert sh(w, 'kill -KILL $$').returncode == 137
        assert sh(w, 'kill -TERM $$').returncode == 143
        kinds = [record['type'] for record in w.records()]
        assert kinds.count('launch') == 5 and kinds.count('exit') == 5, kinds


def not_runnable():
    """Each with a status of its own and one line that says why."""
    with World() as w:
        text = w.file('text', 'no program\n')
        bare = w.file('bare', 'echo without an interpreter\n')
        lost = w.file('lost', '#!/nonexistent/interpreter\n')
        for path in (bare, lost):
            os.chmod(path, 0o755)
        wanted = {('nonexistent-program',): 127, ('/nonexistent/program',): 127, ('',): 127,
                  (lost,): 127, ('--', '-x'): 127, ('/tmp',): 126, (text,): 126, (bare,): 126,
                  ('/dev/null',): 126, ('--mode', 'sometimes', 'true'): 2, (): 2,
                  ('--nonexistent', 'true'): 2}
        for words, status in wanted.items():
            done = w.ctl('run', *words)
            assert done.returncode == status, (words, done)
            lines = done.stderr.splitlines()
            assert len(lines) == 1 and lines[0].startswith('cardeactl: run: '), done.stderr
            assert done.stdout == ''


def why_it_cannot_be_started():
    """The kernel has one word for each; a person needs to know what of it is wrong."""
    scripts = {'bare': (b'echo\n', 126, 'neither a program for this machine nor a script that begins with'),
               'none': (b'', 126, 'neither a program'), 'damaged': (b'\x7fELF', 126, 'neither a program'),
               'lost': (b'#!/nonexistent/interpreter -x\n', 127, '“/nonexistent/interpreter”'),
               'windows': (b'#!/bin/sh\r\necho\r\n', 127, '“/bin/sh\\u{000d}”')}
    with World() as w:
        for name, (content, status, why) in scripts.items():
            path = os.path.join(w.documents, name)
            with open(path, 'wb') as f:
                f.write(content)
            os.chmod(path, 0o755)
            done = w.ctl('run', '--', path)
            assert done.returncode == status and why in done.stderr, (name, done)
            assert len(done.stderr.splitlines()) == 1, done.stderr
        for home, status, why in (('/', 126, 'can be no home'), ('/nonexistent', 2, 'is not a folder'),
                                  ('/etc', 126, 'can be no home')):
            done = w.ctl('run', '--', 'true', env={'HOME': home})
            assert done.returncode == status and why in done.stderr, (home, done)
            assert len(done.stderr.splitlines()) == 1, done.stderr


def words_are_the_programs():
    """Options behind the program are its own, also those that bwrap would know."""
    with World() as w:
        words = ['--json', '--mode', '--help', '--bind', '/', '/x', '--', '-e', 'a b', '*', '$HOME', '']
        done = w.ctl('run', PYTHON, '-c', 'import sys; print(sys.argv[1:])', *words, check=0)
        assert done.stdout == repr(words) + '\n', done.stdout
        many = ['x' * 1000] * 1000
        assert sh(w, 'echo $#', *many, check=0).stdout == '1000\n'


def policy_refuses():
    with World() as w:
        rules = os.path.join(w.folder('config/cardea'), 'policy.d')
        os.mkdir(rules, 0o700)
        with open(os.path.join(rules, 'no.rego'), 'w', encoding='utf-8') as f:
            f.write('package cardea.user.no\n\nimport rego.v1\n\n'
                    'answer["user.no-env"] := {"effect": "deny", "tier": 5, "reason": "not here"} if {\n'
                    '\tinput.action == "exec.run"\n\tendswith(input.resource.argv[0], "/env")\n}\n')
        done = w.ctl('run', 'env')
        assert done.returncode == 126 and 'not here' in done.stderr, done
        assert w.ctl('run', 'true').returncode == 0
        denied = w.records('--effect', 'deny')
        assert denied and denied[0]['action'] == 'exec.run', denied


def refused_unasked():
    """A program says "permission denied"; why, and of what, its starter is told."""
    with World() as w:
        tax, name = w.file('tax.txt', 'mine'), 'refused.invalid'
        done = sh(w, 'cat "$1"; cat "$2"', tax, w.file('other.txt', 'mine'))
        lines = [line for line in done.stderr.splitlines() if line.startswith('cardeactl: ')]
        assert lines[0].startswith(f'cardeactl: run: refused: {tax}: there is nobody to ask'), done.stderr
        assert '1 refusal more' in lines[1] and w.records('--type', 'launch')[0]['session'] in lines[1], lines
        done = w.ctl('run', '--net', name, '--', PYTHON, '-c', 'import urllib.request\n'
                     f'urllib.request.urlopen("http://{name}/")')
        assert f'cardeactl: run: refused: {name}: ' in done.stderr, done.stderr
        assert 'refused:' not in deny(w, f'cat {tax}').stderr


def new_files_that_go():
    """Where nothing is shared for changing they are the program's alone: whoever started it is told."""
    with World() as w:
        project = w.folder('home/project')
        w.file('there', 'mine', folder=project)
        script = (f'cd {project}; echo 1 >report; mkdir -p out/deep __pycache__ .cache; echo 2 >out/deep/b; '
                  'echo 3 >out/a; echo 4 >__pycache__/c; echo 5 >.cache/d; echo 6 >passing; rm passing; '
                  'ln -s report link; echo 7 >~/new')
        done = w.ctl('run', '-w', project, '--', 'sh', '-c', script)
        assert done.returncode == 0 and os.listdir(project) == ['there'], done
        assert done.stderr == (f'cardeactl: run: 5 new files are gone, the first of them {w.home}/new: a '
                               'folder shared with -w DIR:rw would have kept them\n'), done.stderr
        done = w.ctl('run', '-w', project, '--', 'touch', project + '/\033[31mx')
        assert '1 new file is gone: ' in done.stderr and '\\u{001b}[31mx' in done.stderr, done.stderr
        for words in (('-w', project + ':rw', '--', 'touch', project + '/kept'),
                      ('-w', project, '--', 'touch', '/tmp/own', w.home + '/.own'),
                      ('-w', project, '--', 'sh', '-c', f'echo >{project}/x; rm {project}/x')):
            done = w.ctl('run', *words, check=0)
            assert done.stderr == '', (words, done)
        # A change of a file that is there is another thing, also of what was closed last of all.
        done = w.ctl('run', '-w', project, '--', 'sh', '-c', f'exec 9>>{project}/there; echo x >&9')
        assert '1 change outside' in done.stderr and 'new file' not in done.stderr, done.stderr


def streams():
    with World() as w:
        assert w.ctl('run', 'cat', stdin='through a pipe\n').stdout == 'through a pipe\n'
        done = sh(w, 'echo out; echo err >&2')
        assert (done.stdout, done.stderr) == ('out\n', 'err\n')
        source = w.file('source', 'x' * 300000)
        target = os.path.join(w.documents, 'target')
        with open(source, 'rb') as i, open(target, 'wb') as o:
            subprocess.run([w.program('cardeactl'), 'run', 'cat'], stdin=i, stdout=o, env=w.env,
                           check=True, timeout=60)
        assert os.path.getsize(target) == 300000
        # of a file only bytes go in, never its descriptor
        with open(source, 'rb') as i:
            done = subprocess.run([w.program('cardeactl'), 'run', 'readlink', '/proc/self/fd/0'],
                                  stdin=i, env=w.env, check=True, timeout=60, capture_output=True)
        assert done.stdout.startswith(b'pipe:'), done
        done = subprocess.run(['sh', '-c', f'{w.program("cardeactl")} run cat <&-'], env=w.env,
                              timeout=60, capture_output=True, check=False)
        assert done.returncode == 0, done
        done = subprocess.run(['sh', '-c', f'{w.program("cardeactl")} run yes | head -n 1'],
                              env=w.env, timeout=60, capture_output=True, check=False)
        assert done.stdout == b'y\n', done


def inside():
    """What the program sees is what the tables say."""
    with World(SECRET_TOKEN='hidden', LD_PRELOAD='/nonexistent.so', LC_TIME='C') as w:
        w.file('tax.pdf', 'secret')
        env = sh(w, 'env').stdout
        assert 'SECRET_TOKEN' not in env and 'LD_PRELOAD' not in env and 'XDG_' not in env, env
        assert 'LC_TIME=C' in env and f'HOME={w.home}' in env, env
        assert deny(w, 'ls -A ~').stdout == ''
        assert sh(w, f'cat {w.documents}/tax.pdf').returncode != 0
        assert sh(w, 'ls /run /var /srv /mnt /media /sys 2>/dev/null; echo').stdout.strip() == ''
        assert sh(w, 'echo x >/usr/x || echo x >/etc/x || echo x >/x').returncode != 0
        assert sh(w, 'grep -c . /proc/net/dev').stdout == '3\n'  # two headings and lo
        assert deny(w, 'touch ~/new /tmp/new && ls ~').stdout == 'new\n'
        assert deny(w, 'ls ~').stdout == ''
        assert sh(w, 'exec 3<>/dev/ptmx && echo terminal').stdout == 'terminal\n'


def a_virtual_environment():
    """Its python is a link to one that is not shared. A script leads there, too: the error says what to
    share, and shares nothing."""
    with World() as w:
        folder, base = w.folder('home/project/.venv/bin'), w.folder('home/.pyenv/versions/3/bin')
        shutil.copy('/usr/bin/python3', base + '/python3')
        os.symlink(base + '/python3', folder + '/python3')
        os.chmod(w.file('tool', f'#!{folder}/python3\nprint("works")\n', folder=folder), 0o755)
        project = w.home + '/project'
        for words in ((folder + '/python3', '-c', 'print("works")'), (folder + '/tool',)):
            done = w.ctl('run', '-w', project, '--', *words, cwd=project)
            if words[0].endswith('python3') and os.getuid() != 0:
                # Who names a program means what the name leads to: where it is installed comes with it.
                assert done.stdout == 'works\n', done
                continue
            assert done.returncode in (125, 126, 127), done
            assert f'add -w {w.home}/.pyenv\n' in done.stderr.replace("'", ''), done
            done = w.ctl('run', '-w', project, '-w', w.home + '/.pyenv', '--', *words, cwd=project, check=0)
            assert done.stdout == 'works\n', done
        done = w.ctl('run', '-w', project, '--', project + '/nothing', cwd=project)
        assert 'add -w' not in done.stderr, done


def own_program():
    with World() as w:
        folder = w.folder('home/tool/bin')
        with open(os.path.join(folder, 'tool'), 'w', encoding='utf-8') as f:
            f.write('#!/bin/sh\ncat "${0%/bin/tool}/data"\n')
        w.file('data', 'its own\n', folder=w.folder('home/tool'))
        for path in (os.path.join(folder, 'tool'), folder, os.path.dirname(folder)):
            os.chmod(path, 0o755)
        done = w.ctl('run', os.path.join(folder, 'tool'), check=0)
        assert done.stdout == 'its own\n', done.stdout
        done = w.ctl('run', 'tool', env={'PATH': f'{folder}:/usr/bin:/bin'}, check=0)
        assert done.stdout == 'its own\n', done.stdout


def signals():
    with World() as w:
        process = w.start('run', '--', 'sh', '-c',
                          'trap "echo got; exit 5" TERM; echo ready; while :; do sleep 0.1; done')
        assert process.stdout.readline() == 'ready\n'
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        assert out == 'got\n' and process.returncode == 5, (out, process.returncode)


def session_end():
    """A program that forks, leaves its session and ignores signals: gone when the session ends."""
    with World() as w:
        process = w.start('run', '--', 'sh', '-c',
                          'trap "" TERM HUP INT; for i in 1 2 3; do (setsid sleep 1000 &) & done; '
                          'echo ready; sleep 1000')
        assert process.stdout.readline() == 'ready\n'
        sleepers = w.wait_for(lambda: [p for p in w.processes() if w.name(p) == 'sleep'][3:]
                              and [p for p in w.processes() if w.name(p) == 'sleep'])
        session = w.json('sessions')[0]['id']
        began = time.monotonic()
        w.ctl('session', 'end', session, check=0)
        took = time.monotonic() - began
        assert all(w.stat(pid) is None for pid in sleepers)
        assert took < 5, took
        _, err = process.communicate(timeout=20)
        assert process.returncode == 137 and 'ended' in err, (process.returncode, err)


def daemons_end():
    with World() as w:
        assert sh(w, 'setsid sleep 1000 >/dev/null 2>&1 & exit 3').returncode == 3
        assert not [p for p in w.processes() if w.name(p) == 'sleep']


def front_end_dies():
    with World() as w:
        process = w.start('run', 'sleep', '1000')
        w.wait_for(lambda: [p for p in w.processes() if w.name(p) == 'sleep'])
        process.kill()
        w.wait_for(lambda: not [p for p in w.processes() if w.name(p) == 'sleep'])


class Terminal:
    """cardeactl run in a terminal of its own."""

    def __init__(self, w, *words):
        self.out = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(w.work)
            os.execve(w.program('cardeactl'), ['cardeactl', 'run', *words],
                      {**w.env, 'TERM': 'xterm'})
        self.size(33, 101)

    def size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def type(self, text):
        os.write(self.fd, text)

    def until(self, wanted, seconds=20):
        deadline = time.monotonic() + seconds
        while wanted not in self.out and time.monotonic() < deadline:
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.out += os.read(self.fd, 65536)
                except OSError:
                    break
        assert wanted in self.out, self.out
        self.out = self.out.split(wanted, 1)[1]

    def status(self):
        while True:
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return status


def terminal():
    with World() as w:
        t = Terminal(w, 'bash', '--norc', '--noediting')
        t.until(b'$ ')
        t.type(b'stty size\n')
        t.until(b'33 101')
        t.size(40, 90)
        t.type(b'sleep 0.3; stty size\n')
        t.until(b'40 90')
        t.type(b'sleep 1000\n')
        t.until(b'sleep 1000')
        w.wait_for(lambda: 'sleep' in [w.name(pid) for pid in w.processes()], what='the program')
        w.rest()
        t.type(b'\x1a')
        t.until(b'Stopped')
        t.type(b'fg\n')
        t.until(b'sleep 1000')
        w.rest()
        t.type(b'\x03')
        t.until(b'$ ')
        t.type(b'printf "<\\033]52;c;aGk=\\007\\033]0;t\\007\\033[6n\\033[1mx\\033[0m>\\n"\n')
        t.until(b'<\x1b[1mx\x1b[0m>')
        t.type(b'exit 9\n')
        assert t.status() == 9


def question():
    """A question stops the program's output and takes the keys; the program never sees them."""
    with World() as w:
        w.file('tax', 'the content\n')
        t = Terminal(w, 'sh', '-c', 'echo before; cat ~/Documents/tax; echo after; read x; echo "<$x>"')
        t.until(b'before')
        t.until(b'\x1b[?1049h')
        t.until(b'tax')
        t.type(b'typed too early\r')
        t.until(b'to allow')
        t.type(b'no\r')
        t.until(b'\x1b[?1049l')
        t.until(b'Permission denied')
        t.until(b'after')
        t.type(b'later\n')
        t.until(b'<later>')
        assert t.status() == 0


def suspend():
    """The program has the terminal to itself: both stop, and both go on."""
    with World() as w:
        t = Terminal(w, PYTHON, '-uc', 'import time\nwhile True: print("tick"); time.sleep(0.05)')
        t.until(b'tick')
        t.type(b'\x1a')
        pid, status = os.waitpid(t.pid, os.WUNTRACED)
        assert pid == t.pid and os.WIFSTOPPED(status)
        sandboxed = [p for p in w.processes() if w.name(p) == 'python3']

        def state():
            with open(f'/proc/{sandboxed[0]}/stat', 'rb') as f:
                return f.read().rsplit(b')', 1)[1].split()[0]
        w.wait_for(lambda: state() == b'T', what='a stopped program')
        t.out = b''
        os.kill(t.pid, signal.SIGCONT)
        t.until(b'tick')
        t.type(b'\x03')
        assert t.status() == 130


needs_fuse()
run([statuses, not_runnable, why_it_cannot_be_started, words_are_the_programs, policy_refuses,
     refused_unasked, new_files_that_go, streams, inside, own_program, a_virtual_environment, signals, session_end, daemons_end, front_end_dies, terminal,
     question, suspend])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox that waited for its program is like one that was built for it: what is shared is this
session's, what was shared before is not, and what does not fit any more is not used."""
import os
import pty
import shutil
import signal
import subprocess
import time

from world import World, needs_fuse, run

PYTHON = '/usr/bin/python3'


def waiting(w):
    """cardea-confine is its program's process until that runs."""
    return [pid for pid in w.processes() if w.name(pid) == 'cardea-confine']


def ready(w, count=1):
    w.wait_for(lambda: len(waiting(w)) == count, what=f'{count} that wait')
    w.rest()  # the core has heard of it, too


def launches(w):
    return [r['layers'].get('prepared', False) for r in w.records() if r['type'] == 'launch']


def decisions(w):
    return [r for r in w.records() if r['type'] == 'decision' and r.get('action') == 'exec.run']


def sh(w, script, *options, **more):
    return w.ctl('run', *options, '--', 'sh', '-c', script, **more)


def like_the_first():
    """Arguments, variables, streams, status and the session's id are those of the second."""
    with World() as w:
        first = sh(w, 'echo "$1 $LC_TEST $AGENT_SESSION_ID"; cat', env={**w.env, 'LC_TEST': 'one'})
        assert first.stdout.split()[0] == 'one', first
        for turn in ('two', 'three'):
            ready(w)
            done = sh(w, 'echo "$LC_TEST $AGENT_SESSION_ID"; cat; echo err >&2; exit 7',
                      env={**w.env, 'LC_TEST': turn}, stdin=f'{turn} in\n')
            assert done.returncode == 7 and done.stderr == 'err\n', done
            lines = done.stdout.splitlines()
            session = [r['session'] for r in w.records() if r['type'] == 'session.start'][-1]
            assert lines == [f'{turn} {session}', f'{turn} in'], (lines, session)
        assert launches(w) == [False, True, True], launches(w)


def shares_are_its_own():
    """-w of the one before holds no more; -w of this one does, also for what it writes."""
    with World() as w:
        one, two = w.folder('home/one'), w.folder('home/two')
        w.file('secret', 'first\n', folder=one)
        home = os.path.dirname(one)
        assert sh(w, 'cat one/secret', '-w', one, cwd=home, check=0).stdout == 'first\n'
        ready(w)
        done = sh(w, 'cat one/secret; echo new > two/made; cat two/made', '--mode', 'deny', '-w',
                  two + ':rw', cwd=home)
        assert done.stdout == 'new\n' and 'No such file' in done.stderr, done
        assert open(os.path.join(two, 'made'), encoding='utf-8').read() == 'new\n'
        assert launches(w)[-1] is True
        made = [r for r in w.records() if r.get('action') == 'file.create'
                and r['type'] == 'decision' and r['effect'] == 'allow']
        assert any(r['resource']['path'].endswith('/two/made') for r in made), made
        ready(w)
        done = sh(w, 'cat one/secret two/made; ls', '--mode', 'deny', cwd=home)
        assert done.stdout == '' and done.stderr.count('No such file') == 2, done
        assert launches(w)[-1] is True


def what_is_outside_the_home():
    """A folder with a place of its own is mounted: that is never prepared."""
    with World() as w:
        outside = w.folder('outside')
        w.file('there', 'seen\n', folder=outside)
        for _ in range(2):
            sh(w, 'true', check=0)
            ready(w)
            done = sh(w, f'cat {outside}/there', '-w', outside, check=0)
            assert done.stdout == 'seen\n', done
        assert launches(w)[-1] is False, launches(w)


def another_program():
    """Any program of the same place, from any folder, of this very file; of another place: not."""
    with World() as w:
        place = w.folder('tools/bin')
        for folder in (place, os.path.dirname(place), w.root):
            os.chmod(folder, 0o755)  # root's programs see with another identity
        path = os.path.join(place, 'tool')
        shutil.copy('/bin/echo', path)
        assert w.ctl('run', '--', 'true').returncode == 0
        ready(w)
        assert w.ctl('run', '--', 'pwd', cwd='/usr/lib', check=0).stdout == '/usr/lib\n'
        ready(w)
        done = w.ctl('run', '--', PYTHON, '-c', 'import os; print(os.getcwd(), os.environ["PWD"])',
                     cwd=w.work, check=0)
        assert done.stdout == f'{w.work} {w.work}\n', done
        assert launches(w) == [False, True, True], launches(w)
        ready(w)
        for turn, prepared in (('one', False), ('two', True)):
            assert w.ctl('run', '--', path, turn, check=0).stdout == turn + '\n'
            assert launches(w)[-1] is prepared, (turn, launches(w))
            ready(w)
        os.rename(path, path + '.old')
        shutil.copy('/bin/true', path)
        assert w.ctl('run', '--', path, 'three', check=0).stdout == ''
        assert launches(w)[-1] is True
        ready(w)
        assert w.ctl('run', '--', 'echo', 'four', check=0).stdout == 'four\n'
        assert launches(w)[-1] is False


def bounded():
    """Two wait at most, and all go with the guardian, with a change of policy, and with all
    sessions."""
    with World() as w:
        for number, profile in enumerate(('shell', 'python', 'node')):
            assert w.ctl('run', '--profile', profile, '--', 'true').returncode == 0
            ready(w, min(number + 1, 2))
        rules = os.path.join(w.folder('config/cardea'), 'policy.d')
        os.mkdir(rules, 0o700)
        with open(os.path.join(rules, 'no.rego'), 'w', encoding='utf-8') as f:
            f.write('package cardea.user.no\n\nimport rego.v1\n\n'
                    'answer["user.no-cat"] := {"effect": "deny", "tier": 5, "reason": "no cat"} if {\n'
                    '\tinput.action == "exec.run"\n\tendswith(input.resource.argv[0], "/cat")\n}\n')
        w.ctl('policy', 'reload')
        ready(w, 0)
        done = w.ctl('run', '--', 'cat')
        assert done.returncode == 126 and 'no cat' in done.stderr, done
        assert w.ctl('run', '--', 'true').returncode == 0
        ready(w, 1)
        w.ctl('session', 'end', '--all', check=0)
        ready(w, 0)


def lost():
    """Killed while it waits, or with whoever serves it: the next is built anew."""
    with World() as w:
        for victim in ('cardea-confine', 'cardea-guardian-view', 'cardea-guardian-egress',
                       'cardea-guardian-launch'):
            assert sh(w, 'echo well').stdout == 'well\n'
            ready(w)
            for pid in w.processes():
                if w.name(pid) == victim[:15] or w.name(pid) == victim:
                    os.kill(pid, signal.SIGKILL)
            ready(w, 0)
            assert sh(w, 'echo again').stdout == 'again\n', victim
            assert launches(w)[-1] is False, (victim, launches(w))
            w.ctl('session', 'end', '--all', check=0)
            ready(w, 0)


def lost_meanwhile():
    """Its sandbox ends while whoever serves a part of it is about to hand that over: the run gets one
    that is built for it, at once, and with all its streams."""
    with World() as w:
        for name in ('cardea-guardian-view', 'cardea-guardian-egress', 'cardea-guardian-launch'):
            assert sh(w, 'echo well').stdout == 'well\n'
            ready(w)
            victim, = waiting(w)
            server, = [p for p in w.processes() if w.name(p) == name and w.parent_name(p) != name]
            os.kill(server, signal.SIGSTOP)
            decided = len(decisions(w))
            process = w.start('run', '--', 'sh', '-c', 'echo "$1 $(cat)"; echo err >&2; exit 5', 'sh',
                              name, stdin=subprocess.PIPE)
            w.wait_for(lambda d=decided: len(decisions(w)) > d, what='the decision')
            time.sleep(0.1)  # and what follows it
            os.kill(victim, signal.SIGKILL)
            w.wait_for(lambda: not waiting(w), what='the end of what waited')
            os.kill(server, signal.SIGCONT)
            begun = time.monotonic()
            out, err = process.communicate('in', timeout=60)
            assert (process.returncode, out, err) == (5, f'{name} in\n', 'err\n'), (out, err)
            assert time.monotonic() - begun < 8, name  # not when an answer was given up
            assert launches(w)[-1] is False, (name, launches(w))
            w.ctl('session', 'end', '--all', check=0)
            ready(w, 0)


def terminal():
    """The terminal comes later, too, and is the program's own."""
    with World() as w:
        script = "import os, sys; os.tcgetpgrp(0); print(os.isatty(0), os.getsid(0) == os.getpid())"
        for prepared in (False, True):
            pid, master = pty.fork()
            if pid == 0:
                os.chdir(w.work)
                os.execve(w.program('cardeactl'), ['cardeactl', 'run', '--', PYTHON, '-c', script],
                          w.env)
            text = b''
            while b'\n' not in text:
                text += os.read(master, 4096)
            assert os.waitpid(pid, 0)[1] == 0, text
            os.close(master)
            assert text.startswith(b'True True'), text
            assert launches(w)[-1] is prepared, launches(w)
            ready(w)


def many_at_once():
    """Only one can have it: the others are built."""
    with World() as w:
        sh(w, 'true', check=0)
        ready(w)
        started = [w.start('run', '--', 'sh', '-c', f'sleep 0.2; echo {i}') for i in range(6)]
        for i, process in enumerate(started):
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0 and out.strip() == str(i), (i, out)


needs_fuse()
run([like_the_first, shares_are_its_own, what_is_outside_the_home, another_program, bounded, lost,
     lost_meanwhile, terminal, many_at_once])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of the adversarial model that need a scene of their own (README.md): each attack runs inside
`cardeactl run`, is seen to fail there, and is looked for in the log by its class."""
import errno
import http.server
import json
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../integration'))
from world import World, needs_fuse, run  # pylint: disable=wrong-import-position

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'adversary.py')
PYTHON = '/usr/bin/python3'
SECRET = 'the-planted-secret'


def scene(w):
    folder = w.folder('home/project')
    w.file('a.txt', 'mine\n', folder=folder)
    w.file('f', SECRET, folder=w.folder('home/.ssh'))
    return folder


def inside(w, folder, section, *arguments, options=('--mode', 'deny'), **more):
    with open(SCRIPT, encoding='utf-8') as f:
        script = f.read()
    done = w.ctl('run', '-w', folder + ':rw', *options, '--', PYTHON, '-Ic', script, section, *arguments,
                 cwd=folder, timeout=120, **more)
    assert done.returncode == 0, done.stderr
    results = {r['name']: r['got'] for r in map(json.loads, done.stdout.splitlines())}
    through = [name for name, got in results.items() if got == 0]
    assert results and not through, through
    assert SECRET not in done.stdout + done.stderr
    return results


def denied(w):
    return [r for r in w.records('--effect', 'deny') if r['type'] == 'decision']


def what_the_host_would_obey():
    """FS: hooks, editors' tasks, shell start-up, autostart, the guardian's own files."""
    with World() as w:
        folder = scene(w)
        results = inside(w, folder, 'places')
        rules = {r['policy'] for r in denied(w)}
        assert {'shipped.hooks', 'shipped.startup', 'shipped.secrets'} <= rules, rules
        assert len(denied(w)) >= len(results) - 3, (len(denied(w)), results)
        for name in ('.git/hooks', '.git/commondir', '.vscode/tasks.json', '.envrc', '.bashrc', 'sub/.git'):
            assert not os.path.lexists(os.path.join(folder, name)), name
        assert not os.path.exists(os.path.join(folder, '.ssh/authorized_keys'))


def swapped_while_opened():
    """FS: a file, and a folder above it, for a symbolic link, thousands of times."""
    with World() as w:
        results = inside(w, scene(w), 'races', SECRET)
        assert results['race-tries'] >= 500, results


def names_that_are_not_what_they_seem():
    """FS: dots, slashes, NUL, line feeds, bytes that are no text, too long ones, ways through /proc."""
    with World() as w:
        folder = scene(w)
        inside(w, folder, 'names')
        for name in os.listdir(os.fsencode(folder)):
            assert b'/' not in name
        text = json.dumps(w.records())
        assert SECRET not in text


def neither_file_nor_folder():
    """FS: FIFOs, sockets, devices, terminals; a closed file that is made while it runs; predictable names."""
    with World() as w:
        folder = scene(w)
        os.mkfifo(folder + '/fifo')
        link = socket.socket(socket.AF_UNIX)
        here = os.getcwd()
        os.chdir(folder)
        link.bind('socket')
        os.chdir(here)
        started = threading.Timer(0.2, lambda: w.file('made-later', SECRET, folder=w.home + '/.ssh'))
        started.start()
        inside(w, folder, 'strange')
        started.join()
        link.close()


def looked_up():
    """NET: a secret in a name, by every resolver there is: nothing leaves, there is no route."""
    with World() as w:
        inside(w, scene(w), 'resolver')
        launch = [r for r in w.records() if r['type'] == 'launch'][0]
        assert 'net' in launch['layers']['namespaces'], launch
        inside(w, scene(w), 'resolver', options=('--mode', 'deny', '--net', 'only.example'))


class Silent(http.server.BaseHTTPRequestHandler):
    seen = []

    def do_GET(self):
        self.seen.append(self.path)
        self.send_response(200)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


def only_what_was_shared():
    """NET: names that end or begin like the one that was shared, addresses in disguise, SOCKS, smuggling. A
    server on the host listens where each of them would lead."""
    with World() as w:
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = str(server.server_address[1])
        results = inside(w, scene(w), 'proxy', 'good.example', port,
                         options=('--mode', 'deny', '--net', 'good.example:' + port))
        server.shutdown()
        server.server_close()
        assert len(results) > 40 and Silent.seen == [], Silent.seen
        hosts = [r for r in denied(w) if r['action'].startswith('net.')]
        assert len(hosts) >= 10, hosts
        assert not [r for r in w.records() if r['type'] == 'outcome' and r.get('action') == 'net.connect'
                    and r.get('outcome') == 'done' and 'evil' in json.dumps(r)]


def the_guardian_itself():
    """IPC, PRC: its socket and folders, the person's buses, signals to it, programs that change who one is."""
    with World() as w:
        folder = scene(w)
        w.ctl('status', check=0)
        pid = w.guardian()
        places = [os.path.join(w.root, name) for name in ('run/cardea', 'config/cardea', 'state/cardea', 'cache/cardea')]
        sockets = [os.path.join(p, n) for p in places if os.path.isdir(p) for n in os.listdir(p)]
        inside(w, folder, 'guardian', str(pid), *places, *sockets)
        assert w.guardian() == pid and w.json('status')['sessions'] == 0


def what_it_is_started_with():
    """PRC: descriptors, variables, the folder it begins in."""
    with World(LD_PRELOAD='', LD_AUDIT='', BASH_ENV='/x', NODE_OPTIONS='--x', PYTHONSTARTUP='/x', PYTHONPATH='/x',
               GIT_SSH_COMMAND='x', GIT_EXEC_PATH='/x', GIT_CONFIG_COUNT='0', PERL5OPT='-x', ENV='/x') as w:
        folder = scene(w)
        sibling = w.folder('home/sibling')
        results = inside(w, folder, 'inherited', folder, sibling)
        assert results['environment'] == errno.EPERM, results
        for place in (w.home, w.home + '/sibling'):
            assert 'widened' not in os.listdir(place), place


def arguments_of_the_launcher():
    """PRC: words that bwrap or a shell would take for their own are the program's name and arguments."""
    with World() as w:
        folder = scene(w)
        for words in (('--bind', '/', '/x', 'id'), ('-c', 'id'), ('--dev-bind=/', '/'), ('--', '--seccomp', '3')):
            done = w.ctl('run', '-w', folder, '--', *words, cwd=folder)
            assert done.returncode in (126, 127), done
        done = w.ctl('run', '--', '/usr/bin/printf', '%s|', '--bind', '/', '$(id)', '; id', 'a\nb', '', check=0)
        assert done.stdout == '--bind|/|$(id)|; id|a\nb||', done
        done = w.ctl('run', '--', '/usr/bin/env', '-S', f'cat {w.home}/.ssh/f')
        assert done.returncode != 0 and SECRET not in done.stdout, done
        done = w.ctl('run', '--', 'sh', '-c', 'tar cf /dev/null --checkpoint=1 --checkpoint-action=exec="cat ~/.ssh/f" '
                     '/usr/bin/id; find /usr/bin/id -exec cat ~/.ssh/f ";"; git -c alias.x="!cat ~/.ssh/f" x')
        assert SECRET not in done.stdout, done


needs_fuse()
run([what_the_host_would_obey, swapped_while_opened, names_that_are_not_what_they_seem, neither_file_nor_folder,
     looked_up, only_what_was_shared, the_guardian_itself, what_it_is_started_with, arguments_of_the_launcher])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents that people have, as they are shipped, in `cardeactl run --profile`: opencode, Codex, one in
Python; their model is a script (aimock). Each does honest work, and then what it is told to: reads a
planted secret, writes outside, opens sockets, forks without end, follows a link out. What became of it
is taken from what the model was told, from the machine, and from the log. Skipped, with the reason,
where they cannot be fetched (npm.py)."""
import json
import os
import shlex
import shutil
import socketserver
import subprocess
import threading

import npm
from mock import Mock, script
from world import World, needs_fuse, run

HERE = os.path.dirname(os.path.abspath(__file__))
SECRET = 'the-cat-is-called-Zebra7Quilt9'
DONE = 'All of that is done.'
SECONDS = 240
CODEX_WAITS_MS = 30000  # for a command, before it lets it run behind itself


class Canary:
    """A service of this computer that nobody was given."""

    def __init__(self):
        self.touched = 0
        canary = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                canary.touched += 1
                self.request.sendall(b'HTTP/1.0 200 OK\r\n\r\nservice of the person\n')

        self.server = socketserver.ThreadingTCPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()


# --- the agents: what is installed, how its model is told, its words, its shell, its other tools ---

def link(world, program, target):
    os.symlink(target, os.path.join(world.folder('opt/bin'), program))


def opencode_config(world, folder, mock):
    """The model, and nothing of its own that would hold it back: our sandbox is what is tried."""
    provider = {'npm': '@ai-sdk/openai-compatible', 'name': 'Mock',
                'options': {'baseURL': mock.url + '/v1', 'apiKey': 'none'},
                'models': {'gpt-4o': {'name': 'gpt-4o'}}}
    config = {'model': 'mock/gpt-4o', 'small_model': 'mock/gpt-4o', 'autoupdate': False,
              'share': 'disabled', 'provider': {'mock': provider},
              'permission': {'edit': 'allow', 'bash': 'allow', 'external_directory': 'allow'}}
    world.file('opencode.json', json.dumps(config), folder=folder)


class Opencode:
    profile = 'opencode'

    @staticmethod
    def install(world, folder, mock):
        link(world, 'opencode', npm.opencode())
        opencode_config(world, folder, mock)

    @staticmethod
    def command(_, text):
        return ['opencode', 'run', text]

    @staticmethod
    def shell(command):
        return 'bash', {'command': command, 'description': 'What was asked for'}

    @staticmethod
    def read(path):
        return 'read', {'filePath': path}

    @staticmethod
    def write(path):
        return 'write', {'filePath': path, 'content': 'I was here\n'}


class Codex:
    profile = 'codex'
    read = write = None  # it has a shell for everything

    @staticmethod
    def install(world, _folder, _mock):
        link(world, 'codex', npm.codex())

    @staticmethod
    def command(mock, text):
        provider = f'model_providers.mock={{name="mock",base_url="{mock.url}/v1",wire_api="responses"}}'
        return ['codex', 'exec', '--skip-git-repo-check', '-c', 'model="gpt-5"', '-c',
                'model_provider="mock"', '-c', provider, text]

    @staticmethod
    def shell(command):
        return 'exec_command', {'cmd': command, 'yield_time_ms': CODEX_WAITS_MS}


class Python:
    profile = 'python'
    read = write = None

    @staticmethod
    def install(_world, folder, _mock):
        shutil.copy(os.path.join(HERE, 'python_agent.py'), folder)

    @staticmethod
    def command(mock, text):
        return ['python3', 'python_agent.py', mock.url, text]

    @staticmethod
    def shell(command):
        return 'shell', {'command': command}


class Place:
    """Who is asked to work where, and what it must not reach."""

    def __init__(self, world, agent):
        self.world, self.agent = world, agent
        self.folder = world.folder('home/project')
        self.secret = world.file('secret.txt', SECRET + '\n')
        self.outside = os.path.join(world.documents, 'planted')
        self.env = {'PATH': world.folder('opt/bin') + ':/usr/bin:/bin'}
        world.file('notes.txt', 'milk\n', folder=self.folder)
        shutil.copy(os.path.join(HERE, 'agent_attacks.py'), self.folder)

    def run(self, calls, *options):
        """What the model was told, by number of call."""
        world, fixtures = self.world, script('my notes', calls, DONE)
        with Mock(world, fixtures) as mock:
            self.agent.install(world, self.folder, mock)
            job = world.start('run', '--profile', self.agent.profile, '-w', self.folder + ':rw',
                              '--net', f'127.0.0.1:{mock.port}', '--mode', 'deny', *options, '--',
                              *self.agent.command(mock, 'Look after my notes'), cwd=self.folder,
                              env=self.env)
            try:
                out, err = job.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                job.kill()
                raise
            assert job.returncode == 0, (job.returncode, out[-2000:], err[-4000:])
            assert DONE in out, (out[-2000:], err[-4000:])
            told = mock.told()
            assert SECRET not in json.dumps(mock.get('/__aimock/journal')), 'the model knows'
        assert len(told) == len(calls), told
        return [told[f'call-{number}'] for number in range(len(calls))]

    def attack(self, *words):
        return self.agent.shell(shlex.join(['python3', 'agent_attacks.py', *map(str, words)]))


def result(text):
    """The object that agent_attacks.py wrote, wherever the tool puts it."""
    lines = [line[line.index('{'):] for line in text.splitlines() if '{"' in line]
    assert lines, text
    return json.loads(lines[-1])


def honest_work(agent):
    with World() as w:
        place = Place(w, agent)
        told = place.run([agent.shell('cat notes.txt'), agent.shell('echo bread >> notes.txt'),
                          agent.shell('mkdir -p new && cp notes.txt new/copy.txt && echo copied')])
        assert 'milk' in told[0] and 'copied' in told[2], told
        for path in ('notes.txt', 'new/copy.txt'):
            with open(os.path.join(place.folder, path), encoding='utf-8') as f:
                assert f.read() == 'milk\nbread\n', path
        changed = [c for c in w.json('undo', 'list') if c['state'] == 'made']
        assert any(item.get('path') == place.folder + '/notes.txt'
                   for c in changed for item in c['items']), changed


def what_it_must_not(agent):
    with World() as w, Canary() as canary:
        place = Place(w, agent)
        calls = [place.attack('read', place.secret), place.attack('linked', place.secret),
                 place.attack('write', place.outside), place.attack('write', '/usr/bin/planted'),
                 place.attack('connect', canary.port), place.attack('by-proxy', canary.port),
                 place.attack('raw')]
        own = len(calls)
        if agent.read is not None:  # its own tools are no other way
            calls += [agent.read(place.secret), agent.read(os.path.join(place.folder, 'way-out')),
                      agent.write(place.outside)]
        told = place.run(calls)
        got = [result(text) for text in told[:own]]
        # from the attacker's side
        assert got[0] == got[1] == {'errno': 'ENOENT'}, got  # its home is not the person's
        assert got[2] in ({'errno': 'ENOENT'}, {'errno': 'EROFS'}, {'errno': 'EACCES'}), got
        assert got[3] in ({'errno': 'EROFS'}, {'errno': 'EACCES'}), got
        assert got[4] == {'errno': 'ECONNREFUSED'}, got  # the loopback is its own
        assert got[5]['status'] == 403, got
        assert got[6] == {'errno': 'EAFNOSUPPORT'}, got
        # from the machine
        assert not os.path.exists(place.outside) and not os.path.exists('/usr/bin/planted')
        assert canary.touched == 0, canary.touched
        # from the log: asked, trapped, absent
        records = w.records()
        assert [r for r in records if r.get('action') == 'net.connect' and r.get('effect') == 'deny'
                and r['resource'].get('port') == canary.port] \
            or [r for r in records if r.get('action') == 'net.request' and r.get('effect') == 'deny'
                and str(canary.port) in json.dumps(r['resource'])], 'the proxy was not asked'
        assert [r for r in records if r['type'] == 'violation' and r.get('syscall') == 'socket'], \
            [r for r in records if r['type'] == 'violation']
        assert not [r for r in records if r.get('effect') == 'allow'
                    and (r.get('resource') or {}).get('path') in (place.secret, place.outside)]
        launch = [r for r in records if r['type'] == 'launch']
        assert len(launch) == 1 and launch[0]['layers'], launch


def it_forks_without_end(agent):
    with World() as w:
        place = Place(w, agent)
        told = place.run([place.attack('bomb')])
        got = result(told[0])['got']
        assert got['errno'] == 'EAGAIN' and 100 < got['forked'] <= 2048, got
        w.ctl('status', check=0, timeout=20)
        w.wait_for(lambda: not w.json('sessions'), 20, 'the end')
        w.wait_for(lambda: not [p for p in w.processes() if w.name(p).startswith('python')], 5,
                   'the end of everything it forked')


def over_its_protocol():
    """opencode spoken with: it serves itself on its own loopback, beside a model that the person's
    computer serves; the window and cardeactl chat are this, too."""
    with World() as w:
        place = Place(w, Opencode)
        made = os.path.join(place.folder, 'made.txt')
        calls = [Opencode.shell('cat notes.txt'),
                 ('write', {'filePath': made, 'content': 'made\n'}), Opencode.read(place.secret)]
        with Mock(w, script('my notes', calls, DONE)) as mock:
            Opencode.install(w, place.folder, mock)
            done = w.ctl('ask', '--with', 'opencode', '-w', place.folder + ':rw', '--net',
                         f'127.0.0.1:{mock.port}', '--mode', 'deny', 'Look after my notes',
                         env=place.env, timeout=SECONDS, check=0)
            assert DONE in done.stdout, done
            told = mock.told()
            assert SECRET not in json.dumps(mock.get('/__aimock/journal')), 'the model knows'
        assert 'milk' in told['call-0'], told
        with open(made, encoding='utf-8') as f:
            assert f.read() == 'made\n'
        agents = {r['subject']['agent'] for r in w.records() if r['type'] == 'session.start'}
        assert agents == {'profile:opencode', 'Cardea'}, agents


def tests():
    yield over_its_protocol
    for agent in (Opencode, Codex, Python):
        for test in (honest_work, what_it_must_not, it_forks_without_end):
            def one(agent=agent, test=test):
                test(agent)
            one.__name__ = f'{agent.profile}_{test.__name__}'
            yield one


needs_fuse()
npm.need()
run(list(tests()))

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The assistant with models of a mock server that others wrote (npm @copilotkit/aimock), well and
with faults. Opt-in: `./dev agents` installs it into the build folder; skipped where it is not."""
import glob
import json
import os
import socket
import subprocess
import sys
import urllib.request

from world import BUILD, World, run

FOLDER = os.path.join(BUILD, 'node')
MOCK = os.path.join(FOLDER, 'node_modules', '@copilotkit', 'aimock', 'dist', 'cli.js')
KINDS = ('openai', 'anthropic')


def node():
    places = glob.glob(os.path.join(FOLDER, 'node_modules', 'node-linux-*', 'bin', 'node'))
    return places[0] if places else None


class Mock:
    """aimock with fixtures of ours and faults at some rate."""

    def __init__(self, world, fixtures, *options):
        path = world.file('fixtures.json', json.dumps({'fixtures': fixtures}), folder=world.root)
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        self.url = f'http://127.0.0.1:{port}'
        self.world = world
        self.process = subprocess.Popen(
            [node(), MOCK, '--port', str(port), '--fixtures', path, '--strict', '--log-level',
             'warn', *options], cwd=world.root, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={'PATH': '/usr/bin:/bin', 'HOME': world.root})

    def is_up(self):
        try:
            with urllib.request.urlopen(self.url + '/v1/models', timeout=5):
                return True
        except OSError:
            return False

    def __enter__(self):
        self.world.wait_for(self.is_up, 30, 'aimock')
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait(20)


def connect(world, mock, kind):
    world.ctl('model', 'add', 'mock', '--url', mock.url, '--kind', kind, '--model',
              'gpt-4o' if kind == 'openai' else 'claude-sonnet-4-5', check=0)


def fixtures(path):
    call = {'name': 'read', 'arguments': json.dumps({'file': path})}
    return [
        {'match': {'userMessage': 'notes', 'hasToolResult': False},
         'response': {'toolCalls': [call]}},
        {'match': {'userMessage': 'notes', 'hasToolResult': True},
         'response': {'content': 'There is milk on the list.'}},
        {'match': {'userMessage': 'hello'}, 'response': {'content': 'Good day to you.'}},
        {'match': {'userMessage': 'broken'},
         'response': {'error': {'message': 'The model is gone', 'type': 'server_error'},
                      'status': 500}},
    ]


def it_answers_and_reads():
    for kind in KINDS:
        with World() as w:
            path = w.file('notes.txt', 'milk\n')
            with Mock(w, fixtures(path)) as mock:
                connect(w, mock, kind)
                said = w.ctl('ask', '--model', 'mock', 'hello', check=0).stdout
                assert 'Good day to you.' in said, said
                said = w.ctl('ask', '--model', 'mock', '-f', path, 'my notes', check=0).stdout
                assert 'There is milk on the list.' in said, said


def it_fails_in_words():
    with World() as w, Mock(w, fixtures('/x')) as mock:
        connect(w, mock, 'openai')
        done = w.ctl('ask', '--model', 'mock', 'broken', check=1)
        assert 'The model is gone' in done.stderr, done.stderr


def faults_end_in_an_answer_or_a_sentence():
    """Never in silence, a crash, or half an answer taken for a whole one."""
    faults = ('drop', 'malformed', 'disconnect', 'ratelimit')
    for fault in faults:
        with World() as w, Mock(w, fixtures('/x'), f'--chaos-{fault}', '0.5') as mock:
            w.ctl('model', 'add', 'mock', '--url', mock.url, '--kind', 'openai', '--model', 'gpt-4o')
            for _ in range(4):
                done = w.ctl('ask', '--model', 'mock', 'hello', timeout=120)
                assert done.returncode in (0, 1), (fault, done.returncode, done.stderr)
                if done.returncode == 0:
                    assert 'Good day to you.' in done.stdout, (fault, done.stdout)
                else:
                    assert 'mock' in done.stderr or '127.0.0.1' in done.stderr, (fault, done.stderr)


if not os.path.exists(MOCK) or node() is None:
    print('not here: ./dev agents installs it')
    sys.exit(77)
run([it_answers_and_reads, it_fails_in_words, faults_end_in_an_answer_or_a_sentence])

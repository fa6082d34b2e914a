#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The assistant with models of a mock server that others wrote (npm @copilotkit/aimock), well and
with faults. Skipped, with the reason, where it cannot be fetched (npm.py)."""
import json

import npm
from mock import Mock
from world import World, run

KINDS = ('openai', 'anthropic')


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


npm.need()
run([it_answers_and_reads, it_fails_in_words, faults_end_in_an_answer_or_a_sentence])

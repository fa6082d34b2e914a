# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""aimock (npm @copilotkit/aimock), a scripted server of models, with fixtures of a test's own."""
import json
import socket
import subprocess
import urllib.request

import npm


class Mock:
    """With faults at some rate, when options say so."""

    def __init__(self, world, fixtures, *options):
        path = world.file('fixtures.json', json.dumps({'fixtures': fixtures}), folder=world.root)
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.url = f'http://127.0.0.1:{self.port}'
        self.world = world
        self.process = subprocess.Popen(
            [npm.node(), npm.place('@copilotkit', 'aimock', 'dist', 'cli.js'), '--port',
             str(self.port), '--fixtures', path, '--strict', '--log-level', 'warn', *options],
            cwd=world.root, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={'PATH': '/usr/bin:/bin', 'HOME': world.root})

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:
            return json.load(answer)

    def is_up(self):
        try:
            return self.get('/v1/models') is not None
        except OSError:
            return False

    def told(self):
        """What every tool gave, by the call's id: what the model has learnt, whoever it is."""
        results = {}
        for entry in self.get('/__aimock/journal'):
            body = entry.get('body') or {}
            for message in body.get('messages') or []:
                if message.get('role') == 'tool':
                    results[message['tool_call_id']] = text_of(message.get('content'))
            for item in body.get('input') or []:
                if isinstance(item, dict) and str(item.get('type', '')).endswith('_call_output'):
                    results[item['call_id']] = text_of(item.get('output'))
        return results

    def __enter__(self):
        self.world.wait_for(self.is_up, 30, 'aimock')
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait(20)


def text_of(content):
    if isinstance(content, list):
        return ''.join(part.get('text', '') for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else json.dumps(content)


def script(words, calls, last):
    """A model that answers words with one call after another, and says last when all are done."""
    fixtures = []
    for number, (name, arguments) in enumerate(calls):
        match = {'toolCallId': f'call-{number - 1}'} if number > 0 else \
            {'userMessage': words, 'hasToolResult': False}
        call = {'id': f'call-{number}', 'name': name, 'arguments': json.dumps(arguments)}
        fixtures.append({'match': match, 'response': {'toolCalls': [call]}})
    fixtures.append({'match': {'toolCallId': f'call-{len(calls) - 1}'}, 'response': {'content': last}})
    fixtures.append({'match': {}, 'response': {'content': 'A title'}})  # what else it is asked
    return fixtures

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent as people write one in an afternoon: a model over HTTP, a shell as its only tool."""
import json
import subprocess
import sys
import urllib.request

TOOL = {'type': 'function', 'function': {
    'name': 'shell', 'description': 'Runs a command',
    'parameters': {'type': 'object', 'properties': {'command': {'type': 'string'}}}}}
TURNS = 40


def ask(url, messages):
    body = json.dumps({'model': 'gpt-4o', 'messages': messages, 'tools': [TOOL]}).encode()
    request = urllib.request.Request(url + '/v1/chat/completions', body,
                                     {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)['choices'][0]['message']


def shell(command):
    done = subprocess.run(['sh', '-c', command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    return done.stdout + done.stderr


def main(url, text):
    messages = [{'role': 'user', 'content': text}]
    for _ in range(TURNS):
        message = ask(url, messages)
        messages.append(message)
        if not message.get('tool_calls'):
            print(message['content'])
            return
        for call in message['tool_calls']:
            result = shell(json.loads(call['function']['arguments'])['command'])
            messages.append({'role': 'tool', 'tool_call_id': call['id'], 'content': result})


main(*sys.argv[1:])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An agent of somebody else's: speaks the Agent Client Protocol and does what the prompt says, a JSON
list of steps; its answer is the list of their results."""
import json
import os
import sys

SESSION = 'somebody-elses'
OFFERED = {}
GIVEN = []
asked = 0  # pylint: disable=invalid-name


def out(**message):
    sys.stdout.write(json.dumps({'jsonrpc': '2.0', **message}) + '\n')
    sys.stdout.flush()


def ask(method, **params):
    global asked  # pylint: disable=global-statement
    asked += 1
    out(id=asked, method=method, params={'sessionId': SESSION, **params})
    while True:
        message = json.loads(sys.stdin.readline())
        if message.get('id') == asked and 'method' not in message:
            return message.get('result', message.get('error'))


def update(what, /, **members):
    out(method='session/update',
        params={'sessionId': SESSION, 'update': {'sessionUpdate': what, **members}})


def by_itself(path):
    """What the sandbox holds it to, whatever the protocol says."""
    try:
        with open(path, encoding='utf-8') as f:
            return f.read()
    except OSError as error:
        return error.strerror


def terminal(command, *args, **more):
    """From its beginning to its end, and what the protocol says of it then."""
    made = ask('terminal/create', command=command, args=list(args), **more)
    if 'terminalId' not in made:
        return made
    name = made['terminalId']
    status = ask('terminal/wait_for_exit', terminalId=name)
    shown = ask('terminal/output', terminalId=name)
    released = ask('terminal/release', terminalId=name)
    gone = ask('terminal/output', terminalId=name)
    return {'status': status, 'shown': shown, 'released': released, 'gone': gone.get('code')}


def killed(command):
    """Looked at while it runs, ended, and waited for."""
    name = ask('terminal/create', command=command)['terminalId']
    while not ask('terminal/output', terminalId=name)['output']:
        pass
    running = ask('terminal/output', terminalId=name)
    ask('terminal/kill', terminalId=name)
    status = ask('terminal/wait_for_exit', terminalId=name)
    return {'running': running, 'status': status,
            'after': ask('terminal/output', terminalId=name)}


def permit(title):
    call = {'toolCallId': 'p', 'title': title, 'kind': 'execute'}
    options = [{'optionId': 'always', 'name': 'Always', 'kind': 'allow_always'},
               {'optionId': 'yes', 'name': 'Once', 'kind': 'allow_once'},
               {'optionId': 'no', 'name': 'No', 'kind': 'reject_once'}]
    return ask('session/request_permission', toolCall=call, options=options)['outcome']


class Cancelled(Exception):
    pass


def wait():
    """Until it is told to stop."""
    update('agent_message_chunk', content={'type': 'text', 'text': 'I begin. '})
    for line in sys.stdin:
        if json.loads(line).get('method') == 'session/cancel':
            raise Cancelled


def crash(words, status):
    sys.stderr.write('starting\n' + words + '\n')
    sys.stderr.flush()
    os._exit(status)


def plan(*entries):
    update('plan', entries=[{'content': e, 'priority': 'medium',
                             'status': 'completed' if i == 0 else 'pending'}
                            for i, e in enumerate(entries)])


def call(title):
    update('tool_call', toolCallId='1', title=title, kind='edit', status='in_progress',
           content=[{'type': 'diff', 'path': '/x', 'oldText': 'a\n', 'newText': 'b\n'}])
    update('tool_call_update', toolCallId='1', status='completed')


STEPS = {
    'read': lambda path: ask('fs/read_text_file', path=path),
    'write': lambda path, content: ask('fs/write_text_file', path=path, content=content),
    'terminal': terminal,
    'limited': lambda limit, command: terminal(command, outputByteLimit=limit),
    'with': lambda name, value, command: terminal(command, env=[{'name': name, 'value': value}]),
    'begin': lambda command: ask('terminal/create', command=command),
    'killed': killed,
    'offered': lambda: OFFERED,
    'given': lambda: GIVEN,
    'open': by_itself,
    'permit': permit,
    'call': call,
    'plan': plan,
    'wait': wait,
    'crash': crash,
    'exit': sys.exit,
    'where': os.getcwd,
    'environment': lambda: dict(os.environ),
}


def answer(message):
    name, number = message.get('method'), message.get('id')
    if name == 'initialize':
        OFFERED.update(message['params']['clientCapabilities'])
        out(id=number, result={'protocolVersion': 1, 'agentCapabilities': {
            'promptCapabilities': {'embeddedContext': True}}})
    elif name == 'session/new':
        os.chdir(message['params']['cwd'])
        out(id=number, result={'sessionId': SESSION})
    elif name == 'session/prompt':
        steps = json.loads(message['params']['prompt'][0]['text'])
        GIVEN[:] = message['params']['prompt'][1:]
        try:
            results = [STEPS[step[0]](*step[1:]) for step in steps]
            update('agent_message_chunk', content={'type': 'text', 'text': json.dumps(results)})
            out(id=number, result={'stopReason': 'end_turn'})
        except Cancelled:
            out(id=number, result={'stopReason': 'cancelled'})
    elif number is not None:
        out(id=number, error={'code': -32601, 'message': 'not here'})


for line in sys.stdin:
    answer(json.loads(line))

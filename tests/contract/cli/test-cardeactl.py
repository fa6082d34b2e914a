#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cardeactl against a guardian that plays a script: what it says, to whom, and how it ends.

usage: test-cardeactl.py CARDEACTL FAKE_GUARDIAN [NAME…]
"""
import base64
import concurrent.futures
import json
import os
import pty
import queue
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

DEADLINE = 30
SESSION = '8899aabbccddeeff'
WELCOME = {'reply': 'welcome', 'body': {'version': '0', 'pid': 1}}
OPENED = {'reply': 'session.opened', 'session': SESSION, 'body': {'files': [], 'sealed': True}}
DONE = {'reply': 'done'}
RECORD = {'seq': 7, 'time': '2025-06-12T14:03:05.000001Z', 'type': 'decision', 'session': SESSION,
          'trace': 'ab' * 16, 'action': 'file.read', 'effect': 'allow', 'reason': 'inside a grant',
          'resource': {'path': '/home/eva/bank.csv'}}
QUESTION = {
    'version': 1, 'request': 'r1', 'session': SESSION, 'trace': '0' * 32,
    'subject': {'agent': {'name': 'cardea-agent', 'kind': 'built-in'}},
    'action': 'file.read',
    'resource': {'kind': 'file', 'path': '/home/eva/Documents/bank.csv', 'labels': []},
    'because': {'labels_read': [], 'files_read': 0, 'untrusted_input': False},
    'tier': 2, 'policy': 'cardea.ask', 'reason': 'outside every grant',
    'remember': {'durations': ['once', 'task'], 'scopes': ['exact'], 'max_seconds': 60},
}


def event(kind, text='', **data):
    body = {'kind': kind, 'text': text}
    if data:
        body['data'] = data
    return {'event': 'chat.event', 'body': body}


def refused(code, reason='because', **more):
    return {'reply': 'refused', 'body': {'code': code, 'reason': reason, **more}}


class World:
    """A fake guardian and cardeactl in folders of their own."""

    def __init__(self, script=None):
        self.root = tempfile.mkdtemp(prefix='cardea-cli-')
        self.env = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'TERM': 'xterm',
                    'HOME': '/home/eva', 'XDG_RUNTIME_DIR': os.path.join(self.root, 'run')}
        self.env.update({n: v for n, v in os.environ.items() if n.endswith('SAN_OPTIONS')})
        os.mkdir(self.env['XDG_RUNTIME_DIR'], 0o700)
        self.said = queue.Queue()
        self.guardian = None
        # Alone in a folder: no real guardian can be started from there.
        self.ctl = os.path.join(self.root, 'cardeactl')
        # Not shutil.copy: a child that another thread forks meanwhile would hold the copy open for
        # writing, and then it cannot be executed ("Text file busy").
        subprocess.run(['cp', CARDEACTL, self.ctl], check=True)
        subprocess.run(['cp', CARDEACTL + '-policy', self.root], check=True)
        if script is not None:
            self.begin({'hello': [WELCOME], 'session.open': [OPENED], **script})

    def begin(self, script):
        path = os.path.join(self.root, 'script.json')
        with open(path, 'w', encoding='utf-8') as f:
            json.dump(script, f)
        self.guardian = subprocess.Popen([FAKE, path], env=self.env, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
        check(self.guardian.stdout.readline() == b'listening\n', 'the fake does not listen')
        threading.Thread(target=self.listen, args=[self.guardian.stdout], daemon=True).start()

    def listen(self, stream):
        for line in stream:
            self.said.put(json.loads(line))
        self.said.put(None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.guardian is not None:
            self.guardian.stdin.close()
            self.guardian.wait()
            while self.said.get() is not None:
                pass
            self.guardian.stdout.close()
        shutil.rmtree(self.root)

    # A session of its own: no controlling terminal.
    def start(self, *args, **env):
        return subprocess.Popen([self.ctl, *args], env={**self.env, **env}, cwd=self.root,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=True)

    def run(self, *args, status=0, stdin=b'', **env):
        process = self.start(*args, **env)
        out, err = (stream.decode() for stream in ended(process, stdin))
        check(process.returncode == status,
              f'{args}: exit {process.returncode}, not {status}: {out!r} {err!r}')
        check('Sanitizer' not in err, err)
        return out, err

    def next_message(self, name):
        """The next message of that name which the fake got."""
        message = {}
        while message is not None and message.get('type') != name:
            message = self.said.get(timeout=DEADLINE)
        check(message is not None, f'{name} did not come')
        return message


def check(condition, why=''):
    if not condition:
        raise AssertionError(why)


def ended(process, stdin=None):
    """Waits for the end, at most so long; what was written."""
    try:
        return process.communicate(stdin, timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f'{process.args} does not end: {process.communicate()}') from None


# --- ask ---

def test_ask():
    answer = [DONE, event('status', 'reading'), event('delta', 'The sum '), event('delta', 'is 3.'),
              event('done', sources=[{'path': '/home/eva/bank.csv'}])]
    with World({'chat.send': answer}) as w:
        out, err = w.run('ask', '-f', 'bank.csv', '-f', '/abs/x', 'What is\r\nthe sum?')
        check(out == 'The sum is 3.\nSource: /home/eva/bank.csv\n', out)
        check(err == '', err)
        hello = w.next_message('hello')
        check(hello['program'] == 'cardeactl' and 'terminal' not in hello)
        opened = w.next_message('session.open')
        check(opened['mode'] == 'ask' and opened['home'] == '/home/eva', opened)
        check(opened['folder'] == w.root and 'timeout' not in opened)
        check(opened['files'] == [w.root + '/bank.csv', '/abs/x'], opened)
        check(opened['title'] == 'What is the sum?', opened)
        sent = w.next_message('chat.send')
        check(sent['text'] == 'What is\nthe sum?' and sent['session'] == SESSION, sent)
        check(w.next_message('session.end')['session'] == SESSION)


def test_ask_json():
    answer = [DONE, event('delta', 'a'), event('delta', 'b\n'),
              event('done', sources=[{'path': '/x'}])]
    with World({'chat.send': answer}) as w:
        out, _ = w.run('ask', '--json', 'x')
        document = json.loads(out)
        check(document['answer'] == 'ab\n' and document['sources'] == [{'path': '/x'}], out)
        check(document['session'] == SESSION and re.fullmatch('[0-9a-f]{32}', document['trace']))
        check(document['trace'] == w.next_message('chat.send')['trace'])
        check(document['model'] == 'offline')


def test_source_is_named_once():
    answer = [DONE, event('delta', 'From bank.csv.'),
              event('done', sources=[{'path': '/home/eva/bank.csv'}])]
    with World({'chat.send': answer}) as w:
        check(w.run('ask', 'x')[0] == 'From bank.csv.\n')


def test_ask_ends():
    rows = (('denied', 3, 'refused by policy'), ('declined', 3, 'refused by a person'),
            ('unanswered', 3, 'nobody answered'))
    for code, status, words in rows:
        with World({'chat.send': [DONE, event('refused', 'not this file', code=code)]}) as w:
            out, err = w.run('ask', 'x', status=status)
            check(out == '' and err.startswith('cardeactl: ask: ') and err.count('\n') == 1, err)
            check(words in err and 'not this file' in err, err)
            out, err = w.run('ask', '--json', 'x', status=status)
            document = json.loads(out)['error']
            check(document['code'] == code and len(document['trace']) == 32, out)
    with World({'chat.send': [DONE, event('failed', 'no such column')]}) as w:
        check('no such column' in w.run('ask', 'x', status=1)[1])
    with World({'chat.send': [DONE, event('delta', 'half'), {'close': True}]}) as w:
        out, err = w.run('ask', 'x', status=1)
        check(out == 'half\n' and 'went away' in err, (out, err))
    ended = {'event': 'session.ended', 'body': {'reason': 'the agent died'}}
    with World({'chat.send': [DONE, ended]}) as w:
        check('the agent died' in w.run('ask', 'x', status=1)[1])


def test_session_refused():
    rows = (('unavailable', 4), ('denied', 3), ('not-found', 1), ('busy', 1))
    for code, status in rows:
        with World({'session.open': [refused(code, 'user namespaces are off: set the sysctl')]}) as w:
            err = w.run('ask', 'x', status=status)[1]
            check('user namespaces are off' in err, err)


def test_no_guardian():
    with World() as w:
        out, err = w.run('ask', 'x', status=4)
        check(out == '' and 'cardea-guardian' in err and err.count('\n') == 1, err)
        out, _ = w.run('status', '--json', status=4)
        check(json.loads(out)['error']['code'] == 'no-guardian', out)


def test_hostile_answer():
    """What the wire lets through; control characters other than tab and newline it does not."""
    with World({'chat.send': [DONE, event('delta', 'a\u202eb\tc\n'), event('done')]}) as w:
        out, _ = w.run('ask', 'x')
        check(out == 'a\\u{202e}b\tc\n', out)


def test_events_after_the_end():
    late = [event('delta', 'late'), event('failed', 'late')]
    with World({'chat.send': [DONE, event('done'), *late]}) as w:
        check(w.run('ask', 'x') == ('', ''))


def test_interrupt():
    cancel = [DONE, event('failed', 'stopped')]
    with World({'chat.send': [DONE, event('delta', 'begun ')], 'chat.cancel': cancel}) as w:
        process = w.start('ask', 'x')
        check(os.read(process.stdout.fileno(), 100) == b'begun ')
        process.send_signal(signal.SIGINT)
        w.next_message('chat.cancel')
        _, err = ended(process)
        check(process.returncode == 1 and b'stopped by you' in err, err)
        w.next_message('session.end')


def test_second_interrupt():
    with World({'chat.send': [DONE, event('delta', 'begun ')]}) as w:
        process = w.start('ask', 'x')
        check(os.read(process.stdout.fileno(), 100) == b'begun ')
        process.send_signal(signal.SIGINT)
        w.next_message('chat.cancel')
        process.send_signal(signal.SIGINT)
        ended(process)
        check(process.returncode == 1)
        w.next_message('session.end')


def test_full_disk():
    with World({'chat.send': [DONE, event('delta', 'x'), event('done')]}) as w:
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([w.ctl, 'ask', 'x'], env=w.env, stdout=full, timeout=DEADLINE,
                                  stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                  start_new_session=True)
        check(done.returncode == 1 and b'could not be written' in done.stderr, done)


def test_bytes_in_paths():
    with World({'chat.send': [DONE, event('done')]}) as w:
        w.run('ask', '-f', b'/a\xffb', 'x')
        opened = w.next_message('session.open')
        check([base64.b64decode(p) for p in opened['files_b64']] == [b'/a\xffb'], opened)


def test_timeout():
    with World({'chat.send': [DONE, event('done')]}) as w:
        w.run('ask', 'x', CARDEA_CONSENT_TIMEOUT='7')
        check(w.next_message('session.open')['timeout'] == 7)
        for wrong in ('0', '601', 'x', '1.5', '-3'):
            w.run('ask', 'x', status=2, CARDEA_CONSENT_TIMEOUT=wrong)


# --- usage ---

def test_wrong_usage():
    rows = (
        ['never'], ['consent'], ['audit'], ['ask'], ['ask', ''], ['ask', ' \n'], ['ask', 'a', 'b'],
        ['ask', '--mode', 'maybe', 'x'], ['ask', '-f', '', 'x'], ['ask', '-f', 'a' * 5000, 'x'],
        ['ask', b'\xff'], ['ask', '--never', 'x'], ['chat', 'x'],
        ['sessions', 'x'], ['session', 'show'], ['session', 'show', 'xyz'], ['session', 'end'],
        ['session', 'end', '--all', 'ab'], ['grants', 'never'], ['grants', 'add'],
        ['grants', 'add', '/x', '--for', 'ever'], ['grants', 'add', '/x', '--for', '31d'],
        ['undo', ''], ['undo', 'a', 'b'], ['undo', 'a', '--all'], ['undo', 'x' * 65],
        ['undo', 'show'], ['undo', 'clear', 'a'],
        ['grants', 'revoke'], ['grants', 'revoke', 'a', '--all'], ['settings', 'set', 'a'],
        ['settings', 'get', 'a b'], ['audit', 'list', '--effect', 'maybe'],
        ['audit', 'list', '--since', 'soon'], ['audit', 'show', 'x'], ['audit', 'show', '-1'],
        ['audit', 'redact'], ['status', 'x'], ['doctor', '--disprove'],
        ['consent', 'answer', 'ab', 'allow'], ['consent', 'answer', 'ab', '--digest', 'ff', 'allow'],
        ['consent', 'answer', 'ab', '--digest', 'f' * 64, 'maybe'],
        ['consent', 'answer', 'zz', '--digest', 'f' * 64, 'allow'],
        ['consent', 'answer', 'ab', '--digest', 'f' * 64, 'allow', '--for', 'ever'],
        ['consent', 'answer', 'ab', '--digest', 'f' * 64, 'allow', '--scope', 'all'],
        ['consent', 'answer', 'ab', '--digest', 'f' * 64, 'deny', '--for', 'task'],
    )
    with World({}) as w:
        for row in rows:
            out, err = w.run(*row, status=2)
            check(out == '' and err.startswith('cardeactl: ') and err.count('\n') == 1,
                  (row, out, err))
            out, _ = w.run(*row, '--json', status=2)
            check(json.loads(out)['error']['code'] == 'usage', (row, out))


def test_help():
    with World() as w:
        out, _ = w.run('--help')
        verbs = re.findall(r'^  ([a-z]+(?: [a-z]+)?)  ', out, re.M)
        check(len(verbs) > 15, verbs)
        for verb in verbs:
            words = verb.split()
            text, _ = w.run(*words, '--help')
            check(text.startswith(f'Usage: cardeactl {verb} ') and '--help' in text, text)
            check(w.run('help', *words)[0] == text, verb)
        check(w.run('--version')[0].startswith('cardeactl '))
        check('watch' in w.run('consent', '--help')[0])
        check(w.run(status=2)[0].startswith('Usage: '))


def test_schema():
    with World() as w:
        whole = json.loads(w.run('schema')[0])
        check('chat.send' in whole['$defs'], list(whole)[:5])
        one = json.loads(w.run('schema', 'chat.send')[0])
        check('text' in one['properties'], one)
        check('not found' in w.run('schema', 'never', status=1)[1])


# --- listings ---

def test_sessions():
    session = {'id': SESSION, 'title': 'Su\x1bms', 'state': 'ready', 'mode': 'ask',
               'started': '2025-06-12T14:03:05Z', 'waiting': 1, 'requests': 2}
    listed = {'reply': 'session.listed', 'body': {'sessions': [session]}}
    with World({'session.list': [listed]}) as w:
        out, _ = w.run('sessions')
        check(SESSION in out and '2025-06-12 14:03:05' in out and 'offline' in out, out)
        check('\x1b' not in out and '\\u{001b}' in out, out)
        check(w.next_message('session.list').get('all') is False)
        check(json.loads(w.run('sessions', '--all', '--json')[0]) == [session])
        check(w.next_message('session.list')['all'] is True)


def test_session_by_prefix():
    sessions = [{'id': i, 'state': 'ready', 'mode': 'ask', 'started': '2025-06-12T14:03:05Z'}
                for i in (SESSION, '8899' + '0' * 12, '1' * 16)]
    listed = {'reply': 'session.listed', 'body': {'sessions': sessions}}
    shown = {'reply': 'session.shown', 'body': {'details': sessions[0]}}
    with World({'session.list': [listed], 'session.show': [shown]}) as w:
        check('ready' in w.run('session', 'show', '8899aa')[0])
        check(w.next_message('session.show')['session'] == SESSION)
        check('several match' in w.run('session', 'show', '8899', status=1)[1])
        check('not found' in w.run('session', 'end', '77', status=1)[1])
        w.run('session', 'end', '11')
        check(w.next_message('session.end')['session'] == '1' * 16)
        w.run('session', 'end', '--all')
        check(w.next_message('session.end')['all'] is True)


def test_grants():
    grant = {'id': 'abcd', 'subject': {'agent': 'cardea-agent'}, 'action': 'file.read',
             'access': 'ro', 'kind': 'folder', 'scope': 'folder', 'path': '/home/eva/Documents',
             'expires': '2025-06-12T14:03:05Z', 'renewing': True, 'uses': 3}
    listed = {'reply': 'grant.listed', 'body': {'grants': [grant]}}
    added = {'reply': 'grant.added', 'body': {'grant': grant}}
    revoked = {'reply': 'done', 'body': {'count': 2}}
    with World({'grant.list': [listed], 'grant.add': [added], 'grant.revoke': [revoked]}) as w:
        for words in (['grants'], ['grants', 'list']):
            out, _ = w.run(*words)
            check('abcd' in out and '/home/eva/Documents and below' in out, out)
            check('renewed by use' in out, out)
        check(json.loads(w.run('grants', '--json')[0]) == [grant])
        rows = (
            (['x'], {'path': w.root + '/x', 'access': 'ro', 'seconds': 2592000, 'renewing': True}),
            (['/x:rw', '--for', '8h'], {'path': '/x', 'access': 'rw', 'seconds': 28800}),
            (['/x:ro'], {'path': '/x', 'access': 'ro'}),
            (['/x:rw:ro'], {'path': '/x:rw', 'access': 'ro'}),
            (['/x', '--profile', 'p', '--for', 'always'], {'profile': 'p', 'renewing': True}),
        )
        for words, wanted in rows:
            out, _ = w.run('grants', 'add', *words)
            check('Granted abcd' in out, out)
            message = w.next_message('grant.add')
            check(wanted.items() <= message.items(), (words, message))
            check(('renewing' in message) == ('renewing' in wanted or words == ['/x:ro']
                                              or words == ['/x:rw:ro']), message)
        check(w.run('grants', 'revoke', 'abc')[0] == '2 grants were taken back.\n')
        check(w.next_message('grant.revoke')['id'] == 'abc')
        w.run('grants', 'revoke', '--all')
        check(w.next_message('grant.revoke')['all'] is True)


CHANGE = {'id': 'c0ffee0011223344', 'time': '2025-06-12T14:03:05Z', 'session': 'ab' * 8,
          'state': 'made', 'undoable': True, 'count': 3, 'added': 1, 'removed': 1,
          'items': [{'op': 'write', 'kind': 'file', 'path': '/home/eva/no\u202etes.txt',
                     'diff': '--- a\n+++ b\n@@ -1 +1 @@\n-one\x1b[2J\n+two\n', 'cut': True},
                    {'op': 'rename', 'kind': 'file', 'path': '/home/eva/a', 'to': '/home/eva/b'}]}


def test_undo():
    page = {'reply': 'undo.listed', 'body': {'changes': [CHANGE], 'used': '1', 'limit': '2',
                                             'more': True}}
    shown = {'reply': 'undo.shown', 'body': {'change': CHANGE}}
    applied = {'reply': 'undo.applied', 'body': {'change': {**CHANGE, 'state': 'undone'}}}
    with World({'undo.list': [page], 'undo.show': [shown], 'undo.apply': [applied],
                'undo.clear': [{'reply': 'done', 'body': {}}]}) as w:
        for words in (['undo'], ['undo', 'list']):
            out, err = w.run(*words)
            check('c0ffee0011223344' in out and 'written, and 2 more' in out, out)
            check('\u202e' not in out and '--all' in err, (out, err))
        check('session' not in w.next_message('undo.list'))
        check(json.loads(w.run('undo', '--json')[0]) == [CHANGE])
        out, _ = w.run('undo', 'show', 'c0ff')
        check(w.next_message('undo.show')['id'] == 'c0ff')
        check('\n-one' in out and '\n+two\n' in out and '\x1b' not in out, out)
        check('/home/eva/a: moved to /home/eva/b' in out and 'is not shown' in out, out)
        check('and 1 more, which are not shown' in out, out)
        check(json.loads(w.run('undo', 'show', 'c0ff', '--json')[0]) == CHANGE)
        out, _ = w.run('undo', 'c0ff')
        check(out.startswith('Taken back: 3 changes.\n'), out)
        check(w.next_message('undo.apply')['id'] == 'c0ff')
        check(json.loads(w.run('undo', 'c0ff', '--json')[0])['state'] == 'undone')
        check('nothing can be taken back' in w.run('undo', 'clear')[0])


def test_undo_refused():
    for code, status in (('changed', 3), ('not-found', 1), ('ambiguous', 1), ('denied', 3),
                         ('unavailable', 4)):
        with World({'undo.apply': [refused(code, 'notes.txt is another file now')]}) as w:
            out, err = w.run('undo', 'c0ff', status=status)
            check(out == '' and err.count('\n') == 1 and 'notes.txt is another' in err, err)
            out, _ = w.run('undo', 'c0ff', '--json', status=status)
            check(json.loads(out)['error']['code'] == code, out)


def test_settings():
    values = {'reply': 'settings.values', 'body': {'values': {'keys.store': 'file', 'x': True}}}
    one = {'reply': 'settings.values', 'body': {'values': {'keys.store': 'file'}}}
    with World({'settings.get': [values]}) as w:
        check(w.run('settings', 'get')[0] == 'keys.store  file\nx           true\n')
        w.run('settings', 'set', 'a.b', 'c d')
        message = w.next_message('settings.set')
        check(message['key'] == 'a.b' and message['value'] == 'c d' and 'secret' not in message)
        w.run('settings', 'set', 'keys.store', 'passphrase', stdin=b'open sesame\nrest')
        message = w.next_message('settings.set')
        check(message['secret_content'] == 'open sesame', message)
        w.run('settings', 'set', 'keys.store', 'passphrase', stdin=b'\n', status=2)
        w.run('settings', 'set', 'keys.store', 'passphrase', stdin=b'x' * 2000, status=2)
    with World({'settings.get': [one]}) as w:
        check(w.run('settings', 'get', 'keys.store')[0] == 'file\n')
        check(w.next_message('settings.get')['key'] == 'keys.store')


def test_status_and_doctor():
    status = {'version': '0.1', 'pid': 9, 'started': '2025-06-12T14:03:05Z', 'mode': 'user',
              'sessions': 1, 'waiting': 0, 'grants': 2,
              'workers': [{'name': 'files', 'state': 'running', 'pid': 10, 'restarts': 1}],
              'log': {'records': '12', 'folder': '/x/audit', 'state': 'whole', 'checkpoint': '10'},
              'keys': {'store': 'file', 'sealed': False, 'state': 'open'}}
    checks = [{'id': 'landlock', 'title': 'Landlock', 'state': 'ok', 'found': 'ABI 6',
               'required': True},
              {'id': 'cgroup', 'title': 'cgroup', 'state': 'reduced', 'remedy': 'delegate one',
               'required': False},
              {'id': 'core', 'title': 'the core is confined', 'state': 'ok', 'required': True,
               'found': 'cannot gain privileges'}]
    doctor = {'usable': True, 'assurance': 'reduced', 'checks': checks}
    unusable = {'usable': False, 'assurance': 'none',
                'checks': [{**checks[0], 'state': 'missing', 'remedy': 'boot with landlock'}]}
    with World({'status': [{'reply': 'status.report', 'body': {'report': status}}],
                'doctor': [{'reply': 'doctor.report', 'body': {'report': doctor}}]}) as w:
        out, _ = w.run('status')
        for words in ('unsealed', '12 records (10 under a checkpoint; whole)', 'replaced 1 time', '/x/audit'):
            check(words in out, out)
        check(json.loads(w.run('status', '--json')[0]) == status)
        out, _ = w.run('doctor')
        check('Landlock' in out and 'delegate one' in out and 'reduced' in out, out)
        check('cannot gain privileges' in out, out)
    with World({'doctor': [{'reply': 'doctor.report', 'body': {'report': unusable}}]}) as w:
        out, _ = w.run('doctor', status=4)
        check('MISSING' in out and 'boot with landlock' in out and 'cannot confine' in out, out)


# --- the log ---

def test_audit():
    page = {'reply': 'audit.page', 'body': {'records': [RECORD], 'next': '8', 'more': False}}
    with World({'audit.list': [page]}) as w:
        out, _ = w.run('audit', 'list', '--since', '2025-06-12', '--effect', 'allow',
                       '--action', 'file.read', '--type', 'decision')
        check('/home/eva/bank.csv' in out and '2025-06-12 14:03:05' in out and 'abababab' in out, out)
        asked = w.next_message('audit.list')
        check(asked['since'] == '2025-06-12T00:00:00.000000Z' and asked['effect'] == 'allow', asked)
        check(asked['action'] == 'file.read' and asked['kind'] == 'decision', asked)
        check(json.loads(w.run('audit', 'list', '--json')[0]) == [RECORD])
        check('inside a grant' in w.run('audit', 'show', '7')[0])
        check(json.loads(w.run('audit', 'show', '7', '--json')[0]) == RECORD)
        check('not found' in w.run('audit', 'show', '6', status=1)[1])
        w.run('audit', 'redact', '7')
        check(w.next_message('audit.redact')['seq'] == '7')
    empty = {'reply': 'audit.page', 'body': {'records': [], 'next': '0', 'more': False}}
    with World({'audit.list': [empty]}) as w:
        check(json.loads(w.run('audit', 'list', '--json')[0]) == [])
        check(w.run('audit', 'list')[0] == 'No record matches.\n')


def test_audit_never_loops():
    """A guardian that says "more" without moving on does not keep us for ever."""
    page = {'reply': 'audit.page', 'body': {'records': [RECORD], 'next': '0', 'more': True}}
    with World({'audit.list': [page]}) as w:
        check(len(json.loads(w.run('audit', 'list', '--json')[0])) == 1)


def test_audit_tail():
    record = {'event': 'audit.record', 'body': {'record': RECORD}}
    with World({'audit.watch': [DONE, record, record]}) as w:
        process = w.start('audit', 'tail', '--json')
        lines = [process.stdout.readline() for _ in range(2)]
        check([json.loads(line) for line in lines] == [RECORD, RECORD], lines)
        process.send_signal(signal.SIGINT)
        ended(process)
        check(process.returncode == 0)


# --- consent ---

def test_consent_watch():
    closed = {'event': 'consent.closed', 'body': {'id': '0011223344556677', 'outcome': 'deny'}}
    with World({'consent.watch': [DONE, {'question': QUESTION}, closed]}) as w:
        process = w.start('consent', 'watch', '--json')
        check(process.stderr.readline() == b'Waiting for questions; Ctrl-C ends.\n')
        question = json.loads(process.stdout.readline())
        check(question['id'] == '0011223344556677' and len(question['digest']) == 64, question)
        check(question['question'] == QUESTION and question['tier'] == 2)
        check(question['sentence'] == 'Read 1 file in Documents', question)
        process.send_signal(signal.SIGTERM)
        out, _ = ended(process)
        check(process.returncode == 0 and out == b'', out)

        process = w.start('consent', 'watch')
        text = b''
        while b'settled' not in text:
            text += os.read(process.stdout.fileno(), 4096)
        check('Read 1 file in Documents' in text.decode() and question['digest'] in text.decode())
        process.send_signal(signal.SIGINT)
        ended(process)


def test_consent_answer():
    digest = 'ab' * 32
    rows = (
        (['allow'], {'answer': 'allow', 'duration': 'once', 'scope': 'exact', 'how': 'command'}),
        (['allow', '--for', 'task', '--scope', 'folder'], {'duration': 'task', 'scope': 'folder'}),
        (['allow', '--for', '15m'], {'duration': 'time', 'seconds': 900}),
        (['allow', '--for', 'always'], {'duration': 'time', 'seconds': 2592000, 'renewing': True}),
        (['allow', '--confirm', 'bank.csv'], {'confirm': 'bank.csv'}),
        (['deny', '--note', 'not today'], {'answer': 'deny', 'note': 'not today'}),
    )
    with World({}) as w:
        for words, wanted in rows:
            w.run('consent', 'answer', '0011', '--digest', digest, *words)
            message = w.next_message('consent.answer')
            check(wanted.items() <= message.items(), message)
            check(message['id'] == '0011' and message['digest'] == digest, message)
            check('nonce' not in message, message)
    with World({'consent.answer': [refused('changed', 'the question changed')]}) as w:
        err = w.run('consent', 'answer', '0011', '--digest', digest, 'allow', status=1)[1]
        check('the question changed' in err, err)


# --- chat ---

def test_chat_from_a_pipe():
    answer = [DONE, event('delta', 'Hello.'), event('done')]
    with World({'chat.send': answer}) as w:
        lines = b'/help\n/file a b.csv\n\nfirst\n/never\n/usr/bin is what?\nlast'
        out, err = w.run('chat', stdin=lines)
        check(out.count('Hello.\n') == 3 and '/quit' in out, out)
        check('no such command' in err, err)
        first = w.next_message('chat.send')
        check(first['text'] == 'first' and first['files'] == [w.root + '/a b.csv'], first)
        second = w.next_message('chat.send')
        check(second['text'] == '/usr/bin is what?' and 'files' not in second, second)
        check(w.next_message('chat.send')['text'] == 'last')
        w.next_message('session.end')


def test_chat_quit_and_status():
    with World({'chat.send': [DONE, event('refused', 'no', code='denied')]}) as w:
        w.run('chat', stdin=b'/quit\nnever sent\n')
        out, err = w.run('chat', stdin=b'x\n', status=3)
        check('refused by policy' in err, err)


# --- with a terminal ---

class Terminal:
    """cardeactl with a controlling terminal."""

    def __init__(self, world, *args, **env):
        self.output = ''
        self.seen = 0
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(world.root)
            os.execve(world.ctl, [world.ctl, *args], {**world.env, **env})

    def until(self, wanted):
        """Reads until that pattern shows up behind the one before."""
        end = time.monotonic() + DEADLINE
        alive = True
        while time.monotonic() < end and alive:
            alive = self.read()
            text = re.sub(r'\s+', ' ', re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', self.output))
            found = re.compile(wanted).search(text, self.seen)
            if found:
                self.seen = found.end()
                return found
        raise AssertionError(f'{wanted!r} was not shown: {self.output!r}')

    def read(self):
        try:
            if select.select([self.fd], [], [], 0.05)[0]:
                self.output += os.read(self.fd, 65536).decode('utf-8', 'replace')
            return True
        except OSError:
            return False

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        end = time.monotonic() + DEADLINE
        while self.status is None and time.monotonic() < end:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        while self.read() and select.select([self.fd], [], [], 0.05)[0]:
            pass
        os.close(self.fd)
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise AssertionError(f'it does not end: {self.output!r}')
        return self.status


ASKED = {'chat.send': [DONE, event('status', 'looking'), {'question': QUESTION}],
         'consent.answer': [DONE, event('delta', 'Answered.'), event('done')]}


def test_question_in_the_terminal():
    with World(ASKED) as w:
        terminal = Terminal(w, 'ask', 'x')
        word = terminal.until('Type “([a-z]+)” to allow').group(1)
        terminal.type(word + '\r')
        terminal.until(r'Allowed: Read 1 file in Documents \(~/Documents/bank.csv\)')
        terminal.until('Answered')
        check(terminal.end() == 0, terminal.output)
        check(w.next_message('hello')['terminal_is_one'] is True)
        answer = w.next_message('consent.answer')
        check(answer['answer'] == 'allow' and answer['how'] == 'terminal', answer)
        check(answer['nonce'] == '00112233445566778899aabbccddeeff', answer)
        check('Answered.' in terminal.output.split('\x1b[?1049l')[-1], terminal.output)


def test_wrong_digest_is_never_shown():
    script = {**ASKED, 'chat.send': [DONE, {'question': QUESTION, 'digest': 'f' * 64}]}
    with World(script) as w:
        terminal = Terminal(w, 'ask', 'x')
        check(terminal.end() == 0, terminal.output)
        check('Documents' not in terminal.output and 'digest differ' in terminal.output,
              terminal.output)
        check(w.next_message('consent.answer')['answer'] == 'deny')


def test_question_settled_elsewhere():
    closed = {'event': 'consent.closed', 'body': {'id': '0011223344556677', 'outcome': 'allow'}}
    script = {'chat.send': [DONE, {'question': QUESTION}],
              'chat.cancel': [DONE, closed, event('delta', 'Answered.'), event('done')]}
    with World(script) as w:
        terminal = Terminal(w, 'ask', 'x')
        terminal.until('Please read')
        os.kill(terminal.pid, signal.SIGWINCH)
        terminal.until('Type “([a-z]+)” to allow')
        os.kill(terminal.pid, signal.SIGINT)
        check(terminal.end() == 1, terminal.output)
        check(terminal.output.rfind('\x1b[?1049l') > terminal.output.rfind('\x1b[?1049h'))


def test_chat_in_the_terminal():
    with World(ASKED) as w:
        terminal = Terminal(w, 'chat')
        terminal.until('› ')
        terminal.type('helo\x7flo there\x1b[D\x15')
        terminal.type('\x05 you\r')
        word = terminal.until('Type “([a-z]+)” to allow').group(1)
        terminal.type(word + '\r')
        terminal.until('Answered.')
        terminal.until('› ')
        terminal.type('\x03')
        terminal.until('/quit')
        terminal.type('\x04')
        check(terminal.end() == 0, terminal.output)
        check(w.next_message('chat.send')['text'] == 'e you')


def test_passphrase_in_the_terminal():
    with World({}) as w:
        terminal = Terminal(w, 'settings', 'set', 'keys.store', 'passphrase')
        terminal.until('Passphrase')
        time.sleep(0.2)
        terminal.type('sesamf\x7fe\r')
        terminal.until('again')
        time.sleep(0.2)
        terminal.type('sesame\r')
        check(terminal.end() == 0, terminal.output)
        check('sesam' not in terminal.output, terminal.output)
        check(w.next_message('settings.set')['secret_content'] == 'sesame')


def report(number, name, run):
    error = run.exception()
    print(f'{"not ok" if error else "ok"} {number} {name}', flush=True)
    if error:
        print('# ' + repr(error).replace('\n', ' '), flush=True)
    return error is None


def main():
    tests = [(n, f) for n, f in sorted(globals().items()) if n.startswith('test_')
             and (len(sys.argv) == 3 or n in sys.argv[3:])]
    print(f'1..{len(tests)}')
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        runs = [(name, pool.submit(test)) for name, test in tests]
        failed = [name for number, (name, run) in enumerate(runs, 1)
                  if not report(number, name, run)]
    return 1 if failed else 0


if __name__ == '__main__':
    CARDEACTL, FAKE = (os.path.abspath(path) for path in sys.argv[1:3])
    sys.exit(main())

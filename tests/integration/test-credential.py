#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials and models as a person sets them up: what is stored where, what is refused, and that
no byte of a secret is anywhere it should not be."""
import http.server
import json
import os
import signal
import threading

import raw
from world import World, needs_fuse, run

SECRET = 'sk-Zebra7Quilt9Marble3Falcon'
KEY = 'key-Walnut5Drift8Cobalt2Ember'


def set_credential(world, name, *options, secret=SECRET, check=0):
    return world.ctl('credential', 'set', name, *options, stdin=secret + '\n', check=check)


def files_of(world):
    for folder, _, names in os.walk(world.root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def found_in_files(world, text):
    forms = [text.encode(), text.encode().hex().encode(), text.encode('utf-16-le')]
    found = []
    for path in files_of(world):
        with open(path, 'rb') as f:
            content = f.read()
        found += [path for form in forms if form in content]
    return found


SHADOW = 1 << 30  # bytes: what is larger is a sanitizer's note of what may be read, and nothing else


def touched(pid):
    """(start, end) of what a process may read and has something in."""
    place = None
    with open(f'/proc/{pid}/smaps', encoding='ascii', errors='replace') as f:
        for line in f:
            fields = line.split()
            if '-' in fields[0] and not fields[0].endswith(':'):
                start, end = (int(n, 16) for n in fields[0].split('-'))
                place = (start, end) if 'r' in fields[1] and end - start <= SHADOW else None
            elif fields[0] == 'Rss:' and place and fields[1] != '0':
                yield place


def memory_of(pid):
    """All that can be read of a process; None where we may not look."""
    try:
        content = []
        with open(f'/proc/{pid}/mem', 'rb', buffering=0) as f:
            for start, end in touched(pid):
                try:
                    f.seek(start)
                    content.append(f.read(end - start))
                except OSError:
                    continue
        return b''.join(content)
    except PermissionError:
        return None


def stored_and_listed_and_removed():
    with World() as w:
        set_credential(w, 'mine', '--host', 'API.Example.com.', '--host', 'example.org:8443')
        listed = w.json('credential', 'list')
        assert [c['name'] for c in listed] == ['mine']
        assert listed[0]['hosts'] == ['api.example.com:443', 'example.org:8443'], listed
        assert (listed[0]['header'], listed[0]['scheme']) == ('Authorization', 'Bearer')
        assert listed[0]['placeholder'].startswith('cardea-placeholder-')
        # set anew: other hosts, the same placeholder, for programs that have it already
        set_credential(w, 'mine', '--host', 'api.anthropic.com')
        again = w.json('credential', 'list')
        assert again[0]['placeholder'] == listed[0]['placeholder']
        assert (again[0]['header'], again[0]['variable']) == ('x-api-key', 'ANTHROPIC_API_KEY')
        assert 'scheme' not in again[0]
        w.ctl('credential', 'remove', 'mine', check=0)
        assert w.json('credential', 'list') == []
        w.ctl('credential', 'remove', 'mine', check=1)
        kinds = [r['action'] for r in w.records() if r.get('policy') == 'command']
        assert kinds == ['credential.set', 'credential.set', 'credential.remove'], kinds


def survives_the_guardian():
    with World() as w:
        set_credential(w, 'mine', '--host', 'h.example')
        before = w.json('credential', 'list')
        end_guardian(w)
        assert w.json('credential', 'list') == before


def end_guardian(world):
    pid = world.guardian()
    os.kill(pid, signal.SIGTERM)
    world.wait_for(lambda: world.stat(pid) is None, 20, 'the end of the guardian')


def no_byte_of_it_anywhere():
    """Not in the log, in no other file, in no process but the one that keeps keys."""
    with World() as w:
        set_credential(w, 'mine', '--host', 'h.example')
        w.ctl('model', 'add', 'm', '--url', 'https://m.example', '--model', 'x', '--key',
              stdin=KEY + '\n', check=0)
        link = raw.front(w)
        link.settimeout(60)
        link.sendall(raw.frame({'type': 'session.open', 'request': 's', 'mode': 'ask',
                                'folder': w.work, 'home': w.home}))
        opened = raw.receive(link)
        assert opened['type'] == 'session.opened', opened
        text = json.dumps(w.records()) + json.dumps(w.json('credential', 'list')) + \
            json.dumps(w.json('model', 'list')) + w.ctl('audit', 'list', check=0).stdout
        for secret in (SECRET, KEY):
            assert secret not in text
            assert found_in_files(w, secret) == [], found_in_files(w, secret)
        looked = 0
        for pid in w.processes():
            memory = memory_of(pid)
            if memory is None:
                continue
            looked += 1
            for secret in (SECRET, KEY):
                held = secret.encode() in memory
                assert not held or w.name(pid) == 'cardea-guardian-keys', w.name(pid)
        assert looked > 3 or os.getuid() != 0, 'nothing could be looked at'
        link.close()


def odd_hosts_are_refused():
    with World() as w:
        for host in ('', '*', '*.example.com', '.example.com', 'allowed.com@evil.com',
                     'user:pass@allowed.com', 'https://allowed.com', 'allowed.com/x',
                     'allowed.com:0', 'allowed.com:65536', 'allowed.com:443:443', 'allowed.com:',
                     'allowed%2ecom', 'a..b', '0x7f.1', '2130706433', '127.1', 'fe80::1%eth0',
                     'allowed.com evil.com', 'allowed.com\tx'):
            done = set_credential(w, 'mine', '--host', host, check=None)
            assert done.returncode in (1, 2), (host, done.returncode, done.stderr)
            assert done.stderr.count('\n') == 1 and SECRET not in done.stderr
        assert w.json('credential', 'list') == []
        assert found_in_files(w, SECRET) == []


def odd_headers_are_refused():
    with World() as w:
        for options in (['--header', 'Host'], ['--header', 'content-length'],
                        ['--header', 'Transfer-Encoding'], ['--header', 'X: y'],
                        ['--header', 'X\r\nY'], ['--scheme', 'Bearer x'], ['--scheme', 'a\r\nb'],
                        ['--variable', '1X'], ['--variable', 'A=B']):
            done = set_credential(w, 'mine', '--host', 'h', *options, check=None)
            assert done.returncode in (1, 2), options
        assert w.json('credential', 'list') == []


def odd_secrets_are_refused():
    with World() as w:
        for secret in (b'', b'\n', b'a\nb', b'a\r\nX-Other: b\n', b' a', b'a ', b'a\x00b', b'a\x7f',
                       'ü'.encode(), b'k' * 8193):
            done = w.ctl('credential', 'set', 'mine', '--host', 'h', check=2,
                         stdin=secret.decode('utf-8', 'surrogateescape'))
            assert done.stderr.startswith('cardeactl: credential set: '), done.stderr
        w.ctl('credential', 'set', 'mine', '--host', 'h', check=2)  # nothing to read
        assert w.json('credential', 'list') == []
        set_credential(w, 'mine', '--host', 'h', secret='k' * 8192)
        assert len(w.json('credential', 'list')) == 1


def the_guardian_looks_again():
    """A front end that sends no secret, or one that is none: what keys thinks of the content is in
    tests/contract/keys."""
    with World() as w:
        w.ctl('status', check=0)
        link = raw.front(w)
        link.sendall(raw.frame({'type': 'credential.set', 'request': 'c', 'name': 'mine',
                                'hosts': ['h']}))
        answer = raw.receive(link)
        assert answer['type'] == 'refused' and answer['code'] == 'malformed', answer
        link.close()
        assert w.json('credential', 'list') == []


# --- models ---

def models_are_bound_to_their_hosts():
    with World() as w:
        def add(name, url, *options, key=None, check=0):
            return w.ctl('model', 'add', name, '--url', url, '--model', 'x', *options,
                         *(['--key'] if key else []), stdin=key + '\n' if key else None, check=check)
        add('m', 'https://m.example', key=KEY)
        model = w.json('model', 'list')['models'][0]
        assert model['url'] == 'https://m.example/v1' and model['credential'] == 'm', model
        credential = w.json('credential', 'list')[0]
        assert credential['hosts'] == ['m.example:443'] and credential['model'] == 'm'
        # the key does not follow to another host or port, nor into the clear
        add('m', 'https://evil.example', check=1)
        add('m', 'https://m.example:8443', check=1)
        add('m', 'http://m.example:443', check=1)
        add('n', 'https://m.example.evil.example', '--credential', 'm', check=1)
        add('n', 'http://n.example', key=KEY, check=1)
        add('n', 'https://user@n.example', check=1)
        add('n', 'https://n.example/?a=b', check=1)
        add('offline', 'https://n.example', check=1)
        assert [m['name'] for m in w.json('model', 'list')['models']] == ['m']
        # but with a new one it does
        add('m', 'https://other.example', key=KEY)
        assert w.json('credential', 'list')[0]['hosts'] == ['other.example:443']
        # on this computer it may be in the clear
        add('local', 'http://127.0.0.1:8000', key=KEY)
        w.ctl('credential', 'remove', 'local', check=1)
        w.ctl('model', 'remove', 'local', check=0)
        assert [c['name'] for c in w.json('credential', 'list')] == ['m']


def sessions_take_known_models_only():
    with World() as w:
        w.ctl('ask', '--model', 'none', 'hello', check=1)
        w.ctl('settings', 'set', 'model', 'none', check=1)
        w.ctl('model', 'add', 'm', '--url', 'https://m.example', '--model', 'x', check=0)
        w.ctl('settings', 'set', 'model', 'm', check=0)
        assert w.json('model', 'list')['default'] == 'm'
        w.ctl('ask', '--model', 'offline', 'help', check=0)
        w.ctl('model', 'remove', 'm', check=0)
        assert w.json('settings', 'get')['model'] == 'offline'
        w.ctl('ask', 'help', check=0)


# --- on the way out ---

class Server:
    """A server of models on the loopback that wants a key, and remembers what it was sent."""

    def __init__(self, models=('one', 'two'), key=None, header='Authorization', prefix='Bearer '):
        seen = self.seen = []
        body = json.dumps({'data': [{'id': m} for m in models]}).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                seen.append((self.path, dict(self.headers)))
                good = key is None or self.headers.get(header) == prefix + key
                self.send_response(200 if good else 401)
                self.send_header('Content-Length', str(len(body) if good else 0))
                # a service that sends back what it got
                self.send_header('X-Echo', str(self.headers.get(header)))
                self.end_headers()
                self.wfile.write(body if good else b'')

            def do_POST(self):  # pylint: disable=invalid-name
                self.rfile.read(int(self.headers.get('Content-Length', 0)))
                seen.append((self.path, dict(self.headers)))
                good = key is None or self.headers.get(header) == prefix + key
                self.send_response(200 if good else 401)
                self.send_header('Content-Type', 'text/event-stream')
                self.end_headers()
                for text in ('I am ', 'the model.'):
                    piece = json.dumps({'choices': [{'delta': {'content': text}}]})
                    self.wfile.write(f'data: {piece}\n\n'.encode())
                self.wfile.write(b'data: [DONE]\n\n')

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def a_key_is_added_on_the_way_out():
    server = Server(key=KEY)
    with World() as w:
        done = w.ctl('model', 'add', 'm', '--url', server.url, '--key', stdin=KEY + '\n', check=0)
        assert 'It has 2 models: one, two' in done.stdout, done.stdout
        assert w.json('model', 'list')['models'][0]['model'] == 'one'
        assert [path for path, _ in server.seen] == ['/v1/models']
        assert server.seen[0][1]['Authorization'] == 'Bearer ' + KEY
        tested = w.json('model', 'test', 'm')
        assert tested['good'] and tested['models'] == ['one', 'two'], tested
        assert 'last_used' in w.json('credential', 'list')[0]
        used = [r for r in w.records() if r.get('action') == 'credential.use']
        assert used and all(r['policy'] == 'bound' and r['effect'] == 'allow' for r in used)
        assert used[0]['resource']['credential'] == 'm', used[0]
        assert KEY not in json.dumps(w.records()) and found_in_files(w, KEY) == []
        for pid in w.processes():  # libcurl, in the worker with the network, wipes nothing it sent
            if w.name(pid) != 'cardea-guardian-egress':
                assert KEY.encode() not in (memory_of(pid) or b''), w.name(pid)


def a_session_talks_to_its_model_and_never_sees_the_key():
    server = Server(key=KEY)
    with World() as w:
        w.ctl('model', 'add', 'm', '--url', server.url, '--key', stdin=KEY + '\n', check=0)
        done = w.ctl('ask', '--model', 'm', 'hello', check=0)
        assert 'I am the model.' in done.stdout, done.stdout
        paths = [path for path, _ in server.seen]
        assert paths == ['/v1/models', '/v1/chat/completions'], paths
        assert server.seen[-1][1]['Authorization'] == 'Bearer ' + KEY
        session = next(r['session'] for r in w.records() if r['type'] == 'session.start')
        mine = w.records('--session', session)
        assert [r['policy'] for r in mine if r.get('action') == 'credential.use'] == ['bound']
        shared = [r for r in mine if r.get('action') == 'net.request'
                  and r.get('policy') == 'designation']
        assert len(shared) == 1, mine
        assert KEY not in json.dumps(w.records()) + done.stdout + done.stderr
        assert found_in_files(w, KEY) == []
        # the default; and what is not there any more
        w.ctl('settings', 'set', 'model', 'm', check=0)
        assert 'I am the model.' in w.ctl('ask', 'hello', check=0).stdout
        w.ctl('model', 'remove', 'm', check=0)
        w.ctl('ask', '--model', 'm', 'hello', check=1)


def an_agent_holds_no_byte_of_the_key():
    server = Server(key=KEY)
    with World() as w:
        w.ctl('model', 'add', 'm', '--url', server.url, '--key', stdin=KEY + '\n', check=0)
        link = raw.front(w)
        link.settimeout(60)
        link.sendall(raw.frame({'type': 'session.open', 'request': 's', 'mode': 'ask', 'model': 'm',
                                'folder': w.work, 'home': w.home}))
        opened = raw.receive(link)
        assert opened['type'] == 'session.opened', opened
        link.sendall(raw.frame({'type': 'chat.send', 'request': 'c', 'session': opened['session'],
                                'text': 'hello'}))
        while raw.receive(link).get('kind') != 'done':
            pass
        looked = []
        for pid in w.processes():
            memory = memory_of(pid)
            if memory is None or w.name(pid) in ('cardea-guardian-egress', 'cardea-guardian-keys'):
                continue
            looked.append(w.name(pid))
            assert KEY.encode() not in memory, w.name(pid)
        assert 'cardea-agent' in looked or os.getuid() != 0, looked
        link.close()


def programs_find_a_placeholder():
    needs_fuse()
    with World() as w:
        set_credential(w, 'mine', '--host', 'api.openai.com')
        placeholder = w.json('credential', 'list')[0]['placeholder']
        done = w.ctl('run', '--', 'sh', '-c', 'echo $OPENAI_API_KEY', check=0,
                     env={'OPENAI_API_KEY': SECRET})
        assert done.stdout == placeholder + '\n', done.stdout


def a_wrong_key_is_said_to_be_wrong():
    server = Server(key=KEY)
    with World() as w:
        done = w.ctl('model', 'add', 'm', '--url', server.url, '--key', stdin=SECRET + '\n', check=0)
        assert 'does not take the key' in done.stderr, done.stderr
        done = w.ctl('model', 'test', 'm', check=1)
        assert 'does not take the key' in done.stderr
        assert 'model' not in w.json('model', 'list')['models'][0]
        # no session begins with a model of which nobody knows which it is
        w.ctl('ask', '--model', 'm', 'hello', check=1)


def anthropic_has_its_own_header():
    server = Server(key=KEY, header='x-api-key', prefix='')
    with World() as w:
        w.ctl('model', 'add', 'm', '--url', server.url, '--kind', 'anthropic', '--key',
              stdin=KEY + '\n', check=0)
        headers = {k.lower(): v for k, v in server.seen[0][1].items()}
        assert headers['x-api-key'] == KEY and 'anthropic-version' in headers, headers
        assert 'authorization' not in headers


def who_is_not_there_is_said_to_be():
    server = Server()
    server.server.shutdown()
    server.server.server_close()
    with World() as w:
        done = w.ctl('model', 'add', 'm', '--url', server.url, check=0)
        assert 'it is connected, but' in done.stderr, done.stderr
        done = w.ctl('model', 'test', 'm', check=None)
        assert done.returncode in (1, 4) and done.stderr.count('\n') == 1, done.stderr


# --- locked and wrong keys ---

def a_wrong_passphrase_opens_nothing():
    with World() as w:
        w.ctl('settings', 'set', 'keys.store', 'passphrase', stdin='open sesame\n', check=0)
        set_credential(w, 'mine', '--host', 'h')
        end_guardian(w)
        done = w.ctl('credential', 'list', check=4)
        assert 'passphrase' in done.stderr
        w.ctl('settings', 'set', 'keys.store', 'passphrase', stdin='open barley\n', check=0)
        w.ctl('credential', 'list', check=4)
        set_credential(w, 'more', '--host', 'h', check=4)
        w.ctl('settings', 'set', 'keys.store', 'passphrase', stdin='open sesame\n', check=0)
        assert [c['name'] for c in w.json('credential', 'list')] == ['mine']
        assert found_in_files(w, SECRET) == []


def an_altered_store_is_refused_whole():
    with World() as w:
        set_credential(w, 'mine', '--host', 'h')
        end_guardian(w)
        path = os.path.join(w.root, 'state', 'cardea', 'connections')
        with open(path, 'r+b') as f:
            f.seek(70)
            byte = f.read(1)
            f.seek(70)
            f.write(bytes([byte[0] ^ 1]))
        done = w.ctl('credential', 'list', check=4)
        assert 'altered' in done.stderr, done.stderr
        w.ctl('ask', 'help', check=4)


if __name__ == '__main__':
    run([stored_and_listed_and_removed, survives_the_guardian, no_byte_of_it_anywhere,
        odd_hosts_are_refused, odd_headers_are_refused, odd_secrets_are_refused,
        the_guardian_looks_again, models_are_bound_to_their_hosts, sessions_take_known_models_only,
        a_key_is_added_on_the_way_out, a_session_talks_to_its_model_and_never_sees_the_key,
        an_agent_holds_no_byte_of_the_key, programs_find_a_placeholder, a_wrong_key_is_said_to_be_wrong,
        anthropic_has_its_own_header, who_is_not_there_is_said_to_be,
        a_wrong_passphrase_opens_nothing, an_altered_store_is_refused_whole])

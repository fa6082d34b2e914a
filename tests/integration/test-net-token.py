#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short-lived tokens on the way out. The token server is a double of our own: it does what RFC 6749 (2.3.1,
4.4, 5) and RFC 7009 say, and what it should not. The rest are the real parts."""
import base64
import json
import os
import signal
import time
import urllib.parse

from double import Double, serving
from world import World, run

SECRET = 'client+secret/of=Lantern4Orchid6'
CLIENT = 'cardea client'


class Service(Double):
    def do_GET(self):
        server = self.server
        server.seen.append((self.path, self.headers.get('Authorization')))
        good = self.headers.get('Authorization') in {f'Bearer {t}' for t in server.tokens}
        self.answer(200 if good else 401, b'ok' if good else b'no', 'text/plain')

    def do_POST(self):
        server = self.server
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers['Content-Length'])).decode()))
        kind, _, coded = self.headers.get('Authorization', '').partition(' ')
        name, _, secret = base64.b64decode(coded).decode().partition(':')
        known = (kind, urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(secret)) == ('Basic', CLIENT, SECRET)
        server.asked.append((self.path, form))
        if not known:
            self.answer(401, {'error': 'invalid_client'})
        elif self.path == '/revoke':
            server.revoked.append(form['token'])
            self.answer(200, b'')
        elif server.trick is not None:
            self.answer(*server.trick)
        elif form.get('grant_type') != 'client_credentials':
            self.answer(400, {'error': 'unsupported_grant_type'})
        else:
            time.sleep(server.pause)
            server.tokens.append(f'token-{len(server.tokens)}-{os.urandom(8).hex()}')
            self.answer(200, {'access_token': server.tokens[-1], 'token_type': 'Bearer',
                              'expires_in': server.seconds})


def double():
    return serving(Service, seen=[], asked=[], tokens=[], revoked=[], trick=None, seconds=3600, pause=0)


def store(w, server, secret=SECRET, *more):
    url = f'http://localhost:{server.port}'
    w.ctl('credential', 'set', 'svc', '--host', f'http://localhost:{server.port}', '--token-url', f'{url}/token',
          '--client', CLIENT, '--revoke-url', f'{url}/revoke', *more, stdin=secret + '\n', check=0)
    return w.json('credential', 'list')[0]


def program(w, server, script):
    return w.ctl('run', '--net', f'localhost:{server.port}', '--', 'sh', '-c', script)


def get(server, placeholder, path='/'):
    return (f'curl -sS -m 20 --noproxy "" -H "Authorization: Bearer {placeholder}" '
            f'http://localhost:{server.port}{path}; echo')


def got_when_needed():
    """By the first request, which waits; one token for all of a session's; given back at its end."""
    with World() as w, double() as server:
        server.pause = 0.5
        credential = store(w, server, SECRET, '--token-scope', 'read all')
        assert credential['token']['scope'] == 'read all' and SECRET not in json.dumps(credential), credential
        assert server.asked == [], 'nothing is got before it is needed'
        done = program(w, server, 'for i in 1 2 3; do ' + get(server, credential['placeholder']) + '; done')
        assert done.stdout.split() == ['ok'] * 3, (done, server.seen)
        assert [path for path, _ in server.asked if path == '/token'] == ['/token'], server.asked
        assert server.asked[0][1] == {'grant_type': 'client_credentials', 'scope': 'read all'}, server.asked
        w.wait_for(lambda: server.revoked == server.tokens, 10, 'the token to be given back')
        assert all(SECRET not in (auth or '') for _, auth in server.seen), server.seen
        found = [r for r in w.records('--action', 'credential.use') if r['type'] == 'outcome']
        assert found and found[0]['resource']['url'].endswith('/token') and found[0]['outcome'] == 'done', found
        text = json.dumps(w.records())
        assert SECRET not in text and server.tokens[0] not in text


def renewed():
    with World() as w, double() as server:
        server.seconds = 2
        placeholder = store(w, server)['placeholder']
        done = program(w, server, get(server, placeholder) + '; sleep 2.2; ' + get(server, placeholder))
        assert done.stdout.split() == ['ok', 'ok'] and len(server.tokens) == 2, (done, server.tokens)
        assert server.seen[0][1] != server.seen[1][1], server.seen


def refused_with_a_reason():
    """Nothing goes out when there is none, whatever the server says; and no word of its own is believed."""
    tricks = [((400, {'error': 'invalid_scope'}), 'says invalid_scope'),
              ((400, {'error': 'see\n<b>http://evil</b>'}), 'status 400'),
              ((302, b''), 'status 302'), ((200, b'<html>'), 'cannot be read'),
              ((200, {'access_token': 'a b', 'token_type': 'Bearer'}), 'no bearer token'),
              ((200, {'access_token': 'a\r\nX: y', 'token_type': 'Bearer'}), 'no bearer token'),
              ((200, {'access_token': 'a', 'token_type': 'mac'}), 'no bearer token'),
              ((200, {'access_token': 'a', 'token_type': 'Bearer', 'expires_in': -1}), 'no bearer token'),
              ((200, b'x' * 200000), 'more than it should')]
    for trick, words in tricks:
        with World() as w, double() as server:
            server.trick = trick
            done = program(w, server, get(server, store(w, server)['placeholder']))
            assert words in done.stdout and 'evil' not in done.stdout, (trick, done)
            assert server.seen == [], (trick, server.seen)
    with World() as w, double() as server:
        done = program(w, server, get(server, store(w, server, 'wrong')['placeholder']))
        assert 'says invalid_client' in done.stdout and server.seen == [], done
        found = [r for r in w.records('--action', 'credential.use') if r['type'] == 'outcome']
        assert found and found[0]['outcome'] == 'broken', found


def odd_sources_are_refused():
    with World() as w:
        for url, client, *more in (('http://auth.example/token', 'c'), ('https://u@auth.example/', 'c'),
                                   ('auth.example', 'c'), ('https://auth.example/', ''),
                                   ('https://auth.example/', 'c', '--revoke-url', 'http://auth.example/')):
            done = w.ctl('credential', 'set', 'svc', '--host', 'api.example', '--token-url', url, '--client', client,
                         *more, stdin=SECRET + '\n')
            assert done.returncode in (1, 2), (url, client, done)
        assert w.ctl('credential', 'set', 'svc', '--host', 'h', '--client', 'c', stdin='x\n').returncode == 2
        assert w.json('credential', 'list') == []


def survives_the_guardian():
    with World() as w, double() as server:
        before = store(w, server)
        pid = w.guardian()
        os.kill(pid, signal.SIGTERM)
        w.wait_for(lambda: w.stat(pid) is None, 20, 'the end of the guardian')
        assert w.json('credential', 'list')[0]['token'] == before['token']
        done = program(w, server, get(server, before['placeholder']))
        assert done.stdout.split() == ['ok'], done


if __name__ == '__main__':
    run([got_when_needed, renewed, refused_with_a_reason, odd_sources_are_refused, survives_the_guardian])

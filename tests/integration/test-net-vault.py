#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that a Vault leases, on the way out: read when they are needed, renewed, revoked at the end. The Vault is
a double of our own, which does what its HTTP API says (and what it should not); the rest are the real parts."""
import json
import os
import time

from double import Double, serving
from world import World, run

TOKEN = 'hvs.CAESIJlantern4orchid6'
SECRET_ID = '675a50e7-cfe0-be76-e35f-49ec009731ea'


class Service(Double):
    def lease(self):
        server = self.server
        value = f'leased-{len(server.leases)}-{os.urandom(6).hex()}'
        name = f'consul/creds/reader/{os.urandom(6).hex()}'
        server.leases[name] = (value, time.monotonic() + server.seconds)
        return {'lease_id': name, 'lease_duration': server.seconds, 'renewable': server.renewable,
                'data': {'token': value, 'accessor': 'a'}}

    def serve(self):
        server = self.server
        text = self.rfile.read(int(self.headers['Content-Length'] or 0)).decode()
        body = json.loads(text) if text else {}
        token = self.headers['X-Vault-Token']
        server.asked.append((self.command, self.path))
        if not self.path.startswith('/v1/'):
            value = self.headers.get('X-Consul-Token')
            server.seen.append(value)
            good = any(one == value and end > time.monotonic() for one, end in server.leases.values()) or value == 'static'
            self.answer(200 if good else 403, b'ok' if good else b'no')
        elif (self.command, self.path) == ('POST', '/v1/auth/approle/login'):
            good = body == {'role_id': 'reader', 'secret_id': SECRET_ID} and token is None
            server.tokens.append('hvs.role')
            self.answer(*((200, {'auth': {'client_token': 'hvs.role', 'lease_duration': 60, 'renewable': True}}) if good
                          else (400, {'errors': ['invalid role or secret ID']})))
        elif token not in server.tokens:
            self.answer(403, {'errors': ['permission denied, see http://evil']})
        elif server.trick is not None and self.command == 'GET':
            self.answer(*server.trick)
        elif (self.command, self.path) == ('GET', '/v1/consul/creds/reader'):
            self.answer(200, self.lease())
        elif (self.command, self.path) == ('GET', '/v1/secret/data/app'):
            self.answer(200, {'lease_id': '', 'lease_duration': 0, 'renewable': False, 'data': {'data': {'key': 'static'}, 'metadata': {}}})
        elif (self.command, self.path) == ('PUT', '/v1/sys/leases/renew'):
            value, _ = server.leases[body['lease_id']]
            server.leases[body['lease_id']] = (value, time.monotonic() + server.seconds)
            server.renewed += 1
            self.answer(200, {'lease_id': body['lease_id'], 'lease_duration': server.seconds, 'renewable': True})
        elif (self.command, self.path) == ('PUT', '/v1/sys/leases/revoke'):
            server.revoked.append(body['lease_id'])
            self.answer(204)
        elif (self.command, self.path) == ('PUT', '/v1/auth/token/revoke-self'):
            server.revoked.append(token)
            self.answer(204)
        else:
            self.answer(404, {'errors': []})

    do_GET = do_PUT = do_POST = serve


def double(**options):
    return serving(Service, **{'leases': {}, 'asked': [], 'seen': [], 'revoked': [], 'tokens': [TOKEN], 'trick': None,
                               'seconds': 3600, 'renewable': True, 'renewed': 0, **options})


def store(w, server, *more, path='consul/creds/reader', secret=TOKEN, check=0):
    url = f'http://localhost:{server.port}'
    done = w.ctl('credential', 'set', 'consul', '--host', url, '--header', 'X-Consul-Token', '--vault', '--token-url',
                 f'{url}/v1/{path}', *more, stdin=secret + '\n', check=check)
    return w.json('credential', 'list')[0]['placeholder'] if done.returncode == 0 else done


def ask(w, server, placeholder, times=1, pause=0):
    one = f'curl -sS -m 20 --noproxy "" -H "X-Consul-Token: {placeholder}" http://localhost:{server.port}/; echo; sleep {pause}; '
    return w.ctl('run', '--net', f'localhost:{server.port}', '--', 'sh', '-c', one * times)


def leased_renewed_and_revoked():
    with World() as w, double(seconds=2) as server:
        placeholder = store(w, server)
        assert server.asked == [], 'nothing is read before it is needed'
        done = ask(w, server, placeholder, 3, 1.8)
        assert done.stdout.split() == ['ok'] * 3 and server.renewed >= 1, (done, server.asked)
        assert len(set(server.seen)) == 1 and server.seen[0].startswith('leased-0'), server.seen
        w.wait_for(lambda: server.revoked == list(server.leases), 10, 'the lease to be given back')
        text = json.dumps(w.records()) + json.dumps(w.json('credential', 'list'))
        assert TOKEN not in text and 'leased-' not in text
        found = [r for r in w.records('--action', 'credential.use') if r['type'] == 'outcome']
        assert found and found[0]['outcome'] == 'done', found


def read_anew_when_it_cannot_be_renewed():
    with World() as w, double(seconds=2, renewable=False) as server:
        done = ask(w, server, store(w, server), 2, 1.8)
        assert done.stdout.split() == ['ok'] * 2 and len(server.leases) == 2 and server.renewed == 0, (done, server.asked)
        w.wait_for(lambda: set(server.revoked) == set(server.leases), 10, 'both leases to be given back')


def by_a_role_and_from_a_store():
    with World() as w, double() as server:
        login = f'http://localhost:{server.port}/v1/auth/approle/login'
        placeholder = store(w, server, '--vault-login', login, '--client', 'reader', secret=SECRET_ID)
        assert ask(w, server, placeholder).stdout.split() == ['ok'], server.asked
        w.wait_for(lambda: 'hvs.role' in server.revoked, 10, 'the role’s token to be given back')
    with World() as w, double() as server:
        placeholder = store(w, server, '--vault-field', 'key', path='secret/data/app')
        assert ask(w, server, placeholder).stdout.split() == ['ok'] and server.seen == ['static'], (server.asked, server.seen)


def refused_with_a_reason():
    good = {'lease_id': 'a', 'lease_duration': 60, 'renewable': False}
    for trick, words in (((503, b'sealed'), 'status 503'), ((200, b'<html>'), 'no secret'), ((307, b''), 'status 307'),
                         ((200, {**good, 'data': {'other': 'x'}}), 'no secret'), ((200, {**good, 'data': None}), 'no secret'),
                         ((200, {**good, 'data': {'token': 'a\r\nX: y'}}), 'no secret'), ((200, []), 'no secret'),
                         ((200, b'x' * 200000), 'more than it should')):
        with World() as w, double(trick=trick) as server:
            done = ask(w, server, store(w, server))
            assert words in done.stdout and 'evil' not in done.stdout and server.seen == [], (trick, done)
    with World() as w, double() as server:
        done = ask(w, server, store(w, server, secret='wrong'))
        assert 'status 403' in done.stdout and 'evil' not in done.stdout and server.seen == [], done
        for more in (('--client', 'x'), ('--dpop',), ('--revoke-url', 'https://a.example/'), ('--aws-region', 'eu'),
                     ('--vault-login', f'http://localhost:{server.port}/v1/x')):
            assert w.ctl('credential', 'set', 'other', '--host', 'a.example', '--vault', '--token-url', 'https://a.example/v1/x',
                         *more, stdin='s\n').returncode == 1, more


if __name__ == '__main__':
    run([leased_renewed_and_revoked, read_anew_when_it_cannot_be_renewed, by_a_role_and_from_a_store, refused_with_a_reason])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in for a credential (RFC 8628), refresh tokens (RFC 6749, 6), exchange (RFC 8693) and proofs of
possession (RFC 9449). The server is a double of our own, which says what those say and what it should not;
test-oidc.py is the same against a server of somebody else's."""
import base64
import hashlib
import json
import os
import signal
import sys
import urllib.parse

try:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
except ImportError as missing:
    print(f'not here: {missing} (python3-cryptography)')
    sys.exit(77)
from double import Double, serving  # pylint: disable=wrong-import-position
from world import World, run  # pylint: disable=wrong-import-position

DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'


def decode(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def check_proof(proof, method, url, access=None):
    """The thumbprint of the key that signed it; its claims."""
    head, body, signature = proof.split('.')
    header, claims, raw = json.loads(decode(head)), json.loads(decode(body)), decode(signature)
    jwk = header['jwk']
    assert (header['alg'], header['typ'], set(jwk)) == ('ES256', 'dpop+jwt', {'kty', 'crv', 'x', 'y'}), header
    point = (int.from_bytes(decode(jwk[name]), 'big') for name in 'xy')
    key = EllipticCurvePublicNumbers(*point, SECP256R1()).public_key()
    key.verify(encode_dss_signature(*(int.from_bytes(half, 'big') for half in (raw[:32], raw[32:]))),
               f'{head}.{body}'.encode(), ECDSA(SHA256()))
    assert (claims['htm'], claims['htu']) == (method, url), (claims, method, url)
    assert claims.get('ath') == (encode(hashlib.sha256(access.encode()).digest()) if access else None), claims
    text = json.dumps({name: jwk[name] for name in ('crv', 'kty', 'x', 'y')}, sort_keys=True, separators=(',', ':'))
    return encode(hashlib.sha256(text.encode()).digest()), claims


class Service(Double):
    @property
    def url(self):
        return f'http://localhost:{self.server.port}{self.path.partition("?")[0]}'

    def do_GET(self):
        server = self.server
        scheme, _, access = self.headers.get('Authorization', '').partition(' ')
        server.seen.append((scheme, access, self.path))
        good = access in server.tokens and scheme == ('DPoP' if server.bound else 'Bearer')
        if good and server.bound:
            thumbprint, claims = check_proof(self.headers['DPoP'], 'GET', self.url, access)
            good = server.tokens[access] == thumbprint and claims['jti'] not in server.proofs
            server.proofs.append(claims['jti'])
        self.answer(200 if good else 401, b'ok' if good else b'no')

    def give(self, thumbprint, refresh=None):
        server = self.server
        access = f'token-{len(server.tokens)}-{os.urandom(6).hex()}'
        server.tokens[access] = thumbprint
        answer = {'access_token': access, 'token_type': 'DPoP' if server.bound else 'Bearer', 'expires_in': server.seconds}
        self.answer(200, {**answer, **({'refresh_token': refresh} if refresh else {})})

    def do_POST(self):
        server = self.server
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers['Content-Length'])).decode()))
        server.asked.append((self.path, form, self.headers.get('Authorization')))
        if self.path == '/revoke':
            server.revoked.append(form['token'])
            self.answer(200, b'')
            return
        if self.path == '/device':
            self.answer(*server.code(server))
            return
        thumbprint = None
        if server.bound:
            thumbprint, claims = check_proof(self.headers['DPoP'], 'POST', self.url)
            if claims.get('nonce') != 'nonce-1':
                self.answer(400, {'error': 'use_dpop_nonce'}, DPoP_Nonce='nonce-1')
                return
        grant = form['grant_type']
        if grant == DEVICE:
            assert form['device_code'] == 'device-1' and form['client_id'] == 'app', form
            server.polls += 1
            trick = server.polling.pop(0) if server.polling else None
            if trick is not None:
                self.answer(400, {'error': trick})
            else:
                server.refresh = 'refresh-0'
                server.key = thumbprint
                self.give(thumbprint, None if server.stingy else server.refresh)
        elif grant == 'refresh_token':
            good = form['refresh_token'] == server.refresh and form['client_id'] == 'app' and server.key == thumbprint
            if not good:
                self.answer(400, {'error': 'invalid_grant'})
                return
            server.refresh = f'refresh-{os.urandom(6).hex()}'  # good once
            self.give(thumbprint, server.refresh)
        elif grant == EXCHANGE:
            good = form['subject_token'] in server.tokens and form['audience'] == 'api://data'
            server.exchanged.append(form['subject_token'])
            if good:
                self.give(thumbprint)
            else:
                self.answer(400, {'error': 'invalid_request'})
        elif grant == 'client_credentials':
            self.give(thumbprint)


def usual_code(server):
    return 200, {'device_code': 'device-1', 'user_code': 'WDJB-MJHT', 'expires_in': 60, 'interval': 1,
                 'verification_uri': f'http://localhost:{server.port}/go',
                 'verification_uri_complete': f'http://localhost:{server.port}/go?c=WDJB-MJHT'}


def double(**options):
    return serving(Service, **{'seen': [], 'asked': [], 'tokens': {}, 'revoked': [], 'proofs': [], 'exchanged': [],
                               'bound': False, 'seconds': 3600, 'polls': 0, 'polling': [], 'stingy': False,
                               'code': usual_code, 'refresh': None, 'key': None, **options})


def store(w, server, *more, secret=None):
    url = f'http://localhost:{server.port}'
    w.ctl('credential', 'set', 'svc', '--host', url, '--token-url', f'{url}/token', '--client', 'app',
          '--revoke-url', f'{url}/revoke', *(() if secret else ('--device-url', f'{url}/device')), *more,
          stdin=secret + '\n' if secret else None, check=0)
    return w.json('credential', 'list')[0]


def get(server, placeholder, times=1, pause=0):
    return '; '.join([f'curl -sS -m 20 --noproxy "" -H "Authorization: Bearer {placeholder}" http://localhost:{server.port}'
                      f'/x?y=1; echo; sleep {pause}'] * times)


def program(w, server, script):
    return w.ctl('run', '--net', f'localhost:{server.port}', '--', 'sh', '-c', script)


def end_guardian(w):
    pid = w.guardian()
    os.kill(pid, signal.SIGTERM)
    w.wait_for(lambda: w.stat(pid) is None, 20, 'the end of the guardian')


def logged_in_and_used():
    """The code is shown, the refresh token is kept and used, its followers are kept, too, over guardians."""
    with World() as w, double(polling=['authorization_pending', 'slow_down'], seconds=2) as server:
        credential = store(w, server, '--token-scope', 'read offline_access')
        assert 'log in first' in program(w, server, get(server, credential['placeholder'])).stdout
        login = w.start('credential', 'login', 'svc')
        line = login.stdout.readline()
        assert f'http://localhost:{server.port}/go' in line and 'WDJB-MJHT' in line, line
        assert login.wait(30) == 0, login.stderr.read()
        assert server.polls == 3 and server.asked[0][1] == {'client_id': 'app', 'scope': 'read offline_access'}, server.asked
        assert all(auth is None for _, _, auth in server.asked), server.asked
        done = program(w, server, get(server, credential['placeholder'], 2, 2.2))
        assert done.stdout.split() == ['ok', 'ok'], (done, server.seen)
        assert server.refresh not in ('refresh-0', None) and len({token for _, token, _ in server.seen}) == 2
        w.wait_for(lambda: server.revoked, 10, 'the token to be given back')
        end_guardian(w)
        assert program(w, server, get(server, credential['placeholder'])).stdout.split() == ['ok'], server.asked
        text = json.dumps(w.records()) + json.dumps(w.json('credential', 'list'))
        assert 'refresh-' not in text and 'device-1' not in text and not any(token in text for token in server.tokens)
        found = [r for r in w.records('--action', 'credential.login') if r['type'] == 'outcome']
        assert [r['outcome'] for r in found] == ['done'], found


def refused_with_a_reason():
    cases = [({'polling': ['access_denied']}, 'says access_denied'), ({'polling': ['expired_token']}, 'says expired_token'),
             ({'stingy': True}, 'no refresh token'),
             ({'code': lambda s: (400, {'error': 'invalid_client'})}, 'says invalid_client'),
             ({'code': lambda s: (200, {**usual_code(s)[1], 'user_code': 'a\x1b[2J'})}, 'no code that can be shown'),
             ({'code': lambda s: (200, {**usual_code(s)[1], 'verification_uri': 'javascript:x'})}, 'no code that can be shown'),
             ({'code': lambda s: (200, {**usual_code(s)[1], 'verification_uri': 'http://evil.example/'})}, 'no code'),
             ({'code': lambda s: (200, b'<html>')}, 'no code that can be shown'),
             ({'code': lambda s: (200, {**usual_code(s)[1], 'expires_in': 1}), 'polling': ['authorization_pending'] * 9},
              'nobody logged in in time')]
    for options, words in cases:
        with World() as w, double(**options) as server:
            store(w, server)
            done = w.ctl('credential', 'login', 'svc')
            assert done.returncode == 1 and words in done.stderr, (words, done)
            assert '\x1b' not in done.stdout + done.stderr, done
    with World() as w, double() as server:
        assert w.ctl('credential', 'login', 'none').returncode == 1
        store(w, server, secret='x')
        assert 'nobody logs in' in w.ctl('credential', 'login', 'svc').stderr


def given_up():
    """Who presses Ctrl-C is not waited for; another may begin."""
    with World() as w, double(polling=['authorization_pending'] * 99) as server:
        store(w, server)
        login = w.start('credential', 'login', 'svc')
        login.stdout.readline()
        assert 'already' in w.ctl('credential', 'login', 'svc').stderr
        login.terminate()
        login.wait(10)
        polls = server.polls
        second = w.start('credential', 'login', 'svc')
        second.stdout.readline()
        w.wait_for(lambda: server.polls > polls, 10, 'the second to be polled for')
        store(w, server, '--token-scope', 'other')
        server.polling.clear()
        assert second.wait(20) == 1 and 'changed meanwhile' in second.stderr.read()


def exchanged():
    with World() as w, double() as server:
        placeholder = store(w, server, '--audience', 'api://data', secret='s')['placeholder']
        assert program(w, server, get(server, placeholder)).stdout.split() == ['ok'], server.asked
        assert [form['grant_type'] for path, form, _ in server.asked if path == '/token'] == ['client_credentials', EXCHANGE]
        assert server.seen[0][1] == list(server.tokens)[1] != server.exchanged[0], server.seen


def bound_to_a_key():
    """Every request has a proof of its own; the server's nonce is taken; the key is kept with the login."""
    with World() as w, double(bound=True, seconds=2) as server:
        placeholder = store(w, server, '--dpop')['placeholder']
        done = w.ctl('credential', 'login', 'svc', check=0)
        assert 'logged in' in done.stdout, done
        end_guardian(w)
        done = program(w, server, get(server, placeholder, 2, 2.2) + '; ' + get(server, placeholder).replace(
            '-H "Auth', '-H "DPoP: forged" -H "Auth'))
        assert done.stdout.split() == ['ok'] * 3, (done, server.seen)
        assert len(server.proofs) == 3, server.proofs
    with World() as w, double(bound=True) as server:
        placeholder = store(w, server, '--dpop', secret='s')['placeholder']
        assert program(w, server, get(server, placeholder)).stdout.split() == ['ok'], server.seen


if __name__ == '__main__':
    run([logged_in_and_used, refused_with_a_reason, given_up, exchanged, bound_to_a_key])

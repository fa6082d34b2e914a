#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Badges: a program in its sandbox asks for one, a service outside verifies it with the examples that are
shipped for that (data/examples), and refuses what was changed."""
import base64
import hashlib
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'data', 'examples'))
try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    import verify_badge
except ImportError as missing:
    print(f'not here: {missing} (python3-cryptography)')
    sys.exit(77)
from world import BUILD, World, run  # pylint: disable=wrong-import-position

AUDIENCE = 'https://data.example/v1'
URL = 'https://data.example/v1/table'
ASK = '''
import json, os, socket, sys
body = json.loads(sys.argv[1])
body.setdefault("session_id", os.environ["AGENT_SESSION_ID"])
times, wait = int(sys.argv[2]), len(sys.argv) > 3
for _ in range(times):
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(os.environ["AGENT_TOKEN_SOCKET"])
        data = json.dumps(body).encode()
        link.sendall(b"POST /v1/agent/token HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: "
                     + str(len(data)).encode() + b"\\r\\n\\r\\n" + data)
        answer = b""
        while piece := link.recv(65536):
            answer += piece
    head, _, text = answer.partition(b"\\r\\n\\r\\n")
    print(head.split()[1].decode(), text.decode(), flush=True)
if wait:
    sys.stdin.read()
'''


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def sign(key, header, claims):
    text = '.'.join(encode(json.dumps(part).encode()) for part in (header, claims))
    return text + '.' + encode(key.sign(text.encode()))


def jwk_of(key):
    return {'kty': 'OKP', 'crv': 'Ed25519', 'x': encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))}


def proof(key, badge, **changed):
    claims = {'jti': os.urandom(8).hex(), 'htm': 'GET', 'htu': URL, 'iat': int(time.time()),
              'ath': encode(hashlib.sha256(badge.encode()).digest())}
    return sign(key, {'alg': 'EdDSA', 'typ': 'dpop+jwt', 'jwk': jwk_of(key)}, {**claims, **changed})


def wish(holder, **changed):
    body = {'resource': AUDIENCE, 'actions': ['read', 'table:list'], 'key': jwk_of(holder), **changed}
    return {name: value for name, value in body.items() if value is not None}


def ask(w, body, *options, times=1):
    done = w.ctl('run', *options, '--', '/usr/bin/python3', '-c', ASK, json.dumps(body), str(times), check=0)
    answers = [line.partition(' ') for line in done.stdout.splitlines()]
    assert len(answers) == times, done
    return [(int(status), json.loads(text) if text.startswith('{') else text) for status, _, text in answers]


def folder_of(w):
    return w.json('badge', 'list')['folder']


def claims_of(badge):
    part = badge.split('.')[1]
    return json.loads(base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)))


def refused(*arguments):
    try:
        verify_badge.verify(*arguments)
    except verify_badge.Refused as why:
        return str(why)
    raise AssertionError('it was believed')


def in_c(folder, badge, given, audience=AUDIENCE):
    program = os.path.join(BUILD, 'data', 'examples', 'verify-badge')
    return subprocess.run([program, folder, audience, 'GET', URL], input=f'{badge}\n{given}\n', text=True,
                          capture_output=True, check=False, timeout=20)


class Held:
    """A program that has a badge and goes on running."""

    def __init__(self, w, key, **changed):
        self.key = key
        self.process = w.start('run', '--net', 'data.example', '--', '/usr/bin/python3', '-c', ASK + 'import time; time.sleep(60)',
                               json.dumps(wish(key, **changed)), '1')
        status, _, text = self.process.stdout.readline().partition(' ')
        assert status == '200', text
        self.answer = json.loads(text)
        self.badge = self.answer['access_token']


def given_and_believed():
    """What it says, that both examples believe it, and that every issue is in the record."""
    with World() as w:
        key = Ed25519PrivateKey.generate()
        held = Held(w, key)
        assert held.answer['token_type'] == 'DPoP' and held.answer['expires_in'] == 60, held.answer
        claims = verify_badge.verify(held.badge, proof(key, held.badge), folder_of(w), AUDIENCE, 'GET', URL, {})
        assert claims['aud'] == AUDIENCE and claims['scope'] == 'read table:list', claims
        assert claims['act']['sub'] and claims['act']['program']['path'].startswith('/usr/bin/python3'), claims
        assert len(claims['act']['program']['sha256']) == 64, claims
        assert claims['exp'] - claims['iat'] == 60 and claims['sid'], claims
        done = in_c(folder_of(w), held.badge, proof(key, held.badge))
        assert done.returncode == 0 and json.loads(done.stdout)['jti'] == claims['jti'], done
        listed = w.json('badge', 'list')
        assert [badge['jti'] for badge in listed['badges']] == [claims['jti']], listed
        assert listed['keys']['keys'][0]['kid'] == claims['iss'].rpartition(':')[2], listed
        found = [r for r in w.records('--action', 'credential.use') if r['type'] == 'capability.issue']
        assert len(found) == 1 and found[0]['resource']['jti'] == claims['jti'], found
        decided = [r for r in w.records('--action', 'credential.use') if r['type'] == 'decision']
        assert decided[0]['effect'] == 'allow' and decided[0]['policy'] == 'shipped.badge', decided
        text = json.dumps(w.records())
        assert held.badge.split('.')[2] not in text, 'a badge is nobody else’s'


def changed_ones_are_refused():
    """By both examples: each of these is one thing changed in a badge or a proof that were good."""
    with World() as w:
        key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        held = Held(w, key)
        folder, badge = folder_of(w), held.badge
        head, body, signature = badge.split('.')
        claims = claims_of(badge)
        kid = w.json('badge', 'list')['keys']['keys'][0]['kid']

        def altered(**changed):
            return '.'.join((head, encode(json.dumps({**claims, **changed}).encode()), signature))
        forged = sign(other, {'alg': 'EdDSA', 'typ': 'at+jwt', 'kid': kid}, claims)
        # its first letter: the last ones are zero by chance now and then
        changed = '.'.join((head, body, ('A' if signature[0] != 'A' else 'B') + signature[1:]))
        none = encode(b'{"alg":"none","typ":"at+jwt","kid":"' + kid.encode() + b'"}') + f'.{body}.'
        good = proof(key, badge)
        cases = [(none, good, 'alg none'), (forged, proof(key, forged), 'another signer'),
                 (altered(aud=AUDIENCE + '/other'), good, 'another audience'), (altered(scope='write'), good, 'more actions'),
                 (altered(exp=claims['exp'] + 3600), good, 'a later end'), (changed, good, 'signature'),
                 (badge + '=', good, 'padding'), (f'{head}.{body}', good, 'cut'), (head + ' .' + body + '.' + signature, good, 'blank'),
                 (badge, proof(other, badge), 'key swapped'), (badge, proof(key, badge + 'x'), 'proof of another badge'),
                 (badge, proof(key, badge, htm='POST'), 'method'), (badge, proof(key, badge, htu=URL + '?x'), 'URL'),
                 (badge, proof(key, badge, iat=int(time.time()) - 3600), 'old proof'), (badge, badge, 'no proof'), (badge, 'x', 'junk')]
        for one, given, what in cases:
            why = refused(one, given, folder, AUDIENCE, 'GET', URL, {})
            done = in_c(folder, one, given)
            assert done.returncode == 1 and done.stdout == '', (what, why, done)
        assert 'somebody else' in refused(badge, good, folder, AUDIENCE + '/', 'GET', URL, {})
        assert in_c(folder, badge, good, AUDIENCE + '/').returncode == 1
        seen = {}
        verify_badge.verify(badge, good, folder, AUDIENCE, 'GET', URL, seen)
        assert refused(badge, good, folder, AUDIENCE, 'GET', URL, seen) == 'replayed'
        late = time.time() + 66
        assert 'expired' in refused(badge, good, folder, AUDIENCE, 'GET', URL, {}, late)


def taken_back():
    """By the person, with its session, and with what was shared."""
    with World() as w:
        key = Ed25519PrivateKey.generate()
        held = [Held(w, key) for _ in range(3)]
        folder = folder_of(w)
        ids = [claims_of(one.badge) for one in held]

        def is_revoked(number):
            badge = held[number].badge
            try:
                verify_badge.verify(badge, proof(key, badge), folder, AUDIENCE, 'GET', URL, {})
            except verify_badge.Refused as why:
                assert str(why) == 'taken back', why
                assert in_c(folder, badge, proof(key, badge)).returncode == 1
                return True
            return False
        assert not any(is_revoked(i) for i in range(3))
        w.ctl('badge', 'revoke', ids[0]['jti'][:12], check=0)
        assert is_revoked(0) and not is_revoked(1)
        assert w.ctl('badge', 'revoke', ids[0]['jti']).returncode == 1
        w.ctl('session', 'end', ids[1]['sid'], check=0)
        assert is_revoked(1) and not is_revoked(2)
        for grant in w.json('grants', 'list'):
            w.ctl('grants', 'revoke', grant['id'])
        assert is_revoked(2)
        gone = [r for r in w.records('--action', 'credential.use') if r['type'] == 'capability.revoke']
        assert {r['resource']['jti'] for r in gone} == {one['jti'] for one in ids}, gone


def refused_with_a_reason():
    with World() as w:
        key = Ed25519PrivateKey.generate()
        shared = ('--net', 'data.example')
        status, answer = ask(w, wish(key))[0]
        assert (status, answer['error']) == (403, 'denied') and 'not shared' in answer['error_description'], answer
        found = [r for r in w.records('--action', 'credential.use') if r['type'] == 'decision']
        assert found[0]['effect'] == 'deny' and found[0]['policy'] == 'shipped.badge-host', found
        odd = [{'resource': 'data.example'}, {'resource': 'https://u@data.example/'}, {'actions': []}, {'actions': None},
               {'actions': ['a b']}, {'actions': ['a"b']}, {'actions': 'read'}, {'ttl': 0}, {'ttl': '60'}, {'ttl': 10 ** 9},
               {'more': 1}, {'key': None}, {'key': {'kty': 'oct', 'k': 'AAAA'}}, {'key': {**jwk_of(key), 'x': 'AAAA'}},
               {'key': {**jwk_of(key), 'd': 'AAAA'}}, {'key': 'x'}, {'session_id': '0' * 16}, {'resource': 'https://' + 'a' * 9000}]
        for changed in odd:
            status, answer = ask(w, wish(key, **changed), *shared)[0]
            assert status == 400 and answer['error'] == 'malformed', (changed, status, answer)
        assert w.json('badge', 'list')['badges'] == []
        status, answer = ask(w, wish(key, ttl=3600), *shared)[0]
        assert (status, answer['expires_in']) == (200, 60), answer
        status, answer = ask(w, wish(key, ttl=5), *shared)[0]
        assert (status, answer['expires_in']) == (200, 5), answer
        answers = ask(w, wish(key), *shared, times=66)
        assert [status for status, _ in answers].count(200) == 64 and answers[-1][1]['error'] == 'busy', answers[-1]


def bound_to_a_certificate():
    """Over the loopback, by TLS: the certificate is the program's own, and what is known of it is its sandbox."""
    with World() as w:
        body = json.dumps({'session_id': 'SESSION', 'resource': AUDIENCE, 'actions': ['read']})
        make = ('cd /tmp && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=me -days 1 '
                '-keyout key.pem -out me.pem 2>/dev/null && openssl x509 -in me.pem -outform DER | base64 -w0 && echo && ')
        ask_it = ('curl -sS --cacert "$CURL_CA_BUNDLE" {} -H "Content-Type: application/json" -d "$(printf %s \'' + body.replace('{', '{{').replace('}', '}}')
                  + '\' | sed "s/SESSION/$AGENT_SESSION_ID/")" "$AGENT_TOKEN_URL"; echo " $?"; ')
        done = w.ctl('run', '--net', 'data.example', '--', 'sh', '-c',
                     make + ask_it.format('--cert me.pem --key key.pem') + ask_it.format(''), check=0)
        shown, answer, without = done.stdout.splitlines()[:3]
        given = json.loads(answer.rpartition(' ')[0])
        assert given.get('token_type') == 'Bearer' and without.split()[-1] != '0', done
        certificate, badge, folder = base64.b64decode(shown), given['access_token'], folder_of(w)
        claims = claims_of(badge)
        assert claims['cnf'] == {'x5t#S256': encode(hashlib.sha256(certificate).digest())}, claims
        assert 'program' not in claims['act'] and claims['exp'] - claims['iat'] == 60, claims
        assert refused(badge, None, folder, AUDIENCE, 'GET', URL, {}) == 'taken back'  # with its session
        with open(os.path.join(folder, 'revoked.json'), 'w', encoding='utf-8') as f:
            f.write('{"revoked":{}}')
        assert verify_badge.verify(badge, None, folder, AUDIENCE, 'GET', URL, {}, None, certificate)['jti'] == claims['jti']
        for other in (None, b'', certificate + b'x'):
            assert 'certificate' in refused(badge, None, folder, AUDIENCE, 'GET', URL, {}, None, other)
        assert in_c(folder, badge, 'x').returncode == 1


if __name__ == '__main__':
    run([given_and_believed, bound_to_a_certificate, changed_ones_are_refused, taken_back, refused_with_a_reason])

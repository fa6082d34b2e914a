#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service does with a badge of Cardea before it believes it: verify() here, or this program by
itself. Take it as it is; it needs python3-cryptography and nothing of Cardea but the two files of the
folder that `cardeactl badge list` names: jwks.json and revoked.json.

    verify_badge.py FOLDER AUDIENCE METHOD URL < {"badge": TEXT, "proof": TEXT}

The badge comes in the header Authorization (scheme DPoP), the proof in the header DPoP (RFC 9449)."""
import base64
import hashlib
import json
import os
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SKEW = 5  # seconds that clocks may differ
LONGEST = 300  # that Cardea ever gives
LIMIT = 8192  # bytes of either


class Refused(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Refused(why)


def once(pairs):
    need(len({name for name, _ in pairs}) == len(pairs), 'a member stands there twice')
    return dict(pairs)


def decode(text):
    need(isinstance(text, str) and text.isascii() and not set(text) & set('=+/ \r\n'), 'not base64url')
    data = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
    need(base64.urlsafe_b64encode(data).rstrip(b'=').decode() == text, 'not base64url')
    return data


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def thumbprint(jwk):
    return encode(hashlib.sha256(json.dumps({name: jwk[name] for name in ('crv', 'kty', 'x')}, sort_keys=True,
                                            separators=(',', ':')).encode()).digest())


def check(jwk, parts):
    """An Ed25519 signature, by that key, over exactly these bytes."""
    need(jwk.get('kty') == 'OKP' and jwk.get('crv') == 'Ed25519', 'another kind of key')
    Ed25519PublicKey.from_public_bytes(decode(jwk['x'])).verify(decode(parts[2]), '.'.join(parts[:2]).encode())


def read(token, kind):
    need(isinstance(token, str) and len(token) <= LIMIT and token.count('.') == 2, 'not a token')
    parts = token.split('.')
    header, claims = (json.loads(decode(part), object_pairs_hook=once) for part in parts[:2])
    need(header.get('alg') == 'EdDSA', 'another algorithm')  # never what the token says by itself
    need(header.get('typ') == kind and 'crit' not in header, 'another type')
    return parts, header, claims


def verify(badge, proof, folder, audience, method, url, seen, now=None, certificate=None):
    """The badge's claims; Refused says why not. seen: {id: until}, kept by the service. certificate: that the
    client showed in TLS, DER, for badges that are bound to one (RFC 8705) and come without a proof."""
    now = time.time() if now is None else now
    try:
        with open(os.path.join(folder, 'jwks.json'), encoding='utf-8') as f:
            keys = {key['kid']: key for key in json.load(f)['keys']}
        with open(os.path.join(folder, 'revoked.json'), encoding='utf-8') as f:
            revoked = json.load(f)['revoked']
        parts, header, claims = read(badge, 'at+jwt')
        need(header.get('kid') in keys, 'another key')
        check(keys[header['kid']], parts)
        need(claims['iss'] == 'urn:cardea:' + header['kid'], 'another issuer')
        need(claims['aud'] == audience, 'for somebody else')
        need(claims['iat'] - SKEW <= now < claims['exp'] + SKEW, 'expired, or not good yet')
        need(claims['exp'] - claims['iat'] <= LONGEST, 'good for too long')
        need(claims['jti'] not in revoked, 'taken back')
        if 'x5t#S256' in claims['cnf']:
            need(certificate is not None and encode(hashlib.sha256(certificate).digest()) == claims['cnf']['x5t#S256'],
                 'bound to another certificate')
            return claims
        parts, header, said = read(proof, 'dpop+jwt')  # RFC 9449, 4.3
        check(header['jwk'], parts)
        need(thumbprint(header['jwk']) == claims['cnf']['jkt'], 'bound to another key')
        need(said['htm'] == method and said['htu'] == url, 'the proof is for another request')
        need(said['ath'] == encode(hashlib.sha256(badge.encode()).digest()), 'the proof is for another badge')
        need(abs(now - said['iat']) <= SKEW + 60, 'the proof is old')
        for name in [name for name, until in seen.items() if until < now]:
            del seen[name]
        need(said['jti'] not in seen, 'replayed')
        seen[said['jti']] = said['iat'] + 2 * (SKEW + 60)
        return claims
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f'not of its form, or not signed: {type(error).__name__}') from error


if __name__ == '__main__':
    GIVEN = json.load(sys.stdin)
    try:
        print(json.dumps(verify(GIVEN['badge'], GIVEN['proof'], *sys.argv[1:5], {})))
    except Refused as refused:
        sys.exit(f'refused: {refused}')

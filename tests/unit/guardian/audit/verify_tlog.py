#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies a tiled transparency log that lies in a folder.

usage: verify_tlog.py FOLDER [VKEY]

Written from c2sp.org/signed-note, tlog-checkpoint and tlog-tiles, RFC 6962 and RFC 8032 alone, with
the standard library alone; it knows nothing of who wrote the log. VKEY: the verifier key, else the
one line of FOLDER/log.vkey. Exit 0: whole; 1: not, with one line that says why.
"""
import base64
import hashlib
import os
import sys


class Bad(Exception):
    pass


# RFC 8032, Ed25519, verification, after the reference code of its section 6.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_M1 = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_mul(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = point_add(q, p)
        p = point_add(p, p)
        s >>= 1
    return q


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT_M1 % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def decompress(data):
    y = int.from_bytes(data, 'little')
    sign = y >> 255
    y &= (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), 'little') % L
    left, right = point_mul(s, BASE), point_add(r, point_mul(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and \
        (left[1] * right[2] - right[1] * left[2]) % P == 0


# c2sp.org/signed-note
def decode_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad(f'base64: {error}') from error
    if base64.b64encode(data).decode() != text:
        raise Bad('base64 is not canonical')
    return data


def parse_vkey(text):
    parts = text.split('+', 2)
    if len(parts) != 3:
        raise Bad('vkey: not three parts')
    name, key_id, material = parts[0], parts[1], decode_base64(parts[2])
    if len(material) != 33 or material[0] != 1:
        raise Bad('vkey: not Ed25519')
    want = hashlib.sha256(name.encode() + b'\n' + material).hexdigest()[:8]
    if not name or key_id != want:
        raise Bad('vkey: the id does not fit')
    return name, bytes.fromhex(key_id), material[1:]


def open_note(data, vkey):
    name, key_id, public = vkey
    try:
        note = data.decode('utf-8')
    except UnicodeDecodeError as error:
        raise Bad(f'note: {error}') from error
    if any(ord(c) < 0x20 and c != '\n' for c in note):
        raise Bad('note: control characters')
    text, gap, signatures = note.rpartition('\n\n')
    if not gap or not signatures.endswith('\n'):
        raise Bad('note: no signatures')
    text += '\n'
    verified = False
    for line in signatures[:-1].split('\n'):
        words = line.split(' ')
        if len(words) != 3 or words[0] != '\u2014':
            raise Bad('note: a signature line is malformed')
        signature = decode_base64(words[2])
        if words[1] != name or signature[:4] != key_id:
            continue
        if not ed25519_verify(public, text.encode(), signature[4:]):
            raise Bad('note: wrong signature')
        verified = True
    if not verified:
        raise Bad('note: not signed by this key')
    return text


def parse_checkpoint(text):
    lines = text.split('\n')
    if len(lines) < 4 or lines[-1] != '' or '' in lines[:-1]:
        raise Bad('checkpoint: malformed')
    if not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise Bad('checkpoint: the size is malformed')
    root = decode_base64(lines[2])
    if len(root) != 32:
        raise Bad('checkpoint: the root is malformed')
    return lines[0], int(lines[1]), root


# RFC 6962 section 2.1
def node(left, right):
    return hashlib.sha256(b'\x01' + left + right).digest()


def tree_hash(hashes):
    if not hashes:
        return hashlib.sha256(b'').digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node(tree_hash(hashes[:k]), tree_hash(hashes[k:]))


# c2sp.org/tlog-tiles
def tile_path(level, index, width):
    path = f'{index % 1000:03d}'
    while index >= 1000:
        index //= 1000
        path = f'x{index % 1000:03d}/{path}'
    partial = f'.p/{width}' if width < 256 else ''
    return f'tile/{level}/{path}{partial}'


def read(folder, name):
    try:
        with open(os.path.join(folder, name), 'rb') as f:
            return f.read()
    except OSError as error:
        raise Bad(f'{name}: {error.strerror}') from error


def read_bundle(folder, index, width):
    name = tile_path('entries', index, width)
    data = read(folder, name)
    entries, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at:at + 2], 'big')
        if at + 2 + size > len(data):
            raise Bad(f'{name}: ends inside an entry')
        entries.append(data[at + 2:at + 2 + size])
        at += 2 + size
    if len(entries) != width:
        raise Bad(f'{name}: {len(entries)} entries, not {width}')
    return entries


def tiles_of(count):
    return [(i, min(256, count - i * 256)) for i in range((count + 255) // 256)]


def check_level(folder, level, hashes):
    for index, width in tiles_of(len(hashes)):
        name = tile_path(level, index, width)
        if read(folder, name) != b''.join(hashes[index * 256:index * 256 + width]):
            raise Bad(f'{name}: is not made from the level below')


def verify(folder, vkey_text=None):
    if vkey_text is None:
        line = read(folder, 'log.vkey').decode('utf-8', 'replace')
        if not line.endswith('\n'):
            raise Bad('log.vkey: is not a line')
        vkey_text = line[:-1]
    vkey = parse_vkey(vkey_text)
    origin, size, root = parse_checkpoint(open_note(read(folder, 'checkpoint'), vkey))
    if origin != vkey[0]:
        raise Bad('checkpoint: of another log')
    hashes = []
    for index, width in tiles_of(size):
        hashes += [hashlib.sha256(b'\x00' + entry).digest()
                   for entry in read_bundle(folder, index, width)]
    if tree_hash(hashes) != root:
        raise Bad('the entries do not make the root that was signed')
    level = 0
    while hashes:
        check_level(folder, level, hashes)
        hashes = [tree_hash(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
        level += 1
    return size


def main():
    try:
        size = verify(*sys.argv[1:3])
    except Bad as error:
        print(f'not whole: {error}')
        return 1
    print(f'whole: {size} entries')
    return 0


if __name__ == '__main__':
    sys.exit(main())

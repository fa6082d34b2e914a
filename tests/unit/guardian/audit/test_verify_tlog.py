#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A verifier that knows only the C2SP specifications accepts our log and refuses each changed one.

usage: test_verify_tlog.py MAKE_AUDIT_LOG
"""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify_tlog  # noqa: E402

MAKER = sys.argv.pop(1) if len(sys.argv) > 1 else 'make-audit-log'


class TestVerifyTlog(unittest.TestCase):
    def setUp(self):
        self.parent = tempfile.TemporaryDirectory(prefix='cardea-tlog-')
        self.folder = os.path.join(self.parent.name, 'audit')

    def tearDown(self):
        self.parent.cleanup()

    def make(self, count, pending=0):
        subprocess.run([MAKER, self.folder, str(count), str(pending)], check=True)

    def specified_files(self):
        """What the specifications name; pending and the side files are Cardea's own."""
        for where, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.relpath(os.path.join(where, name), self.folder)
                if path in ('checkpoint', 'log.vkey') or path.startswith('tile/'):
                    yield path

    def refused(self, what):
        try:
            verify_tlog.verify(self.folder)
        except verify_tlog.Bad:
            return
        self.fail(f'accepted after: {what}')

    def test_ed25519(self):
        # RFC 8032 section 7.1, tests 1 to 3.
        vectors = [
            ('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
             'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc6'
             '1e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'),
            ('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
             '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e45'
             '8f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'),
            ('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
             '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae'
             '67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'),
        ]
        for public, message, signature in vectors:
            args = [bytes.fromhex(x) for x in (public, message, signature)]
            self.assertTrue(verify_tlog.ed25519_verify(*args))
            args[1] += b'x'
            self.assertFalse(verify_tlog.ed25519_verify(*args))

    def test_accepts(self):
        for count in (1, 255, 256, 257, 600):
            with self.subTest(count=count):
                self.make(count, 2)
                self.assertEqual(verify_tlog.verify(self.folder), count)
                self.tearDown()
                self.setUp()

    def test_refuses_every_changed_file(self):
        self.make(300)
        self.assertEqual(verify_tlog.verify(self.folder), 300)
        for path in list(self.specified_files()):
            full = os.path.join(self.folder, path)
            with open(full, 'rb') as f:
                data = f.read()
            step = max(1, len(data) // 25)
            for at in list(range(0, len(data), step)) + [len(data) - 1]:
                changed = bytearray(data)
                changed[at] ^= 1 << at % 8
                self.write(full, bytes(changed))
                self.refused(f'{path}, byte {at}')
            for what, other in (('cut', data[:-1]), ('longer', data + b'\x00'), ('empty', b'')):
                self.write(full, other)
                self.refused(f'{path}: {what}')
            os.remove(full)
            self.refused(f'{path}: removed')
            self.write(full, data)
        self.assertEqual(verify_tlog.verify(self.folder), 300)

    def test_refuses_other_orders(self):
        self.make(300)
        full = os.path.join(self.folder, 'tile/entries/000')
        entries = verify_tlog.read_bundle(self.folder, 0, 256)
        for what, other in (('swapped', [entries[1], entries[0]] + entries[2:]),
                            ('doubled', [entries[0], entries[0]] + entries[2:]),
                            ('taken out', entries[:7] + entries[8:]),
                            ('put in', entries[:7] + [b'{}'] + entries[7:])):
            self.write(full, b''.join(len(e).to_bytes(2, 'big') + e for e in other))
            self.refused(what)

    def write(self, path, data):
        with open(path, 'wb') as f:
            f.write(data)


if __name__ == '__main__':
    unittest.main()

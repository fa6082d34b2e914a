#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bundles that an administrator drops into the folder of policies, in a guardian that runs."""
import io
import json
import os
import subprocess
import tarfile

from world import BANK, World, run

TASK = 'Summarise Amount by month in bank.csv'
RULE = ('package cardea.admin.office\n\nanswer contains {"rule": "office.bank", "effect": "deny", '
        '"reason": data.organisation.office.why} if endswith(input.resource.path, "bank.csv")\n')
DATA = '{"organisation": {"office": {"why": "bank files are not for assistants"}}}'
MANIFEST = {'revision': 'r1', 'roots': ['cardea/admin/office', 'organisation/office']}


class Bundles(World):
    """openssl makes the keys, cardeactl the bundles."""

    def drop(self, name, data):
        path = os.path.join(self.env['CARDEA_TEST_POLICY_FOLDER'], name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)
        os.chmod(path, 0o600)
        return path

    def key(self, name):
        secret = os.path.join(self.root, name + '.pem')
        subprocess.run(['openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', secret],
                       check=True, capture_output=True)
        public = subprocess.run(['openssl', 'ec', '-in', secret, '-pubout'], check=True,
                                capture_output=True).stdout
        return secret, public

    def sign(self, data, secret):
        folder = os.path.join(self.root, 'signed')
        os.makedirs(folder, exist_ok=True)
        source = os.path.join(folder, 'source.tar.gz')
        with open(source, 'wb') as f:
            f.write(data)
        signed = os.path.join(folder, 'bundle.tar.gz')
        self.ctl('policy', 'sign', '--signing-key', secret, '--signing-alg', 'ES256', '-o', signed,
                 source, check=0)
        with open(signed, 'rb') as f:
            return f.read()

    def loads(self):
        return [r for r in self.records() if r['type'] == 'policy.load']


def pack(files, manifest=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w:gz') as tar:
        for name, text in {**files, '.manifest': json.dumps(manifest or MANIFEST)}.items():
            data = text if isinstance(text, bytes) else text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


GOOD = pack({'office.rego': RULE, 'data.json': DATA, 'office_test.rego': 'package cardea.admin.office\n\ntest_it if true\n',
             'notes/Überblick.json': '{"ignored": true}'})


def bundle_is_put_in_force_with_its_revision():
    with Bundles() as w:
        path = w.file('bank.csv', BANK)
        w.ctl('ask', '-f', path, TASK, check=0)
        before = w.json('policy', 'show')
        assert before['bundles'] == [], before
        w.drop('office.tar.gz', GOOD)
        shown = w.json('policy', 'reload')
        assert shown['revision'] != before['revision'], shown
        bundle, = shown['bundles']
        assert bundle['revision'] == 'r1' and bundle['layer'] == 'administrator', bundle
        assert bundle['roots'] == MANIFEST['roots'] and not bundle['signed'], bundle
        files = [f['file'] for f in shown['files'] if f['layer'] == 'administrator']
        assert sorted(f.split('/')[-1] for f in files) == ['office.tar.gz:data.json',
                                                           'office.tar.gz:office.rego'], files
        text = w.ctl('policy', 'show', check=0).stdout
        assert 'r1' in text and 'organisation/office' in text, text
        done = w.ctl('ask', '-f', path, TASK, check=3)
        assert 'bank files are not for assistants' in done.stdout + done.stderr, done
        refused = [r for r in w.records() if r['type'] == 'decision' and r['effect'] == 'deny'][-1]
        assert refused['policy'] == 'office.bank', refused
        assert refused['bundles'] == {'office.tar.gz': {'revision': 'r1'}}, refused
        assert w.loads()[-1]['bundles'][0]['revision'] == 'r1', w.loads()
        w.ctl('ask', '-f', w.file('other.csv', BANK), TASK.replace('bank', 'other'), check=0)
        events = json.loads(w.ctl('policy', 'log', check=0).stdout)
        assert events[-1]['bundles']['office.tar.gz'] == {'revision': 'r1'}, events
        assert not [p for p in w.processes() if w.name(p) == 'cardea-guardian-bundle'], 'it lives on'


def bundle_that_was_there_before_holds_from_the_start():
    with Bundles() as w:
        path = w.file('bank.csv', BANK)
        w.drop('office.tar.gz', GOOD)
        done = w.ctl('ask', '-f', path, TASK, check=3)
        assert 'bank files are not for assistants' in done.stdout + done.stderr, done
        assert w.json('policy', 'show')['bundles'][0]['revision'] == 'r1'


def bad_bundle_changes_nothing_and_says_so():
    link = io.BytesIO()
    with tarfile.open(fileobj=link, mode='w:gz') as tar:
        info = tarfile.TarInfo('office.rego')
        info.type, info.linkname = tarfile.SYMTYPE, '/etc/passwd'
        tar.addfile(info)
    bad = {
        'it is not a gzipped tar': b'no archive',
        'the archive is damaged': pack({'office.rego': RULE, 'data.json': os.urandom(300000)})[:-1000],
        'it is not a regular file': link.getvalue(),
        "a file's name is not allowed": pack({'../office.rego': RULE}),
        'its package lies outside the roots': pack({'o.rego': RULE.replace('office', 'other', 1)}),
        'cardea.admin.NAME': pack({'o.rego': 'package cardea\n\nx := 1\n'},
                                  {'revision': 'r', 'roots': ['']}),
        'data of this folder lies below data.organisation': pack(
            {'data.json': '{"cardea": {"private_labels": []}}'}, {'revision': 'r', 'roots': ['']}),
        'rego_parse_error': pack({'o.rego': 'package cardea.admin.office\nx := \n'}),
        'before OPA 1.0': pack({'o.rego': RULE}, {**MANIFEST, 'rego_version': 0}),
        'its roots overlap': pack({'o.rego': RULE}, {'roots': ['cardea', 'cardea/admin']}),
        'it is too big': pack({'o.rego': RULE, 'data.json': b' ' * (40 << 20)}),
        'it is signed, and there is no key': pack({'o.rego': RULE, '.signatures.json': '{}'}),
    }
    with Bundles() as w:
        path = w.file('bank.csv', BANK)
        before = w.json('policy', 'show')['revision']
        for wanted, data in bad.items():
            dropped = w.drop('office.tar.gz', data)
            said = w.ctl('policy', 'reload', check=1).stderr
            assert wanted in said and dropped in said, (wanted, said)
            assert w.json('policy', 'show')['revision'] == before
        loads = w.loads()
        assert [r['outcome'] for r in loads] == ['done'] + ['refused'] * len(bad), loads
        w.ctl('ask', '-f', path, TASK, check=0)


def two_bundles_may_not_claim_the_same():
    with Bundles() as w:
        w.drop('a.tar.gz', GOOD)
        b = w.drop('b.tar.gz', pack({'data.json': '{"organisation": {"office": {"more": 1}}}'},
                                    {'revision': 'b', 'roots': ['organisation']}))
        said = w.ctl('policy', 'reload', check=1).stderr
        assert b in said and 'claims the same roots' in said, said
        w.drop('b.tar.gz', pack({'data.json': '{"organisation": {"flows": []}}'},
                                {'revision': 'b', 'roots': ['organisation/flows']}))
        shown = w.json('policy', 'reload')
        assert [b['revision'] for b in shown['bundles']] == ['r1', 'b'], shown


def with_a_key_only_what_it_signed_is_taken():
    with Bundles() as w:
        secret, public = w.key('ours')
        stranger, other = w.key('other')
        w.drop('bundles.pem', public)
        before = w.json('policy', 'show')['revision']
        w.drop('office.tar.gz', GOOD)
        assert 'the bundle has none' in w.ctl('policy', 'reload', check=1).stderr
        w.drop('office.tar.gz', w.sign(GOOD, stranger))
        assert 'signature' in w.ctl('policy', 'reload', check=1).stderr
        assert w.json('policy', 'show')['revision'] == before
        signed = w.sign(GOOD, secret)
        w.drop('office.tar.gz', signed)
        shown = w.json('policy', 'reload')
        assert shown['bundles'][0]['signed'] and shown['bundles'][0]['revision'] == 'r1', shown
        # One byte of a rule that was signed.
        files = {}
        with tarfile.open(fileobj=io.BytesIO(signed)) as tar:
            for member in tar:
                files[member.name] = tar.extractfile(member).read()
        name = next(n for n in files if n.endswith('office.rego'))
        files[name] = files[name].replace(b'deny', b'ask')
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode='w:gz') as tar:
            for one, data in files.items():
                info = tarfile.TarInfo(one)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        w.drop('office.tar.gz', out.getvalue())
        w.ctl('policy', 'reload', check=1)
        assert w.json('policy', 'show')['revision'] == shown['revision']
        w.drop('office.tar.gz', signed)
        w.drop('bundles.pem', b'no key')
        assert 'no public key' in w.ctl('policy', 'reload', check=1).stderr
        w.drop('bundles.pem', other)
        w.ctl('policy', 'reload', check=1)


def observed_bundle_decides_beside_the_one_in_force():
    with Bundles() as w:
        path = w.file('bank.csv', BANK)
        w.drop('observe/office.tar.gz', GOOD)
        shown = w.json('policy', 'show')
        assert shown['bundles'][0]['observed'] and shown['observed_revision'], shown
        w.ctl('ask', '-f', path, TASK, check=0)


run([bundle_is_put_in_force_with_its_revision, bundle_that_was_there_before_holds_from_the_start,
     bad_bundle_changes_nothing_and_says_so, two_bundles_may_not_claim_the_same,
     with_a_key_only_what_it_signed_is_taken, observed_bundle_decides_beside_the_one_in_force])

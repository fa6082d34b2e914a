#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cardeactl policy: what it answers, where it puts it, and how it ends.

usage: test-policy.py CARDEACTL SOURCE_ROOT
"""
import base64
import hashlib
import hmac
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import traceback

POLICY = '''package shop

default allow := false

allow if {
    input.user in data.staff.names
    input.action != "burn"
}

price[item] := n if some item, n in data.goods.prices

double(x) := x * 2
'''
TESTS = '''package shop_test

import data.shop

test_staff if shop.allow with input as {"user": "eva", "action": "sell"}
test_burn if not shop.allow with input as {"user": "eva", "action": "burn"}
todo_test_later if false
'''
CASES = []


def case(function):
    CASES.append(function)
    return function


def check(truth, what):
    if not truth:
        raise AssertionError(what)


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=')


def signature(files, secret, algorithm='HS256', **payload):
    """.signatures.json over files (name → bytes, documents already canonical)."""
    listed = [{'name': n, 'hash': hashlib.sha256(b).hexdigest(), 'algorithm': 'SHA-256'}
              for n, b in files.items()]
    text = b'.'.join(encode(json.dumps(part).encode())
                     for part in ({'alg': algorithm}, {'files': listed, **payload}))
    mac = hmac.new(secret, text, hashlib.sha256).digest()
    return json.dumps({'signatures': [(text + b'.' + encode(mac)).decode()]}).encode()


def bundle(files, links=()):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w:gz') as tar:
        for name, data in (files.items() if isinstance(files, dict) else files):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        for name in links:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, '/etc/passwd'
            tar.addfile(entry)
    return out.getvalue()


CONTENT = {'.manifest': b'{"revision":"r7","roots":["app","users"]}',
           'app/policy.rego': b'package app\nallow if input.user in data.users.names\n',
           'users/data.json': b'{"names":["eva"],"score":1.0}'}


class Folder:
    """Policies and data in a folder of their own."""

    def __init__(self):
        self.kept = tempfile.TemporaryDirectory(prefix='cardea-policy-')
        self.root = self.kept.name
        self.write('pol/shop.rego', POLICY)
        self.write('pol/staff/data.json', '{"names": ["eva", "bob"]}')
        self.write('pol/goods/prices.yaml', 'prices:\n  tea: 3\n  cup: 7.50\n')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kept.cleanup()

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(text if isinstance(text, bytes) else text.encode())

    def run(self, *words, stdin='', status=0):
        env = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'XDG_RUNTIME_DIR': self.root}
        env.update({n: v for n, v in os.environ.items() if n.endswith('SAN_OPTIONS')})
        done = subprocess.run([CARDEACTL, 'policy', *words], input=stdin, capture_output=True,
                              text=True, cwd=self.root, env=env, timeout=60)
        check(done.returncode == status, f'{words}: status {done.returncode}: {done.stderr}')
        return done

    def eval(self, *words, **more):
        return self.run('eval', '-d', 'pol', *words, **more).stdout


@case
def eval_has_opas_shape():
    with Folder() as f:
        got = json.loads(f.eval('-i', '-', 'data.shop.allow',
                                stdin='{"user": "eva", "action": "sell"}'))
        check(got == {'result': [{'expressions': [
            {'value': True, 'text': 'data.shop.allow', 'location': {'row': 1, 'col': 1}}]}]}, got)


@case
def eval_gives_bindings_and_each_value():
    with Folder() as f:
        got = json.loads(f.eval('x := data.shop.price[k]; x > 5'))['result']
        check(got == [{'bindings': {'k': 'cup', 'x': 7.5}, 'expressions': [
            {'value': True, 'text': 'x := data.shop.price[k]', 'location': {'row': 1, 'col': 1}},
            {'value': True, 'text': 'x > 5', 'location': {'row': 1, 'col': 26}}]}], got)
        got = json.loads(f.eval('data.shop.price[k]'))['result']
        check([(r['bindings']['k'], r['expressions'][0]['value']) for r in got]
              == [('cup', 7.5), ('tea', 3)], got)


@case
def eval_shows_false_alone_and_nothing_for_undefined():
    with Folder() as f:
        check(json.loads(f.eval('1 > 2'))['result'][0]['expressions'][0]['value'] is False, 'false')
        check(json.loads(f.eval('data.shop.nothing')) == {}, 'undefined')
        check(json.loads(f.eval('1 < 2; 1 > 2')) == {}, 'several must hold')
        check(f.eval('-f', 'pretty', 'data.shop.nothing') == 'undefined\n', 'pretty')


@case
def eval_formats():
    with Folder() as f:
        check(f.eval('-f', 'raw', 'data.staff.names[0]') == 'eva\n', 'raw string')
        check(f.eval('-f', 'raw', 'data.staff') == '{"names":["eva","bob"]}\n', 'raw object')
        check(f.eval('-f', 'raw', 'data.shop.price.cup') == '7.50\n', 'numbers keep their text')
        check(f.eval('-f', 'pretty', '[1]') == '[\n  1\n]\n', 'pretty')
        check(f.eval('-f', 'pretty', 'x := 2').startswith('x = 2'), 'pretty bindings')
        f.run('eval', '-f', 'xml', '1', status=2)


@case
def eval_errors_are_told_twice():
    with Folder() as f:
        f.write('bad.rego', 'package a\n\np if {\n\tx == 2\n}\n')
        done = f.run('eval', '-d', 'bad.rego', 'data.a.p', status=1)
        got = json.loads(done.stdout)['errors'][0]
        check(got == {'message': 'var x is unsafe', 'code': 'rego_unsafe_var_error',
                      'location': {'file': 'bad.rego', 'row': 4, 'col': 2}}, got)
        check('bad.rego:4:2: rego_unsafe_var_error' in done.stderr, done.stderr)


@case
def eval_strict_builtin_errors():
    with Folder() as f:
        check(json.loads(f.eval('to_number("x")')) == {}, 'passed over')
        got = json.loads(f.eval('--strict-builtin-errors', 'to_number("x")', status=1))
        check(got['errors'][0]['code'] == 'eval_builtin_error', got)


@case
def eval_v0():
    with Folder() as f:
        f.write('old.rego', 'package old\nallow { input.x == 1 }\n')
        f.run('eval', '-d', 'old.rego', 'data.old.allow', status=1)
        got = f.run('eval', '--v0-compatible', '-d', 'old.rego', '-i', '-', '-f', 'raw',
                    'data.old.allow', stdin='{"x": 1}').stdout
        check(got == 'true\n', got)


@case
def data_conflicts_and_odd_data_are_refused():
    with Folder() as f:
        f.write('a.json', '{"x": {"y": 1}}')
        f.write('b.yaml', 'x:\n  z: 2\n')
        f.write('c.json', '{"x": {"y": 1}}')
        f.write('d.json', '[1]')
        f.write('e.txt', '')
        got = f.run('eval', '-d', 'a.json', '-d', 'b.yaml', '-f', 'raw', 'data.x').stdout
        check(got == '{"y":1,"z":2}\n', got)
        for name in ('c.json', 'd.json', 'e.txt', 'missing.json'):
            done = f.run('eval', '-d', 'a.json', '-d', name, 'data.x', status=1)
            check(name in done.stderr, done.stderr)
        check('data.x.y' in f.run('eval', '-d', 'a.json', '-d', 'c.json', '1', status=1).stderr,
              'says where')
        f.run('eval', '-i', 'missing.json', '1', status=1)
        f.run('eval', '-i', '-', '1', stdin='{', status=1)


@case
def folders_pass_over_links_and_hidden_files():
    with Folder() as f:
        f.write('pol/.git/broken.rego', 'nonsense')
        os.symlink('/', os.path.join(f.root, 'pol', 'root'))
        os.mkfifo(os.path.join(f.root, 'pol', 'pipe.json'))
        check(f.eval('-f', 'raw', 'count(data.staff.names)') == '2\n', 'still loads')


@case
def check_names_the_place():
    with Folder() as f:
        f.run('check', 'pol')
        f.write('pol/bad.rego', 'package b\n\np if {\n\tq(\n}\n')
        done = f.run('check', 'pol', status=1)
        check('pol/bad.rego:5:' in done.stderr and 'rego_parse_error' in done.stderr, done.stderr)
        check(done.stdout == '', done.stdout)
        got = json.loads(f.run('check', '--json', 'pol', status=1).stdout)
        check(got['errors'][0]['location']['row'] == 5, got)
        f.write('unused.rego', 'package u\nimport data.x\np := 1\n')
        f.run('check', 'unused.rego')
        f.run('check', '--strict', 'unused.rego', status=1)
        f.run('check', status=2)


@case
def test_tells_pass_fail_and_skip():
    with Folder() as f:
        f.write('pol/shop_test.rego', TESTS)
        got = f.run('test', 'pol').stdout
        check('PASS: 2/3\n' in got and 'SKIPPED: 1/3\n' in got, got)
        check('test_staff' not in got, got)
        got = f.run('test', '-v', 'pol').stdout
        check('data.shop_test.test_staff: PASS (' in got, got)
        check('data.shop_test.todo_test_later: SKIPPED\n' in got, got)
        f.write('pol/more_test.rego', 'package more\ntest_no if 1 > 2\ntest_false := false\n'
                'test_clash := 1\ntest_clash := 2\n')
        got = f.run('test', 'pol', status=1).stdout
        check('pol/more_test.rego:\ndata.more.test_no: FAIL (' in got, got)
        check('FAIL: 2/6\n' in got and 'ERROR: 1/6\n' in got, got)
        check('eval_conflict_error' in got, got)
        got = json.loads(f.run('test', '--json', 'pol', status=1).stdout)
        check([t['name'] for t in got if t.get('fail')] == ['test_no', 'test_false'], got)


@case
def bench_prints_figures():
    with Folder() as f:
        f.write('in.json', '{"user": "eva", "action": "sell"}')
        got = f.run('bench', '-n', '50', '-d', 'pol', '-i', 'in.json', 'data.shop.allow').stdout
        lines = got.splitlines()
        check(float(lines[0].removeprefix('ns/eval=')) > 0 and lines[1] == 'result=true', got)
        f.run('bench', '-n', 'many', '-d', 'pol', '1', status=2)


@case
def bundle_loads_and_verifies():
    with Folder() as f:
        f.write('b.tar.gz', bundle({'/' + n: d for n, d in CONTENT.items()}))
        f.write('signed.tar.gz',
                bundle({**CONTENT, '.signatures.json': signature(CONTENT, b'secret')}))
        f.write('secret', 'secret\n')
        f.write('other', 'guess')
        f.write('empty', '')
        words = ('-i', '-', '-f', 'raw', 'data.app.allow')
        said = {'stdin': '{"user": "eva"}'}
        check(f.run('eval', '-b', 'b.tar.gz', *words, **said).stdout == 'true\n', 'plain')
        check(f.run('eval', '-b', 'signed.tar.gz', '--verification-key', 'secret', *words,
                    **said).stdout == 'true\n', 'signed')
        for name, key in (('b', 'secret'), ('signed', 'other'), ('signed', 'empty')):
            f.run('eval', '-b', name + '.tar.gz', '--verification-key', key, *words, status=1,
                  **said)
        f.run('eval', '-b', 'signed.tar.gz', '--verification-key', 'secret', '--signing-alg',
              'HS512', *words, status=1, **said)


@case
def bundle_that_differs_from_its_signature_is_refused():
    with Folder() as f:
        f.write('secret', 'secret')
        signed = {**CONTENT, '.signatures.json': signature(CONTENT, b'secret')}
        less = {n: d for n, d in signed.items() if n != 'users/data.json'}
        wrong = {
            'changed': {**signed, 'app/policy.rego': b'package app\nallow := true\n'},
            'number': {**signed, 'users/data.json': b'{"names":["eva"],"score":1}'},
            'more': {**signed, 'app/more.rego': b'package app\nallow := true\n'},
            'less': less,
            'none': {**CONTENT, '.signatures.json':
                     signature(CONTENT, b'secret', algorithm='none')},
            'scope': {**CONTENT, '.signatures.json':
                      signature(CONTENT, b'secret', scope='write')},
            'dotted': {('./' + n if n != '.signatures.json' else n): d
                       for n, d in signed.items()},
        }
        for name, files in wrong.items():
            f.write('b.tar.gz', bundle(files))
            done = f.run('eval', '-b', 'b.tar.gz', '--verification-key', 'secret', '1', status=1)
            check('signature' in done.stderr, f'{name}: {done.stderr}')
        spaced = {**signed, 'users/data.json': b'{ "score": 1.0, "names": ["eva"] }'}
        f.write('b.tar.gz', bundle(spaced))
        f.run('eval', '-b', 'b.tar.gz', '--verification-key', 'secret', '1')


@case
def bundle_that_is_none_is_refused():
    with Folder() as f:
        wrong = {
            'outside': bundle({'../x.rego': b'package x\n'}),
            'inner': bundle({'a/../../x.rego': b'package x\n'}),
            'twice': bundle([('a.rego', b'package x\n'), ('./a.rego', b'package y\n')]),
            'link': bundle(CONTENT, links=['app/data.json']),
            'root of data': bundle({**CONTENT, 'data.json': b'{"other": 1}'}),
            'root of package': bundle({**CONTENT, 'o.rego': b'package other\n'}),
            'slash in data': bundle({**CONTENT, 'data.json': b'{"app/x": 1}'}),
            'NUL in data': bundle({**CONTENT, 'data.json': b'{"app\\u0000x": 1}'}),
            'other package': bundle({**CONTENT, 'o.rego': b'package apps.app\n'}),
            'overlap': bundle({'.manifest': b'{"roots":["a","a/b"]}'}),
            'delta': bundle({'patch.json': b'{}'}),
            'manifest': bundle({'.manifest': b'[]'}),
            'cut': bundle(CONTENT)[:-40],
            'no archive': b'hello',
            'empty': b'',
        }
        for name, data in wrong.items():
            f.write('b.tar.gz', data)
            done = f.run('eval', '-b', 'b.tar.gz', '1', status=1)
            check('b.tar.gz: ' in done.stderr, f'{name}: {done.stderr}')


@case
def bundles_signed_by_opa():
    shared = os.path.join(os.environ.get('CARDEA_SHARED', os.path.join(ROOT, '..', 'shared')),
                          'data', 'rego-bundles')
    if not os.path.isdir(shared):
        return 'the vectors are not here'
    with Folder() as f:
        f.write('secret', 'test-secret')
        for name, key in (('es256', os.path.join(shared, 'es256-pub.pem')), ('hs256', 'secret')):
            got = f.run('eval', '-b', os.path.join(shared, name + '.tar.gz'), '-i', '-',
                        '--verification-key', key, '-f', 'raw', 'data.guardian.allow',
                        stdin='{"op": "read", "agent": "coder"}').stdout
            check(got == 'true\n', got)
    return None


def openssl(f, *words):
    subprocess.run(['openssl', *words], cwd=f.root, check=True, capture_output=True)


@case
def bundle_is_built_and_read_back():
    with Folder() as f:
        f.write('pol/shop_test.rego', TESTS)
        f.run('build', '-o', 'b.tar.gz', '--revision', 'r8', 'pol')
        f.run('build', '-o', 'again.tar.gz', '--revision', 'r8', 'pol')
        with open(os.path.join(f.root, 'b.tar.gz'), 'rb') as one, \
                open(os.path.join(f.root, 'again.tar.gz'), 'rb') as other:
            check(one.read() == other.read(), 'the same files give other bytes')
        with tarfile.open(os.path.join(f.root, 'b.tar.gz')) as tar:
            names = sorted(tar.getnames())
            manifest = json.load(tar.extractfile('.manifest'))
            data = json.load(tar.extractfile('data.json'))
        check(names == ['.manifest', 'data.json', 'pol/shop.rego', 'pol/shop_test.rego'], names)
        check(manifest == {'revision': 'r8', 'roots': [''], 'rego_version': 1}, manifest)
        check(data['staff']['names'] == ['eva', 'bob'], data)
        check(f.run('eval', '-b', 'b.tar.gz', '-i', '-', '-f', 'raw', 'data.shop.allow',
                    stdin='{"user": "bob", "action": "sell"}').stdout == 'true\n', 'answer')
        f.write('bad/x.rego', 'package x\np if q\n')
        done = f.run('build', '-o', 'bad.tar.gz', 'bad', status=1)
        check('bad/x.rego:2:6: rego_unsafe_var_error' in done.stderr, done.stderr)
        done = f.run('build', '-o', 'bad.tar.gz', '--root', 'other', 'pol', status=1)
        check('outside the roots' in done.stderr, done.stderr)
        check(not os.path.exists(os.path.join(f.root, 'bad.tar.gz')), 'a bad bundle was written')


@case
def bundle_is_signed():
    with Folder() as f:
        openssl(f, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.pem')
        openssl(f, 'ec', '-in', 'ec.pem', '-pubout', '-out', 'ec.pub')
        openssl(f, 'genrsa', '-out', 'rsa.pem', '2048')
        openssl(f, 'rsa', '-in', 'rsa.pem', '-pubout', '-out', 'rsa.pub')
        openssl(f, 'rsa', '-in', 'rsa.pem', '-aes128', '-passout', 'pass:x', '-out', 'locked.pem')
        f.write('secret', 'very secret\n')
        f.run('build', '-o', 'b.tar.gz', 'pol')
        words = ('-i', '-', '-f', 'raw', 'data.shop.allow')
        said = {'stdin': '{"user": "eva", "action": "sell"}'}
        for key, public, algorithm in (
                ('ec.pem', 'ec.pub', 'ES256'), ('rsa.pem', 'rsa.pub', 'RS256'),
                ('rsa.pem', 'rsa.pub', 'RS512'), ('rsa.pem', 'rsa.pub', 'PS384'),
                ('secret', 'secret', 'HS256'), ('secret', 'secret', 'HS512'),
                ('ec.pem', 'ec.pub', None), ('rsa.pem', 'rsa.pub', None), ('secret', 'secret', None)):
            named = ('--signing-alg', algorithm) if algorithm else ()
            f.run('sign', '--signing-key', key, *named, '-o', 's.tar.gz', 'b.tar.gz')
            got = f.run('eval', '-b', 's.tar.gz', '--verification-key', public, *named, *words, **said)
            check(got.stdout == 'true\n', (algorithm, got.stderr))
            other = 'ec.pub' if public != 'ec.pub' else 'rsa.pub'
            f.run('eval', '-b', 's.tar.gz', '--verification-key', other, *words, status=1, **said)
        # What stands in the token, read by other means than ours.
        f.run('build', '-o', 'h.tar.gz', '--signing-key', 'secret', '--scope', 'read', 'pol')
        with tarfile.open(os.path.join(f.root, 'h.tar.gz')) as tar:
            token = json.load(tar.extractfile('.signatures.json'))['signatures'][0]
            files = {n: tar.extractfile(n).read() for n in tar.getnames()}
        head, body, mac = token.split('.')
        wanted = hmac.new(b'very secret', f'{head}.{body}'.encode(), hashlib.sha256).digest()
        check(encode(wanted).decode() == mac, 'the signature')
        payload = json.loads(base64.urlsafe_b64decode(body + '==='))
        check(payload['scope'] == 'read', payload)
        digests = {e['name']: e['hash'] for e in payload['files']}
        check(digests == {n: hashlib.sha256(d).hexdigest() for n, d in files.items()
                          if n != '.signatures.json'}, digests)
        # A signature that was there gives way, and the file itself is replaced.
        f.run('sign', '--signing-key', 'ec.pem', 'h.tar.gz')
        f.run('eval', '-b', 'h.tar.gz', '--verification-key', 'ec.pub', *words, **said)
        for words in (('--signing-key', 'rsa.pem', '--signing-alg', 'ES256'),
                      ('--signing-key', 'locked.pem'), ('--signing-key', 'ec.pub'),
                      ('--signing-key', 'secret', '--signing-alg', 'none'),
                      ('--signing-key', 'ec.pem', '--signing-alg', 'HS256'),
                      ('--signing-key', 'absent')):
            f.run('sign', *words, '-o', 'no.tar.gz', 'b.tar.gz', status=1)
        f.run('sign', 'b.tar.gz', status=2)
        check(not os.path.exists(os.path.join(f.root, 'no.tar.gz')), 'an unsigned bundle was written')


def main():
    print(f'1..{len(CASES)}')
    failed = 0
    for number, function in enumerate(CASES, 1):
        try:
            skipped = function()
            print(f'ok {number} {function.__name__}' + (f' # SKIP {skipped}' if skipped else ''))
        except Exception:
            failed += 1
            print(f'not ok {number} {function.__name__}')
            print('\n'.join('# ' + line for line in traceback.format_exc().splitlines()))
    return 1 if failed else 0


if __name__ == '__main__':
    CARDEACTL, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    sys.exit(main())

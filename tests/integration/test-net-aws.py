#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to AWS, signed on the way out: a program signs with a placeholder, and what comes is signed with the
person's key, or with temporary keys of a role (AssumeRole). The servers are a double of our own that checks each
signature by itself, from AWS's description; the published values are in tests/unit/guardian/egress."""
import datetime
import hashlib
import hmac
import json
import os
import re
import shlex
import time
import urllib.parse

from double import Double, serving
from world import World, run

ID, KEY = 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
ROLE = 'arn:aws:iam::123456789012:role/reader'
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
SIGN = r'''
import hashlib, hmac, os, sys, urllib.request
# as a library for AWS would, with what it finds in the environment
for name in ('no_proxy', 'NO_PROXY'):
    os.environ.pop(name, None)
method, url, service, body, extra = sys.argv[1:6]
host = url.split('/')[2]; path = '/' + url.split('/', 3)[3]
date = '20260101T000000Z'
scope = f"{date[:8]}/{os.environ['AWS_REGION']}/{service}/aws4_request"
headers = {'X-Amz-Date': date, **dict(h.split('=', 1) for h in extra.split(',') if h)}
names = ';'.join(sorted(['host', *(h.lower() for h in headers)]))
headers['Authorization'] = (f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, "
                            f"SignedHeaders={names}, Signature={'0' * 64}")
request = urllib.request.Request(url, data=body.encode() or None, headers=headers, method=method)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({'http': os.environ['http_proxy']}))
try:
    print(opener.open(request, timeout=20).read().decode())
except urllib.error.HTTPError as e:
    print(e.code, e.read().decode())
'''


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Service(Double):
    def check(self, body):
        """The id that signed it."""
        found = re.fullmatch(r'AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, '
                             r'SignedHeaders=([^,]+), Signature=([0-9a-f]{64})', self.headers['Authorization'])
        who, day, region, service, names, signature = found.groups()
        date = self.headers['X-Amz-Date']
        then = datetime.datetime.strptime(date, '%Y%m%dT%H%M%SZ').replace(tzinfo=datetime.timezone.utc).timestamp()
        assert day == date[:8] and abs(then - time.time()) < 60, date
        secret, token = self.server.keys[who]
        assert self.headers['X-Amz-Security-Token'] == token, dict(self.headers)
        signed = names.split(';')
        for name in self.headers:
            assert not name.lower().startswith('x-amz-') or name.lower() in signed, name
        path, _, query = self.path.partition('?')
        path = path if service == 's3' else urllib.parse.quote(path, safe='/-_.~')
        pairs = sorted((urllib.parse.quote(urllib.parse.unquote(n), safe='-_.~'), urllib.parse.quote(urllib.parse.unquote(v), safe='-_.~'))
                       for n, _, v in (part.partition('=') for part in query.split('&') if part))
        payload = self.headers['X-Amz-Content-Sha256'] or hashlib.sha256(body).hexdigest()
        assert payload in (hashlib.sha256(body).hexdigest(), 'UNSIGNED-PAYLOAD'), payload
        request = '\n'.join([self.command, path, '&'.join(f'{n}={v}' for n, v in pairs),
                             *(f'{name}:{" ".join(self.headers[name].split())}' for name in signed), '', names, payload])
        text = '\n'.join(['AWS4-HMAC-SHA256', date, f'{day}/{region}/{service}/aws4_request',
                          hashlib.sha256(request.encode()).hexdigest()])
        key = mac(mac(mac(mac(b'AWS4' + secret.encode(), day), region), service), 'aws4_request')
        assert hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == signature, request
        self.server.seen.append((who, service, region, self.command, self.path, body))
        return who

    def serve(self):
        server = self.server
        body = self.rfile.read(int(self.headers['Content-Length'] or 0))
        try:
            self.check(body)
        except (AssertionError, AttributeError, KeyError, TypeError) as error:
            server.bad.append(repr(error))
            self.answer(403, {'Error': {'Code': 'SignatureDoesNotMatch'}})
            return
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if form.get('Action') != 'AssumeRole':
            self.answer(200, b'ok')
            return
        server.roles.append(form)
        if server.trick is not None:
            self.answer(*server.trick)
            return
        who = f'ASIA{len(server.roles):016d}'
        server.keys[who] = (os.urandom(20).hex(), os.urandom(30).hex())
        self.answer(200, {'AssumeRoleResponse': {'AssumeRoleResult': {'Credentials': {
            'AccessKeyId': who, 'SecretAccessKey': server.keys[who][0], 'SessionToken': server.keys[who][1],
            'Expiration': time.time() + server.seconds}}}})

    do_GET = do_PUT = do_POST = serve


def double(**options):
    return serving(Service, **{'keys': {ID: (KEY, None)}, 'seen': [], 'bad': [], 'roles': [], 'trick': None,
                               'seconds': 3600, **options})


def store(w, server, *more, check=0):
    url = f'http://localhost:{server.port}'
    return w.ctl('credential', 'set', 'aws', '--host', url, '--token-url', f'{url}/', '--client', ID,
                 '--aws-region', 'eu-central-1', *more, stdin=KEY + '\n', check=check)


def ask(w, server, *requests):
    """Each: method, path, service, body, headers."""
    calls = [shlex.join(['python3', '-c', SIGN, method, f'http://localhost:{server.port}{path}', service, body, extra])
             for method, path, service, body, extra in requests]
    return w.ctl('run', '--net', f'localhost:{server.port}', '--', 'sh', '-c', '; '.join(calls))


def signed_anew():
    with World() as w, double() as server:
        store(w, server)
        done = ask(w, server, ('GET', '/bucket/a%20b.txt?prefix=J&max-keys=2', 's3', '', 'x-amz-content-sha256=' + '0' * 64),
                   ('PUT', '/bucket/new', 's3', 'Welcome', 'x-amz-content-sha256=UNSIGNED-PAYLOAD,content-type=text/plain'),
                   ('POST', '/', 'dynamodb', '{"TableName": "t"}', 'x-amz-target=DynamoDB_20120810.Scan,content-type=application/json'),
                   ('GET', '/odd%20path//x/?b=2&a=1&a&c=%2F', 'execute-api', '', ''))
        assert done.stdout.split() == ['ok'] * 4, (done, server.bad)
        assert [(who, service) for who, service, *_ in server.seen] == [(ID, s) for s in ('s3', 's3', 'dynamodb', 'execute-api')]
        text = json.dumps(w.records()) + json.dumps(w.json('credential', 'list'))
        assert KEY not in text
        assert 'signed for AWS' in w.ctl('credential', 'list', check=0).stdout
        used = [r for r in w.records('--action', 'credential.use') if r['type'] == 'decision']
        assert used and used[0]['resource']['credential'] == 'aws', used


def by_a_role():
    """Temporary keys, narrowed, renewed before their end; the long-lived one signs for nothing else."""
    with World() as w, double(seconds=2) as server:
        store(w, server, '--aws-role', ROLE, '--aws-policy', POLICY)
        one = ('GET', '/x', 's3', '', 'x-amz-content-sha256=' + '0' * 64)
        done = ask(w, server, one, one)
        assert done.stdout.split() == ['ok'] * 2, (done, server.bad)
        assert server.roles[0]['RoleArn'] == ROLE and server.roles[0]['Policy'] == POLICY, server.roles
        time.sleep(2)
        done = ask(w, server, one)
        assert done.stdout.split() == ['ok'] and len(server.roles) >= 2, (done, server.bad)
        assert {who[:4] for who, service, *_ in server.seen if service == 's3'} == {'ASIA'}, server.seen
        text = json.dumps(w.records())
        assert not any(part in text for key in server.keys.values() for part in key if part), 'a key is in the log'


def refused_with_a_reason():
    credentials = {'AccessKeyId': 'A', 'SecretAccessKey': 'B', 'SessionToken': 'C', 'Expiration': time.time() + 60}

    def trick(**changed):
        return 200, {'AssumeRoleResponse': {'AssumeRoleResult': {'Credentials': {**credentials, **changed}}}}
    one = ('GET', '/x', 's3', '', 'x-amz-content-sha256=' + '0' * 64)
    for answer, words in (((403, {'Error': {'Code': 'AccessDenied', 'Message': 'see http://evil'}}), 'AccessDenied'),
                          ((403, b'<html>'), 'status 403'), ((200, b'<AssumeRoleResponse/>'), 'no keys'),
                          (trick(Expiration=time.time() - 1), 'no keys'), (trick(SecretAccessKey='a b'), 'no keys'),
                          (trick(AccessKeyId='a\r\nX: y'), 'no keys'), (trick(SessionToken=None), 'no keys')):
        with World() as w, double(trick=answer) as server:
            store(w, server, '--aws-role', ROLE)
            done = ask(w, server, one)
            assert words in done.stdout and 'evil' not in done.stdout, (words, done)
            assert all(service == 'sts' for _, service, *_ in server.seen), server.seen
    with World() as w, double() as server:
        store(w, server)
        done = ask(w, server, ('PUT', '/x', 's3', 'x', 'x-amz-content-sha256=STREAMING-AWS4-HMAC-SHA256-PAYLOAD'))
        assert 'piece by piece' in done.stdout and server.seen == [], done
        done = w.ctl('run', '--net', f'localhost:{server.port}', '--', 'sh', '-c',
                     f'curl -sS --noproxy "" -H "Authorization: AWS4-HMAC-SHA256 Credential=AKIAOTHER/20260101/a/s3/aws4_request, '
                     f'SignedHeaders=host, Signature=00" http://localhost:{server.port}/')
        assert 'by itself who it is' in done.stdout and server.seen == [], done
        assert store(w, server, '--dpop', check=None).returncode == 1
        assert store(w, server, '--revoke-url', 'https://a.example/', check=None).returncode == 1


if __name__ == '__main__':
    run([signed_anew, by_a_role, refused_with_a_reason])

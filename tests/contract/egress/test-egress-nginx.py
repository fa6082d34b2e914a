#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an adversary tries with a real web server on the other side: an nginx with two hosts behind one address,
as at a hoster's, and a real name server that changes its mind. Seen from the program, and from nginx's log."""
import os
import shutil
import socket
import ssl
import sys
import time

import egress_world as world_of
from egress_credential import SECRET, credential
from egress_world import HERE, OTHER, PUBLIC, Session, allow, grant, head, skip

MINE = ['-H', 'Authorization: Bearer cardea-placeholder']
CONFIGURATION = '''
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 128; }}
http {{
  log_format ours '$host $request_method $request_uri $status "$http_authorization" $request_length';
  access_log {folder}/access.log ours; default_type text/plain; absolute_redirect off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 443 ssl; listen 80; server_name api.example;
    ssl_certificate {api[0]}; ssl_certificate_key {api[1]};
    location = /inside {{ return 302 http://127.0.0.1:{port}/; }}
    location = /metadata {{ return 307 http://169.254.169.254/latest/meta-data/; }}
    location = /other {{ return 301 http://secret.example/; }}
    location = /name {{ return 302 http://inner.example/; }}
    location / {{ return 200 "api\\n"; }}
  }}
  server {{
    listen 443 ssl; listen 80; server_name secret.example;
    ssl_certificate {secret[0]}; ssl_certificate_key {secret[1]};
    location / {{ return 200 "secret\\n"; }}
  }}
}}
'''


class Nginx:
    def __init__(self, world, port=0):
        self.folder = os.path.join(world.folder, 'nginx')
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        path = os.path.join(self.folder, 'nginx.conf')
        with open(path, 'w', encoding='ascii') as f:
            f.write(CONFIGURATION.format(folder=self.folder, port=port, api=world.certificate('api.example'),
                                         secret=world.certificate('secret.example'), user='user root;'))
        self.process = world.start('nginx', '-e', os.path.join(self.folder, 'error.log'), '-c', path)
        deadline = time.monotonic() + world_of.PATIENCE
        while True:
            with world.elsewhere(), socket.socket() as probe:
                if probe.connect_ex((PUBLIC, 443)) == 0:
                    return
            assert time.monotonic() < deadline and self.process.poll() is None, 'nginx does not start'
            time.sleep(0.02)

    @property
    def log(self):
        with open(os.path.join(self.folder, 'access.log'), encoding='utf-8') as f:
            return f.read().splitlines()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def two_hosts(world):
    world.answer({'api.example': [PUBLIC], 'secret.example': [PUBLIC]})


def through_tls(session, target, name, request):
    """What comes back of request in a tunnel, by a client that trusts the session's authority."""
    connection, answer = session.tunnel(target)
    assert ' 200 ' in answer, answer
    context = ssl.create_default_context(cafile=session.authority)
    with context.wrap_socket(connection, server_hostname=name) as inner:
        inner.sendall(request)
        return head(inner)


def test_fronting(world, core):
    """Two hosts behind one address: what was decided about the one opens no way to the other."""
    two_hosts(world)
    with Nginx(world) as nginx:
        credential(core)
        session = Session(core, grants=[grant('api.example', 443)])
        done = session.trusting_curl(*MINE, 'https://api.example/')
        assert done.stdout == b'api\n', done
        for host in ('secret.example', 'SECRET.example', 'secret.example:443', 'api.example@secret.example'):
            answer = through_tls(session, 'api.example:443', 'api.example',
                                 f'GET / HTTP/1.1\r\nHost: {host}\r\n{MINE[1]}\r\n\r\n'.encode())
            assert answer.split(' ')[1] in ('400', '421'), (host, answer)
        answer = through_tls(session, 'api.example:443', 'api.example',
                             b'GET https://secret.example/ HTTP/1.1\r\nHost: api.example\r\n\r\n')
        assert answer.split(' ')[1] in ('400', '421'), answer
        assert [line for line in nginx.log if not line.startswith('api.example ')] == [], nginx.log
        assert len(nginx.log) == 1 and f'Bearer {SECRET}' in nginx.log[0], nginx.log


def test_spliced(world, core):
    """A tunnel that is not looked into is one to the host of its first message."""
    two_hosts(world)
    with Nginx(world) as nginx:
        session = Session(core, grants=[grant('api.example', 443)])
        assert session.curl('--cacert', world.authority + '.pem', 'https://api.example/').stdout == b'api\n'
        connection, answer = session.tunnel('api.example:443')
        assert ' 200 ' in answer
        context = ssl.create_default_context(cafile=world.authority + '.pem')
        try:
            context.wrap_socket(connection, server_hostname='secret.example')
            raise AssertionError('another name was let through')
        except (ssl.SSLError, ConnectionError):
            pass
        assert len(nginx.log) == 1, nginx.log


def test_nested(world, core):
    """CONNECT in a CONNECT, spliced or looked into, reaches nobody."""
    two_hosts(world)
    with Nginx(world) as nginx:
        session = Session(core, grants=[grant('api.example', 443)])
        connection, answer = session.tunnel('api.example:443')
        assert ' 200 ' in answer
        connection.sendall(b'CONNECT secret.example:443 HTTP/1.1\r\nHost: secret.example:443\r\n\r\n')
        try:
            assert connection.recv(100) == b''
        except ConnectionError:
            pass
        credential(core)
        looked = Session(core, '0000000000000002', [grant('api.example', 443)])
        answer = through_tls(looked, 'api.example:443', 'api.example',
                             b'CONNECT secret.example:443 HTTP/1.1\r\nHost: secret.example:443\r\n\r\n')
        assert ' 200 ' not in answer, answer
        assert nginx.log == [], nginx.log


def test_redirects(world, core):
    """Each hop is decided about, and one that leads inside is refused whoever allows it."""
    two_hosts(world)
    inner = socket.create_server((HERE, 0))
    inner.settimeout(0.5)
    world.answer({'api.example': [PUBLIC], 'secret.example': [PUBLIC], 'inner.example': [HERE]})
    with Nginx(world, inner.getsockname()[1]) as nginx:
        session = Session(core, grants=[grant('api.example', 80)])
        for path in ('/inside', '/metadata', '/other', '/name'):
            before = len(core.asked)
            done = session.curl('-L', '-o', '/dev/null', '-w', '%{http_code}', f'http://api.example{path}')
            assert done.stdout == b'403', (path, done)
            assert len(core.asked) == before + 1, (path, core.asked)
        core.decide = allow  # and then the addresses are looked at
        time.sleep(5.5)      # a refusal is remembered so long
        for path in ('/inside', '/metadata', '/name'):
            done = session.curl('-L', '-o', '/dev/null', '-w', '%{http_code}', f'http://api.example{path}')
            assert done.stdout == b'403', (path, done)
        assert all(line.startswith('api.example ') for line in nginx.log), nginx.log
        try:
            inner.accept()
            raise AssertionError('an inner address was dialled')
        except TimeoutError:
            pass


def test_rebinding(world, core):
    """The name server changes its mind: what is dialled is what was checked for this very request."""
    two_hosts(world)
    with Nginx(world) as nginx:
        session = Session(core, grants=[grant('api.example', 80)])
        assert session.curl('http://api.example/').stdout == b'api\n'
        for addresses in (['127.0.0.1'], [HERE], ['169.254.169.254'], ['10.0.0.1'], ['::1'], ['::ffff:127.0.0.1'],
                          ['64:ff9b::7f00:1'], ['fd00::1'], ['0.0.0.0']):
            world.answer({'api.example': addresses})
            done = session.curl('-o', '/dev/null', '-w', '%{http_code}', 'http://api.example/')
            assert done.stdout == b'403', (addresses, done)
        # of several only those that may be are dialled
        world.answer({'api.example': ['127.0.0.1', PUBLIC]})
        assert session.curl('http://api.example/').stdout == b'api\n'
        # a connection that waits is used again; another session has none
        world.answer({'api.example': [OTHER]})
        fresh = Session(core, '0000000000000002', [grant('api.example', 80)])
        done = fresh.curl('-o', '/dev/null', '-w', '%{http_code}', 'http://api.example/')
        assert done.stdout == b'200' and core.moved[-1]['address'] == OTHER, (done, core.moved[-1])
        assert len(nginx.log) == 3, nginx.log


def test_smuggling(world, core):
    """A body of two lengths and a request in a body are one request for nginx, or none."""
    two_hosts(world)
    hidden = b'GET /hidden HTTP/1.1\r\nHost: api.example\r\n\r\n'
    head_of = b'POST http://api.example/ HTTP/1.1\r\nHost: api.example\r\n'
    tries = [head_of + b'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + hidden,
             head_of + b'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n' + hidden,
             head_of + b'Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n' + hidden,
             head_of + b'Content-Length: 0\r\nContent-Length: 44\r\n\r\n' + hidden,
             head_of + b'Content-Length: +0\r\n\r\n' + hidden,
             head_of + b'X: y\r\n Content-Length: 0\r\n\r\n' + hidden,
             head_of + b'X: a\rContent-Length: 0\r\n\r\n' + hidden]
    with Nginx(world) as nginx:
        session = Session(core, grants=[grant('api.example', 80, methods=['POST'])])
        for one in tries:
            with session.connect() as connection:
                connection.sendall(one)
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(10)
                try:
                    while connection.recv(65536):
                        pass
                except (ConnectionError, TimeoutError):
                    pass
        assert not [line for line in nginx.log if '/hidden' in line], nginx.log


def test_nothing_listed(world, core):
    """With an empty list nothing goes out and nothing is looked up, in whatever words it is asked for."""
    two_hosts(world)
    begun = len(world.asked_names())
    with Nginx(world) as nginx:
        session = Session(core)
        for url in ('http://api.example/', 'http://api.example./', f'http://{PUBLIC}/', 'http://1572395042/',
                    'http://0x5db8d822/', f'http://[::ffff:{PUBLIC}]/', 'http://user@api.example/',
                    'http://api.example%2f.evil.example/', 'http://xn--pi-xka.example/'):
            done = session.curl('-o', '/dev/null', '-w', '%{http_code}', '--globoff', url)
            assert done.stdout in (b'403', b'400', b'000'), (url, done)
        assert nginx.log == [] and 'query' not in world.asked_names()[begun:], nginx.log


if __name__ == '__main__':
    if shutil.which('nginx', path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin') is None:
        skip('nginx is not installed')
    world_of.enter()
    world_of.run([test_fronting, test_spliced, test_nested, test_redirects, test_rebinding, test_smuggling,
                  test_nothing_listed])
    sys.exit(0)

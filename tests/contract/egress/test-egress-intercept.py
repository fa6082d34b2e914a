#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tunnels that are looked into: where a credential is bound, or methods were shared."""
import contextlib
import itertools
import socket
import ssl
import subprocess

import egress_world as world_of
from egress_credential import SECRET, SEEN, credential
from egress_world import PUBLIC, Server, Session, allow, grant, head, hello
from egress_web import frame, serve, sockets

PLACEHOLDER = ['-H', 'Authorization: Bearer cardea-placeholder']


def test_injected(world, core):
    """The placeholder is exchanged on the way out; the program never has the secret."""
    world.answer({'api.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example'))
    credential(core)
    session = Session(core, grants=[grant('api.example', 443)])
    done = session.trusting_curl(*PLACEHOLDER, 'https://api.example/v1?q', '-d', 'body')
    assert f'Authorization: Bearer {SEEN}\n'.encode() in done.stdout, done
    assert done.stdout.startswith(b'POST /v1?q\n') and b'Host: api.example\n' in done.stdout, done
    done = session.trusting_curl('-D', '-', '-H', 'Authorization: Bearer mine', 'https://api.example/')
    assert b' 403 ' in done.stdout and b'X-Cardea-Refused' in done.stdout, done
    done = session.trusting_curl('https://api.example/')
    assert done.returncode == 0 and b'Authorization' not in done.stdout, done
    done = session.trusting_curl('https://api.example/v1?a=b&key=cardea-placeholder&c=d')
    assert f'GET /v1?a=b&key={SEEN}&c=d\n'.encode() in done.stdout, done
    done = session.curl(*PLACEHOLDER, 'https://api.example/')  # who does not trust it is not deceived
    assert done.returncode == 60, done
    done = subprocess.run(['curl', '-sS', '-m', '20', '-x', f'socks5h://127.0.0.1:{session.port}', '--cacert',
                           session.authority, *PLACEHOLDER, 'https://api.example/'], capture_output=True,
                          check=False)
    assert SEEN.encode() in done.stdout, done
    core.wait(lambda: len(core.moved) >= 4)
    assert core.asked == [] and core.moved[0]['address'] == PUBLIC
    assert core.moved[0]['credential'] == 'model', core.moved[0]


def test_echoed(world, core):
    """A host that sends the secret back gives it to nobody, not in pieces, and not packed."""
    world.answer({'api.example': [PUBLIC]})

    def answer(connection):
        asked = connection.recv(65536).decode()
        encoding = next(l for l in asked.split('\r\n') if l.lower().startswith('accept-encoding'))
        body = f'{encoding} {SECRET[:5]}'
        connection.sendall(f'HTTP/1.1 200 OK\r\nX: {SECRET}\r\nConnection: close\r\n\r\n{body}'.encode())
        connection.sendall(SECRET[5:].encode() + b' end' if '/packed' not in asked else b'')
    Server(world, 443, answer, world.tls('api.example'))
    credential(core)
    session = Session(core, grants=[grant('api.example', 443)])
    done = session.trusting_curl('--compressed', '-D', '-', *PLACEHOLDER, 'https://api.example/')
    assert SECRET.encode() not in done.stdout and b'Accept-Encoding: identity ***' in done.stdout, done
    assert done.stdout.endswith(b'* end'), done


def test_awaited(world, core):
    """What goes to a bound host before the secret is there waits for it; the placeholder goes nowhere."""
    world.answer({'api.example': [PUBLIC], 'other.example': [PUBLIC]})
    web = serve(world, 443, world.tls('api.example'))
    plain = serve(world, 80)
    assert credential(core, secret=None, awaited=True)['type'] == 'done'
    session = Session(core, grants=[grant('api.example', 443), grant('other.example', 80)])
    begun = subprocess.Popen(['curl', '-sS', '-m', '20', '-x', f'http://127.0.0.1:{session.port}', '--cacert',
                              session.authority, *PLACEHOLDER, 'https://api.example/'], stdout=subprocess.PIPE)
    done = session.curl('http://other.example/')  # others do not wait
    assert done.stdout.startswith(b'GET /'), done
    assert begun.poll() is None and web.count == 0
    credential(core)
    assert f'Authorization: Bearer {SEEN}\n'.encode() in begun.communicate()[0]
    assert credential(core, secret=None, awaited=True)['type'] == 'done'
    gone = subprocess.Popen(['curl', '-sS', '-m', '20', '-x', f'http://127.0.0.1:{session.port}', '--cacert',
                             session.authority, *PLACEHOLDER, 'https://api.example/'], stdout=subprocess.PIPE)
    session.curl('http://other.example/')
    gone.kill()
    gone.wait()
    before = web.count
    assert credential(core, secret=None, problem='the keyring is locked')['type'] == 'done'
    done = session.trusting_curl('-D', '-', *PLACEHOLDER, 'https://api.example/')
    assert b' 403 ' in done.stdout and b'the keyring is locked' in done.stdout, done
    done = session.trusting_curl('-D', '-', 'https://api.example/?key=cardea-placeholder')
    assert b' 403 ' in done.stdout and b'the keyring is locked' in done.stdout, done
    done = session.trusting_curl('-D', '-', '-H', 'Authorization: Bearer mine', 'https://api.example/')
    assert b' 403 ' in done.stdout, done
    assert web.count == before, 'something went out'
    done = session.trusting_curl('https://api.example/free')
    assert done.stdout.startswith(b'GET /free') and plain.count >= 1, done


def test_requests_are_asked(world, core):
    """Nothing goes out by the tunnel alone: each request is a question of its own."""
    world.answer({'api.example': [PUBLIC]})
    web = serve(world, 443, world.tls('api.example'))
    credential(core)
    session = Session(core)
    done = session.trusting_curl('-D', '-', 'https://api.example/secret?x=1')
    assert b' 403 ' in done.stdout and b'the test allows nothing' in done.stdout, done
    assert [(a['action'], a['method'], a['url']) for a in core.asked] == [
        ('net.request', 'GET', 'https://api.example/secret?x=1')], core.asked
    assert web.count == 0 and 'api.example' not in world.asked_names().split('started')[-1]
    core.decide = allow
    done = session.trusting_curl('https://api.example/other')
    assert done.stdout.startswith(b'GET /other'), done


def test_methods(world, core):
    """Where only methods were shared, tunnels are looked into, and others are not let through."""
    world.answer({'api.example': [PUBLIC], 'free.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example'))
    session = Session(core, grants=[grant('api.example', 443, methods=['GET'])])
    done = session.trusting_curl('https://api.example/')
    assert done.stdout.startswith(b'GET /'), done
    done = session.trusting_curl('-D', '-', '-X', 'DELETE', 'https://api.example/all')
    assert b' 403 ' in done.stdout, done
    assert core.asked[0]['method'] == 'DELETE'


SESSIONS = itertools.count(1)


def limited(core, **limits):
    return Session(core, f'{next(SESSIONS):016x}', [grant('api.example', 443, limits=limits)])


def status(session, path, *options):
    done = session.trusting_curl('-o', '/dev/null', '-w', '%{http_code}', *options, f'https://api.example{path}')
    return done.stdout.decode()


def test_paths(world, core):
    """What lies beside a shared path is asked about, also when a server would read it as below it."""
    world.answer({'api.example': [PUBLIC]})
    web = serve(world, 443, world.tls('api.example'))
    session = limited(core, paths=['/v1', '/files/'])
    for path in ('/v1', '/v1?x=/v2', '/v1/a/b', '/files/a'):
        assert status(session, path) == '200', path
    assert core.asked == [], core.asked
    beside = ('/', '/v2', '/v1x', '/files', '/v1/../v2', '/v1/%2e%2e/v2', '/v1//x', '/v1/a%2fb', '/v1/;x')
    for path in beside:
        assert status(session, path, '--path-as-is') == '403', path
    # two of them are /v2, which has been refused
    assert len(core.asked) == len(beside) - 2 and web.count > 0, core.asked


def test_sizes(world, core):
    """Beyond what was said it breaks off, whatever the host and the program say before."""
    world.answer({'api.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example'))
    session = limited(core, sent=100, received=1000)
    assert status(session, '/', '-d', 'x' * 100) == '200'
    assert status(session, '/', '-d', 'x' * 101) == '403'
    assert status(session, '/', '-H', 'Transfer-Encoding: chunked', '-d', 'x' * 100000) in ('403', '000')
    done = session.trusting_curl('https://api.example/endless')
    assert done.returncode != 0 and len(done.stdout) <= 8192, (done.returncode, len(done.stdout))
    core.wait(lambda: any('larger than' in m.get('reason', '') for m in core.moved))
    session = limited(core, session=1000)
    sizes = [status(session, '/') for _ in range(20)]
    assert sizes[0] == '200' and sizes[-1] == '403', sizes


def test_types_and_rate(world, core):
    world.answer({'api.example': [PUBLIC]})

    def answer(connection):
        asked = connection.recv(65536).decode()
        kind = asked.split(' ')[1][1:].replace('-', '/')
        head = f'Content-Type: {kind}; charset=utf-8\r\n' if kind else ''
        connection.sendall(f'HTTP/1.1 200 OK\r\n{head}Content-Length: 2\r\nConnection: close\r\n\r\nok'.encode())
    server = Server(world, 443, answer, world.tls('api.example'))
    session = limited(core, types=['application/json', 'text/'])
    for path, wanted in (('/application-json', '200'), ('/text-html', '200'), ('/application-jsonp', '403'),
                         ('/image-png', '403'), ('/', '403')):
        assert status(session, path) == wanted, path
    before = server.count
    session = limited(core, minute=3)
    assert [status(session, '/') for _ in range(5)] == ['200'] * 3 + ['403'] * 2
    assert server.count == before + 3, 'what is refused goes nowhere'
    done = session.trusting_curl('-D', '-', '-H', 'Connection: Upgrade', '-H', 'Upgrade: websocket',
                                 'https://api.example/chat')
    assert b' 403 ' in done.stdout and b'WebSocket' in done.stdout, done
    bad = limited(core, receive=5)
    assert status(bad, '/') in ('403', '000'), 'a grant with a limit that nobody knows is none'


def test_hosts(world, core):
    """Fronting: the tunnel's name, SNI, Host and URL are one."""
    credential(core)
    session = Session(core, grants=[grant('api.example', 443)])
    for arguments in (['-H', 'Host: evil.example', 'https://api.example/'],
                      ['-H', 'Host: api.example:80', 'https://api.example/'],
                      ['--request-target', 'http://evil.example/', 'https://api.example/']):
        done = session.trusting_curl('-D', '-', '-o', '/dev/null', *arguments)
        assert done.stdout.split(b'\r\n\r\n')[1].split()[1] in (b'400', b'421'), (arguments, done)
    for first in (hello('evil.example'), hello(None), b'GET / HTTP/1.1\r\n\r\n'):
        connection, answer = session.tunnel('api.example:443')
        assert ' 200 ' in answer
        connection.sendall(first)
        try:
            assert connection.recv(1) == b'', first
        except ConnectionResetError:
            pass
    assert core.moved == [] and core.asked == []


def test_upstream(world, core):
    """The host's certificate is checked against the system's authorities, not the session's."""
    world.answer({'api.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example', issuer=''))
    credential(core)
    session = Session(core, grants=[grant('api.example', 443)])
    done = session.trusting_curl('-D', '-', *PLACEHOLDER, 'https://api.example/')
    assert b' 502 ' in done.stdout and b'certificate' in done.stdout, done


def test_bodies(world, core):
    """Large ones, in both directions, and many requests on one connection."""
    world.answer({'api.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example'))
    credential(core)
    session = Session(core, grants=[grant('api.example', 443)])
    path = world.folder + '/big'
    with open(path, 'wb') as f:
        f.write(bytes(range(256)) * 40000)
    done = session.trusting_curl('--data-binary', '@' + path, 'https://api.example/a', 'https://api.example/b')
    assert done.stdout.decode().count(f'\n10240000 {40000 * sum(range(256))}') == 2, done.stdout[-400:]

    def big(connection):
        connection.recv(65536)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n')
        connection.sendall(b'y' * 20000000)
    world.answer({'api.example': ['93.184.216.35']})
    world.servers.pop().close()
    Server(world, 443, big, world.tls('api.example'))
    other = Session(core, 'fedcba9876543210', grants=[grant('api.example', 443)])
    done = other.trusting_curl('https://api.example/')
    assert done.stdout == b'y' * 20000000, (len(done.stdout), done.stderr)


def test_websocket(world, core):
    """A WebSocket inside a tunnel that is looked into, with the secret in its request."""
    world.answer({'api.example': [PUBLIC]})
    Server(world, 443, sockets, world.tls('api.example'))
    credential(core)
    session = Session(core, grants=[grant('api.example', 443)])
    connection, _ = session.tunnel('api.example:443')
    context = ssl.create_default_context(cafile=session.authority)
    inner = context.wrap_socket(connection, server_hostname='api.example')
    inner.sendall(b'GET /chat HTTP/1.1\r\nHost: api.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
                  b'Authorization: Bearer cardea-placeholder\r\n\r\n')
    answer = head(inner)
    assert ' 101 ' in answer and f'Authorization: Bearer {SECRET}' in answer, answer
    said = frame(b'x' * 100000)
    inner.sendall(said)
    got = b''
    while len(got) < len(said):
        got += inner.recv(65536)
    assert got == said and core.looked[-1][1] == b'x' * 100000
    with contextlib.suppress(ssl.SSLError):  # what says the end is no frame
        inner.unwrap()
    inner.close()
    core.wait(lambda: core.moved)


def test_authorities(world, core):
    """Each session has its own; none signs for another."""
    credential(core)
    one, two = Session(core), Session(core, 'fedcba9876543210')
    with open(one.authority, encoding='ascii') as a, open(two.authority, encoding='ascii') as b:
        assert a.read() != b.read()
    text = world_of.call('openssl', 'x509', '-in', one.authority, '-noout', '-text').stdout.decode()
    for part in ('CA:TRUE, pathlen:0', 'Certificate Sign', 'TLS Web Server Authentication', 'prime256v1'):
        assert part in text, text
    done = one.curl('--cacert', two.authority, 'https://api.example/')
    assert done.returncode == 60, done


if __name__ == '__main__':
    world_of.enter()
    world_of.run([value for name, value in list(globals().items()) if name.startswith('test_')])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain HTTP through the real worker: what is passed on, how it is asked about, and what is not."""
import os
import socket
import threading
import time

import egress_world as world_of
from egress_world import OTHER, PUBLIC, Server, Session, allow, grant, head
from egress_web import frame, serve, sockets


def test_get(world, core):
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80)])
    done = session.curl('-D', '-', 'http://web.example/a%20b/../c?q=1%2f&x', '-H', 'X-Mine: 1', '-H',
                        'Proxy-Authorization: Basic eA==', '-H', 'Connection: X-Bye', '-H', 'X-Bye: 1',
                        '--path-as-is')
    text = done.stdout.decode()
    # A path has one meaning, too: the one that is asked about.
    assert 'GET /c?q=1%2F&x\n' in text and 'Host: web.example\n' in text, text
    assert 'X-Mine: 1' in text and 'X-Own: yes' in text, text
    assert 'Proxy-' not in text and 'X-Bye' not in text and 'X-Hop' not in text, text
    for path, status in (('/none', '404'), ('/moved', '302')):
        done = session.curl('-o', '/dev/null', '-w', '%{http_code}', 'http://web.example' + path)
        assert done.stdout.decode() == status, done
    done = session.curl('-I', 'http://web.example/')
    assert b'200' in done.stdout and b'Content-Length' in done.stdout, done
    core.wait(lambda: len(core.moved) == 4)
    assert all(m['address'] == PUBLIC and m['grant'] == 'g-web.example-80' and 'reason' not in m
               for m in core.moved), core.moved
    assert core.asked == []


def test_bodies(world, core):
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80)])
    path = os.path.join(world.folder, 'big')
    with open(path, 'wb') as f:
        f.write(bytes(range(256)) * 40000)
    size, total = 10240000, 40000 * sum(range(256))
    for more in (['--data-binary', '@' + path], ['-H', 'Transfer-Encoding: chunked', '--data-binary', '@' + path],
                 ['-T', path]):
        done = session.curl(*more, 'http://web.example/up')
        assert done.stdout.decode().endswith(f'\n{size} {total}'), (more, done.stdout[-300:], done.stderr)
    done = session.curl('-X', 'POST', 'http://web.example/empty')
    assert done.stdout.decode().endswith('\n0 0'), done


def test_asked(world, core):
    """A request is asked about as a whole; methods that a grant does not name, too."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80, methods=['GET', 'HEAD'])])
    assert session.curl('http://web.example/').returncode == 0 and core.asked == []
    done = session.curl('-D', '-', '-d', 'secret', 'http://web.example/post?a=b')
    assert b'403' in done.stdout and b'X-Cardea-Refused: denied' in done.stdout, done
    assert b'the test allows nothing' in done.stdout
    ask = core.asked[0]
    assert (ask['action'], ask['method'], ask['url'], ask['host'], ask['port']) == (
        'net.request', 'POST', 'http://web.example/post?a=b', 'web.example', 80), ask
    core.decide = allow
    time.sleep(5.5)  # a refusal is remembered as long
    done = session.curl('-X', 'PURGE', 'http://web.example/')
    assert done.stdout.startswith(b'PURGE /'), done
    assert session.tunnel('none.example:80')[1].split()[1] == '502'  # asked, too
    assert core.asked[-1]['action'] == 'net.connect'


def raw(session, data):
    connection = session.connect()
    connection.sendall(data)
    answer = head(connection)
    connection.close()
    return answer.split()[1] if answer else 'closed'


def test_tricks(world, core):
    """Absolute URL and Host agree, or nothing happens."""
    session = Session(core, grants=[grant('web.example', 80)])
    for line, host, status in (
            ('GET http://evil.example/', 'web.example', '400'),
            ('GET http://web.example/', 'evil.example', '400'),
            ('GET http://web.example/', 'web.example:81', '400'),
            ('GET http://web.example@evil.example/', 'evil.example', '400'),
            ('GET http://0x7f.1/', '0x7f.1', '400'),
            ('GET http://2130706433/', '2130706433', '400'),
            ('GET http://[::ffff:127.0.0.1]/', '[::ffff:127.0.0.1]', '400'),
            ('GET https://web.example/', 'web.example', '400'),
            ('GET ftp://web.example/', 'web.example', '400'),
            ('GET http://evil.example/', 'evil.example', '403'),
            ('GET /', 'evil.example', '403'),
            ('GET http://127.0.0.1/', '127.0.0.1', '403')):
        got = raw(session, f'{line} HTTP/1.1\r\nHost: {host}\r\n\r\n'.encode())
        assert got == status, (line, host, got)
    for data in (b'GET / HTTP/1.1\r\n\r\n', b'nonsense\r\n\r\n', b'\x00\x01\x02\r\n\r\n',
                 b'GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\nHost: evil.example\r\n\r\n',
                 b'POST http://web.example/ HTTP/1.1\r\nHost: web.example\r\nContent-Length: 3\r\n'
                 b'Transfer-Encoding: gzip\r\n\r\nabc'):
        assert raw(session, data) in ('400', '501', '403', 'closed'), data
    assert all(a['host'] in ('evil.example', '127.0.0.1') for a in core.asked), core.asked


def test_revoke(world, core):
    """An endless answer ends with its grant; the connection is broken off, not completed."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80)])
    connection = session.connect()
    connection.sendall(b'GET http://web.example/endless HTTP/1.1\r\nHost: web.example\r\n\r\n')
    assert ' 200 ' in head(connection)
    core.event('egress.revoke', grant='g-web.example-80')
    connection.settimeout(10)
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    core.wait(lambda: core.moved)
    assert core.moved[0]['reason'] == 'what allowed it was taken back', core.moved


def test_slow_reader(world, core):
    """Who does not read fills no memory, and keeps nobody else waiting."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80)])
    session.curl('http://web.example/')
    before = core.memory()
    slow = []
    for _ in range(40):
        connection = session.connect()
        connection.sendall(b'GET http://web.example/endless HTTP/1.1\r\nHost: web.example\r\n\r\n')
        slow.append(connection)
    time.sleep(1.5)
    begin = time.monotonic()
    assert session.curl('http://web.example/').returncode == 0
    took = time.monotonic() - begin
    grown = (core.memory() - before) / len(slow)
    print(f'# a reader that does not read costs {grown / 1024:.0f} KiB; another waits {took:.2f} s')
    assert grown < 600 * 1024 * world_of.allowance() and took < 3 * world_of.allowance()
    for connection in slow:
        connection.close()


def test_unreachable(world, core):
    world.answer({'web.example': [OTHER], 'dead.example': [PUBLIC]})
    session = Session(core, grants=[grant('example', 80, below=True)])
    done = session.curl('-D', '-', 'http://web.example/')
    assert b' 502 ' in done.stdout and b'X-Cardea-Refused: unavailable' in done.stdout, done
    done = session.curl('-D', '-', 'http://none.example/')
    assert b' 502 ' in done.stdout and b'no such name' in done.stdout, done
    Server(world, 80, lambda c: c.recv(100) and c.sendall(b'SSH-2.0\r\n\r\n'))
    done = session.curl('-D', '-', 'http://dead.example/')
    assert b' 502 ' in done.stdout, done


UPGRADE = ('Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n'
           'Sec-WebSocket-Extensions: permessage-deflate\r\n'
           'Sec-WebSocket-Version: 13\r\n\r\n')


def upgrade(session, path):
    connection = session.connect()
    connection.sendall(f'GET http://web.example{path} HTTP/1.1\r\nHost: web.example\r\n{UPGRADE}'.encode())
    return connection, head(connection)


def test_websocket(world, core):
    """Bytes both ways, once the host switched; one that does not switch hears nothing more."""
    world.answer({'web.example': [PUBLIC]})
    server = Server(world, 80, sockets)
    session = Session(core, grants=[grant('web.example', 80)])
    connection, answer = upgrade(session, '/chat')
    assert ' 101 ' in answer and 'GET /chat HTTP/1.1|Host: web.example|' in answer, answer
    assert 'deflate' not in answer, 'what is packed is not looked at'
    big = frame(bytes(range(256)) * 4000)
    threading.Thread(target=connection.sendall, args=(big,), daemon=True).start()
    got = b''
    while len(got) < len(big):
        got += connection.recv(65536)
    assert got == big
    connection.close()
    core.wait(lambda: core.moved)
    assert int(core.moved[0]['sent']) > len(big) and core.moved[0]['address'] == PUBLIC, core.moved
    connection, answer = upgrade(session, '/other')
    assert ' 403 ' in answer, answer
    with world_of.contextlib.suppress(OSError):
        connection.sendall(b'GET http://web.example/secret HTTP/1.1\r\nHost: web.example\r\n\r\n')
        while connection.recv(65536):
            pass
    assert server.count == 2
    open_one, answer = upgrade(session, '/chat')
    core.event('egress.revoke', grant='g-web.example-80')
    with world_of.contextlib.suppress(ConnectionResetError):
        assert open_one.recv(1) == b''
    core.wait(lambda: any(m.get('reason') == 'what allowed it was taken back' for m in core.moved))
    assert ' 403 ' in upgrade(session, '/chat')[1] and core.asked[0]['url'] == 'http://web.example/chat'


def test_gone(world, core):
    """A program that goes away ends its request."""
    world.answer({'web.example': [PUBLIC]})
    reached = threading.Event()
    closed = threading.Event()

    def silent(connection):
        connection.recv(65536)
        reached.set()
        if connection.recv(1) == b'':
            closed.set()
    Server(world, 80, silent)
    session = Session(core, grants=[grant('web.example', 80)])
    connection = session.connect()
    connection.sendall(b'GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n')
    assert reached.wait(10)
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()
    assert closed.wait(10)
    core.wait(lambda: core.moved)


def test_looked_at(world, core):
    """What would be sent is handed over before the name is looked up, and nothing goes without a
    word; who asks is not in it."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80)])
    asked = world.asked_names().count('web.example')
    core.look = lambda look, body: ({'code': 'denied', 'reason': 'it holds something'}, {})
    done = session.curl('-D', '-', '-d', 'one two', '-H', 'X-Mine: 1', '-H', 'Authorization: Bearer x',
                        'http://web.example/up?a=b')
    assert b'403' in done.stdout and b'it holds something' in done.stdout, done
    look, body = core.looked[-1]
    assert (look['method'], look['url'], body) == ('POST', 'http://web.example/up?a=b', b'one two')
    names = {h['name'].lower(): h['value'] for h in look['headers']}
    assert names['x-mine'] == '1' and names['authorization'] == 'Bearer x', look
    assert world.asked_names().count('web.example') == asked, world.asked_names()
    done = session.curl('http://web.example/a')
    assert b'it holds something' in done.stdout and core.looked[-1][1] == b''
    # Another body goes in its place, and what comes back is made whole.
    instead = b'one [a-1] three'
    core.look = lambda look, body: ({}, {'body': instead, 'names': b'[["[a-1]","dHdv"]]'}
                                    if body else {})
    done = session.curl('-d', 'one two three', '-H', 'X-Say: [a-1]', 'http://web.example/echo')
    assert done.stdout.endswith(f'\n{len(instead)} {sum(instead)}'.encode()), done
    assert b'X-Say: two\n' in done.stdout, done
    # What may go as it is may go again.
    before = len(core.looked)
    for _ in range(3):
        assert session.curl('http://web.example/b').returncode == 0
    assert len(core.looked) == before + 1, core.looked[before:]
    # Nobody waits any more.
    core.look = lambda look, body: (None, {})
    program = session.start_curl('-m', '1', '-d', 'x', 'http://web.example/late')
    program.wait(20)
    core.wait(lambda: any(m['type'] == 'egress.cancel' and m['id'].startswith('look-')
                          for m in list(core.events.queue)))


def test_many_looked_at(world, core):
    """More at once than the core is asked about wait for one another."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80)])
    waiting = []

    def later(look, body):
        waiting.append(look)
        return None, {}
    core.look = later
    programs = [session.start_curl('-d', f'body {i}', 'http://web.example/up') for i in range(40)]
    core.wait(lambda: len(waiting) == 16)
    answered = 0
    while answered < 40:
        core.wait(lambda: len(waiting) > answered)  # pylint: disable=cell-var-from-loop
        core.say_looked(waiting[answered], {}, {})
        answered += 1
    assert all(program.wait(20) == 0 for program in programs)


if __name__ == '__main__':
    world_of.enter()
    world_of.run([value for name, value in list(globals().items()) if name.startswith('test_')])

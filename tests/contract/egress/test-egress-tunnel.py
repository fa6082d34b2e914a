#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tunnels: CONNECT and SOCKS 5 through the real worker, honest and otherwise."""
import socket
import struct
import sys
import threading

import egress_world as world_of
from egress_world import OTHER, PUBLIC, Server, Session, allow, echo, grant, head, hello

SESSION = '0123456789abcdef'


def moved_is(core, **expected):
    core.wait(lambda: any(all(m.get(k) == v for k, v in expected.items()) for m in core.moved))


def refused(session, target, status, more=''):
    connection, answer = session.tunnel(target, more)
    connection.close()
    assert answer.split()[1] == str(status), (target, answer)
    return answer


def test_granted(world, core):
    """What was shared needs no question: TLS from end to end, by curl."""
    world.answer({'good.example': [PUBLIC]})
    Server(world, 443, lambda c: c.sendall(
        b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello') if c.recv(65536) else None,
        world.tls('good.example'))
    session = Session(core, grants=[grant('good.example', 443)])
    done = session.curl('https://good.example/')
    assert done.stdout == b'hello', done
    moved_is(core, host='good.example', port=443, address=PUBLIC, grant='g-good.example-443',
             session=SESSION)
    assert core.asked == [] and int(core.moved[0]['received']) > 5


def test_asked_and_denied(world, core):
    """No name is looked up before the answer; a refusal is said in words, and remembered a while."""
    world.answer({'secret.bad.example': [PUBLIC]})
    session = Session(core)
    done = session.curl('https://secret.bad.example/')
    assert done.returncode != 0 and b'403' in done.stderr, done
    answer = refused(session, 'secret.bad.example:443', 403)
    assert 'X-Cardea-Refused: denied' in answer, answer
    assert len(core.asked) == 1 and core.asked[0]['host'] == 'secret.bad.example', core.asked
    assert core.asked[0]['action'] == 'net.connect'
    assert 'secret' not in world.asked_names()


def test_asked_and_allowed(world, core):
    world.answer({'good.example': [PUBLIC]})
    Server(world, 443, echo)
    core.decide = allow
    session = Session(core)
    connection, answer = session.tunnel('Good.Example:443')
    assert ' 200 ' in answer, answer
    first = hello('good.example')
    connection.sendall(first)
    got = b''
    while len(got) < len(first):
        got += connection.recv(65536)
    assert got == first
    big = bytes(range(256)) * 20000
    threading.Thread(target=lambda: (connection.sendall(big), connection.shutdown(socket.SHUT_WR)),
                     daemon=True).start()
    got = b''
    while True:
        part = connection.recv(1 << 20)
        if not part:
            break
        got += part
    assert got == big
    moved_is(core, host='good.example', sent=str(len(big) + len(first)),
             received=str(len(big) + len(first)))


def test_pipelined(world, core):
    """A client that does not wait for the answer loses nothing."""
    world.answer({'good.example': [PUBLIC]})
    Server(world, 443, echo)
    session = Session(core, grants=[grant('good.example', 443)])
    connection = session.connect()
    first = hello('good.example')
    connection.sendall(b'CONNECT good.example:443 HTTP/1.1\r\nHost: good.example:443\r\n\r\n' + first)
    assert ' 200 ' in head(connection)
    got = b''
    while len(got) < len(first):
        got += connection.recv(65536)
    assert got == first


def test_first_bytes(world, core):
    """Only TLS, and only for the name of the tunnel, in whatever pieces it comes."""
    world.answer({'good.example': [PUBLIC]})
    Server(world, 443, echo)
    session = Session(core, grants=[grant('good.example', 443)])
    for bad in (b'SSH-2.0-x\r\n', b'GET / HTTP/1.1\r\nHost: good.example\r\n\r\n', hello('evil.example'),
                b'CONNECT evil.example:443 HTTP/1.1\r\n\r\n', b'\x16\x03\x01\x00\x00',
                b'\x16\x03\x01\xff\xff' + b'x' * 65535):
        connection, answer = session.tunnel('good.example:443')
        assert ' 200 ' in answer
        connection.sendall(bad)
        try:
            got = connection.recv(65536)
        except ConnectionResetError:
            got = b''
        assert b'SSH' not in got and b'HTTP' not in got and got[:1] != b'\x16', got
        connection.close()
    connection, answer = session.tunnel('good.example:443')
    first = hello('good.example')
    message = first[5:]
    pieces = b''.join(b'\x16\x03\x01' + struct.pack('>H', len(message[i:i + 50])) + message[i:i + 50]
                      for i in range(0, len(message), 50))
    for byte in pieces:
        connection.sendall(bytes([byte]))
    got = b''
    while len(got) < len(pieces):
        got += connection.recv(65536)
    assert got == pieces
    moved_is(core, reason='TLS was begun for another name than the tunnel')


def test_hosts(world, core):
    """What has more than one meaning is no host; what is like an allowed name is another one."""
    session = Session(core, grants=[grant('good.example', 443), grant('127.0.0.1', 443)])
    for target in ('0x7f.1:443', '2130706433:443', '127.1:443', '0177.0.0.1:443',
                   '[::ffff:127.0.0.1]:443', '[fe80::1%25lo]:443', 'good.example.:443',
                   'a..example:443', 'good.example:0', 'good.example:65536',
                   'good.example%2eevil.example:443'):
        refused(session, target, 400)
    assert core.asked == [] and core.moved == []
    for target in ('good.example.evil.example:443', 'evilgood.example:443', 'xn--good-example:443',
                   'good.example:444', '10.0.0.1:443'):
        refused(session, target, 403)
    refused(session, 'good.example@evil.example:443', 400)
    connection = session.connect()
    connection.sendall(b'CONNECT evil.example:443 HTTP/1.1\r\nHost: good.example:443\r\n\r\n')
    assert ' 400 ' in head(connection)
    refused(session, '127.0.0.1:443', 403)  # shared, but not as an address inside
    moved_is(core, host='127.0.0.1', reason='a loopback address')


def test_addresses(world, core):
    """Whatever a name server says: inner addresses are not dialled, checked ones are."""
    inner = ['127.0.0.1', '10.1.2.3', '192.168.1.1', '172.16.0.1', '169.254.169.254', '100.64.0.1',
             '0.0.0.0', '::1', 'fd00::1', '64:ff9b::7f00:1', '2002:7f00:1::1', '224.0.0.1',
             world_of.HERE]
    names = {f'n{i}.example': [address] for i, address in enumerate(inner)}
    names['mixed.example'] = ['127.0.0.1', PUBLIC]
    world.answer(names)
    Server(world, 443, echo)
    session = Session(core, grants=[grant('example', 443, below=True)])
    for name in names:
        if name != 'mixed.example':
            answer = refused(session, name + ':443', 403)
    core.wait(lambda: len(core.moved) == len(inner))
    assert all('address' not in m and m['reason'] for m in core.moved), core.moved
    connection, answer = session.tunnel('mixed.example:443')
    assert ' 200 ' in answer
    connection.close()
    moved_is(core, host='mixed.example', address=PUBLIC)
    refused(session, 'none.example:443', 502)
    # The search list of resolv.conf is not for what was decided about.
    assert 'evil.example' not in world.asked_names()


def test_rebinding(world, core):
    """The second answer of a name server is checked like the first."""
    world.answer({'rebind.example': [PUBLIC]})
    Server(world, 443, echo)
    session = Session(core, grants=[grant('rebind.example', 443)])
    connection, answer = session.tunnel('rebind.example:443')
    assert ' 200 ' in answer
    connection.close()
    world.answer({'rebind.example': ['127.0.0.1']})
    refused(session, 'rebind.example:443', 403)


def test_own_address(world, core):
    """An address of the internet that is this computer's own is inside."""
    world_of.call('ip', 'addr', 'add', '93.184.216.99/32', 'dev', 'lo')
    session = Session(core, grants=[grant('93.184.216.99', 443)])
    refused(session, '93.184.216.99:443', 403)
    moved_is(core, reason='an address of this computer')


def test_inside(world, core):
    """Where the grant means an inner address, it is dialled."""
    with socket.socket() as server:
        server.bind(('127.0.0.1', 0))
        server.listen(5)
        port = server.getsockname()[1]
        session = Session(core, grants=[grant('127.0.0.1', port, inside=True)])
        connection, answer = session.tunnel(f'127.0.0.1:{port}')
        assert ' 200 ' in answer, answer
        connection.close()


def socks(session, request):
    connection = session.connect()
    connection.sendall(b'\x05\x01\x00')
    assert connection.recv(2) == b'\x05\x00'
    connection.sendall(request)
    return connection, connection.recv(10)


def named(host, port=443):
    return b'\x05\x01\x00\x03' + bytes([len(host)]) + host + struct.pack('>H', port)


def test_socks(world, core):
    world.answer({'good.example': [PUBLIC]})
    Server(world, 443, lambda c: c.sendall(
        b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello') if c.recv(65536) else None,
        world.tls('good.example'))
    session = Session(core, grants=[grant('good.example', 443)])
    done = world_of.subprocess.run(['curl', '-sS', '-m', '20', '-x', f'socks5h://127.0.0.1:{session.port}',
                                    'https://good.example/'], capture_output=True, check=False)
    assert done.stdout == b'hello', done
    for host in (b'evil\0.good.example', b'good.example.', b'good.example%2e', b'u@good.example', b'',
                 b'0x7f.1', b'2130706433', b'xn--\xff', b'good.example\0'):
        assert socks(session, named(host))[1][1] == 8, host
    core.wait(lambda: core.refused)
    assert 'evil\\x00.good.example' in core.refused[0]['what'], core.refused
    for host in (b'evil.example', b'evilgood.example'):
        assert socks(session, named(host))[1][1] == 2, host
    assert socks(session, b'\x05\x01\x00\x01\x7f\0\0\1\x01\xbb')[1][1] == 2   # not shared
    assert socks(session, b'\x05\x02\x00\x03\x01a\x01\xbb')[1][1] == 7        # BIND
    connection = session.connect()
    connection.sendall(b'\x05\x01\x02')  # a password only
    assert connection.recv(2) == b'\x05\xff'


def test_revoke(world, core):
    """What a grant let out is cut with it; the next one is asked about."""
    world.answer({'good.example': [PUBLIC], 'other.example': [OTHER]})
    Server(world, 443, echo)
    session = Session(core, grants=[grant('good.example', 443), grant('other.example', 443)])
    cut, _ = session.tunnel('good.example:443')
    kept, _ = session.tunnel('other.example:443')
    for connection, name in ((cut, 'good.example'), (kept, 'other.example')):
        connection.sendall(hello(name))
        assert connection.recv(1)
    core.event('egress.revoke', grant='g-good.example-443')
    rest = b'x'
    try:
        while rest:
            rest = cut.recv(65536)
    except ConnectionResetError:
        pass
    moved_is(core, host='good.example', reason='what allowed it was taken back')
    kept.sendall(b'y')
    refused(session, 'good.example:443', 403)
    assert [a['host'] for a in core.asked] == ['good.example']
    core.event('egress.close', session=SESSION)
    moved_is(core, host='other.example', reason='the session ended')
    core.wait(lambda: any(m['type'] == 'egress.ended' for m in list(core.events.queue)))
    with world_of.contextlib.suppress(OSError):
        assert session.connect().recv(1) == b''


def test_answer_for_once(world, core):
    """Nobody waits longer than the program; a cancelled question is told to the core."""
    core.decide = lambda ask: None
    session = Session(core)
    connection = session.connect()
    connection.sendall(b'CONNECT slow.example:443 HTTP/1.1\r\nHost: slow.example:443\r\n\r\n')
    core.wait(lambda: core.asked)
    connection.close()
    core.wait(lambda: any(m['type'] == 'egress.cancel' and m['id'] == core.asked[0]['id']
                          for m in list(core.events.queue)))


if __name__ == '__main__':
    world_of.enter()
    world_of.run([value for name, value in list(globals().items()) if name.startswith('test_')])

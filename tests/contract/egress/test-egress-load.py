#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many at once, and those who mean no good: memory stays bounded, and the others are served."""
import contextlib
import resource
import socket
import time

import egress_world as world_of
from egress_web import serve
from egress_world import PUBLIC, Server, Session, echo, grant, head, hello

TUNNELS = 500
MIB = 1 << 20


def need_descriptors(count):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < count:
        world_of.skip(f'only {hard} descriptors')
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def exactly(connection, size):
    data = b''
    while len(data) < size:
        part = connection.recv(size - len(data))
        assert part, 'the tunnel was cut'
        data += part
    return data


def test_tunnels(world, core):
    """500 tunnels side by side carry what they are given; idle ones cost little."""
    world.answer({'good.example': [PUBLIC]})
    Server(world, 443, echo)
    session = Session(core, grants=[grant('good.example', 443)])
    first = hello('good.example')
    before = core.memory()
    tunnels = []
    for _ in range(TUNNELS):
        connection, answer = session.tunnel('good.example:443')
        assert ' 200 ' in answer, answer
        connection.sendall(first)
        tunnels.append(connection)
    for connection in tunnels:
        exactly(connection, len(first))
    for i, connection in enumerate(tunnels):
        connection.sendall(b'%08d' % i * 1000)
    for i, connection in enumerate(tunnels):
        assert exactly(connection, 8000) == b'%08d' % i * 1000
    grown = core.memory() - before
    print(f'# {TUNNELS} tunnels: {grown / MIB:.1f} MiB, {grown / TUNNELS / 1024:.1f} KiB each')
    assert grown < 32 * MIB * world_of.allowance(), grown
    for connection in tunnels:
        connection.close()
    core.wait(lambda: len(core.moved) == TUNNELS)


def test_stuck_tunnels(world, core):
    """Tunnels whose ends do not read hold pages of the kernel's, no memory of ours."""
    world.answer({'good.example': [PUBLIC]})

    def pour(connection):
        connection.recv(65536)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b'x' * 65536)
    Server(world, 443, pour)
    session = Session(core, grants=[grant('good.example', 443)])
    before = core.memory()
    stuck = []
    for _ in range(100):
        connection, _ = session.tunnel('good.example:443')
        connection.sendall(hello('good.example'))
        stuck.append(connection)
    time.sleep(1)
    grown = core.memory() - before
    print(f'# 100 stuck tunnels: {grown / MIB:.1f} MiB')
    assert grown < 16 * MIB * world_of.allowance(), grown
    for connection in stuck:
        connection.close()


def test_too_many(world, core):
    """The guests of one sandbox are limited, and fill the place of no other."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    flood = Session(core, 'aaaaaaaaaaaaaaaa', grants=[])
    other = Session(core, 'bbbbbbbbbbbbbbbb', grants=[grant('web.example', 80)])
    guests = []
    for _ in range(1200):
        guest = socket.socket()
        guest.setblocking(False)
        guest.connect_ex(('127.0.0.1', flood.port))
        guests.append(guest)
    time.sleep(0.5)
    begin = time.monotonic()
    assert other.curl('http://web.example/').returncode == 0
    took = time.monotonic() - begin
    print(f'# 1200 guests of another sandbox: served after {took * 1000:.0f} ms, '
          f'{core.memory() / MIB:.1f} MiB in all')
    assert took < 3 * world_of.allowance() and core.memory() < 64 * MIB * world_of.allowance()
    for guest in guests:
        guest.close()


def test_slowloris(world, core):
    """Heads that never end keep nobody waiting."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('web.example', 80)])
    slow = []
    for _ in range(300):
        connection = session.connect()
        connection.sendall(b'GET http://web.example/ HTTP/1.1\r\n')
        slow.append(connection)
    before = core.memory()
    for _ in range(20):
        for connection in slow:
            connection.sendall(b'X: y\r\n')
        assert session.curl('http://web.example/').returncode == 0
    print(f'# 300 slow heads: {core.memory() / MIB:.1f} MiB in all')
    assert core.memory() - before < 16 * MIB * world_of.allowance()
    huge = session.connect()
    try:
        for _ in range(1000):
            huge.sendall(b'X-Long: ' + b'y' * 4096 + b'\r\n')
        huge.settimeout(10)
        assert head(huge).split()[1:2] in (['400'], ['413'], ['431'], []), 'a head of 4 MiB was taken'
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert session.curl('http://web.example/').returncode == 0
    for connection in slow:
        connection.close()


def test_questions(world, core):
    """More questions than a person could answer are refused at once; the first wait."""
    core.decide = lambda ask: None
    session = Session(core)
    waiting, refused = [], 0
    for i in range(100):
        connection = session.connect()
        connection.sendall(f'CONNECT h{i}.example:443 HTTP/1.1\r\nHost: h{i}.example:443\r\n\r\n'.encode())
        waiting.append(connection)
    core.wait(lambda: len(core.asked) == 64)
    for connection in waiting:
        connection.settimeout(0.05)
        with contextlib.suppress(TimeoutError):
            refused += b' 403 ' in connection.recv(64)
    assert refused == 36, refused
    assert len(core.asked) == 64


def test_dead_names(world, core):
    """Name servers that do not answer stop those who ask them, and nobody else."""
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    session = Session(core, grants=[grant('example', 443, below=True), grant('web.example', 80)])
    session.curl('http://web.example/')
    world.dns.send_signal(world_of.signal.SIGSTOP)
    waiting = []
    for i in range(50):
        connection = session.connect()
        connection.sendall(f'CONNECT h{i}.example:443 HTTP/1.1\r\nHost: h{i}.example:443\r\n\r\n'.encode())
        waiting.append(connection)
    time.sleep(0.3)
    with socket.create_server(('127.0.0.1', 0)) as inner:
        port = inner.getsockname()[1]
        other = Session(core, 'cccccccccccccccc', grants=[grant('127.0.0.1', port, inside=True)])
        begin = time.monotonic()
        assert ' 200 ' in other.tunnel(f'127.0.0.1:{port}')[1]
        assert time.monotonic() - begin < 2 * world_of.allowance()
    world.dns.send_signal(world_of.signal.SIGCONT)
    for connection in waiting:
        connection.close()


if __name__ == '__main__':
    world_of.enter()
    need_descriptors(8192)
    world_of.run([value for name, value in list(globals().items()) if name.startswith('test_')])

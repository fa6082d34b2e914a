# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way out against its peers: a bare splice relay, tinyproxy, and a direct connection. All on
loopback; the test of the worker is its core."""
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'contract',
                                'egress'))
import egress_world as of  # noqa: E402 pylint: disable=wrong-import-position

SIZE = 1 << 30
PAGE = b'x' * 1000
REQUESTS = 400


class Folder:
    """What a Core wants of a World."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='cardea-bench-egress-')


def serve(one):
    """A server on loopback, each connection in a thread; its port."""
    server = socket.create_server(('127.0.0.1', 0), backlog=256)

    def accept():
        while True:
            connection, _ = server.accept()
            threading.Thread(target=one, args=(connection,), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


def source(connection):
    """Gives SIZE bytes, as fast as they are taken, after the first that come."""
    connection.recv(65536)
    with tempfile.TemporaryFile() as f:
        f.truncate(SIZE)
        sent = 0
        while sent < SIZE:
            sent += os.sendfile(connection.fileno(), f.fileno(), sent, SIZE - sent)
    connection.close()


def page(connection):
    """As web servers do: it stays open unless the client said otherwise."""
    while asked := connection.recv(65536):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(PAGE) + PAGE)
        if b'connection: close' in asked.lower():
            break
    connection.close()


def drain(connection, first):
    """Seconds until all of it came."""
    buffer = bytearray(1 << 20)
    begun = time.monotonic()
    connection.sendall(first)
    got = 0
    while True:
        size = connection.recv_into(buffer)
        if size == 0:
            break
        got += size
    assert got == SIZE, got
    return time.monotonic() - begun


def tunnel(build):
    """(bytes a second by the worker, by the relay), medians of turns."""
    core = of.Core(Folder())
    port = serve(source)
    session = of.Session(core, grants=[of.grant('127.0.0.1', port, inside=True)])
    relay = subprocess.Popen([os.path.join(build, 'tests', 'bench', 'egress', 'bench-relay'), str(port)],
                             stdout=subprocess.PIPE)
    place = int(relay.stdout.readline())
    ours, floor = [], []
    for _ in range(5):
        connection, answer = session.tunnel(f'127.0.0.1:{port}')
        assert ' 200 ' in answer, answer
        ours.append(SIZE / drain(connection, of.hello()))
        with socket.create_connection(('127.0.0.1', place)) as direct:
            floor.append(SIZE / drain(direct, of.hello()))
    relay.kill()
    relay.wait()
    core.close()
    return statistics.median(ours), statistics.median(floor)


def ask(place, port):
    begun = time.monotonic()
    with socket.create_connection(('127.0.0.1', place)) as connection:
        connection.sendall(f'GET http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n'
                           'Connection: close\r\n\r\n'.encode())
        got = b''
        while part := connection.recv(65536):
            got += part
    assert got.endswith(PAGE), got[:200]
    return (time.monotonic() - begun) * 1e6


def start_tinyproxy(folder):
    probe = socket.create_server(('127.0.0.1', 0))
    place = probe.getsockname()[1]
    probe.close()
    path = os.path.join(folder, 'tinyproxy.conf')
    with open(path, 'w', encoding='ascii') as f:
        f.write(f'Port {place}\nListen 127.0.0.1\nTimeout 60\nMaxClients 100\nAllow 127.0.0.1\n'
                f'LogFile "{folder}/tinyproxy.log"\nLogLevel Error\nDisableViaHeader Yes\n')
    peer = subprocess.Popen(['tinyproxy', '-d', '-c', path], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while socket.socket().connect_ex(('127.0.0.1', place)) != 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return peer, place


def plain():
    """(µs a request adds by the worker, by tinyproxy or None), medians of turns."""
    core = of.Core(Folder())
    port = serve(page)
    session = of.Session(core, grants=[of.grant('127.0.0.1', port, inside=True)])
    has_peer = shutil.which('tinyproxy') is not None
    peer, place = start_tinyproxy(core.world.folder) if has_peer else (None, port)
    ours, theirs, floor = [], [], []
    for _ in range(REQUESTS):
        ours.append(ask(session.port, port))
        theirs.append(ask(place, port))
        floor.append(ask(port, port))
    if peer is not None:
        peer.kill()
        peer.wait()
    core.close()
    base = statistics.median(floor)
    added = statistics.median(theirs) - base if peer is not None else None
    return statistics.median(ours) - base, added, base


def first_byte():
    """(ms by which pieces of a stream come later than directly, median)."""
    times = {}

    def stream(connection):
        connection.recv(65536)
        connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        for i in range(200):
            time.sleep(0.002)
            times[i] = time.monotonic()
            connection.sendall(b'4\r\n%04d\r\n' % i)
        connection.sendall(b'0\r\n\r\n')
        connection.close()
    core = of.Core(Folder())
    port = serve(stream)
    _, fds = core.ask('egress.request', session='0123456789abcdef', method='GET',
                      url=f'http://127.0.0.1:{port}/', inside=True)
    late = []
    while data := os.read(fds[0], 4):
        late.append(time.monotonic() - times[int(data)])
    os.close(fds[0])
    core.wait(lambda: core.finished)
    core.close()
    direct = []
    with socket.create_connection(('127.0.0.1', port)) as connection:
        connection.sendall(b'GET / HTTP/1.1\r\n\r\n')
        of.head(connection)
        while len(direct) < 200:
            data = connection.recv(9)
            direct.append(time.monotonic() - times[int(data[3:7])])
    return (statistics.median(late) - statistics.median(direct)) * 1000

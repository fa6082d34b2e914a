#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of a WebSocket are looked at whole before anything of them goes, however they are cut into
frames; what is no frame goes nowhere."""
import time

from egress_web import frame, sockets
from egress_world import PUBLIC, Server, Session, enter, grant, head, run

UPGRADE = ('Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n'
           'Sec-WebSocket-Version: 13\r\n\r\n')
SECRET = b'AKIA' + b'QYLPMN5HHHFPZAM2'  # made up


def switch(world, core):
    world.answer({'web.example': [PUBLIC]})
    server = Server(world, 80, sockets)
    session = Session(core, grants=[grant('web.example', 80)])
    return server, lambda: connect(session)


def connect(session):
    connection = session.connect()
    connection.sendall(f'GET http://web.example/chat HTTP/1.1\r\nHost: web.example\r\n{UPGRADE}'.encode())
    assert ' 101 ' in head(connection)
    return connection


def said_back(connection, size):
    got = b''
    while len(got) < size:
        part = connection.recv(65536)
        if not part:
            break
        got += part
    return got


def is_cut(connection):
    try:
        return connection.recv(65536) == b''
    except ConnectionResetError:
        return True


def test_messages(world, core):
    """One look a message, unmasked; to the host as it came."""
    server, again = switch(world, core)
    connection = again()
    text, ping, empty = frame(b'hello', 1), frame(b'are you there', 9), frame(b'', 10)
    parts = frame(b'one ', 1, last=False) + frame(b'two ', 0, last=False) + frame(b'three', 0)
    for sent, wanted in ((text, b'hello'), (ping, b'are you there'), (parts, b'one two three')):
        before = len(core.looked)
        connection.sendall(sent)
        assert said_back(connection, len(sent)) == sent
        assert [body for _, body in core.looked[before:]] == [wanted], core.looked[before:]
    look = core.looked[-1][0]
    assert look['url'] == 'http://web.example:80/' and look['method'] == 'POST' and look['headers'] == [], look
    before = len(core.looked)
    connection.sendall(empty)
    assert said_back(connection, len(empty)) == empty and len(core.looked) == before
    # a byte at a time, and many at once
    for byte in text:
        connection.sendall(bytes([byte]))
    assert said_back(connection, len(text)) == text
    connection.sendall(text * 200)
    assert said_back(connection, len(text) * 200) == text * 200
    assert server.count == 1
    connection.close()


def test_nothing_goes_before_the_answer(world, core):
    """A message cut in two, with a ping between: neither half goes, nor what follows."""
    _, again = switch(world, core)
    connection = again()
    waits = []
    core.look = lambda look, body: (None, None) if waits.append((look, body)) is None else None
    first, ping, last = frame(SECRET[:9], 1, last=False), frame(b'hm', 9), frame(SECRET[9:], 0)
    connection.sendall(first + ping + last + frame(b'next', 1))
    core.wait(lambda: waits)
    assert waits[0][1] == SECRET + b'hm', waits
    connection.settimeout(0.3)
    try:
        assert connection.recv(1) is None, 'something went already'
    except TimeoutError:
        pass
    connection.settimeout(None)
    core.say_looked(waits[0][0], {'code': 'denied', 'reason': 'it holds something'}, {})
    assert is_cut(connection)
    core.wait(lambda: any(m.get('reason') == 'it holds something' for m in core.moved))
    assert len(waits) == 1


def test_in_its_place(world, core):
    """Something else goes in its place, as one masked frame of the same kind."""
    _, again = switch(world, core)
    connection = again()
    core.look = lambda look, body: ({}, {'body': b'*' * len(body)}) if SECRET in body else ({}, {})
    connection.sendall(frame(SECRET[:7], 1, last=False) + frame(SECRET[7:], 0))
    got = said_back(connection, 6 + len(SECRET))
    mask = got[2:6]
    assert got[0] == 0x81 and got[1] == 0x80 | len(SECRET), got
    assert bytes(byte ^ mask[i % 4] for i, byte in enumerate(got[6:])) == b'*' * len(SECRET)
    # where a ping would be lost it is not done at all
    connection.sendall(frame(SECRET, 1, last=False) + frame(b'p', 9) + frame(b'', 0))
    assert is_cut(connection)


def test_no_frames(world, core):
    """Each ends the connection, and the host hears nothing of it."""
    heard = []

    def listen(connection):
        while b'\r\n\r\n' not in (asked := connection.recv(65536)):
            assert asked
        connection.sendall(b'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
        while data := connection.recv(65536):
            heard.append(data)
    world.answer({'web.example': [PUBLIC]})
    Server(world, 80, listen)
    session = Session(core, grants=[grant('web.example', 80)])
    bad = {
        'not masked': frame(b'x', 1, masked=False),
        'packed': frame(b'x', 1, reserved=0x40),
        'of no kind': frame(b'x', 3),
        'a ping in parts': frame(b'x', 9, last=False),
        'a large ping': frame(b'x' * 126, 9),
        'goes on with nothing': frame(b'x', 0),
        'begins twice': frame(b'x', 1, last=False) + frame(b'y', 1),
        'too large': b'\x82\xff' + (5 << 20).to_bytes(8, 'big') + b'mask',
        'endless': b'\x82\xff' + b'\xff' * 8 + b'mask',
        'HTTP': b'GET http://web.example/' + SECRET + b' HTTP/1.1\r\n\r\n',
    }
    for what, data in bad.items():
        connection = connect(session)
        before = len(core.moved)
        connection.sendall(data)
        assert is_cut(connection), what
        core.wait(lambda: len(core.moved) > before)
        assert core.moved[-1].get('reason'), (what, core.moved[-1])
    # in so small pieces that they take more room than the message
    connection = connect(session)
    piece = frame(b'', 1, last=False) + frame(b'', 0, last=False) * 20000
    try:
        for _ in range(100):
            connection.sendall(piece if _ == 0 else piece[6:])
    except OSError:
        pass
    assert is_cut(connection)
    time.sleep(0.1)
    assert heard == [], heard


if __name__ == '__main__':
    enter()
    run([test_messages, test_nothing_goes_before_the_answer, test_in_its_place, test_no_frames])

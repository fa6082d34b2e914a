#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""egress.request: the requests of agents, with credentials they never see."""
import base64
import os
import statistics
import socket
import threading
import time

import egress_world as world_of
from egress_world import OTHER, PUBLIC, Server
from egress_credential import SECRET, SEEN, credential, memfd
from egress_web import Web, serve

SESSION = '0123456789abcdef'


def request(core, url, method='GET', body=None, **more):
    """(status, headers, body) or the code of the refusal."""
    fds = {'body': ('memfd', memfd(body))} if body is not None else {}
    identity = core.post('egress.request', fds, session=SESSION, method=method, url=url, **more)
    message, got = core.reply(identity)
    if message['type'] == 'refused':
        return message['code'], message['reason']
    data = b''
    with os.fdopen(got[0], 'rb') as pipe:
        data = pipe.read()
    core.wait(lambda: any(f['target'] == identity for f in core.finished))
    last = next(f for f in core.finished if f['target'] == identity)
    return message, data, last


def headers_of(message):
    return {h['name'].lower(): h['value'] for h in message['headers']}


def test_https(world, core):
    world.answer({'api.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example'))
    message, data, last = request(core, 'https://api.example/v1?x=1', headers=[
        {'name': 'X-Mine', 'value': 'a'}, {'name': 'X-Empty', 'value': ''}])
    assert message['status'] == 200 and message['address'] == PUBLIC, message
    assert b'GET /v1?x=1\n' in data and b'X-Mine: a\n' in data and b'Host: api.example\n' in data, data
    assert b'User-Agent' not in data and b'Accept' not in data, data
    assert headers_of(message)['x-own'] == 'yes' and 'reason' not in last, (message, last)
    body = bytes(range(256)) * 4000
    message, data, last = request(core, 'https://api.example/up', 'POST', body)
    assert data.decode().endswith(f'\n{len(body)} {sum(body)}'), data[-200:]
    assert int(last['sent']) > len(body)
    message, data, _ = request(core, 'https://api.example/moved')
    assert message['status'] == 302 and headers_of(message)['location'] == 'http://127.0.0.1/'


def test_certificates(world, core):
    """Another's certificate, and one of an authority that nobody trusts."""
    world.answer({'api.example': [PUBLIC], 'other.example': [PUBLIC], 'strange.example': [OTHER]})
    serve(world, 443, world.tls('api.example'))
    serve(world, 8443, world.tls('strange.example', issuer=''))
    code, reason = request(core, 'https://other.example/')
    assert code == 'unavailable' and 'certificate' in reason, reason
    code, reason = request(core, 'https://strange.example:8443/')
    assert code == 'unavailable' and 'certificate' in reason, reason


def test_refusals(world, core):
    world.answer({'rebind.example': ['127.0.0.1']})
    for url, code in (('http://127.0.0.1/', 'denied'), ('http://rebind.example/', 'denied'),
                      ('http://169.254.169.254/latest', 'denied'), ('http://[::1]/', 'denied'),
                      ('http://none.example/', 'unavailable'), ('ftp://x.example/', 'unsuitable'),
                      ('http://u@x.example/', 'unsuitable'), ('http://0x7f.1/', 'unsuitable'),
                      ('http://x.example:0/', 'unsuitable')):
        assert request(core, url)[0] == code, url
    for name in ('Host', 'Connection', 'Proxy-Authorization', 'Transfer-Encoding', 'Content-Length', 'A B'):
        assert request(core, 'http://x.example/', headers=[{'name': name, 'value': 'x'}])[0] == 'unsuitable'
    assert request(core, 'http://x.example/', headers=[{'name': 'X', 'value': 'a\r\nY: b'}])[0] == 'unsuitable'


def test_inside(world, core):
    server = socket.create_server(('127.0.0.1', 0))
    threading.Thread(target=lambda: Web(server.accept()[0], ('', 0), None), daemon=True).start()
    url = f'http://127.0.0.1:{server.getsockname()[1]}/x'
    assert request(core, url)[0] == 'denied'
    message, data, _ = request(core, url, inside=True)
    assert message['status'] == 200 and data.startswith(b'GET /x'), data


def test_credential(world, core):
    """Added where it is bound, over TLS, and nowhere else; a foreign one is refused there."""
    world.answer({'api.example': [PUBLIC], 'evil.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example'))
    serve(world, 80)
    assert credential(core)['type'] == 'done'
    message, data, _ = request(core, 'https://api.example/', credential='model')
    assert f'Authorization: Bearer {SEEN}\n'.encode() in data, data
    assert SECRET not in str(message), message
    _, data, _ = request(core, 'https://api.example/', headers=[
        {'name': 'Authorization', 'value': 'Bearer cardea-placeholder'}])
    assert f'Authorization: Bearer {SEEN}\n'.encode() in data, data
    for url, more in (('https://evil.example/', {'credential': 'model'}),
                      ('http://api.example/', {'credential': 'model'}),
                      ('https://api.example/', {'credential': 'unknown'}),
                      ('https://api.example/', {'headers': [{'name': 'Authorization', 'value': 'Bearer mine'}]}),
                      ('https://api.example/', {'credential': 'model', 'headers': [
                          {'name': 'authorization', 'value': 'Bearer cardea-placeholder'}]}),
                      ('http://api.example/', {'headers': [
                          {'name': 'Authorization', 'value': 'Bearer cardea-placeholder'}]})):
        assert request(core, url, **more)[0] == 'denied', (url, more)
    message, data, _ = request(core, 'http://evil.example/', headers=[
        {'name': 'Authorization', 'value': 'Bearer cardea-placeholder'}])
    assert b'cardea-placeholder' in data and SEEN.encode() not in data
    assert core.ask('egress.credential', name='model', hosts=['api.example'],
                    header='Authorization')[0]['type'] == 'done'
    assert request(core, 'https://api.example/', credential='model')[0] == 'denied'
    for bad in ({'secret': 'a\nb'}, {'header': 'Host'}, {'hosts': ['a b']}):
        assert credential(core, **bad)['type'] == 'refused', bad


def test_schemes(world, core):
    """Without TLS only where http was named, and then not with it."""
    world.answer({'api.example': [PUBLIC]})
    serve(world, 443, world.tls('api.example'))
    serve(world, 80)
    mine = [{'name': 'Authorization', 'value': 'Bearer cardea-placeholder'}]
    assert credential(core, hosts=['http://api.example:80'])['type'] == 'done'
    for how in ({'credential': 'model'}, {'headers': mine}):
        _, data, _ = request(core, 'http://api.example/', **how)
        assert f'Authorization: Bearer {SEEN}\n'.encode() in data, data
    assert request(core, 'https://api.example:80/', headers=mine)[0] == 'denied'
    assert credential(core, hosts=['api.example:80'])['type'] == 'done'
    assert request(core, 'http://api.example/', headers=mine)[0] == 'denied'
    assert request(core, 'http://api.example/', credential='model')[0] == 'denied'
    for bad in ('http://', 'ftp://api.example', 'https://api.example', 'http://a b'):
        assert credential(core, hosts=[bad])['type'] == 'refused', bad


def test_echoed_secret(world, core):
    """A host that repeats the secret in a header gives it to nobody."""
    world.answer({'api.example': [PUBLIC]})

    def repeat(connection):
        asked = connection.recv(65536).decode()
        line = next(l for l in asked.split('\r\n') if l.startswith('Authorization'))
        connection.sendall(f'HTTP/1.1 200 OK\r\nX-Echo: {line}\r\nX-Fine: 1\r\nContent-Length: 2\r\n\r\nok'.encode())
    Server(world, 443, repeat, world.tls('api.example'))
    credential(core)
    message, data, _ = request(core, 'https://api.example/', credential='model')
    assert data == b'ok' and headers_of(message).keys() == {'x-fine', 'content-length'}, message


def repeating(world, pieces, more='', port=443):
    """A host that answers with its Authorization's secret in a body, in the given pieces."""
    def answer(connection):
        asked = connection.recv(65536).decode()
        line = next((l for l in asked.split('\r\n') if l.lower().startswith('authorization')), 'x')
        seen.append(asked)
        secret = line.split(' ')[-1].encode()
        body = [p.replace(b'SECRET', secret) for p in pieces]
        connection.sendall(f'HTTP/1.1 200 OK\r\n{more}Content-Length: {sum(map(len, body))}\r\n\r\n'.encode())
        for piece in body:
            connection.sendall(piece)
            time.sleep(0.05)
    seen = []
    Server(world, port, answer, world.tls('api.example'))
    return seen


def test_echoed_in_body(world, core):
    """Taken out, wherever it is cut; what looks like its beginning and is not stays."""
    world.answer({'api.example': [PUBLIC]})
    stars = b'*' * len(SECRET)
    credential(core)
    half = SECRET[:7].encode()
    for port, pieces, wanted in (
            (443, [b'a SECRET b'], b'a ' + stars + b' b'), (444, [b'SECRET' * 3], stars * 3),
            (445, [b'a ' + half, SECRET[7:].encode() + b' b'], b'a ' + stars + b' b'),
            (446, [b's'] + [bytes([c]) for c in SECRET[1:].encode()], stars),
            (447, [b'x' + half], b'x' + half), (448, [half * 2, half + b'no'], half * 3 + b'no')):
        repeating(world, pieces, port=port)
        credential(core, hosts=[f'api.example:{port}'])
        message, data, last = request(core, f'https://api.example:{port}/', credential='model')
        assert data == wanted and 'reason' not in last, (port, data, last)
    # and in the forms in which services repeat what they were sent
    plain = SECRET.encode()
    for port, sent in enumerate((base64.b64encode(plain), base64.b64encode(b'Bearer ' + plain),
                                 base64.b64encode(b'x:' + plain + b'\n'), plain.hex().encode(),
                                 plain.hex().upper().encode()), 460):
        cut = len(sent) // 2
        repeating(world, [b'a ' + sent[:cut], sent[cut:] + b' b'], port=port)
        credential(core, hosts=[f'api.example:{port}'])
        _, data, last = request(core, f'https://api.example:{port}/', credential='model')
        assert data.startswith(b'a ') and data.endswith(b' b') and 'reason' not in last, (data, last)
        assert data.count(b'*') >= len(sent) * 3 // 4 - 12 and sent[cut - 6:cut + 6] not in data, data
    seen = repeating(world, [b'SECRET'], 'Content-Encoding: gzip\r\n', port=449)
    credential(core, hosts=['api.example:449'])
    code, reason = request(core, 'https://api.example:449/', credential='model')[:2]
    assert code == 'unavailable' and 'packed' in reason, reason
    assert 'Accept-Encoding: identity' in seen[0], seen


def test_limits(world, core):
    world.answer({'web.example': [PUBLIC]})
    serve(world)
    _, data, last = request(core, 'http://web.example/endless', max_bytes='100000')
    assert len(data) == 100000 and 'larger' in last['reason'], last
    Server(world, 81, lambda c: c.recv(9999) and c.sendall(
        b'HTTP/1.1 200 OK\r\n' + b''.join(b'X-%d: y\r\n' % i for i in range(300)) + b'\r\n'))
    assert request(core, 'http://web.example:81/')[0] == 'unavailable'
    Server(world, 82, lambda c: c.recv(9999) and c.sendall(
        b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort'))
    _, data, last = request(core, 'http://web.example:82/')
    assert data == b'short' and 'broke' in last['reason'], last
    begin = time.monotonic()
    Server(world, 83, lambda c: c.recv(9999) and time.sleep(30))
    assert request(core, 'http://web.example:83/', timeout=1)[0] == 'unavailable'
    assert time.monotonic() - begin < 10


def test_bomb(world, core):
    """What is packed stays packed."""
    import gzip
    packed = gzip.compress(b'\0' * (64 << 20))
    world.answer({'web.example': [PUBLIC]})
    Server(world, 80, lambda c: c.recv(9999) and c.sendall(
        b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n' % len(packed) + packed))
    before = core.memory()
    _, data, _ = request(core, 'http://web.example/', headers=[{'name': 'Accept-Encoding', 'value': 'gzip'}])
    assert data == packed
    assert core.memory() - before < (4 << 20) * world_of.allowance()


def test_stop(world, core):
    """Closed at once, also while nobody reads."""
    world.answer({'web.example': [PUBLIC]})
    closed = threading.Event()

    def endless(connection):
        connection.recv(9999)
        try:
            connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
            while True:
                connection.sendall(b'5\r\nhello\r\n')
        except OSError:
            closed.set()
    Server(world, 80, endless)
    identity = core.post('egress.request', session=SESSION, method='GET', url='http://web.example/')
    message, fds = core.reply(identity)
    assert message['type'] == 'egress.response', message
    begin = time.monotonic()
    core.event('egress.stop', target=identity)
    assert closed.wait(5)
    print(f'# closed after {(time.monotonic() - begin) * 1000:.1f} ms')
    core.wait(lambda: core.finished)
    os.close(fds[0])


def test_first_byte(world, core):
    """A stream's pieces arrive as they come: how much later than directly."""
    world.answer({'web.example': [PUBLIC]})
    times = {}

    def stream(connection):
        connection.recv(9999)
        connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        for i in range(50):
            time.sleep(0.01)
            times[i] = time.monotonic()
            connection.sendall(b'4\r\n%04d\r\n' % i)
        connection.sendall(b'0\r\n\r\n')
    Server(world, 80, stream)
    message, fds = core.ask('egress.request', session=SESSION, method='GET', url='http://web.example/')
    late = []
    while True:
        data = os.read(fds[0], 4)
        if not data:
            break
        late.append(time.monotonic() - times[int(data)])
    os.close(fds[0])
    median = statistics.median(late) * 1000
    print(f'# a piece of a stream is {median:.2f} ms on its way')
    assert len(late) == 50 and median < 20 * world_of.allowance()


if __name__ == '__main__':
    world_of.enter()
    world_of.run([value for name, value in list(globals().items()) if name.startswith('test_')])

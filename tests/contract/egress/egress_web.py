# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server of the test's internet that says what it was sent."""
import http.server
import os

from egress_credential import SECRET, SEEN
from egress_world import Server


class Web(http.server.BaseHTTPRequestHandler):
    """Says what it was sent."""
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self):
        if self.headers.get('Transfer-Encoding') == 'chunked':
            body = b''
            while True:
                size = int(self.rfile.readline() or b'0', 16)
                body += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    break
        else:
            body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        if self.path == '/endless':
            self.send_response(200)
            self.send_header('Content-Type', 'text/event-stream')
            self.send_header('Transfer-Encoding', 'chunked')
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b'1000\r\n' + b'x' * 4096 + b'\r\n')
            except OSError:
                return
        text = (f'{self.command} {self.path}\n' + ''.join(f'{k}: {v}\n' for k, v in self.headers.items())
                + f'\n{len(body)} {sum(body)}').replace(SECRET, SEEN).encode()
        if self.path == '/moved':
            self.send_response(302)
            self.send_header('Location', 'http://127.0.0.1/')
        else:
            self.send_response(404 if self.path == '/none' else 200)
        self.send_header('X-Own', 'yes')
        self.send_header('Content-Length', str(len(text)))
        self.send_header('Connection', 'keep-alive, X-Hop')
        self.send_header('X-Hop', 'no')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PURGE = answer


def serve(world, port=80, tls=None):
    def one(connection):
        Web(connection, ('', 0), None)
    return Server(world, port, one, tls)


def sockets(connection):
    """A WebSocket server as far as a proxy can tell: it switches where it is asked at /chat, then says
    back what comes."""
    asked = b''
    while b'\r\n\r\n' not in asked:
        asked += connection.recv(65536)
    first, _, rest = asked.partition(b'\r\n\r\n')
    if not first.startswith(b'GET /chat ') or b'upgrade: websocket' not in first.lower():
        connection.sendall(b'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno')
        connection.recv(65536)
        return
    connection.sendall(b'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
                       b'X-Asked: ' + first.replace(b'\r\n', b'|') + b'\r\n\r\n' + rest)
    while data := connection.recv(65536):
        connection.sendall(data)


def frame(content, opcode=2, last=True, reserved=0, masked=True):
    """One of a client of a WebSocket (RFC 6455 §5.2)."""
    size = len(content)
    length = (bytes([size]) if size < 126 else b'\x7e' + size.to_bytes(2, 'big') if size < 65536
              else b'\x7f' + size.to_bytes(8, 'big'))
    mask = os.urandom(4) if masked else b''
    head = bytes([(0x80 if last else 0) | reserved | opcode, length[0] | (0x80 if masked else 0)]) + length[1:]
    return head + mask + (bytes(byte ^ mask[i % 4] for i, byte in enumerate(content)) if masked else content)

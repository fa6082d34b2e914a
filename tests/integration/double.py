# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doubles of services have in common: a server on this computer, in threads, whose state is the test's
to set and to look at."""
import contextlib
import http.server
import json
import socketserver
import threading


class Double(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, kind='application/json', **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b''
        self.send_response(status)
        for name, value in {'Content-Type': kind, **headers}.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


@contextlib.contextmanager
def serving(handler, **state):
    """A server with these members; its port is one more."""
    server = Server(('127.0.0.1', 0), handler)
    vars(server).update(state)
    server.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

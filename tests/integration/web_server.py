# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real nginx on loopback with pages, and servers that misbehave; for tests of the way to the web."""
import contextlib
import gzip
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

CONFIGURATION = '''
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
{user}
events {{ worker_connections 64; }}
http {{
  log_format ours '$request_method $request_uri $status "$http_authorization"';
  access_log {folder}/access.log ours;
  types {{ text/html html; text/plain txt; image/png png; application/pdf pdf; }}
  default_type application/octet-stream;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  absolute_redirect off;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/pages;
    location = /moved {{ return 302 /page.html; }}
    location = /round {{ return 302 /round; }}
    location = /elsewhere {{ return 302 http://127.0.0.2:{port}/page.html; }}
    location = /metadata {{ return 302 http://169.254.169.254/latest/; }}
    location = /files {{ return 302 file:///etc/passwd; }}
    location = /packed {{ gzip off; default_type text/html; add_header Content-Encoding gzip;
                         alias {folder}/bomb; }}
    {more}
  }}
}}
'''


def nginx():
    found = shutil.which('nginx', path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    if found is None:
        print('not here: nginx', file=sys.stderr)
        sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)
    return found


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as listener:
        return listener.getsockname()[1]


class Nginx:
    """Its pages lie in .pages; .log says what was asked for."""

    def __init__(self, folder, more=''):
        self.folder, self.port = folder, free_port()
        self.pages = os.path.join(folder, 'pages')
        os.makedirs(self.pages, exist_ok=True)
        with open(os.path.join(folder, 'bomb'), 'wb') as f:
            f.write(gzip.compress(b'<p>' + b'A' * (64 << 20)))
        configuration = os.path.join(folder, 'nginx.conf')
        with open(configuration, 'w', encoding='utf-8') as f:
            f.write(CONFIGURATION.format(folder=folder, port=self.port, more=more.format(folder=folder),
                                         user='user root;' if os.getuid() == 0 else ''))
        self.process = subprocess.Popen([nginx(), '-e', os.path.join(folder, 'error.log'), '-c', configuration],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', self.port), 1):
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError('nginx did not start: ' + self.process.stderr.read().decode())
            time.sleep(0.02)

    def page(self, name, content):
        with open(os.path.join(self.pages, name), 'wb') as f:
            f.write(content.encode() if isinstance(content, str) else content)

    def url(self, path, host='127.0.0.1'):
        return f'http://{host}:{self.port}{path}'

    @property
    def log(self):
        with open(os.path.join(self.folder, 'access.log'), encoding='utf-8') as f:
            return f.read().splitlines()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Slow:
    """Begins an answer and never ends it."""

    def __init__(self, first=b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>begun', then=None, pause=0):
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.first, self.then, self.pause, self.kept = first, then, pause, []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.kept.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(self.first)
            while self.then is not None:
                connection.sendall(self.then)
                time.sleep(self.pause)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.kept:
            connection.close()

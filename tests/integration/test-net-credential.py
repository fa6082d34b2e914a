#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials on the way out of cardeactl run, with the real parts: the program has a placeholder, the host
gets the secret, and tunnels to it are looked into by an authority that the sandbox trusts."""
import contextlib
import http.server
import json
import os
import shlex
import signal
import socketserver
import ssl
import subprocess
import threading
import urllib.parse

from world import World, run

SECRET = 'sk-Lantern4Orchid6Basalt1Heron'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.server.seen.append((self.path, self.headers.get('Authorization')))
        self.send_response(200)
        self.send_header('Content-Length', '2')
        self.end_headers()
        self.wfile.write(b'ok')

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.server.seen.append((self.path, body.decode()))
        answer = b'you sent ' + body
        self.send_response(200)
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


@contextlib.contextmanager
def web(w, tls=False):
    server = Server(('127.0.0.1', 0), Handler)
    server.seen = []
    if tls:
        key, certificate = w.file('key.pem', ''), w.file('certificate.pem', '')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-addext',
                        'subjectAltName=DNS:localhost', '-days', '2', '-keyout', key, '-out',
                        certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def store(w, port, scheme='http://'):
    """The placeholder of a credential for that port of this computer."""
    w.ctl('credential', 'set', 'svc', '--host', f'{scheme}localhost:{port}', '--scheme', 'Bearer',
          stdin=SECRET + '\n', check=0)
    listed = json.loads(w.ctl('credential', 'list', '--json', check=0).stdout)
    found = listed['credentials'] if isinstance(listed, dict) else listed
    return found[0]['placeholder']


def curl(w, port, url, *options):
    return w.ctl('run', '--net', f'localhost:{port}', '--', 'curl', '-sS', '-m', '20', '--noproxy', '', *options, url)


def nowhere_in_the_record(w):
    for folder, _, names in os.walk(w.root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, 'rb') as f:
                    assert SECRET.encode() not in f.read(), path


def exchanged():
    """What the program sends is worthless; what the host gets is not. Its own key is refused there."""
    with World() as w, web(w) as server:
        placeholder = store(w, server.port)
        url = f'http://localhost:{server.port}/'
        done = curl(w, server.port, url + 'one', '-H', f'Authorization: Bearer {placeholder}')
        assert done.stdout == 'ok', done
        assert server.seen == [('/one', f'Bearer {SECRET}')], server.seen
        done = curl(w, server.port, url + 'two', '-H', 'Authorization: Bearer mine')
        assert 'who it is from' in done.stdout and len(server.seen) == 1, done
        done = curl(w, server.port, url + 'three')
        assert done.stdout == 'ok' and server.seen[1] == ('/three', None), (done, server.seen)
        used = w.records('--action', 'credential.use')
        assert [r['resource']['credential'] for r in used] == ['svc'], used
        nowhere_in_the_record(w)


def not_in_the_clear():
    """What was not bound to http goes nowhere without TLS, also on this computer."""
    with World() as w, web(w) as server:
        placeholder = store(w, server.port, '')
        done = curl(w, server.port, f'http://localhost:{server.port}/', '-H', f'Authorization: Bearer {placeholder}')
        assert 'TLS' in done.stdout and server.seen == [], (done, server.seen)


def end_guardian(w):
    pid = w.guardian()
    os.kill(pid, signal.SIGTERM)
    w.wait_for(lambda: w.stat(pid) is None, 20, 'the end of the guardian')


def lose_secrets(w):
    """Those that rest beside the key; what is known about them stays."""
    lost = [os.path.join(folder, name) for folder, _, names in os.walk(w.root) for name in names
            if name.startswith('credential-')]
    assert lost, 'no secret is kept'
    for path in lost:
        os.unlink(path)


def never_a_placeholder():
    """The first request of a quick program waits for the secret; one that cannot be had refuses it."""
    with World() as w, web(w) as server:
        placeholder = store(w, server.port)
        for turn in range(1, 6):
            end_guardian(w)
            done = curl(w, server.port, f'http://localhost:{server.port}/', '-H',
                        f'Authorization: Bearer {placeholder}')
            assert done.stdout == 'ok', (turn, done)
        assert server.seen == [('/', f'Bearer {SECRET}')] * 5, server.seen
        end_guardian(w)
        lose_secrets(w)
        done = curl(w, server.port, f'http://localhost:{server.port}/', '-H', f'Authorization: Bearer {placeholder}')
        assert 'svc' in done.stdout and len(server.seen) == 5, (done, server.seen)


def looked_into():
    """The sandbox trusts its session's authority; the host's certificate is checked on the way out."""
    with World() as w, web(w, tls=True) as server:
        store(w, server.port, '')
        url = f'https://localhost:{server.port}/'
        done = curl(w, server.port, url, '-o', '-', '-w', ' %{http_code} %{ssl_verify_result}')
        assert done.stdout.endswith(' 502 0') and 'certificate' in done.stdout, done
        get = ('import urllib.request, urllib.error\n'
               'try:\n'
               f'    urllib.request.urlopen("{url}")\n'
               'except urllib.error.HTTPError as e:\n'
               '    print(e.code)\n')
        done = w.ctl('run', '--net', f'localhost:{server.port}', '--', 'env', 'no_proxy=', 'NO_PROXY=',
                     '/usr/bin/python3', '-c', get)
        assert done.stdout == '502\n', done
        assert server.seen == []


def nobody_is_asked():
    """A host with a NUL in it is refused and recorded; the record shows it escaped."""
    with World() as w:
        script = ('exec 3<>/dev/tcp/127.0.0.1/3128; printf "\\5\\1\\0" >&3; head -c 2 <&3 >/dev/null; '
                  'printf "\\5\\1\\0\\3\\014evil\\0.allowed\\1\\273" >&3; head -c 2 <&3 | od -An -tu1')
        done = w.ctl('run', '--', 'bash', '-c', script)
        assert done.stdout.split() == ['5', '8'], done
        found = [r for r in w.records() if r['type'] == 'violation']
        assert found and 'evil\\x00.allowed' in json.dumps(found[0]).replace('\\\\', '\\'), w.records()


def in_bodies_where_the_person_said_so():
    """Forms and JSON, each as it wants it; other kinds and other hosts keep what is worth nothing."""
    odd = 'a+b"c\\d&e=' + SECRET
    with World() as w, web(w) as server, web(w) as other:
        url, elsewhere = f'http://localhost:{server.port}', f'http://localhost:{other.port}'
        w.ctl('credential', 'set', 'plain', '--host', elsewhere, stdin=SECRET + '\n', check=0)
        w.ctl('credential', 'set', 'body', '--host', url, '--in-body', stdin=odd + '\n', check=0)
        held = {one['name']: one for one in w.json('credential', 'list')}
        assert held['body']['body'] is True and 'body' not in held['plain'], held
        mark, plain = held['body']['placeholder'], held['plain']['placeholder']

        def post(place, kind, body, *more):
            return shlex.join(['curl', '-sS', '-m', '20', '--noproxy', '', '-H', f'Content-Type: {kind}', *more, '--data-binary',
                               body, place]) + '; echo; '
        form, js = 'application/x-www-form-urlencoded', 'application/json; charset=utf-8'
        done = w.ctl('run', '--net', f'localhost:{server.port}', '--net', f'localhost:{other.port}', '--', 'sh', '-c',
                     post(url + '/1', form, f'grant=x&secret={mark}&again={mark}') + post(url + '/2', js, json.dumps({'key': mark}))
                     + post(url + '/3', 'text/plain', mark) + post(elsewhere + '/4', form, f'secret={plain}')
                     + post(elsewhere + '/5', form, f'secret={mark}')
                     + post(url + '/6', form, f'secret={mark}', '-H', f'Authorization: Bearer {mark}')
                     + post(url + '/7', 'application/json', '{"key":"' + 'x' * 100000 + mark + '"}'))
        seen = dict(server.seen)
        coded = urllib.parse.quote(odd, safe='')
        assert seen['/1'] == f'grant=x&secret={coded}&again={coded}', seen['/1']
        assert json.loads(seen['/2']) == {'key': odd} and seen['/3'] == mark, seen
        assert json.loads(seen['/7'])['key'].endswith(odd) and '/6' not in seen and 'two secrets' in done.stdout, done
        assert dict(other.seen) == {'/4': f'secret={plain}', '/5': f'secret={mark}'}, other.seen
        # What comes back as it is has stars in its place.
        w.ctl('credential', 'set', 'plain', '--host', elsewhere, '--in-body', stdin=SECRET + '\n', check=0)
        done = w.ctl('run', '--net', f'localhost:{other.port}', '--', 'sh', '-c', post(elsewhere + '/8', form, f'secret={plain}'))
        assert dict(other.seen)['/8'] == f'secret={SECRET}' and 'you sent secret=' in done.stdout, (done, other.seen)
        assert SECRET not in done.stdout + json.dumps(w.records()), done


if __name__ == '__main__':
    run([in_bodies_where_the_person_said_so, exchanged, not_in_the_clear, never_a_placeholder, looked_into, nobody_is_asked])

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way out of cardeactl run, with the real parts: what was shared, what is asked, what is cut."""
import contextlib
import http.server
import os
import socketserver
import ssl
import subprocess
import threading

from world import Watcher, World, run

SECRET = 'what the server says'


class Handler(http.server.BaseHTTPRequestHandler):
    """Says one sentence; notes what came."""
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.server.seen.append((self.command, self.path, self.headers.get('Host')))
        body = SECRET.encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        size = int(self.headers.get('Content-Length', 0))
        self.server.posted.append(self.rfile.read(size))
        self.do_GET()

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


@contextlib.contextmanager
def web(certificate=None):
    server = Server(('127.0.0.1', 0), Handler)
    server.seen, server.posted = [], []
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def make_certificate(w, name):
    key, certificate = w.file('key.pem', ''), w.file('certificate.pem', '')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={name}', '-addext',
                    f'subjectAltName=DNS:{name}', '-days', '2', '-keyout', key, '-out', certificate],
                   check=True, capture_output=True)
    return certificate, key


GET = ('import sys, urllib.request\n'
       'try:\n'
       '    print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())\n'
       'except Exception as e:\n'
       '    print(type(e).__name__, getattr(e, "code", ""), e.read().decode() if hasattr(e, "read") else e)\n')


def get(w, url, *options):
    return w.ctl('run', *options, '--', '/usr/bin/python3', '-I', '-c', GET, url)


def shared_host_is_reached():
    """Named on the command line: no question, one grant, an outcome with bytes."""
    with World() as w, web() as server:
        url = f'http://127.0.0.1:{server.port}/page'
        done = get(w, url, '--net', f'127.0.0.1:{server.port}')
        assert SECRET in done.stdout, done
        assert server.seen == [('GET', '/page', f'127.0.0.1:{server.port}')], server.seen
        shared = [r for r in w.records('--action', 'net.connect') if r.get('policy') == 'designation']
        assert len(shared) == 1 and shared[0]['resource']['host'] == '127.0.0.1', shared
        moved = [r for r in w.records() if r['type'] == 'outcome' and 'received' in r]
        assert moved and int(moved[0]['received']) > 0 and moved[0]['outcome'] == 'done', moved
        assert moved[0]['resource']['address'] == '127.0.0.1', moved


def what_is_not_shared_is_refused():
    """Mode deny: nothing is asked, nothing arrives, and the record says what was wanted."""
    with World() as w, web() as server:
        for url in (f'http://127.0.0.1:{server.port}/', 'http://example.org/'):
            done = w.ctl('run', '--mode', 'deny', '--', 'curl', '-s', '--noproxy', '', '-o',
                         '/dev/null', '-w', '%{http_code}', url)
            assert done.stdout == '403', done
        assert server.seen == []
        denied = w.records('--effect', 'deny', '--action', 'net.request')
        hosts = [r['resource']['host'] for r in denied]
        assert hosts == ['127.0.0.1', 'example.org'], denied
        assert denied[0]['policy'] == 'shipped.network-inside', denied[0]


def wrong_words():
    with World() as w:
        for word in ('', 'http://example.org', 'exa mple.org', 'example.org:0', 'a@b', '0x7f.1',
                     '*.example.org', '2130706433'):
            done = w.ctl('run', '--net', word, 'true')
            assert done.returncode == 2, (word, done)
        for word in ('.com', '.co.uk'):
            done = w.ctl('run', '--net', word, 'true')
            assert done.returncode == 126 and 'anybody' in done.stderr, (word, done)


def no_way_around():
    """Without the proxy there is no route, and no name server either; of this computer there is what
    was shared, where it is outside, too, and nothing else."""
    with World() as w, web() as server, web() as other:
        script = ('unset http_proxy HTTP_PROXY all_proxy ALL_PROXY; '
                  f'curl -s -m 5 http://127.0.0.1:{other.port}/; echo $?; '
                  'curl -s -m 5 http://192.0.2.1/; echo $?; getent hosts example.org; echo $?; '
                  f'curl -s -m 5 -H "Host: 127.0.0.1:{other.port}" http://127.0.0.1:{server.port}/; '
                  f'echo; curl -s -m 5 http://127.0.0.1:{server.port}/direct')
        done = w.ctl('run', '--net', f'127.0.0.1:{server.port}', '--', 'sh', '-c', script)
        lines = done.stdout.splitlines()
        assert lines[:3] == ['7', '7', '2'] and lines[-1] == SECRET, done
        assert 'Cardea: ' in lines[3], done
        assert [seen[1] for seen in server.seen] == ['/direct'] and other.seen == [], server.seen
        assert [r for r in w.records() if r['type'] == 'outcome' and r['action'] == 'net.connect'
                and r['resource']['port'] == server.port], 'not recorded'


def own_services():
    """What a program serves on its own loopback it reaches by itself, whatever was shared."""
    with World() as w, web() as server:
        script = ('echo own > page; python3 -m http.server --bind 127.0.0.1 8000 2> log & '
                  'for i in $(seq 100); do curl -s -m 5 http://localhost:8000/page && break; '
                  'sleep 0.1; done; '
                  f'curl -s -m 5 http://127.0.0.1:{server.port}/shared; kill $!')
        done = w.ctl('run', '--net', f'127.0.0.1:{server.port}', '--', 'sh', '-c', 'cd /tmp; ' + script)
        assert done.stdout == 'own\n' + SECRET, done


def tunnel():
    """CONNECT to a name: TLS goes through, anything else does not."""
    with World() as w, web(make_certificate(w, 'localhost')) as server:
        share = ('--net', f'localhost:{server.port}')
        done = w.ctl('run', *share, '--', 'curl', '-sk', '-m', '20',
                     f'https://localhost:{server.port}/t')
        assert done.stdout == SECRET, done
        other = w.ctl('run', *share, '--', 'curl', '-sk', '-m', '20', '--connect-to',
                      f'evil.example:443:localhost:{server.port}', 'https://evil.example/')
        assert other.returncode != 0 and SECRET not in other.stdout, other
        assert [seen[1] for seen in server.seen] == ['/t'], server.seen


def asked(w, watcher, url, answer, *options):
    program = w.start('run', '--', '/usr/bin/python3', '-I', '-c', GET, url)
    question = watcher.question()
    assert watcher.answer(question, answer, *options).returncode == 0
    output, _ = program.communicate(timeout=60)
    return question, output if isinstance(output, str) else output.decode()


def question_about_a_host():
    """What the person is shown; once, for the task, and denied."""
    rules = 'organisation.json'
    with World() as w, web() as server:
        folder = os.path.join(w.folder('config/cardea'), 'policy.d')
        os.makedirs(folder, 0o700, exist_ok=True)
        watcher = Watcher(w)
        question, output = asked(w, watcher, 'http://a.b.example.co.uk/x?y=1', 'deny')
        asking = question['question']
        assert asking['action'] == 'net.request' and asking['tier'] == 2, asking
        resource = asking['resource']
        assert resource['domain'] == 'example.co.uk' and resource['port'] == 80, resource
        assert resource['url'] == 'http://a.b.example.co.uk/x?y=1' and resource['method'] == 'GET'
        assert asking['remember']['scopes'] == ['exact', 'host'], asking['remember']
        assert '403' in output and server.seen == [], output
        consent = [r for r in w.records() if r['type'] == 'consent']
        assert [r['effect'] for r in consent] == ['ask', 'deny'], consent
        assert rules


if __name__ == '__main__':
    run([shared_host_is_reached, what_is_not_shared_is_refused, wrong_words, no_way_around, own_services,
         tunnel, question_about_a_host])

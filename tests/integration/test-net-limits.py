#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a profile or a policy says is kept to with a host, with a real nginx behind it: for programs through
the proxy, and for requests of the built-in agent."""
import contextlib
import http.server
import json
import os
import ssl
import subprocess
import threading

from web_server import Nginx
from wire import Agent, Front, core_world, refused
from world import Watcher, World, run

RULE = '''package cardea.admin.limits

answer contains {{
	"rule": "office.limits",
	"effect": "allow",
	"reason": "what may be done with this host",
	"obligations": {{"limits": {limits}}},
}} if {{
	input.action in {{"net.connect", "net.request"}}
	input.resource.host in {{"localhost", "127.0.0.1"}}
}}
'''


def policy(w, limits, listed=()):
    """Of this computer: limits with it as a host; listed: hosts that need no question."""
    folder = os.path.join(w.root, 'etc', 'policy.d')
    os.makedirs(folder, 0o755, exist_ok=True)
    path = os.path.join(folder, 'limits.rego')
    with open(path, 'w', encoding='utf-8') as f:
        f.write(RULE.format(limits=json.dumps(limits)))
    with open(os.path.join(folder, 'ours.json'), 'w', encoding='utf-8') as f:
        json.dump({'organisation': {'network': {'hosts': list(listed), 'inside': list(listed)}}}, f)
    return path


def profile(w, port, limits):
    folder = os.path.join(w.root, 'etc', 'profiles')
    os.makedirs(folder, 0o755, exist_ok=True)
    host = f'localhost:{port}'
    with open(os.path.join(folder, 'limited.json'), 'w', encoding='utf-8') as f:
        json.dump({'version': 1, 'title': 'Limited', 'home': 'shared', 'net': [host], 'limits': {host: limits}}, f)


def curl(w, port, path, *options):
    done = w.ctl('run', '--profile', 'limited', '--mode', 'deny', '--', 'curl', '-sS', '-m', '20', '--noproxy', '',
                 '--path-as-is', '-o', '/dev/null', '-w', '%{http_code}', *options, f'http://localhost:{port}{path}')
    return done.stdout


def kept_to():
    with World() as w, Nginx(w.folder('nginx')) as web:
        os.makedirs(os.path.join(web.pages, 'v1'))
        web.page('v1/a.txt', 'a' * 100)
        web.page('v1/large.txt', 'a' * 2000)
        web.page('v1/a.png', 'a')
        web.page('b.txt', 'b')
        profile(w, web.port, {'methods': ['GET'], 'paths': ['/v1'], 'types': ['text/'], 'received': 1000})
        assert curl(w, web.port, '/v1/a.txt') == '200'
        for path, *options in (('/b.txt',), ('/v1/../b.txt',), ('/v1/%2e%2e/b.txt',), ('/v1/large.txt',),
                               ('/v1/a.png',), ('/v1/a.txt', '-X', 'DELETE'), ('/v1/a.txt', '-d', 'x')):
            assert curl(w, web.port, path, *options) == '403', path
        seen = [line.split(' ')[1] for line in web.log]
        assert '/b.txt' not in seen and '/v1/../b.txt' not in seen, seen
        shared = [r for r in w.records('--action', 'net.connect') if r.get('policy') == 'designation']
        assert shared and shared[0]['resource']['limits']['paths'] == ['/v1'], shared


def a_limit_that_is_none():
    with World() as w, Nginx(w.folder('nginx')) as web:
        web.page('a.txt', 'a')
        profile(w, web.port, {'receive': 1000})
        done = w.ctl('run', '--profile', 'limited', '--', 'true')
        assert done.returncode in (2, 125) and 'limits' in done.stderr, done


def fill(web):
    os.makedirs(os.path.join(web.pages, 'v1'))
    web.page('v1/a.txt', 'a' * 100)
    web.page('v1/large.txt', 'a' * 2000)
    web.page('v1/a.png', 'a')
    web.page('b.txt', 'b')


def policy_narrows_what_was_shared():
    """The person shares the host, its profile takes it to /v1, the policy to text of 1000 bytes."""
    with World() as w, Nginx(w.folder('nginx')) as web:
        fill(web)
        profile(w, web.port, {'paths': ['/v1'], 'received': 5000})
        assert curl(w, web.port, '/v1/large.txt') == '200'
        policy(w, {'methods': ['GET', 'HEAD'], 'types': ['text/'], 'received': 1000})
        w.ctl('policy', 'reload', check=0)
        assert curl(w, web.port, '/v1/a.txt') == '200'
        for path, *options in (('/b.txt',), ('/v1/large.txt',), ('/v1/a.png',), ('/v1/a.txt', '-d', 'x')):
            assert curl(w, web.port, path, *options) == '403', path
        assert not any(' /b.txt' in line or line.startswith('POST') for line in web.log), web.log


def policy_that_changes_meanwhile():
    """A program that runs is held to it from the reload on; to what is wrong nobody goes."""
    loop = ('for i in $(seq 300); do curl -s -m 5 --noproxy "" -o /dev/null -w "%{http_code}\\n" "$0"; '
            'sleep 0.05; done')
    with World() as w, Nginx(w.folder('nginx')) as web:
        web.page('a.txt', 'a')
        web.page('b.txt', 'b')
        share = ('--mode', 'deny', '--net', f'localhost:{web.port}', '--')
        program = w.start('run', *share, 'bash', '-c', loop,
                          web.url('/a.txt', 'localhost'))
        assert program.stdout.readline().strip() == '200'
        policy(w, {'paths': ['/b.txt']})
        w.ctl('policy', 'reload', check=0)
        w.wait_for(lambda: program.stdout.readline().strip() == '403', 20, 'a refusal')
        program.kill()
        program.wait()
        for wrong in ({'receive': 1}, {'paths': []}, {'paths': ['v1']}, {'minute': 0}):
            policy(w, wrong)
            w.ctl('policy', 'reload', check=0)
            done = w.ctl('run', *share, 'curl', '-s', '-m', '10', '--noproxy', '', web.url('/b.txt', 'localhost'))
            assert done.returncode != 0 or 'b' != done.stdout, (wrong, done)
        assert sum(line.startswith('GET /b.txt') for line in web.log) == 0, web.log


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        self.send_response(200)
        self.send_header('Content-Length', '2')
        self.end_headers()
        self.wfile.write(b'ok')

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def secure(w):
    key, certificate = w.file('key.pem', ''), w.file('certificate.pem', '')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2', '-keyout', key,
                    '-out', certificate], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.seen = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], server.seen
    finally:
        server.shutdown()
        server.server_close()


def tunnels_are_looked_into():
    """Shared or listed, by CONNECT or SOCKS: without limits a tunnel goes through; with them it ends here, each
    request in it is judged, and this host's certificate, which nobody signed, is not taken."""
    with World() as w, secure(w) as (port, seen):
        def get(path, *how, share=True):
            done = w.ctl('run', '--mode', 'deny', *(('--net', f'localhost:{port}') if share else ()), '--', 'curl',
                         '-sSk', '-m', '20', *how, '-o', '/dev/null', '-w', '%{http_code}',
                         f'https://localhost:{port}{path}')
            return done.stdout
        http_proxy = ('--noproxy', '', '-x', 'http://127.0.0.1:3128')
        socks = ('--noproxy', '', '-x', 'socks5h://127.0.0.1:3128')
        for how in (http_proxy, socks):
            assert get('/v1/a', *how) == '200', how
        assert seen == ['/v1/a', '/v1/a'], seen
        policy(w, {'paths': ['/v1']}, ['localhost'])
        w.ctl('policy', 'reload', check=0)
        for how in (http_proxy, socks):
            for share in (True, False):
                assert get('/v1/a', *how, share=share) == '502', (how, share)
                assert get('/b', *how, share=share) == '403', (how, share)
        assert len(seen) == 2, seen


def the_agent_is_held_to_them():
    with core_world() as w, Nginx(w.folder('nginx')) as web:
        fill(web)
        policy(w, {'paths': ['/v1'], 'types': ['text/'], 'received': 1000, 'sent': 10, 'minute': 6}, ['127.0.0.1'])
        agent = Agent(Front(w), mode='deny')
        url = web.url('')
        answer = agent.call('net.request', method='GET', url=url + '/v1/a.txt')
        assert answer['type'] == 'net.response' and answer['status'] == 200, answer
        for path in ('/b.txt', '/v1/%2e%2e/b.txt', '/v1/a.png', '/v1/large.txt'):
            refused(agent.call('net.request', method='GET', url=url + path), 'denied')
        for _ in range(3):
            agent.call('net.request', method='GET', url=url + '/v1/a.txt')
        refused(agent.call('net.request', method='GET', url=url + '/v1/a.txt'), 'denied')
        assert not any(' /b.txt' in line for line in web.log), web.log
        # another session counts anew
        other = Agent(Front(w), mode='deny')
        answer = other.call('net.request', method='GET', url=url + '/v1/a.txt')
        assert answer['type'] == 'net.response', answer


def bytes_of_a_session():
    with core_world() as w, Nginx(w.folder('nginx')) as web:
        fill(web)
        policy(w, {'session': 250}, ['127.0.0.1'])
        agent = Agent(Front(w), mode='deny')
        url = web.url('/v1/a.txt')
        for _ in range(2):
            answer = agent.call('net.request', method='GET', url=url)
            assert answer['type'] == 'net.response', answer
        # the third goes over it on the way, the fourth does not begin
        agent.call('net.request', method='GET', url=url)
        refused(agent.call('net.request', method='GET', url=url), 'denied')


def git(*words, folder=None):
    subprocess.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b.invalid', *words], cwd=folder, check=True,
                   capture_output=True)


def an_allowed_git_host():
    """adversary.md: the host is shared, but a push to the attacker's repository there is asked about, and one to
    our own, too, as only reading was meant."""
    with World() as w, Nginx(w.folder('nginx')) as web:
        work = w.folder('home/project')
        git('init', '-q', '.', folder=work)
        w.file('secret.txt', 'of the firm', work)
        git('add', '.', folder=work)
        git('commit', '-qm', 'secret', folder=work)
        os.makedirs(os.path.join(web.pages, 'us'))
        git('clone', '-q', '--bare', work, os.path.join(web.pages, 'us', 'ours.git'))
        git('update-server-info', folder=os.path.join(web.pages, 'us', 'ours.git'))
        policy(w, {'methods': ['GET', 'HEAD'], 'paths': ['/us']})
        watcher = Watcher(w)
        share = ('--net', f'localhost:{web.port}', '-w', work, '--', 'git', '-c', 'safe.directory=*', '-C', work)
        done = w.ctl('run', *share, 'ls-remote', web.url('/us/ours.git', 'localhost'), check=0)
        assert 'refs/heads/' in done.stdout, done
        push = w.start('run', *share, 'push', '-q', web.url('/attacker/theirs.git', 'localhost'), 'HEAD:refs/heads/x')
        question = watcher.question()
        shown = question['question']['resource']
        assert 'attacker/theirs.git' in shown['url'] and shown['host'] == 'localhost', shown
        assert watcher.answer(question, 'deny').returncode == 0
        push.communicate(timeout=60)
        assert push.returncode != 0
        post = w.start('run', *share[:5], 'curl', '-s', '-m', '30', '--noproxy', '', '-d', 'x',
                       web.url('/us/ours.git/git-receive-pack', 'localhost'))
        question = watcher.question()
        assert question['question']['resource']['method'] == 'POST', question
        assert watcher.answer(question, 'deny').returncode == 0
        post.communicate(timeout=60)
        assert not any('attacker' in line or line.startswith('POST') for line in web.log), web.log


if __name__ == '__main__':
    run([kept_to, a_limit_that_is_none, policy_narrows_what_was_shared, policy_that_changes_meanwhile,
         tunnels_are_looked_into, the_agent_is_held_to_them, bytes_of_a_session, an_allowed_git_host])

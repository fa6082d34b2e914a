#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a profile says is kept to with a host, with a real nginx behind it."""
import json
import os

from web_server import Nginx
from world import World, run


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


if __name__ == '__main__':
    run([kept_to, a_limit_that_is_none])

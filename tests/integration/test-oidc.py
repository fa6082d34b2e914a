#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short-lived credentials against oidc-provider, an OpenID server of somebody else's (npm): its device flow
with a browser's part played here, refresh tokens that are good once, tokens bound to a key with nonces, client
credentials. What is asked for with the token is its own userinfo."""
import contextlib
import html
import http.cookiejar
import os
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

import npm
from world import World, run

npm.need('oidc')
FOLDER = npm.folder_of('oidc')


@contextlib.contextmanager
def provider():
    """Node finds the package beside the script, hence a copy there."""
    script = os.path.join(FOLDER, f'oidc-{os.getpid()}.mjs')
    shutil.copyfile(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'oidc.mjs'), script)
    node = npm.place(*npm.NODE, 'bin', 'node', which='oidc')
    with open(script + '.log', 'w+', encoding='utf-8') as log:
        process = subprocess.Popen([node, script], cwd=FOLDER, stdout=log, stderr=subprocess.DEVNULL)

        def said():
            log.flush()
            with open(log.name, encoding='utf-8') as f:
                return [line for line in f.read().split('\n') if line and not line.startswith('oidc-provider')]
        try:
            deadline = time.monotonic() + 30
            while not said():
                assert time.monotonic() < deadline and process.poll() is None, 'it does not start'
                time.sleep(0.05)
            yield f'http://127.0.0.1:{said()[0]}', said
        finally:
            process.terminate()
            process.wait(10)
            os.unlink(script)
            os.unlink(log.name)


def browse(url):
    """What a person does in their browser: confirm the code, log in, consent."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def form(page, **fields):
        text = page.read().decode()
        action = re.search(r'<form[^>]*action="([^"]+)"', text)
        assert action is not None, text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', text))
        place = urllib.parse.urljoin(page.geturl(), html.unescape(action[1]))
        return opener.open(place, urllib.parse.urlencode({**hidden, **fields}).encode(), timeout=20)
    page = opener.open(url, timeout=20)
    code = urllib.parse.parse_qs(urllib.parse.urlparse(url).query)['user_code'][0]
    page = form(page)  # the code is filled in
    page = form(page, user_code=code, confirm='yes')
    page = form(page, prompt='login', login='ada', password='x')
    page = form(page, prompt='consent')
    assert 'Success' in page.read().decode() or page.status == 200


def store(w, url, client, *more, stdin=None):
    w.ctl('credential', 'set', 'oidc', '--host', url, '--token-url', f'{url}/token', '--client', client,
          '--revoke-url', f'{url}/token/revocation', *more, stdin=stdin, check=0)
    return w.json('credential', 'list')[0]['placeholder']


def log_in(w):
    login = w.start('credential', 'login', 'oidc')
    login.stdout.readline()
    whole = re.search(r'http\S+', login.stdout.readline())[0]
    browse(whole)
    assert login.wait(60) == 0, login.stderr.read()


def ask(w, url, placeholder, times=1, pause=0):
    host = url.removeprefix('http://')
    one = f'curl -sS -m 20 --noproxy "" -H "Authorization: Bearer {placeholder}" {url}/me; echo; sleep {pause}; '
    return w.ctl('run', '--net', host, '--', 'sh', '-c', one * times)


def logged_in_and_renewed():
    with World() as w, provider() as (url, said):
        placeholder = store(w, url, 'plain', '--device-url', f'{url}/device/auth', '--token-scope', 'openid offline_access')
        log_in(w)
        done = ask(w, url, placeholder, 2, 4)
        assert done.stdout.split() == ['{"sub":"ada"}'] * 2, (done, said())
        assert said().count('rotated') >= 2, said()


def bound_with_nonces():
    with World() as w, provider() as (url, said):
        placeholder = store(w, url, 'bound', '--device-url', f'{url}/device/auth', '--token-scope',
                            'openid offline_access', '--dpop')
        log_in(w)
        # The first request learns the nonce that its userinfo wants.
        done = ask(w, url, placeholder, 3)
        assert done.stdout.split()[-1] == '{"sub":"ada"}', (done, said())


def client_credentials():
    with World() as w, provider() as (url, said):
        placeholder = store(w, url, 'svc', stdin='secret-of-svc\n')
        done = ask(w, url, placeholder)
        # A client has no userinfo: that it says so means that it knows the token.
        assert 'insufficient_scope' in done.stdout or 'invalid_token' in done.stdout, (done, said())
        found = [r for r in w.records('--action', 'credential.use') if r['type'] == 'outcome']
        assert [r['outcome'] for r in found] == ['done'], found


if __name__ == '__main__':
    run([logged_in_and_renewed, bound_with_nonces, client_credentials])

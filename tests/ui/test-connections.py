#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages about models and credentials, driven as a person or a screen reader would."""
import http.server
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
SECRET = 'sk-Zebra7Quilt9Marble3Falcon'


class ModelServer:
    """What a local server of models says when it is asked for them."""

    def __init__(self, *models):
        body = json.dumps({'object': 'list', 'data': [{'id': m} for m in models]}).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                self.send_response(200)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = self.server.server_port
        self.url = f'http://127.0.0.1:{self.port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class TokenServer:
    """As little of RFC 8628 as a person sees: a code, and a token once they have logged in."""

    def __init__(self):
        self.done = False
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                self.rfile.read(int(self.headers['Content-Length']))
                if self.path == '/device':
                    status, answer = 200, {'device_code': 'd', 'user_code': 'WDJB-MJHT', 'interval': 1, 'expires_in': 600,
                                           'verification_uri': f'{owner.url}/go'}
                elif owner.done:
                    status, answer = 200, {'access_token': 'a', 'token_type': 'Bearer', 'refresh_token': 'r'}
                else:
                    status, answer = 400, {'error': 'authorization_pending'}
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://localhost:{self.server.server_port}'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Settings(Desktop):
    """A desktop with one page of the settings in front."""

    def page(self, tab):
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.activate('Cardea')
        self.key('ctrl+comma')
        self.click(self.wait(tab, 'page tab', APP, seconds=30))
        time.sleep(0.3)

    def says(self, *texts, seconds=20):
        for text in texts:
            self.wait_for(lambda text=text: self.shows(text, APP), seconds, f'“{text}”')

    def push(self, name):
        self.click(self.button(name, APP))

    def respond(self, name):
        self.click(self.wait('_' + name, 'push button', APP))

    def fill(self, *texts):
        """Types into the rows of a form, one after the other; None goes on to the next."""
        time.sleep(0.5)
        for text in texts:
            if text is not None:
                self.key('ctrl+a')
                self.type(text)
            self.key('Tab')
            time.sleep(0.1)


def a_server_on_this_computer_is_offered_and_connected():
    server = ModelServer('qwen3:4b', 'llama3')
    with Settings(CARDEA_TEST_MODEL_PORTS=str(server.port)) as d:
        d.page('Models')
        d.says('No model is connected', 'Found on This Computer', 'qwen3:4b, llama3', server.url)
        d.screenshot('settings-models-found')
        d.push('Connect Test')
        d.activate('Connect a Model')
        time.sleep(0.3)
        d.screenshot('settings-models-form')
        d.respond('Connect')
        d.wait_for(lambda: d.json('model', 'list')['models'], 20, 'the model')
        model = d.json('model', 'list')['models'][0]
        assert (model['name'], model['url'], model['model']) == \
            ('test', server.url + '/v1', 'qwen3:4b'), model
        d.says('qwen3:4b at ' + server.url + '/v1', 'Answers within', 'ms: qwen3:4b, llama3')
        d.wait_for(lambda: 'Found on This Computer' not in d.texts(APP), 20, 'it is not offered twice')
        d.screenshot('settings-models')
        d.push('Remove test')
        d.respond('Remove')
        d.says('No model is connected')
        assert d.json('model', 'list')['models'] == []
        d.no_warnings()


def the_default_is_chosen():
    with Settings(CARDEA_TEST_MODEL_PORTS='') as d:
        d.ctl('model', 'add', 'mine', '--url', 'https://m.example', '--model', 'x', check=0)
        d.page('Models')
        d.says('x at https://m.example/v1')
        d.reach('Model of new chats', 'Tab', APP)
        d.key('space')
        time.sleep(0.5)
        d.key('Down')
        d.key('Return')
        d.wait_for(lambda: d.json('settings', 'get')['model'] == 'mine', 20, 'the default')
        d.no_warnings()


def a_refusal_is_said_where_it_was_typed():
    with Settings(CARDEA_TEST_MODEL_PORTS='') as d:
        d.page('Models')
        d.says('No model is connected')
        d.push('Connect Model…')
        d.activate('Connect a Model')
        assert not d.sensitive(d.wait('_Connect', 'push button', APP))
        d.fill('mine', 'ftp://m.example')
        d.wait_for(lambda: d.sensitive(d.find('_Connect', 'push button', APP)), 10, 'the button')
        d.respond('Connect')
        d.says('A URL begins with https:// or http://')
        d.screenshot('settings-models-refused')
        d.fill(None, 'http://m.example', None, None, SECRET)
        d.respond('Connect')
        d.says('A key would travel unencrypted')
        assert d.json('model', 'list')['models'] == []
        d.key('Escape')
        d.wait_gone('_Connect', 'push button', APP)
        d.no_warnings()


def a_credential_is_added_listed_and_forgotten():
    with Settings() as d:
        d.page('Credentials')
        d.says('No credential is stored')
        d.push('Add Credential…')
        d.activate('Add Credential')
        d.fill('mine', 'api.example.com, example.org:8443', SECRET)
        time.sleep(0.3)
        d.screenshot('settings-credential-form')
        d.respond('Add')
        d.says('api.example.com, example.org:8443 · Authorization: Bearer … · never used')
        assert SECRET not in d.texts(APP)
        listed = d.json('credential', 'list')
        assert listed[0]['hosts'] == ['api.example.com:443', 'example.org:8443'], listed
        d.screenshot('settings-credentials')
        d.push('Forget mine')
        d.respond('Forget')
        d.says('No credential is stored')
        assert d.json('credential', 'list') == []
        d.no_warnings()


def a_person_logs_in_for_a_credential():
    server = TokenServer()
    with Settings() as d:
        d.ctl('credential', 'set', 'cloud', '--host', server.url, '--token-url', f'{server.url}/token', '--client', 'app',
              '--device-url', f'{server.url}/device', check=0)
        d.page('Credentials')
        d.says(f'tokens from {server.url}/token')
        d.push('Log in for cloud')
        d.says('WDJB-MJHT', f'Open {server.url}/go and type this code.')
        d.screenshot('settings-credential-login')
        d.respond('Cancel')
        d.wait_gone('_Cancel', 'push button', APP)
        d.push('Log in for cloud')  # nobody is kept out by what was given up
        d.says('WDJB-MJHT')
        server.done = True
        # What the window says then is gone within seconds; that it closed, and the record, stay.
        d.wait_gone('_Cancel', 'push button', APP)
        d.wait_for(lambda: any(r['type'] == 'outcome' and r.get('outcome') == 'done'
                               for r in d.records('--action', 'credential.login')), 20, 'the login')
        d.no_warnings()


def what_hosts_get_is_chosen():
    with Settings() as d:
        d.page('Credentials')
        d.push('Add Credential…')
        d.activate('Add Credential')
        assert 'Address for tokens or the secret' not in d.texts(APP)
        d.fill('aws', 's3.eu-central-1.amazonaws.com', SECRET)
        d.key('Tab', 'Tab', 'Tab')  # over header and scheme
        d.key('space', 'End', 'Up', 'Return')
        d.says('Region, as eu-central-1')
        d.screenshot('settings-credential-aws')
        d.key('Tab')
        d.type('AKIAIOSFODNN7EXAMPLE')
        d.key('Tab')
        d.type('eu-central-1')
        d.respond('Add')
        d.says('s3.eu-central-1.amazonaws.com · signed for AWS · never used')
        token = d.json('credential', 'list')[0]['token']
        assert token == {'aws': True, 'client': 'AKIAIOSFODNN7EXAMPLE', 'region': 'eu-central-1',
                         'url': 'https://sts.eu-central-1.amazonaws.com/'}, token
        assert SECRET not in d.texts(APP)
        d.no_warnings()


def a_models_key_goes_with_its_model():
    with Settings() as d:
        d.ctl('model', 'add', 'claude', '--url', 'https://api.anthropic.com', '--model', 'c', '--key',
              stdin=SECRET + '\n', check=0)
        d.page('Credentials')
        d.says('api.anthropic.com · x-api-key: …')
        assert not d.sensitive(d.button('Forget claude', APP))
        d.no_warnings()


def it_is_readable_in_the_dark():
    server = ModelServer('qwen3:4b')
    with Settings(CARDEA_TEST_MODEL_PORTS=str(server.port), ADW_DEBUG_COLOR_SCHEME='prefer-dark') as d:
        d.ctl('model', 'add', 'claude', '--url', 'https://api.anthropic.com', '--model', 'c', '--key',
              stdin=SECRET + '\n', check=0)
        d.page('Models')
        d.says('c at https://api.anthropic.com/v1 · with a key', 'Found on This Computer')
        d.screenshot('settings-models-dark')
        d.click(d.wait('Credentials', 'page tab', APP))
        time.sleep(0.5)
        d.screenshot('settings-credentials-dark')
        d.no_warnings()


run([a_server_on_this_computer_is_offered_and_connected, the_default_is_chosen,
     a_refusal_is_said_where_it_was_typed, a_credential_is_added_listed_and_forgotten,
     a_person_logs_in_for_a_credential, what_hosts_get_is_chosen,
     a_models_key_goes_with_its_model, it_is_readable_in_the_dark])

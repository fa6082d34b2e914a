# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of models for tests, on loopback: what they answer is a script or a function, what they
were asked is kept. Real sockets and real HTTP; no model."""
import http.server
import json
import random
import threading

TEXT = 'text/event-stream'


def event(data, name=None):
    head = f'event: {name}\n' if name else ''
    return f'{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n'


class OpenAI:
    """Chat completions."""
    path = '/v1/chat/completions'

    @staticmethod
    def say(text, *more):
        pieces = [event({'choices': [{'delta': {'content': piece}}]}) for piece in (text, *more)]
        return ''.join(pieces) + OpenAI.end('stop')

    @staticmethod
    def end(reason):
        return event({'choices': [{'delta': {}, 'finish_reason': reason}]}) + event('[DONE]')

    @staticmethod
    def call(*calls, text=''):
        out = event({'choices': [{'delta': {'content': text}}]}) if text else ''
        for index, (name, arguments) in enumerate(calls):
            written = json.dumps(arguments)
            head = {'index': index, 'id': f'call{random.getrandbits(32):x}',
                    'function': {'name': name, 'arguments': written[:3]}}
            tail = {'index': index, 'function': {'arguments': written[3:]}}
            for part in (head, tail):
                out += event({'choices': [{'delta': {'tool_calls': [part]}}]})
        return out + OpenAI.end('tool_calls')

    @staticmethod
    def results(body):
        """What the tools gave, as the model is told."""
        return [json.loads(message['content']) for message in body['messages']
                if message['role'] == 'tool']

    @staticmethod
    def tools(body):
        return {tool['function']['name']: tool['function']['parameters']
                for tool in body.get('tools', [])}


class Anthropic:
    """Messages."""
    path = '/v1/messages'

    @staticmethod
    def end(reason):
        return (event({'type': 'message_delta', 'delta': {'stop_reason': reason}}, 'message_delta')
                + event({'type': 'message_stop'}, 'message_stop'))

    @staticmethod
    def say(text, *more):
        out = ''
        for piece in (text, *more):
            out += event({'type': 'content_block_delta', 'index': 0,
                          'delta': {'type': 'text_delta', 'text': piece}}, 'content_block_delta')
        return out + Anthropic.end('end_turn')

    @staticmethod
    def call(*calls, text=''):
        out = ''
        for index, (name, arguments) in enumerate(calls):
            block = {'type': 'tool_use', 'id': f'toolu_{random.getrandbits(32):x}', 'name': name,
                     'input': {}}
            out += event({'type': 'content_block_start', 'index': index, 'content_block': block},
                         'content_block_start')
            out += event({'type': 'content_block_delta', 'index': index,
                          'delta': {'type': 'input_json_delta',
                                    'partial_json': json.dumps(arguments)}}, 'content_block_delta')
            out += event({'type': 'content_block_stop', 'index': index}, 'content_block_stop')
        return out + Anthropic.end('tool_use')

    @staticmethod
    def results(body):
        blocks = [block for message in body['messages'] if message['role'] == 'user'
                  for block in message['content']]
        return [json.loads(block['content']) for block in blocks if block['type'] == 'tool_result']

    @staticmethod
    def tools(body):
        return {tool['name']: tool['input_schema'] for tool in body.get('tools', [])}


class Answer:
    """An answer that is not simply a stream."""

    def __init__(self, body='', status=200, kind=TEXT, headers=(), pieces=None, then=None):
        self.body, self.status, self.kind = body, status, kind
        self.headers, self.pieces, self.then = headers, pieces, then


class ModelServer:
    """script: a list of texts and Answers, the last one again and again; or a function of the
    request's body that gives one."""

    def __init__(self, script):
        self.script = script
        self.requests = []  # bodies
        self.headers = []   # of each
        self.closed = threading.Event()  # a client went away while we wrote
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
                owner.requests.append(json.loads(body))
                owner.headers.append(dict(self.headers.items()))
                owner.answer(self)

            def do_GET(self):  # pylint: disable=invalid-name
                body = json.dumps({'object': 'list', 'data': [{'id': 'test-1'}]}).encode()
                self.send_response(200)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):  # pylint: disable=arguments-differ
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server.server_address[1]}'

    def next(self):
        if callable(self.script):
            return self.script(self.requests[-1])
        return self.script[min(len(self.requests), len(self.script)) - 1]

    def answer(self, handler):
        answer = self.next()
        if not isinstance(answer, Answer):
            answer = Answer(answer)
        handler.send_response(answer.status)
        handler.send_header('Content-Type', answer.kind)
        handler.send_header('Transfer-Encoding', 'chunked')
        for name, value in answer.headers:
            handler.send_header(name, value)
        handler.end_headers()
        pieces = answer.pieces if answer.pieces is not None else [answer.body]
        try:
            for piece in pieces:
                data = piece if isinstance(piece, bytes) else piece.encode()
                if data:
                    handler.wfile.write(b'%x\r\n%s\r\n' % (len(data), data))
                    handler.wfile.flush()
            if answer.then is not None:
                answer.then(self, handler)
                return
            handler.wfile.write(b'0\r\n\r\n')
        except OSError:
            self.closed.set()
            handler.close_connection = True

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def hang(server, handler):
    """Says no more, and waits until the other side goes away."""
    handler.connection.settimeout(30)
    try:
        if handler.connection.recv(1) == b'':
            server.closed.set()
    except OSError:
        server.closed.set()
    handler.close_connection = True


def cut(server, handler):
    """Ends the connection in the middle of a chunk."""
    handler.wfile.write(b'40\r\nhalf')
    handler.wfile.flush()
    handler.connection.close()
    handler.close_connection = True


def connect(world, server, kind='openai', name='mine', key=None):
    """The person's own step: a model called name, which this server is."""
    more = ['--key'] if key else []
    world.ctl('model', 'add', name, '--url', server.url, '--kind', kind, '--model', 'test-1', *more,
              stdin=key, check=0)

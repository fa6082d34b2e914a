# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers of a real guardian that say whatever a test wants: a front end, and through it an agent in
its real sandbox. See wire-peer.c."""
import base64
import fcntl
import hashlib
import hmac
import itertools
import json
import os
import select
import shutil
import subprocess
import termios
import time

from world import BUILD, World

PEER = os.path.join(BUILD, 'tests', 'contract', 'core', 'wire-peer')
SECONDS = 20
_ids = itertools.count(1)


def core_world(**environment):
    return World(CARDEA_TEST_AGENT_PROGRAM=PEER, **environment)


def request(kind, **fields):
    return {'type': kind, 'request': f'q{next(_ids)}', **fields}


class Told:
    """What one peer was told, in order."""

    def __init__(self):
        self.lines = []

    def pump(self, seconds):
        raise NotImplementedError

    def wait(self, matches, seconds=SECONDS, what='a frame'):
        deadline = time.monotonic() + seconds
        while True:
            for index, line in enumerate(self.lines):
                if matches(line):
                    return self.lines.pop(index)
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f'waited in vain for {what}; told: {self.lines}')
            self.pump(left)

    def reply(self, message, seconds=SECONDS):
        told = self.wait(lambda l: l.get('frame', {}).get('request') == message['request'], seconds,
                         f'the answer to {message}')
        return told['frame']

    def event(self, kind, seconds=SECONDS):
        return self.wait(lambda l: l.get('frame', {}).get('type') == kind, seconds, kind)['frame']

    def closed(self, seconds=SECONDS):
        self.wait(lambda l: 'closed' in l, seconds, 'the end of the link')

    def silent(self, kind, seconds=0.5):
        try:
            self.event(kind, seconds)
        except AssertionError:
            return
        raise AssertionError(f'{kind} came')


class Wire(Told):
    """A peer that is spoken to over a pair of pipes, source and sink."""

    def __init__(self):
        super().__init__()
        self.rest = b''

    def pump(self, seconds):
        ready, _, _ = select.select([self.source], [], [], seconds)
        if not ready:
            return
        got = os.read(self.source, 1 << 20)
        if not got:
            raise AssertionError(f'the peer ended; told: {self.lines}')
        *lines, self.rest = (self.rest + got).split(b'\n')
        self.lines.extend(json.loads(line) for line in lines)

    def send(self, message, file='-'):
        text = message if isinstance(message, str) else json.dumps(message)
        os.write(self.sink, f'{file}\t{text}\n'.encode())

    def call(self, message, file='-'):
        self.send(message, file)
        return self.reply(message)

    def hello(self, program, tty=None, **fields):
        message = request('hello', program=program, version='wire', **fields)
        if tty is not None:
            st = os.stat(tty)
            message['terminal'] = {'type': 'tty', 'dev': str(st.st_dev), 'ino': str(st.st_ino)}
        return self.call(message, file=tty or '-')


class Front(Wire):
    def __init__(self, world, program='cardeactl', tty=None, greet=True, other_tty=None):
        """tty: the slave's path of a pseudo-terminal, made its controlling terminal; other_tty: one
        it hands over instead."""
        super().__init__()
        self.world = world
        self.tty = tty
        if world.guardian() is None:
            world.ctl('status', check=0)
        self.process = subprocess.Popen([PEER, os.path.join(world.runtime, 'guardian.sock')],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=world.env, bufsize=0,
                                        start_new_session=True, preexec_fn=self.own_terminal)
        world.started.append(self.process)
        self.source, self.sink = self.process.stdout.fileno(), self.process.stdin.fileno()
        if greet:
            self.welcome = self.hello(program, other_tty or tty)

    def own_terminal(self):
        if self.tty is not None:
            fcntl.ioctl(os.open(self.tty, os.O_RDWR), termios.TIOCSCTTY, 0)

    def close(self):
        self.process.kill()
        self.process.wait()


class PatchedWorld(World):
    """One whose guardian finds other programs where some of ours should be: {name: path}."""
    PROGRAMS = ('cardeactl', 'cardea-guardian', 'cardea-guardian-change', 'cardea-guardian-files',
                'cardea-guardian-keys', 'cardea-guardian-launch', 'cardea-hold', 'cardea-confine')

    def __init__(self, others, **environment):
        super().__init__(CARDEA_TEST_AGENT_PROGRAM=PEER, **environment)
        self.programs = self.folder('programs')
        for name in set(self.PROGRAMS) - set(others):
            shutil.copy(os.path.join(BUILD, name), self.programs)
        for name, path in others.items():
            shutil.copy(path, os.path.join(self.programs, name))

    def program(self, name):
        return os.path.join(self.programs, name)


class DrawnWorld(PatchedWorld):
    """One whose guardian finds our peer where cardea-consent should be."""

    def __init__(self):
        super().__init__({'cardea-consent': PEER})


class Drawer(Wire):
    """In the place of cardea-consent. Make it before a window greets the guardian."""

    def __init__(self, world):
        super().__init__()
        self.source, self.sink = (self.pipe(world, name) for name in ('drawer.out', 'drawer.in'))

    @staticmethod
    def pipe(world, name):
        path = os.path.join(world.env['XDG_RUNTIME_DIR'], name)
        os.mkfifo(path, 0o600)
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def close(self):
        os.close(self.source)
        os.close(self.sink)


class Agent(Told):
    """The agent of a session of its own, in the sandbox; told what front hears from it."""

    def __init__(self, front, mode='ask', files=(), **fields):
        super().__init__()
        self.front = front
        opened = front.call(request('session.open', mode=mode, folder=front.world.work,
                                    home=front.world.home, files=list(files), **fields))
        assert opened['type'] == 'session.opened', opened
        self.session = opened['session']
        self.say()
        start = self.event('agent.start')
        self.capability = start['capability']
        self.files = start['files']

    def say(self, *messages, letters=None, file='-'):
        """Has it send these; letters: how many the "$" of each stands for; file: sent with each."""
        how = file if letters is None else f'*{letters}'
        lines = [m if isinstance(m, str) else json.dumps(m) for m in messages]
        sent = request('chat.send', session=self.session,
                       text='\n'.join(f'{how}\t{line}' for line in lines) or 'nothing')
        done = self.front.call(sent)
        assert done['type'] == 'done', done

    def pump(self, seconds):
        event = self.front.wait(lambda l: l.get('frame', {}).get('type') == 'chat.event'
                                and l['frame']['session'] == self.session, seconds,
                                'what the agent says')['frame']
        if event['kind'] == 'delta':
            self.lines.append(json.loads(event['text']))

    def ask(self, kind, cap='own', **fields):
        message = request(kind, **fields)
        if cap is not None:
            message['cap'] = self.capability if cap == 'own' else cap
        self.say(message)
        return message

    def call(self, kind, cap='own', **fields):
        return self.reply(self.ask(kind, cap, **fields))

    def ask_change(self, *operations, content=None, cap='own', **fields):
        """content: {index of an operation: bytes it writes}."""
        message = request('file.change', operations=[dict(o) for o in operations],
                          cap=self.capability if cap == 'own' else cap, **fields)
        written = b''
        for index, data in (content or {}).items():
            message['operations'][index].update(offset=str(len(written)), length=str(len(data)))
            written += data
        if content is None:
            self.say(message)
        else:
            self.say({**message, 'content': '$memfd'},
                     file='=' + base64.b64encode(written).decode())
        return message

    def change(self, *operations, **fields):
        return self.reply(self.ask_change(*operations, **fields))

    def end(self):
        done = self.front.call(request('session.end', session=self.session))
        assert done['type'] == 'done', done


# --- capabilities, as a holder sees them ---

def caveats(token):
    return [base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)).decode()
            for part in token.split('.')[2:-1]]


def _encoded(caveat):
    return base64.urlsafe_b64encode(caveat.encode()).rstrip(b'=').decode()


def narrowed(token, caveat):
    *parts, mac = token.split('.')
    mac = hmac.new(bytes.fromhex(mac), caveat.encode(), hashlib.sha256).hexdigest()
    return '.'.join(parts + [_encoded(caveat), mac])


def rewritten(token, new):
    """The same identifier and proof over other caveats."""
    parts = token.split('.')
    return '.'.join(parts[:2] + [_encoded(c) for c in new] + parts[-1:])


# --- what a refusal owes ---

def refused(reply, *codes):
    assert reply['type'] == 'refused', reply
    assert reply['code'] in codes, (codes, reply)
    return reply


def recorded(world, session=None, **wanted):
    """The newest record with these members; text members may be cut to what must be in them."""
    def fits(record):
        return ((session is None or record.get('session') == session)
                and all(str(value) in str(record.get(name)) for name, value in wanted.items()))
    found = [r for r in world.records() if fits(r)]
    assert found, (wanted, world.records()[-8:])
    return found[-1]


def alive(world, pid):
    assert world.guardian() == pid, (world.guardian(), pid)
    done = world.ctl('status', check=0)
    assert done.stdout

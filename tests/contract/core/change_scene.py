# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guardian whose change worker is change_peer.py, with a front end that watches and answers and an
agent that changes files."""
import contextlib
import json
import os

from wire import Agent, Front, PatchedWorld, alive, request

PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'change_peer.py')
TEXT = b'one\ntwo\n'


class Scene:
    """A front end that watches and answers, an agent, and the peer's ways."""

    def __init__(self, world, mode='ask', files=(), **fields):
        self.world = world
        self.front = Front(world)
        self.front.call(request('consent.watch'))
        self.agent = Agent(self.front, mode, files, **fields)
        self.notes = os.path.join(world.documents, 'notes.txt')

    def misbehave(self, *ways):
        with open(os.path.join(self.world.env['XDG_RUNTIME_DIR'], 'change.way'), 'w',
                  encoding='ascii') as f:
            f.write(' '.join(ways))

    def told(self, kind=None):
        try:
            with open(os.path.join(self.world.env['XDG_RUNTIME_DIR'], 'change.told'),
                      encoding='utf-8') as f:
                messages = [json.loads(line) for line in f]
        except FileNotFoundError:
            return []
        return [m for m in messages if kind is None or m.get('type') == 'change.' + kind]

    def question(self):
        return self.front.event('consent.question')

    def answer(self, question, answer='allow', **fields):
        reply = self.front.call(request('consent.answer', id=question['id'],
                                        digest=question['digest'], answer=answer, how='command',
                                        **fields))
        assert reply['type'] == 'done', reply

    def ask_write(self, path=None, data=TEXT, op='write', **fields):
        return self.agent.ask_change({'op': op, 'path': path or self.notes}, content={0: data},
                                     **fields)

    def ask_many(self, count):
        """At once: writing to the agent in between would give it a new budget of questions."""
        folder = self.world.folder('home/Documents/many')
        messages = [request('file.change', cap=self.agent.capability, content='$memfd', operations=[
            {'op': 'create', 'path': os.path.join(folder, f'{n}.txt'), 'offset': '0',
             'length': '4'}]) for n in range(count)]
        self.agent.say(*messages, file='=b25lCg==')
        return messages

    def share(self, access='rw', path=None):
        reply = self.front.call(request('grant.add', path=path or self.world.documents,
                                        access=access, seconds=3600))
        assert reply['type'] == 'grant.added', reply
        return reply['grant']

    def read(self, path=None):
        with open(path or self.notes, 'rb') as f:
            return f.read()

    def records(self, **wanted):
        return [r for r in self.world.records('--session', self.agent.session)
                if all(r.get(name) == value for name, value in wanted.items())]


@contextlib.contextmanager
def scene(mode='ask', **fields):
    with PatchedWorld({'cardea-guardian-change': PEER}) as w:
        pid = None
        s = Scene(w, mode, **fields)
        pid = w.guardian()
        yield s
        alive(w, pid)

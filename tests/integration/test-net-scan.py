#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an agent would send is looked through first, with the real parts: asked about when it holds
something, refused where nobody is there to ask, and nowhere in the log."""
import base64
import contextlib
import os
import signal
import socket

from wire import Agent, Front, core_world, refused, request
from world import run

# Nobody's, but numbers that hold.
CARD = '4556 7375 8689 9855'
GUESS = 'AKIAQYLPMN5HHHFPZAM2'
# Of no name server's knowledge: what is allowed is not delivered either.
HOST = 'model.invalid'
URL = f'http://{HOST}/v1'


class Scene:
    def __init__(self, world, mode, url):
        self.world = world
        self.url = url
        world.ctl('model', 'add', 'mine', '--url', url, '--model', 'x', check=0)
        self.front = Front(world)
        self.front.call(request('consent.watch'))
        self.agent = Agent(self.front, mode, model='mine')

    def post(self, text):
        message = request('net.request', method='POST', url=self.url, cap=self.agent.capability)
        body = base64.b64encode(text.encode()).decode()
        self.agent.say({**message, 'body': '$memfd'}, file='=' + body)
        return message

    def answer(self, question, answer, **fields):
        reply = self.front.call(request('consent.answer', id=question['id'],
                                        digest=question['digest'], answer=answer, how='command',
                                        **fields))
        assert reply['type'] == 'done', reply

    def allows(self, text):
        sent = self.post(text)
        reply = self.agent.reply(sent)
        allowed = self.decided(sent)['effect'] == 'allow'
        assert allowed or 'looked through' in reply['reason'], reply
        return allowed

    def decided(self, message):
        return [r for r in self.world.records('--session', self.agent.session)
                if r['type'] == 'decision' and r.get('request') == message['request']][-1]


@contextlib.contextmanager
def scene(mode='ask', url=URL):
    with core_world() as w:
        yield Scene(w, mode, url)


def not_in_the_log(w, *secrets):
    for record in w.records():
        for secret in secrets:
            assert secret not in str(record), record
    for folder, _, names in os.walk(w.audit):
        for name in names:
            with open(os.path.join(folder, name), 'rb') as f:
                data = f.read()
            for secret in secrets:
                assert secret.encode() not in data, name


def a_card_number_is_asked_about():
    with scene() as s:
        sent = s.post(f'Pay with\n{CARD}, please.')
        question = s.front.event('consent.question')
        r = question['question']
        assert question['tier'] == 3 and r['policy'] == 'shipped.sensitive-out', r
        assert r['sensitive'] == [{'rule': 'card-number', 'count': 1, 'line': 2}], r
        assert CARD in r['sends']['text'], r
        assert r['remember']['durations'] == ['once'], r
        s.answer(question, 'deny')
        refused(s.agent.reply(sent), 'declined')
        decision = s.decided(sent)
        assert decision['effect'] == 'deny' and decision['verdict'] == 'ask', decision
        assert decision['sensitive'] == [{'rule': 'card-number', 'count': 1, 'line': 2}], decision
        assert decision['input']['resource']['sensitive'] == {
            'count': 1, 'classes': ['financial'], 'sure': True}, decision

        again = s.post(f'Pay with {CARD}, please.')
        question = s.front.event('consent.question')
        s.answer(question, 'allow', confirm=HOST)
        refused(s.agent.reply(again), 'not-found', 'unavailable', 'failed')
        assert s.decided(again)['effect'] == 'allow'
        not_in_the_log(s.world, CARD, CARD.replace(' ', ''), CARD[5:])


def a_query_is_looked_at_too():
    """And is not in the log, though every other URL is."""
    number = CARD.replace(' ', '')
    with scene() as s:
        sent = s.agent.ask('net.request', method='GET', url=f'{URL}?n={number}')
        question = s.front.event('consent.question')
        assert question['question']['sensitive'] == [{'rule': 'card-number', 'count': 1}], question
        assert number in question['question']['resource']['url'], question
        s.answer(question, 'deny')
        refused(s.agent.reply(sent), 'declined')
        assert s.decided(sent)['resource']['url'] == f'http://{HOST}:80/…', s.decided(sent)
        not_in_the_log(s.world, number, number[4:12])


def nobody_to_ask():
    with scene('deny') as s:
        sent = s.post(f'Pay with {CARD}, please.')
        refused(s.agent.reply(sent), 'denied')
        assert s.decided(sent)['policy'] == 'shipped.sensitive-out', s.decided(sent)
        not_in_the_log(s.world, CARD, CARD[5:])


def what_is_clean_or_a_guess_is_not_asked():
    with scene('deny') as s:
        for text, found in (('Buy milk.', None),
                            (f'id {GUESS}', [{'rule': 'aws-access-key', 'count': 1, 'line': 1}])):
            sent = s.post(text)
            s.agent.reply(sent)
            decision = s.decided(sent)
            assert decision['effect'] == 'allow' and decision.get('sensitive') == found, decision
        not_in_the_log(s.world, GUESS)


def a_model_on_this_computer_is_told():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        url = f'http://127.0.0.1:{s.getsockname()[1]}/v1'
    with scene('deny', url) as s:
        sent = s.post(f'Pay with {CARD}, please.')
        s.agent.reply(sent)
        decision = s.decided(sent)
        assert decision['effect'] == 'allow' and decision['sensitive'], decision


def without_a_verdict_nothing_leaves():
    """Stopped while it has something to look at, and ended by whoever else."""
    with scene() as s:
        s.agent.reply(s.post('Buy milk.'))
        workers = [p for p in s.world.processes() if s.world.name(p) == 'cardea-guardian-scan']
        assert len(workers) == 1, workers
        os.kill(workers[0], signal.SIGSTOP)
        sent = s.post('Buy bread.')
        s.front.silent('consent.question')
        os.kill(workers[0], signal.SIGKILL)
        reply = refused(s.agent.reply(sent), 'unavailable')
        assert 'looked through' in reply['reason'], reply
        assert s.decided(sent)['effect'] == 'deny', s.decided(sent)
        # Another takes its place.
        s.world.wait_for(lambda: s.allows('Buy butter.'), 20, 'a verdict')


if __name__ == '__main__':
    run([a_card_number_is_asked_about, a_query_is_looked_at_too, nobody_to_ask,
         what_is_clean_or_a_guess_is_not_asked, a_model_on_this_computer_is_told,
         without_a_verdict_nothing_leaves])

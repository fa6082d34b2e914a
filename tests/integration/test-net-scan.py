#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an agent would send is looked through first, with the real parts: asked about when it holds
something or cannot be looked into, once a task; and nowhere in the log."""
import base64
import contextlib
import json
import os
import signal
import socket

from wire import Agent, Front, core_world, refused, request
from world import run

# Nobody's, but numbers that hold.
CARD = '4556 7375 8689 9855'
OTHER = '4916 2110 8923 7448'
KEY = 'AKIAQYLPMN5HHHFPZAM2'
GUESS = '4556 7375 8689 9856'  # a digit of which is wrong
# Of no name server's knowledge: what is allowed is not delivered either.
HOST = 'model.invalid'
URL = f'http://{HOST}/v1'


class Scene:
    def __init__(self, world, mode, url):
        self.world = world
        self.url = url + '/chat/completions'
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
        """Unless it is asked about, which is answered with no."""
        sent = self.post(text)
        told = self.front.wait(lambda l: l.get('frame', {}).get('type') == 'consent.question'
                               or self.is_answer(l, sent), what='question or answer')
        if told['frame']['type'] == 'consent.question':
            self.answer(told['frame'], 'deny')
            return False
        return self.decided(sent)['effect'] == 'allow'

    def is_answer(self, line, sent):
        frame = line.get('frame', {})
        return (frame.get('type') == 'chat.event' and frame['kind'] == 'delta'
                and json.loads(frame['text']).get('frame', {}).get('request') == sent['request'])

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


def found(question):
    """What R says was found, without what only a person is shown."""
    return [{k: v for k, v in f.items() if k not in ('mark', 'before', 'shown', 'after')}
            for f in question['question']['sensitive']]


def a_card_number_is_asked_about():
    with scene() as s:
        sent = s.post(f'Pay with\n{CARD}, please.')
        question = s.front.event('consent.question')
        r = question['question']
        assert question['tier'] == 3 and r['policy'] == 'shipped.sensitive-out', r
        assert found(question) == [{'rule': 'card-number', 'count': 1, 'line': 2}], r
        shown = r['sensitive'][0]
        assert shown['before'].endswith('Pay with ') and shown['after'] == ', please.', shown
        assert shown['shown'].endswith('9855') and '7375' not in shown['shown'], shown
        assert CARD in r['sends']['text'], r
        assert r['remember']['durations'] == ['once', 'task'], r
        assert r['remember']['scopes'] == ['exact'], r
        s.answer(question, 'deny')
        refused(s.agent.reply(sent), 'declined')
        decision = s.decided(sent)
        assert decision['effect'] == 'deny' and decision['verdict'] == 'ask', decision
        told = decision['sensitive'][0]
        assert set(told) == {'rule', 'count', 'line', 'mark'}, decision
        assert decision['input']['resource']['sensitive'] == {
            'count': 1, 'classes': ['financial'], 'sure': True, 'removable': True}, decision

        # The model is told of it each time: from now on without what was said no to, and unasked.
        again = s.post(f'Pay with {CARD}, please.\nAnd now?')
        s.agent.reply(again)
        decision = s.decided(again)
        assert decision['effect'] == 'allow' and decision['sensitive_lifted'] == 1, decision
        assert decision['taken_out'] == 1, decision

        again = s.post(f'Pay with {OTHER}, please.')
        question = s.front.event('consent.question')
        s.answer(question, 'allow', confirm=HOST)
        refused(s.agent.reply(again), 'not-found', 'unavailable', 'failed')
        assert s.decided(again)['effect'] == 'allow'
        not_in_the_log(s.world, CARD, CARD.replace(' ', ''), CARD[5:], OTHER)


def no_is_no_for_the_task():
    """Where nothing can be taken out, or not for a model, it stays here without another question."""
    number = CARD.replace(' ', '')
    with scene() as s:
        sent = s.agent.ask('net.request', method='GET', url=f'{URL}?n={number}')
        s.answer(s.front.event('consent.question'), 'deny')
        refused(s.agent.reply(sent), 'declined')
        for url in (f'{URL}?n={number}', f'{URL}/{number}/pay?x=1'):
            sent = s.agent.ask('net.request', method='GET', url=url)
            refused(s.agent.reply(sent), 'declined')
            decision = s.decided(sent)
            assert decision['effect'] == 'deny' and 'said no' in decision['reason'], decision
        # to another host it is another question
        sent = s.agent.ask('net.request', method='GET', url=f'http://other.invalid/?n={number}')
        s.answer(s.front.event('consent.question'), 'deny')
        refused(s.agent.reply(sent), 'declined')
        not_in_the_log(s.world, number, number[4:12])


def what_was_said_for_the_task_is_not_asked_again():
    with scene() as s:
        s.post(f'{{"messages": ["Pay with {CARD}"]}}')
        question = s.front.event('consent.question')
        s.answer(question, 'allow', confirm=HOST, duration='task')
        # The conversation goes on: what was said is in it each time.
        for more in ('Thanks.', 'And now?'):
            sent = s.post(f'{{"messages": ["Pay with {CARD}", "{more}"]}}')
            s.agent.reply(sent)
            decision = s.decided(sent)
            assert decision['effect'] == 'allow' and decision['sensitive_lifted'] == 1, decision
        s.post(f'{{"messages": ["Pay with {CARD} or {OTHER}"]}}')
        question = s.front.event('consent.question')
        assert question['question']['sensitive'][0]['shown'].endswith(OTHER[-4:]), question
        assert len(question['question']['sensitive']) == 1, question
        s.answer(question, 'deny')
        not_in_the_log(s.world, CARD[5:], OTHER[5:])


def a_query_is_looked_at_too():
    """And is not in the log, though every other URL is."""
    number = CARD.replace(' ', '')
    for url in (f'{URL}?n={number}', f'{URL}/{number}/pay', f'{URL}?n={number[:4]}%2D{number[4:8]}'
                f'%2D{number[8:12]}%2D{number[12:]}'):
        with scene() as s:
            sent = s.agent.ask('net.request', method='GET', url=url)
            question = s.front.event('consent.question')
            assert found(question) == [{'rule': 'card-number', 'count': 1}], question
            assert 'treatments' not in question['question'], question
            assert HOST in question['question']['resource']['url'], question
            s.answer(question, 'deny')
            refused(s.agent.reply(sent), 'declined')
            assert s.decided(sent)['resource']['url'] == f'http://{HOST}:80/…', s.decided(sent)
            not_in_the_log(s.world, number, number[4:12])


def nobody_to_ask():
    """A model gets placeholders, another host nothing."""
    with scene('deny') as s:
        sent = s.post(f'Pay with {CARD}, please.')
        s.agent.reply(sent)
        decision = s.decided(sent)
        assert decision['effect'] == 'allow', decision
        assert decision['policy'] == 'shipped.sensitive-model', decision
        assert decision['treatment'] == 'placeholder' and decision['taken_out'] == 1, decision
        refused(s.agent.call('net.request', method='GET', url=f'{URL}?n={CARD.replace(" ", "")}'),
                'denied')
        not_in_the_log(s.world, CARD, CARD[5:])


def what_is_clean_or_a_guess_is_not_asked():
    with scene('deny') as s:
        for text, rules in (('Buy milk.', None), (f'password: hunter2 {GUESS}', None)):
            sent = s.post(text)
            s.agent.reply(sent)
            decision = s.decided(sent)
            told = decision.get('sensitive')
            assert decision['effect'] == 'allow', decision
            assert (told and [f['rule'] for f in told]) == rules, decision
        not_in_the_log(s.world, GUESS)


def local_url():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return f'http://127.0.0.1:{s.getsockname()[1]}/v1'


def wrapped(text, times):
    for _ in range(times):
        text = base64.b64encode(text.encode()).decode()
    return text


DEEP = wrapped('nothing at all is in here but words', 10)


def a_model_on_this_computer_is_told():
    """Also what cannot be looked into, again and again."""
    with scene('deny', local_url()) as s:
        for text in (f'Pay with {CARD}, please.', DEEP, DEEP + ' and more', 'plain again'):
            sent = s.post(text)
            s.agent.reply(sent)
            assert s.decided(sent)['effect'] == 'allow', s.decided(sent)
        sent = s.post(DEEP)
        s.agent.reply(sent)
        assert s.decided(sent)['input']['resource']['sensitive']['opaque'] == 'deep', s.decided(sent)


def what_cannot_be_looked_into_is_asked_once():
    with scene() as s:
        sent = s.post(DEEP)
        question = s.front.event('consent.question')
        r = question['question']
        assert question['tier'] == 2 and r['policy'] == 'shipped.opaque-out', r
        assert r['sensitive'][0]['rule'] == 'opaque' and r['sensitive'][0]['why'], r
        s.answer(question, 'allow', duration='task')
        s.agent.reply(sent)
        assert s.decided(sent)['effect'] == 'allow', s.decided(sent)
        for text in (DEEP, DEEP + ' and more'):
            sent = s.post(text)
            s.agent.reply(sent)
            assert s.decided(sent)['effect'] == 'allow', s.decided(sent)
        # What is found beside it is asked about all the same.
        s.post(f'{DEEP} {CARD}')
        question = s.front.event('consent.question')
        assert question['question']['policy'] == 'shipped.sensitive-out', question
        s.answer(question, 'deny')


def a_long_conversation_is_ordinary():
    """Escaped and escaped again, with a picture in it: nobody is asked, and it stays so."""
    with open(__file__, encoding='utf-8') as f:
        source = f.read()[:1500]
    picture = base64.b64encode(b'\x89PNG\r\n\x1a\n' + os.urandom(40000)).decode()
    messages = [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {
        'url': f'data:image/png;base64,{picture}'}}]}]
    with scene('deny') as s:
        for turn in range(10):
            nested = source + 'C:\\new\\table\\x41 %2525 &amp;amp; “naïve”'
            for _ in range(turn % 5):
                nested = json.dumps({'content': [{'type': 'text', 'text': nested}]})
            messages.append({'role': 'tool', 'content': nested})
            sent = s.post(json.dumps({'model': 'x', 'messages': messages, 'tools': []}))
            s.agent.reply(sent)
            decision = s.decided(sent)
            sensitive = decision['input']['resource'].get('sensitive', {})
            assert decision['effect'] == 'allow' and 'opaque' not in sensitive, decision


def the_name_of_a_file_is_looked_at():
    """As an upload says it, its words joined the way names of files are."""
    with scene() as s:
        for name, allowed in ((f'invoice_{CARD.replace(" ", "")}_paid.pdf', False),
                              (f'backup_{KEY}_old.csv', False), (f'invoice_{GUESS.replace(" ", "")}_paid.pdf', True)):
            part = f'--x\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\nHello.\r\n--x--\r\n'
            assert s.allows(part) == allowed, name
        not_in_the_log(s.world, CARD.replace(' ', ''), KEY)


def without_a_verdict_it_is_asked():
    """Stopped while it has something to look at, and ended by whoever else."""
    with scene() as s:
        s.agent.reply(s.post('Buy milk.'))
        workers = [p for p in s.world.processes() if s.world.name(p) == 'cardea-guardian-scan']
        assert len(workers) == 1, workers
        os.kill(workers[0], signal.SIGSTOP)
        sent = s.post('Buy bread.')
        s.front.silent('consent.question')
        os.kill(workers[0], signal.SIGKILL)
        question = s.front.event('consent.question')
        assert question['question']['policy'] == 'shipped.opaque-out', question
        assert question['question']['remember']['durations'] == ['once'], question
        s.answer(question, 'deny')
        refused(s.agent.reply(sent), 'declined')
        assert s.decided(sent)['effect'] == 'deny', s.decided(sent)
        # Another takes its place.
        s.world.wait_for(lambda: s.allows('Buy butter.'), 20, 'a verdict')


if __name__ == '__main__':
    run([a_card_number_is_asked_about, no_is_no_for_the_task,
         what_was_said_for_the_task_is_not_asked_again,
         a_query_is_looked_at_too, nobody_to_ask, what_is_clean_or_a_guess_is_not_asked,
         a_model_on_this_computer_is_told, what_cannot_be_looked_into_is_asked_once,
         a_long_conversation_is_ordinary, the_name_of_a_file_is_looked_at, without_a_verdict_it_is_asked])

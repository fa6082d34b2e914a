#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real guardian against front ends that misbehave in one way each when a question waits: no
answer but the honest one is taken, the log has a record, the guardian goes on."""
import contextlib
import os
import time

from wire import Agent, Front, alive, core_world, recorded, refused, request
from world import BANK, run

ARMED = 0.9  # seconds: longer than a question must be shown
DELIBERATE = 1.6


@contextlib.contextmanager
def terminal():
    master, slave = os.openpty()
    try:
        yield os.ttyname(slave)
    finally:
        os.close(master)
        os.close(slave)


@contextlib.contextmanager
def scene(name='bank.csv'):
    """A terminal that is asked because its agent wants a file."""
    with core_world() as w, terminal() as tty:
        w.target = w.file(name, BANK)
        front = Front(w, tty=tty)
        assert front.welcome['type'] == 'welcome', front.welcome
        agent = Agent(front)
        asked = agent.ask('file.read', path=w.target)
        question = front.event('consent.question')
        assert question['answerable'] is True, question
        pid = w.guardian()
        yield w, front, agent, asked, question
        alive(w, pid)


def answer(question, **fields):
    message = request('consent.answer', id=question['id'], digest=question['digest'],
                      nonce=question['nonce'], answer='allow', how='terminal', shown_ms=5000,
                      armed_ms=1500)
    message.update(fields)
    return {name: value for name, value in message.items() if value is not None}


def refuses(world, front, message, *codes):
    refused(front.call(message), *codes)
    recorded(world, type='violation', action='consent.answer', effect='deny')


def still_waits(world, front, agent, asked, question, **fields):
    """What was refused changed nothing: the honest answer is taken, once."""
    assert not [r for r in world.records() if r['type'] == 'consent' and r['effect'] == 'allow']
    done = front.call(answer(question, **fields))
    assert done['type'] == 'done', done
    assert agent.reply(asked)['type'] == 'file.opened'
    refused(front.call(answer(question, **fields)), 'not-found')


def honest_answer():
    with scene() as (w, front, agent, asked, question):
        time.sleep(ARMED)
        still_waits(w, front, agent, asked, question)


def wrong_nonce():
    with scene() as (w, front, agent, asked, question):
        time.sleep(ARMED)
        refuses(w, front, answer(question, nonce=32 * '0'), 'changed')
        refuses(w, front, answer(question, nonce=None), 'unauthorized')
        still_waits(w, front, agent, asked, question)


def wrong_digest():
    with scene() as (w, front, agent, asked, question):
        time.sleep(ARMED)
        refuses(w, front, answer(question, digest=64 * '0'), 'changed')
        still_waits(w, front, agent, asked, question)


def answered_too_early():
    with scene() as (w, front, agent, asked, question):
        refuses(w, front, answer(question), 'unauthorized')  # it says 5 s; the guardian knows better
        time.sleep(ARMED)
        refuses(w, front, answer(question, shown_ms=10), 'unauthorized')
        refuses(w, front, answer(question, armed_ms=10), 'unauthorized')
        refuses(w, front, answer(question, armed_ms=None), 'unauthorized')
        still_waits(w, front, agent, asked, question)


def scope_and_duration_not_offered():
    with scene() as (w, front, agent, asked, question):
        time.sleep(ARMED)
        for fields in ({'scope': 'host', 'duration': 'task'}, {'scope': 'folder'},
                       {'duration': 'time'}, {'scope': 'folder', 'duration': 'once'}):
            refuses(w, front, answer(question, **fields), 'malformed')
        still_waits(w, front, agent, asked, question)


def folder_that_is_the_home():
    with core_world() as w, terminal() as tty:
        path = w.file('bank.csv', BANK, w.home)
        front = Front(w, tty=tty)
        agent = Agent(front)
        asked = agent.ask('file.read', path=path)
        question = front.event('consent.question')
        assert 'folder' not in question['question']['remember']['scopes'], question
        time.sleep(ARMED)
        refuses(w, front, answer(question, scope='folder', duration='task'), 'malformed')
        still_waits(w, front, agent, asked, question)


def deliberate_without_its_name():
    with scene('.env') as (w, front, agent, asked, question):
        assert question['tier'] == 3, question
        time.sleep(DELIBERATE)
        refuses(w, front, answer(question), 'unauthorized')
        refuses(w, front, answer(question, confirm='env'), 'unauthorized')
        refuses(w, front, answer(question, confirm='.env', duration='task'), 'malformed')
        refuses(w, front, answer(question, confirm='.env', duration='time', seconds=60), 'malformed')
        still_waits(w, front, agent, asked, question, confirm='.env')


def deliberate_too_early():
    with scene('.env') as (w, front, agent, asked, question):
        time.sleep(ARMED)
        refuses(w, front, answer(question, confirm='.env'), 'unauthorized')
        time.sleep(DELIBERATE - ARMED)
        still_waits(w, front, agent, asked, question, confirm='.env')


def question_of_another_session():
    with scene() as (w, front, agent, asked, question), terminal() as tty:
        other = Front(w, tty=tty)
        stranger = Agent(other)
        theirs = stranger.ask('file.read', path=w.file('other.csv', BANK))
        its = other.event('consent.question')
        time.sleep(ARMED)
        # its own question's proof, the other's id; and the other's whole answer
        refuses(w, other, answer(its, id=question['id']), 'unauthorized', 'changed')
        refuses(w, other, answer(question), 'unauthorized')
        still_waits(w, front, agent, asked, question)
        assert other.call(answer(its, answer='deny'))['type'] == 'done'
        refused(stranger.reply(theirs), 'declined')


def two_front_ends_answer():
    with scene() as (w, front, agent, asked, question):
        other = Front(w)
        other.call(request('consent.watch'))
        seen = other.event('consent.question')
        assert seen['answerable'] is False, seen
        time.sleep(ARMED)
        refuses(w, other, answer(seen), 'unauthorized')
        refuses(w, other, answer(seen, how='window'), 'unauthorized')
        still_waits(w, front, agent, asked, question)
        assert other.event('consent.closed')['outcome'] == 'allow'


def closed_in_the_middle_of_a_question():
    with scene() as (w, front, agent, _, question):
        other = Front(w)
        other.call(request('consent.watch'))
        front.close()
        assert other.event('consent.closed')['outcome'] in ('lapsed', 'cancelled')
        refused(other.call(answer(question, how='command', nonce=None)), 'not-found')
        w.wait_for(lambda: [r for r in w.records('--session', agent.session)
                            if r['type'] == 'session.end'], what='the end of its session')
        recorded(w, agent.session, type='consent', effect='deny')
        assert not [r for r in w.records() if r['type'] == 'outcome' and r.get('bytes')]


def pretender_says_it_is_the_drawer():
    with scene() as (w, front, agent, asked, question):
        pretender = Front(w, greet=False)
        refused(pretender.hello('cardea-consent'), 'malformed')
        # it was not greeted: nothing else can be said
        refused(pretender.call(answer(question, how='window')), 'malformed')
        recorded(w, type='violation', reason='greeting')
        later = Front(w)
        refuses(w, later, answer(question, how='window'), 'unauthorized')
        refuses(w, later, answer(question, how='terminal'), 'unauthorized')
        time.sleep(ARMED)
        still_waits(w, front, agent, asked, question)


def terminal_of_somebody_else():
    with scene() as (w, front, agent, asked, question), terminal() as other:
        thief = Front(w, other_tty=other)  # has no terminal of its own
        refused(thief.welcome, 'unauthorized')
        assert 'terminal' in thief.welcome['reason'], thief.welcome
        with terminal() as own:
            thief = Front(w, tty=own, other_tty=other)
            refused(thief.welcome, 'unauthorized')
        with terminal() as own:
            thief = Front(w, program='cardea', tty=own)
            refused(thief.welcome, 'unauthorized')
            refused(thief.call(answer(question)), 'malformed')
        time.sleep(ARMED)
        still_waits(w, front, agent, asked, question)


def command_cannot_allow_what_was_not_shown():
    with scene() as (w, front, agent, asked, question):
        other = Front(w)
        refuses(w, other, answer(question, how='command', nonce=None, digest=64 * 'f'), 'changed')
        refused(other.call(answer(question, how='command', nonce=None, id='ffffffffffffffff')),
                'not-found')
        time.sleep(ARMED)
        still_waits(w, front, agent, asked, question)


def talking_to_the_session_of_another():
    with scene() as (w, front, agent, asked, question):
        other = Front(w)
        refused(other.call(request('chat.send', session=agent.session, text='hello')),
                'unauthorized')
        refused(other.call(request('chat.cancel', session=agent.session)), 'unauthorized')
        time.sleep(ARMED)
        still_waits(w, front, agent, asked, question)


def opened(front):
    return front.call(request('session.open', mode='ask', folder=front.world.work,
                              home=front.world.home, files=[]))['session']


BEFORE = [{'author': 'person', 'text': 'what is on the account?'},
          {'author': 'assistant', 'text': '80.25'}]


def words_of_before_bring_what_they_were_taken_from():
    with core_world() as w:
        front = Front(w)
        session = opened(front)
        flow = {'labels': ['finance'], 'untrusted': True}
        done = front.call(request('chat.send', session=session, text='nothing', before=BEFORE,
                                  flow=flow))
        assert done['type'] == 'done', done
        assert front.event('chat.event')['flow'] == flow
        told = front.call(request('session.show', session=session))['details']
        assert told['labels_read'] == ['finance'] and told['untrusted_input'] is True, told
        # once, and at the beginning
        refused(front.call(request('chat.send', session=session, text='nothing', before=BEFORE,
                                   flow=flow)), 'malformed')


def words_of_before_without_it_are_refused():
    with core_world() as w:
        front = Front(w)
        for labels in ('finance', [''], [1], [str(i) for i in range(65)], None, 0):
            wrong = {'untrusted': False, 'labels': labels} if labels != 0 else {'labels': []}
            session = opened(front)
            more = {} if labels is None else {'flow': wrong}
            refused(front.call(request('chat.send', session=session, text='nothing',
                                       before=BEFORE, **more)), 'malformed')
            told = front.call(request('session.show', session=session))['details']
            assert told['labels_read'] == [] and told['untrusted_input'] is False, told
            front.call(request('session.end', session=session))


def object_changed_between_question_and_answer():
    with scene() as (w, front, agent, asked, question):
        time.sleep(ARMED)
        os.rename(w.file('new.csv', 'SECRET'), w.target)
        assert front.call(answer(question))['type'] == 'done'
        refused(agent.reply(asked), 'changed', 'not-found')
        recorded(w, agent.session, type='outcome', action='file.read', outcome='changed')


def messages_of_another_role():
    with core_world() as w:
        for kind in ('file.read', 'agent.ready', 'files.resolve', 'launch.probe', 'nonsense'):
            front = Front(w)
            refused(front.call(request(kind)), 'malformed')
            recorded(w, type='violation', effect='deny')
            assert front.call(request('status'))['type'] == 'status.report'


def descriptor_undeclared():
    with core_world() as w:
        front = Front(w)
        front.send(request('status'), file='/dev/null')
        front.closed()
        recorded(w, type='violation', reason='descriptor')


def third_fault_ends_the_link():
    with core_world() as w:
        front = Front(w)
        for _ in range(3):
            refused(front.call(request('status', sudo=True)), 'malformed')
        front.closed()


run([test for name, test in list(globals().items())
     if callable(test) and getattr(test, '__module__', '') == '__main__'
     and not test.__code__.co_argcount and name not in ('scene', 'terminal')])

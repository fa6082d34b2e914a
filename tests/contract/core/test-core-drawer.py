#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real guardian against a cardea-consent that misbehaves in one way each, and against those who
say that they are it."""
import contextlib
import os
import signal
import time

from wire import Agent, DrawnWorld, Drawer, Front, alive, recorded, refused, request
from world import BANK, run

ARMED = 0.9  # seconds: longer than a question must be shown
DISPLAY = {'DISPLAY': ':99'}


@contextlib.contextmanager
def scene():
    """A window whose agent wants a file; the drawer has the question."""
    with DrawnWorld() as w, contextlib.closing(Drawer(w)) as drawer:
        w.bank = w.file('bank.csv', BANK)
        front = Front(w, greet=False)
        assert front.hello('cardea', display=DISPLAY)['type'] == 'welcome'
        assert drawer.hello('cardea-consent')['type'] == 'welcome'
        assert drawer.event('consent.display')['variables'] == DISPLAY
        agent = Agent(front)
        asked = agent.ask('file.read', path=w.bank)
        question = drawer.event('consent.question')
        assert question['answerable'] is True, question
        shown = front.event('consent.question')
        assert shown['answerable'] is False, shown
        pid = w.guardian()
        yield w, drawer, front, agent, asked, question
        alive(w, pid)


def answer(question, **fields):
    message = request('consent.answer', id=question['id'], digest=question['digest'],
                      nonce=question['nonce'], answer='allow', how='window', shown_ms=5000,
                      armed_ms=1500)
    message.update(fields)
    return {name: value for name, value in message.items() if value is not None}


def refuses(world, peer, message, *codes):
    refused(peer.call(message), *codes)
    recorded(world, type='violation', action='consent.answer', effect='deny')


def still_waits(world, drawer, agent, asked, question):
    assert not [r for r in world.records() if r['type'] == 'consent' and r['effect'] == 'allow']
    assert drawer.call(answer(question))['type'] == 'done'
    assert agent.reply(asked)['type'] == 'file.opened'
    assert drawer.event('consent.closed')['outcome'] == 'allow'


def honest_drawer():
    with scene() as (w, drawer, _, agent, asked, question):
        time.sleep(ARMED)
        still_waits(w, drawer, agent, asked, question)


def answered_too_early():
    with scene() as (w, drawer, _, agent, asked, question):
        refuses(w, drawer, answer(question), 'unauthorized')
        time.sleep(ARMED)
        still_waits(w, drawer, agent, asked, question)


def answered_otherwise_than_drawn():
    with scene() as (w, drawer, _, agent, asked, question):
        time.sleep(ARMED)
        refuses(w, drawer, answer(question, nonce=32 * 'a'), 'changed')
        refuses(w, drawer, answer(question, digest=64 * 'a'), 'changed')
        for how in ('terminal', 'command', 'closed', 'lapsed', 'locked'):
            refuses(w, drawer, answer(question, how=how), 'unauthorized')
        still_waits(w, drawer, agent, asked, question)


def drawer_wants_more_than_to_draw():
    with scene() as (w, drawer, _, agent, asked, question):
        time.sleep(ARMED)
        refused(drawer.call(request('grant.add', path=w.bank, access='rw', seconds=60)), 'malformed')
        recorded(w, type='violation', effect='deny')
        refused(drawer.call(request('audit.list')), 'malformed')
        still_waits(w, drawer, agent, asked, question)


def drawer_dies_in_the_middle():
    with scene() as (w, drawer, front, agent, asked, _):
        pid = [p for p in w.processes() if w.name(p) == 'cardea-consent']
        assert len(pid) == 1, pid
        os.kill(pid[0], signal.SIGKILL)
        refused(agent.reply(asked), 'unanswered')
        assert front.event('consent.closed')['outcome'] == 'lapsed'
        recorded(w, agent.session, type='consent', effect='deny')


def window_answers_itself():
    with scene() as (w, drawer, front, agent, asked, question):
        time.sleep(ARMED)
        for how in ('window', 'terminal', 'closed'):
            refuses(w, front, answer(question, how=how), 'unauthorized')
        still_waits(w, drawer, agent, asked, question)


def pretender_on_the_public_socket():
    with scene() as (w, drawer, _, agent, asked, question):
        pretender = Front(w, greet=False)
        refused(pretender.hello('cardea-consent'), 'malformed')
        refused(pretender.call(answer(question)), 'malformed')
        recorded(w, type='violation', reason='greeting')
        watcher = Front(w)
        watcher.call(request('consent.watch'))
        seen = watcher.event('consent.question')
        time.sleep(ARMED)
        refuses(w, watcher, answer(seen), 'unauthorized')
        still_waits(w, drawer, agent, asked, question)


run([test for name, test in list(globals().items())
     if callable(test) and getattr(test, '__module__', '') == '__main__'
     and not test.__code__.co_argcount and name != 'scene'])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real guardian against an agent that asks for programs in ways that no honest one does."""
import contextlib
import os

from wire import Agent, Front, alive, core_world, narrowed, recorded, refused, request
from world import needs_fuse, run


@contextlib.contextmanager
def scene(mode='ask'):
    with core_world() as w:
        w.bank = w.file('bank.csv', 'a,b\n')
        front = Front(w)
        agent = Agent(front, mode, [w.bank])
        pid = w.guardian()
        yield w, front, agent
        alive(w, pid)


def argv(*words, **more):
    return {'argv': list(words), **more}


def quiet(world):
    """Nobody was asked, and nothing ran."""
    records = world.records()
    assert not [r for r in records if r['type'] == 'consent'], records
    assert not [r for r in records if r['type'] == 'outcome' and r.get('action') == 'exec.run']


def commands_that_are_none():
    with scene() as (w, _, agent):
        for command in ({}, argv(), argv(''), argv('wc', 1), argv('a\0b'), argv('wc', 'a\0b'),
                        argv(*['wc'] * 513), argv('wc', shell=True), argv('wc', environment={}),
                        argv('wc', environment=['NAME']), argv('wc', environment=['=x']),
                        argv('wc', environment=['A B=x']), argv('wc', environment=['1=x']),
                        argv('wc', environment=['A=x'] * 33), {'argv': 'wc'}):
            refused(agent.call('exec.run', command=command), 'malformed')
        refused(agent.call('exec.run', command=argv('wc'), readable=[w.bank] * 40,
                           writable=[w.bank] * 40), 'malformed')
        quiet(w)


def no_parameter_switches_the_sandbox_off():
    with scene() as (w, _, agent):
        refused(agent.call('exec.run', command=argv('wc'), sandbox=False), 'malformed')
        recorded(w, agent.session, type='violation')
        quiet(w)


def tokens_hold_for_what_they_say():
    with scene() as (w, _, agent):
        reading = narrowed(agent.capability, 'actions=file.read')
        refused(agent.call('exec.run', reading, command=argv('wc')), 'unauthorized')
        recorded(w, agent.session, action='exec.run', effect='deny')
        quiet(w)


def mode_deny_runs_nothing_and_tells_nothing():
    with scene('deny') as (w, _, agent):
        words = set()
        for path in (os.path.join(w.home, '.ssh/id'), '/etc/shadow', '/absent/x'):
            reply = refused(agent.call('exec.run', command=argv('wc'), readable=[path]), 'denied')
            words.add((reply['reason'], reply.get('policy')))
            reply = refused(agent.call('exec.run', command=argv(path)), 'denied')
            words.add((reply['reason'], reply.get('policy')))
        for name in ('wc', 'there-is-none', '/usr/bin/there-is-none', '/usr/bin'):
            reply = refused(agent.call('exec.run', command=argv(name)), 'denied')
        assert len(words) == 1, words
        quiet(w)


def a_program_is_judged_as_a_file_before_anybody_looks_into_it():
    with scene() as (w, _, agent):
        there = os.path.join(w.home, '.ssh/id')
        os.makedirs(os.path.dirname(there), exist_ok=True)
        with open(there, 'w', encoding='utf-8') as script:
            script.write('#!/bin/sh\n')
        os.chmod(there, 0o755)
        os.symlink(there, os.path.join(w.home, 'link'))
        for path in (there, os.path.join(w.home, 'link')):
            reply = refused(agent.call('exec.run', command=argv(path)), 'denied')
            assert reply.get('policy'), reply
        quiet(w)


def a_question_can_be_withdrawn():
    with scene() as (w, front, agent):
        front.call(request('consent.watch'))
        asked = agent.ask('exec.run', command=argv('true'))
        front.event('consent.question')
        agent.say({'type': 'exec.cancel', 'target': asked['request']})
        refused(agent.reply(asked), 'unavailable')
        front.event('consent.closed')
        recorded(w, agent.session, action='exec.run', effect='deny')
        # Of one that never was, and of somebody else's, nothing comes.
        agent.say({'type': 'exec.cancel', 'target': 'q0'})


def start(front, agent, *words, **more):
    asked = agent.ask('exec.run', command=argv(*words), **more)
    question = front.event('consent.question')
    name = os.path.basename(question['question']['resource']['path'])
    done = front.call(request('consent.answer', id=question['id'], digest=question['digest'],
                              nonce=question['nonce'], answer='allow', how='command', confirm=name))
    assert done['type'] == 'done', done
    return asked, agent.reply(asked)


def one_that_runs_can_be_cancelled():
    needs_fuse()
    with scene() as (w, front, agent):
        front.call(request('consent.watch'))
        asked, started = start(front, agent, 'sleep', '985')
        assert started['type'] == 'exec.started' and started['program'] == '/usr/bin/sleep', started
        agent.say({'type': 'exec.cancel', 'target': asked['request']})
        finished = agent.event('exec.finished')
        assert finished['target'] == asked['request'] and 'status' not in finished, finished
        w.wait_for(lambda: not [p for p in w.processes() if w.name(p) == 'sleep'], what='its end')
        recorded(w, agent.session, action='exec.run', outcome='ended')


run([test for name, test in list(globals().items())
     if callable(test) and getattr(test, '__module__', '') == '__main__'
     and not test.__code__.co_argcount and name not in ('scene',)])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real guardian against an agent that misbehaves in one way each, from inside its sandbox: it
sees a refusal, the log has a record, the guardian goes on."""
import contextlib
import os
import time

from wire import (Agent, Front, alive, caveats, core_world, narrowed, recorded, refused, request,
                  rewritten)
from world import BANK, run


@contextlib.contextmanager
def scene(mode='ask', shared=True, **fields):
    with core_world() as w:
        w.bank = w.file('bank.csv', BANK)
        front = Front(w)
        agent = Agent(front, mode, [w.bank] if shared else [], **fields)
        pid = w.guardian()
        yield w, front, agent
        alive(w, pid)
        # whoever is honest is served
        honest = Agent(Front(w), 'deny', [w.bank])
        assert honest.call('file.read', path=w.bank)['type'] == 'file.opened'


def refuses(world, agent, capability, reason):
    refused(agent.call('file.read', capability, path=world.bank), 'unauthorized')
    recorded(world, agent.session, action='file.read', effect='deny', reason=reason)


def honest_agent_reads():
    with scene() as (w, _, agent):
        assert agent.call('file.read', path=w.bank)['type'] == 'file.opened'


# --- capabilities ---

def capability_that_is_none():
    with scene() as (w, _, agent):
        refuses(w, agent, 'a capability', 'not a capability')
        parts = agent.capability.split('.')
        parts[1] = 32 * '0'
        refuses(w, agent, '.'.join(parts), 'not issued here')


def capability_missing():
    with scene() as (w, _, agent):
        refused(agent.call('file.read', None, path=w.bank), 'malformed')
        recorded(w, agent.session, type='violation')


def capability_expired():
    with open('/proc/sys/kernel/random/boot_id', encoding='ascii') as f:
        boot = f.read().strip().replace('-', '')
    with scene() as (w, _, agent):
        refuses(w, agent, narrowed(agent.capability, f'expires={boot}:1'), 'expired')
        refuses(w, agent, narrowed(agent.capability, f'expires={32 * "0"}:99999999999999'), 'expired')


def capability_of_another_session():
    with scene() as (w, front, agent):
        other = Agent(front, 'deny', [w.bank])
        refuses(w, agent, other.capability, 'another session or program')
        other.end()
        refuses(w, agent, other.capability, 'revoked')


def capability_widened():
    with scene() as (w, _, agent):
        had = caveats(agent.capability)
        refuses(w, agent, rewritten(agent.capability, had[:-1]), 'changed after it was issued')
        refuses(w, agent, rewritten(agent.capability, []), 'changed after it was issued')
        wide = [c.replace('file.list', 'file.list,file.write') for c in had]
        assert wide != had
        refuses(w, agent, rewritten(agent.capability, wide), 'changed after it was issued')
        narrow = narrowed(agent.capability, 'actions=file.list')
        refuses(w, agent, rewritten(narrow, had), 'changed after it was issued')


def capability_with_an_unknown_caveat():
    with scene() as (w, _, agent):
        refuses(w, agent, narrowed(agent.capability, 'colour=red'), 'not a capability')


def capability_replayed():
    with scene() as (w, _, agent):
        once = narrowed(agent.capability, 'uses=1')
        assert agent.call('file.read', once, path=w.bank)['type'] == 'file.opened'
        refuses(w, agent, once, 'no uses left')
        refuses(w, agent, narrowed(once, 'uses=9'), 'no uses left')


def capability_narrowed_and_used_outside():
    with scene() as (w, _, agent):
        other = w.file('other.csv', BANK)
        here = narrowed(agent.capability, f'resource={w.bank}')
        assert agent.call('file.read', here, path=w.bank)['type'] == 'file.opened'
        refused(agent.call('file.read', here, path=other), 'unauthorized')
        recorded(w, agent.session, effect='deny', reason='does not cover the object')
        refuses(w, agent, narrowed(agent.capability, 'actions=file.list'), 'does not cover the action')
        assert not [r for r in w.records() if r['type'] == 'consent']


def capability_renewed_with_a_bad_one():
    with scene() as (w, front, agent):
        other = Agent(front, 'deny')
        bad = request('capability.renew', capability=other.capability)
        agent.say(bad)
        refused(agent.reply(bad), 'unauthorized')
        recorded(w, agent.session, type='violation', action='capability.renew')


def capability_renewed_without_end():
    with scene() as (w, _, agent):
        asked = [request('capability.renew', capability=agent.capability) for _ in range(100)]
        agent.say(*asked)
        kinds = [agent.reply(message)['type'] for message in asked]
        assert 0 < kinds.count('capability.issued') < 64, kinds
        issued = [r for r in w.records('--session', agent.session) if r['type'] == 'capability.issue']
        assert len(issued) <= 64, len(issued)


# --- the form of what is said ---

def message_unknown():
    with scene() as (w, _, agent):
        refused(agent.call('file.destroy', path=w.bank), 'malformed')
        recorded(w, agent.session, type='violation', effect='deny')


def field_undeclared():
    with scene() as (w, _, agent):
        refused(agent.call('file.read', path=w.bank, sudo=True), 'malformed')
        recorded(w, agent.session, type='violation', effect='deny')


def message_of_another_role():
    for kind, fields in (('grant.add', {'access': 'rw', 'seconds': 60}), ('settings.get', {}),
                         ('files.resolve', {'want': 'any'}), ('hello', {'program': 'cardeactl'})):
        with scene() as (w, _, agent):
            refused(agent.call(kind, None, path=w.bank, **fields), 'malformed')
            recorded(w, agent.session, type='violation', effect='deny')


def agent_answers_its_own_question():
    with scene(shared=False) as (w, front, agent):
        front.call(request('consent.watch'))
        asked = agent.ask('file.read', path=w.bank)
        question = front.event('consent.question')
        refused(agent.call('consent.answer', None, id=question['id'], digest=question['digest'],
                           answer='allow', how='command'), 'malformed')
        recorded(w, agent.session, type='violation', effect='deny')
        agent.end()
        assert front.event('consent.closed')['outcome'] == 'cancelled'
        assert not [r for r in w.records() if r.get('action') == 'file.read'
                    and r['type'] == 'outcome' and r.get('bytes')], asked


def third_fault_ends_the_link():
    with scene() as (w, front, agent):
        bad = [request('file.read', cap=agent.capability, path=w.bank, sudo=True) for _ in range(4)]
        agent.say(*bad)
        ended = front.event('session.ended')
        assert ended['session'] == agent.session, ended
        faults = [r for r in w.records('--session', agent.session) if r['type'] == 'violation']
        assert len(faults) >= 3, faults


def second_greeting():
    with scene() as (w, _, agent):
        again = request('agent.ready', version='again')
        agent.say(again)
        refused(agent.reply(again), 'malformed')
        recorded(w, agent.session, type='violation', reason='greeting')


def text_that_is_no_frame():
    for text in ('[]', '{"type":"file.read"', '{"type":"file.read","type":"file.read"}', 'x'):
        with scene() as (w, front, agent):
            agent.say(text)
            assert front.event('session.ended')['session'] == agent.session
            recorded(w, agent.session, type='violation', effect='deny')


def descriptor_undeclared():
    with scene() as (w, front, agent):
        agent.say(request('file.read', cap=agent.capability, path=w.bank), file='/dev/null')
        assert front.event('session.ended')['session'] == agent.session
        recorded(w, agent.session, type='violation', reason='descriptor')


def request_id_used_twice_at_once():
    with scene(shared=False) as (w, front, agent):
        front.call(request('consent.watch'))
        first = agent.ask('file.read', path=w.bank)
        front.event('consent.question')
        other = w.file('other.csv', BANK)
        agent.say({**first, 'path': other})
        refused(agent.reply(first), 'malformed')
        recorded(w, agent.session, type='violation', effect='deny')
        front.silent('consent.question')


def chat_event_over_the_limit():
    event = '{"type":"chat.event","kind":"status","text":"$"}'
    with scene() as (w, front, agent):
        agent.say(event, letters=256 * 1024)
        said = front.wait(lambda l: l['frame'].get('kind') == 'status')['frame']
        assert len(said['text']) == 256 * 1024
        agent.say(event, letters=256 * 1024 + 1)
        agent.say('{"type":"chat.event","kind":"loud","text":"x"}')
        w.wait_for(lambda: len([r for r in w.records('--session', agent.session)
                                if r['type'] == 'violation']) == 2, what='two records')
        front.silent('chat.event')
        agent.say(event, letters=2 << 20)  # no frame is so long
        assert front.event('session.ended')['session'] == agent.session
        recorded(w, agent.session, type='violation', reason='length')


# --- too much ---

def five_hundred_requests_at_once():
    with scene() as (w, front, agent):
        other = Agent(Front(w), 'deny', [w.bank])
        asked = [request('file.read', cap=agent.capability, path=w.bank) for _ in range(500)]
        for start in range(0, len(asked), 125):
            agent.say(*asked[start:start + 125])
        assert other.call('file.read', path=w.bank)['type'] == 'file.opened'
        replies = [agent.reply(message) for message in asked]
        assert {r['type'] for r in replies} <= {'file.opened', 'refused'}, replies
        assert all(r['code'] == 'busy' for r in replies if r['type'] == 'refused'), replies


def five_hundred_questions_at_once():
    with scene(shared=False) as (w, front, agent):
        front.call(request('consent.watch'))
        paths = [w.file(f'{n}.txt', 'x') for n in range(40)]
        asked = [request('file.read', cap=agent.capability, path=paths[n % 40]) for n in range(500)]
        for start in range(0, len(asked), 250):
            agent.say(*asked[start:start + 250])
        done = time.monotonic() + 2
        while time.monotonic() < done:
            front.pump(0.1)
        questions = [line['frame'] for line in front.lines
                     if line.get('frame', {}).get('type') == 'consent.question']
        assert 1 <= len(questions) <= 8, len(questions)  # three a turn, two turns
        recorded(w, agent.session, effect='deny', policy='consent.flood')
        agent.end()


def greeting_without_end():
    greeting = '{"type":"agent.ready","request":"again","version":"x"}'
    with scene() as (w, front, agent):
        for _ in range(3):
            front.send(request('chat.send', session=agent.session,
                               text='\n'.join([f'-\t{greeting}'] * 500)))
        ended = front.event('session.ended')
        assert 'too often' in ended['reason'], ended
        faults = front.call({**request('audit.list', session=agent.session, limit=500),
                             'kind': 'violation'})
        assert len(faults['records']) == 500, len(faults['records'])


# --- handles ---

def opened(world, agent, **fields):
    reply = agent.call('file.read', path=world.bank, length=8, **fields)
    assert reply['type'] == 'file.opened' and not reply['end'], reply
    return reply['handle']


def handle_of_another_session():
    with scene() as (w, front, agent):
        other = Agent(front, 'deny')
        handle = opened(w, agent)
        refused(other.call('file.read', handle=handle, offset='8'), 'unauthorized')
        recorded(w, other.session, action='file.read', effect='deny')
        refused(other.call('file.close', handle=handle), 'unauthorized')
        assert agent.call('file.read', handle=handle, offset='8')['type'] == 'file.opened'


def read_after_revoke():
    with scene() as (w, front, agent):
        handle = opened(w, agent)
        done = front.call(request('grant.revoke', session=agent.session))
        assert done['type'] == 'done' and done['count'] == 1, done
        refused(agent.call('file.read', handle=handle, offset='8'), 'unauthorized')
        recorded(w, agent.session, action='file.read', effect='deny')


def handle_after_the_file_changed():
    with scene() as (w, _, agent):
        handle = opened(w, agent)
        with open(w.bank, 'a', encoding='ascii') as f:
            f.write('2026-03-01,1.00,Late\r\n')
        refused(agent.call('file.read', handle=handle, offset='8'), 'changed')
        recorded(w, agent.session, action='file.read', outcome='changed')


def handle_after_the_file_was_replaced():
    with scene() as (w, _, agent):
        handle = opened(w, agent)
        os.rename(w.file('new.csv', 'SECRET' * 9), w.bank)
        reply = agent.call('file.read', handle=handle, offset='8')
        assert reply['type'] in ('file.opened', 'refused'), reply
        assert reply.get('size') != '54', reply  # never the other file
        refused(agent.call('file.read', path=w.bank), 'unanswered', 'changed', 'unauthorized')


def read_after_the_session_ended():
    with scene() as (w, front, agent):
        agent.end()
        late = request('chat.send', session=agent.session, text='-\t{}')
        refused(front.call(late), 'unavailable', 'unauthorized', 'not-found')
        recorded(w, agent.session, type='capability.revoke')


# --- places that are closed ---

def closed_places(world):
    key = world.file('id_ed25519', 'KEY', world.folder('home/.ssh'))
    link = os.path.join(world.documents, 'notes.txt')
    os.symlink(key, link)
    state = world.folder('state/cardea')
    places = [key, '~/.ssh/id_ed25519', link, os.path.join(world.documents, '../.ssh/id_ed25519'),
              state, '/etc/shadow', '/proc/1/environ', '/dev/null']
    if os.getuid() == 0:
        foreign = world.file('theirs.txt', 'THEIRS', world.home)
        os.chown(foreign, 12345, 12345)
        places.append(foreign)
    return places


def closed_places_are_not_asked():
    with scene(shared=False) as (w, front, agent):
        front.call(request('consent.watch'))
        for path in closed_places(w):
            kind = 'file.list' if os.path.isdir(path) else 'file.read'
            reply = agent.call(kind, path=path)
            assert reply['type'] == 'refused', (path, reply)
            assert reply['code'] in ('denied', 'unsuitable'), (path, reply)
            recorded(w, agent.session, type='decision', action=kind, effect='deny')
        front.silent('consent.question')


def closed_places_cannot_be_shared():
    with scene() as (w, front, _):
        for path in closed_places(w):
            if path[0] == '/':
                reply = front.call(request('session.open', mode='deny', folder=w.work, home=w.home,
                                           files=[path]))
                assert reply['type'] == 'refused', (path, reply)


def mode_deny_tells_nothing():
    with scene('deny', shared=False) as (w, front, agent):
        front.call(request('consent.watch'))
        paths = [w.bank, os.path.join(w.documents, 'absent.csv'), '/absent/x', '/etc/shadow',
                 *closed_places(w)]
        words = set()
        for path in paths:
            reply = refused(agent.call('file.read', path=path), 'denied')
            words.add((reply['code'], reply['reason'], reply.get('policy'), reply.get('note')))
        for name in ('bank.csv', 'absent.csv'):
            reply = refused(agent.call('file.read', name=name), 'denied')
            words.add((reply['code'], reply['reason'], reply.get('policy'), reply.get('note')))
        assert len(words) == 1, words
        front.silent('consent.question')
        denied = [r for r in w.records('--session', agent.session)
                  if r['type'] == 'decision' and r.get('action') == 'file.read']
        assert len(denied) == len(paths) + 2, len(denied)


run([test for name, test in list(globals().items())
     if callable(test) and getattr(test, '__module__', '') == '__main__'
     and not test.__code__.co_argcount and name not in ('scene',)])

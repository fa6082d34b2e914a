#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real guardian and a change worker that misbehaves in one way each; and what the person does
with changes that were made."""
import os
import signal

from change_scene import PEER, Scene, scene
from wire import Front, PatchedWorld, recorded, refused, request
from world import run


# --- a worker that misbehaves ---

def wrong_answers_change_nothing():
    for way, code in (('plans-fewer', 'internal'), ('plans-more', 'internal'),
                      ('plans-another-action', 'internal'), ('plans-no-object', 'internal'),
                      ('plans-a-stray-target', 'internal'), ('wrong-reply-to-plan', 'internal'),
                      ('describes-another-path', 'internal'), ('describes-fewer', 'internal'),
                      ('describes-another-plan', 'internal'),
                      ('wrong-reply-to-describe', 'internal'),
                      ('describes-too-much', 'unavailable'), ('dies-at-plan', 'unavailable'),
                      ('dies-after-plan', 'unavailable'), ('dies-at-describe', 'unavailable')):
        with scene() as s:
            s.misbehave(way)
            reply = refused(s.agent.reply(s.ask_write()), code)
            assert reply['reason'], (way, reply)
            if way == 'describes-too-much':
                assert 'too much to show' in reply['reason'], reply
            recorded(s.world, s.agent.session, type='decision', effect='deny')
            s.front.silent('consent.question', 0.2)
            assert not s.told('commit') and not os.path.exists(s.notes), way
            # and the next one is served
            asked = s.ask_write()
            s.answer(s.question())
            assert s.agent.reply(asked)['type'] == 'file.changed', way


def worker_dies_while_it_is_asked():
    with scene() as s:
        asked = s.ask_write()
        question = s.question()
        peers = [pid for pid in s.world.processes() if s.world.name(pid) == 'python3'
                 and b'cardea-guardian-change' in open(f'/proc/{pid}/cmdline', 'rb').read()]
        os.kill(peers[0], signal.SIGKILL)
        s.world.wait_for(lambda: len(s.told('open')) > 1, what='another worker')
        s.answer(question)
        s.answer(s.question())  # planned anew, and shown anew
        assert s.agent.reply(asked)['type'] == 'file.changed'


def worker_dies_at_commit():
    for way, there in (('dies-at-commit', False), ('dies-after-commit', True)):
        with scene() as s:
            s.misbehave(way)
            asked = s.ask_write()
            s.answer(s.question())
            refused(s.agent.reply(asked), 'unavailable')
            assert os.path.exists(s.notes) == there
            assert s.records(type='decision', effect='allow'), 'done without a record'
            assert s.records(type='outcome', outcome='unavailable')


def worker_answers_twice():
    with scene() as s:
        s.share()
        s.misbehave('answers-twice')
        assert s.agent.reply(s.ask_write())['type'] == 'file.changed'
        s.world.wait_for(lambda: s.told('drop'), what='the stray plan to be given up')


def committed_without_a_name():
    with scene() as s:
        s.share()
        s.misbehave('commits-without-id')
        refused(s.agent.reply(s.ask_write()), 'internal')
        assert s.records(type='outcome', outcome='internal')


def recovered_is_recorded():
    with PatchedWorld({'cardea-guardian-change': PEER}) as w:
        with open(os.path.join(w.env['XDG_RUNTIME_DIR'], 'change.way'), 'w', encoding='ascii') as f:
            f.write('recovers')
        s = Scene(w)
        s.ask_write()
        s.question()
        found = {r['change']: r for r in w.records() if r.get('recovered')}
        assert found['f' * 16]['outcome'] == 'done', found
        assert found['f' * 16]['session'] == '0123456789abcdef', found
        assert found['e' * 16]['outcome'] == 'taken-back', found


def store_that_cannot_be_opened():
    with PatchedWorld({'cardea-guardian-change': PEER}) as w:
        way = os.path.join(w.env['XDG_RUNTIME_DIR'], 'change.way')
        with open(way, 'w', encoding='ascii') as f:
            f.write('refuses-to-open refuses-to-open')
        s = Scene(w)
        reply = s.agent.reply(s.ask_write())
        if reply['type'] == 'refused':  # the store was tried once more for it, and opens the next time
            assert reply['code'] == 'unavailable' and 'damaged' in reply['reason'], reply
        asked = s.ask_write()
        s.answer(s.question())
        assert s.agent.reply(asked)['type'] == 'file.changed'


# --- taking back ---

def undone_by_the_person():
    with scene() as s:
        s.share()
        changes = [s.agent.reply(s.ask_write(data=b'%d' % n))['change'] for n in range(5)]
        listed = s.front.call(request('undo.list', limit=500))
        assert listed['type'] == 'undo.listed' and listed['limit'] == str(2 << 30), listed
        assert listed['changes'][0]['id'] == changes[-1] and listed['used'] == '7', listed
        refused(s.front.call(request('undo.show', id='zz')), 'not-found')
        shown = s.front.call(request('undo.show', id=changes[0]))  # on the third page
        assert shown['change']['id'] == changes[0], shown
        refused(s.front.call(request('undo.apply', id='')), 'not-found', 'malformed')
        s.misbehave('changed-when-reverted')
        reply = refused(s.front.call(request('undo.apply', id=changes[-1])), 'changed')
        assert 'notes.txt' in reply['reason'], reply
        assert s.records(type='outcome', action='undo.apply', outcome='changed')
        while s.front.lines:  # what was told of making them
            s.front.lines.clear()
        reply = s.front.call(request('undo.apply', id=changes[-1]))
        assert reply['type'] == 'undo.applied' and reply['change']['state'] == 'undone', reply
        assert s.read() == b'3'
        assert s.front.event('change.made')['change']['state'] == 'undone'
        decision = s.records(type='decision', action='undo.apply')[-1]
        assert decision['policy'] == 'command' and decision['change'] == changes[-1], decision
        assert decision['items'][0]['path'] == s.notes, decision
        assert s.records(type='outcome', action='undo.apply')[-1]['outcome'] == 'done'
        # the grant of the file goes with what was put back
        assert s.agent.reply(s.ask_write())['type'] == 'file.changed'
        assert s.front.call(request('undo.clear'))['type'] == 'done'
        recorded(s.world, type='outcome', action='undo.clear', outcome='done')
        assert not s.front.call(request('undo.list'))['changes']


def beginning_that_several_have():
    with scene() as s:
        s.share()
        for n in range(16):
            s.agent.reply(s.ask_write(data=b'%d' % n))
        refused(s.front.call(request('undo.show', id='1')), 'ambiguous')  # 1… and 10…


def watchers_are_told():
    with scene() as s:
        s.share()
        watcher = Front(s.world)
        watcher.call(request('audit.watch'))
        other = Front(s.world)
        reply = s.agent.reply(s.ask_write())
        assert watcher.event('change.made')['change']['id'] == reply['change']
        other.silent('change.made')


def storage_has_a_key_of_its_own():
    with scene() as s:
        keys = set()
        for _ in range(2):
            s.front.send(request('storage.key', purpose='chats'))
            told = s.front.wait(lambda l: l.get('frame', {}).get('type') == 'storage.opened')
            assert told['frame']['sealed'] is False, told  # no keyring in this world
            keys.add(told['content'])
        assert len(keys) == 1 and len(keys.pop()) == 44


run([test for name, test in list(globals().items())
     if isinstance(test, type(run)) and test.__module__ == '__main__'
     and not test.__code__.co_argcount and name != 'scene'])

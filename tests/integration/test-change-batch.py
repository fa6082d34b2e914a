#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transactions of an agent of our own making, in its real sandbox, through the real guardian and the
real change worker."""
import contextlib
import hashlib
import os
import signal
import stat

from change_scene import Scene
from wire import core_world, narrowed, refused, request
from world import run


@contextlib.contextmanager
def scene(mode='ask', **fields):
    with core_world() as w:
        yield Scene(w, mode, **fields)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def tree(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, folders, names in os.walk(folder) for name in folders + names)


def undo(s, change):
    reply = s.front.call(request('undo.apply', id=change))
    assert reply['type'] == 'undo.applied', reply
    return reply['change']


def every_operation_at_once():
    with scene() as s:
        w = s.world
        paths = {name: w.file(name, f'{name} before\n')
                 for name in ('write', 'append', 'rename', 'metadata', 'delete')}
        os.chmod(paths['metadata'], 0o600)
        before = {name: open(path, 'rb').read() for name, path in paths.items()}
        folder = os.path.join(w.documents, 'new')
        asked = s.agent.ask_change(
            {'op': 'write', 'path': paths['write'], 'expect': sha256(before['write'])},
            {'op': 'append', 'path': paths['append']},
            {'op': 'mkdir', 'path': folder},
            {'op': 'create', 'path': folder + '/made', 'mode': 0o640},
            {'op': 'rename', 'path': paths['rename'], 'to': folder + '/moved'},
            {'op': 'metadata', 'path': paths['metadata'], 'mode': 0o644},
            {'op': 'delete', 'path': paths['delete']},
            content={0: b'written\n', 1: b'added\n', 3: b'made\n'})
        question = s.question()
        r = question['question']
        assert r['action'] == 'file.delete' and question['tier'] == 3, r
        assert r['resource']['path'] == w.documents and r['resource']['count'] == 7, r
        assert r['resource']['ino'] == str(os.stat(w.documents).st_ino), r
        assert [c['op'] for c in r['changes']] == ['write', 'append', 'mkdir', 'create', 'rename',
                                                   'metadata', 'delete'], r
        assert r['changes'][4]['to'] == folder + '/moved', r
        assert '-write before' in r['changes'][0]['diff'] and '+written' in r['changes'][0]['diff']
        assert tree(w.documents) == sorted(paths)
        s.answer(question, confirm='Documents')
        reply = s.agent.reply(asked)
        assert reply['type'] == 'file.changed', reply
        assert reply['items'][0]['sha256'] == sha256(b'written\n'), reply
        assert reply['items'][0]['replaced'] is True and 'replaced' not in reply['items'][3], reply
        assert s.read(paths['write']) == b'written\n'
        assert s.read(paths['append']) == before['append'] + b'added\n'
        assert s.read(folder + '/made') == b'made\n'
        assert stat.S_IMODE(os.stat(folder + '/made').st_mode) == 0o640
        assert s.read(folder + '/moved') == before['rename']
        assert stat.S_IMODE(os.stat(paths['metadata']).st_mode) == 0o644
        assert not os.path.exists(paths['delete'])
        outcome = s.records(type='outcome', outcome='done')[-1]
        assert outcome['count'] == 7 and outcome['change'] == reply['change'], outcome
        assert len(outcome['items']) == 7, outcome
        undo(s, reply['change'])
        assert tree(w.documents) == sorted(paths), tree(w.documents)
        assert {name: open(path, 'rb').read() for name, path in paths.items()} == before
        assert stat.S_IMODE(os.stat(paths['metadata']).st_mode) == 0o600


def three_hundred_moves_are_one_question_and_one_undo():
    with scene() as s:
        w = s.world
        names = [f'{n:03}.txt' for n in range(300)]
        for name in names:
            w.file(name, name, w.downloads)
        before = tree(w.downloads)
        folders = [f'{w.downloads}/2026-{m:02}' for m in range(1, 4)]
        asked = s.agent.ask_change(
            *({'op': 'mkdir', 'path': folder} for folder in folders),
            *({'op': 'rename', 'path': f'{w.downloads}/{name}', 'to': f'{folders[n % 3]}/{name}'}
              for n, name in enumerate(names)))
        question = s.question()
        r = question['question']
        assert r['resource']['count'] == 303 and len(r['changes']) == 303, r['resource']
        assert r['tier'] == 2 and r['remember']['scopes'] == ['exact', 'folder'], r['remember']
        s.answer(question)
        reply = s.agent.reply(asked)
        assert reply['type'] == 'file.changed', reply
        assert len([p for p in tree(w.downloads) if '/' in p]) == 300
        decision = s.records(type='decision', effect='allow', action=r['action'])[-1]
        assert decision['count'] == 303 and len(decision['items_sha256']) == 64, decision
        undo(s, reply['change'])
        assert tree(w.downloads) == before


def one_that_fails_undoes_all():
    with scene() as s:
        s.share()
        w = s.world
        there = w.file('there.txt', 'mine')
        for bad, code in (({'op': 'create', 'path': there}, 'unsuitable'),
                          ({'op': 'delete', 'path': there + '.absent'}, 'not-found'),
                          ({'op': 'create', 'path': w.documents + '/absent/x'}, 'not-found'),
                          ({'op': 'rename', 'path': there, 'to': w.documents + '/good'},
                           'unsuitable'),
                          ({'op': 'write', 'path': there, 'expect': '0' * 64}, 'changed')):
            reply = s.agent.change({'op': 'create', 'path': w.documents + '/good'}, bad)
            refused(reply, code, 'malformed', 'unsuitable')
            assert tree(w.documents) == ['there.txt'], (bad, tree(w.documents))
        assert s.read(there) == b'mine'
        assert not s.front.call(request('undo.list'))['changes']


def a_guess_tells_nothing_before_the_answer():
    with scene() as s:
        path = s.world.file('guess.txt', 'the PIN is 4711')
        guesses = [sha256(b'the PIN is 4711'), sha256(b'the PIN is 4712')]
        for expect in guesses:
            asked = s.agent.ask_change({'op': 'write', 'path': path, 'expect': expect})
            s.answer(s.question(), answer='deny')
            refused(s.agent.reply(asked), 'declined')
        asked = s.agent.ask_change({'op': 'write', 'path': path, 'expect': guesses[1]})
        s.answer(s.question())
        refused(s.agent.reply(asked), 'changed')
        s.front.silent('consent.question')
        assert s.read(path) == b'the PIN is 4711'
        # nor does the digest of what was only added to
        asked = s.agent.ask_change({'op': 'append', 'path': path}, content={0: b'!'})
        s.answer(s.question())
        item = s.agent.reply(asked)['items'][0]
        assert 'sha256' not in item and 'size' not in item, item


def task_grant_follows_what_is_replaced():
    with scene() as s:
        s.world.file('notes.txt', 'before')
        asked = s.ask_write()
        s.answer(s.question(), duration='task')
        assert s.agent.reply(asked)['type'] == 'file.changed'
        for n in range(3):
            assert s.agent.reply(s.ask_write(data=b'%d' % n))['type'] == 'file.changed'
        assert s.agent.call('file.read', path=s.notes)['type'] == 'file.opened'
        s.front.silent('consent.question')
        # taken back by the person: the same file for the agent
        change = s.front.call(request('undo.list'))['changes'][0]['id']
        undo(s, change)
        assert s.agent.reply(s.ask_write())['type'] == 'file.changed'


def folder_grant_covers_what_is_made_in_it():
    with scene() as s:
        folder = s.world.folder('home/Documents/drafts')
        asked = s.ask_write(folder + '/one.txt')
        s.answer(s.question(), duration='task', scope='folder')
        assert s.agent.reply(asked)['type'] == 'file.changed'
        reply = s.agent.change({'op': 'mkdir', 'path': folder + '/sub'},
                               {'op': 'create', 'path': folder + '/sub/two.txt'},
                               {'op': 'rename', 'path': folder + '/one.txt',
                                'to': folder + '/sub/one.txt'}, content={1: b'two'})
        assert reply['type'] == 'file.changed', reply
        s.front.silent('consent.question')
        assert tree(folder) == ['sub', 'sub/one.txt', 'sub/two.txt']


def renamed_into_place_of_a_hook_is_closed():
    with scene() as s:
        s.share(path=s.world.home)
        project = s.world.folder('home/somewhere/project')
        made = s.agent.change({'op': 'mkdir', 'path': project + '/x'},
                              {'op': 'mkdir', 'path': project + '/x/hooks'},
                              {'op': 'create', 'path': project + '/x/hooks/pre-commit'},
                              content={2: b'#!/bin/sh\n'})
        assert made['type'] == 'file.changed', made
        reply = refused(s.agent.change({'op': 'rename', 'path': project + '/x',
                                        'to': project + '/.git'}), 'denied')
        assert reply['policy'] == 'shipped.hooks', reply
        refused(s.agent.change({'op': 'create', 'path': project + '/.git'}), 'denied')
        s.front.silent('consent.question')


def through_a_link_the_real_file_is_judged():
    with scene() as s:
        s.share()
        key = s.world.file('id_ed25519', 'KEY', s.world.folder('home/.ssh'))
        os.symlink(key, s.notes)
        refused(s.agent.reply(s.ask_write()), 'denied', 'unsuitable')
        os.unlink(s.notes)
        os.symlink(s.world.file('elsewhere.txt', 'mine', s.world.work), s.notes)
        asked = s.ask_write()
        try:
            question = s.question()
        except AssertionError:
            refused(s.agent.reply(asked), 'unsuitable')
            return
        assert question['question']['resource']['path'].endswith('elsewhere.txt'), question
        assert s.read(s.world.work + '/elsewhere.txt') == b'mine'


def second_name_is_asked_in_a_shared_folder():
    with scene() as s:
        s.share()
        other = s.world.file('theirs.txt', 'mine', s.world.work)
        os.link(other, s.notes)
        asked = s.ask_write()
        question = s.question()
        assert question['question']['policy'] == 'shipped.hard-link', question
        s.answer(question)
        assert s.agent.reply(asked)['type'] == 'file.changed'


def session_ends_while_it_is_done():
    with scene() as s:
        s.share()
        paths = [f'{s.world.documents}/{n}.txt' for n in range(200)]
        s.agent.ask_change(*({'op': 'create', 'path': p} for p in paths))
        s.agent.end()
        there = len(os.listdir(s.world.documents))
        assert there in (0, 200), there
        s.world.wait_for(lambda: s.front.call(request('status'))['type'] == 'status.report')
        made = s.front.call(request('undo.list'))['changes']
        if made:
            s.world.wait_for(lambda: [r for r in s.records(type='outcome', outcome='done')
                                      if r.get('change') == made[0]['id']], what='its outcome')


def worker_killed_between_question_and_answer():
    with scene() as s:
        asked = s.ask_write()
        question = s.question()
        for pid in s.world.processes():
            if s.world.name(pid) == 'cardea-guardian-change':
                os.kill(pid, signal.SIGKILL)
        s.world.wait_for(lambda: s.front.call(request('undo.list'))['type'] == 'undo.listed',
                         what='the undo store')
        s.answer(question)
        s.answer(s.question())
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert s.read() == b'one\ntwo\n'


def capability_narrowed_to_a_folder():
    with scene() as s:
        s.share(path=s.world.home)
        here = narrowed(s.agent.capability, f'resource={s.world.documents}/**')
        path = s.world.file('a.txt', 'a')
        assert s.agent.change({'op': 'rename', 'path': path, 'to': path + '2'},
                              cap=here)['type'] == 'file.changed'
        refused(s.agent.change({'op': 'rename', 'path': path + '2',
                                'to': s.world.downloads + '/a.txt'}, cap=here), 'unauthorized')


def a_batch_is_decided_again_item_by_item():
    with scene() as s:
        w = s.world
        paths = [w.file(name, name) for name in ('a.txt', 'b.txt', 'c.txt')]
        asked = s.agent.ask_change(*({'op': 'append', 'path': path} for path in paths),
                                   content={n: b'more\n' for n in range(3)})
        s.answer(s.question())
        assert s.agent.reply(asked)['type'] == 'file.changed'
        rule = ('package cardea.admin.office\n\nanswer contains {"rule": "office.one", "effect": '
                '"deny", "reason": "not this one"} if endswith(input.resource.path, "/NAME")\n')
        # The last item alone is what the new rule is about; the batch is refused as a whole.
        new = w.file('office.rego', rule.replace('NAME', 'c.txt'), w.work)
        told = w.json('policy', 'replay', new)
        assert told['partly_gone_records'] == [] and told['gone'] == 0, told
        changes = [c for c in told['changed'] if c['after']['policy'] == 'office.one']
        assert changes and all(c['after']['effect'] == 'deny' for c in changes), told
        assert {c['before']['effect'] for c in changes} <= {'ask', 'allow'}, told
        other = w.file('other.rego', rule.replace('NAME', 'd.txt').replace('office', 'other'), w.work)
        assert w.json('policy', 'replay', other)['changed'] == []


run([test for name, test in list(globals().items())
     if isinstance(test, type(run)) and test.__module__ == '__main__'
     and not test.__code__.co_argcount and name != 'scene'])

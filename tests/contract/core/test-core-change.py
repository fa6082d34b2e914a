#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real guardian and an agent that changes files: nothing is done that was not shown or shared,
and nothing is done without its record."""
import hashlib
import os

from change_scene import PEER, TEXT, Scene, scene
from wire import Agent, PatchedWorld, narrowed, recorded, refused, request
from world import run


# --- the way of an honest change ---

def new_file_is_shown_and_made():
    with scene() as s:
        asked = s.ask_write(reason='to keep it')
        question = s.question()
        r = question['question']
        assert r['action'] == 'file.create' and question['tier'] == 2, r
        assert r['resource']['path'] == s.notes and r['resource']['exists'] is False, r
        assert 'dev' not in r['resource'] and r['why'] == 'to keep it', r
        assert [c['path'] for c in r['changes']] == [s.notes], r
        assert '+one' in r['changes'][0]['diff'], r
        assert set(r['remember']['scopes']) == {'exact', 'folder'}, r
        assert not os.path.exists(s.notes)
        s.answer(question)
        reply = s.agent.reply(asked)
        assert reply['type'] == 'file.changed' and reply['undoable'] is True, reply
        assert reply['items'][0]['sha256'] == hashlib.sha256(TEXT).hexdigest(), reply
        assert 'new' not in reply['items'][0] and 'old' not in reply['items'][0], reply
        assert s.read() == TEXT
        shown = s.front.call(request('session.show', session=s.agent.session))
        assert shown['details']['changes'] == 1, shown
        made = s.front.event('change.made')
        assert made['change']['id'] == reply['change'] and made['session'] == s.agent.session, made
        decision, outcome = s.records(type='decision', action='file.create')[0], \
            s.records(type='outcome', action='file.create')[0]
        assert decision['effect'] == 'allow' and decision['count'] == 1, decision
        assert decision['items'][0]['path'] == s.notes and decision['items_sha256'], decision
        assert outcome['change'] == reply['change'] and outcome['outcome'] == 'done', outcome
        assert outcome['sha256'] == hashlib.sha256(TEXT).hexdigest(), outcome
        assert outcome['bytes'] == str(len(TEXT)), outcome
        ask = s.records(type='consent', effect='ask')[0]
        assert ask['asked']['changes'][0]['path'] == s.notes, ask
        assert 'diff' not in ask['asked']['changes'][0], ask


def store_is_opened_with_its_limits():
    with scene() as s:
        s.ask_write()
        s.question()
        opened = s.told('open')
        assert opened[0]['max_bytes'] == str(2 << 30) and opened[0]['days'] == 30, opened
        assert opened[0]['folder'].endswith('/state/cardea/undo'), opened
        assert {'key': 32} in s.told(), s.told()
        s.world.ctl('settings', 'set', 'undo.days', '7', check=0)
        s.world.wait_for(lambda: s.told('open')[-1]['days'] == 7, what='the new limit')
        done = s.world.ctl('settings', 'set', 'undo.days', '3651')
        assert done.returncode != 0 and '0 to 3650' in done.stderr, done


def denied_is_not_done():
    with scene() as s:
        asked = s.ask_write()
        s.answer(s.question(), 'deny', note='not there')
        reply = refused(s.agent.reply(asked), 'declined')
        assert reply['note'] == 'not there', reply
        assert not os.path.exists(s.notes) and not s.told('commit')
        s.world.wait_for(lambda: s.told('drop'), what='the plan to be given up')


def mode_deny_asks_nobody():
    with scene('deny') as s:
        s.world.file('notes.txt', 'mine')
        words = set()
        for path in (s.notes, s.notes + '.new', '/etc/passwd', '~/.ssh/config'):
            reply = refused(s.agent.reply(s.ask_write(path)), 'denied')
            words.add((reply['code'], reply['reason'], reply.get('policy')))
        s.misbehave('refuses-plan')
        reply = refused(s.agent.reply(s.ask_write('/absent/x')), 'denied')
        words.add((reply['code'], reply['reason'], reply.get('policy')))
        assert len(words) == 1, words
        s.front.silent('consent.question')
        assert not s.told('describe') and not s.told('commit')
        assert s.read() == b'mine'


def allow_monitor(w):
    folder = w.env['CARDEA_TEST_POLICY_FOLDER']
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, 'monitor.json')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('{"organisation": {"monitor": true}}')
    os.chmod(path, 0o600)


def mode_monitor_says_it():
    with PatchedWorld({'cardea-guardian-change': PEER}) as w:
        allow_monitor(w)
        s = Scene(w, 'monitor')
        asked = s.ask_write()
        said = s.front.wait(lambda l: l['frame'].get('kind') == 'status')['frame']
        assert 'would have been asked' in said['text'], said
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert s.records(type='decision', action='file.create')[0]['monitored'] is True


def shared_for_changing_is_silent():
    with scene() as s:
        grant = s.share()
        reply = s.agent.reply(s.ask_write())
        assert reply['type'] == 'file.changed', reply
        assert s.front.event('change.made')['change']['id'] == reply['change']
        s.front.silent('consent.question')
        assert not s.told('describe')
        decision = s.records(type='decision', action='file.create')[0]
        assert decision['tier'] == 1 and decision['items'][0]['grant'] == grant['id'], decision
        used = [g for g in s.front.call(request('grant.list'))['grants'] if g['id'] == grant['id']]
        assert used[0]['uses'] == 1 and used[0]['bytes'] == str(len(TEXT)), used
        # what cannot be undone is asked all the same
        s.misbehave('not-undoable')
        s.ask_write()
        r = s.question()['question']
        assert r['policy'] == 'shipped.lasting' and r['tier'] == 2, r


def shared_for_reading_is_not_shared_for_changing():
    with scene() as s:
        s.share('ro')
        s.ask_write()
        assert s.question()['question']['policy'] == 'shipped.outside'


def closed_places_are_not_asked():
    with scene() as s:
        s.share(path=s.world.home)
        os.mkdir(os.path.join(s.world.home, 'made'))
        home = s.world.home
        for operation in ({'op': 'write', 'path': '~/.bashrc'},
                          {'op': 'create', 'path': '~/.ssh/authorized_keys'},
                          {'op': 'create', 'path': '~/.git'},
                          {'op': 'rename', 'path': home + '/made', 'to': home + '/somewhere/.git'},
                          {'op': 'write', 'path': s.world.root + '/state/cardea/undo/x'}):
            reply = refused(s.agent.change(operation), 'denied')
            assert reply['policy'].startswith('shipped.'), reply
        s.front.silent('consent.question')
        assert not s.told('commit')


# --- several at once ---

def batch(s, count, folder=None):
    folder = folder or s.world.documents
    names = [os.path.join(folder, f'{n}.txt') for n in range(count)]
    return names, [{'op': 'create', 'path': name} for name in names]


def strictest_decides_for_all():
    with scene() as s:
        s.share()
        _, operations = batch(s, 3)
        old = s.world.file('old.txt', 'x')
        asked = s.agent.ask_change(*operations, {'op': 'delete', 'path': old})
        question = s.question()
        r = question['question']
        assert r['action'] == 'file.delete' and question['tier'] == 3, r
        assert r['resource'] == {'kind': 'folder', 'path': s.world.documents, 'count': 4,
                                 'labels': [], **ids(s.world.documents)}, r
        assert len(r['changes']) == 4 and r['remember']['durations'] == ['once'], r
        for confirm in (None, 'old.txt'):
            fields = {} if confirm is None else {'confirm': confirm}
            reply = s.front.call(request('consent.answer', id=question['id'],
                                         digest=question['digest'], answer='allow', how='command',
                                         **fields))
            refused(reply, 'unauthorized')
        s.answer(question, confirm='Documents')
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert not os.path.exists(old) and sorted(os.listdir(s.world.documents)) == [
            '0.txt', '1.txt', '2.txt']


def ids(path):
    st = os.stat(path)
    return {'dev': str(st.st_dev), 'ino': str(st.st_ino)}


def one_closed_refuses_all():
    with scene() as s:
        s.share(path=s.world.home)
        names, operations = batch(s, 2)
        reply = refused(s.agent.change(*operations, {'op': 'create', 'path': '~/.bashrc'}), 'denied')
        assert '~/.bashrc' in reply['reason'], reply
        assert not s.told('commit') and not os.path.exists(names[0])


def remembered_with_the_folder():
    with scene() as s:
        folder = s.world.folder('home/Documents/drafts')
        names, operations = batch(s, 40, folder)
        asked = s.agent.ask_change(*operations)
        question = s.question()
        assert question['question']['remember']['scopes'] == ['exact', 'folder'], question
        reply = s.front.call(request('consent.answer', id=question['id'], how='command',
                                     digest=question['digest'], answer='allow', duration='task'))
        refused(reply, 'malformed')
        s.answer(question, duration='task', scope='folder')
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert s.agent.reply(s.ask_write(names[3]))['type'] == 'file.changed'
        s.ask_write()
        s.question()  # outside of it


def remembered_exactly_follows_the_file():
    with scene() as s:
        s.world.file('notes.txt', 'before')
        first = os.stat(s.notes).st_ino
        asked = s.ask_write()
        s.answer(s.question(), duration='task')
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert os.stat(s.notes).st_ino != first
        for n in range(2):  # each replaces the file
            assert s.agent.reply(s.ask_write(data=b'%d' % n))['type'] == 'file.changed'
        s.front.silent('consent.question')
        # somebody else puts another file there
        os.rename(s.world.file('other.txt', 'mine'), s.notes)
        s.ask_write()
        s.question()


def remembered_before_it_exists():
    with scene() as s:
        asked = s.ask_write()
        s.answer(s.question(), duration='task')
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert s.agent.reply(s.ask_write(data=b'again'))['type'] == 'file.changed'
        s.front.silent('consent.question')


def what_the_task_wrote_it_reads():
    with scene() as s:
        asked = s.ask_write()
        s.answer(s.question())
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert s.agent.call('file.read', path=s.notes)['type'] == 'file.opened'
        grant = [g for g in s.front.call(request('grant.list'))['grants']
                 if g['origin'] == 'made'][0]
        assert grant['access'] == 'ro' and grant['path'] == s.notes, grant
        # not what was there before and was only added to
        log = s.world.file('log.txt', 'SECRET')
        asked = s.ask_write(log, op='append')
        s.answer(s.question())
        assert s.agent.reply(asked)['type'] == 'file.changed'
        s.agent.ask('file.read', path=log)
        assert s.question()['question']['action'] == 'file.read'
        # and only in this task
        other = Agent(s.front)
        other.ask('file.read', path=s.notes)
        assert s.question()['question']['action'] == 'file.read'


def handles_on_the_former_are_closed():
    with scene() as s:
        bank = s.world.file('bank.csv', 'a,b\n1,2\n')
        s.share()
        opened = s.agent.call('file.read', path=bank, length=2)
        assert opened['type'] == 'file.opened', opened
        assert s.agent.reply(s.ask_write(bank))['type'] == 'file.changed'
        refused(s.agent.call('file.read', handle=opened['handle'], offset='2'), 'unauthorized')
        assert s.agent.call('file.read', path=bank)['type'] == 'file.opened'


# --- it changes meanwhile ---

def changed_is_asked_anew():
    with scene() as s:
        s.world.file('notes.txt', 'before')
        asked = s.ask_write()
        first = s.question()
        s.world.file('notes.txt', 'somebody else')
        s.answer(first, duration='task')
        second = s.question()
        assert second['digest'] != first['digest'] and second['id'] != first['id']
        assert s.read() == b'somebody else'
        assert s.records(type='outcome', outcome='changed'), s.records(type='outcome')
        s.answer(second)
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert s.read() == TEXT
        assert len(s.records(type='decision', effect='allow', action='file.write')) == 2


def changed_again_and_again_is_refused():
    with scene() as s:
        s.misbehave('always-changed')
        asked = s.ask_write()
        for _ in range(3):
            s.answer(s.question())
        refused(s.agent.reply(asked), 'changed')
        assert not os.path.exists(s.notes)


def changed_while_described_is_planned_anew():
    with scene() as s:
        s.misbehave('changed-when-described')
        asked = s.ask_write()
        s.answer(s.question())
        assert s.agent.reply(asked)['type'] == 'file.changed'
        assert len(s.told('plan')) == 2


def shared_and_changed_is_tried_again():
    with scene() as s:
        s.share()
        s.misbehave('changed-when-committed')
        assert s.agent.reply(s.ask_write())['type'] == 'file.changed'
        assert len(s.told('plan')) == 2
        s.misbehave('always-changed')
        refused(s.agent.reply(s.ask_write()), 'changed')
        assert len(s.told('plan')) == 5


# --- what is taken back meanwhile ---

def revoked_while_it_waits():
    with scene() as s:
        s.share()
        _, operations = batch(s, 1)
        old = s.world.file('old.txt', 'x')
        asked = s.agent.ask_change(*operations, {'op': 'delete', 'path': old})
        question = s.question()
        done = s.front.call({**request('grant.revoke'), 'all': True})
        assert done['type'] == 'done' and done['count'] == 1, done
        s.answer(question, confirm='Documents')
        refused(s.agent.reply(asked), 'unauthorized')
        assert os.path.exists(old) and not s.told('commit')
        recorded(s.world, s.agent.session, type='outcome', outcome='unauthorized')


def session_ends_while_it_waits():
    with scene() as s:
        s.ask_write()
        s.question()
        s.agent.end()
        assert s.front.event('consent.closed')['outcome'] == 'cancelled'
        s.world.wait_for(lambda: s.told('drop'), what='the plan to be given up')
        assert not os.path.exists(s.notes)


# --- what an agent may say ---

def malformed_operations():
    bad = [
        [], [{'op': 'burn', 'path': '/x'}], [{'op': 'write'}],
        [{'op': 'write', 'path': '../x'}], [{'op': 'write', 'path': 'a/./x'}],
        [{'op': 'write', 'path': '/x', 'path_b64': 'L3g='}],
        [{'op': 'write', 'path': '/x', 'to': '/y'}], [{'op': 'rename', 'path': '/x'}],
        [{'op': 'write', 'path': '/x', 'colour': 'red'}],
        [{'op': 'write', 'path': '/x', 'offset': '0', 'length': '9'}],
        [{'op': 'write', 'path': '/x', 'offset': '0'}],
        [{'op': 'write', 'path': '/x', 'expect': 'x'}],
        [{'op': 'metadata', 'path': '/x'}], [{'op': 'metadata', 'path': '/x', 'mode': 0o4755}],
        [{'op': 'delete', 'path': '/x'}, {'op': 'write', 'path': '/x'}],
        [{'op': 'rename', 'path': '/x', 'to': '/x'}],
        [{'op': 'mkdir', 'path': f'/{n}'} for n in range(1001)],
    ]
    with scene() as s:
        for index, operations in enumerate(bad):
            reply = refused(s.agent.change(*operations), 'malformed')
            assert reply['reason'], operations
            if index % 2:  # three faults of form end a session
                s.agent = Agent(s.front)
        assert not s.told('plan')


def writing_what_did_not_come():
    with scene() as s:
        for offset, length in (('0', '9'), ('8', '1'), ('9', '0'), ('9223372036854775807', '1'),
                               ('1', '9223372036854775807')):
            message = request('file.change', cap=s.agent.capability, operations=[
                {'op': 'write', 'path': s.notes, 'offset': offset, 'length': length}])
            s.agent.say({**message, 'content': '$memfd'}, file='=b25lCnR3bwo=')
            refused(s.agent.reply(message), 'malformed')
        assert not s.told('plan')


def capability_for_something_else():
    with scene() as s:
        s.share()
        old = s.world.file('old.txt', 'x')
        write = narrowed(s.agent.capability, 'actions=file.write,file.create')
        assert s.agent.reply(s.ask_write(cap=write))['type'] == 'file.changed'
        refused(s.agent.reply(s.ask_write(op='append', cap=write)), 'unauthorized')
        refused(s.agent.change({'op': 'rename', 'path': old, 'to': old + 'x'},
                               cap=narrowed(s.agent.capability, 'actions=file.rename')),
                'unauthorized')
        # what does not exist yet is created
        refused(s.agent.reply(s.ask_write(s.notes + '2',
                                          cap=narrowed(s.agent.capability, 'actions=file.write'))),
                'unauthorized')
        here = narrowed(s.agent.capability, f'resource={s.notes}')
        assert s.agent.reply(s.ask_write(cap=here))['type'] == 'file.changed'
        refused(s.agent.change({'op': 'write', 'path': s.notes}, {'op': 'delete', 'path': old},
                               cap=here), 'unauthorized')
        refused(s.agent.change({'op': 'rename', 'path': s.notes, 'to': old + 'x'}, cap=here),
                'unauthorized')
        once = narrowed(s.agent.capability, 'uses=1')
        change = ({'op': 'write', 'path': s.notes}, {'op': 'create', 'path': s.notes + '3'})
        assert s.agent.change(*change, cap=once)['type'] == 'file.changed'
        refused(s.agent.reply(s.ask_write(cap=once)), 'unauthorized')


def questions_without_end():
    with scene() as s:
        asked = s.ask_many(6)
        questions = [s.question() for _ in range(4)]
        summary = questions[3]['question']
        assert summary['action'] == 'session.resume' and summary['tier'] == 2, summary
        assert summary['resource'] == {'kind': 'session'}, summary
        assert summary['summary']['asked'] == 3, summary
        assert summary['summary']['items'][-1]['path'].endswith('/3.txt'), summary
        assert summary['remember']['durations'] == ['once'], summary
        s.front.silent('consent.question')
        s.answer(questions[3])
        more = [s.question()['question'] for _ in range(3)]
        assert {q['action'] for q in more} == {'file.create'}, more
        for question in questions[:3]:
            s.answer(question, 'deny')
        for message in asked[:3]:
            refused(s.agent.reply(message), 'declined')


def summary_answered_with_no():
    with scene() as s:
        first = s.ask_many(2)
        for message in first:
            s.answer(s.question(), 'deny')
            refused(s.agent.reply(message), 'declined')
        asked = s.ask_many(4)  # writing to it begins anew: these are counted by themselves
        questions = [s.question() for _ in range(4)]
        assert questions[3]['question']['action'] == 'session.resume', questions[3]
        s.answer(questions[3], 'deny', note='enough')
        assert refused(s.agent.reply(asked[3]), 'declined')['note'] == 'enough'
        for question in questions[:3]:
            s.answer(question, 'deny')
        # it has nothing more to ask until it is written to
        s.front.silent('consent.question')
        s.ask_write()
        assert s.question()['question']['action'] == 'file.create'


def summary_answered_with_stop():
    with scene() as s:
        s.ask_many(4)
        questions = [s.question() for _ in range(4)]
        s.answer(questions[3], 'stop')
        assert s.front.event('session.ended')['session'] == s.agent.session


run([test for name, test in list(globals().items())
     if isinstance(test, type(run)) and test.__module__ == '__main__'
     and not test.__code__.co_argcount and name != 'scene'])

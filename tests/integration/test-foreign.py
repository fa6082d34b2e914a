#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking with somebody else's agent (cardeactl ask --with): what it does by itself is held by its
sandbox, what it asks for over its protocol goes through the guardian."""
import json
import os

from foreign import install as prepare, uninstall
from world import Watcher, World, needs_fuse, run


def ask(w, folder, steps, *options, **more):
    return w.ctl('ask', '--with', 'theirs', '-w', folder, *options, json.dumps(steps), **more)


def results(done):
    assert done.returncode == 0, done
    return json.loads(done.stdout.splitlines()[0])  # its sources stand below it


def files():
    """Of the shared folder both ways are open; of the rest neither, unasked."""
    with World() as w:
        folder = prepare(w)
        read, mine, theirs, own, none = results(ask(w, folder, [
            ['read', folder + '/a.txt'], ['open', folder + '/a.txt'],
            ['read', w.documents + '/tax'], ['open', w.documents + '/tax'], ['terminal', 'id']]))
        assert read == {'content': 'one\ntwo\n'}, read
        assert mine == 'one\ntwo\n', mine
        assert 'nobody' in theirs['message'], theirs
        assert own == 'No such file or directory', own  # its home is its own
        assert none['code'] == -32601, none
        records = w.records()
        starts = [r for r in records if r['type'] == 'session.start']
        agents = {r['subject']['agent'] for r in starts}
        assert 'profile:theirs' in agents and len(agents) == 2, agents
        assert [r.get('foreign') for r in starts if r.get('foreign')] == ['theirs'], starts
        denied = w.records('--effect', 'deny', '--action', 'file.read')
        assert {r['resource']['path'] for r in denied} == {w.documents + '/tax'}, denied


def write_is_asked_and_undone():
    with World() as w:
        folder = prepare(w)
        path = folder + '/a.txt'
        watcher = Watcher(w)
        job = w.start('ask', '--with', 'theirs', '-w', folder,
                      json.dumps([['write', path, 'changed\n'], ['write', path, 'again\n']]))
        question = watcher.question()
        assert question['question']['action'] == 'file.write', question
        assert '+changed' in question['question']['changes'][0]['diff'], question
        watcher.answer(question, 'allow')
        watcher.answer(watcher.question(), 'deny')
        out, _ = job.communicate(timeout=60)
        first, second = json.loads(out.splitlines()[0])
        assert first == {} and 'code' in second, out
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'changed\n'
        w.ctl('undo', w.json('undo', 'list')[0]['id'], check=0)
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'one\ntwo\n'


def write_where_it_may():
    """In a folder that was given for changing nothing is asked, and all of it can be taken back; it
    works in the folder that was named first, also when another may be changed."""
    with World() as w:
        folder = prepare(w)
        other = w.folder('home/other')
        path = os.path.join(other, 'new.txt')
        wrote, denied, here = results(ask(w, folder, [
            ['write', path, 'by itself\n'], ['write', folder + '/a.txt', 'no\n'], ['where']],
            '-w', other + ':rw', '--mode', 'deny'))
        assert wrote == {}, wrote
        assert 'code' in denied, denied
        assert here == folder, here
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'by itself\n'
        with open(folder + '/a.txt', encoding='utf-8') as f:
            assert f.read() == 'one\ntwo\n'
        w.ctl('undo', w.json('undo', 'list')[0]['id'], check=0)
        assert not os.path.exists(path)


def permission():
    """Its own questions are put to the person, in its own words, and answered once."""
    with World() as w:
        folder = prepare(w)
        watcher = Watcher(w)
        job = w.start('ask', '--with', 'theirs', '-w', folder,
                      json.dumps([['permit', 'Run make'], ['permit', 'Run rm']]))
        question = watcher.question()
        asked = question['question']
        assert asked['subject']['agent']['name'] == 'theirs', asked
        assert asked['subject']['agent']['kind'] == 'third-party', asked
        assert asked['action'] == 'agent.permit' and asked['why'] == 'Run make', asked
        assert asked['remember'].get('durations', []) in ([], ['once']), asked
        watcher.answer(question, 'allow')
        watcher.answer(watcher.question(), 'deny')
        out, _ = job.communicate(timeout=60)
        first, second = json.loads(out.splitlines()[0])
        assert first == {'outcome': 'selected', 'optionId': 'yes'}, out
        assert second == {'outcome': 'selected', 'optionId': 'no'}, out
        decided = [r for r in w.records('--action', 'agent.permit') if r['type'] == 'decision']
        assert [r['effect'] for r in decided] == ['allow', 'deny'], decided
        assert decided[0]['resource']['title'] == 'Run make', decided


def ends():
    """When it ends, or cannot begin, that is said; nothing of it is left."""
    with World() as w:
        folder = prepare(w)
        done = ask(w, folder, [['exit', 0]])
        assert done.returncode == 1 and 'theirs has ended' in done.stderr, done
        done = ask(w, folder, [['crash', 'no such model \x1b[31m', 3]])
        assert done.returncode == 1 and 'no such model \\u{001b}[31m' in done.stderr, done
        for words in (['--with', 'python'], ['--with', 'none'], ['--with', '../x'],
                      ['--with', 'theirs', '--model', 'x'], ['-w', folder],
                      ['--with', 'theirs', '-w', w.home]):
            done = w.ctl('ask', *words, 'text')
            assert done.returncode == 2 and done.stderr.count('\n') == 1, (words, done)
        uninstall(w)
        done = ask(w, folder, [])
        assert done.returncode == 1 and 'theirs' in done.stderr, done


needs_fuse()
run([files, write_is_asked_and_undone, write_where_it_may, permission, ends])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are changed, with the real programs: what is shown is what is done, and it can be taken back.
"""
import json
import os
import stat
import time

from world import Watcher, World, run

NOTES = 'one\ntwo\nthree\n'
TASK = 'append “four” to ~/Documents/notes.txt'
LINE = 'four'


def start(world, *arguments):
    """An `ask` that a watcher can be asked about."""
    watcher = Watcher(world)
    return watcher, world.start('ask', *arguments)


def finish(ask, status=0):
    out, err = ask.communicate(timeout=60)
    assert ask.returncode == status, (ask.returncode, out, err)
    return out


def answer_reading(watcher, question):
    """The agent reads what it changes: that is a question of its own when it is not shared."""
    while question['question']['action'].startswith(('file.read', 'file.list')):
        assert watcher.answer(question, 'allow').returncode == 0
        question = watcher.question()
    return question


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def asked_shown_made_and_taken_back():
    with World() as w:
        path = w.file('notes.txt', NOTES)
        os.chmod(path, 0o640)
        watcher, ask = start(w, '-f', path, TASK)
        question = answer_reading(watcher, watcher.question())
        r = question['question']
        assert r['action'] in ('file.append', 'file.write') and r['tier'] == 2, r
        assert r['resource']['path'] == path, r
        assert f'+{LINE}' in r['changes'][0]['diff'], r
        assert r['changes'][0]['undoable'] is True, r
        assert read(path) == NOTES
        assert watcher.answer(question, 'allow').returncode == 0
        finish(ask)
        assert read(path) == NOTES + LINE + '\n'
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
        changes = w.json('undo')
        assert len(changes) == 1 and changes[0]['state'] == 'made', changes
        shown = w.ctl('undo', 'show', changes[0]['id'][:6], check=0).stdout
        assert f'+{LINE}' in shown and 'notes.txt' in shown, shown
        outcome = [r for r in w.records() if r['type'] == 'outcome'
                   and r.get('change') == changes[0]['id']]
        assert len(outcome) == 1 and outcome[0]['outcome'] == 'done' and outcome[0]['sha256'], outcome
        done = w.ctl('undo', changes[0]['id'][:6], check=0)
        assert 'Taken back' in done.stdout, done.stdout
        assert read(path) == NOTES
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
        assert {c['state'] for c in w.json('undo') if c['id'] == changes[0]['id']} == {'undone'}
        assert w.ctl('audit', 'verify').returncode == 0


def taken_back_only_while_it_is_as_it_was_left():
    with World() as w:
        path = w.file('notes.txt', NOTES)
        w.ctl('grants', 'add', w.documents + ':rw', check=0)
        w.ctl('ask', TASK, check=0)
        change = w.json('undo')[0]['id']
        w.file('notes.txt', 'mine')
        done = w.ctl('undo', change)
        assert done.returncode == 3, done
        assert done.stderr.count('\n') == 1 and 'changed' in done.stderr or 'as' in done.stderr, done
        refused = w.ctl('undo', change, '--json')
        assert refused.returncode == 3, refused
        assert json.loads(refused.stdout)['error']['code'] == 'changed', refused
        assert read(path) == 'mine'
        assert [r for r in w.records() if r.get('action') == 'undo.apply'
                and r.get('outcome') == 'changed']
        assert w.ctl('undo', 'ffffffffffff').returncode == 1
        assert w.ctl('undo', 'show').returncode == 2


def shared_for_changing_is_silent_until_it_is_revoked():
    with World() as w:
        path = w.file('notes.txt', NOTES)
        said = w.ctl('grants', 'add', w.documents + ':rw', '--for', '8h', check=0).stdout
        assert 'cardeactl undo' in said, said
        w.ctl('ask', TASK, check=0)
        assert read(path) == NOTES + LINE + '\n'
        assert not [r for r in w.records() if r['type'] == 'consent']
        decision = [r for r in w.records() if r['type'] == 'decision'
                    and r.get('action') in ('file.append', 'file.write')
                    and r['policy'] != 'designation'][0]
        assert decision['tier'] == 1 and decision['effect'] == 'allow', decision
        w.ctl('grants', 'revoke', '--all', check=0)
        done = w.ctl('ask', '--mode', 'deny', TASK)
        assert done.returncode == 3, done
        assert read(path) == NOTES + LINE + '\n'


def denied_leaves_everything():
    with World() as w:
        path = w.file('notes.txt', NOTES)
        before = os.stat(path)
        watcher, ask = start(w, '-f', path, TASK)
        question = answer_reading(watcher, watcher.question())
        assert watcher.answer(question, 'deny', '--note', 'not today').returncode == 0
        out, err = ask.communicate(timeout=60)
        assert ask.returncode == 3 and 'not today' in out + err, (ask.returncode, out, err)
        after = os.stat(path)
        assert read(path) == NOTES and (before.st_ino, before.st_mtime_ns) == (
            after.st_ino, after.st_mtime_ns)
        assert not w.json('undo')


def mode_deny_changes_nothing():
    with World() as w:
        path = w.file('notes.txt', NOTES)
        done = w.ctl('ask', '--mode', 'deny', '-f', path, TASK)
        assert done.returncode == 3, done
        assert read(path) == NOTES


def changed_between_question_and_answer_is_asked_anew():
    with World() as w:
        path = w.file('notes.txt', NOTES)
        watcher, ask = start(w, '-f', path, TASK)
        first = answer_reading(watcher, watcher.question())
        with open(path, 'a', encoding='utf-8') as f:
            f.write('by somebody else\n')
        assert watcher.answer(first, 'allow').returncode == 0
        # either shown anew, or the agent is told that what it read is not what is there
        deadline = time.monotonic() + 30
        while ask.poll() is None and time.monotonic() < deadline:
            try:
                question = watcher.question(1)
            except AssertionError:
                continue
            assert question['digest'] != first['digest']
            watcher.answer(question, 'allow')
        ask.communicate(timeout=30)
        assert 'by somebody else' in read(path)
        assert [r for r in w.records() if r['type'] == 'outcome' and r.get('outcome') == 'changed']


def a_new_file_is_the_persons_as_any_of_theirs():
    before = os.umask(0o027)
    try:
        with World() as w:
            w.ctl('grants', 'add', w.documents + ':rw', check=0)
            w.ctl('ask', 'create a file ~/Documents/todo.md with “milk”', check=0)
            made = os.stat(os.path.join(w.documents, 'todo.md'))
            assert stat.S_IMODE(made.st_mode) == 0o640, oct(made.st_mode)
            for folder, _, names in os.walk(os.path.join(w.root, 'state')):
                for name in names:
                    mode = os.stat(os.path.join(folder, name)).st_mode
                    assert not mode & 0o077, (name, oct(mode))
    finally:
        os.umask(before)


def history_outlives_the_guardian():
    with World() as w:
        w.file('notes.txt', NOTES)
        w.ctl('grants', 'add', w.documents + ':rw', check=0)
        w.ctl('ask', TASK, check=0)
        change = w.json('undo')[0]['id']
        os.kill(w.guardian(), 15)
        w.wait_for(lambda: not w.processes(), what='the guardian to end')
        assert w.json('undo')[0]['id'] == change
        w.ctl('undo', change, check=0)
        assert read(os.path.join(w.documents, 'notes.txt')) == NOTES
        w.ctl('undo', 'clear', check=0)
        assert not w.json('undo')


def nothing_is_kept_in_the_clear():
    with World() as w:
        w.file('notes.txt', NOTES * 50 + 'PLAINLY-SECRET\n')
        w.ctl('grants', 'add', w.documents + ':rw', check=0)
        w.ctl('ask', TASK, check=0)
        assert w.json('undo')
        for folder, _, names in os.walk(os.path.join(w.root, 'state')):
            for name in names:
                with open(os.path.join(folder, name), 'rb') as f:
                    assert b'PLAINLY-SECRET' not in f.read(), name


run([asked_shown_made_and_taken_back, taken_back_only_while_it_is_as_it_was_left,
     shared_for_changing_is_silent_until_it_is_revoked, denied_leaves_everything,
     mode_deny_changes_nothing, changed_between_question_and_answer_is_asked_anew,
     a_new_file_is_the_persons_as_any_of_theirs, history_outlives_the_guardian, nothing_is_kept_in_the_clear])

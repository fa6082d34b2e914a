#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of each process at each stage: the log verifies, no effect lacks its record, and the next
task works."""
import calendar
import os
import signal
import time

from world import BANK, BANK_TOTALS, World, run

TASK = 'Summarise Amount by month in bank.csv'
STAGES = ('validate', 'authenticate', 'resolve', 'decide', 'consent', 'record', 'perform',
          'record-outcome', 'reply')
WORKERS = ('cardea-guardian-files', 'cardea-guardian-keys', 'cardea-guardian-launch',
           'cardea-agent')


def verify(world):
    done = world.ctl('audit', 'verify')
    # before the first checkpoint there is nothing to verify against: "cannot tell" is the truth
    assert done.returncode in (0, 2), (done.returncode, done.stdout, done.stderr)
    return done.returncode


def effects_have_records(world, answer):
    if '80.25' in answer:
        reads = [r for r in world.records() if r.get('action') == 'file.read']
        assert reads, 'content was delivered and there is no record of it'


def guardian_killed_at_each_stage():
    for stage in STAGES:
        with World() as w:
            path = w.file('bank.csv', BANK)
            w.ctl('ask', '-f', path, TASK, check=0)
            os.kill(w.guardian(), signal.SIGTERM)
            w.wait_for(lambda: not w.processes(), what='the guardian to end')
            done = w.ctl('ask', '-f', path, TASK, env={'CARDEA_TEST_DIE_AT': stage}, timeout=60)
            assert done.returncode != 0, (stage, done.stdout)
            w.wait_for(lambda: not w.processes(), what='everything to end')
            verify(w)
            done = w.ctl('ask', '-f', path, TASK, check=0)
            assert BANK_TOTALS['2026-01'] in done.stdout
            effects_have_records(w, done.stdout)
            verify(w)


CHANGE = 'append “four” to ~/Documents/notes.txt'
BEFORE, AFTER = 'one\ntwo\n', 'one\ntwo\nfour\n'


def content(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def changes_have_records(world, path):
    """All or nothing is there, and what is there stands in the log and can be taken back."""
    now = content(path)
    assert now in (BEFORE, AFTER), now
    made = [c for c in world.json('undo') if c['state'] == 'made']
    assert len(made) == (now == AFTER), (now, made)
    if now == BEFORE:
        return
    records = world.records()
    done = [r for r in records if r['type'] == 'outcome' and r.get('change') == made[0]['id']]
    assert [r['outcome'] for r in done] == ['done'], (done, records[-8:])
    decided = [r for r in records if r['type'] == 'decision' and r.get('effect') == 'allow'
               and r.get('request') == done[0].get('request') and r.get('items')]
    assert decided, 'a file was changed and there is no record of the decision'
    world.ctl('undo', made[0]['id'], check=0)
    assert content(path) == BEFORE


def guardian_killed_at_each_stage_of_a_change():
    for stage in STAGES:
        with World() as w:
            path = w.file('notes.txt', BEFORE)
            w.ctl('grants', 'add', w.documents + ':rw', check=0)
            os.kill(w.guardian(), signal.SIGTERM)
            w.wait_for(lambda: not w.processes(), what='the guardian to end')
            done = w.ctl('ask', CHANGE, env={'CARDEA_TEST_DIE_AT': stage + ':file.change'},
                         timeout=60)
            assert done.returncode != 0, (stage, done.stdout)
            w.wait_for(lambda: not w.processes(), what='everything to end')
            changes_have_records(w, path)
            verify(w)
            w.ctl('ask', CHANGE, check=0)
            assert content(path) == AFTER, stage
            verify(w)


def recovered_before_anybody_asks():
    with World() as w:
        path = w.file('notes.txt', BEFORE)
        w.ctl('grants', 'add', w.documents + ':rw', check=0)
        os.kill(w.guardian(), signal.SIGTERM)
        w.wait_for(lambda: not w.processes(), what='the guardian to end')
        w.ctl('ask', CHANGE, env={'CARDEA_TEST_DIE_AT': 'record-outcome:file.change'}, timeout=60)
        w.wait_for(lambda: not w.processes(), what='everything to end')
        assert content(path) == AFTER
        # a new guardian, whose keys nobody needs: they lie in a plain file
        keys = w.wait_for(lambda: (lambda s: s if s['keys']['state'] == 'open' else None)(
            w.json('status')), what='the keys to be open')
        assert keys['sessions'] == 0, keys
        time.sleep(1)
        asked = time.time()
        outcome = [r for r in w.records() if r.get('recovered')]
        assert len(outcome) == 1 and outcome[0]['outcome'] == 'done', outcome
        written = calendar.timegm(time.strptime(outcome[0]['time'][:19], '%Y-%m-%dT%H:%M:%S'))
        assert written < asked, (written, asked)


def guardian_and_worker_killed_while_it_changes():
    victims = ('cardea-guardian', 'cardea-guardian-change')
    for turn in range(10):
        with World() as w:
            path = w.file('notes.txt', BEFORE)
            w.ctl('grants', 'add', w.documents + ':rw', check=0)
            ask = w.start('ask', CHANGE)
            time.sleep(0.01 * turn)
            for pid in w.processes():
                if w.name(pid) == victims[turn % 2]:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except OSError:
                        pass
            ask.communicate(timeout=60)
            w.wait_for(lambda: w.ctl('undo').returncode == 0, seconds=20, what='the undo store')
            changes_have_records(w, path)
            verify(w)


def workers_killed_at_random():
    with World() as w:
        path = w.file('bank.csv', BANK * 400)
        w.ctl('ask', '-f', path, TASK)
        for turn in range(12):
            ask = w.start('ask', '-f', path, TASK)
            time.sleep(0.01 * (turn % 6))
            victim = WORKERS[turn % len(WORKERS)]
            for pid in w.processes():
                if w.name(pid) == victim:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except OSError:
                        pass
            ask.communicate(timeout=60)
        done = w.wait_for(lambda: (lambda d: d if d.returncode == 0 else None)(
            w.ctl('ask', '-f', path, TASK)), seconds=30, what='a working guardian')
        effects_have_records(w, done.stdout)
        verify(w)


run([guardian_killed_at_each_stage, guardian_killed_at_each_stage_of_a_change,
     recovered_before_anybody_asks,
     guardian_and_worker_killed_while_it_changes, workers_killed_at_random])

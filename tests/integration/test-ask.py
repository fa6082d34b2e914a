#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on a real file, with the real programs."""
import os
import time

from world import BANK, BANK_TOTALS, Watcher, World, run

TASK = 'Summarise Amount by month in bank.csv'


def assert_totals(text):
    for month, total in BANK_TOTALS.items():
        year, number = month.split('-')
        assert month in text or f'{year}' in text, text
        assert total in text, f'{month} {total} not in: {text}'
    assert 'bank.csv' in text, text


def designated_file_needs_no_question():
    with World() as w:
        path = w.file('bank.csv', BANK)
        done = w.ctl('ask', '-f', path, TASK, check=0)
        assert_totals(done.stdout)
        kinds = [r['type'] for r in w.records()]
        assert 'consent' not in kinds, kinds
        for wanted in ('guardian.start', 'session.start', 'launch', 'decision', 'session.end'):
            assert wanted in kinds, (wanted, kinds)
        reads = [r for r in w.records() if r.get('action') == 'file.read'
                 and r['type'] in ('decision', 'outcome')]
        assert reads and all(r['resource']['path'] == path for r in reads), reads
        assert all(r['effect'] == 'allow' for r in reads if r['type'] == 'decision'), reads
        steps = [r for r in w.records() if r.get('session') == reads[0]['session']]
        assert len({r.get('trace') for r in steps}) == 1, steps


def named_file_is_asked_and_allowed():
    with World() as w:
        path = w.file('bank.csv', BANK)
        watcher = Watcher(w)
        ask = w.start('ask', TASK)
        question = watcher.question()
        real = question['question']
        assert real['action'] == 'file.read', real
        assert real['resource']['path'] == path, real
        assert watcher.answer(question, 'allow').returncode == 0
        out, err = ask.communicate(timeout=30)
        assert ask.returncode == 0, (out, err)
        assert_totals(out)
        records = w.records()
        consent = [r for r in records if r['type'] == 'consent']
        assert any(r.get('consent', {}).get('answer') == 'allow' for r in consent), consent
        read = [r for r in records if r.get('action') == 'file.read']
        assert len({r.get('trace') for r in read + consent}) == 1, read + consent


def named_file_is_denied():
    with World() as w:
        w.file('bank.csv', BANK)
        watcher = Watcher(w)
        ask = w.start('ask', TASK)
        question = watcher.question()
        assert watcher.answer(question, 'deny', '--note', 'not today').returncode == 0
        out, err = ask.communicate(timeout=30)
        assert ask.returncode == 3, (ask.returncode, out, err)
        assert '80.25' not in out
        assert not [r for r in w.records() if r['type'] == 'outcome' and r.get('bytes')]


def mode_deny_asks_nobody():
    with World() as w:
        w.file('bank.csv', BANK)
        done = w.ctl('ask', '--mode', 'deny', TASK, check=3)
        assert '80.25' not in done.stdout
        absent = w.ctl('ask', '--mode', 'deny', TASK.replace('bank', 'absent'), check=3)
        # the agent cannot tell what exists from what does not
        assert done.stdout.replace('bank', 'absent') == absent.stdout, (done.stdout, absent.stdout)


def nobody_there_is_a_refusal():
    with World() as w:
        w.file('bank.csv', BANK)
        begun = time.monotonic()
        w.ctl('ask', TASK, check=3)
        assert time.monotonic() - begun < 10


def several_matches_ask_for_the_folder():
    with World() as w:
        w.file('bank.csv', BANK)
        w.file('bank.csv', BANK, w.downloads)
        done = w.ctl('ask', TASK)
        assert done.returncode in (1, 3), done.returncode
        assert 'folder' in done.stdout + done.stderr, (done.stdout, done.stderr)


def unknown_request_is_answered_honestly():
    with World() as w:
        done = w.ctl('ask', 'Write me a poem about the sea')
        assert 'offline' in done.stdout.lower() or 'no ai model' in done.stdout.lower(), done.stdout


def log_is_whole_and_any_flip_is_seen():
    with World() as w:
        path = w.file('bank.csv', BANK)
        w.ctl('ask', '-f', path, TASK, check=0)
        os.kill(w.guardian(), 15)
        w.wait_for(lambda: not w.processes(), what='the guardian to end')
        assert 'whole' in w.ctl('audit', 'verify', check=0).stdout
        for name in sorted(os.listdir(w.audit)) + ['tile/entries', 'tile/0']:
            full = os.path.join(w.audit, name)
            if os.path.isdir(full):
                files = [os.path.join(d, f) for d, _, fs in os.walk(full) for f in fs]
            else:
                files = [full]
            for target in files:
                with open(target, 'r+b') as f:
                    content = f.read()
                    if not content:
                        continue
                    at = len(content) // 2
                    f.seek(at)
                    f.write(bytes([content[at] ^ 0x20]))
                done = w.ctl('audit', 'verify')
                assert done.returncode == 1, (target, done.stdout, done.stderr)
                with open(target, 'r+b') as f:
                    f.write(content)
        w.ctl('audit', 'verify', check=0)


def plain_words():
    with World() as w:
        path = w.file('bank.csv', BANK)
        w.ctl('ask', '-f', path, TASK, check=0)
        assert 'unsealed' in w.ctl('status', check=0).stdout.lower()
        assert 'Landlock' in w.ctl('doctor', check=0).stdout
        assert w.ctl('sessions', '--all', check=0).stdout.strip()
        w.ctl('grants', check=0)
        added = w.ctl('grants', 'add', w.documents + ':ro', '--for', '8h', check=0)
        assert w.documents in w.ctl('grants', 'list', check=0).stdout, added.stdout
        assert w.ctl('ask', TASK, check=0)
        w.ctl('grants', 'revoke', '--all', check=0)
        w.ctl('ask', TASK, check=3)


run([designated_file_needs_no_question, named_file_is_asked_and_allowed, named_file_is_denied,
     mode_deny_asks_nobody, nobody_there_is_a_refusal, several_matches_ask_for_the_folder,
     unknown_request_is_answered_honestly, log_is_whole_and_any_flip_is_seen, plain_words])

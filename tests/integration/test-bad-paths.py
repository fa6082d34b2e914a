#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths that are no text, lead nowhere, elsewhere, or to what is no file: named by the person (-f),
asked for by the agent, shared by `grants add`."""
import os

from bad_input import CSV, Asking, Steady, one_line, whole, works
from world import World, run

ROOT = os.getuid() == 0


def odd_names_are_files_like_others():
    with World() as w, Steady(w):
        for name in (b'two\nlines.csv', b'in\xffvalid.csv', b'tab\tbell\x07.csv',
                     'right\u202eto left.csv'.encode(), b'-rf.csv', b'quote".csv', b'back\\slash.csv',
                     b'a_b*c_.csv', b'x' * 251 + b'.csv'):
            path = os.path.join(os.fsencode(w.documents), name)
            with open(path, 'w', encoding='ascii') as f:
                f.write(CSV)
            done = w.ctl('ask', '-f', os.fsdecode(path), 'total Amount in the file', check=0)
            assert '**10**' in done.stdout, (name, done.stdout)
            assert done.stdout.count('Source:') == 1, (name, done.stdout)
            for bad in '\x07\x1b\u202e\ufffd':
                assert bad not in done.stdout, (name, done.stdout)
            read = [r for r in w.records() if r.get('action') == 'file.read'][-1]
            assert 'path' in read['resource'] or 'path_b64' in read['resource'], read
            # one line a record, whatever the name holds
            assert '\x07' not in w.ctl('audit', 'list', check=0).stdout


def one_path_has_one_name():
    with World() as w, Steady(w) as steady:
        path = w.file('bank.csv', CSV)
        os.symlink('bank.csv', os.path.join(w.documents, 'link.csv'))
        for spelled in (w.documents + '/../Documents/bank.csv', w.documents + '//bank.csv',
                        w.documents + '/./bank.csv', w.documents + '/link.csv',
                        '/../../..' + path, '../Documents/bank.csv'):
            w.ctl('ask', '-f', spelled, 'total Amount in the file', check=0)
        reads = [r for r in steady.new() if r.get('action') == 'file.read']
        assert {r['resource']['path'] for r in reads} == {path}, reads


def what_is_no_file_is_refused():
    with World() as w:
        docs = w.documents
        os.symlink('loop2', docs + '/loop1')
        os.symlink('loop1', docs + '/loop2')
        os.symlink('self', docs + '/self')
        os.symlink('nowhere', docs + '/dangling')
        os.mkfifo(docs + '/fifo')
        w.file('bank.csv', CSV)
        w.ctl('status', check=0)
        cases = [
            (docs + '/loop1', 'circle'), (docs + '/self', 'circle'), (docs + '/dangling', 'no file'),
            (docs + '/fifo', 'pipe'), ('/dev/zero', 'holds no files'), ('/dev/tty', 'holds no files'),
            ('/proc/self/environ', 'holds no files'), ('/proc/1/mem', 'holds no files'),
            ('/proc/self/fd/0', 'holds no files'), ('/sys/kernel/uevent_seqnum', 'holds no files'),
            (w.env['XDG_RUNTIME_DIR'] + '/cardea/guardian.sock', 'socket'),
            (docs + '/bank.csv/', 'not a folder'), (docs + '/bank.csv/.', 'not a folder'),
            (docs + '/bank.csv/x', 'not a folder'), (docs + '/none.csv', 'no file'),
            (docs + '/' + 'n' * 256, 'too long'), (docs + '/a\nb', 'no file'),
            (docs + '/a\udcffb', 'no file'),
        ]
        for path, words in cases:
            for command in (['ask', '-f', path, 'total Amount in the file'],
                            ['grants', 'add', '--', path]):
                with Steady(w) as steady:
                    line = one_line(w.ctl(*command), words, code=1)
                    if '/a' not in path:
                        assert path in line, line
                denied = [r for r in steady.new() if r.get('effect') == 'deny']
                assert len(denied) == 1 and words in denied[0]['reason'], (path, steady.new())
        works(w)


def what_is_too_long_or_empty_is_wrong_usage():
    with World() as w, Steady(w):
        for path in ('/' + 'a/' * 2048 + 'x', 'x' * 4096, ''):
            one_line(w.ctl('ask', '-f', path, 'total Amount'), code=2)
            one_line(w.ctl('grants', 'add', '--', path), code=2)
        deepest = '/' + 'a/' * 2046 + 'xx'
        assert len(deepest) == 4095
        one_line(w.ctl('ask', '-f', deepest, 'total Amount'), 'no file', code=1)


def closed_files_stay_closed_by_any_name():
    with World() as w:
        w.folder('home/.ssh')
        key = w.file('id_ed25519', 'SECRET-KEY-BYTES', w.home + '/.ssh')
        docs = w.documents
        os.symlink(key, docs + '/link.txt')
        os.symlink(w.home + '/.ssh', docs + '/folder')
        os.link(key, docs + '/hard.txt')
        w.ctl('status', check=0)
        for path in (key, docs + '/link.txt', docs + '/folder/id_ed25519', docs + '/hard.txt',
                     docs + '/../.ssh/id_ed25519', w.home + '/.ssh', w.audit + '/log.vkey',
                     w.root + '/state/cardea', '/etc/shadow'):
            for command in (['ask', '-f', path, 'summarise the file'], ['grants', 'add', path]):
                with Steady(w) as steady:
                    done = w.ctl(*command)
                    one_line(done, 'refused by policy', 'closed to every agent', code=3)
                    assert 'SECRET' not in done.stdout + done.stderr
                denied = [r for r in steady.new() if r.get('effect') == 'deny']
                assert denied and denied[0]['policy'].startswith('shipped.'), steady.new()
        # a folder that was shared does not open what is closed below it, nor does asking
        w.ctl('grants', 'add', w.documents, check=0)
        for name in ('link.txt', 'hard.txt', docs + '/hard.txt', '~/.ssh/id_ed25519'):
            done = w.ctl('ask', f'summarise {name}')
            assert done.returncode in (1, 3) and 'SECRET' not in done.stdout + done.stderr, done
        # the person cannot answer it open either: it is not asked at all
        assert not [r for r in w.records() if r['type'] == 'consent']
        whole(w)


def what_may_not_be_opened_says_so():
    with World() as w:
        path = w.file('locked.csv', CSV)
        os.chmod(path, 0)
        with Steady(w):
            one_line(w.ctl('ask', '-f', path, 'total Amount in locked.csv'), 'locked.csv', code=1)
        if ROOT:
            other = w.file('other.csv', CSV)
            os.chown(other, 65534, 65534)
        else:
            other = '/root/.bashrc'
        with Steady(w):
            words = ('another user',) if ROOT else ()
            one_line(w.ctl('ask', '-f', other, 'summarise the file'), *words)
        works(w)


def several_files_go_together_or_not_at_all():
    with World() as w:
        a, b = w.file('a.csv', CSV), w.file('b.csv', CSV)
        w.ctl('ask', '-f', a, '-f', b, 'compare a.csv and b.csv', check=0)
        w.ctl('ask', '-f', a, '-f', a, '-f', a, 'total Amount in a.csv', check=0)
        with Steady(w) as steady:
            one_line(w.ctl('ask', '-f', a, '-f', w.documents + '/none.csv', 'compare'), 'none.csv',
                     code=1)
        assert not [r for r in steady.new() if r['type'] in ('launch', 'outcome')], steady.new()
        assert w.ctl('grants', 'list', check=0).stdout.count('a.csv') == 0
        one_line(w.ctl('ask', *(['-f', a] * 300), 'total Amount'), 'files at a time', code=2)


def asked_paths_follow_the_same_rules():
    with World() as w:
        w.folder('home/.ssh')
        w.file('id_ed25519', 'SECRET-KEY-BYTES', w.home + '/.ssh')
        os.mkfifo(w.documents + '/fifo.csv')
        w.ctl('status', check=0)
        for name in ('~/Documents/fifo.csv', '/dev/zero', '/proc/self/environ', '../../etc/shadow',
                     '~/../../etc/shadow', '~/.ssh/id_ed25519', '/' + 'a/' * 2040 + 'x.csv',
                     'fifo.csv', 'none.csv'):
            with Steady(w) as steady:
                done = w.ctl('ask', f'summarise {name}', timeout=20)
                assert done.returncode in (1, 3), (name, done.returncode, done.stdout, done.stderr)
                assert 'SECRET' not in done.stdout and 'root:' not in done.stdout
            assert not [r for r in steady.new()
                        if r['type'] == 'outcome' and r.get('outcome') == 'done'], name


def changed_between_question_and_answer(change):
    with Asking() as a:
        change(a)
        assert a.watcher.answer(a.question, 'allow').returncode == 0
        code, out, err = a.result()
        assert code in (1, 3), (code, out, err)
        assert '777' not in out + err, (out, err)
        assert len(err.splitlines()) == 1, err
        codes = [r.get('outcome') or r.get('code') for r in a.world.records()]
        assert 'changed' in codes or 'not-found' in codes, a.world.records()
        a.nothing_read()
        whole(a.world)


def replaced_while_it_was_asked():
    def change(a):
        os.rename(a.world.file('new.csv', 'Date,Amount\n2026-01-01,777\n'), a.path)
    changed_between_question_and_answer(change)


def rewritten_while_it_was_asked():
    def change(a):
        a.world.file('bank.csv', 'Date,Amount\n2026-01-01,777\n')
    changed_between_question_and_answer(change)


def removed_while_it_was_asked():
    changed_between_question_and_answer(lambda a: os.unlink(a.path))


def link_put_in_place_while_it_was_asked():
    def change(a):
        os.unlink(a.path)
        os.symlink(a.world.file('other.csv', 'Date,Amount\n2026-01-01,777\n', a.world.downloads),
                   a.path)
    changed_between_question_and_answer(change)


def parent_swapped_while_it_was_asked():
    def change(a):
        w = a.world
        w.file('bank.csv', 'Date,Amount\n2026-01-01,777\n', w.folder('home/elsewhere'))
        os.rename(w.documents, w.home + '/before')
        os.symlink('elsewhere', w.documents)
    changed_between_question_and_answer(change)


run([odd_names_are_files_like_others, one_path_has_one_name, what_is_no_file_is_refused,
     what_is_too_long_or_empty_is_wrong_usage, closed_files_stay_closed_by_any_name,
     what_may_not_be_opened_says_so, several_files_go_together_or_not_at_all,
     asked_paths_follow_the_same_rules, replaced_while_it_was_asked, rewritten_while_it_was_asked,
     removed_while_it_was_asked, link_put_in_place_while_it_was_asked,
     parent_swapped_while_it_was_asked])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions that are answered wrongly, twice, late or never, and processes that go away meanwhile."""
import os
import signal
import time

from bad_input import CSV, TASK, Asking, Steady, one_line, whole, works
from world import Watcher, World, run


def answer(world, question, *rest, **changed):
    question = {**question, **changed}
    return world.ctl('consent', 'answer', question['id'], '--digest', question['digest'], *rest)


def refused_quietly(a, codes=(3,)):
    code, out, err = a.result()
    assert code in codes, (code, out, err)
    assert '**' not in out and len(err.splitlines()) == 1, (out, err)
    a.nothing_read()
    whole(a.world)


def first_valid_answer_wins():
    with Asking() as a:
        w, q = a.world, a.question
        first = answer(w, q, 'deny')
        assert first.returncode == 0, first
        one_line(answer(w, q, 'allow'), code=(1, 3))
        refused_quietly(a)
        consents = [r for r in w.records() if r['type'] == 'consent' and 'consent' in r
                    and r['consent'].get('answer') in ('allow', 'deny')]
        assert len(consents) == 1 and consents[0]['consent']['by'] == 'cli', consents


def two_at_once_are_one_answer():
    with Asking() as a:
        w, q = a.world, a.question
        rest = ('consent', 'answer', q['id'], '--digest', q['digest'])
        racing = [w.start(*rest, word) for word in ('allow', 'deny') * 4]
        done = [(p.communicate(timeout=30), p.returncode) for p in racing]
        assert [code for _, code in done].count(0) == 1, done
        for (_, err), code in done:
            assert code == 0 or len(err.splitlines()) == 1, done
        winner = [code for _, code in done].index(0) % 2
        code, out, err = a.result()
        assert code == (0, 3)[winner], (winner, code, out, err)
        whole(w)


def wrong_answers_leave_it_waiting():
    with Asking() as a:
        w, q = a.world, a.question
        wrong = q['digest'][:-1] + ('0' if q['digest'][-1] != '0' else '1')
        cases = [
            (answer(w, q, 'allow', digest=wrong), (1, 3)),
            (answer(w, q, 'allow', digest='0' * 64), (1, 3)),
            (answer(w, q, 'allow', id='0000000000000000'), (1, 3)),
            (answer(w, q, 'allow', id='nonsense'), 2),
            (answer(w, q, 'allow', id=q['id'] + '00'), 2),
            (answer(w, q, 'allow', digest='abc'), 2),
            (answer(w, q, 'allow', digest=q['digest'].upper()), None),
            (answer(w, q, 'maybe'), 2),
            (answer(w, q, 'allow', '--for', '31d'), (1, 2, 3)),
            (answer(w, q, 'allow', '--for', '-1s'), 2),
            (answer(w, q, 'allow', '--for', '99999999999999999999d'), 2),
            (answer(w, q, 'allow', '--scope', 'everything'), 2),
            (answer(w, q, 'allow', '--scope', 'host'), (1, 2, 3)),
            (answer(w, q, 'allow', '--scope', 'folder'), (1, 2, 3)),
            (w.ctl('consent', 'answer', q['id'], 'allow'), 2),
        ]
        for done, code in cases:
            one_line(done, code=code)
        assert a.ask.poll() is None, 'a wrong answer ended the question'
        assert answer(w, q, 'allow').returncode == 0
        code, out, err = a.result()
        assert code == 0 and '10' in out, (code, out, err)
        whole(w)


def answer_after_it_lapsed():
    with Asking(env={'CARDEA_CONSENT_TIMEOUT': '1'}) as a:
        begun = time.monotonic()
        code, out, err = a.result()
        assert code == 3 and time.monotonic() - begun < 8, (code, out, err)
        one_line(answer(a.world, a.question, 'allow'), code=(1, 3))
        records = a.world.records()
        assert [r for r in records if r['type'] == 'consent'], records
        a.nothing_read()
        works(a.world)
        whole(a.world)


def bad_time_outs():
    with World() as w, Steady(w, records=False):
        path = w.file('bank.csv', CSV)
        for value in ('0', '601', '-1', 'soon', '1.5', '99999999999999999999'):
            one_line(w.ctl('ask', '-f', path, TASK, env={'CARDEA_CONSENT_TIMEOUT': value}),
                     'CARDEA_CONSENT_TIMEOUT', code=2)


def guardian_killed_with_a_question_open():
    with Asking() as a:
        w = a.world
        os.kill(w.guardian(), signal.SIGKILL)
        code, out, err = a.result()
        assert code != 0 and len(err.splitlines()) == 1, (code, out, err)
        assert '**' not in out, out
        a.watcher.process.communicate(timeout=10)
        w.wait_for(lambda: not w.processes(), what='everything to end')
        one_line(answer(w, a.question, 'allow'), code=(1, 3))
        works(w)
        starts = [r for r in w.records() if r['type'] == 'guardian.start']
        assert len(starts) == 2, starts
        whole(w)


def asker_killed_with_a_question_open():
    with Asking() as a:
        w = a.world
        os.kill(a.ask.pid, signal.SIGKILL)
        a.ask.communicate()
        w.wait_for(lambda: not w.json('sessions'), what='the session to end')
        one_line(answer(w, a.question, 'allow'), code=(1, 3))
        a.nothing_read()
        ended = [r for r in w.records() if r['type'] in ('session.end', 'consent')]
        assert {r['type'] for r in ended} == {'session.end', 'consent'}, ended
        works(w)
        whole(w)


def watcher_killed_with_a_question_open():
    # nobody drew it: it goes on waiting for whoever answers
    with Asking() as a:
        os.kill(a.watcher.process.pid, signal.SIGKILL)
        a.watcher.process.communicate()
        time.sleep(0.2)
        if a.ask.poll() is None:
            assert answer(a.world, a.question, 'allow').returncode == 0
            code, out, err = a.result()
            assert code == 0, (code, out, err)
        else:
            refused_quietly(a)
        whole(a.world)


def agent_killed_with_a_question_open():
    with Asking() as a:
        w = a.world
        with Steady(w):
            victims = [p for p in w.processes() if w.name(p) == 'cardea-agent']
            assert victims, 'no agent'
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
            code, out, err = a.result()
            assert code != 0 and len(err.splitlines()) == 1, (code, out, err)
            one_line(answer(w, a.question, 'allow'), code=(1, 3))
            a.nothing_read()
            works(w)


def worker_killed_with_a_question_open():
    for worker in ('cardea-guardian-files', 'cardea-guardian-keys', 'cardea-guardian-launch'):
        with Asking() as a:
            w = a.world
            with Steady(w):
                for pid in w.processes():
                    if w.name(pid) == worker:
                        os.kill(pid, signal.SIGKILL)
                time.sleep(0.2)
                answer(w, a.question, 'allow')
                code, out, err = a.result()
                assert code == 0 or len(err.splitlines()) == 1, (worker, code, out, err)
                works(w)


def sessions_end_all_stops_what_runs():
    with Asking() as a:
        w = a.world
        with Steady(w):
            assert w.ctl('session', 'end', '--all', check=0)
            code, out, err = a.result()
            assert code != 0 and len(err.splitlines()) == 1, (code, out, err)
            one_line(answer(w, a.question, 'allow'), code=(1, 3))
            assert not w.json('sessions')
            a.nothing_read()
            w.ctl('session', 'end', '--all', check=0)
            one_line(w.ctl('session', 'end', 'ffffffffffffffff'), code=1)
            one_line(w.ctl('session', 'show', 'nonsense'), code=2)
            works(w)


def many_equal_questions():
    """Each session asks for itself; none is lost, none is answered by another's answer."""
    with World() as w:
        w.file('bank.csv', CSV)
        watcher = Watcher(w)
        asks = [w.start('ask', TASK) for _ in range(20)]
        questions = [watcher.question(60) for _ in asks]
        assert len({q['id'] for q in questions}) == len({q['digest'] for q in questions}) == 20
        for number, question in enumerate(questions):
            done = watcher.answer(question, 'allow' if number % 2 else 'deny')
            assert done.returncode == 0, done.stderr
        codes = []
        for ask in asks:
            ask.communicate(timeout=60)
            codes.append(ask.returncode)
        assert codes.count(0) == 10 and codes.count(3) == 10, codes
        whole(w)


run([first_valid_answer_wins, two_at_once_are_one_answer, wrong_answers_leave_it_waiting,
     answer_after_it_lapsed, bad_time_outs, guardian_killed_with_a_question_open,
     asker_killed_with_a_question_open, watcher_killed_with_a_question_open,
     agent_killed_with_a_question_open, worker_killed_with_a_question_open,
     sessions_end_all_stops_what_runs, many_equal_questions])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The question in a terminal, from the person's keys to the record, with the real programs."""
import os
import pty
import re
import select
import signal
import time

from world import BANK, World, run

TASK = 'Summarise Amount by month in bank.csv'
WORD = r'Type “([a-z]+)” to allow'
OBJECT = 'Type the last part of the name'


class Terminal:
    def __init__(self, world, *arguments, term='xterm', **environment):
        self.output, self.seen = '', 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(world.work)
            program = world.program('cardeactl')
            os.execve(program, [program, *arguments], {**world.env, 'TERM': term, **environment})

    def read(self):
        try:
            if select.select([self.fd], [], [], 0.05)[0]:
                self.output += os.read(self.fd, 65536).decode('utf-8', 'replace')
            return True
        except OSError:
            return False

    def until(self, wanted, seconds=30):
        end, alive = time.monotonic() + seconds, True
        while alive and time.monotonic() < end:
            alive = self.read()
            text = re.sub(r'\s+', ' ', re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', self.output))
            found = re.compile(wanted).search(text, self.seen)
            if found:
                self.seen = found.end()
                return found
        raise AssertionError(f'{wanted!r} was not shown: {self.output!r}')

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read() and select.select([self.fd], [], [], 0.05)[0]:
                    pass
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        raise AssertionError(f'it does not end: {self.output!r}')


def consents(world):
    return [r['consent'] for r in world.records() if r['type'] == 'consent' and 'consent' in r]


def the_word_allows():
    with World() as w:
        w.file('bank.csv', BANK)
        terminal = Terminal(w, 'ask', TASK)
        word = terminal.until(WORD).group(1)
        assert 'Read 1 file in Documents' in terminal.output and 'not verified' in terminal.output
        terminal.type(word + '\r')
        terminal.until('80.25')
        assert terminal.end() == 0, terminal.output
        answer = consents(w)[-1]
        assert answer['by'] == 'terminal' and answer['answer'] == 'allow', answer
        assert answer['scope'] == 'exact' and answer['duration'] == 'once', answer
        assert answer['shown_ms'] >= 800, answer


def typing_on_does_not_allow():
    """Somebody types and presses Enter while the question pops up."""
    with World() as w:
        w.file('bank.csv', BANK)
        terminal = Terminal(w, 'ask', TASK)
        terminal.until('Please read')
        terminal.type('y\ryes\r\r\r')
        terminal.until(WORD)
        terminal.type('y\r')
        terminal.until('nothing was allowed')
        terminal.type('\x03')
        assert terminal.end() == 3, terminal.output
        assert '80.25' not in terminal.output
        assert consents(w)[-1]['answer'] == 'deny'


def a_refusal_says_so():
    with World() as w:
        w.file('bank.csv', BANK)
        terminal = Terminal(w, 'ask', TASK)
        terminal.until(WORD)
        terminal.type('no not this one\r')
        assert terminal.end() == 3, terminal.output
        assert 'refused by a person' in terminal.output and 'not this one' in terminal.output
        assert not [r for r in w.records() if r['type'] == 'outcome' and r.get('bytes')]


def it_lapses():
    with World() as w:
        w.file('bank.csv', BANK)
        terminal = Terminal(w, 'ask', TASK, CARDEA_CONSENT_TIMEOUT='2')
        terminal.until('Please read')
        assert terminal.end() == 3, terminal.output
        assert 'allow' not in [c['answer'] for c in consents(w)]
        assert terminal.output.rfind('\x1b[?1049l') > terminal.output.rfind('\x1b[?1049h')


def what_is_stored_is_what_was_shown():
    """Allowed for the task: the same chat does not ask again."""
    with World() as w:
        w.file('bank.csv', BANK)
        terminal = Terminal(w, 'chat')
        terminal.until('› ')
        terminal.type(TASK + '\r')
        terminal.until(WORD)
        terminal.type('for task\r')
        terminal.until('until this task ends')
        terminal.type(terminal.until(WORD).group(1) + '\r')
        terminal.until('80.25')
        grants = w.json('grants')
        assert [g['origin'] for g in grants] == ['answer'] and grants[0]['scope'] == 'exact', grants
        terminal.until('› ')
        terminal.type(TASK + '\r')
        terminal.until('80.25')
        terminal.until('› ')
        terminal.type('\x04')
        assert terminal.end() == 0, terminal.output
        assert len([c for c in consents(w) if c['answer'] == 'allow']) == 1
        assert w.json('grants') == []


def killed_while_it_asks():
    """The front end dies with a question open: refused, recorded, nothing left waiting."""
    with World() as w:
        w.file('bank.csv', BANK)
        terminal = Terminal(w, 'ask', TASK)
        terminal.until('Please read')
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
        w.wait_for(lambda: w.json('sessions') == [], what='the session to end')
        assert w.json('status')['waiting'] == 0
        assert [r['effect'] for r in w.records() if r['type'] == 'consent'] == ['ask', 'deny']


def a_file_named_by_somebody_else():
    """A name with an escape and an override in it is shown, and confirmed, in the clear."""
    with World() as w:
        name = 'a\x1b[2J\u202ebank.csv'
        path = w.file(name, BANK)
        w.ctl('grants', 'add', path, check=0)
        out = w.ctl('grants', check=0).stdout
        assert '\x1b' not in out and '\u202e' not in out and '\\u{202e}' in out, out


run([the_word_allows, typing_on_does_not_allow, a_refusal_says_so, it_lapses,
     what_is_stored_is_what_was_shown, killed_while_it_asks, a_file_named_by_somebody_else])

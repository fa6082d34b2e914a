#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal's question, with a real pseudo-terminal and this program as the person.

usage: test-question.py PROGRAM [NAME…]
"""
import concurrent.futures
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time

DEADLINE = 30  # seconds; far more than anything here takes
QUIET = 0.15
ARMED = re.compile(r'Type “(\w+)” to allow')
ARMED_OBJECT = 'Type the last part of the name'

REQUEST = {
    'version': 1, 'request': 'r1', 'session': '8899aabbccddeeff', 'trace': '0' * 32,
    'subject': {'agent': {'name': 'cardea-agent', 'kind': 'built-in'}, 'title': 'Sums'},
    'action': 'file.read',
    'resource': {'kind': 'file', 'path': '/home/eva/Documents/bank.csv', 'size': '1234',
                 'dev': '1', 'ino': '2', 'uid': str(os.getuid()), 'labels': []},
    'why': 'to add the amounts',
    'because': {'request': 'Summarise', 'labels_read': [], 'files_read': 0,
                'untrusted_input': False},
    'tier': 2, 'policy': 'cardea.ask', 'reason': 'outside every grant',
    'remember': {'durations': ['once', 'task', 'time'], 'scopes': ['exact', 'folder'],
                 'max_seconds': 2592000},
    'details': {'mode': 'ask'},
}


class Person:
    """Somebody at a terminal in which the program runs."""

    def __init__(self, program, request=None, seconds=60, size=(24, 80), term='xterm'):
        self.file = tempfile.NamedTemporaryFile('w', suffix='.json')
        json.dump(request or REQUEST, self.file)
        self.file.flush()
        self.output = ''
        self.seen = 0
        self.status = None
        self.begun = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.fd = 0
            self.resize(*size)  # here: it would be late, now and then, from the other side
            os.environ.update(TERM=term, LC_ALL='C.UTF-8')
            os.execv(program, [program, self.file.name, str(seconds)])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        self.file.close()

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def read_some(self, timeout):
        ready, _, _ = select.select([self.fd], [], [], timeout)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # EIO: the other side is closed
            return False
        self.output += data.decode('utf-8', 'replace')
        return bool(data)

    def until(self, wanted):
        """Reads until wanted (a text or a pattern) shows up after what was read before."""
        pattern = wanted if hasattr(wanted, 'search') else re.compile(re.escape(wanted))
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            found = pattern.search(flat(self.output), self.seen)
            if found:
                self.seen = found.end()
                return found
            self.read_some(0.05)
        raise AssertionError(f'{wanted!r} was not shown: {self.output!r}')

    def type(self, text):
        os.write(self.fd, text.encode())

    def settle(self):
        while self.read_some(QUIET):
            pass

    def answer(self):
        """Waits for the end: the message that would be sent, or None."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            self.read_some(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
                break
        else:
            raise AssertionError(f'it does not end: {self.output!r}')
        while self.read_some(0.05):
            pass
        found = re.search(r'ANSWER (\{.*\})', self.output)
        return json.loads(found.group(1)) if found else None

    def is_restored(self):
        fresh, other = pty.openpty()
        same = termios.tcgetattr(self.fd) == termios.tcgetattr(fresh)
        os.close(fresh)
        os.close(other)
        screens = re.findall(r'\x1b\[\?1049([hl])', self.output)
        return same and (not screens or screens[-1] == 'l')


def flat(text):
    """Without control sequences, and with a line's end as a space: what wrapping cannot split."""
    text = re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', text)
    return re.sub(r'\s+', ' ', text)


def check(condition, why=''):
    if not condition:
        raise AssertionError(why)


def request(**changes):
    changed = json.loads(json.dumps(REQUEST))
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(changed.get(name), dict):
            changed[name].update(value)
        else:
            changed[name] = value
    return changed


def test_word_allows(program):
    with Person(program) as person:
        person.until('Please read')
        word = person.until(ARMED).group(1)
        check(time.monotonic() - person.begun >= 0.8, 'armed too early')
        for wanted in ('Read 1 file in Documents', '~/Documents/bank.csv', 'not verified',
                       'to add the amounts', 'You asked: “Summarise”',
                       'Reading exactly this file, this time.'):
            check(wanted in flat(person.output), wanted)
        person.type(word + '\r')
        answer = person.answer()
        check(answer['answer'] == 'allow' and answer['how'] == 'terminal')
        check(answer['duration'] == 'once' and answer['scope'] == 'exact')
        check(answer['armed_ms'] >= 800 and answer['shown_ms'] >= answer['armed_ms'])
        check(answer['nonce'] == '00112233445566778899aabbccddeeff')
        check(person.is_restored(), 'the terminal is not as it was')


def test_typed_before_is_dropped(program):
    """Also lines that would refuse: they were typed for something else."""
    with Person(program) as person:
        person.type('rm -rf x\r\r\ramber\rno\r')
        person.until('Please read')
        person.type('y\r\r')
        word = person.until(ARMED).group(1)
        person.settle()
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')


def test_half_word_across_arming(program):
    """What was begun before arming does not join what is typed after it."""
    with Person(program) as person:
        person.until('Please read')
        person.type('am')
        word = person.until(ARMED).group(1)
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')


def test_yes_is_not_the_word(program):
    with Person(program) as person:
        person.until(ARMED)
        for _ in range(2):
            person.type('y\r')
            person.until('nothing was allowed')
        person.type('yes\r')
        check(person.answer()['answer'] == 'deny')


def test_refusals(program):
    for typed, expected in (('\x03', 'deny'), ('\x04', 'deny'), ('\r', 'deny'), ('no\r', 'deny'),
                            ('stop\r', 'stop')):
        with Person(program) as person:
            person.until(ARMED)
            person.type(typed)
            check(person.answer()['answer'] == expected, typed)
            check(person.is_restored(), 'the terminal is not as it was')


def test_interrupt_before_arming(program):
    with Person(program) as person:
        person.until('Please read')
        person.type('\x03')
        answer = person.answer()
        check(answer['answer'] == 'deny' and 'armed_ms' not in answer)


def test_note(program):
    with Person(program) as person:
        person.until(ARMED)
        person.type('no use the other one\r')
        answer = person.answer()
        check(answer['answer'] == 'deny' and answer['note'] == 'use the other one')


def test_paste_does_not_count(program):
    with Person(program) as person:
        word = person.until(ARMED).group(1)
        person.type(f'\x1b[200~{word}\x1b[201~\r')
        check(person.answer()['answer'] == 'deny')


def test_choice_arms_again(program):
    with Person(program) as person:
        person.until(ARMED)
        person.type('for task\r')
        changed = time.monotonic()
        person.until('until this task ends')
        person.until(ARMED)
        check(time.monotonic() - changed >= 0.75, 'it did not arm again')
        person.type('covering folder\r')
        person.until('Reading everything in ~/Documents and below it, until this task ends.')
        word = person.until(ARMED).group(1)
        person.type(word + '\r')
        answer = person.answer()
        check(answer['answer'] == 'allow')
        check(answer['duration'] == 'task' and answer['scope'] == 'folder')


def test_resize_arms_again(program):
    with Person(program) as person:
        word = person.until(ARMED).group(1)
        person.type(word[:2])
        person.settle()
        person.resize(30, 60)
        os.kill(person.pid, signal.SIGWINCH)
        person.until('Please read')
        person.until(ARMED)
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')


def test_details(program):
    with Person(program, size=(60, 100)) as person:
        word = person.until(ARMED).group(1)
        person.type('details\r')
        person.until('Digest')
        person.until(ARMED)
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')


def test_all_must_be_seen(program):
    """A question longer than the screen is not armed before its end was on the screen."""
    path = '/home/eva/' + '/'.join(['n' * 200] * 10) + '/bank.csv'
    with Person(program, request(resource={'path': path})) as person:
        person.until('There is more')
        time.sleep(1.2)
        person.settle()
        check(not ARMED.search(flat(person.output)), 'armed before it was read')
        for _ in range(6):
            person.type('\x1b[6~')
            person.settle()
        word = person.until(ARMED).group(1)
        check('bank.csv' in flat(person.output))
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')


def test_too_small(program):
    with Person(program, size=(4, 15)) as person:
        person.until('Too small')
        time.sleep(1)
        person.type('\x03')
        check(person.answer()['answer'] == 'deny')


def test_tier_3(program):
    with Person(program, request(tier=3, remember={'durations': [], 'scopes': []})) as person:
        person.until(ARMED_OBJECT)
        check(time.monotonic() - person.begun >= 1.5, 'armed too early')
        check('Change it with' not in person.output)
        person.type('bank\r')
        person.until('nothing was allowed')
        person.type('bank.csv\r')
        answer = person.answer()
        check(answer['answer'] == 'allow' and answer['confirm'] == 'bank.csv')
        check(answer['armed_ms'] >= 1500)


def change(op='write', path='/home/eva/Documents/bank.csv', exists=True, kind='file', **more):
    return {'op': op, 'kind': kind, 'path': path, 'exists': exists, 'undoable': True, **more}


def test_change(program):
    """The difference, with signs and colours; Allow is for exactly this change."""
    diff = '--- a\n+++ b\n@@ -7,2 +7,2 @@\n one\n-two\n+2 \u202eevil\n'
    asked = request(action='file.write', changes=[change(diff=diff, added=1, removed=1)])
    with Person(program, asked, size=(50, 80)) as person:
        word = person.until(ARMED).group(1)
        for wanted in ('Change 1 file in Documents', 'Line 7', '1 line is added, 1 line is removed.',
                       'You can undo this.', 'Exactly this change, this time.'):
            check(wanted in flat(person.output), wanted)
        check('\x1b[32m+ 2 \\u{202e}evil\x1b[0m' in person.output, 'no added line')
        check('\x1b[31m- two\x1b[0m' in person.output, 'no removed line')
        check('\u202e' not in person.output)
        person.type('covering folder\r')
        person.until('Reading and changing everything in ~/Documents and below it, this time.')
        person.until(ARMED)
        person.type('for 1h\r')
        person.until('for 1 hour.')
        person.until(ARMED)
        person.type(word + '\r')
        answer = person.answer()
        check((answer['answer'], answer['scope'], answer['seconds']) == ('allow', 'folder', 3600))


def test_folds_are_opened(program):
    diff = '@@ -0,0 +1,600 @@\n' + ''.join(f'+line {n}\n' for n in range(600))
    asked = request(action='file.create', changes=[change('create', exists=False, diff=diff)],
                    resource={'exists': False})
    with Person(program, asked, size=(390, 80)) as person:
        person.until('There is more')
        person.type('\x1b[6~')
        person.until('200 more lines, 200 of them changed (type “unfold” to read them)')
        person.until(ARMED)
        check('line 599' not in flat(person.output))
        person.type('unfold\r')
        person.until('There is more')
        time.sleep(1.2)
        person.settle()
        check(not ARMED.search(flat(person.output), person.seen), 'armed before it was read')
        person.type('\x1b[6~')
        person.until('line 599')
        word = person.until(ARMED).group(1)
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')


def test_many_must_be_paged_through(program):
    changes = [change('rename', f'/home/eva/Downloads/{n}.pdf', to=f'/home/eva/Downloads/m/{n}.pdf')
               for n in range(1000)]
    asked = request(action='file.rename', changes=changes,
                    resource={'kind': 'folder', 'path': '/home/eva/Downloads', 'count': 1000})
    with Person(program, asked, size=(300, 100)) as person:
        person.until('There is more')
        for _ in range(3):
            check(not ARMED.search(flat(person.output)), 'armed before it was read')
            person.type('\x1b[6~')
            person.settle()
        person.until(ARMED)
        check('Move 999.pdf → m/999.pdf' in flat(person.output))
        person.type('for task\r')  # of so many only the folder can be remembered
        for _ in range(4):
            person.type('\x1b[6~')
            person.settle()
        check('Reading and changing everything in ~/Downloads and below it, until this task ends.'
              in flat(person.output))
        person.type('\x03')
        check(person.answer()['answer'] == 'deny')


def test_deletion(program):
    asked = request(action='file.delete', tier=3, remember={'durations': [], 'scopes': []},
                    changes=[change('delete', trash=True)])
    with Person(program, asked, size=(40, 80)) as person:
        person.until(ARMED_OBJECT)
        for wanted in ('Delete bank.csv', 'It goes to the trash', 'You can undo this.'):
            check(wanted in flat(person.output), wanted)
        person.type('bank.csv\r')
        answer = person.answer()
        check(answer['answer'] == 'allow' and answer['confirm'] == 'bank.csv')


def test_paused_agent(program):
    asked = request(action='session.resume',
                    summary={'asked': 4, 'refused': 2, 'items': [
                        {'action': 'file.read', 'path': '/home/eva/a'}, {'action': 'device.open'}]},
                    remember={'durations': ['once'], 'scopes': ['exact']})
    asked['resource'] = {'kind': 'session'}
    with Person(program, asked, size=(40, 80)) as person:
        word = person.until(ARMED).group(1)
        for wanted in ('Go on asking', 'asked 4 times', 'Read ~/a', 'device.open'):
            check(wanted in flat(person.output), wanted)
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')


def test_lapses(program):
    with Person(program, seconds=1) as person:
        answer = person.answer()
        check(answer['answer'] == 'deny' and answer['how'] == 'lapsed')
        check(person.is_restored(), 'the terminal is not as it was')


def test_killed_by_signal(program):
    for number in (signal.SIGTERM, signal.SIGHUP):
        with Person(program) as person:
            person.until(ARMED)
            os.kill(person.pid, number)
            check(person.answer() is None)
            check(os.WIFSIGNALED(person.status) and os.WTERMSIG(person.status) == number)
            check(person.is_restored(), 'the terminal is not as it was')


def test_other_signals(program):
    """One from outside that would stop it half-way does nothing; SIGINT refuses."""
    with Person(program) as person:
        person.until(ARMED)
        os.kill(person.pid, signal.SIGTSTP)
        os.kill(person.pid, signal.SIGQUIT)
        os.kill(person.pid, signal.SIGINT)
        check(person.answer()['answer'] == 'deny')
        check(person.is_restored(), 'the terminal is not as it was')


def test_hostile_text(program):
    evil = 'x\x1b]0;title\x07\x1b[2J\x9b31m\u202egnp\n'
    changed = request(why=evil, subject={'title': evil},
                      resource={'path': '/home/eva/' + evil.replace('/', '') + 'z'},
                      because={'request': evil})
    with Person(program, changed) as person:
        person.until(ARMED)
        for forbidden in ('\x1b]', '\x07', '\x9b', '\u202e', 'x\x1b'):
            check(forbidden not in person.output, repr(forbidden))
        check('\\u{202e}' in person.output)
        person.type('\x03')
        check(person.answer()['answer'] == 'deny')


def test_dumb_terminal(program):
    with Person(program, term='dumb') as person:
        word = person.until(ARMED).group(1)
        check('\x1b' not in person.output, 'control sequences on a dumb terminal')
        person.type(word + '\r')
        check(person.answer()['answer'] == 'allow')
        check(person.is_restored(), 'the terminal is not as it was')


def test_terminal_goes_away(program):
    person = Person(program)
    person.until(ARMED)
    os.close(person.fd)
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        pid, _ = os.waitpid(person.pid, os.WNOHANG)
        if pid:
            person.file.close()
            return
        time.sleep(0.02)
    os.kill(person.pid, signal.SIGKILL)
    os.waitpid(person.pid, 0)
    raise AssertionError('it lives on without its terminal')


def report(number, name, run):
    error = run.exception()
    print(f'{"not ok" if error else "ok"} {number} {name}', flush=True)
    if error:
        print('# ' + repr(error), flush=True)
    return error is None


def main():
    program = os.path.abspath(sys.argv[1])
    tests = [(n, f) for n, f in sorted(globals().items()) if n.startswith('test_')
             and (len(sys.argv) == 2 or n in sys.argv[2:])]
    print(f'1..{len(tests)}')
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        runs = [(name, pool.submit(test, program)) for name, test in tests]
        failed = [name for number, (name, run) in enumerate(runs, 1)
                  if not report(number, name, run)]
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

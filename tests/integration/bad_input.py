# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of bad input owes: one clear line, a record, a guardian that goes on, a whole log."""

from world import World, Watcher

CSV = 'Date,Amount\n2026-01-01,10\n'
TASK = 'total Amount in bank.csv'
TOTAL = '10'
CODES = (1, 2, 3, 4)


def one_line(done, *words, code=None):
    """The error is one line for a person: what happened, no trace of our insides."""
    codes = (code,) if isinstance(code, int) else code or CODES
    seen = (done.returncode, done.stdout, done.stderr)
    assert done.returncode in codes, seen
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith('cardeactl: '), seen
    for word in words:
        assert word in lines[0], (word, seen)
    return lines[0]


class Steady:
    """The same guardian before and after, new records where some are owed, and a log that is whole."""

    def __init__(self, world, records=True):
        self.world = world
        self.records = records

    def __enter__(self):
        self.world.ctl('status', check=0)
        self.guardian = self.world.guardian()
        self.before = len(self.world.records())
        return self

    def new(self):
        return self.world.records()[self.before:]

    def __exit__(self, kind, value, trace):
        if kind is not None:
            return
        assert self.world.guardian() == self.guardian, 'the guardian did not survive'
        if self.records:
            assert self.new(), 'nothing was recorded'
        whole(self.world)


def whole(world):
    """0 whole; 2 before the first checkpoint. Never damaged."""
    done = world.ctl('audit', 'verify')
    assert done.returncode in (0, 2), (done.returncode, done.stdout, done.stderr)
    return done.returncode


def works(world, **options):
    """The next task is as if nothing had been."""
    path = world.file('good.csv', CSV)
    done = world.ctl('ask', '-f', path, 'total Amount in good.csv', check=0, **options)
    assert TOTAL in done.stdout, done.stdout
    return done


class Asking:
    """A world with a question open: somebody asked about bank.csv, a watcher has seen it."""

    def __init__(self, content=CSV, task=TASK, env=None, **environment):
        self.world = World(**environment)
        self.content, self.task, self.env = content, task, env

    def __enter__(self):
        w = self.world
        try:
            self.path = w.file('bank.csv', self.content)
            self.watcher = Watcher(w)
            self.ask = w.start('ask', self.task, env=self.env)
            self.question = self.watcher.question()
        except BaseException:
            w.end(left_ok=True)
            raise
        return self

    def __exit__(self, *what):
        return self.world.__exit__(*what)

    def result(self, timeout=30):
        out, err = self.ask.communicate(timeout=timeout)
        return self.ask.returncode, out, err

    def nothing_read(self):
        records = self.world.records()
        assert not [r for r in records if r['type'] == 'outcome' and r.get('outcome') == 'done'], \
            records

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many instructions an evaluation takes, under callgrind: what times on a busy machine cannot
tell. Compared with instructions.txt; more is a failure, much less wants a new line there.

usage: test-rego-instructions.py CARDEACTL-POLICY BENCH_POLICY SOURCE_ROOT [--write]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
EXPECTED = os.path.join(HERE, 'instructions.txt')
MORE = 1.10  # another compiler, another seed of the hash tables
LESS = 0.70
FEW, MANY = 10, 60
# What the two counts differ by has to be many times what loading takes more or less of (tens of
# thousands: the seed of the hash tables is another in each process).
ENOUGH = 5_000_000
FEW_FILES, MANY_FILES = 200, 1200
SKIP = 77


def count(*words):
    """Instructions of the whole program."""
    done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', *words],
                          capture_output=True, text=True, timeout=300,
                          env={'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'})
    found = re.search(r'Collected : (\d+)', done.stderr)
    if done.returncode != 0 or not found:
        raise AssertionError(f'{words}: {done.returncode}: {done.stdout}{done.stderr[-2000:]}')
    return int(found.group(1))


def each(words):
    """Of one evaluation: what loading takes is in both counts. `bench` adds a tenth and one."""
    def evaluated(times):
        return count(CARDEACTL, 'policy', 'bench', '-n', str(times), *words)
    few, most = evaluated(FEW), MANY
    found = (evaluated(most) - few) // (most * 11 // 10 - FEW * 11 // 10)
    if found * most < ENOUGH:
        most = min(ENOUGH // max(found, 1), 20_000)
        found = (evaluated(most) - few) // (most * 11 // 10 - FEW * 11 // 10)
    return found


def each_decision():
    """The guardian's own, with rules of an administrator and grants, of file after file."""
    few, many = (count(BENCH_POLICY, 'decide', str(n)) for n in (FEW_FILES, MANY_FILES))
    return (many - few) // (MANY_FILES - FEW_FILES)


def policies(folder):
    shared = os.path.join(os.environ.get('CARDEA_SHARED', os.path.join(ROOT, '..', 'shared')),
                          'data', 'rego-bench')
    for name in sorted(os.listdir(shared)) if os.path.isdir(shared) else ():
        place = os.path.join(shared, name)
        with open(os.path.join(place, 'query.txt'), encoding='utf-8') as f:
            query = f.read().strip()
        yield name, ['-d', os.path.join(place, 'policy.rego'), '-d', os.path.join(place, 'data.json'),
                     '-i', os.path.join(place, 'input.json'), query]
    facts = os.path.join(folder, 'facts', 'cardea', 'guardian')
    os.makedirs(facts)
    with open(os.path.join(facts, 'data.json'), 'w', encoding='utf-8') as f:
        f.write('{"own": ["/home/ann/.config/cardea/", "/home/ann/.local/state/cardea/"], '
                '"uid": 1000}')
    yield 'shipped', ['--shipped', '-d', os.path.join(folder, 'facts'),
                      '-i', os.path.join(HERE, 'decision.json'), 'data.cardea.decision']


def main():
    if not shutil.which('valgrind'):
        print('valgrind is not installed')
        return 1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else SKIP
    with open(EXPECTED, encoding='utf-8') as f:
        wanted = dict(line.split() for line in f if line.strip() and not line.startswith('#'))
    found, failed = {}, 0
    with tempfile.TemporaryDirectory(prefix='cardea-instructions-') as folder:
        for name, words in policies(folder):
            found[name] = each(words)
        found['decision'] = each_decision()
        for name, number in found.items():
            bar = int(wanted.get(name, 0))
            good = bar * LESS <= number <= bar * MORE
            failed += not good
            print(f'{"ok" if good else "not ok"} {name}: {number} instructions, {bar} known')
    if '--write' in sys.argv:
        with open(EXPECTED, 'w', encoding='utf-8') as f:
            f.write('# policy  instructions of one evaluation (test-rego-instructions.py --write)\n')
            f.writelines(f'{name} {number}\n' for name, number in sorted(found.items()))
        return 0
    return 1 if failed else 0


if __name__ == '__main__':
    CARDEACTL, BENCH_POLICY, ROOT = (os.path.abspath(argument) for argument in sys.argv[1:4])
    sys.exit(main())

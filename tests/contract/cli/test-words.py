#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The man page and the list of translatable files know everything there is.

usage: test-words.py CARDEACTL SOURCE_ROOT
"""
import os
import re
import subprocess
import sys

COMMON = {'--json', '--help'}  # said once for all verbs


def run(*args):
    return subprocess.run([CARDEACTL, *args], capture_output=True, text=True, check=True,
                          env={'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}).stdout


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as f:
        return f.read()


def verbs():
    return re.findall(r'^  ([a-z]+(?: [a-z]+)?)  ', run('--help'), re.M)


def options(verb):
    return set(re.findall(r'(--[a-z0-9-]+)', run(*verb.split(), '--help'))) - COMMON


def missing_in_man_page():
    text = read('data', 'man', 'cardeactl.1').replace('\\-', '-').replace('"', '')
    text = re.sub(r'\\f.|\\&', '', text)
    for verb in verbs():
        if not re.search(rf'^\.BR {verb} ', text, re.M):
            yield f'cardeactl.1: no entry for {verb}'
        for option in options(verb):
            if option not in text:
                yield f'cardeactl.1: {verb} {option}'


def missing_in_potfiles():
    listed = set(read('po', 'POTFILES.in').split())
    marked = re.compile(r'\bN?_ ?\(|\bngettext ?\(')
    found = set()
    for folder, _, files in os.walk(os.path.join(ROOT, 'ui')):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), ROOT)
            if name.endswith('.ui') and 'translatable' in read(path):
                found.add(path)
            elif name.endswith('.c') and marked.search(read(path)):
                found.add(path)
    for path in sorted(found - listed):
        yield f'po/POTFILES.in lacks {path}'
    for path in sorted(listed):
        if not os.path.exists(os.path.join(ROOT, path)):
            yield f'po/POTFILES.in names {path}, which is not there'


def main():
    checks = (missing_in_man_page, missing_in_potfiles)
    print(f'1..{len(checks)}')
    failed = 0
    for number, check in enumerate(checks, 1):
        found = list(check())
        failed += bool(found)
        print(f'{"not ok" if found else "ok"} {number} {check.__name__}')
        for line in found:
            print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    CARDEACTL, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bash, zsh and fish offer, run in the shells themselves, against the programs' own options.

usage: test-completions.py BUILD_ROOT SOURCE_ROOT
"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

FIRST = {'--help', '--version'}
VALUES = (  # after these words, exactly these
    (('ask', '--mode'), {'ask', 'deny', 'monitor'}),
    (('model', 'add', 'mine', '--kind'), {'openai', 'anthropic'}),
    (('consent', 'answer', 'X', '--scope'), {'exact', 'folder', 'host'}),
    (('policy', 'eval', '--format'), {'json', 'raw', 'pretty'}),
    (('policy', 'eval', '-f'), {'json', 'raw', 'pretty'}),
    (('audit', 'list', '--effect'), {'allow', 'ask', 'deny'}),
    (('policy', 'sign', '--signing-alg'), {'ES256', 'RS256', 'PS256', 'HS256'}),
)
PATHS = (('ask', '-f'), ('ask', '--file'), ('policy', 'test'), ('policy', 'eval', '-d'),
         ('grants', 'add'), ('dlp', 'scan'), ('audit', 'verify', '--checkpoint'))


class Shell:
    """Offers of one shell, for words and the one that is being typed."""

    def __init__(self, home):
        self.home = home
        self.env = {'PATH': BUILD + ':/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'HOME': home,
                    'TERM': 'vt100', 'XDG_RUNTIME_DIR': home, 'XDG_STATE_HOME': home + '/state',
                    'XDG_CONFIG_HOME': home + '/config', 'XDG_DATA_HOME': home + '/data',
                    'XDG_CACHE_HOME': home + '/cache'}

    def run(self, *command):
        done = subprocess.run(command, env=self.env, cwd=self.home, capture_output=True, text=True,
                              timeout=60, check=False, stdin=subprocess.DEVNULL)
        return done.stdout.splitlines(), done.stderr

    def script(self, name):
        return os.path.join(SOURCE, 'data', 'completions', name)


class Bash(Shell):
    name = 'bash'

    def offers(self, *words, program='cardeactl'):
        lines, errors = self.run(
            'bash', '--norc', '-c',
            'compopt() { :; }; source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
            '_$1; printf "%s\\n" "${COMPREPLY[@]}"',
            'bash', self.script(program + '.bash'), program, *words)
        assert not errors, errors
        return {line for line in lines if line}


class Fish(Shell):
    name = 'fish'

    def offers(self, *words, program='cardeactl'):
        lines, errors = self.run('fish', '--no-config', '-c', 'source $argv[1]; complete -C "$argv[2]"',
                                 self.script(program + '.fish'), ' '.join((program, *words)))
        assert not errors, errors
        return {line.split('\t')[0] for line in lines if line}


class Zsh(Shell):
    """Its widgets run only while somebody types: what they are told is looked at instead, and one
    listing is typed for."""
    name = 'zsh'

    def offers(self, *words, program='cardeactl'):
        lines, errors = self.run(
            'zsh', '-f', '-c',
            'compadd() { shift; print -rl -- "$@"; }; _files() { print -rl -- *; }\n'
            '_arguments() { print -rl -- "$@"; }\n'
            'file=$1; shift; words=("$@"); CURRENT=$#; PREFIX=${@[-1]}; source $file',
            'zsh', self.script('_' + program), program, *words)
        assert not errors, errors
        specs = [re.match(r"(?:\(.*?\))?\*?(--?[a-z0-9-]+)[+=]?\[.*?\](?::([^:]*):(.*))?$", line)
                 for line in lines]
        if words[-1] == '' and len(words) > 1 and words[-2].startswith('-'):
            action = next(s.group(3) for s in specs if s and s.group(1) == words[-2])
            return set(action.strip('()').split()) if action != '_files' else {'a-file'}
        if words[-1] == '':
            return {'a-file'} if '*:path:_files' in lines else \
                {line for line in lines if re.fullmatch('[a-z]+', line)}
        plain = {line for line in lines if re.fullmatch(r'--?[a-z0-9-]+', line)}
        return plain | {s.group(1) for s in specs if s}

    def typed(self, text, until):
        """The listing on a terminal of its own."""
        folder = os.path.join(self.home, 'fpath')
        os.makedirs(folder, exist_ok=True)
        for name in ('_cardeactl', '_cardea'):
            shutil.copy(self.script(name), folder)
        child, terminal = pty.fork()
        if child == 0:
            os.execvpe('zsh', ['zsh', '-f', '-i'], self.env)
        setup = (f"stty cols 200 rows 60; PROMPT='> '; fpath=({folder} $fpath); "
                 'autoload -U compinit; compinit -u -D; LISTMAX=0; echo re""ady\n')
        try:
            os.write(terminal, setup.encode())
            self.read(terminal, 'ready')
            os.write(terminal, text.encode() + b'\t\t')
            return self.read(terminal, until)
        finally:
            os.write(terminal, b'\x15exit\n')
            os.close(terminal)
            os.waitpid(child, 0)

    @staticmethod
    def read(terminal, until):
        seen, deadline = '', time.monotonic() + 30
        while until not in seen and time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.2)[0]:
                seen += os.read(terminal, 65536).decode(errors='replace')
        return seen


def help_of(*words, program='cardeactl'):
    return subprocess.run([os.path.join(BUILD, program), *words, '--help'], capture_output=True,
                          text=True, check=True,
                          env={'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}).stdout


def verbs():
    return re.findall(r'^  ([a-z]+(?: [a-z]+)?)  ', help_of(), re.M)


def options(text):
    return set(re.findall(r'^  (?:-[a-zA-Z], )?(--[a-z0-9-]+)', text, re.M))


def long_ones(offers):
    return {word for word in offers if word.startswith('--')}


def differs(shell, what, offered, wanted):
    if offered != wanted:
        yield f'{shell.name}: {what}: offers {sorted(offered)}, there are {sorted(wanted)}'


def first_words(shell):
    yield from differs(shell, 'first word', {w for w in shell.offers('') if not w.startswith('-')},
                       {verb.split()[0] for verb in verbs()})
    yield from differs(shell, 'first options', long_ones(shell.offers('--')), FIRST)


def second_words(shell):
    for group in sorted({verb.split()[0] for verb in verbs() if ' ' in verb}):
        words = {verb.split()[1] for verb in verbs() if verb.startswith(group + ' ')}
        if group in verbs():
            continue  # its ids stand among them, and they are the guardian's
        yield from differs(shell, group, shell.offers(group, ''), words)


def options_of_verbs(shell):
    for verb in verbs():
        yield from differs(shell, verb, long_ones(shell.offers(*verb.split(), '--')),
                           options(help_of(*verb.split())))


def values_of_options(shell):
    for words, wanted in VALUES:
        yield from differs(shell, ' '.join(words), shell.offers(*words, ''), wanted)


def paths(shell):
    for words in PATHS:
        if 'a-file' not in shell.offers(*words, ''):
            yield f'{shell.name}: {" ".join(words)}: no files'


def window(shell):
    if not os.path.exists(os.path.join(BUILD, 'cardea')):
        return
    there = {o for o in options(help_of(program='cardea')) if not o.startswith('--help-')}
    yield from differs(shell, 'cardea', long_ones(shell.offers('--', program='cardea')), there)


def zsh_lists_them(shell):
    if shell.name != 'zsh':
        return
    seen = shell.typed('cardeactl policy eval --s', '--strict-builtin-errors')
    for option in ('--shipped', '--signing-alg', '--strict-builtin-errors'):
        if option not in seen:
            yield f'zsh lists no {option}: {seen[-2000:]}'


def main():
    checks = (first_words, second_words, options_of_verbs, values_of_options, paths, window,
              zsh_lists_them)
    shells = (Bash, Fish, Zsh)
    print(f'1..{len(checks) * len(shells)}')
    failed = number = 0
    for kind in shells:
        home = tempfile.mkdtemp(prefix='cardea-test-')
        open(os.path.join(home, 'a-file'), 'wb').close()
        for check in checks:
            number += 1
            if shutil.which(kind.name) is None:
                must = bool(os.environ.get('CARDEA_TESTS_MUST_RUN'))
                failed += must
                print(f'{"not ok" if must else "ok"} {number} {kind.name} # SKIP not installed')
                continue
            found = list(check(kind(home)))
            failed += bool(found)
            print(f'{"not ok" if found else "ok"} {number} {kind.name}: {check.__name__}')
            for line in found:
                print('# ' + line.replace('\n', '\n# '))
        shutil.rmtree(home)
    return 1 if failed else 0


if __name__ == '__main__':
    BUILD, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    sys.exit(main())

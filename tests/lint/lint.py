#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules that a program can check (one function a rule, one test a function).

usage: lint.py RULE SOURCE_ROOT [BUILD_ROOT]

What a rule must tolerate stands in waivers.txt as "RULE PATH REASON…"; a waiver that is no longer
needed is an error too, so that the list only shrinks.
"""
import os
import re
import shutil
import subprocess
import sys

PROCESS_FOLDERS = ('common', 'ui', 'agent', 'guardian')

# Folder → folders whose headers it may include. The longest matching prefix counts.
LAYERS = {
    'common/base': (),
    'common/json': ('common/base',),
    'common/crypto': ('common/base', 'common/json'),
    'common/limits': ('common/base', 'common/json'),
    'common/protocol': ('common/base', 'common/json', 'common/crypto'),
    'common/client': ('common/base', 'common/json', 'common/crypto', 'common/protocol'),
    'common/tlog': ('common/base', 'common/json', 'common/crypto'),
    'common/rego': ('common/base', 'common/json', 'common/crypto'),
    'common/bundle': ('common/base', 'common/json', 'common/crypto', 'common/rego'),
    'common/policies': ('common/base', 'common/json', 'common/crypto', 'common/rego',
                        'common/bundle', 'common/limits'),
    'common/dlp': ('common/base', 'common/json'),
    'common/profiles': ('common/base', 'common/json'),
    'ui': ('common', 'ui'),
    'agent': ('common', 'agent'),
    'guardian/privsep': ('common/base', 'common/json', 'common/protocol'),
    'guardian/capability': ('common',),
    'guardian/policy': ('common',),
    'guardian/audit': ('common',),
    'guardian/core': ('common', 'guardian/privsep', 'guardian/capability', 'guardian/policy',
                      'guardian/audit'),
    'guardian/files': ('common', 'guardian/privsep'),
    'guardian/files/change': ('common', 'guardian/privsep', 'guardian/files'),
    'guardian/bundle': ('common', 'guardian/privsep'),
    'guardian/picture': ('common', 'guardian/privsep'),
    'guardian/keys': ('common', 'guardian/privsep'),
    'guardian/egress': ('common', 'guardian/privsep'),
    'guardian/launch': ('common', 'guardian/privsep'),
    'guardian/scan': ('common', 'guardian/privsep'),
}
NEVER = {  # what the guardian may not use of common/
    'guardian': ('common/client',),
}
FILE_LINES = 600
FUNCTION_LINES = 100


def sources(root, endings=('.c', '.h', '.cc')):
    listed = subprocess.run(['git', '-C', root, 'ls-files', '-z', '--cached', '--others',
                             '--exclude-standard'], capture_output=True)
    if listed.returncode == 0:
        names = listed.stdout.decode().split('\0')
    else:
        names = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _, files in os.walk(root) for name in files]
    return [n for n in sorted(names) if n.endswith(endings) and os.path.exists(os.path.join(root, n))
            and not n.startswith('build')]


def read(root, name):
    with open(os.path.join(root, name), encoding='utf-8') as f:
        return f.read()


def longest(table, folder):
    found = [k for k in table if folder == k or folder.startswith(k + '/')]
    return max(found, key=len) if found else None


def rule_layers(root, _build):
    """Includes are root-relative and point in the allowed direction."""
    for name in sources(root):
        if not name.startswith(PROCESS_FOLDERS):
            continue
        folder = os.path.dirname(name)
        own = longest(LAYERS, folder)
        for number, line in enumerate(read(root, name).splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not match:
                continue
            target = match.group(1)
            if not target.startswith(PROCESS_FOLDERS):
                if not target.startswith('config'):
                    yield name, f'{number}: "{target}" is not root-relative'
                continue
            where = os.path.dirname(target)
            inside = own is not None and (where == own or where.startswith(own + '/'))
            allowed = own is not None and any(where == a or where.startswith(a + '/')
                                              for a in LAYERS[own])
            forbidden = any(folder.startswith(k) and where.startswith(v)
                            for k, vs in NEVER.items() for v in vs)
            if not (inside or allowed) or forbidden:
                yield name, f'{number}: {folder} may not include {target}'


def rule_unique(root, _build):
    """A file's name says its type and stands once in the tree."""
    seen = {}
    for name in sources(root):
        base = os.path.basename(name)
        if base == 'main.c' or not name.startswith(PROCESS_FOLDERS):
            continue
        if base in seen:
            yield name, f'is also {seen[base]}'
        seen[base] = name
        if not re.fullmatch(r'(cardea|ui|agent|guardian)-[a-z0-9-]+\.(c|h|cc)', base):
            yield name, 'is not kebab case with a process prefix'


def rule_sizes(root, _build):
    """Files and functions stay small."""
    for name in sources(root):
        if not name.startswith(PROCESS_FOLDERS):
            continue
        lines = read(root, name).splitlines()
        limit = 120 if os.path.basename(name) == 'main.c' else FILE_LINES
        if len(lines) > limit:
            yield name, f'{len(lines)} lines, at most {limit}'
        start = None
        for number, line in enumerate(lines, 1):
            if line == '{':
                start = number
            elif line == '}' and start is not None:
                if number - start - 1 > FUNCTION_LINES:
                    yield name, f'{start}: a function of {number - start - 1} lines'
                start = None


def rule_words(root, _build):
    """Nothing unfinished, nothing switched off, no path of somebody's machine, no bare assert as
    a check in the guardian."""
    for name in sources(root, ('.c', '.h', '.cc', '.py', '.sh', '.build', '.md')):
        if name.startswith('tests/lint/'):
            continue
        for number, line in enumerate(read(root, name).splitlines(), 1):
            if re.search(r'\b(TODO|FIXME|XXX)\b|^\s*#\s*if 0\b', line):
                yield name, f'{number}: unfinished: {line.strip()[:60]}'
            if re.search(r'(^|[^\w.-])/(work|farm)/[a-z.]', line):
                yield name, f'{number}: a path of this machine'
            if name.startswith(('guardian', 'common')) and re.search(r'\bg_assert', line):
                yield name, f'{number}: g_assert vanishes with G_DISABLE_ASSERT'


def rule_headers(root, _build):
    """Every header is guarded by #pragma once and every source opens with its licence."""
    for name in sources(root, ('.c', '.h', '.cc', '.py', '.sh', '.build')):
        head = read(root, name)[:400]
        if 'SPDX-License-Identifier: GPL-3.0-or-later' not in head:
            yield name, 'no SPDX lines at the top'
        if name.endswith('.h') and '#pragma once' not in head:
            yield name, 'no #pragma once'


def rule_singletons(root, _build):
    """No mutable state at file scope."""
    pattern = re.compile(r'^static\s+(?!inline|const\b|G_)(?:[A-Za-z_][\w]*\s+)+\**\w+(\[[^\]]*\])?'
                         r'\s*(=[^=].*)?;$')
    for name in sources(root):
        if not name.startswith(PROCESS_FOLDERS):
            continue
        for number, line in enumerate(read(root, name).splitlines(), 1):
            if pattern.match(line) and ' const ' not in line and 'guint signals' not in line \
                    and 'GParamSpec' not in line:
                yield name, f'{number}: mutable at file scope: {line[:70]}'


def needed(path):
    out = subprocess.run(['readelf', '-d', path], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r'\(NEEDED\)\s+Shared library: \[([^\]]+)\]', out))


def rule_needed(root, build):
    """The libraries a program links are its privilege: compared with needed.txt."""
    allowed = {}
    for line in read(root, 'tests/lint/needed.txt').splitlines():
        if line and not line.startswith('#'):
            program, *libraries = line.split()
            allowed[program] = set(libraries)
    everywhere = allowed.pop('*')
    for program, libraries in sorted(allowed.items()):
        path = os.path.join(build, program)
        if not os.path.exists(path):
            continue
        extra = {lib for lib in needed(path) if not lib.startswith(('libasan', 'libubsan'))}
        extra -= libraries | everywhere
        if extra:
            yield program, f'links {", ".join(sorted(extra))}'
    for entry in sorted(os.listdir(build)):
        if entry.startswith('cardea') and os.access(os.path.join(build, entry), os.X_OK) \
                and os.path.isfile(os.path.join(build, entry)) and entry not in allowed:
            yield entry, 'has no line in tests/lint/needed.txt'


def named_files(text):
    """What a README's code spans name: files, their ends ("-hello"), types, patterns ("ui-card*"),
    folders below it ("hold/")."""
    for span in re.findall(r'`([^`]+)`', text):
        for word in re.split(r'[\s,()]+', span):
            name = re.sub(r'\.[ch]$', '', word if word.endswith('/') else word.rsplit('/', 1)[-1])
            if re.search(r'\w\w', name):
                yield name


def rule_readme(root, _build):
    """Every file, or its whole folder, is named in the README beside it (or the next one above),
    but for main.c, the file that bears the folder's name, its worker and its errors."""
    names = {}
    for name in sources(root, ('.c',)):
        if not name.startswith(PROCESS_FOLDERS):
            continue
        stem, where = os.path.basename(name)[:-2], os.path.dirname(name)
        if stem == 'main' or stem.endswith(('-error', '-worker', '-' + os.path.basename(where))):
            continue
        folder = where
        while where and not os.path.exists(os.path.join(root, where, 'README.md')):
            where = os.path.dirname(where)
        if where not in names:
            readme = os.path.join(where, 'README.md')
            names[where] = set(named_files(read(root, readme))) if where else set()
        ways = {stem, ''.join(part.capitalize() for part in stem.split('-'))}
        ways |= {os.path.relpath(folder, where or '.') + '/'}
        ways |= {stem[at:] for at, character in enumerate(stem) if character == '-'}
        if not any(re.fullmatch(re.escape(given).replace(r'\*', '.*'), way)
                   for given in names[where] for way in ways):
            yield name, f'is not named in {where}/README.md (“`{stem}`”, “`-…`” or a pattern)'


def rule_reuse(root, _build):
    """Licences as reuse.software asks."""
    if shutil.which('reuse') is None or not os.path.isdir(os.path.join(root, '.reuse')):
        sys.exit('lint: reuse is not installed' if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)
    out = subprocess.run(['reuse', '--root', root, 'lint'], capture_output=True, text=True)
    if out.returncode != 0:
        yield 'reuse', out.stdout[-2000:]


def rule_format(root, _build):
    """.clang-format decides; clang-format 14 is Debian 12's, others would decide otherwise."""
    formatter = shutil.which('clang-format-14') or shutil.which('clang-format')
    version = subprocess.run([formatter, '--version'], capture_output=True, text=True).stdout \
        if formatter else ''
    if 'version 14.' not in version:
        sys.exit('lint: clang-format 14 is not installed'
                 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)
    names = sources(root, ('.c', '.h'))
    out = subprocess.run([formatter, '--dry-run', *names], capture_output=True, text=True, cwd=root)
    for name in sorted({line.split(':', 1)[0] for line in out.stderr.splitlines()
                        if 'code should be clang-formatted' in line}):
        yield name, 'is not formatted: clang-format -i ' + name


def rule_tools(root, _build):
    """shellcheck and codespell, where they are installed."""
    runs = (['shellcheck', 'dev', '.ci/run', 'debian/tests/purge', 'debian/tests/smoke'],
            ['codespell', '--quiet-level=3', '--skip=./build*,./LICENSES,./.git,./po,*corpus*,*.svg,*classifier.json',
             '--ignore-words', 'tests/lint/spelling.txt', '.'])
    for command in runs:
        if shutil.which(command[0]) is None:
            sys.exit(f'lint: {command[0]} is not installed'
                     if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)
        out = subprocess.run(command, capture_output=True, text=True, cwd=root)
        if out.returncode != 0:
            yield command[0], out.stdout[-2000:]


def main():
    rule, root = sys.argv[1], os.path.abspath(sys.argv[2])
    build = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
    waived = {}
    for line in read(root, 'tests/lint/waivers.txt').splitlines():
        if line and not line.startswith('#'):
            which, path, _reason = line.split(None, 2)
            if which == rule:
                waived[path] = False
    failed = 0
    for place, what in globals()['rule_' + rule](root, build):
        if place in waived:
            waived[place] = True
            continue
        print(f'{place}:{what}')
        failed += 1
    for path, used in waived.items():
        if not used:
            print(f'waivers.txt: {rule} {path} is not needed any more')
            failed += 1
    print(f'{rule}: {failed} found')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

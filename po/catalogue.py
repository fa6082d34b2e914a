#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Catalogues of gettext: reads them, says what is missing, puts in what was translated.

usage: catalogue.py missing LANGUAGE       as lines that fill takes: edit what stands after "="
       catalogue.py fill LANGUAGE FILE     lines of that form into the catalogue
       catalogue.py status                 how far each language is; 1 when something is missing

A line is "NUMBER = TRANSLATION", after "# " lines that show the English; plural forms stand in one
line with " || " between. \\n and \\" are as in the catalogue.
"""
import os
import re
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
PLURAL = ' || '


class Entry:
    """One message. texts: as they are written in the catalogue, with their escapes."""

    def __init__(self):
        self.comments = []  # lines
        self.flags = set()
        self.references = []
        self.context = None
        self.identity = ''
        self.plural = None
        self.texts = {}  # number (None: not plural) → text

    @property
    def key(self):
        return (self.context, self.identity)

    def is_missing(self):
        return 'fuzzy' in self.flags or not self.texts or any(not t for t in self.texts.values())


def read(path):
    """Entries in order; the header is the first. Obsolete ones are left out."""
    entries, entry, put = [], Entry(), None
    with open(path, encoding='utf-8') as f:
        lines = f.read().split('\n')
    for line in lines + ['']:
        match = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?) "(.*)"$', line)
        if line.startswith('#~'):
            continue
        if not line.strip():
            if put is not None:
                entries.append(entry)
            entry, put = Entry(), None
        elif line.startswith('#:'):
            entry.references += line[2:].split()
        elif line.startswith('#,'):
            entry.flags |= {flag.strip() for flag in line[2:].split(',')}
        elif line.startswith('#'):
            if not line.startswith('#|'):
                entry.comments.append(line)
        elif match:
            put = (match.group(1).split('[')[0], match.group(2))
            add(entry, put, match.group(3))
        elif line.startswith('"'):
            add(entry, put, line[1:-1])
    return entries


def add(entry, put, text):
    kind, number = put
    if kind == 'msgctxt':
        entry.context = (entry.context or '') + text
    elif kind == 'msgid':
        entry.identity += text
    elif kind == 'msgid_plural':
        entry.plural = (entry.plural or '') + text
    else:
        number = None if number is None else int(number)
        entry.texts[number] = entry.texts.get(number, '') + text


def languages():
    with open(os.path.join(FOLDER, 'LINGUAS'), encoding='utf-8') as f:
        return [w for line in f for w in line.split('#')[0].split()]


def path_of(language):
    return os.path.join(FOLDER, language + '.po')


def forms(entries):
    return int(re.search(r'nplurals=(\d+)', ''.join(entries[0].texts.values())).group(1))


def missing(language):
    entries = read(path_of(language))
    for number, entry in enumerate(entries):
        if number == 0 or not entry.is_missing():
            continue
        for comment in entry.comments:
            print('#' + comment.lstrip('#.'))
        print('# ' + ' '.join(entry.references[:3]))
        print('# ' + entry.identity + (PLURAL + entry.plural if entry.plural else ''))
        print(f'{number} = ')


def fill(language, source):
    """Through msgmerge, which writes the catalogue anew: only translations change."""
    path = path_of(language)
    entries = read(path)
    count = forms(entries)
    with open(source, encoding='utf-8') as f:
        for line in f:
            match = re.match(r'(\d+) = ?(.*)$', line.rstrip('\n'))
            if not match or not match.group(2):
                continue
            entry = entries[int(match.group(1))]
            texts = match.group(2).split(PLURAL) if entry.plural else [match.group(2)]
            if entry.plural and len(texts) != count:
                sys.exit(f'{match.group(1)}: {len(texts)} forms, {language} has {count}')
            entry.texts = dict(enumerate(texts)) if entry.plural else {None: texts[0]}
            entry.flags.discard('fuzzy')
    write(path, entries)


def write(path, entries):
    with open(path + '.new', 'w', encoding='utf-8') as f:
        for entry in entries:
            flags = sorted(entry.flags)
            f.write(''.join(c + '\n' for c in entry.comments))
            if flags:
                f.write('#, ' + ', '.join(flags) + '\n')
            if entry.context is not None:
                f.write(f'msgctxt "{entry.context}"\n')
            f.write(f'msgid "{entry.identity}"\n')
            if entry.plural is not None:
                f.write(f'msgid_plural "{entry.plural}"\n')
            for number, text in sorted(entry.texts.items(), key=lambda item: item[0] or 0):
                f.write('msgstr' + ('' if number is None else f'[{number}]') + f' "{text}"\n')
            f.write('\n')
    subprocess.run(['msgmerge', '--quiet', '--no-fuzzy-matching', '--no-location', '--output-file',
                    path, path + '.new', os.path.join(FOLDER, 'cardea.pot')], check=True)
    os.unlink(path + '.new')


def status():
    left = 0
    for language in languages():
        entries = read(path_of(language))[1:]
        lacks = sum(entry.is_missing() for entry in entries)
        left += lacks
        print(f'{language}: {len(entries) - lacks} of {len(entries)}, {lacks} missing')
    return 1 if left else 0


def main():
    if sys.argv[1:] == ['status']:
        return status()
    if len(sys.argv) == 3 and sys.argv[1] == 'missing':
        return missing(sys.argv[2])
    if len(sys.argv) == 4 and sys.argv[1] == 'fill':
        return fill(*sys.argv[2:])
    print(__doc__.strip(), file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main())

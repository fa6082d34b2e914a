#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every language says everything, in the form the programs expect. What is missing:
`./dev po`, then po/README.md.

usage: test-catalogues.py SOURCE_ROOT
"""
import collections
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree

SHOWN = 12  # of what one check finds
MIRRORED = ('ar',)
# The terminal shows its own sentences escaped, with all that was put in.
ESCAPED = ('ui/cli/', 'ui/models/', 'ui/programs/')
ENDS = {'.': '.。', '…': '…', ':': ':：', '?': '?？؟', '!': '!！'}
# Marks that turn what follows: only isolates, which end by themselves at the end of a paragraph.
FORBIDDEN = '\u202a\u202b\u202c\u202d\u202e\u061c'
OPENING, CLOSING = '\u2066\u2067\u2068', '\u2069'
# Words that are typed or looked for as they stand.
KEPT = re.compile(r'--[a-z][a-z-]+|\bcardeactl\b(?: (?:audit|policy|session|sessions|grants|undo|model|'
                  r'credential|consent|settings|profiles|doctor|status|chat|run)\b(?: [a-z]+\b)?)?|'
                  r'\{[a-z]+\}|CARDEA_[A-Z_]+|https?://[^\s”,]+|~/[^\s”]+|</?[a-z]+>|/(?:file|quit|help)\b|'
                  r'Ctrl-[A-Z]|SHA-256|Rego|UTF-8|JSON|OPA')
MNEMONIC = re.compile(r'(?<![A-Z][A-Z])_([^\W_])')


def read(*path):
    with open(os.path.join(SOURCE, *path), encoding='utf-8') as f:
        return f.read()


def arguments_of_the_build():
    """What meson's glib preset and po/meson.build give xgettext, without what makes no difference."""
    keywords = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'g_dcgettext:2', 'g_dngettext:2,3',
                'g_dpgettext2:2c,3']
    extra = re.findall(r"'--keyword=([^']+)'", read('po', 'meson.build'))
    return ['--from-code=UTF-8', '--add-comments', *['--keyword=' + k for k in keywords + extra]]


def template_now():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'now.pot')
        subprocess.run(['xgettext', *arguments_of_the_build(), '--files-from=po/POTFILES.in',
                        '--directory=.', '--package-name=cardea', '--output=' + path],
                       cwd=SOURCE, check=True, stderr=subprocess.DEVNULL)
        return catalogue.read(path)[1:]


def words_are_gathered():
    """cardea.pot is what the sources say now: without that, "complete" means nothing."""
    now = {(e.key, e.plural) for e in template_now()}
    then = {(e.key, e.plural) for e in catalogue.read(os.path.join(SOURCE, 'po', 'cardea.pot'))[1:]}
    for key, _plural in sorted(now - then, key=str):
        yield f'cardea.pot lacks “{key[1]}”: ./dev po'
    for key, _plural in sorted(then - now, key=str):
        yield f'cardea.pot has “{key[1]}”, which nobody says any more: ./dev po'


def there_are_languages():
    for language in ('ar', 'de', 'es', 'fr', 'zh_CN'):
        if language not in catalogue.languages():
            yield f'po/LINGUAS lacks {language}'
    for language in catalogue.languages():
        if not os.path.exists(catalogue.path_of(language)):
            yield f'there is no {language}.po'


def everything_is_said():
    wanted = {(e.key, e.plural) for e in catalogue.read(os.path.join(SOURCE, 'po', 'cardea.pot'))[1:]}
    for language in catalogue.languages():
        entries = catalogue.read(catalogue.path_of(language))[1:]
        lacks = wanted - {(e.key, e.plural) for e in entries}
        lacks |= {(e.key, e.plural) for e in entries if e.is_missing()}
        for key, _plural in sorted(lacks, key=str)[:SHOWN]:
            yield f'{language}: {len(lacks)} missing, as “{key[1]}”'


def msgfmt_agrees():
    for language in catalogue.languages():
        done = subprocess.run(['msgfmt', '--check', '--check-accelerators=_', '--output=/dev/null',
                               catalogue.path_of(language)], capture_output=True, text=True,
                              check=False, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
        said = [line for line in done.stderr.splitlines() if 'keyboard accelerator' not in line]
        if done.returncode != 0 and any(not line.rstrip().endswith('fatal errors') and
                                        not line.rstrip().endswith('fatal error') for line in said):
            yield f'{language}: {said[:SHOWN]}'


def pairs():
    """Every translation with the English it stands for."""
    for language in catalogue.languages():
        for entry in catalogue.read(catalogue.path_of(language))[1:]:
            for number, text in entry.texts.items():
                if text:
                    yield language, entry, number, text


def english(entry, number):
    return entry.plural if number not in (None, 0) and entry.plural else entry.identity


def mnemonics(text):
    return [letter.casefold() for letter in MNEMONIC.findall(text)]


def mnemonics_are_kept():
    for language, entry, _number, text in pairs():
        if len(mnemonics(entry.identity)) != len(mnemonics(text)):
            yield f'{language}: “{entry.identity}” → “{text}”'


def menus():
    """The labels of each menu and of each of its parts that is open at the same time."""
    for folder, _, names in os.walk(os.path.join(SOURCE, 'ui')):
        for name in names:
            if not name.endswith('.ui'):
                continue
            root = ElementTree.parse(os.path.join(folder, name)).getroot()
            for menu in root.iter():
                if menu.tag in ('menu', 'submenu'):
                    labels = list(labels_of(menu))
                    if labels:
                        yield f'{name}: {menu.get("id")}', labels


def labels_of(menu):
    for child in menu:
        if child.tag == 'item':
            yield from (a.text for a in child if a.get('name') == 'label')
        elif child.tag == 'submenu':
            yield from (a.text for a in child if a.get('name') == 'label')
        elif child.tag == 'section':
            yield from labels_of(child)


def mnemonics_are_unique_in_a_menu():
    said = {None: {}}
    for language in catalogue.languages():
        said[language] = {e.identity: e.texts.get(None, '')
                          for e in catalogue.read(catalogue.path_of(language))[1:]}
    found = list(menus())
    if not found:
        yield 'no menu was found'
    for where, labels in found:
        for language, words in said.items():
            letters = [m for label in labels for m in mnemonics(words.get(label, label))]
            for letter, times in collections.Counter(letters).items():
                if times > 1:
                    yield f'{language or "English"}: {where}: {times} × “{letter}”'


def shortcuts_are_unique():
    table = read('ui', 'app', 'ui-application.c').split('shortcuts[] = {')[1].split('\n};')[0]
    keys = [k for row in re.findall(r'\{ "[^"]+", \{([^}]*)\}', table)
            for k in re.findall(r'"([^"]+)"', row)]
    if len(keys) < 10:
        yield 'no shortcuts were found'
    for key, times in collections.Counter(keys).items():
        if times > 1:
            yield f'{times} × {key}'


def endings_are_kept():
    """What continues ends in an ellipsis, a sentence in its mark."""
    for language, entry, number, text in pairs():
        source = english(entry, number).rstrip('”)')
        ends = ENDS.get(source[-1:])
        if ends and text.rstrip('”)»"“』」\u2069')[-1:] not in ends:
            yield f'{language}: “{source}” → “{text}”'
        if '...' in text and '...' not in entry.identity:
            yield f'{language}: three full stops: “{text}”'


def words_that_are_typed_are_kept():
    for language, entry, number, text in pairs():
        source = english(entry, number)
        for word, times in collections.Counter(KEPT.findall(source)).items():
            if text.count(word) < min(times, 1) and not (word == '{count}' and number in (0, 1)):
                yield f'{language}: “{word}” is lost: “{text}”'


def nothing_turns_the_rest():
    for language, entry, _number, text in pairs():
        if any(c in FORBIDDEN for c in text):
            yield f'{language}: a mark that turns text: {ascii(text)}'
        depth = 0
        for c in text:
            depth += (c in OPENING) - (c in CLOSING)
            if depth < 0:
                break
        if depth != 0:
            yield f'{language}: isolates do not pair: {ascii(text)}'
        if any(unicodedata.category(c) in ('Cc', 'Co', 'Cn') for c in text):
            yield f'{language}: a character that does not show: {ascii(text)}'
        if '\u2028' in text or '\u2029' in text or '\u200b' in text or '\ufeff' in text:
            yield f'{language}: {ascii(text)}'


def names_stand_alone():
    """Where words run from right to left, what is put in (a path, a host) is isolated: it must read
    the same wherever it stands."""
    places = {e.key: e.references
              for e in catalogue.read(os.path.join(SOURCE, 'po', 'cardea.pot'))}
    for language, entry, _number, text in pairs():
        if language not in MIRRORED or all(place.startswith(ESCAPED) for place in places[entry.key]):
            continue
        for match in re.finditer(r'%(?:\d+\$)?(?:\.8)?s|\{(?:name|place|to)\}', text):
            alone = text == match.group(0)
            inside = text[:match.start()].endswith(tuple(OPENING)) \
                and text[match.end():].startswith(CLOSING)
            if not alone and not inside:
                yield f'{language}: {match.group(0)} is not isolated: {ascii(text)}'


def mirrored_is_said():
    for language in catalogue.languages():
        entry = next(e for e in catalogue.read(catalogue.path_of(language))
                     if e.identity == 'default:LTR')
        wanted = 'default:RTL' if language in MIRRORED else 'default:LTR'
        if entry.texts.get(None) != wanted:
            yield f'{language}: {entry.texts}, not {wanted}'


def glossary_has_every_language():
    rows = [line for line in read('po', 'README.md').splitlines() if line.startswith('| ')]
    head = [cell.strip() for cell in rows[0].strip('|').split('|')]
    for language in catalogue.languages():
        if language not in head:
            yield f'po/README.md: no column {language}'
    for row in rows[1:]:
        if len(row.strip('|').split('|')) != len(head):
            yield f'po/README.md: {row}'


def main():
    checks = (words_are_gathered, there_are_languages, everything_is_said, msgfmt_agrees,
              mnemonics_are_kept, mnemonics_are_unique_in_a_menu, shortcuts_are_unique,
              endings_are_kept, words_that_are_typed_are_kept, nothing_turns_the_rest,
              names_stand_alone, mirrored_is_said, glossary_has_every_language)
    print(f'1..{len(checks)}')
    failed = 0
    for number, check in enumerate(checks, 1):
        found = list(check())
        failed += bool(found)
        print(f'{"not ok" if found else "ok"} {number} {check.__name__}')
        for line in found[:SHOWN]:
            print('# ' + line)
        if len(found) > SHOWN:
            print(f'# … and {len(found) - SHOWN} more')
    return 1 if failed else 0


if __name__ == '__main__':
    SOURCE = os.path.abspath(sys.argv[1])
    sys.path.insert(0, os.path.join(SOURCE, 'po'))
    import catalogue
    sys.exit(main())

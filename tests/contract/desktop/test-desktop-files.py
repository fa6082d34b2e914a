#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop reads of us is well-formed and agrees with the program.

usage: test-desktop-files.py SOURCE_ROOT BUILD_ROOT
"""
import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

NAME = 'org.cardea.Cardea'
PATH = '/org/cardea/Cardea'


def read(*path):
    with open(os.path.join(*path), encoding='utf-8') as f:
        return f.read()


def keys(text):
    parser = configparser.RawConfigParser(delimiters=('=',), comment_prefixes=('#',), strict=True)
    parser.optionxform = str
    parser.read_string(text)
    return parser


def run(*command):
    if shutil.which(command[0]) is None:
        return f'{command[0]} is not installed' if os.environ.get('CARDEA_TESTS_MUST_RUN') else None
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    return None if done.returncode == 0 else f'{" ".join(command)}: {said}'


def built(name):
    return os.path.join(BUILD, 'data', name)


def entries_are_valid():
    yield run('desktop-file-validate', '--warn-kde', built(NAME + '.desktop'))
    yield run('desktop-file-validate', built('file-managers/' + NAME + '.desktop'))


def metainfo_is_valid():
    yield run('appstreamcli', 'validate', '--no-net', '--strict', built(NAME + '.metainfo.xml'))


def metainfo_with_a_site_is_valid():
    """As it is made for those who have a place on the web."""
    lines = re.findall(r"site_lines \+= '(<[^']*>)", read(SOURCE, 'data', 'meson.build'))
    if not any('screenshot' in line for line in lines):
        yield 'data/meson.build makes no screenshots'
    text = read(SOURCE, 'data', NAME + '.metainfo.xml.in')
    site = ('<url type="homepage">https://example.org/cardea</url><screenshots>'
            '<screenshot type="default"><caption>Asking about a file</caption>'
            '<image type="source">https://example.org/cardea/screenshots/chat.png</image>'
            '</screenshot></screenshots>')
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, NAME + '.metainfo.xml')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text.replace('@site@', site))
        yield run('appstreamcli', 'validate', '--no-net', '--strict', path)


def metainfo_names_what_there_is():
    root = ElementTree.fromstring(read(built(NAME + '.metainfo.xml')))
    entry = keys(read(built(NAME + '.desktop')))['Desktop Entry']
    if root.findtext('id') != NAME or root.findtext('launchable') != NAME + '.desktop':
        yield 'the ids differ'
    if root.findtext('name') != entry['Name']:
        yield 'the names differ'
    for binary in root.findall('provides/binary'):
        if not os.path.exists(os.path.join(BUILD, binary.text)):
            yield f'there is no program {binary.text}'
    version = re.search(r"version: '([^']+)'", read(SOURCE, 'meson.build')).group(1)
    if root.find('releases/release').get('version') != version:
        yield f'the newest release is not {version}'


def actions_are_the_application_s():
    parser = keys(read(built(NAME + '.desktop')))
    table = set(re.findall(r'\.name = "([a-z-]+)"', read(SOURCE, 'ui/app/ui-application.c')))
    said = subprocess.run([os.path.join(BUILD, 'cardea'), '--help'], capture_output=True, text=True,
                          check=True, env={'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}).stdout
    names = parser['Desktop Entry']['Actions'].strip(';').split(';')
    if not {'new-chat', 'quick-ask', 'activity', 'stop-everything'} <= set(names):
        yield f'actions: {names}'
    for name in names:
        if name not in table:
            yield f'the application has no action {name}'  # over the bus
        if parser['Desktop Action ' + name]['Exec'] != f'cardea --{name}' or f'--{name} ' not in said:
            yield f'{name}: no option of that name'  # where there is none
    if parser['Desktop Entry']['DBusActivatable'] != 'true':
        yield 'the bus cannot start it'


def nobody_gives_it_words_by_a_link():
    """A scheme of our own would let a web page write into the composer."""
    types = keys(read(built(NAME + '.desktop')))['Desktop Entry']['MimeType']
    if 'x-scheme-handler' in types or 'inode/' in types:
        yield types


def services_name_the_same():
    service = keys(read(built(NAME + '.service')))['D-BUS Service']
    if service['Name'] != NAME:
        yield service['Name']
    if not re.fullmatch(r'/\S+/cardea --gapplication-service', service['Exec']):
        yield service['Exec']
    provider = keys(read(SOURCE, 'data', NAME + '.search-provider.ini'))['Shell Search Provider']
    code = read(SOURCE, 'ui/app/ui-search-provider.c')
    if provider['BusName'] != NAME or provider['DesktopId'] != NAME + '.desktop' \
            or provider['Version'] != '2':
        yield 'the search provider is somebody else'
    if f'"{provider["ObjectPath"]}"' not in code:
        yield f'no object {provider["ObjectPath"]}'


def preferences_have_defaults_in_range():
    yield run('glib-compile-schemas', '--strict', '--dry-run', os.path.join(SOURCE, 'data'))
    schema = ElementTree.fromstring(read(SOURCE, 'data', NAME + '.gschema.xml')).find('schema')
    code = ''
    for folder in ('app', 'settings'):
        for name in os.listdir(os.path.join(SOURCE, 'ui', folder)):
            if name.endswith(('.c', '.h')):
                code += read(SOURCE, 'ui', folder, name)
    for key in schema.findall('key'):
        if f'"{key.get("name")}"' not in code:
            yield f'nobody reads {key.get("name")}'
        if key.findtext('summary') is None:
            yield f'{key.get("name")} has no summary'


def file_managers_start_it_with_files():
    folder = built('file-managers')
    for name, group in ((NAME + '.nemo_action', 'Nemo Action'), (NAME + '.desktop', 'Desktop Entry'),
                        (NAME + '-send.desktop', 'Desktop Action send')):
        entry = keys(read(folder, name))[group]
        if entry['Exec'] != 'cardea %F' or not entry['Name']:
            yield name
    text = read(folder, 'cardea-nautilus.py')
    ast.parse(text)
    if '@' in re.sub(r'@\w+\.', '', text.split('gettext.translation')[1]):
        yield 'cardea-nautilus.py was not configured'


def icons_are_there_and_bounded():
    for folder, name in (('scalable', NAME), ('symbolic', NAME + '-symbolic')):
        path = os.path.join(SOURCE, 'data/icons/hicolor', folder, 'apps', name + '.svg')
        root = ElementTree.fromstring(read(path))
        if root.get('viewBox') is None and root.get('width') is None:
            yield f'{name} has no size'
        for node in root.iter():
            if any('http' in str(value) for key, value in node.attrib.items()
                   if not key.startswith('{') and key != 'xmlns'):
                yield f'{name} fetches'


def main():
    checks = (entries_are_valid, metainfo_is_valid, metainfo_with_a_site_is_valid,
              metainfo_names_what_there_is, actions_are_the_application_s,
              nobody_gives_it_words_by_a_link, services_name_the_same,
              preferences_have_defaults_in_range, file_managers_start_it_with_files,
              icons_are_there_and_bounded)
    if not os.path.exists(built(NAME + '.desktop')) or not os.path.exists(os.path.join(BUILD, 'cardea')):
        print('1..0 # SKIP built without the window')
        return 0
    print(f'1..{len(checks)}')
    failed = 0
    for number, check in enumerate(checks, 1):
        found = [line for line in check() if line]
        failed += bool(found)
        print(f'{"not ok" if found else "ok"} {number} {check.__name__}')
        for line in found:
            print('# ' + line.replace('\n', '\n# '))
    return 1 if failed else 0


if __name__ == '__main__':
    SOURCE, BUILD = (os.path.abspath(path) for path in sys.argv[1:3])
    sys.exit(main())

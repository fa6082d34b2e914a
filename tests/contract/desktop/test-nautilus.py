#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension of Files (Nautilus), loaded as Files loads it, with Files' own types.

usage: test-nautilus.py BUILD_ROOT
"""
import importlib.util
import os
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
try:
    import gi
    gi.require_version('Nautilus', '4.0')
    from gi.repository import Gio, Nautilus
except (ImportError, ValueError):
    print('gir1.2-nautilus-4.0 is not installed')
    sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)


class Selected:
    """What a NautilusFileInfo tells the extension."""

    def __init__(self, uri):
        self.location = Gio.File.new_for_uri(uri)

    def get_location(self):
        return self.location


def load():
    path = os.path.join(BUILD, 'data', 'file-managers', 'cardea-nautilus.py')
    spec = importlib.util.spec_from_file_location('cardea_nautilus', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install_recorder(folder):
    """An application of our id that writes down what it is started with."""
    os.makedirs(os.path.join(folder, 'applications'))
    out = os.path.join(folder, 'started')
    program = os.path.join(folder, 'program')
    with open(program, 'w', encoding='utf-8') as f:
        f.write(f'#!/bin/sh\nprintf "%s\\n" "$@" >{out}.new\nmv {out}.new {out}\n')
    os.chmod(program, 0o755)
    with open(os.path.join(folder, 'applications', 'org.cardea.Cardea.desktop'), 'w',
              encoding='utf-8') as f:
        f.write(f'[Desktop Entry]\nType=Application\nName=Cardea\nExec={program} %F\n')
    return out


def main():
    with tempfile.TemporaryDirectory(prefix='cardea-test-') as folder:
        os.environ['XDG_DATA_HOME'] = folder
        out = install_recorder(folder)
        module = load()
        menu = module.CardeaMenu()
        assert isinstance(menu, Nautilus.MenuProvider)
        files = [Selected('file:///data/a%20b.txt'), Selected('file:///data/folder')]
        assert menu.get_file_items([]) == []
        assert menu.get_file_items([*files, Selected('sftp://elsewhere/x')]) == [], 'no path here'
        assert menu.get_file_items([files[0]] * (module.MENU_LIMIT + 1)) == []
        for arguments in ((files,), (None, files)):  # Files 43 and later, and before
            (item,) = menu.get_file_items(*arguments)
            assert item.get_property('label') == 'Send to Assistant', item
        item.emit('activate')
        for _ in range(500):
            if os.path.exists(out):
                break
            time.sleep(0.02)
        with open(out, encoding='utf-8') as f:
            assert f.read().splitlines() == ['/data/a b.txt', '/data/folder']
    print('ok')


main()

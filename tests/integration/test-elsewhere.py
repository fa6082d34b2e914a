#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A front end that cannot start a guardian, as in a Flatpak: it asks its host for one."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from world import BUILD, World, run  # noqa: E402 pylint: disable=wrong-import-position

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def host(w, over):
    """What cardea-guardian.path and .service do on the host: start one when the file is written."""
    wanted = os.path.join(w.runtime, 'wanted')
    while not over.wait(0.02):
        if os.path.exists(wanted):
            os.unlink(wanted)
            w.started.append(subprocess.Popen(
                [w.program('cardea-guardian')], env={k: v for k, v in w.env.items()
                                                     if k != 'CARDEA_TEST_FLATPAK'},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True))


def host_is_asked_for_a_guardian():
    with World(CARDEA_TEST_FLATPAK='1') as w:
        over = threading.Event()
        watching = threading.Thread(target=host, args=(w, over))
        watching.start()
        try:
            assert w.guardian() is None
            assert json.loads(w.ctl('status', '--json', check=0).stdout)
            first = w.guardian()
            w.ctl('grants', check=0)
            assert w.guardian() == first and first is not None, 'one is enough'
        finally:
            over.set()
            watching.join()


def nobody_answers_and_it_says_so():
    with World(CARDEA_TEST_FLATPAK='1') as w:
        done = w.ctl('status', timeout=30)
        assert done.returncode == 4 and 'did not answer' in done.stderr, done
        assert os.stat(os.path.join(w.runtime, 'wanted')).st_mode & 0o777 == 0o600
        assert w.guardian() is None, 'it started one of its own'


def link_is_not_followed():
    with World(CARDEA_TEST_FLATPAK='1') as w:
        victim = w.file('victim.txt', 'kept')
        os.makedirs(w.runtime, mode=0o700, exist_ok=True)
        os.symlink(victim, os.path.join(w.runtime, 'wanted'))
        assert w.ctl('status', timeout=30).returncode == 4
        with open(victim, encoding='utf-8') as f:
            assert f.read() == 'kept'


def manifest_and_units_agree():
    with open(os.path.join(SOURCE, 'flatpak', 'org.cardea.Cardea.json'), encoding='utf-8') as f:
        manifest = json.load(f)
    assert manifest['id'] == 'org.cardea.Cardea' and manifest['command'] == 'cardea'
    arguments = set(manifest['finish-args'])
    assert '--filesystem=xdg-run/cardea:create' in arguments, arguments
    for hole in arguments:  # a window needs no more
        assert not re.match(r'--(share=network|talk-name|system-talk|socket=(session|system)-bus|'
                            r'filesystem=(host|home)$|device=all)', hole), hole
    own = manifest['modules'][-1]
    assert '-Dparts=window' in own['config-opts'] and own['sources'][0]['path'] == '..'
    for module in manifest['modules'][:-1]:
        for source in module['sources']:
            assert source['url'].startswith('https://') and len(source['sha256']) == 64, source
    with open(os.path.join(SOURCE, 'data', 'cardea-guardian.path'), encoding='utf-8') as f:
        assert 'PathChanged=%t/cardea/wanted\n' in f.read()
    if shutil.which('flatpak-builder'):
        with tempfile.TemporaryDirectory() as folder:  # it leaves something where it is run
            subprocess.run(['flatpak-builder', '--show-manifest', os.path.abspath(
                os.path.join(SOURCE, 'flatpak', 'org.cardea.Cardea.json'))], check=True, cwd=folder,
                           stdout=subprocess.DEVNULL, timeout=60)
    if shutil.which('systemd-analyze'):
        done = subprocess.run(['systemd-analyze', '--user', 'verify', '--man=no',
                               os.path.join(SOURCE, 'data', 'cardea-guardian.path'),
                               os.path.join(BUILD, 'data', 'cardea-guardian.service')],
                              capture_output=True, text=True, timeout=60, check=False)
        assert 'Unknown' not in done.stderr and 'Invalid' not in done.stderr, done.stderr


run([host_is_asked_for_a_guardian, nobody_answers_and_it_says_so, link_is_not_followed,
     manifest_and_units_agree])

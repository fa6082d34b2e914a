# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else's agent, installed in a world: foreign_agent.py behind a profile of the person's."""
import json
import os
import shutil

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = 'theirs'
TITLE = 'Somebody else’s'
PROFILE = {'version': 1, 'title': TITLE, 'home': 'own', 'programs': [NAME], 'agent': [NAME, 'acp']}


def install(w):
    """The folder it is given to work in, with a.txt; outside of it Documents/tax."""
    w.file(NAME + '.json', json.dumps(PROFILE), folder=w.folder('config/cardea/profiles'))
    program = os.path.join(w.folder('opt/bin'), NAME)
    shutil.copy(os.path.join(HERE, 'foreign_agent.py'), program)
    for path in (program, os.path.dirname(program)):
        os.chmod(path, 0o755)
    w.env['PATH'] = os.path.dirname(program) + ':/usr/bin:/bin'
    folder = w.folder('home/project')
    w.file('a.txt', 'one\ntwo\n', folder=folder)
    w.file('tax', 'secret\n')
    return folder


def uninstall(w):
    os.remove(os.path.join(w.root, 'opt/bin', NAME))

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting, ending, and what is missing."""
import os
import shutil
import signal
import stat

from world import World, run


def twenty_front_ends_start_one_guardian():
    with World() as w:
        started = [w.start('status') for _ in range(20)]
        for process in started:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, (out, err)
        mains = [p for p in w.processes() if w.name(p) == 'cardea-guardian'
                 and w.parent_name(p) != 'cardea-guardian']
        assert len(mains) == 1, mains


def two_worlds_do_not_see_one_another():
    with World() as a, World() as b:
        a.ctl('status', check=0)
        b.ctl('status', check=0)
        assert a.guardian() != b.guardian()


def idle_guardian_leaves():
    with World(CARDEA_TEST_IDLE_EXIT='1') as w:
        w.ctl('status', check=0)
        pids = w.processes()
        assert pids
        # looking for the guardian would be a visit that keeps it awake
        w.wait_for(lambda: not any(map(w.stat, pids)), seconds=15, what='idle exit')


def long_runtime_path():
    with World() as w:
        deep = w.folder('/'.join(['run'] + ['a-folder-with-a-long-name'] * 8))
        assert len(deep) > 200
        w.env['XDG_RUNTIME_DIR'] = deep
        w.ctl('status', check=0)


def no_runtime_dir_uses_a_private_folder():
    with World() as w:
        given = w.env.pop('XDG_RUNTIME_DIR')
        if os.path.exists(w.runtime):
            return  # somebody's own; it is not ours to end
        w.ctl('status', check=0)
        found = os.stat(w.runtime)
        assert found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) == 0o700
        os.kill(w.guardian(), signal.SIGTERM)
        w.wait_for(lambda: not w.processes(), what='the guardian to end')
        shutil.rmtree(w.runtime)
        w.env['XDG_RUNTIME_DIR'] = given


def runtime_folder_of_strangers_is_refused():
    with World() as w:
        folder = w.folder('run/cardea')
        os.chmod(folder, 0o777)
        done = w.ctl('status', check=4)
        assert 'others may write' in done.stderr, done.stderr


def wrong_usage():
    with World() as w:
        for arguments in (['ask'], ['nonsense'], ['ask', '--mode', 'sometimes', 'x'],
                          ['grants', 'add'], ['consent', 'answer', 'zz'], ['audit', 'show']):
            assert w.ctl(*arguments).returncode == 2, arguments


def missing_designated_file():
    with World() as w:
        done = w.ctl('ask', '-f', os.path.join(w.documents, 'none.csv'), 'total Amount in none.csv')
        assert done.returncode in (1, 3) and 'none.csv' in done.stderr, (done.returncode, done.stderr)


run([twenty_front_ends_start_one_guardian, two_worlds_do_not_see_one_another, idle_guardian_leaves,
     long_runtime_path, no_runtime_dir_uses_a_private_folder,
     runtime_folder_of_strangers_is_refused, wrong_usage, missing_designated_file])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machine withholds: room on the disk, a keyring, user namespaces, a runtime folder; and
settings and grants that are nonsense."""
import os
import shutil
import signal
import subprocess
import sys

from bad_input import CSV, Steady, one_line, whole, works
from world import BUILD, World, run

SKIP = 77


class Skip(Exception):
    pass


def inside(function):
    """Runs it again in namespaces of its own, where it may mount and count."""
    here = os.path.abspath(__file__)
    options = ['-m', '--propagation', 'private']
    if os.getuid() != 0:
        options = ['-r'] + options
    if subprocess.run(['unshare', *options, 'true'], stderr=subprocess.DEVNULL,
                      check=False).returncode != 0:
        raise Skip('no namespaces here')
    done = subprocess.run(['unshare', *options, sys.executable, here, '--inside', function.__name__],
                          env={**os.environ, 'CARDEA_BUILD_ROOT': BUILD}, capture_output=True,
                          text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr


def mounted(world, name, size):
    folder = world.folder(name)
    subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size},mode=0700', 'none', folder],
                   check=True)
    return folder


def fill(folder, leave=0):
    path = os.path.join(folder, 'filler')
    with open(path, 'ab', buffering=0) as f:
        try:
            while True:
                f.write(b'x' * 65536)
        except OSError:
            pass
        try:
            while True:
                f.write(b'x' * 512)
        except OSError:
            pass
        if leave:
            f.truncate(max(f.tell() - leave, 0))
    return path


def disk_fills_up_inside():
    with World() as w:
        state = mounted(w, 'state', '4m')
        try:
            works(w)
            path = w.file('bank.csv', CSV)
            guardian = w.guardian()
            for leave in (0, 4096, 16384):
                filler = fill(state, leave)
                refused = False
                for _ in range(12):
                    done = w.ctl('ask', '-f', path, 'total Amount in bank.csv', timeout=30)
                    if done.returncode != 0:
                        one_line(done, 'log', code=(1, 3, 4))
                        refused = True
                        assert '**' not in done.stdout, done.stdout
                assert refused, leave
                assert w.ctl('status', timeout=30).returncode == 0
                os.unlink(filler)
                done = w.wait_for(lambda: (lambda d: d if d.returncode == 0 else None)(
                    w.ctl('ask', '-f', path, 'total Amount in bank.csv')), what='room to be used')
                assert '10' in done.stdout
                assert whole(w) == 0
            assert w.guardian() == guardian
            # begun anew on a full disk: says so, and works when there is room
            os.kill(guardian, signal.SIGTERM)
            w.wait_for(lambda: not w.processes(), what='the guardian to end')
            filler = fill(state)
            one_line(w.ctl('ask', '-f', path, 'total Amount in bank.csv', timeout=30), code=(1, 4))
            os.unlink(filler)
            works(w)
            assert whole(w) == 0
        finally:
            if w.guardian():
                os.kill(w.guardian(), signal.SIGTERM)
            w.wait_for(lambda: not w.processes(), what='the guardian to end')
            subprocess.run(['umount', state], check=True)


def disk_read_only_inside():
    with World() as w:
        state = mounted(w, 'state', '4m')
        try:
            subprocess.run(['mount', '-o', 'remount,bind,ro', state], check=True)
            one_line(w.ctl('status', timeout=30), 'Read-only', code=4)
            subprocess.run(['mount', '-o', 'remount,bind,rw', state], check=True)
            works(w)
            assert whole(w) == 0
        finally:
            if w.guardian():
                os.kill(w.guardian(), signal.SIGTERM)
            w.wait_for(lambda: not w.processes(), what='the guardian to end')
            subprocess.run(['umount', state], check=True)


def no_user_namespaces_inside():
    with World() as w:
        path = w.file('bank.csv', CSV)
        w.ctl('status', check=0)
        done = w.ctl('ask', '-f', path, 'total Amount in bank.csv')
        one_line(done, 'namespaces', 'max_user_namespaces', code=4)
        assert 'max_user_namespaces' in w.ctl('doctor').stdout
        assert w.guardian()
        whole(w)


def disk_fills_up():
    inside(disk_fills_up_inside)


def disk_read_only():
    inside(disk_read_only_inside)


def no_user_namespaces():
    """The count is set in a user namespace of our own: nobody else notices."""
    here = os.path.abspath(__file__)
    script = ('echo 0 > /proc/sys/user/max_user_namespaces || exit 77; '
              'exec "$0" "$1" --inside no_user_namespaces_inside')
    done = subprocess.run(['unshare', '-r', 'sh', '-c', script, sys.executable, here],
                          env={**os.environ, 'CARDEA_BUILD_ROOT': BUILD}, capture_output=True,
                          text=True, check=False, timeout=100)
    if done.returncode == SKIP:
        raise Skip('the count of user namespaces cannot be set')
    assert done.returncode == 0, done.stdout + done.stderr


# Nothing is started on demand: a keyring that went away stays away.
BUS = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>'''


class Keyring:
    """A bus and a gnome-keyring-daemon of this world's own."""

    def __init__(self, world):
        self.world, self.daemon = world, None
        config = world.file('bus.conf', BUS.format(world.folder('bus')), world.root)
        self.bus = subprocess.Popen(
            ['dbus-daemon', '--config-file=' + config, '--nofork', '--print-address'], env=world.env,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        world.env['DBUS_SESSION_BUS_ADDRESS'] = self.bus.stdout.readline().strip()

    def start(self, password=b'test'):
        unlock = ['--unlock'] if password is not None else []
        self.daemon = subprocess.Popen(
            ['gnome-keyring-daemon', '--foreground', *unlock, '--components=secrets'],
            env={**self.world.env, 'XDG_DATA_HOME': self.world.folder('keyring')},
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if password is not None:
            self.daemon.stdin.write(password)
        self.daemon.stdin.close()
        self.world.wait_for(self.owned, what='the keyring')

    def owned(self):
        done = subprocess.run(
            ['dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.DBus', '/',
             'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'],
            env=self.world.env, capture_output=True, text=True, check=False)
        return 'boolean true' in done.stdout

    def stop(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait()
            self.daemon = None
            self.world.wait_for(lambda: not self.owned(), what='the keyring to go')

    def end(self):
        self.stop()
        self.bus.terminate()
        self.bus.communicate()


def stop_guardian(w):
    if w.guardian():
        os.kill(w.guardian(), signal.SIGTERM)
    w.wait_for(lambda: not [p for p in w.processes() if w.name(p).startswith('cardea')],
               what='the guardian to end')


def need_keyring():
    for program in ('gnome-keyring-daemon', 'dbus-daemon', 'dbus-send'):
        if shutil.which(program) is None:
            raise Skip(program + ' is not installed')


def keyring_goes_away():
    need_keyring()
    with World() as w:
        ring = Keyring(w)
        try:
            ring.start()
            works(w)
            assert 'unsealed' not in w.ctl('status', check=0).stdout.lower()
            key = open(os.path.join(w.audit, 'log.vkey'), encoding='ascii').read()
            stop_guardian(w)
            path = w.file('bank.csv', CSV)

            ring.stop()  # absent
            one_line(w.ctl('ask', '-f', path, 'total Amount in bank.csv'), 'key', code=4)
            assert w.ctl('status').returncode == 0
            stop_guardian(w)

            ring.start(password=None)  # there, and locked: nobody can be asked
            one_line(w.ctl('ask', '-f', path, 'total Amount in bank.csv', timeout=90), 'key', code=4)
            stop_guardian(w)
            ring.stop()

            ring.start()
            works(w)
            assert open(os.path.join(w.audit, 'log.vkey'), encoding='ascii').read() == key
            assert whole(w) == 0
            stop_guardian(w)
        finally:
            stop_guardian(w)
            ring.end()


def no_keyring_is_said():
    with World() as w:
        done = works(w)
        assert done.returncode == 0
        assert 'unsealed' in w.ctl('status', check=0).stdout.lower()
        stop_guardian(w)
        works(w)  # the same file again
        assert whole(w) == 0


def key_file_damaged():
    with World() as w:
        works(w)
        stop_guardian(w)
        data = os.path.join(w.root, 'data', 'cardea')
        files = [os.path.join(d, f) for d, _, fs in os.walk(data) for f in fs]
        assert files, 'no key file'
        path = w.file('bank.csv', CSV)
        for name in files:
            with open(name, 'rb') as f:
                content = f.read()
            for bad in (b'', content[:-1], bytes([content[0] ^ 1]) + content[1:]):
                with open(name, 'wb') as f:
                    f.write(bad)
                done = w.ctl('ask', '-f', path, 'total Amount in bank.csv')
                assert done.returncode == 0 or one_line(done, code=4), (name, done)
                stop_guardian(w)
            with open(name, 'wb') as f:
                f.write(content)
        works(w)
        assert whole(w) == 0


def nonsense_settings_and_grants():
    with World() as w, Steady(w, records=False):
        for arguments, code in (
                (['settings', 'set', 'no.such', 'x'], 1), (['settings', 'get', 'no.such'], 1),
                (['settings', 'set', 'keys.store', 'bogus'], 1), (['settings', 'set', 'keys.store'], 2),
                (['settings', 'set', 'guardian.idle', '--', '-5'], (1, 2)),
                (['settings', 'set', 'guardian.idle', 'x' * 300], (1, 2)),
                (['settings', 'set', 'consent.timeout', '0'], (1, 2)),
                (['grants', 'revoke', 'ffff'], 1), (['grants', 'revoke', 'zz'], (1, 2)),
                (['grants', 'add', w.documents, '--for', 'long'], 2),
                (['grants', 'add', w.documents, '--for', '31d'], (1, 2)),
                (['grants', 'add', w.documents, '--profile', 'nobody'], (1, 2)),
                (['audit', 'show', 'x'], (1, 2)), (['audit', 'list', '--since', 'whenever'], (1, 2)),
                (['audit', 'list', '--session', 'x'], (1, 2))):
            one_line(w.ctl(*arguments), code=code)
        assert 'guardian.idle' in w.ctl('settings', 'get', check=0).stdout
        assert not w.json('grants')
        works(w)


def damaged_state_is_refused_not_reset():
    with World() as w:
        works(w)
        w.ctl('grants', 'add', w.documents, check=0)
        w.ctl('settings', 'set', 'guardian.idle', '50', check=0)
        stop_guardian(w)
        path = w.file('bank.csv', CSV)
        for folder in ('config', 'state'):
            top = os.path.join(w.root, folder, 'cardea')
            for name in sorted(os.listdir(top)):
                full = os.path.join(top, name)
                if not os.path.isfile(full) or os.path.getsize(full) == 0 or 'lock' in name:
                    continue
                with open(full, 'rb') as f:
                    content = f.read()
                with open(full, 'wb') as f:
                    f.write(content[:len(content) // 2] + b'\0\xff')
                done = w.ctl('ask', '-f', path, 'total Amount in bank.csv')
                assert done.returncode == 0 or one_line(done), (full, done)
                stop_guardian(w)
                with open(full, 'rb') as f:
                    assert f.read() != b'', full
                with open(full, 'wb') as f:
                    f.write(content)
        works(w)
        assert w.json('grants'), 'the grant was lost'


ALL = [disk_fills_up, disk_read_only, no_user_namespaces, keyring_goes_away, no_keyring_is_said,
       key_file_damaged, nonsense_settings_and_grants, damaged_state_is_refused_not_reset]


def skippable(test):
    def wrapped():
        try:
            test()
        except Skip as reason:
            print(f'# SKIP {test.__name__}: {reason}')
    wrapped.__name__ = test.__name__
    return wrapped


if len(sys.argv) == 3 and sys.argv[1] == '--inside':
    globals()[sys.argv[2]]()
else:
    run([skippable(test) for test in ALL])

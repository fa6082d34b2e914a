# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world of its own for one test: home, XDG folders, programs of the build, and a guardian that
ends with it. Nothing is mocked."""
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(os.environ.get('CARDEA_BUILD_ROOT', 'build'))

BANK = ('Date,Amount,Text\r\n'
        '2026-01-05,100.50,Salary\r\n'
        '2026-01-20,-20.25,"Groceries, and\nmore"\r\n'
        '2026-02-03,10.00,Refund\r\n'
        '2026-02-28,-0.75,Fee\r\n')
BANK_TOTALS = {'2026-01': '80.25', '2026-02': '9.25'}


class World:
    def __init__(self, **environment):
        self.root = tempfile.mkdtemp(prefix='cardea-test-')
        self.build = BUILD
        self.home = self.folder('home')
        self.documents = self.folder('home/Documents')
        self.downloads = self.folder('home/Downloads')
        self.folder('home/Desktop')
        self.work = self.folder('home/somewhere')
        self.env = {
            'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'TZ': 'UTC', 'HOME': self.home,
            'USER': os.environ.get('USER', 'test'),
            'XDG_RUNTIME_DIR': self.folder('run'), 'XDG_STATE_HOME': self.folder('state'),
            'XDG_CONFIG_HOME': self.folder('config'), 'XDG_DATA_HOME': self.folder('data'),
            'XDG_CACHE_HOME': self.folder('cache'),
            # the administrator's policies: none unless a test writes them
            'CARDEA_TEST_POLICY_FOLDER': os.path.join(self.root, 'etc', 'policy.d'),
            'CARDEA_TEST_PROFILE_FOLDER': os.path.join(self.root, 'etc', 'profiles'),
            # no keyring unless a test brings one
            'DBUS_SESSION_BUS_ADDRESS': 'unix:path=' + os.path.join(self.root, 'no-bus'),
        }
        for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.folder('etc')
        self.env.update(environment)
        self.started = []
        self.known = {}  # process id → start time

    def folder(self, name):
        path = os.path.join(self.root, name)
        os.makedirs(path, mode=0o700, exist_ok=True)
        return path

    def file(self, name, content, folder=None):
        path = os.path.join(folder or self.documents, name)
        with open(path, 'wb') as f:
            f.write(content.encode() if isinstance(content, str) else content)
        return path

    @property
    def audit(self):
        return os.path.join(self.root, 'state', 'cardea', 'audit')

    def program(self, name):
        return os.path.join(self.build, name)

    # A session of its own: without a controlling terminal nobody is asked by accident.
    def ctl(self, *arguments, timeout=60, check=None, stdin=None, cwd=None, env=None):
        done = subprocess.run([self.program('cardeactl'), *arguments], cwd=cwd or self.work,
                              env={**self.env, **(env or {})}, timeout=timeout, input=stdin,
                              stdin=subprocess.DEVNULL if stdin is None else None,
                              capture_output=True, text=True, errors='replace',
                              start_new_session=True)
        if check is not None and done.returncode != check:
            raise AssertionError(f'cardeactl {" ".join(arguments)}: exit {done.returncode}, wanted '
                                 f'{check}\n--- out\n{done.stdout}\n--- err\n{done.stderr}')
        return done

    def start(self, *arguments, cwd=None, env=None, stdin=subprocess.DEVNULL, **options):
        process = subprocess.Popen([self.program('cardeactl'), *arguments], cwd=cwd or self.work,
                                   env={**self.env, **(env or {})}, stdin=stdin,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True, **options)
        self.started.append(process)
        return process

    def json(self, *arguments, **options):
        return json.loads(self.ctl(*arguments, '--json', check=0, **options).stdout)

    def records(self, *arguments, **options):
        out = self.ctl('audit', 'list', '--json', *arguments, check=0, **options).stdout
        text = out.strip()
        if text.startswith('['):
            return json.loads(text)
        records = [json.loads(line) for line in text.splitlines()]
        if len(records) == 1 and 'records' in records[0]:
            return records[0]['records']
        return records

    def guardian(self):
        """The guardian's process id, None when none listens. The kernel says who listens; the
        processes themselves are closed to an ordinary user's eyes (not dumpable)."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            try:
                folder = os.open(self.runtime, os.O_PATH)
            except OSError:
                return None
            try:
                link.connect(f'/proc/self/fd/{folder}/guardian.sock')
            except OSError:
                return None
            finally:
                os.close(folder)
            credentials = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            return struct.unpack('3i', credentials)[0]

    @property
    def runtime(self):
        base = self.env.get('XDG_RUNTIME_DIR')
        return os.path.join(base, 'cardea') if base else f'/tmp/cardea-{os.getuid()}'

    @staticmethod
    def name(pid):
        try:
            with open(f'/proc/{pid}/cmdline', 'rb') as f:
                return os.path.basename(f.read().split(b'\0')[0].decode(errors='replace'))
        except OSError:
            return ''

    @staticmethod
    def stat(pid):
        """(parent, start time), None when it is gone or a zombie."""
        try:
            with open(f'/proc/{pid}/stat', 'rb') as f:
                fields = f.read().rsplit(b')', 1)[1].split()
            return None if fields[0] in (b'Z', b'X') else (int(fields[1]), int(fields[19]))
        except (OSError, ValueError, IndexError):
            return None

    def parent_name(self, pid):
        found = self.stat(pid)
        return self.name(found[0]) if found else ''

    def processes(self):
        """Those that carry this world in their environment, the guardian, all their descendants,
        and whatever of these was seen before and still lives."""
        marker = ('XDG_RUNTIME_DIR=' + self.env.get('XDG_RUNTIME_DIR', '')).encode()
        children, waiting = {}, [self.guardian()]
        for entry in filter(str.isdigit, os.listdir('/proc')):
            found = self.stat(entry)
            if found is None:
                continue
            children.setdefault(found[0], []).append(int(entry))
            try:
                with open(f'/proc/{entry}/environ', 'rb') as f:
                    if marker in f.read().split(b'\0'):
                        waiting.append(int(entry))
            except OSError:
                continue
        seen = set()
        while waiting:
            pid = waiting.pop()
            if pid is None or pid in seen or pid == os.getpid():
                continue
            seen.add(pid)
            waiting.extend(children.get(pid, []))
            found = self.stat(pid)
            if found is not None:
                self.known[pid] = found[1]
        self.known = {pid: start for pid, start in self.known.items()
                      if (self.stat(pid) or (0, None))[1] == start}
        return sorted(self.known)

    def wait_for(self, condition, seconds=10, what='condition'):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            self.pause()
        raise AssertionError(f'waited {seconds} s in vain for {what}')

    def pause(self):
        time.sleep(0.02)

    @staticmethod
    def doing(pid):
        """What differs as soon as it does something; None while it does."""
        try:
            with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as f:
                facts = dict(line.split(':\t', 1) for line in f.read().splitlines() if ':\t' in line)
            return facts['voluntary_ctxt_switches'] if facts['State'][0] in 'STZ' else None
        except (OSError, KeyError):
            return 'gone'

    def rest(self, seconds=20):
        """Until none of its processes does anything: what was said was heard by all it was said to."""
        def all_rest():
            pids = self.processes()  # asks the guardian, which has something to do then
            time.sleep(0.05)
            before = [self.doing(pid) for pid in pids]
            time.sleep(0.1)
            return None not in before and before == [self.doing(pid) for pid in pids]
        self.wait_for(all_rest, seconds, 'a rest')

    def end(self, left_ok=False):
        for process in self.started:
            if process.poll() is None:
                process.terminate()
        for process in self.started:
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        guardian = self.guardian()
        if guardian is not None:
            os.kill(guardian, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.02)
        left = [(pid, self.name(pid)) for pid in self.processes()]
        for pid, _ in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        shutil.rmtree(self.root, ignore_errors=True)
        if left and not left_ok:
            raise AssertionError(f'processes left behind: {left}')

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            try:
                self.show()
            finally:
                self.end(left_ok=True)
        else:
            self.end()

    def show(self):
        """What helps to understand a failure."""
        done = self.ctl('audit', 'list', timeout=20)
        sys.stderr.write('--- audit list\n' + done.stdout[-4000:] + done.stderr[-2000:])


def needs_fuse():
    """Where /dev/fuse may not be opened (a container, an odd mode) there is no view to test."""
    if not os.access('/dev/fuse', os.R_OK | os.W_OK):
        print('not here: /dev/fuse')
        sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)


class Watcher:
    """`consent watch --json` in the background: hands out questions, answers them."""

    def __init__(self, world):
        self.world = world
        self.process = world.start('consent', 'watch', '--json')
        self.waiting = b''
        # before this line there may be nobody to ask
        said = self.process.stderr.readline()
        assert said.startswith('Waiting for questions'), said

    def _line(self, seconds):
        """Read here, not by Python's stream: that takes several lines at once and shows one."""
        import select
        deadline = time.monotonic() + seconds
        while b'\n' not in self.waiting:
            left = max(0, deadline - time.monotonic())
            if not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError('no question came')
            piece = os.read(self.process.stdout.fileno(), 1 << 20)
            if not piece:
                raise AssertionError('consent watch ended: ' + self.process.stderr.read())
            self.waiting += piece
        line, _, self.waiting = self.waiting.partition(b'\n')
        return line

    def question(self, seconds=20):
        event = json.loads(self._line(seconds))
        return event if 'digest' in event else self.question(seconds)

    def answer(self, question, answer, *options, **more):
        return self.world.ctl('consent', 'answer', question['id'], '--digest', question['digest'],
                              answer, *options, **more)


def run(tests):
    """Runs functions, each in its own world; prints what failed; the exit status says it. Also when it
    is ended from outside (a time limit), its worlds end in order."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    failed = 0
    wanted = sys.argv[1:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    for test in tests:
        try:
            test()
            print(f'ok {test.__name__}', flush=True)
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            import traceback
            traceback.print_exc()
            print(f'not ok {test.__name__}: {error}', flush=True)
    print(f'{len(tests) - failed} passed, {failed} failed')
    sys.exit(1 if failed else 0)

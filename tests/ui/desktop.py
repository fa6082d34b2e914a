# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop for one test: Xvfb, openbox, a session bus with accessibility on; programs are found
and driven through AT-SPI by the accessible names of consent.md (by prefix: GTK 4.8 exports them
doubled)."""
import configparser
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'integration'))
import world  # noqa: E402 pylint: disable=wrong-import-position
from world import World  # noqa: E402 pylint: disable=wrong-import-position

# Not said of us: no shell is here to show notifications; a GtkGizmo is a part that GTK makes of its
# own widgets (now and then a popover, as that of the names in its file dialog, is drawn once more
# while it goes).
OTHERS = ('org.freedesktop.Notifications was not provided', 'Trying to snapshot GtkGizmo ')


def needed_programs():
    missing = [p for p in ('Xvfb', 'openbox', 'dbus-daemon', 'xdotool') if shutil.which(p) is None]
    try:
        import gi
        gi.require_version('Atspi', '2.0')
    except (ImportError, ValueError):
        missing.append('gir1.2-atspi-2.0')
    if missing:
        print('not here: ' + ', '.join(missing))
        sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)


class Desktop(World):
    """first: the window was never started before, and says what it is. repeat: a key that is held is
    repeated; on a busy machine one that is only pressed would be, too."""

    def __init__(self, size='1280x900', first=False, repeat=False, **environment):
        needed_programs()
        super().__init__(**environment)
        if not first:
            self.prefer('welcomed', 'true')
        self.helpers = []
        self.Atspi = None
        self.moves = []  # of the keyboard, from one thing to another: who has it, or None
        try:
            self._start(size, repeat)
        except Exception:
            self.end(left_ok=True)
            raise

    def _spawn(self, command, **options):
        process = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True, **options)
        self.helpers.append(process)
        return process

    def _start(self, size, repeat):
        # the bus below can start a keyring that would ask for a password in a window of its own
        self.errors = os.path.join(self.root, 'errors')
        with open(self.errors, 'ab') as f:
            subprocess.run([self.program('cardeactl'), 'settings', 'set', 'keys.store', 'file'],
                           env=self.loud(), cwd=self.work, stdin=subprocess.DEVNULL, stdout=f,
                           stderr=f, start_new_session=True, timeout=60, check=True)
        read, write = os.pipe()
        self._spawn(['Xvfb', '-displayfd', str(write), '-screen', '0', size + 'x24', '-nolisten',
                     'tcp', '-noreset', 'r' if repeat else '-r'], pass_fds=[write], stdout=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise AssertionError('Xvfb did not start')
        self.env['DISPLAY'] = ':' + number

        bus = self._spawn(['dbus-daemon', '--session', '--nofork', '--print-address=1'],
                          stdout=subprocess.PIPE, text=True)
        address = bus.stdout.readline().strip()
        self.env.update(DBUS_SESSION_BUS_ADDRESS=address, GTK_A11Y='atspi', GDK_BACKEND='x11',
                        GSK_RENDERER='cairo', GSETTINGS_BACKEND='keyfile', NO_AT_BRIDGE='0',
                        XDG_CURRENT_DESKTOP='GNOME')
        self._spawn(['openbox'], stdout=subprocess.DEVNULL)
        os.environ.update({k: self.env[k] for k in ('DISPLAY', 'DBUS_SESSION_BUS_ADDRESS')})
        subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.a11y.Bus', '--object-path',
                        '/org/a11y/bus', '--method', 'org.freedesktop.DBus.Properties.Set',
                        'org.a11y.Status', 'IsEnabled', '<true>'], env=self.env, check=True,
                       stdout=subprocess.DEVNULL, timeout=20)
        import gi
        gi.require_version('Atspi', '2.0')
        from gi.repository import Atspi
        Atspi.init()
        self.Atspi = Atspi
        self.listener = Atspi.EventListener.new(
            lambda event: self.moves.append(event.source if event.detail1 else None))
        self.listener.register('object:state-changed:focused')

    def prefer(self, key, value):
        """A preference of the window, as GSettings' keyfile backend keeps it."""
        folder = self.folder('config/glib-2.0/settings')
        with open(os.path.join(folder, 'keyfile'), 'a', encoding='utf-8') as f:
            f.write(f'[org/cardea/Cardea]\n{key}={value}\n')

    def preference(self, key):
        keyfile = configparser.ConfigParser(strict=False)  # as GLib, which joins groups
        keyfile.read(os.path.join(self.root, 'config', 'glib-2.0', 'settings', 'keyfile'))
        return keyfile.get('org/cardea/Cardea', key, fallback=None)

    def loud(self):
        """For who may start the guardian: it then keeps its standard error, as do cardea-consent
        and the workers."""
        return {**self.env, 'CARDEA_DEBUG': '1'}

    def window(self, *arguments):
        """Starts cardea; what it says on standard error is kept for no_warnings()."""
        with open(self.errors, 'ab') as f:
            process = subprocess.Popen([self.program('cardea'), *arguments], env=self.loud(),
                                       cwd=self.work, stdin=subprocess.DEVNULL, stdout=f, stderr=f,
                                       start_new_session=True)
        self.helpers.insert(0, process)
        return process

    def complaints(self):
        """What GTK, GLib and others of our libraries said of the window, the guardian, its workers
        and cardea-consent, but for what is not ours (OTHERS)."""
        with open(self.errors, encoding='utf-8', errors='replace') as f:
            return [line for line in f if ('WARNING' in line or 'CRITICAL' in line)
                    and not any(text in line for text in OTHERS)]

    def no_warnings(self):
        """Until now; at the end of a test that went well it is looked once more."""
        bad = self.complaints()
        assert not bad, bad

    def pause(self):
        """Lets the news of the accessibility bus in: without them the tree is a stale copy."""
        from gi.repository import GLib
        context = GLib.MainContext.default()
        for _ in range(200):
            if not context.iteration(False):
                break
        time.sleep(0.02)

    # --- the accessible tree ---
    def wait_for(self, condition, seconds=10, what='condition'):
        """What goes while it is looked at is looked for again."""
        from gi.repository import GLib

        def there():
            try:
                return condition()
            except GLib.Error:
                return None
        return super().wait_for(there, seconds, what)

    def nodes(self, application=None):
        desktop = self.Atspi.get_desktop(0)
        waiting = [desktop.get_child_at_index(i) for i in range(desktop.get_child_count())]
        waiting = [a for a in waiting if a is not None
                   and (application is None or self.name_of(a) == application)]
        while waiting:
            node = waiting.pop(0)
            yield node
            try:
                count = min(node.get_child_count(), 500)
                waiting.extend(c for c in (node.get_child_at_index(i) for i in range(count)) if c)
            except Exception:  # pylint: disable=broad-except
                continue  # gone while we looked

    @staticmethod
    def name_of(node):
        try:
            return node.get_name() or ''
        except Exception:  # pylint: disable=broad-except
            return ''  # gone while we looked

    def find(self, name, role=None, application=None):
        for node in self.nodes(application):
            try:
                if (node.get_name() or '').startswith(name) \
                        and (role is None or node.get_role_name() == role) \
                        and self.showing(node):
                    return node
            except Exception:  # pylint: disable=broad-except
                continue
        return None

    def showing(self, node):
        states = node.get_state_set()
        # GTK 4.8 says "showing" of windows only
        return states.contains(self.Atspi.StateType.VISIBLE) or node.get_role_name() == 'application'

    def sensitive(self, node):
        return node.get_state_set().contains(self.Atspi.StateType.SENSITIVE)

    def button(self, name, application=None, seconds=20):
        """The one of just that name ("Deny" is not "Deny and stop agent")."""
        exact = (name, name + name, name + ' ' + name)
        return self.wait_for(
            lambda: next((n for n in self.nodes(application) if self.name_of(n) in exact
                          and n.get_role_name() == 'push button' and self.showing(n)), None),
            seconds, 'button ' + name)

    def wait(self, name, role=None, application=None, seconds=20):
        return self.wait_for(lambda: self.find(name, role, application), seconds, name)

    def wait_gone(self, name, role=None, application=None, seconds=20):
        self.wait_for(lambda: not self.find(name, role, application), seconds, 'the end of ' + name)

    def all_named(self, application, roles=(), but=()):
        """Whatever of these roles (of all others, but for some) takes the keyboard has a name, or gets
        one at once."""
        def unnamed():
            return [n.get_role_name() for n in self.nodes(application)
                    if (n.get_role_name() in roles if roles else n.get_role_name() not in but)
                    and self.showing(n)
                    and n.get_state_set().contains(self.Atspi.StateType.FOCUSABLE)
                    and not (n.get_name() or '').strip()]
        self.wait_for(lambda: not unnamed(), 5, f'names of all that {application} shows')

    def pieces(self, application=None):
        """The texts, what stands near the top of its window first."""
        for node in self.nodes(application):
            try:
                if node.get_role_name() in ('label', 'text', 'grouping', 'panel', 'table cell'):
                    yield node.get_name() or ''
                    text = node.get_text_iface()
                    if text is not None:
                        yield self.Atspi.Text.get_text(text, 0, -1) or ''
            except Exception:  # pylint: disable=broad-except
                continue

    def texts(self, application=None):
        return '\n'.join(self.pieces(application))

    def shows(self, text, application=None):
        """A toast is seen before it goes: it is near the top, and no more is looked at."""
        found = []
        for piece in self.pieces(application):
            if text in piece:
                return True
            found.append(piece)
        return text in '\n'.join(found)

    def click(self, node):
        """A button that is activated looks pressed for a quarter of a second, and acts then."""
        node.get_action_iface().do_action(0)
        time.sleep(0.3)

    def press(self, name, application=None, seconds=20):
        """Does what a button or menu item of that name does; of several the first that can."""
        def act():
            for node in self.nodes(application):
                if self.name_of(node).startswith(name) and self.showing(node) \
                        and node.get_role_name() != 'label':
                    action = node.get_action_iface()
                    if action is not None and action.get_n_actions() > 0:
                        self.click(node)
                        return True
            return False
        self.wait_for(act, seconds, name + ' to press')

    def xdo(self, *arguments):
        return subprocess.run(['xdotool', *arguments], env=self.env, check=True, timeout=20,
                              capture_output=True, text=True).stdout.strip()

    def try_xdo(self, *arguments):
        """What it says, whether it could do it or not."""
        return subprocess.run(['xdotool', *arguments], env=self.env, check=False, timeout=20,
                              capture_output=True, text=True).stdout.strip()

    def windows(self, title):
        done = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', title],
                              env=self.env, capture_output=True, text=True, timeout=20)
        return done.stdout.split()

    def activate(self, title, seconds=20):
        """The first window of that title has the keyboard then, or a dialog of its. Another may be
        opening just now and take it, or this one be gone while we look: it is asked for until then."""
        def act():
            found = self.windows(title)
            if found and self.has_keyboard(found[0]):
                return found[0]
            if found:
                self.try_xdo('windowactivate', found[0])
            deadline = time.monotonic() + 1
            while found and time.monotonic() < deadline:
                if self.has_keyboard(found[0]):
                    return found[0]
                self.pause()
            return None
        return self.wait_for(act, seconds, 'window ' + title)

    def has_keyboard(self, window):
        active = self.try_xdo('getactivewindow')
        if active in ('', window):
            return active == window
        said = subprocess.run(['xprop', '-id', active, 'WM_TRANSIENT_FOR'], env=self.env, check=False,
                              timeout=20, capture_output=True, text=True).stdout
        return said.strip().endswith(f' {int(window):#x}')

    def carry(self, place, dropped, screenshot=None):
        """Drags what is under the pointer there, again if need be: who lets go before the other window
        has said that it takes it drops nothing. What dropped says."""
        at = dict(line.split('=') for line in self.xdo('getmouselocation', '--shell').split())
        start = int(at['X']), int(at['Y'])
        for _ in range(4):
            self.xdo('mousemove', str(start[0]), str(start[1]), 'mousedown', '1')
            for step in range(1, 11):
                self.xdo('mousemove', *(str(a + (b - a) * step // 10) for a, b in zip(start, place)))
                time.sleep(0.05)
            if screenshot:
                self.screenshot(screenshot)
            time.sleep(0.3)
            self.xdo('mouseup', '1')
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                found = dropped()
                if found:
                    return found
                self.pause()
        raise AssertionError('nothing was dropped')

    def copy(self, *contents):
        """Another program's window puts something into the clipboard: a type and what it is, twice
        for two."""
        arguments = []
        for i in range(0, len(contents), 2):
            path = os.path.join(self.root, f'copied-{i}')
            with open(path, 'wb') as f:
                content = contents[i + 1]
                f.write(content if isinstance(content, bytes) else content.encode())
            arguments += [contents[i], path]
        source = self._spawn([os.path.join(world.BUILD, 'tests', 'ui', 'copy-source'), *arguments],
                             stdout=subprocess.PIPE, text=True)
        assert source.stdout.readline() == 'copied\n', 'nothing was copied'
        self.activate('Copy Source')

    def type(self, text):
        self.xdo('type', '--delay', '5', text)

    def key(self, *keys):
        self.xdo('key', *keys)

    def send(self, text):
        """A message: Enter sends it when the answer before it has ended, and does nothing until then."""
        self.type(text)
        self.button('Send', 'cardea')
        self.key('Return')

    def save_as(self, title, path):
        """In the file chooser of that title, as soon as its entry for the name has the keyboard."""
        def in_name():
            entry = self.find('Name', 'text', 'cardea')
            return entry and entry.get_state_set().contains(self.Atspi.StateType.FOCUSED)
        self.activate(title)
        self.wait_for(in_name, 20, 'the entry for the name')
        self.key('ctrl+a')
        self.type(path)
        self.key('Return')

    def step(self, key):
        """A key that moves the keyboard on; the news of it have come then. (Of GTK 4.8's entries only
        what leaves them is heard.)"""
        self.moves.clear()
        self.key(key)
        begun = time.monotonic()
        while not any(self.moves) and time.monotonic() < begun + (0.3 if self.moves else 2):
            self.pause()

    def reach(self, name, key='Tab', application=None):
        """Goes with that key to what has the name."""
        there = self.wait(name, application=application)
        for _ in range(60):
            if there.get_state_set().contains(self.Atspi.StateType.FOCUSED) \
                    or (self.moves and self.moves[-1] and self.name_of(self.moves[-1]).startswith(name)):
                return
            self.step(key)
        raise AssertionError(name + ' cannot be reached by keys')

    def screenshot(self, name):
        folder = os.environ.get('CARDEA_SCREENSHOTS')
        if folder:
            os.makedirs(folder, exist_ok=True)
            subprocess.run(['import', '-window', 'root', os.path.join(folder, name + '.png')],
                           env=self.env, check=False, timeout=30)

    def end(self, left_ok=False):
        for process in self.helpers:
            if process.poll() is None and process.args[0].endswith('/cardea'):
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
        guardian = self.guardian()
        if guardian is not None:
            os.kill(guardian, signal.SIGTERM)
            deadline = time.monotonic() + 10
            while self.guardian() is not None and time.monotonic() < deadline:
                time.sleep(0.02)
        for process in reversed(self.helpers):
            if process.poll() is None:
                process.terminate()
        for process in self.helpers:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        # what the buses started on demand ends with them, a moment later
        deadline = time.monotonic() + 5
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in self.processes():
            if not self.name(pid).startswith('cardea'):
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
        bad = [] if left_ok else self.complaints()
        super().end(left_ok)
        assert not bad, bad


def run_one(name):
    """Its exit status. One that takes too long is asked to end: it leaves nothing behind then."""
    process = subprocess.Popen([sys.executable, sys.argv[0], name])
    for end in (None, process.terminate, process.kill):
        if end is not None:
            print(f'{name} takes too long', flush=True)
            end()
        try:
            return process.wait(timeout=240 if end is None else 60)
        except subprocess.TimeoutExpired:
            continue
    return process.wait()


def run(tests):
    """One process a test: libatspi stays with the first accessibility bus it met."""
    if len(sys.argv) > 1:
        world.run(tests)
    failed = 0
    for test in tests:
        status = run_one(test.__name__)
        if status == 77:
            sys.exit(77)
        failed += status != 0
    print(f'{len(tests) - failed} passed, {failed} failed')
    sys.exit(1 if failed else 0)

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page as different people see it: in the dark, in high contrast, twice as large, right to
left, on a small and on a large screen, with letters twice as large on a small one. In each nothing is without a name, nothing complains, and
nothing is wider than the window; pictures of all of them are kept (CARDEA_SCREENSHOTS). And every
shortcut does what the help says."""
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
SUMMARISE = 'Summarise Amount by month in bank.csv'
TABS = ('Assistant', 'Models', 'Agents', 'Credentials', 'Files', 'Permissions', 'Network',
        'Privacy', 'Log', 'Desktop', 'Policy', 'Sandbox', 'Limits', 'Emergency', 'Health')
# What takes the keyboard; containers that only hold such are not among them.
TAKE_KEYS = ('push button', 'toggle button', 'check box', 'radio button', 'text', 'entry',
             'spin button', 'combo box', 'switch', 'page tab', 'list item', 'link', 'slider')
BUTTONS = ('push button', 'toggle button', 'switch', 'text')
WORDS = ('label', *BUTTONS)
NOTHING = ()  # another page lies beside the one that is seen


class Pages(Desktop):
    """A desktop in one variant."""

    def __init__(self, large_text=False, **options):
        super().__init__(**options)
        self.large_text = large_text
        if large_text:  # as the desktop's setting does it: the letters alone grow
            subprocess.run(['xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set',
                            'RESOURCE_MANAGER', 'Xft.dpi: 192'], env=self.env, check=True,
                           timeout=20)

    def begin(self, variant, width, height):
        self.variant = variant
        self.path = self.file('bank.csv', BANK)
        self.ctl('grants', 'add', self.documents, check=0)
        self.window(self.path)
        self.wait('Message', application=APP, seconds=30)
        self.wait_for(lambda: 'Offline' in self.texts(APP), 30, 'a ready session')
        self.resize('^Cardea$', width, height)
        self.look('chat-empty')
        self.type(SUMMARISE)
        self.key('Return')
        self.wait_for(lambda: '80.25' in self.texts(APP), 30, 'the totals')
        self.look('chat', BUTTONS)  # a wide table is scrolled

    def resize(self, title, width, height):
        window = self.activate(title)
        self.xdo('windowsize', window, str(width), str(height))
        self.xdo('windowmove', window, '4', '4')
        time.sleep(0.6)
        return window

    def box(self, node):
        return node.get_component_iface().get_extents(self.Atspi.CoordType.WINDOW)

    def front(self):
        """The window in front, by its title; a dialog that has none: all of them."""
        title = self.xdo('getactivewindow', 'getwindowname')
        desktop = self.Atspi.get_desktop(0)
        windows = []
        for application in (desktop.get_child_at_index(i)
                            for i in range(desktop.get_child_count())):
            if application is not None and self.name_of(application) == APP:
                windows += [application.get_child_at_index(i)
                            for i in range(application.get_child_count())]
        windows = [w for w in windows if w is not None]
        return [w for w in windows if title and self.name_of(w).startswith(title)] or windows

    def shown(self):
        """What is shown in the window in front: a node, its role."""
        waiting = self.front()
        while waiting:
            node = waiting.pop()
            try:
                if not self.showing(node):
                    continue
                yield node, node.get_role_name()
                waiting += [c for c in (node.get_child_at_index(i)
                                        for i in range(min(node.get_child_count(), 500))) if c]
            except Exception:  # pylint: disable=broad-except
                continue  # gone while we looked

    def look(self, page, whole=WORDS):
        """whole: the roles that may not be cut off, where letters are large."""
        time.sleep(0.7)
        self.screenshot(f'page-{page}-{self.variant}')
        width = int(self.place(self.xdo('getactivewindow'))['WIDTH'])
        assert not self.large_text or width <= 362, (page, self.variant, width)
        unnamed, cut = [], []
        for node, role in self.shown():
            if role in TAKE_KEYS and self.is_unnamed(node, role):
                unnamed.append((role, self.name_of(node.get_parent())))
            if self.large_text and role in whole and self.is_cut_off(node, width):
                cut.append((role, self.name_of(node)[:40]))
        assert not unnamed, (page, self.variant, unnamed)
        assert not cut, (page, self.variant, cut)

    def place_of(self, name, wanted):
        def look():
            return next((self.box(node) for node, role in self.shown()
                         if role == wanted and self.name_of(node).startswith(name)), None)
        return self.wait_for(look, 20, name)

    def is_unnamed(self, node, role):
        return node.get_state_set().contains(self.Atspi.StateType.FOCUSABLE) \
            and not self.name_of(node).strip() \
            and (role != 'list item'  # a choice in a list is read by what stands in it
                 or not self.says_something(node))

    def is_cut_off(self, node, width):
        """It reaches beyond the sides of the window; what can be scrolled there is not meant."""
        box = self.box(node)
        return box.height > 0 and box.width > 0 and (box.x < 0 or box.x + box.width > width)

    def says_something(self, node):
        waiting = [node]
        while waiting:
            inner = waiting.pop()
            if inner.get_role_name() == 'label' and self.name_of(inner).strip():
                return True
            waiting += [inner.get_child_at_index(i) for i in range(inner.get_child_count())]
        return False

    def settings(self, width, height):
        self.key('ctrl+comma')
        window = self.resize('^Settings$', width, height)
        for tab in TABS:
            self.click(self.wait(tab, 'page tab', APP))
            self.look('settings-' + tab.lower())
            got = self.place(window)
            # a window grows when what is in it does not fit
            assert int(got['WIDTH']) <= max(width, 360) + 2, (tab, self.variant, got)
        self.key('Escape')
        self.wait_for(lambda: not self.windows('^Settings$'), 20, 'the end of the settings')

    def activity(self):
        self.activate('^Cardea$')
        self.key('ctrl+i')
        self.wait('Search the log', application=APP)
        self.look('activity', NOTHING)

    def quick_ask(self, width, height):
        self.activate('^Cardea$')
        self.key('ctrl+shift+space')
        window = self.activate('^Quick Ask$')
        if self.large_text:
            self.xdo('windowsize', window, str(width), self.place(window)['HEIGHT'])
            self.wait_for(lambda: int(self.place(window)['WIDTH']) <= width + 2, 20, 'a small one')
        self.look('quick-ask-empty')
        self.type('How much is the fish?')
        self.key('Return')
        self.wait_for(lambda: int(self.place(window)['HEIGHT']) > 400, 20, 'place for the answer')
        if width < int(self.place(window)['WIDTH']):
            self.resize('^Quick Ask$', width, height)
        self.look('quick-ask')
        words, button = self.place_of('Which file?', 'label'), self.place_of('Try Again', 'push button')
        assert button.y >= words.y + words.height, (words.y, words.height, button.y)
        assert int(self.place(window)['WIDTH']) <= max(width, 360) + 2, self.place(window)
        self.key('Escape')
        self.wait_for(lambda: not self.windows('^Quick Ask$'), 20, 'the end of the quick question')

    def question(self, width, height):
        """Its buttons stand one below another where they do not fit beside another."""
        self.activate('^Cardea$')
        self.type(f'Delete {self.path}')
        self.key('Return')
        window = self.activate('^Permission request$')
        asking = 'cardea-consent'

        def is_small():  # it may be given its first size after that
            self.xdo('windowsize', window, str(width), str(height))
            return int(self.place(window)['WIDTH']) <= width + 2
        buttons = [self.button('Deny and stop agent', asking), self.button('Deny', asking),
                   self.wait('Allow: ', 'push button', asking)]
        self.wait_for(is_small, 20, 'a small one')
        time.sleep(0.6)
        self.screenshot(f'page-question-{self.variant}')
        boxes = [self.box(button) for button in buttons]
        assert all(b.x >= 0 and b.x + b.width <= width for b in boxes), [(b.x, b.width) for b in boxes]
        assert boxes[0].y < boxes[1].y < boxes[2].y, [b.y for b in boxes]
        self.key('Escape')
        self.wait_for(lambda: not self.windows('^Permission request$'), 20, 'the end of the question')

    def place(self, window):
        return dict(line.split('=') for line in self.xdo(
            'getwindowgeometry', '--shell', window).splitlines())

    def walk(self, variant, width=1000, height=740):
        self.begin(variant, width, height)
        self.settings(min(width, 900), min(height, 700))
        self.activity()
        self.quick_ask(min(width, 740), min(height, 600))  # as narrow as 360 where all is twice as large
        self.no_warnings()


def light():
    with Pages() as d:
        d.walk('light')


def dark():
    with Pages(ADW_DEBUG_COLOR_SCHEME='prefer-dark') as d:
        d.walk('dark')


def high_contrast():
    with Pages(ADW_DEBUG_HIGH_CONTRAST='1') as d:
        d.walk('high-contrast')


def twice_as_large():
    with Pages(size='2000x1500', GDK_SCALE='2') as d:
        d.walk('200-percent', 1500, 1100)


def right_to_left():
    with Pages(CARDEA_TEST_DIRECTION='rtl') as d:
        d.walk('rtl')


def small():
    with Pages(size='400x760') as d:
        d.walk('small', 360, 700)


def small_with_large_text():
    with Pages(large_text=True, size='400x760') as d:
        d.begin('small-large-text', 360, 700)
        d.settings(360, 700)
        d.no_warnings()


def small_talk_with_large_text():
    """What is not settings."""
    with Pages(large_text=True, size='400x760') as d:
        d.begin('small-large-text', 360, 700)
        d.question(360, 700)
        d.activate('^Cardea$')
        d.key('F2')
        d.wait('Rename Chat', application=APP)
        d.look('rename')
        d.key('Escape')
        d.activate('^Cardea$')
        d.press('Back to the chats', APP)
        d.look('chats', NOTHING)
        d.key('ctrl+n')
        d.activity()
        d.quick_ask(360, 600)
        d.no_warnings()


def large():
    with Pages(size='2560x1440') as d:
        d.walk('large', 2500, 1380)


# --- shortcuts ---

def shortcuts_of_the_code():
    with open(os.path.join(SOURCE, 'ui', 'app', 'ui-application.c'), encoding='utf-8') as f:
        table = re.search(r'\} shortcuts\[\] = \{(.*?)\n\};', f.read(), re.S)[1]
    return re.findall(r'\{ "([^"]+)", \{ "([^"]+)"', table)


def check_help():
    with open(os.path.join(SOURCE, 'ui', 'app', 'ui-help-overlay.ui'), encoding='utf-8') as f:
        help_ = [a.replace('&lt;', '<').replace('&gt;', '>')
                 for a in re.findall(r'name="accelerator">([^<]+)<', f.read())]
    keys = [key for _, key in shortcuts_of_the_code()]
    assert len(keys) == len(set(keys)), keys
    assert len(help_) == len(set(help_)), help_
    assert set(keys) <= set(help_), set(keys) - set(help_)


def focused(d, name):
    for node in d.nodes(APP):
        try:
            if node.get_state_set().contains(d.Atspi.StateType.FOCUSED) \
                    and d.name_of(node).startswith(name):
                return True
        except Exception:  # pylint: disable=broad-except
            continue  # gone while we looked
    return False


def shortcuts():
    """Each is in the help, is one alone, and does what it says."""
    done = set()
    check_help()

    with Desktop() as d:
        def press(key, what, check):
            d.activate('^Cardea$')
            d.key(key)
            d.wait_for(check, 20, f'{key}: {what}')
            done.add(key)

        def dialog(key, title):
            press(key, title, lambda: d.windows(title))
            d.activate(title)
            d.key('Escape')
            d.wait_for(lambda: not d.windows(title), 20, f'the end of {title}')

        path = d.file('bank.csv', BANK)
        process = d.window(path)
        d.wait('Message', application=APP, seconds=30)
        d.wait_for(lambda: 'Offline' in d.texts(APP), 30, 'a ready session')
        d.activate('^Cardea$')
        d.type(SUMMARISE)
        d.key('Return')
        d.wait_for(lambda: '80.25' in d.texts(APP), 30, 'the totals')
        d.wait_for(lambda: not d.find('Stop', 'push button', APP), 20, 'the end of the turn')

        before = d.texts(APP).count('80.25')
        press('ctrl+r', 'asked again', lambda: d.texts(APP).count('80.25') > before)
        d.key('ctrl+period')
        done.add('ctrl+period')
        d.wait_for(lambda: not d.find('Stop', 'push button', APP), 20, 'the end of the turn')
        dialog('ctrl+comma', '^Settings$')
        press('ctrl+question', 'the help', lambda: 'Stop everything' in d.texts(APP))
        d.key('Escape')
        time.sleep(0.5)
        dialog('ctrl+o', 'Give Files|Files')
        dialog('ctrl+shift+o', 'Share a Folder|Folder')
        press('F2', 'renaming', lambda: 'Rename Chat' in d.texts(APP))
        d.key('Escape')
        dialog('ctrl+e', 'Export Chat')
        press('ctrl+i', 'activity', lambda: d.find('Search the log', application=APP))
        press('alt+Left', 'back at the chat', lambda: focused(d, 'Message'))
        def place():
            return re.findall(r'\d+ of \d+', d.texts(APP))

        press('ctrl+shift+f', 'the search in the chat', lambda: focused(d, 'Find in this chat'))
        d.type('80.25')
        d.wait_for(lambda: len(place()) == 1, 20, 'a place')
        first = place()
        press('ctrl+g', 'the next place', lambda: len(place()) == 1 and place() != first)
        press('ctrl+shift+g', 'the place before', lambda: place() == first)
        d.key('Escape')
        d.wait_for(lambda: not place(), 20, 'the end of the search')
        listed = d.texts(APP).count('Amount by month of Date')
        press('ctrl+f', 'the search', lambda: focused(d, 'Search titles and messages'))
        d.type('zzz')
        d.wait_for(lambda: d.texts(APP).count('Amount by month of Date') < listed, 20, 'no chat')
        d.key('Escape')
        press('ctrl+shift+Escape', 'stopped', lambda: 'Stopped' in d.texts(APP)
              or 'Nothing was running' in d.texts(APP))
        press('ctrl+shift+n', 'another window', lambda: len(d.windows('^Cardea$')) == 2)
        d.key('ctrl+w')
        d.wait_for(lambda: len(d.windows('^Cardea$')) == 1, 20, 'one window')
        done.add('ctrl+w')
        press('ctrl+shift+Delete', 'deleted', lambda: 'deleted' in d.texts(APP))
        press('ctrl+shift+space', 'a quick question', lambda: d.windows('^Quick Ask$'))
        d.activate('^Quick Ask$')
        d.key('ctrl+Return')
        d.wait_for(lambda: not d.windows('^Quick Ask$'), 20, 'the question in the chat')
        done.add('ctrl+Return')
        press('ctrl+n', 'a new chat', lambda: 'New Chat' in d.texts(APP))
        d.no_warnings()
        d.activate('^Cardea$')
        d.key('ctrl+q')
        d.wait_for(lambda: process.poll() is not None, 20, 'the end')
        done.add('ctrl+q')
    wanted = {key.replace('<Control>', 'ctrl+').replace('<Shift>', 'shift+').replace('<Alt>', 'alt+')
              for _, key in shortcuts_of_the_code()}
    assert wanted <= done, wanted - done


run([light, dark, high_contrast, twice_as_large, right_to_left, small, small_with_large_text,
     small_talk_with_large_text, large, shortcuts])

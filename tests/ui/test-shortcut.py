#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quick ask by a key of the desktop's. Debian 12 has no desktop whose portal gives keys to programs,
so the portal is one of ours, on the test's own bus, and speaks as the specification has it; that it
is absent is tried with none."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import run  # noqa: E402 pylint: disable=wrong-import-position
from settings_window import APP, Settings  # noqa: E402 pylint: disable=wrong-import-position

NAME, PATH = 'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop'
SHORTCUTS = 'org.freedesktop.portal.GlobalShortcuts'
XML = f"""<node><interface name="{SHORTCUTS}">
<method name="CreateSession"><arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/></method>
<method name="BindShortcuts"><arg type="o" direction="in"/><arg type="a(sa{{sv}})" direction="in"/>
<arg type="s" direction="in"/><arg type="a{{sv}}" direction="in"/><arg type="o" direction="out"/></method>
<property name="version" type="u" access="read"/></interface>
<interface name="org.freedesktop.portal.Session"><method name="Close"/></interface></node>"""
ROW = 'Quick ask by a key, from anywhere'
SMALL = '^Quick Ask$'


class Portal:
    """What GlobalShortcuts is: gives the key it is told to give; None: the person says no."""

    def __init__(self, d, trigger):
        from gi.repository import Gio, GLib
        self.GLib, self.trigger = GLib, trigger
        self.sessions, self.closed, self.asked = [], [], []
        self.bus = Gio.DBusConnection.new_for_address_sync(
            d.env['DBUS_SESSION_BUS_ADDRESS'], Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.node = Gio.DBusNodeInfo.new_for_xml(XML)
        self.bus.register_object(PATH, self.node.interfaces[0], self.call, self.get, None)
        self.owner = Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)

    def get(self, *_):
        return self.GLib.Variant('u', 1)

    def respond(self, client, token, response, results):
        path = f'{PATH}/request/{client}/{token}'
        self.bus.emit_signal(None, path, 'org.freedesktop.portal.Request', 'Response',
                             self.GLib.Variant('(ua{sv})', (response, results)))
        return path

    def bound(self):
        return [('quick-ask', {'trigger_description': self.GLib.Variant('s', self.trigger)})]

    def call(self, _bus, sender, path, _interface, method, parameters, invocation):
        given = parameters.unpack()
        client = sender[1:].replace('.', '_')
        if method == 'Close':
            self.closed.append(path)
            invocation.return_value(None)
            return
        token = given[-1]['handle_token']
        if method == 'CreateSession':
            session = f'{PATH}/session/{client}/{given[0]["session_handle_token"]}'
            self.sessions.append(session)
            self.bus.register_object(session, self.node.interfaces[1], self.call, None, None)
            answer = self.respond(client, token, 0, {'session_handle': self.GLib.Variant('s', session)})
        else:
            assert given[0] == self.sessions[-1] and method == 'BindShortcuts', given
            self.asked.append(given[1])
            if self.trigger is None:
                answer = self.respond(client, token, 1, {})
            else:
                answer = self.respond(client, token, 0, {
                    'shortcuts': self.GLib.Variant('a(sa{sv})', self.bound())})
        invocation.return_value(self.GLib.Variant('(o)', (answer,)))

    def press(self, session=None, shortcut='quick-ask'):
        self.bus.emit_signal(None, PATH, SHORTCUTS, 'Activated', self.GLib.Variant(
            '(osta{sv})', (session or self.sessions[-1], shortcut, 1, {})))

    def change(self, trigger):
        self.trigger = trigger
        self.bus.emit_signal(None, PATH, SHORTCUTS, 'ShortcutsChanged', self.GLib.Variant(
            '(oa(sa{sv}))', (self.sessions[-1], self.bound())))

    def end(self):
        from gi.repository import Gio
        Gio.bus_unown_name(self.owner)


def a_key_opens_the_small_window_from_anywhere():
    with Settings() as d:
        portal = Portal(d, 'Ctrl+Alt+Space')
        d.show('Desktop')
        d.says('The desktop asks you which key')
        assert not portal.sessions, 'it was asked for what the person did not want'
        d.click(d.wait(ROW, 'check box', APP))
        d.says('The key is Ctrl+Alt+Space.')
        (shortcuts,) = portal.asked
        assert [s[0] for s in shortcuts] == ['quick-ask'] and shortcuts[0][1]['description'], shortcuts
        d.screenshot('shortcut')
        # keys of others mean nothing
        portal.press(session=PATH + '/session/1_1/other')
        portal.press(shortcut='other')
        portal.change('Super+Q')
        d.says('The key is Super+Q.')
        assert not d.windows(SMALL)
        # without any window it is still there
        d.key('Escape')
        d.wait_for(lambda: not d.windows('^Settings$'), 20, 'the end of the settings')
        d.activate('^Cardea$')
        d.key('ctrl+w')
        d.wait_for(lambda: not d.windows('^Cardea$'), 20, 'the end of the window')
        portal.press()
        d.wait_for(lambda: d.windows(SMALL), 20, 'the small window')
        portal.press()
        d.pause()
        assert len(d.windows(SMALL)) == 1
        # by the next start it is bound again without a word
        d.activate(SMALL)
        d.key('ctrl+q')
        d.wait_for(lambda: d.helpers[0].poll() is not None, 20, 'the end')
        d.window()
        d.wait_for(lambda: len(portal.asked) == 2, 20, 'the key bound again')
        portal.press()
        d.wait_for(lambda: d.windows(SMALL), 20, 'the small window')
        d.no_warnings()


def it_is_given_back():
    with Settings() as d:
        portal = Portal(d, 'Ctrl+Alt+Space')
        d.show('Desktop')
        d.says('The desktop asks you which key')
        switch = d.wait(ROW, 'check box', APP)
        d.click(switch)
        d.says('The key is Ctrl+Alt+Space.')
        d.click(switch)
        d.wait_for(lambda: portal.closed == portal.sessions, 20, 'the end of its session')
        portal.press()
        # a portal that ended, and is there again
        d.click(switch)
        d.says('The key is Ctrl+Alt+Space.')
        assert not d.windows(SMALL)
        portal.end()
        d.says('This desktop gives programs no keys')
        # the last window ends the program again
        d.key('Escape')
        d.wait_for(lambda: not d.windows('^Settings$'), 20, 'the end of the settings')
        d.activate('^Cardea$')
        d.key('ctrl+w')
        d.wait_for(lambda: d.helpers[0].poll() is not None, 20, 'the end')
        d.no_warnings()


def a_no_is_a_no():
    with Settings() as d:
        Portal(d, None)
        d.show('Desktop')
        d.says('The desktop asks you which key')
        switch = d.wait(ROW, 'check box', APP)
        d.click(switch)
        d.says('The desktop did not give a key')
        assert not switch.get_state_set().contains(d.Atspi.StateType.CHECKED)
        d.wait_for(lambda: d.preference('global-shortcut') in (None, 'false'), 20, 'the preference')
        d.no_warnings()


def without_a_portal_it_says_what_else_can_be_done():
    with Settings() as d:
        d.show('Desktop')
        d.says('This desktop gives programs no keys', 'cardea --quick-ask')
        assert not d.sensitive(d.wait(ROW, 'check box', APP))
        d.key('ctrl+f')
        d.wait('Search', application=APP)
        d.type('quick ask')
        d.says('Found')
        d.screenshot('shortcut-absent')
        d.no_warnings()


run([a_key_opens_the_small_window_from_anywhere, it_is_given_back, a_no_is_a_no,
     without_a_portal_it_says_what_else_can_be_done])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer that goes on without a window: the desktop's notifications say so, lead back and stop
it; when there is nothing to do any more, nothing is left running."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
NAME, PATH = 'org.freedesktop.Notifications', '/org/freedesktop/Notifications'
INTERFACE = f"""<node><interface name='{NAME}'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
<arg type='as' direction='in'/><arg type='a{{sv}}' direction='in'/><arg type='i' direction='in'/>
<arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
</interface></node>"""


class Noticed(Desktop):
    """A desktop that keeps what it is told, as its shell would."""

    def serve(self):
        from gi.repository import Gio, GLib
        self.notices, self.GLib = {}, GLib
        self.bus = Gio.DBusConnection.new_for_address_sync(
            self.env['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        node = Gio.DBusNodeInfo.new_for_xml(INTERFACE)
        self.bus.register_object(PATH, node.interfaces[0], self.called, None, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)

    def called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        given = parameters.unpack()
        if method == 'Notify':
            number = given[1] or len(self.notices) + 1
            self.notices[number] = {'title': given[3], 'body': given[4], 'actions': given[5]}
            invocation.return_value(self.GLib.Variant('(u)', (number,)))
        elif method == 'CloseNotification':
            self.notices.pop(given[0], None)
            invocation.return_value(None)
        else:
            invocation.return_value(self.GLib.Variant('(as)', (['actions', 'body'],)))

    def titles(self):
        return [n['title'] for n in self.notices.values()]

    def choose(self, label):
        for number, notice in self.notices.items():
            pairs = dict(zip(notice['actions'][1::2], notice['actions'][::2]))
            if label in pairs:
                self.bus.emit_signal(None, PATH, NAME, 'ActionInvoked',
                                     self.GLib.Variant('(us)', (number, pairs[label])))
                return
        raise AssertionError((label, self.notices))

    def at_work(self, script):
        """Asked, the window closed."""
        self.serve()
        process = self.window()
        self.wait('Message', application='cardea', seconds=30)
        self.activate('^Cardea$')
        self.type(script)
        self.key('Return')
        self.wait('Stop', 'push button', 'cardea', 30)
        self.wait_for(lambda: self.json('sessions'), 20, 'a session')
        self.activate('^Cardea$')
        self.key('ctrl+w')
        self.wait_for(lambda: '1 chat is at work' in self.titles(), 20, 'the notification')
        assert not self.windows('^Cardea$')
        return process


def noticed():
    return Noticed(CARDEA_TEST_AGENT_PROGRAM=AGENT)


def work_goes_on_is_shown_and_leads_back():
    with noticed() as d:
        process = d.at_work('hang')
        assert d.json('sessions'), 'the session goes on'
        d.choose('Show')
        d.wait_for(lambda: d.windows('^Cardea$'), 20, 'the window')
        d.wait_for(lambda: 'I begin' in d.texts('cardea'), 20, 'the answer so far')
        d.wait_for(lambda: not d.notices, 20, 'the end of the notification')
        assert process.poll() is None
        d.no_warnings()


def it_is_stopped_from_the_notification():
    with noticed() as d:
        process = d.at_work('hang')
        d.choose('Stop')
        d.wait_for(lambda: process.poll() is not None, 40, 'the end')
        d.wait_for(lambda: not d.json('sessions'), 20, 'no session')
        d.no_warnings()


def it_ends_when_the_answer_is_there():
    with noticed() as d:
        process = d.at_work('stream 300 15')
        d.wait_for(lambda: process.poll() is not None, 60, 'the end')
        d.wait_for(lambda: d.titles() == ['The answer is there'], 20, 'that it is there')
        d.window()
        d.wait_for(lambda: 'stream 300 15' in d.texts('cardea'), 30, 'the chat')
        d.no_warnings()


def quit_means_quit():
    with noticed() as d:
        d.serve()
        process = d.window()
        d.wait('Message', application='cardea', seconds=30)
        d.activate('^Cardea$')
        d.type('hang')
        d.key('Return')
        d.wait('Stop', 'push button', 'cardea', 30)
        d.key('ctrl+q')
        d.wait_for(lambda: process.poll() is not None, 20, 'the end')
        assert not d.notices, d.notices
        d.no_warnings()


run([work_goes_on_is_shown_and_leads_back, it_is_stopped_from_the_notification,
     it_ends_when_the_answer_is_there, quit_means_quit])

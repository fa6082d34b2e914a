#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rest of the desktop does with the application: started by the bus, told from the menu,
asked by the shell's search."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BUILD  # noqa: E402 pylint: disable=wrong-import-position

AGENT = os.path.join(BUILD, 'tests', 'ui', 'agent', 'ui-test-agent')
NAME = 'org.cardea.Cardea'
SEARCH = ('/org/cardea/Cardea/SearchProvider', 'org.gnome.Shell.SearchProvider2')


def scripted(**options):
    return Desktop(CARDEA_TEST_AGENT_PROGRAM=AGENT, **options)


def offer_on_the_bus(d):
    """The service file, as it is installed, for the program of the build."""
    with open(os.path.join(BUILD, 'data', NAME + '.service'), encoding='utf-8') as f:
        text = ''.join(line if not line.startswith('Exec=') else
                       f'Exec=/bin/sh -c "exec {d.program("cardea")} --gapplication-service'
                       f' 2>>{d.errors}"\n' for line in f)
    d.file(NAME + '.service', text, d.folder('data/dbus-1/services'))
    subprocess.run(['dbus-update-activation-environment', *[f'{k}={v}' for k, v in d.env.items()]],
                   env=d.env, check=True, timeout=20)
    call(d, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'ReloadConfig')


def call(d, name, path, interface, method, signature=None, *arguments, seconds=30):
    from gi.repository import Gio, GLib
    bus = bus_of(d)
    parameters = GLib.Variant(signature, arguments) if signature else None
    done = []
    bus.call(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE,
             seconds * 1000, None, lambda source, result: done.append(result))

    def over():
        while not done and GLib.MainContext.default().iteration(False):
            pass
        return bool(done)
    d.wait_for(over, seconds, method)
    return bus.call_finish(done[0]).unpack()


def bus_of(d):
    from gi.repository import Gio
    if not hasattr(d, 'bus'):
        d.bus = Gio.DBusConnection.new_for_address_sync(
            d.env['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    return d.bus


def be_the_shell(d):
    answer = call(d, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                  'RequestName', '(su)', 'org.gnome.Shell', 4)
    assert answer == (1,), answer


def search(d, method, signature, *arguments):
    return call(d, NAME, *SEARCH, method, signature, *arguments)


def activate(d, action):
    call(d, NAME, '/org/cardea/Cardea', 'org.freedesktop.Application', 'ActivateAction', '(sava{sv})',
         action, [], {})


def say(d, text, answer):
    d.wait('Message', seconds=30)
    d.wait_for(lambda: 'Offline' in d.texts('cardea'), 30, 'the guardian')
    d.activate('Cardea')
    d.type(text)
    d.key('Return')
    d.wait_for(lambda: answer in d.texts('cardea'), 20, answer)


def bus_starts_it_and_its_actions_work():
    with scripted() as d:
        offer_on_the_bus(d)
        call(d, NAME, '/org/cardea/Cardea', 'org.freedesktop.Application', 'Activate', '(a{sv})', {})
        d.wait('Message', application='cardea', seconds=30)
        activate(d, 'activity')
        d.wait('Search the log', application='cardea')
        activate(d, 'new-chat')
        d.wait('Message', application='cardea')
        activate(d, 'stop-everything')
        d.wait_for(lambda: 'Nothing was running' in d.texts('cardea'), 20, 'what became of it')
        path = d.file('given.txt', 'milk\n')
        call(d, NAME, '/org/cardea/Cardea', 'org.freedesktop.Application', 'Open', '(asa{sv})',
             ['file://' + path], {})
        d.wait_for(lambda: 'given.txt' in d.texts('cardea'), 20, 'the chip')
        assert len(d.windows('Cardea')) == 2, 'files begin a chat of their own'
        d.no_warnings()


def options_speak_to_the_one_that_runs():
    with scripted() as d:
        d.window()
        say(d, 'hello there', 'You said: hello there')
        for option, seen in (('--activity', lambda: d.find('Search the log', application='cardea')),
                             ('--new-chat', lambda: d.find('Message', application='cardea'))):
            done = subprocess.run([d.program('cardea'), option], env=d.env, timeout=30, check=False)
            assert done.returncode == 0, option
            d.wait_for(seen, 20, option)
        say(d, 'hang', 'I begin')
        subprocess.run([d.program('cardea'), '--stop-everything'], env=d.env, timeout=30, check=True)
        d.wait_for(lambda: not d.json('sessions'), 20, 'no session')
        assert len(d.windows('Cardea')) == 1, 'one window is enough'
        wrong = subprocess.run([d.program('cardea'), '--no-such-thing'], env=d.env, timeout=30,
                               check=False, capture_output=True)
        assert wrong.returncode == 1, wrong
        d.no_warnings()


def new_chat_begins_an_instance():
    with scripted() as d:
        d.window('--new-chat')
        say(d, 'hello', 'You said: hello')
        assert len(d.windows('Cardea')) == 1
        d.no_warnings()


def window_is_as_large_as_the_last():
    with scripted() as d:
        d.prefer('window-width', '777')
        window = d.window()
        d.wait('Message', seconds=30)
        d.wait_for(lambda: 'WIDTH=777' in d.xdo('getwindowgeometry', '--shell',
                                               d.windows('^Cardea$')[0]), 20, 'the width')
        d.xdo('windowsize', '--sync', d.windows('^Cardea$')[0], '650', '600')
        d.wait_for(lambda: d.preference('window-width') == '650', 20, 'the width to be kept')
        window.terminate()
        d.no_warnings()


def shell_finds_chats_and_asks():
    with scripted() as d:
        window = d.window()
        say(d, 'the pelican flies at noon', 'You said: the pelican')
        window.terminate()
        window.wait(timeout=20)

        offer_on_the_bus(d)  # nothing runs: the search itself starts it, without a window
        be_the_shell(d)
        (ids,) = search(d, 'GetInitialResultSet', '(as)', ['pelican', 'noon'])
        assert len(ids) == 2 and ids[1] == 'ask:pelican noon', ids
        (metas,) = search(d, 'GetResultMetas', '(as)', [*ids, 'no such', 'ask:\u202egnirts'])
        assert [m['id'] for m in metas] == [*ids, 'ask:\u202egnirts'], metas
        assert 'pelican' in metas[0]['name'] and metas[1]['name'] == 'Ask the assistant'
        assert metas[1]['description'] == 'pelican noon' and metas[0]['gicon'] == NAME
        assert '\u202e' not in metas[2]['description'], 'shown as it is'
        (fewer,) = search(d, 'GetSubsearchResultSet', '(asas)', ids, ['pelican', 'noon', 'x'])
        assert fewer == ['ask:pelican noon x'], fewer
        (none,) = search(d, 'GetInitialResultSet', '(as)', ['  '])
        assert none == [], none
        assert not d.windows('Cardea'), 'a search opens no window'

        search(d, 'ActivateResult', '(sasu)', ids[0], ['pelican'], 0)
        d.wait_for(lambda: 'You said: the pelican' in d.texts('cardea'), 30, 'the chat')
        search(d, 'ActivateResult', '(sasu)', 'ask:what is a pelican', ['x'], 0)
        d.wait_for(lambda: 'what is a pelican' in d.texts('cardea'), 20, 'the question')
        assert 'You said: what is' not in d.texts('cardea'), 'sent without the person'
        search(d, 'LaunchSearch', '(asu)', ['pelican', 'no such'], 0)
        d.wait('Nothing Found', application='cardea')
        search(d, 'ActivateResult', '(sasu)', 'no such chat', [], 0)
        d.no_warnings()


def nobody_else_is_answered():
    from gi.repository import GLib
    with scripted() as d:
        d.window()
        say(d, 'the secret pelican', 'You said: the secret')
        for method, signature, *arguments in (
                ('GetInitialResultSet', '(as)', ['pelican']), ('GetResultMetas', '(as)', ['ask:x']),
                ('ActivateResult', '(sasu)', 'ask:x', [], 0), ('LaunchSearch', '(asu)', ['x'], 0)):
            try:
                answer = search(d, method, signature, *arguments)
                raise AssertionError((method, answer))
            except GLib.Error as error:
                assert 'AccessDenied' in error.message, error
        d.no_warnings()


def chats_are_not_found_when_the_person_says_so():
    with scripted() as d:
        d.prefer('search-chats', 'false')
        d.window()
        say(d, 'the pelican', 'You said: the pelican')
        be_the_shell(d)
        (ids,) = search(d, 'GetInitialResultSet', '(as)', ['pelican'])
        assert ids == ['ask:pelican'], ids
        d.no_warnings()


def settings_of_the_desktop(d):
    d.wait('Message', seconds=30)
    d.activate('Cardea')
    d.key('ctrl+comma')
    d.wait('Assistant', 'page tab', 'cardea')
    d.click(d.wait('Desktop', 'page tab', 'cardea'))
    return d.wait('Open when I log in', 'check box', 'cardea')


def on(d, switch):
    return switch.get_state_set().contains(d.Atspi.StateType.CHECKED)


def opens_at_login_as_the_person_likes():
    with scripted() as d:
        entry = os.path.join(d.root, 'config', 'autostart', NAME + '.desktop')
        d.window()
        switch = settings_of_the_desktop(d)
        assert not on(d, switch)
        d.click(switch)
        d.wait_for(lambda: os.path.exists(entry), 20, 'the entry')
        with open(entry, encoding='utf-8') as f:
            assert f'Exec="{d.program("cardea")}"\n' in f.read()
        subprocess.run(['desktop-file-validate', entry], check=True)
        d.click(switch)
        d.wait_for(lambda: not os.path.exists(entry), 20, 'its end')
        d.click(d.wait('Find chats in the desktop', 'check box', 'cardea'))
        d.wait_for(lambda: d.preference('search-chats') == 'false', 20, 'the preference')
        d.screenshot('settings-desktop')
        d.no_warnings()


def entry_that_is_hidden_is_off():
    with scripted() as d:
        d.file(NAME + '.desktop', '[Desktop Entry]\nType=Application\nHidden=true\n',
               d.folder('config/autostart'))
        d.window()
        assert not on(d, settings_of_the_desktop(d))
        d.no_warnings()


class Portal:
    """Background of xdg-desktop-portal, which says what it is told to say."""
    XML = ('<node><interface name="org.freedesktop.portal.Background"><method name="RequestBackground">'
           '<arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>'
           '<arg type="o" direction="out"/></method></interface></node>')

    def __init__(self, d, response):
        from gi.repository import Gio
        self.asked = []
        self.response = response
        self.bus = bus_of(d)
        interface = Gio.DBusNodeInfo.new_for_xml(self.XML).interfaces[0]
        self.bus.register_object('/org/freedesktop/portal/desktop', interface, self.call, None, None)
        call(d, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
             'RequestName', '(su)', 'org.freedesktop.portal.Desktop', 4)

    def call(self, _bus, sender, _path, _interface, _method, parameters, invocation):
        from gi.repository import GLib
        options = parameters.unpack()[1]
        self.asked.append(options)
        path = '/org/freedesktop/portal/desktop/request/' + sender[1:].replace('.', '_') + '/' \
            + options['handle_token']
        invocation.return_value(GLib.Variant('(o)', (path,)))
        granted = options['autostart'] if self.response == 0 else False
        self.bus.emit_signal(sender, path, 'org.freedesktop.portal.Request', 'Response',
                             GLib.Variant('(ua{sv})', (self.response, {
                                 'autostart': GLib.Variant('b', granted)})))


def flatpak(d, response):
    """A switch that was pressed, and the portal that is asked then."""
    d.env['CARDEA_TEST_FLATPAK'] = '1'  # of the window alone: the guardian runs on the host
    portal = Portal(d, response)
    d.window()
    switch = settings_of_the_desktop(d)
    d.click(switch)
    d.wait_for(lambda: portal.asked, 20, 'the portal to be asked')
    assert portal.asked[0]['autostart'] is True and portal.asked[0]['commandline'] == ['cardea']
    return switch


def portal_is_asked_in_a_flatpak():
    with scripted() as d:
        switch = flatpak(d, 0)
        d.pause()
        assert on(d, switch) and not os.path.exists(os.path.join(d.root, 'config', 'autostart'))
        d.no_warnings()


def portal_that_refuses_is_heard():
    with scripted() as d:
        switch = flatpak(d, 1)
        d.wait_for(lambda: 'the desktop does not allow it' in d.texts('cardea'), 20, 'the reason')
        d.wait_for(lambda: not on(d, switch), 20, 'the switch to go back')
        d.no_warnings()


run([bus_starts_it_and_its_actions_work, options_speak_to_the_one_that_runs,
     new_chat_begins_an_instance, window_is_as_large_as_the_last, shell_finds_chats_and_asks, nobody_else_is_answered,
     chats_are_not_found_when_the_person_says_so,
     opens_at_login_as_the_person_likes, entry_that_is_hidden_is_off, portal_is_asked_in_a_flatpak,
     portal_that_refuses_is_heard])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator's policy fixes has a lock, names the file and cannot be changed; what it
does not fix can be."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import run  # noqa: E402 pylint: disable=wrong-import-position
from settings_window import APP, Settings  # noqa: E402 pylint: disable=wrong-import-position

FIXED = 'Fixed by this computer’s administrator: '


def fixed_settings_have_a_lock_and_the_others_none():
    with Settings() as d:
        d.ctl('settings', 'set', 'undo.days', '90', check=0)
        path = d.administer('ours.json', '{"organisation": {"monitor": false, "settings": '
                            '{"consent.timeout": 30, "undo.days": 7}}}')
        d.show()
        d.says('Seconds until a question lapses', FIXED + path)
        spin = d.wait('Seconds until a question lapses', 'spin button', APP)
        d.wait_for(lambda: spin.get_value_iface().get_current_value() == 30, 20, 'what is fixed')
        assert not d.sensitive(spin), 'what is fixed can be changed'
        assert spin.get_description() == FIXED + path, spin.get_description()
        assert not d.sensitive(d.wait('Allow sessions that ask nothing', 'check box', APP))
        assert d.sensitive(d.wait('Seconds until an idle guardian ends', 'spin button', APP))
        d.screenshot('locks-assistant')
        d.click(d.wait('Files', 'page tab', APP))
        days = d.wait('Keep for', 'combo box', APP)
        d.wait_for(lambda: not d.sensitive(days), 20, 'the lock')
        assert d.sensitive(d.wait('Keep at most', 'combo box', APP))
        d.screenshot('locks-files')
        # it is found, by what it is and by who fixed it
        d.key('ctrl+f')
        time.sleep(0.3)
        d.type('ours.json')
        d.says('Found', 'Keep for')
        d.key('Escape')
        # the lock goes with what fixed it, and what the person chose is there again
        d.administer('ours.json', '{"organisation": {}}')
        d.click(d.wait('Assistant', 'page tab', APP))
        d.click(d.wait('Files', 'page tab', APP))
        d.wait_for(lambda: d.sensitive(days) and not days.get_description(), 20, 'no lock')
        assert d.json('settings', 'get')['undo.days'] == 90
        d.no_warnings()


def limits_are_shown_and_changed_where_one_may():
    with Settings() as d:
        path = d.administer('ours.json', '{"organisation": {"settings": {"exec.seconds": 90}}}')
        d.show('Limits')
        d.says('Sessions at the same time', 'Processes of a program', '2048', '16.0\u00a0GiB', 'Badges of a session')
        # the person's own
        most = d.wait('Sessions at the same time', 'spin button', APP)
        most.get_value_iface().set_current_value(8)
        d.wait_for(lambda: d.json('settings', 'get')['session.most'] == 8, 20, 'the setting')
        # a wheel that turns over it moves the page, and not the number
        box = most.get_component_iface().get_extents(d.Atspi.CoordType.WINDOW)
        d.xdo('mousemove', '--window', d.activate('Settings'), str(box.x + 10), str(box.y + 10),
              'click', '5', 'click', '5', 'click', '4')
        time.sleep(1)
        assert d.json('settings', 'get')['session.most'] == 8, 'changed by scrolling'
        # what policy fixes
        runs = d.wait('A program of the assistant’s runs for', 'spin button', APP)
        assert not d.sensitive(runs) and runs.get_description() == FIXED + path, runs.get_description()
        assert runs.get_value_iface().get_current_value() == 90
        # what is built in
        assert d.find('Built into Cardea', application=APP), 'no lock'
        d.screenshot('limits')
        d.key('ctrl+f')
        time.sleep(0.3)
        d.type('processes of a program')
        d.says('Found')
        d.no_warnings()


def what_policy_says_of_hosts_and_folders_is_shown_where_it_matters():
    forge = ('package cardea.admin.forge\n\nanswer contains {"rule": "office.forge", "effect": "allow", '
             '"reason": "ours", "obligations": {"limits": {"methods": ["GET"], "received": 50000000}}} if '
             'input.resource.host == "forge.example.com"\n')
    with Settings() as d:
        path = d.administer('ours.json', '{"organisation": {"network": {"hosts": ["forge.example.com"]}, '
                            '"labels": {"/srv/accounts": "finance"}, "settings": {"model": "offline"}}}')
        rule = d.administer('forge.rego', forge)
        d.show('Network')
        d.says('Hosts that are not asked about', 'forge.example.com', FIXED + path)
        d.screenshot('locks-network')
        d.click(d.wait('Privacy', 'page tab', APP))
        d.says('/srv/accounts: finance')
        d.click(d.wait('Models', 'page tab', APP))
        d.wait_for(lambda: FIXED + path in d.texts(APP), 20, 'the lock of the model')
        # what rules keep to with a host, and which file it is
        d.click(d.wait('Limits', 'page tab', APP))
        d.says('only GET · 50.0\u00a0MB an answer', 'By this computer’s policy', FIXED + rule)
        d.key('ctrl+f')
        time.sleep(0.3)
        d.type('forge')
        d.says('Found')
        d.screenshot('locks-search')
        d.no_warnings()


def what_no_page_showed_yet_is_found():
    with Settings() as d:
        d.administer('ours.json', '{"organisation": {"labels": {"/srv/accounts": "finance"}}}')
        d.show()
        d.key('ctrl+f')
        time.sleep(0.3)
        d.type('finance')
        d.says('Found', 'Folders with a label')
        d.key('ctrl+a')
        d.type('processes of a program')
        d.says('Processes of a program')
        d.key('ctrl+a')
        d.type('quick ask by')
        d.says('Quick ask by a key, from anywhere')
        d.no_warnings()


run([what_no_page_showed_yet_is_found, what_policy_says_of_hosts_and_folders_is_shown_where_it_matters, fixed_settings_have_a_lock_and_the_others_none, limits_are_shown_and_changed_where_one_may])

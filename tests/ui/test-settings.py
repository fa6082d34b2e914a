#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings, driven as a person or a screen reader would; what they change is real."""
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import run  # noqa: E402 pylint: disable=wrong-import-position
from settings_window import Settings  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
SUMMARISE = 'Summarise Amount by month in bank.csv'


def a_number_takes_effect_at_once():
    with Settings() as d:
        d.show()
        d.says('Seconds until a question lapses')
        spin = d.wait('Seconds until a question lapses', 'spin button', APP)
        spin.get_value_iface().set_current_value(45)
        d.wait_for(lambda: d.json('settings', 'get')['consent.timeout'] == 45, 20, 'the setting')
        d.screenshot('settings-assistant')
        d.no_warnings()


def a_folder_is_shared_and_read_below_silently():
    with Settings() as d:
        os.makedirs(os.path.join(d.documents, 'deep', 'deeper'))
        d.file('bank.csv', BANK, os.path.join(d.documents, 'deep', 'deeper'))
        d.show('Files')
        d.says('No folder is shared')
        d.push('Share Folder…')
        d.activate('Share a Folder')
        d.type(d.documents)  # "/" opens the chooser's own entry
        d.key('Return')
        d.says('Share This Folder?')
        d.screenshot('settings-share')
        d.respond('Share')
        d.says('~/Documents', '30 days left, renewed by use')
        grants = d.json('grants')
        assert [(g['path'], g['access'], g['scope']) for g in grants] == \
            [(d.documents, 'ro', 'folder')], grants
        done = d.ctl('ask', 'Summarise Amount by month in ' +
                     os.path.join(d.documents, 'deep', 'deeper', 'bank.csv'), check=0)
        assert '80.25' in done.stdout
        assert not [r for r in d.records() if r['type'] == 'consent'], 'it asked'
        d.screenshot('settings-files')
        d.push('Stop sharing ~/Documents')
        d.says('No folder is shared')
        assert d.json('grants') == []
        d.no_warnings()


def permissions_are_filtered_and_taken_back():
    with Settings() as d:
        d.ctl('grants', 'add', d.documents, check=0)
        d.ctl('grants', 'add', d.downloads + ':rw', '--for', '8h', check=0)
        d.show('Permissions')
        d.says('May read everything in ~/Documents and below it',
               'May read and change everything in ~/Downloads and below it', '8 hours left')
        d.screenshot('settings-permissions')
        d.push('Revoke: May read everything in ~/Documents and below it')
        d.wait_for(lambda: len(d.json('grants')) == 1, 20, 'one grant')
        d.wait_for(lambda: not d.find('Revoke: May read everything', application=APP), 20, 'its end')
        d.push('Revoke All…')
        d.respond('Revoke All')
        d.says('No permission is kept')
        assert d.json('grants') == []
        d.no_warnings()


def the_log_is_verified_and_exported():
    with Settings() as d:
        path = d.file('bank.csv', BANK)
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.show('Log')
        d.says('under a signed checkpoint', 'Not sealed: in a plain file that only you can read')
        d.push('Verify the log')
        d.says('The log is whole')
        d.screenshot('settings-log')
        d.push('Export the log')
        copy = os.path.join(d.work, 'copy.jsonl')
        d.save_as('Export the Log', copy)
        d.says('records were exported')
        with open(copy, encoding='utf-8') as f:
            lines = [json.loads(line) for line in f]
        assert [line['seq'] for line in lines] == list(range(len(lines))) and len(lines) > 5
        assert os.stat(copy).st_mode & 0o777 == 0o600
        d.no_warnings()


def a_damaged_log_is_said_to_be_damaged():
    with Settings() as d:
        path = d.file('bank.csv', BANK)
        d.ctl('ask', '-f', path, SUMMARISE, check=0)
        d.show('Log')
        d.says('under a signed checkpoint')
        for folder, _, files in os.walk(os.path.join(d.audit, 'tile', 'entries')):
            for name in files:
                with open(os.path.join(folder, name), 'r+b') as f:
                    f.seek(100)
                    byte = f.read(1)
                    f.seek(100)
                    f.write(bytes([byte[0] ^ 1]))
        d.push('Verify the log')
        d.says('The log is damaged')
        d.no_warnings()


def health_is_told_and_comes_back_after_a_crash():
    with Settings() as d:
        d.show('Health')
        d.says('Protected, with less than this version could use', 'Landlock', 'In order',
               'The log\'s keys', 'Could be better')
        d.screenshot('settings-health')
        killed = d.guardian()
        os.kill(killed, signal.SIGKILL)
        # nothing is pressed: what the page says of a guardian that is gone does not stay
        d.wait_for(lambda: d.guardian() not in (None, killed), 30, 'another guardian')
        d.says('Protected, with less than this version could use')
        assert 'The guardian does not answer' not in d.texts(APP)
        d.no_warnings()


def the_sandbox_is_explained_and_tried():
    with Settings() as d:
        d.show('Sandbox')
        d.says('The assistant', 'Landlock', 'System call filter', 'Bubblewrap')
        d.push('Try to break out')
        d.wait_for(lambda: 'attempts held' in d.texts(APP), 60, 'what held')
        d.says('Kernel', 'Processes, limits', 'Held')
        assert 'Failed' not in d.texts(APP)
        d.screenshot('settings-sandbox')
        d.no_warnings()


def everything_is_ended_at_once():
    with Settings() as d:
        d.ctl('grants', 'add', d.documents, check=0)
        sleeper = d.start('run', '--', 'sleep', '300')
        d.wait_for(lambda: d.json('sessions'), 20, 'a session')
        d.show('Emergency')
        d.screenshot('settings-emergency')
        d.push('Stop everything')
        d.respond('Stop Everything')
        d.wait_for(lambda: sleeper.poll() is not None, 20, 'the end of the program')
        d.wait_for(lambda: not d.json('sessions'), 20, 'the end of all sessions')
        d.push('Take back all permissions')
        d.respond('Take Back')
        d.wait_for(lambda: not d.json('grants'), 20, 'the end of all permissions')
        d.no_warnings()


def the_undo_store_is_limited_and_cleared():
    with Settings() as d:
        d.file('notes.txt', 'eggs\nmilk\n')
        d.ctl('grants', 'add', d.documents + ':rw', check=0)
        d.ctl('ask', 'Replace "milk" with "bread" in notes.txt', check=0)
        assert d.json('undo')[0]['undoable']
        d.show('Files')
        d.says('Keep at most', '2 GiB', '30 days', 'of 2.0', '~/Documents', 'Read and change')
        d.push('Delete all former contents')
        d.respond('Delete')
        d.says('Former contents were deleted')
        assert not any(change['undoable'] for change in d.json('undo'))
        d.no_warnings()


def the_rules_are_shown_and_a_request_is_tried():
    with Settings() as d:
        folder = os.path.join(d.root, 'etc', 'policy.d')
        os.makedirs(folder)
        with open(os.path.join(folder, 'mine.rego'), 'w', encoding='utf-8') as f:
            f.write('package cardea.admin.mine\n\nnothing := 1\n')
        d.show('Policy')
        d.says('The rules are in force')
        d.push('Read the rules anew')
        d.says('The rules were read anew', 'Revision', 'mine.rego',
               'Fixed by this computer’s administrator · enforced', 'that come with Cardea')
        d.screenshot('settings-policy')
        d.click_into('File, host or program')
        d.type('~/.ssh/authorized_keys')
        d.push('Try the request')
        d.says('It would be refused', 'Rule: shipped.')
        d.screenshot('settings-policy-tried')
        assert not [r for r in d.records() if r.get('action') == 'file.read'], 'it was recorded'
        d.no_warnings()


def what_would_be_noticed_is_tried():
    with Settings() as d:
        d.show('Privacy')
        d.says('Keys and passwords', 'Text to look at')
        d.click_into('Text to look at')
        d.type('my card is 4111 1111 1111 1111 ok')
        d.push('Look at the text')
        d.says('Financial data', 'Line 1', 'Labels of the whole')
        d.screenshot('settings-privacy')
        d.no_warnings()


def where_something_went_is_shown():
    with Settings() as d:
        d.ctl('run', '--mode', 'deny', '--', 'curl', '-s', 'http://refused.example/')
        d.show('Network')
        d.says('Allowed Hosts', 'No host is allowed', 'refused.example', 'refused 1 time')
        d.screenshot('settings-network')
        d.no_warnings()


def an_agent_is_changed_and_reset():
    with Settings() as d:
        d.show('Agents')
        d.says('opencode', 'As it comes with Cardea')
        d.click_into('opencode', 'label')
        d.says('A home of its own', 'opencode.ai')
        d.push('Do not allow opencode.ai')
        d.says('Changed by you', 'You took it away: it has to ask')
        shown = d.ctl('profiles', 'show', 'opencode', '--json', check=0).stdout
        assert '"opencode.ai"' not in shown and 'models.dev' in shown, shown
        d.screenshot('settings-agents')
        mine = os.path.join(d.root, 'config', 'cardea', 'profiles', 'opencode.json')
        assert os.stat(mine).st_mode & 0o777 == 0o600
        d.push('Reset opencode')
        d.wait_for(lambda: not os.path.exists(mine), 20, 'the end of the file')
        d.wait('Do not allow opencode.ai', 'push button', APP)
        d.no_warnings()


def an_administrators_profile_is_locked():
    folder_of = lambda d: os.path.join(d.root, 'etc', 'profiles')  # noqa: E731
    with Settings() as d:
        os.makedirs(folder_of(d), mode=0o755)
        with open(os.path.join(folder_of(d), 'opencode.json'), 'w', encoding='utf-8') as f:
            json.dump({'version': 1, 'title': 'opencode', 'home': 'own',
                       'net': ['models.example']}, f)
        d.show('Agents')
        d.says('Fixed by this computer’s administrator', os.path.join(folder_of(d), 'opencode.json'))
        remove = d.wait('Do not allow models.example', 'push button', APP)
        assert not d.sensitive(remove), 'what is fixed can be pressed'
        path = os.path.join(folder_of(d), 'opencode.json')
        assert remove.get_description().endswith(': ' + path), remove.get_description()
        locked = [n for n in d.nodes(APP) if n.get_role_name() == 'check box'
                  and (n.get_description() or '').endswith(': ' + path)]
        assert len(locked) == 1 and not d.sensitive(locked[0]), locked
        d.click_into('opencode', 'list item')
        d.screenshot('settings-agents-fixed')
        said = d.texts(APP)
        assert 'It has to ask' in said and 'You took it away' not in said, 'it was not the person'
        d.no_warnings()


def settings_are_found_by_a_word():
    with Settings() as d:
        d.show()
        d.key('ctrl+f')
        time.sleep(0.3)
        d.type('monitor')
        d.says('Found')
        d.screenshot('settings-search')
        d.type('xyz')
        d.says('Nothing Found')
        d.key('Escape')
        time.sleep(0.5)
        d.key('Escape')
        d.wait_for(lambda: not d.windows('^Settings$'), 20, 'the end of the settings')
        d.no_warnings()


def a_narrow_window_shows_one_page_at_a_time():
    with Settings(size='400x760') as d:
        d.show()
        window = d.activate('Settings')
        d.xdo('windowsize', '--sync', window, '360', '700')
        d.wait('Back to the list of settings', 'push button', APP)
        d.screenshot('settings-narrow')
        d.no_warnings()


def every_widget_has_a_name():
    with Settings() as d:
        d.ctl('grants', 'add', d.documents, check=0)
        d.show()
        for tab in ('Assistant', 'Models', 'Agents', 'Credentials', 'Files', 'Permissions', 'Network', 'Privacy',
                    'Log', 'Policy', 'Limits', 'Health'):
            d.click(d.wait(tab, 'page tab', APP))
            time.sleep(0.5)
        d.all_named(APP, ('push button', 'entry', 'toggle button', 'text', 'spin button', 'switch',
                          'combo box'))


run([a_number_takes_effect_at_once, a_folder_is_shared_and_read_below_silently,
     permissions_are_filtered_and_taken_back, the_log_is_verified_and_exported,
     a_damaged_log_is_said_to_be_damaged, health_is_told_and_comes_back_after_a_crash,
     the_sandbox_is_explained_and_tried, everything_is_ended_at_once,
     the_undo_store_is_limited_and_cleared, the_rules_are_shown_and_a_request_is_tried,
     what_would_be_noticed_is_tried, where_something_went_is_shown, an_agent_is_changed_and_reset,
     an_administrators_profile_is_locked, settings_are_found_by_a_word,
     a_narrow_window_shows_one_page_at_a_time, every_widget_has_a_name])

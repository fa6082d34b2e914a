#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies of an administrator and of a user, in a guardian that runs."""
import json
import os
import select
import subprocess

from world import BANK, Watcher, World, run

TASK = 'Summarise Amount by month in bank.csv'
ADMIN = 'package cardea.admin.office\n\n'
USER = 'package cardea.user.mine\n\n'
NEVER = ADMIN + ('answer["office.bank"] := {"effect": "deny", "reason": "bank files are not for '
                 'assistants"} if endswith(input.resource.path, "bank.csv")\n')


class Policies(World):
    def admin(self, name, text):
        return self.policy(self.env['CARDEA_TEST_POLICY_FOLDER'], name, text)

    def user(self, name, text):
        return self.policy(os.path.join(self.env['XDG_CONFIG_HOME'], 'cardea', 'policy.d'), name,
                           text)

    @staticmethod
    def policy(folder, name, text):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        os.chmod(path, 0o600)
        return path

    def loads(self):
        return [r for r in self.records() if r['type'] == 'policy.load']


class Chat:
    """`chat` with a pipe for a person."""

    def __init__(self, world, *files):
        named = [word for file in files for word in ('-f', file)]
        self.process = subprocess.Popen([world.program('cardeactl'), 'chat', *named],
                                        cwd=world.work, env=world.env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        start_new_session=True)
        world.started.append(self.process)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.process.terminate()

    def say(self, text, wanted):
        self.process.stdin.write(text + '\n')
        self.process.stdin.flush()
        heard = ''
        while wanted not in heard:
            ready, _, _ = select.select([self.process.stdout], [], [], 20)
            assert ready, (wanted, heard)
            piece = os.read(self.process.stdout.fileno(), 65536).decode()
            assert piece, (wanted, heard, self.process.stderr.read())
            heard += piece


def shipped_policy_is_shown():
    with Policies() as w:
        shown = w.json('policy', 'show')
        assert shown['state'] == 'in-force' and len(shown['revision']) == 64, shown
        assert {f['layer'] for f in shown['files']} == {'shipped'}, shown
        assert shown['guardian']['uid'] == os.getuid(), shown
        assert shown['revision'] in w.ctl('policy', 'show', check=0).stdout
        loads = w.loads()
        assert len(loads) == 1 and loads[0]['revision'] == shown['revision'], loads
        assert loads[0]['outcome'] == 'done', loads


def administrators_rule_is_put_in_force_and_named():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        w.ctl('ask', '-f', path, TASK, check=0)
        before = w.json('policy', 'show')['revision']
        w.admin('office.rego', NEVER)
        assert w.json('policy', 'show')['revision'] == before, 'only a reload puts it in force'
        after = w.json('policy', 'reload')
        assert after['revision'] != before, after
        assert any(f['file'].endswith('/office.rego') and f['layer'] == 'administrator'
                   for f in after['files']), after
        done = w.ctl('ask', '-f', path, TASK, check=3)
        said = done.stdout + done.stderr
        for wanted in ('bank files are not for assistants', 'office.bank', 'office.rego',
                       "this computer's policy"):
            assert wanted in said, (wanted, said)
        refused = [r for r in w.records() if r['type'] == 'decision' and r['effect'] == 'deny']
        assert refused[-1]['policy'] == 'office.bank', refused
        assert refused[-1]['revision'] == after['revision'], refused
        assert [r['revision'] for r in w.loads()] == [before, after['revision']], w.loads()


def bad_file_changes_nothing():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        before = w.json('policy', 'show')['revision']
        bad = w.admin('office.rego', ADMIN + 'answer["x"] := {\n  "effect" "deny"}\n')
        done = w.ctl('policy', 'reload', check=1)
        assert f'{bad}:4:' in done.stderr and 'rego_parse_error' in done.stderr, done.stderr
        assert w.json('policy', 'show')['revision'] == before
        assert [r['outcome'] for r in w.loads()] == ['done', 'refused'], w.loads()
        w.ctl('ask', '-f', path, TASK, check=0)
        for text, wanted in ((USER, 'cardea.admin.NAME'), ('package cardea\n', 'cardea.admin.NAME')):
            w.admin('office.rego', text + 'x := 1\n')
            assert wanted in w.ctl('policy', 'reload', check=1).stderr
        w.admin('office.rego', NEVER)
        os.chmod(bad, 0o666)
        assert 'chmod go-w' in w.ctl('policy', 'reload', check=1).stderr
        assert w.json('policy', 'show')['revision'] == before


def guardian_with_a_bad_file_refuses_everything_and_says_why():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        bad = w.user('mine.rego', USER + 'answer[x] := 1\n')
        done = w.ctl('ask', '-f', path, TASK)
        assert done.returncode == 3, (done.returncode, done.stdout, done.stderr)
        said = done.stdout + done.stderr
        assert 'no policy is in force' in said and f'{bad}:3:' in said, said
        shown = w.json('policy', 'show')
        assert shown['state'] == 'none' and bad in shown['problem'], shown
        assert bad in w.ctl('policy', 'show', check=0).stdout
        os.unlink(bad)
        w.ctl('policy', 'reload', check=0)
        w.ctl('ask', '-f', path, TASK, check=0)


def user_only_tightens():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        w.user('mine.rego', USER + 'answer["shipped.outside"] := {"effect": "allow"}\n'
               'answer["mine.never"] := {"effect": "deny", "reason": "not that one"} if '
               'endswith(input.resource.path, "/other.csv")\n')
        w.ctl('ask', '--mode', 'deny', TASK, check=3)
        w.ctl('ask', '-f', path, TASK, check=0)
        other = w.file('other.csv', BANK)
        done = w.ctl('ask', '-f', other, TASK.replace('bank', 'other'), check=3)
        assert 'not that one' in done.stdout + done.stderr, done
        assert 'your own policy' in done.stdout + done.stderr, done


def rule_is_explained():
    with Policies() as w:
        w.file('bank.csv', BANK)
        w.admin('office.rego', NEVER)
        w.ctl('ask', '--mode', 'deny', TASK, check=3)
        record = [r for r in w.records() if r['type'] == 'decision' and 'input' in r][-1]
        told = w.json('policy', 'explain', '-', stdin=json.dumps(record))
        assert told['effect'] == 'deny' and told['policy'] == 'office.bank', told
        assert any(r['file'].endswith('/office.rego') and r['line'] == 3 for r in told['rules']), told
        done = w.ctl('policy', 'explain', '-', stdin=json.dumps(record['input']), check=0)
        assert 'office.bank' in done.stdout and 'office.rego:3' in done.stdout, done.stdout
        assert w.json('policy', 'explain', '-', stdin='{}')['policy'] == 'shipped.unknown-action'
        for bad in ('', '[]', '{', '"x"', '{"a":1,"a":2}'):
            assert w.ctl('policy', 'explain', '-', stdin=bad).returncode in (1, 2), bad


def stored_grants_outlive_an_upgrade_but_not_a_refusal():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        other = w.file('other.csv', BANK)
        w.ctl('grants', 'add', path, check=0)
        w.ctl('grants', 'add', other, check=0)
        w.admin('harmless.rego', ADMIN + 'answer["office.x"] := {"effect": "deny", "reason": "x"} '
                'if input.action == "net.request"\n')
        w.ctl('policy', 'reload', check=0)
        assert len(w.json('grants')['grants'] if isinstance(w.json('grants'), dict)
                   else w.json('grants')) == 2
        w.admin('office.rego', NEVER)
        os.unlink(w.admin('harmless.rego', ''))
        w.ctl('policy', 'reload', check=0)
        left = w.json('grants')
        left = left['grants'] if isinstance(left, dict) else left
        assert [g['path'] for g in left] == [other], left
        ended = [r for r in w.records() if r['type'] == 'capability.revoke' and 'resource' in r]
        assert [r['resource']['path'] for r in ended] == [path], ended


def session_goes_on_under_another_policy():
    with Policies() as w:
        with Chat(w, w.file('bank.csv', BANK)) as chat:
            chat.say(TASK, '80.25')
            w.admin('harmless.rego', ADMIN + 'answer["office.x"] := {"effect": "deny"} if '
                    'input.action == "net.request"\n')
            revision = w.json('policy', 'reload')['revision']
            chat.say(TASK, '80.25')
            last = [r for r in w.records() if r['type'] == 'capability.issue'][-1]
            assert last['revision'] == revision, last
            w.admin('office.rego', NEVER)
            os.unlink(w.admin('harmless.rego', ''))
            w.ctl('policy', 'reload', check=0)
            chat.say(TASK, '')
            w.wait_for(lambda: any(r.get('policy') == 'office.bank' for r in w.records()),
                       what='a refusal under the new policy')


def observed_policy_decides_beside_the_one_in_force():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        w.admin('observe/office.rego', NEVER)
        w.ctl('ask', '-f', path, TASK, check=0)
        shown = w.json('policy', 'show')
        assert shown['observed_revision'] != shown['revision'], shown
        assert 'observed' in w.ctl('policy', 'show', check=0).stdout
        read = [r for r in w.records() if r['type'] == 'decision' and 'verdict' in r][-1]
        assert read['effect'] == 'allow' and read['policy'] == 'shipped.granted', read
        assert read['verdict'] == 'allow', read
        assert read['observed'] == {'effect': 'deny', 'tier': 5, 'policy': 'office.bank',
                                    'revision': shown['observed_revision']}, read


def what_was_read_is_remembered():
    with Policies() as w:
        folder = w.folder('home/Documents/Tax')
        path = w.file('bank.csv', BANK, folder)
        other = w.file('other.csv', BANK)
        with Chat(w, path, other) as chat:
            chat.say(TASK, '80.25')
            session = w.json('sessions')
            session = (session['sessions'] if isinstance(session, dict) else session)[0]
            details = w.json('session', 'show', session['id'])
            assert details['labels_read'] == ['finance'], details
            chat.say(TASK.replace('bank', 'other'), '80.25')
        inputs = [r['input'] for r in w.records() if r['type'] == 'decision' and 'input' in r]
        assert inputs[0]['context']['session']['labels_read'] == [], inputs
        assert inputs[-1]['context']['session']['labels_read'] == ['finance'], inputs


def question_of_before_is_not_answered_under_another_policy():
    with Policies() as w:
        w.file('bank.csv', BANK)
        watcher = Watcher(w)
        ask = w.start('ask', TASK)
        question = watcher.question()
        w.admin('office.rego', NEVER)
        w.ctl('policy', 'reload', check=0)
        watcher.answer(question, 'allow')
        out, err = ask.communicate(timeout=30)
        assert ask.returncode != 0 and '80.25' not in out, (ask.returncode, out, err)
        assert not [r for r in w.records() if r['type'] == 'outcome' and r.get('bytes')]


def decisions_are_taken_again():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        w.ctl('ask', '-f', path, TASK, check=0)
        w.ctl('ask', '--mode', 'deny', TASK, check=3)
        new = w.file('office.rego', NEVER, w.work)
        told = w.json('policy', 'replay', '--since', '1h', new)
        assert told['replayed'] == 2 and told['gone'] == 0, told
        was = {c['before']['effect']: c for c in told['changed']}
        assert set(was) == {'allow', 'ask'}, told
        for change in told['changed']:
            assert change['after'] == {'effect': 'deny', 'policy': 'office.bank'}, told
            assert change['resource']['path'] == path, told
        said = w.ctl('policy', 'replay', new, check=0).stdout
        assert 'office.bank' in said and '2 of them' in said, said
        # Nothing took effect, and what is in force changes nothing.
        w.ctl('ask', '-f', path, TASK, check=0)
        same = w.file('same.rego', ADMIN + 'x := 1\n', w.work)
        assert w.json('policy', 'replay', same)['changed'] == []
        # What was redacted is counted.
        seq = told['changed'][0]['seq']
        w.ctl('audit', 'redact', str(seq), check=0)
        assert w.json('policy', 'replay', new)['gone'] == 1
        bad = w.file('bad.rego', ADMIN + 'p if q\n', w.work)
        done = w.ctl('policy', 'replay', bad, check=1)
        assert f'{bad}:3:6: rego_unsafe_var_error' in done.stderr, done.stderr
        # In the place of a file that is in force.
        w.admin('office.rego', NEVER)
        w.ctl('policy', 'reload', check=0)
        w.ctl('ask', '--mode', 'deny', TASK, check=3)
        milder = w.file('office.rego', ADMIN + 'x := 1\n', w.work)
        last = w.json('policy', 'replay', milder)['changed'][-1]
        assert last['before']['policy'] == 'office.bank', last
        assert last['after']['effect'] != 'deny', last


def monitor_mode_only_where_policy_allows_it():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        done = w.ctl('ask', '--mode', 'monitor', TASK, check=3)
        assert 'does not allow monitor mode' in done.stderr and 'shipped.monitor' in done.stderr, done
        refused = w.records()[-1]
        assert refused['action'] == 'session.monitor' and refused['effect'] == 'deny', refused
        w.user('mine.rego', USER + 'answer contains {"rule": "shipped.monitor", "effect": "allow", '
               '"tier": 0, "reason": "mine"} if input.action == "session.monitor"\n')
        w.ctl('policy', 'reload', check=0)
        w.ctl('ask', '--mode', 'monitor', TASK, check=3)
        w.admin('ours.json', '{"organisation": {"monitor": true}}')
        w.ctl('policy', 'reload', check=0)
        done = w.ctl('ask', '--mode', 'monitor', TASK, check=0)
        monitored = [r for r in w.records() if r.get('monitored')]
        assert monitored and monitored[0]['resource']['path'] == path, w.records()
        # The person may still switch it off, and a deny is a deny.
        w.admin('office.rego', NEVER)
        w.ctl('policy', 'reload', check=0)
        w.ctl('ask', '--mode', 'monitor', TASK, check=3)
        w.ctl('settings', 'set', 'policy.monitor', 'deny', check=0)
        assert 'switched off' in w.ctl('ask', '--mode', 'monitor', TASK, check=3).stderr


def what_is_fixed_holds_and_says_where():
    with Policies() as w:
        w.ctl('settings', 'set', 'undo.days', '90', check=0)
        path = w.admin('ours.json', '{"organisation": {"settings": {"undo.days": 7}}}')
        w.ctl('policy', 'reload', check=0)
        assert w.json('settings', 'get')['undo.days'] == 7
        assert 'fixed in ' + path in w.ctl('settings', 'get', check=0).stdout
        refused = w.ctl('settings', 'set', 'undo.days', '30')
        assert refused.returncode == 3 and path in refused.stderr, (refused.returncode, refused.stderr)
        w.ctl('settings', 'set', 'undo.max_bytes', '0', check=0)
        said = w.json('policy', 'show')['said']
        assert said == [{'key': 'settings/undo.days', 'value': 7, 'file': path}], said
        # what is no setting, and what it cannot be, changes nothing
        for bad in ('{"no.such": 1}', '{"undo.days": -1}', '{"undo.days": true}', '[]'):
            w.admin('ours.json', '{"organisation": {"settings": %s}}' % bad)
            assert path in w.ctl('policy', 'reload', check=1).stderr, bad
            assert w.json('settings', 'get')['undo.days'] == 7, bad
        # a user's data fixes nothing; without the administrator's the person's own is there again
        os.remove(path)
        w.user('mine.json', '{"user": {"settings": {"undo.days": 1}}}')
        w.ctl('policy', 'reload', check=0)
        assert w.json('settings', 'get')['undo.days'] == 90
        w.user('mine.json', '{"organisation": {"settings": {"undo.days": 1}}}')
        w.ctl('policy', 'reload', check=1)
        assert w.json('settings', 'get')['undo.days'] == 90


def sessions_are_no_more_than_the_setting_says():
    with Policies() as w:
        w.ctl('settings', 'set', 'session.most', '3', check=1)  # fewer would leave no room for programs
        w.ctl('settings', 'set', 'session.most', '4', check=0)
        for _ in range(4):
            w.start('run', '--', 'sleep', '100')
        w.wait_for(lambda: len(w.json('sessions')) == 4, 30, 'four sessions')
        assert 'too many sessions' in w.ctl('run', '--', 'true').stderr
        w.ctl('settings', 'set', 'session.most', '5', check=0)
        w.ctl('run', '--', 'true', check=0)


def decisions_as_opa_logs_them():
    with Policies() as w:
        path = w.file('bank.csv', BANK)
        assert json.loads(w.ctl('policy', 'log', check=0).stdout) == []
        w.ctl('ask', '-f', path, TASK, check=0)
        events = json.loads(w.ctl('policy', 'log', '--since', '1h', check=0).stdout)
        assert len(events) == 1, events
        event = events[0]
        assert event['path'] == 'cardea/decision' and event['requested_by'] == 'Cardea', event
        assert event['input']['resource']['path'] == path, event
        assert event['result']['effect'] == 'allow', event
        assert event['bundles']['cardea']['revision'] == w.json('policy', 'show')['revision'], event
        assert event['timestamp'].endswith('Z') and event['trace_id'], event
        w.ctl('audit', 'redact', event['decision_id'], check=0)
        erased = json.loads(w.ctl('policy', 'log', check=0).stdout)[0]
        assert erased['erased'] == ['/input'] and 'input' not in erased, erased


def the_example_in_the_documents_holds():
    """data/policies/README.md has an administrator's rule and a test of it, as they would be written."""
    readme = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'data', 'policies', 'README.md')
    with open(readme, encoding='utf-8') as f:
        lines = f.read().split('\n')
    with Policies() as w:
        for package in ('cardea.admin.forge', 'forge_test'):
            first = lines.index(f'    package {package}')
            after = next(i for i in range(first, len(lines)) if lines[i] and not lines[i].startswith('    '))
            path = w.admin(package.rpartition('.')[2] + '.rego',
                           '\n'.join(line[4:] for line in lines[first:after]) + '\n')
        folder = os.path.dirname(path)
        w.ctl('policy', 'check', '--shipped', folder, check=0)
        done = w.ctl('policy', 'test', '--shipped', folder, check=0)
        assert 'PASS: 1/1' in done.stdout, done.stdout
        w.ctl('policy', 'reload', check=0)


run([shipped_policy_is_shown, administrators_rule_is_put_in_force_and_named,
     bad_file_changes_nothing, guardian_with_a_bad_file_refuses_everything_and_says_why,
     user_only_tightens, rule_is_explained, stored_grants_outlive_an_upgrade_but_not_a_refusal,
     session_goes_on_under_another_policy, observed_policy_decides_beside_the_one_in_force,
     what_was_read_is_remembered, question_of_before_is_not_answered_under_another_policy,
     decisions_are_taken_again, monitor_mode_only_where_policy_allows_it,
     what_is_fixed_holds_and_says_where, sessions_are_no_more_than_the_setting_says,
     decisions_as_opa_logs_them, the_example_in_the_documents_holds])

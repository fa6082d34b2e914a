#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cardea-consent with questions of every kind, driven as a person, a screen reader or a forger
would. The guardian is played by consent-host; the program is the real one."""
import hashlib
import json
import os
import select
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from world import BUILD  # noqa: E402 pylint: disable=wrong-import-position

HOST = os.path.join(BUILD, 'tests', 'ui', 'consent-host')
CONSENT = 'cardea-consent'
SESSION = '8899aabbccddeeff'
WINDOW = 'Permission request'
DISPLAY = ('DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'GTK_A11Y', 'GDK_BACKEND', 'GSK_RENDERER',
           'XDG_CURRENT_DESKTOP', 'LANG', 'GTK_THEME', 'LANGUAGE')
ANSWER_SECONDS = 15


class Consent(Desktop):
    """A desktop with cardea-consent and somebody who plays the guardian."""

    def __init__(self, theme=None, large=False, **environment):
        super().__init__(**environment)
        if large:  # text at 200 %
            subprocess.run(['xprop', '-root', '-f', 'RESOURCE_MANAGER', '8s', '-set',
                            'RESOURCE_MANAGER', 'Xft.dpi: 192'], env=self.env, check=True)
        self.errors = os.path.join(self.root, 'consent.err')
        self.asked = 0
        self.messages = []
        self.rest = b''
        with open(self.errors, 'wb') as f:
            self.host = subprocess.Popen([HOST, self.program('cardea-consent')], env=self.env,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=f,
                                         start_new_session=True, bufsize=0)
        self.helpers.insert(0, self.host)
        variables = {name: self.env[name] for name in DISPLAY if name in self.env}
        variables.update(theme or {})
        self.get(lambda m: m.get('type') == 'hello')
        self.say('consent.display', variables=variables)

    def say(self, name, session=None, **body):
        line = {'name': name, 'body': body}
        if session is not None:
            line['session'] = session
        self.host.stdin.write((json.dumps(line) + '\n').encode())

    def get(self, wanted, seconds=ANSWER_SECONDS):
        end = time.monotonic() + seconds
        while True:
            for index, message in enumerate(self.messages):
                if wanted(message):
                    return self.messages.pop(index)
            left = end - time.monotonic()
            ready, _, _ = select.select([self.host.stdout], [], [], max(left, 0))
            if not ready:
                raise AssertionError(f'waited in vain; told: {self.messages}')
            data = os.read(self.host.stdout.fileno(), 1 << 16)
            if not data:
                raise AssertionError(f'the host ended; told: {self.messages}')
            *lines, self.rest = (self.rest + data).split(b'\n')
            self.messages.extend(json.loads(line) for line in lines)

    def ask(self, request, digest=None, waiting=1):
        canonical = json.dumps(request, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
        self.asked += 1
        identity = f'{self.asked:016x}'
        self.say('consent.question', session=request['session'], id=identity,
                 digest=digest or hashlib.sha256(canonical.encode()).hexdigest(),
                 nonce='00112233445566778899aabbccddeeff', tier=request['tier'], seconds=120,
                 position=1, waiting=waiting, answerable=True, question=request)
        return identity

    def answer(self, identity=None, seconds=ANSWER_SECONDS):
        return self.get(lambda m: m.get('type') == 'consent.answer'
                        and identity in (None, m['id']), seconds)

    def silent(self, seconds=0.6):
        try:
            message = self.answer(seconds=seconds)
        except AssertionError:
            return
        raise AssertionError(f'it answered: {message}')

    def put(self, request, **options):
        """Asks, waits for the window and brings it forward."""
        identity = self.ask(request, **options)
        self.wait(WINDOW, application=CONSENT)
        self.activate(WINDOW)
        return identity

    def allow_button(self):
        return self.wait('Allow: ', 'push button', CONSENT)

    def armed(self, seconds=10):
        allow = self.allow_button()
        self.wait_for(lambda: self.sensitive(allow), seconds, 'Allow to arm')
        return allow

    def focus(self, node):
        """As a person gets there: Tab by Tab."""
        for _ in range(40):
            if node.get_state_set().contains(self.Atspi.StateType.FOCUSED):
                return
            self.step('Tab')
        raise AssertionError('Tab does not lead to ' + self.name_of(node))

    def choose(self, name, *keys):
        """Opens a row's list and picks with the keyboard."""
        self.focus(self.wait(name, 'combo box', CONSENT))
        self.key('space')
        time.sleep(0.3)  # the list slides open
        self.key(*keys, 'Return')

    def press(self, allow):
        """A key's press and release on Allow: what tells a person from an assistive technology."""
        self.focus(allow)
        self.key('space')

    def click_at_allow(self):
        window = self.windows(WINDOW)[0]
        size = dict(line.split('=') for line in
                    self.xdo('getwindowgeometry', '--shell', window).split())
        self.xdo('mousemove', '--window', window, str(int(size['WIDTH']) - 70),
                 str(int(size['HEIGHT']) - 40), 'click', '1')

    def settled(self):
        """The minimum time has passed; at tier 3 the object may still be wanted."""
        self.wait_for(lambda: self.find('Allow is available', application=CONSENT)
                      or self.find('Select the target', application=CONSENT), 10, 'a settled window')

    def texts_of(self, name):
        return self.find(name, application=CONSENT).get_name()

    def content(self, name='Effect preview'):
        """The text below every accessible of that name."""
        found = []
        for node in self.nodes(CONSENT):
            if (self.name_of(node)).startswith(name) and node.get_role_name() == 'text':
                text = node.get_text_iface()
                found.append(self.Atspi.Text.get_text(text, 0, -1) if text is not None else '')
        return '\n'.join(found)

    def show(self):
        with open(self.errors, encoding='utf-8', errors='replace') as f:
            sys.stderr.write('--- cardea-consent\n' + f.read())
        sys.stderr.write(f'--- told: {self.messages}\n')

    def ends(self):
        self.host.stdin.close()
        self.host.wait(timeout=20)

    def no_warnings(self):
        self.ends()
        with open(self.errors, encoding='utf-8', errors='replace') as f:
            said = f.read()
        assert not said, said


# --- questions ---

def request(action='file.read', tier=2, resource=None, changes=None, **more):
    made = {
        'version': 1, 'request': 'r1', 'session': SESSION, 'trace': '0' * 32,
        'subject': {'agent': {'name': 'cardea-agent', 'kind': 'built-in'},
                    'title': 'Write the summary'},
        'action': action,
        'resource': resource or {'kind': 'file', 'path': '/home/eva/Documents/report.md',
                                 'size': '1234', 'dev': '1', 'ino': '2',
                                 'uid': str(os.getuid()), 'labels': []},
        'why': 'to bring the figures up to date',
        'because': {'request': 'Bring report.md up to date with bank.csv', 'labels_read': [],
                    'files_read': 1, 'untrusted_input': False},
        'tier': tier, 'policy': 'shipped.outside', 'reason': 'It lies outside every grant.',
        'remember': {'durations': ['once'], 'scopes': ['exact']} if tier >= 3 else
                    {'durations': ['once', 'task', 'time'], 'scopes': ['exact', 'folder'],
                     'max_seconds': 2592000},
        'details': {'mode': 'ask'},
    }
    if changes is not None:
        made['changes'] = changes
    made.update(more)
    return made


def change(op, path='/home/eva/Documents/report.md', kind='file', exists=True, **more):
    return {'op': op, 'kind': kind, 'path': path, 'exists': exists, 'undoable': True, **more}


REPORT = ('--- report.md\n+++ report.md\n'
          '@@ -1,7 +1,8 @@\n # Report\n \n-Income was 80.25 in January.\n'
          '+Income was 80.25 in January and 9.25 in February.\n \n ## Expenses\n \n'
          '-* Groceries\n+* Groceries, 20.25\n+* Fees, 0.75\n'
          '@@ -40,3 +41,3 @@\n The end of a long sentence that goes on and on until it has to be '
          'wrapped at the right margin of the view.\n-Last\n'
          '\\ No newline at end of file\n+Last line\n\\ No newline at end of file\n')


def write_question(**more):
    return request('file.write', changes=[change('write', size='1234', size_after='1310',
                                                 diff=REPORT, added=4, removed=3)], **more)


def found_question():
    """Something sensitive in what an agent wants to send."""
    return request(
        'net.request', tier=3,
        resource={'kind': 'host', 'host': 'api.example.com', 'domain': 'example.com', 'port': 443,
                  'scheme': 'https', 'tls': True, 'method': 'POST',
                  'url': 'https://api.example.com/v1', 'labels': []},
        sends={'bytes': '24', 'sha256': '0' * 64, 'text': 'Pay with 4556737586899855'},
        sensitive=[{'rule': 'card-number', 'count': 1, 'line': 1, 'mark': '0' * 32,
                    'before': 'Pay with ', 'shown': '••••••••9855', 'after': '',
                    'from': '/home/eva/bank.csv'}],
        treatments=['send', 'redact', 'placeholder'],
        remember={'durations': ['once', 'task'], 'scopes': ['exact']})


def folder(name='Downloads', **more):
    return {'kind': 'folder', 'path': '/home/eva/' + name, 'dev': '1', 'ino': '3',
            'uid': str(os.getuid()), 'labels': [], **more}


def moves_question(count=12):
    months = ['2026-%02d' % (m + 1) for m in range(3)]
    changes = [change('mkdir', '/home/eva/Downloads/' + m, 'folder', False) for m in months]
    changes += [change('rename', f'/home/eva/Downloads/invoice {i + 1:03}.pdf', size=str(4000 + 77 * i),
                       to=f'/home/eva/Downloads/{months[i % 3]}/invoice {i + 1:03}.pdf')
                for i in range(count)]
    return request('file.rename', resource=folder(count=len(changes)), changes=changes)


def delete_question(tier=3):
    return request('file.delete', tier, changes=[change('delete', size='1234', trash=True)])


def resume_question():
    return request('session.resume', resource={'kind': 'session'},
                   summary={'asked': 4, 'refused': 2,
                            'items': [{'action': 'file.read', 'path': '/home/eva/Documents/a.csv'},
                                      {'action': 'file.write', 'path': '/home/eva/Documents/b.md'},
                                      {'action': 'file.read', 'path': '/etc/hosts'}]},
                   remember={})


def mixed_question():
    changes = [change('write', size='1234', size_after='1310', diff=REPORT, added=4, removed=3),
               change('create', '/home/eva/Documents/summary.md', exists=False, size_after='36',
                      diff='--- /dev/null\n+++ summary.md\n@@ -0,0 +1,3 @@\n+# Summary\n+\n'
                           '+All is well, \u202eevil\n', added=3, removed=0),
               change('rename', '/home/eva/Documents/old.md', size='99',
                      to='/home/eva/Documents/archive/old.md'),
               change('metadata', '/home/eva/Documents/run.sh', mode=0o644, mode_after=0o755),
               change('delete', '/home/eva/Documents/r\u0435port.odt', size='12000', trash=True,
                      undoable=False, notes=['its ACL cannot be kept'])]
    return request('file.delete', 3, resource=folder('Documents', count=5), changes=changes)


def binary_question():
    return request('file.write', resource={**request()['resource'],
                                           'path': '/home/eva/Pictures/cat.png'},
                   changes=[change('write', '/home/eva/Pictures/cat.png', size='120345',
                                   size_after='98120', binary=True, type='PNG image',
                                   type_after='PNG image', sha256='a' * 64, sha256_after='b' * 64,
                                   undoable=False, notes=['it is larger than the undo store'])])


def many_question():
    return request('file.write', resource=folder('Documents', count=1000),
                   changes=[change('write', f'/home/eva/Documents/notes/{i:04}.txt', size='20',
                                   size_after='22', added=1, removed=1,
                                   diff=f'@@ -1 +1 @@\n-number {i}\n+number {i + 1}\n')
                            for i in range(1000)])


def long_question():
    lines = [f'line {i} of a file that is new' for i in range(3500)]
    diff = '--- /dev/null\n+++ b\n@@ -0,0 +1,%d @@\n' % len(lines) + ''.join(f'+{x}\n' for x in lines)
    return request('file.create', resource={'kind': 'file', 'exists': False, 'labels': [],
                                            'path': '/home/eva/Documents/long.txt'},
                   changes=[change('create', '/home/eva/Documents/long.txt', exists=False,
                                   size_after=str(len(diff)), diff=diff, added=len(lines), removed=0)])


# --- tests ---

def change_is_shown_and_allowed():
    with Consent() as d:
        d.put(write_question())
        for name in ('Requesting agent', 'Requested action: Change 1 file in Documents',
                     'Target: /home/eva/Documents/report.md', 'Remember for',
                     'Effect preview: 4 lines are added, 3 lines are removed. You can undo this.',
                     'Remember covering', 'Request details', 'Note to the agent', 'Deny',
                     'Deny and stop agent', 'Allow: Change file',
                     'Agent’s stated reason, not verified'):
            d.wait(name, application=CONSENT)
        content = d.content()
        for line in ('+ Income was 80.25 in January and 9.25 in February.',
                     '- Income was 80.25 in January.', '  # Report', 'Line 41'):
            assert line in content, (line, content)
        allow = d.armed()
        d.screenshot('consent-change')
        d.click(allow)
        answer = d.answer()
        assert (answer['answer'], answer['how']) == ('allow', 'window'), answer
        assert (answer['duration'], answer['scope']) == ('once', 'exact'), answer
        assert answer['armed_ms'] >= 800, answer
        d.wait_gone(WINDOW, application=CONSENT)
        d.no_warnings()



def many_are_moved_for_the_rest_of_the_task():
    with Consent() as d:
        d.put(moves_question())
        d.wait('Requested action: Make 3 folders and move 12 files in Downloads',
               application=CONSENT)
        for text in ('Make the folder 2026-01', 'Move invoice 001.pdf → 2026-01/invoice 001.pdf'):
            d.wait(text, application=CONSENT)
        d.choose('Remember for', 'Down')  # this task
        d.wait('Reading and changing exactly these 15 files and folders, until this task ends.',
               application=CONSENT)
        d.choose('Remember covering', 'Down')  # the folder
        rule = 'Reading and changing everything in /home/eva/Downloads and below it, until'
        d.wait(rule, application=CONSENT)
        d.press(d.armed())
        answer = d.answer()
        assert (answer['answer'], answer['duration'], answer['scope']) == ('allow', 'task', 'folder')
        d.no_warnings()


def what_was_found_is_shown_masked_and_can_be_left_out():
    with Consent() as d:
        d.put(found_question())
        d.wait('Sensitive data found: 1 × card-number, line 1, probably from /home/eva/bank.csv: '
               '“Pay with ••••••••9855”', application=CONSENT)
        # What lets least out is chosen; the button says what a press does.
        d.wait('Allow: Send with placeholders', 'push button', CONSENT)
        d.choose('What to do with what was found', 'Down')
        d.wait('Allow: Send without it', 'push button', CONSENT)
        d.choose('Remember for', 'Down')
        d.wait('Leaving out what was found here, for api.example.com, until this task ends.',
               application=CONSENT)
        allow = d.allow_button()
        d.settled()
        assert not d.sensitive(allow), 'armed without the host'
        d.focus(d.wait('Select api.example.com', application=CONSENT))
        d.key('space')
        d.press(d.armed())
        answer = d.answer()
        assert (answer['answer'], answer['treatment']) == ('allow', 'redact'), answer
        assert (answer['duration'], answer['scope']) == ('task', 'exact'), answer
        assert answer['confirm'] == 'api.example.com', answer
        d.no_warnings()


def what_was_found_can_be_sent_as_it_is():
    with Consent() as d:
        d.put(found_question())
        d.choose('What to do with what was found', 'End')
        d.wait('Allow: Send', 'push button', CONSENT)
        d.focus(d.wait('Name of the target', application=CONSENT))
        d.type('api.example.com')
        d.press(d.armed())
        answer = d.answer()
        assert answer['answer'] == 'allow' and answer.get('treatment') is None, answer
        d.no_warnings()


def deletion_wants_the_object_selected():
    with Consent() as d:
        d.put(delete_question())
        allow = d.wait('Allow: Delete report.md', 'push button', CONSENT)
        d.settled()
        assert not d.sensitive(allow), 'armed without the object'
        assert not d.find('Remember for', application=CONSENT), 'tier 3 remembers nothing'
        d.focus(d.wait('Select report.md', application=CONSENT))
        d.key('space')
        allow = d.armed()
        d.click(allow)  # an assistive technology alone is not enough at tier 3
        d.silent()
        d.press(allow)
        answer = d.answer()
        assert (answer['answer'], answer['confirm']) == ('allow', 'report.md'), answer
        assert answer['armed_ms'] >= 1500, answer
        d.no_warnings()


def program_is_shown_argument_by_argument():
    resource = {'kind': 'program', 'path': '/usr/bin/python3.11', 'pinned': 'inode',
                'argv': ['python3', '-c', 'print(1)\nprint(2)', '\u202egpj.exe'],
                'size': '6831704', 'uid': '0', 'dev': '1', 'ino': '2', 'sha256': 'ab' * 32,
                'package': 'python3.11-minimal', 'folder': '/home/eva', 'network': False,
                'files': [{'path': '/home/eva/bank.csv', 'kind': 'file', 'access': 'ro'}],
                'seconds': 120, 'labels': []}
    with Consent() as d:
        d.put(request('exec.run', 3, resource=resource))
        allow = d.wait('Allow: Run program', 'push button', CONSENT)
        assert 'Run the program python3.11' in d.texts_of('Requested action')
        shown = d.content()
        for text in ('python3', '-c', 'print(1)', '↳ print(2)', '\\u{202e}gpj.exe',
                     'It may read', 'bank.csv', 'It begins in'):
            assert text in shown, (text, shown)
        d.wait('Effect preview: This program does what it is told', application=CONSENT)
        d.settled()
        assert not d.sensitive(allow), 'armed without the object'
        d.focus(d.wait('Name of the target', application=CONSENT))
        d.type('python3.11')
        d.press(d.armed())
        answer = d.answer()
        assert (answer['answer'], answer['confirm']) == ('allow', 'python3.11'), answer
        d.no_warnings()


def deletion_wants_the_name_typed():
    with Consent() as d:
        d.put(delete_question())
        allow = d.wait('Allow: Delete report.md', 'push button', CONSENT)
        d.settled()
        d.focus(d.wait('Name of the target', application=CONSENT))
        d.type('report.m')
        d.key('Return')
        time.sleep(0.3)
        assert not d.sensitive(allow), 'a part of the name was taken for it'
        d.type('d')
        d.press(d.armed())
        assert d.answer()['confirm'] == 'report.md'
        d.no_warnings()


def denied_with_a_note():
    with Consent() as d:
        d.put(write_question())
        d.focus(d.wait('Note to the agent', application=CONSENT))
        d.type('use the other file')
        d.key('Return')  # no button is the default
        d.silent()
        d.click(d.button('Deny', CONSENT))
        answer = d.answer()
        assert (answer['answer'], answer['note']) == ('deny', 'use the other file'), answer
        d.no_warnings()


def denials_of_every_kind():
    with Consent() as d:
        d.put(write_question())
        d.click(d.button('Deny and stop agent', CONSENT))
        assert d.answer()['answer'] == 'stop'
        d.wait_gone(WINDOW, application=CONSENT)
        d.put(write_question())
        d.key('Escape')
        answer = d.answer()
        assert (answer['answer'], answer['how']) == ('deny', 'closed'), answer
        d.wait_gone(WINDOW, application=CONSENT)
        d.put(write_question())
        d.xdo('key', 'alt+F4')
        answer = d.answer()
        assert (answer['answer'], answer['how']) == ('deny', 'closed'), answer
        d.no_warnings()


def focus_is_told():
    with Consent() as d:
        identity = d.put(write_question())
        told = lambda focused: d.get(lambda m: m.get('type') == 'consent.focus'
                                     and m['id'] == identity and m['focused'] == focused)
        told(True)
        other = d.ask(delete_question())
        window = d.windows(WINDOW)[0]
        d.xdo('windowminimize', '--sync', window)
        told(False)
        d.xdo('windowactivate', '--sync', window)
        told(True)
        d.key('Escape')
        assert d.answer(identity)['answer'] == 'deny'
        told(False)  # for an answer that does not count
        d.get(lambda m: m.get('type') == 'consent.focus' and m['id'] == other and m['focused'])
        d.no_warnings()


def time_out_takes_the_window_away():
    with Consent() as d:
        identity = d.put(write_question())
        d.say('consent.closed', session=SESSION, id=identity, outcome='lapsed')
        d.wait_gone(WINDOW, application=CONSENT)
        d.silent()
        d.no_warnings()


def forged_presses_before_arming_do_nothing():
    with Consent() as d:
        identity = d.ask(delete_question(tier=2))
        allow = d.wait('Allow: ', 'push button', CONSENT)
        for _ in range(20):  # AT-SPI, without the focus: it never arms
            allow.get_action_iface().do_action(0)
        d.activate(WINDOW)
        for _ in range(10):  # XTEST: keys held and let go, clicks on Allow
            d.key('space', 'Return')
            d.click_at_allow()
            if d.sensitive(allow):
                break
        d.silent(0.2)
        assert d.find(WINDOW, application=CONSENT), 'the question is gone'
        d.press(d.armed())
        answer = d.answer(identity)
        assert answer['answer'] == 'allow' and answer['armed_ms'] >= 800, answer
        d.no_warnings()


def held_key_does_not_allow():
    """Down before arming, up after it: not a press."""
    with Consent(repeat=True) as d:
        d.put(write_question())
        allow = d.allow_button()
        d.xdo('keydown', 'space')
        time.sleep(1.2)
        assert not d.sensitive(allow), 'armed with a key held'
        d.xdo('keyup', 'space')
        d.silent()
        d.armed()
        d.no_warnings()


def unfolding_arms_again():
    with Consent() as d:
        d.put(long_question())
        allow = d.armed()
        assert '3100 more lines, 3100 of them changed' in d.content()
        assert 'line 3499 ' not in d.content()
        d.click(d.wait('Show all 3100 folded lines', application=CONSENT))
        d.wait_for(lambda: not d.sensitive(allow), 5, 'Allow to be taken back')
        assert 'line 3499 of a file that is new' in d.content()
        assert not d.find('Show all', application=CONSENT)
        d.press(d.armed())
        assert d.answer()['armed_ms'] >= 1600
        d.no_warnings()


def thousand_changes_are_listed():
    with Consent() as d:
        begun = time.monotonic()
        d.ask(many_question())
        d.wait_for(lambda: d.windows(WINDOW), 10, 'the window')
        assert time.monotonic() - begun < 5
        d.wait(WINDOW, application=CONSENT)
        d.activate(WINDOW)
        content = d.content()
        assert 'Change notes/0000.txt' in content and 'Change notes/0999.txt' in content
        d.armed()
        d.no_warnings()


def hostile_text_is_written_out():
    evil = 'x\u202egpj.exe\x1b[2J\n<b>b</b>&amp;'
    path = '/home/eva/' + evil
    question = request('file.write', why=evil, resource={**request()['resource'], 'path': path},
                       changes=[change('write', path, notes=[evil], added=1,
                                       diff=f'@@ -0,0 +1 @@\n+{evil[:16]}\n')])
    with Consent() as d:
        d.put(question)
        shown = '\n'.join(d.name_of(n) for n in d.nodes(CONSENT)) + d.content()
        for forbidden in ('\u202e', '\x1b'):
            assert forbidden not in shown, repr(forbidden)
        assert '\\u{202e}' in d.find('Target', application=CONSENT).get_name()
        assert '<b>b</b>&amp;' in d.find('Target', application=CONSENT).get_name()
        assert d.find('Warning: The name holds characters', application=CONSENT)
        d.no_warnings()


def wrong_digest_and_unknown_are_denied_unseen():
    odd = request('file.write', changes=[change('link')])
    for question, options in ((write_question(), {'digest': 'a' * 64}), (odd, {}),
                              (request('exec.run'), {})):
        with Consent() as d:
            answer = d.answer(d.ask(question, **options))
            assert answer['answer'] == 'deny', answer
            assert not d.windows(WINDOW)
            d.ends()
            with open(d.errors, encoding='utf-8') as f:
                assert 'a question was refused unseen' in f.read()


def all_of_an_agent_are_denied():
    with Consent() as d:
        first = d.put(write_question())
        second = d.ask(moves_question(), waiting=2)
        other = d.ask({**request(), 'session': 'ffeeddccbbaa9988'}, waiting=3)
        d.wait('Queue: 2 more questions wait', application=CONSENT)
        d.screenshot('consent-queue')
        d.click(d.wait('Deny all from this agent', 'push button', CONSENT))
        assert d.answer(first)['answer'] == 'deny'
        assert d.answer(second)['answer'] == 'deny'
        d.wait('Requested action: Read 1 file', application=CONSENT)
        assert not [m for m in d.messages
                    if m.get('id') == other and m['type'] == 'consent.answer']
        d.no_warnings()


def paused_agent_goes_on():
    with Consent() as d:
        d.put(resume_question())
        d.wait('Requested action: Go on asking', application=CONSENT)
        for text in ('Read /home/eva/Documents/a.csv', 'Change /home/eva/Documents/b.md',
                     'Target: Write the summary'):
            d.wait(text, application=CONSENT)
        assert not d.find('Remember for', application=CONSENT)
        d.press(d.armed())
        assert d.answer()['answer'] == 'allow'
        d.no_warnings()


def resizing_arms_again():
    with Consent() as d:
        d.put(write_question())
        allow = d.armed()
        d.xdo('windowsize', '--sync', d.windows(WINDOW)[0], '800', '700')
        d.wait_for(lambda: not d.sensitive(allow), 5, 'Allow to be taken back')
        d.armed()
        d.no_warnings()


def looks(name, theme=None, large=False, **environment):
    """Every kind of question: a picture for people, and no warning."""
    with Consent(theme, large, **environment) as d:
        for kind, question in (('read', request()), ('change', write_question()),
                               ('moves', moves_question()), ('delete', delete_question()),
                               ('resume', resume_question()), ('mixed', mixed_question()),
                               ('binary', binary_question()), ('many', many_question()),
                               ('long', long_question())):
            identity = d.put(question)
            if kind == 'delete':
                d.focus(d.wait('Select report.md', application=CONSENT))
                d.key('space')
            d.settled()
            d.screenshot(f'consent-{kind}-{name}')
            d.key('Escape')
            assert d.answer(identity)['answer'] == 'deny'
            d.wait_gone(WINDOW, application=CONSENT)
        d.no_warnings()


def looks_light():
    looks('light')


def looks_dark():
    looks('dark', ADW_DEBUG_COLOR_SCHEME='prefer-dark')


def looks_in_high_contrast():
    looks('contrast', ADW_DEBUG_HIGH_CONTRAST='1')


def looks_right_to_left():
    looks('rtl', {'LANGUAGE': 'he'})


def looks_at_200_percent():
    looks('large', large=True)


run([change_is_shown_and_allowed, many_are_moved_for_the_rest_of_the_task,
     what_was_found_is_shown_masked_and_can_be_left_out, what_was_found_can_be_sent_as_it_is,
     deletion_wants_the_object_selected, deletion_wants_the_name_typed,
     program_is_shown_argument_by_argument, denied_with_a_note,
     denials_of_every_kind, focus_is_told, time_out_takes_the_window_away,
     forged_presses_before_arming_do_nothing, held_key_does_not_allow, unfolding_arms_again,
     thousand_changes_are_listed, hostile_text_is_written_out,
     wrong_digest_and_unknown_are_denied_unseen, all_of_an_agent_are_denied,
     paused_agent_goes_on, resizing_arms_again, looks_light, looks_dark, looks_in_high_contrast,
     looks_right_to_left, looks_at_200_percent])

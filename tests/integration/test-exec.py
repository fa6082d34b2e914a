#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that the assistant runs: asked with all of it, held to what was shown, in a sandbox of
their own that has a part of what the assistant has. Nothing is mocked but the model's words."""
import hashlib
import json
import os
import shutil
import socket

from model_server import ModelServer, OpenAI
from world import Watcher, World, needs_fuse, run


class Scene:
    """A world with a model that calls the tool "run" with what a test wants, each once."""

    def __init__(self, *calls, mode='ask', files=(), prepare=None):
        self.calls, self.mode, self.files, self.prepare = calls, mode, files, prepare

    def __enter__(self):
        self.world = World()
        if self.prepare:
            self.prepare(self.world)
        calls = [call(self.world) if callable(call) else call for call in self.calls]
        script = [OpenAI.call(('run', call)) for call in calls] + [OpenAI.say('Done.')]
        self.server = ModelServer(script).__enter__()
        self.world.ctl('model', 'add', 'mine', '--url', self.server.url, '--model', 'test-1', check=0)
        self.watcher = Watcher(self.world) if self.mode == 'ask' else None
        shared = [part for file in self.files for part in ('-f', os.path.join(self.world.home, file))]
        self.ask = self.world.start('ask', '--model', 'mine', '--mode', self.mode, *shared, 'Do it')
        return self

    def __exit__(self, kind, value, trace):
        self.server.__exit__(kind, value, trace)
        self.world.__exit__(kind, value, trace)

    def question(self):
        question = self.watcher.question()
        assert question['question']['action'] == 'exec.run', question
        return question

    def allow(self, question):
        name = os.path.basename(question['question']['resource']['path'])
        done = self.watcher.answer(question, 'allow', '--confirm', name)
        assert done.returncode == 0, done.stderr
        return done

    def results(self):
        """What the model was told, and the records."""
        out, err = self.ask.communicate(timeout=60)
        assert self.ask.returncode == 0, (out, err)
        return OpenAI.results(self.server.requests[-1]), self.world.records()

    def result(self):
        results, records = self.results()
        assert len(results) == 1, results
        return results[0], records


def of_run(records, kind):
    return [r for r in records if r['type'] == kind and r.get('action') == 'exec.run']


# --- the main job ---

def offline_model_runs_a_program():
    """`ask 'run wc -l on report.txt'`: asked with the real program, run, recorded, ended."""
    with World() as w:
        path = w.file('report.txt', 'a\nb\nc\n')
        watcher = Watcher(w)
        ask = w.start('ask', '-f', path, 'run wc -l on report.txt')
        question = watcher.question()
        real = question['question']
        resource = real['resource']
        assert real['action'] == 'exec.run' and real['tier'] == 3, real
        assert resource['path'] == '/usr/bin/wc' and resource['pinned'] == 'inode', resource
        with open('/usr/bin/wc', 'rb') as f:
            assert resource['sha256'] == hashlib.sha256(f.read()).hexdigest(), resource
        assert resource['argv'] == ['wc', '-l', path], resource
        assert resource['files'] == [{'access': 'ro', 'kind': 'file', 'path': path}], resource
        assert resource['network'] is False and real['remember']['durations'] == ['once'], real
        # Tier 3: a plain "allow" is not enough.
        assert watcher.answer(question, 'allow').returncode != 0
        assert watcher.answer(question, 'allow', '--confirm', 'wc').returncode == 0
        out, err = ask.communicate(timeout=30)
        assert ask.returncode == 0, (out, err)
        assert '3 ' + path in out, out

        records = w.records()
        child = [r for r in records if r['type'] == 'session.start' and 'parent' in r]
        assert len(child) == 1, child
        launched = [r for r in of_run(records, 'launch') if r['session'] == child[0]['session']]
        layers = launched[0]['layers']
        assert layers['network'] == 'loopback' and layers['no_new_privs'] is True, layers
        assert layers['sha256'] == resource['sha256'], layers
        outcomes = [r['outcome'] for r in of_run(records, 'outcome')]
        assert outcomes == ['started', 'exited'], outcomes
        decided = [r for r in of_run(records, 'decision') if r.get('resource', {}).get('kind') == 'program']
        assert decided[0]['resource']['argv'] == ['wc', '-l', path], decided
        # Its capabilities are a part of the assistant's: exactly the file, for reading.
        issued = [r for r in records if r['type'] == 'capability.issue' and 'grant' in r]
        assert [(r['resource']['path'], r['resource']['access']) for r in issued] == [(path, 'ro')]


def nobody_to_ask_is_a_refusal():
    with World() as w:
        path = w.file('report.txt', 'a\n')
        done = w.ctl('ask', '-f', path, 'run wc -l on report.txt', check=3)
        assert 'not run' in done.stderr + done.stdout, done
        done = w.ctl('ask', '--mode', 'deny', '-f', path, 'run wc -l on report.txt', check=3)
        assert not of_run(w.records(), 'outcome')


def deny_comes_back_with_the_note():
    with Scene({'program': 'date'}) as s:
        question = s.question()
        s.watcher.answer(question, 'deny', '--note', 'look at the clock')
        result, records = s.result()
        assert result['refused'] is True and 'look at the clock' in json.dumps(result), result
        assert not of_run(records, 'outcome'), records


def status_and_streams_come_back():
    with Scene({'program': 'sh', 'arguments': ['-c', 'echo out; echo err >&2; exit 7']}) as s:
        s.allow(s.question())
        result, _ = s.result()
        data = result['data']
        assert (data['status'], data['output'], data['errors']) == (7, 'out\n', 'err\n'), data


def it_changes_what_was_listed_and_that_can_be_undone():
    needs_fuse()

    def prepare(world):
        world.file('a.txt', 'old\n', folder=world.folder('home/project'))

    def call(world):
        folder = os.path.join(world.home, 'project')
        return {'program': 'sh', 'writable': [folder], 'folder': folder,
                'arguments': ['-c', 'pwd; echo new > a.txt; echo made > b.txt; echo x > ~/c.txt']}
    with Scene(call, prepare=prepare) as s:
        question = s.question()
        files = question['question']['resource']['files']
        assert [(f['access'], f['kind']) for f in files] == [('rw', 'folder')], files
        s.allow(question)
        result, _ = s.result()
        folder = os.path.join(s.world.home, 'project')
        assert result['data']['output'] == folder + '\n', result
        with open(os.path.join(folder, 'a.txt'), encoding='utf-8') as f:
            assert f.read() == 'new\n'
        assert not os.path.exists(os.path.join(s.world.home, 'c.txt'))
        assert result['data']['unkept'] == 1, result
        assert result['data']['unkept_what'] == os.path.join(s.world.home, 'c.txt'), result
        changes = s.world.json('undo', 'list')
        changes = changes.get('changes', changes) if isinstance(changes, dict) else changes
        assert changes, 'nothing can be undone'
        for change in changes:
            s.world.ctl('undo', change['id'], check=0)
        with open(os.path.join(folder, 'a.txt'), encoding='utf-8') as f:
            assert f.read() == 'old\n'


# --- what it must not reach ---

def it_sees_nothing_but_what_was_listed():
    def prepare(world):
        world.file('seen.txt', 'seen')
        world.file('other.txt', 'SECRET of the person')
        world.file('id_ed25519', 'SECRET key', folder=world.folder('home/.ssh'))

    def call(world):
        code = ('cat "$0" "${0%seen.txt}other.txt" ~/.ssh/id_ed25519; ls -a ~ "${0%/seen.txt}"; '
                'env; ls /proc/self/fd; cat /proc/net/route; echo changed > "$0"; kill -0 -1')
        return {'program': 'bash', 'files': [os.path.join(world.documents, 'seen.txt')],
                'arguments': ['-c', code, os.path.join(world.documents, 'seen.txt')]}
    needs_fuse()
    with Scene(call, prepare=prepare, files=['Documents/seen.txt', 'Documents/other.txt']) as s:
        s.allow(s.question())
        result, records = s.result()
        text = result['data']['output'] + result['data']['errors']
        assert 'seen' in text and 'SECRET' not in text and 'other.txt:' in text, text
        with open(os.path.join(s.world.documents, 'seen.txt'), encoding='utf-8') as f:
            assert f.read() == 'seen'
        for leak in ('XDG_RUNTIME_DIR', 'DBUS', 'HTTPS_PROXY', '10.', 'CARDEA'):
            assert leak not in text, (leak, text)
        reads = [r for r in records if r['type'] == 'decision' and r.get('action') == 'file.read'
                 and r['effect'] == 'allow' and r.get('policy') != 'designation']
        assert not [r for r in reads if 'other.txt' in r['resource'].get('path', '')], reads


def closed_files_are_refused_before_anybody_is_asked():
    def prepare(world):
        world.file('id_ed25519', 'SECRET key', folder=world.folder('home/.ssh'))

    def call(world):
        return {'program': 'cat', 'files': [os.path.join(world.home, '.ssh/id_ed25519')]}
    with Scene(call, prepare=prepare) as s:
        result, records = s.result()
        assert result['refused'] is True, result
        assert not [r for r in records if r['type'] == 'consent'], records


def attempts_to_get_out_are_held():
    """cardea-prove, whose hundred attempts succeed without a sandbox, is what the assistant runs."""
    needs_fuse()
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        spaces = [str(os.stat('/proc/self/ns/' + name).st_ino)
                  for name in ('user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup')]

        def call(world):
            return {'program': world.program('cardea-prove'),
                    'arguments': [world.file('canary', 'words\n'), '',
                                  str(listener.getsockname()[1]), str(os.getpid()), *spaces]}
        with Scene(call) as s:
            s.allow(s.question())
            result, _ = s.result()
            lines = [line.split('\t') for line in result['data']['output'].splitlines()]
            assert lines[-1] == ['end'], lines[-3:]
            # No socket of the abstract kind was made for it, and it has no proxy to talk to.
            odd = [line for line in lines[:-1] if line[2] == 'through']
            assert not odd and len(lines) > 100, odd
            with open(os.path.join(s.world.documents, 'canary'), encoding='utf-8') as f:
                assert f.read() == 'words\n'


# --- what was shown is what runs ---

def own_program(world, text='#!/bin/sh\necho first\n'):
    path = world.file('tool.sh', text, folder=world.folder('home/bin'))
    os.chmod(path, 0o755)
    return path


def a_copied_program_is_the_one_that_was_shown():
    """Not the system's: swapped and rewritten after the question, what was measured runs."""
    def call(world):
        return {'program': own_program(world)}
    with Scene(call) as s:
        question = s.question()
        resource = question['question']['resource']
        assert resource['pinned'] == 'copy', resource
        assert resource['sha256'] == hashlib.sha256(b'#!/bin/sh\necho first\n').hexdigest()
        path = os.path.join(s.world.home, 'bin/tool.sh')
        own_program(s.world, '#!/bin/sh\necho second\n')
        os.rename(s.world.file('other', '#!/bin/sh\necho third\n'), path)
        s.allow(question)
        result, records = s.result()
        assert result['data']['output'] == 'first\n', result
        launch = [r for r in of_run(records, 'launch') if r['layers'].get('program')]
        assert launch[0]['layers']['program'] == 'sealed-copy', launch


def scripted(world, content='print("first")\n'):
    return world.file('task.py', content, folder=world.folder('home/project'))


def script_call(world):
    path = scripted(world)
    return {'program': 'python3', 'arguments': [path], 'files': [os.path.dirname(path)]}


def a_script_is_shown_and_runs_as_it_was():
    needs_fuse()
    with Scene(script_call) as s:
        question = s.question()
        scripts = question['question']['resource']['scripts']
        assert len(scripts) == 1 and scripts[0]['index'] == 1, scripts
        assert scripts[0]['sha256'] == hashlib.sha256(b'print("first")\n').hexdigest(), scripts
        s.allow(question)
        result, _ = s.result()
        assert result['data']['output'] == 'first\n', result


def a_script_changed_after_the_question_is_refused():
    needs_fuse()
    for how in ('rewritten', 'replaced', 'linked'):
        with Scene(script_call) as s:
            question = s.question()
            path = os.path.join(s.world.home, 'project/task.py')
            if how == 'rewritten':
                scripted(s.world, 'print("other")\n')
            else:
                other = s.world.file('other.py', 'print("first")\n')
                os.remove(path)
                if how == 'linked':
                    os.symlink(other, path)
                else:
                    os.rename(other, path)
            s.allow(question)
            result, records = s.result()
            assert result['ok'] is False and 'changed' in json.dumps(result), (how, result)
            assert [r['outcome'] for r in of_run(records, 'outcome')] == ['changed'], how


def a_listed_file_swapped_after_the_question_is_not_seen():
    needs_fuse()

    def prepare(world):
        world.file('list.txt', 'what was shown')
        world.file('secret.txt', 'SECRET')

    def call(world):
        path = os.path.join(world.documents, 'list.txt')
        return {'program': 'cat', 'arguments': [path], 'files': [path]}
    with Scene(call, prepare=prepare) as s:
        question = s.question()
        path = os.path.join(s.world.documents, 'list.txt')
        os.rename(os.path.join(s.world.documents, 'secret.txt'), path)
        s.allow(question)
        results, _ = s.results()
        assert 'SECRET' not in json.dumps(results), results


# --- what is not run ---

def refused_outright(call, *wanted, prepare=None):
    with Scene(call, prepare=prepare) as s:
        result, records = s.result()
        assert result['ok'] is False, (call, result)
        for word in wanted:
            assert word in json.dumps(result), (word, result)
        assert not [r for r in records if r['type'] == 'consent'], records
        assert not of_run(records, 'outcome'), records


def programs_that_are_never_run():
    refused_outright({'program': './x'}, 'full path')
    refused_outright({'program': 'bin/x'}, 'full path')
    refused_outright({'program': 'there-is-none'}, 'no program')
    refused_outright({'program': '/usr/bin'}, 'folder')
    refused_outright({'program': '/etc/passwd'}, 'executable')
    refused_outright({'program': 'su'}, 'change who one is')
    refused_outright({'program': '/dev/null'}, 'holds no files')
    refused_outright({'program': '/usr/bin'}, 'it is a folder')


def setuid_programs_are_closed():
    def call(world):
        path = os.path.join(world.folder('home/bin'), 'mine')
        shutil.copy('/usr/bin/true', path)
        os.chmod(path, 0o4755)
        return {'program': path}
    refused_outright(call, 'change who one is')


def strange_interpreters_are_refused():
    def call(world):
        path = os.path.join(world.folder('home/bin'), 'sh')
        shutil.copy('/bin/sh', path)
        return {'program': own_program(world, f'#!{path}\necho x\n')}
    refused_outright(call, 'interpreter')


def variables_that_load_something_are_refused():
    for variable in ('LD_PRELOAD=/tmp/x.so', 'LD_AUDIT=x', 'PATH=/tmp', 'PYTHONSTARTUP=/tmp/x',
                     'BASH_ENV=/tmp/x', 'NODE_OPTIONS=-r/tmp/x', 'GIT_SSH_COMMAND=x', 'HOME=/'):
        refused_outright({'program': 'true', 'variables': [variable]}, variable.split('=')[0])


def a_path_of_ones_own_finds_nothing():
    """A program of that name in the working folder, or in a PATH of the agent's, is not taken."""
    def call(world):
        for folder in (world.work, world.folder('home/bin')):
            fake = os.path.join(folder, 'wc')
            shutil.copy('/usr/bin/true', fake)
        return {'program': 'wc', 'arguments': ['--version']}
    with Scene(call) as s:
        question = s.question()
        assert question['question']['resource']['path'] == '/usr/bin/wc', question
        s.allow(question)
        result, _ = s.result()
        assert 'coreutils' in result['data']['output'], result


def a_folder_that_was_not_listed_is_no_place_to_begin():
    refused_outright(lambda world: {'program': 'ls', 'folder': world.documents}, 'begin')


# --- arguments ---

def arguments_are_the_programs_alone():
    """Nothing is split, expanded or taken for an option of ours, and all of it was shown."""
    odd = ['--version', '-c', 'two\nlines', 'a b', '$(id)', ';', '\u202egnp.exe', '*', '',
           '--ro-bind', '/', 'tab\there']
    with Scene({'program': 'printf', 'arguments': ['[%s]', *odd[1:]]}) as s:
        question = s.question()
        assert question['question']['resource']['argv'] == ['printf', '[%s]', *odd[1:]], question
        s.allow(question)
        result, _ = s.result()
        shown = result['data']['output']
        for text in ('[-c]', '[two\nlines]', '[a b]', '[$(id)]', '[;]', '[*]', '[]', '[--ro-bind]'):
            assert text in shown, (text, shown)
        assert '\u202e' not in shown, shown


# --- bounds ---

def a_flood_is_ended_and_bounded():
    with Scene({'program': 'sh', 'arguments': ['-c', 'yes & yes >&2']}) as s:
        s.allow(s.question())
        result, records = s.result()
        data = result.get('data', result)  # a small model is told less still
        assert data['cut'] is True and 'status' not in data, data
        assert len(json.dumps(data)) < 200000
        assert [r['outcome'] for r in of_run(records, 'outcome')] == ['started', 'ended']
        s.world.wait_for(lambda: not [p for p in s.world.processes() if s.world.name(p) == 'yes'],
                         what='the end of it')


def a_slow_one_is_ended_in_time():
    with Scene({'program': 'sleep', 'arguments': ['600'], 'seconds': 1}) as s:
        s.allow(s.question())
        result, _ = s.result()
        assert '1 second' in result['data']['ended'], result


def the_persons_limit_is_the_shorter():
    def limit(world):
        world.ctl('settings', 'set', 'exec.seconds', '1', check=0)
    with Scene({'program': 'sleep', 'arguments': ['600'], 'seconds': 300}, prepare=limit) as s:
        s.allow(s.question())
        result, _ = s.result()
        assert '1 second' in result['data']['ended'], result


def nothing_outlives_it():
    """A child that made itself a daemon ends with its program."""
    code = 'setsid sh -c "exec sleep 987" >/dev/null 2>&1 & echo $!'
    with Scene({'program': 'sh', 'arguments': ['-c', code]}) as s:
        s.allow(s.question())
        result, _ = s.result()
        assert result['data']['status'] == 0, result
        s.world.wait_for(lambda: not [p for p in s.world.processes()
                                      if s.world.name(p) == 'sleep'], what='the end of all of it')


def it_ends_with_the_session():
    with Scene({'program': 'sleep', 'arguments': ['986']}) as s:
        s.allow(s.question())
        s.world.wait_for(lambda: of_run(s.world.records(), 'outcome'), what='it to run')
        listed = s.world.json('sessions')
        listed = listed.get('sessions', listed) if isinstance(listed, dict) else listed
        child = [one for one in listed if one.get('parent')]
        assert len(child) == 1 and child[0]['program'].endswith('/sleep'), listed
        s.world.ctl('session', 'end', child[0]['parent'], check=0)
        s.ask.communicate(timeout=30)
        s.world.wait_for(lambda: not [p for p in s.world.processes()
                                      if s.world.name(p) == 'sleep'], what='the end of all of it')
        ended = [r for r in s.world.records() if r['type'] == 'session.end']
        assert {r['session'] for r in ended} >= {child[0]['id'], child[0]['parent']}, ended


run([offline_model_runs_a_program, nobody_to_ask_is_a_refusal, deny_comes_back_with_the_note,
     status_and_streams_come_back, it_changes_what_was_listed_and_that_can_be_undone,
     it_sees_nothing_but_what_was_listed, closed_files_are_refused_before_anybody_is_asked,
     attempts_to_get_out_are_held,
     a_copied_program_is_the_one_that_was_shown, a_script_is_shown_and_runs_as_it_was,
     a_script_changed_after_the_question_is_refused,
     a_listed_file_swapped_after_the_question_is_not_seen, programs_that_are_never_run,
     setuid_programs_are_closed, strange_interpreters_are_refused,
     variables_that_load_something_are_refused, a_path_of_ones_own_finds_nothing,
     a_folder_that_was_not_listed_is_no_place_to_begin, arguments_are_the_programs_alone,
     a_flood_is_ended_and_bounded, a_slow_one_is_ended_in_time,
     the_persons_limit_is_the_shorter, nothing_outlives_it,
     it_ends_with_the_session])

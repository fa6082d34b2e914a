#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking with somebody else's agent (cardeactl ask --with): what it does by itself is held by its
sandbox, what it asks for over its protocol goes through the guardian."""
import http.server
import json
import os
import threading

from foreign import install as prepare, uninstall
from world import Watcher, World, needs_fuse, run


def ask(w, folder, steps, *options, **more):
    return w.ctl('ask', '--with', 'theirs', '-w', folder, *options, json.dumps(steps), **more)


def results(done):
    assert done.returncode == 0, done
    return json.loads(done.stdout.splitlines()[0])  # its sources stand below it


def files():
    """Of the shared folder both ways are open; of the rest neither, unasked."""
    with World() as w:
        folder = prepare(w)
        read, mine, theirs, own = results(ask(w, folder, [
            ['read', folder + '/a.txt'], ['open', folder + '/a.txt'],
            ['read', w.documents + '/tax'], ['open', w.documents + '/tax']]))
        assert read == {'content': 'one\ntwo\n'}, read
        assert mine == 'one\ntwo\n', mine
        assert 'nobody' in theirs['message'], theirs
        assert own == 'No such file or directory', own  # its home is its own
        records = w.records()
        starts = [r for r in records if r['type'] == 'session.start']
        agents = {r['subject']['agent'] for r in starts}
        assert 'profile:theirs' in agents and len(agents) == 2, agents
        assert [r.get('foreign') for r in starts if r.get('foreign')] == ['theirs'], starts
        denied = w.records('--effect', 'deny', '--action', 'file.read')
        assert {r['resource']['path'] for r in denied} == {w.documents + '/tax'}, denied


def given_files():
    """The text of a file that a person gave comes with the message: in the agent's own home it does
    not exist. What is no text, and what it can open itself, is named."""
    with World() as w:
        folder = prepare(w)
        w.file('picture.bin', b'\x89PNG\r\n\x1a\n\x00\xff' * 40)
        (blocks,) = results(ask(w, folder, [['given']], '-f', w.documents + '/tax', '-f',
                                w.documents + '/picture.bin', '-f', folder + '/a.txt'))
        text, binary, mine = [b for b in blocks if not b.get('uri', '').endswith('/project')]
        assert text['resource'] == {'uri': 'file://' + w.documents + '/tax', 'text': 'secret\n'}, text
        assert binary['type'] == mine['type'] == 'resource_link', blocks
        read = {r['resource']['path'] for r in w.records('--action', 'file.read') if r['type'] == 'outcome'}
        assert w.documents + '/tax' in read and folder + '/a.txt' not in read, read
        assert not w.records('--effect', 'deny')


def shown(result, status=0):
    assert result.get('status') == {'exitCode': status}, result
    assert result['released'] == {} and result['gone'] == -32602, result
    assert result['shown']['exitStatus'] == result['status'], result
    return result['shown']['output']


def terminals():
    """A terminal of its own: a sandbox beside the agent's, with what was shared and nothing else."""
    with World() as w:
        folder = prepare(w)
        inside, tax, net, env, wrote, kept, cut, late, plain, offered, missing = results(ask(w, folder, [
            ['terminal', 'cat', 'a.txt'], ['terminal', f'cat {w.documents}/tax; ls {w.documents}'],
            ['terminal', 'python3', '-c', 'import socket; socket.create_connection(("127.0.0.1", 9))'],
            ['with', 'LD_PRELOAD', '/tmp/x.so', 'id'], ['terminal', 'echo x >>a.txt; cat a.txt; ls -a'],
            ['terminal', 'echo private >~/own; cat ~/own; exit 7'],
            ['limited', 5, 'printf "abc\\303\\244\\303\\266\\303\\274"'], ['killed', 'echo begun; sleep 1000'],
            ['with', 'CI', '1', 'echo $CI $HOME; id -u >&2'], ['offered'], ['terminal', 'no-such-program']],
            '--mode', 'deny'))
        assert offered == {'fs': {'readTextFile': True, 'writeTextFile': True}, 'terminal': True}, offered
        assert shown(inside) == 'one\ntwo\n', inside
        assert 'secret' not in str(tax) and 'No such file' in shown(tax, 2), tax
        assert 'Traceback' in shown(net, 1), net
        assert 'LD_PRELOAD' in env['message'], env
        assert shown(wrote).startswith('one\ntwo\nx\n'), wrote  # its own copy, gone with it
        assert shown(kept, 7) == 'private\n', kept
        assert shown(cut) == 'öü' and cut['shown']['truncated'] is True, cut
        assert late['running'] == {'output': 'begun\n', 'truncated': False}, late
        assert late['status'] == {'signal': 'SIGKILL'} == late['after']['exitStatus'], late
        assert shown(plain).startswith('1 ' + w.home), plain
        assert 'message' in missing, missing
        with open(folder + '/a.txt', encoding='utf-8') as f:
            assert f.read() == 'one\ntwo\n'
        records = w.records('--action', 'exec.run')
        allowed = [r for r in records if r['type'] == 'decision' and r.get('policy') == 'shipped.exec-terminal']
        assert len(allowed) >= 8, records
        assert 'shipped.exec-loader' in {r.get('policy') for r in records}, records
        parents = {r['session']: r.get('parent') for r in w.records() if r['type'] == 'session.start'}
        assert len([p for p in parents.values() if p in parents]) >= 8, parents


class Greeting(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # pylint: disable=invalid-name
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'hello\n')

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


GET = 'python3 -c "import urllib.request as u; print(u.urlopen(\'http://{}/\').read())" 2>&1 | tail -n 1'


def terminals_go_where_their_agent_may():
    """To the hosts of the agent's own program, named with --net or by its profile, and to no other; an
    administrator's rule can keep them in."""
    with World() as w, http.server.ThreadingHTTPServer(('127.0.0.1', 0), Greeting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder = prepare(w)
        host = f'127.0.0.1:{server.server_port}'
        steps = [['terminal', GET.format(host)], ['terminal', GET.format('other.invalid')], ['terminal', 'id -u']]
        here, there, _ = results(ask(w, folder, steps, '--net', host, '--mode', 'deny'))
        assert shown(here) == "b'hello\\n'\n", here
        assert '403' in shown(there), there
        # Without a host of its agent's it has no proxy, and of this computer's services none.
        here, there, _ = results(ask(w, folder, steps, '--mode', 'deny'))
        assert 'hello' not in str(here) and 'hello' not in str(there), (here, there)
        ran = [r for r in w.records('--action', 'exec.run') if r.get('policy') == 'shipped.exec-terminal']
        assert [r['resource'].get('hosts') for r in ran] == [[host]] * 3 + [None] * 3, ran
        issued = [r for r in w.records('--type', 'capability.issue') if r.get('action') == 'net.connect']
        assert len(issued) == 3 and all(r['from'] for r in issued), issued
        rules = w.folder('config/cardea/policy.d')
        w.file('no.rego', 'package cardea.user.no\n\nimport rego.v1\n\n'
               'answer["user.no"] := {"effect": "deny", "tier": 5, "reason": "not out of a terminal"} if {\n'
               '\tinput.action == "exec.run"\n\tinput.resource.network\n}\n', folder=rules)
        os.chmod(rules, 0o700)
        w.ctl('policy', 'reload', check=0)
        refused, *_ = results(ask(w, folder, steps, '--net', host))
        assert 'not out of a terminal' in refused['message'], refused
        server.shutdown()


def terminals_write_where_they_may():
    with World() as w:
        folder = prepare(w)
        (done,) = results(ask(w, folder + ':rw', [['terminal', 'echo x >>a.txt; mkdir d; echo y >d/e']]))
        assert shown(done) == '', done
        with open(folder + '/a.txt', encoding='utf-8') as f:
            assert f.read() == 'one\ntwo\nx\n'
        with open(folder + '/d/e', encoding='utf-8') as f:
            assert f.read() == 'y\n'
        made = [c for c in w.json('undo', 'list') if c['state'] == 'made' and 'of' not in c]
        assert len(made) == 1, made
        w.ctl('undo', made[0]['id'], check=0)
        with open(folder + '/a.txt', encoding='utf-8') as f:
            assert f.read() == 'one\ntwo\n'


def terminals_have_limits_and_end():
    """Not more than a few at once; with the conversation all of them end."""
    with World() as w:
        folder = prepare(w)
        begun = results(ask(w, folder, [['begin', f'exec sleep 98765{i}'] for i in range(8)]))
        made = [b for b in begun if 'terminalId' in b]
        assert 1 <= len(made) <= 4 and all('message' in b for b in begun if b not in made), begun
        w.wait_for(lambda: not [p for p in w.processes() if w.name(p) == 'sleep'], 10, 'their end')
        assert not [s for s in w.json('sessions') if s['state'] != 'ended'], w.json('sessions')


def write_is_asked_and_undone():
    with World() as w:
        folder = prepare(w)
        path = folder + '/a.txt'
        watcher = Watcher(w)
        job = w.start('ask', '--with', 'theirs', '-w', folder,
                      json.dumps([['write', path, 'changed\n'], ['write', path, 'again\n']]))
        question = watcher.question()
        assert question['question']['action'] == 'file.write', question
        assert '+changed' in question['question']['changes'][0]['diff'], question
        watcher.answer(question, 'allow')
        watcher.answer(watcher.question(), 'deny')
        out, _ = job.communicate(timeout=60)
        first, second = json.loads(out.splitlines()[0])
        assert first == {} and 'code' in second, out
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'changed\n'
        w.ctl('undo', w.json('undo', 'list')[0]['id'], check=0)
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'one\ntwo\n'


def write_where_it_may():
    """In a folder that was given for changing nothing is asked, and all of it can be taken back; it
    works in the folder that was named first, also when another may be changed."""
    with World() as w:
        folder = prepare(w)
        other = w.folder('home/other')
        path = os.path.join(other, 'new.txt')
        wrote, denied, here = results(ask(w, folder, [
            ['write', path, 'by itself\n'], ['write', folder + '/a.txt', 'no\n'], ['where']],
            '-w', other + ':rw', '--mode', 'deny'))
        assert wrote == {}, wrote
        assert 'code' in denied, denied
        assert here == folder, here
        with open(path, encoding='utf-8') as f:
            assert f.read() == 'by itself\n'
        with open(folder + '/a.txt', encoding='utf-8') as f:
            assert f.read() == 'one\ntwo\n'
        w.ctl('undo', w.json('undo', 'list')[0]['id'], check=0)
        assert not os.path.exists(path)


def permission():
    """Its own questions are put to the person, in its own words, and answered once."""
    with World() as w:
        folder = prepare(w)
        watcher = Watcher(w)
        job = w.start('ask', '--with', 'theirs', '-w', folder,
                      json.dumps([['permit', 'Run make'], ['permit', 'Run rm']]))
        question = watcher.question()
        asked = question['question']
        assert asked['subject']['agent']['name'] == 'theirs', asked
        assert asked['subject']['agent']['kind'] == 'third-party', asked
        assert asked['action'] == 'agent.permit' and asked['why'] == 'Run make', asked
        assert asked['remember'].get('durations', []) in ([], ['once']), asked
        watcher.answer(question, 'allow')
        watcher.answer(watcher.question(), 'deny')
        out, _ = job.communicate(timeout=60)
        first, second = json.loads(out.splitlines()[0])
        assert first == {'outcome': 'selected', 'optionId': 'yes'}, out
        assert second == {'outcome': 'selected', 'optionId': 'no'}, out
        decided = [r for r in w.records('--action', 'agent.permit') if r['type'] == 'decision']
        assert [r['effect'] for r in decided] == ['allow', 'deny'], decided
        assert decided[0]['resource']['title'] == 'Run make', decided


def ends():
    """When it ends, or cannot begin, that is said; nothing of it is left."""
    with World() as w:
        folder = prepare(w)
        done = ask(w, folder, [['exit', 0]])
        assert done.returncode == 1 and 'theirs has ended' in done.stderr, done
        done = ask(w, folder, [['crash', 'no such model \x1b[31m', 3]])
        assert done.returncode == 1 and 'no such model \\u{001b}[31m' in done.stderr, done
        for words in (['--with', 'python'], ['--with', 'none'], ['--with', '../x'],
                      ['--with', 'theirs', '--model', 'x'], ['-w', folder],
                      ['--with', 'theirs', '-w', w.home]):
            done = w.ctl('ask', *words, 'text')
            assert done.returncode == 2 and done.stderr.count('\n') == 1, (words, done)
        uninstall(w)
        done = ask(w, folder, [])
        assert done.returncode == 1 and 'theirs' in done.stderr, done


needs_fuse()
run([files, given_files, terminals, terminals_go_where_their_agent_may, terminals_write_where_they_may,
     terminals_have_limits_and_end, write_is_asked_and_undone, write_where_it_may, permission, ends])

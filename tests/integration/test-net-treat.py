#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of what was found in what is sent to a model: sent, left out, or exchanged for a
placeholder whose place the answer gives back, as the person or policy says. Seen by a server that is
on this computer, which an administrator's rule treats like any other."""
import json
import os

from model_server import Anthropic, Answer, ModelServer, OpenAI, connect, event
from world import Watcher, World, needs_fuse, run

# Nobody's, but numbers that hold.
CARD = '4556 7375 8689 9855'
OTHER = '4916 2110 8923 7448'
ASK = '{"rule": "office.out", "effect": "ask", "tier": 3, "reason": "it holds something"}'
REPLACE = ('{"rule": "office.out", "effect": "allow", "tier": 1, "reason": "", '
           '"obligations": {"placeholder": true}}')
LEAVE_OUT = ('{"rule": "office.out", "effect": "allow", "tier": 1, "reason": "", '
             '"obligations": {"redact": ["all"]}}')


class Office(World):
    def rule(self, answer, when='input.resource.sensitive.sure == true'):
        folder = self.env['CARDEA_TEST_POLICY_FOLDER']
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = os.path.join(folder, 'office.rego')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(f'package cardea.admin.office\n\nanswer contains {answer} if {{\n'
                    f'\tinput.action == "net.request"\n\t{when}\n}}\n')
        os.chmod(path, 0o600)

    def decisions(self):
        return [r for r in self.records() if r['type'] == 'decision'
                and r['action'] == 'net.request' and 'treatment' in r]

    def not_in_the_log(self, *secrets):
        """Nor does any record say it, but the session's title, which is the person's own words."""
        for record in self.records():
            for secret in secrets:
                assert record['type'] == 'session.start' or secret not in json.dumps(record), record
        for folder, _, names in os.walk(self.audit):
            for name in names:
                with open(os.path.join(folder, name), 'rb') as f:
                    data = f.read()
                for secret in secrets:
                    assert secret.encode() not in data, name


def whole(body):
    return json.dumps(body, ensure_ascii=False)


def echo(kind):
    """A model that repeats the last thing it was told, a character a delta."""
    def script(body):
        said = whole(body['messages'][-1]['content'])
        return kind.say(*said)
    return script


def asked(world, server, kind, *options, text=f'Is {CARD} a number?'):
    connect(world, server, kind)
    watcher = Watcher(world)
    process = world.start('ask', '--model', 'mine', text)
    question = watcher.question()
    assert question['question']['policy'] == 'office.out', question
    assert question['question']['treatments'] == ['send', 'redact', 'placeholder'], question
    done = watcher.answer(question, 'allow', '--confirm', '127.0.0.1', *options)
    assert done.returncode == 0, done.stderr
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (out, err)
    return out


def it_is_sent_as_it_is():
    with Office() as w, ModelServer(echo(OpenAI)) as server:
        w.rule(ASK)
        assert CARD in asked(w, server, 'openai')
        assert CARD in whole(server.requests[-1])
        assert w.decisions()[-1]['treatment'] == 'send', w.decisions()
        w.not_in_the_log(CARD, CARD[5:])


def it_is_left_out():
    for kind, speaks in (('openai', OpenAI), ('anthropic', Anthropic)):
        with Office() as w, ModelServer(echo(speaks)) as server:
            w.rule(ASK)
            out = asked(w, server, kind, '--with', 'redact', '--for', 'task')
            assert CARD not in whole(server.requests) and CARD[5:] not in whole(server.requests)
            assert '[removed: card-number]' in whole(server.requests[-1]), server.requests
            assert CARD not in out and '[removed: card-number]' in out, out
            record = w.decisions()[-1]
            assert record['treatment'] == 'redact' and record['taken_out'] == 1, record
            w.not_in_the_log(CARD, CARD[5:])


def it_is_put_back_into_the_answer():
    for kind, speaks in (('openai', OpenAI), ('anthropic', Anthropic)):
        with Office() as w, ModelServer(echo(speaks)) as server:
            w.rule(ASK)
            out = asked(w, server, kind, '--with', 'placeholder')
            assert CARD not in whole(server.requests), server.requests
            assert '[card-number-1]' in whole(server.requests[-1]), server.requests
            assert CARD in out and '[card-number-1]' not in out, out
            w.not_in_the_log(CARD, CARD[5:])


def policy_decides():
    """Two of them, each under a name of its own; nobody is asked, in no mode."""
    for rule, mark, back in ((REPLACE, '[card-number-2]', True),
                             (LEAVE_OUT, '[removed: card-number]', False)):
        with Office() as w, ModelServer(echo(OpenAI)) as server:
            w.rule(rule)
            connect(w, server, 'openai')
            done = w.ctl('ask', '--model', 'mine', '--mode', 'deny', f'{CARD} or {OTHER}?', check=0)
            sent = whole(server.requests[-1])
            assert CARD not in sent and OTHER not in sent and mark in sent, sent
            assert (CARD in done.stdout and OTHER in done.stdout) == back, done.stdout
            assert w.decisions()[-1]['policy'] == 'office.out', w.decisions()
            w.not_in_the_log(CARD, OTHER)


def a_file_it_comes_from_is_named_and_arguments_get_it_back():
    """The model calls a tool with the placeholder: what is written is the person's own number."""
    with Office() as w:
        w.rule(ASK)
        bank = w.file('bank.txt', f'My card is {CARD}, as of today.\n')
        copy = os.path.join(w.documents, 'copy.txt')

        def script(body):
            told = OpenAI.results(body)
            if not told:
                return OpenAI.call(('read', {'file': bank}))
            if len(told) == 1:
                written = json.dumps({'file': copy, 'content': 'It is [card-number-1].\n'})
                parts = [written[i:i + 5] for i in range(0, len(written), 5)]
                head = {'index': 0, 'id': 'call1', 'function': {'name': 'write', 'arguments': ''}}
                out = event({'choices': [{'delta': {'tool_calls': [head]}}]})
                for part in parts:
                    tail = {'index': 0, 'function': {'arguments': part}}
                    out += event({'choices': [{'delta': {'tool_calls': [tail]}}]})
                return out + OpenAI.end('tool_calls')
            return OpenAI.say('Done.')

        with ModelServer(script) as server:
            connect(w, server, 'openai')
            watcher = Watcher(w)
            process = w.start('ask', '--model', 'mine', '-f', bank, 'Copy my card')
            question = watcher.question()
            found = question['question']['sensitive']
            assert [(f['rule'], f.get('from')) for f in found] == [('card-number', bank)], found
            assert watcher.answer(question, 'allow', '--confirm', '127.0.0.1', '--with',
                                  'placeholder', '--for', 'task').returncode == 0
            change = watcher.question()
            assert change['question']['action'] == 'file.create', change
            assert watcher.answer(change, 'allow').returncode == 0
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, (out, err)
            with open(copy, encoding='utf-8') as f:
                assert f.read() == f'It is {CARD}.\n'
            assert CARD not in whole(server.requests), server.requests
            w.not_in_the_log(CARD[5:])


# --- programs, through their proxy ---

def post(world, server, data, *more):
    """From a file: a command line is in the record of its launch."""
    port = server.server.server_address[1]
    body = world.file('body.json', json.dumps({'a': data}))
    return ('run', '-w', world.documents, '--net', f'127.0.0.1:{port}', *more, '--', 'curl', '-s',
            '-m', '60', '--noproxy', '', '-w', ' %{http_code}', '-d', f'@{body}', server.url + '/v1')


def say_again(body):
    return Answer(kind='application/json', body=json.dumps({'you said': body['a']}))


def a_program_is_asked_about_too():
    with Office() as w, ModelServer(say_again) as server:
        w.rule(ASK)
        done = w.ctl(*post(w, server, f'my card {CARD}', '--mode', 'deny'))
        assert done.stdout.endswith(' 403') and CARD not in done.stdout, done
        assert server.requests == [], server.requests
        assert w.ctl(*post(w, server, 'nothing', '--mode', 'deny')).stdout.endswith(' 200')
        watcher = Watcher(w)
        for how, sent in (('send', CARD), ('redact', '[removed: card-number]'),
                          ('placeholder', '[card-number-1]')):
            process = w.start(*post(w, server, f'my card {CARD}'))
            question = watcher.question()
            r = question['question']
            assert r['tier'] == 3 and r['treatments'] == ['send', 'redact', 'placeholder'], r
            assert r['subject']['agent']['kind'] == 'third-party', r
            assert CARD[5:] not in json.dumps(r['sensitive']), r
            assert watcher.answer(question, 'allow', '--confirm', '127.0.0.1', '--with',
                                  how).returncode == 0
            out, err = process.communicate(timeout=60)
            assert server.requests[-1] == {'a': f'my card {sent}'}, server.requests
            back = '[removed: card-number]' if how == 'redact' else CARD
            assert json.loads(out.rsplit(' ', 1)[0]) == {'you said': f'my card {back}'}, (out, err)
        w.not_in_the_log(CARD[5:])


def what_was_found_nothing_in_is_no_record_each():
    with Office() as w, ModelServer(say_again) as server:
        w.rule(ASK)
        for _ in range(3):
            assert w.ctl(*post(w, server, 'nothing in here')).stdout.endswith(' 200')
        assert [r for r in w.records('--action', 'net.request') if r['type'] == 'decision'] == []


def more_than_is_looked_at_is_asked_about():
    """Of a body of five mebibytes four are: what stands behind them may be anything."""
    opaque = ('{"rule": "office.out", "effect": "ask", "tier": 2, "reason": "not all of it"}')
    with Office() as w, ModelServer(say_again) as server:
        w.rule(opaque, 'input.resource.sensitive.opaque == "large"')
        big = 'word ' * (1 << 20)
        done = w.ctl(*post(w, server, big, '--mode', 'deny'))
        assert done.stdout.endswith(' 403') and server.requests == [], done
        watcher = Watcher(w)
        process = w.start(*post(w, server, big))
        question = watcher.question()
        assert 'treatments' not in question['question'], question
        assert watcher.answer(question, 'allow', '--for', 'task').returncode == 0
        out, err = process.communicate(timeout=60)
        assert out.endswith(' 200') and len(server.requests[-1]['a']) == 5 << 20, (out[-99:], err)


if __name__ == '__main__':
    needs_fuse()
    run([it_is_sent_as_it_is, it_is_left_out, it_is_put_back_into_the_answer, policy_decides,
         a_file_it_comes_from_is_named_and_arguments_get_it_back, a_program_is_asked_about_too,
         what_was_found_nothing_in_is_no_record_each, more_than_is_looked_at_is_asked_about])

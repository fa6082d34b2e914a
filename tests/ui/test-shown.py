#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures in the window: given ones, before and after they are sent; one that the assistant reads;
one enlarged; exported ones; those that a question is about; and what looks like one and is none."""
import base64
import hashlib
import json
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'unit', 'guardian', 'audit')]
from desktop import Desktop, run  # noqa: E402 pylint: disable=wrong-import-position
from pictures import png  # noqa: E402 pylint: disable=wrong-import-position
import verify_tlog  # noqa: E402 pylint: disable=wrong-import-position

APP = 'cardea'
CONSENT = 'cardea-consent'
HOLIDAY = 'Picture holiday.png, 640 × 480'


def size(content):
    """Width and height in a PNG's head."""
    assert content.startswith(b'\x89PNG\r\n\x1a\n') and content.endswith(b'IEND\xaeB`\x82')
    return struct.unpack('>II', content[16:24])


def root_from(hashed, index, count, proof):
    """RFC 9162 section 2.1.3.2: the root that an inclusion proof leads to."""
    last = count - 1
    for step in proof:
        assert last > 0
        if index & 1 or index == last:
            hashed = verify_tlog.node(step, hashed)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashed = verify_tlog.node(hashed, step)
        index, last = index >> 1, last >> 1
    assert last == 0
    return hashed


def proven(proof):
    """The records that a chat's proof proves, without the log."""
    text = verify_tlog.open_note(proof['checkpoint'].encode(), verify_tlog.parse_vkey(proof['key']))
    _, count, root = verify_tlog.parse_checkpoint(text)
    for record in proof['records']:
        leaf = base64.b64decode(record['leaf'])
        path = [base64.b64decode(h) for h in record['inclusion']]
        assert root_from(hashlib.sha256(b'\0' + leaf).digest(), record['seq'], count, path) == root
        yield json.loads(leaf)


class Shown(Desktop):
    """A desktop with the window in front."""

    def __init__(self):
        super().__init__()
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.said('Offline', 30)
        self.activate('Cardea')

    def said(self, text, seconds=30):
        self.wait_for(lambda: self.shows(text, APP), seconds, text)

    def give(self, *paths):
        """Typed, which designates them."""
        for path in paths:
            self.type(path + ' ')
            self.button('Remove ' + os.path.basename(path), APP)

    def pictures(self, name):
        return [n for n in self.nodes(APP)
                if self.name_of(n) == name and n.get_role_name() == 'push button']

    def export(self, name):
        """The chat, as the kind that the name says; the path. As an assistive technology does it:
        no key goes astray."""
        path = os.path.join(self.documents, name)
        self.press('This chat', APP)
        self.press('Export as ' + ('Markdown…' if name.endswith('.md') else 'JSON…'), APP)
        entry = self.wait('Name', 'text', APP)
        self.Atspi.EditableText.set_text_contents(entry, path)
        self.press('_Export', APP)
        self.wait_for(lambda: os.path.exists(path), 60, path)
        self.wait_gone('Name', 'text', APP)
        return path


def given_picture_is_shown_and_enlarged():
    with Shown() as d:
        d.type('show ')
        path = d.file('holiday.png', png(640, 480))
        d.give(path)
        d.screenshot('shown-chip')
        d.key('Return')
        d.said('Here is holiday.png')
        # one below the message, one on the card of what the assistant read
        d.wait_for(lambda: len(d.pictures(HOLIDAY)) == 2, 20, 'two pictures')
        d.screenshot('shown-chat')
        d.click(d.pictures(HOLIDAY)[0])
        d.wait_for(lambda: d.windows('holiday.png'), 20, 'the enlarged picture')
        large = d.wait(HOLIDAY, 'image', APP)
        box = large.get_component_iface().get_extents(d.Atspi.CoordType.WINDOW)
        assert box.width >= 600 and box.height >= 400, (box.width, box.height)
        d.screenshot('shown-large')
        d.key('Escape')
        d.wait_for(lambda: not d.windows('holiday.png'), 20, 'the end of the enlarged picture')
        assert not [r for r in d.records() if r['type'] == 'violation']
        # kept with the chat
        d.helpers[0].terminate()
        d.helpers[0].wait(20)
        os.unlink(path)
        d.window()
        d.said('Here is holiday.png')
        d.wait_for(lambda: len(d.pictures(HOLIDAY)) == 1, 30, 'the picture on the card')
        d.screenshot('shown-again')
        d.no_warnings()


def pictures_are_exported():
    with Shown() as d:
        d.type('show ')
        d.give(d.file('holiday.png', png(640, 480)))
        d.key('Return')
        d.wait_for(lambda: len(d.pictures(HOLIDAY)) == 2, 30, 'two pictures')
        d.wait('Send', 'push button', APP)
        d.type('show ')
        d.give(d.file('broken.png', png(64, 48)[:100]))
        d.key('Return')
        d.said('could not show broken.png')
        d.wait('Send', 'push button', APP)
        d.screenshot('shown-export')
        folder = os.path.join(d.documents, 'my chat.files')
        with open(d.export('my chat.md'), encoding='utf-8') as f:
            text = f.read()
        # one below the message, one on the card; what is broken has none
        files = sorted(os.listdir(folder))
        link = '![Picture holiday.png, 640 × 480](my%20chat.files/'
        assert text.count('![') == text.count(link) == 2, text
        assert set(files) == {part.split(')')[0] for part in text.split(link)[1:]}, files
        for name in files:
            with open(os.path.join(folder, name), 'rb') as f:
                content = f.read()
            assert size(content) == (640, 480), size(content)
            assert name == hashlib.sha256(content).hexdigest()[:16] + '.png', name
        d.export('my chat.json')
        with open(os.path.join(d.documents, 'my chat.json'), encoding='utf-8') as f:
            exported = json.load(f)
        pictures = [(p, e) for e in exported['entries'] for p in e.get('pictures', [])]
        assert ['message' in e for _, e in pictures] == [True, False], pictures
        for picture, _ in pictures:
            content = base64.b64decode(picture['data'])
            assert hashlib.sha256(content).hexdigest() == picture['sha256']
            assert size(content) == (picture['width'], picture['height']) == (640, 480)
            assert (picture['name'], picture['media_type']) == ('holiday.png', 'image/png')
        # what was done for it stands in the log, as anybody can verify
        with open(os.path.join(d.root, 'state', 'cardea', 'audit', 'log.vkey'), encoding='utf-8') as f:
            assert f.read() == exported['proof']['key'] + '\n'
        records = list(proven(exported['proof']))
        assert len({r['session'] for r in records}) == 1 and 'cut' not in exported['proof']
        assert {'session.start', 'decision', 'outcome'} <= {r['type'] for r in records}, records
        assert [r['action'] for r in records if r['type'] == 'outcome'] == ['file.read'] * 2, records
        # where there is no room for a folder, the words are exported
        d.file('alone.files', 'mine\n')
        with open(d.export('alone.md'), encoding='utf-8') as f:
            assert '![' not in f.read()
        with open(os.path.join(d.documents, 'alone.files'), encoding='utf-8') as f:
            assert f.read() == 'mine\n'
        d.no_warnings()


def question_is_about_pictures():
    """They stand beside the question, on the card that waits: never in its own window."""
    with Shown() as d:
        path = d.file('holiday.png', png(640, 480))
        broken = d.file('broken.png', png(64, 48)[:100])
        d.type('Rename ~/Documents/holiday.png to beach.png')
        d.key('Return')
        d.wait('Permission request', application=CONSENT)
        # one below the message, whose words give it, one on the card
        d.wait_for(lambda: len(d.pictures(HOLIDAY)) == 2, 30, 'the picture on the card')
        d.said('Waiting for you')
        assert not d.find('Picture', application=CONSENT)
        d.screenshot('shown-question')
        d.click(d.button('Deny', CONSENT))
        d.wait_gone('Permission request', application=CONSENT)
        d.wait_for(lambda: len(d.pictures(HOLIDAY)) == 1, 20, 'the end of the picture')
        # asked about all the same
        d.wait('Send', 'push button', APP)
        d.activate('Cardea')
        d.type('Delete ~/Documents/broken.png')
        d.key('Return')
        d.wait('Permission request', application=CONSENT)
        d.said('Waiting for you')
        d.click(d.button('Deny', CONSENT))
        d.wait_gone('Permission request', application=CONSENT)
        assert not [n for n in d.nodes(APP) if d.name_of(n).startswith('Picture broken.png')]
        assert os.path.exists(path) and os.path.exists(broken)
        assert not [r for r in d.records() if r['type'] == 'violation']
        d.no_warnings()


def what_is_none_is_not_shown():
    with Shown() as d:
        broken = d.file('broken.png', png(64, 48)[:100])
        huge = d.file('huge.png', png(1, 1, (60000, 60000)))
        words = d.file('words.png', 'words\n')
        good = d.file('good.png', png(64, 48))
        d.give(broken, huge, words, good)
        d.key('Return')
        d.wait('Picture good.png, 64 × 48', 'push button', APP)
        for name in ('broken.png', 'huge.png', 'words.png'):
            assert not d.find('Picture ' + name, application=APP), name
        d.key('ctrl+n')
        d.type('show ')
        d.give(broken)
        d.key('Return')
        d.said('could not show broken.png')
        d.screenshot('shown-broken')
        d.wait_for(lambda: not [p for p in d.processes() if d.name(p) == 'cardea-guardian-picture'],
                   20, 'the decoders to go')
        d.no_warnings()


if __name__ == '__main__':
    run([given_picture_is_shown_and_enlarged, pictures_are_exported,
         question_is_about_pictures, what_is_none_is_not_shown])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger on the socket, and a front end that does not keep to the protocol. Whatever it sends,
its link ends or its request is refused, it is recorded, and everyone else is served."""
import os
import socket
import struct
import time

import raw
from bad_input import Steady, one_line, whole, works
from world import World, run


def clear_garbage():
    with World() as w:
        with Steady(w) as steady:
            _, enrol = raw.enrol_message(w)
            good = raw.frame(enrol)
            cases = [
                b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', b'\0\0\0\0', b'\xff\xff\xff\xff',
                struct.pack('>I', 1024 * 1024 + 1) + b'{', os.urandom(4096),
                b'\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03' + os.urandom(235),
                raw.frame(b'not json'), raw.frame(b'[]'), raw.frame(b'{}'), raw.frame(b'"enrol"'),
                raw.frame(b'{"type":"enrol"'), raw.frame(b'\xff\xfe'), raw.frame(b'[' * 40 + b']' * 40),
                raw.frame({**enrol, 'extra': 1}), raw.frame({**enrol, 'type': 'Enrol'}),
                raw.frame({**enrol, 'spki': 'AAAA'}), raw.frame({**enrol, 'spki': enrol['spki'][:-4]}),
                raw.frame({**enrol, 'spki': 7}), raw.frame({'type': 'status', 'request': '1'}),
                raw.frame({'type': 'hello', 'request': '1', 'program': 'cardeactl', 'version': '0'}),
                raw.frame(b'{"type":"enrol","type":"enrol","request":"1","spki":"%s"}'
                          % enrol['spki'].encode()),
                good + good, good + b'\x16\x03\x01', good + os.urandom(64),
            ]
            for case in cases:
                link = raw.connect(w)
                link.sendall(case)
                assert raw.ended(link), case[:60]
        kinds = [r for r in steady.new() if r['type'] == 'violation']
        assert len(kinds) >= len(cases) - 1, (len(kinds), len(cases))
        assert all(r['effect'] == 'deny' and r['reason'] and r['where']['pid'] == os.getpid()
                   for r in kinds), kinds[:3]
        works(w)


def descriptors_nobody_asked_for():
    with World() as w:
        with Steady(w):
            guardian = w.guardian()
            # nobody but root may look into a guardian
            open_files = (lambda: len(os.listdir(f'/proc/{guardian}/fd'))) if os.getuid() == 0 \
                else lambda: 0
            before = open_files()
            _, enrol = raw.enrol_message(w)
            for count in (1, 16, 17, 253):
                link = raw.connect(w)
                raw.send_with_descriptors(link, raw.frame(enrol), count)
                assert raw.ended(link), count
            w.wait_for(lambda: open_files() <= before, what='descriptors to be closed')
        works(w)


def silence_and_half_frames_time_out():
    with World() as w:
        with Steady(w, records=False):
            _, enrol = raw.enrol_message(w)
            good = raw.frame(enrol)
            silent = [raw.connect(w) for _ in range(4)]
            silent[1].sendall(b'\0')
            silent[2].sendall(good[:-1])
            silent[3].sendall(struct.pack('>I', 1000))
            mute = raw.enrol(w, raw.connect(w))  # enrolled, and no greeting
            begun = time.monotonic()
            works(w)
            assert time.monotonic() - begun < 5
            for link in silent + [mute]:
                assert raw.ended(link)
            assert time.monotonic() - begun < 20


def garbage_where_tls_begins():
    with World() as w:
        with Steady(w):
            for junk in (os.urandom(512), b'\x16\x03\x03\x00\x02\x01\x00', raw.frame(b'{}'),
                         b'\x15\x03\x03\x00\x02\x02\x28', b'GET / HTTP/1.1\r\n\r\n'):
                link = raw.connect(w)
                _, enrol = raw.enrol_message(w)
                link.sendall(raw.frame(enrol))
                assert raw.receive(link)['type'] == 'enrolled'
                link.sendall(junk)
                assert raw.ended(link), junk
            # a certificate is of use only to the holder of its key
            link = raw.connect(w)
            _, enrol = raw.enrol_message(w)
            link.sendall(raw.frame(enrol))
            raw.receive(link)
            link.sendall(raw.frame(enrol))  # a second enrolment
            assert raw.ended(link)
        works(w)


def messages_out_of_order_or_of_others():
    with World() as w:
        with Steady(w) as steady:
            before_greeting = raw.enrol(w, raw.connect(w))
            answer = raw.call(before_greeting, {'type': 'session.list', 'all': True})
            assert answer is None or answer['type'] == 'refused', answer
            before_greeting.close()

            hello = {'type': 'hello', 'program': 'cardeactl', 'version': '0'}
            opening = {'type': 'session.open', 'mode': 'ask', 'home': w.home, 'folder': w.work}
            cases = [
                hello, {'type': 'nonsense'}, {'type': 'keys.open'}, {'type': 'launch.start'},
                {'type': 'file.open', 'path': '/etc/passwd'}, {'type': 'agent.ready'},
                {'type': 'session.list'}, {'type': 'session.list', 'all': 1},
                {'type': 'session.list', 'all': True, 'more': 1},
                {**opening, 'mode': 'sometimes'}, {**opening, 'timeout': 601},
                {**opening, 'timeout': 10 ** 30}, {**opening, 'files': ['a\0b']},
                {**opening, 'files': ['/x'] * 257}, {**opening, 'files': ['/' + 'x' * 5000]},
                {**opening, 'home': 'relative'}, {**opening, 'folder_b64': 'AA=='},
                {'type': 'session.end', 'session': '0' * 16}, {'type': 'session.end', 'session': 'x'},
                {'type': 'grant.add', 'paths': ['/'], 'access': 'ro', 'seconds': 10 ** 12},
                {'type': 'audit.list', 'limit': 0}, {'type': 'audit.list', 'since': 'yesterday'},
                {'type': 'settings.set', 'key': 'a\nb', 'value': 'x'},
                {'type': 'status', 'cap': 'x' * 4097},
            ]
            for case in cases:
                link = raw.front(w)
                answer = raw.call(link, case)
                if answer is not None:
                    assert answer['type'] in ('refused', 'session.listed'), (case, answer)
                link.close()
            raw_frames = [b'{"type":"status","type":"status","request":"1"}',
                          b'{"type":"status","request":"1"} ', b'{"type":"status","request":"\\ud800"}',
                          b'{"type":"status","request":"%s"}' % (b'x' * 65),
                          b'{"type":"status","request":"1",}', b'{"type":"status","request":1e400}',
                          b'{"type":"status","request":"\x00"}', b'[' * 33 + b']' * 33, b'\x00']
            for content in raw_frames:
                link = raw.front(w)
                link.sendall(raw.frame(content))
                # nobody can be answered who did not say what was asked; the link goes on, or ends
                answer = raw.call(link, {'type': 'settings.get'})
                assert answer is None or answer['type'] == 'settings.values', (content, answer)
                link.close()
            # what is no request has no answer; the link goes on, or ends
            for case in ({'type': 'consent.question'}, {'type': 'chat.event', 'kind': 'delta'},
                         {'type': 'session.ended', 'reason': 'x'}, {'type': 'done', 'request': '9'}):
                link = raw.front(w)
                link.sendall(raw.frame(case))
                answer = raw.call(link, {'type': 'settings.get'})
                assert answer is None or answer['type'] == 'settings.values', (case, answer)
                link.close()
            for header in (0, 1024 * 1024 + 1, 0xffffffff):
                link = raw.front(w)
                link.sendall(struct.pack('>I', header) + b'{}')
                assert raw.ended(link), header
        assert [r for r in steady.new() if r['type'] == 'violation'], steady.new()
        works(w)


def two_hundred_connections_at_once():
    with World() as w:
        with Steady(w, records=False):
            links = []
            for number in range(200):
                link = socket.socket(socket.AF_UNIX)
                link.settimeout(20)
                try:
                    link.close()
                    link = raw.connect(w)
                except OSError:
                    continue
                links.append(link)
                if number % 3 == 0:
                    try:
                        link.sendall(os.urandom(100))
                    except OSError:
                        pass
            for link in links:
                assert raw.ended(link)
            w.wait_for(lambda: w.ctl('status').returncode == 0, what='an answer')
        works(w)


def others_are_served_meanwhile():
    with World() as w:
        with Steady(w, records=False):
            silent = [raw.connect(w) for _ in range(60)]
            for link in silent[:30]:
                link.sendall(b'\0\0\1\0{')
            works(w)
            for link in silent:
                link.close()


def redacted_details_are_gone_and_the_log_is_whole():
    with World() as w:
        works(w)
        with Steady(w, records=False):
            record = [r for r in w.records() if r.get('action') == 'file.read'][0]
            assert 'path' in record['resource'], record
            w.ctl('audit', 'redact', str(record['seq']), check=0)
            w.ctl('audit', 'redact', str(record['seq']))
            one_line(w.ctl('audit', 'redact', '1000000000'), code=1)
            for nonsense in ('-1', 'x', '', '99999999999999999999'):
                one_line(w.ctl('audit', 'redact', '--', nonsense), code=(1, 2))
            shown = [r for r in w.records() if r['seq'] == record['seq']][0]
            assert shown.get('redacted') is True and 'resource' not in shown, shown
            assert 'deleted' in w.ctl('audit', 'list', check=0).stdout
        works(w)
        assert whole(w) == 0


run([clear_garbage, descriptors_nobody_asked_for, silence_and_half_frames_time_out,
     garbage_where_tls_begins, messages_out_of_order_or_of_others, two_hundred_connections_at_once,
     others_are_served_meanwhile, redacted_details_are_gone_and_the_log_is_whole])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real guardian with pictures: of a front end and of an agent, whole, broken and too large; and
with a decoder that somebody took over, which lies in one way each."""
import base64
import contextlib
import os
import time

from pictures import BLUE, RED, png
from wire import Agent, Front, PatchedWorld, alive, core_world, recorded, refused, request
from world import BUILD, run

LIAR = os.path.join(BUILD, 'tests', 'contract', 'core', 'lying-picture')


def packed(data):
    return '=' + base64.b64encode(data).decode()


def show(front, data, edge=64, seconds=40):
    message = request('picture.show', content='$memfd', edge=edge)
    front.send(message, packed(data))
    told = front.wait(lambda l: l.get('frame', {}).get('request') == message['request'], seconds, 'a picture')
    return told['frame'], told['content']


def decoders(world):
    return [p for p in world.processes() if world.name(p) == 'cardea-guardian-picture']


def assert_red_and_blue(frame, content, width, height):
    assert frame['width'] == width and frame['height'] == height and frame['stride'] == width * 4, frame
    pixels = base64.b64decode(content)
    assert pixels[:4] == RED and pixels[width * 4 - 4:width * 4] == BLUE, pixels[:width * 4]


def front_sees_its_pictures():
    with core_world() as w:
        front = Front(w)
        frame, content = show(front, png(20, 10))
        assert frame['type'] == 'picture.shown', frame
        assert_red_and_blue(frame, content, 20, 10)
        frame, content = show(front, png(400, 200))
        assert_red_and_blue(frame, content, 64, 32)
        assert (frame['full_width'], frame['full_height']) == (400, 200), frame
        w.wait_for(lambda: not decoders(w), 10, 'the decoder to go')
        assert not [r for r in w.records() if r['type'] == 'violation'], 'nobody did wrong'


def what_is_none_is_refused_and_the_next_is_shown():
    with core_world() as w:
        front = Front(w)
        for data, code in ((b'<svg/>', 'unsuitable'), (b'', 'unsuitable'), (png(20, 10)[:-30], 'malformed'),
                           (png(1, 1, (60000, 60000)), 'unsuitable'), (b'\xff\xd8\xff' * 20, 'malformed'),
                           (b'GIF89a' + b'\xff' * 40, 'malformed')):
            frame, _ = show(front, data)
            refused(frame, code)
        frame, _ = show(front, png(20, 10))
        assert frame['type'] == 'picture.shown', frame


def what_is_asked_for_is_bounded():
    with core_world() as w:
        front = Front(w)
        for edge in (0, 15, 2049, 1 << 40):
            refused(show(front, png(20, 10), edge)[0], 'malformed')
            front = Front(w)
        refused(front.call(request('picture.show', edge=64)), 'malformed')


def many_at_once_are_shown_or_refused():
    with core_world() as w:
        front = Front(w)
        asked = [request('picture.show', content='$memfd', edge=16) for _ in range(80)]
        for message in asked:
            front.send(message, packed(png(20, 10)))
        kinds = [front.reply(message, 60) for message in asked]
        shown = [k for k in kinds if k['type'] == 'picture.shown']
        assert len(shown) >= 64, kinds
        assert all(k.get('code') == 'busy' for k in kinds if k['type'] != 'picture.shown'), kinds


def agent_shows_a_picture():
    with core_world() as w:
        front = Front(w)
        agent = Agent(front)
        message = request('chat.picture', content='$memfd', name='a cat')
        agent.say(message, file=packed(png(20, 10)))
        told = front.wait(lambda l: l.get('frame', {}).get('type') == 'chat.pictured', what='the picture')
        assert told['frame']['session'] == agent.session and told['frame']['name'] == 'a cat', told
        assert_red_and_blue(told['frame'], told['content'], 20, 10)
        assert agent.reply(message)['type'] == 'done'
        none = request('chat.picture', content='$memfd')
        agent.say(none, file=packed(b'no picture'))
        refused(agent.reply(none), 'unsuitable')
        front.silent('chat.pictured')


def agent_shows_one_at_a_time():
    with core_world() as w:
        front = Front(w)
        agent = Agent(front)
        asked = [request('chat.picture', content='$memfd') for _ in range(5)]
        agent.say(*asked, file=packed(png(300, 300)))
        kinds = [agent.reply(message) for message in asked]
        assert kinds[0]['type'] == 'done', kinds
        assert [k.get('code') for k in kinds[1:]] == ['busy'] * 4, kinds


def agent_wants_a_picture_as_a_front_end_does():
    with core_world() as w:
        front = Front(w)
        agent = Agent(front)
        agent.say(request('picture.show', content='$memfd', edge=64), file=packed(png(20, 10)))
        assert front.event('session.ended')['session'] == agent.session
        recorded(w, type='violation', effect='deny', reason='picture.show may not be sent here')


# --- a decoder that lies ---

@contextlib.contextmanager
def liar():
    with PatchedWorld({'cardea-guardian-picture': LIAR}) as w:
        front = Front(w)
        pid = w.guardian()
        yield w, front
        frame, content = show(front, b'honest')
        assert frame['type'] == 'picture.shown' and base64.b64decode(content) == bytes(8), frame
        alive(w, pid)


def wrong_numbers_reach_nobody():
    with liar() as (_, front):
        for lie in (b'short', b'long', b'gigabytes', b'beyond', b'negative', b'larger', b'strides', b'unknown'):
            frame, content = show(front, lie, 32)
            refused(frame, 'unavailable')
            assert content is None, lie


def wrong_descriptors_reach_nobody():
    with liar() as (_, front):
        for lie in (b'unsealed', b'pipe'):
            refused(show(front, lie)[0], 'unavailable')


def answering_twice_answers_once():
    with liar() as (_, front):
        for _ in range(3):
            frame, _ = show(front, b'twice')
            assert frame['type'] == 'picture.shown', frame
        front.silent('picture.shown')


def dying_is_an_answer():
    with liar() as (w, front):
        for _ in range(3):
            refused(show(front, b'dies')[0], 'unavailable')
        recorded(w, type='exit', action='worker')


def hanging_is_ended():
    with liar() as (w, front):
        begun = time.monotonic()
        refused(show(front, b'silent', seconds=40)[0], 'unavailable')
        assert time.monotonic() - begun > 10, 'it was given no time'
        w.wait_for(lambda: not decoders(w), 10, 'the decoder to go')


run([front_sees_its_pictures, what_is_none_is_refused_and_the_next_is_shown, what_is_asked_for_is_bounded,
     many_at_once_are_shown_or_refused, agent_shows_a_picture, agent_shows_one_at_a_time,
     agent_wants_a_picture_as_a_front_end_does, wrong_numbers_reach_nobody, wrong_descriptors_reach_nobody,
     answering_twice_answers_once, dying_is_an_answer, hanging_is_ended])

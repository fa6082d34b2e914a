# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside `cardeactl run`: tries what must not succeed and says, one JSON object a line, what
became of it: the errno, 0 when it succeeded."""
import ctypes
import errno
import json
import os
import resource
import signal
import socket
import sys
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
OUTSIDE = int(sys.argv[1])  # a process of the person
HOME = os.path.expanduser('~')

CALLS = {  # of x86-64; an argument only where the filter looks at one
    'bpf': 321, 'io_uring_setup': 425, 'io_uring_enter': 426, 'io_uring_register': 427,
    'perf_event_open': 298, 'userfaultfd': 323, 'splice': 275, 'tee': 276, 'vmsplice': 278,
    'add_key': 248, 'request_key': 249, 'keyctl': 250,
    'mount': 165, 'umount2': 166, 'pivot_root': 155, 'chroot': 161, 'move_mount': 429,
    'open_tree': 428, 'fsopen': 430, 'fsconfig': 431, 'fsmount': 432, 'fspick': 433,
    'mount_setattr': 442, 'setns': 308, 'unshare': 272,
    'ptrace': 101, 'process_vm_readv': 310, 'process_vm_writev': 311, 'pidfd_getfd': 438,
    'kcmp': 312, 'process_madvise': 440, 'move_pages': 279, 'migrate_pages': 256,
    'kexec_load': 246, 'kexec_file_load': 320, 'init_module': 175, 'finit_module': 313,
    'delete_module': 176, 'quotactl': 179, 'reboot': 169, 'swapon': 167, 'swapoff': 168,
    'syslog': 103, 'acct': 163, 'settimeofday': 164, 'clock_settime': 227, 'adjtimex': 159,
    'sethostname': 170, 'setdomainname': 171, 'vhangup': 153, 'personality': 135, 'iopl': 172,
    'ioperm': 173, 'modify_ldt': 154, 'lookup_dcookie': 212, 'fanotify_init': 300,
    'name_to_handle_at': 303, 'open_by_handle_at': 304,
}
CLONE_NEW = {'ns': 0x20000, 'cgroup': 0x2000000, 'uts': 0x4000000, 'ipc': 0x8000000,
             'user': 0x10000000, 'pid': 0x20000000, 'net': 0x40000000}


def say(name, value):
    print(json.dumps({'name': name, 'errno': value}), flush=True)


def call(number, *arguments):
    ctypes.set_errno(0)
    result = LIBC.syscall(ctypes.c_long(number), *[ctypes.c_ulong(a) for a in arguments])
    return 0 if result >= 0 else ctypes.get_errno()


def attempt(name, function):
    try:
        function()
        say(name, 0)
    except OSError as error:
        say(name, error.errno)


def calls():
    if os.uname().machine != 'x86_64':
        return
    for name, number in CALLS.items():
        say('call:' + name, call(number, 0, 0, 0, 0, 0, 0))
    for name, flag in CLONE_NEW.items():
        say('clone:' + name, call(56, flag | signal.SIGCHLD, 0, 0, 0, 0))
    arguments = (ctypes.c_uint64 * 11)(CLONE_NEW['user'], 0, 0, 0, signal.SIGCHLD)
    say('clone3:user', call(435, ctypes.addressof(arguments), ctypes.sizeof(arguments)))
    say('x32', call(0x40000000 | 39))
    byte = ctypes.create_string_buffer(b'x')
    for high in (0, 1 << 32, 0xfffffff << 36):
        for name, request in (('tiocsti', 0x5412), ('tioclinux', 0x541c), ('tiocsetd', 0x5423)):
            say(f'ioctl:{name}:{high:x}', call(16, 0, high | request, ctypes.addressof(byte)))


def families():
    for family in range(0, 46):
        if family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
            continue
        say(f'family:{family}', call(41, family, 1, 0))
        say(f'family:{family}:high', call(41, family | 1 << 32, 3, 0))
    say('socketpair:tipc', call(53, 30, 1, 0, 0))


def network():
    for name, family, address in (('metadata', socket.AF_INET, ('169.254.169.254', 80)),
                                  ('outside', socket.AF_INET, ('1.1.1.1', 53)),
                                  ('six', socket.AF_INET6, ('2606:4700::1111', 53))):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(family, kind) as link:
                link.settimeout(2)
                attempt(f'net:{name}:{kind.name}',
                        lambda link=link, address=address: (link.connect(address), link.send(b'x')))
    for path in ('/run/dbus/system_bus_socket', '/var/run/docker.sock', '/run/user/0/bus',
                 '/tmp/.X11-unix/X0', '\0/tmp/.X11-unix/X0'):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            attempt('socket:' + path.replace('\0', '@'), lambda: link.connect(path))


def processes():
    attempt('kill', lambda: os.kill(OUTSIDE, 0))
    attempt('signal-init', lambda: open('/proc/1/mem', 'rb').read(1))
    attempt('proc', lambda: os.listdir(f'/proc/{OUTSIDE}'))
    attempt('environ-init', lambda: open('/proc/1/environ', 'rb').read(1))
    with open('/proc/self/status', encoding='ascii') as status:
        lines = dict(line.rstrip('\n').split(':\t', 1) for line in status if ':\t' in line)
    good = (lines['NoNewPrivs'] == '1' and lines['Seccomp'] == '2'
            and all(int(lines['Cap' + s], 16) == 0 for s in ('Inh', 'Prm', 'Eff', 'Bnd', 'Amb')))
    say('status', errno.EPERM if good else 0)
    links = sorted(int(fd) for fd in os.listdir('/proc/self/fd'))
    say('descriptors', errno.EBADF if links[:-1] == [0, 1, 2] else 0)
    attempt('setuid', lambda: os.setuid(0))


def places():
    for path in ('/usr/x', '/etc/x', '/x', '/opt/cardea/x', '/dev/x', '/proc/self/oom_score_adj',
                 '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/self/uid_map',
                 '/proc/self/comm'):
        attempt('write:' + path, lambda path=path: open(path, 'w', encoding='ascii').write('x'))
    for path in ('/etc/shadow', '/root/x', '/sys/kernel', '/run/systemd', '/var/log', '/dev/mem',
                 '/dev/fuse', '/dev/kvm', '/dev/net/tun', f'{HOME}/.ssh/id', f'{HOME}/.bashrc',
                 f'{HOME}/Documents/tax'):
        attempt('read:' + path.replace(HOME, '~'), lambda path=path: os.close(os.open(path, os.O_RDONLY)))
    for number in (0, 1, 2):  # no file of the person's comes in as one
        link = os.readlink(f'/proc/self/fd/{number}')
        say(f'stream:{number}', errno.EPERM if link == '/dev/null' or link.startswith('pipe:') else 0)
    attempt('device', lambda: os.mknod(f'{HOME}/device', 0o20600, os.makedev(1, 1)))


def share():
    """In the folder that is shared for changing."""
    for name, way in (('ssh', f'{HOME}/.ssh/id'), ('shadow', '/etc/shadow')):
        attempt('link:' + name, lambda way=way, name=name: (
            os.symlink(way, name), os.close(os.open(name, os.O_RDONLY))))
    attempt('dots', lambda: os.close(os.open('../.ssh/id', os.O_RDONLY)))
    attempt('hard-link', lambda: os.close(os.open('hard', os.O_RDONLY)))
    attempt('fifo', lambda: os.close(os.open('fifo', os.O_RDWR)))
    for name in ('.git/hooks/post-checkout', '.git/config'):
        attempt('hook:' + name, lambda name=name: (
            os.makedirs(os.path.dirname(name), exist_ok=True), open(name, 'w', encoding='ascii').close()))
    attempt('suid', lambda: (open('s', 'w', encoding='ascii').close(), os.chmod('s', 0o6755),
                             os.stat('s').st_mode & 0o6000 or os.stat('/nonexistent')))
    attempt('name', lambda: open('/proc/self/cwd/../../' + 'a' * 300, 'w', encoding='ascii'))


def exhaustion():
    count = 0
    try:
        while count < 100000:
            os.dup(0)
            count += 1
    except OSError as error:
        say('descriptors-limit', error.errno)
    os.closerange(3, 100000)
    children = []
    try:
        while len(children) < 5000:
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
        say('fork-bomb', 0)
    except OSError as error:
        say('fork-bomb', error.errno)
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    say('core', errno.EPERM if (soft, hard) == (0, 0) else 0)


def honest():
    """What ordinary programs do goes on working."""
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    with socket.socket() as server, socket.socket() as client:
        server.bind(('127.0.0.1', 0))
        server.listen()
        client.connect(server.getsockname())
    say('honest', errno.EPERM)


for part in (calls, families, network, processes, places, share, exhaustion, honest):
    part()

# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A front end of our own making: frames, enrolment and TLS, so that each can be done wrongly."""
import array
import base64
import json
import os
import socket
import ssl
import struct
import subprocess


def connect(world, timeout=15):
    # by way of the folder's descriptor, as long paths do not fit an address
    folder = os.open(world.env['XDG_RUNTIME_DIR'] + '/cardea', os.O_PATH)
    try:
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(timeout)
        link.connect(f'/proc/self/fd/{folder}/guardian.sock')
        return link
    finally:
        os.close(folder)


def frame(content):
    if not isinstance(content, bytes):
        content = json.dumps(content, separators=(',', ':'), sort_keys=True).encode()
    return struct.pack('>I', len(content)) + content


def send_with_descriptors(link, content, count):
    pipes = [os.pipe() for _ in range((count + 1) // 2)]
    fds = array.array('i', [fd for pair in pipes for fd in pair][:count])
    try:
        link.sendmsg([content], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
    finally:
        for pair in pipes:
            os.close(pair[0])
            os.close(pair[1])


def receive(link):
    """One message; None when the peer has ended the link."""
    def exactly(size):
        data = b''
        while len(data) < size:
            try:
                part = link.recv(size - len(data))
            except (ConnectionError, ssl.SSLError):
                return None
            if not part:
                return None
            data += part
        return data
    header = exactly(4)
    content = exactly(struct.unpack('>I', header)[0]) if header else None
    return json.loads(content) if content else None


def ended(link):
    """Waits until the peer has ended the link, whatever it still says."""
    try:
        while link.recv(65536):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    except socket.timeout:
        return False
    finally:
        link.close()
    return True


def new_key(world):
    path = os.path.join(world.root, 'raw-key.pem')
    subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', path], check=True,
                   stderr=subprocess.DEVNULL)
    der = subprocess.run(['openssl', 'pkey', '-in', path, '-pubout', '-outform', 'DER'], check=True,
                         capture_output=True).stdout
    return path, der


def enrol_message(world):
    path, spki = new_key(world)
    return path, {'type': 'enrol', 'request': '1', 'spki': base64.b64encode(spki).decode()}


def pem(der):
    body = base64.encodebytes(base64.b64decode(der)).decode()
    return f'-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n'


def enrol(world, link):
    """Over TLS from here on."""
    path, message = enrol_message(world)
    link.sendall(frame(message))
    answer = receive(link)
    assert answer and answer['type'] == 'enrolled', answer
    chain = os.path.join(world.root, 'raw-chain.pem')
    with open(chain, 'w', encoding='ascii') as f:
        f.write(''.join(pem(der) for der in answer['chain']))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=pem(answer['chain'][-1]))
    context.load_cert_chain(chain, path)
    return context.wrap_socket(link, server_side=False)


def hello(link):
    link.sendall(frame({'type': 'hello', 'request': 'h', 'program': 'cardeactl', 'version': '0'}))
    answer = receive(link)
    assert answer and answer['type'] == 'welcome', answer


def front(world):
    link = enrol(world, connect(world))
    hello(link)
    return link


def call(link, message, request='r'):
    """The answer to one request; what comes unasked is skipped."""
    try:
        link.sendall(frame({'request': request, **message}))
    except (ConnectionError, ssl.SSLError):
        return None
    while True:
        answer = receive(link)
        if answer is None or answer.get('request') == request:
            return answer

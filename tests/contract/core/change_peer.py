#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""In the place of cardea-guardian-change: says what an honest one would, as far as the core can see,
and misbehaves in one named way where change.way in the runtime folder says so. Whatever it is told
stands in change.told there, a line a message. See test-core-change.py."""
import array
import hashlib
import json
import os
import socket
import struct
import sys
import time

RUNTIME = os.path.join(os.environ['XDG_RUNTIME_DIR'])
LINK = socket.socket(fileno=3)


def way():
    try:
        with open(os.path.join(RUNTIME, 'change.way'), encoding='ascii') as f:
            return f.read().split()
    except OSError:
        return []


def once(name):
    """Whether to misbehave so; not again."""
    ways = way()
    if name not in ways:
        return False
    ways.remove(name)
    with open(os.path.join(RUNTIME, 'change.way'), 'w', encoding='ascii') as f:
        f.write(' '.join(ways))
    return True


def told(message):
    with open(os.path.join(RUNTIME, 'change.told'), 'a', encoding='utf-8') as f:
        f.write(json.dumps(message) + '\n')


def exactly(size):
    data = b''
    while len(data) < size:
        part = LINK.recv(size - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


def receive():
    fds = array.array('i')
    header, ancillary, _, _ = LINK.recvmsg(4, socket.CMSG_SPACE(16))
    if not header:
        sys.exit(0)
    for _, _, data in ancillary:
        fds.frombytes(data)
    header += exactly(4 - len(header))
    message = json.loads(exactly(struct.unpack('>I', header)[0]))
    contents = []
    for fd in fds:
        contents.append(os.pread(fd, 1 << 20, 0))
        os.close(fd)
    return message, contents


def send(message):
    text = json.dumps(message).encode()
    LINK.sendall(struct.pack('>I', len(text)) + text)


def ids(st):
    return {'dev': str(st.st_dev), 'ino': str(st.st_ino)}


def parents(path):
    found = []
    while path != '/':
        path = os.path.dirname(path)
        try:
            found.append(ids(os.stat(path)))
        except FileNotFoundError:
            pass
    return found


def describe_object(path, kind='file'):
    try:
        st = os.lstat(path)
    except FileNotFoundError:
        return {'path': path, 'kind': kind, 'exists': False, 'parents': parents(path)}
    return {'path': path, 'exists': True, **ids(st), 'size': str(st.st_size), 'mode': st.st_mode,
            'mtime': str(st.st_mtime_ns // 1000), 'uid': str(st.st_uid), 'nlink': str(st.st_nlink),
            'kind': 'folder' if os.path.isdir(path) else 'file', 'parents': parents(path)}


ACTIONS = {'mkdir': 'file.create', 'create': 'file.create'}


class Worker:
    def __init__(self):
        self.plans = {}
        self.made = []  # newest last: (change, [(path, former content or None)])

    # --- planning ---

    def plan(self, message, contents):
        if once('refuses-plan'):
            return {'type': 'refused', 'code': 'not-found', 'reason': 'there is no such folder'}
        items, todo = [], []
        for operation in message['operations']:
            op = operation['op']
            path = operation['path'].replace('~', message['home'], 1)
            path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
            to = operation.get('to')
            found = describe_object(path, 'folder' if op == 'mkdir' else 'file')
            action = ACTIONS.get(op, 'file.' + op)
            if op in ('write', 'append') and not found['exists']:
                action = 'file.create'
            item = {'action': action, 'object': found, 'undoable': 'not-undoable' not in way()}
            if to is not None:
                item['target'] = describe_object(to)
            if op == 'delete':
                item['removes'] = True
            items.append(item)
            start = int(operation.get('offset', 0))
            todo.append((op, path, to, contents[0][start:start + int(operation.get('length', 0))]
                         if contents else b'', found))
        items = self.spoil(items)
        plan = f'p{len(self.plans) + 1}.{os.getpid()}'
        self.plans[plan] = todo
        return {'type': 'change.planned', 'plan': plan, 'items': items}

    @staticmethod
    def spoil(items):
        if once('plans-fewer'):
            return items[:-1]
        if once('plans-more'):
            return items + items[:1]
        if once('plans-another-action'):
            return [{**item, 'action': 'file.metadata'} for item in items]
        if once('plans-no-object'):
            return [{**item, 'object': {'path': '/'}} for item in items]
        if once('plans-a-stray-target'):
            return [{**item, 'target': item['object']} for item in items]
        return items

    def shown(self, todo):
        for op, path, to, data, found in todo:
            change = {'op': op, 'kind': found['kind'], 'path': path, 'exists': found['exists'],
                      'undoable': 'not-undoable' not in way()}
            if to is not None:
                change['to'] = to
            if op in ('write', 'create', 'append'):
                text = data.decode(errors='replace')
                change.update(diff='\n'.join('+' + line for line in text.splitlines()),
                              size_after=str(len(data)), added=len(text.splitlines()), removed=0)
            yield change

    def describe(self, message, _):
        changes = list(self.shown(self.plans[message['plan']]))
        if once('describes-another-path'):
            changes[0]['path'] = '/etc/passwd'
        if once('describes-fewer'):
            changes = changes[:-1]
        if once('describes-another-plan'):
            changes = [dict(change, op='metadata') for change in changes]
        if once('describes-too-much'):
            changes[0]['diff'] = 'x' * 786000
        if once('changed-when-described'):
            return {'type': 'refused', 'code': 'changed', 'reason': 'it changed meanwhile'}
        return {'type': 'change.described', 'changes': changes}

    # --- doing ---

    @staticmethod
    def is_as_planned(found, path):
        now = describe_object(path, found['kind'])
        return all(now.get(name) == found.get(name) for name in ('exists', 'ino', 'mtime', 'size'))

    def do(self, op, path, to, data, found):
        item = {'path': path}
        former = None
        if found['exists'] and found['kind'] == 'file':
            item['old'] = {'dev': found['dev'], 'ino': found['ino']}
            with open(path, 'rb') as f:
                former = f.read()
        if op in ('write', 'create', 'append'):
            data = former + data if op == 'append' and former is not None else data
            with open(path + '.new', 'wb') as f:
                f.write(data)
            os.rename(path + '.new', path)
            item.update(size=str(len(data)), sha256=hashlib.sha256(data).hexdigest())
        elif op == 'mkdir':
            os.mkdir(path)
        elif op == 'delete':
            os.unlink(path)
        elif op == 'rename':
            os.rename(path, to)
            item['to'] = to
        if op != 'delete':
            item['new'] = ids(os.stat(to or path))
        return item, former

    def commit(self, message, _):
        todo = self.plans.pop(message['plan'], None)
        if todo is None:
            return {'type': 'refused', 'code': 'not-found', 'reason': 'there is no such plan'}
        if once('changed-when-committed') or 'always-changed' in way() or not all(
                self.is_as_planned(found, path) for _, path, _, _, found in todo):
            return {'type': 'refused', 'code': 'changed', 'reason': 'it changed meanwhile'}
        items, former = [], []
        for one in todo:
            item, before = self.do(*one)
            items.append(item)
            former.append((one[1], before))
        change = {'id': f'{len(self.made) + 1:x}{os.getpid():06x}'.ljust(16, 'a'),
                  **message['context'], 'state': 'made',
                  'time': time.strftime('%Y-%m-%dT%H:%M:%S.000000Z', time.gmtime()),
                  'undoable': 'not-undoable' not in way(), 'count': len(items),
                  'items': [{'op': o[0], 'kind': o[4]['kind'], 'path': o[1]} for o in todo]}
        self.made.append((change, former))
        if once('commits-without-id'):
            change = {'count': 1}
        written = sum(len(one[3]) for one in todo)
        return {'type': 'change.committed', 'change': change, 'items': items, 'bytes': str(written)}

    def history(self, message, _):
        changes = [change for change, _ in reversed(self.made)
                   if message.get('of') in (None, change.get('session'))]
        ids_ = [change['id'] for change in changes]
        if message.get('before') in ids_:
            changes = changes[ids_.index(message['before']) + 1:]
        limit = min(message['limit'], 2)  # several pages
        return {'type': 'change.listed', 'changes': changes[:limit], 'used': '7',
                'more': len(changes) > limit}

    def find(self, id_):
        return next((one for one in self.made if one[0]['id'] == id_), None)

    def show(self, message, _):
        return {'type': 'change.shown', 'change': self.find(message['change'])[0]}

    def revert(self, message, _):
        if once('changed-when-reverted'):
            return {'type': 'refused', 'code': 'changed', 'reason': 'notes.txt changed since'}
        change, former = self.find(message['change'])
        items = []
        for path, before in former:
            item = {'path': path, 'old': ids(os.stat(path))}
            if before is None:
                os.unlink(path)
            else:
                with open(path + '.new', 'wb') as f:
                    f.write(before)
                os.rename(path + '.new', path)
                item['new'] = ids(os.stat(path))
            items.append(item)
        change['state'] = 'undone'
        return {'type': 'change.reverted', 'change': change, 'items': items}

    def clear(self, _message, _contents):
        self.made.clear()
        return {'type': 'done'}

    @staticmethod
    def open(_message, contents):
        told({'key': len(contents[0])})
        if once('refuses-to-open'):
            return {'type': 'refused', 'code': 'unavailable', 'reason': 'the undo store is damaged'}
        recovered = [{'change': 'f' * 16, 'outcome': 'done', 'session': '0123456789abcdef'},
                     {'change': 'e' * 16, 'outcome': 'taken-back'}] if once('recovers') else []
        return {'type': 'change.opened', 'recovered': recovered, 'used': '0'}

    def answer(self, message, contents):
        kind = message['type'].split('.')[1]
        if kind == 'drop':
            self.plans.pop(message['plan'], None)
            return
        if once('dies-at-' + kind):
            os._exit(1)
        reply = getattr(self, kind)(message, contents)
        if once('dies-after-' + kind):
            os._exit(1)
        if once('wrong-reply-to-' + kind):
            reply = {'type': 'change.listed', 'changes': [], 'used': '0', 'more': False}
        if once('answers-twice'):
            send({**reply, 'request': message['request']})
        send({**reply, 'request': message['request']})


def main():
    send({'type': 'worker.ready', 'name': 'change', 'confinement': {}})
    worker = Worker()
    while True:
        message, contents = receive()
        told(message)
        worker.answer(message, contents)


main()

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not slip out: dlp scan through the guardian's worker, and files read by an agent under
the obligation to leave parts out."""
import base64
import gzip
import io
import os
import random
import signal
import struct
import subprocess
import tarfile
import threading
import time
import zipfile
import zlib

from world import World, run

PICTURE = b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR'  # how one begins
TOKEN = 'ghp_8fKq2ZxWv7Lm3RtYp0NsBdHc5JgTa1UeXo9i'
REDACT = ('package cardea.admin.office\n\n'
          'answer["office.redact"] := {"effect": "allow", "reason": "", "obligations": '
          '{"redact": ["credential"]}} if {\n\tinput.action == "file.read"\n\t'
          'endswith(input.resource.path, "notes.txt")\n}\n')


class Office(World):
    def redacting(self):
        folder = self.env['CARDEA_TEST_POLICY_FOLDER']
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = os.path.join(folder, 'office.rego')
        with open(path, 'w', encoding='utf-8') as f:
            f.write(REDACT)
        os.chmod(path, 0o600)

    def scan_worker(self):
        """Its process id; it is found by its name among the guardian's kin."""
        for entry in os.listdir('/proc'):
            if entry.isdigit() and self.name(entry) == 'cardea-guardian-scan':
                with open(f'/proc/{entry}/stat', encoding='ascii') as f:
                    parent = int(f.read().rsplit(')', 1)[1].split()[1])
                if parent in self.kin():
                    return int(entry)
        return None

    def kin(self):
        guardian = self.guardian()
        children = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(guardian)],
                                  capture_output=True, text=True, check=False).stdout.split()
        return {guardian, *map(int, children)}


def zipped(name, data, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for each, content in {name: data, **more}.items():
            archive.writestr(each, content)
    return out.getvalue()


def roomy(name, data):
    """A zip as office programs write it: with room for what they may change later."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.extra = struct.pack('<HHHH', 0xa220, 516, 0xa028, 512) + bytes(512)
        archive.writestr(info, data)
    return out.getvalue()


def with_gap(data, gap):
    """A zip with something between its member and its directory, which knows nothing of it."""
    directory, end = data.rfind(b'PK\x01\x02'), data.rfind(b'PK\x05\x06')
    moved = bytearray(data[end:])
    moved[16:20] = struct.pack('<I', directory + len(gap))
    return data[:directory] + gap + data[directory:end] + bytes(moved)


def tarred(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w:gz') as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def places_are_named_and_secrets_are_not():
    with Office() as w:
        path = w.file('a.txt', f'one\ntwo {TOKEN} three\n', w.work)
        found = w.json('dlp', 'scan', 'a.txt', path)
        assert found['not_inspectable'] == [], found
        assert [(f['file'], f['rule'], f['line'], f['start'], f['end'])
                for f in found['findings']] == [('a.txt', 'github-token', 2, 8, 8 + len(TOKEN)),
                                                (path, 'github-token', 2, 8, 8 + len(TOKEN))], found
        told = w.ctl('dlp', 'scan', 'a.txt', check=0)
        assert 'github-token' in told.stdout and 'a.txt:2' in told.stdout, told.stdout
        assert TOKEN[4:] not in told.stdout + told.stderr
        # From standard input, and nothing of it in the log.
        found = w.json('dlp', 'scan', stdin=f'x {TOKEN}')
        assert found['findings'][0]['file'] == '-', found
        assert w.json('dlp', 'scan', stdin='') == {'findings': [], 'not_inspectable': []}
        for folder, _, files in os.walk(w.audit):
            for name in files:
                with open(os.path.join(folder, name), 'rb') as f:
                    assert TOKEN[4:].encode() not in f.read(), name
        assert w.ctl('dlp', 'scan', 'missing.txt').returncode != 0


def rules_are_listed_without_a_guardian():
    with Office() as w:
        rules = w.json('dlp', 'rules')['rules']
        assert len(rules) > 200 and {'iban', 'github-token', 'private-key'} <= {
            r['rule'] for r in rules}
        assert w.guardian() is None


def what_is_packed_is_unpacked():
    nested = zipped('inner/notes.txt', f'k: {TOKEN}\n'.encode())
    document = zipped('word/document.xml', f'<w:t>{TOKEN}</w:t>'.encode())
    pdf = (b'%PDF-1.4\n1 0 obj <</Filter/FlateDecode>>\nstream\n'
           + zlib.compress(f'BT ({TOKEN}) Tj ET'.encode()) + b'\nendstream\nendobj\n')
    with Office() as w:
        for name, data in (('a.zip', nested), ('a.tar.gz', tarred('in/a.zip', nested)),
                           ('a.docx', document), ('a.pdf', pdf),
                           ('a.gz', gzip.compress(TOKEN.encode())),
                           ('name.zip', zipped(f'{TOKEN}.txt', b'nothing')),
                           ('object', zlib.compress(f'blob 40\0{TOKEN}'.encode())),
                           ('b64', base64.b64encode(tarred('n.txt', TOKEN.encode()))),
                           ('wide', TOKEN.encode('utf-16'))):
            w.file(name, data, w.work)
            found = w.json('dlp', 'scan', name)
            assert 'github-token' in {f['rule'] for f in found['findings']}, (name, found)


def names_in_archives_are_looked_at():
    """Also of what is in an encoding of its own, and where links lead."""
    with Office() as w:
        for how in ('gz', 'bz2', 'xz'):
            for name, link in ((f'my_{TOKEN}_old.txt', None), (f'für {TOKEN}.txt', None),
                               (f'f\udcfcr {TOKEN}.txt', None), ('a', f'{TOKEN}.txt')):
                out = io.BytesIO()
                with tarfile.open(fileobj=out, mode=f'w:{how}', format=tarfile.GNU_FORMAT) as archive:
                    info = tarfile.TarInfo(name)
                    info.type, info.linkname = (tarfile.SYMTYPE, link) if link else (tarfile.REGTYPE, '')
                    archive.addfile(info)
                w.file('a.tar', out.getvalue(), w.work)
                found = w.json('dlp', 'scan', 'a.tar')
                assert 'github-token' in {f['rule'] for f in found['findings']}, (how, name, link, found)


def ordinary_archives_are_nothing_to_ask_about():
    """What is in them was seen, whatever their own bytes look like; what hides beside it is said."""
    dense = random.Random(7).randbytes(40000)
    text = ''.join(f'line {i} of a text, C:\\new\\{i * 7919 % 1000} words\n' for i in range(3000)).encode()
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode='w') as archive:
        info = tarfile.TarInfo('a.txt')
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    whole = (('gz', gzip.compress(text)), ('zlib', zlib.compress(text)), ('zip', zipped('a.txt', text)),
             ('tar', plain.getvalue()), ('tar.gz', tarred('a.txt', text)),
             ('picture', zipped('a.png', PICTURE + dense)), ('room', roomy('a.txt', text)))
    named = bytearray(gzip.compress(text))
    named[3] = 4  # FEXTRA, RFC 1952
    hidden = [(name, data + dense) for name, data in whole[:4]]
    hidden += [('extra', bytes(named[:10]) + struct.pack('<H', 40000) + dense + bytes(named[10:])),
               ('beside a picture', zipped('a.png', PICTURE, b=dense)),
               ('gap', with_gap(zipped('a.txt', text), dense)), ('member', zipped('a', dense)),
               ('inner', gzip.compress(plain.getvalue() + dense))]
    with Office() as w:
        for name, data in whole:
            w.file('x', data, w.work)
            assert w.json('dlp', 'scan', 'x') == {'findings': [], 'not_inspectable': []}, name
        for name, data in hidden:
            w.file('x', data, w.work)
            assert w.json('dlp', 'scan', 'x')['not_inspectable'], name


def bombs_are_bounded_and_said():
    bomb = gzip.compress(bytes(1 << 30), 9)
    quine = zipped('a', zipped('b', zipped('c', zipped('d', zipped('e', zipped('f', zipped(
        'g', TOKEN.encode())))))))
    line = b'A' * (10 << 20)
    with Office() as w:
        for name, data in (('bomb.gz', bomb), ('bomb.zip', zipped('zero', bytes(1 << 28))),
                           ('deep.zip', quine), ('encrypted', os.urandom(100000))):
            w.file(name, data, w.work)
            begin = time.monotonic()
            found = w.json('dlp', 'scan', name)
            assert found['not_inspectable'], (name, found)
            assert time.monotonic() - begin < 60, name
        w.file('line', line, w.work)
        w.json('dlp', 'scan', 'line')
        # Others are served as before.
        assert w.json('dlp', 'scan', stdin=TOKEN)['findings']


def secret_across_pieces_is_found():
    with Office() as w:
        whole = b' ' * ((16 << 20) - 10) + TOKEN.encode() + b' ' * 100
        w.file('large', whole, w.work)
        found = w.json('dlp', 'scan', 'large')
        assert 'github-token' in {f['rule'] for f in found['findings']}, found


def dead_worker_is_no_clean_bill():
    with Office() as w:
        w.json('dlp', 'scan', stdin='x')
        worker = w.scan_worker()
        assert worker is not None
        w.file('slow', b'4' * (15 << 20), w.work)
        results = []
        scan = threading.Thread(target=lambda: results.append(w.ctl('dlp', 'scan', 'slow')))
        scan.start()
        time.sleep(0.3)
        os.kill(worker, signal.SIGKILL)
        scan.join()
        assert results[0].returncode != 0 or 'opaque' in results[0].stdout, results[0]
        # Another takes its place.
        for _ in range(50):
            done = w.ctl('dlp', 'scan', stdin=TOKEN)
            if done.returncode == 0:
                break
            time.sleep(0.1)
        assert 'github-token' in done.stdout, done


def agent_reads_what_is_left():
    with Office() as w:
        w.redacting()
        path = w.file('notes.txt', f'First line of the notes.\nThe token is {TOKEN} today.\n'
                      'Last line of the notes.\n')
        told = w.ctl('ask', '-f', path, 'Find "token" in notes.txt')
        assert told.returncode == 0, told
        assert TOKEN[4:] not in told.stdout and 'removed: github-token' in told.stdout, told.stdout
        outcome = [r for r in w.records() if r['type'] == 'outcome'
                   and r.get('action') == 'file.read'][-1]
        assert outcome['outcome'] == 'done', outcome
        assert outcome['left_out'] == 1 and outcome['left_out_rules'] == ['github-token'], outcome


def what_cannot_be_looked_into_is_not_read():
    with Office() as w:
        w.redacting()
        path = w.file('notes.txt', gzip.compress(bytes(1 << 30), 9))
        told = w.ctl('ask', '-f', path, 'Summarise notes.txt')
        assert told.returncode != 0, told
        outcomes = [r['outcome'] for r in w.records() if r['type'] == 'outcome'
                    and r.get('action') == 'file.read']
        assert 'done' not in outcomes and 'unsuitable' in outcomes, w.records()


def program_does_not_get_what_cannot_be_left_out():
    with Office() as w:
        w.redacting()
        w.file('notes.txt', TOKEN)
        told = w.ctl('run', '--mode', 'deny', '--', 'cat', os.path.join(w.documents, 'notes.txt'))
        assert told.returncode != 0 and TOKEN not in told.stdout, told


def status_and_doctor_name_the_worker():
    with Office() as w:
        def state():
            return {x['name']: x['state'] for x in w.json('status')['workers']}.get('scan')

        def check():
            return [c for c in w.json('doctor')['checks'] if c['id'] == 'confined-scan'][0]
        w.ctl('status', check=0)
        assert state() == 'resting', w.json('status')
        assert check()['state'] == 'ok' and 'first that needs it' in check()['found'], check()
        w.json('dlp', 'scan', stdin='nothing in here')
        assert state() == 'running', w.json('status')
        assert check()['state'] == 'ok' and 'Landlock' in check()['found'], check()
        os.kill(w.scan_worker(), signal.SIGKILL)
        w.wait_for(lambda: state() == 'running' and w.scan_worker(), 20, 'another')


run([places_are_named_and_secrets_are_not, rules_are_listed_without_a_guardian,
     what_is_packed_is_unpacked, names_in_archives_are_looked_at,
     ordinary_archives_are_nothing_to_ask_about, bombs_are_bounded_and_said,
     secret_across_pieces_is_found,
     dead_worker_is_no_clean_bill, agent_reads_what_is_left,
     what_cannot_be_looked_into_is_not_read, program_does_not_get_what_cannot_be_left_out,
     status_and_doctor_name_the_worker])

#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bundles that an administrator has fetched, from a real nginx: put in force when they are signed, asked for
again with their tag, and the last good one holds, whatever the server does."""
import contextlib
import io
import json
import os
import signal
import subprocess
import tarfile

from web_server import Nginx
from world import BANK, World, run

TASK = 'Summarise Amount by month in bank.csv'
RULE = ('package cardea.admin.{name}\n\nanswer contains {{"rule": "{name}.bank", "effect": "deny", '
        '"reason": "{why}"}} if endswith(input.resource.path, "bank.csv")\n')


class Fetching(World):
    def __init__(self):
        super().__init__()
        self.policies = self.env['CARDEA_TEST_POLICY_FOLDER']
        os.makedirs(self.policies, mode=0o700)
        self.secret = os.path.join(self.root, 'secret.pem')
        subprocess.run(['openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', self.secret],
                       check=True, capture_output=True)
        self.public = subprocess.run(['openssl', 'ec', '-in', self.secret, '-pubout'], check=True,
                                     capture_output=True).stdout
        self.put('bundles.pem', self.public)

    def put(self, name, data):
        path = os.path.join(self.policies, name)
        with open(path, 'wb') as f:
            f.write(data if isinstance(data, bytes) else json.dumps(data).encode())
        os.chmod(path, 0o600)
        return path

    def sources(self, web, *names, seconds=1):
        self.put('bundles.json', {'bundles': [{'name': name, 'url': web.url(f'/{name}.tar.gz'), 'seconds': seconds}
                                              for name in names]})

    def bundle(self, name, why, revision, signed=True):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode='w:gz') as tar:
            for path, text in (('office.rego', RULE.format(name=name, why=why)),
                               ('.manifest', json.dumps({'revision': revision, 'roots': [f'cardea/admin/{name}']}))):
                info = tarfile.TarInfo(path)
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text.encode()))
        source, made = (os.path.join(self.root, end) for end in ('source.tar.gz', 'made.tar.gz'))
        with open(source, 'wb') as f:
            f.write(out.getvalue())
        if signed:
            self.ctl('policy', 'sign', '--signing-key', self.secret, '--signing-alg', 'ES256', '-o', made, source,
                     check=0)
        with open(made if signed else source, 'rb') as f:
            return f.read()

    def publish(self, web, name, data):
        path = os.path.join(web.pages, name + '.tar.gz')
        with open(path + '.new', 'wb') as f:
            f.write(data)
        os.rename(path + '.new', path)

    def revisions(self):
        return {b['file'].rpartition('/')[2]: b['revision'] for b in self.json('policy', 'show')['bundles']}

    def refused(self, words):
        done = self.ctl('ask', '-f', self.file('bank.csv', BANK), TASK)
        assert words in done.stdout + done.stderr, done
        assert done.returncode == 3, done

    def end_guardian(self):
        pid = self.guardian()
        os.kill(pid, signal.SIGTERM)
        self.wait_for(lambda: self.stat(pid) is None, 20, 'its end')

    def loads(self):
        return [r for r in self.records() if r['type'] == 'policy.load']


def in_force_and_again():
    with Fetching() as w, Nginx(w.folder('nginx')) as web:
        w.sources(web, 'office')
        # nothing was ever fetched: nothing is allowed
        assert w.json('policy', 'show')['state'] == 'none'
        w.refused('not fetched yet')
        w.publish(web, 'office', w.bundle('office', 'not for assistants', 'r1'))
        w.wait_for(lambda: w.revisions().get('office.tar.gz') == 'r1', 30, 'the bundle')
        w.refused('not for assistants')
        assert w.loads()[-1]['outcome'] == 'done', w.loads()[-1]
        # the same is not sent again
        w.wait_for(lambda: any(' 304 ' in line for line in web.log), 30, 'a 304')
        count = len(w.loads())
        w.publish(web, 'office', w.bundle('office', 'still not for assistants', 'r2'))
        w.wait_for(lambda: w.revisions()['office.tar.gz'] == 'r2', 30, 'the next one')
        w.refused('still not for assistants')
        assert len(w.loads()) == count + 1, w.loads()


def the_last_good_one_holds():
    with Fetching() as w, Nginx(w.folder('nginx')) as web:
        w.sources(web, 'office')
        good = w.bundle('office', 'not for assistants', 'r1')
        w.publish(web, 'office', good)
        w.ctl('status', check=0)
        w.wait_for(lambda: w.revisions().get('office.tar.gz') == 'r1', 30, 'the bundle')
        for bad, words in ((w.bundle('office', 'x', 'r2', signed=False), 'signature'), (good[:-200], ''), (b'x' * 99, '')):
            before = len(w.loads())
            w.publish(web, 'office', bad)
            w.wait_for(lambda: len(w.loads()) > before, 30, 'a refusal')
            last = w.loads()[-1]
            assert last['outcome'] == 'refused' and words in last['reason'], last
            assert w.revisions() == {'office.tar.gz': 'r1'}, w.revisions()
            w.refused('not for assistants')
            asked = len(web.log)
            w.wait_for(lambda: len(web.log) > asked + 1, 30, 'further questions')
            assert len(w.loads()) == before + 1, 'what is bad is tried again and again'
        os.unlink(os.path.join(web.pages, 'office.tar.gz'))
        w.wait_for(lambda: 'status 404' in w.loads()[-1]['reason'], 30, 'a record of the trouble')
        web.close()
        w.refused('not for assistants')
        # and for a guardian that is started while the server is away
        w.end_guardian()
        assert w.revisions() == {'office.tar.gz': 'r1'}, w.revisions()
        w.refused('not for assistants')
        # what lies there is nobody's word: it must be signed like any other
        w.end_guardian()
        folder = os.path.join(w.env['XDG_STATE_HOME'], 'cardea', 'bundles')
        (kept,) = os.listdir(folder)
        with open(os.path.join(folder, kept), 'wb') as f:
            f.write(w.bundle('office', 'x', 'r9', signed=False))
        assert w.json('policy', 'show')['state'] == 'none'


def two_come_together():
    with Fetching() as w, Nginx(w.folder('nginx')) as web:
        w.sources(web, 'office', 'home')
        w.publish(web, 'office', w.bundle('office', 'not in the office', 'r1'))
        w.ctl('status', check=0)
        w.wait_for(lambda: any('office' in line and ' 200 ' in line for line in web.log), 30, 'the first')
        assert w.json('policy', 'show')['state'] == 'none'
        w.publish(web, 'home', w.bundle('home', 'not at home', 'r5'))
        w.wait_for(lambda: w.revisions() == {'office.tar.gz': 'r1', 'home.tar.gz': 'r5'}, 30, 'both')


def what_is_no_list():
    with Fetching() as w, Nginx(w.folder('nginx')) as web:
        w.publish(web, 'office', w.bundle('office', 'x', 'r1'))
        url = web.url('/office.tar.gz')
        for bad in ({'bundles': []}, {'bundles': [{'name': 'a'}]}, {'bundles': [{'url': url}]}, [],
                    {'bundles': [{'name': 'a', 'url': 'http://policies.example/a.tar.gz'}]},
                    {'bundles': [{'name': '../a', 'url': url}]}, {'bundles': [{'name': 'a', 'url': url, 'seconds': 0}]},
                    {'bundles': [{'name': 'a', 'url': url, 'key': 'x'}]}, {'bundle': []},
                    {'bundles': [{'name': 'a', 'url': url}, {'name': 'a', 'url': url + '?'}]}):
            w.put('bundles.json', bad)
            done = w.ctl('policy', 'reload')
            assert done.returncode == 1 and 'bundles.json' in done.stderr, (bad, done)
        w.sources(web, 'office')
        os.unlink(os.path.join(w.policies, 'bundles.pem'))
        done = w.ctl('policy', 'reload')
        assert done.returncode == 1 and 'must be signed' in done.stderr, done
        with contextlib.suppress(FileNotFoundError):
            assert web.log == [], web.log


if __name__ == '__main__':
    run([in_force_and_again, the_last_good_one_holds, two_come_together, what_is_no_list])

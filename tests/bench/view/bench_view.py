# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs' work with files costs in the view: the same work outside, in the view, and in the
view with its checks left out, in turns."""
import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY_FILES = 20000
TREE_FILES = 8000
PACKAGES = 20
PACKAGE_FILES = 100
BIG = 1 << 30
ROUNDS = 3
BUDGET = 300  # seconds; on a busy machine there are fewer rounds
REPEATS = {'unpack': 2, 'checkout': 2, 'install': 2, 'copy': 2}  # cold, warm; else a read between
SANDBOXES = 50
TOOLS = {'status': 'git', 'checkout': 'git', 'search': 'rg', 'unpack': 'tar', 'install': 'npm'}
WORKLOADS = ('opens', 'status', 'search', 'unpack', 'checkout', 'install', 'copy', 'sequential')
GIT = {**os.environ, 'GIT_AUTHOR_NAME': 'a', 'GIT_AUTHOR_EMAIL': 'a@example.org',
       'GIT_COMMITTER_NAME': 'a', 'GIT_COMMITTER_EMAIL': 'a@example.org',
       'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_SYSTEM': '/dev/null'}


def plant(base, count):
    for i in range(count):
        folder = f'{base}/d{i // 400}/e{i // 20 % 20}'
        if i % 20 == 0:
            os.makedirs(folder, exist_ok=True)
        with open(f'{folder}/f{i}.txt', 'w', encoding='ascii') as f:
            f.write(f'file {i}\n' + 'lorem ipsum dolor\n' * (i % 100) + 'needle\n' * (i % 97 == 0))


def git(folder, *arguments):
    subprocess.run(['git', '-C', folder, *arguments], check=True, env=GIT,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_repository(folder):
    plant(folder, REPOSITORY_FILES)
    git(folder, 'init', '-q', '-b', 'main')
    git(folder, 'config', 'gc.auto', '0')
    # To a program of root's its files are another's, whereupon git would read all of them again.
    git(folder, 'config', 'core.checkStat', 'minimal')
    git(folder, 'add', '-A')
    git(folder, 'commit', '-qm', 'one')
    git(folder, 'checkout', '-qb', 'other')
    for i in range(0, REPOSITORY_FILES, 10):
        with open(f'{folder}/d{i // 400}/e{i // 20 % 20}/f{i}.txt', 'a', encoding='ascii') as f:
            f.write('changed\n')
    git(folder, 'commit', '-qam', 'two')
    git(folder, 'checkout', '-q', 'main')


def make_package(path, name):
    with tarfile.open(path, 'w:gz') as archive:
        def add(member, content):
            info = tarfile.TarInfo('package/' + member)
            info.size, info.mode = len(content), 0o644
            archive.addfile(info, io.BytesIO(content))
        add('package.json', json.dumps({'name': name, 'version': '1.0.0'}).encode())
        for i in range(PACKAGE_FILES):
            add(f'lib/{i // 20}/file{i}.js', f'module.exports = {i};\n'.encode() * (i + 1))
    with open(path, 'rb') as f:
        return 'sha512-' + base64.b64encode(hashlib.sha512(f.read()).digest()).decode()


def make_application(folder):
    """npm ci from tarballs that lie beside it: no network."""
    os.makedirs(folder + '/packages')
    wanted = {f'package-{i}': f'file:packages/package-{i}.tgz' for i in range(PACKAGES)}
    first = {'name': 'app', 'version': '1.0.0', 'dependencies': wanted}
    packages = {'': first}
    for name, source in wanted.items():
        digest = make_package(f'{folder}/packages/{name}.tgz', name)
        packages[f'node_modules/{name}'] = {'version': '1.0.0', 'resolved': source,
                                            'integrity': digest}
    with open(folder + '/package.json', 'w', encoding='ascii') as f:
        json.dump(first, f)
    with open(folder + '/package-lock.json', 'w', encoding='ascii') as f:
        json.dump({'name': 'app', 'version': '1.0.0', 'lockfileVersion': 3, 'requires': True,
                   'packages': packages}, f)


def make_project(folder, have):
    os.makedirs(folder + '/small')
    for i in range(200):
        with open(f'{folder}/small/{i:03}', 'wb') as f:
            f.write(os.urandom(4096))
    plant(folder + '/tree', TREE_FILES)
    if 'unpack' in have:
        subprocess.run(['tar', 'cf', 'tree.tar', 'tree'], cwd=folder, check=True)
    if 'status' in have:
        make_repository(folder + '/repo')
    if 'install' in have:
        make_application(folder + '/app')
    shutil.copy(os.path.join(HERE, 'workload.py'), folder)


def unchecked_build(build, folder):
    """The same programs, but for the view, which is told nothing and asks nothing."""
    os.mkdir(folder)
    for name in os.listdir(build):
        path = os.path.join(build, name)
        if name.startswith('cardea') and os.path.isfile(path) and os.access(path, os.X_OK):
            if name == 'cardea-guardian-view':
                path = os.path.join(build, 'tests/bench/view/bench-view-unchecked')
            shutil.copy2(path, os.path.join(folder, name))


def seconds(text):
    """Of each name the first time (cold) and the last (warm)."""
    found = {}
    for line in text.splitlines():
        name, value = line.split()
        found.setdefault(name, []).append(float(value))
    return {name: (values[0], values[-1]) for name, values in found.items()}


def run_plain(world, folder, names):
    done = subprocess.run(['/usr/bin/python3', '-I', 'workload.py', folder, *names], cwd=folder,
                          env=world.env, capture_output=True, text=True, timeout=600, check=True)
    return seconds(done.stdout)


def run_view(world, folder, names):
    world.wait_for(lambda: world.ctl('status').returncode == 0, seconds=60, what='a guardian')
    done = world.ctl('run', '-w', folder + ':rw', '-w', os.path.dirname(folder) + '/data', '--',
                     '/usr/bin/python3', '-I', 'workload.py', folder, *names, cwd=folder, timeout=900,
                     check=0)
    return seconds(done.stdout)


def one_round(world, folders, programs, names):
    sample = {'plain': run_plain(world, folders['plain'], names)}
    for kind in programs:
        world.build = programs[kind]
        sample[kind] = run_view(world, folders[kind], names)
        end_guardian(world)
    return sample


def make_folders(world, have):
    """The same for each; on a busy disk a copy is quicker than another one."""
    folders = {kind: world.folder(f'home/p/{kind}') for kind in ('plain', 'view', 'unchecked')}
    make_project(folders['plain'], have)
    for kind in ('view', 'unchecked'):
        os.rmdir(folders[kind])
        subprocess.run(['cp', '-a', folders['plain'], folders[kind]], check=True)
    return folders


def measure(make_world, build):
    """name → {kind: [(cold, warm)]}, in seconds, one a round; and the names that cannot be measured
    here."""
    have = [name for name in WORKLOADS if name not in TOOLS or shutil.which(TOOLS[name])]
    names = [name for name in have for _ in range(REPEATS.get(name, 3))]
    with make_world() as w:
        with open(w.folder('home/p/data') + '/big', 'wb') as f:
            piece = os.urandom(1 << 20)
            for _ in range(BIG >> 20):
                f.write(piece)
        folders = make_folders(w, have)
        programs = {'view': w.build, 'unchecked': os.path.join(w.root, 'unchecked')}
        unchecked_build(build, programs['unchecked'])
        samples = []
        begun = time.monotonic()
        while not samples or (len(samples) < ROUNDS
                              and (time.monotonic() - begun) * (1 + 1 / len(samples)) < BUDGET):
            samples.append(one_round(w, folders, programs, names))
        w.build = programs['view']
    return ({name: {kind: [sample[kind][name] for sample in samples] for kind in folders}
             for name in have},
            [name for name in WORKLOADS if name not in have])


def end_guardian(world):
    pid = world.guardian()
    if pid is not None:
        os.kill(pid, 15)
        world.wait_for(lambda: not [p for p in world.processes() if world.name(p).startswith('cardea-')],
                       seconds=60, what='an ended guardian')


FILE_WORK = '''
import os, sys
base = sys.argv[1]
for turn in range(10):
    for i in range(40):
        with open(f"{base}/f{i}", "w") as f: f.write("x" * 3000)
    for i in range(40):
        assert len(open(f"{base}/f{i}").read()) == 3000
    for name in os.listdir(base): os.unlink(f"{base}/{name}")
print("done", flush=True)
sys.stdin.readline()
'''


def crowd(world, private_dirty):
    """Many sandboxes at work at once: seconds until all are done, and the guardian's private memory
    a session, in KiB, while all still stand."""
    world.ctl('status', check=0)
    ours = [p for p in world.processes() if world.name(p).startswith('cardea-guardian')]
    before = sum(map(private_dirty, ours))
    begun = time.monotonic()
    started = []
    for i in range(SANDBOXES):
        folder = world.folder(f'home/work-{i}')
        process = subprocess.Popen(
            [world.program('cardeactl'), 'run', '-w', folder + ':rw', '--', '/usr/bin/python3', '-Ic',
             FILE_WORK, folder], env=world.env, cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        world.started.append(process)
        started.append(process)
    done = sum(process.stdout.readline() == 'done\n' for process in started)
    lasted = time.monotonic() - begun
    ours = [p for p in world.processes() if world.name(p).startswith('cardea-guardian')]
    after = sum(map(private_dirty, ours))
    ends = [process.communicate('\n', timeout=60) for process in started]
    failed = [(p.returncode, err) for p, (_, err) in zip(started, ends) if p.returncode != 0]
    return done, lasted, (after - before) / SANDBOXES, failed

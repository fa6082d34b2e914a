#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures every bar against its floor or peer in one run and prints one table.

usage: bench.py BUILD_ROOT [BAR...]

A figure is the median of many; where two programs are compared they take turns. Exit 1 when a bar
is missed, so that nobody has to read the table to know."""
import contextlib
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
os.environ['CARDEA_BUILD_ROOT'] = BUILD
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'integration'), os.path.join(HERE, '..', 'ui'),
                os.path.join(HERE, 'egress')]
import bench_egress  # noqa: E402 pylint: disable=wrong-import-position
from pictures import png  # noqa: E402 pylint: disable=wrong-import-position
from world import BANK, World  # noqa: E402 pylint: disable=wrong-import-position

ROWS = []


def row(name, value, bar, good):
    ROWS.append((name, value, bar, good))
    print(f'{"ok  " if good else "MISS"} {name}: {value} (bar: {bar})', flush=True)


def tool(folder, name):
    return os.path.join(BUILD, 'tests', 'bench', folder, name)


def figures(text):
    """"NAME p50 p99 n" lines → {name: (p50, p99)} in microseconds."""
    found = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == 4:
            found[parts[0]] = (float(parts[1]), float(parts[2]))
    return found


def run(world, *command, **options):
    done = subprocess.run(command, env={**world.env, **options}, cwd=world.work, timeout=300,
                          capture_output=True, text=True, start_new_session=True)
    if done.returncode != 0:
        raise RuntimeError(f'{command}: {done.returncode}: {done.stderr}')
    return figures(done.stdout)


@contextlib.contextmanager
def one_cpu():
    """Waking a process on an idle CPU costs several times a switch on the same one (a virtual
    machine leaves and enters the guest), and where the kernel puts two or three processes is
    chance. Both sides of a comparison of switches therefore run on one CPU."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def bar_open():
    """A brokered open of a granted file from inside the sandbox against a bare socketpair."""
    with one_cpu(), World(CARDEA_TEST_AGENT_PROGRAM=tool('session', 'bench-agent')) as w:
        path = w.file('small.txt', 'x' * 4096)
        w.ctl('status', check=0)
        ours, floor = [], []
        for _ in range(5):
            ours.append(run(w, tool('session', 'bench-front'), 'open', path, '4000')['brokered-open'])
            floor.append(run(w, tool('session', 'bench-floor'), path, '4000')['floor-open'])
        sync = run(w, tool('session', 'bench-sync'), os.path.join(w.root, 'sync'), '200')['fdatasync']
        median = statistics.median(p50 for p50, _ in ours)
        tail = statistics.median(p99 for _, p99 in ours)
        base = statistics.median(p50 for p50, _ in floor)
        base_tail = statistics.median(p99 for _, p99 in floor)
        row('brokered open, median', f'{median:.1f} µs = {median / base:.2f} × {base:.1f} µs',
            '≤ 4 ×', median <= 4 * base)
        row('brokered open, p99', f'{tail:.1f} µs = {tail / base_tail:.2f} × {base_tail:.1f} µs',
            '≤ 10 ×', tail <= 10 * base_tail)
        print(f'     one fdatasync in this run: {sync[0]:.0f} µs median')


def bar_session():
    """An agent's session, ready, against a bare bwrap."""
    with World() as w:
        w.ctl('status', check=0)
        ours, floor = [], []
        bwrap = ['bwrap', '--unshare-all', '--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib',
                 '/lib', '--symlink', 'usr/lib64', '/lib64', '/usr/bin/true']
        for _ in range(5):
            ours.append(run(w, tool('session', 'bench-front'), 'sessions', '10')['session-ready'][0])
            for _ in range(10):
                begun = time.monotonic()
                subprocess.run(bwrap, check=True)
                floor.append((time.monotonic() - begun) * 1e6)
        median, base = statistics.median(ours), statistics.median(floor)
        row('session ready', f'{median / 1000:.1f} ms = {median / base:.2f} × {base / 1000:.1f} ms',
            '≤ 4 ×', median <= 4 * base)


BARE = ['bwrap', '--unshare-all', '--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib',
        '--symlink', 'usr/lib64', '/lib64', '/usr/bin/true']


def milliseconds(command, world, count, **more):
    """Of whole runs of a command; None when it does not work here."""
    times = []
    for _ in range(count):
        begun = time.monotonic()
        done = subprocess.run(command, env={**world.env, **more}, cwd=world.work,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
        if done.returncode != 0:
            return None
        times.append((time.monotonic() - begun) * 1000)
    return times


def peers():
    """Sandboxes of others, where they are installed: npm @anthropic-ai/sandbox-runtime and
    @openai/codex (in PATH), Debian's firejail."""
    for name, command in (('srt', ['srt', 'true']), ('codex', ['codex', 'sandbox', 'true']),
                          ('firejail', ['firejail', '--quiet', '--noprofile', '--net=none', 'true'])):
        path = shutil.which(name)
        yield name, [path, *command[1:]] if path else None


def bar_run():
    """cardeactl run -- true, guardian running, against a bare bwrap and others' sandboxes, in turns:
    built for it, and from the pool, once one waits there."""
    with World(PATH=os.environ['PATH']) as w, \
            tempfile.TemporaryDirectory(dir=BUILD) as elsewhere:  # codex takes no home below /tmp
        ours = [w.program('cardeactl'), 'run', '--', 'true']
        kept = [w.program('cardeactl'), 'run', '--profile', 'node', '--', 'true']
        loaded = [w.program('cardeactl'), '--version']
        greeted = [w.program('cardeactl'), 'settings', 'get', 'consent.timeout']
        milliseconds(ours, w, 3)
        rows = {'bwrap': [], 'run': [], 'pool': [], 'profile': [], 'load': [], 'greet': []}
        other = {name: ([], command) for name, command in peers()}
        for _ in range(30):
            time.sleep(0.1)  # until what followed the last run is done
            rows['bwrap'] += milliseconds(BARE, w, 1)
            rows['load'] += milliseconds(loaded, w, 1)
            rows['greet'] += milliseconds(greeted, w, 1)
            w.ctl('session', 'end', '--all')  # nothing waits any more
            time.sleep(0.02)
            rows['run'] += milliseconds(ours, w, 1)
            time.sleep(0.1)  # until the next one waits
            rows['pool'] += milliseconds(ours, w, 1)
        for _ in range(10):
            time.sleep(0.1)
            rows['profile'] += milliseconds(kept, w, 1)
            for name, (times, command) in other.items():
                times += (command and milliseconds(command, w, 1, HOME=elsewhere)) or []
        used = [record['layers'].get('prepared', False) for record in w.records()
                if record['type'] == 'launch']
        base = statistics.median(rows['bwrap'])
        for name, key, bar in (('cardeactl run -- true', 'run', 3), ('from the pool', 'pool', 1),
                               ('with a home that stays, from the pool', 'profile', 1)):
            median = statistics.median(rows[key])
            row(name, f'{median:.1f} ms = {median / base:.1f} × {base:.1f} ms', f'≤ {bar} ×',
                median <= bar * base)
        print(f'     of {len(used)} sandboxes {sum(used)} had waited')
        load, greet = (statistics.median(rows[key]) for key in ('load', 'greet'))
        print(f'     of every run, cardeactl alone: {load:.1f} ms to load it, {greet - load:.1f} ms '
              'until the guardian has answered its first question')
        for name, (times, command) in other.items():
            words = ('not installed' if command is None else 'does not work here' if not times else
                     f'{statistics.median(times):.1f} ms = {statistics.median(times) / base:.1f} ×')
            row(f'others: {name}', words, 'for comparison', True)


def bar_output():
    """What a program writes to a pipe, against the same without a sandbox, in turns."""
    size = 4 << 30
    command = f'head -c {size} /dev/zero'
    with World() as w:
        w.ctl('run', 'true', check=0)
        speeds = {'plain': [], 'ours': []}
        for _ in range(3):
            for name, start in (('plain', ''), ('ours', w.program('cardeactl') + ' run -- ')):
                begun = time.monotonic()
                subprocess.run(['sh', '-c', f'{start}{command} | cat >/dev/null'], env=w.env,
                               cwd=w.work, check=True, timeout=120, stdin=subprocess.DEVNULL)
                speeds[name].append(size / (time.monotonic() - begun) / 1e6)
        plain, ours = statistics.median(speeds['plain']), statistics.median(speeds['ours'])
        row('a program’s output through a pipe',
            f'{ours:,.0f} MB/s = {ours / plain * 100:.0f} % of {plain:,.0f} MB/s', '≥ 80 %',
            ours >= 0.8 * plain)


FORKS = ('trap "" TERM HUP INT; for i in 1 2 3 4 5 6 7 8; do (setsid sleep 1000 &) & done; '
         '(cat ~/Documents/tax &) ; echo ready; sleep 1000')


def bar_end():
    """Forking, daemonising, with one process blocked on a question: from the start of `session end`
    until the last one is gone."""
    times = []
    for _ in range(5):
        with World() as w:
            w.file('tax', 'secret')
            watcher = w.start('consent', 'watch', '--json')
            watcher.stderr.readline()  # it watches
            process = w.start('run', '--', 'sh', '-c', FORKS)
            process.stdout.readline()
            watcher.stdout.readline()  # the question
            inside = w.wait_for(lambda w=w: [p for p in w.processes() if w.name(p) == 'sleep'][8:]
                                and [p for p in w.processes() if w.name(p) in ('sleep', 'cat')])
            session = w.json('sessions')[0]['id']
            begun = time.monotonic()
            ending = w.start('session', 'end', session)
            while any(w.stat(pid) for pid in inside):
                time.sleep(0.001)
            times.append((time.monotonic() - begun) * 1000)
            ending.wait()
    median = statistics.median(times)
    row('session end until all of it is dead, also while asked',
        f'{median:.0f} ms ({min(times):.0f}–{max(times):.0f})', '≤ 100 ms', median <= 100)


def bar_cold():
    """Guardian cold start to answering: the whole of a first `cardeactl status`."""
    times = []
    for _ in range(9):
        with World() as w:
            begun = time.monotonic()
            w.ctl('status', check=0)
            times.append((time.monotonic() - begun) * 1000)
    median = statistics.median(times)
    row('guardian cold start', f'{median:.1f} ms ({min(times):.1f}–{max(times):.1f})', '≤ 100 ms',
        median <= 100)


def private_dirty(pid):
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as f:
        return sum(int(line.split()[1]) for line in f if line.startswith('Private_Dirty'))


def wake_ups(pid):
    total = 0
    for task in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{task}/status', encoding='ascii') as f:
            total += sum(int(line.split()[1]) for line in f if 'voluntary_ctxt' in line)
    return total


def bar_memory():
    """Private-dirty memory and wake-ups of an idle guardian after one task."""
    with World() as w:
        path = w.file('bank.csv', BANK)
        w.ctl('ask', '-f', path, 'Summarise Amount by month in bank.csv', check=0)
        time.sleep(3)
        ours = [p for p in w.processes() if w.name(p).startswith('cardea-guardian')]
        main = w.guardian()
        for pid in ours:
            limit = 6144 if pid == main else 4096
            used = private_dirty(pid)
            row(f'private memory, {w.name(pid)}', f'{used / 1024:.1f} MiB', f'≤ {limit // 1024} MiB',
                used <= limit)
        before = {pid: wake_ups(pid) for pid in ours}
        time.sleep(10)
        woken = sum(wake_ups(pid) - before[pid] for pid in ours)
        row('wake-ups in 10 s idle', str(woken), '0', woken == 0)


def bar_log():
    """The log's own bench prints "NAME  VALUE UNIT …" lines for 1,000,000 records."""
    done = subprocess.run([tool('log', 'bench-log')], capture_output=True, text=True, timeout=300)
    found = {m[1]: float(m[2]) for m in re.finditer(r'^(.+?)  +([\d.]+) ', done.stdout, re.M)}
    for name, unit, bar, good in (
            ('append, batched', 'records/s', '≥ 50,000 records/s', lambda v: v >= 50000),
            ('verify, two threads', 'records/s', '≥ 200,000 records/s', lambda v: v >= 200000),
            ('open, median', 'ms', '≤ 100 ms for 1,000,000', lambda v: v <= 100)):
        value = found.get(name)
        row('log ' + name, 'not measured' if value is None else f'{value:,.1f} {unit}', bar,
            value is not None and good(value))


def bar_change():
    """Changing files against doing it bare, in turns; three runs of the change worker's own bench."""
    runs = []
    for _ in range(3):
        done = subprocess.run([tool('change', 'bench-change')], capture_output=True, text=True,
                              check=True, timeout=300)
        runs.append({m[1]: float(m[2]) for m in re.finditer(r'^(.+?)  +([\d.]+) ', done.stdout, re.M)})
    for name, base, limit in (('commit 4 KiB', 'commit 4 KiB, bare', 3),
                              ('move 1000', 'move 1000, bare', 2)):
        ratio, ours, bare = sorted((r[name] / r[base], r[name], r[base]) for r in runs)[1]
        row(name, f'{ours:,.0f} µs = {ratio:.2f} × {bare:,.0f} µs', f'≤ {limit} ×', ratio <= limit)
    worst = statistics.median(r['diff 100000 lines, worst'] for r in runs)
    row('diff of 100,000 lines, worst', f'{worst:.0f} ms', '≤ 1 s', worst <= 1000)
    store = statistics.median(r['store append'] for r in runs)
    row('undo store append', f'{store:.0f} MB/s', '≥ 200 MB/s', store >= 200)


def bar_policy():
    """A decision with the shipped policies, 200 more rules and many grants in data, in processor
    time of its thread; "NAME VALUE" lines."""
    done = subprocess.run([tool('policy', 'bench-policy')], capture_output=True, text=True,
                          timeout=600, check=True)
    found = {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}
    median, tail = found['decision-1000'], found['decision-1000-p99']
    row('policy decision, median', f'{median:.1f} µs', '≤ 5 µs', median <= 5)
    row('policy decision, p99', f'{tail:.1f} µs', '≤ 20 µs', tail <= 20)
    few, many = found['decision-100'], found['decision-100000']
    row('policy decision, 100,000 grants against 100', f'{many / few:.2f} ×', '≤ 1.3 ×',
        many <= 1.3 * few)
    row('shipped policies, compile', f'{found["compile"] / 1000:.1f} ms', '≤ 20 ms',
        found['compile'] <= 20000)
    row('policy engine, memory', f'{found["memory"] / 2**20:.1f} MiB', '≤ 4 MiB',
        found['memory'] <= 4 * 2**20)
    row('policy decisions, memory lost in 1,000,000', f'{found["leak"]:.0f} bytes', '0',
        found['leak'] <= 0)


def bar_egress():
    """The way out: tunnels against a bare splice relay, plain HTTP against tinyproxy, a stream against
    none."""
    ours, floor = bench_egress.tunnel(BUILD)
    row('tunnel throughput', f'{ours / 1e6:.0f} MB/s = {100 * ours / floor:.0f} % of {floor / 1e6:.0f} MB/s',
        '≥ 90 %', ours >= 0.9 * floor)
    added, peer, base = bench_egress.plain()
    if peer is not None:
        row('plain HTTP request, added', f'{added:.0f} µs = {added / peer:.2f} × {peer:.0f} µs',
            '≤ 1.5 ×', added <= 1.5 * peer)
        print(f'     directly: {base:.0f} µs')
    late = bench_egress.first_byte()
    row('first byte of a stream, later', f'{late:.2f} ms', '≤ 2 ms', late <= 2)


def bar_dlp():
    """What is sent, looked at with every rule: texts of this tree, in processor time of the
    thread."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
    texts = sorted(os.path.join(folder, name) for top in ('common', 'guardian', 'data')
                   for folder, _, names in os.walk(os.path.join(source, top)) for name in names
                   if name.endswith(('.c', '.md', '.rego', '.1')))
    done = subprocess.run([tool('dlp', 'bench-dlp'), *texts], capture_output=True, text=True,
                          timeout=600, check=True)
    found = {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}
    row('10 KB looked at in every way, median', f'{found["scan"] / 1000:.2f} ms', '≤ 2 ms',
        found['scan'] <= 2000)
    row('10 KB looked at in every way, p99', f'{found["scan-p99"] / 1000:.2f} ms', '—', True)
    row('stream looked at, before decoding', f'{found["stream"]:.0f} MB/s', '≥ 150 MB/s',
        found['stream'] >= 150)
    row('rules ready to run', f'{found["start"] / 1000:.1f} ms, {found["memory"] / 2**20:.1f} MiB',
        '—', True)


def bar_model():
    """What a model says in the terminal, against the same stream without us: server, egress worker, agent,
    core and cardeactl, one after another."""
    from model_server import Answer, ModelServer, event  # pylint: disable=import-outside-toplevel
    sent = {}

    def pieces():
        for number in range(100):
            time.sleep(0.005)
            sent[number] = time.monotonic()
            yield event({'choices': [{'delta': {'content': f'<{number:03}>'}}]})
        yield event('[DONE]')

    def lateness(stream):
        late, rest = [], b''
        while len(late) < 100 and (piece := os.read(stream.fileno(), 65536)):
            now, rest = time.monotonic(), rest + piece
            late += [now - sent[int(number)] for number in re.findall(rb'<(\d{3})>', rest)]
            rest = rest[rest.rfind(b'>') + 1:]
        return statistics.median(late) * 1000

    with World() as world, ModelServer(lambda body: Answer(pieces=pieces())) as server:
        world.ctl('model', 'add', 'mine', '--url', server.url, '--model', 'x', check=0)
        ours, direct = [], []
        for _ in range(5):
            process = world.start('ask', '--model', 'mine', 'Count')
            ours.append(lateness(process.stdout))
            process.wait(60)
            with socket.create_connection(server.server.server_address) as connection:
                connection.sendall(b'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n'
                                   b'Content-Length: 2\r\n\r\n{}')
                direct.append(lateness(connection))
    added = statistics.median(ours) - statistics.median(direct)
    row('a piece of a model\'s answer, later', f'{added:.2f} ms', '≤ 2 ms', added <= 2)


def bar_window():
    """The first frame of the window, and a question mapped after the message, under Xvfb."""
    script = os.path.join(HERE, 'window', 'bench-window.py')
    samples = {'window': [], 'bare': [], 'question': []}
    for _ in range(7):
        done = subprocess.run([sys.executable, script, tool('window', 'bench-bare'),
                               tool('window', 'bench-frame')],
                              capture_output=True, text=True, check=True, timeout=120)
        for line in done.stdout.splitlines():
            name, value = line.split()
            samples[name].append(float(value))
    for name, words, limit in (('window', 'first frame of the window', 300),
                               ('question', 'question on screen', 150)):
        times = samples[name]
        median = statistics.median(times)
        row(words, f'{median:.0f} ms ({min(times):.0f}–{max(times):.0f})',
            f'≤ {limit} ms', median <= limit)
    ours, bare = statistics.median(samples['window']), statistics.median(samples['bare'])
    row('first frame against a bare window', f'{ours / bare:.2f} × {bare:.0f} ms', '≤ 1.5 ×',
        ours <= 1.5 * bare)


def bar_window_memory():
    """A chat of 200 messages in the window, against a bare one on the same desktop, in turns."""
    script = os.path.join(HERE, 'window', 'bench-memory.py')
    samples = {'Bare': [], 'Cardea': []}
    for _ in range(3):
        done = subprocess.run([sys.executable, script, tool('window', 'bench-bare'),
                               tool('window', 'bench-keep')], capture_output=True, text=True,
                              check=True, timeout=180)
        for line in done.stdout.splitlines():
            name, shared, private = line.split()
            samples[name].append((int(shared), int(private)))
    for kind, name in enumerate(('memory of the window, 200 messages, its share of libraries in it',
                                 'the same, private memory alone')):
        ours, bare = (statistics.median(s[kind] for s in samples[w]) for w in ('Cardea', 'Bare'))
        row(name, f'{ours / 1024:.1f} MiB = {ours / bare:.2f} × {bare / 1024:.1f} MiB', '≤ 1.6 ×',
            ours <= 1.6 * bare)


def bar_chat():
    """10,000 entries scrolled smoothly and in leaps; 200 pieces a second of an answer."""
    from desktop import Desktop  # pylint: disable=import-outside-toplevel
    with Desktop() as d:
        for mode, name, limit in (('scroll', 'longest frame, 10,000 messages scrolled', 33),
                                  ('stream', 'longest stall, 200 tokens/s', 16),
                                  ('table', 'the same, all of it one table', 16),
                                  ('code', 'the same, all of it one block of code', 16),
                                  ('words', 'the same, all of it one paragraph', 16)):
            longest, work = [], []
            for _ in range(3):
                done = subprocess.run([tool('window', 'bench-chat'), mode], env=d.env, check=True,
                                      capture_output=True, text=True, timeout=120)
                longest.append(float(done.stdout.split()[2]))
                work.append(float(done.stdout.split()[4]))
            median = statistics.median(longest)
            row(name, f'{median:.1f} ms ({min(longest):.1f}–{max(longest):.1f})', f'≤ {limit} ms',
                median <= limit)
            print(f'     of which the longest was at work: {max(work):.1f} ms')


def bar_picture():
    """A photograph of three megapixels as a row of a chat shows it: decoded, and seen before."""
    with World() as w:
        w.ctl('status', check=0)
        path = w.file('photograph.png', png(2000, 1500))
        times = run(w, tool('window', 'bench-picture'), path)
        first, again = times['first'][0], times['again'][0]
        row('picture of a row that comes into view again, against decoding it',
            f'{again / 1000:.2f} ms, {first / 1000:.1f} ms', '≤ 1/10', again * 10 <= first)


def bar_activity():
    """The index of Activity over 1,000,000 records: read once, then every filter is answered from it."""
    done = subprocess.run([tool('window', 'bench-activity')], capture_output=True, text=True,
                          check=True, timeout=600)
    found = {m[1]: float(m[2]) for m in re.finditer(r'^(.+?)  +([\d.]+) ', done.stdout, re.M)}
    row('1,000,000 records filtered, worst', f'{found["filter, worst"]:.1f} ms', '≤ 200 ms',
        found['filter, worst'] <= 200)
    row('their index, read beside the page', f'{found["index read"]:,.0f} ms', 'once', True)


def medians(rounds):
    return [statistics.median(values) for values in zip(*rounds)]


def spread(kinds, floor, which):
    """Of a round's ratios, each against the floor of the same round."""
    ratios = [ours[which] / theirs[which] for ours, theirs in zip(kinds['view'], kinds[floor])]
    return f'{min(ratios):.2f}–{max(ratios):.2f} in {len(ratios)}'


def bar_view():
    """Programs' work with files in a shared folder: against none of us, and against ourselves
    without checks, all on one CPU. Without a network npm takes its packages from tarballs beside
    it."""
    sys.path.insert(0, os.path.join(HERE, 'view'))
    import bench_view  # pylint: disable=import-outside-toplevel
    with one_cpu():
        figures_, missing = bench_view.measure(World, BUILD)
    for name, kinds in figures_.items():
        # (cold, warm) of each round
        (plain_cold, plain), (cold, warm) = map(medians, (kinds['plain'], kinds['view']))
        limit = 1.25 if name == 'sequential' else 3
        row(f'view: {name}, warm',
            f'{warm * 1000:.0f} ms = {warm / plain:.2f} × {plain * 1000:.0f} ms '
            f'({spread(kinds, "plain", 1)})', f'≤ {limit} ×', warm <= limit * plain)
        print(f'     cold: {cold * 1000:.0f} ms = {cold / plain_cold:.2f} × ({spread(kinds, "plain", 0)})')
        bare_cold, bare = medians(kinds['unchecked'])
        row(f'view: {name} against no checks, cold and warm',
            f'{cold / bare_cold:.2f} × ({spread(kinds, "unchecked", 0)}) and {warm / bare:.2f} × '
            f'({spread(kinds, "unchecked", 1)})', '≤ 1.3 ×',
            cold <= 1.3 * bare_cold and warm <= 1.3 * bare)
    for name in missing:
        print(f'     view: {name} is not measured: {bench_view.TOOLS[name]} is not here')


def bar_views():
    """50 sandboxes that work with files at once."""
    sys.path.insert(0, os.path.join(HERE, 'view'))
    import bench_view  # pylint: disable=import-outside-toplevel
    with World() as w:
        done, lasted, memory, failed = bench_view.crowd(w, private_dirty)
        row(f'{bench_view.SANDBOXES} sandboxes at work at once, done',
            f'{done} in {lasted:.1f} s', f'{bench_view.SANDBOXES}',
            done == bench_view.SANDBOXES and not failed)
        print(f'     private memory of the guardian a session: {memory:.0f} KiB {failed[:2] or ""}')


BARS = {'open': bar_open, 'session': bar_session, 'run': bar_run, 'output': bar_output,
        'end': bar_end, 'cold': bar_cold, 'memory': bar_memory,
        'log': bar_log, 'change': bar_change, 'egress': bar_egress,
        'model': bar_model,
        'policy': bar_policy, 'dlp': bar_dlp, 'view': bar_view, 'views': bar_views,
                'window': bar_window, 'window-memory': bar_window_memory, 'activity': bar_activity,
        'chat': bar_chat, 'picture': bar_picture}


def main():
    with open('/proc/cpuinfo', encoding='utf-8') as f:
        model = next((line.split(':')[1].strip() for line in f if line.startswith('model name')), '?')
    print(f'{model}, {os.cpu_count()} cores, Linux {platform.release()}')
    for name in sys.argv[2:] or BARS:
        BARS[name]()
    print('\n| bar | measured | limit |\n|---|---|---|')
    for name, value, bar, good in ROWS:
        print(f'| {name} | {value}{"" if good else " **missed**"} | {bar} |')
    return 0 if all(good for *_, good in ROWS) else 1


if __name__ == '__main__':
    assert shutil.which('bwrap'), 'bwrap is needed'
    sys.exit(main())

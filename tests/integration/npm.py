#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agents and servers of models that others wrote, from npm: fetched once into the build folder, pinned,
without running anything of theirs. Tests that want them are skipped, with the reason, where they
cannot be fetched. By itself: fetches them and says so."""
import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import time

from world import BUILD

FOLDER = os.path.join(BUILD, 'node')
ARCH = {'x86_64': 'x64', 'aarch64': 'arm64'}.get(platform.machine(), platform.machine())
VERSIONS = {
    '@copilotkit/aimock': '1.43.0',
    '@openai/codex': '0.169.0',
    f'node-linux-{ARCH}': '22.23.3',  # Debian's may be too old for them
    f'opencode-linux-{ARCH}': '1.18.34',
}
SECONDS = int(os.environ.get('CARDEA_AGENTS_FETCH_SECONDS', '240'))
ROOM = 3 * 1024 ** 3  # bytes: they unpack to about 0.8 GiB
AGAIN = 600  # seconds after which a failed fetch is tried once more
FAILED = os.path.join(FOLDER, 'failed')


def place(*parts):
    return os.path.join(FOLDER, 'node_modules', *parts)


def is_whole():
    for name, version in VERSIONS.items():
        try:
            with open(place(name, 'package.json'), encoding='utf-8') as f:
                if json.load(f)['version'] != version:
                    return False
        except (OSError, ValueError):
            return False
    return True


def install():
    """None, or why not."""
    npm = shutil.which('npm')
    if npm is None:
        return 'npm is not here: ./dev agents installs it'
    if shutil.disk_usage(FOLDER).free < ROOM:
        return 'the disk has too little room for them'
    wanted = [f'{name}@{version}' for name, version in VERSIONS.items()]
    try:
        done = subprocess.run(
            [npm, 'install', '--prefix', FOLDER, '--no-audit', '--no-fund', '--ignore-scripts',
             '--prefer-offline', '--fetch-retries=1', '--fetch-retry-maxtimeout=5000',
             '--save-exact', '--no-package-lock', *wanted], cwd=FOLDER,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f'they were not fetched within {SECONDS} seconds'
    if done.returncode != 0 or not is_whole():
        said = [line for line in done.stderr.splitlines() if line.startswith('npm error code')]
        return 'they cannot be fetched: ' + (said[0] if said else f'npm ended with {done.returncode}')
    return None


def fetch():
    """None, or why not. One process fetches, and what failed is not tried again at once."""
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, 'lock'), 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_whole():
            return None
        try:
            if time.time() - os.stat(FAILED).st_mtime < AGAIN:
                with open(FAILED, encoding='utf-8') as f:
                    return f.read()
        except OSError:
            pass
        why = install()
        if why is not None:
            with open(FAILED, 'w', encoding='utf-8') as f:
                f.write(why)
        return why


def need():
    why = fetch()
    if why is not None:
        print('not here: ' + why)
        sys.exit(77)


def node():
    return place(f'node-linux-{ARCH}', 'bin', 'node')


def opencode():
    return place(f'opencode-linux-{ARCH}', 'bin', 'opencode')


def codex():
    triple = {'x64': 'x86_64', 'arm64': 'aarch64'}.get(ARCH, ARCH) + '-unknown-linux-musl'
    return place('@openai', f'codex-linux-{ARCH}', 'vendor', triple, 'bin', 'codex')


if __name__ == '__main__':
    if os.path.exists(FAILED):
        os.remove(FAILED)
    PROBLEM = fetch()
    print(PROBLEM if PROBLEM is not None else f'they are in {FOLDER}')
    sys.exit(PROBLEM is not None)

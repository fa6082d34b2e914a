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

ARCH = {'x86_64': 'x64', 'aarch64': 'arm64'}.get(platform.machine(), platform.machine())
NODE = {f'node-linux-{ARCH}': '22.23.3'}  # Debian's may be too old for them
VERSIONS = {
    'agents': {
        **NODE,
        '@copilotkit/aimock': '1.43.0',
        '@openai/codex': '0.169.0',
        f'opencode-linux-{ARCH}': '1.18.34',
    },
    # An engine for models, and none of its builds for other machines.
    'llama': {
        **NODE,
        'node-llama-cpp': '3.22.1',
        f'@node-llama-cpp/linux-{ARCH}': '3.22.1',
    },
    'oidc': {**NODE, 'oidc-provider': '9.13.3'},
}
FOLDERS = {'agents': 'node', 'llama': 'node-llama', 'oidc': 'node-oidc'}
MORE = {'agents': (), 'llama': ('--omit=optional',), 'oidc': ()}
SECONDS = int(os.environ.get('CARDEA_AGENTS_FETCH_SECONDS', '240'))
ROOM = 3 * 1024 ** 3  # bytes: agents unpack to about 0.8 GiB
AGAIN = 600  # seconds after which a failed fetch is tried once more


def folder_of(which):
    return os.path.join(BUILD, FOLDERS[which])


def place(*parts, which='agents'):
    return os.path.join(folder_of(which), 'node_modules', *parts)


def is_whole(which):
    for name, version in VERSIONS[which].items():
        try:
            with open(place(name, 'package.json', which=which), encoding='utf-8') as f:
                if json.load(f)['version'] != version:
                    return False
        except (OSError, ValueError):
            return False
    return True


def install(which):
    """None, or why not."""
    folder, npm = folder_of(which), shutil.which('npm')
    if npm is None:
        return 'npm is not here: ./dev agents installs it'
    if shutil.disk_usage(folder).free < ROOM:
        return 'the disk has too little room for them'
    wanted = [f'{name}@{version}' for name, version in VERSIONS[which].items()]
    try:
        done = subprocess.run(
            [npm, 'install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts',
             '--prefer-offline', '--fetch-retries=1', '--fetch-retry-maxtimeout=5000',
             '--save-exact', '--no-package-lock', *MORE[which], *wanted], cwd=folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f'they were not fetched within {SECONDS} seconds'
    if done.returncode != 0 or not is_whole(which):
        said = [line for line in done.stderr.splitlines() if line.startswith('npm error code')]
        return 'they cannot be fetched: ' + (said[0] if said else f'npm ended with {done.returncode}')
    return None


def fetch(which='agents'):
    """None, or why not. One process fetches, and what failed is not tried again at once."""
    folder = folder_of(which)
    failed = os.path.join(folder, 'failed')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'lock'), 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_whole(which):
            return None
        try:
            if time.time() - os.stat(failed).st_mtime < AGAIN:
                with open(failed, encoding='utf-8') as f:
                    return f.read()
        except OSError:
            pass
        why = install(which)
        if why is not None:
            with open(failed, 'w', encoding='utf-8') as f:
                f.write(why)
        return why


def need(which='agents'):
    why = fetch(which)
    if why is not None:
        print('not here: ' + why)
        sys.exit(77)


def node(which='agents'):
    return place(f'node-linux-{ARCH}', 'bin', 'node', which=which)


def opencode():
    return place(f'opencode-linux-{ARCH}', 'bin', 'opencode')


def codex():
    triple = {'x64': 'x86_64', 'arm64': 'aarch64'}.get(ARCH, ARCH) + '-unknown-linux-musl'
    return place('@openai', f'codex-linux-{ARCH}', 'vendor', triple, 'bin', 'codex')


if __name__ == '__main__':
    PROBLEMS = 0
    for WHICH in VERSIONS:
        if os.path.exists(os.path.join(folder_of(WHICH), 'failed')):
            os.remove(os.path.join(folder_of(WHICH), 'failed'))
        PROBLEM = fetch(WHICH)
        print(f'{WHICH}: ' + (PROBLEM if PROBLEM is not None else f'they are in {folder_of(WHICH)}'))
        PROBLEMS += PROBLEM is not None
    sys.exit(PROBLEMS > 0)

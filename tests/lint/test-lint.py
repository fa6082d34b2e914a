#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule of lint.py finds what it is for and leaves a clean tree alone."""
import os
import subprocess
import sys
import tempfile

LINT = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lint.py')
# REUSE-IgnoreStart
HEAD = '/* SPDX-License-Identifier: GPL-3.0-or-later */\n'
# REUSE-IgnoreEnd
CLEAN = {'common/base/cardea-a.h': HEAD + '#pragma once\n',
         'common/base/cardea-a.c': HEAD + '#include "common/base/cardea-a.h"\n',
         'common/base/README.md': 'Letters (`cardea-a`).\n',
         'tests/lint/waivers.txt': '', 'tests/lint/needed.txt': '*\n'}
BAD = {
    'layers': {'common/base/cardea-b.c': HEAD + '#include "guardian/core/guardian-x.h"\n'},
    'unique': {'ui/app/cardea-a.c': HEAD},
    'sizes': {'ui/app/ui-long.c': HEAD + 'int x;\n' * 700},
    'words': {'guardian/core/guardian-x.c': HEAD + '/* TODO later */\n'},
    'headers': {'ui/app/ui-x.h': '#pragma once\n'},
    'singletons': {'ui/app/ui-x.c': HEAD + 'static int counter = 0;\n'},
    'readme': {'common/base/cardea-other.c': HEAD},
    'needed': {'cardea-unknown': '#!/bin/sh\n'},
}


def lint(rule, files):
    with tempfile.TemporaryDirectory(prefix='cardea-lint-') as root:
        for name, text in files.items():
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', encoding='utf-8') as f:
                f.write(text)
            os.chmod(path, 0o755)
        return subprocess.run([sys.executable, LINT, rule, root, root],
                              capture_output=True, text=True).returncode


def main():
    failed = 0
    for rule, bad in BAD.items():
        if lint(rule, CLEAN) != 0:
            print(f'{rule}: complains about a clean tree')
            failed += 1
        if lint(rule, {**CLEAN, **bad}) != 1:
            print(f'{rule}: does not see {list(bad)}')
            failed += 1
    if lint('sizes', {**CLEAN, 'tests/lint/waivers.txt': 'sizes common/base/cardea-a.c why\n'}) != 1:
        print('waivers: one that is not needed is not seen')
        failed += 1
    print(f'{2 * len(BAD) + 1 - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

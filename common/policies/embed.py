#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shipped files (policies, profiles) as a C file, so that they are part of the program that trusts
them.

usage: embed.py OUTPUT HEADER TYPE SYMBOL ROOT FILE…      HEADER below common/, FILEs below ROOT
"""
import os
import sys


def literal(data):
    """Lines of a C string; a line stays below what a compiler must take."""
    for at in range(0, len(data), 64):
        # Octal escapes of three digits never run into what follows.
        yield '"' + ''.join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f'\\{b:03o}'
                            for b in data[at:at + 64]) + '"'


def main():
    output, header, kind, symbol, root, *names = sys.argv[1:]
    given = {os.path.realpath(name) for name in names}
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.realpath(os.path.join(folder, name))
            if name.endswith(('.rego', '.json')) and not name.endswith('_test.rego') \
                    and path not in given:
                sys.exit(f'embed.py: {path} is not listed in the meson.build beside {header}')
    with open(output, 'w', encoding='ascii') as f:
        f.write(f'#include "common/{header}"\n\nconst {kind} {symbol}[] = {{\n')
        for name in sorted(names):
            with open(name, 'rb') as source:
                data = source.read()
            short = os.path.relpath(name, root).replace(os.sep, '/')
            f.write(f'  {{ "{short}", {len(data)},\n')
            f.writelines(f'    {line}\n' for line in literal(data))
            f.write('  },\n')
        f.write('  { NULL, 0, NULL },\n};\n')


if __name__ == '__main__':
    main()

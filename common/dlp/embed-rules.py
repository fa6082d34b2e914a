#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped rules as a C file, so that they are part of the programs that trust them.

usage: embed-rules.py OUTPUT FILE…
"""
import os
import sys


def literal(data):
    for at in range(0, len(data), 64):
        # Octal escapes of three digits never run into what follows.
        yield '"' + ''.join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f'\\{b:03o}'
                            for b in data[at:at + 64]) + '"'


def main():
    output, *names = sys.argv[1:]
    with open(output, 'w', encoding='ascii') as f:
        f.write('#include "common/dlp/cardea-dlp-shipped.h"\n\n'
                'const CardeaDlpShipped cardea_dlp_shipped[] = {\n')
        for name in sorted(names):
            with open(name, 'rb') as source:
                data = source.read()
            f.write(f'  {{ "{os.path.basename(name)}", {len(data)},\n')
            f.writelines(f'    {line}\n' for line in literal(data))
            f.write('  },\n')
        f.write('  { NULL, 0, NULL },\n};\n')


if __name__ == '__main__':
    main()

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The helper that takes text out of documents: every kind, and what must be refused.

usage: test-agent-extract.py PROGRAM FOLDER
"""
import os
import subprocess
import sys

DONE, DAMAGED, UNKNOWN, PROTECTED, LIMIT, FAILED = 0, 2, 3, 4, 5, 6

CASES = [  # file, exit status, what the output is (None: not looked at)
    ('letter.docx', DONE, 'text\nDear tenant,\n\nThe rent rises in March by ten euros.\n\n'
                          'Yours, the landlord\n\n\n\n'),
    ('letter.odt', DONE, 'text\nDear tenant,\n\nThe rent rises in March by ten euros.\n\n'
                         'Yours, the landlord\n\na  b\tc\n\n'),
    ('letter.pdf', DONE, 'text\nDear tenant,\nThe rent rises in March by ten euros.\n'
                         'Yours, the landlord\n\n'),
    ('bank.ods', DONE, 'sheets\n\fOne\nDay\tAmount\na\t10.10\nb\t20.20\n'),
    ('bank.xlsx', DONE, 'sheets\n\fEmpty\n\fBank\nDate\t\tAmount\n'
                        '2024-03-05\t"a ""quoted""\ttext"\t10.1\n2024-03-06 12:00:00\t\t20.2\n'),
    ('mac.xlsx', DONE, 'sheets\n\fEmpty\n\fBank\nDate\t\tAmount\n'
                       '2028-03-06\t"a ""quoted""\ttext"\t10.1\n2028-03-07 12:00:00\t\t20.2\n'),
    ('entity.docx', DAMAGED, None),
    ('damaged.xlsx', DAMAGED, None),
    ('damaged.pdf', DAMAGED, None),
    ('cut.xlsx', DAMAGED, None),
    ('bomb.docx', LIMIT, None),
    ('deep.docx', DONE, 'text\n'),
    ('other.zip', UNKNOWN, ''),
    ('plain.txt', UNKNOWN, ''),
    ('old.xls', PROTECTED, ''),
    ('empty.bin', FAILED, ''),
]


def main():
    program, folder = sys.argv[1:3]
    print(f'1..{len(CASES)}')
    for number, (name, status, wanted) in enumerate(CASES, 1):
        with open(os.path.join(folder, name), 'rb') as document:
            run = subprocess.run([program], stdin=document, capture_output=True, timeout=60,
                                 check=False)
        text = run.stdout.decode('utf-8')
        good = run.returncode == status and (wanted is None or text == wanted)
        print(f'{"ok" if good else "not ok"} {number} {name}')
        if not good:
            print(f'# status {run.returncode}, wanted {status}')
            print(f'# got {text[:300]!r}')
        if run.stderr:
            print(f'# wrote to standard error: {run.stderr[:200]!r}')


if __name__ == '__main__':
    main()

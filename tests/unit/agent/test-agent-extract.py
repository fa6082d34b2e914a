#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The helper that takes text out of documents: every kind, and what must be refused.

usage: test-agent-extract.py PROGRAM FOLDER
"""
import os
import subprocess
import sys
import tempfile

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

PAGES = [  # a web page, the character set its server said, the output
    ('<title> A\n&amp; b</title><h1>C</h1><p>d  <b>e</b>.\nf<p>g', '', '0 A & b\n# C\n\nd e. f\n\ng\n'),
    ('<p>a<script>b</script><style>c</style><!-- d --><template>e</template>', '', '0 \na\n'),
    ('<p>a<p hidden>b</p><p style="color: red; DISPLAY : none">c<p>d', '', '2 \na\n\nd\n'),
    ('<p style="margin-left: -10px">a<div aria-hidden=true>b<i>c</i></div>d', '', '1 \na\n\nd\n'),
    ('<ul><li>a<li>b</ul><table><tr><th>c<th>d<tr><td>1<td>2</table>', '', '0 \n- a\n- b\n\nc | d\n1 | 2\n'),
    ('<a href="/x?y">a</a> <a href="javascript:b">b</a> <a href="#c">c</a>', '', '0 \na </x?y> b c\n'),
    ('<pre>a\n  b</pre>c<img alt="d"><br>e', '', '0 \na\n  b\n\nc[picture: d]\ne\n'),
    ('<p>\u00fc'.encode('latin-1'), 'iso-8859-1', '0 \nü\n'),
    ('<p>\u00fc'.encode(), '', '0 \nü\n'),
    ('<p>\u00fc'.encode(), 'nonsense', '0 \nü\n'),
    ('<meta charset="iso-8859-1"><p>\u00fc'.encode('latin-1'), '', '0 \nü\n'),
    ('<!DOCTYPE html [<!ENTITY x SYSTEM "/etc/passwd">]><p>a&x;b&euro;&#60;', '', None),
    ('no markup', '', '0 \nno markup\n'),
]


def pages(program, number):
    for page, charset, wanted in PAGES:
        number += 1
        with tempfile.TemporaryFile() as document:
            document.write(page.encode() if isinstance(page, str) else page)
            document.seek(0)
            run = subprocess.run([program, 'html', charset], stdin=document, capture_output=True, timeout=60,
                                 check=False)
        text = run.stdout.decode('utf-8')
        good = run.returncode == DONE and text.startswith('page\n') and 'root:' not in text
        good = good and (wanted is None or text == 'page\n' + wanted)
        print(f'{"ok" if good else "not ok"} {number} a page')
        if not good:
            print(f'# status {run.returncode}, got {text[:300]!r}, wanted {wanted!r}')


def main():
    program, folder = sys.argv[1:3]
    print(f'1..{len(CASES) + len(PAGES)}')
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
    pages(program, len(CASES))


if __name__ == '__main__':
    main()

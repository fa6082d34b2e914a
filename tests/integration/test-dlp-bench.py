#!/usr/bin/python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""agent-egress-bench's cases that are about content, through the guardian's scan worker: what must be
held back is found, what must not is not. The corpus is no part of the project (skipped without it);
CARDEA_TEST_EGRESS_BENCH names its folder. Cases about addresses are egress's: they are listed."""
import json
import os
import sys

from world import World

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.environ.get('CARDEA_TEST_EGRESS_BENCH',
                        os.path.join(HERE, '../../../shared/data/agent-egress-bench'))
NOT_CONTENT = {'ssrf_bypass', 'domain_blocklist'}  # capability tags
ALLOWED_FALSE = 0.02


def content(payload):
    """What would leave or come in, as bytes of one flow."""
    if 'frames' in payload:
        return '\n'.join(frame['payload'] for frame in payload['frames'])
    if 'jsonrpc_messages' in payload:
        return '\n'.join(json.dumps(message) for message in payload['jsonrpc_messages'])
    if 'response_body' in payload:
        return payload['response_body']
    if 'url' in payload:
        head = ''.join(f'{name}: {value}\n' for name, value in payload.get('headers', {}).items())
        return f'{payload.get("method", "GET")} {payload["url"]}\n{head}\n{payload.get("body", "")}'
    return json.dumps(payload)


def main():
    cases = []
    for folder, _, names in sorted(os.walk(os.path.join(CORPUS, 'cases'))):
        for name in sorted(names):
            if name.endswith('.json'):
                with open(os.path.join(folder, name), encoding='utf-8') as f:
                    cases.append(json.load(f))
    if not cases:
        print('the corpus is not here')
        return 77
    with World() as w:
        told = {'block': [0, 0], 'allow': [0, 0]}
        wrong, listed = [], []
        for case in cases:
            if NOT_CONTENT & set(case['capability_tags']):
                listed.append(case['id'])
                continue
            found = w.json('dlp', 'scan', stdin=content(case['payload']))['findings']
            wanted = case['expected_verdict']
            good = bool(found) == (wanted == 'block')
            told[wanted][0] += good
            told[wanted][1] += 1
            if not good:
                wrong.append((case['id'], [f['rule'] for f in found]))
        contained, blocks = told['block']
        passed, allows = told['allow']
        print(f'contained {contained} of {blocks}, false positives {allows - passed} of {allows}')
        print('judged elsewhere, by address:', ', '.join(listed))
        for case_id, rules in wrong:
            print('wrong:', case_id, rules)
        return 0 if contained == blocks and allows - passed <= ALLOWED_FALSE * allows else 1


sys.exit(main())

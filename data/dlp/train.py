#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the classifier of common/dlp on texts that it makes up itself, and says how good it is.

usage: train.py OUTPUT        writes data/dlp/classifier.json; needs liblinear-train (liblinear-tools)

Kinds: personal, financial, credentials, source-code. Each is told from all others and from ordinary
prose by its own linear model (L2-regularised logistic regression) over hashed n-grams of characters;
cardea-dlp-classifier.c counts them the same way. Names, words and templates of the texts that are
held back for the report are none of those it was trained on. Nothing real is in any of them; only
source code and prose are also taken from this tree itself, from other folders for the report.
"""
import base64
import json
import math
import os
import random
import subprocess
import sys
import tempfile

FEATURES = 8192
GRAMS = (2, 3, 4)
SAMPLE = 4096
KINDS = ('personal', 'financial', 'credentials', 'source-code')
TRAIN, TEST = 500, 250  # texts of each kind
PRECISION = 0.97        # the threshold is the lowest that keeps it on half of what is held back

# --- counting, as cardea-dlp-classifier.c does it ---


def normalise(data):
    out = bytearray()
    for byte in data[:SAMPLE]:
        if 48 <= byte <= 57:
            byte = 48
        elif 65 <= byte <= 90:
            byte += 32
        elif byte in b' \t\r\n':
            byte = 32
        if byte != 32 or not out or out[-1] != 32:
            out.append(byte)
    return bytes(out)


def features(data):
    text, counts = normalise(data), {}
    for n in GRAMS:
        for at in range(len(text) - n + 1):
            value = 0x811c9dc5
            for byte in text[at:at + n]:
                value = ((value ^ byte) * 0x01000193) & 0xffffffff
            value %= FEATURES
            counts[value] = counts.get(value, 0) + 1
    logs = {k: math.log1p(v) for k, v in counts.items()}
    norm = math.sqrt(sum(v * v for v in logs.values())) or 1
    return {k: v / norm for k, v in logs.items()}


# --- made-up texts; of every pair of lists the second is for what is held back ---

FIRST = (['Anna', 'Ben', 'Clara', 'David', 'Elena', 'Felix', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Karl',
          'Lena', 'Mia', 'Noah', 'Olga', 'Paul'],
         ['Rita', 'Samuel', 'Tara', 'Ulrich', 'Vera', 'Walter', 'Xenia', 'Yusuf', 'Zoe', 'Amir'])
LAST = (['Meyer', 'Smith', 'Rossi', 'Dubois', 'Novak', 'Garcia', 'Jensen', 'Kowalski', 'Brown', 'Huber'],
        ['Lindqvist', 'Okafor', 'Tanaka', 'Moreau', 'Petrov', 'Silva', 'Walsh', 'Yilmaz'])
STREET = (['Oak Street', 'Hauptstrasse', 'Rue de Lyon', 'Via Roma', 'Mill Lane', 'Park Avenue'],
          ['Elm Road', 'Bahnhofplatz', 'Calle Mayor', 'Harbour View', 'Kungsgatan'])
CITY = (['Berlin', 'Leeds', 'Lyon', 'Turin', 'Boston', 'Graz'], ['Malmo', 'Porto', 'Osaka', 'Perth'])
ILL = (['asthma', 'diabetes', 'migraine', 'a broken wrist', 'high blood pressure'],
       ['anaemia', 'arthritis', 'an allergy to nuts', 'pneumonia'])
SHOP = (['Grocery Market', 'City Transport', 'Online Books', 'Power Company', 'Rent March'],
        ['Garden Centre', 'Mobile Phone', 'Insurance Premium', 'Fuel Station'])
SERVICE = (['aws', 'github', 'stripe', 'database', 'smtp', 'slack'],
           ['gitlab', 'redis', 'twilio', 'ldap', 'grafana'])
NOUN = (['garden', 'meeting', 'weather', 'recipe', 'journey', 'library', 'project', 'music', 'river',
         'history', 'village', 'report', 'season', 'kitchen'],
        ['festival', 'museum', 'harbour', 'lecture', 'orchestra', 'mountain', 'newspaper', 'theatre'])
VERB = (['explains', 'shows', 'describes', 'follows', 'needs', 'brings', 'opens', 'changes'],
        ['becomes', 'includes', 'remembers', 'connects', 'improves'])
ADJ = (['quiet', 'long', 'new', 'bright', 'small', 'careful', 'famous', 'useful'],
       ['ancient', 'gentle', 'modern', 'lively', 'narrow'])


class Maker:
    def __init__(self, seed, held):
        self.r, self.held = random.Random(seed), held

    def of(self, pair):
        return self.r.choice(pair[self.held])

    def digits(self, n):
        return ''.join(self.r.choice('0123456789') for _ in range(n))

    def token(self, n):
        return ''.join(self.r.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
                       for _ in range(n))

    def date(self):
        form = self.r.choice(('{0:04}-{1:02}-{2:02}', '{2:02}/{1:02}/{0:04}', '{2:02}.{1:02}.{0:04}'))
        return form.format(self.r.randint(1940, 2026), self.r.randint(1, 12), self.r.randint(1, 28))

    def name(self):
        return f'{self.of(FIRST)} {self.of(LAST)}'

    def person(self):
        first, last = self.of(FIRST), self.of(LAST)
        return (first, last, self.date(), f'{self.r.randint(1, 200)} {self.of(STREET)}',
                f'{self.digits(5)} {self.of(CITY)}', f'+{self.digits(2)} {self.digits(3)} {self.digits(7)}',
                f'{first.lower()}.{last.lower()}@mail.example')

    def sentence(self):
        return (f'The {self.of(ADJ)} {self.of(NOUN)} {self.of(VERB)} the {self.of(NOUN)} of a '
                f'{self.of(ADJ)} {self.of(NOUN)}, and {self.of(NOUN)} {self.of(VERB)} it'
                + self.r.choice(('.', ' again.', ', as everybody knows.', '; nobody minds.')))

    def prose(self):
        return ' '.join(self.sentence() for _ in range(self.r.randint(3, 14)))

    def personal(self):
        p = [self.person() for _ in range(self.r.randint(3, 12))]
        return self.r.choice((
            lambda: 'name,surname,date of birth,address,city,phone,email\n'
            + '\n'.join(','.join(x) for x in p),
            lambda: '\n\n'.join(f'Patient: {x[0]} {x[1]}\nBorn: {x[2]}\nAddress: {x[3]}, {x[4]}\nPhone: '
                                f'{x[5]}\nDiagnosis: {self.of(ILL)}' for x in p[:4]),
            lambda: f'Dear {p[0][0]},\nour employee {p[1][0]} {p[1][1]}, born {p[1][2]}, who lives at '
            f'{p[1][3]} in {p[1][4]}, has been ill with {self.of(ILL)}. Please call {p[1][5]} or write to '
            f'{p[1][6]}. The next of kin is {p[2][0]} {p[2][1]}, {p[2][5]}.',
            lambda: json.dumps([dict(zip(('firstName', 'lastName', 'birthDate', 'street', 'town', 'phone',
                                          'email'), x)) for x in p], indent=1)))()

    def financial(self):
        rows = [(self.date(), self.of(SHOP), f'{self.r.uniform(-900, 3000):.2f}',
                 f'{self.r.uniform(100, 20000):.2f}') for _ in range(self.r.randint(5, 25))]
        return self.r.choice((
            lambda: 'Date,Text,Amount,Balance\n' + '\n'.join(','.join(x) for x in rows),
            lambda: f'Account statement of {self.name()}\nOpening balance EUR {rows[0][3]}\n'
            + '\n'.join(f'{x[0]}  {x[1]:<24} EUR {x[2]:>10}  {x[3]:>10}' for x in rows)
            + f'\nClosing balance EUR {rows[-1][3]}',
            lambda: f'Invoice {self.digits(6)}\nNet amount {rows[0][3]} EUR, VAT 19 %, total due '
            f'{rows[1][3]} EUR by {rows[1][0]}. Bank transfer to our account, reference {self.digits(8)}.\n'
            + '\n'.join(f'{i}. {x[1]} {x[2]} EUR' for i, x in enumerate(rows[:8])),
            lambda: f'Payslip {rows[0][0]}\nGross salary {rows[0][3]}\nIncome tax {rows[1][2]}\nPension '
            f'{rows[2][2]}\nNet pay {rows[3][3]}\nOvertime {rows[4][2]}'))()

    def credentials(self):
        n = self.r.randint(4, 14)
        return self.r.choice((
            lambda: '\n'.join(f'{self.of(SERVICE).upper()}_{self.r.choice(("SECRET", "TOKEN", "API_KEY", "PASSWORD"))}'
                              f'={self.token(self.r.randint(16, 48))}' for _ in range(n)),
            lambda: '\n'.join(f'{self.of(SERVICE)}:\n  user: {self.of(FIRST).lower()}\n  password: '
                              f'{self.token(14)}\n  host: {self.of(SERVICE)}.internal.example' for _ in range(n)),
            lambda: '-----BEGIN PRIVATE KEY-----\n' + '\n'.join(self.token(64) for _ in range(n + 8))
            + '\n-----END PRIVATE KEY-----',
            lambda: json.dumps({f'{self.of(SERVICE)}_{i}': {'client_id': self.token(20), 'client_secret':
                                                            self.token(40)} for i in range(n)}, indent=2),
            lambda: '\n'.join(f'machine {self.of(SERVICE)}.example login {self.of(FIRST).lower()} password '
                              f'{self.token(16)}' for _ in range(n))))()

    def source_code(self):
        a, b, c = (self.of(NOUN) for _ in range(3))
        parts = [
            lambda: f'static int\n{a}_{b} (struct {c} *{c}, size_t size)\n{{\n  for (size_t i = 0; i < size; '
            f'i++)\n    if ({c}->{b}[i] == NULL)\n      return -1;\n  return {c}->{a};\n}}\n',
            lambda: f'def {a}_{b}(self, {c}=None):\n    """{self.sentence()}"""\n    if {c} is None:\n        '
            f'return [x for x in self.{b} if x.{a} > {self.digits(2)}]\n    return self.{a}({c})\n',
            lambda: f'export function {a}{b.title()}({c}) {{\n  const {b} = await fetch(`/api/${{{c}.id}}`);\n'
            f'  return {b}.map(x => x.{a}).filter(Boolean);\n}}\n',
            lambda: f'func ({a[0]} *{a.title()}) {b.title()}({c} string) (int, error) {{\n\tif {c} == "" {{\n\t\t'
            f'return 0, errors.New("{b}")\n\t}}\n\treturn len({c}), nil\n}}\n',
            lambda: f'SELECT {a}.id, {b}.name FROM {a} JOIN {b} ON {a}.id = {b}.{a}_id WHERE {c} > '
            f'{self.digits(3)} ORDER BY {b}.name;\n',
            lambda: f'#!/bin/sh\nset -e\nfor {a} in "$@"; do\n  if [ -f "${a}" ]; then\n    cp "${a}" "{b}/{c}"\n'
            '  fi\ndone\n',
            lambda: f'pub fn {a}_{b}({c}: &str) -> Result<usize, Error> {{\n    let mut {b} = Vec::new();\n    '
            f'for x in {c}.chars() {{ {b}.push(x); }}\n    Ok({b}.len())\n}}\n']
        return ''.join(self.r.choice(parts)() for _ in range(self.r.randint(2, 7)))

    def text(self, kind):
        return getattr(self, kind.replace('-', '_'))().encode()


ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
FOLDERS = (('guardian', 'common/rego', 'common/base', 'tests/integration', 'tests/unit'),
           ('agent', 'ui', 'common/tlog', 'common/json', 'tests/contract'))
CODE = ('.c', '.h', '.py', '.rego', '.build', '.sh')


def of_tree(held, endings):
    texts = []
    for folder in FOLDERS[held]:
        for where, _, names in sorted(os.walk(os.path.join(ROOT, folder))):
            for name in sorted(names):
                if name.endswith(endings):
                    with open(os.path.join(where, name), 'rb') as f:
                        texts.append(f.read())
    return texts


def windows(maker, texts, count):
    for _ in range(count):
        text = maker.r.choice(texts)
        size = maker.r.randint(300, SAMPLE)
        at = maker.r.randint(0, max(len(text) - size, 0))
        yield text[at:at + size]


def make(seed, held, count):
    maker = Maker(seed, held)
    texts = [(kind, maker.text(kind)) for kind in KINDS + ('prose',)
             for _ in range(count * (2 if kind == 'prose' else 1))]
    texts += [('source-code', t) for t in windows(maker, of_tree(held, CODE), count)]
    texts += [('prose', t) for t in windows(maker, of_tree(held, ('.md',)), count // 2)]
    return [(kind, features(text)) for kind, text in texts]


# --- training ---


def train(folder, samples, kind):
    data, model = os.path.join(folder, 'data'), os.path.join(folder, 'model')
    with open(data, 'w', encoding='ascii') as f:
        for label, vector in samples:
            f.write('+1' if label == kind else '-1')
            f.writelines(f' {k + 1}:{v:.6f}' for k, v in sorted(vector.items()))
            f.write('\n')
    subprocess.run(['liblinear-train', '-q', '-s', '0', '-c', '8', '-B', '1', data, model], check=True)
    with open(model, encoding='ascii') as f:
        lines = f.read().split('\n')
    head, rest = lines[:lines.index('w')], lines[lines.index('w') + 1:]
    sign = 1 if [x for x in head if x.startswith('label')][0].split()[1] == '1' else -1
    used = int([x for x in head if x.startswith('nr_feature')][0].split()[1])
    values = [sign * float(x) for x in rest if x.strip()]
    weights = values[:used] + [0.0] * (FEATURES - used)
    return weights, values[-1]


def quantise(weights, bias):
    scale = max(map(abs, weights)) / 127
    return [round(w / scale) for w in weights], scale, bias


def score(model, vector):
    weights, scale, bias = model
    return scale * sum(weights[k] * v for k, v in vector.items()) + bias


def threshold(scores):
    """The lowest at which, of those above it, PRECISION are right."""
    right = best = 0
    limit = scores[0][0]
    for n, (value, good) in enumerate(sorted(scores, reverse=True), 1):
        right += good
        if right >= PRECISION * n and right > best:
            best, limit = right, value
    return limit - 0.01


def main():
    models, report = {}, {}
    samples, tuning, judged = make(1, 0, TRAIN), make(2, 1, TEST), make(3, 1, TEST)
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            model = quantise(*train(folder, samples, kind))
            limit = threshold([(score(model, v), label == kind) for label, v in tuning])
            limit = max(limit, 0.0)
            told = [(label == kind) for label, v in judged if score(model, v) >= limit]
            wanted = sum(label == kind for label, _ in judged)
            report[kind] = (sum(told) / max(len(told), 1), sum(told) / wanted)
            models[kind] = (*model, limit)
    with open(sys.argv[1], 'w', encoding='ascii') as f:
        kinds = ',\n'.join('    ' + json.dumps({
            'name': kind, 'bias': round(bias - limit, 6), 'scale': round(scale, 9),
            'weights': base64.b64encode(bytes(w & 255 for w in weights)).decode()})
            for kind, (weights, scale, bias, limit) in models.items())
        f.write(f'{{\n  "features": {FEATURES},\n  "kinds": [\n{kinds}\n  ]\n}}\n')
    for kind, (precision, recall) in report.items():
        print(f'{kind}: precision {precision:.3f}, recall {recall:.3f}')


if __name__ == '__main__':
    main()

# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A language model of chance: a whole llama of one layer whose weights are random numbers, written as a
GGUF file (ggml-org/ggml, docs/gguf.md). Its vocabulary are all bytes and the words that it is given."""
import random
import struct

UINT32, INT32, FLOAT32, STRING, ARRAY = 4, 5, 6, 8, 9
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
WIDTH, HIDDEN, HEADS, CONTEXT = 32, 64, 2, 4096
ALIGNMENT = 32
STEADY = 4.0  # the first number of every embedding: what makes a word likelier at any place


def _text(text):
    data = text.encode()
    return struct.pack('<Q', len(data)) + data


def _member(name, kind, value):
    return _text(name) + struct.pack('<I', kind) + value


def _array(kind, items):
    return struct.pack('<IQ', kind, len(items)) + b''.join(items)


def _members(tokens, types):
    numbers = {'context_length': CONTEXT, 'embedding_length': WIDTH, 'block_count': 1, 'feed_forward_length': HIDDEN,
               'attention.head_count': HEADS, 'attention.head_count_kv': HEADS,
               'rope.dimension_count': WIDTH // HEADS, 'vocab_size': len(tokens)}
    yield _member('general.architecture', STRING, _text('llama'))
    for name, number in numbers.items():
        yield _member('llama.' + name, UINT32, struct.pack('<I', number))
    yield _member('llama.attention.layer_norm_rms_epsilon', FLOAT32, struct.pack('<f', 1e-5))
    yield _member('tokenizer.ggml.model', STRING, _text('llama'))
    yield _member('tokenizer.ggml.tokens', ARRAY, _array(STRING, [_text(token) for token in tokens]))
    yield _member('tokenizer.ggml.scores', ARRAY, _array(FLOAT32, [struct.pack('<f', 0)] * len(tokens)))
    yield _member('tokenizer.ggml.token_type', ARRAY, _array(INT32, [struct.pack('<i', kind) for kind in types]))
    for number, name in enumerate(('unknown', 'bos', 'eos')):
        yield _member(f'tokenizer.ggml.{name}_token_id', UINT32, struct.pack('<I', number))


def _tensors(chance, tokens, favour):
    def some(rows, columns, width):
        return [chance.gauss(0, width) for _ in range(rows * columns)]

    inward, outward = some(len(tokens), WIDTH, 1.0), some(len(tokens), WIDTH, 0.3)
    for index, token in enumerate(tokens):
        inward[index * WIDTH], outward[index * WIDTH] = STEADY, favour(token)
    yield 'token_embd.weight', (WIDTH, len(tokens)), inward
    yield 'output_norm.weight', (WIDTH,), [1.0] * WIDTH
    yield 'output.weight', (WIDTH, len(tokens)), outward
    for name, columns, rows in (('attn_q', WIDTH, WIDTH), ('attn_k', WIDTH, WIDTH), ('attn_v', WIDTH, WIDTH),
                                ('attn_output', WIDTH, WIDTH), ('ffn_gate', WIDTH, HIDDEN),
                                ('ffn_up', WIDTH, HIDDEN), ('ffn_down', HIDDEN, WIDTH)):
        yield f'blk.0.{name}.weight', (columns, rows), some(rows, columns, 0.1)
    for name in ('attn_norm', 'ffn_norm'):
        yield f'blk.0.{name}.weight', (WIDTH,), [1.0] * WIDTH


def write(path, seed, words, favour):
    """favour: how much likelier than a byte a token is, wherever it fits; bytes are named <0x00> to <0xFF>."""
    tokens = ['<unk>', '<s>', '</s>', *(f'<0x{byte:02X}>' for byte in range(256))]
    types = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256
    for word in dict.fromkeys(words):
        tokens.append(word.replace(' ', '\u2581'))
        types.append(NORMAL)
    members = list(_members(tokens, types))
    infos, data = [], b''
    for name, shape, numbers in _tensors(random.Random(seed), tokens, favour):
        infos.append(_text(name) + struct.pack('<I', len(shape)) + struct.pack(f'<{len(shape)}Q', *shape)
                     + struct.pack('<IQ', 0, len(data)))
        data += struct.pack(f'<{len(numbers)}f', *numbers)
        data += bytes(-len(data) % ALIGNMENT)
    head = b'GGUF' + struct.pack('<IQQ', 3, len(infos), len(members)) + b''.join(members + infos)
    with open(path, 'wb') as f:
        f.write(head + bytes(-len(head) % ALIGNMENT) + data)

# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures for tests, made without a library."""
import struct
import zlib

RED, BLUE = b'\xff\x00\x00\xff', b'\x00\x00\xff\xff'


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(width, height, says=None):
    """Red on the left, blue on the right; says: another size in its head."""
    row = b'\0' + RED * (width // 2) + BLUE * (width - width // 2)
    head = struct.pack('>IIBBBBB', *(says or (width, height)), 8, 6, 0, 0, 0)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(row * height))
            + chunk(b'IEND', b''))

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/scan/guardian-scan-inflate.h"

#include <string.h>
#include <zlib.h>

#define PIECE 65536u
#define WINDOW_AUTO (15 + 32) /* zlib or gzip, whichever it is */
#define MAX_STREAMS 4096u     /* of a document */
#define GZIP_HEAD 10u         /* bytes, RFC 1952 §2.3 */
#define GZIP_NAME 0x08        /* the flag of one: the only thing that is ordinary there */
#define MAX_GZIP_NAME 256u
#define MAX_REST 16u /* bytes behind it that hide nothing */

static gboolean
is_late (gint64 deadline)
{
  return deadline != 0 && g_get_monotonic_time () > deadline;
}

static gboolean
has_head (const guint8 *bytes, gsize size)
{
  if (size < 8)
    return FALSE;
  if (bytes[0] == 0x1f && bytes[1] == 0x8b)
    return bytes[2] == 8;
  /* RFC 1950 §2.2: method 8, a window of at most 32 KiB, a check sum of both bytes. */
  return (bytes[0] & 0x0f) == 8 && bytes[0] >> 4 <= 7 && (bytes[0] * 256u + bytes[1]) % 31 == 0
         && (bytes[1] & 0x20) == 0;
}

/* Nothing stands in it but what says how to unpack it, and a file's name. */
static gboolean
has_plain_head (const guint8 *bytes, gsize size)
{
  if (bytes[0] != 0x1f)
    return TRUE;
  return size > GZIP_HEAD
         && (bytes[3] == 0
             || (bytes[3] == GZIP_NAME
                 && memchr (bytes + GZIP_HEAD, '\0', MIN (size - GZIP_HEAD, MAX_GZIP_NAME))
                        != NULL));
}

/* Too little to hide anything, or zeros up to the size of a block. */
static gboolean
is_nothing (const guint8 *bytes, gsize size)
{
  return size <= MAX_REST || (bytes[0] == 0 && memcmp (bytes, bytes + 1, size - 1) == 0);
}

GuardianScanInflate
guardian_scan_inflate (const guint8 *bytes, gsize size, gsize limit, gint64 deadline,
                       GByteArray *out)
{
  z_stream stream = { .next_in = (Bytef *) bytes, .avail_in = MIN (size, (gsize) G_MAXUINT) };
  gsize begun = out->len;
  guint8 piece[PIECE];
  int status = Z_OK;
  gboolean plain = size > 0 && has_plain_head (bytes, size);

  if (!has_head (bytes, size) || inflateInit2 (&stream, WINDOW_AUTO) != Z_OK)
    return GUARDIAN_SCAN_INFLATE_NOTHING;
  while (status == Z_OK && out->len - begun < limit && !is_late (deadline))
    {
      stream.next_out = piece;
      stream.avail_out = MIN ((gsize) PIECE, limit - (out->len - begun));
      guint room = stream.avail_out;
      status = inflate (&stream, Z_NO_FLUSH);
      g_byte_array_append (out, piece, room - stream.avail_out);
      /* Members of a gzip file follow one another. */
      if (status == Z_STREAM_END && stream.avail_in > 18 && stream.next_in[0] == 0x1f)
        {
          plain = plain && has_plain_head (stream.next_in, stream.avail_in);
          status = inflateReset (&stream);
        }
      if (status == Z_BUF_ERROR && stream.avail_in == 0)
        break;
    }
  inflateEnd (&stream);
  if (status == Z_STREAM_END)
    return plain && is_nothing (stream.next_in, stream.avail_in) ? GUARDIAN_SCAN_INFLATE_ALL
                                                                 : GUARDIAN_SCAN_INFLATE_WHOLE;
  return out->len > begun ? GUARDIAN_SCAN_INFLATE_CUT : GUARDIAN_SCAN_INFLATE_NOTHING;
}

GuardianScanInflate
guardian_scan_inflate_pdf (const guint8 *bytes, gsize size, gsize limit, gint64 deadline,
                           GByteArray *out)
{
  static const char word[] = "stream";
  const guint8 *at = bytes, *end = bytes + size;
  gsize begun = out->len;
  gboolean cut = FALSE;
  guint streams = 0;

  if (size < 8 || memcmp (bytes, "%PDF-", 5) != 0)
    return GUARDIAN_SCAN_INFLATE_NOTHING;
  while (at < end && (at = memmem (at, end - at, word, sizeof word - 1)) != NULL)
    {
      at += sizeof word - 1;
      const guint8 *data = at;
      while (data < end && (*data == '\r' || *data == '\n'))
        data++;
      if (data == at)
        continue;
      if (out->len - begun >= limit || streams++ >= MAX_STREAMS)
        return GUARDIAN_SCAN_INFLATE_CUT;
      /* A stream's own end is what zlib finds; behind it the document goes on. */
      cut |= guardian_scan_inflate (data, end - data, limit - (out->len - begun), deadline, out)
                 == GUARDIAN_SCAN_INFLATE_CUT
             && is_late (deadline);
      g_byte_array_append (out, (const guint8 *) "\n", 1);
    }
  return cut ? GUARDIAN_SCAN_INFLATE_CUT : GUARDIAN_SCAN_INFLATE_WHOLE;
}

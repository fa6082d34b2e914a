/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-decoder.h"

#include <string.h>

#define HEAD_SIZE 64     /* bytes looked at before the encoding is settled */
#define JUDGED 4096      /* bytes of text by which it is judged whether it is one */
#define BINARY_ONE_IN 64 /* more control characters than this share: not text */
#define REPLACEMENT 0xfffdu

typedef enum {
  STATE_HEAD, /* collecting the first bytes */
  STATE_UTF8,
  STATE_UTF16_LE,
  STATE_UTF16_BE,
} State;

struct _AgentDecoder {
  State state;
  guint8 head[HEAD_SIZE]; /* STATE_HEAD: collected; later: an incomplete sequence */
  gsize head_size;
  gunichar high;  /* UTF-16: a high surrogate that waits for its half */
  gsize judged;   /* bytes of text looked at, up to JUDGED */
  gsize controls; /* of these */
  gboolean finished;
  gboolean fell_back;
};

/* WHATWG Encoding Standard, index windows-1252, 0x80 to 0x9f. */
static const guint16 windows_1252[32] = {
  0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
  0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
  0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
};

AgentDecoder *
agent_decoder_new (void)
{
  return g_new0 (AgentDecoder, 1);
}

void
agent_decoder_free (AgentDecoder *decoder)
{
  g_free (decoder);
}

static gboolean
is_control (guint8 byte)
{
  return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f'
         && byte != 0x1b;
}

/* Only the beginning counts, byte for byte, so that the verdict is the same in whatever pieces the
 * text comes. */
static void
judge (AgentDecoder *decoder, const char *text, gsize size)
{
  gsize looked = MIN (size, JUDGED - decoder->judged);
  for (gsize i = 0; i < looked; i++)
    decoder->controls += is_control ((guint8) text[i]);
  decoder->judged += looked;
}

static void
append_character (AgentDecoder *decoder, GString *out, gunichar c)
{
  char text[6];
  int size = g_unichar_to_utf8 (c, text);
  judge (decoder, text, (gsize) size);
  g_string_append_unichar (out, c == 0 ? REPLACEMENT : c);
}

static void
append_odd_byte (AgentDecoder *decoder, GString *out, guint8 byte)
{
  if (byte == 0)
    {
      append_character (decoder, out, 0);
      return;
    }
  decoder->fell_back = TRUE;
  append_character (decoder, out, byte < 0xa0 ? windows_1252[byte - 0x80] : byte);
}

/* The bytes a sequence that starts so wants, 0 when nothing valid starts so (RFC 3629 §4). */
static gsize
sequence_length (guint8 first)
{
  if (first >= 0xc2 && first <= 0xdf)
    return 2;
  if (first >= 0xe0 && first <= 0xef)
    return 3;
  if (first >= 0xf0 && first <= 0xf4)
    return 4;
  return 0;
}

static gboolean
is_incomplete (const guint8 *bytes, gsize size)
{
  if (size >= sequence_length (bytes[0]))
    return FALSE;
  for (gsize i = 1; i < size; i++)
    if ((bytes[i] & 0xc0) != 0x80)
      return FALSE;
  return TRUE;
}

static void
append_valid (AgentDecoder *decoder, GString *out, const char *text, gsize size)
{
  judge (decoder, text, size);
  g_string_append_len (out, text, (gssize) size);
}

/* Returns how many bytes were used; fewer than size only when a sequence is cut off and !last. */
static gsize
decode_utf8 (AgentDecoder *decoder, const guint8 *bytes, gsize size, gboolean last, GString *out)
{
  gsize used = 0;
  while (used < size)
    {
      const char *end;
      g_utf8_validate_len ((const char *) bytes + used, size - used, &end);
      gsize valid = (gsize) (end - (const char *) bytes) - used;
      append_valid (decoder, out, (const char *) bytes + used, valid);
      used += valid;
      if (used == size)
        break;
      if (!last && is_incomplete (bytes + used, size - used))
        break;
      append_odd_byte (decoder, out, bytes[used++]);
    }
  return used;
}

static void
append_unit (AgentDecoder *decoder, gunichar unit, GString *out)
{
  gboolean low = unit >= 0xdc00 && unit <= 0xdfff;
  if (decoder->high != 0)
    {
      gunichar high = decoder->high;
      decoder->high = 0;
      append_character (decoder, out,
                        low ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : REPLACEMENT);
      if (low)
        return;
    }
  if (unit >= 0xd800 && unit <= 0xdbff)
    decoder->high = unit;
  else
    append_character (decoder, out, low ? REPLACEMENT : unit);
}

static gsize
decode_utf16 (AgentDecoder *decoder, const guint8 *bytes, gsize size, GString *out)
{
  gsize high = decoder->state == STATE_UTF16_BE ? 0 : 1;
  gsize used = 0;
  for (; used + 1 < size; used += 2)
    append_unit (decoder, (gunichar) bytes[used + high] << 8 | bytes[used + 1 - high], out);
  return used;
}

static gsize
decode (AgentDecoder *decoder, const guint8 *bytes, gsize size, gboolean last, GString *out)
{
  return decoder->state == STATE_UTF8 ? decode_utf8 (decoder, bytes, size, last, out)
                                      : decode_utf16 (decoder, bytes, size, out);
}

/* Text in Latin letters as UTF-16 without a mark: nearly every second byte is zero. */
static State
guess_without_mark (const guint8 *head, gsize size)
{
  gsize zeros[2] = { 0, 0 };
  for (gsize i = 0; i < size; i++)
    zeros[i % 2] += head[i] == 0;

  gsize many = size / 2 - size / 8;
  if (size >= 4 && zeros[1] >= many && zeros[0] == 0)
    return STATE_UTF16_LE;
  if (size >= 4 && zeros[0] >= many && zeros[1] == 0)
    return STATE_UTF16_BE;
  return STATE_UTF8;
}

static gsize
settle (AgentDecoder *decoder)
{
  const guint8 *head = decoder->head;
  gsize size = decoder->head_size;
  gsize mark = 0;

  if (size >= 3 && memcmp (head, "\xef\xbb\xbf", 3) == 0)
    decoder->state = STATE_UTF8, mark = 3;
  else if (size >= 2 && memcmp (head, "\xff\xfe", 2) == 0)
    decoder->state = STATE_UTF16_LE, mark = 2;
  else if (size >= 2 && memcmp (head, "\xfe\xff", 2) == 0)
    decoder->state = STATE_UTF16_BE, mark = 2;
  else
    decoder->state = guess_without_mark (head, size);
  return mark;
}

/* Decodes what is kept in head and keeps what is still incomplete. */
static void
decode_head (AgentDecoder *decoder, gsize skip, gboolean last, GString *out)
{
  guint8 head[HEAD_SIZE];
  gsize size = decoder->head_size - skip;
  memcpy (head, decoder->head + skip, size);
  gsize used = decode (decoder, head, size, last, out);
  decoder->head_size = size - used;
  memcpy (decoder->head, head + used, size - used);
}

static gsize
keep (AgentDecoder *decoder, const guint8 *bytes, gsize size, gsize up_to)
{
  gsize taken = MIN (size, up_to - MIN (up_to, decoder->head_size));
  memcpy (decoder->head + decoder->head_size, bytes, taken);
  decoder->head_size += taken;
  return taken;
}

void
agent_decoder_feed (AgentDecoder *decoder, const guint8 *bytes, gsize size, GString *out)
{
  gsize used = 0;
  if (decoder->state == STATE_HEAD)
    {
      used = keep (decoder, bytes, size, HEAD_SIZE);
      if (decoder->head_size < HEAD_SIZE)
        return;
      decode_head (decoder, settle (decoder), FALSE, out);
    }
  /* An incomplete sequence is at most three bytes: complete it byte by byte. */
  while (used < size && decoder->head_size > 0)
    {
      used += keep (decoder, bytes + used, 1, HEAD_SIZE);
      decode_head (decoder, 0, FALSE, out);
    }
  if (used == size)
    return;
  used += decode (decoder, bytes + used, size - used, FALSE, out);
  keep (decoder, bytes + used, size - used, HEAD_SIZE);
}

void
agent_decoder_finish (AgentDecoder *decoder, GString *out)
{
  gsize skip = decoder->state == STATE_HEAD ? settle (decoder) : 0;
  decode_head (decoder, skip, TRUE, out);
  if (decoder->high != 0 || decoder->head_size > 0)
    append_character (decoder, out, REPLACEMENT);
  decoder->high = 0;
  decoder->head_size = 0;
  decoder->finished = TRUE;
}

gboolean
agent_decoder_is_binary (const AgentDecoder *decoder)
{
  return (decoder->finished || decoder->judged == JUDGED) && decoder->controls > 2
         && decoder->controls > decoder->judged / BINARY_ONE_IN;
}

const char *
agent_decoder_encoding (const AgentDecoder *decoder)
{
  if (decoder->state == STATE_UTF16_LE || decoder->state == STATE_UTF16_BE)
    return "UTF-16";
  return decoder->fell_back ? "Windows-1252" : "UTF-8";
}

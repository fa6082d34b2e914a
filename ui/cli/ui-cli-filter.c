/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing.
 * Refuses: every control sequence that does not stand in the tables, every string sequence, C1
 * controls in either form, ENQ, and bytes that are not UTF-8 (each becomes U+FFFD).
 * Known gaps: a program may still draw anything on its own screen, also something that looks like a
 * question of ours; a real one takes the alternate screen and wants a word that it shows. */

#include "ui/cli/ui-cli-filter.h"

#include <string.h>

#define ESC 0x1b
#define BEL 0x07
#define ENQ 0x05
#define CAN 0x18
#define SUB 0x1a
#define REPLACEMENT "\357\277\275" /* U+FFFD */

typedef enum {
  STATE_GROUND,
  STATE_ESCAPE,     /* ESC, and what is held of it */
  STATE_CONTROL,    /* CSI: parameters, intermediates, one final byte */
  STATE_STRING,     /* dropped until its end */
  STATE_STRING_END, /* an ESC in a string: a backslash ends it */
} State;

struct _UiCliFilter {
  State state;
  guint8 held[UI_CLI_FILTER_SEQUENCE]; /* a sequence so far; or a character's first bytes */
  gsize n_held;
  gboolean dropped; /* the sequence is too long, or has no place in the tables */
  guint missing;    /* bytes of a character that must follow */
};

/* Final bytes of ESC sequences without intermediates: cursor, tabs, keypad, charset shifts, reset.
 */
static const char escapes_plain[] = "78=>DEHMNOcno|}~69";

/* Intermediates of ESC sequences with one final byte: designating character sets, line sizes,
 * 7-bit controls. Not "%": it switches UTF-8 off. */
static const char escapes_intermediate[] = "()*+-./# ";

/* Final bytes of CSI sequences, by what stands before: no private mark. Left out are reports and
 * queries (c, n, x, t, y), media copy (i), and what is not known. */
static const char controls_plain[] = "@ABCDEFGHIJKLMPSTXZ`abdefghlmrsu";

static const struct {
  char mark;          /* private parameter byte, or an intermediate */
  const char *finals; /* that may follow */
} controls_marked[] = {
  { '?', "JKhlrs" }, { '>', "mu" }, { '<', "u" }, { '=', "u" }, { ' ', "q" }, { '!', "p" },
};

UiCliFilter *
ui_cli_filter_new (void)
{
  return g_new0 (UiCliFilter, 1);
}

void
ui_cli_filter_free (UiCliFilter *filter)
{
  g_free (filter);
}

static void
put (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

static void
hold (UiCliFilter *filter, guint8 byte)
{
  if (filter->n_held < sizeof filter->held)
    filter->held[filter->n_held++] = byte;
  else
    filter->dropped = TRUE;
}

static void
begin (UiCliFilter *filter, State state)
{
  filter->state = state;
  filter->n_held = 0;
  filter->dropped = FALSE;
}

static void
release (UiCliFilter *filter, GByteArray *out)
{
  if (!filter->dropped)
    g_byte_array_append (out, filter->held, (guint) filter->n_held);
  begin (filter, STATE_GROUND);
}

/* --- characters --- */

/* How many bytes follow one that begins a character; 0: it begins none. */
static guint
following (guint8 byte)
{
  if (byte >= 0xc2 && byte <= 0xdf)
    return 1;
  if (byte >= 0xe0 && byte <= 0xef)
    return 2;
  return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
}

/* A whole character is held: C1 controls (U+0080 to U+009F) are dropped, what is no character
 * (surrogates, overlong forms) is replaced. */
static void
finish_character (UiCliFilter *filter, GByteArray *out)
{
  gboolean control = filter->held[0] == 0xc2 && filter->held[1] < 0xa0;

  if (!g_utf8_validate ((const char *) filter->held, (gssize) filter->n_held, NULL))
    put (out, REPLACEMENT);
  else if (!control)
    g_byte_array_append (out, filter->held, (guint) filter->n_held);
  begin (filter, STATE_GROUND);
}

static void
take_ground (UiCliFilter *filter, guint8 byte, GByteArray *out)
{
  if (byte == ESC)
    {
      begin (filter, STATE_ESCAPE);
      hold (filter, byte);
    }
  else if (byte < 0x80)
    {
      if (byte != ENQ)
        g_byte_array_append (out, &byte, 1);
    }
  else if (following (byte) > 0)
    {
      hold (filter, byte);
      filter->missing = following (byte);
    }
  else
    put (out, REPLACEMENT);
}

/* FALSE: the byte does not belong to the character, which is given up. */
static gboolean
take_character (UiCliFilter *filter, guint8 byte, GByteArray *out)
{
  if ((byte & 0xc0) != 0x80)
    {
      filter->missing = 0;
      put (out, REPLACEMENT);
      begin (filter, STATE_GROUND);
      return FALSE;
    }
  hold (filter, byte);
  if (--filter->missing == 0)
    finish_character (filter, out);
  return TRUE;
}

/* --- sequences --- */

static gboolean
is_among (const char *list, guint8 byte)
{
  return byte != '\0' && byte < 0x80 && strchr (list, byte) != NULL;
}

static void
take_escape (UiCliFilter *filter, guint8 byte, GByteArray *out)
{
  gboolean intermediate = filter->n_held > 1;

  hold (filter, byte);
  if (!intermediate && byte == '[')
    filter->state = STATE_CONTROL;
  else if (!intermediate && is_among ("]PX^_k", byte))
    begin (filter, STATE_STRING);
  else if (byte >= 0x20 && byte <= 0x2f)
    filter->dropped |= intermediate || !is_among (escapes_intermediate, byte);
  else if (byte >= 0x30 && byte <= 0x7e && (intermediate || is_among (escapes_plain, byte)))
    release (filter, out);
  else
    begin (filter, STATE_GROUND);
}

/* The sequence's own text, between "ESC [" and its final byte. */
static gboolean
may_pass (const UiCliFilter *filter, guint8 final)
{
  const guint8 *text = filter->held + 2;
  gsize size = filter->n_held - 2;
  char mark = '\0';

  for (gsize i = 0; i < size; i++)
    if (text[i] < '0' || text[i] > ';')
      {
        /* One mark, first or last. */
        if (mark != '\0' || (i != 0 && i != size - 1))
          return FALSE;
        mark = (char) text[i];
      }
  if (mark == '\0')
    return is_among (controls_plain, final);
  for (gsize i = 0; i < G_N_ELEMENTS (controls_marked); i++)
    if (controls_marked[i].mark == mark)
      return is_among (controls_marked[i].finals, final);
  return FALSE;
}

static void
take_control (UiCliFilter *filter, guint8 byte, GByteArray *out)
{
  if (byte >= 0x20 && byte <= 0x3f)
    {
      hold (filter, byte);
      return;
    }
  if (byte >= 0x40 && byte <= 0x7e && may_pass (filter, byte))
    {
      hold (filter, byte);
      release (filter, out);
    }
  else
    begin (filter, STATE_GROUND);
}

/* A control character inside a sequence is carried out by terminals as if it stood before it: here
 * it ends the sequence. FALSE: it is none of these. */
static gboolean
interrupts (UiCliFilter *filter, guint8 byte, GByteArray *out)
{
  if (filter->state == STATE_GROUND || (byte >= 0x20 && byte < 0x7f))
    return FALSE;
  if (filter->state == STATE_STRING || filter->state == STATE_STRING_END)
    {
      if (byte == ESC)
        filter->state = STATE_STRING_END;
      else if (byte == BEL || byte == CAN || byte == SUB)
        begin (filter, STATE_GROUND);
      else
        filter->state = STATE_STRING;
      return TRUE;
    }
  begin (filter, STATE_GROUND);
  if (byte != CAN && byte != SUB)
    take_ground (filter, byte, out);
  return TRUE;
}

static void
take_string_end (UiCliFilter *filter, guint8 byte)
{
  begin (filter, byte == '\\' ? STATE_GROUND : STATE_STRING);
}

static void
take (UiCliFilter *filter, guint8 byte, GByteArray *out)
{
  if (filter->missing > 0 && take_character (filter, byte, out))
    return;
  if (interrupts (filter, byte, out))
    return;
  if (filter->state == STATE_GROUND)
    take_ground (filter, byte, out);
  else if (filter->state == STATE_ESCAPE)
    take_escape (filter, byte, out);
  else if (filter->state == STATE_CONTROL)
    take_control (filter, byte, out);
  else if (filter->state == STATE_STRING_END)
    take_string_end (filter, byte);
}

void
ui_cli_filter_pass (UiCliFilter *filter, const guint8 *bytes, gsize size, GByteArray *out)
{
  for (gsize i = 0; i < size; i++)
    take (filter, bytes[i], out);
}

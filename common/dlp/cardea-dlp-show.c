/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing of the content. Refuses: to show more of a secret than its ends, and those only
 * of what is much longer. Known gaps: what no rule found stands in the context as it is. */

#include "common/dlp/cardea-dlp-show.h"

#include "common/base/cardea-encoding.h"

#include <sodium.h>
#include <string.h>

#define MARK_BYTES 16
#define LONG 12u     /* bytes of which the beginning, or the end, may be shown */
#define ENDS 4u      /* so many of them */
#define MOST_DOTS 8u /* however long it is */
#define DOT "\xe2\x80\xa2"

/* The kind of a key stands at its beginning; people know numbers by their end. */
static void
append_masked (GString *text, const CardeaDlpFinding *finding, const char *bytes, gsize size)
{
  gboolean shows = size >= LONG && finding->depth == 0;
  gboolean head = shows && finding->class == CARDEA_DLP_CREDENTIAL;
  gboolean tail
      = shows && (finding->class == CARDEA_DLP_FINANCIAL || finding->class == CARDEA_DLP_PERSONAL);

  if (head)
    g_string_append_len (text, bytes, ENDS);
  for (gsize i = 0; i < MIN (size, (gsize) MOST_DOTS); i++)
    g_string_append (text, DOT);
  if (tail)
    g_string_append_len (text, bytes + size - ENDS, ENDS);
}

static const CardeaDlpFinding *
finding_at (const CardeaDlpResult *result, gsize at)
{
  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (result, i);
      if (finding->start <= at && at < finding->end)
        return finding;
    }
  return NULL;
}

/* One line of valid UTF-8. */
static void
set_line (CardeaJson *json, const char *name, GString *text)
{
  for (gsize i = 0; i < text->len; i++)
    if ((guchar) text->str[i] < ' ')
      text->str[i] = ' ';
  g_autofree char *valid = g_utf8_make_valid (text->str, (gssize) text->len);
  cardea_json_set_string (json, name, valid);
}

static void
set_context (const CardeaDlpResult *result, const char *content, gsize start, gsize end,
             CardeaJson *json, const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize at = start; at < end;)
    {
      const CardeaDlpFinding *other = finding_at (result, at);
      gsize next = other != NULL ? MIN (other->end, end) : at + 1;
      if (other != NULL)
        g_string_append (text, DOT DOT DOT);
      else
        g_string_append_c (text, content[at]);
      at = next;
    }
  set_line (json, name, text);
}

/* Not in the middle of a character. */
static gsize
step_back (const char *content, gsize start)
{
  gsize at = start > CARDEA_DLP_SHOW_CONTEXT ? start - CARDEA_DLP_SHOW_CONTEXT : 0;
  while (at < start && ((guint8) content[at] & 0xc0) == 0x80)
    at++;
  return at;
}

static gsize
step_on (const char *content, gsize size, gsize end)
{
  gsize at = MIN (end + CARDEA_DLP_SHOW_CONTEXT, size);
  while (at > end && at < size && ((guint8) content[at] & 0xc0) == 0x80)
    at--;
  return at;
}

void
cardea_dlp_show (const CardeaDlpResult *result, const CardeaDlpFinding *finding,
                 const char *content, gsize size, CardeaJson *json)
{
  gsize start = MIN (finding->start, size), end = MIN (finding->end, size);
  g_autoptr (GString) text = g_string_new (NULL);

  set_context (result, content, step_back (content, start), start, json, "before");
  append_masked (text, finding, content + start, end - start);
  set_line (json, "shown", text);
  set_context (result, content, end, step_on (content, size, end), json, "after");
}

char *
cardea_dlp_show_mark (const CardeaDlpFinding *finding, const char *content, gsize size,
                      const guint8 *key)
{
  gsize start = MIN (finding->start, size), end = MIN (finding->end, size);
  const char *rule = cardea_dlp_finding_rule (finding);
  guint8 digest[MARK_BYTES];
  crypto_generichash_state state;

  crypto_generichash_init (&state, key, CARDEA_DLP_SHOW_KEY, sizeof digest);
  crypto_generichash_update (&state, (const guint8 *) rule, strlen (rule) + 1);
  crypto_generichash_update (&state, (const guint8 *) content + start, end - start);
  crypto_generichash_final (&state, digest, sizeof digest);
  return cardea_hex_encode (digest, sizeof digest);
}

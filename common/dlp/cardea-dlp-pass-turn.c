/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-pass.h"

#include <string.h>

/* Content turned round: only rules whose long fixed parts chance would not give look at it. */

#define MIN_SIZE 16u
#define MIN_VALUE 4u /* of a piece of something */
#define MAX_VALUE 200u
#define MAX_VALUES 200u /* with more of them only neighbours are put together */
#define MAX_JOINED 4u   /* pieces that are put together */

CardeaDlpView *
cardea_dlp_pass_rot13 (CardeaDlpView *view)
{
  const char *text = cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view);

  if (size < MIN_SIZE)
    return NULL;
  char turns[256];
  for (guint c = 0; c < sizeof turns; c++)
    {
      char base = g_ascii_isupper (c) ? 'A' : 'a';
      turns[c] = g_ascii_isalpha (c) ? base + ((char) c - base + 13) % 26 : (char) c;
    }
  g_autofree char *turned = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    turned[i] = turns[(guint8) text[i]];
  CardeaDlpView *child = cardea_dlp_view_new (view, "rot13", CARDEA_DLP_SCAN_STRONG);
  cardea_dlp_view_put (child, turned, size, 0, size);
  return child;
}

CardeaDlpView *
cardea_dlp_pass_reverse (CardeaDlpView *view)
{
  if (cardea_dlp_view_size (view) < MIN_SIZE)
    return NULL;
  CardeaDlpView *child = cardea_dlp_view_new (view, "reversed", CARDEA_DLP_SCAN_STRONG);
  cardea_dlp_view_put_reversed (child);
  return child;
}

/* --- values one behind the other --- */

typedef struct {
  gsize start, size;
} Value;

static gboolean
is_value (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '+' || c == '/' || c == '-' || c == '.';
}

static gboolean
begins_value (const char *text, gsize at)
{
  char before = at > 0 ? text[at - 1] : 'a';
  char first = at > 1 ? text[at - 2] : 'a';
  return before == '"' || before == '\'' || before == '=' || before == ',' || before == '('
         || (before == ' ' && (first == ':' || first == '+' || first == '=' || first == ','));
}

/* "name": is no value. */
static gboolean
is_name (const char *text, gsize size, gsize end)
{
  if (end < size && (text[end] == '"' || text[end] == '\''))
    end++;
  while (end < size && text[end] == ' ')
    end++;
  return end < size && text[end] == ':';
}

static GArray *
find_values (const char *text, gsize size)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (Value));
  for (gsize i = 0; i < size; i++)
    {
      gsize end = i;
      if (!is_value (text[i]) || !begins_value (text, i))
        continue;
      while (end < size && is_value (text[end]))
        end++;
      const Value value = { i, end - i };
      if (value.size >= MIN_VALUE && value.size <= MAX_VALUE && !is_name (text, size, end))
        g_array_append_val (values, value);
      i = end;
    }
  return values;
}

CardeaDlpView *
cardea_dlp_pass_join (CardeaDlpView *view)
{
  const char *text = cardea_dlp_view_bytes (view);
  g_autoptr (GArray) values = find_values (text, cardea_dlp_view_size (view));
  guint most = values->len > MAX_VALUES ? 2 : MAX_JOINED;

  if (values->len < 2)
    return NULL;
  CardeaDlpView *child = cardea_dlp_view_new (view, "pieces", CARDEA_DLP_SCAN_STRONG);
  for (guint many = 2; many <= MIN (most, values->len); many++)
    for (guint i = 0; i + many <= values->len; i++)
      {
        for (guint j = i; j < i + many; j++)
          {
            const Value *value = &g_array_index (values, Value, j);
            cardea_dlp_view_copy (child, value->start, value->size);
          }
        const Value *last = &g_array_index (values, Value, i + many - 1);
        cardea_dlp_view_put_block (child, "\n", 1, last->start, last->size);
      }
  return child;
}

/* --- as a shell sees it --- */

/* Bytes of something that a shell makes nothing or a space of. */
static gsize
empty_at (const char *text, gsize size, gboolean *ret_space)
{
  static const struct {
    const char *text;
    gboolean space;
  } words[]
      = { { "${IFS}", TRUE }, { "$IFS", TRUE }, { "$@", FALSE }, { "$*", FALSE }, { "\\\\", FALSE },
          { "\\", FALSE },    { "'", FALSE },   { "\"", FALSE }, { "`", FALSE } };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i].text);
      if (length <= size && memcmp (text, words[i].text, length) == 0)
        {
          *ret_space = words[i].space;
          return length;
        }
    }
  return 0;
}

CardeaDlpView *
cardea_dlp_pass_shell (CardeaDlpView *view)
{
  const char *text = cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view), plain = 0;
  CardeaDlpView *child = NULL;

  for (gsize i = 0; i < size; i++)
    {
      gboolean space = FALSE;
      gsize length
          = text[i] == '$' || text[i] == '\\' || text[i] == '\'' || text[i] == '"' || text[i] == '`'
                ? empty_at (text + i, size - i, &space)
                : 0;
      if (length == 0)
        continue;
      if (child == NULL)
        child = cardea_dlp_view_new (view, "shell",
                                     CARDEA_DLP_SCAN_STRONG | CARDEA_DLP_SCAN_COMMANDS);
      cardea_dlp_view_copy (child, plain, i - plain);
      cardea_dlp_view_put_block (child, " ", space ? 1 : 0, i, length);
      i += length - 1;
      plain = i + 1;
    }
  if (child != NULL)
    cardea_dlp_view_copy (child, plain, size - plain);
  return child;
}

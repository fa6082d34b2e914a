/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-find.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define SHOW_LINE 200

typedef struct {
  char *wanted;
  guint limit;
  guint64 line;
  guint64 total;
  GString *pending;
  GPtrArray *matches;
} Run;

static void
match_free (gpointer data)
{
  AgentFindMatch *match = data;
  g_free (match->text);
  g_free (match);
}

static void
look (Run *run)
{
  run->line++;
  g_autofree char *folded = g_utf8_casefold (run->pending->str, (gssize) run->pending->len);
  if (strstr (folded, run->wanted) != NULL && run->total++ < run->limit)
    {
      AgentFindMatch *match = g_new0 (AgentFindMatch, 1);
      match->line = run->line;
      match->text = agent_text_show (run->pending->str, SHOW_LINE);
      g_ptr_array_add (run->matches, match);
    }
  g_string_truncate (run->pending, 0);
}

static void
keep (Run *run, const char *text, gsize size)
{
  gsize room = AGENT_FIND_LINE_BYTES - MIN (run->pending->len, AGENT_FIND_LINE_BYTES);
  if (size > room)
    for (size = room; size > 0 && ((guint8) text[size] & 0xc0) == 0x80;)
      size--;
  g_string_append_len (run->pending, text, (gssize) size);
}

static gboolean
take (const char *text, gsize size, gpointer user_data)
{
  Run *run = user_data;
  const char *end = text + size;
  while (text < end)
    {
      const char *newline = memchr (text, '\n', (gsize) (end - text));
      keep (run, text, (gsize) ((newline != NULL ? newline : end) - text));
      if (newline == NULL)
        break;
      look (run);
      text = newline + 1;
    }
  return TRUE;
}

GPtrArray *
agent_find_lines (AgentSource *source, const char *wanted, guint limit, guint64 *ret_total,
                  GCancellable *cancellable, GError **error)
{
  g_autofree char *folded = agent_text_fold (wanted);
  g_autoptr (GString) pending = g_string_new (NULL);
  g_autoptr (GPtrArray) matches = g_ptr_array_new_with_free_func (match_free);
  Run run = { folded, limit, 0, 0, pending, matches };

  if (!agent_text_scan (source, take, &run, cancellable, error))
    return NULL;
  if (pending->len > 0)
    look (&run);
  *ret_total = run.total;
  return g_steal_pointer (&matches);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-diff.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define SHOW_LINE 200

typedef struct {
  char **lines;
  int count;
} Side;

typedef struct {
  Side a, b;
  AgentDiff *diff;
  guint limit;
} Run;

void
agent_diff_free (AgentDiff *diff)
{
  g_ptr_array_unref (diff->lines);
  g_free (diff);
}

static Side
split (const char *text)
{
  char **lines = g_strsplit (text, "\n", -1);
  int count = (int) g_strv_length (lines);
  if (count > 0 && lines[count - 1][0] == '\0')
    count--;
  for (int i = 0; i < count; i++)
    {
      gsize size = strlen (lines[i]);
      if (size > 0 && lines[i][size - 1] == '\r')
        lines[i][size - 1] = '\0';
    }
  return (Side){ lines, count };
}

static void
report (Run *run, char sign, const char *line)
{
  AgentDiff *diff = run->diff;
  if (diff->lines->len >= run->limit)
    {
      diff->truncated = TRUE;
      return;
    }
  g_autofree char *shown = agent_text_show (line, SHOW_LINE);
  g_ptr_array_add (diff->lines, g_strdup_printf ("%c%s", sign, shown));
}

/* The furthest reaching paths for each number of edits, kept so that they can be walked back.
 * trace[d] holds 2d+1 values, index k+d. Returns the number of edits, -1: too many. */
static int
find_paths (const Side *a, const Side *b, GPtrArray *trace)
{
  for (int d = 0; d <= (int) AGENT_DIFF_EDITS_MAX; d++)
    {
      int *paths = g_new (int, 2 * d + 1);
      const int *before = d > 0 ? trace->pdata[d - 1] : NULL;
      g_ptr_array_add (trace, paths);
      for (int k = -d; k <= d; k += 2)
        {
          int x = 0;
          if (d > 0 && (k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1])))
            x = before[k + 1 + d - 1];
          else if (d > 0)
            x = before[k - 1 + d - 1] + 1;
          while (x < a->count && x - k < b->count && strcmp (a->lines[x], b->lines[x - k]) == 0)
            x++;
          paths[k + d] = x;
          if (x >= a->count && x - k >= b->count)
            return d;
        }
    }
  return -1;
}

/* Walks the path back and leaves, for each edit, +(line of b)+1 or -(line of a)-1. */
static void
walk_back (const Run *run, const GPtrArray *trace, int edits, int *script)
{
  int x = run->a.count, y = run->b.count;
  for (int d = edits; d > 0; d--)
    {
      const int *before = trace->pdata[d - 1];
      int k = x - y;
      gboolean down = k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
      int previous = down ? k + 1 : k - 1;
      x = before[previous + d - 1];
      y = x - previous;
      script[d - 1] = down ? y + 1 : -x - 1;
    }
}

static gboolean
compare_ordered (Run *run)
{
  g_autoptr (GPtrArray) trace = g_ptr_array_new_with_free_func (g_free);
  int edits = find_paths (&run->a, &run->b, trace);
  if (edits < 0)
    return FALSE;

  g_autofree int *script = g_new (int, edits + 1);
  walk_back (run, trace, edits, script);
  for (int i = 0; i < edits; i++)
    {
      gboolean added = script[i] > 0;
      run->diff->added += added;
      run->diff->removed += !added;
      report (run, added ? '+' : '-',
              added ? run->b.lines[script[i] - 1] : run->a.lines[-script[i] - 1]);
    }
  run->diff->same = (guint64) run->a.count - run->diff->removed;
  run->diff->ordered = TRUE;
  return TRUE;
}

static GHashTable *
count_lines (const Side *side)
{
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
  for (int i = 0; i < side->count; i++)
    {
      gsize count = GPOINTER_TO_SIZE (g_hash_table_lookup (counts, side->lines[i]));
      g_hash_table_insert (counts, side->lines[i], GSIZE_TO_POINTER (count + 1));
    }
  return counts;
}

static guint64
report_only_in (Run *run, const Side *side, const Side *other, char sign)
{
  g_autoptr (GHashTable) counts = count_lines (other);
  guint64 only = 0;
  for (int i = 0; i < side->count; i++)
    {
      gsize count = GPOINTER_TO_SIZE (g_hash_table_lookup (counts, side->lines[i]));
      if (count > 0)
        g_hash_table_insert (counts, side->lines[i], GSIZE_TO_POINTER (count - 1));
      else
        {
          only++;
          report (run, sign, side->lines[i]);
        }
    }
  return only;
}

static void
compare_unordered (Run *run)
{
  guint limit = run->limit;
  run->limit = limit / 2;
  run->diff->removed = report_only_in (run, &run->a, &run->b, '-');
  run->limit = limit;
  run->diff->added = report_only_in (run, &run->b, &run->a, '+');
  run->diff->same = (guint64) run->a.count - run->diff->removed;
}

AgentDiff *
agent_diff_make (const char *a, const char *b, guint limit)
{
  AgentDiff *diff = g_new0 (AgentDiff, 1);
  diff->lines = g_ptr_array_new_with_free_func (g_free);
  Run run = { split (a), split (b), diff, limit };
  if (!compare_ordered (&run))
    compare_unordered (&run);
  g_strfreev (run.a.lines);
  g_strfreev (run.b.lines);
  return diff;
}

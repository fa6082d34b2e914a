/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-query.h"

#include <string.h>
#include <sys/resource.h>

/* 100 MB of rows, made while they are read: the answer is right and memory stays bounded. */

#ifdef __SANITIZE_ADDRESS__
#define WANTED_SIZE (8u * 1024u * 1024u) /* twenty times slower there */
#else
#define WANTED_SIZE (100u * 1024u * 1024u)
#endif
#define PIECE_SIZE (1024u * 1024u)
#define RSS_GROWTH_KIB_MAX (24 * 1024)

typedef struct {
  AgentSource base;
  guint64 row;
  gsize made;
  __int128 cents; /* what the sum must be */
} Generator;

static GBytes *
generator_next (AgentSource *source, GCancellable *cancellable, GError **error)
{
  Generator *self = (Generator *) source;
  if (self->made >= WANTED_SIZE)
    return NULL;

  GString *piece = g_string_sized_new (PIECE_SIZE + 256);
  if (self->row == 0)
    g_string_append (piece, "Date;Text;Betrag\n");
  while (piece->len < PIECE_SIZE)
    {
      guint64 n = self->row++;
      gint64 cents = (gint64) (n * 7919 % 1000003) - 300000;
      g_string_append_printf (piece,
                              "%02u.%02u.%04u;\"Some text, number %" G_GUINT64_FORMAT "\";"
                              "%s%" G_GINT64_FORMAT ",%02d\n",
                              (guint) (n % 28 + 1), (guint) (n / 28 % 12 + 1),
                              (guint) (2000 + n / 336 % 20), n, cents < 0 ? "-" : "",
                              ABS (cents) / 100, (int) (ABS (cents) % 100));
      self->cents += cents;
    }
  self->made += piece->len;
  return g_string_free_to_bytes (piece);
}

static void
generator_rewind (AgentSource *source)
{
  Generator *self = (Generator *) source;
  self->row = 0;
  self->made = 0;
  self->cents = 0;
}

static void
generator_dispose (AgentSource *source)
{
}

static glong
peak_rss (void)
{
  struct rusage usage;
  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return usage.ru_maxrss;
}

static void
test_large (void)
{
  static const AgentSourceClass class = { generator_next, generator_rewind, generator_dispose };
  Generator *generator = g_new0 (Generator, 1);
  generator->base.class = &class;
  generator->base.path = g_strdup ("/large.csv");
  g_autoptr (AgentSource) source = &generator->base;
  g_autoptr (GError) error = NULL;

  glong before = peak_rss ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, &error);
  g_assert_no_error (error);
  AgentQuery query = AGENT_QUERY_INIT;
  query.value = 2;
  query.group = 0;
  query.period = AGENT_PERIOD_MONTH;
  g_autoptr (AgentQueryResult) result = agent_query_run (table, &query, NULL, &error);
  g_assert_no_error (error);

  const AgentQueryGroup *total = result->totals->pdata[0];
  g_assert_true (total->sum.mantissa == generator->cents);
  g_assert_cmpuint (total->sum.scale, ==, 2);
  g_assert_cmpuint (total->rows, ==, generator->row);
  g_assert_cmpuint (result->groups->len, ==, 240);
  g_test_message ("%" G_GUINT64_FORMAT " rows, %.2f s, %ld KiB more at the peak", result->rows,
                  (double) (g_get_monotonic_time () - start) / 1e6, peak_rss () - before);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (peak_rss () - before, <, RSS_GROWTH_KIB_MAX);
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/query/large", test_large);
  return g_test_run ();
}

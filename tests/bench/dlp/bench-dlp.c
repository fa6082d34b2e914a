/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking at content with all shipped rules and the database that was built. Prints "NAME VALUE"
 * lines: scan and scan-p99 in microseconds for SCAN_SIZE bytes through every way of seeing it,
 * stream in MB/s before those, start in microseconds, memory in bytes.
 *
 *   bench-dlp FILE…      the text it is done with */

#include "common/dlp/cardea-dlp-scan.h"
#include "guardian/scan/guardian-scan-archive.h"
#include "guardian/scan/guardian-scan-database.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SCAN_SIZE 10240u
#define ROUNDS 3u
#define STREAM_SIZE (64u << 20)
#define PIECE 65536u

/* Processor time of this thread: others on the machine do not count. */
static gint64
now_ns (void)
{
  struct timespec t;
  (void) clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (gint64) t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
by_size (gconstpointer a, gconstpointer b)
{
  const gint64 *one = a, *other = b;
  return (*one > *other) - (*one < *other);
}

static void
ignore_cb (const CardeaDlpMatch *match, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
bench_scan (CardeaDlpEngine *engine, const GString *text)
{
  g_autoptr (CardeaDlpClassifier) classifier = cardea_dlp_classifier_new_shipped ();
  const CardeaDlpScanOptions options
      = { .open = guardian_scan_archive_open, .classifier = classifier };
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint round = 0; round < ROUNDS; round++)
    for (gsize at = 0; at + SCAN_SIZE <= text->len; at += SCAN_SIZE)
      {
        gint64 begin = now_ns ();
        g_autoptr (CardeaDlpResult) result
            = cardea_dlp_scan (engine, text->str + at, SCAN_SIZE, &options);
        gint64 took = now_ns () - begin;
        if (round > 0)
          g_array_append_val (times, took);
      }
  g_array_sort (times, by_size);
  printf ("scan %.1f\n", g_array_index (times, gint64, times->len / 2) / 1000.0);
  printf ("scan-p99 %.1f\n", g_array_index (times, gint64, times->len * 99 / 100) / 1000.0);
}

static void
bench_stream (CardeaDlpEngine *engine, const GString *text)
{
  guint found = 0;
  gsize done = 0;
  g_autoptr (CardeaDlpStream) stream = cardea_dlp_stream_new (engine, ignore_cb, &found);
  gint64 begin = now_ns ();

  while (done < STREAM_SIZE)
    {
      gsize at = done % (text->len - PIECE);
      if (!cardea_dlp_stream_feed (stream, text->str + at, PIECE, 0))
        exit (EXIT_FAILURE);
      done += PIECE;
    }
  if (!cardea_dlp_stream_finish (stream, 0))
    exit (EXIT_FAILURE);
  printf ("stream %.1f\n", done / 1e6 / ((now_ns () - begin) / 1e9));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 1; i < argc; i++)
    {
      g_autofree char *file = NULL;
      gsize size = 0;
      if (g_file_get_contents (argv[i], &file, &size, NULL))
        g_string_append_len (text, file, size);
    }
  if (text->len < 2 * PIECE)
    {
      fputs ("usage: bench-dlp FILE…\n", stderr);
      return 2;
    }
  gsize before = mallinfo2 ().uordblks;
  gint64 begin = now_ns ();
  g_autoptr (GBytes) database = guardian_scan_database ();
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  g_autoptr (CardeaDlpEngine) engine = cardea_dlp_engine_new (rules, database, &error);
  if (engine == NULL || !cardea_dlp_engine_is_ready_made (engine))
    return EXIT_FAILURE;
  printf ("start %.1f\n", (now_ns () - begin) / 1000.0);
  bench_scan (engine, text);
  bench_stream (engine, text);
  printf ("memory %zu\n", mallinfo2 ().uordblks - before);
  return EXIT_SUCCESS;
}

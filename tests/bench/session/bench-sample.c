/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench-sample.h"

#include <stdio.h>
#include <time.h>

gint64
bench_sample_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

void
bench_sample_begin (BenchSample *sample)
{
  sample->values = g_array_new (FALSE, FALSE, sizeof (gint64));
}

void
bench_sample_add (BenchSample *sample, gint64 since)
{
  gint64 value = bench_sample_now () - since;
  g_array_append_val (sample->values, value);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return x < y ? -1 : x > y;
}

void
bench_sample_end (BenchSample *sample, const char *name, char *text, gsize size)
{
  guint n = sample->values->len;
  g_array_sort (sample->values, compare);
  snprintf (text, size, "%s %.2f %.2f %u\n", name,
            (double) g_array_index (sample->values, gint64, n / 2) / 1000.0,
            (double) g_array_index (sample->values, gint64, n * 99 / 100) / 1000.0, n);
  g_clear_pointer (&sample->values, g_array_unref);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Durations of many runs of one thing, told as "NAME p50_us p99_us n" on one line. */
typedef struct {
  GArray *values; /* gint64, nanoseconds */
} BenchSample;

gint64 bench_sample_now (void);
void bench_sample_begin (BenchSample *sample);
void bench_sample_add (BenchSample *sample, gint64 since);
/* Writes into text (at most size bytes) and frees the values. */
void bench_sample_end (BenchSample *sample, const char *name, char *text, gsize size);

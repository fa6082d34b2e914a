/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Times one policy, input already read: prints the answer and "ns/eval=N", the best of seven
 * rounds.
 *
 *   bench-rego FOLDER [ROUND LENGTH IN MS]
 *
 * The folder holds policy.rego, data.json, input.json and query.txt. With several folders each gets
 * a line. */

#include "common/rego/cardea-rego.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 7

typedef struct {
  char *policy, *data, *input, *query;
} Files;

static char *
read_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("cannot read %s", path);
  return text;
}

/* Processor time of this thread in ns: others on the machine do not count. */
static gint64
cpu_ns (void)
{
  struct timespec t;
  (void) clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (gint64) t.tv_sec * 1000000000 + t.tv_nsec;
}

static gdouble
round_ns (CardeaRegoContext *context, const CardeaRegoQuery *query, const CardeaRegoDocument *data,
          const CardeaRegoDocument *input, gint64 us)
{
  gint64 start = cpu_ns (), now = start;
  guint64 n = 0;
  while (now - start < us * 1000)
    {
      for (guint i = 0; i < 100; i++)
        if (!cardea_rego_eval (context, query, data, input, NULL))
          g_error ("evaluation failed");
      n += 100;
      now = cpu_ns ();
    }
  return (gdouble) (now - start) / (gdouble) n;
}

static void
bench (const char *folder, gint64 us)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_file (folder, "policy.rego"),
                  *data_text = read_file (folder, "data.json");
  g_autofree char *input_text = read_file (folder, "input.json"),
                  *query_text = read_file (folder, "query.txt");
  CardeaRegoSource source = { "policy.rego", text, strlen (text) };
  gint64 start = cpu_ns ();
  g_autoptr (CardeaRegoPolicy) policy = cardea_rego_policy_new (&source, 1, 0, &error);
  gint64 compile_us = (cpu_ns () - start) / 1000;
  g_autoptr (CardeaRegoQuery) query
      = policy != NULL ? cardea_rego_query_new (policy, query_text, &error) : NULL;
  if (query == NULL)
    g_error ("%s", error->message);
  g_autoptr (CardeaRegoDocument) data
      = cardea_rego_document_new (data_text, strlen (data_text), &error);
  g_autoptr (CardeaRegoDocument) input
      = cardea_rego_document_new (input_text, strlen (input_text), &error);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  gdouble best = 0;
  for (guint i = 0; i < ROUNDS; i++)
    {
      gdouble ns = round_ns (context, query, data, input, us);
      best = i == 0 ? ns : MIN (best, ns);
    }
  g_autofree char *answer = cardea_rego_answer_json (context, FALSE);
  g_autofree char *name = g_path_get_basename (folder);
  g_print ("%-10s ns/eval=%.0f compile_us=%" G_GINT64_FORMAT " steps=%" G_GUINT64_FORMAT
           " memory=%zu result=%.60s\n",
           name, best, compile_us, cardea_rego_answer_steps (context),
           cardea_rego_answer_memory (context), answer != NULL ? answer : "undefined");
}

gint
main (gint argc, char **argv)
{
  gint64 us = 100000;
  if (argc < 2)
    g_error ("usage: %s FOLDER… [MS]", argv[0]);
  if (argc > 2 && g_ascii_isdigit (argv[argc - 1][0]))
    us = atol (argv[--argc]) * 1000;
  for (gint i = 1; i < argc; i++)
    bench (argv[i], us);
  return 0;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The guardian's own decision, with the shipped policies, 200 rules of an administrator and many
 * grants in data. Prints "NAME VALUE" lines: times in microseconds, memory in bytes.
 *
 *   bench-policy [ROUNDS]
 *   bench-policy decide ROUNDS    only decides, with 1,000 grants: to be counted by callgrind */

#include "guardian/policy/guardian-policy.h"

#include <glib/gstdio.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RULES 200u
#define WARM 2000u
#define FILES 100u

static const char input_text[]
    = "{\"subject\":{\"user\":\"ann\",\"uid\":1000,\"session\":\"0123456789abcdef\",\"agent\":{"
      "\"name\":"
      "\"Cardea\",\"sha256\":\"00\"}},\"action\":\"file.read\",\"resource\":{\"path\":\"/home/ann/"
      "Documents/Accounts/2026/bank.csv\",\"exists\":true,\"labels\":[],\"kind\":\"file\",\"size\":"
      "\"12345\",\"mtime\":\"1790000000000000\",\"dev\":\"64768\",\"ino\":\"12345678\",\"uid\":"
      "\"1000\","
      "\"nlink\":\"1\",\"grant\":{\"id\":\"g1\",\"scope\":\"folder\",\"access\":\"ro\"}},"
      "\"context\":{"
      "\"time\":\"2026-11-27T18:00:00.000000Z\",\"mode\":\"ask\",\"session\":{\"labels_read\":[],"
      "\"untrusted_input\":false,\"files_read\":3},\"policy_revision\":\"x\"}}";

/* Processor time of this thread: others on the machine do not count. */
static gint64
now_ns (void)
{
  struct timespec t;
  (void) clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (gint64) t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What looking at the clock takes itself. */
static gint64
clock_ns (void)
{
  gint64 best = G_MAXINT64;
  for (guint i = 0; i < 1000; i++)
    {
      gint64 start = now_ns ();
      best = MIN (best, now_ns () - start);
    }
  return best;
}

static void
write_file (const char *folder, const char *name, const char *text, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  if (!g_file_set_contents_full (path, text, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 NULL))
    g_error ("cannot write %s", path);
}

/* A rule a project folder, and one that looks a grant up. */
static void
write_rules (const char *folder)
{
  g_autoptr (GString) text = g_string_new ("package cardea.admin.bench\n\n");
  for (guint i = 0; i < RULES - 1; i++)
    g_string_append_printf (
        text,
        "answer contains {\"rule\": \"bench.host-%u\", \"effect\": \"deny\", \"reason\": "
        "\"no\"} if {\n\tinput.action == \"net.request\"\n\tinput.resource.host "
        "== \"host-%u.example.org\"\n}\n\n",
        i, i);
  g_string_append (
      text,
      "answer contains {\"rule\": \"bench.grant\", \"effect\": \"allow\", \"tier\": 0, \"reason\": "
      "\"ours\"} if {\n\tone := data.organisation.grants[input.resource.path]\n"
      "\tinput.action in one.actions\n\tone.agent == input.subject.agent.name\n}\n");
  write_file (folder, "bench.rego", text->str, text->len);
}

static void
write_grants (const char *folder, guint count)
{
  g_autoptr (GString) text = g_string_new ("{\"organisation\":{\"grants\":{");
  for (guint i = 0; i < count; i++)
    g_string_append_printf (text,
                            "%s\"/home/ann/Documents/%u/bank.csv\":{\"actions\":[\"file.read\"],"
                            "\"agent\":\"Cardea\"}",
                            i > 0 ? "," : "", i);
  g_string_append (text, "}}}");
  write_file (folder, "grants.json", text->str, text->len);
}

/* Another file each time: what was decided already is not asked again. */
static void
name_file (CardeaJson *input, guint number)
{
  g_autofree char *path = g_strdup_printf ("/home/ann/Documents/%u/bank.csv", number % FILES);
  cardea_json_set_string (cardea_json_get (input, "resource"), "path", path);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

static void
tell (const char *name, gdouble value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_print ("%s %s\n", name, g_ascii_formatd (text, sizeof text, "%.2f", value));
}

static gdouble
decide_many (GuardianPolicy *policy, CardeaJson *input, guint rounds, const char *name)
{
  g_autofree gint64 *times = g_new (gint64, rounds);
  gint64 clock = clock_ns ();
  for (guint i = 0; i < rounds + WARM; i++)
    {
      name_file (input, i);
      gint64 start = now_ns ();
      GuardianDecision decision = guardian_policy_decide (policy, input);
      if (i >= WARM)
        times[i - WARM] = MAX (now_ns () - start - clock, 0);
      if (decision.effect != GUARDIAN_EFFECT_ALLOW)
        g_error ("%s", decision.reason);
    }
  qsort (times, rounds, sizeof *times, compare);
  g_autofree char *tail = g_strconcat (name, "-p99", NULL);
  tell (name, (gdouble) times[rounds / 2] / 1000);
  tell (tail, (gdouble) times[rounds / 100 * 99] / 1000);
  return (gdouble) times[rounds / 2];
}

static GuardianPolicy *
load (const char *folder)
{
  static const char *const own[]
      = { "/home/ann/.config/cardea",      "/home/ann/.local/state/cardea",
          "/home/ann/.local/share/cardea", "/home/ann/.cache/cardea",
          "/run/user/1000/cardea",         NULL };
  g_autoptr (GError) error = NULL;
  GuardianPolicy *policy = guardian_policy_new (own, 1000);
  if (!guardian_policy_load (policy, folder, geteuid (), NULL, &error))
    g_error ("%s", error->message);
  return policy;
}

static void
measure_load (void)
{
  gint64 best = G_MAXINT64;
  gsize before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  GuardianPolicy *policy = load (NULL);
  tell ("memory", (gdouble) (mallinfo2 ().uordblks + mallinfo2 ().hblkhd - before));
  guardian_policy_free (policy);
  for (guint i = 0; i < 20; i++)
    {
      gint64 start = now_ns ();
      guardian_policy_free (load (NULL));
      best = MIN (best, now_ns () - start);
    }
  tell ("compile", (gdouble) best / 1000);
}

static void
decide_only (const char *folder, CardeaJson *input, guint rounds)
{
  write_grants (folder, 1000);
  g_autoptr (GuardianPolicy) policy = load (folder);
  for (guint i = 0; i < rounds; i++)
    {
      name_file (input, i);
      GuardianDecision decision = guardian_policy_decide (policy, input);
      if (decision.effect != GUARDIAN_EFFECT_ALLOW)
        g_error ("%s", decision.reason);
    }
}

static void
measure_leak (GuardianPolicy *policy, CardeaJson *input, guint rounds)
{
  gsize before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  for (guint i = 0; i < rounds; i++)
    {
      name_file (input, i);
      (void) guardian_policy_decide (policy, input);
    }
  tell ("leak", (gdouble) (mallinfo2 ().uordblks + mallinfo2 ().hblkhd) - (gdouble) before);
}

static void
measure_all (const char *folder, CardeaJson *input, guint rounds)
{
  static const guint sizes[] = { 100, 1000, 10000, 100000 };
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      write_grants (folder, sizes[i]);
      g_autoptr (GuardianPolicy) policy = load (folder);
      g_autofree char *name = g_strdup_printf ("decision-%u", sizes[i]);
      (void) decide_many (policy, input, rounds, name);
      if (sizes[i] == 1000)
        measure_leak (policy, input, rounds * 20);
    }
}

int
main (int argc, char **argv)
{
  gboolean only = argc == 3 && strcmp (argv[1], "decide") == 0;
  guint rounds = argc > 1 ? (guint) atoi (argv[argc - 1]) : 50000;
  g_autofree char *root = g_dir_make_tmp ("cardea-bench-XXXXXX", NULL);
  g_autoptr (CardeaJson) input = cardea_json_parse (input_text, strlen (input_text), NULL);

  if (!only)
    measure_load ();
  g_autofree char *folder = g_build_filename (root, "policy.d", NULL);
  if (g_mkdir (folder, 0700) != 0)
    g_error ("cannot make %s", folder);
  write_rules (folder);
  if (only)
    decide_only (folder, input, rounds);
  else
    measure_all (folder, input, rounds);
  g_autofree char *rules = g_build_filename (folder, "bench.rego", NULL);
  g_autofree char *grants = g_build_filename (folder, "grants.json", NULL);
  g_unlink (rules);
  g_unlink (grants);
  g_rmdir (folder);
  g_rmdir (root);
  return 0;
}

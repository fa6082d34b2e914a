/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-verify.h"
#include "guardian/audit/guardian-audit.h"

#include <ftw.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* bench-log [RECORDS [FOLDER]]: a log of RECORDS (default 1,000,000) is appended, sealed, opened
 * and verified. One line a figure: name, value, unit, bar, and whether it is met. Exit 1 when one
 * is not. FOLDER: where the log lies for the time (default: the folder for temporary files). */

#define OPENS 15u
#define VERIFIES 3u
#define APPEND_BURST 64u /* records between two looks at the main loop, as under load */

typedef struct {
  GuardianAudit *audit;
  char *folder;
  char *vkey;
  guint8 secret[crypto_sign_SECRETKEYBYTES];
  GBytes *note;
  int done;
  gboolean failed;
} Bench;

static gboolean
answer_cb (gpointer data)
{
  Bench *bench = data;
  guint8 signature[crypto_sign_BYTES];
  g_autoptr (GBytes) note = g_steal_pointer (&bench->note);
  gsize size;
  const guint8 *text = g_bytes_get_data (note, &size);

  crypto_sign_detached (signature, NULL, text, size, bench->secret);
  guardian_audit_signed (bench->audit, note, signature);
  return G_SOURCE_REMOVE;
}

static void
sign (GuardianAudit *audit, GBytes *note, gpointer user_data)
{
  Bench *bench = user_data;

  bench->note = g_bytes_ref (note);
  g_idle_add_full (G_PRIORITY_DEFAULT, answer_cb, bench, NULL);
}

static void
stop (GError *error)
{
  fprintf (stderr, "bench-log: %s\n", error->message);
  exit (2);
}

static void
open_log (Bench *bench, gboolean keys)
{
  const GuardianAuditHooks hooks = { sign, NULL };
  const guint8 detail_key[32] = { 5 };
  GError *error = NULL;

  bench->audit = guardian_audit_open (bench->folder, &hooks, bench, &error);
  if (bench->audit == NULL
      || (keys && !guardian_audit_set_keys (bench->audit, bench->vkey, detail_key, &error)))
    stop (error);
}

static void
done_cb (gboolean ok, gpointer data)
{
  ((Bench *) data)->done = ok;
}

static void
seal (Bench *bench)
{
  bench->done = -1;
  guardian_audit_checkpoint (bench->audit, done_cb, bench);
  while (bench->done < 0)
    g_main_context_iteration (NULL, TRUE);
}

/* A record as a brokered read makes it. */
static void
make_record (guint i, CardeaJson **ret_leaf, CardeaJson **ret_detail)
{
  CardeaJson *leaf = cardea_json_new_object (), *detail = cardea_json_new_object ();
  CardeaJson *where = cardea_json_new_object (), *resource = cardea_json_new_object ();
  char path[128];

  cardea_json_set_string (leaf, "type", "decision");
  cardea_json_set_string (leaf, "session", "0f1e2d3c4b5a6978");
  cardea_json_set_string (leaf, "request", "8877665544332211");
  cardea_json_set_string (leaf, "trace", "4bf92f3577b34da6a3ce929d0e0e4736");
  cardea_json_set_string (leaf, "action", "file.read");
  cardea_json_set_string (leaf, "effect", "allow");
  cardea_json_set_string (leaf, "policy", "grant@7");
  cardea_json_set_int (where, "pid", 12345);
  cardea_json_set_string (where, "sandbox", "a1b2c3d4");
  cardea_json_set (leaf, "where", where);
  g_snprintf (path, sizeof path, "/home/user/Documents/statements/2026/bank-%u.csv", i);
  cardea_json_set_string (resource, "path", path);
  cardea_json_set (detail, "resource", resource);
  cardea_json_set_string (detail, "reason", "inside the grant for ~/Documents");
  *ret_leaf = leaf;
  *ret_detail = detail;
}

static void
report (Bench *bench, const char *name, double value, const char *unit, double bar,
        gboolean at_least)
{
  gboolean ok = at_least ? value >= bar : value <= bar;

  printf ("%-28s %12.1f %-10s %s %.0f %s\n", name, value, unit, at_least ? ">=" : "<=", bar,
          ok ? "ok" : "MISSED");
  fflush (stdout);
  bench->failed = bench->failed || !ok;
}

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1e6;
}

static void
bench_append (Bench *bench, guint records)
{
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < records; i++)
    {
      g_autoptr (CardeaJson) leaf = NULL;
      g_autoptr (CardeaJson) detail = NULL;
      GError *error = NULL;
      make_record (i, &leaf, &detail);
      if (!guardian_audit_append (bench->audit, leaf, detail, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
        stop (error);
      if (i % APPEND_BURST == 0)
        g_main_context_iteration (NULL, FALSE);
    }
  /* With its sealing: everything is under a checkpoint when the clock stops. */
  seal (bench);
  report (bench, "append, batched", records / seconds_since (start), "records/s", 50000, TRUE);
}

static void
bench_synced (Bench *bench)
{
  const guint count = 200;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (CardeaJson) leaf = NULL;
      g_autoptr (CardeaJson) detail = NULL;
      GError *error = NULL;
      make_record (i, &leaf, &detail);
      if (!guardian_audit_append (bench->audit, leaf, detail, GUARDIAN_AUDIT_SYNCED, NULL, &error))
        stop (error);
    }
  printf ("%-28s %12.1f %-10s\n", "append, synced each", seconds_since (start) / count * 1e6,
          "us/record");
  seal (bench);
}

static int
compare_double (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
bench_open (Bench *bench)
{
  double times[OPENS];

  for (guint i = 0; i < OPENS; i++)
    {
      gint64 start = g_get_monotonic_time ();
      open_log (bench, FALSE);
      times[i] = seconds_since (start) * 1e3;
      g_clear_pointer (&bench->audit, guardian_audit_close);
    }
  qsort (times, OPENS, sizeof times[0], compare_double);
  report (bench, "open, median", times[OPENS / 2], "ms", 100, FALSE);
}

static void
bench_verify (Bench *bench)
{
  double rates[VERIFIES];

  for (guint i = 0; i < VERIFIES; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (CardeaTlogReport) result = cardea_tlog_verify (bench->folder, NULL, NULL, 2);
      g_autofree char *text = cardea_tlog_verify_describe (result);
      rates[i] = (double) result->sealed / seconds_since (start);
      if (result->verdict != CARDEA_TLOG_VERDICT_WHOLE)
        {
          fprintf (stderr, "bench-log: %s\n", text);
          exit (2);
        }
    }
  qsort (rates, VERIFIES, sizeof rates[0], compare_double);
  report (bench, "verify, two threads", rates[VERIFIES / 2], "records/s", 200000, TRUE);
}

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

int
main (int argc, char **argv)
{
  guint records = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 1000000;
  Bench bench = { .audit = NULL };
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  g_autofree char *parent = argc > 2
                                ? g_build_filename (argv[2], "bench-log-XXXXXX", NULL)
                                : g_build_filename (g_get_tmp_dir (), "bench-log-XXXXXX", NULL);

  setlocale (LC_NUMERIC, "C");
  if (sodium_init () < 0 || records == 0 || g_mkdtemp (parent) == NULL)
    return 2;
  crypto_sign_keypair (public_key, bench.secret);
  g_autoptr (CardeaTlogKey) key
      = cardea_tlog_key_new ("cardea.invalid/log/bench", public_key, NULL);
  bench.vkey = cardea_tlog_key_format (key);
  bench.folder = g_build_filename (parent, "audit", NULL);
  open_log (&bench, TRUE);
  bench_append (&bench, records);
  bench_synced (&bench);
  g_clear_pointer (&bench.audit, guardian_audit_close);
  bench_open (&bench);
  bench_verify (&bench);
  nftw (parent, remove_cb, 16, FTW_DEPTH | FTW_PHYS);
  g_free (bench.folder);
  g_free (bench.vkey);
  return bench.failed ? 1 : 0;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-redact.h"
#include "common/dlp/cardea-dlp-scan.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Content somebody wants out, through every way of seeing it: what is found lies within it, what is
 * taken out can be put back, and a stream gives no fewer places than the whole. */

typedef struct {
  CardeaDlpRules *rules;
  CardeaDlpEngine *engine;
} Ready;

/* Made once: the expressions take a moment. */
static gpointer
make_ready (gpointer data)
{
  Ready *ready = g_new0 (Ready, 1);
  ready->rules = cardea_dlp_rules_new_shipped ();
  ready->engine = cardea_dlp_engine_new (ready->rules, NULL, NULL);
  FUZZ_CHECK (ready->engine != NULL);
  return ready;
}

static void
count_cb (const CardeaDlpMatch *match, gpointer user_data)
{
  FUZZ_CHECK (match->start < match->end);
  ++*(guint *) user_data;
}

static void
check_result (const CardeaDlpResult *result, gsize size)
{
  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (result, i);
      FUZZ_CHECK (finding->start < finding->end && finding->end <= size && finding->line >= 1);
      g_autoptr (CardeaJson) json = cardea_dlp_finding_to_json (finding);
      FUZZ_CHECK (cardea_json_fits (json, 1024));
    }
}

static void
check_redaction (const char *text, gsize size, const CardeaDlpResult *result)
{
  static const guint8 key[CARDEA_DLP_REDACT_KEY];
  g_autoptr (GBytes) names = NULL;
  g_autoptr (GBytes) named
      = cardea_dlp_redact (text, size, result, CARDEA_DLP_PSEUDONYMISE, NULL, &names);
  g_autoptr (GBytes) hashed = cardea_dlp_redact (text, size, result, CARDEA_DLP_HASH, key, NULL);
  gsize length = 0;
  const char *bytes = g_bytes_get_data (named, &length);
  g_autoptr (GBytes) back = cardea_dlp_restore (bytes, length, names, NULL);

  FUZZ_CHECK (back != NULL && g_bytes_get_size (back) == size);
  FUZZ_CHECK (size == 0 || memcmp (g_bytes_get_data (back, NULL), text, size) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static GOnce once = G_ONCE_INIT;
  Ready *ready = g_once (&once, make_ready, NULL);
  const char *text = size > 0 ? (const char *) data : "";
  guint whole = 0, pieces = 0;

  g_autoptr (CardeaDlpResult) result = cardea_dlp_scan (ready->engine, text, size, NULL);
  check_result (result, size);
  check_redaction (text, size, result);

  gboolean all = cardea_dlp_engine_scan (ready->engine, text, size, 0, 0, count_cb, &whole);
  g_autoptr (CardeaDlpStream) stream = cardea_dlp_stream_new (ready->engine, count_cb, &pieces);
  for (size_t at = 0; at < size; at += 7)
    all = cardea_dlp_stream_feed (stream, text + at, MIN (size - at, (size_t) 7), 0) && all;
  all = cardea_dlp_stream_finish (stream, 0) && all;
  FUZZ_CHECK (!all || (whole > 0) == (pieces > 0));
  return 0;
}

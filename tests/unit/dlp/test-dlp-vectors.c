/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-scan.h"

#include <stdio.h>
#include <string.h>

/* Texts that hold a secret and texts that only look like it, of another scanner; they are not part
 * of the project: CARDEA_TEST_SECRET_VECTORS names the file, of {"rule","want","text"} a line. */

#define FOUND_AT_LEAST 98  /* of a hundred that hold one */
#define FLAGGED_AT_MOST 10 /* of a hundred that do not */

static const char *
vectors_path (void)
{
  const char *named = g_getenv ("CARDEA_TEST_SECRET_VECTORS");
  return named != NULL ? named : VECTORS;
}

static gboolean
is_flagged (CardeaDlpEngine *engine, const CardeaJson *row)
{
  gsize size = 0;
  const char *text = cardea_json_string_full (cardea_json_get (row, "text"), &size);
  g_autoptr (CardeaDlpResult) result = cardea_dlp_scan (engine, text, size, NULL);
  for (guint i = 0; i < cardea_dlp_result_size (result); i++)
    if (cardea_dlp_result_nth (result, i)->rule != NULL)
      return TRUE;
  return FALSE;
}

static void
test_vectors (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  g_autoptr (CardeaDlpEngine) engine = cardea_dlp_engine_new (rules, NULL, &error);
  guint wanted = 0, found = 0, unwanted = 0, flagged = 0;

  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (vectors_path (), &file, NULL, &error));
  g_auto (GStrv) lines = g_strsplit (file, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autoptr (CardeaJson) row = cardea_json_parse (lines[i], strlen (lines[i]), &error);
      g_assert_no_error (error);
      gboolean want = g_strcmp0 (cardea_json_get_string (row, "want"), "find") == 0;
      gboolean is = is_flagged (engine, row);
      *(want ? &wanted : &unwanted) += 1;
      *(want ? &found : &flagged) += is;
      if (want != is)
        g_test_message ("%s: %s: %s", want ? "missed" : "flagged",
                        cardea_json_get_string (row, "rule"), cardea_json_get_string (row, "text"));
    }
  g_test_message ("found %u of %u, flagged %u of %u", found, wanted, flagged, unwanted);
  g_assert_cmpuint (found * 100, >=, wanted * FOUND_AT_LEAST);
  g_assert_cmpuint (flagged * 100, <=, unwanted * FLAGGED_AT_MOST);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!g_file_test (vectors_path (), G_FILE_TEST_EXISTS))
    {
      puts ("1..0 # SKIP there are no vectors");
      return 77;
    }
  g_test_add_func ("/dlp/vectors", test_vectors);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-engine.h"

#include <stdio.h>
#include <stdlib.h>

/* Build time: compiles the shipped expressions, each of them, and writes the database. */
int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  g_autoptr (CardeaDlpEngine) engine = cardea_dlp_engine_new (rules, NULL, &error);
  g_autoptr (GBytes) database = NULL;

  if (argc == 2 && engine != NULL && cardea_dlp_engine_check (engine, &error))
    database = cardea_dlp_engine_serialize (engine, &error);
  if (database != NULL
      && g_file_set_contents (argv[1], g_bytes_get_data (database, NULL),
                              g_bytes_get_size (database), &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "%s\n", error != NULL ? error->message : "usage: cardea-dlp-compile OUTPUT");
  return EXIT_FAILURE;
}

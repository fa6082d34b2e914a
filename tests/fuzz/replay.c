/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"

#include <glib.h>
#include <string.h>

/* Runs a target over every file of a corpus, without a fuzzer: as it is, cut off at every place
 * and with a bit of every byte flipped (of long files: at PLACES of them). */

#define PLACES 200

static void
run (const guint8 *bytes, gsize size)
{
  /* An allocation of just that size, so that a sanitizer sees a byte read too many. */
  g_autofree guint8 *copy = g_memdup2 (bytes, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static gboolean
run_file (const char *path)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  if (!g_file_get_contents (path, &content, &size, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  guint8 *bytes = (guint8 *) content;
  gsize step = size / PLACES + 1;
  run (bytes, size);
  for (gsize i = 0; i < size; i += step)
    {
      guint8 bit = (guint8) (1 << i % 8);
      run (bytes, i);
      bytes[i] ^= bit;
      run (bytes, size);
      bytes[i] ^= bit;
    }
  return TRUE;
}

static int
run_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint count = 0;

  if (dir == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (!run_file (path))
        return 1;
      count++;
    }
  g_print ("%u files replayed\n", count);
  return count > 0 ? 0 : 1;
}

int
main (int argc, char **argv)
{
  int status = argc > 1 ? 0 : 2;
  for (int i = 1; i < argc && status == 0; i++)
    status = g_file_test (argv[i], G_FILE_TEST_IS_DIR) ? run_folder (argv[i]) : !run_file (argv[i]);
  return status;
}

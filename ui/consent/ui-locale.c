/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-locale.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

/* The build's own: po/LANGUAGE/LC_MESSAGES/cardea.mo beside the programs. */
static char *
find_beside_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup ("/");
  g_autofree char *catalogues = g_build_filename (folder, "po", NULL);
  return g_file_test (catalogues, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&catalogues) : NULL;
}

void
ui_locale_init (void)
{
  g_autofree char *beside = find_beside_program ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, beside != NULL ? beside : CARDEA_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

gboolean
ui_locale_is_mirrored (void)
{
  /* Translators: default:RTL when your language is written from right to left; else as it is. */
  return strcmp (_ ("default:LTR"), "default:RTL") == 0;
}

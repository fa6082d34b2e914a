/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-elsewhere.h"

#include "common/base/cardea-paths.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#define PROGRAM "cardeactl-policy"

gboolean
ui_cli_elsewhere_policy (UiCli *cli, char **args, GError **error)
{
  g_autofree char *path = cardea_paths_program (PROGRAM, error);
  g_auto (GStrv) name = g_strsplit (cli->verb->name, " ", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (path == NULL)
    return FALSE;
  g_strv_builder_add (words, PROGRAM);
  g_strv_builder_addv (words, (const char **) name);
  g_strv_builder_addv (words, (const char **) args);
  g_auto (GStrv) argv = g_strv_builder_end (words);
  execv (path, argv);
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
               _ ("%s cannot be started (%s): install Cardea again"), path, g_strerror (errno));
  return FALSE;
}

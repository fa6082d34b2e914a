/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-run-request.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "ui/cli/ui-cli-conversation.h"
#include "ui/cli/ui-cli-grants.h"
#include "ui/cli/ui-cli-hosts.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-profile.h"
#include "ui/cli/ui-cli-program.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_CHARACTERS 60

/* Inside there are no links to the person's places: each has its own name there. */
static char *
real_path (char *taken)
{
  char *real = realpath (taken, NULL);

  if (real == NULL)
    return taken;
  g_free (taken);
  char *copy = g_strdup (real);
  free (real);
  return copy;
}

static gboolean
share (const char *word, const char *home, GStrvBuilder *readable, GStrvBuilder *writable,
       GError **error)
{
  g_autofree char *path = g_strdup (word);
  const char *access = ui_cli_grants_cut_access (path);
  g_autofree char *folder = ui_cli_absolute_path (path, error);

  if (folder == NULL)
    return FALSE;
  folder = real_path (g_steal_pointer (&folder));
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    ui_cli_usage (error, _ ("“%s” is not a folder: name one that is there"), path);
  else if (g_str_has_prefix (home, folder)
           && (folder[1] == '\0' || strchr ("/", home[strlen (folder)]) != NULL))
    ui_cli_usage (error, _ ("“%s” holds everything of yours: name a folder in it"), path);
  else
    {
      g_strv_builder_add (strcmp (access, "rw") == 0 ? writable : readable, folder);
      return TRUE;
    }
  return FALSE;
}

static gboolean
set_shares (CardeaMessage *message, const UiCliRunOptions *options, const char *home,
            GError **error)
{
  char **folders = options->folders;
  g_autoptr (GStrvBuilder) readable = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) writable = g_strv_builder_new ();

  for (; folders != NULL && *folders != NULL; folders++)
    if (!share (*folders, home, readable, writable, error))
      return FALSE;
  if (options->profile != NULL)
    ui_cli_profile_add_folders (options->profile, home, readable, writable);
  g_auto (GStrv) ro = g_strv_builder_end (readable);
  g_auto (GStrv) rw = g_strv_builder_end (writable);
  if (ro[0] != NULL)
    cardea_message_set_paths (message, "readable", (const char *const *) ro);
  if (rw[0] != NULL)
    cardea_message_set_paths (message, "writable", (const char *const *) rw);
  return TRUE;
}

CardeaMessage *
ui_cli_run_request_new (const char *program, char **command, const UiCliRunOptions *options,
                        GError **error)
{
  g_autofree char *folder = real_path (g_get_current_dir ());
  g_autofree char *home = real_path (cardea_paths_home ());
  g_autofree char *joined = g_strjoinv (" ", command);
  g_autofree char *shown = cardea_text_escape (joined, strlen (joined), NULL);
  g_autofree char *title = cardea_text_shorten (shown, TITLE_CHARACTERS);
  gint64 timeout = 0;
  int packed = ui_cli_program_pack (command, error);

  if (packed < 0)
    return NULL;
  g_autoptr (CardeaMessage) message = cardea_message_new ("run.open");
  cardea_message_set_fd (message, "command", packed);
  if (!ui_cli_conversation_read_timeout (&timeout, error)
      || !set_shares (message, options, home, error)
      || !ui_cli_hosts_set (message, options->hosts, error))
    return NULL;
  cardea_message_set_string (message, "title", title);
  cardea_message_set_string (message, "mode", options->mode != NULL ? options->mode : "ask");
  cardea_message_set_path (message, "folder", folder);
  cardea_message_set_path (message, "home", home);
  cardea_message_set_path (message, "program", program);
  if (options->profile != NULL)
    ui_cli_profile_describe (options->profile, message);
  if (timeout != 0)
    cardea_message_set_int (message, "timeout", timeout);
  return g_steal_pointer (&message);
}

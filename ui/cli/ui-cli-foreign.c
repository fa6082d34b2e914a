/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-foreign.h"

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-profile.h"
#include "ui/cli/ui-cli-program.h"
#include "ui/cli/ui-cli-run-request.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>

#define PIPE_ERROR _ ("no pipe can be made: %s")

/* Joins one direction: the end that writes goes into one message, the end that reads into another.
 */
static gboolean
join (CardeaMessage *from, const char *written, CardeaMessage *to, const char *read, GError **error)
{
  int ends[2];
  g_autoptr (GError) problem = NULL;

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, &problem))
    {
      g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, PIPE_ERROR, problem->message);
      return FALSE;
    }
  cardea_message_set_fd (to, read, ends[0]);
  cardea_message_set_fd (from, written, ends[1]);
  return TRUE;
}

static CardeaMessage *
compose (const CardeaProfile *profile, const UiCliForeignOptions *options, GError **error)
{
  char *here[] = { (char *) ".", NULL };
  const UiCliRunOptions chosen = { .mode = options->mode,
                                   .hosts = options->hosts,
                                   .folders = options->folders != NULL ? options->folders : here,
                                   .profile = profile };

  if (profile->agent[0] == NULL)
    {
      ui_cli_usage (error, _ ("“%s” is no agent to talk with: see cardeactl profiles list"),
                    profile->name);
      return NULL;
    }
  g_autofree char *program = ui_cli_program_find (profile->agent[0], error);
  return program != NULL ? ui_cli_run_request_new (program, profile->agent, &chosen, error) : NULL;
}

static void
add_paths (GStrvBuilder *builder, const CardeaMessage *message, const char *field)
{
  g_auto (GStrv) paths = cardea_message_get_paths (message, field);

  g_strv_builder_addv (builder, (const char **) paths);
}

/* Where it works is where the conversation is: relative names mean the same to both, and what is
 * shared with it may be read for it. */
static void
share_folders (CardeaMessage *run, CardeaMessage *session_open)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  add_paths (folders, run, "writable");
  add_paths (folders, run, "readable");
  g_auto (GStrv) shared = g_strv_builder_end (folders);
  cardea_message_set_path (run, "folder", shared[0]);
  cardea_message_set_path (session_open, "folder", shared[0]);
  add_paths (all, session_open, "files");
  g_strv_builder_addv (all, (const char **) shared);
  g_auto (GStrv) files = g_strv_builder_end (all);
  cardea_message_set_paths (session_open, "files", (const char *const *) files);
}

gboolean
ui_cli_foreign_start (UiCli *cli, const UiCliForeignOptions *options, CardeaMessage *session_open,
                      GError **error)
{
  g_autoptr (CardeaProfile) profile = ui_cli_profile_load (options->profile, error);
  g_autoptr (CardeaMessage) run = profile != NULL ? compose (profile, options, error) : NULL;

  if (run == NULL || !join (run, "output", session_open, "foreign_input", error)
      || !join (session_open, "foreign_output", run, "input", error))
    return FALSE;
  share_folders (run, session_open);
  cardea_message_set_string (session_open, "foreign", profile->name);
  g_autoptr (CardeaMessage) opened
      = ui_cli_link_call (cli, g_steal_pointer (&run), "run.opened", error);
  return opened != NULL;
}

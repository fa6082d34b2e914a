/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-conversation.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-prompt.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/consent/ui-consent-wording.h"

#include "common/base/cardea-paths.h"

#include <glib/gi18n.h>
#include <string.h>

#define PROMPT "› "

typedef struct {
  UiCli *cli;
  UiCliConversation *conversation;
  UiCliPrompt *prompt;
  GPtrArray *files; /* char *: shared with the next message */
  gboolean stop;    /* the link is gone */
  gboolean leave;   /* the person goes */
  int status;       /* of the last turn */
} Chat;

static void
say_help (Chat *chat, const char *argument)
{
  ui_cli_output_line (
      chat->cli->output, "%s",
      _ ("Write what you want to know; Enter sends it.\n"
         "  /file PATH   share a file or folder with the next message, for reading\n"
         "  /help        this\n"
         "  /quit        leave (so does Ctrl-D)\n"
         "Ctrl-C stops an answer; twice leaves."));
}

static void
add_file (Chat *chat, const char *argument)
{
  g_autoptr (GError) error = NULL;
  if (*argument == '\0')
    {
      ui_cli_output_note (chat->cli->output, "%s", _ ("/file: which? Write /file PATH."));
      return;
    }
  g_autofree char *home = cardea_paths_home ();
  g_autofree char *from_home
      = g_str_has_prefix (argument, "~/") ? g_build_filename (home, argument + 2, NULL) : NULL;
  char *path = ui_cli_absolute_path (from_home != NULL ? from_home : argument, &error);
  if (path == NULL)
    {
      ui_cli_output_note (chat->cli->output, "/file: %s", error->message);
      return;
    }
  g_ptr_array_add (chat->files, path);
  g_autofree char *shown = ui_consent_wording_path (path, home);
  ui_cli_output_note (chat->cli->output, _ ("Shared with your next message: %s"), shown);
}

static void
quit (Chat *chat, const char *argument)
{
  chat->leave = TRUE;
}

static const struct {
  const char *name;
  void (*run) (Chat *chat, const char *argument);
} commands[] = { { "/help", say_help }, { "/file", add_file }, { "/quit", quit } };

/* TRUE: the line was a command, or an attempt at one. */
static gboolean
run_command (Chat *chat, const char *line)
{
  if (*line != '/')
    return FALSE;
  gsize length = strcspn (line, " ");
  /* A message may begin with a path: that holds a second slash. */
  if (memchr (line + 1, '/', length - 1) != NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strlen (commands[i].name) == length && strncmp (commands[i].name, line, length) == 0)
      {
        commands[i].run (chat, line + length + strspn (line + length, " "));
        return TRUE;
      }
  ui_cli_output_note (chat->cli->output, "%s", _ ("There is no such command: /help names them."));
  return TRUE;
}

static void
run_turn (Chat *chat, const char *line)
{
  g_autoptr (GError) error = NULL;
  g_ptr_array_add (chat->files, NULL);
  gboolean answered = ui_cli_conversation_turn (chat->conversation, line,
                                                (char **) chat->files->pdata, FALSE, &error);
  g_ptr_array_set_size (chat->files, 0);
  chat->status = answered ? UI_CLI_EXIT_DONE : ui_cli_error_exit_status (error);
  chat->leave |= ui_cli_conversation_abandoned (chat->conversation);
  if (!answered)
    {
      g_autofree char *text = ui_cli_error_line (error, "chat");
      ui_cli_output_note (chat->cli->output, "%s", text);
    }
}

static void
converse (Chat *chat)
{
  while (!chat->leave && !chat->stop)
    {
      g_autofree char *line = ui_cli_prompt_read (chat->prompt, &chat->stop);
      if (line == NULL)
        return;
      g_strstrip (line);
      if (*line == '\0')
        continue;
      if (!g_utf8_validate (line, -1, NULL))
        ui_cli_output_note (chat->cli->output, "%s", _ ("That line is not UTF-8 text; not sent."));
      else if (!run_command (chat, line))
        run_turn (chat, line);
    }
}

static void
redraw_prompt (gpointer user_data)
{
  ui_cli_prompt_redraw (user_data);
}

static void
closed_cb (gpointer user_data)
{
  ((Chat *) user_data)->stop = TRUE;
}

static void
message_cb (CardeaMessage *message, gpointer user_data)
{
  Chat *chat = user_data;
  if (cardea_message_is (message, "session.ended")
      && g_strcmp0 (cardea_message_session (message),
                    ui_cli_conversation_session (chat->conversation))
             == 0)
    chat->stop = TRUE;
}

/* The exit status is that of the last turn: a script that pipes one question in learns how it
 * went. */
static gboolean
run_chat (Chat *chat, GError **error)
{
  guint listener
      = ui_cli_link_listen (chat->cli, (UiCliLinkListener){ message_cb, closed_cb }, chat);
  converse (chat);
  ui_cli_link_unlisten (chat->cli, listener);
  ui_cli_conversation_end (chat->conversation);
  chat->cli->status = chat->status;
  if (!chat->stop)
    return TRUE;
  g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_LOST, _ ("the session is over"));
  return FALSE;
}

static void
greet (Chat *chat, gboolean offline)
{
  ui_cli_output_note (chat->cli->output, "%s",
                      offline
                          ? _ ("Cardea, with the offline model (rules, not an AI). /help for help.")
                          : _ ("Cardea. /help for help."));
  if (!ui_cli_conversation_sealed (chat->conversation))
    ui_cli_output_note (chat->cli->output, "%s",
                        _ ("The log’s keys rest unsealed in a file: see “cardeactl status”."));
}

gboolean
ui_cli_chat_run (UiCli *cli, char **args, GError **error)
{
  g_auto (UiCliConversationOptions) options = { 0 };
  g_autofree GOptionEntry *entries = ui_cli_conversation_entries (&options);
  if (!ui_cli_parse (cli, entries, args, 0, 0, NULL, error))
    return FALSE;

  g_autoptr (UiCliAsker) asker = ui_cli_asker_new (cli);
  g_autoptr (UiCliConversation) conversation
      = ui_cli_conversation_open (cli, asker, &options, NULL, error);
  if (conversation == NULL)
    return FALSE;
  g_autoptr (UiCliPrompt) prompt = ui_cli_prompt_new (ui_cli_asker_tty (asker), PROMPT);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  Chat chat = { .cli = cli, .conversation = conversation, .prompt = prompt, .files = files };
  ui_cli_asker_start (asker, redraw_prompt, prompt);
  if (ui_cli_output_err_is_terminal (cli->output))
    greet (&chat, ui_cli_conversation_offline (chat.conversation));
  return run_chat (&chat, error);
}

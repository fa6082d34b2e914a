/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"

#include "common/base/cardea-encoding.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>

#define TRACE_BYTES 16

static void
translate_client_error (GError *failure, GError **error)
{
  UiCliError code = UI_CLI_ERROR_FAILED;
  if (g_error_matches (failure, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN))
    code = UI_CLI_ERROR_NO_GUARDIAN;
  else if (g_error_matches (failure, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST))
    code = UI_CLI_ERROR_LOST;
  else if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    code = UI_CLI_ERROR_CANCELLED;
  g_set_error_literal (error, UI_CLI_ERROR, code, failure->message);
  g_error_free (failure);
}

static gboolean
say_hello (UiCli *cli, int terminal, GError **error)
{
  CardeaMessage *hello = cardea_message_new ("hello");
  cardea_message_set_string (hello, "program", "cardeactl");
  cardea_message_set_string (hello, "version", CARDEA_VERSION);
  int copy = terminal >= 0 ? fcntl (terminal, F_DUPFD_CLOEXEC, 3) : -1;
  if (copy >= 0)
    cardea_message_set_fd (hello, "terminal", copy);
  g_autoptr (CardeaMessage) welcome = ui_cli_link_call (cli, hello, "welcome", error);
  return welcome != NULL;
}

gboolean
ui_cli_link_open (UiCli *cli, int terminal, GError **error)
{
  if (cli->client != NULL)
    return TRUE;
  GError *failure = NULL;
  cli->client = cardea_client_connect (CARDEA_ROLE_FRONT, TRUE, NULL, &failure);
  if (cli->client != NULL)
    return say_hello (cli, terminal, error);
  translate_client_error (failure, error);
  return FALSE;
}

static void
remember_trace (UiCli *cli, CardeaMessage *request)
{
  if (cardea_message_trace (request) == NULL)
    {
      g_autofree char *trace = cardea_id_new (TRACE_BYTES);
      cardea_message_set_trace (request, trace);
    }
  g_free (cli->trace);
  cli->trace = g_strdup (cardea_message_trace (request));
}

CardeaMessage *
ui_cli_link_call (UiCli *cli, CardeaMessage *request, const char *expected, GError **error)
{
  g_autoptr (CardeaMessage) taken = request;
  GError *failure = NULL;
  remember_trace (cli, taken);

  g_autoptr (CardeaMessage) answer = cardea_client_call (cli->client, taken, NULL, &failure);
  if (answer == NULL)
    {
      translate_client_error (failure, error);
      return NULL;
    }
  if (cardea_message_is (answer, "refused"))
    {
      ui_cli_error_set_refused (error, answer);
      return NULL;
    }
  if (!cardea_message_is (answer, expected))
    {
      g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_INTERNAL,
                   _ ("it answered %s with %s: are both of one version?"),
                   cardea_message_name (taken), cardea_message_name (answer));
      return NULL;
    }
  return g_steal_pointer (&answer);
}

gboolean
ui_cli_link_do (UiCli *cli, CardeaMessage *request, GError **error)
{
  g_autoptr (CardeaMessage) answer = ui_cli_link_call (cli, request, "done", error);
  return answer != NULL;
}

static gboolean
is_id_prefix (const char *text)
{
  return *text != '\0' && strlen (text) <= 16 && strspn (text, "0123456789abcdef") == strlen (text);
}

char *
ui_cli_link_find_session (UiCli *cli, const char *prefix, gboolean all, GError **error)
{
  if (!is_id_prefix (prefix))
    {
      ui_cli_usage (error, _ ("“%s” is not a session’s id: see “cardeactl sessions --all”"),
                    prefix);
      return NULL;
    }
  CardeaMessage *request = cardea_message_new ("session.list");
  cardea_message_set_boolean (request, "all", all);
  g_autoptr (CardeaMessage) listed = ui_cli_link_call (cli, request, "session.listed", error);
  if (listed == NULL)
    return NULL;

  const CardeaJson *sessions = cardea_message_get_json (listed, "sessions");
  const char *found = NULL;
  for (guint i = 0; sessions != NULL && i < cardea_json_size (sessions); i++)
    {
      const char *id = cardea_json_get_string (cardea_json_nth (sessions, i), "id");
      if (id == NULL || !g_str_has_prefix (id, prefix))
        continue;
      if (found != NULL && strcmp (found, id) != 0)
        {
          g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_AMBIGUOUS, _ ("session “%s”"), prefix);
          return NULL;
        }
      found = id;
    }
  if (found == NULL)
    g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_NOT_FOUND, _ ("session “%s”"), prefix);
  return g_strdup (found);
}

static void
client_closed_cb (CardeaClient *client, const GError *failure, gpointer user_data)
{
  char **reason = user_data;
  if (*reason == NULL)
    *reason = g_strdup (failure != NULL ? failure->message : "");
}

gboolean
ui_cli_link_wait (UiCli *cli, const gboolean *done, GError **error)
{
  char *reason = NULL;
  gulong closed = g_signal_connect (cli->client, "closed", G_CALLBACK (client_closed_cb), &reason);

  while (!*done && reason == NULL && cardea_client_is_connected (cli->client))
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (cli->client, closed);
  if (!*done)
    g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_LOST, reason != NULL ? reason : "");
  g_free (reason);
  return *done;
}

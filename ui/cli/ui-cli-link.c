/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"

#include "common/base/cardea-encoding.h"
#include "common/client/cardea-caller.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>

#define TRACE_BYTES 16

typedef struct {
  UiCliLinkListener listener;
  gpointer user_data;
  gboolean left;
} Listener;

/* What became of one request. */
typedef struct {
  CardeaMessage *answer;
  GError *failure;
  gboolean over;
} Waited;

struct _UiCliLink {
  CardeaCaller *caller;
  GPtrArray *listeners; /* of Listener; an id is a place, from 1 */
  Waited connected;     /* without an answer */
  Waited greeted;
  char *lost; /* why the link ended; NULL: it has not */
};

static void
translate_client_error (const GError *failure, GError **error)
{
  UiCliError code = UI_CLI_ERROR_FAILED;
  if (g_error_matches (failure, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN))
    code = UI_CLI_ERROR_NO_GUARDIAN;
  else if (g_error_matches (failure, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST))
    code = UI_CLI_ERROR_LOST;
  g_set_error_literal (error, UI_CLI_ERROR, code, failure->message);
}

/* --- waiting --- */

static void
waited_cb (CardeaMessage *answer, const GError *failure, gpointer user_data)
{
  Waited *waited = user_data;

  waited->answer = answer != NULL ? cardea_message_ref (answer) : NULL;
  waited->failure = failure != NULL ? g_error_copy (failure) : NULL;
  waited->over = TRUE;
}

static void
waited_clear (Waited *waited)
{
  g_clear_pointer (&waited->answer, cardea_message_unref);
  g_clear_error (&waited->failure);
}

static void
wait_for (const Waited *waited)
{
  while (!waited->over)
    g_main_context_iteration (NULL, TRUE);
}

/* --- what comes of itself --- */

static void
connected_cb (CardeaCaller *caller, const GError *failure, gpointer user_data)
{
  UiCliLink *link = user_data;
  waited_cb (NULL, failure, &link->connected);
}

/* A listener may leave, and others come, while they are called. */
static void
message_cb (CardeaCaller *caller, CardeaMessage *message, gpointer user_data)
{
  UiCliLink *link = user_data;

  for (guint i = 0; i < link->listeners->len; i++)
    {
      const Listener *listener = link->listeners->pdata[i];
      if (!listener->left)
        listener->listener.heard (message, listener->user_data);
    }
}

static void
closed_cb (CardeaCaller *caller, const GError *failure, gpointer user_data)
{
  UiCliLink *link = user_data;

  link->lost = g_strdup (failure->message);
  for (guint i = 0; i < link->listeners->len; i++)
    {
      const Listener *listener = link->listeners->pdata[i];
      if (!listener->left && listener->listener.closed != NULL)
        listener->listener.closed (listener->user_data);
    }
}

guint
ui_cli_link_listen (UiCli *cli, UiCliLinkListener listener, gpointer user_data)
{
  Listener *row = g_new0 (Listener, 1);

  row->listener = listener;
  row->user_data = user_data;
  g_ptr_array_add (cli->link->listeners, row);
  return cli->link->listeners->len;
}

void
ui_cli_link_unlisten (UiCli *cli, guint id)
{
  if (id > 0 && cli->link != NULL)
    ((Listener *) cli->link->listeners->pdata[id - 1])->left = TRUE;
}

/* --- the greeting --- */

static gboolean
say_hello (UiCli *cli, int terminal, GError **error)
{
  g_autoptr (CardeaMessage) hello = cardea_message_new ("hello");
  g_autoptr (GError) failure = NULL;

  cardea_message_set_string (hello, "program", "cardeactl");
  cardea_message_set_string (hello, "version", CARDEA_VERSION);
  int copy = terminal >= 0 ? fcntl (terminal, F_DUPFD_CLOEXEC, 3) : -1;
  if (copy >= 0)
    cardea_message_set_fd (hello, "terminal", copy);
  if (cardea_caller_call (cli->link->caller, hello, waited_cb, &cli->link->greeted, &failure))
    return TRUE;
  translate_client_error (failure, error);
  return FALSE;
}

gboolean
ui_cli_link_open (UiCli *cli, int terminal, GError **error)
{
  static const CardeaCallerHandler handler = { connected_cb, message_cb, closed_cb };

  if (cli->link != NULL)
    return TRUE;
  UiCliLink *link = cli->link = g_new0 (UiCliLink, 1);
  link->listeners = g_ptr_array_new_with_free_func (g_free);
  link->caller = cardea_caller_connect (CARDEA_ROLE_FRONT, TRUE, &handler, link);
  wait_for (&link->connected);
  if (link->connected.failure == NULL)
    return say_hello (cli, terminal, error);
  translate_client_error (link->connected.failure, error);
  g_clear_pointer (&cli->link, ui_cli_link_free);
  return FALSE;
}

void
ui_cli_link_free (UiCliLink *link)
{
  if (link == NULL)
    return;
  cardea_caller_free (link->caller);
  g_ptr_array_unref (link->listeners);
  waited_clear (&link->connected);
  waited_clear (&link->greeted);
  g_free (link->lost);
  g_free (link);
}

/* --- asking --- */

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

/* The answer, when it is what was expected; else an error. */
static gboolean
judge (const CardeaMessage *asked, const char *expected, const Waited *waited, GError **error)
{
  if (waited->failure != NULL)
    translate_client_error (waited->failure, error);
  else if (cardea_message_is (waited->answer, "refused"))
    ui_cli_error_set_refused (error, waited->answer);
  else if (!cardea_message_is (waited->answer, expected))
    g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_INTERNAL,
                 _ ("it answered %s with %s: are both of one version?"),
                 asked != NULL ? cardea_message_name (asked) : "hello",
                 cardea_message_name (waited->answer));
  else
    return TRUE;
  return FALSE;
}

CardeaMessage *
ui_cli_link_call (UiCli *cli, CardeaMessage *request, const char *expected, GError **error)
{
  g_autoptr (CardeaMessage) taken = request;
  Waited waited = { NULL, NULL, FALSE };

  remember_trace (cli, taken);
  if (!cardea_caller_call (cli->link->caller, taken, waited_cb, &waited, &waited.failure))
    waited.over = TRUE;
  wait_for (&waited);
  wait_for (&cli->link->greeted);
  gboolean good = judge (NULL, "welcome", &cli->link->greeted, error)
                  && judge (taken, expected, &waited, error);
  CardeaMessage *answer = good ? g_steal_pointer (&waited.answer) : NULL;
  waited_clear (&waited);
  return answer;
}

typedef struct {
  UiCliLinkReplied replied;
  gpointer user_data;
} Asked;

static void
asked_cb (CardeaMessage *answer, const GError *failure, gpointer user_data)
{
  g_autofree Asked *asked = user_data;
  if (answer != NULL)
    asked->replied (answer, asked->user_data);
}

void
ui_cli_link_ask (UiCli *cli, CardeaMessage *request, UiCliLinkReplied replied, gpointer user_data)
{
  g_autoptr (CardeaMessage) taken = request;
  g_autoptr (GError) failure = NULL;
  g_autofree Asked *asked = g_new0 (Asked, 1);

  asked->replied = replied;
  asked->user_data = user_data;
  if (cardea_caller_call (cli->link->caller, taken, asked_cb, asked, &failure))
    g_steal_pointer (&asked);
  else
    g_debug ("%s: %s", cardea_message_name (taken), failure->message);
}

gboolean
ui_cli_link_send (UiCli *cli, CardeaMessage *event)
{
  g_autoptr (GError) failure = NULL;

  if (cardea_caller_send (cli->link->caller, event, &failure))
    return TRUE;
  g_debug ("%s: %s", cardea_message_name (event), failure->message);
  return FALSE;
}

gboolean
ui_cli_link_is_up (const UiCli *cli)
{
  return cli->link != NULL && cardea_caller_is_connected (cli->link->caller);
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

gboolean
ui_cli_link_wait (UiCli *cli, const gboolean *done, GError **error)
{
  const UiCliLink *link = cli->link;

  while (!*done && link->lost == NULL && cardea_caller_is_connected (link->caller))
    g_main_context_iteration (NULL, TRUE);
  if (!*done)
    g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_LOST,
                         link->lost != NULL ? link->lost : "");
  return *done;
}

CardeaMessage *
ui_cli_link_revocation (UiCli *cli, const char *name, const char *id, const char *session,
                        gboolean all, GError **error)
{
  g_autoptr (CardeaMessage) request = cardea_message_new (name);

  if (id != NULL)
    cardea_message_set_string (request, "id", id);
  else if (all)
    cardea_message_set_boolean (request, "all", TRUE);
  else
    {
      g_autofree char *whole = ui_cli_link_find_session (cli, session, FALSE, error);
      if (whole == NULL)
        return NULL;
      cardea_message_set_session (request, whole);
    }
  return g_steal_pointer (&request);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-conversation.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "ui/cli/ui-cli-foreign.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/programs/ui-program-hosts.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#define LIMIT_FILES 256     /* of one message, as the message table says */
#define TITLE_CHARACTERS 60 /* at most 240 of the table's 256 bytes */
#define LONGEST_TIMEOUT 600 /* seconds, cli.md */
#define LIMIT_ANSWER (16u * 1024u * 1024u)

struct _UiCliConversation {
  UiCli *cli;        /* borrowed */
  UiCliAsker *asker; /* borrowed */
  char *session;
  char *trace; /* of the turn; the first one's is the opening's: one task, one trace */
  gboolean begun;
  gboolean sealed;
  gboolean offline;
  UiProgramTail *tail; /* of somebody else's agent; NULL: ours answers */
  GString *answer;
  CardeaJson *data;
  GError *failure;
  gboolean quiet;
  gboolean turn_done;
  gboolean session_over;
  guint interrupts;
  guint listener;
};

GOptionEntry *
ui_cli_conversation_entries (UiCliConversationOptions *options)
{
  const GOptionEntry entries[] = {
    { "file", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files,
      N_ ("Share a file or folder for reading, with this task; repeatable"), "FILE" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &options->model,
      N_ ("Model to use (absent: the default)"), "NAME" },
    { "net", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->hosts,
      N_ ("Share a host with this task, without a port 80 and 443 of it; repeatable"),
      "HOST[:PORT]" },
    { "mode", 0, 0, G_OPTION_ARG_FILENAME, &options->mode,
      N_ ("ask (default): questions are asked; deny: they are refused; monitor: where policy "
          "allows, "
          "they are recorded only"),
      "MODE" },
    { "with", 0, 0, G_OPTION_ARG_FILENAME, &options->foreign,
      N_ ("Talk with another agent, as this profile runs it (cardeactl profiles list)"), "NAME" },
    { "share", 'w', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->folders,
      N_ ("--with: a folder it works in, for reading or (:rw) for changing; repeatable; without: "
          "this one, for reading"),
      "DIR[:ro|:rw]" },
    { NULL },
  };
  return g_memdup2 (entries, sizeof entries);
}

void
ui_cli_conversation_clear_options (UiCliConversationOptions *options)
{
  g_clear_pointer (&options->files, g_strfreev);
  g_clear_pointer (&options->hosts, g_strfreev);
  g_clear_pointer (&options->model, g_free);
  g_clear_pointer (&options->mode, g_free);
  g_clear_pointer (&options->foreign, g_free);
  g_clear_pointer (&options->folders, g_strfreev);
}

/* --- paths and numbers from the person --- */

static CardeaJson *
path_array (char **paths, gboolean encoded)
{
  CardeaJson *array = cardea_json_new_array ();
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *base64
          = encoded ? cardea_base64_encode ((const guint8 *) paths[i], strlen (paths[i])) : NULL;
      cardea_json_append (array, cardea_json_new_string (encoded ? base64 : paths[i]));
    }
  return array;
}

/* What the wire takes as text: control characters become spaces, but for newline and tab where
 * lines may stay. */
static char *
clean_text (const char *text, gboolean lines)
{
  GString *out = g_string_new (NULL);
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      gboolean kept = !g_unichar_iscntrl (c) || (lines && (c == '\n' || c == '\t'));
      if (c != '\r' || text[1] != '\n')
        g_string_append_unichar (out, kept ? c : ' ');
    }
  return g_string_free (out, FALSE);
}

/* One path that is not UTF-8 makes the whole list travel encoded. */
static void
set_paths (CardeaMessage *message, const char *field, char **paths)
{
  gboolean encoded = FALSE;
  if (paths == NULL || paths[0] == NULL)
    return;
  for (guint i = 0; paths[i] != NULL; i++)
    encoded |= !g_utf8_validate (paths[i], -1, NULL);
  g_autofree char *name = g_strconcat (field, encoded ? "_b64" : "", NULL);
  cardea_message_set_json (message, name, path_array (paths, encoded));
}

static char **
absolute_files (char **files, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint count = 0;
  for (; files != NULL && files[count] != NULL; count++)
    {
      g_autofree char *path = ui_cli_absolute_path (files[count], error);
      if (path == NULL)
        return NULL;
      g_strv_builder_add (builder, path);
    }
  if (count > LIMIT_FILES)
    {
      ui_cli_usage (error, _ ("at most %d files at a time: share their folder instead"),
                    LIMIT_FILES);
      return NULL;
    }
  return g_strv_builder_end (builder);
}

gboolean
ui_cli_conversation_read_timeout (gint64 *ret_seconds, GError **error)
{
  const char *text = g_getenv ("CARDEA_CONSENT_TIMEOUT");
  *ret_seconds = 0;
  if (text == NULL || *text == '\0'
      || g_ascii_string_to_signed (text, 10, 1, LONGEST_TIMEOUT, ret_seconds, NULL))
    return TRUE;
  ui_cli_usage (error, _ ("CARDEA_CONSENT_TIMEOUT is not a number from 1 to %d: set it to seconds"),
                LONGEST_TIMEOUT);
  return FALSE;
}

gboolean
ui_cli_conversation_check_mode (const char *mode, GError **error)
{
  static const char *const modes[] = { "ask", "deny", "monitor", NULL };
  if (mode == NULL || g_strv_contains (modes, mode))
    return TRUE;
  ui_cli_usage (error, _ ("“%s” is not a mode: use ask, deny or monitor"), mode);
  return FALSE;
}

static gboolean
check_options (const UiCliConversationOptions *options, GError **error)
{
  if (!ui_cli_conversation_check_mode (options->mode, error))
    return FALSE;
  if (options->foreign == NULL ? options->folders != NULL : options->model != NULL)
    {
      ui_cli_usage (error, options->foreign == NULL
                               ? _ ("-w is for another agent: name it by --with")
                               : _ ("another agent has models of its own: leave out --model"));
      return FALSE;
    }
  return options->model == NULL
         || ui_cli_check_text (options->model, _ ("the model’s name"), error);
}

static CardeaMessage *
compose_open (const UiCliConversationOptions *options, const char *title, GError **error)
{
  gint64 timeout;
  if (!check_options (options, error) || !ui_cli_conversation_read_timeout (&timeout, error))
    return NULL;
  g_auto (GStrv) files = absolute_files (options->files, error);
  if (files == NULL)
    return NULL;
  g_autofree char *folder = g_get_current_dir ();
  g_autofree char *home = cardea_paths_home ();

  g_autoptr (CardeaMessage) message = cardea_message_new ("session.open");
  /* A foreign agent has its own way out. */
  GError *problem = NULL;
  if (options->foreign == NULL && !ui_program_hosts_set (message, options->hosts, &problem))
    {
      ui_cli_error_take_program (error, problem);
      return NULL;
    }
  cardea_message_set_string (message, "mode", options->mode != NULL ? options->mode : "ask");
  cardea_message_set_path (message, "folder", folder);
  cardea_message_set_path (message, "home", home);
  if (options->model != NULL)
    cardea_message_set_string (message, "model", options->model);
  if (timeout != 0)
    cardea_message_set_int (message, "timeout", timeout);
  if (title != NULL)
    {
      g_autofree char *line = clean_text (title, FALSE);
      g_autofree char *cut = cardea_text_shorten (line, TITLE_CHARACTERS);
      cardea_message_set_string (message, "title", cut);
    }
  set_paths (message, "files", files);
  return g_steal_pointer (&message);
}

/* --- what the agent says --- */

static void
show_tool (UiCliConversation *conversation, CardeaMessage *event)
{
  if (!conversation->quiet)
    ui_cli_output_remark (conversation->cli->output, cardea_message_get_string (event, "text"));
}

static void
show_delta (UiCliConversation *conversation, CardeaMessage *event)
{
  const char *text = cardea_message_get_string (event, "text");
  if (text == NULL)
    return;
  if (!conversation->quiet)
    ui_cli_output_prose (conversation->cli->output, text);
  if (conversation->answer->len + strlen (text) <= LIMIT_ANSWER)
    g_string_append (conversation->answer, text);
}

/* What the Markdown says: without the backslashes that keep a mark from meaning something. */
static char *
unescape_markdown (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));
  for (; *text != '\0'; text++)
    if (*text != '\\' || !g_ascii_ispunct (text[1]))
      g_string_append_c (out, *text);
  return g_string_free (out, FALSE);
}

/* Every source is named: those that the answer itself did not name stand below it. */
static void
show_sources (UiCliConversation *conversation)
{
  const CardeaJson *sources
      = conversation->data != NULL ? cardea_json_get (conversation->data, "sources") : NULL;
  g_autofree char *answer = unescape_markdown (conversation->answer->str);
  for (guint i = 0; sources != NULL && i < cardea_json_size (sources); i++)
    {
      g_autofree char *shown = ui_cli_output_path (cardea_json_nth (sources, i), "path");
      g_autofree char *name = g_path_get_basename (shown);
      if (*shown == '\0' || strstr (answer, name) != NULL
          || strstr (conversation->answer->str, name) != NULL)
        continue;
      ui_cli_output_line (conversation->cli->output, _ ("Source: %s"), shown);
    }
}

static void
end_turn (UiCliConversation *conversation, CardeaMessage *event)
{
  CardeaJson *data = cardea_message_get_json (event, "data");
  g_clear_pointer (&conversation->data, cardea_json_unref);
  conversation->data = data != NULL ? cardea_json_ref (data) : NULL;
  conversation->turn_done = TRUE;
}

static void
turn_answered (UiCliConversation *conversation, CardeaMessage *event)
{
  end_turn (conversation, event);
}

static void
turn_refused (UiCliConversation *conversation, CardeaMessage *event)
{
  end_turn (conversation, event);
  const CardeaJson *data = conversation->data;
  const char *code = data != NULL ? cardea_json_get_string (data, "code") : NULL;
  ui_cli_error_set_refusal (&conversation->failure, code != NULL ? code : "denied",
                            cardea_message_get_string (event, "text"),
                            data != NULL ? cardea_json_get_string (data, "policy") : NULL,
                            data != NULL ? cardea_json_get_string (data, "note") : NULL);
}

static void
turn_failed (UiCliConversation *conversation, CardeaMessage *event)
{
  end_turn (conversation, event);
  const char *text = cardea_message_get_string (event, "text");
  const char *what = text != NULL && *text != '\0' ? text : _ ("the agent gave up");
  g_autofree char *line
      = conversation->tail != NULL ? ui_program_tail_line (conversation->tail) : NULL;
  if (line == NULL)
    g_set_error_literal (&conversation->failure, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, what);
  else
    /* Translators: the first %s is a sentence, the second what another agent wrote last. */
    g_set_error (&conversation->failure, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, _ ("%s It said: “%s”"),
                 what, line);
}

static const struct {
  const char *kind;
  void (*handle) (UiCliConversation *conversation, CardeaMessage *event);
} event_rows[] = {
  { "delta", show_delta },   { "status", show_tool },     { "tool", show_tool },
  { "done", turn_answered }, { "refused", turn_refused }, { "failed", turn_failed },
};

static void
handle_event (UiCliConversation *conversation, CardeaMessage *event)
{
  const char *kind = cardea_message_get_string (event, "kind");
  const char *trace = cardea_message_trace (event);
  /* The rest of a turn that was stopped belongs to nobody any more. */
  if (conversation->turn_done || (trace != NULL && g_strcmp0 (trace, conversation->trace) != 0))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (event_rows); i++)
    if (g_strcmp0 (event_rows[i].kind, kind) == 0)
      event_rows[i].handle (conversation, event);
}

/* A terminal shows no pixels: what came with them is dropped unread. */
static void
tell_picture (UiCliConversation *conversation, const CardeaMessage *event)
{
  if (conversation->quiet || conversation->turn_done)
    return;
  ui_cli_output_note (conversation->cli->output,
                      _ ("A picture, %u × %u pixels: the window can show it."),
                      (guint) cardea_message_get_int (event, "full_width", 0),
                      (guint) cardea_message_get_int (event, "full_height", 0));
}

static void
message_cb (CardeaMessage *message, gpointer user_data)
{
  UiCliConversation *conversation = user_data;
  if (g_strcmp0 (cardea_message_session (message), conversation->session) != 0)
    return;
  if (cardea_message_is (message, "chat.event"))
    handle_event (conversation, message);
  else if (cardea_message_is (message, "chat.pictured"))
    tell_picture (conversation, message);
  else if (cardea_message_is (message, "session.ended"))
    {
      conversation->session_over = TRUE;
      if (!conversation->turn_done && conversation->failure == NULL)
        g_set_error (&conversation->failure, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
                     _ ("the session ended: %s: begin a new one"),
                     cardea_message_get_string (message, "reason"));
      conversation->turn_done = TRUE;
    }
}

/* --- a session --- */

UiCliConversation *
ui_cli_conversation_open (UiCli *cli, UiCliAsker *asker, const UiCliConversationOptions *options,
                          const char *title, GError **error)
{
  g_autoptr (CardeaMessage) request = compose_open (options, title, error);
  gint64 timeout;
  if (request == NULL || !ui_cli_conversation_read_timeout (&timeout, error))
    return NULL;
  const UiProgramForeignOptions foreign
      = { options->foreign, options->folders, options->hosts, options->mode, timeout };
  if (!ui_cli_link_open (cli, ui_cli_asker_terminal (asker), error))
    return NULL;
  g_autoptr (UiProgramTail) tail = NULL;
  if (foreign.profile != NULL
      && (tail = ui_cli_foreign_start (cli, &foreign, request, error)) == NULL)
    return NULL;

  g_autoptr (UiCliConversation) conversation = g_new0 (UiCliConversation, 1);
  conversation->cli = cli;
  conversation->asker = asker;
  conversation->tail = g_steal_pointer (&tail);
  conversation->answer = g_string_new (NULL);
  conversation->turn_done = TRUE;
  g_autoptr (CardeaMessage) opened
      = ui_cli_link_call (cli, g_steal_pointer (&request), "session.opened", error);
  if (opened == NULL)
    return NULL;
  conversation->session = g_strdup (cardea_message_session (opened));
  conversation->trace = g_strdup (cli->trace);
  conversation->listener
      = ui_cli_link_listen (cli, (UiCliLinkListener){ message_cb, NULL }, conversation);
  conversation->sealed = cardea_message_get_boolean (opened, "sealed");
  conversation->offline = cardea_message_get_string (opened, "model") == NULL;
  return g_steal_pointer (&conversation);
}

void
ui_cli_conversation_end (UiCliConversation *conversation)
{
  if (conversation->session_over || !ui_cli_link_is_up (conversation->cli))
    return;
  CardeaMessage *request = cardea_message_new ("session.end");
  cardea_message_set_session (request, conversation->session);
  g_autofree char *trace = g_strdup (conversation->cli->trace);
  g_autoptr (GError) error = NULL;
  conversation->session_over = TRUE;
  if (!ui_cli_link_do (conversation->cli, request, &error))
    g_debug ("session.end: %s", error->message);
  /* An error of the turn is reported under the turn's trace. */
  g_free (conversation->cli->trace);
  conversation->cli->trace = g_steal_pointer (&trace);
}

void
ui_cli_conversation_free (UiCliConversation *conversation)
{
  ui_cli_link_unlisten (conversation->cli, conversation->listener);
  g_clear_pointer (&conversation->tail, ui_program_tail_free);
  g_free (conversation->session);
  g_free (conversation->trace);
  g_string_free (conversation->answer, TRUE);
  g_clear_pointer (&conversation->data, cardea_json_unref);
  g_clear_error (&conversation->failure);
  g_free (conversation);
}

const char *
ui_cli_conversation_session (const UiCliConversation *conversation)
{
  return conversation->session;
}

gboolean
ui_cli_conversation_offline (const UiCliConversation *conversation)
{
  return conversation->offline;
}

gboolean
ui_cli_conversation_sealed (const UiCliConversation *conversation)
{
  return conversation->sealed;
}

/* --- a turn --- */

static void
cancelled_cb (CardeaMessage *answer, gpointer user_data)
{
  g_debug ("chat.cancel: %s", cardea_message_name (answer));
}

static gboolean
interrupt_cb (gpointer user_data)
{
  UiCliConversation *conversation = user_data;
  conversation->interrupts++;
  if (conversation->interrupts == 1)
    {
      CardeaMessage *request = cardea_message_new ("chat.cancel");
      cardea_message_set_session (request, conversation->session);
      ui_cli_link_ask (conversation->cli, request, cancelled_cb, NULL);
      ui_cli_output_remark (conversation->cli->output, _ ("Stopping… (again: leave)"));
      return G_SOURCE_CONTINUE;
    }
  conversation->turn_done = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
begin_turn (UiCliConversation *conversation, gboolean quiet)
{
  g_string_truncate (conversation->answer, 0);
  g_clear_error (&conversation->failure);
  g_clear_pointer (&conversation->data, cardea_json_unref);
  if (conversation->begun)
    {
      g_free (conversation->trace);
      conversation->trace = cardea_id_new (16);
    }
  conversation->begun = TRUE;
  conversation->quiet = quiet;
  conversation->turn_done = FALSE;
  conversation->interrupts = 0;
}

static CardeaMessage *
compose_message (UiCliConversation *conversation, const char *text, char **files)
{
  CardeaMessage *request = cardea_message_new ("chat.send");
  cardea_message_set_session (request, conversation->session);
  cardea_message_set_trace (request, conversation->trace);
  g_autofree char *clean = clean_text (text, TRUE);
  cardea_message_set_string (request, "text", clean);
  set_paths (request, "files", files);
  return request;
}

gboolean
ui_cli_conversation_turn (UiCliConversation *conversation, const char *text, char **files,
                          gboolean quiet, GError **error)
{
  if (strlen (text) > CARDEA_LIMIT_CHAT_TEXT)
    {
      ui_cli_usage (error,
                    _ ("the text is too long (%u bytes at most): put it into a file and share "
                       "that with -f"),
                    CARDEA_LIMIT_CHAT_TEXT);
      return FALSE;
    }
  begin_turn (conversation, quiet);
  guint interrupt = g_unix_signal_add (SIGINT, interrupt_cb, conversation);
  gboolean good
      = ui_cli_link_do (conversation->cli, compose_message (conversation, text, files), error)
        && ui_cli_link_wait (conversation->cli, &conversation->turn_done, error);
  g_source_remove (interrupt);
  conversation->turn_done = TRUE;
  ui_cli_output_remark (conversation->cli->output, NULL);
  if (!quiet)
    ui_cli_output_end_prose (conversation->cli->output);
  if (!good)
    return FALSE;

  if (conversation->interrupts > 0)
    {
      g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_CANCELLED, _ ("stopped by you"));
      return FALSE;
    }
  if (conversation->failure == NULL)
    {
      if (!quiet)
        show_sources (conversation);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&conversation->failure));
  return FALSE;
}

const char *
ui_cli_conversation_answer (const UiCliConversation *conversation)
{
  return conversation->answer->str;
}

const CardeaJson *
ui_cli_conversation_data (const UiCliConversation *conversation)
{
  return conversation->data;
}

gboolean
ui_cli_conversation_abandoned (const UiCliConversation *conversation)
{
  return conversation->interrupts > 1;
}

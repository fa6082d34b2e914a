/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-page.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/consent/ui-consent-wording.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-time.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* --- consent watch --- */

typedef struct {
  UiCli *cli;
  char *home;
  gboolean stop;
} Watch;

/* Everything a program needs to decide and to answer, and the sentence a person would read. */
static void
write_json (Watch *watch, CardeaMessage *message, const UiConsentWording *wording)
{
  static const char *const integers[] = { "tier", "seconds", "position", "waiting" };
  static const char *const strings[] = { "id", "digest", "nonce" };
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    if (cardea_message_get_string (message, strings[i]) != NULL)
      cardea_json_set_string (json, strings[i], cardea_message_get_string (message, strings[i]));
  for (guint i = 0; i < G_N_ELEMENTS (integers); i++)
    cardea_json_set_int (json, integers[i], cardea_message_get_int (message, integers[i], 0));
  if (cardea_message_session (message) != NULL)
    cardea_json_set_string (json, "session", cardea_message_session (message));
  if (cardea_message_trace (message) != NULL)
    cardea_json_set_string (json, "trace", cardea_message_trace (message));
  if (wording != NULL)
    cardea_json_set_string (json, "sentence", wording->sentence);
  cardea_json_set (json, "question",
                   cardea_json_copy (cardea_message_get_json (message, "question")));
  ui_cli_output_json (watch->cli->output, json);
}

#define CHANGE_COLUMNS 100

/* All of it, unfolded: a stream cannot be asked for more. */
static void
write_changes (Watch *watch, const UiConsentQuestion *question)
{
  g_autoptr (UiConsentPreview) preview = ui_consent_preview_new (question, watch->home);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  ui_consent_preview_open_all (preview);
  ui_cli_page_add_preview (lines, preview, NULL, CHANGE_COLUMNS);
  for (guint i = 0; i < lines->len; i++)
    {
      g_autofree char *line = ui_cli_page_render (lines->pdata[i], TRUE);
      UiCliTone tone = UI_CLI_TONE_PLAIN;
      if (strchr (lines->pdata[i], UI_CLI_PAGE_ADDED) != NULL)
        tone = UI_CLI_TONE_GOOD;
      else if (strchr (lines->pdata[i], UI_CLI_PAGE_REMOVED) != NULL)
        tone = UI_CLI_TONE_BAD;
      ui_cli_output_tone_line (watch->cli->output, tone, line);
    }
}

static void
write_sentences (Watch *watch, const char *first, GStrv sentences)
{
  for (guint i = 0; sentences[i] != NULL; i++)
    ui_cli_output_line (watch->cli->output, "  %s%s", i == 0 ? first : "         ", sentences[i]);
}

static void
write_lines (Watch *watch, const UiConsentQuestion *question, const UiConsentWording *wording)
{
  UiCliOutput *output = watch->cli->output;
  ui_cli_output_line (output, "%s", "");
  g_autofree char *head = g_strdup_printf (_ ("Question %s (tier %d): %s"), question->id,
                                           question->tier, wording->sentence);
  ui_cli_output_tone_line (output, UI_CLI_TONE_STRONG, head);
  ui_cli_output_line (output, _ ("  Who      %s"), wording->who);
  ui_cli_output_line (output, _ ("  Target   %s%s%s (%s)"), wording->target_stem,
                      wording->target_last, wording->target_tail, wording->facts);
  if (wording->via != NULL)
    ui_cli_output_line (output, "           %s", wording->via);
  if (wording->why != NULL)
    ui_cli_output_line (output, _ ("  Why      %s (%s)"), wording->why, wording->why_mark);
  for (guint i = 0; wording->because[i] != NULL; i++)
    ui_cli_output_line (output, i == 0 ? _ ("  Because  %s") : "           %s",
                        wording->because[i]);
  ui_cli_output_line (output, _ ("  Effect   %s"), wording->effect);
  write_sentences (watch, _ ("Warning  "), wording->warnings);
  write_sentences (watch, _ ("Found    "), wording->sensitive);
  if (question->treatments != 1u << UI_CONSENT_TREATMENT_SEND)
    ui_cli_output_line (
        watch->cli->output, "           %s",
        _ ("--with redact leaves it out, --with placeholder exchanges it in the answer"));
  write_sentences (watch, "         ", wording->items);
  write_changes (watch, question);
  ui_cli_output_line (output, _ ("  Digest   %s"), question->digest);
  ui_cli_output_line (output, _ ("  Answer   cardeactl consent answer %.8s --digest %s allow|deny"),
                      question->id, question->digest);
  if (question->tier >= 3)
    ui_cli_output_line (output,
                        question->host != NULL
                            ? _ ("           with allow: --confirm and the host, %s")
                            : _ ("           with allow: --confirm and the last part of the name, "
                                 "%s"),
                        wording->target_name);
}

static void
show_question (Watch *watch, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (message, &error);
  g_autoptr (UiConsentWording) wording
      = question != NULL ? ui_consent_wording_new (question, watch->home, getuid ()) : NULL;

  if (question == NULL)
    ui_cli_output_note (watch->cli->output,
                        _ ("cardeactl: consent watch: question %s cannot be shown: %s: deny it"),
                        cardea_message_get_string (message, "id"), error->message);
  else if (!watch->cli->json)
    write_lines (watch, question, wording);
  else
    write_json (watch, message, wording);
}

static void
message_cb (CardeaMessage *message, gpointer user_data)
{
  Watch *watch = user_data;
  if (cardea_message_is (message, "consent.question"))
    show_question (watch, message);
  else if (cardea_message_is (message, "consent.closed") && !watch->cli->json)
    ui_cli_output_line (watch->cli->output, _ ("Question %s is settled: %s."),
                        cardea_message_get_string (message, "id"),
                        cardea_message_get_string (message, "outcome"));
  if (!ui_cli_output_ok (watch->cli->output))
    watch->stop = TRUE;
}

static gboolean
stop_cb (gpointer user_data)
{
  ((Watch *) user_data)->stop = TRUE;
  return G_SOURCE_CONTINUE;
}

gboolean
ui_cli_consent_watch (UiCli *cli, char **args, GError **error)
{
  if (!ui_cli_parse (cli, NULL, args, 0, 0, NULL, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autofree char *home = cardea_paths_home ();
  Watch watch = { .cli = cli, .home = home };
  guint listener = ui_cli_link_listen (cli, (UiCliLinkListener){ message_cb, NULL }, &watch);
  guint interrupt = g_unix_signal_add (SIGINT, stop_cb, &watch);
  guint terminate = g_unix_signal_add (SIGTERM, stop_cb, &watch);
  gboolean done = ui_cli_link_do (cli, cardea_message_new ("consent.watch"), error);
  /* Also for programs: from this line on questions come here, before it nobody may be there. */
  if (done)
    ui_cli_output_note (cli->output, "%s", _ ("Waiting for questions; Ctrl-C ends."));
  done = done && ui_cli_link_wait (cli, &watch.stop, error);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  ui_cli_link_unlisten (cli, listener);
  return done;
}

/* --- consent answer --- */

typedef struct {
  char *digest;
  char *duration;
  char *scope;
  char *treatment;
  char *confirm;
  char *note;
} AnswerOptions;

static void
clear_answer_options (AnswerOptions *options)
{
  g_free (options->digest);
  g_free (options->duration);
  g_free (options->scope);
  g_free (options->treatment);
  g_free (options->confirm);
  g_free (options->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AnswerOptions, clear_answer_options)

static gboolean
is_hex (const char *text, gsize least, gsize most)
{
  gsize length = strlen (text);
  return length >= least && length <= most && strspn (text, "0123456789abcdef") == length;
}

static gboolean
set_duration (CardeaMessage *message, const char *text, GError **error)
{
  static const char *const words[] = { "once", "task", NULL };
  gint64 seconds;
  if (text == NULL || g_strv_contains (words, text))
    {
      cardea_message_set_string (message, "duration", text != NULL ? text : "once");
      return TRUE;
    }
  if (!cardea_duration_parse (text, &seconds))
    {
      ui_cli_usage (
          error, _ ("“%s” is not a duration: use once, task, always, or like 15m, 8h, 7d"), text);
      return FALSE;
    }
  cardea_message_set_string (message, "duration", "time");
  cardea_message_set_int (message, "seconds", seconds);
  if (strcmp (text, "always") == 0)
    cardea_message_set_boolean (message, "renewing", TRUE);
  return TRUE;
}

static gboolean
check_answer (char **rest, const AnswerOptions *options, GError **error)
{
  static const char *const answers[] = { "allow", "deny", NULL };
  static const char *const scopes[] = { "exact", "folder", "host", NULL };
  static const char *const treatments[] = { "send", "redact", "placeholder", NULL };
  if (!is_hex (rest[0], 1, 16))
    ui_cli_usage (error, _ ("“%s” is not a question’s id: see “cardeactl consent watch”"), rest[0]);
  else if (!g_strv_contains (answers, rest[1]))
    ui_cli_usage (error, _ ("“%s” is not an answer: say allow or deny"), rest[1]);
  else if (options->digest == NULL)
    ui_cli_usage (error, _ ("--digest is missing: give the one “cardeactl consent watch” shows"));
  else if (!is_hex (options->digest, 64, 64))
    ui_cli_usage (error, _ ("the digest is not 64 hexadecimal digits: copy it whole"));
  else if (options->scope != NULL && !g_strv_contains (scopes, options->scope))
    ui_cli_usage (error, _ ("“%s” is not a scope: use exact, folder or host"), options->scope);
  else if (options->treatment != NULL && !g_strv_contains (treatments, options->treatment))
    ui_cli_usage (error, _ ("“%s” is not what can be done: use send, redact or placeholder"),
                  options->treatment);
  else
    return (options->confirm == NULL || ui_cli_check_text (options->confirm, "--confirm", error))
           && (options->note == NULL || ui_cli_check_text (options->note, "--note", error));
  return FALSE;
}

static CardeaMessage *
compose_answer (char **rest, const AnswerOptions *options, GError **error)
{
  gboolean allow = strcmp (rest[1], "allow") == 0;
  g_autoptr (CardeaMessage) message = cardea_message_new ("consent.answer");
  cardea_message_set_string (message, "id", rest[0]);
  cardea_message_set_string (message, "digest", options->digest);
  cardea_message_set_string (message, "answer", rest[1]);
  cardea_message_set_string (message, "how", "command");
  if (!allow
      && (options->duration != NULL || options->scope != NULL || options->confirm != NULL
          || options->treatment != NULL))
    {
      ui_cli_usage (error,
                    _ ("--for, --scope, --with and --confirm go with allow: leave them out"));
      return NULL;
    }
  if (allow && !set_duration (message, options->duration, error))
    return NULL;
  if (allow)
    cardea_message_set_string (message, "scope", options->scope != NULL ? options->scope : "exact");
  cardea_message_set_string (message, "treatment", options->treatment);
  if (options->confirm != NULL)
    cardea_message_set_string (message, "confirm", options->confirm);
  if (options->note != NULL)
    cardea_message_set_string (message, "note", options->note);
  return g_steal_pointer (&message);
}

gboolean
ui_cli_consent_answer (UiCli *cli, char **args, GError **error)
{
  g_auto (AnswerOptions) options = { 0 };
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "digest", 0, 0, G_OPTION_ARG_FILENAME, &options.digest,
      N_ ("The digest of the question that was read"), "HEX" },
    { "for", 0, 0, G_OPTION_ARG_FILENAME, &options.duration,
      N_ ("once (default), task, always (30 days, renewed by use), or like 15m, 8h, 7d"), "TIME" },
    { "scope", 0, 0, G_OPTION_ARG_FILENAME, &options.scope, N_ ("exact (default), folder or host"),
      "SCOPE" },
    { "with", 0, 0, G_OPTION_ARG_FILENAME, &options.treatment,
      N_ ("Of what was found in it: send (default), redact, or placeholder"), "HOW" },
    { "confirm", 0, 0, G_OPTION_ARG_FILENAME, &options.confirm,
      N_ ("Tier 3: the last element of the path, or the host"), "NAME" },
    { "note", 0, 0, G_OPTION_ARG_FILENAME, &options.note,
      N_ ("With deny: goes back to the agent as the refusal’s text"), "TEXT" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 2, 2, &rest, error)
      || !check_answer (rest, &options, error))
    return FALSE;
  g_autoptr (CardeaMessage) message = compose_answer (rest, &options, error);
  return message != NULL && ui_cli_link_open (cli, -1, error)
         && ui_cli_link_do (cli, g_steal_pointer (&message), error);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-asker.h"

#include "common/base/cardea-paths.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-question.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* Trusts: the guardian's word that a question is ours to draw. Refuses: at once what cannot be
 * read, explained or drawn. Known gaps: those of UiCliQuestion. */

#define LIMIT_WAITING 64 /* questions kept; the guardian queues far fewer */

struct _UiCliAsker {
  UiCli *cli; /* borrowed */
  UiCliTty *tty;
  char *home;
  GQueue waiting; /* CardeaMessage */
  UiCliQuestion *shown;
  guint next_source;
  guint listener;
  void (*redraw) (gpointer user_data);
  gpointer user_data;
  void (*hold) (gboolean held, gpointer user_data);
  gpointer hold_data;
};

UiCliAsker *
ui_cli_asker_new (UiCli *cli)
{
  UiCliAsker *asker = g_new0 (UiCliAsker, 1);
  asker->cli = cli;
  asker->tty = ui_cli_tty_open ();
  asker->home = cardea_paths_home ();
  g_queue_init (&asker->waiting);
  return asker;
}

void
ui_cli_asker_free (UiCliAsker *asker)
{
  ui_cli_link_unlisten (asker->cli, asker->listener);
  g_clear_handle_id (&asker->next_source, g_source_remove);
  g_clear_pointer (&asker->shown, ui_cli_question_free);
  g_queue_clear_full (&asker->waiting, (GDestroyNotify) cardea_message_unref);
  g_clear_pointer (&asker->tty, ui_cli_tty_free);
  g_free (asker->home);
  g_free (asker);
}

int
ui_cli_asker_terminal (const UiCliAsker *asker)
{
  return asker->tty != NULL ? ui_cli_tty_fd (asker->tty) : -1;
}

UiCliTty *
ui_cli_asker_tty (UiCliAsker *asker)
{
  return asker->tty;
}

static void show_next (UiCliAsker *asker);

static void
set_held (UiCliAsker *asker, gboolean held)
{
  if (asker->hold != NULL)
    asker->hold (held, asker->hold_data);
}

void
ui_cli_asker_set_hold (UiCliAsker *asker, void (*hold) (gboolean held, gpointer user_data),
                       gpointer user_data)
{
  asker->hold = hold;
  asker->hold_data = user_data;
}

static gboolean
next_cb (gpointer user_data)
{
  UiCliAsker *asker = user_data;
  asker->next_source = 0;
  show_next (asker);
  return G_SOURCE_REMOVE;
}

static void
schedule_next (UiCliAsker *asker)
{
  if (asker->next_source == 0)
    asker->next_source = g_idle_add (next_cb, asker);
}

/* Somebody else may have answered first, or it lapsed: then there is nothing left to say. */
static void
answered_cb (CardeaMessage *reply, gpointer user_data)
{
  UiCliOutput *output = user_data;
  if (!cardea_message_is (reply, "refused"))
    return;
  g_autoptr (GError) refusal = NULL;
  ui_cli_error_set_refused (&refusal, reply);
  g_autofree char *line = ui_cli_error_line (refusal, NULL);
  ui_cli_output_note (output, "%s", line);
}

static void
send_answer (UiCliAsker *asker, CardeaMessage *answer)
{
  ui_cli_link_ask (asker->cli, answer, answered_cb, asker->cli->output);
}

/* The alternate screen is gone: one line stays behind and says what was decided. */
static void
leave_trace (UiCliAsker *asker, const UiConsentQuestion *question, const UiConsentAnswer *answer)
{
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, asker->home, getuid ());
  g_autofree char *path
      = g_strconcat (wording->target_stem, wording->target_last, wording->target_tail, NULL);
  if (answer->decision == UI_CONSENT_DECISION_ALLOW)
    {
      g_autofree char *rule = ui_consent_wording_rule (question, &answer->choice, asker->home);
      ui_cli_output_note (asker->cli->output, _ ("Allowed: %s (%s). %s"), wording->sentence, path,
                          rule);
    }
  else if (answer->how == UI_CONSENT_HOW_LAPSED)
    ui_cli_output_note (asker->cli->output, _ ("Not answered in time, so refused: %s (%s)."),
                        wording->sentence, path);
  else
    ui_cli_output_note (asker->cli->output, _ ("Refused: %s (%s)."), wording->sentence, path);
}

static void
decided_cb (const UiConsentQuestion *question, const UiConsentAnswer *answer, gpointer user_data)
{
  UiCliAsker *asker = user_data;
  g_autoptr (GError) error = NULL;
  CardeaMessage *message = ui_consent_answer_new_message (question, answer, &error);
  UiConsentAnswer refusal = *answer;

  if (message == NULL) /* never wider than offered: then it is a refusal */
    {
      refusal.decision = UI_CONSENT_DECISION_DENY;
      message = ui_consent_answer_new_message (question, &refusal, NULL);
    }
  leave_trace (asker, question, error != NULL ? &refusal : answer);
  send_answer (asker, message);
  if (asker->redraw != NULL)
    asker->redraw (asker->user_data);
  g_clear_pointer (&asker->shown, ui_cli_question_free);
  set_held (asker, FALSE);
  schedule_next (asker);
}

static void
refuse (UiCliAsker *asker, const CardeaMessage *message, const char *why)
{
  ui_cli_output_note (asker->cli->output, _ ("cardeactl: a question was refused: %s"), why);
  send_answer (asker, ui_consent_answer_new_refusal (message, UI_CONSENT_HOW_CLOSED));
  schedule_next (asker);
}

static void
show_next (UiCliAsker *asker)
{
  if (asker->shown != NULL)
    return;
  g_autoptr (CardeaMessage) message = g_queue_pop_head (&asker->waiting);
  if (message == NULL)
    return;

  g_autoptr (GError) error = NULL;
  UiConsentQuestion *question = ui_consent_question_new (message, &error);
  if (question == NULL)
    {
      refuse (asker, message, error->message);
      return;
    }
  ui_cli_output_remark (asker->cli->output, NULL);
  set_held (asker, TRUE);
  asker->shown = asker->tty != NULL
                     ? ui_cli_question_new (question, asker->tty, asker->home, decided_cb, asker)
                     : NULL;
  if (asker->shown == NULL)
    {
      set_held (asker, FALSE);
      if (asker->tty == NULL)
        ui_consent_question_free (question);
      refuse (asker, message,
              _ ("this terminal cannot show it: bring cardeactl to the foreground"));
    }
}

static void
forget (UiCliAsker *asker, const char *id, const char *outcome)
{
  for (GList *link = asker->waiting.head; link != NULL;)
    {
      GList *next = link->next;
      if (g_strcmp0 (cardea_message_get_string (link->data, "id"), id) == 0)
        {
          cardea_message_unref (link->data);
          g_queue_delete_link (&asker->waiting, link);
        }
      link = next;
    }
  if (asker->shown == NULL || g_strcmp0 (ui_cli_question_asked (asker->shown)->id, id) != 0)
    return;
  g_clear_pointer (&asker->shown, ui_cli_question_free);
  ui_cli_output_note (asker->cli->output, "%s",
                      g_strcmp0 (outcome, "lapsed") == 0
                          ? _ ("The question was not answered in time, so it is refused.")
                          : _ ("The question was settled elsewhere."));
  if (asker->redraw != NULL)
    asker->redraw (asker->user_data);
  set_held (asker, FALSE);
  schedule_next (asker);
}

static void
message_cb (CardeaMessage *message, gpointer user_data)
{
  UiCliAsker *asker = user_data;
  if (cardea_message_is (message, "consent.closed"))
    forget (asker, cardea_message_get_string (message, "id"),
            cardea_message_get_string (message, "outcome"));
  else if (cardea_message_is (message, "consent.question")
           && cardea_message_get_boolean (message, "answerable"))
    {
      if (asker->waiting.length >= LIMIT_WAITING)
        {
          refuse (asker, message, _ ("too many wait"));
          return;
        }
      g_queue_push_tail (&asker->waiting, cardea_message_ref (message));
      schedule_next (asker);
    }
}

void
ui_cli_asker_start (UiCliAsker *asker, void (*redraw) (gpointer user_data), gpointer user_data)
{
  asker->redraw = redraw;
  asker->user_data = user_data;
  asker->listener = ui_cli_link_listen (asker->cli, (UiCliLinkListener){ message_cb, NULL }, asker);
}

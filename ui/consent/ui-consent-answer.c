/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-answer.h"

#include "common/base/cardea-text.h"

#include <string.h>

/* Trusts: the question as it was read. Refuses: an approval wider than what the question offers,
 * and one at tier 3 without the object's name. The guardian checks all of it again. Known gaps:
 * none. */

G_DEFINE_QUARK (ui - consent - answer - error - quark, ui_consent_answer_error)

#define LOWEST_OBJECT_TIER 3
#define LONGEST_SECONDS (30 * 24 * 3600)
#define NOTE_CHARACTERS 250 /* at most 4 bytes each: within the message's 1024 */

static const char *const decision_names[] = { "deny", "stop", "allow" };
static const char *const duration_names[] = { "once", "task", "time" };
static const char *const scope_names[] = { "exact", "folder", "host" };
static const char *const how_names[]
    = { "window", "terminal", "command", "closed", "lapsed", "locked" };

gboolean
ui_consent_choice_offered (const UiConsentQuestion *question, const UiConsentChoice *choice)
{
  if (choice->duration > UI_CONSENT_DURATION_TIME || choice->scope > UI_CONSENT_SCOPE_HOST)
    return FALSE;
  gboolean narrowest
      = choice->duration == UI_CONSENT_DURATION_ONCE && choice->scope == UI_CONSENT_SCOPE_EXACT;
  gboolean content = ui_consent_question_is_about_content (question)
                     && choice->duration == UI_CONSENT_DURATION_TASK
                     && choice->scope == UI_CONSENT_SCOPE_EXACT;
  if (choice->treatment > UI_CONSENT_TREATMENT_PLACEHOLDER
      || !(question->treatments & (1u << choice->treatment)))
    return FALSE;
  if (question->tier >= LOWEST_OBJECT_TIER && !narrowest && !content)
    return FALSE;
  if (!(question->durations & (1u << choice->duration))
      || !(question->scopes & (1u << choice->scope)))
    return FALSE;
  if (ui_consent_question_folder_only (question)
      && (choice->duration == UI_CONSENT_DURATION_ONCE)
             != (choice->scope == UI_CONSENT_SCOPE_EXACT))
    return FALSE;
  if (choice->duration != UI_CONSENT_DURATION_TIME)
    return TRUE;
  int longest
      = question->max_seconds > 0 ? MIN (question->max_seconds, LONGEST_SECONDS) : LONGEST_SECONDS;
  return choice->seconds >= 1 && choice->seconds <= longest;
}

gboolean
ui_consent_answer_confirms (const UiConsentQuestion *question, const char *text)
{
  g_autofree char *element = ui_consent_question_last_element (question);
  g_autofree char *shown = cardea_text_escape (element, strlen (element), NULL);
  return text != NULL && (strcmp (text, element) == 0 || strcmp (text, shown) == 0);
}

static gboolean
check_allow (const UiConsentQuestion *question, const UiConsentAnswer *answer, GError **error)
{
  if (question->tier > LOWEST_OBJECT_TIER || !ui_consent_choice_offered (question, &answer->choice))
    {
      g_set_error (error, UI_CONSENT_ANSWER_ERROR, UI_CONSENT_ANSWER_ERROR_CHOICE,
                   "the question does not offer this");
      return FALSE;
    }
  if (question->tier == LOWEST_OBJECT_TIER
      && !ui_consent_answer_confirms (question, answer->confirm))
    {
      g_set_error (error, UI_CONSENT_ANSWER_ERROR, UI_CONSENT_ANSWER_ERROR_CONFIRM,
                   "the object's name was not confirmed");
      return FALSE;
    }
  return TRUE;
}

static void
set_choice (CardeaMessage *message, const UiConsentChoice *choice)
{
  cardea_message_set_string (message, "duration", duration_names[choice->duration]);
  cardea_message_set_string (message, "scope", scope_names[choice->scope]);
  if (choice->treatment != UI_CONSENT_TREATMENT_SEND)
    cardea_message_set_string (message, "treatment", ui_consent_treatment_name (choice->treatment));
  if (choice->duration != UI_CONSENT_DURATION_TIME)
    return;
  cardea_message_set_int (message, "seconds", choice->seconds);
  if (choice->renewing)
    cardea_message_set_boolean (message, "renewing", TRUE);
}

/* The name as it is shown: unlike the bytes it always fits a message. */
static void
set_confirm (CardeaMessage *message, const UiConsentQuestion *question)
{
  g_autofree char *element = ui_consent_question_last_element (question);
  g_autofree char *shown = cardea_text_escape (element, strlen (element), NULL);
  cardea_message_set_string (message, "confirm", shown);
}

CardeaMessage *
ui_consent_answer_new_message (const UiConsentQuestion *question, const UiConsentAnswer *answer,
                               GError **error)
{
  gboolean allow = answer->decision == UI_CONSENT_DECISION_ALLOW;
  if (allow && !check_allow (question, answer, error))
    return NULL;

  CardeaMessage *message = cardea_message_new ("consent.answer");
  cardea_message_set_string (message, "id", question->id);
  cardea_message_set_string (message, "digest", question->digest);
  if (question->nonce != NULL)
    cardea_message_set_string (message, "nonce", question->nonce);
  cardea_message_set_string (message, "answer", decision_names[answer->decision]);
  cardea_message_set_string (message, "how", how_names[answer->how]);
  cardea_message_set_int (message, "shown_ms", MAX (answer->shown_ms, 0));
  if (answer->armed_ms >= 0)
    cardea_message_set_int (message, "armed_ms", answer->armed_ms);
  if (allow)
    set_choice (message, &answer->choice);
  if (allow && question->tier == LOWEST_OBJECT_TIER)
    set_confirm (message, question);
  if (!allow && answer->note != NULL && *answer->note != '\0')
    {
      g_autofree char *note = cardea_text_shorten (answer->note, NOTE_CHARACTERS);
      cardea_message_set_string (message, "note", note);
    }
  return message;
}

CardeaMessage *
ui_consent_answer_new_refusal (const CardeaMessage *question, UiConsentHow how)
{
  CardeaMessage *message = cardea_message_new ("consent.answer");
  cardea_message_set_string (message, "id", cardea_message_get_string (question, "id"));
  cardea_message_set_string (message, "digest", cardea_message_get_string (question, "digest"));
  const char *nonce = cardea_message_get_string (question, "nonce");
  if (nonce != NULL)
    cardea_message_set_string (message, "nonce", nonce);
  cardea_message_set_string (message, "answer", decision_names[UI_CONSENT_DECISION_DENY]);
  cardea_message_set_string (message, "how", how_names[how]);
  return message;
}

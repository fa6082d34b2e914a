/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts what the core knows of the peer; of the answer itself nothing: it must be about the
 * question that waits (digest, nonce), come from whoever drew it or stay within what a command may
 * answer, not be faster than a person, and not be wider than what was offered. Refuses everything
 * else; the question then goes on waiting. Known gap: in user mode another program of the same
 * user can send what `consent answer` sends (SECURITY.md); tier 3 asks it to know the object. */

#include "guardian/core/guardian-answer.h"

#include "common/base/cardea-text.h"
#include "guardian/core/guardian-grant.h"

#include <string.h>

typedef struct {
  const char *how;
  GuardianAnswerer who;
  gboolean drawn; /* only by whoever drew it, with its nonce */
  gboolean may_allow;
  const char *by;     /* in the record */
  const char *reason; /* of a refusal that no person spoke; NULL: one did */
} How;

#define CLOSED "the question was closed without an answer"
#define LAPSED "nobody answered in time"
#define LOCKED "the screen was locked before an answer"

static const How hows[] = {
  { "window", GUARDIAN_ANSWERER_WINDOW, TRUE, TRUE, "window", NULL },
  { "closed", GUARDIAN_ANSWERER_WINDOW, TRUE, FALSE, "window", CLOSED },
  { "lapsed", GUARDIAN_ANSWERER_WINDOW, TRUE, FALSE, "window", LAPSED },
  { "locked", GUARDIAN_ANSWERER_WINDOW, TRUE, FALSE, "window", LOCKED },
  { "terminal", GUARDIAN_ANSWERER_TERMINAL, TRUE, TRUE, "terminal", NULL },
  { "closed", GUARDIAN_ANSWERER_TERMINAL, TRUE, FALSE, "terminal", CLOSED },
  { "lapsed", GUARDIAN_ANSWERER_TERMINAL, TRUE, FALSE, "terminal", LAPSED },
  { "command", GUARDIAN_ANSWERER_COMMAND, FALSE, TRUE, "cli", NULL },
  { "command", GUARDIAN_ANSWERER_TERMINAL, FALSE, TRUE, "cli", NULL },
};

static const How *
find_how (const char *name, GuardianAnswerer who)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (hows); i++)
    if (strcmp (hows[i].how, name) == 0 && hows[i].who == who)
      return &hows[i];
  return NULL;
}

static gboolean
confirms (const GuardianQuestion *question, const char *confirm)
{
  if (confirm == NULL)
    return FALSE;
  g_autofree char *shown
      = cardea_text_escape (question->last_element, strlen (question->last_element), NULL);
  return strcmp (confirm, question->last_element) == 0 || strcmp (confirm, shown) == 0;
}

/* What is remembered may not be wider than what was offered. */
static const char *
read_width (const GuardianQuestion *question, const CardeaMessage *message, GuardianAnswer *answer)
{
  const char *scope = cardea_message_get_string (message, "scope");
  const char *duration = cardea_message_get_string (message, "duration");
  gint64 seconds = cardea_message_get_int (message, "seconds", 0);
  gboolean timed = g_strcmp0 (duration, "time") == 0;

  answer->folder = g_strcmp0 (scope, "folder") == 0;
  answer->task = g_strcmp0 (duration, "task") == 0;
  answer->seconds = timed ? seconds : 0;
  answer->renewing = timed && cardea_message_get_boolean (message, "renewing");
  answer->host = g_strcmp0 (scope, "host") == 0;
  if (answer->host && !question->host_offered)
    return "this is not about all of a host";
  if (answer->folder && !question->folder_offered)
    return "this folder was not offered";
  answer->treatment = guardian_treatment_find (cardea_message_get_string (message, "treatment"));
  if (answer->treatment > GUARDIAN_TREATMENT_SEND && !question->treatment_offered)
    return "nothing of it can be left out";
  if (question->content_offered && answer->task && !answer->host && !answer->folder)
    return NULL;
  if ((answer->task || timed) && !question->exact_offered && !question->folder_offered)
    return "this can only be allowed once";
  if ((answer->task || timed) && !answer->folder && !question->exact_offered)
    return "so many can only be remembered with their folder";
  if (timed && (seconds < 1 || seconds > GUARDIAN_GRANT_SECONDS_LIMIT))
    return "say for how long";
  if ((timed && seconds > question->max_seconds) || (answer->task && !question->task_offered))
    return "policy does not let it be remembered so long";
  if (answer->renewing && question->max_seconds < GUARDIAN_GRANT_SECONDS_LIMIT)
    return "policy does not let it be renewed";
  if (question->tier > GUARDIAN_TIER_QUESTION
      && (answer->folder || answer->host || answer->task || timed))
    return "this can only be allowed once";
  if ((answer->folder || answer->host) && !answer->task && !timed)
    return answer->folder ? "a folder needs a time" : "a host needs a time";
  return NULL;
}

static const char *
check_allow (const GuardianQuestion *question, const CardeaMessage *message,
             const GuardianAnswerPeer *peer, const How *how, const char **ret_reason)
{
  gint64 least = question->tier > GUARDIAN_TIER_QUESTION ? GUARDIAN_ANSWER_ARM_DELIBERATE_MS
                                                         : GUARDIAN_ANSWER_ARM_MS;

  if (!how->may_allow || question->tier > GUARDIAN_TIER_DELIBERATE)
    {
      *ret_reason = "this cannot be allowed here";
      return "unauthorized";
    }
  if (how->drawn
      && (peer->drawn_for_ms < least || cardea_message_get_int (message, "shown_ms", 0) < least
          || cardea_message_get_int (message, "armed_ms", 0) < least))
    {
      *ret_reason = "the answer came before the question could be read";
      return "unauthorized";
    }
  if (question->tier == GUARDIAN_TIER_DELIBERATE
      && !confirms (question, cardea_message_get_string (message, "confirm")))
    {
      *ret_reason = "repeat the object's name to confirm";
      return "unauthorized";
    }
  return NULL;
}

const char *
guardian_answer_check (const GuardianQuestion *question, const CardeaMessage *message,
                       const GuardianAnswerPeer *peer, GuardianAnswer *ret_answer,
                       const char **ret_reason)
{
  const char *answer = cardea_message_get_string (message, "answer");
  const char *nonce = cardea_message_get_string (message, "nonce");
  const char *digest = cardea_message_get_string (message, "digest");
  const How *how = find_how (cardea_message_get_string (message, "how"), peer->kind);

  memset (ret_answer, 0, sizeof *ret_answer);
  *ret_reason = "this peer may not answer so";
  if (how == NULL || answer == NULL || (how->drawn && (!peer->drew_it || nonce == NULL)))
    return "unauthorized";
  *ret_reason = "this is not the question that waits";
  if (g_strcmp0 (digest, question->digest) != 0
      || (nonce != NULL && strcmp (nonce, question->nonce) != 0))
    return "changed";

  ret_answer->allow = strcmp (answer, "allow") == 0;
  ret_answer->stop = strcmp (answer, "stop") == 0;
  ret_answer->spoken = how->reason == NULL;
  ret_answer->how = how->by;
  ret_answer->reason = how->reason != NULL ? how->reason : "the person said no";
  ret_answer->code = strcmp (how->how, "lapsed") == 0 ? "unanswered" : "declined";
  ret_answer->note = cardea_message_get_string (message, "note");
  ret_answer->shown_ms = cardea_message_get_int (message, "shown_ms", -1);
  if (!ret_answer->allow)
    return NULL;

  const char *code = check_allow (question, message, peer, how, ret_reason);
  if (code != NULL)
    return code;
  const char *width = read_width (question, message, ret_answer);
  if (width == NULL)
    return NULL;
  *ret_reason = width;
  return "malformed";
}

CardeaJson *
guardian_answer_describe (const GuardianAnswer *answer)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_string (json, "by", answer->how != NULL ? answer->how : "guardian");
  cardea_json_set_string (json, "answer",
                          answer->allow ? "allow" : (answer->stop ? "stop" : "deny"));
  if (answer->allow)
    {
      cardea_json_set_string (json, "scope",
                              answer->folder ? "folder"
                              : answer->host ? "host"
                                             : "exact");
      cardea_json_set_string (json, "duration",
                              answer->task ? "task" : (answer->seconds > 0 ? "time" : "once"));
    }
  if (answer->treatment != GUARDIAN_TREATMENT_NONE)
    cardea_json_set_string (json, "treatment", guardian_treatment_name (answer->treatment));
  if (answer->seconds > 0)
    cardea_json_set_int (json, "seconds", answer->seconds);
  if (answer->shown_ms >= 0)
    cardea_json_set_int (json, "shown_ms", answer->shown_ms);
  return json;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the scan worker for what it took out. Refuses: to hand over anything of a file when it
 * was not looked at to its end, when no answer comes, or when only a part of it is wanted: a secret
 * cut in two by two reads would pass. Known gap: a file of more than CARDEA_LIMIT_MEMFD bytes
 * cannot be read under this obligation. */

#include "guardian/core/guardian-redaction.h"

#include "common/base/cardea-limits.h"
#include "guardian/core/guardian-scan-check.h"

#include <string.h>

GuardianStep
guardian_redaction_check (GuardianRequest *request)
{
  const char *policy = request->decision.policy;

  if (request->asker != GUARDIAN_ASKER_AGENT || strcmp (request->action->message, "file.read") != 0)
    return guardian_request_refuse (
        request, "denied", "parts of it are to be left out, which is not possible here", policy);
  if (cardea_message_get_int64 (request->message, "offset", 0) != 0)
    return guardian_request_refuse (request, "unsuitable",
                                    "parts of it are left out: it is handed over as a whole only",
                                    policy);
  return GUARDIAN_STEP_NEXT;
}

GuardianStep
guardian_redaction_begin (GuardianRequest *request)
{
  if (!cardea_message_get_boolean (request->result, "end"))
    return guardian_request_refuse (
        request, "unsuitable",
        "parts of it are to be left out, and it is too large to be looked through",
        request->decision.policy);
  g_autofree char *name = g_path_get_basename (request->object->path);
  const GuardianScanQuery query = { .content = cardea_message_take_fd (request->result, "content"),
                                    .name = name,
                                    .action = "mask" };
  CardeaMessage *message = guardian_scan_check_message (request->context, &query);
  request->read = g_steal_pointer (&request->result);
  return guardian_request_call (request, GUARDIAN_WORKER_SCAN, message,
                                GUARDIAN_SCAN_CHECK_TIMEOUT_MS);
}

static GuardianStep
refuse_unseen (GuardianRequest *request, const char *why)
{
  g_autofree char *reason = g_strdup_printf (
      "parts of it are to be left out, and not all of it could be looked at: %s", why);
  return guardian_request_refuse (request, "unsuitable", reason, request->decision.policy);
}

GuardianStep
guardian_redaction_settle (GuardianRequest *request)
{
  g_autoptr (CardeaMessage) answer = g_steal_pointer (&request->result);

  request->result = g_steal_pointer (&request->read);
  if (answer == NULL)
    {
      guardian_workers_end (request->context->workers, GUARDIAN_WORKER_SCAN);
      return refuse_unseen (request, "what looks at it does not answer");
    }
  if (!cardea_message_is (answer, "scan.checked") || cardea_message_peek_fd (answer, "content") < 0)
    return refuse_unseen (request, "what looks at it gave up");
  if (!cardea_message_get_boolean (answer, "inspectable"))
    {
      const char *obstacle = cardea_message_get_string (answer, "obstacle");
      return refuse_unseen (request, obstacle != NULL ? obstacle : "it is of no known kind");
    }
  request->masked = g_steal_pointer (&answer);
  return GUARDIAN_STEP_NEXT;
}

void
guardian_redaction_describe (const GuardianRequest *request, CardeaJson *facts)
{
  if (request->masked == NULL)
    return;
  const CardeaJson *findings = cardea_message_get_json (request->masked, "findings");
  CardeaJson *rules = cardea_json_new_array ();
  guint n = cardea_json_size (findings);
  for (guint i = 0; i < n; i++)
    {
      const char *rule = cardea_json_get_string (cardea_json_nth (findings, i), "rule");
      gboolean known = rule == NULL;
      for (guint j = 0; j < cardea_json_size (rules) && !known; j++)
        known = g_strcmp0 (cardea_json_string (cardea_json_nth (rules, j)), rule) == 0;
      if (!known)
        cardea_json_append (rules, cardea_json_new_string (rule));
    }
  cardea_json_set_int (facts, "left_out", n);
  cardea_json_set (facts, "left_out_rules", rules);
}

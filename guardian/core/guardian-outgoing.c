/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the scan worker for what it found and took out, as far as that goes. Refuses: to send
 * what was to be taken out and could not be. What nobody looked at, or only a part of, is named to
 * policy as opaque: it decides, and the person is asked once. Known gaps: a secret cut in two by
 * two requests is found only where what stands between them does not hide it. */

#include "guardian/core/guardian-outgoing.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/core/guardian-outgoing-finding.h"
#include "guardian/core/guardian-scan-check.h"

#include <string.h>

void
guardian_outgoing_free (GuardianOutgoing *outgoing)
{
  if (outgoing == NULL)
    return;
  g_clear_pointer (&outgoing->sensitive, cardea_json_unref);
  g_clear_pointer (&outgoing->findings, cardea_json_unref);
  g_ptr_array_unref (outgoing->open);
  g_ptr_array_unref (outgoing->taken);
  g_free (outgoing);
}

/* --- what is looked at --- */

static char *
name_flow (const GuardianRequest *request, const char *kind)
{
  return g_strdup_printf ("%s%s %s", kind, request->session->id, request->destination->host);
}

/* A sealed memfd of all; -1: there is none. */
static int
make_content (GuardianRequest *request, const GString *head)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  GuardianOutgoingBody body;

  if (!guardian_outgoing_body_map (&body, request))
    return -1;
  if (head->len + body.size > CARDEA_LIMIT_MEMFD)
    {
      guardian_outgoing_body_clear (&body);
      return -1;
    }
  g_byte_array_append (all, (const guint8 *) head->str, (guint) head->len);
  g_byte_array_append (all, (const guint8 *) body.bytes, (guint) body.size);
  guardian_outgoing_body_clear (&body);
  return cardea_descriptor_new_memfd ("cardea-outgoing", all->data, all->len);
}

/* Nobody looks at it, or said anything. */
static GuardianStep
settle_unseen (GuardianRequest *request, const char *why)
{
  g_clear_pointer (&request->code, g_free);
  g_clear_pointer (&request->reason, g_free);
  guardian_outgoing_finding_unseen (request, why);
  return GUARDIAN_STEP_NEXT;
}

GuardianStep
guardian_outgoing_begin (GuardianRequest *request)
{
  g_autoptr (GString) head = guardian_outgoing_finding_head (request);
  g_autofree char *flow = request->destination != NULL ? name_flow (request, "") : NULL;
  int content = make_content (request, head);

  if (content < 0)
    return settle_unseen (request, "it is larger than what is looked at");
  const GuardianScanQuery query
      = { .content = content,
          .flow = flow,
          .skip = head->len,
          .key = guardian_outgoing_memory_key (request->session->outgoing) };
  CardeaMessage *message = guardian_scan_check_message (request->context, &query);
  request->scanning = TRUE;
  GuardianStep step = guardian_request_call (request, GUARDIAN_WORKER_SCAN, message,
                                             GUARDIAN_SCAN_CHECK_TIMEOUT_MS);
  if (step != GUARDIAN_STEP_REFUSED)
    return step;
  request->scanning = FALSE;
  return settle_unseen (request, "what looks at it cannot be reached at the moment");
}

GuardianStep
guardian_outgoing_settle (GuardianRequest *request)
{
  g_autoptr (CardeaMessage) answer = g_steal_pointer (&request->result);
  GuardianScanVerdict verdict = { .content = -1, .names = -1 };

  request->scanning = FALSE;
  if (request->code != NULL) /* nobody waits for it any more */
    return GUARDIAN_STEP_REFUSED;
  if (answer == NULL)
    {
      guardian_workers_end (request->context->workers, GUARDIAN_WORKER_SCAN);
      return settle_unseen (request, "what looks at it does not answer");
    }
  if (!cardea_message_is (answer, "scan.checked"))
    return settle_unseen (request, "what looks at it gave up");
  guardian_scan_check_read (answer, &verdict);
  guardian_scan_check_clear (&verdict);
  guardian_outgoing_finding_take (request, &verdict);
  return GUARDIAN_STEP_NEXT;
}

/* --- what becomes of it --- */

static void
take_open (GuardianOutgoing *outgoing, GuardianTreatment treatment)
{
  outgoing->treatment = treatment;
  if (treatment != GUARDIAN_TREATMENT_REDACT && treatment != GUARDIAN_TREATMENT_PLACEHOLDER)
    return;
  outgoing->placeholder |= treatment == GUARDIAN_TREATMENT_PLACEHOLDER;
  for (guint i = 0; i < outgoing->open->len; i++)
    g_ptr_array_add (outgoing->taken, g_strdup (outgoing->open->pdata[i]));
}

gboolean
guardian_outgoing_oblige (GuardianRequest *request)
{
  GuardianOutgoing *outgoing = request->outgoing;

  if (!request->decision.redact || request->decision.effect == GUARDIAN_EFFECT_DENY)
    return TRUE;
  if (request->payload == NULL || (outgoing != NULL && !outgoing->removable))
    return FALSE;
  if (outgoing == NULL || outgoing->open->len == 0)
    return TRUE;
  take_open (outgoing, request->decision.placeholder ? GUARDIAN_TREATMENT_PLACEHOLDER
                                                     : GUARDIAN_TREATMENT_REDACT);
  g_ptr_array_set_size (outgoing->open, 0); /* nobody has to say anything about it */
  return TRUE;
}

void
guardian_outgoing_answer (GuardianRequest *request, GuardianTreatment treatment, gboolean task)
{
  GuardianOutgoing *outgoing = request->outgoing;
  GuardianOutgoingMemory *memory = request->session->outgoing;
  const char *host = guardian_outgoing_finding_host (request);

  if (outgoing == NULL)
    return;
  if (treatment == GUARDIAN_TREATMENT_NONE)
    treatment = GUARDIAN_TREATMENT_SEND;
  take_open (outgoing, treatment);
  for (guint i = 0; task && i < outgoing->open->len; i++)
    guardian_outgoing_memory_keep (memory, host, outgoing->open->pdata[i], treatment);
  if (task && outgoing->opaque && !outgoing->unseen)
    guardian_outgoing_memory_keep (memory, host, GUARDIAN_OUTGOING_MEMORY_OPAQUE,
                                   GUARDIAN_TREATMENT_SEND);
}

void
guardian_outgoing_deny (GuardianRequest *request)
{
  const GuardianOutgoing *outgoing = request->outgoing;

  for (guint i = 0; outgoing != NULL && i < outgoing->open->len; i++)
    if (*(const char *) outgoing->open->pdata[i] != '\0')
      guardian_outgoing_memory_keep (request->session->outgoing,
                                     guardian_outgoing_finding_host (request),
                                     outgoing->open->pdata[i], GUARDIAN_TREATMENT_REFUSE);
}

/* --- taking it out --- */

gboolean
guardian_outgoing_must_take_out (const GuardianRequest *request)
{
  return request->outgoing != NULL && request->outgoing->taken->len > 0 && request->masked == NULL;
}

static GuardianStep
refuse_whole (GuardianRequest *request, const char *why)
{
  g_autofree char *reason
      = g_strdup_printf ("what was to be left out could not be taken out: %s", why);
  return guardian_request_refuse (request, "unsuitable", reason, request->decision.policy);
}

/* The same marks only for the same bytes: what is taken out is what was found. */
GuardianStep
guardian_outgoing_take_out (GuardianRequest *request)
{
  const GuardianOutgoing *outgoing = request->outgoing;
  g_autofree char *flow = name_flow (request, "out of ");
  GuardianOutgoingBody body;

  if (!guardian_outgoing_body_map (&body, request))
    return refuse_whole (request, "it cannot be read");
  int content = cardea_descriptor_new_memfd ("cardea-outgoing", body.bytes, body.size);
  guardian_outgoing_body_clear (&body);
  if (content < 0)
    return refuse_whole (request, "there is no room for it");
  const GuardianScanQuery query
      = { .content = content,
          .flow = flow,
          .key = guardian_outgoing_memory_key (request->session->outgoing),
          .only = outgoing->taken,
          .action = outgoing->placeholder ? "pseudonymise" : "mask" };
  CardeaMessage *message = guardian_scan_check_message (request->context, &query);
  request->scanning = TRUE;
  GuardianStep step = guardian_request_call (request, GUARDIAN_WORKER_SCAN, message,
                                             GUARDIAN_SCAN_CHECK_TIMEOUT_MS);
  if (step == GUARDIAN_STEP_REFUSED)
    request->scanning = FALSE;
  return step;
}

/* Each mark that was to go was found and is gone. */
static gboolean
took_all (const GuardianOutgoing *outgoing, const CardeaMessage *answer)
{
  const CardeaJson *findings = cardea_message_get_json (answer, "findings");

  for (guint i = 0; i < outgoing->taken->len; i++)
    {
      gboolean found = FALSE;
      for (guint j = 0; j < cardea_json_size (findings) && !found; j++)
        found = g_strcmp0 (cardea_json_get_string (cardea_json_nth (findings, j), "mark"),
                           outgoing->taken->pdata[i])
                == 0;
      if (!found)
        return FALSE;
    }
  return cardea_message_peek_fd (answer, "content") >= 0;
}

GuardianStep
guardian_outgoing_taken_out (GuardianRequest *request)
{
  g_autoptr (CardeaMessage) answer = g_steal_pointer (&request->result);

  request->scanning = FALSE;
  if (request->code != NULL)
    return GUARDIAN_STEP_REFUSED;
  if (answer == NULL)
    {
      guardian_workers_end (request->context->workers, GUARDIAN_WORKER_SCAN);
      return refuse_whole (request, "what looks at it does not answer");
    }
  if (!cardea_message_is (answer, "scan.checked"))
    return refuse_whole (request, cardea_message_get_string (answer, "reason"));
  if (!took_all (request->outgoing, answer))
    return refuse_whole (request, "it was not found again");
  request->masked = g_steal_pointer (&answer);
  return GUARDIAN_STEP_NEXT;
}

/* --- records --- */

static void
conceal (const GuardianRequest *request, CardeaJson *resource)
{
  if (request->outgoing == NULL || resource == NULL)
    return;
  if (request->destination == NULL)
    cardea_json_remove (resource, "text");
  if (request->destination == NULL || !request->outgoing->in_url)
    return;
  g_autofree char *name = guardian_destination_name (request->destination);
  g_autofree char *url = g_strdup_printf ("%s://%s/…", request->destination->scheme, name);
  cardea_json_set_string (resource, "url", url);
}

CardeaJson *
guardian_outgoing_resource (const GuardianRequest *request)
{
  CardeaJson *resource = guardian_request_resource (request);
  conceal (request, resource);
  return resource;
}

CardeaJson *
guardian_outgoing_input (const GuardianRequest *request)
{
  if (request->input == NULL || request->outgoing == NULL)
    return request->input != NULL ? cardea_json_ref (request->input) : NULL;
  CardeaJson *input = cardea_json_copy (request->input);
  CardeaJson *context = cardea_json_get (input, "context");
  conceal (request, cardea_json_get (input, "resource"));
  if (context != NULL)
    cardea_json_remove (context, "reason"); /* the agent's words may hold it */
  return input;
}

CardeaJson *
guardian_outgoing_findings (const CardeaJson *findings)
{
  CardeaJson *list = cardea_json_copy (findings);

  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      CardeaJson *finding = cardea_json_nth (list, i);
      cardea_json_remove (finding, "before");
      cardea_json_remove (finding, "shown");
      cardea_json_remove (finding, "after");
    }
  return list;
}

void
guardian_outgoing_describe (const GuardianOutgoing *outgoing, CardeaJson *facts)
{
  gint64 lifted = 0;

  if (cardea_json_size (outgoing->findings) > 0)
    cardea_json_set (facts, "sensitive", guardian_outgoing_findings (outgoing->findings));
  if (cardea_json_get_int (outgoing->sensitive, "lifted", &lifted))
    cardea_json_set_int (facts, "sensitive_lifted", lifted);
  if (outgoing->treatment != GUARDIAN_TREATMENT_NONE)
    cardea_json_set_string (facts, "treatment", guardian_treatment_name (outgoing->treatment));
  if (outgoing->taken->len > 0)
    cardea_json_set_int (facts, "taken_out", outgoing->taken->len);
}

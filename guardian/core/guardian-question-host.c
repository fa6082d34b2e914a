/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the destination and the payload as the core read them. What is not shown is not sent: the
 * headers that an agent sets are all here. Known gap: what the egress worker adds itself (Host,
 * lengths) is not shown; it follows from what is. */

#include "guardian/core/guardian-question-host.h"

#include "guardian/core/guardian-domain.h"
#include "guardian/core/guardian-outgoing.h"

#include "common/base/cardea-host.h"

CardeaJson *
guardian_question_host (const GuardianQuestionTerms *terms)
{
  const GuardianDestination *to = terms->destination;
  const GuardianPayload *payload = terms->payload;
  CardeaJson *resource = guardian_destination_describe (to);
  const char *domain = guardian_domain_registrable (to->host);

  cardea_json_remove (resource, "address");
  cardea_json_set_string (resource, "kind", "host");
  if (domain != NULL)
    cardea_json_set_string (resource, "domain", domain);
  if (cardea_host_is_inside (to->host))
    cardea_json_set_boolean (resource, "inside", TRUE);
  if (to->scheme != NULL)
    cardea_json_set_boolean (resource, "tls", g_str_equal (to->scheme, "https"));
  if (payload != NULL && payload->headers != NULL)
    cardea_json_set (resource, "headers", cardea_json_ref (payload->headers));
  if (terms->credential != NULL)
    cardea_json_set_string (resource, "credential", terms->credential);
  if (terms->to_model)
    cardea_json_set_string (resource, "purpose", "model");
  cardea_json_set (resource, "labels", guardian_label_set_to_json (terms->labels));
  return resource;
}

char *
guardian_question_host_key (const GuardianQuestionTerms *terms)
{
  const GuardianDestination *to = terms->destination;
  const GuardianPayload *payload = terms->payload;
  g_autofree char *name = guardian_destination_name (to);
  g_autofree char *headers = payload != NULL && payload->headers != NULL
                                 ? cardea_json_write (payload->headers, NULL, NULL)
                                 : NULL;
  gboolean sends = payload != NULL && payload->sha256 != NULL;

  return g_strdup_printf ("%s %s %s %s %s %s\n%s", terms->session, terms->action, name,
                          to->method != NULL ? to->method : "",
                          sends && terms->request != NULL ? terms->request : "",
                          to->url != NULL ? to->url : "", headers != NULL ? headers : "");
}

gboolean
guardian_question_host_has_content (const GuardianQuestionTerms *terms)
{
  return terms->outgoing != NULL && (terms->outgoing->open->len > 0 || terms->outgoing->opaque);
}

gboolean
guardian_question_host_may_remember (const GuardianQuestionTerms *terms)
{
  return guardian_question_host_has_content (terms) && terms->destination != NULL
         && !terms->outgoing->unseen && terms->decision->uses == 0 && terms->decision->ttl == 0;
}

gboolean
guardian_question_host_may_treat (const GuardianQuestionTerms *terms)
{
  return terms->outgoing != NULL && terms->outgoing->open->len > 0 && terms->outgoing->removable;
}

void
guardian_question_host_findings (const GuardianQuestionTerms *terms, CardeaJson *body)
{
  if (terms->outgoing == NULL || cardea_json_size (terms->outgoing->findings) == 0)
    return;
  cardea_json_set (body, "sensitive", cardea_json_ref (terms->outgoing->findings));
  if (!guardian_question_host_may_treat (terms))
    return;
  CardeaJson *treatments = cardea_json_new_array ();
  for (guint i = GUARDIAN_TREATMENT_SEND; i <= GUARDIAN_TREATMENT_PLACEHOLDER; i++)
    cardea_json_append (treatments, cardea_json_new_string (guardian_treatment_name (i)));
  cardea_json_set (body, "treatments", treatments);
}

static CardeaJson *
replace_copy (CardeaJson *body, const char *name)
{
  const CardeaJson *part = cardea_json_get (body, name);
  CardeaJson *copy = part != NULL ? cardea_json_copy (part) : NULL;
  if (copy != NULL)
    cardea_json_set (body, name, copy);
  return copy;
}

void
guardian_question_host_conceal (CardeaJson *body)
{
  const CardeaJson *sensitive = cardea_json_get (body, "sensitive");

  if (sensitive == NULL)
    return;
  cardea_json_set (body, "sensitive", guardian_outgoing_findings (sensitive));
  CardeaJson *sends = replace_copy (body, "sends");
  CardeaJson *resource = replace_copy (body, "resource");
  CardeaJson *because = replace_copy (body, "because");
  CardeaJson *subject = replace_copy (body, "subject");
  cardea_json_remove (body, "why"); /* these are often where it comes from */
  if (subject != NULL)
    cardea_json_remove (subject, "title");
  if (sends != NULL)
    cardea_json_remove (sends, "text");
  if (because != NULL)
    cardea_json_remove (because, "request");
  if (resource != NULL)
    {
      cardea_json_remove (resource, "headers");
      cardea_json_remove (resource, "url");
      cardea_json_remove (resource, "text");
    }
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the destination and the payload as the core read them. What is not shown is not sent: the
 * headers that an agent sets are all here. Known gap: what the egress worker adds itself (Host,
 * lengths) is not shown; it follows from what is. */

#include "guardian/core/guardian-question-host.h"

#include "guardian/core/guardian-domain.h"

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

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose content it is: what it asks about is its own. The content
 * passes through the core without being read. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-front-errand.h"
#include "guardian/core/guardian-scan-check.h"

static void
refuse (const GuardianFrontErrand *errand)
{
  guardian_link_refuse (errand->link, errand->message, "unavailable",
                        "it could not be looked at: what looks at it does not answer");
}

static void
judged_cb (GuardianScanVerdict *verdict, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;

  if (verdict == NULL)
    refuse (errand);
  else
    {
      CardeaMessage *reply = cardea_message_new_reply (errand->message, "dlp.found");
      cardea_message_set_json (reply, "findings",
                               cardea_json_ref ((CardeaJson *) verdict->findings));
      cardea_message_set_json (reply, "labels", cardea_json_ref ((CardeaJson *) verdict->labels));
      cardea_message_set_boolean (reply, "inspectable", verdict->obstacle == NULL);
      if (verdict->obstacle != NULL)
        cardea_message_set_string (reply, "obstacle", verdict->obstacle);
      guardian_link_send (errand->link, reply);
    }
  guardian_front_errand_free (errand);
}

void
guardian_front_dlp_scan (GuardianLink *link, CardeaMessage *message)
{
  const char *flow = cardea_message_get_string (message, "flow");
  /* Never the flow of a session. */
  g_autofree char *own = flow != NULL ? g_strdup_printf ("front %p %s", (void *) link, flow) : NULL;
  const GuardianScanQuery query = { .content = cardea_message_take_fd (message, "content"),
                                    .name = cardea_message_get_string (message, "name"),
                                    .flow = own };
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);

  if (guardian_scan_check (link->context, &query, judged_cb, errand) == 0)
    {
      refuse (errand);
      guardian_front_errand_free (errand);
    }
}

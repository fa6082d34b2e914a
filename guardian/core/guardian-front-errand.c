/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the front end's link for whose errand it is. Refuses what cannot be recorded. Known gaps:
 * none. */

#include "guardian/core/guardian-front-errand.h"

#include "guardian/core/guardian-record.h"

GuardianFrontErrand *
guardian_front_errand_new (GuardianLink *link, CardeaMessage *message)
{
  GuardianFrontErrand *errand = g_new0 (GuardianFrontErrand, 1);

  errand->link = guardian_link_ref (link);
  errand->message = cardea_message_ref (message);
  return errand;
}

void
guardian_front_errand_free (GuardianFrontErrand *errand)
{
  guardian_link_unref (errand->link);
  cardea_message_unref (errand->message);
  guardian_model_free (errand->model);
  guardian_credential_free (errand->credential);
  g_free (errand);
}

void
guardian_front_errand_refuse (GuardianFrontErrand *errand, const char *code, const char *reason)
{
  guardian_link_refuse (errand->link, errand->message, code, reason);
  guardian_front_errand_free (errand);
}

void
guardian_front_errand_done (GuardianFrontErrand *errand)
{
  guardian_link_done (errand->link, errand->message);
  guardian_front_errand_free (errand);
}

gboolean
guardian_front_errand_record (GuardianFrontErrand *errand, CardeaJson *resource)
{
  GuardianLink *link = errand->link;
  g_autoptr (CardeaJson) owned = resource;
  g_autoptr (GError) error = NULL;

  if (guardian_record_command (link->context->audit, errand->message, link->identity.pid, owned,
                               &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  guardian_front_errand_refuse (errand, "unavailable", "the log cannot be written");
  return FALSE;
}

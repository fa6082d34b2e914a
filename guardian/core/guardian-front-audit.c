/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-audit-query.h"
#include "guardian/core/guardian-front.h"
#include "guardian/core/guardian-front-errand.h"
#include "guardian/core/guardian-keyring.h"

/* Details can be read only when the keys are open: a command that shows or changes them opens them
 * first. A log whose keys cannot be had is listed without its details. */

static void
listing (const char *code, const char *reason, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;
  guardian_link_send (errand->link,
                      guardian_audit_query (errand->link->context->audit, errand->message));
  guardian_front_errand_free (errand);
}

void
guardian_front_audit_list (GuardianLink *link, CardeaMessage *message)
{
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);

  if (guardian_audit_begun (link->context->audit, NULL)
      && guardian_keyring_state (link->context->keyring) == GUARDIAN_KEYRING_CLOSED)
    guardian_keyring_open (link->context->keyring, listing, errand);
  else
    listing (NULL, NULL, errand);
}

void
guardian_front_audit_watch (GuardianLink *link, CardeaMessage *message)
{
  link->watches_audit = TRUE;
  guardian_link_done (link, message);
}

void
guardian_front_audit_redact (GuardianLink *link, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  gint64 seq = cardea_message_get_int64 (message, "seq", -1);

  if (guardian_audit_redact (link->context->audit, seq, &error))
    guardian_link_done (link, message);
  else
    guardian_link_refuse (link, message,
                          g_error_matches (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_GONE)
                              ? "not-found"
                              : "unavailable",
                          error->message);
}

static void
sealed (gboolean ok, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;
  if (ok)
    guardian_link_done (errand->link, errand->message);
  else
    guardian_link_refuse (errand->link, errand->message, "unavailable",
                          "no checkpoint could be written");
  guardian_front_errand_free (errand);
}

void
guardian_front_audit_sync (GuardianLink *link, CardeaMessage *message)
{
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);

  guardian_audit_checkpoint (link->context->audit, sealed, errand);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-audit-query.h"
#include "guardian/core/guardian-front.h"
#include "guardian/core/guardian-keyring.h"

/* Details can be read only when the keys are open: a command that shows or changes them opens them
 * first. A log whose keys cannot be had is listed without its details. */
typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
} Command;

static void
listing (const char *code, const char *reason, gpointer user_data)
{
  Command *command = user_data;
  guardian_link_send (command->link,
                      guardian_audit_query (command->link->context->audit, command->message));
  guardian_link_unref (command->link);
  cardea_message_unref (command->message);
  g_free (command);
}

void
guardian_front_audit_list (GuardianLink *link, CardeaMessage *message)
{
  Command *command = g_new0 (Command, 1);
  command->link = guardian_link_ref (link);
  command->message = cardea_message_ref (message);
  if (guardian_audit_begun (link->context->audit, NULL)
      && guardian_keyring_state (link->context->keyring) == GUARDIAN_KEYRING_CLOSED)
    guardian_keyring_open (link->context->keyring, listing, command);
  else
    listing (NULL, NULL, command);
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
  Command *command = user_data;
  if (ok)
    guardian_link_done (command->link, command->message);
  else
    guardian_link_refuse (command->link, command->message, "unavailable",
                          "no checkpoint could be written");
  guardian_link_unref (command->link);
  cardea_message_unref (command->message);
  g_free (command);
}

void
guardian_front_audit_sync (GuardianLink *link, CardeaMessage *message)
{
  Command *command = g_new0 (Command, 1);
  command->link = guardian_link_ref (link);
  command->message = cardea_message_ref (message);
  guardian_audit_checkpoint (link->context->audit, sealed, command);
}

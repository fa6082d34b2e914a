/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is. Refuses to take back what cannot be recorded.
 * No badge is told, only what it says. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-badge-table.h"
#include "guardian/core/guardian-record.h"

#define BY_COMMAND "taken back by the person"

static void
list (GuardianLink *link, CardeaMessage *message)
{
  GuardianBadgeTable *badges = link->context->badges;
  CardeaMessage *reply = cardea_message_new_reply (message, "badge.listed");

  cardea_message_set_json (reply, "badges", guardian_badge_table_list (badges));
  cardea_message_set_json (reply, "keys", guardian_badge_table_keys (badges));
  cardea_message_set_path (reply, "folder", guardian_badge_table_folder (badges));
  guardian_link_send (link, reply);
}

void
guardian_front_badge_list (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, list);
}

static guint
take_back_named (GuardianBadgeTable *badges, const CardeaMessage *message)
{
  const char *id = cardea_message_get_string (message, "id");
  const char *session = cardea_message_session (message);

  if (id != NULL)
    return guardian_badge_table_revoke (badges, id, BY_COMMAND);
  if (cardea_message_get_boolean (message, "all"))
    return guardian_badge_table_revoke_all (badges, BY_COMMAND);
  return session != NULL ? guardian_badge_table_revoke_session (badges, session, BY_COMMAND) : 0;
}

static void
take_back (GuardianLink *link, CardeaMessage *message)
{
  const char *id = cardea_message_get_string (message, "id");
  const char *session = cardea_message_session (message);
  gboolean all = cardea_message_get_boolean (message, "all");
  g_autoptr (CardeaJson) resource = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  if (id != NULL)
    cardea_json_set_string (resource, "badge", id);
  if (session != NULL)
    cardea_json_set_string (resource, "session", session);
  if (!guardian_record_command (link->context->audit, message, link->identity.pid, resource,
                                &error))
    {
      guardian_link_refuse (link, message, "unavailable", "the log cannot be written");
      return;
    }
  guint count = take_back_named (link->context->badges, message);
  if (count == 0 && !all)
    {
      guardian_link_refuse (link, message, "not-found", "no such badge is still good");
      return;
    }
  CardeaMessage *reply = cardea_message_new_reply (message, "done");
  cardea_message_set_int (reply, "count", count);
  guardian_link_send (link, reply);
}

void
guardian_front_badge_revoke (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, take_back);
}

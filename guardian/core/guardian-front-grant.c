/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is. Refuses grants that could not be stored or
 * recorded, and what tier 5 closes. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-designation.h"
#include "guardian/core/guardian-front-errand.h"
#include "guardian/core/guardian-grant-store.h"
#include "guardian/core/guardian-keyring.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-paths.h"
#include "common/profiles/cardea-profile-files.h"

#include <string.h>

#define LIST_LIMIT 500u

static void
list (GuardianLink *link, CardeaMessage *message)
{
  GPtrArray *grants = guardian_grant_table_list (link->context->grants);
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < grants->len && i < LIST_LIMIT; i++)
    cardea_json_append (array, guardian_grant_to_json (grants->pdata[i]));
  CardeaMessage *reply = cardea_message_new_reply (message, "grant.listed");
  cardea_message_set_json (reply, "grants", array);
  guardian_link_send (link, reply);
}

void
guardian_front_grant_list (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, list);
}

static void
added (GPtrArray *grants, const char *code, const char *reason, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;
  GuardianContext *context = errand->link->context;
  g_autoptr (GError) error = NULL;

  if (grants == NULL)
    guardian_link_refuse (errand->link, errand->message, code, reason);
  else if (!guardian_grant_store_save (context->grant_store, &error))
    {
      guardian_grant_table_revoke (context->grants, grants->pdata[0]);
      guardian_link_refuse (errand->link, errand->message, "unavailable", error->message);
    }
  else
    {
      CardeaMessage *reply = cardea_message_new_reply (errand->message, "grant.added");
      cardea_message_set_json (reply, "grant", guardian_grant_to_json (grants->pdata[0]));
      guardian_link_send (errand->link, reply);
    }
  guardian_front_errand_free (errand);
}

static void
add (GuardianLink *link, CardeaMessage *message)
{
  g_autofree char *home = cardea_paths_home ();
  const char *profile = cardea_message_get_string (message, "profile");
  g_autofree char *agent
      = profile != NULL ? g_strconcat (GUARDIAN_SESSION_PROFILE, profile, NULL) : NULL;
  const char *paths[] = { cardea_message_get_path (message, "path"), NULL };
  GuardianDesignationTerms terms = {
    .agent = agent,
    .home = home,
    .trace = cardea_message_trace (message),
    .origin = GUARDIAN_GRANT_COMMAND,
    .level = strcmp (cardea_message_get_string (message, "access"), "rw") == 0
                 ? GUARDIAN_GRANT_WRITE
                 : GUARDIAN_GRANT_READ,
    .seconds = cardea_message_get_int (message, "seconds", 1),
    .renewing = cardea_message_get_boolean (message, "renewing"),
  };
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);

  guardian_designation_start (link->context, &terms, paths, added, errand);
}

void
guardian_front_grant_add (GuardianLink *link, CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "profile");
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaProfile) profile
      = name != NULL ? cardea_profile_files_load (name, &error) : NULL;

  if (error != NULL)
    guardian_link_refuse (link, message, "not-found", error->message);
  else
    guardian_front_when_open (link, message, add);
}

/* --- revoking --- */

static void
answer_revoked (GuardianLink *link, CardeaMessage *message, guint count)
{
  g_autoptr (GError) error = NULL;

  if (guardian_grant_store_is_open (link->context->grant_store)
      && !guardian_grant_store_save (link->context->grant_store, &error))
    {
      guardian_link_refuse (link, message, "unavailable", error->message);
      return;
    }
  CardeaMessage *reply = cardea_message_new_reply (message, "done");
  cardea_message_set_int (reply, "count", count);
  guardian_link_send (link, reply);
}

static void
revoke_grants (GuardianLink *link, CardeaMessage *message)
{
  GuardianContext *context = link->context;
  const char *id = cardea_message_get_string (message, "id");
  const char *session_id = cardea_message_session (message);
  gboolean ambiguous = FALSE;

  if (id != NULL)
    {
      GuardianGrant *grant = guardian_grant_table_find (context->grants, id, &ambiguous);
      if (grant == NULL)
        {
          guardian_link_refuse (link, message, ambiguous ? "ambiguous" : "not-found",
                                ambiguous ? "several grants begin so" : "there is no such grant");
          return;
        }
      guardian_grant_table_revoke (context->grants, grant);
      answer_revoked (link, message, 1);
      return;
    }
  if (cardea_message_get_boolean (message, "all"))
    {
      answer_revoked (link, message, guardian_grant_table_revoke_session (context->grants, NULL));
      return;
    }
  const GuardianSession *session = guardian_session_table_find (context->sessions, session_id);
  if (session == NULL)
    guardian_link_refuse (link, message, "not-found", "say which grant, session, or all");
  else
    answer_revoked (link, message,
                    guardian_grant_table_revoke_session (context->grants, session->id));
}

void
guardian_front_grant_revoke (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, revoke_grants);
}

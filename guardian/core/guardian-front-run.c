/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person's front end for what the person named. Refuses a program without a full name
 * and signals to a session of another front end. */

#include "guardian/core/guardian-front.h"

#include "common/profiles/cardea-profile-files.h"
#include "guardian/core/guardian-session-run.h"
#include "guardian/core/guardian-session-table.h"

void
guardian_front_run_open (GuardianLink *link, CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "profile");
  const char *reason = NULL;
  const char *code = guardian_front_check_opening (link->context, message, &reason);
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaProfile) profile = NULL;

  if (code == NULL && cardea_message_get_path (message, "program")[0] != '/')
    {
      code = "malformed";
      reason = "the program must be named by its full path";
    }
  if (code == NULL && name != NULL)
    profile = cardea_profile_files_load (name, &error);
  if (error != NULL)
    {
      code = "unsuitable";
      reason = error->message;
    }
  if (code != NULL)
    {
      guardian_link_refuse (link, message, code, reason);
      return;
    }
  guardian_front_begin_session (link, message, g_steal_pointer (&profile));
}

void
guardian_front_run_signal (GuardianLink *link, CardeaMessage *message)
{
  GuardianSession *session
      = guardian_session_table_find (link->context->sessions, cardea_message_session (message));

  if (session != NULL && session->owner == link && session->program != NULL)
    guardian_session_run_signal (session, cardea_message_get_int (message, "signal", 0));
}

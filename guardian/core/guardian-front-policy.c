/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is, and nothing it sends: an input to be explained
 * is untrusted and decides nothing. Policies are read from their folders only, never taken from a
 * message. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-policy-change.h"
#include "guardian/core/guardian-policy-loader.h"

#include "common/base/cardea-text.h"

static void
show (GuardianLink *link, CardeaMessage *message)
{
  CardeaMessage *reply = cardea_message_new_reply (message, "policy.shown");
  cardea_message_set_json (reply, "policy", guardian_policy_describe (link->context->policy));
  guardian_link_send (link, reply);
}

void
guardian_front_policy_show (GuardianLink *link, CardeaMessage *message)
{
  show (link, message);
}

void
guardian_front_policy_explain (GuardianLink *link, CardeaMessage *message)
{
  CardeaJson *explanation
      = guardian_policy_explain (link->context->policy, cardea_message_get_json (message, "input"));
  if (explanation == NULL)
    {
      guardian_link_refuse (link, message, "unavailable", "no policy is in force");
      return;
    }
  CardeaMessage *reply = cardea_message_new_reply (message, "policy.explained");
  cardea_message_set_json (reply, "explanation", explanation);
  guardian_link_send (link, reply);
}

/* A reload under way. */
typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  char *before; /* the revision */
} Reload;

static void
reload_free (Reload *reload)
{
  guardian_link_unref (reload->link);
  cardea_message_unref (reload->message);
  g_free (reload->before);
  g_free (reload);
}

static void
answer_reload (const Reload *reload, const GError *problem)
{
  GuardianContext *context = reload->link->context;

  if (!guardian_policy_change_settle (context, reload->before, problem))
    {
      guardian_link_refuse (reload->link, reload->message, "unavailable",
                            "the log cannot be written");
      return;
    }
  if (problem != NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (problem->message, -1);
      g_autofree char *reason = cardea_text_shorten (valid, CARDEA_LIMIT_REASON / 4);
      guardian_link_refuse (reload->link, reload->message, "malformed", reason);
      return;
    }
  show (reload->link, reload->message);
}

static void
reloaded (const GError *problem, gpointer user_data)
{
  Reload *reload = user_data;
  answer_reload (reload, problem);
  reload_free (reload);
}

void
guardian_front_policy_reload (GuardianLink *link, CardeaMessage *message)
{
  Reload *reload = g_new0 (Reload, 1);
  reload->link = guardian_link_ref (link);
  reload->message = cardea_message_ref (message);
  reload->before = g_strdup (guardian_policy_revision (link->context->policy));
  if (guardian_policy_loader_start (link->context, reloaded, reload))
    return;
  guardian_link_refuse (link, message, "busy", "the policies are being read already");
  reload_free (reload);
}

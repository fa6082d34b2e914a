/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person's front end for what the person wants; policy still decides whether a mode may
 * be used. Refuses sessions while settings are damaged or the log cannot be sealed. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-time.h"

#include <string.h>
#include <unistd.h>

#define LIST_LIMIT 500u
#define ACTION_MONITOR "session.monitor"

static CardeaJson *
describe_monitoring (const GuardianContext *context)
{
  CardeaJson *input = cardea_json_new_object ();
  CardeaJson *subject = cardea_json_new_object ();
  CardeaJson *circumstances = cardea_json_new_object ();
  g_autofree char *now = cardea_time_format (g_get_real_time ());
  if (context->user != NULL)
    cardea_json_set_string (subject, "user", context->user);
  cardea_json_set_int (subject, "uid", geteuid ());
  cardea_json_set_string (circumstances, "time", now);
  cardea_json_set_string (circumstances, "mode", "monitor");
  cardea_json_set_string (circumstances, "policy_revision",
                          guardian_policy_revision (context->policy));
  cardea_json_set (input, "subject", subject);
  cardea_json_set_string (input, "action", ACTION_MONITOR);
  cardea_json_set (input, "resource", cardea_json_new_object ());
  cardea_json_set (input, "context", circumstances);
  return input;
}

/* A session in which nobody is asked begins only where policy allows it outright, and with a
 * record. NULL: it may. */
static const char *
check_monitoring (GuardianContext *context, const char **ret_reason)
{
  g_autoptr (CardeaJson) input = describe_monitoring (context);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;
  if (strcmp (guardian_settings_get (context->settings, "policy.monitor"), "allow") != 0)
    {
      *ret_reason = "monitor mode is switched off (setting policy.monitor)";
      return "denied";
    }
  GuardianDecision decision = guardian_policy_decide (context->policy, input);
  gboolean allowed = decision.effect == GUARDIAN_EFFECT_ALLOW;
  cardea_json_set_int (facts, "tier", decision.tier);
  cardea_json_set_string (facts, "verdict", guardian_effect_name (decision.effect));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision", .action = ACTION_MONITOR,
                              .effect = allowed ? "allow" : "deny", .policy = decision.policy,
                              .reason = decision.reason, .facts = facts, .input = input,
                              GUARDIAN_RECORD_POLICY (context->policy));
  if (!guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    {
      g_warning ("the log cannot be written: %s", error->message);
      *ret_reason = "the log cannot be written";
      return "unavailable";
    }
  *ret_reason = decision.reason;
  return allowed ? NULL : "denied";
}

const char *
guardian_front_check_opening (GuardianContext *context, CardeaMessage *message,
                              const char **ret_reason)
{
  const char *home = cardea_message_get_path (message, "home");
  const char *folder = cardea_message_get_path (message, "folder");
  const char *mode = cardea_message_get_string (message, "mode");

  if (context->stopping)
    {
      *ret_reason = "the guardian is about to end";
      return "unavailable";
    }
  if (guardian_settings_damage (context->settings) != NULL)
    {
      *ret_reason = guardian_settings_damage (context->settings);
      return "unavailable";
    }
  if (home[0] != '/' || folder[0] != '/')
    {
      *ret_reason = "home and folder must be absolute";
      return "malformed";
    }
  return strcmp (mode, "monitor") == 0 ? check_monitoring (context, ret_reason) : NULL;
}

void
guardian_front_begin_session (GuardianLink *link, CardeaMessage *message, CardeaProfile *profile)
{
  GuardianSession *session = guardian_session_new (link, message, profile);
  g_autoptr (GuardianSession) held = guardian_session_ref (session);
  if (guardian_session_table_add (link->context->sessions, session))
    guardian_session_open (held);
  else
    guardian_link_refuse (link, message, "busy", "too many sessions at once");
}

/* Both ends of the talk, or none. */
static gboolean
is_foreign_whole (const CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "foreign");
  gboolean named = name != NULL && cardea_profile_is_name (name);
  gboolean input = cardea_message_peek_fd (message, "foreign_input") >= 0;
  gboolean output = cardea_message_peek_fd (message, "foreign_output") >= 0;

  return named ? input && output : name == NULL && !input && !output;
}

/* Both are this front end's, and of the same profile. */
static gboolean
is_beside_its_own (const GuardianLink *link, const CardeaMessage *message)
{
  const char *id = cardea_message_get_string (message, "beside");
  const GuardianSession *session
      = id != NULL ? guardian_session_table_find (link->context->sessions, id) : NULL;

  return id == NULL
         || (session != NULL && session->owner == link && session->profile != NULL
             && g_strcmp0 (session->profile->name, cardea_message_get_string (message, "foreign"))
                    == 0);
}

void
guardian_front_session_open (GuardianLink *link, CardeaMessage *message)
{
  const char *reason = NULL;
  const char *code = guardian_front_check_opening (link->context, message, &reason);

  if (code == NULL && !is_foreign_whole (message))
    {
      code = "malformed";
      reason = "a foreign agent needs a name and both ends of what it says and hears";
    }
  if (code == NULL && !is_beside_its_own (link, message))
    {
      code = "not-found";
      reason = "there is no such program of that agent";
    }
  if (code != NULL)
    {
      guardian_link_refuse (link, message, code, reason);
      return;
    }
  guardian_front_begin_session (link, message, NULL);
}

/* The session of the envelope; refuses by itself when there is none. */
static GuardianSession *
find_session (GuardianLink *link, const CardeaMessage *message)
{
  GuardianSession *session
      = guardian_session_table_find (link->context->sessions, cardea_message_session (message));
  if (session == NULL)
    guardian_link_refuse (link, message, "not-found", "there is no such session");
  return session;
}

/* --- ending --- */

typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  guint waiting;
  guint count;
} Ending;

static void
one_ended (gpointer user_data)
{
  Ending *ending = user_data;

  ending->waiting--;
  if (ending->waiting > 0)
    return;
  CardeaMessage *reply = cardea_message_new_reply (ending->message, "done");
  cardea_message_set_int (reply, "count", ending->count);
  guardian_link_send (ending->link, reply);
  guardian_link_unref (ending->link);
  cardea_message_unref (ending->message);
  g_free (ending);
}

static void
end_one (GuardianSession *session, gpointer user_data)
{
  Ending *ending = user_data;
  ending->waiting++;
  ending->count++;
  guardian_session_end (session, "declined", "ended by the person");
  guardian_session_when_ended (session, one_ended, ending);
}

void
guardian_front_session_end (GuardianLink *link, CardeaMessage *message)
{
  gboolean all = cardea_message_get_boolean (message, "all");
  GuardianSession *session = all ? NULL : find_session (link, message);

  if (!all && session == NULL)
    return;
  Ending *ending = g_new0 (Ending, 1);
  ending->link = guardian_link_ref (link);
  ending->message = cardea_message_ref (message);
  /* One for ourselves, so that it is answered once, after the last. */
  ending->waiting = 1;
  if (all)
    guardian_pool_clear (link->context->pool);
  if (all)
    guardian_session_table_foreach (link->context->sessions, end_one, ending);
  else
    end_one (session, ending);
  one_ended (ending);
}

/* --- listing --- */

void
guardian_front_session_list (GuardianLink *link, CardeaMessage *message)
{
  GPtrArray *sessions = guardian_session_table_list (link->context->sessions);
  gboolean all = cardea_message_get_boolean (message, "all");
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < sessions->len && cardea_json_size (array) < LIST_LIMIT; i++)
    {
      const GuardianSession *session = sessions->pdata[i];
      if (all || session->state != GUARDIAN_SESSION_ENDED)
        cardea_json_append (array, guardian_session_summary (session));
    }
  CardeaMessage *reply = cardea_message_new_reply (message, "session.listed");
  cardea_message_set_json (reply, "sessions", array);
  guardian_link_send (link, reply);
}

void
guardian_front_session_show (GuardianLink *link, CardeaMessage *message)
{
  const GuardianSession *session = find_session (link, message);

  if (session == NULL)
    return;
  CardeaMessage *reply = cardea_message_new_reply (message, "session.shown");
  cardea_message_set_json (reply, "details", guardian_session_details (session));
  guardian_link_send (link, reply);
}

/* --- talking --- */

static GuardianSession *
find_ready (GuardianLink *link, const CardeaMessage *message)
{
  GuardianSession *session = find_session (link, message);

  if (session == NULL)
    return NULL;
  if (session->owner != link)
    {
      guardian_link_refuse (link, message, "unauthorized",
                            "this session belongs to another window "
                            "or terminal");
      return NULL;
    }
  if (session->program != NULL)
    {
      guardian_link_refuse (link, message, "unsuitable", "this program has no conversation");
      return NULL;
    }
  if (session->state != GUARDIAN_SESSION_READY)
    {
      guardian_link_refuse (link, message, "unavailable", "the session is not ready");
      return NULL;
    }
  return session;
}

void
guardian_front_chat_send (GuardianLink *link, CardeaMessage *message)
{
  GuardianSession *session = find_ready (link, message);
  if (session != NULL)
    guardian_relay_user (session, link, message);
}

void
guardian_front_chat_cancel (GuardianLink *link, CardeaMessage *message)
{
  GuardianSession *session = find_ready (link, message);
  if (session == NULL)
    return;
  guardian_relay_stop (session);
  guardian_link_done (link, message);
}

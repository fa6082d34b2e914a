/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-input.h"

#include "guardian/core/guardian-member.h"

#include "common/base/cardea-time.h"

#include <unistd.h>

static CardeaJson *
make_subject (const GuardianSession *session)
{
  CardeaJson *subject = cardea_json_new_object ();
  CardeaJson *agent = cardea_json_new_object ();

  cardea_json_set_string (agent, "name", guardian_session_agent (session));
  guardian_member_set_text (agent, "sha256", session->agent_sha256);
  guardian_member_set_text (agent, "foreign", session->foreign);
  guardian_member_set_text (subject, "user", session->context->user);
  cardea_json_set_int (subject, "uid", geteuid ());
  cardea_json_set_string (subject, "session", session->id);
  cardea_json_set (subject, "agent", agent);
  return subject;
}

static CardeaJson *
make_context (const GuardianSession *session, const char *reason, const char *action)
{
  static const char *const leaving[]
      = { "net.connect", "net.request", "clipboard.write", "exec.run", NULL };
  CardeaJson *context = cardea_json_new_object ();
  CardeaJson *history = cardea_json_new_object ();
  g_autofree char *now = cardea_time_format (g_get_real_time ());

  cardea_json_set (history, "labels_read", guardian_label_set_to_json (session->labels_read));
  guardian_flow_describe (&session->flow, g_strv_contains (leaving, action), history);
  cardea_json_set_int (history, "files_read", session->files_read);
  cardea_json_set_string (context, "time", now);
  guardian_member_set_text (context, "reason", reason);
  cardea_json_set_string (context, "mode", guardian_session_mode_name (session));
  cardea_json_set (context, "session", history);
  cardea_json_set_string (context, "policy_revision",
                          guardian_policy_revision (session->context->policy));
  return context;
}

/* subject and context are taken. */
static CardeaJson *
compose (CardeaJson *subject, CardeaJson *context, const char *action, CardeaJson *resource,
         const GuardianGrant *grant)
{
  CardeaJson *input = cardea_json_new_object ();

  if (grant != NULL)
    cardea_json_set (resource, "grant", guardian_grant_describe (grant));
  cardea_json_set (input, "subject", subject);
  cardea_json_set_string (input, "action", action);
  cardea_json_set (input, "resource", resource);
  cardea_json_set (input, "context", context);
  return input;
}

CardeaJson *
guardian_input_new (const GuardianRequest *request, const CardeaJson *like, const char *action,
                    CardeaJson *resource, const GuardianGrant *grant)
{
  const char *reason = cardea_message_get_string (request->message, "reason");
  CardeaJson *subject = like != NULL ? cardea_json_get (like, "subject") : NULL;
  CardeaJson *context = like != NULL ? cardea_json_get (like, "context") : NULL;

  return compose (subject != NULL ? cardea_json_ref (subject) : make_subject (request->session),
                  context != NULL ? cardea_json_ref (context)
                                  : make_context (request->session, reason, action),
                  action, resource, grant);
}

CardeaJson *
guardian_input_new_session (const GuardianSession *session, const char *action,
                            CardeaJson *resource, const GuardianGrant *grant)
{
  return compose (make_subject (session), make_context (session, NULL, action), action, resource,
                  grant);
}

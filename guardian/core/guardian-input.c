/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-input.h"

#include "common/base/cardea-time.h"

#include <unistd.h>

static void
set_optional (CardeaJson *json, const char *name, const char *value)
{
  if (value != NULL)
    cardea_json_set_string (json, name, value);
}

static CardeaJson *
make_subject (const GuardianRequest *request)
{
  CardeaJson *subject = cardea_json_new_object ();
  CardeaJson *agent = cardea_json_new_object ();

  cardea_json_set_string (agent, "name", guardian_session_agent (request->session));
  set_optional (agent, "sha256", request->session->agent_sha256);
  set_optional (subject, "user", request->context->user);
  cardea_json_set_int (subject, "uid", geteuid ());
  cardea_json_set_string (subject, "session", request->session->id);
  cardea_json_set (subject, "agent", agent);
  return subject;
}

static CardeaJson *
make_context (const GuardianRequest *request)
{
  CardeaJson *context = cardea_json_new_object ();
  CardeaJson *session = cardea_json_new_object ();
  g_autofree char *now = cardea_time_format (g_get_real_time ());

  cardea_json_set (session, "labels_read",
                   guardian_label_set_to_json (request->session->labels_read));
  cardea_json_set_boolean (session, "untrusted_input", FALSE);
  cardea_json_set_int (session, "files_read", request->session->files_read);
  cardea_json_set_string (context, "time", now);
  set_optional (context, "reason", cardea_message_get_string (request->message, "reason"));
  cardea_json_set_string (context, "mode", guardian_session_mode_name (request->session));
  cardea_json_set (context, "session", session);
  cardea_json_set_string (context, "policy_revision",
                          guardian_policy_revision (request->context->policy));
  return context;
}

CardeaJson *
guardian_input_new (const GuardianRequest *request, const CardeaJson *like, const char *action,
                    CardeaJson *resource, const GuardianGrant *grant)
{
  CardeaJson *input = cardea_json_new_object ();
  CardeaJson *subject = like != NULL ? cardea_json_get (like, "subject") : NULL;
  CardeaJson *context = like != NULL ? cardea_json_get (like, "context") : NULL;

  if (grant != NULL)
    cardea_json_set (resource, "grant", guardian_grant_describe (grant));
  cardea_json_set (input, "subject",
                   subject != NULL ? cardea_json_ref (subject) : make_subject (request));
  cardea_json_set_string (input, "action", action);
  cardea_json_set (input, "resource", resource);
  cardea_json_set (input, "context",
                   context != NULL ? cardea_json_ref (context) : make_context (request));
  return input;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person for which model is theirs. Refuses names that are none of theirs, so that no
 * session begins with another model than the one that was asked for. */

#include "guardian/core/guardian-session-model.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-input.h"
#include "guardian/core/guardian-record.h"

#include <string.h>

const char *
guardian_session_model_choose (GuardianSession *session, char **ret_reason)
{
  GuardianContext *context = session->context;
  const char *name = session->model != NULL ? session->model
                                            : guardian_settings_get (context->settings, "model");

  /* A foreign agent has a model of its own. */
  if (session->foreign != NULL || strcmp (name, GUARDIAN_MODEL_OFFLINE) == 0)
    return NULL;
  const GuardianModel *model = guardian_connection_store_model (context->connections, name);
  if (model == NULL)
    {
      *ret_reason = g_strdup_printf ("there is no model “%s”: connect it, or use “offline”", name);
      return "not-found";
    }
  if (model->model == NULL)
    {
      *ret_reason = g_strdup_printf ("it is not known which of its models “%s” means: test it, or "
                                     "add it again with the server's name of the model",
                                     name);
      return "unsuitable";
    }
  if (session->model == NULL)
    session->model = g_strdup (name);
  session->endpoint = guardian_model_copy (model);
  guardian_connection_store_used (context->connections, name, NULL);
  return NULL;
}

/* --- its host --- */

static GuardianGrant *
make_grant (const GuardianSession *session)
{
  static const char *const methods[] = { "GET", "POST", NULL };
  const GuardianModel *model = session->endpoint;
  GuardianGrantHost *host = guardian_grant_host_new (model->host, model->port, methods);

  host->inside = guardian_model_is_inside (model);
  return guardian_grant_new_host (guardian_session_agent (session), session->id,
                                  GUARDIAN_GRANT_DESIGNATED, host);
}

/* As an agent's request would be, with the grant there already. */
static GuardianDecision
judge (const GuardianSession *session, const GuardianGrant *grant)
{
  g_autofree char *url = g_strconcat (session->endpoint->url, "/", NULL);
  g_autoptr (GuardianDestination) to = guardian_destination_new ("POST", url, NULL);
  g_autoptr (CardeaJson) input = NULL;

  if (to == NULL)
    return (GuardianDecision){ .effect = GUARDIAN_EFFECT_DENY,
                               .reason = "the model's address is no destination",
                               .policy = "designation" };
  input = guardian_input_new_session (session, "net.request", guardian_destination_describe (to),
                                      grant);
  return guardian_policy_decide (session->context->policy, input);
}

static gboolean
record (const GuardianSession *session, GuardianGrant *grant, const GuardianDecision *decision)
{
  gboolean denied = decision->effect == GUARDIAN_EFFECT_DENY;
  g_autoptr (CardeaJson) resource = guardian_grant_to_json (grant);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  if (!denied)
    cardea_json_set_string (facts, "grant", grant->id);
  GuardianRecord entry
      = GUARDIAN_RECORD_INIT (.type = "decision", .session = session->id, .trace = session->trace,
                              .agent = grant->agent, .facts = facts, .action = "net.request",
                              .effect = denied ? "deny" : "allow",
                              .policy = denied ? decision->policy : "designation",
                              .revision = guardian_policy_revision (session->context->policy),
                              .resource = resource,
                              .reason
                              = denied ? decision->reason : "the model that the person chose");
  if (guardian_record_append (session->context->audit, &entry, GUARDIAN_AUDIT_SYNCED,
                              &grant->record, &error))
    return TRUE;
  g_warning ("a model's host was not recorded: %s", error->message);
  return FALSE;
}

const char *
guardian_session_model_share (GuardianSession *session, char **ret_reason)
{
  if (session->endpoint == NULL)
    return NULL;
  g_autoptr (GuardianGrant) grant = make_grant (session);
  GuardianDecision decision = judge (session, grant);

  if (!record (session, grant, &decision))
    {
      *ret_reason = g_strdup ("the log cannot be written");
      return "unavailable";
    }
  if (decision.effect == GUARDIAN_EFFECT_DENY)
    {
      *ret_reason = g_strdup_printf ("the model “%s”: %s", session->model, decision.reason);
      return "denied";
    }
  if (!guardian_grant_table_add (session->context->grants, g_steal_pointer (&grant)))
    {
      *ret_reason = g_strdup ("too much is shared already");
      return "busy";
    }
  return NULL;
}

gboolean
guardian_session_model_is_at (const GuardianSession *session,
                              const GuardianDestination *destination)
{
  const GuardianModel *model = session->endpoint;

  return model != NULL && destination->url != NULL && strcmp (destination->host, model->host) == 0
         && destination->port == model->port && g_str_has_prefix (destination->url, model->url)
         && destination->url[strlen (model->url)] == '/';
}

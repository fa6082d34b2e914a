/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-member.h"
#include "guardian/core/guardian-session.h"

#include "common/protocol/cardea-path-json.h"

CardeaJson *
guardian_session_summary (const GuardianSession *session)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "id", session->id);
  guardian_member_set_text (json, "title", session->title);
  cardea_json_set_string (json, "state", guardian_session_state_name (session->state));
  cardea_json_set_string (json, "mode", guardian_session_mode_name (session));
  guardian_member_set_text (json, "model", session->model);
  guardian_member_set_text (json, "foreign", session->foreign);
  if (session->program != NULL)
    cardea_path_json_set (json, "program", session->program);
  if (session->exec != NULL)
    cardea_json_set_string (json, "parent", session->exec->parent->id);
  guardian_member_set_time (json, "started", session->started_us);
  guardian_member_set_time (json, "ended", session->ended_us);
  guardian_member_set_text (json, "reason", session->end_reason);
  cardea_json_set_int (json, "waiting",
                       guardian_consent_broker_count (session->context->consent, session->id));
  cardea_json_set_int (json, "requests", session->n_requests);
  guardian_member_set_text (json, "sandbox", session->sandbox);
  if (session->pid > 0)
    cardea_json_set_int (json, "pid", session->pid);
  return json;
}

CardeaJson *
guardian_session_details (const GuardianSession *session)
{
  CardeaJson *json = guardian_session_summary (session);
  CardeaJson *files = cardea_json_new_array ();
  CardeaJson *grants = cardea_json_new_array ();
  GPtrArray *all = guardian_grant_table_list (session->context->grants);

  for (guint i = 0; i < session->files->len; i++)
    cardea_json_append (files, cardea_json_ref (session->files->pdata[i]));
  for (guint i = 0; i < all->len; i++)
    {
      const GuardianGrant *grant = all->pdata[i];
      if (grant->session == NULL || g_strcmp0 (grant->session, session->id) == 0)
        cardea_json_append (grants, guardian_grant_to_json (grant));
    }
  cardea_path_json_set (json, "folder", session->folder);
  cardea_json_set (json, "files", files);
  cardea_json_set (json, "grants", grants);
  cardea_json_set_int (json, "changes", session->n_changes);
  cardea_json_set (json, "labels_read", guardian_label_set_to_json (session->labels_read));
  guardian_flow_describe (&session->flow, TRUE, json);
  guardian_member_set_text (json, "agent_sha256", session->agent_sha256);
  cardea_json_set_string (json, "policy_revision",
                          guardian_policy_revision (session->context->policy));
  if (session->layers != NULL)
    cardea_json_set (json, "layers", cardea_json_ref (session->layers));
  return json;
}

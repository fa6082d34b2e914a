/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the channel for a message's form, direction and sender's role. Refuses whatever comes
 * before the greeting, and what no row is for. Known gaps: none. */

#include "guardian/core/guardian-dispatch.h"

#include "guardian/core/guardian-action-clipboard.h"
#include "guardian/core/guardian-action-table.h"
#include "guardian/core/guardian-agent.h"
#include "guardian/core/guardian-front.h"
#include "guardian/core/guardian-picture-show.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session.h"

#include <string.h>

typedef struct {
  const char *name;
  void (*handle) (GuardianLink *link, CardeaMessage *message);
  gboolean greets; /* may come first, and once */
} Row;

static const Row rows[] = {
  { "hello", guardian_front_hello, TRUE },
  { "session.open", guardian_front_session_open },
  { "session.end", guardian_front_session_end },
  { "session.list", guardian_front_session_list },
  { "session.show", guardian_front_session_show },
  { "run.open", guardian_front_run_open },
  { "run.signal", guardian_front_run_signal },
  { "chat.send", guardian_front_chat_send },
  { "chat.cancel", guardian_front_chat_cancel },
  { "clipboard.given", guardian_action_clipboard_given },
  { "grant.list", guardian_front_grant_list },
  { "grant.add", guardian_front_grant_add },
  { "grant.revoke", guardian_front_grant_revoke },
  { "credential.set", guardian_front_credential_set },
  { "credential.list", guardian_front_credential_list },
  { "credential.login", guardian_front_credential_login },
  { "credential.remove", guardian_front_credential_remove },
  { "badge.list", guardian_front_badge_list },
  { "badge.revoke", guardian_front_badge_revoke },
  { "model.add", guardian_front_model_add },
  { "model.list", guardian_front_model_list },
  { "model.remove", guardian_front_model_remove },
  { "model.test", guardian_front_model_test },
  { "consent.watch", guardian_front_consent_watch },
  { "consent.answer", guardian_front_consent_answer },
  { "consent.focus", guardian_front_consent_focus },
  { "undo.list", guardian_front_undo_list },
  { "undo.show", guardian_front_undo_show },
  { "undo.apply", guardian_front_undo_apply },
  { "undo.clear", guardian_front_undo_clear },
  { "storage.key", guardian_front_storage_key },
  { "dlp.scan", guardian_front_dlp_scan },
  { "picture.show", guardian_picture_show_front },
  { "audit.list", guardian_front_audit_list },
  { "audit.watch", guardian_front_audit_watch },
  { "audit.redact", guardian_front_audit_redact },
  { "audit.sync", guardian_front_audit_sync },
  { "settings.get", guardian_front_settings_get },
  { "settings.set", guardian_front_settings_set },
  { "limits.get", guardian_front_limits_get },
  { "policy.show", guardian_front_policy_show },
  { "policy.explain", guardian_front_policy_explain },
  { "policy.reload", guardian_front_policy_reload },
  { "status", guardian_front_status },
  { "doctor", guardian_front_doctor },
  { "agent.ready", guardian_agent_ready, TRUE },
  { "capability.renew", guardian_agent_renew },
  { "chat.event", guardian_agent_chat_event },
  { "chat.picture", guardian_picture_show_agent },
  { "net.cancel", guardian_agent_net_cancel },
  { "exec.cancel", guardian_agent_exec_cancel },
};

static const Row *
find_row (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].name, name) == 0)
      return &rows[i];
  return NULL;
}

gboolean
guardian_dispatch_knows (const char *name)
{
  return find_row (name) != NULL || guardian_action_table_find (name) != NULL;
}

void
guardian_dispatch_violation (GuardianLink *link, const char *what)
{
  const GuardianSession *session = link->session;
  g_autoptr (GError) error = NULL;
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "violation", .session = session != NULL ? session->id : NULL,
                              .agent = session != NULL ? guardian_session_agent (session) : NULL,
                              .sandbox = session != NULL ? session->sandbox : NULL,
                              .pid = session != NULL ? session->pid : link->identity.pid,
                              .action = "protocol", .effect = "deny", .reason = what);

  if (!guardian_record_append (link->context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    g_warning ("a violation was not recorded: %s", error->message);
}

void
guardian_dispatch (GuardianLink *link, CardeaMessage *message)
{
  const char *name = cardea_message_name (message);
  const GuardianAction *action
      = link->role == CARDEA_ROLE_AGENT ? guardian_action_table_find (name) : NULL;
  const Row *row = action == NULL ? find_row (name) : NULL;
  gboolean greets = row != NULL && row->greets;

  if ((action == NULL && row == NULL) || greets == link->greeted)
    {
      const char *what = greets ? "a second greeting" : "nothing comes before the greeting";
      guardian_link_refuse (link, message, "malformed", "this cannot be said now");
      if (link->role == CARDEA_ROLE_AGENT)
        guardian_agent_misbehaves (link, what);
      else
        guardian_dispatch_violation (link, what);
      return;
    }
  if (action != NULL)
    guardian_pipeline_start (link, message, action);
  else
    row->handle (link, message);
}

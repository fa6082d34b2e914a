/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the front end for which program's session a conversation belongs to, as far as both are
 * its own. Refuses hosts that were not shown to policy, or are not shared with that program any
 * more. Known gaps: none. */

#include "guardian/core/guardian-exec-net.h"

#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define HOSTS_LIMIT 64u /* of objects.md, R for exec.run */

/* NULL: there is none, or not any more. */
static GuardianSession *
find_beside (const GuardianSession *parent)
{
  GuardianSession *session
      = parent->beside != NULL
            ? guardian_session_table_find (parent->context->sessions, parent->beside)
            : NULL;

  return session != NULL && guardian_session_serves (session) ? session : NULL;
}

static gboolean
is_of (const GuardianGrant *grant, const GuardianSession *session)
{
  if (grant->host == NULL)
    return FALSE;
  return grant->session != NULL ? strcmp (grant->session, session->id) == 0
                                : g_strcmp0 (grant->agent, guardian_session_agent (session)) == 0;
}

static char *
name (const GuardianGrantHost *host)
{
  g_autofree char *text = cardea_host_format (host->host, host->port);
  return g_strconcat (host->below ? "." : "", text, NULL);
}

static gboolean
contains (const CardeaJson *list, const char *text)
{
  for (guint i = 0; i < cardea_json_size (list); i++)
    if (g_strcmp0 (cardea_json_string (cardea_json_nth (list, i)), text) == 0)
      return TRUE;
  return FALSE;
}

CardeaJson *
guardian_exec_net_hosts (const GuardianSession *parent)
{
  const GuardianSession *beside = find_beside (parent);
  GPtrArray *grants = guardian_grant_table_list (parent->context->grants);
  g_autoptr (CardeaJson) hosts = cardea_json_new_array ();

  for (guint i = 0; beside != NULL && i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      g_autofree char *text = is_of (grant, beside) ? name (grant->host) : NULL;
      if (text != NULL && cardea_json_size (hosts) < HOSTS_LIMIT && !contains (hosts, text))
        cardea_json_append (hosts, cardea_json_new_string (text));
    }
  return cardea_json_size (hosts) > 0 ? g_steal_pointer (&hosts) : NULL;
}

static gboolean
record_grant (GuardianSession *session, GuardianGrant *grant, const char *from)
{
  g_autoptr (CardeaJson) resource = guardian_grant_to_json (grant);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  cardea_json_set_string (facts, "grant", grant->id);
  cardea_json_set_string (facts, "from", from);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "capability.issue", .session = session->id,
                              .request = session->exec->id, .trace = session->trace,
                              .agent = grant->agent, .facts = facts, .resource = resource,
                              .action = guardian_grant_host_action (grant->host),
                              GUARDIAN_RECORD_POLICY (session->context->policy),
                              .reason = "a part of what its agent has");
  if (guardian_record_append (session->context->audit, &record, GUARDIAN_AUDIT_SYNCED,
                              &grant->record, &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  guardian_session_end (session, "unavailable",
                        "the log cannot be written: nothing is done without a record");
  return FALSE;
}

/* The table changes while grants are added to it. */
static GPtrArray *
narrow_all (GuardianSession *session, const GuardianSession *beside, GPtrArray *from)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);
  GPtrArray *narrowed = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_grant_free);

  for (guint i = 0; i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      g_autofree char *text = is_of (grant, beside) ? name (grant->host) : NULL;
      if (text == NULL || !contains (session->exec->hosts, text))
        continue;
      g_ptr_array_add (narrowed, guardian_grant_new_host (guardian_session_agent (session),
                                                          session->id, GUARDIAN_GRANT_NARROWED,
                                                          guardian_grant_host_copy (grant->host)));
      g_ptr_array_add (from, g_strdup (grant->id));
    }
  return narrowed;
}

static void
take_in (GuardianSession *session, const GuardianSession *from)
{
  guardian_label_set_add_all (&session->labels_read, from->labels_read);
  if (from->flow.untrusted)
    guardian_flow_take_in (&session->flow, FALSE);
}

gboolean
guardian_exec_net_share (GuardianSession *session)
{
  const GuardianSession *parent = session->exec->parent;
  const GuardianSession *beside = session->exec->hosts != NULL ? find_beside (parent) : NULL;

  if (beside == NULL)
    {
      g_clear_pointer (&session->exec->hosts, cardea_json_unref);
      return TRUE;
    }
  take_in (session, parent);
  take_in (session, beside);
  g_autoptr (GPtrArray) from = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) narrowed = narrow_all (session, beside, from);
  for (guint i = 0; narrowed->len > 0; i++)
    {
      g_autoptr (GuardianGrant) grant = g_ptr_array_steal_index (narrowed, 0);
      if (!record_grant (session, grant, from->pdata[i]))
        return FALSE;
      if (guardian_grant_table_add (session->context->grants, g_steal_pointer (&grant)))
        continue;
      guardian_session_end (session, "busy", "too much is shared already");
      return FALSE;
    }
  return TRUE;
}

void
guardian_exec_net_ended (GuardianSession *session)
{
  GuardianSession *parent = session->exec->parent;
  GuardianSession *const both[] = { parent, find_beside (parent) };

  for (gsize i = 0; session->exec->hosts != NULL && i < G_N_ELEMENTS (both); i++)
    if (both[i] != NULL)
      {
        take_in (both[i], session);
        guardian_flow_let_out (&both[i]->flow, session->flow.sent);
      }
}

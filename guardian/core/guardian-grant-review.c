/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts what was stored with a grant for what it is about. Known gap: the object is not looked up;
 * owner and links are taken to be as they should, as they are looked at when it is used. */

#include "guardian/core/guardian-grant-review.h"

#include "guardian/core/guardian-grant-table.h"

#include "common/base/cardea-host.h"
#include "common/protocol/cardea-path-json.h"

#include <unistd.h>

static const char *const actions[] = {
  [GUARDIAN_GRANT_LIST] = "file.list",
  [GUARDIAN_GRANT_READ] = "file.read",
  [GUARDIAN_GRANT_WRITE] = "file.write",
};

/* A host by the narrowest of what it opens. */
static CardeaJson *
describe_host (const GuardianGrantHost *host)
{
  CardeaJson *resource = cardea_json_new_object ();

  guardian_grant_host_write (host, resource);
  if (host->methods != NULL)
    cardea_json_set_string (resource, "method", host->methods[0]);
  if (cardea_host_is_address (host->host))
    cardea_json_set_string (resource, "address", host->host);
  cardea_json_set (resource, "labels", cardea_json_new_array ());
  return resource;
}

static CardeaJson *
describe_file (const GuardianGrant *grant)
{
  CardeaJson *resource = cardea_json_new_object ();

  cardea_path_json_set (resource, "path", grant->path);
  cardea_json_set_string (resource, "kind", grant->is_folder ? "folder" : "file");
  cardea_json_set_boolean (resource, "exists", TRUE);
  cardea_json_set_int64_string (resource, "uid", geteuid ());
  cardea_json_set_int64_string (resource, "nlink", 1);
  cardea_json_set (resource, "labels", cardea_json_new_array ());
  return resource;
}

/* Of a session in which nothing happened yet. */
static CardeaJson *
make_context (void)
{
  CardeaJson *context = cardea_json_new_object ();
  CardeaJson *session = cardea_json_new_object ();

  cardea_json_set (session, "labels_read", cardea_json_new_array ());
  cardea_json_set_boolean (session, "untrusted_input", FALSE);
  cardea_json_set (context, "session", session);
  return context;
}

static GuardianDecision
judge (GuardianContext *context, const GuardianGrant *grant, gboolean shared)
{
  g_autoptr (CardeaJson) input = cardea_json_new_object ();
  CardeaJson *resource = grant->host != NULL ? describe_host (grant->host) : describe_file (grant);

  if (shared)
    cardea_json_set (resource, "grant", guardian_grant_describe (grant));
  cardea_json_set_string (input, "action",
                          grant->host != NULL ? guardian_grant_host_action (grant->host)
                                              : actions[grant->level]);
  cardea_json_set (input, "resource", resource);
  cardea_json_set (input, "context", make_context ());
  /* Our own agent's reads of files can leave out what is to be left out; a program's cannot. */
  return grant->host == NULL && !grant->is_folder
                 && g_strcmp0 (grant->agent, GUARDIAN_AGENT_NAME) == 0
             ? guardian_policy_decide_redacting (context->policy, input)
             : guardian_policy_decide (context->policy, input);
}

static gboolean
may_stay (GuardianContext *context, const GuardianGrant *grant)
{
  if (judge (context, grant, TRUE).effect == GUARDIAN_EFFECT_DENY)
    return FALSE;
  if (grant->origin != GUARDIAN_GRANT_ANSWER)
    return TRUE;
  GuardianDecision asked = judge (context, grant, FALSE);
  return asked.effect != GUARDIAN_EFFECT_DENY && asked.tier < GUARDIAN_TIER_DELIBERATE;
}

guint
guardian_grant_review (GuardianContext *context)
{
  GPtrArray *grants = guardian_grant_table_list (context->grants);
  g_autoptr (GPtrArray) ending = g_ptr_array_new ();

  /* Without a policy everything is refused until there is one: that is no reason to forget. */
  for (guint i = 0; i < grants->len && guardian_policy_is_in_force (context->policy); i++)
    if (!may_stay (context, grants->pdata[i]))
      g_ptr_array_add (ending, grants->pdata[i]);
  for (guint i = 0; i < ending->len; i++)
    guardian_grant_table_revoke (context->grants, ending->pdata[i]);
  return ending->len;
}

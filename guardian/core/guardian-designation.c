/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the front end's link for whose wish this is, and the files worker for what a path leads
 * to. Refuses what tier 5 closes, also to the person: the message names the rule. Nothing is
 * granted before its record is on the disk. Known gaps: none. */

#include "guardian/core/guardian-designation.h"

#include "guardian/core/guardian-record.h"

#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define RESOLVE_TIMEOUT_MS 10000u
#define SHOWN_CHARACTERS 400u /* of a path in a refusal's sentence; the record has all of it */

struct _GuardianDesignation {
  GuardianContext *context;
  GuardianDesignationTerms terms; /* its strings and session are owned */
  char **paths;
  guint next;
  GPtrArray *grants; /* GuardianGrant, not yet in the table */
  guint call;
  guint idle_source;
  GuardianDesignationDone done;
  gpointer user_data;
};

static const char *
agent_of (const GuardianDesignationTerms *terms)
{
  if (terms->session != NULL)
    return guardian_session_agent (terms->session);
  return terms->agent != NULL ? terms->agent : GUARDIAN_AGENT_NAME;
}

static void resolve_next (GuardianDesignation *designation);

static void
designation_free (GuardianDesignation *designation)
{
  g_free ((char *) designation->terms.agent);
  g_free ((char *) designation->terms.home);
  g_free ((char *) designation->terms.folder);
  g_free ((char *) designation->terms.trace);
  g_clear_pointer (&designation->terms.session, guardian_session_unref);
  g_strfreev (designation->paths);
  g_ptr_array_unref (designation->grants);
  g_free (designation);
}

void
guardian_designation_cancel (GuardianDesignation *designation)
{
  guardian_workers_cancel (designation->context->workers, designation->call);
  g_clear_handle_id (&designation->idle_source, g_source_remove);
  designation->done (NULL, "unavailable", "the session has ended", designation->user_data);
  designation_free (designation);
}

static void finish (GuardianDesignation *designation, GPtrArray *grants, const char *code,
                    const char *reason);

static char *
full_path (const GuardianDesignation *designation, const char *path)
{
  gboolean relative = path[0] != '/' && path[0] != '~';
  return relative && designation->terms.folder != NULL
             ? g_build_filename (designation->terms.folder, path, NULL)
             : g_strdup (path);
}

/* Nothing follows from a refusal: one that cannot be recorded is refused all the same. */
static void
record_refusal (const GuardianDesignation *designation, const char *path, const char *code,
                const char *reason, const char *policy)
{
  const GuardianDesignationTerms *terms = &designation->terms;
  g_autoptr (CardeaJson) resource = cardea_json_new_object ();
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;
  g_autofree char *full = full_path (designation, path);

  cardea_path_json_set (resource, "path", full);
  cardea_json_set_string (facts, "code", code);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision",
                              .session = terms->session != NULL ? terms->session->id : NULL,
                              .trace = terms->trace, .agent = agent_of (terms), .facts = facts,
                              .action
                              = terms->level >= GUARDIAN_GRANT_WRITE ? "file.write" : "file.read",
                              .effect = "deny", .policy = policy != NULL ? policy : "designation",
                              GUARDIAN_RECORD_POLICY (designation->context->policy),
                              .resource = resource, .reason = reason);
  if (!guardian_record_append (designation->context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("a refusal was not recorded: %s", error->message);
}

/* Says which of the person's paths it is about. policy: the rule's id, NULL when none was asked. */
static void
refuse_path (GuardianDesignation *designation, const char *code, const char *reason,
             const char *policy)
{
  const char *path = designation->paths[designation->next - 1];

  record_refusal (designation, path, code, reason, policy);
  g_autofree char *shown = cardea_text_escape (path, strlen (path), NULL);
  g_autofree char *cut = cardea_text_shorten (shown, SHOWN_CHARACTERS);
  g_autofree char *text = g_strdup_printf ("%s: %s", cut, reason);
  finish (designation, NULL, code, text);
}

static void
finish (GuardianDesignation *designation, GPtrArray *grants, const char *code, const char *reason)
{
  designation->done (grants, code, reason, designation->user_data);
  designation_free (designation);
}

static gboolean
record_grant (GuardianDesignation *designation, GuardianGrant *grant, gboolean last, GError **error)
{
  const GuardianDesignationTerms *terms = &designation->terms;
  g_autoptr (CardeaJson) resource = guardian_grant_to_json (grant);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  cardea_json_set_string (facts, "grant", grant->id);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision",
                              .session = terms->session != NULL ? terms->session->id : NULL,
                              .trace = terms->trace, .agent = grant->agent, .facts = facts,
                              .action = cardea_json_get_string (resource, "action"),
                              .effect = "allow", .policy = "designation",
                              GUARDIAN_RECORD_POLICY (designation->context->policy),
                              .resource = resource, .reason = "named by the person");

  /* One flush of the disk for all of them: the last. */
  return guardian_record_append (designation->context->audit, &record,
                                 last ? GUARDIAN_AUDIT_SYNCED : GUARDIAN_AUDIT_WRITTEN,
                                 &grant->record, error);
}

static void
grant_all (GuardianDesignation *designation)
{
  GuardianContext *context = designation->context;
  GPtrArray *grants = designation->grants;
  g_autoptr (GPtrArray) granted = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  if (guardian_grant_table_size (context->grants) + grants->len > GUARDIAN_GRANT_TABLE_LIMIT)
    {
      finish (designation, NULL, "busy", "too much is shared already");
      return;
    }
  for (guint i = 0; i < grants->len; i++)
    if (!record_grant (designation, grants->pdata[i], i + 1 == grants->len, &error))
      {
        g_warning ("a grant was not recorded: %s", error->message);
        finish (designation, NULL, "unavailable", "the log cannot be written");
        return;
      }
  while (grants->len > 0)
    {
      GuardianGrant *grant = g_ptr_array_steal_index (grants, 0);
      if (!guardian_grant_table_add (context->grants, grant))
        {
          finish (designation, NULL, "busy", "too much is shared already");
          return;
        }
      g_ptr_array_add (granted, grant);
    }
  finish (designation, granted, NULL, NULL);
}

/* The same decision function as for an agent's request, asked as if the grant were there. */
static GuardianDecision
judge (GuardianDesignation *designation, const GuardianObject *object, const GuardianGrant *grant)
{
  g_autoptr (CardeaJson) input = cardea_json_new_object ();
  CardeaJson *resource = guardian_object_describe (object);
  CardeaJson *shared = cardea_json_new_object ();

  cardea_json_set_string (shared, "id", grant->id);
  cardea_json_set_string (shared, "scope", "exact");
  cardea_json_set_string (shared, "access", guardian_grant_access (grant));
  cardea_json_set (resource, "grant", shared);
  cardea_json_set (input, "resource", resource);
  cardea_json_set_string (input, "action",
                          grant->level >= GUARDIAN_GRANT_WRITE ? "file.write" : "file.read");
  /* Our own agent's reads of files can leave out what is to be left out; a program's cannot. */
  return !object->is_folder && strcmp (agent_of (&designation->terms), GUARDIAN_AGENT_NAME) == 0
             ? guardian_policy_decide_redacting (designation->context->policy, input)
             : guardian_policy_decide (designation->context->policy, input);
}

static GuardianGrant *
make_grant (const GuardianDesignation *designation, const GuardianObject *object)
{
  const GuardianDesignationTerms *terms = &designation->terms;
  GuardianGrant *grant
      = guardian_grant_new (agent_of (terms), terms->session != NULL ? terms->session->id : NULL,
                            terms->origin, object->path, object->inode, object->is_folder);

  grant->level = terms->level;
  if (terms->session == NULL)
    grant->expires
        = guardian_grant_table_now (designation->context->grants) + terms->seconds * G_USEC_PER_SEC;
  if (terms->session == NULL && terms->renewing)
    grant->renew = terms->seconds * G_USEC_PER_SEC;
  return grant;
}

static void
resolved (CardeaMessage *reply, gpointer user_data)
{
  GuardianDesignation *designation = user_data;

  designation->call = 0;
  if (reply == NULL)
    {
      finish (designation, NULL, "unavailable", "files cannot be reached at the moment");
      return;
    }
  if (cardea_message_is (reply, "refused"))
    {
      refuse_path (designation, cardea_message_get_string (reply, "code"),
                   cardea_message_get_string (reply, "reason"), NULL);
      return;
    }
  g_autoptr (GuardianObject) object = guardian_object_new (cardea_message_body (reply));
  if (object == NULL)
    {
      refuse_path (designation, "internal", "it could not be judged", NULL);
      return;
    }
  guardian_handle_release (designation->context->workers, object);
  g_autoptr (GuardianGrant) grant = make_grant (designation, object);
  GuardianDecision decision = judge (designation, object, grant);
  if (decision.effect == GUARDIAN_EFFECT_DENY)
    {
      refuse_path (designation, "denied", decision.reason, decision.policy);
      return;
    }
  g_ptr_array_add (designation->grants, g_steal_pointer (&grant));
  resolve_next (designation);
}

static void
resolve_next (GuardianDesignation *designation)
{
  const GuardianDesignationTerms *terms = &designation->terms;
  const char *path = designation->paths[designation->next];

  if (path == NULL)
    {
      grant_all (designation);
      return;
    }
  designation->next++;
  g_autofree char *full = full_path (designation, path);
  if (full[0] != '/' && full[0] != '~')
    {
      refuse_path (designation, "malformed", "the path must be absolute", NULL);
      return;
    }
  CardeaMessage *request = cardea_message_new ("files.resolve");
  cardea_message_set_path (request, "path", full);
  cardea_message_set_path (request, "home", terms->home);
  cardea_message_set_string (request, "want", "any");
  designation->call = guardian_workers_call (designation->context->workers, GUARDIAN_WORKER_FILES,
                                             request, RESOLVE_TIMEOUT_MS, resolved, designation);
  if (designation->call == 0)
    finish (designation, NULL, "unavailable", "files cannot be reached at the moment");
}

static gboolean
start_cb (gpointer user_data)
{
  GuardianDesignation *designation = user_data;
  designation->idle_source = 0;
  resolve_next (designation);
  return G_SOURCE_REMOVE;
}

GuardianDesignation *
guardian_designation_start (GuardianContext *context, const GuardianDesignationTerms *terms,
                            const char *const *paths, GuardianDesignationDone done,
                            gpointer user_data)
{
  GuardianDesignation *designation = g_new0 (GuardianDesignation, 1);
  designation->context = context;
  designation->terms = *terms;
  designation->terms.agent = g_strdup (terms->agent);
  designation->terms.home = g_strdup (terms->home);
  designation->terms.folder = g_strdup (terms->folder);
  designation->terms.trace = g_strdup (terms->trace);
  if (terms->session != NULL)
    guardian_session_ref (terms->session);
  designation->paths = g_strdupv ((char **) paths);
  designation->grants = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_grant_free);
  designation->done = done;
  designation->user_data = user_data;
  designation->idle_source = g_idle_add_full (G_PRIORITY_DEFAULT, start_cb, designation, NULL);
  return designation;
}

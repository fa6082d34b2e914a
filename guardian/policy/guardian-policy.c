/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the core's input: that the path is resolved, that the grant really covers it. Refuses
 * whatever it does not know. The rules are tried from the top; the first that has an answer wins,
 * the last has one for everything. Known gap: a hard link that was there before a folder was
 * shared is told by its link count only, and asked. */

#include "guardian/policy/guardian-policy.h"

#include "common/base/cardea-encoding.h"
#include "guardian/policy/guardian-place.h"

#include <string.h>

#define REVISION "shipped-2"

typedef enum {
  ACCESS_UNKNOWN,
  ACCESS_READ,
  ACCESS_WRITE,
  ACCESS_DESTROY,
  ACCESS_CREDENTIAL,
} Access;

typedef struct {
  const char *action;
  Access access;
} ActionRow;

static const ActionRow actions[] = {
  { "file.read", ACCESS_READ },
  { "file.list", ACCESS_READ },
  { "file.write", ACCESS_WRITE },
  { "file.append", ACCESS_WRITE },
  { "file.create", ACCESS_WRITE },
  { "file.rename", ACCESS_WRITE },
  { "file.metadata", ACCESS_WRITE },
  { "file.delete", ACCESS_DESTROY },
  { "credential.use", ACCESS_CREDENTIAL },
};

struct _GuardianPolicy {
  GuardianPlaces *places;
  guint uid;
};

/* The input, read once. */
typedef struct {
  const GuardianPolicy *policy;
  Access access;
  const char *path; /* bytes */
  gboolean exists;
  gboolean is_folder;
  gboolean closed;
  gboolean moves;   /* it gets, or is, another name of something that is there */
  gboolean lasting; /* what it replaces cannot be kept */
  gint64 uid;
  gint64 nlink;
  gboolean granted;
  gboolean granted_exactly;
  gboolean granted_rw;
} Facts;

typedef struct {
  const char *id;
  gboolean (*decide) (const Facts *facts, GuardianDecision *decision);
} Rule;

static gboolean
answer (GuardianDecision *decision, GuardianEffect effect, guint tier, const char *reason)
{
  decision->effect = effect;
  decision->tier = tier;
  decision->reason = reason;
  return TRUE;
}

static gboolean
rule_credential (const Facts *facts, GuardianDecision *decision)
{
  return facts->access == ACCESS_CREDENTIAL
         && answer (decision, GUARDIAN_EFFECT_DENY, GUARDIAN_TIER_SYSTEM, "this needs system mode");
}

static gboolean
rule_place (const Facts *facts, GuardianDecision *decision)
{
  GuardianPlaceFlags flags
      = facts->access == ACCESS_READ ? GUARDIAN_PLACE_CLOSED_READ : GUARDIAN_PLACE_CLOSED_WRITE;
  const GuardianPlace *place = guardian_places_find (facts->policy->places, facts->path, flags);
  /* A file named .git leads Git to hooks elsewhere, and a folder becomes .git by its name alone. */
  if (place == NULL && facts->access == ACCESS_WRITE && (facts->moves || !facts->is_folder))
    place = guardian_places_find_below (facts->policy->places, facts->path, flags);
  if (place == NULL)
    return FALSE;
  decision->policy = place->policy;
  return answer (decision, GUARDIAN_EFFECT_DENY, GUARDIAN_TIER_CLOSED, place->reason);
}

/* The files worker knows it by device and inode, through whatever name it was reached. */
static gboolean
rule_closed (const Facts *facts, GuardianDecision *decision)
{
  return facts->exists && facts->closed
         && answer (decision, GUARDIAN_EFFECT_DENY, GUARDIAN_TIER_CLOSED,
                    "it is the same file as one that is closed to every agent");
}

/* Files of the system (owned by root) may be read when a person says so, files of other people
 * never, and nothing of anybody else is changed. */
static gboolean
rule_owner (const Facts *facts, GuardianDecision *decision)
{
  if (!facts->exists || facts->uid == facts->policy->uid)
    return FALSE;
  if (facts->access == ACCESS_READ && facts->uid == 0)
    return FALSE;
  return answer (decision, GUARDIAN_EFFECT_DENY, GUARDIAN_TIER_CLOSED,
                 "it belongs to another user of this computer");
}

static gboolean
rule_hard_link (const Facts *facts, GuardianDecision *decision)
{
  return facts->granted && !facts->granted_exactly && facts->exists && !facts->is_folder
         && facts->nlink > 1
         && answer (decision, GUARDIAN_EFFECT_ASK, GUARDIAN_TIER_QUESTION,
                    "it is the same file as another one somewhere else");
}

static gboolean
rule_delete (const Facts *facts, GuardianDecision *decision)
{
  return facts->access == ACCESS_DESTROY
         && answer (decision, GUARDIAN_EFFECT_ASK, GUARDIAN_TIER_DELIBERATE,
                    "deleting is always asked");
}

static gboolean
rule_lasting (const Facts *facts, GuardianDecision *decision)
{
  return facts->access == ACCESS_WRITE && facts->lasting
         && answer (decision, GUARDIAN_EFFECT_ASK, GUARDIAN_TIER_QUESTION,
                    "it could not be undone afterwards");
}

static gboolean
rule_granted (const Facts *facts, GuardianDecision *decision)
{
  if (facts->granted && facts->access == ACCESS_READ)
    return answer (decision, GUARDIAN_EFFECT_ALLOW, GUARDIAN_TIER_SILENT, "it was shared");
  if (facts->granted_rw)
    return answer (decision, GUARDIAN_EFFECT_ALLOW, GUARDIAN_TIER_UNDOABLE,
                   "it was shared for changing");
  return FALSE;
}

static gboolean
rule_sensitive (const Facts *facts, GuardianDecision *decision)
{
  const GuardianPlace *place
      = guardian_places_find (facts->policy->places, facts->path, GUARDIAN_PLACE_SENSITIVE);
  if (place == NULL)
    return FALSE;
  decision->policy = place->policy;
  return answer (decision, GUARDIAN_EFFECT_ASK, GUARDIAN_TIER_DELIBERATE, place->reason);
}

static gboolean
rule_outside (const Facts *facts, GuardianDecision *decision)
{
  return answer (decision, GUARDIAN_EFFECT_ASK, GUARDIAN_TIER_QUESTION,
                 "it was not shared with this session");
}

static const Rule rules[] = {
  { "shipped.credential", rule_credential }, { "shipped.place", rule_place },
  { "shipped.closed", rule_closed },         { "shipped.owner", rule_owner },
  { "shipped.hard-link", rule_hard_link },   { "shipped.delete", rule_delete },
  { "shipped.lasting", rule_lasting },       { "shipped.granted", rule_granted },
  { "shipped.sensitive", rule_sensitive },   { "shipped.outside", rule_outside },
};

static Access
find_access (const char *action)
{
  for (gsize i = 0; action != NULL && i < G_N_ELEMENTS (actions); i++)
    if (strcmp (actions[i].action, action) == 0)
      return actions[i].access;
  return ACCESS_UNKNOWN;
}

static gboolean
read_grant (const CardeaJson *resource, Facts *facts)
{
  const CardeaJson *grant = cardea_json_get (resource, "grant");
  if (grant == NULL)
    return TRUE;

  const char *scope = cardea_json_get_string (grant, "scope");
  const char *access = cardea_json_get_string (grant, "access");
  if (scope == NULL || access == NULL || cardea_json_get_string (grant, "id") == NULL)
    return FALSE;
  facts->granted = TRUE;
  facts->granted_exactly = strcmp (scope, "exact") == 0;
  facts->granted_rw = strcmp (access, "rw") == 0;
  return TRUE;
}

static gboolean
has_path (const CardeaJson *resource, const char *name)
{
  g_autofree char *encoded = g_strconcat (name, "_b64", NULL);
  return cardea_json_get (resource, name) != NULL || cardea_json_get (resource, encoded) != NULL;
}

static gboolean
read_undoable (const CardeaJson *resource, Facts *facts)
{
  gboolean undoable = TRUE;
  if (cardea_json_get (resource, "undoable") != NULL
      && !cardea_json_get_boolean (resource, "undoable", &undoable))
    return FALSE;
  facts->lasting = !undoable;
  return TRUE;
}

static gboolean
read_facts (const CardeaJson *input, Facts *facts, char **ret_decoded)
{
  const CardeaJson *resource = cardea_json_get (input, "resource");
  const char *encoded = cardea_json_get_string (resource, "path_b64");
  const char *kind = cardea_json_get_string (resource, "kind");

  facts->path = cardea_json_get_string (resource, "path");
  if (facts->path == NULL && encoded != NULL)
    {
      g_autoptr (GBytes) bytes = cardea_base64_decode (encoded);
      gsize size = 0;
      const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
      *ret_decoded = data != NULL ? g_strndup (data, size) : NULL;
      facts->path = *ret_decoded;
    }
  if (facts->path == NULL || facts->path[0] != '/'
      || !cardea_json_get_boolean (resource, "exists", &facts->exists)
      || !read_grant (resource, facts))
    return FALSE;
  facts->is_folder = g_strcmp0 (kind, "folder") == 0;
  facts->moves = has_path (resource, "from") || has_path (resource, "to");
  if (!read_undoable (resource, facts))
    return FALSE;
  if (!facts->exists)
    return TRUE;
  if (cardea_json_get (resource, "closed") != NULL
      && !cardea_json_get_boolean (resource, "closed", &facts->closed))
    return FALSE;
  return kind != NULL && cardea_json_get_int64_string (resource, "uid", &facts->uid)
         && cardea_json_get_int64_string (resource, "nlink", &facts->nlink);
}

GuardianDecision
guardian_policy_decide (const GuardianPolicy *policy, const CardeaJson *input)
{
  GuardianDecision decision = { .effect = GUARDIAN_EFFECT_DENY, .tier = GUARDIAN_TIER_CLOSED };
  Facts facts = { .policy = policy };
  g_autofree char *decoded = NULL;

  facts.access = find_access (cardea_json_get_string (input, "action"));
  if (facts.access == ACCESS_UNKNOWN)
    {
      decision.policy = "shipped.unknown-action";
      decision.reason = "no rule knows this action";
      return decision;
    }
  if (facts.access != ACCESS_CREDENTIAL && !read_facts (input, &facts, &decoded))
    {
      decision.policy = "shipped.malformed-input";
      decision.reason = "the request could not be judged";
      return decision;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i].decide (&facts, &decision))
      {
        if (decision.policy == NULL)
          decision.policy = rules[i].id;
        return decision;
      }
  decision.policy = "shipped.default";
  decision.reason = "no rule allows it";
  return decision;
}

const char *
guardian_policy_revision (const GuardianPolicy *policy)
{
  return REVISION;
}

const char *
guardian_effect_name (GuardianEffect effect)
{
  static const char *const names[] = { [GUARDIAN_EFFECT_DENY] = "deny",
                                       [GUARDIAN_EFFECT_ASK] = "ask",
                                       [GUARDIAN_EFFECT_ALLOW] = "allow" };
  return (guint) effect < G_N_ELEMENTS (names) ? names[effect] : "deny";
}

GuardianPolicy *
guardian_policy_new (const char *const *own_folders, guint uid)
{
  GuardianPolicy *policy = g_new0 (GuardianPolicy, 1);
  policy->places = guardian_places_new (own_folders);
  policy->uid = uid;
  return policy;
}

void
guardian_policy_free (GuardianPolicy *policy)
{
  if (policy == NULL)
    return;
  guardian_places_free (policy->places);
  g_free (policy);
}

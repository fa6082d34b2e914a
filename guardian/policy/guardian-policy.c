/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the core's input: that the path is resolved, that the grant really covers it; and whoever
 * may write the files of policy (common/policies). Refuses everything while there is no policy, and
 * whatever is not a clear answer. Known gap: a hard link that was there before a folder was shared
 * is told by its link count only, and asked. */

#include "guardian/policy/guardian-policy.h"

#include "common/crypto/cardea-digest.h"
#include "common/policies/cardea-policy-heeded.h"
#include "common/policies/cardea-policy-organisation.h"
#include "common/policies/cardea-policy-set.h"
#include "guardian/policy/guardian-policy-memory.h"

#include <string.h>

#define MAX_WORDS                                                                                  \
  (1u << 20) /* bytes of reasons and rule names kept; rules may make up new ones                   \
              */
#define MAX_REASON 1024u
#define MAX_LIMITS 8192u
#define NO_REVISION "none"
#define MORE_LABELS "and-more"

struct _GuardianPolicy {
  CardeaPolicyFacts facts;
  char **own;
  CardeaPolicySet *in_force; /* NULL: nothing, everything is refused */
  CardeaPolicySet *observed; /* NULL: nothing is */
  CardeaPolicyFiles *files;  /* of both */
  CardeaJson *bundles;       /* theirs; NULL: there are none */
  CardeaJson *heeded;        /* NULL: not known */
  CardeaJson *said;          /* what the administrator's data says; NULL: nothing is in force */
  /* Each remembers of its rules what is so still; the observed ones must not make it forget. */
  CardeaRegoContext *context, *observing;
  GuardianPolicyMemory *memory;
  GuardianPolicyKnown last;
  char *problem; /* why nothing is in force; the first line is told with refusals */
  /* Decisions are kept longer than what decided them: their words stay. */
  GStringChunk *words;
  GHashTable *known;
  gsize size;
};

static const GuardianEffect effects[] = {
  [CARDEA_POLICY_DENY] = GUARDIAN_EFFECT_DENY,
  [CARDEA_POLICY_ASK] = GUARDIAN_EFFECT_ASK,
  [CARDEA_POLICY_ALLOW] = GUARDIAN_EFFECT_ALLOW,
};

GuardianPolicy *
guardian_policy_new (const char *const *own_folders, guint uid)
{
  GuardianPolicy *policy = g_new0 (GuardianPolicy, 1);
  policy->own = g_strdupv ((char **) own_folders);
  policy->facts.own = (const char *const *) policy->own;
  policy->facts.uid = uid;
  policy->context = cardea_policy_context_new ();
  policy->memory = guardian_policy_memory_new ();
  policy->words = g_string_chunk_new (4096);
  policy->known = g_hash_table_new (g_str_hash, g_str_equal);
  return policy;
}

void
guardian_policy_free (GuardianPolicy *policy)
{
  if (policy == NULL)
    return;
  g_clear_pointer (&policy->in_force, cardea_policy_set_unref);
  g_clear_pointer (&policy->observed, cardea_policy_set_unref);
  g_clear_pointer (&policy->files, cardea_policy_files_free);
  g_clear_pointer (&policy->heeded, cardea_json_unref);
  g_clear_pointer (&policy->said, cardea_json_unref);
  g_clear_pointer (&policy->bundles, cardea_json_unref);
  cardea_rego_context_free (policy->context);
  g_clear_pointer (&policy->observing, cardea_rego_context_free);
  guardian_policy_memory_free (policy->memory);
  g_hash_table_unref (policy->known);
  g_string_chunk_free (policy->words);
  g_strfreev (policy->own);
  g_free (policy->problem);
  g_free (policy);
}

CardeaPolicyFiles *
guardian_policy_read (const GuardianPolicy *policy, const char *administrator, guint owner,
                      const char *user, GError **error)
{
  g_autoptr (CardeaPolicyFiles) files = cardea_policy_files_new ();

  cardea_policy_files_add_shipped (files);
  if (administrator != NULL
      && !cardea_policy_files_add_folder (files, CARDEA_POLICY_ADMINISTRATOR, administrator, owner,
                                          error))
    return NULL;
  if (user != NULL
      && !cardea_policy_files_add_folder (files, CARDEA_POLICY_USER, user, policy->facts.uid,
                                          error))
    return NULL;
  return g_steal_pointer (&files);
}

static gboolean
check_unpacked (const CardeaPolicyFiles *files, GError **error)
{
  for (guint i = 0; i < cardea_policy_files_bundles (files); i++)
    {
      const CardeaPolicyBundle *bundle = cardea_policy_files_bundle (files, i);
      if (bundle->content != NULL)
        continue;
      g_set_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_BUNDLE, "%s: it is not unpacked",
                   bundle->path);
      return FALSE;
    }
  return TRUE;
}

static CardeaJson *
name_bundles (const CardeaPolicyFiles *files)
{
  CardeaJson *bundles = NULL;
  for (guint i = 0; i < cardea_policy_files_bundles (files); i++)
    {
      const CardeaPolicyBundle *bundle = cardea_policy_files_bundle (files, i);
      CardeaJson *one = cardea_json_new_object ();
      g_autofree char *revision = g_utf8_make_valid (cardea_bundle_revision (bundle->content), -1);
      cardea_json_set_string (one, "revision", revision);
      if (bundles == NULL)
        bundles = cardea_json_new_object ();
      cardea_json_set (bundles, bundle->name, one);
    }
  return bundles;
}

static gboolean
is_observing (const CardeaPolicyFiles *files)
{
  for (guint i = 0; i < cardea_policy_files_size (files); i++)
    if (cardea_policy_files_nth (files, i)->observed)
      return TRUE;
  return FALSE;
}

void
guardian_policy_fail (GuardianPolicy *policy, const GError *problem)
{
  if (policy->in_force != NULL)
    return;
  g_free (policy->problem);
  policy->problem = g_strdup (problem->message);
}

gboolean
guardian_policy_take (GuardianPolicy *policy, CardeaPolicyFiles *taken, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (CardeaPolicyFiles) files = taken;
  g_autoptr (CardeaPolicySet) in_force = NULL;
  g_autoptr (CardeaPolicySet) observed = NULL;
  g_autoptr (CardeaJson) said = NULL;

  if (check_unpacked (files, &problem))
    in_force = cardea_policy_set_new (files, FALSE, &policy->facts, &problem);
  if (in_force != NULL && is_observing (files))
    observed = cardea_policy_set_new (files, TRUE, &policy->facts, &problem);
  if (problem == NULL)
    said = cardea_policy_organisation_new (files, &problem);
  if (problem != NULL)
    {
      guardian_policy_fail (policy, problem);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  g_clear_pointer (&policy->problem, g_free);
  g_clear_pointer (&policy->in_force, cardea_policy_set_unref);
  g_clear_pointer (&policy->observed, cardea_policy_set_unref);
  g_clear_pointer (&policy->files, cardea_policy_files_free);
  g_clear_pointer (&policy->bundles, cardea_json_unref);
  guardian_policy_memory_clear (policy->memory);
  policy->in_force = g_steal_pointer (&in_force);
  policy->observed = g_steal_pointer (&observed);
  g_clear_pointer (&policy->observing, cardea_rego_context_free);
  if (policy->observed != NULL)
    policy->observing = cardea_policy_context_new ();
  policy->files = g_steal_pointer (&files);
  policy->bundles = name_bundles (policy->files);
  g_clear_pointer (&policy->said, cardea_json_unref);
  policy->said = g_steal_pointer (&said);
  g_clear_pointer (&policy->heeded, cardea_json_unref);
  if (cardea_policy_set_is_steady (policy->in_force))
    policy->heeded = cardea_policy_heeded_new (policy->files, &policy->facts);
  return TRUE;
}

gboolean
guardian_policy_load (GuardianPolicy *policy, const char *administrator, guint owner,
                      const char *user, GError **error)
{
  g_autoptr (GError) problem = NULL;
  CardeaPolicyFiles *files = guardian_policy_read (policy, administrator, owner, user, &problem);
  if (files != NULL)
    return guardian_policy_take (policy, files, error);
  guardian_policy_fail (policy, problem);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

const CardeaJson *
guardian_policy_heeded (const GuardianPolicy *policy)
{
  return policy->heeded;
}

gboolean
guardian_policy_is_in_force (const GuardianPolicy *policy)
{
  return policy->in_force != NULL;
}

/* fallback: what is said when it is longer than most or there is no more room for new words. */
static const char *
keep_at_most (GuardianPolicy *policy, const char *text, gsize most, const char *fallback)
{
  const char *have = g_hash_table_lookup (policy->known, text);
  gsize size = strlen (text) + 1;
  if (have != NULL)
    return have;
  if (size > most || policy->size + size > MAX_WORDS)
    return fallback;
  policy->size += size;
  have = g_string_chunk_insert (policy->words, text);
  g_hash_table_add (policy->known, (gpointer) have);
  return have;
}

static const char *
keep (GuardianPolicy *policy, const char *text, const char *fallback)
{
  return keep_at_most (policy, text, MAX_REASON, fallback);
}

/* A refusal says who refuses: the rule, its file, whose file that is. */
static const char *
keep_reason (GuardianPolicy *policy, const CardeaPolicyAnswer *answer)
{
  if (answer->effect != CARDEA_POLICY_DENY)
    return keep (policy, answer->reason, "a rule says so");
  g_autofree char *text
      = answer->where != NULL
            ? g_strdup_printf ("%s (rule %s, in %s)", answer->reason, answer->policy, answer->where)
            : g_strdup_printf ("%s (%s)", answer->reason, answer->policy);
  return keep (policy, text, "a rule forbids it");
}

/* Takes what the answer owns. */
static GuardianDecision
take (GuardianPolicy *policy, CardeaPolicyAnswer *answer)
{
  g_autofree char *limits = g_steal_pointer (&answer->limits);
  GuardianDecision decision = {
    .effect = effects[answer->effect],
    .tier = answer->tier,
    .reason = keep_reason (policy, answer),
    .policy = keep (policy, answer->policy, "policy.unnamed"),
    .ttl = (guint) MIN (answer->ttl, G_MAXINT32),
    .uses = (guint) MIN (answer->uses, G_MAXINT32),
    .max_bytes = answer->max_bytes,
    .reauthenticate = answer->reauthenticate,
    .redact = answer->redact,
    .placeholder = answer->placeholder,
    .limits = limits != NULL ? keep_at_most (policy, limits, MAX_LIMITS, NULL) : NULL,
  };

  if (limits == NULL || decision.limits != NULL)
    return decision;
  /* Ever new ones, or longer than anything that is meant: nobody could keep to them. */
  decision.effect = GUARDIAN_EFFECT_DENY;
  decision.reason = "what policy limits there is too much to be kept to";
  return decision;
}

/* More labels than there is room for are told by one that says so. */
static void
take_labels (GuardianPolicy *policy)
{
  guint n = 0;
  for (const char *label; n < GUARDIAN_POLICY_MEMORY_LABELS
                          && (label = cardea_policy_label (policy->context, n)) != NULL;
       n++)
    policy->last.labels[n] = g_intern_string (label);
  if (n == GUARDIAN_POLICY_MEMORY_LABELS && cardea_policy_label (policy->context, n) != NULL)
    policy->last.labels[n - 1] = g_intern_static_string (MORE_LABELS);
  policy->last.labels[n] = NULL;
}

GuardianDecision
guardian_policy_decide_redacting (GuardianPolicy *policy, const CardeaJson *input)
{
  if (policy->in_force == NULL)
    {
      policy->last.labels[0] = NULL;
      const char *problem = policy->problem != NULL ? policy->problem : "none was loaded";
      g_autofree char *text = g_strdup_printf ("no policy is in force, so nothing is allowed: %.*s",
                                               (int) strcspn (problem, "\n"), problem);
      return (GuardianDecision){ .effect = GUARDIAN_EFFECT_DENY,
                                 .tier = GUARDIAN_TIER_CLOSED,
                                 .policy = "policy.none",
                                 .reason = keep (policy, text, "no policy is in force") };
    }
  gboolean steady = cardea_policy_set_is_steady (policy->in_force);
  const GuardianPolicyKnown *known
      = steady ? guardian_policy_memory_find (policy->memory, input) : NULL;
  if (known != NULL)
    {
      policy->last = *known;
      return policy->last.decision;
    }
  CardeaPolicyAnswer answer = cardea_policy_set_decide (policy->in_force, policy->context, input);
  policy->last.decision = take (policy, &answer);
  take_labels (policy);
  if (steady && !answer.failed)
    guardian_policy_memory_keep (policy->memory, input, &policy->last);
  return policy->last.decision;
}

GuardianDecision
guardian_policy_decide (GuardianPolicy *policy, const CardeaJson *input)
{
  GuardianDecision decision = guardian_policy_decide_redacting (policy, input);
  if (decision.redact && decision.effect != GUARDIAN_EFFECT_DENY)
    {
      decision.effect = GUARDIAN_EFFECT_DENY;
      decision.reason = "parts of it are to be left out, which is not possible here";
    }
  decision.redact = FALSE;
  return decision;
}

const char *
guardian_policy_label (const GuardianPolicy *policy, guint i)
{
  return i <= GUARDIAN_POLICY_MEMORY_LABELS ? policy->last.labels[i] : NULL;
}

gboolean
guardian_policy_observe (GuardianPolicy *policy, const CardeaJson *input,
                         GuardianDecision *ret_decision)
{
  if (policy->observed == NULL)
    return FALSE;
  CardeaPolicyAnswer answer = cardea_policy_set_decide (policy->observed, policy->observing, input);
  *ret_decision = take (policy, &answer);
  return TRUE;
}

const char *
guardian_policy_observed_revision (const GuardianPolicy *policy)
{
  return policy->observed != NULL ? cardea_policy_set_revision (policy->observed) : NULL;
}

const char *
guardian_policy_revision (const GuardianPolicy *policy)
{
  return policy->in_force != NULL ? cardea_policy_set_revision (policy->in_force) : NO_REVISION;
}

static CardeaJson *
describe_files (const GuardianPolicy *policy)
{
  CardeaJson *array = cardea_json_new_array ();
  guint n = policy->files != NULL ? cardea_policy_files_size (policy->files) : 0;
  for (guint i = 0; i < n; i++)
    {
      const CardeaPolicyFile *file = cardea_policy_files_nth (policy->files, i);
      CardeaJson *one = cardea_json_new_object ();
      gsize size = 0;
      const void *bytes = g_bytes_get_data (file->bytes, &size);
      g_autofree char *digest = cardea_digest_sha256_hex (bytes, size);
      g_autofree char *path = g_filename_display_name (file->path);
      cardea_json_set_string (one, "layer", cardea_policy_layer_name (file->layer));
      cardea_json_set_string (one, "file", path);
      cardea_json_set_string (one, "sha256", digest);
      cardea_json_set_boolean (one, "observed", file->observed);
      cardea_json_append (array, one);
    }
  return array;
}

const CardeaJson *
guardian_policy_bundles (const GuardianPolicy *policy)
{
  return policy->bundles;
}

static CardeaJson *
describe_bundle (const CardeaPolicyBundle *bundle)
{
  CardeaJson *one = cardea_json_new_object ();
  CardeaJson *roots = cardea_json_new_array ();
  g_autofree char *path = g_filename_display_name (bundle->path);
  g_autofree char *revision = g_utf8_make_valid (cardea_bundle_revision (bundle->content), -1);
  for (const char *const *root = cardea_bundle_roots (bundle->content); *root != NULL; root++)
    cardea_json_append (roots, cardea_json_new_string (*root));
  cardea_json_set_string (one, "layer", cardea_policy_layer_name (bundle->layer));
  cardea_json_set_string (one, "file", path);
  cardea_json_set_string (one, "revision", revision);
  cardea_json_set (one, "roots", roots);
  cardea_json_set_boolean (one, "signed", cardea_bundle_is_signed (bundle->content));
  cardea_json_set_boolean (one, "observed", bundle->observed);
  return one;
}

static CardeaJson *
describe_bundles (const GuardianPolicy *policy)
{
  CardeaJson *array = cardea_json_new_array ();
  guint n = policy->files != NULL ? cardea_policy_files_bundles (policy->files) : 0;
  for (guint i = 0; i < n; i++)
    cardea_json_append (array, describe_bundle (cardea_policy_files_bundle (policy->files, i)));
  return array;
}

static CardeaJson *
describe_facts (const GuardianPolicy *policy)
{
  CardeaJson *facts = cardea_json_new_object ();
  CardeaJson *own = cardea_json_new_array ();
  for (char **folder = policy->own; folder != NULL && *folder != NULL; folder++)
    {
      g_autofree char *shown = g_utf8_make_valid (*folder, -1);
      cardea_json_append (own, cardea_json_new_string (shown));
    }
  cardea_json_set (facts, "own", own);
  cardea_json_set_int (facts, "uid", policy->facts.uid);
  return facts;
}

CardeaJson *
guardian_policy_describe (const GuardianPolicy *policy)
{
  CardeaJson *report = cardea_json_new_object ();
  const char *observed = guardian_policy_observed_revision (policy);

  cardea_json_set_string (report, "revision", guardian_policy_revision (policy));
  cardea_json_set_string (report, "state", policy->in_force != NULL ? "in-force" : "none");
  if (policy->problem != NULL)
    {
      g_autofree char *problem = g_utf8_make_valid (policy->problem, -1);
      cardea_json_set_string (report, "problem", problem);
    }
  if (observed != NULL)
    cardea_json_set_string (report, "observed_revision", observed);
  cardea_json_set (report, "files", describe_files (policy));
  cardea_json_set (report, "bundles", describe_bundles (policy));
  cardea_json_set (report, "guardian", describe_facts (policy));
  if (policy->said != NULL)
    cardea_json_set (report, "said", cardea_json_copy (policy->said));
  return report;
}

CardeaJson *
guardian_policy_explain (GuardianPolicy *policy, const CardeaJson *input)
{
  return policy->in_force != NULL
             ? cardea_policy_set_explain (policy->in_force, policy->context, input)
             : NULL;
}

const char *
guardian_effect_name (GuardianEffect effect)
{
  static const char *const names[] = { [GUARDIAN_EFFECT_DENY] = "deny",
                                       [GUARDIAN_EFFECT_ASK] = "ask",
                                       [GUARDIAN_EFFECT_ALLOW] = "allow" };
  return (guint) effect < G_N_ELEMENTS (names) ? names[effect] : "deny";
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the shipped files, within them also what tier 5 is, and the facts. Refuses files that
 * would speak for another layer, and every answer that is not exactly one: then nothing is allowed.
 * Known gaps: an administrator's rules and data may loosen everything but tier 5, which is what
 * they are for; a user's rules can use up the budget, which denies everything to that user. */

#include "common/policies/cardea-policy-set.h"

#include "common/limits/cardea-host-limits.h"
#include "common/policies/cardea-policy-document.h"
#include "common/policies/cardea-policy-obligation.h"

#include "common/crypto/cardea-digest.h"
#include "common/rego/cardea-rego-data.h"

#include <string.h>

#define QUESTION "data.cardea.decision"
#define SHIPPED_DATA "cardea"
#define MAX_TRACE 500u
#define MAX_LIMITING 20u /* files */
#define MAX_TRACE_TEXT 512u
#define TIER_ASKED_LEAST 2
#define TIER_ASKED_MOST 3
#define TIER_CLOSED 5

typedef struct {
  const char *package; /* below which a layer's packages lie, with a slash */
  const char *data;    /* below which its data lies */
  const char *words;
} LayerRow;

static const LayerRow layers[CARDEA_POLICY_LAYERS] = {
  [CARDEA_POLICY_SHIPPED] = { "cardea/shipped/", SHIPPED_DATA, "the shipped policy" },
  [CARDEA_POLICY_ADMINISTRATOR] = { "cardea/admin/", "organisation", "this computer's policy" },
  [CARDEA_POLICY_USER] = { "cardea/user/", "user", "your own policy" },
};

struct _CardeaPolicySet {
  gatomicrefcount refs;
  CardeaRegoPolicy *policy;
  CardeaRegoQuery *query;
  CardeaRegoDocument *data;
  GHashTable *where; /* "layer/module" → words */
  char *revision;
  guint rules;
  gboolean steady;
};

CardeaPolicySet *
cardea_policy_set_ref (CardeaPolicySet *set)
{
  g_atomic_ref_count_inc (&set->refs);
  return set;
}

void
cardea_policy_set_unref (CardeaPolicySet *set)
{
  if (!g_atomic_ref_count_dec (&set->refs))
    return;
  g_clear_pointer (&set->query, cardea_rego_query_free);
  g_clear_pointer (&set->policy, cardea_rego_policy_unref);
  g_clear_pointer (&set->data, cardea_rego_document_unref);
  g_clear_pointer (&set->where, g_hash_table_unref);
  g_free (set->revision);
  g_free (set);
}

const char *
cardea_policy_set_revision (const CardeaPolicySet *set)
{
  return set->revision;
}

gboolean
cardea_policy_set_is_steady (const CardeaPolicySet *set)
{
  return set->steady;
}

static gboolean
find_steady (const CardeaRegoPolicy *policy)
{
  static const char *const time[] = { "context", "time", NULL };
  static const char *const reason[] = { "context", "reason", NULL };
  return cardea_rego_policy_is_steady (policy) && !cardea_rego_policy_reads (policy, time)
         && !cardea_rego_policy_reads (policy, reason);
}

guint
cardea_policy_set_rules (const CardeaPolicySet *set)
{
  return set->rules;
}

const char *
cardea_policy_effect_name (CardeaPolicyEffect effect)
{
  static const char *const names[] = {
    [CARDEA_POLICY_DENY] = "deny", [CARDEA_POLICY_ASK] = "ask", [CARDEA_POLICY_ALLOW] = "allow"
  };
  return (guint) effect < G_N_ELEMENTS (names) ? names[effect] : "deny";
}

/* --- which files --- */

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const CardeaPolicyFile *x = *(const CardeaPolicyFile *const *) a;
  const CardeaPolicyFile *y = *(const CardeaPolicyFile *const *) b;
  return x->layer != y->layer ? (gint) x->layer - (gint) y->layer : strcmp (x->name, y->name);
}

static gboolean
is_replaced (const CardeaPolicyFiles *files, const CardeaPolicyFile *file)
{
  for (guint i = 0; i < cardea_policy_files_size (files); i++)
    {
      const CardeaPolicyFile *other = cardea_policy_files_nth (files, i);
      if (other->observed && other->layer == file->layer && strcmp (other->name, file->name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* In the order that their digest and messages have. */
static GPtrArray *
choose (const CardeaPolicyFiles *files, gboolean observe)
{
  GPtrArray *chosen = g_ptr_array_new ();
  for (guint i = 0; i < cardea_policy_files_size (files); i++)
    {
      const CardeaPolicyFile *file = cardea_policy_files_nth (files, i);
      if (observe ? file->observed || !is_replaced (files, file) : !file->observed)
        g_ptr_array_add (chosen, (gpointer) file);
    }
  g_ptr_array_sort (chosen, compare_files);
  return chosen;
}

static char *
make_revision (const GPtrArray *files)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const CardeaPolicyFile *file = files->pdata[i];
      gsize size = 0;
      const void *bytes = g_bytes_get_data (file->bytes, &size);
      g_autofree char *digest = cardea_digest_sha256_hex (bytes, size);
      g_string_append_printf (text, "%s %s %s\n", digest, cardea_policy_layer_name (file->layer),
                              file->name);
    }
  return cardea_digest_sha256_hex (text->str, text->len);
}

/* --- rules --- */

static gboolean
fail_place (GError **error, const CardeaPolicyFile *file, const char *what)
{
  g_set_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_PLACE, "%s: %s", file->path, what);
  return FALSE;
}

/* The module's name, the last part of its package; NULL: it speaks for another layer. */
static const char *
module_of (const CardeaPolicyFile *file, const char *package)
{
  const char *root = layers[file->layer].package;
  const char *name = g_str_has_prefix (package, root) ? package + strlen (root) : NULL;
  if (name != NULL && *name != '\0' && strchr (name, '/') == NULL)
    return name;
  /* The composition and what it rests on. */
  return file->layer == CARDEA_POLICY_SHIPPED
                 && (strcmp (package, "cardea") == 0 || strcmp (package, "cardea/request") == 0)
             ? package
             : NULL;
}

static void
remember_where (CardeaPolicySet *set, const CardeaPolicyFile *file, const char *module)
{
  g_autofree char *base = g_path_get_basename (file->name);
  char *key = g_strdup_printf ("%s/%s", cardea_policy_layer_name (file->layer), module);
  const char *before = g_hash_table_lookup (set->where, key);
  char *words = before != NULL ? g_strdup_printf ("%s and %s", base, before)
                               : g_strdup_printf ("%s of %s", base, layers[file->layer].words);
  g_hash_table_insert (set->where, key, words);
}

static gboolean
check_rules (CardeaPolicySet *set, const GPtrArray *files, GError **error)
{
  for (guint i = 0; i < files->len; i++)
    {
      const CardeaPolicyFile *file = files->pdata[i];
      gsize size = 0;
      const char *text = g_bytes_get_data (file->bytes, &size);
      g_autofree char *package
          = file->rego ? cardea_rego_data_package (text != NULL ? text : "", size, 0) : NULL;
      if (package == NULL) /* data, or what compiling is going to complain about */
        continue;
      const char *module = module_of (file, package);
      if (module == NULL)
        return fail_place (error, file,
                           file->layer == CARDEA_POLICY_USER
                               ? "a user's policy is a package cardea.user.NAME"
                               : "an administrator's policy is a package cardea.admin.NAME");
      remember_where (set, file, module);
    }
  return TRUE;
}

static gboolean
compile (CardeaPolicySet *set, const GPtrArray *files, GError **error)
{
  g_autofree CardeaRegoSource *sources = g_new0 (CardeaRegoSource, files->len + 1);
  g_autoptr (GError) problem = NULL;
  for (guint i = 0; i < files->len; i++)
    {
      const CardeaPolicyFile *file = files->pdata[i];
      if (!file->rego)
        continue;
      CardeaRegoSource *source = &sources[set->rules++];
      source->name = file->path;
      source->text = g_bytes_get_data (file->bytes, &source->size);
      if (source->text == NULL)
        source->text = "";
    }
  set->policy = cardea_rego_policy_new (sources, set->rules, 0, &problem);
  set->query = set->policy != NULL ? cardea_rego_query_new (set->policy, QUESTION, &problem) : NULL;
  if (set->query != NULL)
    return TRUE;
  g_set_error_literal (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_POLICY, problem->message);
  return FALSE;
}

/* --- data --- */

/* Looked at by itself first: a layer's data lies below its own root. */
static gboolean
check_document (const CardeaPolicyFile *file, GError **error)
{
  g_autoptr (CardeaRegoData) alone = cardea_rego_data_new ();
  const char *roots[] = { layers[file->layer].data, NULL };
  if (!cardea_policy_document_add (alone, file, error))
    return FALSE;
  g_autofree char *outside = cardea_rego_data_outside (alone, roots);
  if (outside == NULL)
    return TRUE;
  g_autofree char *what
      = g_strdup_printf ("data of this folder lies below data.%s: %s does not", roots[0], outside);
  return fail_place (error, file, what);
}

/* Folders end in a slash; data/policies/request.rego makes their letters small as it does a path's.
 */
static char *
describe_facts (const CardeaPolicyFacts *facts)
{
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  CardeaJson *own = cardea_json_new_array ();
  for (const char *const *folder = facts->own; folder != NULL && *folder != NULL; folder++)
    {
      g_autofree char *valid = g_utf8_make_valid (*folder, -1);
      g_autofree char *whole = g_strconcat (valid, g_str_has_suffix (valid, "/") ? "" : "/", NULL);
      if (strlen (whole) > 1)
        cardea_json_append (own, cardea_json_new_string (whole));
    }
  cardea_json_set (json, "own", own);
  cardea_json_set_int (json, "uid", facts->uid);
  return cardea_json_write (json, NULL, NULL);
}

static gboolean
load_data (CardeaPolicySet *set, const GPtrArray *files, const CardeaPolicyFacts *facts,
           GError **error)
{
  static const char *const place[] = { SHIPPED_DATA, "guardian", NULL };
  g_autoptr (CardeaRegoData) data = cardea_rego_data_new ();
  g_autofree char *told = describe_facts (facts);
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < files->len; i++)
    {
      const CardeaPolicyFile *file = files->pdata[i];
      if (!file->rego
          && (!check_document (file, error) || !cardea_policy_document_add (data, file, error)))
        return FALSE;
    }
  if (told == NULL || !cardea_rego_data_add (data, place, told, strlen (told), FALSE, &problem))
    {
      g_set_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_DOCUMENT,
                   "what the guardian tells: %s", problem->message);
      return FALSE;
    }
  set->data = cardea_rego_data_finish (data);
  return TRUE;
}

CardeaPolicySet *
cardea_policy_set_new (const CardeaPolicyFiles *files, gboolean observe,
                       const CardeaPolicyFacts *facts, GError **error)
{
  g_autoptr (CardeaPolicySet) set = g_new0 (CardeaPolicySet, 1);
  g_autoptr (GPtrArray) chosen = choose (files, observe);

  g_atomic_ref_count_init (&set->refs);
  set->where = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  set->revision = make_revision (chosen);
  if (!check_rules (set, chosen, error) || !compile (set, chosen, error)
      || !load_data (set, chosen, facts, error))
    return NULL;
  set->steady = find_steady (set->policy);
  return g_steal_pointer (&set);
}

/* --- deciding --- */

CardeaRegoContext *
cardea_policy_context_new (void)
{
  CardeaRegoContext *context = cardea_rego_context_new ();
  cardea_rego_context_set_limits (context, CARDEA_POLICY_STEPS, CARDEA_POLICY_MEMORY,
                                  CARDEA_POLICY_DEADLINE_MS);
  cardea_rego_context_set_lasting (context, TRUE);
  return context;
}

static CardeaPolicyAnswer
refuse (const char *policy, const char *reason)
{
  return (CardeaPolicyAnswer){
    .effect = CARDEA_POLICY_DENY, .tier = TIER_CLOSED, .policy = policy, .reason = reason
  };
}

/* What the evaluation ended with, in words of ours: its own may hold what is being judged. */
static CardeaPolicyAnswer
refuse_error (const GError *error)
{
  static const struct {
    CardeaRegoError code;
    const char *policy, *reason;
  } words[] = {
    { CARDEA_REGO_ERROR_CANCEL, "policy.budget", "the policies took too long or too much memory" },
    { CARDEA_REGO_ERROR_CONFLICT, "policy.conflict", "two policies contradict one another" },
    { CARDEA_REGO_ERROR_DOCUMENT, "policy.input", "the request could not be judged" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_error_matches (error, CARDEA_REGO_ERROR, (gint) words[i].code))
      return refuse (words[i].policy, words[i].reason);
  return refuse ("policy.error", "the policies could not be asked");
}

static const char *
find_where (const CardeaPolicySet *set, const CardeaRegoContext *context)
{
  const char *layer = cardea_rego_answer_string (context, "layer");
  const char *module = cardea_rego_answer_string (context, "module");
  char key[256];
  if (layer == NULL || module == NULL
      || g_snprintf (key, sizeof key, "%s/%s", layer, module) >= (gint) sizeof key)
    return NULL;
  return g_hash_table_lookup (set->where, key);
}

static gint64
read_limit (const CardeaRegoContext *context, const char *member)
{
  gint64 value = 0;
  return cardea_rego_answer_integer (context, member, &value) && value > 0 ? value : 0;
}

/* An effect has its tiers: what is asked is asked at 2 or 3, what is of tier 4 or 5 is refused. */
static gboolean
read_effect (const CardeaRegoContext *context, CardeaPolicyAnswer *answer)
{
  const char *effect = cardea_rego_answer_string (context, "effect");
  gint64 tier = -1;
  if (effect == NULL || !cardea_rego_answer_integer (context, "tier", &tier) || tier < 0
      || tier > TIER_CLOSED)
    return FALSE;
  answer->tier = (guint) tier;
  if (strcmp (effect, "deny") == 0)
    return TRUE;
  if (strcmp (effect, "ask") == 0)
    answer->effect = CARDEA_POLICY_ASK;
  else if (strcmp (effect, "allow") == 0)
    answer->effect = CARDEA_POLICY_ALLOW;
  else
    return FALSE;
  if (answer->effect == CARDEA_POLICY_ASK)
    answer->tier = MAX (answer->tier, TIER_ASKED_LEAST);
  if (answer->tier > TIER_ASKED_MOST)
    answer->effect = CARDEA_POLICY_DENY;
  return TRUE;
}

static CardeaPolicyAnswer
refuse_malformed (const CardeaPolicyAnswer *answer)
{
  CardeaPolicyAnswer none
      = refuse (answer->policy != NULL ? answer->policy : "policy.malformed-answer",
                "its answer is not one that policies may give");
  none.where = answer->where;
  return none;
}

/* All of them made one, the narrower of each. FALSE: one is none, or nothing is left. */
static gboolean
read_host_limits (CardeaRegoContext *context, CardeaHostLimits **ret_limits)
{
  g_autofree char *text = cardea_rego_answer_member (context, "obligations/limits");
  g_autoptr (CardeaJson) all = text != NULL ? cardea_json_parse (text, strlen (text), NULL) : NULL;
  g_autoptr (CardeaHostLimits) limits = NULL;

  if (all == NULL || cardea_json_size (all) == 0)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (all); i++)
    {
      g_autoptr (CardeaHostLimits) one = cardea_host_limits_read (cardea_json_nth (all, i));
      if (one == NULL || (limits != NULL && !cardea_host_limits_narrow (limits, one)))
        return FALSE;
      if (limits == NULL)
        limits = g_steal_pointer (&one);
    }
  *ret_limits = g_steal_pointer (&limits);
  return TRUE;
}

static CardeaPolicyAnswer
read_answer (const CardeaPolicySet *set, const CardeaRegoContext *context)
{
  CardeaPolicyAnswer answer = refuse (cardea_rego_answer_string (context, "policy"),
                                      cardea_rego_answer_string (context, "reason"));
  answer.where = find_where (set, context);
  if (answer.policy == NULL || answer.reason == NULL || !read_effect (context, &answer))
    return refuse_malformed (&answer);
  if (cardea_rego_answer_size (context, "obligations") == 0)
    return answer;
  /* An obligation that nobody can keep to. */
  if (cardea_rego_answer_boolean (context, "obligations/malformed"))
    return refuse_malformed (&answer);
  answer.ttl = read_limit (context, "obligations/ttl");
  answer.uses = read_limit (context, "obligations/uses");
  answer.max_bytes = read_limit (context, "obligations/max_bytes");
  answer.placeholder = cardea_rego_answer_boolean (context, "obligations/placeholder");
  answer.reauthenticate = cardea_rego_answer_boolean (context, "obligations/reauthenticate");
  return answer;
}

static CardeaPolicyAnswer
decide (const CardeaPolicySet *set, CardeaRegoContext *context, const CardeaJson *input,
        GError **error)
{
  g_autoptr (GError) problem = NULL;
  if (!cardea_rego_eval_value (context, set->query, set->data, input, &problem))
    {
      CardeaPolicyAnswer answer = refuse_error (problem);
      answer.failed = TRUE;
      g_propagate_error (error, g_steal_pointer (&problem));
      return answer;
    }
  if (!cardea_rego_answer_defined (context))
    return refuse ("policy.undefined", "the policies have no answer");
  CardeaPolicyAnswer answer = read_answer (set, context);
  g_autoptr (CardeaHostLimits) limits = NULL;
  if (cardea_rego_answer_size (context, "obligations/limits") > 0
      && !read_host_limits (context, &limits))
    return refuse_malformed (&answer);
  gboolean redact = cardea_rego_answer_element (context, "obligations/redact", 0) != NULL;
  cardea_policy_obligation_apply (&answer, redact || answer.placeholder, limits, input);
  return answer;
}

CardeaPolicyAnswer
cardea_policy_set_decide (const CardeaPolicySet *set, CardeaRegoContext *context,
                          const CardeaJson *input)
{
  g_autoptr (GError) problem = NULL;
  CardeaPolicyAnswer answer = decide (set, context, input, &problem);
  if (problem != NULL)
    g_debug ("%s", problem->message);
  return answer;
}

const char *
cardea_policy_label (const CardeaRegoContext *context, guint i)
{
  return cardea_rego_answer_element (context, "labels", i);
}

/* --- explaining --- */

typedef struct {
  CardeaJson *rules;
  CardeaJson *limiting; /* {"file", "layer"} of those whose answer limits what is done */
} Trace;

static void
note_limiting (CardeaJson *limiting, const char *rule, const char *file, const char *json)
{
  static const char *const packages[] = { [CARDEA_POLICY_SHIPPED] = "data.cardea.shipped.",
                                          [CARDEA_POLICY_ADMINISTRATOR] = "data.cardea.admin.",
                                          [CARDEA_POLICY_USER] = "data.cardea.user." };
  g_autoptr (CardeaJson) value = cardea_json_parse (json, strlen (json), NULL);
  const CardeaJson *obligations = value != NULL && cardea_json_type (value) == CARDEA_JSON_OBJECT
                                      ? cardea_json_get (value, "obligations")
                                      : NULL;
  if (obligations == NULL || cardea_json_type (obligations) != CARDEA_JSON_OBJECT
      || cardea_json_get (obligations, "limits") == NULL
      || cardea_json_size (limiting) >= MAX_LIMITING)
    return;
  for (guint i = 0; i < cardea_json_size (limiting); i++)
    if (g_strcmp0 (cardea_json_get_string (cardea_json_nth (limiting, i), "file"), file) == 0)
      return;
  for (gsize i = 0; i < G_N_ELEMENTS (packages); i++)
    if (g_str_has_prefix (rule, packages[i]))
      {
        CardeaJson *one = cardea_json_new_object ();
        cardea_json_set_string (one, "file", file);
        cardea_json_set_string (one, "layer", cardea_policy_layer_name ((CardeaPolicyLayer) i));
        cardea_json_append (limiting, one);
      }
}

static void
note_rule (const char *rule, const char *file, guint line, const char *json, gpointer data)
{
  const Trace *trace = data;
  CardeaJson *rules = trace->rules;
  note_limiting (trace->limiting, rule, file, json);
  if (cardea_json_size (rules) >= MAX_TRACE)
    return;
  CardeaJson *one = cardea_json_new_object ();
  g_autofree char *valid = g_utf8_make_valid (json, MIN (strlen (json), MAX_TRACE_TEXT));
  cardea_json_set_string (one, "rule", rule);
  cardea_json_set_string (one, "file", file);
  cardea_json_set_int (one, "line", line);
  cardea_json_set_string (one, "value", valid);
  cardea_json_append (rules, one);
}

CardeaJson *
cardea_policy_set_explain (const CardeaPolicySet *set, CardeaRegoContext *context,
                           const CardeaJson *input)
{
  CardeaJson *result = cardea_json_new_object ();
  CardeaJson *rules = cardea_json_new_array ();
  CardeaJson *labels = cardea_json_new_array ();
  g_autoptr (CardeaJson) limiting = cardea_json_new_array ();
  Trace trace = { rules, limiting };
  g_autoptr (GError) problem = NULL;
  const char *label;

  cardea_rego_context_set_trace (context, note_rule, &trace);
  CardeaPolicyAnswer answer = decide (set, context, input, &problem);
  cardea_rego_context_set_trace (context, NULL, NULL);
  cardea_json_set_string (result, "effect", cardea_policy_effect_name (answer.effect));
  cardea_json_set_int (result, "tier", answer.tier);
  cardea_json_set_string (result, "reason", answer.reason);
  cardea_json_set_string (result, "policy", answer.policy);
  if (answer.where != NULL)
    cardea_json_set_string (result, "where", answer.where);
  g_autofree char *limits = g_steal_pointer (&answer.limits);
  if (limits != NULL)
    {
      cardea_json_set (result, "limits", cardea_json_parse (limits, strlen (limits), NULL));
      cardea_json_set (result, "limited_by", cardea_json_ref (limiting));
    }
  cardea_json_set_string (result, "revision", set->revision);
  if (problem != NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (problem->message, -1);
      cardea_json_set_string (result, "problem", valid);
    }
  for (guint i = 0; problem == NULL && (label = cardea_policy_label (context, i)) != NULL; i++)
    cardea_json_append (labels, cardea_json_new_string (label));
  cardea_json_set (result, "labels", labels);
  cardea_json_set (result, "rules", rules);
  cardea_json_set_int64_string (result, "steps", (gint64) cardea_rego_answer_steps (context));
  cardea_json_set_int64_string (result, "memory", (gint64) cardea_rego_answer_memory (context));
  return result;
}

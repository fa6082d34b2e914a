/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nobody; a file of rules may be an administrator's. Refuses: a member or a word it does
 * not know, a rule without an example of each kind, whatever is larger than its limit. */

#include "common/dlp/cardea-dlp-rule.h"

#include "common/dlp/cardea-dlp-shipped.h"

#include <string.h>

#define DEFAULT_WINDOW 1024u
#define MODEL "classifier.json" /* of the shipped files the one that has no rules */
#define MAX_VALUES 40000u

G_DEFINE_QUARK (cardea - dlp - error - quark, cardea_dlp_error)

struct _CardeaDlpRules {
  GPtrArray *list;
  GHashTable *by_id; /* borrowed */
};

static const char *const class_names[CARDEA_DLP_CLASSES] = {
  [CARDEA_DLP_CREDENTIAL] = "credential", [CARDEA_DLP_FINANCIAL] = "financial",
  [CARDEA_DLP_PERSONAL] = "personal",     [CARDEA_DLP_CANARY] = "canary",
  [CARDEA_DLP_OPAQUE] = "opaque",         [CARDEA_DLP_INJECTION] = "injection",
  [CARDEA_DLP_COMMAND] = "command",
};

static const char *const edge_names[] = { "word", "left", "blob", "none" };

const char *
cardea_dlp_class_name (CardeaDlpClass class)
{
  return class < CARDEA_DLP_CLASSES ? class_names[class] : "opaque";
}

static void
rule_free (gpointer data)
{
  CardeaDlpRule *rule = data;
  g_free (rule->id);
  g_free (rule->title);
  g_strfreev (rule->words);
  g_free (rule->trigger);
  g_free (rule->pattern);
  g_strfreev (rule->allow);
  g_strfreev (rule->find);
  g_strfreev (rule->ignore);
  g_free (rule);
}

static gboolean
fail (const CardeaDlpRule *rule, const char *member, const char *what, GError **error)
{
  g_set_error (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_RULE, "rule %s: %s: %s",
               rule->id != NULL ? rule->id : "?", member, what);
  return FALSE;
}

/* --- the members of a rule --- */

typedef struct Member Member;
struct Member {
  const char *name;
  gboolean (*read) (CardeaDlpRule *rule, const Member *member, const CardeaJson *value,
                    GError **error);
  gsize offset;
  guint number; /* a flag, or a limit */
};

static gboolean
read_text (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  const char *text = cardea_json_string (value);
  if (text == NULL || text[0] == '\0' || strlen (text) > CARDEA_DLP_MAX_PATTERN)
    return fail (rule, member->name, "is no text of that length", error);
  G_STRUCT_MEMBER (char *, rule, member->offset) = g_strdup (text);
  return TRUE;
}

static gboolean
read_texts (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint size = cardea_json_type (value) == CARDEA_JSON_ARRAY ? cardea_json_size (value) : 0;

  if (size == 0 || size > CARDEA_DLP_MAX_WORDS)
    return fail (rule, member->name, "has no such number of texts", error);
  for (guint i = 0; i < size; i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (value, i));
      if (text == NULL || text[0] == '\0')
        return fail (rule, member->name, "holds what is no text", error);
      g_strv_builder_add (builder, text);
    }
  G_STRUCT_MEMBER (GStrv, rule, member->offset) = g_strv_builder_end (builder);
  rule->flags |= member->number;
  return TRUE;
}

static gboolean
read_number (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  gint64 number = 0;
  if (!cardea_json_int (value, &number) || number < 1 || number > member->number)
    return fail (rule, member->name, "is no number within its limit", error);
  G_STRUCT_MEMBER (guint, rule, member->offset) = number;
  return TRUE;
}

static gboolean
read_entropy (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  rule->entropy = cardea_json_double (value);
  return (rule->entropy > 0 && rule->entropy <= 8)
         || fail (rule, member->name, "is not between 0 and 8", error);
}

static gboolean
read_flag (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  gboolean set = FALSE;
  if (!cardea_json_boolean (value, &set) || !set)
    return fail (rule, member->name, "is not true", error);
  rule->flags |= member->number;
  return TRUE;
}

static gboolean
read_class (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  for (guint i = 0; i < CARDEA_DLP_CLASSES; i++)
    if (g_strcmp0 (class_names[i], cardea_json_string (value)) == 0)
      {
        rule->class = i;
        return TRUE;
      }
  return fail (rule, member->name, "is no class", error);
}

static gboolean
read_edges (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (edge_names); i++)
    if (g_strcmp0 (edge_names[i], cardea_json_string (value)) == 0)
      {
        rule->edges = i;
        return TRUE;
      }
  return fail (rule, member->name, "are no edges", error);
}

static gboolean
read_check (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  rule->check = cardea_dlp_check_find (cardea_json_string (value));
  return rule->check != NULL || fail (rule, member->name, "is no check", error);
}

static gboolean
read_needs (CardeaDlpRule *rule, const Member *member, const CardeaJson *value, GError **error)
{
  static const struct {
    const char *name;
    guint flag;
  } needs[] = { { "digit", CARDEA_DLP_RULE_DIGIT },
                { "upper", CARDEA_DLP_RULE_UPPER },
                { "lower", CARDEA_DLP_RULE_LOWER } };
  for (guint i = 0; i < cardea_json_size (value); i++)
    {
      gsize n = 0;
      const char *name = cardea_json_string (cardea_json_nth (value, i));
      while (n < G_N_ELEMENTS (needs) && g_strcmp0 (needs[n].name, name) != 0)
        n++;
      if (n == G_N_ELEMENTS (needs))
        return fail (rule, member->name, "names what is not known", error);
      rule->flags |= needs[n].flag;
    }
  return TRUE;
}

#define AT(member) G_STRUCT_OFFSET (CardeaDlpRule, member)

static const Member members[] = {
  { "id", read_text, AT (id), 0 },
  { "class", read_class, 0, 0 },
  { "title", read_text, AT (title), 0 },
  { "anchors", read_texts, AT (words), 0 },
  { "near", read_texts, AT (words), CARDEA_DLP_RULE_NEAR },
  { "trigger", read_text, AT (trigger), 0 },
  { "pattern", read_text, AT (pattern), 0 },
  { "value", read_text, AT (pattern), 0 },
  { "before", read_number, AT (before), CARDEA_DLP_MAX_BEFORE },
  { "window", read_number, AT (window), CARDEA_DLP_MAX_WINDOW },
  { "entropy", read_entropy, 0, 0 },
  { "needs", read_needs, 0, 0 },
  { "check", read_check, 0, 0 },
  { "edges", read_edges, 0, 0 },
  { "required", read_flag, 0, CARDEA_DLP_RULE_REQUIRED },
  { "strong", read_flag, 0, CARDEA_DLP_RULE_STRONG },
  { "generic", read_flag, 0, CARDEA_DLP_RULE_GENERIC },
  { "template", read_flag, 0, CARDEA_DLP_RULE_TEMPLATE },
  { "exact", read_flag, 0, CARDEA_DLP_RULE_EXACT },
  { "allow", read_texts, AT (allow), 0 },
  { "find", read_texts, AT (find), 0 },
  { "ignore", read_texts, AT (ignore), 0 },
};

static const Member *
find_member (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].name, name) == 0)
      return &members[i];
  return NULL;
}

static gboolean
check_whole (const CardeaDlpRule *rule, const CardeaJson *json, GError **error)
{
  gboolean near = (rule->flags & CARDEA_DLP_RULE_NEAR) != 0;

  if (rule->id == NULL || rule->title == NULL || cardea_json_get (json, "class") == NULL)
    return fail (rule, "id, title, class", "one is missing", error);
  if (rule->pattern == NULL || (cardea_json_get (json, "value") != NULL) != near)
    return fail (rule, "pattern", "goes with anchors or trigger, value with near", error);
  if ((rule->words == NULL) == (rule->trigger == NULL))
    return fail (rule, "anchors", "exactly one of anchors, near and trigger is needed", error);
  if (rule->find == NULL || rule->ignore == NULL)
    return fail (rule, "find, ignore", "a rule has an example of each", error);
  if ((rule->flags & CARDEA_DLP_RULE_REQUIRED) != 0 && rule->check == NULL)
    return fail (rule, "required", "there is no check", error);
  return TRUE;
}

static gboolean
add_rule (CardeaDlpRules *rules, const CardeaJson *json, GError **error)
{
  CardeaDlpRule *rule = g_new0 (CardeaDlpRule, 1);

  if (cardea_json_type (json) != CARDEA_JSON_OBJECT || rules->list->len >= CARDEA_DLP_MAX_RULES)
    {
      fail (rule, "rules", "holds what is no rule, or too many", error);
      rule_free (rule);
      return FALSE;
    }
  rule->window = DEFAULT_WINDOW;
  g_ptr_array_add (rules->list, rule);
  for (guint i = 0; i < cardea_json_size (json); i++)
    {
      const Member *member = find_member (cardea_json_nth_name (json, i));
      if (member == NULL)
        return fail (rule, cardea_json_nth_name (json, i), "is not known", error);
      if (member->read == read_text && G_STRUCT_MEMBER (char *, rule, member->offset) != NULL)
        return fail (rule, member->name, "is said twice", error);
      if (member->read == read_texts && G_STRUCT_MEMBER (GStrv, rule, member->offset) != NULL)
        return fail (rule, member->name, "is said twice", error);
      if (!member->read (rule, member, cardea_json_nth (json, i), error))
        return FALSE;
    }
  if (!check_whole (rule, json, error))
    return FALSE;
  if (!g_hash_table_insert (rules->by_id, rule->id, rule))
    return fail (rule, "id", "there is another of that name", error);
  return TRUE;
}

gboolean
cardea_dlp_rules_add (CardeaDlpRules *rules, const char *text, gsize size, GError **error)
{
  g_autoptr (CardeaJson) json = cardea_json_parse_bounded (text, size, MAX_VALUES, error);
  if (json == NULL)
    return FALSE;
  const CardeaJson *list = cardea_json_get (json, "rules");
  if (cardea_json_size (json) != 1 || list == NULL || cardea_json_type (list) != CARDEA_JSON_ARRAY)
    {
      g_set_error_literal (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_RULE,
                           "a file of rules is {\"rules\": […]}");
      return FALSE;
    }
  for (guint i = 0; i < cardea_json_size (list); i++)
    if (!add_rule (rules, cardea_json_nth (list, i), error))
      return FALSE;
  return TRUE;
}

CardeaDlpRules *
cardea_dlp_rules_new (void)
{
  CardeaDlpRules *rules = g_new0 (CardeaDlpRules, 1);
  rules->list = g_ptr_array_new_with_free_func (rule_free);
  rules->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  return rules;
}

CardeaDlpRules *
cardea_dlp_rules_new_shipped (void)
{
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new ();
  for (const CardeaDlpShipped *file = cardea_dlp_shipped; file->name != NULL; file++)
    {
      g_autoptr (GError) error = NULL;
      if (strcmp (file->name, MODEL) == 0)
        continue;
      if (!cardea_dlp_rules_add (rules, file->text, file->size, &error))
        g_error ("%s, which is shipped, cannot be read: %s", file->name, error->message);
    }
  return g_steal_pointer (&rules);
}

void
cardea_dlp_rules_free (CardeaDlpRules *rules)
{
  if (rules == NULL)
    return;
  g_hash_table_unref (rules->by_id);
  g_ptr_array_unref (rules->list);
  g_free (rules);
}

guint
cardea_dlp_rules_size (const CardeaDlpRules *rules)
{
  return rules->list->len;
}

const CardeaDlpRule *
cardea_dlp_rules_nth (const CardeaDlpRules *rules, guint i)
{
  return g_ptr_array_index (rules->list, i);
}

const CardeaDlpRule *
cardea_dlp_rules_find (const CardeaDlpRules *rules, const char *id)
{
  return g_hash_table_lookup (rules->by_id, id);
}

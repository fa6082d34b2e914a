/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The tree of packages and rules. */

#include "common/rego/cardea-rego-compile.h"

#include <string.h>

static void
free_node (gpointer data)
{
  g_ptr_array_unref (((CardeaRegoNode *) data)->children);
}

static void
free_ruleset (gpointer data)
{
  CardeaRegoRuleset *s = data;
  g_ptr_array_unref (s->rules);
  cardea_rego_code_free (s->code);
}

static CardeaRegoNode *
node_new (CardeaRegoProgram *g, CardeaRegoNode *up, CardeaRegoValue key)
{
  CardeaRegoNode *node = cardea_rego_arena_alloc0 (g->arena, sizeof *node);
  node->up = up;
  node->key = key;
  node->children = g_ptr_array_new ();
  node->index = cardea_rego_object_new (g->arena, 4);
  node->id = g->nodes->len;
  g_ptr_array_add (g->nodes, node);
  return node;
}

CardeaRegoProgram *
cardea_rego_program_new (void)
{
  CardeaRegoProgram *g = g_new0 (CardeaRegoProgram, 1);
  g->arena = cardea_rego_arena_new (G_MAXSIZE);
  g->files = g_ptr_array_new_with_free_func (g_free);
  g->modules = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_rego_module_free);
  g->rulesets = g_ptr_array_new_with_free_func (free_ruleset);
  g->nodes = g_ptr_array_new_with_free_func (free_node);
  g->order = g_ptr_array_new ();
  g->mocked = g_hash_table_new (NULL, NULL);
  g->looks = g_array_new (FALSE, FALSE, sizeof (CardeaRegoInputPath));
  g->stable = g_array_new (FALSE, TRUE, sizeof (guint64));
  g->root = node_new (g, NULL, CARDEA_REGO_NONE);
  return g;
}

void
cardea_rego_program_free (CardeaRegoProgram *g)
{
  g_ptr_array_unref (g->files);
  g_ptr_array_unref (g->modules);
  g_ptr_array_unref (g->rulesets);
  g_ptr_array_unref (g->nodes);
  g_ptr_array_unref (g->order);
  g_hash_table_unref (g->mocked);
  g_array_unref (g->looks);
  g_array_unref (g->stable);
  cardea_rego_arena_free (g->arena);
  g_free (g);
}

CardeaRegoNode *
cardea_rego_tree_child (const CardeaRegoNode *node, CardeaRegoValue key)
{
  CardeaRegoValue at = cardea_rego_get_fast (node->index, key);
  return at.tag == CARDEA_REGO_INT ? node->children->pdata[at.i] : NULL;
}

static CardeaRegoNode *
need_child (CardeaRegoProgram *g, CardeaRegoNode *node, CardeaRegoValue key)
{
  CardeaRegoNode *child = cardea_rego_tree_child (node, key);
  if (child != NULL)
    return child;
  child = node_new (g, node, key);
  cardea_rego_object_put (g->arena, node->index, key, cardea_rego_int (node->children->len));
  g_ptr_array_add (node->children, child);
  return child;
}

char *
cardea_rego_tree_path (const CardeaRegoNode *node)
{
  if (node->up == NULL)
    return g_strdup ("data");
  g_autofree char *up = cardea_rego_tree_path (node->up);
  if (cardea_rego_is_identifier (node->key.s->s, node->key.s->len))
    return g_strdup_printf ("%s.%s", up, node->key.s->s);
  return g_strdup_printf ("%s[\"%s\"]", up, node->key.s->s);
}

static gboolean
is_string (const CardeaRegoTerm *t)
{
  return t->kind == TERM_VALUE && t->value.tag == CARDEA_REGO_STRING;
}

CardeaRegoNode *
cardea_rego_tree_at (const CardeaRegoProgram *g, const CardeaRegoTerm *ref, guint32 *ret_used)
{
  CardeaRegoNode *node = g->root;
  guint32 i = 1;
  for (; i < ref->n && is_string (ref->args[i]); i++)
    {
      CardeaRegoNode *child = cardea_rego_tree_child (node, ref->args[i]->value);
      if (child == NULL)
        break;
      node = child;
      if (node->rules != NULL)
        {
          i++;
          break;
        }
    }
  *ret_used = i;
  return node;
}

/* Moves the rule's path up to its first operand that is no string out of its operands, and gives
 * the node it leads to. */
static CardeaRegoNode *
place_rule (CardeaRegoProgram *g, CardeaRegoNode *package, CardeaRegoRule *rule)
{
  CardeaRegoTerm *ref = rule->ref;
  g_autoptr (GString) path = g_string_new (NULL);
  cardea_rego_term_print (path, ref);
  rule->path = cardea_rego_cstring (g->arena, path->str).s->s;
  CardeaRegoNode *node
      = need_child (g, package, cardea_rego_cstring (g->arena, ref->args[0]->name));
  guint32 i = 1;
  node->rule_root = TRUE;
  for (; i < ref->n && is_string (ref->args[i]); i++)
    node = need_child (g, node, ref->args[i]->value);
  ref->args += i;
  ref->n -= i;
  return node;
}

static CardeaRegoRuleset *
need_ruleset (CardeaRegoProgram *g, CardeaRegoNode *node)
{
  if (node->rules != NULL)
    return node->rules;
  CardeaRegoRuleset *s = cardea_rego_arena_alloc0 (g->arena, sizeof *s);
  s->node = node;
  s->id = g->rulesets->len;
  s->rules = g_ptr_array_new ();
  g_ptr_array_add (g->rulesets, s);
  node->rules = s;
  return s;
}

static gboolean
has_operands (const CardeaRegoRuleset *s)
{
  for (guint i = 0; i < s->rules->len; i++)
    if (((CardeaRegoRule *) s->rules->pdata[i])->ref->n > 0)
      return TRUE;
  return FALSE;
}

static void
prepend_operand (CardeaRegoProgram *g, CardeaRegoRule *rule, CardeaRegoValue key)
{
  for (; rule != NULL; rule = rule->otherwise)
    {
      CardeaRegoTerm **args = cardea_rego_arena_alloc (g->arena, sizeof *args * (rule->ref->n + 1));
      args[0] = cardea_rego_term_value (g->arena, rule->loc, key);
      if (rule->ref->n > 0)
        memcpy (args + 1, rule->ref->args, sizeof *args * rule->ref->n);
      rule->ref->args = args;
      rule->ref->n++;
    }
}

/* Where a rule has variables in its path, what lies below belongs to the same document: it moves
 * up, with its path as constant operands. */
static void
squash_into (CardeaRegoProgram *g, CardeaRegoNode *node, CardeaRegoRuleset *into, GPtrArray *keys)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      CardeaRegoNode *child = node->children->pdata[i];
      g_ptr_array_add (keys, &child->key);
      if (child->rules != NULL)
        {
          for (guint k = 0; k < child->rules->rules->len; k++)
            {
              CardeaRegoRule *rule = child->rules->rules->pdata[k];
              for (guint n = keys->len; n > 0; n--)
                prepend_operand (g, rule, *(CardeaRegoValue *) keys->pdata[n - 1]);
              g_ptr_array_add (into->rules, rule);
            }
          g_ptr_array_set_size (child->rules->rules, 0);
        }
      squash_into (g, child, into, keys);
      g_ptr_array_set_size (keys, (gint) keys->len - 1);
    }
}

static void
squash (CardeaRegoProgram *g, CardeaRegoNode *node)
{
  if (node->rules != NULL && has_operands (node->rules) && node->children->len > 0)
    {
      g_autoptr (GPtrArray) keys = g_ptr_array_new ();
      squash_into (g, node, node->rules, keys);
      g_ptr_array_set_size (node->children, 0);
      node->index = cardea_rego_object_new (g->arena, 4);
    }
  for (guint i = 0; i < node->children->len; i++)
    squash (g, node->children->pdata[i]);
}

static CardeaRegoRulesKind
kind_of (const CardeaRegoRuleset *s, const CardeaRegoRule *rule)
{
  if (rule->function)
    return RULES_FUNCTION;
  if (rule->contains && rule->ref->n == 0 && !has_operands (s))
    return RULES_SET;
  return has_operands (s) && (rule->ref->n > 0 || !rule->is_default) ? RULES_OBJECT
                                                                     : RULES_COMPLETE;
}

static void
check_defaults (CardeaRegoProgram *g, CardeaRegoProblems *problems, const CardeaRegoRuleset *s,
                const char *path)
{
  g_autoptr (GString) places = g_string_new (NULL);
  const CardeaRegoRule *first = NULL;
  guint n = 0;
  for (guint i = 0; i < s->rules->len; i++)
    {
      const CardeaRegoRule *rule = s->rules->pdata[i];
      if (!rule->is_default)
        continue;
      first = n++ == 0 ? rule : first;
      g_string_append_printf (places, "%s%s:%u", n > 1 ? ", " : "",
                              (const char *) g->files->pdata[rule->loc.file], rule->loc.row);
    }
  if (n > 1)
    cardea_rego_problems_add (
        problems, ((CardeaRegoModule *) g->modules->pdata[first->module])->package_loc,
        "rego_type_error", "multiple default rules %s found at %s", path, places->str);
}

static void
check_ruleset (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoRuleset *s)
{
  g_autofree char *path = cardea_rego_tree_path (s->node);
  GPtrArray *kept = g_ptr_array_new ();
  gboolean alike = TRUE;
  for (guint i = 0; i < s->rules->len; i++)
    {
      CardeaRegoRule *rule = s->rules->pdata[i];
      CardeaRegoRulesKind kind = kind_of (s, rule);
      if (i == 0)
        {
          s->kind = kind;
          s->n_args = rule->n_args;
        }
      else if (kind != s->kind || (rule->function && rule->n_args != s->n_args)
               || (kind == RULES_OBJECT && rule->ref->n == 0))
        alike = FALSE;
      if (!rule->is_default)
        g_ptr_array_add (kept, rule);
      else if (s->fallback == NULL)
        s->fallback = rule;
    }
  if (!alike)
    cardea_rego_problems_add (problems, ((CardeaRegoRule *) s->rules->pdata[0])->loc,
                              "rego_type_error", "conflicting rules %s found", path);
  else
    check_defaults (g, problems, s, path);
  g_ptr_array_unref (s->rules);
  s->rules = kept;
}

static void
list_below (const CardeaRegoNode *node, GPtrArray *paths)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      const CardeaRegoNode *child = node->children->pdata[i];
      if (child->rules != NULL)
        g_ptr_array_add (paths, cardea_rego_tree_path (child));
      list_below (child, paths);
    }
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* A document of one value has nothing below it. */
static void
check_below (CardeaRegoProblems *problems, const CardeaRegoNode *node, const CardeaRegoRule *rule)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  list_below (node, paths);
  if (paths->len == 0)
    return;
  g_ptr_array_sort (paths, compare_paths);
  g_ptr_array_add (paths, NULL);
  g_autofree char *path = cardea_rego_tree_path (node);
  g_autofree char *all = g_strjoinv (" ", (char **) paths->pdata);
  cardea_rego_problems_add (problems, rule->loc, "rego_type_error", "rule %s conflicts with [%s]",
                            path, all);
}

static void
check_node (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoNode *node)
{
  const CardeaRegoRuleset *s = node->rules;
  const CardeaRegoRule *rule = s == NULL           ? NULL
                               : s->rules->len > 0 ? s->rules->pdata[0]
                                                   : s->fallback;
  if (rule != NULL && node->children->len > 0)
    check_below (problems, node, rule);
  if (rule != NULL && node->package && !has_operands (s))
    {
      g_autofree char *path = cardea_rego_tree_path (node);
      const CardeaRegoModule *m = g->modules->pdata[rule->module];
      cardea_rego_problems_add (problems, m->package_loc, "rego_type_error",
                                "package %s conflicts with rule %s defined at %s:%u", path + 5,
                                rule->path, (const char *) g->files->pdata[rule->loc.file],
                                rule->loc.row);
    }
  for (guint i = 0; i < node->children->len; i++)
    check_node (g, problems, node->children->pdata[i]);
}

/* Empty rule sets come from squashing. */
static void
drop_empty (CardeaRegoProgram *g)
{
  for (guint i = 0; i < g->rulesets->len;)
    {
      CardeaRegoRuleset *s = g->rulesets->pdata[i];
      if (s->rules->len > 0)
        {
          s->id = i++;
          continue;
        }
      s->node->rules = NULL;
      (void) g_ptr_array_remove_index (g->rulesets, i);
    }
}

void
cardea_rego_tree_build (CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  guint total = 0;
  for (guint i = 0; i < g->modules->len; i++)
    {
      CardeaRegoModule *m = g->modules->pdata[i];
      CardeaRegoNode *package = g->root;
      for (guint32 k = 1; k < m->package->n; k++)
        package = need_child (g, package, m->package->args[k]->value);
      package->package = TRUE;
      total += m->rules->len;
      for (guint k = 0; k < m->rules->len && total <= CARDEA_REGO_MAX_RULES; k++)
        {
          CardeaRegoRule *rule = m->rules->pdata[k];
          rule->module = i;
          CardeaRegoNode *node = place_rule (g, package, rule);
          for (CardeaRegoRule *e = rule->otherwise; e != NULL; e = e->otherwise)
            {
              e->module = i;
              (void) place_rule (g, package, e);
            }
          g_ptr_array_add (need_ruleset (g, node)->rules, rule);
        }
    }
  if (total > CARDEA_REGO_MAX_RULES)
    cardea_rego_problems_add (problems, (CardeaRegoLoc){ 0, 1, 1 }, "rego_compile_error",
                              "too many rules");
  squash (g, g->root);
  drop_empty (g);
  for (guint i = 0; i < g->rulesets->len; i++)
    check_ruleset (g, problems, g->rulesets->pdata[i]);
  check_node (g, problems, g->root);
  for (guint i = 0; i < g->nodes->len; i++)
    {
      CardeaRegoNode *node = g->nodes->pdata[i];
      node->keys = cardea_rego_set_new (g->arena, node->children->len);
      for (guint k = 0; k < node->children->len; k++)
        cardea_rego_set_add (g->arena, node->keys,
                             ((CardeaRegoNode *) node->children->pdata[k])->key);
      cardea_rego_freeze (node->keys);
      node->sorted
          = cardea_rego_arena_alloc (g->arena, sizeof *node->sorted * (node->children->len + 1));
      for (guint k = 0; k < node->children->len; k++)
        node->sorted[k] = cardea_rego_tree_child (node, node->keys.c->k[k]);
      cardea_rego_freeze (node->index);
    }
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Evaluation by the public API. Every way out other than a finished evaluation is an error. */

#include "common/rego/cardea-rego-engine.h"

#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-lasting.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

CardeaRegoContext *
cardea_rego_context_new (void)
{
  CardeaRegoContext *c = g_new0 (CardeaRegoContext, 1);
  c->steps = CARDEA_REGO_DEFAULT_STEPS;
  c->memory = CARDEA_REGO_DEFAULT_MEMORY;
  c->deadline_ms = CARDEA_REGO_DEFAULT_DEADLINE_MS;
  c->ctx.arena = cardea_rego_arena_new (c->memory);
  c->ctx.stack = g_new (CardeaRegoValue, CARDEA_REGO_STACK);
  c->shapes = cardea_rego_shapes_new ();
  return c;
}

void
cardea_rego_context_free (CardeaRegoContext *c)
{
  cardea_rego_arena_free (c->ctx.arena);
  g_clear_pointer (&c->ctx.recall, cardea_rego_recall_free);
  g_clear_pointer (&c->query, cardea_rego_query_free);
  g_clear_pointer (&c->data, cardea_rego_document_unref);
  cardea_rego_shapes_free (c->shapes);
  g_free (c->ctx.stack);
  cardea_rego_recall_free_memo (c->ctx.memo, c->ctx.n_memo);
  g_clear_pointer (&c->ctx.cache, g_hash_table_unref);
  g_free (c);
}

void
cardea_rego_context_set_limits (CardeaRegoContext *c, guint64 steps, gsize memory,
                                guint deadline_ms)
{
  c->steps = steps;
  c->memory = memory;
  c->deadline_ms = deadline_ms;
}

void
cardea_rego_context_set_lasting (CardeaRegoContext *c, gboolean lasting)
{
  cardea_rego_recall_forget (&c->ctx);
  g_clear_pointer (&c->ctx.recall, cardea_rego_recall_free);
  if (lasting)
    c->ctx.recall = cardea_rego_recall_new ();
}

void
cardea_rego_context_set_strict (CardeaRegoContext *c, gboolean strict)
{
  c->ctx.strict = strict;
}

void
cardea_rego_context_set_moment (CardeaRegoContext *c, gint64 now_ns, guint64 seed)
{
  c->now_ns = now_ns;
  c->seed = seed;
  c->fixed = TRUE;
}

static void
trace_rule (const CardeaRegoRule *rule, CardeaRegoValue value, gpointer data)
{
  CardeaRegoContext *c = data;
  const CardeaRegoProgram *g = c->ctx.g;
  const CardeaRegoModule *m = g->modules->pdata[rule->module];
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (c->memory);
  g_autoptr (GString) path = g_string_new (NULL);
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, arena);
  cardea_rego_json_write (&buf, value, NULL, NULL, FALSE);
  CardeaRegoValue json = cardea_rego_buf_string (&buf);
  cardea_rego_term_print (path, m->package);
  g_string_append_printf (path, ".%s", rule->path);
  c->trace (path->str, g->files->pdata[rule->loc.file], rule->loc.row, json.s->s, c->trace_data);
}

void
cardea_rego_context_set_trace (CardeaRegoContext *c, CardeaRegoTrace trace, gpointer data)
{
  c->trace = trace;
  c->trace_data = data;
  c->ctx.trace = trace != NULL ? trace_rule : NULL;
  c->ctx.trace_data = c;
}

/* What lasted with another policy or other data does not any more, and who traces sees every rule.
 * Both are held, so that no other ones can come to lie where they lay. */
static void
hold (CardeaRegoContext *c, const CardeaRegoQuery *query, const CardeaRegoDocument *data)
{
  gboolean same = c->query != NULL && c->query->policy == query->policy && c->data == data;
  if (!same || c->trace != NULL)
    cardea_rego_recall_forget (&c->ctx);
  if (c->query != query)
    {
      cardea_rego_shapes_reset (c->shapes);
      c->unknown = TRUE;
      g_clear_pointer (&c->query, cardea_rego_query_free);
      c->query = cardea_rego_query_ref ((CardeaRegoQuery *) query);
    }
  if (c->data != data)
    {
      g_clear_pointer (&c->data, cardea_rego_document_unref);
      c->data = data != NULL ? cardea_rego_document_ref ((CardeaRegoDocument *) data) : NULL;
    }
}

static void
begin (CardeaRegoContext *c, const CardeaRegoQuery *query, const CardeaRegoDocument *data)
{
  CardeaRegoCtx *x = &c->ctx;
  const CardeaRegoProgram *g = query->policy->g;
  hold (c, query, data);
  cardea_rego_arena_reset (x->arena);
  cardea_rego_arena_set_limit (x->arena, c->memory);
  if (x->n_memo < g->rulesets->len)
    {
      cardea_rego_recall_free_memo (x->memo, x->n_memo);
      x->n_memo = g->rulesets->len;
      x->memo = g_new0 (CardeaRegoMemo, x->n_memo);
    }
  x->g = g;
  x->generation++;
  x->top = x->depth = 0;
  x->slice = (gint32) MIN (c->steps, CARDEA_REGO_SLICE);
  x->steps = c->steps - (guint64) x->slice;
  x->halted = FALSE;
  x->error = x->pending = x->first_error = CARDEA_REGO_OK;
  x->message = x->first_message = NULL;
  x->world = &x->base;
  x->kept = CARDEA_REGO_NONE;
  x->deadline = c->deadline_ms == 0 ? 0 : -1;
  memset (&x->base, 0, sizeof x->base);
  c->answer = CARDEA_REGO_NONE;
}

/* The clock is read only when someone asks. */
static void
begin_time (CardeaRegoContext *c)
{
  CardeaRegoCtx *x = &c->ctx;
  if (x->deadline != 0)
    x->deadline = g_get_monotonic_time () + (gint64) c->deadline_ms * 1000;
  x->now_ns = c->fixed ? c->now_ns : 0;
  x->seed = c->fixed ? c->seed : 0;
  x->fixed = c->fixed;
}

static const struct {
  CardeaRegoError code;
  const char *name;
} kinds[] = {
  [CARDEA_REGO_OK] = { CARDEA_REGO_ERROR_INTERNAL, "eval_internal_error" },
  [CARDEA_REGO_FAULT_TYPE] = { CARDEA_REGO_ERROR_TYPE, "eval_type_error" },
  [CARDEA_REGO_FAULT_BUILTIN] = { CARDEA_REGO_ERROR_BUILTIN, "eval_builtin_error" },
  [CARDEA_REGO_FAULT_CONFLICT] = { CARDEA_REGO_ERROR_CONFLICT, "eval_conflict_error" },
  [CARDEA_REGO_FAULT_MERGE] = { CARDEA_REGO_ERROR_MERGE, "eval_with_merge_error" },
  [CARDEA_REGO_FAULT_CANCEL] = { CARDEA_REGO_ERROR_CANCEL, "eval_cancel_error" },
  [CARDEA_REGO_FAULT_INTERNAL] = { CARDEA_REGO_ERROR_INTERNAL, "eval_internal_error" },
};

static gboolean
set_error (const CardeaRegoCtx *x, GError **error)
{
  const char *file = x->loc.file < x->g->files->len ? x->g->files->pdata[x->loc.file] : "";
  if (x->loc.row > 0)
    g_set_error (error, CARDEA_REGO_ERROR, (gint) kinds[x->error].code, "%s:%u: %s: %s", file,
                 x->loc.row, kinds[x->error].name, x->message);
  else
    g_set_error (error, CARDEA_REGO_ERROR, (gint) kinds[x->error].code, "%s: %s",
                 kinds[x->error].name, x->message);
  return FALSE;
}

/* changed: which of what rules look at may be another than in the evaluation before. */
static gboolean
run (CardeaRegoContext *c, const CardeaRegoQuery *query, const CardeaRegoDocument *data,
     CardeaRegoValue input, guint64 changed, GError **error)
{
  CardeaRegoCtx *x = &c->ctx;
  if (x->recall != NULL)
    cardea_rego_recall_begin (x, changed);
  begin_time (c);
  x->base.data = data != NULL ? data->value : CARDEA_REGO_NONE;
  x->base.input = input;
  if (x->base.data.tag == CARDEA_REGO_UNDEFINED)
    x->base.data = cardea_rego_object_new (x->arena, 0);
  if (x->base.data.tag != CARDEA_REGO_OBJECT)
    {
      g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT,
                           "data must be an object");
      return FALSE;
    }
  if (!query->as_value)
    x->results = cardea_rego_array_new (x->arena, 4);
  CardeaRegoValue v = cardea_rego_vm_run (x, query->code, NULL, 0);
  if (!x->halted && cardea_rego_arena_over (x->arena))
    (void) cardea_rego_vm_slice (x);
  c->used = c->steps - x->steps - (guint64) MAX (0, x->slice);
  if (x->halted)
    return set_error (x, error);
  c->answer = query->as_value ? v : x->results;
  return TRUE;
}

gboolean
cardea_rego_eval (CardeaRegoContext *c, const CardeaRegoQuery *query,
                  const CardeaRegoDocument *data, const CardeaRegoDocument *input, GError **error)
{
  begin (c, query, data);
  c->unknown = TRUE;
  return run (c, query, data, input != NULL ? input->value : CARDEA_REGO_NONE,
              CARDEA_REGO_LOOKS_ALL, error);
}

gboolean
cardea_rego_eval_json (CardeaRegoContext *c, const CardeaRegoQuery *query,
                       const CardeaRegoDocument *data, const char *input, gsize size,
                       GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  begin (c, query, data);
  c->unknown = TRUE;
  CardeaRegoValue value = cardea_rego_json_parse (c->ctx.arena, input, size, text);
  if (value.tag == CARDEA_REGO_UNDEFINED)
    {
      g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT, text->str);
      return FALSE;
    }
  return run (c, query, data, value, CARDEA_REGO_LOOKS_ALL, error);
}

static guint64
find_looks (const char *const *path, gconstpointer query)
{
  return cardea_rego_query_reads (query, path);
}

gboolean
cardea_rego_eval_value (CardeaRegoContext *c, const CardeaRegoQuery *query,
                        const CardeaRegoDocument *data, const CardeaJson *input, GError **error)
{
  guint64 changed = 0;
  begin (c, query, data);
  CardeaRegoValue value
      = cardea_rego_shapes_convert (c->shapes, c->ctx.arena, input, find_looks, query, &changed);
  if (value.tag == CARDEA_REGO_UNDEFINED)
    {
      c->unknown = TRUE;
      g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT,
                           "exceeded max depth or size");
      return FALSE;
    }
  if (c->unknown)
    changed = CARDEA_REGO_LOOKS_ALL;
  c->unknown = FALSE;
  return run (c, query, data, value, changed, error);
}

gboolean
cardea_rego_answer_defined (const CardeaRegoContext *c)
{
  return c->answer.tag != CARDEA_REGO_UNDEFINED;
}

gboolean
cardea_rego_answer_is_true (const CardeaRegoContext *c)
{
  return cardea_rego_is_true (c->answer);
}

static CardeaRegoValue
find (const CardeaRegoContext *c, const char *member)
{
  const char *slash = strchr (member, '/');
  char name[64];
  if (slash == NULL)
    return cardea_rego_get_c (c->answer, member);
  g_strlcpy (name, member, MIN (sizeof name, (gsize) (slash - member) + 1));
  return cardea_rego_get_c (cardea_rego_get_c (c->answer, name), slash + 1);
}

static const char *
text_of (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_STRING && strlen (v.s->s) == v.s->len ? v.s->s : NULL;
}

const char *
cardea_rego_answer_string (const CardeaRegoContext *c, const char *member)
{
  return text_of (find (c, member));
}

gboolean
cardea_rego_answer_integer (const CardeaRegoContext *c, const char *member, gint64 *ret_value)
{
  CardeaRegoValue v = cardea_rego_number_to_int (find (c, member));
  if (v.tag != CARDEA_REGO_INT)
    return FALSE;
  *ret_value = v.i;
  return TRUE;
}

gboolean
cardea_rego_answer_boolean (const CardeaRegoContext *c, const char *member)
{
  return cardea_rego_is_true (find (c, member));
}

guint
cardea_rego_answer_size (const CardeaRegoContext *c, const char *member)
{
  CardeaRegoValue v = find (c, member);
  return v.tag == CARDEA_REGO_ARRAY || v.tag == CARDEA_REGO_OBJECT || v.tag == CARDEA_REGO_SET
             ? cardea_rego_len (v)
             : 0;
}

const char *
cardea_rego_answer_element (const CardeaRegoContext *c, const char *member, guint i)
{
  CardeaRegoValue v = find (c, member);
  if (v.tag == CARDEA_REGO_SET)
    cardea_rego_coll_sort (v.c);
  if ((v.tag != CARDEA_REGO_ARRAY && v.tag != CARDEA_REGO_SET) || i >= cardea_rego_len (v))
    return NULL;
  return text_of (cardea_rego_elem (v, i));
}

static char *
write_value (const CardeaRegoContext *c, CardeaRegoValue value, gboolean pretty)
{
  if (value.tag == CARDEA_REGO_UNDEFINED)
    return NULL;
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX (c->memory, 1u << 16) * 4);
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, arena);
  cardea_rego_json_write (&buf, value, NULL, pretty ? "  " : NULL, FALSE);
  return buf.over ? NULL : g_strndup (buf.s, buf.len);
}

char *
cardea_rego_answer_json (CardeaRegoContext *c, gboolean pretty)
{
  return write_value (c, c->answer, pretty);
}

char *
cardea_rego_answer_member (CardeaRegoContext *c, const char *member)
{
  return write_value (c, find (c, member), FALSE);
}

const char *
cardea_rego_answer_passed_over (const CardeaRegoContext *c)
{
  return c->ctx.first_message;
}

guint64
cardea_rego_answer_steps (const CardeaRegoContext *c)
{
  return c->used;
}

gsize
cardea_rego_answer_memory (const CardeaRegoContext *c)
{
  return cardea_rego_arena_used (c->ctx.arena);
}

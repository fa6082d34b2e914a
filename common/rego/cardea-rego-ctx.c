/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What built-in functions see of the evaluation. */

#include "common/rego/cardea-rego-vm.h"

#include "common/rego/cardea-rego-number.h"

#include <stdarg.h>
#include <string.h>

#define MAX_CACHED 512

CardeaRegoArena *
cardea_rego_ctx_arena (CardeaRegoCtx *ctx)
{
  return ctx->arena;
}

const char *
cardea_rego_ctx_builtin_name (CardeaRegoCtx *ctx)
{
  return ctx->current != NULL ? ctx->current->name : "";
}

static void
set_pending (CardeaRegoCtx *ctx, CardeaRegoErrorKind kind, const char *text)
{
  g_autofree char *full = g_strdup_printf ("%s: %s", cardea_rego_ctx_builtin_name (ctx), text);
  gsize size = strlen (full) + 1;
  if (ctx->halted)
    return;
  ctx->pending = kind;
  ctx->message = memcpy (cardea_rego_arena_alloc (ctx->arena, size), full, size);
}

CardeaRegoValue
cardea_rego_fail_type (CardeaRegoCtx *ctx, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  set_pending (ctx, CARDEA_REGO_FAULT_TYPE, text);
  return CARDEA_REGO_NONE;
}

CardeaRegoValue
cardea_rego_fail (CardeaRegoCtx *ctx, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  set_pending (ctx, CARDEA_REGO_FAULT_BUILTIN, text);
  return CARDEA_REGO_NONE;
}

CardeaRegoValue
cardea_rego_fail_operand (CardeaRegoCtx *ctx, guint operand, const char *expected,
                          CardeaRegoValue got)
{
  return cardea_rego_fail_type (ctx, "operand %u must be %s but got %s", operand, expected,
                                cardea_rego_type_name (got));
}

gboolean
cardea_rego_ctx_step (CardeaRegoCtx *ctx, guint64 steps)
{
  for (; steps > CARDEA_REGO_SLICE; steps -= CARDEA_REGO_SLICE)
    {
      ctx->slice -= CARDEA_REGO_SLICE - 1;
      if (!cardea_rego_vm_step (ctx))
        return FALSE;
    }
  ctx->slice -= (gint32) MAX (1, steps) - 1;
  return cardea_rego_vm_step (ctx);
}

gint64
cardea_rego_ctx_now_ns (CardeaRegoCtx *ctx)
{
  if (!ctx->fixed && ctx->now_ns == 0)
    ctx->now_ns = g_get_real_time () * 1000;
  return ctx->now_ns;
}

guint64
cardea_rego_ctx_random (CardeaRegoCtx *ctx, const char *purpose)
{
  if (!ctx->fixed && ctx->seed == 0)
    ctx->seed = ((guint64) g_random_int () << 32) | g_random_int () | 1;
  guint64 h = ctx->seed ^ g_str_hash (purpose) * 0x9e3779b97f4a7c15u;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

CardeaRegoValue
cardea_rego_ctx_kept (CardeaRegoCtx *ctx, CardeaRegoValue key)
{
  return ctx->kept.tag == CARDEA_REGO_OBJECT ? cardea_rego_get (ctx->kept, key) : CARDEA_REGO_NONE;
}

void
cardea_rego_ctx_keep (CardeaRegoCtx *ctx, CardeaRegoValue key, CardeaRegoValue value)
{
  if (ctx->kept.tag != CARDEA_REGO_OBJECT)
    ctx->kept = cardea_rego_object_new (ctx->arena, 4);
  cardea_rego_object_put (ctx->arena, ctx->kept, key, value);
}

typedef struct {
  gint kind;
  guint32 len;
  guint32 hash;
  char *text;
  gpointer compiled;
  GDestroyNotify destroy;
} Cached;

static guint
hash_cached (gconstpointer key)
{
  const Cached *c = key;
  return c->hash ^ (guint) c->kind;
}

static gboolean
equal_cached (gconstpointer a, gconstpointer b)
{
  const Cached *x = a, *y = b;
  return x->kind == y->kind && x->len == y->len && memcmp (x->text, y->text, x->len) == 0;
}

static void
free_cached (gpointer data)
{
  Cached *c = data;
  c->destroy (c->compiled);
  g_free (c->text);
  g_free (c);
}

gpointer
cardea_rego_ctx_cached (CardeaRegoCtx *ctx, gint kind, CardeaRegoValue key)
{
  Cached probe
      = { .kind = kind, .len = key.s->len, .hash = key.s->hash, .text = (char *) key.s->s };
  Cached *c = ctx->cache != NULL ? g_hash_table_lookup (ctx->cache, &probe) : NULL;
  return c != NULL ? c->compiled : NULL;
}

void
cardea_rego_ctx_cache (CardeaRegoCtx *ctx, gint kind, CardeaRegoValue key, gpointer compiled,
                       GDestroyNotify destroy)
{
  if (ctx->cache == NULL)
    ctx->cache = g_hash_table_new_full (hash_cached, equal_cached, free_cached, NULL);
  if (g_hash_table_size (ctx->cache) >= MAX_CACHED)
    g_hash_table_remove_all (ctx->cache);
  Cached *c = g_new (Cached, 1);
  *c = (Cached){ kind,     key.s->len, key.s->hash, g_memdup2 (key.s->s, key.s->len + 1),
                 compiled, destroy };
  g_hash_table_replace (ctx->cache, c, c);
}

static gboolean
arg_is (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i, gboolean is, const char *expected)
{
  if (!is)
    (void) cardea_rego_fail_operand (ctx, i + 1, expected, args[i]);
  return is;
}

gboolean
cardea_rego_arg_string (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i)
{
  return arg_is (ctx, args, i, args[i].tag == CARDEA_REGO_STRING, "string");
}

gboolean
cardea_rego_arg_array (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i)
{
  return arg_is (ctx, args, i, args[i].tag == CARDEA_REGO_ARRAY, "array");
}

gboolean
cardea_rego_arg_object (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i)
{
  return arg_is (ctx, args, i, args[i].tag == CARDEA_REGO_OBJECT, "object");
}

gboolean
cardea_rego_arg_set (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i)
{
  return arg_is (ctx, args, i, args[i].tag == CARDEA_REGO_SET, "set");
}

gboolean
cardea_rego_arg_number (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i)
{
  return arg_is (ctx, args, i, cardea_rego_is_number (args[i]), "number");
}

gboolean
cardea_rego_arg_int (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i, gint64 *ret)
{
  if (!cardea_rego_arg_number (ctx, args, i))
    return FALSE;
  CardeaRegoValue n = cardea_rego_number_to_int (args[i]);
  if (n.tag == CARDEA_REGO_UNDEFINED)
    {
      (void) cardea_rego_fail_type (
          ctx, "operand %u must be integer number but got floating-point number", i + 1);
      return FALSE;
    }
  *ret = n.i;
  return TRUE;
}

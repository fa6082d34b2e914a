/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* json.match_schema and json.verify_schema: JSON schema drafts 4 to 7, without references to other
 * documents. Validation is bounded by the step budget and by MAX_DEPTH. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-number.h"
#include "common/rego/cardea-rego-re2.h"

#include <stdarg.h>
#include <string.h>

#define MAX_DEPTH 64

typedef struct {
  CardeaRegoCtx *ctx;
  CardeaRegoArena *arena;
  CardeaRegoValue root, errors;
  guint depth;
} Check;

typedef CardeaRegoValue V;

static gboolean validate (Check *c, V schema, V v, const char *field);

static V
get (V object, const char *name)
{
  return cardea_rego_get_c (object, name);
}

G_GNUC_PRINTF (4, 5)
static void
report (Check *c, const char *field, const char *type, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *whole = g_strdup_printf ("%s: %s", field, text);
  V e = cardea_rego_object_new (c->arena, 4);
  cardea_rego_object_put_c (c->arena, e, "desc", cardea_rego_cstring (c->arena, text));
  cardea_rego_object_put_c (c->arena, e, "error", cardea_rego_cstring (c->arena, whole));
  cardea_rego_object_put_c (c->arena, e, "field", cardea_rego_cstring (c->arena, field));
  cardea_rego_object_put_c (c->arena, e, "type", cardea_rego_cstring (c->arena, type));
  cardea_rego_array_push (c->arena, c->errors, e);
}

static const char *
given_type (Check *c, V v)
{
  if (v.tag == CARDEA_REGO_INT)
    return "integer";
  if (v.tag == CARDEA_REGO_NUMBER)
    return cardea_rego_eq (cardea_rego_number_round (c->arena, CARDEA_REGO_FLOOR, v), v) ? "integer"
                                                                                         : "number";
  return cardea_rego_type_name (v);
}

static gboolean
type_fits (Check *c, const char *type, V v)
{
  const char *given = given_type (c, v);
  return strcmp (type, given) == 0
         || (strcmp (type, "number") == 0 && strcmp (given, "integer") == 0);
}

static void
check_type (Check *c, V schema, V v, const char *field)
{
  V type = get (schema, "type");
  if (type.tag == CARDEA_REGO_STRING && !type_fits (c, type.s->s, v))
    report (c, field, "invalid_type", "Invalid type. Expected: %s, given: %s", type.s->s,
            given_type (c, v));
  if (type.tag != CARDEA_REGO_ARRAY)
    return;
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint32 i = 0; i < type.a->len; i++)
    {
      if (type.a->v[i].tag != CARDEA_REGO_STRING || type_fits (c, type.a->v[i].s->s, v))
        return;
      g_string_append_printf (names, "%s%s", i > 0 ? "/" : "", type.a->v[i].s->s);
    }
  report (c, field, "invalid_type", "Invalid type. Expected: %s, given: %s", names->str,
          given_type (c, v));
}

static char *
json_text (Check *c, V v)
{
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, c->arena);
  cardea_rego_json_write (&buf, v, NULL, NULL, FALSE);
  return g_strndup (buf.s != NULL ? buf.s : "", buf.len);
}

static void
check_values (Check *c, V schema, V v, const char *field)
{
  V values = get (schema, "enum"), constant = get (schema, "const");
  if (constant.tag != CARDEA_REGO_UNDEFINED && !cardea_rego_eq (constant, v))
    {
      g_autofree char *text = json_text (c, constant);
      report (c, field, "const", "%s does not match: %s", field, text);
    }
  if (values.tag != CARDEA_REGO_ARRAY)
    return;
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint32 i = 0; i < values.a->len; i++)
    {
      g_autofree char *text = json_text (c, values.a->v[i]);
      if (cardea_rego_eq (values.a->v[i], v))
        return;
      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", text);
    }
  report (c, field, "enum", "%s must be one of the following: %s", field, list->str);
}

static void
check_number (Check *c, V schema, V v, const char *field)
{
  static const struct {
    const char *name, *type, *text;
    gint sign; /* of the comparison that fails */
    gboolean or_equal;
  } limits[] = {
    { "minimum", "number_gte", "Must be greater than or equal to", -1, FALSE },
    { "exclusiveMinimum", "number_gt", "Must be greater than", -1, TRUE },
    { "maximum", "number_lte", "Must be less than or equal to", 1, FALSE },
    { "exclusiveMaximum", "number_lt", "Must be less than", 1, TRUE },
  };
  char room[32];
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      V limit = get (schema, limits[i].name);
      if (!cardea_rego_is_number (limit))
        continue;
      gint order = cardea_rego_cmp (v, limit);
      if (order == limits[i].sign || (limits[i].or_equal && order == 0))
        report (c, field, limits[i].type, "%s %s", limits[i].text,
                cardea_rego_number_text (limit, room));
    }
  V of = get (schema, "multipleOf");
  const char *error;
  if (cardea_rego_is_number (of) && cardea_rego_cmp (of, cardea_rego_int (0)) > 0)
    {
      V ratio = cardea_rego_number_arith (c->arena, CARDEA_REGO_DIV, v, of, &error);
      if (ratio.tag != CARDEA_REGO_UNDEFINED && strcmp (given_type (c, ratio), "integer") != 0)
        report (c, field, "multiple_of", "Must be a multiple of %s",
                cardea_rego_number_text (of, room));
    }
}

typedef struct {
  const char *name, *type, *text;
  gboolean least;
} Count;

static void
check_count (Check *c, V schema, gint64 n, const char *field, const Count *counts)
{
  char room[32];
  for (; counts->name != NULL; counts++)
    {
      V limit = get (schema, counts->name);
      gint order = cardea_rego_is_number (limit) ? cardea_rego_cmp (cardea_rego_int (n), limit) : 0;
      g_autofree char *text = NULL;
      if (counts->least ? order >= 0 : order <= 0)
        continue;
      g_auto (GStrv) parts = g_strsplit (counts->text, "#", 2);
      text = g_strjoinv (cardea_rego_number_text (limit, room), parts);
      report (c, field, counts->type, "%s", text);
    }
}

static void
check_string (Check *c, V schema, V v, const char *field)
{
  static const Count counts[] = {
    { "minLength", "string_gte", "String length must be greater than or equal to #", TRUE },
    { "maxLength", "string_lte", "String length must be less than or equal to #", FALSE },
    { NULL },
  };
  V pattern = get (schema, "pattern");
  check_count (c, schema, cardea_rego_utf8_count (v.s->s, v.s->len), field, counts);
  if (pattern.tag != CARDEA_REGO_STRING)
    return;
  g_autofree char *error = NULL;
  CardeaRegoRe2 *re = cardea_rego_re2_new (pattern.s->s, pattern.s->len, &error);
  if (re == NULL || !cardea_rego_re2_match (re, v.s->s, v.s->len, 0, NULL, 0))
    report (c, field, "pattern", "Does not match pattern '%s'", pattern.s->s);
  cardea_rego_re2_free (re);
}

static char *
below (const char *field, const char *name)
{
  return strcmp (field, "(root)") == 0 ? g_strdup (name) : g_strdup_printf ("%s.%s", field, name);
}

static void
check_array (Check *c, V schema, V v, const char *field)
{
  static const Count counts[] = {
    { "minItems", "array_min_items", "Array must have at least # items", TRUE },
    { "maxItems", "array_max_items", "Array must have at most # items", FALSE },
    { NULL },
  };
  V items = get (schema, "items"), more = get (schema, "additionalItems");
  check_count (c, schema, v.a->len, field, counts);
  for (guint32 i = 0; i < v.a->len; i++)
    {
      char index[16];
      g_snprintf (index, sizeof index, "%u", i);
      g_autofree char *at = below (field, index);
      V each = items.tag == CARDEA_REGO_ARRAY ? (i < items.a->len ? items.a->v[i] : more) : items;
      if (each.tag == CARDEA_REGO_BOOL && !each.i)
        report (c, field, "array_no_additional_items", "No additional items allowed on array");
      else if (each.tag == CARDEA_REGO_OBJECT && !validate (c, each, v.a->v[i], at))
        return;
    }
  if (!cardea_rego_is_true (get (schema, "uniqueItems")))
    return;
  V seen = cardea_rego_set_new (c->arena, v.a->len);
  for (guint32 i = 0; i < v.a->len; i++)
    cardea_rego_set_add (c->arena, seen, v.a->v[i]);
  if (seen.c->len < v.a->len)
    report (c, field, "unique", "array items must be unique");
}

static gboolean
matches_pattern (V patterns, const CardeaRegoString *name, V *ret_schema)
{
  for (guint32 i = 0; patterns.tag == CARDEA_REGO_OBJECT && i < patterns.c->len; i++)
    {
      g_autofree char *error = NULL;
      V key = patterns.c->k[i];
      CardeaRegoRe2 *re = key.tag == CARDEA_REGO_STRING
                              ? cardea_rego_re2_new (key.s->s, key.s->len, &error)
                              : NULL;
      gboolean fits = re != NULL && cardea_rego_re2_match (re, name->s, name->len, 0, NULL, 0);
      cardea_rego_re2_free (re);
      *ret_schema = patterns.c->v[i];
      if (fits)
        return TRUE;
    }
  return FALSE;
}

static void
check_members (Check *c, V schema, V v, const char *field)
{
  V properties = get (schema, "properties"), patterns = get (schema, "patternProperties"),
    more = get (schema, "additionalProperties");
  for (guint32 i = 0; i < v.c->len; i++)
    {
      V key = v.c->k[i], each = more;
      if (key.tag != CARDEA_REGO_STRING)
        continue;
      g_autofree char *at = below (field, key.s->s);
      V own = properties.tag == CARDEA_REGO_OBJECT ? cardea_rego_get (properties, key)
                                                   : CARDEA_REGO_NONE;
      V by_pattern = CARDEA_REGO_NONE;
      if (own.tag != CARDEA_REGO_UNDEFINED)
        each = own;
      else if (matches_pattern (patterns, key.s, &by_pattern))
        each = by_pattern;
      else if (more.tag == CARDEA_REGO_BOOL && !more.i)
        report (c, field, "additional_property_not_allowed",
                "Additional property %s is not allowed", key.s->s);
      if (each.tag == CARDEA_REGO_OBJECT && !validate (c, each, v.c->v[i], at))
        return;
    }
}

static void
check_object (Check *c, V schema, V v, const char *field)
{
  static const Count counts[] = {
    { "minProperties", "array_min_properties", "Must have at least # properties", TRUE },
    { "maxProperties", "array_max_properties", "Must have at most # properties", FALSE },
    { NULL },
  };
  V required = get (schema, "required");
  for (guint32 i = 0; required.tag == CARDEA_REGO_ARRAY && i < required.a->len; i++)
    {
      V name = required.a->v[i];
      if (name.tag == CARDEA_REGO_STRING && cardea_rego_get (v, name).tag == CARDEA_REGO_UNDEFINED)
        report (c, field, "required", "%s is required", name.s->s);
    }
  check_count (c, schema, v.c->len, field, counts);
  check_members (c, schema, v, field);
}

/* How many of the schemas the value fits; their own errors are dropped. */
static guint
count_fitting (Check *c, V schemas, V v, const char *field)
{
  guint n = 0;
  for (guint32 i = 0; i < schemas.a->len; i++)
    {
      V outer = c->errors;
      c->errors = cardea_rego_array_new (c->arena, 0);
      if (validate (c, schemas.a->v[i], v, field) && c->errors.a->len == 0)
        n++;
      c->errors = outer;
    }
  return n;
}

static void
check_combined (Check *c, V schema, V v, const char *field)
{
  V one = get (schema, "oneOf"), any = get (schema, "anyOf"), all = get (schema, "allOf"),
    not = get (schema, "not");
  if (one.tag == CARDEA_REGO_ARRAY && count_fitting (c, one, v, field) != 1)
    report (c, field, "number_one_of", "Must validate one and only one schema (oneOf)");
  if (any.tag == CARDEA_REGO_ARRAY && count_fitting (c, any, v, field) == 0)
    report (c, field, "number_any_of", "Must validate at least one schema (anyOf)");
  if (all.tag == CARDEA_REGO_ARRAY && count_fitting (c, all, v, field) != all.a->len)
    report (c, field, "number_all_of", "Must validate all the schemas (allOf)");
  if (not .tag != CARDEA_REGO_OBJECT)
    return;
  V list = cardea_rego_array_new (c->arena, 1);
  cardea_rego_array_push (c->arena, list, not );
  if (count_fitting (c, list, v, field) > 0)
    report (c, field, "number_not", "Must not validate the schema (not)");
}

static V
follow_reference (Check *c, V schema)
{
  V ref = get (schema, "$ref"), at = c->root;
  if (ref.tag != CARDEA_REGO_STRING)
    return schema;
  if (ref.s->s[0] != '#')
    return CARDEA_REGO_NONE;
  g_auto (GStrv) parts = g_strsplit (ref.s->s + 1, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != 0)
      at = at.tag == CARDEA_REGO_OBJECT ? get (at, parts[i]) : CARDEA_REGO_NONE;
  return at;
}

static gboolean
validate (Check *c, V schema, V v, const char *field)
{
  if (!cardea_rego_ctx_step (c->ctx, 4) || ++c->depth > MAX_DEPTH)
    return FALSE;
  schema = follow_reference (c, schema);
  if (schema.tag == CARDEA_REGO_OBJECT)
    {
      guint32 before = c->errors.a->len;
      check_type (c, schema, v, field);
      if (c->errors.a->len == before)
        {
          check_values (c, schema, v, field);
          check_combined (c, schema, v, field);
          if (cardea_rego_is_number (v))
            check_number (c, schema, v, field);
          else if (v.tag == CARDEA_REGO_STRING)
            check_string (c, schema, v, field);
          else if (v.tag == CARDEA_REGO_ARRAY)
            check_array (c, schema, v, field);
          else if (v.tag == CARDEA_REGO_OBJECT)
            check_object (c, schema, v, field);
        }
    }
  c->depth--;
  return TRUE;
}

static gboolean
good_type (V type)
{
  static const char *const names[]
      = { "array", "boolean", "integer", "number", "null", "object", "string", NULL };
  return type.tag == CARDEA_REGO_STRING && g_strv_contains (names, type.s->s);
}

/* What is wrong with a schema, or NULL. Depth is bounded by that of values. */
static char *
schema_problem (V schema)
{
  V type = get (schema, "type");
  for (guint32 i = 0; i < (type.tag == CARDEA_REGO_ARRAY ? type.a->len : 1); i++)
    {
      V one = type.tag == CARDEA_REGO_ARRAY ? type.a->v[i] : type;
      if (one.tag != CARDEA_REGO_UNDEFINED && !good_type (one))
        return g_strdup_printf (
            "has a primitive type that is NOT VALID -- given: /%s/ Expected valid values are:"
            "[array boolean integer number null object string]",
            one.tag == CARDEA_REGO_STRING ? one.s->s : cardea_rego_type_name (one));
    }
  static const char *const maps[] = { "properties", "patternProperties", "definitions" };
  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      V map = get (schema, maps[i]);
      for (guint32 k = 0; map.tag == CARDEA_REGO_OBJECT && k < map.c->len; k++)
        {
          char *problem
              = map.c->v[k].tag == CARDEA_REGO_OBJECT ? schema_problem (map.c->v[k]) : NULL;
          if (problem != NULL)
            return problem;
        }
    }
  V items = get (schema, "items");
  return items.tag == CARDEA_REGO_OBJECT ? schema_problem (items) : NULL;
}

/* An object, or a string that holds one as JSON. */
static V
read_document (CardeaRegoCtx *ctx, V v, char **ret_error)
{
  g_autoptr (GString) error = g_string_new (NULL);
  if (v.tag != CARDEA_REGO_STRING)
    return v;
  v = cardea_rego_json_parse (cardea_rego_ctx_arena (ctx), v.s->s, v.s->len, error);
  if (v.tag == CARDEA_REGO_UNDEFINED)
    *ret_error = g_strdup (error->str);
  return v;
}

static V
pair (CardeaRegoCtx *ctx, gboolean good, V second)
{
  V r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 2);
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, cardea_rego_bool (good));
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, second);
  return r;
}

static V
verify_schema (CardeaRegoCtx *ctx, const V *a)
{
  g_autofree char *error = NULL;
  V schema = read_document (ctx, a[0], &error);
  if (a[0].tag != CARDEA_REGO_STRING && a[0].tag != CARDEA_REGO_OBJECT)
    error = g_strdup ("wrong type, expected string or object");
  else if (error == NULL && schema.tag != CARDEA_REGO_OBJECT)
    error = g_strdup ("schema must be an object");
  if (error == NULL)
    error = schema_problem (schema);
  if (error == NULL)
    return pair (ctx, TRUE, CARDEA_REGO_NIL);
  g_autofree char *text = g_strdup_printf ("jsonschema: %s", error);
  return pair (ctx, FALSE, cardea_rego_cstring (cardea_rego_ctx_arena (ctx), text));
}

static V
match_schema (CardeaRegoCtx *ctx, const V *a)
{
  g_autofree char *error = NULL;
  V v = read_document (ctx, a[0], &error);
  V schema = error == NULL ? read_document (ctx, a[1], &error) : CARDEA_REGO_NONE;
  if (error == NULL && schema.tag != CARDEA_REGO_OBJECT)
    error = g_strdup ("schema must be an object");
  if (error == NULL)
    error = schema_problem (schema);
  if (error != NULL)
    return cardea_rego_fail (ctx, "%s", error);
  Check c = { .ctx = ctx, .arena = cardea_rego_ctx_arena (ctx), .root = schema };
  c.errors = cardea_rego_array_new (c.arena, 0);
  if (!validate (&c, schema, v, "(root)"))
    return cardea_rego_fail (ctx, "schema nested too deeply");
  return pair (ctx, c.errors.a->len == 0, c.errors);
}

const CardeaRegoBuiltin cardea_rego_builtins_schema[] = {
  { "json.match_schema", 2, 0, match_schema },
  { "json.verify_schema", 1, 0, verify_schema },
  { NULL },
};

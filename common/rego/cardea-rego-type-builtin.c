/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the built-in functions take and give, as OPA declares them. A letter a type: s string, n
 * number, b boolean, z null, * anything; aX array of X, tX set of X, oKV object of K to V; a(XY) an
 * array of exactly these, o{name:X;…} an object of exactly these, <XY> one of them. */

#include "common/rego/cardea-rego-type.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LISTED 16u /* in one declaration of the table */

typedef struct {
  const char *name, *args, *result;
} Signature;

/* Sorted by name. */
static const Signature signatures[] = {
  { "abs", "n", "n" },
  { "all", "<a*t*>", "b" },
  { "and", "t* t*", "t*" },
  { "any", "<a*t*>", "b" },
  { "array.concat", "a* a*", "a*" },
  { "array.flatten", "a*", "a*" },
  { "array.reverse", "a*", "a*" },
  { "array.slice", "a* n n", "a*" },
  { "assign", "* *", "b" },
  { "base64.decode", "s", "s" },
  { "base64.encode", "s", "s" },
  { "base64.is_valid", "s", "b" },
  { "base64url.decode", "s", "s" },
  { "base64url.encode", "s", "s" },
  { "base64url.encode_no_pad", "s", "s" },
  { "bits.and", "n n", "n" },
  { "bits.lsh", "n n", "n" },
  { "bits.negate", "n", "n" },
  { "bits.or", "n n", "n" },
  { "bits.rsh", "n n", "n" },
  { "bits.xor", "n n", "n" },
  { "cast_array", "*", "a*" },
  { "cast_boolean", "*", "b" },
  { "cast_null", "*", "z" },
  { "cast_object", "*", "o**" },
  { "cast_set", "*", "t*" },
  { "cast_string", "*", "s" },
  { "ceil", "n", "n" },
  { "concat", "s <asts>", "s" },
  { "contains", "s s", "b" },
  { "count", "<sa*o**t*>", "n" },
  { "crypto.hmac.equal", "s s", "b" },
  { "crypto.hmac.md5", "s s", "s" },
  { "crypto.hmac.sha1", "s s", "s" },
  { "crypto.hmac.sha256", "s s", "s" },
  { "crypto.hmac.sha512", "s s", "s" },
  { "crypto.md5", "s", "s" },
  { "crypto.parse_private_keys", "s", "aos*" },
  { "crypto.sha1", "s", "s" },
  { "crypto.sha256", "s", "s" },
  { "crypto.x509.parse_and_verify_certificates", "s", "a(baos*)" },
  { "crypto.x509.parse_and_verify_certificates_with_options", "s os*", "a(baos*)" },
  { "crypto.x509.parse_certificate_request", "s", "os*" },
  { "crypto.x509.parse_certificates", "s", "aos*" },
  { "crypto.x509.parse_keypair", "s s", "os*" },
  { "crypto.x509.parse_rsa_private_key", "s", "os*" },
  { "div", "n n", "n" },
  { "endswith", "s s", "b" },
  { "eq", "* *", "b" },
  { "equal", "* *", "b" },
  { "floor", "n", "n" },
  { "format_int", "n n", "s" },
  { "glob.match", "s <zas> s", "b" },
  { "glob.quote_meta", "s", "s" },
  { "graph.reachable", "o*<a*t*> <a*t*>", "t*" },
  { "graph.reachable_paths", "o*<a*t*> <a*t*>", "ta*" },
  { "graphql.is_valid", "<so**> <so**>", "b" },
  { "graphql.parse", "<so**> <so**>", "a(o**o**)" },
  { "graphql.parse_and_verify", "<so**> <so**>", "a(bo**o**)" },
  { "graphql.parse_query", "s", "o**" },
  { "graphql.parse_schema", "s", "o**" },
  { "graphql.schema_is_valid", "<so**>", "b" },
  { "gt", "* *", "b" },
  { "gte", "* *", "b" },
  { "hex.decode", "s", "s" },
  { "hex.encode", "s", "s" },
  { "http.send", "os*", "o**" },
  { "indexof", "s s", "n" },
  { "indexof_n", "s s", "an" },
  { "internal.member_2", "* *", "b" },
  { "internal.member_3", "* * *", "b" },
  { "internal.print", "at*", "" },
  { "internal.template_string", "a*", "s" },
  { "internal.test_case", "a*", "" },
  { "intersection", "tt*", "t*" },
  { "io.jwt.decode", "s", "a(o**o**s)" },
  { "io.jwt.decode_verify", "s os*", "a(bo**o**)" },
  { "io.jwt.encode_sign", "os* os* os*", "s" },
  { "io.jwt.encode_sign_raw", "s s s", "s" },
  { "io.jwt.verify_eddsa", "s s", "b" },
  { "io.jwt.verify_es256", "s s", "b" },
  { "io.jwt.verify_es384", "s s", "b" },
  { "io.jwt.verify_es512", "s s", "b" },
  { "io.jwt.verify_hs256", "s s", "b" },
  { "io.jwt.verify_hs384", "s s", "b" },
  { "io.jwt.verify_hs512", "s s", "b" },
  { "io.jwt.verify_ps256", "s s", "b" },
  { "io.jwt.verify_ps384", "s s", "b" },
  { "io.jwt.verify_ps512", "s s", "b" },
  { "io.jwt.verify_rs256", "s s", "b" },
  { "io.jwt.verify_rs384", "s s", "b" },
  { "io.jwt.verify_rs512", "s s", "b" },
  { "is_array", "*", "b" },
  { "is_boolean", "*", "b" },
  { "is_null", "*", "b" },
  { "is_number", "*", "b" },
  { "is_object", "*", "b" },
  { "is_set", "*", "b" },
  { "is_string", "*", "b" },
  { "json.filter", "o** <a<sa*>t<sa*>>", "o**" },
  { "json.is_valid", "s", "b" },
  { "json.marshal", "*", "s" },
  { "json.marshal_with_options", "* o**", "s" },
  { "json.match_schema", "<so**> <so**>", "a(bao{desc:s;error:s;field:s;type:s;})" },
  { "json.patch", "* ao**", "*" },
  { "json.remove", "o** <a<sa*>t<sa*>>", "o**" },
  { "json.unmarshal", "s", "*" },
  { "json.verify_schema", "<so**>", "a(b<zs>)" },
  { "lower", "s", "s" },
  { "lt", "* *", "b" },
  { "lte", "* *", "b" },
  { "max", "<a*t*>", "*" },
  { "min", "<a*t*>", "*" },
  { "minus", "<nt*> <nt*>", "<nt*>" },
  { "mul", "n n", "n" },
  { "neq", "* *", "b" },
  { "net.cidr_contains", "s s", "b" },
  { "net.cidr_contains_matches", "<sa<sa*>os<sa*>t<sa*>> <sa<sa*>os<sa*>t<sa*>>", "ta(**)" },
  { "net.cidr_expand", "s", "ts" },
  { "net.cidr_intersects", "s s", "b" },
  { "net.cidr_is_valid", "s", "b" },
  { "net.cidr_merge", "<a<s>ts>", "ts" },
  { "net.cidr_overlap", "s s", "b" },
  { "net.lookup_ip_addr", "s", "ts" },
  { "numbers.range", "n n", "an" },
  { "numbers.range_step", "n n n", "an" },
  { "object.filter", "o** <a*o**t*>", "o**" },
  { "object.get", "o** * *", "*" },
  { "object.keys", "o**", "t*" },
  { "object.remove", "o** <a*o**t*>", "o**" },
  { "object.subset", "<a*o**t*> <a*o**t*>", "b" },
  { "object.union", "o** o**", "o**" },
  { "object.union_n", "ao**", "o**" },
  { "opa.runtime", "", "os*" },
  { "or", "t* t*", "t*" },
  { "plus", "n n", "n" },
  { "print", "", "" },
  { "product", "<antn>", "n" },
  { "providers.aws.sign_req", "os* os* n", "o**" },
  { "rand.intn", "s n", "n" },
  { "re_match", "s s", "b" },
  { "regex.find_all_string_submatch_n", "s s n", "aas" },
  { "regex.find_n", "s s n", "as" },
  { "regex.globs_match", "s s", "b" },
  { "regex.is_valid", "s", "b" },
  { "regex.match", "s s", "b" },
  { "regex.replace", "s s s", "s" },
  { "regex.split", "s s", "as" },
  { "regex.template_match", "s s s s", "b" },
  { "rego.metadata.chain", "", "a*" },
  { "rego.metadata.rule", "", "*" },
  { "rego.parse_module", "s s", "os*" },
  { "rem", "n n", "n" },
  { "replace", "s s s", "s" },
  { "round", "n", "n" },
  { "semver.compare", "s s", "n" },
  { "semver.is_valid", "*", "b" },
  { "set_diff", "t* t*", "t*" },
  { "sort", "<a*t*>", "a*" },
  { "split", "s s", "as" },
  { "sprintf", "s a*", "s" },
  { "startswith", "s s", "b" },
  { "strings.any_prefix_match", "<sasts> <sasts>", "b" },
  { "strings.any_suffix_match", "<sasts> <sasts>", "b" },
  { "strings.count", "s s", "n" },
  { "strings.render_template", "s os*", "s" },
  { "strings.replace_n", "oss s", "s" },
  { "strings.reverse", "s", "s" },
  { "strings.split_n", "s s n", "as" },
  { "substring", "s n n", "s" },
  { "sum", "<antn>", "n" },
  { "time.add_date", "n n n n", "n" },
  { "time.clock", "<na(ns)>", "a(nnn)" },
  { "time.date", "<na(ns)>", "a(nnn)" },
  { "time.diff", "<na(ns)> <na(ns)>", "a(nnnnnn)" },
  { "time.format", "<na(ns)a(nss)>", "s" },
  { "time.now_ns", "", "n" },
  { "time.parse_duration_ns", "s", "n" },
  { "time.parse_ns", "s s", "n" },
  { "time.parse_rfc3339_ns", "s", "n" },
  { "time.weekday", "<na(ns)>", "s" },
  { "to_number", "<zbns>", "n" },
  { "trace", "s", "b" },
  { "trim", "s s", "s" },
  { "trim_left", "s s", "s" },
  { "trim_prefix", "s s", "s" },
  { "trim_right", "s s", "s" },
  { "trim_space", "s", "s" },
  { "trim_suffix", "s s", "s" },
  { "type_name", "*", "s" },
  { "union", "tt*", "t*" },
  { "units.parse", "s", "n" },
  { "units.parse_bytes", "s", "n" },
  { "upper", "s", "s" },
  { "uri.is_valid", "s", "b" },
  { "uri.parse", "s", "oss" },
  { "urlquery.decode", "s", "s" },
  { "urlquery.decode_object", "s", "osas" },
  { "urlquery.encode", "s", "s" },
  { "urlquery.encode_object", "os<sasts>", "s" },
  { "uuid.parse", "s", "os*" },
  { "uuid.rfc4122", "s", "s" },
  { "walk", "*", "a(a**)" },
  { "yaml.is_valid", "s", "b" },
  { "yaml.marshal", "*", "s" },
  { "yaml.unmarshal", "s", "*" },
};

static const CardeaRegoType *read_type (CardeaRegoArena *arena, const char **at);

/* Up to the closing letter. */
static const CardeaRegoType *
read_list (CardeaRegoArena *arena, const char **at, CardeaRegoTypeKind kind, char close)
{
  const CardeaRegoType *all[MAX_LISTED];
  CardeaRegoValue names[MAX_LISTED];
  guint32 n = 0;
  while (**at != close && **at != '\0' && n < MAX_LISTED)
    {
      if (kind == CARDEA_REGO_TYPE_OBJECT)
        {
          gsize len = strcspn (*at, ":");
          names[n] = cardea_rego_string (arena, *at, len);
          *at += len + ((*at)[len] == ':');
        }
      all[n++] = read_type (arena, at);
      *at += **at == ';';
    }
  *at += **at == close;
  CardeaRegoType *t = cardea_rego_type_new (arena, kind, n);
  for (guint32 i = 0; i < n; i++)
    {
      t->of[i] = all[i];
      if (kind == CARDEA_REGO_TYPE_OBJECT)
        ((CardeaRegoValue *) t->names)[i] = names[i];
    }
  return t;
}

static const CardeaRegoType *
read_type (CardeaRegoArena *arena, const char **at)
{
  static const char scalars[] = "*zbns"; /* in the order of CardeaRegoTypeKind */
  char letter = *(*at)++;
  const char *scalar = letter != '\0' ? strchr (scalars, letter) : NULL;
  CardeaRegoType *t;
  if (scalar != NULL)
    return cardea_rego_type_new (arena, (CardeaRegoTypeKind) (scalar - scalars), 0);
  if ((letter == 'a' && **at == '(') || (letter == 'o' && **at == '{'))
    {
      (*at)++;
      return read_list (arena, at, letter == 'a' ? CARDEA_REGO_TYPE_ARRAY : CARDEA_REGO_TYPE_OBJECT,
                        letter == 'a' ? ')' : '}');
    }
  switch (letter)
    {
    case '<':
      return read_list (arena, at, CARDEA_REGO_TYPE_ANY, '>');
    case 'o':
      t = cardea_rego_type_new (arena, CARDEA_REGO_TYPE_OBJECT, 0);
      t->key = read_type (arena, at);
      break;
    default:
      t = cardea_rego_type_new (arena,
                                letter == 'a' ? CARDEA_REGO_TYPE_ARRAY : CARDEA_REGO_TYPE_SET, 0);
    }
  t->value = read_type (arena, at);
  return t;
}

static gint
compare (const void *name, const void *row)
{
  return strcmp (name, ((const Signature *) row)->name);
}

const CardeaRegoType *
cardea_rego_type_of_builtin (CardeaRegoArena *arena, const char *name)
{
  const Signature *s
      = bsearch (name, signatures, G_N_ELEMENTS (signatures), sizeof *signatures, compare);
  const CardeaRegoType *args[MAX_LISTED];
  guint32 n = 0;
  if (s == NULL)
    return NULL;
  for (const char *at = s->args; *at != '\0' && n < MAX_LISTED; at += *at == ' ')
    args[n++] = read_type (arena, &at);
  CardeaRegoType *t = cardea_rego_type_new (arena, CARDEA_REGO_TYPE_FUNCTION, n);
  if (n > 0)
    memcpy (t->of, args, sizeof *args * n);
  const char *result = s->result;
  t->value = *result != '\0' ? read_type (arena, &result) : NULL;
  return t;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The kinds of arguments the built-in functions take, as OPA declares them: arguments whose kind is
 * plain in the source are checked at load. */

#include "common/rego/cardea-rego-types.h"

#include <string.h>

typedef struct {
  const char *name;
  /* A word an argument; a letter a kind: s string, n number, b boolean, z null, a array, o object,
   * t set, * any. */
  const char *kinds;
} Signature;

/* Sorted by name. */
static const Signature signatures[] = {
  { "abs", "n" },
  { "all", "at" },
  { "and", "t t" },
  { "any", "at" },
  { "array.concat", "a a" },
  { "array.flatten", "a" },
  { "array.reverse", "a" },
  { "array.slice", "a n n" },
  { "base64.decode", "s" },
  { "base64.encode", "s" },
  { "base64.is_valid", "s" },
  { "base64url.decode", "s" },
  { "base64url.encode", "s" },
  { "base64url.encode_no_pad", "s" },
  { "bits.and", "n n" },
  { "bits.lsh", "n n" },
  { "bits.negate", "n" },
  { "bits.or", "n n" },
  { "bits.rsh", "n n" },
  { "bits.xor", "n n" },
  { "ceil", "n" },
  { "concat", "s at" },
  { "contains", "s s" },
  { "count", "aost" },
  { "crypto.hmac.equal", "s s" },
  { "crypto.hmac.md5", "s s" },
  { "crypto.hmac.sha1", "s s" },
  { "crypto.hmac.sha256", "s s" },
  { "crypto.hmac.sha512", "s s" },
  { "crypto.md5", "s" },
  { "crypto.parse_private_keys", "s" },
  { "crypto.sha1", "s" },
  { "crypto.sha256", "s" },
  { "crypto.x509.parse_and_verify_certificates", "s" },
  { "crypto.x509.parse_and_verify_certificates_with_options", "s o" },
  { "crypto.x509.parse_certificate_request", "s" },
  { "crypto.x509.parse_certificates", "s" },
  { "crypto.x509.parse_keypair", "s s" },
  { "crypto.x509.parse_rsa_private_key", "s" },
  { "div", "n n" },
  { "endswith", "s s" },
  { "floor", "n" },
  { "format_int", "n n" },
  { "glob.match", "s az s" },
  { "glob.quote_meta", "s" },
  { "graph.reachable", "o at" },
  { "graph.reachable_paths", "o at" },
  { "graphql.is_valid", "os os" },
  { "graphql.parse", "os os" },
  { "graphql.parse_and_verify", "os os" },
  { "graphql.parse_query", "s" },
  { "graphql.parse_schema", "s" },
  { "graphql.schema_is_valid", "os" },
  { "hex.decode", "s" },
  { "hex.encode", "s" },
  { "http.send", "o" },
  { "indexof", "s s" },
  { "indexof_n", "s s" },
  { "intersection", "t" },
  { "io.jwt.decode", "s" },
  { "io.jwt.decode_verify", "s o" },
  { "io.jwt.encode_sign", "o o o" },
  { "io.jwt.encode_sign_raw", "s s s" },
  { "io.jwt.verify_eddsa", "s s" },
  { "io.jwt.verify_es256", "s s" },
  { "io.jwt.verify_es384", "s s" },
  { "io.jwt.verify_es512", "s s" },
  { "io.jwt.verify_hs256", "s s" },
  { "io.jwt.verify_hs384", "s s" },
  { "io.jwt.verify_hs512", "s s" },
  { "io.jwt.verify_ps256", "s s" },
  { "io.jwt.verify_ps384", "s s" },
  { "io.jwt.verify_ps512", "s s" },
  { "io.jwt.verify_rs256", "s s" },
  { "io.jwt.verify_rs384", "s s" },
  { "io.jwt.verify_rs512", "s s" },
  { "json.filter", "o at" },
  { "json.is_valid", "s" },
  { "json.marshal_with_options", "* o" },
  { "json.match_schema", "os os" },
  { "json.patch", "* a" },
  { "json.remove", "o at" },
  { "json.unmarshal", "s" },
  { "json.verify_schema", "os" },
  { "lower", "s" },
  { "max", "at" },
  { "min", "at" },
  { "minus", "nt nt" },
  { "mul", "n n" },
  { "net.cidr_contains", "s s" },
  { "net.cidr_contains_matches", "aost aost" },
  { "net.cidr_expand", "s" },
  { "net.cidr_intersects", "s s" },
  { "net.cidr_is_valid", "s" },
  { "net.cidr_merge", "at" },
  { "net.cidr_overlap", "s s" },
  { "net.lookup_ip_addr", "s" },
  { "numbers.range", "n n" },
  { "numbers.range_step", "n n n" },
  { "object.filter", "o aot" },
  { "object.get", "o * *" },
  { "object.keys", "o" },
  { "object.remove", "o aot" },
  { "object.subset", "aot aot" },
  { "object.union", "o o" },
  { "object.union_n", "a" },
  { "or", "t t" },
  { "plus", "n n" },
  { "product", "at" },
  { "providers.aws.sign_req", "o o n" },
  { "rand.intn", "s n" },
  { "re_match", "s s" },
  { "regex.find_all_string_submatch_n", "s s n" },
  { "regex.find_n", "s s n" },
  { "regex.globs_match", "s s" },
  { "regex.is_valid", "s" },
  { "regex.match", "s s" },
  { "regex.replace", "s s s" },
  { "regex.split", "s s" },
  { "regex.template_match", "s s s s" },
  { "rego.parse_module", "s s" },
  { "rem", "n n" },
  { "replace", "s s s" },
  { "round", "n" },
  { "semver.compare", "s s" },
  { "set_diff", "t t" },
  { "sort", "at" },
  { "split", "s s" },
  { "sprintf", "s a" },
  { "startswith", "s s" },
  { "strings.any_prefix_match", "ast ast" },
  { "strings.any_suffix_match", "ast ast" },
  { "strings.count", "s s" },
  { "strings.render_template", "s o" },
  { "strings.replace_n", "o s" },
  { "strings.reverse", "s" },
  { "strings.split_n", "s s n" },
  { "substring", "s n n" },
  { "sum", "at" },
  { "time.add_date", "n n n n" },
  { "time.clock", "an" },
  { "time.date", "an" },
  { "time.diff", "an an" },
  { "time.format", "an" },
  { "time.parse_duration_ns", "s" },
  { "time.parse_ns", "s s" },
  { "time.parse_rfc3339_ns", "s" },
  { "time.weekday", "an" },
  { "to_number", "bnsz" },
  { "trace", "s" },
  { "trim", "s s" },
  { "trim_left", "s s" },
  { "trim_prefix", "s s" },
  { "trim_right", "s s" },
  { "trim_space", "s" },
  { "trim_suffix", "s s" },
  { "union", "t" },
  { "units.parse", "s" },
  { "units.parse_bytes", "s" },
  { "upper", "s" },
  { "uri.is_valid", "s" },
  { "uri.parse", "s" },
  { "urlquery.decode", "s" },
  { "urlquery.decode_object", "s" },
  { "urlquery.encode", "s" },
  { "urlquery.encode_object", "o" },
  { "uuid.parse", "s" },
  { "uuid.rfc4122", "s" },
  { "yaml.is_valid", "s" },
  { "yaml.unmarshal", "s" },
};

static gint
compare (const void *name, const void *row)
{
  return strcmp (name, ((const Signature *) row)->name);
}

/* The letter of a term's kind, or 0 when only evaluation can tell. */
static char
kind_of (const CardeaRegoTerm *t)
{
  static const char of_value[]
      = { [CARDEA_REGO_NULL] = 'z',   [CARDEA_REGO_BOOL] = 'b',   [CARDEA_REGO_INT] = 'n',
          [CARDEA_REGO_NUMBER] = 'n', [CARDEA_REGO_STRING] = 's', [CARDEA_REGO_ARRAY] = 'a',
          [CARDEA_REGO_OBJECT] = 'o', [CARDEA_REGO_SET] = 't' };
  static const char of_term[] = {
    [TERM_ARRAY] = 'a', [TERM_ARRAY_COMPR] = 'a', [TERM_OBJECT] = 'o',  [TERM_OBJECT_COMPR] = 'o',
    [TERM_SET] = 't',   [TERM_SET_COMPR] = 't',   [TERM_TEMPLATE] = 's'
  };
  return t->kind == TERM_VALUE ? of_value[t->value.tag] : of_term[t->kind];
}

guint
cardea_rego_types_bad_argument (const char *name, CardeaRegoTerm **args, guint32 n)
{
  const Signature *s
      = bsearch (name, signatures, G_N_ELEMENTS (signatures), sizeof *signatures, compare);
  const char *kinds = s != NULL ? s->kinds : "";
  for (guint32 i = 0; i < n && *kinds != 0; i++)
    {
      gsize len = strcspn (kinds, " ");
      char kind = kind_of (args[i]);
      if (kind != 0 && memchr (kinds, kind, len) == NULL && *kinds != '*')
        return i + 1;
      kinds += len + (kinds[len] == ' ');
    }
  return 0;
}

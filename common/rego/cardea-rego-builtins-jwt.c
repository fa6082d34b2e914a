/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON web tokens: decoding and verifying. Signing is refused.
 *
 * Trusts the keys the policy gives; nothing in the token, not even its algorithm, chooses what
 * kind of key a text is. A malformed token is an error, a token that does not verify is no. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-encoding.h"
#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-keys.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_NESTED 8

typedef struct {
  const char *name;
  CardeaRegoSignKind kind;
  const EVP_MD *(*md) (void);
} Algorithm;

static const Algorithm algorithms[] = {
  { "RS256", CARDEA_REGO_SIGN_RS, EVP_sha256 }, { "RS384", CARDEA_REGO_SIGN_RS, EVP_sha384 },
  { "RS512", CARDEA_REGO_SIGN_RS, EVP_sha512 }, { "PS256", CARDEA_REGO_SIGN_PS, EVP_sha256 },
  { "PS384", CARDEA_REGO_SIGN_PS, EVP_sha384 }, { "PS512", CARDEA_REGO_SIGN_PS, EVP_sha512 },
  { "ES256", CARDEA_REGO_SIGN_ES, EVP_sha256 }, { "ES384", CARDEA_REGO_SIGN_ES, EVP_sha384 },
  { "ES512", CARDEA_REGO_SIGN_ES, EVP_sha512 }, { "HS256", CARDEA_REGO_SIGN_HS, EVP_sha256 },
  { "HS384", CARDEA_REGO_SIGN_HS, EVP_sha384 }, { "HS512", CARDEA_REGO_SIGN_HS, EVP_sha512 },
  { "EdDSA", CARDEA_REGO_SIGN_ED, EVP_sha512 },
};

typedef struct {
  const char *text; /* the two parts that are signed */
  gsize signed_len;
  CardeaRegoValue header, payload; /* payload: text while nested */
  GByteArray *signature;
} Token;

static GByteArray *
decode_part (CardeaRegoCtx *ctx, const char *s, gsize len, const char *what)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GString) padded = g_string_new_len (s, (gssize) len);
  gsize bad = 0;
  for (guint i = 0; padded->len % 4 != 0 && i < 3; i++)
    g_string_append_c (padded, '=');
  if (!cardea_rego_base64_decode (padded->str, padded->len, TRUE, TRUE, out, &bad))
    {
      (void) cardea_rego_fail (
          ctx, "JWT %s had invalid encoding: illegal base64 data at input byte %zu", what, bad);
      return NULL;
    }
  return g_steal_pointer (&out);
}

static gboolean
split (CardeaRegoCtx *ctx, const CardeaRegoString *t, const char *dots[2])
{
  guint n = 0;
  for (guint32 i = 0; i < t->len; i++)
    if (t->s[i] == '.' && n++ < 2)
      dots[n - 1] = t->s + i;
  if (n == 0)
    (void) cardea_rego_fail (ctx, "encoded JWT had no period separators");
  else if (n != 2)
    (void) cardea_rego_fail (ctx, "encoded JWT must have 3 sections, found %u", n + 1);
  return n == 2;
}

static gboolean
read_token (CardeaRegoCtx *ctx, const CardeaRegoString *t, Token *out)
{
  const char *dots[2] = { NULL, NULL }, *end = t->s + t->len;
  g_autoptr (GString) error = g_string_new (NULL);
  if (!cardea_rego_ctx_step (ctx, t->len / 16 + 16) || !split (ctx, t, dots))
    return FALSE;
  out->text = t->s;
  out->signed_len = (gsize) (dots[1] - t->s);
  g_autoptr (GByteArray) header = decode_part (ctx, t->s, (gsize) (dots[0] - t->s), "header");
  g_autoptr (GByteArray) payload
      = header != NULL ? decode_part (ctx, dots[0] + 1, (gsize) (dots[1] - dots[0] - 1), "payload")
                       : NULL;
  out->signature = payload != NULL
                       ? decode_part (ctx, dots[1] + 1, (gsize) (end - dots[1] - 1), "signature")
                       : NULL;
  if (out->signature == NULL)
    return FALSE;
  out->header = cardea_rego_json_parse (cardea_rego_ctx_arena (ctx), (const char *) header->data,
                                        header->len, error);
  out->payload = cardea_rego_string (cardea_rego_ctx_arena (ctx), (const char *) payload->data,
                                     payload->len);
  if (out->header.tag == CARDEA_REGO_OBJECT)
    return TRUE;
  g_clear_pointer (&out->signature, g_byte_array_unref);
  (void) cardea_rego_fail (ctx, "JWT header was not a JSON object");
  return FALSE;
}

static gboolean
is_nested (CardeaRegoValue header)
{
  CardeaRegoValue type = cardea_rego_get_c (header, "cty");
  return type.tag == CARDEA_REGO_STRING && g_ascii_strcasecmp (type.s->s, "JWT") == 0;
}

/* A nested token may be written as a JSON string. */
static CardeaRegoValue
inner_token (CardeaRegoCtx *ctx, CardeaRegoValue payload)
{
  const CardeaRegoString *s = payload.s;
  if (s->len >= 2 && s->s[0] == '"' && s->s[s->len - 1] == '"')
    return cardea_rego_string (cardea_rego_ctx_arena (ctx), s->s + 1, s->len - 2);
  return payload;
}

static gboolean
parse_payload (CardeaRegoCtx *ctx, CardeaRegoValue *payload)
{
  g_autoptr (GString) error = g_string_new (NULL);
  *payload
      = cardea_rego_json_parse (cardea_rego_ctx_arena (ctx), payload->s->s, payload->s->len, error);
  if (payload->tag == CARDEA_REGO_OBJECT)
    return TRUE;
  (void) cardea_rego_fail (ctx, "JWT payload was not a JSON object");
  return FALSE;
}

static CardeaRegoValue
triple (CardeaRegoCtx *ctx, CardeaRegoValue a, CardeaRegoValue b, CardeaRegoValue c)
{
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 3);
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, a);
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, b);
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, c);
  return r;
}

static CardeaRegoValue
decode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoValue text = a[0];
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  for (guint i = 0; i < MAX_NESTED; i++)
    {
      Token t;
      if (!read_token (ctx, text.s, &t))
        return CARDEA_REGO_NONE;
      g_autoptr (GByteArray) signature = t.signature;
      if (is_nested (t.header))
        {
          text = inner_token (ctx, t.payload);
          continue;
        }
      if (!parse_payload (ctx, &t.payload))
        return CARDEA_REGO_NONE;
      CardeaRegoBuf hex;
      cardea_rego_buf_init (&hex, cardea_rego_ctx_arena (ctx));
      for (guint k = 0; k < signature->len; k++)
        cardea_rego_buf_printf (&hex, "%02x", signature->data[k]);
      return triple (ctx, t.header, t.payload, cardea_rego_buf_string (&hex));
    }
  return cardea_rego_fail (ctx, "JWT nested too deeply");
}

/* Keys that name themselves as the token does come alone; otherwise every key is tried. */
static gboolean
verify_any (const GPtrArray *keys, const Algorithm *alg, const Token *t)
{
  CardeaRegoValue kid = cardea_rego_get_c (t->header, "kid");
  gboolean named = FALSE;
  for (guint i = 0; kid.tag == CARDEA_REGO_STRING && i < keys->len; i++)
    named = named || g_strcmp0 (((CardeaRegoKey *) keys->pdata[i])->kid, kid.s->s) == 0;
  for (guint i = 0; i < keys->len; i++)
    {
      const CardeaRegoKey *key = keys->pdata[i];
      if (named && g_strcmp0 (key->kid, kid.s->s) != 0)
        continue;
      if (cardea_rego_key_verify (key, alg->kind, alg->md (), t->text, t->signed_len,
                                  t->signature->data, t->signature->len))
        return TRUE;
    }
  return FALSE;
}

static void
free_secret (gpointer data)
{
  CardeaRegoKey *k = data;
  g_bytes_unref (k->secret);
  g_free (k);
}

static GPtrArray *
secret_keys (const CardeaRegoString *secret)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (free_secret);
  CardeaRegoKey *k = g_new0 (CardeaRegoKey, 1);
  k->secret = g_bytes_new (secret->s, secret->len);
  g_ptr_array_add (keys, k);
  return keys;
}

static GPtrArray *
public_keys (CardeaRegoCtx *ctx, const CardeaRegoString *text)
{
  g_autofree char *error = NULL;
  GPtrArray *keys = cardea_rego_keys_read (cardea_rego_ctx_arena (ctx), text->s, text->len, &error);
  if (keys == NULL)
    (void) cardea_rego_fail (ctx, "%s", error);
  return keys;
}

static const Algorithm *
find_algorithm (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (g_ascii_strcasecmp (algorithms[i].name, name) == 0)
      return &algorithms[i];
  return NULL;
}

/* The verify_ functions: their own name says the algorithm. */
static CardeaRegoValue
verify (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Token t;
  const Algorithm *alg = find_algorithm (strrchr (cardea_rego_ctx_builtin_name (ctx), '_') + 1);
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1) || alg == NULL
      || !read_token (ctx, a[0].s, &t))
    return CARDEA_REGO_NONE;
  g_autoptr (GByteArray) signature = t.signature;
  g_autoptr (GPtrArray) keys
      = alg->kind == CARDEA_REGO_SIGN_HS ? secret_keys (a[1].s) : public_keys (ctx, a[1].s);
  return keys != NULL ? cardea_rego_bool (verify_any (keys, alg, &t)) : CARDEA_REGO_NONE;
}

typedef struct {
  GPtrArray *keys, *secrets;
  CardeaRegoValue alg, iss, aud, time;
} Constraints;

static gboolean
read_constraints (CardeaRegoCtx *ctx, CardeaRegoValue v, Constraints *c)
{
  c->time = cardea_rego_int (cardea_rego_ctx_now_ns (ctx));
  for (guint32 i = 0; i < v.c->len; i++)
    {
      CardeaRegoValue k = v.c->k[i], item = v.c->v[i];
      gboolean text = item.tag == CARDEA_REGO_STRING;
      if (cardea_rego_is_str (k, "time") && cardea_rego_is_number (item))
        c->time = item;
      else if (cardea_rego_is_str (k, "alg") && text)
        c->alg = item;
      else if (cardea_rego_is_str (k, "iss") && text)
        c->iss = item;
      else if (cardea_rego_is_str (k, "aud") && text)
        c->aud = item;
      else if (cardea_rego_is_str (k, "secret") && text)
        c->secrets = secret_keys (item.s);
      else if (cardea_rego_is_str (k, "cert") && text)
        {
          c->keys = public_keys (ctx, item.s);
          if (c->keys == NULL)
            return FALSE;
        }
      else
        {
          (void) cardea_rego_fail (ctx, "unknown or malformed constraint: %s",
                                   k.tag == CARDEA_REGO_STRING ? k.s->s : "");
          return FALSE;
        }
    }
  if (c->keys != NULL || c->secrets != NULL)
    return TRUE;
  (void) cardea_rego_fail (ctx, "no key constraint");
  return FALSE;
}

static gboolean
signature_holds (const Constraints *c, const Token *t)
{
  CardeaRegoValue alg = cardea_rego_get_c (t->header, "alg");
  const Algorithm *a = alg.tag == CARDEA_REGO_STRING ? find_algorithm (alg.s->s) : NULL;
  if (a == NULL || strcmp (a->name, alg.s->s) != 0
      || (c->alg.tag == CARDEA_REGO_STRING && !cardea_rego_eq (c->alg, alg)))
    return FALSE;
  if (cardea_rego_get_c (t->header, "crit").tag != CARDEA_REGO_UNDEFINED)
    return FALSE;
  const GPtrArray *keys = a->kind == CARDEA_REGO_SIGN_HS ? c->secrets : c->keys;
  return keys != NULL && verify_any (keys, a, t);
}

static gboolean
audience_holds (const Constraints *c, CardeaRegoValue aud)
{
  if (aud.tag == CARDEA_REGO_UNDEFINED || c->aud.tag == CARDEA_REGO_UNDEFINED)
    return aud.tag == c->aud.tag;
  if (aud.tag != CARDEA_REGO_ARRAY)
    return cardea_rego_eq (aud, c->aud);
  for (guint32 i = 0; i < aud.a->len; i++)
    if (cardea_rego_eq (aud.a->v[i], c->aud))
      return TRUE;
  return FALSE;
}

/* -1: error recorded. */
static gint
claims_hold (CardeaRegoCtx *ctx, const Constraints *c, CardeaRegoValue payload)
{
  CardeaRegoValue exp = cardea_rego_get_c (payload, "exp"),
                  nbf = cardea_rego_get_c (payload, "nbf");
  gdouble time = cardea_rego_number_to_double (c->time);
  if (c->iss.tag == CARDEA_REGO_STRING
      && !cardea_rego_eq (cardea_rego_get_c (payload, "iss"), c->iss))
    return 0;
  if ((exp.tag != CARDEA_REGO_UNDEFINED && !cardea_rego_is_number (exp))
      || (nbf.tag != CARDEA_REGO_UNDEFINED && !cardea_rego_is_number (nbf)))
    {
      (void) cardea_rego_fail (
          ctx, "%s value must be a number",
          exp.tag != CARDEA_REGO_UNDEFINED && !cardea_rego_is_number (exp) ? "exp" : "nbf");
      return -1;
    }
  if (exp.tag != CARDEA_REGO_UNDEFINED && time >= cardea_rego_number_to_double (exp) * 1e9)
    return 0;
  if (nbf.tag != CARDEA_REGO_UNDEFINED && time < cardea_rego_number_to_double (nbf) * 1e9)
    return 0;
  return audience_holds (c, cardea_rego_get_c (payload, "aud"));
}

static CardeaRegoValue
refuse (CardeaRegoCtx *ctx)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  return triple (ctx, cardea_rego_bool (FALSE), cardea_rego_object_new (arena, 0),
                 cardea_rego_object_new (arena, 0));
}

static CardeaRegoValue
check (CardeaRegoCtx *ctx, const Constraints *c, CardeaRegoValue text)
{
  for (guint i = 0; i < MAX_NESTED; i++)
    {
      Token t;
      if (!read_token (ctx, text.s, &t))
        return CARDEA_REGO_NONE;
      g_autoptr (GByteArray) signature = t.signature;
      if (!signature_holds (c, &t))
        return refuse (ctx);
      if (is_nested (t.header))
        {
          text = inner_token (ctx, t.payload);
          continue;
        }
      if (!parse_payload (ctx, &t.payload))
        return CARDEA_REGO_NONE;
      gint hold = claims_hold (ctx, c, t.payload);
      if (hold < 0)
        return CARDEA_REGO_NONE;
      return hold > 0 ? triple (ctx, cardea_rego_bool (TRUE), t.header, t.payload) : refuse (ctx);
    }
  return cardea_rego_fail (ctx, "JWT nested too deeply");
}

static CardeaRegoValue
decode_verify (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Constraints c = { 0 };
  CardeaRegoValue r = CARDEA_REGO_NONE;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_object (ctx, a, 1))
    return CARDEA_REGO_NONE;
  if (read_constraints (ctx, a[1], &c))
    r = check (ctx, &c, a[0]);
  g_clear_pointer (&c.keys, g_ptr_array_unref);
  g_clear_pointer (&c.secrets, g_ptr_array_unref);
  return r;
}

#define VERIFY(name)                                                                               \
  {                                                                                                \
    "io.jwt.verify_" name, 2, 0, verify                                                            \
  }

const CardeaRegoBuiltin cardea_rego_builtins_jwt[] = {
  { "io.jwt.decode", 1, 0, decode },
  { "io.jwt.decode_verify", 2, 0, decode_verify },
  VERIFY ("rs256"),
  VERIFY ("rs384"),
  VERIFY ("rs512"),
  VERIFY ("ps256"),
  VERIFY ("ps384"),
  VERIFY ("ps512"),
  VERIFY ("es256"),
  VERIFY ("es384"),
  VERIFY ("es512"),
  VERIFY ("hs256"),
  VERIFY ("hs384"),
  VERIFY ("hs512"),
  VERIFY ("eddsa"),
  { NULL },
};

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Hashes, HMAC and UUIDs. */

#include "common/rego/cardea-rego-builtin.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

static CardeaRegoValue
hex (CardeaRegoCtx *ctx, const guint8 *bytes, guint len)
{
  char text[2 * EVP_MAX_MD_SIZE + 1];
  for (guint i = 0; i < len; i++)
    g_snprintf (text + 2 * i, 3, "%02x", bytes[i]);
  return cardea_rego_string (cardea_rego_ctx_arena (ctx), text, 2 * (gsize) len);
}

static CardeaRegoValue
digest (CardeaRegoCtx *ctx, const CardeaRegoValue *a, const EVP_MD *md)
{
  guint8 bytes[EVP_MAX_MD_SIZE];
  guint len = 0;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_ctx_step (ctx, a[0].s->len / 64 + 1))
    return CARDEA_REGO_NONE;
  if (EVP_Digest (a[0].s->s, a[0].s->len, bytes, &len, md, NULL) != 1)
    return cardea_rego_fail (ctx, "digest not available");
  return hex (ctx, bytes, len);
}

static CardeaRegoValue
md5 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return digest (ctx, a, EVP_md5 ());
}

static CardeaRegoValue
sha1 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return digest (ctx, a, EVP_sha1 ());
}

static CardeaRegoValue
sha256 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return digest (ctx, a, EVP_sha256 ());
}

static CardeaRegoValue
hmac (CardeaRegoCtx *ctx, const CardeaRegoValue *a, const EVP_MD *md)
{
  guint8 bytes[EVP_MAX_MD_SIZE];
  guint len = 0;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1)
      || !cardea_rego_ctx_step (ctx, a[0].s->len / 64 + 1))
    return CARDEA_REGO_NONE;
  if (HMAC (md, a[1].s->s, (gint) a[1].s->len, (const guint8 *) a[0].s->s, a[0].s->len, bytes, &len)
      == NULL)
    return cardea_rego_fail (ctx, "digest not available");
  return hex (ctx, bytes, len);
}

static CardeaRegoValue
hmac_md5 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return hmac (ctx, a, EVP_md5 ());
}

static CardeaRegoValue
hmac_sha1 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return hmac (ctx, a, EVP_sha1 ());
}

static CardeaRegoValue
hmac_sha256 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return hmac (ctx, a, EVP_sha256 ());
}

static CardeaRegoValue
hmac_sha512 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return hmac (ctx, a, EVP_sha512 ());
}

static CardeaRegoValue
hmac_equal (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1))
    return CARDEA_REGO_NONE;
  return cardea_rego_bool (a[0].s->len == a[1].s->len
                           && CRYPTO_memcmp (a[0].s->s, a[1].s->s, a[0].s->len) == 0);
}

static CardeaRegoValue
uuid_rfc4122 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  g_autofree char *one = g_strdup_printf ("uuid 1 %s", a[0].s->s),
                  *two = g_strdup_printf ("uuid 2 %s", a[0].s->s);
  guint64 x = cardea_rego_ctx_random (ctx, one), y = cardea_rego_ctx_random (ctx, two);
  g_autofree char *text
      = g_strdup_printf ("%08x-%04x-4%03x-%04x-%012" G_GINT64_MODIFIER "x", (guint) (x >> 32),
                         (guint) (x >> 16) & 0xffff, (guint) x & 0xfff,
                         ((guint) (y >> 48) & 0x3fff) | 0x8000, y & 0xffffffffffff);
  return cardea_rego_cstring (cardea_rego_ctx_arena (ctx), text);
}

/* 36 characters; with urn:uuid: before them; in any pair of brackets; or 32 hex digits. */
static gboolean
uuid_bytes (const CardeaRegoString *s, guint8 *out)
{
  const char *t = s->s;
  gsize len = s->len;
  guint n = 0;
  if (len == 45 && g_ascii_strncasecmp (t, "urn:uuid:", 9) == 0)
    {
      t += 9;
      len -= 9;
    }
  else if (len == 38)
    {
      t++;
      len -= 2;
    }
  if (len != 36 && len != 32)
    return FALSE;
  for (gsize i = 0; i < len;)
    {
      if (len == 36 && (i == 8 || i == 13 || i == 18 || i == 23))
        {
          if (t[i++] != '-')
            return FALSE;
          continue;
        }
      if (i + 1 >= len || !g_ascii_isxdigit (t[i]) || !g_ascii_isxdigit (t[i + 1]) || n >= 16)
        return FALSE;
      out[n++] = (guint8) (g_ascii_xdigit_value (t[i]) * 16 + g_ascii_xdigit_value (t[i + 1]));
      i += 2;
    }
  return n == 16;
}

static void
put_time (CardeaRegoArena *arena, CardeaRegoValue r, const guint8 *b, guint version)
{
  static const char *const domains[] = { "Person", "Group", "Org" };
  guint64 low = (guint64) b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3],
          mid = (guint64) b[4] << 8 | b[5];
  guint64 high = ((guint64) b[6] << 8 | b[7]) & 0xfff;
  gint64 t = (gint64) (high << 48 | mid << 32 | low) - G_GINT64_CONSTANT (122192928000000000);
  g_autofree char *node
      = g_strdup_printf ("%02x-%02x-%02x-%02x-%02x-%02x", b[10], b[11], b[12], b[13], b[14], b[15]);
  g_autofree char *mac = g_strdup_printf ("%s:%s", b[10] & 2 ? "local" : "global",
                                          b[10] & 1 ? "multicast" : "unicast");
  cardea_rego_object_put_c (arena, r, "time", cardea_rego_int (t * 100));
  cardea_rego_object_put_c (arena, r, "nodeid", cardea_rego_cstring (arena, node));
  cardea_rego_object_put_c (arena, r, "macvariables", cardea_rego_cstring (arena, mac));
  cardea_rego_object_put_c (arena, r, "clocksequence",
                            cardea_rego_int ((b[8] << 8 | b[9]) & 0x3fff));
  if (version != 2)
    return;
  cardea_rego_object_put_c (arena, r, "id", cardea_rego_int ((gint64) low));
  if (b[9] < G_N_ELEMENTS (domains))
    cardea_rego_object_put_c (arena, r, "domain", cardea_rego_cstring (arena, domains[b[9]]));
  else
    {
      g_autofree char *domain = g_strdup_printf ("Domain%u", b[9]);
      cardea_rego_object_put_c (arena, r, "domain", cardea_rego_cstring (arena, domain));
    }
}

static CardeaRegoValue
uuid_parse (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  guint8 b[16];
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!cardea_rego_arg_string (ctx, a, 0) || !uuid_bytes (a[0].s, b))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_object_new (arena, 8);
  guint version = b[6] >> 4;
  const char *variant = (b[8] & 0xc0) == 0x80   ? "RFC4122"
                        : (b[8] & 0xe0) == 0xc0 ? "Microsoft"
                        : (b[8] & 0xe0) == 0xe0 ? "Future"
                                                : "Reserved";
  cardea_rego_object_put_c (arena, r, "version", cardea_rego_int (version));
  cardea_rego_object_put_c (arena, r, "variant", cardea_rego_cstring (arena, variant));
  if (version == 1 || version == 2)
    put_time (arena, r, b, version);
  return r;
}

const CardeaRegoBuiltin cardea_rego_builtins_crypto[] = {
  { "crypto.md5", 1, 0, md5 },
  { "crypto.sha1", 1, 0, sha1 },
  { "crypto.sha256", 1, 0, sha256 },
  { "crypto.hmac.md5", 2, 0, hmac_md5 },
  { "crypto.hmac.sha1", 2, 0, hmac_sha1 },
  { "crypto.hmac.sha256", 2, 0, hmac_sha256 },
  { "crypto.hmac.sha512", 2, 0, hmac_sha512 },
  { "crypto.hmac.equal", 2, 0, hmac_equal },
  { "uuid.parse", 1, 0, uuid_parse },
  { "uuid.rfc4122", 1, BUILTIN_ONCE, uuid_rfc4122 },
  { NULL },
};

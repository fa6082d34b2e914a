/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of a key. Refuses kinds that are not known, private parts (a program that sends
 * them has given its key away), coordinates of another length. Known gap: whether the program has
 * the private key is for the service to find out, by a proof (RFC 9449). */

#include "guardian/core/guardian-badge-key.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

#define COORDINATE 32 /* bytes, of both */

static const struct {
  const char *kty;
  const char *crv;
  const char *const *coordinates;
} kinds[] = {
  { "OKP", "Ed25519", (const char *const[]){ "x", NULL } },
  { "EC", "P-256", (const char *const[]){ "x", "y", NULL } },
};

CardeaJson *
guardian_badge_key_read (const CardeaJson *jwk)
{
  g_autoptr (CardeaJson) key = cardea_json_new_object ();
  const char *kty = cardea_json_get_string (jwk, "kty");
  const char *crv = cardea_json_get_string (jwk, "crv");
  const char *const *coordinates = NULL;
  guint8 bytes[COORDINATE];

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kty, kinds[i].kty) == 0 && g_strcmp0 (crv, kinds[i].crv) == 0)
      coordinates = kinds[i].coordinates;
  if (coordinates == NULL || cardea_json_get (jwk, "d") != NULL)
    return NULL;
  cardea_json_set_string (key, "kty", kty);
  cardea_json_set_string (key, "crv", crv);
  for (; *coordinates != NULL; coordinates++)
    {
      const char *text = cardea_json_get_string (jwk, *coordinates);
      if (text == NULL || !cardea_base64url_decode (text, bytes, sizeof bytes))
        return NULL;
      cardea_json_set_string (key, *coordinates, text);
    }
  return g_steal_pointer (&key);
}

char *
guardian_badge_key_thumbprint (const CardeaJson *key)
{
  gsize size = 0;
  guint8 digest[32];
  gsize digest_size = sizeof digest;
  /* RFC 8785 orders these members as RFC 7638 does. */
  g_autofree char *text = cardea_json_write (key, &size, NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) text, (gssize) size);
  g_checksum_get_digest (checksum, digest, &digest_size);
  return cardea_base64url_encode (digest, digest_size);
}

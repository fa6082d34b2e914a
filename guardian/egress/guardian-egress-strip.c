/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing of what hosts send. Refuses: a secret, to whoever reads the answer. Known gap: a
 * host that sends it in another form (base64, turned round, in two fields) is not noticed. */

#include "guardian/egress/guardian-egress-strip.h"

#include <string.h>

struct _GuardianEgressStrip {
  CardeaSecret *secret;
  GByteArray *pending; /* its end may be the beginning of the secret */
  gsize passed;        /* of pending, by the last call */
  guint count;
};

GuardianEgressStrip *
guardian_egress_strip_new (CardeaSecret *secret)
{
  if (secret == NULL || cardea_secret_size (secret) == 0)
    return NULL;
  GuardianEgressStrip *strip = g_new0 (GuardianEgressStrip, 1);
  strip->secret = cardea_secret_ref (secret);
  strip->pending = g_byte_array_new ();
  return strip;
}

static void
wipe (GByteArray *bytes)
{
  if (bytes->len > 0)
    explicit_bzero (bytes->data, bytes->len);
}

void
guardian_egress_strip_free (GuardianEgressStrip *strip)
{
  if (strip == NULL)
    return;
  cardea_secret_unref (strip->secret);
  wipe (strip->pending);
  g_byte_array_unref (strip->pending);
  g_free (strip);
}

static void
cover (GuardianEgressStrip *strip)
{
  const guint8 *secret = cardea_secret_bytes (strip->secret);
  gsize size = cardea_secret_size (strip->secret);
  guint8 *at = strip->pending->data;
  gsize left = strip->pending->len;

  for (guint8 *found; left >= size && (found = memmem (at, left, secret, size)) != NULL;)
    {
      memset (found, '*', size);
      strip->count++;
      left -= (gsize) (found + size - at);
      at = found + size;
    }
}

/* How many of the last bytes may be the secret's first. */
static gsize
open_end (const GuardianEgressStrip *strip)
{
  const guint8 *secret = cardea_secret_bytes (strip->secret);
  gsize len = strip->pending->len;

  for (gsize k = MIN (cardea_secret_size (strip->secret) - 1, len); k > 0; k--)
    if (memcmp (strip->pending->data + len - k, secret, k) == 0)
      return k;
  return 0;
}

static void
drop_passed (GuardianEgressStrip *strip)
{
  if (strip->passed > 0)
    g_byte_array_remove_range (strip->pending, 0, (guint) strip->passed);
  strip->passed = 0;
}

const guint8 *
guardian_egress_strip_feed (GuardianEgressStrip *strip, const void *bytes, gsize size,
                            gsize *ret_size)
{
  drop_passed (strip);
  if (size > 0)
    g_byte_array_append (strip->pending, bytes, (guint) size);
  cover (strip);
  strip->passed = strip->pending->len - open_end (strip);
  *ret_size = strip->passed;
  return strip->pending->data;
}

const guint8 *
guardian_egress_strip_finish (GuardianEgressStrip *strip, gsize *ret_size)
{
  drop_passed (strip);
  strip->passed = strip->pending->len;
  *ret_size = strip->passed;
  return strip->pending->data;
}

guint
guardian_egress_strip_count (const GuardianEgressStrip *strip)
{
  return strip->count;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing of what hosts send. Refuses: a secret, to whoever reads the answer, as it is, in
 * base64 (wherever it begins), hexadecimal and percent-encoding. Known gap: a host that sends it in
 * another form (turned round, in two fields, packed twice) is not noticed. */

#include "guardian/egress/guardian-egress-strip.h"

#include <stdio.h>
#include <string.h>

#define FORMS 10u
#define LEAST 10u        /* bytes of a secret that is looked for in other forms, too */
#define MOST 2048u       /* and not of longer ones: they are looked for as they are */
#define ENLARGED 24u     /* times as long, all forms of one together, at most */
#define BASE64_STARTS 3u /* bytes that may stand before it in its group */

typedef struct {
  gsize at; /* in forms */
  gsize size;
} Form;

struct _GuardianEgressStrip {
  CardeaSecret *secret; /* all forms, one behind the other */
  Form forms[FORMS];
  guint n_forms;
  GByteArray *pending; /* its end may be the beginning of a form */
  gsize passed;        /* of pending, by the last call */
  guint count;
};

/* --- its forms --- */

/* What is there already is not looked for twice. */
static void
add_form (GuardianEgressStrip *strip, const char *text, gsize size)
{
  guint8 *all = cardea_secret_writable (strip->secret);
  const Form *last = strip->n_forms > 0 ? &strip->forms[strip->n_forms - 1] : NULL;
  gsize at = last != NULL ? last->at + last->size : 0;

  for (guint i = 0; i < strip->n_forms; i++)
    if (strip->forms[i].size == size && memcmp (all + strip->forms[i].at, text, size) == 0)
      return;
  if (strip->n_forms == FORMS || at + size > cardea_secret_size (strip->secret))
    return;
  memcpy (all + at, text, size);
  strip->forms[strip->n_forms++] = (Form){ at, size };
}

/* The characters that only the secret's bytes decide, with before bytes ahead of it; and in the
 * alphabet of URLs. */
static void
add_base64 (GuardianEgressStrip *strip, const guint8 *bytes, gsize size, gsize before)
{
  g_autofree guint8 *ahead = g_malloc0 (before + size);
  memcpy (ahead + before, bytes, size);
  g_autofree char *text = g_base64_encode (ahead, before + size);
  gsize first = (before * 8 + 5) / 6;
  gsize last = (before + size) * 8 / 6;

  add_form (strip, text + first, last - first);
  for (char *at = text; *at != '\0'; at++)
    *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
  add_form (strip, text + first, last - first);
  explicit_bzero (ahead, before + size);
  explicit_bzero (text, strlen (text));
}

static void
add_hex (GuardianEgressStrip *strip, const guint8 *bytes, gsize size, const char *digits)
{
  g_autofree char *text = g_malloc (2 * size);

  for (gsize i = 0; i < size; i++)
    {
      text[2 * i] = digits[bytes[i] >> 4];
      text[2 * i + 1] = digits[bytes[i] & 15];
    }
  add_form (strip, text, 2 * size);
  explicit_bzero (text, 2 * size);
}

static void
add_percent (GuardianEgressStrip *strip, const guint8 *bytes, gsize size)
{
  g_autofree char *text = g_malloc (3 * size + 1);
  gsize used = 0;

  for (gsize i = 0; i < size; i++)
    if (g_ascii_isalnum (bytes[i]) || strchr ("-._~", bytes[i]) != NULL)
      text[used++] = (char) bytes[i];
    else
      used += (gsize) sprintf (text + used, "%%%02X", bytes[i]);
  add_form (strip, text, used);
  explicit_bzero (text, 3 * size + 1);
}

GuardianEgressStrip *
guardian_egress_strip_new (CardeaSecret *secret)
{
  gsize size = secret != NULL ? cardea_secret_size (secret) : 0;
  gboolean more = size >= LEAST && size <= MOST;

  if (size == 0)
    return NULL;
  const guint8 *bytes = cardea_secret_bytes (secret);
  GuardianEgressStrip *strip = g_new0 (GuardianEgressStrip, 1);
  strip->pending = g_byte_array_new ();
  strip->secret = more ? cardea_secret_new (size * ENLARGED) : NULL;
  more = strip->secret != NULL;
  if (!more) /* as it is, at least */
    {
      strip->secret = cardea_secret_ref (secret);
      strip->forms[strip->n_forms++] = (Form){ 0, size };
      return strip;
    }
  add_form (strip, (const char *) bytes, size);
  for (gsize before = 0; before < BASE64_STARTS; before++)
    add_base64 (strip, bytes, size, before);
  add_hex (strip, bytes, size, "0123456789abcdef");
  add_hex (strip, bytes, size, "0123456789ABCDEF");
  add_percent (strip, bytes, size);
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
cover_form (GuardianEgressStrip *strip, const Form *form)
{
  const guint8 *text = cardea_secret_bytes (strip->secret) + form->at;
  guint8 *at = strip->pending->data;
  gsize left = strip->pending->len;

  for (guint8 *found; left >= form->size && (found = memmem (at, left, text, form->size)) != NULL;)
    {
      memset (found, '*', form->size);
      strip->count++;
      left -= (gsize) (found + form->size - at);
      at = found + form->size;
    }
}

/* How many of the last bytes may be the first of some form. */
static gsize
open_end (const GuardianEgressStrip *strip)
{
  const guint8 *all = cardea_secret_bytes (strip->secret);
  gsize len = strip->pending->len, open = 0;

  for (guint i = 0; i < strip->n_forms; i++)
    for (gsize k = MIN (strip->forms[i].size - 1, len); k > open; k--)
      if (memcmp (strip->pending->data + len - k, all + strip->forms[i].at, k) == 0)
        open = k;
  return open;
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
  for (guint i = 0; i < strip->n_forms; i++)
    cover_form (strip, &strip->forms[i]);
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

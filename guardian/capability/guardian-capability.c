/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the root key it is handed. Refuses any text that its own writer would not have written:
 * one form a token, so that nothing can be hidden in a second one. Known gaps: none. */

#include "guardian/capability/guardian-capability.h"

#include "common/base/cardea-encoding.h"
#include "guardian/capability/guardian-caveat.h"

#include <sodium.h>
#include <string.h>

#define PREFIX "cardea1"
#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

struct _GuardianCapability {
  guint8 id[GUARDIAN_CAPABILITY_ID_SIZE];
  guint8 mac[GUARDIAN_CAPABILITY_MAC_SIZE];
  GPtrArray *caveats; /* char * */
};

G_STATIC_ASSERT (GUARDIAN_CAPABILITY_MAC_SIZE == crypto_auth_hmacsha256_BYTES);
G_STATIC_ASSERT (GUARDIAN_CAPABILITY_MAC_SIZE == crypto_auth_hmacsha256_KEYBYTES);

static void
chain (const guint8 *key, const void *bytes, gsize size, guint8 *ret_mac)
{
  guint8 mac[GUARDIAN_CAPABILITY_MAC_SIZE];
  crypto_auth_hmacsha256 (mac, bytes, size, key);
  memcpy (ret_mac, mac, sizeof mac);
  sodium_memzero (mac, sizeof mac);
}

static GuardianCapability *
capability_alloc (void)
{
  GuardianCapability *capability = g_rc_box_new0 (GuardianCapability);
  capability->caveats = g_ptr_array_new_with_free_func (g_free);
  return capability;
}

static void
capability_clear (gpointer data)
{
  GuardianCapability *capability = data;
  g_ptr_array_unref (capability->caveats);
  sodium_memzero (capability->mac, sizeof capability->mac);
}

GuardianCapability *
guardian_capability_ref (GuardianCapability *capability)
{
  return g_rc_box_acquire (capability);
}

void
guardian_capability_unref (GuardianCapability *capability)
{
  if (capability != NULL)
    g_rc_box_release_full (capability, capability_clear);
}

GuardianCapability *
guardian_capability_new (const guint8 *id, const guint8 *key)
{
  GuardianCapability *capability = capability_alloc ();
  memcpy (capability->id, id, sizeof capability->id);
  chain (key, capability->id, sizeof capability->id, capability->mac);
  return capability;
}

gboolean
guardian_capability_add (GuardianCapability *capability, const char *caveat)
{
  gsize size = strlen (caveat);
  if (size == 0 || size > GUARDIAN_CAVEAT_LIMIT
      || capability->caveats->len >= GUARDIAN_CAPABILITY_CAVEATS_LIMIT)
    return FALSE;
  g_ptr_array_add (capability->caveats, g_strdup (caveat));
  chain (capability->mac, caveat, size, capability->mac);
  return TRUE;
}

static char *
decode_caveat (const char *text, gsize size)
{
  char caveat[GUARDIAN_CAVEAT_LIMIT + 1];
  gsize caveat_size = 0;

  /* libsodium takes some bytes above 0x7f for digits: a caveat would have several spellings. */
  if (strspn (text, BASE64URL) != size
      || sodium_base642bin ((guint8 *) caveat, GUARDIAN_CAVEAT_LIMIT, text, size, NULL,
                            &caveat_size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
             != 0
      || caveat_size == 0 || memchr (caveat, '\0', caveat_size) != NULL)
    return NULL;
  caveat[caveat_size] = '\0';
  return g_strdup (caveat);
}

static gboolean
parse_parts (GuardianCapability *capability, char **parts, guint n_parts)
{
  if (strcmp (parts[0], PREFIX) != 0
      || !cardea_hex_decode (parts[1], capability->id, sizeof capability->id)
      || !cardea_hex_decode (parts[n_parts - 1], capability->mac, sizeof capability->mac))
    return FALSE;
  for (guint i = 2; i + 1 < n_parts; i++)
    {
      char *caveat = decode_caveat (parts[i], strlen (parts[i]));
      if (caveat == NULL)
        return FALSE;
      g_ptr_array_add (capability->caveats, caveat);
    }
  return TRUE;
}

GuardianCapability *
guardian_capability_parse (const char *text)
{
  const guint max_parts = GUARDIAN_CAPABILITY_CAVEATS_LIMIT + 3;

  if (text == NULL
      || strnlen (text, GUARDIAN_CAPABILITY_TEXT_LIMIT + 1) > GUARDIAN_CAPABILITY_TEXT_LIMIT)
    return NULL;
  /* One part more than allowed, so that a surplus is seen and not swallowed by the last part. */
  g_auto (GStrv) parts = g_strsplit (text, ".", (int) max_parts + 1);
  guint n_parts = g_strv_length (parts);
  if (n_parts < 3 || n_parts > max_parts)
    return NULL;

  g_autoptr (GuardianCapability) capability = capability_alloc ();
  return parse_parts (capability, parts, n_parts) ? g_steal_pointer (&capability) : NULL;
}

gboolean
guardian_capability_peek_id (const char *text, guint8 *ret_id)
{
  char hex[GUARDIAN_CAPABILITY_ID_SIZE * 2 + 1];
  const gsize start = strlen (PREFIX ".");

  if (strncmp (text, PREFIX ".", start) != 0 || strnlen (text + start, sizeof hex) < sizeof hex
      || text[start + sizeof hex - 1] != '.')
    return FALSE;
  memcpy (hex, text + start, sizeof hex - 1);
  hex[sizeof hex - 1] = '\0';
  return cardea_hex_decode (hex, ret_id, GUARDIAN_CAPABILITY_ID_SIZE);
}

char *
guardian_capability_text (const GuardianCapability *capability)
{
  g_autofree char *id = cardea_hex_encode (capability->id, sizeof capability->id);
  g_autofree char *mac = cardea_hex_encode (capability->mac, sizeof capability->mac);
  g_autoptr (GString) text = g_string_new (PREFIX);

  g_string_append_printf (text, ".%s", id);
  for (guint i = 0; i < capability->caveats->len; i++)
    {
      char encoded[sodium_base64_ENCODED_LEN (GUARDIAN_CAVEAT_LIMIT,
                                              sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
      const char *caveat = g_ptr_array_index (capability->caveats, i);
      sodium_bin2base64 (encoded, sizeof encoded, (const guint8 *) caveat, strlen (caveat),
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING);
      g_string_append_printf (text, ".%s", encoded);
    }
  g_string_append_printf (text, ".%s", mac);
  if (text->len > GUARDIAN_CAPABILITY_TEXT_LIMIT)
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
guardian_capability_narrow (const char *text, const char *caveat)
{
  g_autoptr (GuardianCapability) capability = guardian_capability_parse (text);
  if (capability == NULL || !guardian_capability_add (capability, caveat))
    return NULL;
  return guardian_capability_text (capability);
}

const guint8 *
guardian_capability_id (const GuardianCapability *capability)
{
  return capability->id;
}

guint
guardian_capability_n_caveats (const GuardianCapability *capability)
{
  return capability->caveats->len;
}

const char *
guardian_capability_caveat (const GuardianCapability *capability, guint index)
{
  return g_ptr_array_index (capability->caveats, index);
}

gboolean
guardian_capability_authentic (const GuardianCapability *capability, const guint8 *key,
                               GuardianCapabilityVisit visit, gpointer user_data)
{
  guint8 mac[GUARDIAN_CAPABILITY_MAC_SIZE];

  chain (key, capability->id, sizeof capability->id, mac);
  for (guint i = 0; i < capability->caveats->len; i++)
    {
      const char *caveat = g_ptr_array_index (capability->caveats, i);
      chain (mac, caveat, strlen (caveat), mac);
      if (visit != NULL)
        visit (caveat, mac, user_data);
    }
  gboolean same = sodium_memcmp (mac, capability->mac, sizeof mac) == 0;
  sodium_memzero (mac, sizeof mac);
  return same;
}

gboolean
guardian_capability_allows (const GuardianCapability *capability, const char *action)
{
  GuardianCaveatUse use = { .action = action };

  for (guint i = 0; i < capability->caveats->len; i++)
    {
      const char *caveat = g_ptr_array_index (capability->caveats, i);
      if (g_str_has_prefix (caveat, "actions=")
          && guardian_caveat_check (caveat, &use) != GUARDIAN_CAVEAT_HOLDS)
        return FALSE;
    }
  return TRUE;
}

gboolean
guardian_capability_covers (const GuardianCapability *capability, const char *path)
{
  for (guint i = 0; i < capability->caveats->len; i++)
    {
      const char *caveat = g_ptr_array_index (capability->caveats, i);
      if (g_str_has_prefix (caveat, "resource=")
          && !guardian_caveat_pattern_matches (caveat + strlen ("resource="), path))
        return FALSE;
    }
  return TRUE;
}

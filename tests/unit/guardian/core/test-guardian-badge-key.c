/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-badge-key.h"

#include <string.h>

#define ED25519 "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

static CardeaJson *
read_text (const char *text)
{
  g_autoptr (CardeaJson) jwk = cardea_json_parse (text, strlen (text), NULL);
  g_assert_nonnull (jwk);
  return guardian_badge_key_read (jwk);
}

/* RFC 8037, A.3, and RFC 9449, 6.1 (the key of its section 4.1). */
static void
test_vectors (void)
{
  static const struct {
    const char *jwk;
    const char *thumbprint;
  } rows[] = {
    { "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" ED25519 "\",\"kid\":\"7\"}",
      "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" },
    { "{\"kty\":\"EC\",\"x\":\"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs\",\"y\":"
      "\"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA\",\"crv\":\"P-256\"}",
      "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CardeaJson) key = read_text (rows[i].jwk);
      g_assert_nonnull (key);
      g_autofree char *thumbprint = guardian_badge_key_thumbprint (key);
      g_assert_cmpstr (thumbprint, ==, rows[i].thumbprint);
    }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "{}",
    "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED25519 "\"}",
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}",
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED25519 "=\"}",
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED25519 "\",\"d\":\"AAAA\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" ED25519 "\"}",
    "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (read_text (bad[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/badge-key/vectors", test_vectors);
  g_test_add_func ("/badge-key/refused", test_refused);
  return g_test_run ();
}

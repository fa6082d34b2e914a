/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-login.h"
#include "guardian/egress/guardian-egress-sign.h"
#include "guardian/egress/guardian-egress-vault.h"
#include "tests/fuzz/fuzz.h"

static void
check_line (const CardeaSecret *secret)
{
  for (gsize i = 0; secret != NULL && i < cardea_secret_size (secret); i++)
    FUZZ_CHECK (g_ascii_isgraph ((char) cardea_secret_bytes (secret)[i]));
}

static void
check_text (const char *text)
{
  for (const char *c = text; c != NULL && *c != '\0'; c++)
    FUZZ_CHECK (!g_ascii_iscntrl (*c));
}

/* Of AWS: keys, and what a program says that it signed. */
static void
check_keys (guint status, const guint8 *data, gsize size)
{
  guint seconds = 0;
  g_autofree char *problem = NULL;
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (CardeaSecret) keys
      = guardian_egress_role_read (status, data, size, &seconds, &problem);
  GuardianEgressSignKeys parts;
  GuardianEgressSignClaim claim;

  FUZZ_CHECK ((keys == NULL) == (problem != NULL) && (keys == NULL) == (seconds == 0));
  FUZZ_CHECK (keys == NULL || (guardian_egress_sign_split (keys, &parts) && parts.token != NULL));
  check_text (problem);
  if (guardian_egress_sign_read (text, &claim))
    FUZZ_CHECK (strpbrk (claim.region, "/, \n") == NULL
                && strpbrk (claim.service, "/, \n") == NULL);
  guardian_egress_sign_claim_clear (&claim);
}

/* The answers of token and device authorization endpoints: a token is one line of a header, good
 * for some time; else there is a sentence in which nothing of the server's stands but letters. A
 * code and its address are plain. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint status = size > 0 && data[0] == '!' ? 400 : 200;
  gboolean bound = size > 1 && data[1] == '!';
  g_auto (GuardianEgressTokenAnswer) answer = { 0 };
  g_auto (GuardianEgressLoginCode) code = { 0 };
  g_auto (GuardianEgressVaultAnswer) leased = { 0 };

  guardian_egress_token_read (status, data, size, bound, &answer);
  FUZZ_CHECK ((answer.access == NULL) == (answer.problem != NULL));
  FUZZ_CHECK (answer.access != NULL || answer.refresh == NULL);
  FUZZ_CHECK ((answer.access == NULL) == (answer.seconds == 0)
              && answer.seconds <= GUARDIAN_EGRESS_TOKEN_MOST);
  check_line (answer.access);
  check_line (answer.refresh);
  check_text (answer.problem);
  guardian_egress_login_read (data, size, &code);
  FUZZ_CHECK (code.device == NULL || (code.code != NULL && code.url != NULL));
  FUZZ_CHECK (code.device == NULL
              || (code.seconds <= GUARDIAN_EGRESS_LOGIN_SECONDS && code.interval > 0));
  check_line (code.device);
  check_text (code.code);
  check_text (code.url);
  check_text (code.whole);
  check_keys (status, data, size);
  guardian_egress_vault_read (status, data, size, "token", &leased);
  FUZZ_CHECK ((leased.value == NULL) == (leased.problem != NULL));
  FUZZ_CHECK (leased.value == NULL || leased.seconds <= GUARDIAN_EGRESS_TOKEN_MOST);
  check_line (leased.value);
  check_text (leased.lease);
  return 0;
}

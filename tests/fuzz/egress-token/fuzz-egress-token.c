/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-token.h"
#include "tests/fuzz/fuzz.h"

/* The answer of a token endpoint: a token is one line of a header, good for some time; else there
 * is a sentence in which nothing of the server's stands but letters. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint status = size > 0 && data[0] == '!' ? 400 : 200;
  guint seconds = 0;
  g_autofree char *problem = NULL;
  g_autoptr (CardeaSecret) access
      = guardian_egress_token_read (status, data, size, &seconds, &problem);

  FUZZ_CHECK ((access == NULL) == (problem != NULL));
  FUZZ_CHECK ((access == NULL) == (seconds == 0) && seconds <= GUARDIAN_EGRESS_TOKEN_MOST);
  for (gsize i = 0; access != NULL && i < cardea_secret_size (access); i++)
    FUZZ_CHECK (cardea_secret_bytes (access)[i] > 0x20 && cardea_secret_bytes (access)[i] < 0x7f);
  for (const char *c = problem; c != NULL && *c != '\0'; c++)
    FUZZ_CHECK (!g_ascii_iscntrl (*c));
  return 0;
}

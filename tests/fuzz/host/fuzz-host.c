/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-host.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define LIMIT 4096u

/* What a person or a program names: whatever is taken has one form, and that form is itself. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) bytes : "", MIN (size, LIMIT));
  g_autofree char *form = cardea_host_canonical (text, NULL);
  g_autofree char *host = NULL;
  g_autoptr (GError) error = NULL;
  guint port = 0;
  gboolean below = FALSE;

  if (form != NULL)
    {
      FUZZ_CHECK (strlen (form) <= CARDEA_HOST_LIMIT && form[0] != '\0');
      FUZZ_CHECK (cardea_host_is_canonical (form));
      FUZZ_CHECK (strpbrk (form, "%@/[] \t\r\n_") == NULL);
    }
  if (!cardea_host_parse (text, &host, &port, &below, &error))
    {
      FUZZ_CHECK (error != NULL && host == NULL);
      return 0;
    }
  FUZZ_CHECK (cardea_host_is_canonical (host) && cardea_host_is_below (host, host));
  g_autofree char *shown = cardea_host_format (host, port);
  g_autofree char *again = NULL;
  guint same = 0;
  FUZZ_CHECK (cardea_host_parse (shown, &again, &same, &below, NULL));
  FUZZ_CHECK (strcmp (host, again) == 0 && port == same && !below);
  return 0;
}

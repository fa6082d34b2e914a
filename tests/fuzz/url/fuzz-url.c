/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* What was taken has one form, which reads the same again. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaUrl) url = cardea_url_parse (text, &error);

  FUZZ_CHECK ((url == NULL) == (error != NULL));
  if (url == NULL)
    return 0;
  g_autofree char *form = cardea_url_format (url);
  g_autoptr (CardeaUrl) same = cardea_url_parse (form, NULL);
  FUZZ_CHECK (same != NULL);
  g_autofree char *again = cardea_url_format (same);
  FUZZ_CHECK (strcmp (form, again) == 0);
  FUZZ_CHECK (url->secure == same->secure && url->port == same->port && url->port > 0);
  FUZZ_CHECK (strcmp (url->host, same->host) == 0 && cardea_host_is_canonical (url->host));
  FUZZ_CHECK (strcmp (url->path, same->path) == 0 && g_strcmp0 (url->query, same->query) == 0);
  return 0;
}

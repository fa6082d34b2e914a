/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-host.h"
#include "guardian/core/guardian-destination.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define LIMIT 8192u

/* The URL an agent asks for: what is taken has one form, names no user, and its host is the one
 * that stands in the form. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autofree char *url = g_strndup (size > 0 ? (const char *) bytes : "", MIN (size, LIMIT));
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianDestination) to = guardian_destination_new ("GET", url, &error);

  if (to == NULL)
    {
      FUZZ_CHECK (error != NULL);
      return 0;
    }
  FUZZ_CHECK (cardea_host_is_canonical (to->host) && to->port >= 1 && to->port <= 65535);
  FUZZ_CHECK (strpbrk (to->url, " \t\r\n\\#\"<>^`{|}") == NULL);
  g_autofree char *begin = g_strdup_printf (
      strchr (to->host, ':') != NULL ? "%s://[%s]" : "%s://%s", to->scheme, to->host);
  FUZZ_CHECK (g_str_has_prefix (to->url, begin));
  FUZZ_CHECK (strchr (":/", to->url[strlen (begin)]) != NULL);
  g_autoptr (GuardianDestination) again = guardian_destination_new ("GET", to->url, NULL);
  FUZZ_CHECK (again != NULL && strcmp (again->url, to->url) == 0);
  FUZZ_CHECK (strcmp (again->host, to->host) == 0 && again->port == to->port);
  return 0;
}

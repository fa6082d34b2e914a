/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-name.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* The target of a CONNECT and every Host: one form or none, and that form stands for itself. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GuardianEgressName name;
  GuardianEgressName again;
  guint16 port = 0;
  guint16 same = 0;
  const char *why = NULL;

  if (!guardian_egress_name_parse_authority ((const char *) data, size, 443, &name, &port, &why))
    {
      FUZZ_CHECK (why != NULL);
      return 0;
    }
  FUZZ_CHECK (port != 0 && name.text[0] != '\0' && strlen (name.text) <= GUARDIAN_EGRESS_NAME_MAX);
  for (const char *at = name.text; *at != '\0'; at++)
    FUZZ_CHECK (g_ascii_islower (*at) || g_ascii_isdigit (*at) || strchr ("-.:_", *at) != NULL);
  g_autofree char *text
      = g_strdup_printf (strchr (name.text, ':') != NULL ? "[%s]:%u" : "%s:%u", name.text, port);
  FUZZ_CHECK (guardian_egress_name_parse_authority (text, strlen (text), 0, &again, &same, NULL));
  FUZZ_CHECK (strcmp (again.text, name.text) == 0 && same == port);
  FUZZ_CHECK (again.is_address == name.is_address);
  return 0;
}

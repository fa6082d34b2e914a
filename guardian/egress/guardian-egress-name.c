/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; every byte comes from a sandbox.
 * Refuses: whatever two programs could read differently.
 * Known gaps: names in Unicode must come as A-labels, which all clients send. */

#include "guardian/egress/guardian-egress-name.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define PORT_DIGITS 5u

static gboolean
refuse (const char *why, const char **ret_why)
{
  if (ret_why != NULL)
    *ret_why = why;
  return FALSE;
}

/* A final dot is dropped by some and kept by others: servers and certificates know the name without
 * it, so a program has no reason to write one. */
gboolean
guardian_egress_name_parse (const char *text, gsize size, GuardianEgressName *ret_name,
                            const char **ret_why)
{
  memset (ret_name, 0, sizeof *ret_name);
  if (size == 0 || size > GUARDIAN_EGRESS_NAME_MAX)
    return refuse (size == 0 ? "no host" : "a host that is too long", ret_why);
  if (memchr (text, '\0', size) != NULL || text[size - 1] == '.')
    return refuse ("a host that ends in another way than names do", ret_why);
  g_autofree char *copy = g_strndup (text, size);
  g_autofree char *host = cardea_host_canonical (copy, NULL);
  if (host == NULL)
    return refuse ("a host that is no name and no address in its one form", ret_why);
  g_strlcpy (ret_name->text, host, sizeof ret_name->text);
  ret_name->is_address = cardea_host_is_address (host);
  return TRUE;
}

static gboolean
parse_port (const char *text, gsize size, guint16 *ret_port)
{
  guint value = 0;

  if (size == 0 || size > PORT_DIGITS)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = value * 10 + (guint) (text[i] - '0');
    }
  *ret_port = (guint16) value;
  return value >= 1 && value <= G_MAXUINT16;
}

gboolean
guardian_egress_name_parse_authority (const char *text, gsize size, guint16 fallback,
                                      GuardianEgressName *ret_name, guint16 *ret_port,
                                      const char **ret_why)
{
  gsize host = size;

  while (host > 0 && g_ascii_isdigit (text[host - 1]))
    host--;
  gboolean has_port = host > 0 && text[host - 1] == ':';
  gsize end = has_port ? host - 1 : size;

  *ret_port = fallback;
  if (has_port && !parse_port (text + host, size - host, ret_port))
    return refuse ("a port that is no number from 1 to 65535", ret_why);
  if (!has_port && fallback == 0)
    return refuse ("no port", ret_why);
  if (memchr (text, ':', end) != NULL && (end == 0 || text[0] != '[' || text[end - 1] != ']'))
    return refuse ("an IPv6 address without brackets", ret_why);
  return guardian_egress_name_parse (text, end, ret_name, ret_why);
}

gboolean
guardian_egress_name_lies_in (const GuardianEgressName *name, const char *host)
{
  return cardea_host_is_below (name->text, host);
}

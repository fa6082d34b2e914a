/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; every byte comes from a sandbox.
 * Refuses: whatever two programs could read differently.
 * Known gaps: names in Unicode must come as A-labels, which all clients send. */

#include "guardian/egress/guardian-egress-name.h"

#include <arpa/inet.h>
#include <string.h>

#define LABEL_MAX 63u
#define PORT_DIGITS 5u

static gboolean
refuse (const char *why, const char **ret_why)
{
  if (ret_why != NULL)
    *ret_why = why;
  return FALSE;
}

/* Does its last label make it a number to some resolver (WHATWG URL, "ends in a number")? */
static gboolean
ends_in_number (const char *text)
{
  const char *dot = strrchr (text, '.');
  const char *label = dot != NULL ? dot + 1 : text;

  if (strspn (label, "0123456789") == strlen (label))
    return TRUE;
  return label[0] == '0' && (label[1] == 'x' || label[1] == 'X')
         && strspn (label + 2, "0123456789abcdefABCDEF") == strlen (label + 2);
}

static gboolean
is_good_label (const char *label, gsize size)
{
  return size > 0 && size <= LABEL_MAX && label[0] != '-' && label[size - 1] != '-';
}

static gboolean
check_labels (const char *text, const char **ret_why)
{
  const char *label = text;

  for (const char *at = text;; at++)
    {
      if (*at != '.' && *at != '\0')
        continue;
      if (!is_good_label (label, (gsize) (at - label)))
        return refuse ("an empty or malformed label", ret_why);
      if (*at == '\0')
        return TRUE;
      label = at + 1;
    }
}

static gboolean
parse_ipv6 (const char *text, GuardianEgressName *ret_name, const char **ret_why)
{
  struct in6_addr address;

  if (inet_pton (AF_INET6, text, &address) != 1)
    return refuse ("no IPv6 address", ret_why);
  if (IN6_IS_ADDR_V4MAPPED (&address) || IN6_IS_ADDR_V4COMPAT (&address))
    return refuse ("an IPv4 address inside an IPv6 one", ret_why);
  ret_name->is_address = TRUE;
  return inet_ntop (AF_INET6, &address, ret_name->text, sizeof ret_name->text) != NULL
         || refuse ("no IPv6 address", ret_why);
}

/* inet_pton() takes four decimal numbers only; what it writes back is the same for one without
 * leading zeros. */
static gboolean
parse_ipv4 (GuardianEgressName *name, const char **ret_why)
{
  struct in_addr address;
  char again[INET_ADDRSTRLEN];

  if (inet_pton (AF_INET, name->text, &address) != 1
      || inet_ntop (AF_INET, &address, again, sizeof again) == NULL
      || strcmp (again, name->text) != 0)
    return refuse ("a number that is no plain IPv4 address", ret_why);
  name->is_address = TRUE;
  return TRUE;
}

gboolean
guardian_egress_name_parse (const char *text, gsize size, GuardianEgressName *ret_name,
                            const char **ret_why)
{
  memset (ret_name, 0, sizeof *ret_name);
  if (size >= 2 && text[0] == '[' && text[size - 1] == ']')
    {
      text++;
      size -= 2;
      if (memchr (text, ':', size) == NULL)
        return refuse ("brackets without an IPv6 address", ret_why);
    }
  if (size == 0 || size > GUARDIAN_EGRESS_NAME_MAX)
    return refuse (size == 0 ? "no host" : "a host that is too long", ret_why);
  if (memchr (text, ':', size) != NULL && memchr (text, '\0', size) == NULL)
    {
      g_autofree char *copy = g_strndup (text, size);
      return parse_ipv6 (copy, ret_name, ret_why);
    }
  for (gsize i = 0; i < size; i++)
    {
      if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_' && text[i] != '.')
        return refuse ("a host with a character that no host name has", ret_why);
      ret_name->text[i] = g_ascii_tolower (text[i]);
    }
  if (!check_labels (ret_name->text, ret_why))
    return FALSE;
  return !ends_in_number (ret_name->text) || parse_ipv4 (ret_name, ret_why);
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
  gsize size = strlen (name->text);
  gsize above = strlen (host);

  if (strcmp (name->text, host) == 0)
    return TRUE;
  return !name->is_address && size > above && name->text[size - above - 1] == '.'
         && strcmp (name->text + size - above, host) == 0;
}

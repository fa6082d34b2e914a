/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of a name. Refuses every spelling that some program reads as another host. Known
 * gap: that an A-label decodes to something sensible is not looked at; the name is what is dialled,
 * and whoever shows it in its own letters shows it as it is, too. */

#include "common/base/cardea-host.h"

#include <arpa/inet.h>
#include <string.h>

#define LABEL_LIMIT 63u
#define TEXT_LIMIT 512u /* bytes looked at, of whatever is said to be a host */

G_DEFINE_QUARK (cardea - host - error - quark, cardea_host_error)

static char *
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, CARDEA_HOST_ERROR, CARDEA_HOST_ERROR_NAME, reason);
  return NULL;
}

static gboolean
is_label (const char *label, gsize size)
{
  if (size == 0 || size > LABEL_LIMIT || label[0] == '-' || label[size - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_islower (label[i]) && !g_ascii_isdigit (label[i]) && label[i] != '-')
      return FALSE;
  return TRUE;
}

static gboolean
are_labels (const char *name)
{
  const char *label = name;

  for (const char *dot; (dot = strchr (label, '.')) != NULL; label = dot + 1)
    if (!is_label (label, dot - label))
      return FALSE;
  return is_label (label, strlen (label));
}

/* Programs take it for an address, in whatever notation. */
static gboolean
ends_in_number (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *last = dot != NULL ? dot + 1 : name;
  gsize decimal = strspn (last, "0123456789");

  if (g_str_has_prefix (last, "0x"))
    return last[2 + strspn (last + 2, "0123456789abcdef")] == '\0';
  return last[0] != '\0' && last[decimal] == '\0';
}

static char *
take_ipv6 (const char *text, GError **error)
{
  struct in6_addr address;
  char form[INET6_ADDRSTRLEN];

  if (inet_pton (AF_INET6, text, &address) != 1
      || inet_ntop (AF_INET6, &address, form, sizeof form) == NULL)
    return fail (error, "this is no address");
  if (IN6_IS_ADDR_V4MAPPED (&address) || strchr (form, '.') != NULL)
    return fail (error, "an IPv4 address must be written as one");
  return g_strdup (form);
}

static char *
take_name (const char *text, GError **error)
{
  struct in_addr address;
  g_autofree char *name = g_ascii_strdown (text, -1);
  gsize size = strlen (name);

  if (size > 0 && name[size - 1] == '.')
    name[--size] = '\0';
  if (size == 0 || size > CARDEA_HOST_LIMIT || !are_labels (name))
    return fail (error, "this is not the name of a host");
  if (ends_in_number (name) && inet_pton (AF_INET, name, &address) != 1)
    return fail (error, "an address must be written as four decimal numbers");
  return g_steal_pointer (&name);
}

char *
cardea_host_canonical (const char *text, GError **error)
{
  gsize size = strnlen (text, TEXT_LIMIT);

  if (size == TEXT_LIMIT)
    return fail (error, "this is too long for a host");
  if (text[0] == '[' && text[size - 1] == ']')
    {
      g_autofree char *inner = g_strndup (text + 1, size - 2);
      return take_ipv6 (inner, error);
    }
  return strchr (text, ':') != NULL ? take_ipv6 (text, error) : take_name (text, error);
}

/* Sharp s, final sigma, the two joiners: GLib knows the older reading, which drops or replaces
 * them. */
static gboolean
has_ambiguous_letter (const char *text)
{
  static const gunichar letters[] = { 0xdf, 0x3c2, 0x200c, 0x200d, 0x1e9e };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if (g_utf8_strchr (text, -1, letters[i]) != NULL)
      return TRUE;
  return FALSE;
}

char *
cardea_host_encode (const char *text, GError **error)
{
  gsize size = strnlen (text, TEXT_LIMIT);

  if (size == TEXT_LIMIT || !g_utf8_validate (text, -1, NULL))
    return fail (error, "this is not the name of a host");
  if (g_str_is_ascii (text))
    return g_strdup (text);
  if (has_ambiguous_letter (text))
    return fail (error, "this name is read in two ways: write it with xn--");
  char *encoded = g_hostname_to_ascii (text);
  return encoded != NULL ? encoded : fail (error, "this is not the name of a host");
}

gboolean
cardea_host_is_canonical (const char *text)
{
  g_autofree char *form = cardea_host_canonical (text, NULL);
  return g_strcmp0 (form, text) == 0;
}

gboolean
cardea_host_is_address (const char *host)
{
  return strchr (host, ':') != NULL || ends_in_number (host);
}

gboolean
cardea_host_is_loopback (const char *host)
{
  struct in_addr address;

  return strcmp (host, "::1") == 0 || cardea_host_is_below (host, "localhost")
         || (inet_pton (AF_INET, host, &address) == 1
             && ntohl (address.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET);
}

/* Kept as data/policies/cardea/data.json has them; a test compares the two. */
static const char *const inside_names[]
    = { "home.arpa", "internal", "lan", "local", "localdomain", "localhost" };

static const struct {
  int family;
  guint bits;
  guint8 prefix[16];
} inside_ranges[] = {
  { AF_INET, 8, { 0 } },
  { AF_INET, 8, { 10 } },
  { AF_INET, 10, { 100, 64 } },
  { AF_INET, 8, { 127 } },
  { AF_INET, 16, { 169, 254 } },
  { AF_INET, 12, { 172, 16 } },
  { AF_INET, 24, { 192, 0, 0 } },
  { AF_INET, 16, { 192, 168 } },
  { AF_INET, 15, { 198, 18 } },
  { AF_INET, 3, { 224 } },
  { AF_INET6, 127, { 0 } },
  { AF_INET6, 96, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff } },
  { AF_INET6, 96, { 0x00, 0x64, 0xff, 0x9b } },
  { AF_INET6, 48, { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 } },
  { AF_INET6, 16, { 0x20, 0x02 } },
  { AF_INET6, 7, { 0xfc } },
  { AF_INET6, 10, { 0xfe, 0x80 } },
  { AF_INET6, 8, { 0xff } },
};

static gboolean
has_prefix (const guint8 *address, const guint8 *prefix, guint bits)
{
  guint bytes = bits / 8;
  guint8 mask = (guint8) (0xff00u >> bits % 8);

  return memcmp (address, prefix, bytes) == 0
         && (bits % 8 == 0 || ((address[bytes] ^ prefix[bytes]) & mask) == 0);
}

gboolean
cardea_host_is_inside (const char *host)
{
  int family = strchr (host, ':') != NULL ? AF_INET6 : AF_INET;
  guint8 address[16];

  if (inet_pton (family, host, address) != 1)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (inside_names); i++)
        if (cardea_host_is_below (host, inside_names[i]))
          return TRUE;
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (inside_ranges); i++)
    if (inside_ranges[i].family == family
        && has_prefix (address, inside_ranges[i].prefix, inside_ranges[i].bits))
      return TRUE;
  return FALSE;
}

/* Where the port begins; NULL: there is none. */
static const char *
find_port (const char *text)
{
  const char *bracket = text[0] == '[' ? strchr (text, ']') : NULL;
  const char *colon = strchr (bracket != NULL ? bracket : text, ':');

  if (bracket != NULL)
    return bracket[1] == ':' ? bracket + 1 : NULL;
  /* Several: an IPv6 address. */
  return colon != NULL && strchr (colon + 1, ':') == NULL ? colon : NULL;
}

static gboolean
parse_port (const char *text, guint *ret_port, GError **error)
{
  guint64 port = 0;

  /* "080" and "+80" are no ports. */
  if (!g_ascii_isdigit (text[0]) || text[0] == '0'
      || !g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL))
    {
      g_set_error_literal (error, CARDEA_HOST_ERROR, CARDEA_HOST_ERROR_PORT,
                           "a port is a number from 1 to 65535");
      return FALSE;
    }
  *ret_port = (guint) port;
  return TRUE;
}

gboolean
cardea_host_parse (const char *text, char **ret_host, guint *ret_port, gboolean *ret_below,
                   GError **error)
{
  gboolean below = text[0] == '.';
  const char *name = below ? text + 1 : text;
  const char *colon = find_port (name);
  g_autofree char *part = colon != NULL ? g_strndup (name, colon - name) : g_strdup (name);
  guint port = 0;

  g_autofree char *host = cardea_host_canonical (part, error);
  if (host == NULL || (colon != NULL && !parse_port (colon + 1, &port, error)))
    return FALSE;
  if (below && cardea_host_is_address (host))
    {
      fail (error, "there is nothing below an address");
      return FALSE;
    }
  *ret_host = g_steal_pointer (&host);
  *ret_port = port;
  *ret_below = below;
  return TRUE;
}

char *
cardea_host_format (const char *host, guint port)
{
  gboolean brackets = strchr (host, ':') != NULL;

  if (port == 0)
    return g_strdup (host);
  return brackets ? g_strdup_printf ("[%s]:%u", host, port) : g_strdup_printf ("%s:%u", host, port);
}

gboolean
cardea_host_is_below (const char *host, const char *name)
{
  gsize size = strlen (host);
  gsize tail = strlen (name);

  if (size < tail || strcmp (host + size - tail, name) != 0)
    return FALSE;
  return size == tail || (host[size - tail - 1] == '.' && !cardea_host_is_address (host));
}

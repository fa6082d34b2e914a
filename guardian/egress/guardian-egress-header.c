/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing. Refuses: what could begin another header or another message. Known gaps: none.
 */

#include "guardian/egress/guardian-egress-fetch.h"

#include <string.h>

#define LIMIT_NAME 128u
#define LIMIT_VALUE 16384u

GuardianEgressHeader *
guardian_egress_header_new (const char *name, const char *value)
{
  GuardianEgressHeader *header = g_new0 (GuardianEgressHeader, 1);

  header->name = g_strdup (name);
  header->value = g_strdup (value);
  return header;
}

void
guardian_egress_header_free (GuardianEgressHeader *header)
{
  explicit_bzero (header->value, strlen (header->value)); /* it may be a secret */
  g_free (header->name);
  g_free (header->value);
  g_free (header);
}

gboolean
guardian_egress_header_is_good (const char *name, const char *value)
{
  if (name[0] == '\0' || strlen (name) > LIMIT_NAME || strlen (value) > LIMIT_VALUE)
    return FALSE;
  for (const char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("!#$%&'*+-.^_`|~", *at) == NULL)
      return FALSE;
  for (const char *at = value; *at != '\0'; at++)
    if ((guchar) *at == 0x7f || ((guchar) *at < 0x20 && *at != '\t'))
      return FALSE;
  return TRUE;
}

static gboolean
is_named (const char *name, const char *list)
{
  g_auto (GStrv) names = g_strsplit (list, ",", -1);

  for (char **at = names; *at != NULL; at++)
    if (g_ascii_strcasecmp (g_strstrip (*at), name) == 0)
      return TRUE;
  return FALSE;
}

void
guardian_egress_header_drop_hops (GPtrArray *headers)
{
  g_autoptr (GString) named = g_string_new (NULL);

  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, "Connection") == 0)
        g_string_append_printf (named, "%s,", header->value);
    }
  for (guint i = headers->len; i > 0; i--)
    {
      const char *name = ((const GuardianEgressHeader *) headers->pdata[i - 1])->name;
      if (g_ascii_strcasecmp (name, "Content-Length") != 0
          && (guardian_egress_header_is_hop (name) || is_named (name, named->str)))
        g_ptr_array_remove_index (headers, i - 1);
    }
}

gboolean
guardian_egress_header_is_hop (const char *name)
{
  static const char *const hops[]
      = { "connection", "content-length",    "expect",  "host",    "keep-alive", "proxy-connection",
          "te",         "transfer-encoding", "trailer", "upgrade", NULL };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_strv_contains (hops, lower) || g_str_has_prefix (lower, "proxy-");
}

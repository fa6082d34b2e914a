/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of a caveat's text: whoever holds a token may have added it. That is harmless as
 * long as every caveat can only take away; so a name or a value that is not understood refuses the
 * whole token. Known gaps: none. */

#include "guardian/capability/guardian-caveat.h"

#include <string.h>

#define LIMIT_DIGITS 18u /* of a number: no signed 64-bit value overflows */

typedef struct {
  const char *name;
  GuardianCaveatVerdict (*check) (const char *value, const GuardianCaveatUse *use);
} CaveatKind;

static gboolean
parse_number (const char *text, gint64 *ret_value)
{
  gsize digits = strspn (text, "0123456789");
  if (digits == 0 || digits > LIMIT_DIGITS || text[digits] != '\0')
    return FALSE;
  if (digits > 1 && text[0] == '0')
    return FALSE;
  *ret_value = g_ascii_strtoll (text, NULL, 10);
  return TRUE;
}

static GuardianCaveatVerdict
check_session (const char *value, const GuardianCaveatUse *use)
{
  return g_strcmp0 (value, use->session) == 0 ? GUARDIAN_CAVEAT_HOLDS : GUARDIAN_CAVEAT_FOREIGN;
}

static GuardianCaveatVerdict
check_peer (const char *value, const GuardianCaveatUse *use)
{
  return g_strcmp0 (value, use->peer) == 0 ? GUARDIAN_CAVEAT_HOLDS : GUARDIAN_CAVEAT_FOREIGN;
}

static GuardianCaveatVerdict
check_actions (const char *value, const GuardianCaveatUse *use)
{
  gsize wanted = use->action != NULL ? strlen (use->action) : 0;
  const char *start = value;

  if (wanted == 0)
    return GUARDIAN_CAVEAT_ACTION;
  for (;;)
    {
      const char *end = strchrnul (start, ',');
      if ((gsize) (end - start) == wanted && memcmp (start, use->action, wanted) == 0)
        return GUARDIAN_CAVEAT_HOLDS;
      if (*end == '\0')
        return GUARDIAN_CAVEAT_ACTION;
      start = end + 1;
    }
}

static GuardianCaveatVerdict
check_resource (const char *value, const GuardianCaveatUse *use)
{
  if (value[0] != '/')
    return GUARDIAN_CAVEAT_MALFORMED;
  if (use->resource == NULL || guardian_caveat_pattern_matches (value, use->resource))
    return GUARDIAN_CAVEAT_HOLDS;
  return GUARDIAN_CAVEAT_RESOURCE;
}

static GuardianCaveatVerdict
check_expires (const char *value, const GuardianCaveatUse *use)
{
  const char *colon = strchr (value, ':');
  gint64 expires_us = 0;

  if (colon == NULL || !parse_number (colon + 1, &expires_us))
    return GUARDIAN_CAVEAT_MALFORMED;
  if (use->boot == NULL || strlen (use->boot) != (gsize) (colon - value)
      || memcmp (value, use->boot, colon - value) != 0)
    return GUARDIAN_CAVEAT_EXPIRED;
  return use->now_us < expires_us ? GUARDIAN_CAVEAT_HOLDS : GUARDIAN_CAVEAT_EXPIRED;
}

static GuardianCaveatVerdict
check_uses (const char *value, const GuardianCaveatUse *use)
{
  gint64 uses = 0;
  if (!parse_number (value, &uses) || uses < 1 || uses > GUARDIAN_CAVEAT_USES_LIMIT)
    return GUARDIAN_CAVEAT_MALFORMED;
  return GUARDIAN_CAVEAT_HOLDS; /* counted by the store */
}

static GuardianCaveatVerdict
check_policy (const char *value, const GuardianCaveatUse *use)
{
  return g_strcmp0 (value, use->policy) == 0 ? GUARDIAN_CAVEAT_HOLDS : GUARDIAN_CAVEAT_STALE;
}

static const CaveatKind kinds[] = {
  { "session", check_session },   { "peer", check_peer }, { "actions", check_actions },
  { "resource", check_resource }, { "uses", check_uses }, { "expires", check_expires },
  { "policy", check_policy },
};

static const CaveatKind *
find_kind (const char *caveat, const char **ret_value)
{
  const char *equals = strchr (caveat, '=');
  if (equals == NULL || equals[1] == '\0')
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strlen (kinds[i].name) == (gsize) (equals - caveat)
        && memcmp (kinds[i].name, caveat, equals - caveat) == 0)
      {
        *ret_value = equals + 1;
        return &kinds[i];
      }
  return NULL;
}

GuardianCaveatVerdict
guardian_caveat_check (const char *caveat, const GuardianCaveatUse *use)
{
  const char *value = NULL;
  const CaveatKind *kind = find_kind (caveat, &value);
  return kind != NULL ? kind->check (value, use) : GUARDIAN_CAVEAT_MALFORMED;
}

guint
guardian_caveat_uses (const char *caveat)
{
  const char *value = NULL;
  const CaveatKind *kind = find_kind (caveat, &value);
  gint64 uses = 0;

  if (kind == NULL || kind->check != check_uses || !parse_number (value, &uses))
    return 0;
  return (guint) CLAMP (uses, 0, (gint64) GUARDIAN_CAVEAT_USES_LIMIT);
}

static gboolean
is_canonical (const char *path)
{
  if (path[0] != '/')
    return FALSE;
  if (path[1] == '\0')
    return TRUE;
  for (const char *start = path + 1;; start = strchr (start, '/') + 1)
    {
      gsize size = strcspn (start, "/");
      if (size == 0 || (size == 1 && start[0] == '.')
          || (size == 2 && memcmp (start, "..", 2) == 0))
        return FALSE;
      if (start[size] == '\0')
        return TRUE;
    }
}

gboolean
guardian_caveat_pattern_matches (const char *pattern, const char *path)
{
  gsize size = strlen (pattern);

  if (!is_canonical (path))
    return FALSE;
  if (size < 3 || strcmp (pattern + size - 3, "/**") != 0)
    return strcmp (pattern, path) == 0;

  size -= 3;
  return strncmp (path, pattern, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

char *
guardian_caveat_new_actions (const char *const *actions)
{
  g_autofree char *joined = g_strjoinv (",", (char **) actions);
  return g_strconcat ("actions=", joined, NULL);
}

char *
guardian_caveat_new_expiry (const char *boot, gint64 expires_us)
{
  return g_strdup_printf ("expires=%s:%" G_GINT64_FORMAT, boot, expires_us);
}

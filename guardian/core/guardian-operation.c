/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the wire's table for sizes and counts alone. Refuses operations and members that no row
 * knows, what is written from outside the content that came, and two operations on one name; that
 * two names are one object only the change worker can see. Known gaps: none. */

#include "guardian/core/guardian-operation.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define SHA256_BYTES 32
#define MODE_LIMIT 0777 /* permission bits; no set-id, no sticky */

enum {
  TO = 1 << 0,
  RANGE = 1 << 1, /* offset and length */
  EXPECT = 1 << 2,
  MODE = 1 << 3,
  MTIME = 1 << 4,
};

static const GuardianOperation rows[] = {
  { "write", { "file.write" }, "file.create", RANGE | EXPECT, 0, TRUE },
  { "append", { "file.append" }, "file.create", RANGE | EXPECT, 0, FALSE },
  { "create", { "file.create" }, NULL, RANGE | MODE, 0, TRUE },
  { "delete", { "file.delete" }, NULL, EXPECT, 0, FALSE },
  { "rename", { "file.rename", "file.create" }, NULL, TO | EXPECT, TO, FALSE },
  { "mkdir", { "file.create" }, NULL, 0, 0, FALSE },
  { "metadata", { "file.metadata" }, NULL, MODE | MTIME, 0, FALSE },
};

static const char *const actions[]
    = { "file.write", "file.append", "file.create", "file.delete", "file.rename", "file.metadata" };

static const struct {
  const char *name;
  guint flag; /* 0: always there */
} members[] = {
  { "op", 0 },      { "path", 0 },       { "path_b64", 0 },   { "to", TO },
  { "to_b64", TO }, { "offset", RANGE }, { "length", RANGE }, { "expect", EXPECT },
  { "mode", MODE }, { "mtime", MTIME },
};

const GuardianOperation *
guardian_operation_find (const char *op)
{
  for (gsize i = 0; op != NULL && i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].op, op) == 0)
      return &rows[i];
  return NULL;
}

/* Sets in ret_given which members are there. */
static gboolean
read_members (const CardeaJson *json, const GuardianOperation *operation, guint *ret_given)
{
  *ret_given = 0;
  for (guint i = 0; i < cardea_json_size (json); i++)
    {
      gsize k = 0;
      while (k < G_N_ELEMENTS (members)
             && strcmp (members[k].name, cardea_json_nth_name (json, i)) != 0)
        k++;
      if (k == G_N_ELEMENTS (members)
          || (members[k].flag != 0 && (operation->allowed & members[k].flag) == 0))
        return FALSE;
      *ret_given |= members[k].flag;
    }
  return (*ret_given & operation->required) == operation->required;
}

static gboolean
range_fits (const CardeaJson *json, gint64 content)
{
  gint64 offset = 0;
  gint64 length = 0;

  return cardea_json_get_int64_string (json, "offset", &offset)
         && cardea_json_get_int64_string (json, "length", &length) && offset >= 0 && length >= 0
         && content >= 0 && offset <= content && length <= content - offset;
}

static gboolean
is_sha256 (const CardeaJson *json, const char *name)
{
  const char *text = cardea_json_get_string (json, name);
  guint8 bytes[SHA256_BYTES];
  return text != NULL && strlen (text) == 2 * sizeof bytes
         && cardea_hex_decode (text, bytes, sizeof bytes);
}

static gboolean
is_between (const CardeaJson *json, const char *name, gint64 limit)
{
  gint64 value = 0;
  return cardea_json_get_int (json, name, &value) && value >= 0 && value <= limit;
}

static gboolean
is_time (const CardeaJson *json, const char *name)
{
  gint64 value = 0;
  return cardea_json_get_int64_string (json, name, &value) && value >= 0;
}

/* Absolute, below the home, or below the working folder: there without a way out of it. */
static gboolean
may_be_named (const char *path)
{
  if (path[0] == '/' || g_str_has_prefix (path, "~/"))
    return TRUE;
  g_auto (GStrv) elements = g_strsplit (path, "/", -1);
  for (char **element = elements; *element != NULL; element++)
    if (**element == '\0' || strcmp (*element, ".") == 0 || strcmp (*element, "..") == 0)
      return FALSE;
  return path[0] != '~';
}

/* names: the texts of those before; takes this one's. */
static gboolean
take_path (const CardeaJson *json, const char *name, GHashTable *names, const char **ret_reason)
{
  g_autofree char *path = cardea_path_json_get (json, name);

  *ret_reason = "an operation's path is absolute, begins with ~/, or has no . and .. in it";
  if (path == NULL || !may_be_named (path))
    return FALSE;
  *ret_reason = "two operations name the same object";
  return g_hash_table_add (names, g_steal_pointer (&path));
}

static gboolean
check_one (const CardeaJson *json, gint64 content, GHashTable *names, const char **ret_reason)
{
  const GuardianOperation *operation
      = guardian_operation_find (cardea_json_get_string (json, "op"));
  guint given = 0;

  *ret_reason = "there is no such operation";
  if (operation == NULL)
    return FALSE;
  *ret_reason = "an operation has a member that it does not take, or lacks one";
  if (!read_members (json, operation, &given)
      || (strcmp (operation->op, "metadata") == 0 && given == 0))
    return FALSE;
  if (!take_path (json, "path", names, ret_reason)
      || ((given & TO) != 0 && !take_path (json, "to", names, ret_reason)))
    return FALSE;
  *ret_reason = "an operation writes what did not come with it";
  if ((given & RANGE) != 0 && !range_fits (json, content))
    return FALSE;
  *ret_reason = "an operation's member is not what it must be";
  return ((given & EXPECT) == 0 || is_sha256 (json, "expect"))
         && ((given & MODE) == 0 || is_between (json, "mode", MODE_LIMIT))
         && ((given & MTIME) == 0 || is_time (json, "mtime"));
}

gboolean
guardian_operation_check_all (const CardeaJson *operations, gint64 content, const char **ret_reason)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint size = cardea_json_size (operations);

  *ret_reason = "a change has 1 to 1000 operations";
  if (cardea_json_type (operations) != CARDEA_JSON_ARRAY || size < 1
      || size > CARDEA_LIMIT_OPERATIONS)
    return FALSE;
  *ret_reason = "a change writes at most 64 MiB";
  if (content > (gint64) CARDEA_LIMIT_CHANGE)
    return FALSE;
  for (guint i = 0; i < size; i++)
    if (!check_one (cardea_json_nth (operations, i), content, names, ret_reason))
      return FALSE;
  return TRUE;
}

static gboolean
needs (const CardeaJson *operations, const char *action)
{
  for (guint i = 0; i < cardea_json_size (operations); i++)
    {
      const GuardianOperation *operation = guardian_operation_find (
          cardea_json_get_string (cardea_json_nth (operations, i), "op"));
      for (gsize k = 0; operation != NULL && k < G_N_ELEMENTS (operation->actions); k++)
        if (g_strcmp0 (operation->actions[k], action) == 0)
          return TRUE;
    }
  return FALSE;
}

const char *
guardian_operation_action (const CardeaJson *operations, guint index)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (needs (operations, actions[i]) && index-- == 0)
      return actions[i];
  return NULL;
}

const char *
guardian_operation_planned (const GuardianOperation *operation, const char *action, gboolean exists)
{
  const char *right = !exists && operation->made != NULL ? operation->made : operation->actions[0];
  return g_strcmp0 (action, right) == 0 ? right : NULL;
}

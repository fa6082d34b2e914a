/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing in the objects; they come from an agent and were only counted. Refuses: members
 * that no row knows or allows, ranges outside the content, paths that climb. */

#include "guardian/files/change/guardian-change-operation.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/files/change/guardian-change-error.h"

#include <string.h>

#define LIMIT_MODE 0777 /* no set-id bits, no sticky bit */
#define SHA256_BYTES 32

enum {
  TO = 1 << 0,
  RANGE = 1 << 1,
  EXPECT = 1 << 2,
  MODE = 1 << 3,
  MTIME = 1 << 4,
};

static const struct {
  const char *name;
  guint allowed;
  guint required;
} verbs[] = {
  [GUARDIAN_CHANGE_WRITE] = { "write", RANGE | EXPECT, 0 },
  [GUARDIAN_CHANGE_APPEND] = { "append", RANGE | EXPECT, 0 },
  [GUARDIAN_CHANGE_CREATE] = { "create", RANGE | MODE, 0 },
  [GUARDIAN_CHANGE_DELETE] = { "delete", EXPECT, 0 },
  [GUARDIAN_CHANGE_RENAME] = { "rename", TO | EXPECT, TO },
  [GUARDIAN_CHANGE_MKDIR] = { "mkdir", 0, 0 },
  [GUARDIAN_CHANGE_METADATA] = { "metadata", MODE | MTIME, 0 },
};

static const struct {
  const char *name;
  guint flag; /* 0: always allowed */
} members[] = {
  { "op", 0 },      { "path", 0 },       { "path_b64", 0 },   { "to", TO },
  { "to_b64", TO }, { "offset", RANGE }, { "length", RANGE }, { "expect", EXPECT },
  { "mode", MODE }, { "mtime", MTIME },
};

static gboolean
refuse (GError **error, const char *reason)
{
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE, reason);
}

void
guardian_change_operation_free (GuardianChangeOperation *operation)
{
  if (operation == NULL)
    return;
  g_free (operation->path);
  g_free (operation->to);
  g_free (operation->expect);
  g_free (operation);
}

const char *
guardian_change_operation_name (GuardianChangeVerb verb)
{
  return verbs[verb].name;
}

gboolean
guardian_change_operation_verb (const char *name, GuardianChangeVerb *ret_verb)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, name) == 0)
      {
        *ret_verb = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
check_members (const CardeaJson *json, GuardianChangeVerb verb, guint *ret_given)
{
  *ret_given = 0;
  for (guint i = 0; i < cardea_json_size (json); i++)
    {
      const char *name = cardea_json_nth_name (json, i);
      gsize k = 0;
      while (k < G_N_ELEMENTS (members) && strcmp (members[k].name, name) != 0)
        k++;
      if (k == G_N_ELEMENTS (members)
          || (members[k].flag != 0 && (verbs[verb].allowed & members[k].flag) == 0))
        return FALSE;
      *ret_given |= members[k].flag;
    }
  return (*ret_given & verbs[verb].required) == verbs[verb].required
         && (verb != GUARDIAN_CHANGE_METADATA || *ret_given != 0);
}

/* Absent offset: the beginning; absent length: all that follows. */
static gboolean
read_range (const CardeaJson *json, gint64 content, GuardianChangeOperation *operation)
{
  operation->offset = 0;
  if (cardea_json_get (json, "offset") != NULL
      && !cardea_json_get_int64_string (json, "offset", &operation->offset))
    return FALSE;
  if (operation->offset < 0 || operation->offset > content)
    return FALSE;
  operation->length = content - operation->offset;
  if (cardea_json_get (json, "length") == NULL)
    return TRUE;
  gint64 length = 0;
  if (!cardea_json_get_int64_string (json, "length", &length) || length < 0
      || length > operation->length)
    return FALSE;
  operation->length = length;
  return TRUE;
}

static gboolean
read_numbers (const CardeaJson *json, guint given, GuardianChangeOperation *operation)
{
  gint64 mode = -1;
  operation->mode = -1;
  operation->mtime = -1;
  if ((given & MODE) != 0
      && (!cardea_json_get_int (json, "mode", &mode) || mode < 0 || mode > LIMIT_MODE))
    return FALSE;
  operation->mode = mode;
  return (given & MTIME) == 0
         || (cardea_json_get_int64_string (json, "mtime", &operation->mtime)
             && operation->mtime >= 0);
}

static gboolean
read_expect (const CardeaJson *json, guint given, GuardianChangeOperation *operation)
{
  guint8 bytes[SHA256_BYTES];
  if ((given & EXPECT) == 0)
    return TRUE;
  operation->expect = g_strdup (cardea_json_get_string (json, "expect"));
  return operation->expect != NULL && strlen (operation->expect) == 2 * sizeof bytes
         && cardea_hex_decode (operation->expect, bytes, sizeof bytes);
}

static gboolean
climbs (const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  for (char **name = names; *name != NULL; name++)
    if (strcmp (*name, "..") == 0)
      return TRUE;
  return FALSE;
}

static gboolean
read_path (const CardeaJson *json, const char *name, char **ret_path, GError **error)
{
  *ret_path = cardea_path_json_get (json, name);
  if (*ret_path == NULL)
    return refuse (error, "an operation names no path, or one that is too long");
  if (climbs (*ret_path))
    return refuse (error, "a path that leads upwards (..) is not taken for changes");
  return TRUE;
}

static GuardianChangeOperation *
read_one (const CardeaJson *json, gint64 content, GError **error)
{
  GuardianChangeOperation *operation = g_new0 (GuardianChangeOperation, 1);
  guint given = 0;
  gboolean good = FALSE;

  if (!guardian_change_operation_verb (cardea_json_get_string (json, "op"), &operation->verb))
    (void) refuse (error, "there is no such operation");
  else if (!check_members (json, operation->verb, &given))
    (void) refuse (error, "an operation has a member that it does not take, or lacks one");
  else if (!read_range (json, content, operation))
    (void) refuse (error, "an operation writes what did not come with it");
  else if (!read_numbers (json, given, operation) || !read_expect (json, given, operation))
    (void) refuse (error, "an operation's member is not what it must be");
  else
    good = read_path (json, "path", &operation->path, error)
           && ((given & TO) == 0 || read_path (json, "to", &operation->to, error));
  if (!good)
    g_clear_pointer (&operation, guardian_change_operation_free);
  return operation;
}

GPtrArray *
guardian_change_operation_read_all (const CardeaJson *operations, gint64 content, GError **error)
{
  guint size = cardea_json_size (operations);
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_change_operation_free);

  if (cardea_json_type (operations) != CARDEA_JSON_ARRAY || size < 1
      || size > CARDEA_LIMIT_OPERATIONS)
    (void) refuse (error, "a change has 1 to 1000 operations");
  else if (content > (gint64) CARDEA_LIMIT_CHANGE)
    (void) refuse (error, "a change writes at most 64 MiB");
  else
    for (guint i = 0; i < size; i++)
      {
        GuardianChangeOperation *operation
            = read_one (cardea_json_nth (operations, i), content, error);
        if (operation == NULL)
          return NULL;
        g_ptr_array_add (list, operation);
      }
  return list->len > 0 ? g_steal_pointer (&list) : NULL;
}

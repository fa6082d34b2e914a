/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-object.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

char *
guardian_object_name (const char *path)
{
  const char *slash = strrchr (path, '/');
  return g_strdup (slash != NULL && slash[1] != '\0' ? slash + 1 : path);
}

char *
guardian_object_folder (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash == NULL || slash == path ? g_strdup ("/") : g_strndup (path, slash - path);
}

static gboolean
read_parents (const CardeaJson *parents, GuardianObject *object)
{
  guint size = cardea_json_size (parents);
  if (cardea_json_type (parents) != CARDEA_JSON_ARRAY || size > GUARDIAN_OBJECT_PARENTS_LIMIT)
    return FALSE;
  object->parents = g_new0 (GuardianInode, size);
  object->n_parents = size;
  for (guint i = 0; i < size; i++)
    {
      const CardeaJson *parent = cardea_json_nth (parents, i);
      if (!cardea_json_get_int64_string (parent, "dev", &object->parents[i].dev)
          || !cardea_json_get_int64_string (parent, "ino", &object->parents[i].ino))
        return FALSE;
    }
  return TRUE;
}

GuardianObject *
guardian_object_new (const CardeaJson *members)
{
  g_autoptr (GuardianObject) object = g_new0 (GuardianObject, 1);
  const char *kind = cardea_json_get_string (members, "kind");
  const CardeaJson *parents = cardea_json_get (members, "parents");

  object->handle = g_strdup (cardea_json_get_string (members, "handle"));
  object->path = cardea_path_json_get (members, "path");
  object->via = cardea_path_json_get (members, "via");
  object->is_folder = g_strcmp0 (kind, "folder") == 0;
  if (cardea_json_get (members, "closed") != NULL
      && !cardea_json_get_boolean (members, "closed", &object->closed))
    return NULL;
  if (object->path == NULL || object->path[0] != '/' || kind == NULL || parents == NULL
      || !read_parents (parents, object)
      || !cardea_json_get_int64_string (members, "dev", &object->inode.dev)
      || !cardea_json_get_int64_string (members, "ino", &object->inode.ino)
      || !cardea_json_get_int64_string (members, "size", &object->size)
      || !cardea_json_get_int64_string (members, "mtime", &object->mtime)
      || !cardea_json_get_int64_string (members, "uid", &object->uid)
      || !cardea_json_get_int64_string (members, "nlink", &object->nlink))
    return NULL;
  return g_steal_pointer (&object);
}

GuardianObject *
guardian_object_new_planned (const CardeaJson *members)
{
  const char *kind = cardea_json_get_string (members, "kind");
  const CardeaJson *parents = cardea_json_get (members, "parents");
  gboolean exists = FALSE;

  if (!cardea_json_get_boolean (members, "exists", &exists))
    return NULL;
  if (exists)
    {
      g_autoptr (GuardianObject) there = guardian_object_new (members);
      return there != NULL && there->nlink > 0 ? g_steal_pointer (&there) : NULL;
    }
  g_autoptr (GuardianObject) object = g_new0 (GuardianObject, 1);
  object->path = cardea_path_json_get (members, "path");
  object->via = cardea_path_json_get (members, "via");
  object->is_folder = g_strcmp0 (kind, "folder") == 0;
  if (object->path == NULL || object->path[0] != '/' || kind == NULL || parents == NULL
      || !read_parents (parents, object))
    return NULL;
  return g_steal_pointer (&object);
}

GuardianObject *
guardian_object_new_absent (const char *path)
{
  GuardianObject *object = g_new0 (GuardianObject, 1);
  object->path = g_strdup (path);
  object->nlink = 0;
  return object;
}

GuardianObject *
guardian_object_new_below (const GuardianObject *folder, const char *path, gboolean is_folder)
{
  GuardianObject *object = guardian_object_new_absent (path);

  object->is_folder = is_folder;
  object->n_parents = MIN (folder->n_parents + 1, GUARDIAN_OBJECT_PARENTS_LIMIT);
  object->parents = g_new0 (GuardianInode, object->n_parents);
  object->parents[0] = folder->inode;
  for (guint i = 1; i < object->n_parents; i++)
    object->parents[i] = folder->parents[i - 1];
  return object;
}

GuardianObject *
guardian_object_copy (const GuardianObject *object)
{
  GuardianObject *copy = g_memdup2 (object, sizeof *object);
  copy->handle = NULL;
  copy->path = g_strdup (object->path);
  copy->via = g_strdup (object->via);
  copy->parents = g_memdup2 (object->parents, object->n_parents * sizeof *object->parents);
  return copy;
}

void
guardian_object_free (GuardianObject *object)
{
  if (object == NULL)
    return;
  g_free (object->handle);
  g_free (object->path);
  g_free (object->via);
  g_free (object->parents);
  g_free (object);
}

gboolean
guardian_object_same (const GuardianObject *a, const GuardianObject *b)
{
  return a->inode.dev == b->inode.dev && a->inode.ino == b->inode.ino && a->size == b->size
         && a->mtime == b->mtime && a->uid == b->uid && a->is_folder == b->is_folder
         && strcmp (a->path, b->path) == 0 && g_strcmp0 (a->via, b->via) == 0;
}

CardeaJson *
guardian_object_describe (const GuardianObject *object)
{
  CardeaJson *json = cardea_json_new_object ();
  gboolean exists = object->nlink > 0;

  cardea_path_json_set (json, "path", object->path);
  cardea_json_set_boolean (json, "exists", exists);
  cardea_json_set (json, "labels", cardea_json_new_array ());
  if (!exists && object->n_parents > 0)
    cardea_json_set_string (json, "kind", object->is_folder ? "folder" : "file");
  if (!exists)
    return json;
  if (object->via != NULL)
    cardea_path_json_set (json, "via", object->via);
  cardea_json_set_string (json, "kind", object->is_folder ? "folder" : "file");
  cardea_json_set_int64_string (json, "size", object->size);
  cardea_json_set_int64_string (json, "mtime", object->mtime);
  cardea_json_set_int64_string (json, "dev", object->inode.dev);
  cardea_json_set_int64_string (json, "ino", object->inode.ino);
  cardea_json_set_int64_string (json, "uid", object->uid);
  cardea_json_set_int64_string (json, "nlink", object->nlink);
  if (object->closed)
    cardea_json_set_boolean (json, "closed", TRUE);
  return json;
}

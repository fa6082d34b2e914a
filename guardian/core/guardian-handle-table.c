/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-handle-table.h"

struct _GuardianHandleTable {
  GuardianWorkers *workers;
  GHashTable *handles; /* id (in the handle) -> GuardianHandle */
  GHashTable *paths;   /* path (in the handle's object) -> GuardianHandle, borrowed */
  gint64 next;
};

static void
handle_free (gpointer data)
{
  GuardianHandle *handle = data;
  guardian_object_free (handle->object);
  g_free (handle->grant);
  g_free (handle);
}

void
guardian_handle_release (GuardianWorkers *workers, const GuardianObject *object)
{
  if (object == NULL || object->handle == NULL)
    return;
  CardeaMessage *message = cardea_message_new ("files.release");
  cardea_message_set_string (message, "handle", object->handle);
  guardian_workers_send (workers, GUARDIAN_WORKER_FILES, message);
}

GuardianHandleTable *
guardian_handle_table_new (GuardianWorkers *workers)
{
  GuardianHandleTable *table = g_new0 (GuardianHandleTable, 1);
  table->workers = workers;
  table->handles = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, handle_free);
  table->paths = g_hash_table_new (g_str_hash, g_str_equal);
  return table;
}

void
guardian_handle_table_free (GuardianHandleTable *table)
{
  if (table == NULL)
    return;
  g_hash_table_unref (table->paths);
  g_hash_table_unref (table->handles);
  g_free (table);
}

/* Before handle is removed. */
static void
give_back (GuardianHandleTable *table, const GuardianHandle *handle)
{
  guardian_handle_release (table->workers, handle->object);
  if (g_hash_table_lookup (table->paths, handle->object->path) == handle)
    g_hash_table_remove (table->paths, handle->object->path);
}

void
guardian_handle_table_drop (GuardianHandleTable *table, GuardianHandle *handle)
{
  give_back (table, handle);
  g_hash_table_remove (table->handles, handle->id);
}

void
guardian_handle_table_close (GuardianHandleTable *table, GuardianHandle *handle)
{
  if (--handle->opens == 0)
    guardian_handle_table_drop (table, handle);
}

static void
make_room (GuardianHandleTable *table)
{
  GHashTableIter iter;
  gpointer value = NULL;
  GuardianHandle *oldest = NULL;

  if (g_hash_table_size (table->handles) < GUARDIAN_HANDLE_TABLE_LIMIT)
    return;
  g_hash_table_iter_init (&iter, table->handles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (oldest == NULL || ((GuardianHandle *) value)->used < oldest->used)
      oldest = value;
  guardian_handle_table_drop (table, oldest);
}

GuardianHandle *
guardian_handle_table_add (GuardianHandleTable *table, GuardianObject *object, const char *grant)
{
  GuardianHandle *handle = g_new0 (GuardianHandle, 1);

  make_room (table);
  table->next++;
  handle->object = object;
  handle->grant = g_strdup (grant);
  handle->used = table->next;
  handle->opens = 1;
  g_snprintf (handle->id, sizeof handle->id, "f%" G_GINT64_FORMAT, table->next);
  g_hash_table_insert (table->handles, handle->id, handle);
  g_hash_table_replace (table->paths, object->path, handle);
  return handle;
}

GuardianHandle *
guardian_handle_table_find (GuardianHandleTable *table, const char *id)
{
  GuardianHandle *handle = g_hash_table_lookup (table->handles, id);
  if (handle != NULL)
    handle->used = ++table->next;
  return handle;
}

GuardianHandle *
guardian_handle_table_find_path (const GuardianHandleTable *table, const char *path)
{
  return g_hash_table_lookup (table->paths, path);
}

/* grant, inode: NULL is any. */
static void
close_matching (GuardianHandleTable *table, const char *grant, const GuardianInode *inode)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, table->handles);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GuardianHandle *handle = value;
      const GuardianInode *held = &handle->object->inode;
      if ((grant != NULL && g_strcmp0 (handle->grant, grant) != 0)
          || (inode != NULL && (held->dev != inode->dev || held->ino != inode->ino)))
        continue;
      give_back (table, handle);
      g_hash_table_iter_remove (&iter);
    }
}

void
guardian_handle_table_close_grant (GuardianHandleTable *table, const char *grant)
{
  close_matching (table, grant, NULL);
}

void
guardian_handle_table_close_inode (GuardianHandleTable *table, const GuardianInode *inode)
{
  close_matching (table, NULL, inode);
}

void
guardian_handle_table_close_all (GuardianHandleTable *table)
{
  close_matching (table, NULL, NULL);
}

void
guardian_handle_table_forget (GuardianHandleTable *table)
{
  g_hash_table_remove_all (table->paths);
  g_hash_table_remove_all (table->handles);
}

guint
guardian_handle_table_size (const GuardianHandleTable *table)
{
  return g_hash_table_size (table->handles);
}

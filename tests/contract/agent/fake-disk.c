/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/contract/agent/fake-disk.h"

#include "common/crypto/cardea-digest.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define PIECE (16u * 1024u * 1024u)

static void
file_free (gpointer data)
{
  FakeFile *file = data;
  g_free (file->path);
  g_clear_pointer (&file->content, g_bytes_unref);
  g_free (file);
}

FakeDisk *
fake_disk_new (void)
{
  FakeDisk *disk = g_new0 (FakeDisk, 1);
  disk->files = g_ptr_array_new_with_free_func (file_free);
  return disk;
}

void
fake_disk_free (FakeDisk *disk)
{
  g_ptr_array_unref (disk->files);
  g_free (disk);
}

static char *
real_path (const char *path)
{
  if (path[0] == '/')
    return g_strdup (path);
  return g_str_has_prefix (path, "~/") ? g_build_filename ("/home/u", path + 2, NULL)
                                       : g_build_filename ("/home/u/here", path, NULL);
}

FakeFile *
fake_disk_add (FakeDisk *disk, const char *path, GBytes *content)
{
  FakeFile *file = g_new0 (FakeFile, 1);
  file->path = real_path (path);
  file->content = content != NULL ? g_bytes_ref (content) : NULL;
  file->piece = PIECE;
  file->mtime = FAKE_DISK_MTIME;
  g_ptr_array_add (disk->files, file);
  return file;
}

FakeFile *
fake_disk_find (const FakeDisk *disk, const char *path)
{
  g_autofree char *wanted = real_path (path);
  for (guint i = 0; i < disk->files->len; i++)
    if (strcmp (((FakeFile *) disk->files->pdata[i])->path, wanted) == 0)
      return disk->files->pdata[i];
  return NULL;
}

FakeFile *
fake_disk_look_up (const FakeDisk *disk, const char *name)
{
  for (guint i = 0; name != NULL && i < disk->files->len; i++)
    {
      FakeFile *file = disk->files->pdata[i];
      g_autofree char *base = g_path_get_basename (file->path);
      if (strcmp (name, base) == 0)
        return file;
    }
  return name != NULL ? fake_disk_find (disk, name) : NULL;
}

/* A folder is there when it was added, or when something lies in it. */
static gboolean
has_folder (const FakeDisk *disk, const char *folder)
{
  g_autofree char *inside = g_strconcat (folder, "/", NULL);
  for (guint i = 0; i < disk->files->len; i++)
    {
      const FakeFile *file = disk->files->pdata[i];
      if (g_str_has_prefix (file->path, inside)
          || (file->content == NULL && strcmp (file->path, folder) == 0))
        return TRUE;
    }
  return strcmp (folder, "/home/u") == 0 || strcmp (folder, "/home/u/here") == 0;
}

static void
append_entry (CardeaJson *entries, const char *name, gboolean folder, gint64 size, gint64 mtime)
{
  CardeaJson *entry = cardea_json_new_object ();
  cardea_path_json_set (entry, "name", name);
  cardea_json_set_string (entry, "kind", folder ? "folder" : "file");
  cardea_json_set_int64_string (entry, "size", size);
  cardea_json_set_int64_string (entry, "mtime", mtime);
  cardea_json_append (entries, entry);
}

CardeaJson *
fake_disk_list (const FakeDisk *disk, const char *folder, gint64 depth)
{
  CardeaJson *entries = cardea_json_new_array ();
  g_autofree char *real = real_path (folder);
  g_autofree char *inside = g_strconcat (real, "/", NULL);
  for (guint i = 0; i < disk->files->len; i++)
    {
      const FakeFile *file = disk->files->pdata[i];
      gint64 level = 1;
      if (!g_str_has_prefix (file->path, inside))
        continue;
      const char *name = file->path + strlen (inside);
      for (const char *c = name; *c != '\0'; c++)
        level += *c == '/';
      if (level > depth)
        continue;
      append_entry (entries, name, file->content == NULL,
                    file->content != NULL ? (gint64) g_bytes_get_size (file->content) : 0,
                    file->mtime);
    }
  return entries;
}

/* --- changing --- */

typedef struct {
  FakeDisk *disk;
  const CardeaJson *operation;
  GBytes *part; /* of the content */
  char *path;   /* real */
  char *to;
  CardeaJson *item;
} Change;

static gboolean
lies_in_folder (const FakeDisk *disk, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  return has_folder (disk, folder);
}

static void
set_content (FakeFile *file, GBytes *content)
{
  g_clear_pointer (&file->content, g_bytes_unref);
  file->content = g_bytes_ref (content);
}

static const char *
do_write (Change *change)
{
  FakeFile *file = fake_disk_find (change->disk, change->path);
  const char *expect = cardea_json_get_string (change->operation, "expect");
  if (file == NULL && (expect != NULL || !lies_in_folder (change->disk, change->path)))
    return expect != NULL ? "changed" : "not-found";
  if (file != NULL && file->content == NULL)
    return "unsuitable";
  if (expect != NULL)
    {
      g_autofree char *digest = cardea_digest_sha256_hex (g_bytes_get_data (file->content, NULL),
                                                          g_bytes_get_size (file->content));
      if (strcmp (digest, expect) != 0)
        return "changed";
    }
  if (file != NULL)
    {
      set_content (file, change->part);
      cardea_json_set_boolean (change->item, "replaced", TRUE);
    }
  else
    fake_disk_add (change->disk, change->path, change->part);
  return NULL;
}

static const char *
do_append (Change *change)
{
  FakeFile *file = fake_disk_find (change->disk, change->path);
  if (file == NULL)
    return do_write (change);
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_byte_array_append (all, g_bytes_get_data (file->content, NULL),
                       (guint) g_bytes_get_size (file->content));
  g_byte_array_append (all, g_bytes_get_data (change->part, NULL),
                       (guint) g_bytes_get_size (change->part));
  g_autoptr (GBytes) content = g_byte_array_free_to_bytes (g_steal_pointer (&all));
  set_content (file, content);
  return NULL;
}

static const char *
do_create (Change *change)
{
  return fake_disk_find (change->disk, change->path) != NULL ? "unsuitable" : do_write (change);
}

static const char *
do_delete (Change *change)
{
  FakeFile *file = fake_disk_find (change->disk, change->path);
  if (file == NULL)
    return "not-found";
  g_ptr_array_remove (change->disk->files, file);
  return NULL;
}

static const char *
do_mkdir (Change *change)
{
  if (has_folder (change->disk, change->path))
    return "unsuitable";
  if (!lies_in_folder (change->disk, change->path))
    return "not-found";
  fake_disk_add (change->disk, change->path, NULL);
  return NULL;
}

static const char *
do_rename (Change *change)
{
  FakeFile *file = fake_disk_find (change->disk, change->path);
  if (file == NULL || !lies_in_folder (change->disk, change->to))
    return "not-found";
  if (fake_disk_find (change->disk, change->to) != NULL)
    return "unsuitable";
  g_free (file->path);
  file->path = g_strdup (change->to);
  cardea_path_json_set (change->item, "to", change->to);
  return NULL;
}

static const struct {
  const char *op;
  const char *(*run) (Change *change);
} operations_known[] = {
  { "write", do_write },   { "append", do_append }, { "create", do_create },
  { "delete", do_delete }, { "mkdir", do_mkdir },   { "rename", do_rename },
};

static const char *
apply_one (FakeDisk *disk, const CardeaJson *operation, GBytes *content, CardeaJson *items)
{
  const char *op = cardea_json_get_string (operation, "op"), *code = "malformed";
  g_autofree char *path = cardea_path_json_get (operation, "path");
  g_autofree char *to = cardea_path_json_get (operation, "to");
  gint64 offset = 0, length = 0;
  cardea_json_get_int64_string (operation, "offset", &offset);
  cardea_json_get_int64_string (operation, "length", &length);
  g_assert_nonnull (path);
  g_assert_cmpint (offset + length, <=, (gint64) g_bytes_get_size (content));
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (content, (gsize) offset, (gsize) length);
  Change change = { disk,
                    operation,
                    part,
                    real_path (path),
                    to != NULL ? real_path (to) : NULL,
                    cardea_json_new_object () };
  cardea_path_json_set (change.item, "path", change.path);
  cardea_json_set_int64_string (change.item, "size", length);
  for (gsize i = 0; i < G_N_ELEMENTS (operations_known); i++)
    if (g_strcmp0 (op, operations_known[i].op) == 0)
      code = operations_known[i].run (&change);
  cardea_json_append (items, change.item);
  g_free (change.path);
  g_free (change.to);
  return code;
}

CardeaJson *
fake_disk_apply (FakeDisk *disk, const CardeaJson *operations, GBytes *content,
                 const char **ret_code)
{
  g_autoptr (CardeaJson) items = cardea_json_new_array ();
  FakeDisk *copy = fake_disk_new ();
  *ret_code = NULL;
  for (guint i = 0; i < disk->files->len; i++)
    {
      const FakeFile *file = disk->files->pdata[i];
      FakeFile *same = fake_disk_add (copy, file->path, file->content);
      same->piece = file->piece;
      same->designated = file->designated;
      same->mtime = file->mtime;
    }
  for (guint i = 0; i < cardea_json_size (operations) && *ret_code == NULL; i++)
    *ret_code = apply_one (copy, cardea_json_nth (operations, i), content, items);
  if (*ret_code == NULL)
    {
      GPtrArray *before = disk->files;
      disk->files = copy->files;
      copy->files = before;
    }
  fake_disk_free (copy);
  return *ret_code == NULL ? g_steal_pointer (&items) : NULL;
}

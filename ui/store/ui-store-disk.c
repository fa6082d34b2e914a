/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: a folder of this user that no one else may enter. Refuses: links, names that are no ids,
 * files longer than they may be, and to write to what it could not read to its end. */

#include "ui/store/ui-store-disk.h"

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-sealed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define FOLDER "chats"
#define CHAT_ENDING ".chat"
#define DRAFT_ENDING ".draft"
#define NEW_ENDING ".new"
#define BACKLOG_LIMIT (64u * 1024u * 1024u) /* bytes that wait for the disk to take them */

G_DEFINE_QUARK (ui - store - error - quark, ui_store_error)

/* What is known of a chat's file. */
typedef struct {
  UiStoreKeys *keys;
  gsize end; /* of its last whole record; 0: it does not exist yet */
  guint64 sequence;
  gboolean damaged;
  gboolean stub;       /* shorter than a header: made, and never written */
  GByteArray *backlog; /* sealed, to be written at end */
} File;

struct _UiStoreDisk {
  int folder;
  int lock;
  CardeaSecret *key;
  GHashTable *files; /* id → File */
};

static void
file_free (File *file)
{
  g_clear_pointer (&file->keys, ui_store_format_keys_free);
  g_byte_array_unref (file->backlog);
  g_free (file);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, UI_STORE_ERROR, UI_STORE_ERROR_FAILED, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

/* --- the folder --- */

static gboolean
open_folder (UiStoreDisk *self, int parent, GError **error)
{
  struct stat status;

  if (mkdirat (parent, FOLDER, 0700) != 0 && errno != EEXIST)
    return fail (error, "the folder for chats cannot be made");
  self->folder = openat (parent, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->folder < 0 || fstat (self->folder, &status) != 0)
    return fail (error, "the folder for chats cannot be opened");
  if (status.st_uid != geteuid () || (status.st_mode & 077) != 0)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_UNSAFE,
                           "the folder for chats belongs to somebody else or is open to others");
      return FALSE;
    }
  self->lock = openat (self->folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->lock < 0)
    return fail (error, "the folder for chats cannot be locked");
  if (flock (self->lock, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_LOCKED,
                           "another Cardea has the chats open");
      return FALSE;
    }
  return TRUE;
}

UiStoreDisk *
ui_store_disk_open (int parent, CardeaSecret *key, GError **error)
{
  g_autoptr (UiStoreDisk) self = g_new0 (UiStoreDisk, 1);

  self->folder = self->lock = -1;
  self->key = cardea_secret_ref (key);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) file_free);
  return open_folder (self, parent, error) ? g_steal_pointer (&self) : NULL;
}

void
ui_store_disk_close (UiStoreDisk *self)
{
  cardea_fd_clear (&self->folder);
  cardea_fd_clear (&self->lock);
  cardea_secret_unref (self->key);
  g_hash_table_unref (self->files);
  g_free (self);
}

static gboolean
is_id (const char *name, gsize size)
{
  gsize i = 0;
  while (i < size && (g_ascii_isdigit (name[i]) || (name[i] >= 'a' && name[i] <= 'f')))
    i++;
  return i == size && size == UI_STORE_ID_DIGITS;
}

gboolean
ui_store_disk_is_id (const char *name)
{
  return is_id (name, strlen (name));
}

char **
ui_store_disk_list (UiStoreDisk *self, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int again = openat (self->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = again >= 0 ? fdopendir (again) : NULL;
  const struct dirent *entry;

  if (folder == NULL)
    {
      fail (error, "the folder for chats cannot be read");
      cardea_fd_clear (&again);
      return NULL;
    }
  while ((entry = readdir (folder)) != NULL)
    {
      const char *ending = strchr (entry->d_name, '.');
      if (g_str_has_suffix (entry->d_name, NEW_ENDING))
        unlinkat (self->folder, entry->d_name, 0); /* a draft that a crash left half-way */
      else if (ending != NULL && is_id (entry->d_name, (gsize) (ending - entry->d_name))
               && (strcmp (ending, CHAT_ENDING) == 0 || strcmp (ending, DRAFT_ENDING) == 0))
        g_hash_table_add (ids, g_strndup (entry->d_name, UI_STORE_ID_DIGITS));
    }
  closedir (folder);
  g_autofree char **list = (char **) g_hash_table_get_keys_as_array (ids, NULL);
  return g_strdupv (list);
}

/* --- files --- */

static GBytes *
read_all (int fd, gsize size, GError **error)
{
  g_autofree guint8 *bytes = g_try_malloc (size + 1);
  gsize done = 0;

  if (bytes == NULL)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_LIMIT, "too large to be read");
      return NULL;
    }
  while (done < size)
    {
      ssize_t got = read (fd, bytes + done, size - done);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          fail (error, "a chat cannot be read");
          return NULL;
        }
      if (got == 0)
        break;
      done += (gsize) got;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), done);
}

/* NULL without an error: it does not exist. */
static GBytes *
read_file (UiStoreDisk *self, const char *name, gsize limit, GError **error)
{
  struct stat status;
  cardea_autofd int fd
      = openat (self->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd < 0 || fstat (fd, &status) != 0)
    {
      fail (error, "a chat cannot be opened");
      return NULL;
    }
  if (!S_ISREG (status.st_mode) || status.st_size > (off_t) limit)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_LIMIT,
                           "not a file of ours, or too large");
      return NULL;
    }
  return read_all (fd, (gsize) status.st_size, error);
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize size, off_t offset, GError **error)
{
  while (size > 0)
    {
      ssize_t put = pwrite (fd, bytes, size, offset);
      if (put < 0 && errno == EINTR)
        continue;
      if (put < 0)
        return fail (error, "a chat cannot be written");
      bytes += put;
      size -= (gsize) put;
      offset += put;
    }
  return fdatasync (fd) == 0 || fail (error, "a chat cannot be written");
}

static File *
file_of (UiStoreDisk *self, const char *id)
{
  File *file = g_hash_table_lookup (self->files, id);
  if (file == NULL)
    {
      file = g_new0 (File, 1);
      file->backlog = g_byte_array_new ();
      g_hash_table_insert (self->files, g_strdup (id), file);
    }
  return file;
}

gboolean
ui_store_disk_read (UiStoreDisk *self, const char *id, UiStoreTake take, gpointer user_data,
                    UiStoreEnd *ret_end, GError **error)
{
  g_autofree char *name = g_strconcat (id, CHAT_ENDING, NULL);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = read_file (self, name, UI_STORE_FILE_LIMIT, &local_error);
  File *file = file_of (self, id);
  gsize size = 0, good = 0;

  *ret_end = UI_STORE_END_WHOLE;
  if (local_error != NULL)
    {
      file->damaged = TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  const guint8 *content = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  if (bytes == NULL)
    return TRUE;
  g_clear_pointer (&file->keys, ui_store_format_keys_free);
  file->stub = size < UI_STORE_FORMAT_HEADER;
  if (file->stub)
    {
      *ret_end = UI_STORE_END_TORN;
      return TRUE;
    }
  file->keys = ui_store_format_keys (self->key, id, content);
  if (file->keys == NULL)
    *ret_end = UI_STORE_END_DAMAGED;
  else
    *ret_end = ui_store_format_walk (file->keys, content + UI_STORE_FORMAT_HEADER,
                                     size - UI_STORE_FORMAT_HEADER, take, user_data, &good,
                                     &file->sequence);
  file->end = UI_STORE_FORMAT_HEADER + good;
  file->damaged = *ret_end == UI_STORE_END_DAMAGED;
  return TRUE;
}

static gboolean
accept_any (const void *bytes, gsize size, gpointer user_data)
{
  return TRUE;
}

/* The file's state, read from the disk when this process has not seen it yet. */
static File *
get_file (UiStoreDisk *self, const char *id, GError **error)
{
  UiStoreEnd end;

  if (!g_hash_table_contains (self->files, id)
      && !ui_store_disk_read (self, id, accept_any, NULL, &end, error))
    return NULL;
  File *file = file_of (self, id);
  if (file->damaged)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_DAMAGED,
                           "the chat's file is damaged and is left as it is");
      return NULL;
    }
  return file;
}

static gboolean
make_file (UiStoreDisk *self, File *file, const char *name, GError **error)
{
  if (file->stub)
    unlinkat (self->folder, name, 0);
  cardea_autofd int fd
      = openat (self->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  g_autoptr (GByteArray) whole = g_byte_array_new ();

  if (fd < 0)
    return fail (error, "a chat cannot be made");
  g_byte_array_append (whole, file->keys->header, UI_STORE_FORMAT_HEADER);
  g_byte_array_append (whole, file->backlog->data, file->backlog->len);
  if (write_all (fd, whole->data, whole->len, 0, error) && fsync (self->folder) == 0)
    {
      file->end = UI_STORE_FORMAT_HEADER;
      file->stub = FALSE;
      return TRUE;
    }
  if (error != NULL && *error == NULL)
    fail (error, "a chat cannot be made");
  unlinkat (self->folder, name, 0);
  return FALSE;
}

static gboolean
extend_file (UiStoreDisk *self, File *file, const char *name, GError **error)
{
  struct stat status;
  cardea_autofd int fd = openat (self->folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0 || fstat (fd, &status) != 0)
    return fail (error, "a chat cannot be opened");
  if (status.st_size < (off_t) file->end)
    {
      file->damaged = TRUE;
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_DAMAGED,
                           "somebody else cut the chat's file");
      return FALSE;
    }
  if (status.st_size > (off_t) file->end && ftruncate (fd, (off_t) file->end) != 0)
    return fail (error, "a chat cannot be written");
  if (write_all (fd, file->backlog->data, file->backlog->len, (off_t) file->end, error))
    return TRUE;
  /* A full disk may have taken a part; when that cannot be cut off now, it is at the next time. */
  if (ftruncate (fd, (off_t) file->end) != 0)
    g_debug ("a torn record stays for now");
  return FALSE;
}

gboolean
ui_store_disk_append (UiStoreDisk *self, const char *id, const void *bytes, gsize size,
                      GError **error)
{
  g_autofree char *name = g_strconcat (id, CHAT_ENDING, NULL);
  File *file = get_file (self, id, error);

  if (file == NULL)
    return FALSE;
  guint64 after = file->backlog->len + (guint64) size + UI_STORE_FORMAT_RECORD_EXTRA;
  if (size > UI_STORE_FORMAT_RECORD_LIMIT || after > BACKLOG_LIMIT
      || file->end + after > UI_STORE_FILE_LIMIT)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_LIMIT,
                           "the chat has become too long to be kept");
      return FALSE;
    }
  if (file->keys == NULL)
    file->keys = ui_store_format_keys (self->key, id, NULL);
  if (file->keys == NULL)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_FAILED, "no locked memory");
      return FALSE;
    }
  guint begin = file->backlog->len;
  g_byte_array_set_size (file->backlog, (guint) after);
  ui_store_format_seal (file->keys, file->sequence, bytes, size, file->backlog->data + begin);
  file->sequence++;
  if (!(file->end == 0 ? make_file (self, file, name, error)
                       : extend_file (self, file, name, error)))
    return FALSE;
  file->end += file->backlog->len;
  g_byte_array_set_size (file->backlog, 0);
  return TRUE;
}

/* --- drafts --- */

static gboolean
unlink_name (UiStoreDisk *self, const char *name, GError **error)
{
  return unlinkat (self->folder, name, 0) == 0 || errno == ENOENT
         || fail (error, "a chat cannot be deleted");
}

gboolean
ui_store_disk_write_draft (UiStoreDisk *self, const char *id, const void *bytes, gsize size,
                           GError **error)
{
  g_autofree char *name = g_strconcat (id, DRAFT_ENDING, NULL);
  g_autofree char *new_name = g_strconcat (id, DRAFT_ENDING, NEW_ENDING, NULL);
  gsize sealed_size;

  if (size == 0)
    return unlink_name (self, name, error);
  if (size > UI_STORE_DRAFT_LIMIT)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_LIMIT, "the draft is too long");
      return FALSE;
    }
  g_autoptr (GBytes) sealed = cardea_sealed_encode (self->key, name, bytes, size, error);
  if (sealed == NULL)
    return FALSE;
  const guint8 *content = g_bytes_get_data (sealed, &sealed_size);
  cardea_autofd int fd = openat (self->folder, new_name,
                                 O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error, "a draft cannot be made");
  if (!write_all (fd, content, sealed_size, 0, error))
    {
      unlinkat (self->folder, new_name, 0);
      return FALSE;
    }
  return renameat (self->folder, new_name, self->folder, name) == 0
         || fail (error, "a draft cannot be kept");
}

GBytes *
ui_store_disk_read_draft (UiStoreDisk *self, const char *id, GError **error)
{
  g_autofree char *name = g_strconcat (id, DRAFT_ENDING, NULL);
  g_autoptr (GBytes) sealed = read_file (self, name, 2 * UI_STORE_DRAFT_LIMIT, error);
  gsize size;

  if (sealed == NULL)
    return NULL;
  const void *content = g_bytes_get_data (sealed, &size);
  return cardea_sealed_decode (self->key, name, content, size, UI_STORE_DRAFT_LIMIT, error);
}

/* --- deleting --- */

/* Without these bytes the file's keys can be made by nobody any more, whatever the disk keeps. */
static void
wipe_header (UiStoreDisk *self, const char *name)
{
  static const guint8 nothing[UI_STORE_FORMAT_HEADER];
  cardea_autofd int fd = openat (self->folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd >= 0 && !write_all (fd, nothing, sizeof nothing, 0, NULL))
    g_debug ("a deleted chat's header was not overwritten");
}

gboolean
ui_store_disk_delete (UiStoreDisk *self, const char *id, GError **error)
{
  static const char *const endings[] = { CHAT_ENDING, DRAFT_ENDING };

  g_hash_table_remove (self->files, id);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *name = g_strconcat (id, endings[i], NULL);
      wipe_header (self, name);
      if (!unlink_name (self, name, error))
        return FALSE;
    }
  return fsync (self->folder) == 0 || fail (error, "the folder for chats cannot be written");
}

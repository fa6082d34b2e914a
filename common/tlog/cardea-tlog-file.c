/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-file.h"

#include "common/base/cardea-autofd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define LIMIT_DEPTH 12u /* of folders: an index has at most seven elements */

static gboolean
fail (GError **error, const char *name)
{
  int saved = errno;

  g_set_error (error, CARDEA_TLOG_ERROR,
               saved == ENOENT ? CARDEA_TLOG_ERROR_MISSING : CARDEA_TLOG_ERROR_IO, "%s: %s", name,
               g_strerror (saved));
  return FALSE;
}

int
cardea_tlog_file_open_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    fail (error, path);
  return fd;
}

static gboolean
read_all (int fd, const char *name, GByteArray *buffer, GError **error)
{
  gsize filled = 0;

  while (filled < buffer->len)
    {
      ssize_t n = pread (fd, buffer->data + filled, buffer->len - filled, (off_t) filled);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (error, name);
      if (n == 0)
        break; /* it became shorter meanwhile */
      filled += (gsize) n;
    }
  g_byte_array_set_size (buffer, (guint) filled);
  return TRUE;
}

gboolean
cardea_tlog_file_read (int folder, const char *name, gsize limit, GByteArray *buffer,
                       GError **error)
{
  /* Not blocking: a FIFO in the file's place must not hold us. */
  cardea_autofd int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat st;

  if (fd < 0 && errno == ELOOP)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT, "is a symbolic link");
      return FALSE;
    }
  if (fd < 0 || fstat (fd, &st) != 0)
    return fail (error, name);
  if (!S_ISREG (st.st_mode) || st.st_size < 0 || (guint64) st.st_size > limit)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT, "%s",
                   S_ISREG (st.st_mode) ? "is too large" : "is no regular file");
      return FALSE;
    }
  g_byte_array_set_size (buffer, (guint) st.st_size);
  return read_all (fd, name, buffer, error);
}

typedef struct {
  CardeaTlogFileVisit visit;
  gpointer user_data;
  gboolean recursive;
} Walk;

static int
entry_type (int folder, const struct dirent *entry)
{
  struct stat st;

  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type;
  if (fstatat (folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return DT_UNKNOWN;
  return S_ISREG (st.st_mode) ? DT_REG : S_ISDIR (st.st_mode) ? DT_DIR : DT_UNKNOWN;
}

static gboolean walk_folder (Walk *walk, int parent, const char *name, const char *path,
                             guint depth, GError **error);

static gboolean
walk_entry (Walk *walk, int folder, const struct dirent *entry, const char *path, guint depth,
            GError **error)
{
  g_autofree char *full
      = path[0] != '\0' ? g_strdup_printf ("%s/%s", path, entry->d_name) : g_strdup (entry->d_name);
  int type = entry_type (folder, entry);

  if (type == DT_DIR && walk->recursive && depth < LIMIT_DEPTH)
    return walk_folder (walk, folder, entry->d_name, full, depth + 1, error);
  return walk->visit (full, type == DT_REG || (type == DT_DIR && !walk->recursive),
                      walk->user_data);
}

static gboolean
walk_folder (Walk *walk, int parent, const char *name, const char *path, guint depth,
             GError **error)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct dirent *entry;
  gboolean ok = TRUE;
  DIR *dir;

  if (fd < 0)
    return errno == ENOENT || fail (error, path);
  dir = fdopendir (fd);
  if (dir == NULL)
    {
      fail (error, path);
      close (fd);
      return FALSE;
    }
  while (ok && (errno = 0, entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      ok = walk_entry (walk, fd, entry, path, depth, error);
  if (ok && errno != 0)
    ok = fail (error, path);
  closedir (dir);
  return ok;
}

gboolean
cardea_tlog_file_walk (int folder, const char *name, CardeaTlogFileVisit visit, gpointer user_data,
                       GError **error)
{
  Walk walk = { visit, user_data, name != NULL };

  return walk_folder (&walk, folder, name != NULL ? name : ".", name != NULL ? name : "", 0, error);
}

const char *
cardea_tlog_file_parse_store (const guint8 *text, gsize size)
{
  static const char *const stores[] = { "keyring", "file", "passphrase" };

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    if (size == strlen (stores[i]) + 1 && text[size - 1] == '\n'
        && memcmp (text, stores[i], size - 1) == 0)
      return stores[i];
  return NULL;
}

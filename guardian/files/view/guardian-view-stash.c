/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what has been kept. Refuses: to let go of a content that is neither in the
 * undo store nor in the trash. Known gaps: until then, a second as a rule, it lies in clear in a
 * private folder; after a crash it is found in the trash, not by undo. */

#include "guardian/files/view/guardian-view-stash.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/base/cardea-paths.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/files/view/guardian-view-copy.h"
#include "guardian/files/view/guardian-view-trash.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "kept"
#define INDEX "index" /* NAME NUL PATH NUL, one after the other: for a worker that comes later */
#define LIMIT_INDEX (64 << 20)
#define DUE_US (200 * G_TIME_SPAN_MILLISECOND)
#define LIMIT_TEXT 196608u /* bytes of items in one message */

struct _GuardianViewStash {
  gatomicrefcount references;
  char *path;
  int fd;
  int index;
  guint64 next_name;
  guint64 next_batch;
  GuardianViewBatch *batch; /* being filled; or NULL */
  gsize text;               /* bytes of its items */
  gint64 due;
  gint items;       /* atomic: that lie here */
  gint mib;         /* atomic: and their size, each rounded up */
  GHashTable *sent; /* id → GuardianViewBatch; the main thread's */
};

void
guardian_view_batch_free (GuardianViewBatch *batch)
{
  cardea_json_unref (batch->items);
  g_free (batch);
}

static void
batch_free (gpointer batch)
{
  guardian_view_batch_free (batch);
}

/* The folder of all stashes; ret_path is the caller's. */
static int
open_base (char **ret_path)
{
  g_autofree char *cache = NULL;
  cardea_autofd int fd = cardea_paths_open_folder (CARDEA_PATHS_CACHE, &cache, NULL);

  if (fd < 0 || (mkdirat (fd, FOLDER, 0700) != 0 && errno != EEXIST))
    return -1;
  *ret_path = g_build_filename (cache, FOLDER, NULL);
  return openat (fd, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

GuardianViewStash *
guardian_view_stash_new (void)
{
  g_autofree char *base = NULL;
  cardea_autofd int fd = open_base (&base);

  if (fd < 0)
    return NULL;
  g_autofree char *path = g_strdup_printf ("%s/%d-XXXXXX", base, (int) getpid ());
  if (mkdtemp (path) == NULL)
    return NULL;
  GuardianViewStash *stash = g_new0 (GuardianViewStash, 1);
  g_atomic_ref_count_init (&stash->references);
  stash->fd = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  stash->index = stash->fd >= 0 ? openat (stash->fd, INDEX,
                                          O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
                                : -1;
  stash->path = g_steal_pointer (&path);
  stash->sent = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, batch_free);
  if (stash->index < 0)
    g_clear_pointer (&stash, guardian_view_stash_unref);
  return stash;
}

GuardianViewStash *
guardian_view_stash_ref (GuardianViewStash *stash)
{
  g_atomic_ref_count_inc (&stash->references);
  return stash;
}

/* Whatever is left in a stash becomes a file in the trash that says where it was. */
static void
rescue (const char *folder)
{
  g_autofree char *index = g_build_filename (folder, INDEX, NULL);
  g_autofree char *text = NULL;
  gsize size = 0;
  struct stat st;

  if (lstat (index, &st) == 0 && S_ISREG (st.st_mode) && st.st_size <= LIMIT_INDEX
      && g_file_get_contents (index, &text, &size, NULL))
    for (const char *name = text; name < text + size;)
      {
        const char *path = memchr (name, '\0', (gsize) (text + size - name));
        const char *end
            = path != NULL ? memchr (path + 1, '\0', (gsize) (text + size - path - 1)) : NULL;
        if (end == NULL)
          break;
        g_autofree char *file = g_build_filename (folder, name, NULL);
        if (strchr (name, '/') == NULL && lstat (file, &st) == 0)
          (void) guardian_view_trash_take (file, path + 1);
        name = end + 1;
      }
  if (unlink (index) != 0 || rmdir (folder) != 0)
    g_debug ("%s stays: %s", folder, g_strerror (errno));
}

void
guardian_view_stash_unref (GuardianViewStash *stash)
{
  if (!g_atomic_ref_count_dec (&stash->references))
    return;
  cardea_fd_clear (&stash->fd);
  cardea_fd_clear (&stash->index);
  rescue (stash->path);
  g_clear_pointer (&stash->batch, guardian_view_batch_free);
  g_hash_table_unref (stash->sent);
  g_free (stash->path);
  g_free (stash);
}

const char *
guardian_view_stash_path (const GuardianViewStash *stash)
{
  return stash->path;
}

void
guardian_view_stash_rescue_all (void)
{
  g_autofree char *base = NULL;
  cardea_autofd int fd = open_base (&base);
  g_autoptr (GDir) entries = fd >= 0 ? g_dir_open (base, 0, NULL) : NULL;
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (base, name, NULL);
      int pid = atoi (name);
      if (pid > 0 && pid != getpid () && kill (pid, 0) != 0 && errno == ESRCH)
        rescue (path);
    }
}

/* --- putting aside --- */

static gint
mebibytes (gint64 size)
{
  return (gint) (size >> 20) + 1;
}

static int
copy_aside (GuardianViewStash *stash, int folder, const char *name, const char *aside)
{
  cardea_autofd int from = openat (folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;

  if (from < 0 || fstat (from, &st) != 0)
    return errno;
  cardea_autofd int to = openat (stash->fd, aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const struct timespec times[2] = { st.st_atim, st.st_mtim };
  if (to >= 0 && guardian_view_copy (from, to) && fchmod (to, st.st_mode & 0777) == 0
      && futimens (to, times) == 0)
    return 0;
  int result = errno;
  if (to >= 0)
    unlinkat (stash->fd, aside, 0);
  return result;
}

static int
bring (GuardianViewStash *stash, GuardianViewStashHow how, int folder, const char *name,
       const char *aside)
{
  if (how == GUARDIAN_VIEW_STASH_MOVE
      && renameat2 (folder, name, stash->fd, aside, RENAME_NOREPLACE) == 0)
    return 0;
  if (how == GUARDIAN_VIEW_STASH_LINK && linkat (folder, name, stash->fd, aside, 0) == 0)
    return 0;
  if (how != GUARDIAN_VIEW_STASH_COPY && errno != EXDEV && errno != EPERM)
    return errno;
  int result = copy_aside (stash, folder, name, aside);
  if (result == 0 && how == GUARDIAN_VIEW_STASH_MOVE && unlinkat (folder, name, 0) != 0)
    {
      result = errno;
      unlinkat (stash->fd, aside, 0);
    }
  return result;
}

static gboolean
write_index (GuardianViewStash *stash, const char *aside, const char *path)
{
  g_autoptr (GString) text = g_string_new (aside);

  g_string_append_c (text, '\0');
  g_string_append (text, path);
  g_string_append_c (text, '\0');
  return write (stash->index, text->str, text->len) == (ssize_t) text->len;
}

static void
note (GuardianViewStash *stash, GuardianViewStashHow how, const char *aside, const char *path,
      const struct stat *st)
{
  CardeaJson *item = cardea_json_new_object ();

  if (stash->batch == NULL)
    {
      stash->batch = g_new0 (GuardianViewBatch, 1);
      stash->batch->id = ++stash->next_batch;
      stash->batch->items = cardea_json_new_array ();
      stash->text = 0;
      stash->due = g_get_monotonic_time () + DUE_US;
    }
  cardea_json_set_string (item, "op", how == GUARDIAN_VIEW_STASH_MOVE ? "delete" : "write");
  cardea_json_set_string (item, "kind", S_ISDIR (st->st_mode) ? "folder" : "file");
  cardea_path_json_set (item, "path", path);
  if (aside != NULL)
    cardea_json_set_string (item, "name", aside);
  cardea_json_set_int (item, "mode", st->st_mode & 07777);
  cardea_json_append (stash->batch->items, item);
  stash->batch->bytes += aside != NULL ? mebibytes (st->st_size) : 0;
  stash->text += strlen (path) * 2 + 128;
}

int
guardian_view_stash_put (GuardianViewStash *stash, GuardianViewStashHow how, int folder,
                         const char *name, const char *path, const struct stat *st)
{
  if (S_ISDIR (st->st_mode))
    {
      if (unlinkat (folder, name, AT_REMOVEDIR) != 0)
        return errno;
      note (stash, how, NULL, path, st);
      return 0;
    }
  if (g_atomic_int_get (&stash->items) >= GUARDIAN_VIEW_STASH_ITEMS
      || g_atomic_int_get (&stash->mib) >= GUARDIAN_VIEW_STASH_BYTES >> 20)
    return EBUSY;
  g_autofree char *aside = g_strdup_printf ("%" G_GUINT64_FORMAT, ++stash->next_name);
  if (!write_index (stash, aside, path))
    return errno;
  int result = bring (stash, how, folder, name, aside);
  if (result != 0)
    return result;
  g_atomic_int_inc (&stash->items);
  g_atomic_int_add (&stash->mib, mebibytes (st->st_size));
  note (stash, how, aside, path, st);
  return 0;
}

gint64
guardian_view_stash_due (const GuardianViewStash *stash)
{
  return stash->batch != NULL ? MAX (0, stash->due - g_get_monotonic_time ()) : -1;
}

GuardianViewBatch *
guardian_view_stash_next (GuardianViewStash *stash, gboolean all)
{
  if (stash->batch == NULL
      || (!all && cardea_json_size (stash->batch->items) < CARDEA_LIMIT_VIEW_DID
          && stash->text < LIMIT_TEXT))
    return NULL;
  return g_steal_pointer (&stash->batch);
}

/* --- settling --- */

void
guardian_view_stash_sent (GuardianViewStash *stash, GuardianViewBatch *batch)
{
  g_hash_table_insert (stash->sent, &batch->id, batch);
}

void
guardian_view_stash_settle (GuardianViewStash *stash, guint64 id, gboolean kept)
{
  const GuardianViewBatch *batch = g_hash_table_lookup (stash->sent, &id);

  for (guint i = 0; batch != NULL && i < cardea_json_size (batch->items); i++)
    {
      const CardeaJson *item = cardea_json_nth (batch->items, i);
      const char *name = cardea_json_get_string (item, "name");
      g_autofree char *path = cardea_path_json_get (item, "path");
      g_autofree char *file = name != NULL ? g_build_filename (stash->path, name, NULL) : NULL;
      if (file == NULL || (!kept && !guardian_view_trash_take (file, path)))
        continue;
      if (kept)
        unlinkat (stash->fd, name, 0);
      g_atomic_int_add (&stash->items, -1);
    }
  if (batch != NULL)
    g_atomic_int_add (&stash->mib, (gint) -batch->bytes);
  g_hash_table_remove (stash->sent, &id);
}

gboolean
guardian_view_stash_is_settled (const GuardianViewStash *stash)
{
  return g_hash_table_size (stash->sent) == 0;
}

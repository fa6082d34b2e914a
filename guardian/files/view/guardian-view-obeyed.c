/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: common/base/cardea-git-config.h, to understand a text as git does or not at all.
 * Refuses: what says something else when it is to land than when it was judged. The bytes that were
 * judged are written anew: a handle, a mapping or a second name of the program's file, in whichever
 * sandbox, does not reach them. Known gaps: a repository under another name than .git, which git
 * obeys when a person works in that very folder. */

#include "guardian/files/view/guardian-view-obeyed.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-git-config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODE_BITS 0777

gboolean
guardian_view_obeyed_is (const GuardianViewNode *parent, const char *name)
{
  return parent != NULL && parent->name != NULL && cardea_git_config_is_one (parent->name, name);
}

/* All of a file in a folder. NULL with errno. */
static GBytes *
read_all (GuardianView *view, GuardianViewNode *folder, const char *name,
          const struct stat *expected)
{
  const GuardianViewLayer layer = { guardian_view_way (view->ways, folder, FALSE) };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  struct stat st;
  guint8 piece[4096];
  gssize size = 1;

  cardea_autofd int fd
      = layer.root >= 0 ? guardian_view_layer_open_name (&layer, name, O_RDONLY | O_NONBLOCK, 0)
                        : -1;
  if (fd < 0 || fstat (fd, &st) != 0)
    return NULL;
  errno = ESTALE;
  if (!S_ISREG (st.st_mode)
      || (expected != NULL && (st.st_dev != expected->st_dev || st.st_ino != expected->st_ino)))
    return NULL;
  while (size > 0 && bytes->len <= CARDEA_GIT_CONFIG_LIMIT)
    {
      size = read (fd, piece, sizeof piece);
      if (size > 0)
        g_byte_array_append (bytes, piece, (guint) size);
    }
  if (size == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  errno = size > 0 ? EFBIG : errno;
  return NULL;
}

int
guardian_view_obeyed_judge (GuardianViewOp *op, GuardianViewNode *folder, const char *from,
                            const struct stat *st, GuardianViewNode *target, const char *name,
                            gboolean there)
{
  gsize size = 0, former_size = 0;

  if (!S_ISREG (st->st_mode))
    return EPERM; /* a link would have git obey what can be written elsewhere */
  g_autoptr (GBytes) now = read_all (op->view, folder, from, st);
  if (now == NULL)
    return errno;
  g_autoptr (GBytes) former = there ? read_all (op->view, target, name, NULL) : NULL;
  if (there && former == NULL)
    return errno;
  if (op->judged != NULL
      && (!g_bytes_equal (op->judged, now) || (op->former != NULL) != (former != NULL)
          || (former != NULL && !g_bytes_equal (op->former, former))))
    return ESTALE;
  if (op->judged != NULL)
    return 0;
  const char *text = g_bytes_get_data (now, &size);
  const char *before = former != NULL ? g_bytes_get_data (former, &former_size) : NULL;
  op->settings = cardea_git_config_changes (before, former_size, text, size);
  op->judged = g_steal_pointer (&now);
  op->former = g_steal_pointer (&former);
  return 0;
}

static gboolean
write_all (int fd, GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  while (size > 0)
    {
      gssize written = write (fd, data, size);
      if (written < 0 && errno != EINTR)
        return FALSE;
      data += MAX (written, 0);
      size -= (gsize) MAX (written, 0);
    }
  return TRUE;
}

int
guardian_view_obeyed_land (GuardianViewOp *op, GuardianViewNode *target, const char *name,
                           mode_t mode, struct stat *ret_st)
{
  const GuardianViewLayer layer = { guardian_view_way (op->view->ways, target, FALSE) };
  g_autofree char *own
      = g_strdup_printf (".cardea-%08x%08x%08x", g_random_int (), g_random_int (), g_random_int ());

  /* Closed to everyone until it has its place: nobody opens it meanwhile. */
  cardea_autofd int fd
      = layer.root >= 0 ? guardian_view_layer_open_name (&layer, own, O_RDWR | O_CREAT | O_EXCL, 0)
                        : -1;
  if (fd < 0)
    return errno;
  if (write_all (fd, op->judged) && renameat (layer.root, own, layer.root, name) == 0
      && fchmod (fd, mode & MODE_BITS) == 0 && fstat (fd, ret_st) == 0)
    return 0;
  int error = errno;
  unlinkat (layer.root, own, 0);
  return error;
}

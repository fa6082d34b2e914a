/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-descriptor.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* Trusts the kernel's answers about a descriptor, nothing that was said about it. Known gap: before
 * Linux 6.9 all pidfds share one inode, so their declaration binds the type only. */

#ifndef P_PIDFD
#define P_PIDFD 3 /* Linux 5.4 */
#endif

#define SEALS_WANTED (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

/* A descriptor of a mere place (O_PATH) answers only this and fstat. */
static int
open_flags (int fd)
{
  int flags = fcntl (fd, F_GETFL);
  return flags < 0 || (flags & O_PATH) != 0 ? -1 : flags;
}

static gboolean
is_memfd (int fd, const struct stat *st)
{
  int seals = S_ISREG (st->st_mode) ? fcntl (fd, F_GET_SEALS) : -1;
  return seals >= 0 && (seals & SEALS_WANTED) == SEALS_WANTED;
}

static gboolean
is_file (int fd, const struct stat *st)
{
  int flags = S_ISREG (st->st_mode) ? open_flags (fd) : -1;
  return flags >= 0 && (flags & O_ACCMODE) == O_RDONLY;
}

static gboolean
is_socket (int fd, const struct stat *st)
{
  return S_ISSOCK (st->st_mode) && open_flags (fd) >= 0;
}

static gboolean
is_pidfd (int fd, const struct stat *st)
{
  /* EBADF for every other descriptor; WNOWAIT: nothing is reaped. */
  siginfo_t info = { 0 };
  if (S_ISDIR (st->st_mode) || S_ISCHR (st->st_mode) || S_ISSOCK (st->st_mode))
    return FALSE;
  return waitid ((idtype_t) P_PIDFD, (id_t) fd, &info, WEXITED | WNOHANG | WNOWAIT) == 0
         || errno == ECHILD;
}

static gboolean
is_tty (int fd, const struct stat *st)
{
  return S_ISCHR (st->st_mode) && isatty (fd);
}

/* One with a name in a folder could be opened again, and its permissions changed. */
static gboolean
is_pipe (int fd, const struct stat *st)
{
  struct statfs fs;
  return S_ISFIFO (st->st_mode) && open_flags (fd) >= 0 && fstatfs (fd, &fs) == 0
         && fs.f_type == PIPEFS_MAGIC;
}

static gboolean
is_journal (int fd, const struct stat *st)
{
  int flags = S_ISREG (st->st_mode) ? open_flags (fd) : -1;
  return flags >= 0 && (flags & O_ACCMODE) == O_WRONLY && (flags & O_APPEND) != 0;
}

static const struct {
  CardeaFdType type;
  const char *name;
  gboolean (*is) (int fd, const struct stat *st);
} types_known[] = {
  { CARDEA_FD_MEMFD, "memfd", is_memfd },
  { CARDEA_FD_FILE, "file", is_file },
  { CARDEA_FD_SOCKET, "socket", is_socket },
  { CARDEA_FD_PIDFD, "pidfd", is_pidfd },
  { CARDEA_FD_TTY, "tty", is_tty },
  { CARDEA_FD_PIPE, "pipe", is_pipe },
  { CARDEA_FD_JOURNAL, "journal", is_journal },
};

static gboolean
is_type (int fd, const struct stat *st, CardeaFdType type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types_known); i++)
    if (types_known[i].type == type)
      return types_known[i].is (fd, st);
  return FALSE;
}

gboolean
cardea_descriptor_is (int fd, CardeaFdType type)
{
  struct stat st;
  return fstat (fd, &st) == 0 && is_type (fd, &st, type);
}

const char *
cardea_descriptor_type_name (CardeaFdType type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types_known); i++)
    if (types_known[i].type == type)
      return types_known[i].name;
  return NULL;
}

CardeaJson *
cardea_descriptor_declare (int fd, guint types)
{
  struct stat st;
  if (fstat (fd, &st) != 0)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (types_known); i++)
    {
      if ((types & types_known[i].type) == 0 || !types_known[i].is (fd, &st))
        continue;
      CardeaJson *declared = cardea_json_new_object ();
      cardea_json_set_string (declared, "type", types_known[i].name);
      cardea_json_set_int64_string (declared, "dev", (gint64) st.st_dev);
      cardea_json_set_int64_string (declared, "ino", (gint64) st.st_ino);
      return declared;
    }
  return NULL;
}

static CardeaFdType
declared_type (const CardeaJson *declared)
{
  const char *name = cardea_json_get_string (declared, "type");
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (types_known); i++)
    if (strcmp (types_known[i].name, name) == 0)
      return types_known[i].type;
  return 0;
}

gboolean
cardea_descriptor_is_declaration (const CardeaJson *declared, guint types)
{
  gint64 dev, ino;
  return (declared_type (declared) & types) != 0 && cardea_json_size (declared) == 3
         && cardea_json_get_int64_string (declared, "dev", &dev)
         && cardea_json_get_int64_string (declared, "ino", &ino);
}

gboolean
cardea_descriptor_matches (int fd, const CardeaJson *declared, guint types)
{
  struct stat st;
  gint64 dev, ino;

  return cardea_descriptor_is_declaration (declared, types) && fstat (fd, &st) == 0
         && cardea_json_get_int64_string (declared, "dev", &dev) && dev == (gint64) st.st_dev
         && cardea_json_get_int64_string (declared, "ino", &ino) && ino == (gint64) st.st_ino
         && is_type (fd, &st, declared_type (declared));
}

gboolean
cardea_descriptor_seal_memfd (int fd)
{
  return fcntl (fd, F_ADD_SEALS, SEALS_WANTED) == 0;
}

int
cardea_descriptor_new_memfd (const char *name, const void *bytes, gsize size)
{
  cardea_autofd int fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  const char *from = bytes;

  while (fd >= 0 && size > 0)
    {
      gssize written = write (fd, from, size);
      if (written < 0 && errno != EINTR)
        return -1;
      from += MAX (written, 0);
      size -= MAX (written, 0);
    }
  if (fd < 0 || lseek (fd, 0, SEEK_SET) != 0 || !cardea_descriptor_seal_memfd (fd))
    return -1;
  return cardea_fd_steal (&fd);
}

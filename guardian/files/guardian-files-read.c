/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the held O_PATH descriptor and the read-only namespace (guardian-files-namespace.c).
 * Refuses: anything but a regular file; a file whose last name is gone; a later piece of a file
 * whose size, mtime or ctime moved.
 * Known gaps: a change that keeps the size and falls into the same tick of the file system's clock
 * as the snapshot is not noticed. The holder of a memfd can change that memfd's own mode, times and
 * attributes; they are nobody's file. Pages of a memfd may be swapped. */

#include "guardian/files/guardian-files-read.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/files/guardian-files-error.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

#define LIMIT_NOW (256 * 1024) /* what is read at once when it is in memory */
#define CHUNK (128 * 1024)
#define LIMIT_TRIES 3 /* first pieces of a file that is being written */
#define SHA256_SIZE 32
#define NANOSECONDS 1000000000LL

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

static gboolean
take_snapshot (int fd, GuardianFilesSnapshot *ret_snapshot, GError **error)
{
  struct stat st;
  if (fstat (fd, &st) != 0)
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }
  *ret_snapshot = (GuardianFilesSnapshot){
    .size = st.st_size,
    .mtime_ns = st.st_mtim.tv_sec * NANOSECONDS + st.st_mtim.tv_nsec,
    .ctime_ns = st.st_ctim.tv_sec * NANOSECONDS + st.st_ctim.tv_nsec,
  };
  return TRUE;
}

static int
open_held (int held)
{
  char link[64];
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", held);
  return open (link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int
guardian_files_read_open (const GuardianFilesObject *object, GuardianFilesSnapshot *ret_snapshot,
                          GError **error)
{
  if (object->info.kind != GUARDIAN_FILES_KIND_FILE)
    {
      guardian_files_error_set_errno (
          error, object->info.kind == GUARDIAN_FILES_KIND_FOLDER ? EISDIR : ENXIO);
      return -1;
    }
  GuardianFilesInfo info;
  cardea_autofd int fd = open_held (object->fd);
  if (fd < 0 || !guardian_files_info_read (fd, "", FALSE, &info))
    {
      guardian_files_error_set_errno (error, errno);
      return -1;
    }
  if (info.kind != GUARDIAN_FILES_KIND_FILE || info.nlink == 0
      || !guardian_files_id_equal (&info.id, &object->info.id))
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_CHANGED,
                           "it was deleted or replaced in the meantime");
      return -1;
    }
  if (ret_snapshot != NULL)
    *ret_snapshot = (GuardianFilesSnapshot){ info.size, info.mtime_ns, info.ctime_ns };
  return cardea_fd_steal (&fd);
}

/* Reads up to size bytes; fewer only at the end. -1 with errno; EAGAIN in mode NOW. */
static gssize
read_fully (int fd, guint8 *buffer, gsize size, gint64 offset, GuardianFilesWalkMode mode)
{
  int flags = mode == GUARDIAN_FILES_WALK_NOW ? RWF_NOWAIT : 0;
  gsize filled = 0;
  while (filled < size)
    {
      struct iovec part = { buffer + filled, size - filled };
      gssize got = preadv2 (fd, &part, 1, offset + filled, flags);
      if (got < 0 && errno == EOPNOTSUPP && flags != 0)
        flags = 0; /* in memory anyway, or a disk that cannot tell: short enough to wait for */
      else if (got < 0 && errno != EINTR)
        return -1;
      else if (got == 0)
        break;
      else if (got > 0)
        filled += got;
    }
  return filled;
}

static int
make_memfd (void)
{
  int fd = memfd_create ("cardea", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (fd < 0 && errno == EINVAL)
    fd = memfd_create ("cardea", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return fd;
}

/* Leaves the descriptor's offset at the beginning: who gets it may simply read. */
static gboolean
write_fully (int fd, const guint8 *bytes, gsize size, gint64 offset)
{
  while (size > 0)
    {
      gssize put = pwrite (fd, bytes, size, offset);
      if (put < 0 && errno != EINTR)
        return FALSE;
      bytes += MAX (put, 0);
      offset += MAX (put, 0);
      size -= MAX (put, 0);
    }
  return TRUE;
}

/* Bytes copied, or -1 with errno. md may be NULL. */
static gint64
copy (int from, int to, gint64 offset, gint64 length, GuardianFilesWalkMode mode, EVP_MD_CTX *md)
{
  gsize size = MIN (length, mode == GUARDIAN_FILES_WALK_NOW ? LIMIT_NOW : CHUNK);
  g_autofree guint8 *buffer = g_malloc (MAX (size, 1));
  gint64 done = 0;

  while (done < length)
    {
      gsize want = MIN ((gint64) size, length - done);
      gssize got = read_fully (from, buffer, want, offset + done, mode);
      if (got < 0 || (md != NULL && EVP_DigestUpdate (md, buffer, got) != 1)
          || !write_fully (to, buffer, got, done))
        return -1;
      done += got;
      if ((gsize) got < want)
        break;
    }
  return done;
}

static gboolean
finish_digest (EVP_MD_CTX *md, char ret_hex[65])
{
  guint8 digest[SHA256_SIZE];
  if (EVP_DigestFinal_ex (md, digest, NULL) != 1)
    return FALSE;
  g_autofree char *hex = cardea_hex_encode (digest, sizeof digest);
  g_strlcpy (ret_hex, hex, 65);
  return TRUE;
}

static gboolean
read_once (int fd, gint64 offset, gint64 length, GuardianFilesWalkMode mode, gboolean digest,
           GuardianFilesPiece *ret_piece, GError **error)
{
  g_autoptr (EVP_MD_CTX) md = digest ? EVP_MD_CTX_new () : NULL;
  cardea_autofd int memfd = make_memfd ();
  if (memfd < 0)
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }
  if (digest && (md == NULL || EVP_DigestInit_ex (md, EVP_sha256 (), NULL) != 1))
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_INTERNAL,
                           "its digest cannot be computed");
      return FALSE;
    }
  gint64 bytes = copy (fd, memfd, offset, length, mode, md);
  if (bytes < 0 && errno == EAGAIN && mode == GUARDIAN_FILES_WALK_NOW)
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK,
                           "it takes a moment");
      return FALSE;
    }
  if (bytes < 0 || !cardea_descriptor_seal_memfd (memfd))
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }
  ret_piece->sha256[0] = '\0';
  if (digest && !finish_digest (md, ret_piece->sha256))
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_INTERNAL,
                           "its digest cannot be computed");
      return FALSE;
    }
  ret_piece->memfd = cardea_fd_steal (&memfd);
  ret_piece->bytes = bytes;
  return TRUE;
}

static gboolean
same_state (const GuardianFilesSnapshot *a, const GuardianFilesSnapshot *b)
{
  return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

gboolean
guardian_files_read_piece (int fd, GuardianFilesSnapshot *snapshot, gboolean settle, gint64 offset,
                           gint64 length, GuardianFilesWalkMode mode, gboolean digest,
                           GuardianFilesPiece *ret_piece, GError **error)
{
  for (guint tries = 0; tries < LIMIT_TRIES; tries++)
    {
      GuardianFilesSnapshot now;
      gint64 left = MAX (snapshot->size - offset, 0);
      gint64 wanted = MIN (MIN (length, left), CARDEA_LIMIT_MEMFD);
      if (mode == GUARDIAN_FILES_WALK_NOW && wanted > LIMIT_NOW)
        {
          g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK,
                               "it takes a moment");
          return FALSE;
        }
      if (!read_once (fd, offset, wanted, mode, digest, ret_piece, error))
        return FALSE;
      ret_piece->end = offset + ret_piece->bytes >= snapshot->size;
      gboolean good = take_snapshot (fd, &now, error);
      if (good && ret_piece->bytes == wanted && same_state (&now, snapshot))
        return TRUE;
      cardea_fd_clear (&ret_piece->memfd);
      if (!good)
        return FALSE;
      if (!settle)
        break;
      *snapshot = now;
    }
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_CHANGED,
                       "it changed while it was being read");
  return FALSE;
}

void
guardian_files_kept_clear (GuardianFilesKept *kept)
{
  if (kept->bytes != NULL)
    munmap (kept->bytes, kept->size);
  cardea_fd_clear (&kept->memfd);
  *kept = (GuardianFilesKept){ .memfd = -1 };
}

void
guardian_files_kept_set (GuardianFilesKept *kept, const GuardianFilesPiece *piece, gint64 offset)
{
  guardian_files_kept_clear (kept);
  if (offset != 0 || !piece->end || piece->bytes <= 0 || piece->bytes > GUARDIAN_FILES_KEPT_SIZE)
    return;
  cardea_autofd int fd = fcntl (piece->memfd, F_DUPFD_CLOEXEC, 0);
  void *bytes = fd >= 0 ? mmap (NULL, piece->bytes, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  if (bytes != MAP_FAILED)
    *kept = (GuardianFilesKept){ cardea_fd_steal (&fd), bytes, piece->bytes };
}

gboolean
guardian_files_kept_serve (const GuardianFilesKept *kept, int fd,
                           const GuardianFilesSnapshot *snapshot, GuardianFilesPiece *ret_piece)
{
  guint8 buffer[GUARDIAN_FILES_KEPT_SIZE];
  GuardianFilesSnapshot now;
  if (kept->memfd < 0 || snapshot->size != (gint64) kept->size
      || read_fully (fd, buffer, kept->size, 0, GUARDIAN_FILES_WALK_NOW) != (gssize) kept->size
      || memcmp (buffer, kept->bytes, kept->size) != 0 || !take_snapshot (fd, &now, NULL)
      || !same_state (&now, snapshot))
    return FALSE;

  /* Not a duplicate: that would share its offset with whoever got it before. */
  int own = open_held (kept->memfd);
  if (own < 0)
    return FALSE;
  *ret_piece = (GuardianFilesPiece){ .memfd = own, .bytes = kept->size, .end = TRUE };
  return TRUE;
}

char *
guardian_files_read_start (const GuardianFilesObject *object, gsize limit, gsize *ret_size)
{
  cardea_autofd int fd = guardian_files_read_open (object, NULL, NULL);
  if (fd < 0)
    return NULL;
  g_autofree char *text = g_malloc (limit);
  gssize got = read_fully (fd, (guint8 *) text, limit, 0, GUARDIAN_FILES_WALK_WAIT);
  if (got < 0)
    return NULL;
  *ret_size = got;
  return g_steal_pointer (&text);
}

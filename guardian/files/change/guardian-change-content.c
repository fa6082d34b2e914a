/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: held objects, and the store for what it gave. Refuses: a file that is shorter or longer
 * than it was when its reading began; a restored content whose digest is another. */

#include "guardian/files/change/guardian-change-content.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-pieces.h"
#include "guardian/files/guardian-files-read.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK GUARDIAN_CHANGE_STORE_CHUNK
#define COPY (1u << 30) /* of one copy_file_range(2) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

void
guardian_change_former_free (GuardianChangeFormer *former)
{
  if (former == NULL)
    return;
  g_clear_pointer (&former->pieces, g_array_unref);
  guardian_change_attributes_free (former->attributes);
  g_free (former);
}

void
guardian_change_former_drop (GuardianChangeFormer *former, GuardianChangeStore *store)
{
  for (guint i = 0; former != NULL && former->pieces != NULL && i < former->pieces->len; i++)
    guardian_change_store_drop (store, g_array_index (former->pieces, GuardianChangePiece, i).id);
  if (former != NULL)
    g_clear_pointer (&former->pieces, g_array_unref);
}

CardeaJson *
guardian_change_former_write (const GuardianChangeFormer *former)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_int64_string (json, "size", former->size);
  cardea_json_set_string (json, "sha256", former->sha256);
  if (former->attributes != NULL)
    cardea_json_set (json, "attributes", guardian_change_attributes_write (former->attributes));
  if (former->kept)
    guardian_change_pieces_write (json, former->pieces);
  return json;
}

static gboolean
is_digest (const char *text)
{
  guint8 bytes[32];
  return text != NULL && strlen (text) == 2 * sizeof bytes
         && cardea_hex_decode (text, bytes, sizeof bytes);
}

GuardianChangeFormer *
guardian_change_former_parse (const CardeaJson *json)
{
  g_autoptr (GuardianChangeFormer) former = g_new0 (GuardianChangeFormer, 1);
  const char *sha256 = cardea_json_get_string (json, "sha256");
  former->attributes = guardian_change_attributes_parse (cardea_json_get (json, "attributes"));
  former->pieces = guardian_change_pieces_read (json);
  former->kept = former->pieces != NULL;
  if (!cardea_json_get_int64_string (json, "size", &former->size) || former->size < 0
      || !is_digest (sha256) || former->attributes == NULL)
    return NULL;
  g_strlcpy (former->sha256, sha256, sizeof former->sha256);
  return g_steal_pointer (&former);
}

int
guardian_change_content_open (const GuardianFilesObject *object, GError **error)
{
  return guardian_files_read_open (object, NULL, error);
}

/* --- reading --- */

typedef struct {
  int fd;
  EVP_MD_CTX *md;
  GuardianChangeStore *store; /* NULL: nothing is kept (any more) */
  GuardianChangeFormer *former;
  guint8 *buffer;
  const gint *stop; /* atomic; or NULL */
} Reading;

/* TRUE with errno. A file may claim to be of any size: what nobody waits for any more is not read
 * to its end. */
static gboolean
is_stopped (const gint *stop)
{
  if (stop == NULL || g_atomic_int_get (stop) == 0)
    return FALSE;
  errno = ECANCELED;
  return TRUE;
}

static gssize
read_fully (int fd, guint8 *buffer, gsize size, gint64 offset)
{
  gsize filled = 0;
  while (filled < size)
    {
      gssize got = pread (fd, buffer + filled, size - filled, offset + filled);
      if (got < 0 && errno != EINTR)
        return -1;
      if (got == 0)
        break;
      filled += MAX (got, 0);
    }
  return filled;
}

static gboolean
digest_zeros (const Reading *reading, gint64 size)
{
  static const guint8 zeros[65536];
  for (; size > 0; size -= MIN (size, (gint64) sizeof zeros))
    if (is_stopped (reading->stop)
        || EVP_DigestUpdate (reading->md, zeros, MIN (size, (gint64) sizeof zeros)) != 1)
      return FALSE;
  return TRUE;
}

/* A full disk is no reason not to make a change: it cannot be taken back then, and says so. */
static void
keep_chunk (Reading *reading, gint64 offset, gsize size)
{
  g_autoptr (GError) error = NULL;
  GuardianChangePiece piece = { .offset = offset, .size = size };
  if (reading->store == NULL)
    return;
  if (guardian_change_store_put (reading->store, reading->buffer, size, piece.id, &error))
    {
      g_array_append_val (reading->former->pieces, piece);
      return;
    }
  g_debug ("former content is not kept: %s", error->message);
  guardian_change_former_drop (reading->former, reading->store);
  reading->store = NULL;
}

static gboolean
read_extent (Reading *reading, gint64 start, gint64 end)
{
  while (start < end)
    {
      gsize size = MIN ((gint64) CHUNK, end - start);
      if (is_stopped (reading->stop))
        return FALSE;
      gssize got = read_fully (reading->fd, reading->buffer, size, start);
      if (got != (gssize) size)
        {
          errno = got < 0 ? errno : ESTALE;
          return FALSE;
        }
      if (EVP_DigestUpdate (reading->md, reading->buffer, size) != 1)
        {
          errno = EIO;
          return FALSE;
        }
      keep_chunk (reading, start, size);
      start += size;
    }
  return TRUE;
}

static gboolean
read_all (Reading *reading)
{
  gint64 size = reading->former->size;
  gint64 done = 0;
  while (done < size)
    {
      gint64 data = lseek (reading->fd, done, SEEK_DATA);
      if (data < 0 && errno == ENXIO)
        data = size;
      else if (data < 0)
        data = done; /* a file system without holes */
      gint64 hole = data < size ? lseek (reading->fd, data, SEEK_HOLE) : size;
      hole = hole < 0 ? size : MIN (hole, size);
      data = MIN (data, size);
      if (!digest_zeros (reading, data - done) || !read_extent (reading, data, hole))
        return FALSE;
      done = hole;
    }
  return TRUE;
}

static gboolean
finish_digest (EVP_MD_CTX *md, char ret_hex[65])
{
  guint8 digest[EVP_MAX_MD_SIZE];
  if (EVP_DigestFinal_ex (md, digest, NULL) != 1)
    return FALSE;
  g_autofree char *hex = cardea_hex_encode (digest, 32);
  g_strlcpy (ret_hex, hex, 65);
  return TRUE;
}

GuardianChangeFormer *
guardian_change_content_keep (int fd, GuardianChangeStore *store, const gint *stop, GError **error)
{
  struct stat st;
  g_autoptr (GuardianChangeFormer) former = g_new0 (GuardianChangeFormer, 1);
  g_autoptr (EVP_MD_CTX) md = EVP_MD_CTX_new ();
  former->attributes = guardian_change_attributes_read (fd, error);
  if (former->attributes == NULL)
    return NULL;
  if (fstat (fd, &st) != 0 || md == NULL || EVP_DigestInit_ex (md, EVP_sha256 (), NULL) != 1)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  former->size = st.st_size;
  if (store != NULL && !guardian_change_store_make_room (store, st.st_size))
    store = NULL;
  if (store != NULL)
    former->pieces = g_array_new (FALSE, FALSE, sizeof (GuardianChangePiece));

  g_autofree guint8 *buffer = g_malloc (CLAMP (former->size, 1, (gint64) CHUNK));
  Reading reading = { fd, md, store, former, buffer, stop };
  if (!read_all (&reading) || !finish_digest (md, former->sha256))
    {
      (void) guardian_change_error_set_errno (error, errno);
      if (reading.store != NULL)
        guardian_change_former_drop (former, reading.store);
      return NULL;
    }
  former->kept = reading.store != NULL;
  return g_steal_pointer (&former);
}

GBytes *
guardian_change_content_read (int fd, gsize limit, GError **error)
{
  struct stat st;
  if (fstat (fd, &st) != 0)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  if ((guint64) st.st_size > limit)
    return NULL;
  g_autofree guint8 *bytes = g_malloc (st.st_size + 1);
  gssize got = read_fully (fd, bytes, st.st_size, 0);
  if (got != st.st_size)
    {
      (void) guardian_change_error_set_errno (error, got < 0 ? errno : ESTALE);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), got);
}

GBytes *
guardian_change_content_read_former (const GuardianChangeFormer *former, GuardianChangeStore *store,
                                     gsize limit)
{
  if (!former->kept || (guint64) former->size > limit)
    return NULL;
  g_autofree guint8 *bytes = g_malloc0 (former->size + 1);
  for (guint i = 0; i < former->pieces->len; i++)
    {
      const GuardianChangePiece *piece = &g_array_index (former->pieces, GuardianChangePiece, i);
      gsize size = 0;
      g_autoptr (GBytes) chunk = guardian_change_store_get (store, piece->id);
      const void *from = chunk != NULL ? g_bytes_get_data (chunk, &size) : NULL;
      if (from == NULL || size != piece->size || piece->offset + (gint64) size > former->size)
        return NULL;
      memcpy (bytes + piece->offset, from, size);
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), former->size);
}

/* --- writing --- */

gboolean
guardian_change_content_write (int fd, const void *bytes, gsize size, gint64 offset, GError **error)
{
  const guint8 *from = bytes;
  while (size > 0)
    {
      gssize put = pwrite (fd, from, size, offset);
      if (put < 0 && errno != EINTR)
        return guardian_change_error_set_errno (error, errno);
      from += MAX (put, 0);
      offset += MAX (put, 0);
      size -= MAX (put, 0);
    }
  return TRUE;
}

static gboolean
is_gone (GError **error)
{
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                    "its former content is not there any more, or is damaged");
}

gboolean
guardian_change_content_restore (const GuardianChangeFormer *former, GuardianChangeStore *store,
                                 int fd, GError **error)
{
  if (!former->kept)
    return is_gone (error);
  if (ftruncate (fd, former->size) != 0)
    return guardian_change_error_set_errno (error, errno);
  for (guint i = 0; i < former->pieces->len; i++)
    {
      const GuardianChangePiece *piece = &g_array_index (former->pieces, GuardianChangePiece, i);
      gsize size = 0;
      g_autoptr (GBytes) chunk = guardian_change_store_get (store, piece->id);
      const void *bytes = chunk != NULL ? g_bytes_get_data (chunk, &size) : NULL;
      if (bytes == NULL || size != piece->size || piece->offset + (gint64) size > former->size)
        return is_gone (error);
      if (!guardian_change_content_write (fd, bytes, size, piece->offset, error))
        return FALSE;
    }
  g_autoptr (GuardianChangeFormer) again = guardian_change_content_keep (fd, NULL, NULL, error);
  if (again == NULL)
    return FALSE;
  return strcmp (again->sha256, former->sha256) == 0 || is_gone (error);
}

static gboolean
copy_extent (int from, int to, gint64 start, gint64 end, const gint *stop, GError **error)
{
  off_t in = start;
  off_t out = start;
  while (in < end)
    {
      if (is_stopped (stop))
        return guardian_change_error_set_errno (error, errno);
      gssize put = copy_file_range (from, &in, to, &out, MIN (end - in, (gint64) COPY), 0);
      if (put > 0 || (put < 0 && errno == EINTR))
        continue;
      /* Not between these two, or it ends earlier than it did: byte by byte then. */
      guint8 buffer[65536];
      gssize got = read_fully (from, buffer, MIN (end - in, (gint64) sizeof buffer), in);
      if (got <= 0)
        return guardian_change_error_set_errno (error, got < 0 ? errno : ESTALE);
      if (!guardian_change_content_write (to, buffer, got, out, error))
        return FALSE;
      in += got;
      out += got;
    }
  return TRUE;
}

gboolean
guardian_change_content_copy (int from, int to, gint64 size, const gint *stop, GError **error)
{
  struct stat st;
  if (ioctl (to, FICLONE, from) == 0)
    return (fstat (to, &st) == 0 && st.st_size == size)
           || guardian_change_error_set_errno (error, ESTALE);
  if (ftruncate (to, size) != 0)
    return guardian_change_error_set_errno (error, errno);
  for (gint64 done = 0; done < size;)
    {
      gint64 data = lseek (from, done, SEEK_DATA);
      if (data < 0 && errno == ENXIO)
        break;
      data = data < 0 ? done : data;
      gint64 hole = lseek (from, data, SEEK_HOLE);
      hole = hole < 0 ? size : MIN (hole, size);
      if (!copy_extent (from, to, data, hole, stop, error))
        return FALSE;
      done = hole;
    }
  return TRUE;
}

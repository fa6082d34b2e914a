/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel. Refuses: to give set-id bits or file capabilities to new
 * content. Known gaps: flags of chattr(1)
 * and project ids are not carried over; labels of SELinux and IMA are the system's to set. */

#include "guardian/files/change/guardian-change-attributes.h"

#include "common/base/cardea-encoding.h"
#include "guardian/files/change/guardian-change-error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define LIMIT_LIST 65536   /* XATTR_LIST_MAX */
#define LIMIT_VALUE 65536  /* XATTR_SIZE_MAX */
#define LIMIT_TOTAL 262144 /* of all values of one file */
#define NANOSECONDS 1000000000LL
#define CAPABILITIES "security.capability" /* what a program may do whoever runs it */

/* The system's own, made anew for every file. */
static const char *const not_ours[]
    = { "security.selinux", "security.ima", "security.evm", "security.SMACK64" };

static const struct {
  guint lost;
  const char *sentence;
} sentences[] = {
  { GUARDIAN_CHANGE_LOST_OWNER, "It will belong to you: its owner cannot be kept." },
  { GUARDIAN_CHANGE_LOST_GROUP, "Its group cannot be kept." },
  { GUARDIAN_CHANGE_LOST_ACL, "Its access list (ACL) cannot be kept." },
  { GUARDIAN_CHANGE_LOST_XATTR, "Some of its extended attributes cannot be kept." },
  { GUARDIAN_CHANGE_LOST_SET_ID,
    "It will not run as its owner or group, or with privileges, any more." },
};

void
guardian_change_attributes_free (GuardianChangeAttributes *attributes)
{
  if (attributes == NULL)
    return;
  g_clear_pointer (&attributes->xattrs, cardea_json_unref);
  g_free (attributes);
}

static gboolean
is_ours (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (not_ours); i++)
    if (strcmp (name, not_ours[i]) == 0)
      return FALSE;
  return g_utf8_validate (name, -1, NULL);
}

static void
read_xattr (int fd, const char *name, gsize *total, GuardianChangeAttributes *attributes)
{
  g_autofree guint8 *value = g_malloc (LIMIT_VALUE);
  gssize size = fgetxattr (fd, name, value, LIMIT_VALUE);
  if (size < 0 || *total + size > LIMIT_TOTAL)
    {
      attributes->cut |= size >= 0 || errno != ENODATA;
      return;
    }
  *total += size;
  g_autofree char *text = cardea_base64_encode (value, size);
  cardea_json_set_string (attributes->xattrs, name, text);
}

GuardianChangeAttributes *
guardian_change_attributes_read (int fd, GError **error)
{
  struct stat st;
  if (fstat (fd, &st) != 0)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  GuardianChangeAttributes *attributes = g_new0 (GuardianChangeAttributes, 1);
  attributes->mode = st.st_mode & ~(guint) S_IFMT;
  attributes->uid = st.st_uid;
  attributes->gid = st.st_gid;
  attributes->mtime_ns = st.st_mtim.tv_sec * NANOSECONDS + st.st_mtim.tv_nsec;
  attributes->xattrs = cardea_json_new_object ();

  gssize size = flistxattr (fd, NULL, 0);
  if (size <= 0)
    return attributes; /* none, or a file system that has none */
  gsize total = 0;
  g_autofree char *names = g_malloc (LIMIT_LIST);
  size = flistxattr (fd, names, LIMIT_LIST);
  attributes->cut = size < 0;
  for (gssize at = 0; at < size; at += strlen (names + at) + 1)
    if (is_ours (names + at))
      read_xattr (fd, names + at, &total, attributes);
  return attributes;
}

static guint
set_xattr (int fd, const char *name, const char *text)
{
  guint kind
      = g_str_has_prefix (name, "system.") ? GUARDIAN_CHANGE_LOST_ACL : GUARDIAN_CHANGE_LOST_XATTR;
  g_autoptr (GBytes) value = cardea_base64_decode (text);
  if (value == NULL)
    return kind;
  gsize size = 0;
  const void *bytes = g_bytes_get_data (value, &size);
  return fsetxattr (fd, name, bytes, size, 0) == 0 ? 0 : kind;
}

static guint
set_owner (const GuardianChangeAttributes *attributes, int fd, const struct stat *st)
{
  guint lost = 0;
  if (attributes->uid != st->st_uid && fchown (fd, attributes->uid, -1) != 0)
    lost |= GUARDIAN_CHANGE_LOST_OWNER;
  if (attributes->gid != st->st_gid && fchown (fd, -1, attributes->gid) != 0)
    lost |= GUARDIAN_CHANGE_LOST_GROUP;
  return lost;
}

gboolean
guardian_change_attributes_apply (const GuardianChangeAttributes *attributes, int fd, gboolean back,
                                  guint *ret_lost, GError **error)
{
  const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
                                     { .tv_sec = attributes->mtime_ns / NANOSECONDS,
                                       .tv_nsec = attributes->mtime_ns % NANOSECONDS } };
  struct stat st;
  if (fstat (fd, &st) != 0)
    return guardian_change_error_set_errno (error, errno);

  guint lost = set_owner (attributes, fd, &st);
  guint mode = attributes->mode;
  if ((mode & (S_ISUID | S_ISGID)) != 0 && (!back || lost != 0))
    {
      mode &= ~(guint) (S_ISUID | S_ISGID);
      lost |= GUARDIAN_CHANGE_LOST_SET_ID;
    }
  /* Before the access list: its mask is the mode's group part. */
  if (fchmod (fd, mode) != 0)
    return guardian_change_error_set_errno (error, errno);
  for (guint i = 0; i < cardea_json_size (attributes->xattrs); i++)
    if (!back && strcmp (cardea_json_nth_name (attributes->xattrs, i), CAPABILITIES) == 0)
      lost |= GUARDIAN_CHANGE_LOST_SET_ID;
    else
      lost |= set_xattr (fd, cardea_json_nth_name (attributes->xattrs, i),
                         cardea_json_string (cardea_json_nth (attributes->xattrs, i)));
  if (attributes->cut)
    lost |= GUARDIAN_CHANGE_LOST_XATTR;
  if (back && futimens (fd, times) != 0)
    return guardian_change_error_set_errno (error, errno);
  *ret_lost = lost;
  return TRUE;
}

CardeaJson *
guardian_change_attributes_write (const GuardianChangeAttributes *attributes)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_int (json, "mode", attributes->mode);
  cardea_json_set_int (json, "uid", attributes->uid);
  cardea_json_set_int (json, "gid", attributes->gid);
  cardea_json_set_int64_string (json, "mtime_ns", attributes->mtime_ns);
  if (cardea_json_size (attributes->xattrs) > 0)
    cardea_json_set (json, "xattrs", cardea_json_ref (attributes->xattrs));
  if (attributes->cut)
    cardea_json_set_boolean (json, "cut", TRUE);
  return json;
}

GuardianChangeAttributes *
guardian_change_attributes_parse (const CardeaJson *json)
{
  gint64 mode = 0, uid = 0, gid = 0;
  g_autoptr (GuardianChangeAttributes) attributes = g_new0 (GuardianChangeAttributes, 1);
  CardeaJson *xattrs = cardea_json_get (json, "xattrs");
  if (!cardea_json_get_int (json, "mode", &mode) || !cardea_json_get_int (json, "uid", &uid)
      || !cardea_json_get_int (json, "gid", &gid) || mode < 0 || mode > 07777 || uid < 0
      || uid > G_MAXUINT32 || gid < 0 || gid > G_MAXUINT32
      || !cardea_json_get_int64_string (json, "mtime_ns", &attributes->mtime_ns))
    return NULL;
  attributes->mode = mode;
  attributes->uid = uid;
  attributes->gid = gid;
  attributes->xattrs = xattrs != NULL ? cardea_json_ref (xattrs) : cardea_json_new_object ();
  (void) cardea_json_get_boolean (json, "cut", &attributes->cut);
  return g_steal_pointer (&attributes);
}

const char *
guardian_change_attributes_sentence (guint lost, guint index)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if ((lost & sentences[i].lost) != 0 && index-- == 0)
      return sentences[i].sentence;
  return NULL;
}

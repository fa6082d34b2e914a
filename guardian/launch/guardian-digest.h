/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

/* SHA-256 of our own programs, computed anew only when device, inode, size or a time changed. */
typedef struct _GuardianDigests GuardianDigests;

typedef struct {
  dev_t device;
  ino_t inode;
  const char *sha256; /* lower-case hex; borrowed from the cache */
} GuardianDigest;

typedef enum {
  GUARDIAN_DIGEST_ERROR_UNREADABLE,
} GuardianDigestError;

#define GUARDIAN_DIGEST_ERROR (guardian_digest_error_quark ())
GQuark guardian_digest_error_quark (void);

GuardianDigests *guardian_digests_new (void);
void guardian_digests_free (GuardianDigests *digests);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianDigests, guardian_digests_free)

/* ret stays valid until the next call for the same path. */
gboolean guardian_digests_get (GuardianDigests *digests, const char *path, GuardianDigest *ret,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

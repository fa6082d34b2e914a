/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* What a file is beside its content: owner, mode, access list and other extended attributes, time.
 * It goes over to the file that takes its name. */

typedef struct {
  guint mode;
  guint uid;
  guint gid;
  gint64 mtime_ns;
  CardeaJson *xattrs; /* {NAME: base64} */
  gboolean cut;       /* there were more than are kept */
} GuardianChangeAttributes;

/* What could not be kept: a mask. */
typedef enum {
  GUARDIAN_CHANGE_LOST_OWNER = 1 << 0,
  GUARDIAN_CHANGE_LOST_GROUP = 1 << 1,
  GUARDIAN_CHANGE_LOST_ACL = 1 << 2,
  GUARDIAN_CHANGE_LOST_XATTR = 1 << 3,
  GUARDIAN_CHANGE_LOST_SET_ID = 1 << 4,
} GuardianChangeLost;

void guardian_change_attributes_free (GuardianChangeAttributes *attributes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangeAttributes, guardian_change_attributes_free)

/* Of an open file or folder (not O_PATH). NULL with GUARDIAN_FILES_ERROR. */
GuardianChangeAttributes *guardian_change_attributes_read (int fd, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* To an open file of this process. back: the content is the former one as well, so that set-id bits
 * and the time come back, too; new content never gets set-id bits. FALSE when not even the mode can
 * be set. */
gboolean guardian_change_attributes_apply (const GuardianChangeAttributes *attributes, int fd,
                                           gboolean back, guint *ret_lost,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

CardeaJson *guardian_change_attributes_write (const GuardianChangeAttributes *attributes);
GuardianChangeAttributes *guardian_change_attributes_parse (const CardeaJson *json);

/* A sentence for each; NULL past the last. */
const char *guardian_change_attributes_sentence (guint lost, guint index);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

/* The few small files of the keys worker, in one private folder. folder is a descriptor of it. */

/* $XDG_DATA_HOME/cardea/keys, made (0700) when it is missing. -1 with an error when it is not ours
 * alone. ret_path may be NULL. */
int guardian_keys_folder_open (char **ret_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A regular file of this user, mode 0600, one name, at most limit bytes. NULL with ERROR_MISSING,
 * ERROR_UNSAFE or ERROR_FAILED; an empty file is ERROR_ALTERED. */
CardeaSecret *guardian_keys_folder_read (int folder, const char *name, gsize limit,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Written under another name that is made new (O_EXCL), synced, and put in place of name: after a
 * crash there is the former file or this one. */
gboolean guardian_keys_folder_write (int folder, const char *name, const guint8 *bytes, gsize size,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when it is gone afterwards. */
gboolean guardian_keys_folder_remove (int folder, const char *name);

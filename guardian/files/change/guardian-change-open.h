/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-store.h"

/* The undo store in its folder: made 0700 when it is missing, refused when others may write it, and
 * locked as long as this process lives. */
GuardianChangeStore *guardian_change_open (const char *folder, const CardeaSecret *key,
                                           gint64 max_bytes, guint days,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The 32 bytes in a memfd. NULL with GUARDIAN_FILES_ERROR. */
CardeaSecret *guardian_change_open_key (int memfd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Replaces folder/name as a whole (0600): the new content lies complete and synced beside the old
 * before it takes its name, and the folder is synced after. FALSE with an error of domain
 * G_FILE_ERROR, and the old content is still there. */
gboolean guardian_disk_replace (const char *folder, const char *name, const void *bytes, gsize size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

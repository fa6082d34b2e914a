/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-error.h"

/* Reading the files of a log folder. Names are relative to the folder. */
#define CARDEA_TLOG_FILE_CHECKPOINT "checkpoint"
#define CARDEA_TLOG_FILE_KEY "log.vkey"
#define CARDEA_TLOG_FILE_PENDING "pending"
#define CARDEA_TLOG_FILE_STORE "store"
#define CARDEA_TLOG_FILE_TMP                                                                       \
  "tmp" /* being written, in any folder; what a crash leaves of it has no meaning */
#define CARDEA_TLOG_FILE_TILES "tile"
#define CARDEA_TLOG_FILE_DETAILS "detail"

/* A descriptor of the folder; -1 with CARDEA_TLOG_ERROR_MISSING or _IO. */
int cardea_tlog_file_open_folder (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Replaces buffer's content by the whole file. CARDEA_TLOG_ERROR_FORMAT when it is no regular file
 * or holds more than limit bytes. */
gboolean cardea_tlog_file_read (int folder, const char *name, gsize limit, GByteArray *buffer,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Calls visit for every regular file below the folder's subfolder name (NULL: the folder itself,
 * without going into subfolders), in no particular order, with its path from the folder. What is
 * neither file nor folder is visited with regular FALSE. A missing subfolder is an empty one. visit
 * returns FALSE to stop. FALSE with CARDEA_TLOG_ERROR_IO, or without error when visit stopped. */
typedef gboolean (*CardeaTlogFileVisit) (const char *path, gboolean regular, gpointer user_data);
gboolean cardea_tlog_file_walk (int folder, const char *name, CardeaTlogFileVisit visit,
                                gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The names a store may have; NULL for anything else. text: the file's content with its newline. */
const char *cardea_tlog_file_parse_store (const guint8 *text, gsize size);

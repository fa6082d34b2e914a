/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "ui/store/ui-store-format.h"

#include <glib.h>

/* The folder of chats, as blocking calls for one thread (README.md says what lies in it). Ids are
 * 32 lower-case hex digits. */
typedef struct _UiStoreDisk UiStoreDisk;

typedef enum {
  UI_STORE_ERROR_LOCKED,  /* another process has it open */
  UI_STORE_ERROR_UNSAFE,  /* the folder is somebody else's or open to others */
  UI_STORE_ERROR_FAILED,  /* the file system said no; the message says what */
  UI_STORE_ERROR_DAMAGED, /* the file cannot be gone on with; it is left as it is */
  UI_STORE_ERROR_LIMIT,   /* larger than a record or file may be */
} UiStoreError;

#define UI_STORE_ERROR (ui_store_error_quark ())
GQuark ui_store_error_quark (void);

#define UI_STORE_ID_DIGITS 32u
gboolean ui_store_disk_is_id (const char *name);
#define UI_STORE_FILE_LIMIT (256u * 1024u * 1024u) /* bytes of one chat's file */
#define UI_STORE_DRAFT_LIMIT (1024u * 1024u)       /* bytes of one draft */

/* Opens, or makes, "chats" in the folder `parent`, and locks it. key: 32 bytes. */
UiStoreDisk *ui_store_disk_open (int parent, CardeaSecret *key,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ui_store_disk_close (UiStoreDisk *disk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiStoreDisk, ui_store_disk_close)

/* The ids of all there is, in no order; the caller owns the list. */
char **ui_store_disk_list (UiStoreDisk *disk, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Calls take with every record. FALSE when the file cannot be read at all; where it ends, and how,
 * is the result. A file that does not exist is whole and empty. */
gboolean ui_store_disk_read (UiStoreDisk *disk, const char *id, UiStoreTake take,
                             gpointer user_data, UiStoreEnd *ret_end,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* On the disk (fdatasync) when it returns. What a crash tore is written over; a damaged file is
 * not touched. What could not be written is kept, and written before the next. */
gboolean ui_store_disk_append (UiStoreDisk *disk, const char *id, const void *bytes, gsize size,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A draft replaces the one before it, all or nothing; size 0 removes it. */
gboolean ui_store_disk_write_draft (UiStoreDisk *disk, const char *id, const void *bytes,
                                    gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NULL without an error: there is none. */
GBytes *ui_store_disk_read_draft (UiStoreDisk *disk, const char *id,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Chat and draft: what their keys are made from is overwritten, then they are unlinked. */
gboolean ui_store_disk_delete (UiStoreDisk *disk, const char *id,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

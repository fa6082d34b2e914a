/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

#include <glib.h>

/* A file of records, sealed one by one (README.md, Format). Pure functions on bytes. */

#define UI_STORE_FORMAT_HEADER 32u
#define UI_STORE_FORMAT_RECORD_EXTRA 48u                   /* beyond a record's own bytes */
#define UI_STORE_FORMAT_RECORD_LIMIT (16u * 1024u * 1024u) /* bytes of one record */

typedef struct {
  guint8 header[UI_STORE_FORMAT_HEADER];
  CardeaSecret *lengths; /* authenticates where records end */
  CardeaSecret *records; /* seals them */
} UiStoreKeys;

/* header: that of a file, or NULL for a new one. context: what the file is for. NULL without memory
 * to lock, or when header is none of ours. */
UiStoreKeys *ui_store_format_keys (const CardeaSecret *master, const char *context,
                                   const guint8 *header);
void ui_store_format_keys_free (UiStoreKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiStoreKeys, ui_store_format_keys_free)

/* to: size + UI_STORE_FORMAT_RECORD_EXTRA bytes; sequence: 0 for the first record. */
void ui_store_format_seal (const UiStoreKeys *keys, guint64 sequence, const void *bytes, gsize size,
                           guint8 *to);

typedef enum {
  UI_STORE_END_WHOLE, /* the file ends with a record */
  UI_STORE_END_TORN,  /* … and behind it lies what a crash left of another, to be written over */
  UI_STORE_END_DAMAGED, /* something stands where a record must, and cannot be opened */
} UiStoreEnd;

/* Called with each record in order. FALSE: it makes no sense, the file is damaged from it on. */
typedef gboolean (*UiStoreTake) (const void *bytes, gsize size, gpointer user_data);

/* bytes: all of a file behind its header; untrusted. ret_good: how many of them are whole records,
 * ret_sequence: how many records these are. */
UiStoreEnd ui_store_format_walk (const UiStoreKeys *keys, const guint8 *bytes, gsize size,
                                 UiStoreTake take, gpointer user_data, gsize *ret_good,
                                 guint64 *ret_sequence);

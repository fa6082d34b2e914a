/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "ui/store/ui-store-disk.h"

#include <gio/gio.h>

/* The store of chats without waiting for the disk: everything happens in one thread of its own, in
 * the order in which it was asked for. */
#define UI_TYPE_STORE (ui_store_get_type ())
G_DECLARE_FINAL_TYPE (UiStore, ui_store, UI, STORE, GObject)

/* Signal: "trouble" (string): something could not be written; NULL: it can again. */
UiStore *ui_store_new (void);

/* parent: the folder "chats" lies in; taken. Gives the ids of all there is. */
void ui_store_open_async (UiStore *store, int parent, CardeaSecret *key,
                          GAsyncReadyCallback callback, gpointer user_data);
char **ui_store_open_finish (UiStore *store, GAsyncResult *result, GError **error);

/* One record, in the store's thread; after the last NULL, whatever its end. FALSE: it makes no
 * sense. */
typedef gboolean (*UiStoreTakeRecord) (const CardeaJson *record, gpointer user_data);

/* take is called in the store's thread, which owns user_data until the callback. */
void ui_store_read_async (UiStore *store, const char *id, UiStoreTakeRecord take,
                          gpointer take_data, GAsyncReadyCallback callback, gpointer user_data);
/* FALSE when the file could not be opened at all. ret_draft: NULL when there is none; the
 * caller's. */
gboolean ui_store_read_finish (UiStore *store, GAsyncResult *result, UiStoreEnd *ret_end,
                               CardeaJson **ret_draft, GError **error);

/* These are done in time and say so only when they cannot be ("trouble"). record and draft are not
 * changed any more by who gives them. */
void ui_store_append (UiStore *store, const char *id, CardeaJson *record);
void ui_store_write_draft (UiStore *store, const char *id, CardeaJson *draft); /* NULL: none */
/* And the pictures that were pasted into it. */
void ui_store_delete (UiStore *store, const char *id);

/* Waits until all that was asked for is done: before the last reference goes, never else. */
void ui_store_close (UiStore *store);

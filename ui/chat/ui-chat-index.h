/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* What was said in all chats, for the search: in memory only, nothing of it reaches the disk.
 * Adding and removing: from one thread. Searching happens in another, on what there was when it
 * began. */
typedef struct _UiChatIndex UiChatIndex;

UiChatIndex *ui_chat_index_new (void);
void ui_chat_index_free (UiChatIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiChatIndex, ui_chat_index_free)

void ui_chat_index_add (UiChatIndex *index, const char *id, const char *text);
/* Many at once, of GRefString; taken. */
void ui_chat_index_take (UiChatIndex *index, const char *id, GPtrArray *texts);
void ui_chat_index_remove (UiChatIndex *index, const char *id);

/* Which chats hold every word of text, in any case, in their title or in one of their texts.
 * titles: id → title, taken. The result: id → one line around the place, "" when it is the title
 * that holds them. */
void ui_chat_index_search_async (UiChatIndex *index, const char *text, GHashTable *titles,
                                 gpointer source, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
GHashTable *ui_chat_index_search_finish (GAsyncResult *result, GError **error);

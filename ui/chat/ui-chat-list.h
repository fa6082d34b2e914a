/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-index.h"
#include "ui/chat/ui-chat-session.h"

/* All chats of this person, newest first, and their sessions. A chat that is empty is not among
 * them. One a process, shared by its windows. */
#define UI_TYPE_CHAT_LIST (ui_chat_list_get_type ())
G_DECLARE_FINAL_TYPE (UiChatList, ui_chat_list, UI, CHAT_LIST, GObject)

/* Signals: "record" (UiChat *, CardeaJson *), "draft" (UiChat *), "wanted" (UiChat *: its entries
 * are to be read), "deleted" (UiChat *: for good): for who keeps them; "restored" (UiChat *: begun
 * with a draft and not sent when the window was last there): for windows.
 * "work": a session begins or ends to answer.
 * Property, notified: "trouble" (string, NULL: why chats are not kept). */
UiChatList *ui_chat_list_new (UiLink *link);

GListModel *ui_chat_list_get_chats (UiChatList *list); /* of UiChat; borrowed */
UiLink *ui_chat_list_get_link (UiChatList *list);

/* A chat to begin with: not listed before something is in it. */
UiChat *ui_chat_list_begin (UiChatList *list);
UiChat *ui_chat_list_begin_with (UiChatList *list, const UiChatForeign *foreign);
/* One that is kept already. */
void ui_chat_list_add (UiChatList *list, UiChat *chat);
UiChat *ui_chat_list_find (UiChatList *list, const char *id); /* borrowed; NULL */
/* Has its entries read when they are not here yet. */
void ui_chat_list_want (UiChatList *list, UiChat *chat);

void ui_chat_list_restored (UiChatList *list, UiChat *chat);

/* Its session object, made when it is first wanted; borrowed, and the same for every window. Beyond
 * the few that were used last, agents that have nothing to do are ended. */
UiChatSession *ui_chat_list_get_session (UiChatList *list, UiChat *chat);

/* One whose agent has something to do, the one that was written to last; borrowed; NULL: there is
 * none. ret_count (may be NULL): how many there are. */
UiChat *ui_chat_list_find_busy (UiChatList *list, guint *ret_count);
/* As by the button of each. */
void ui_chat_list_stop_busy (UiChatList *list);

/* Out of the list, its agent ended; still there until it is deleted for good or brought back. */
void ui_chat_list_withdraw (UiChatList *list, UiChat *chat);
gboolean ui_chat_list_is_withdrawn (UiChatList *list, UiChat *chat);
void ui_chat_list_bring_back (UiChatList *list, UiChat *chat);
void ui_chat_list_delete (UiChatList *list, UiChat *chat);
/* All that were withdrawn and not brought back: before the process ends. */
void ui_chat_list_delete_withdrawn (UiChatList *list);

/* Titles and texts; the result as of ui_chat_index_search_async(). */
void ui_chat_list_search_async (UiChatList *list, const char *text, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
GHashTable *ui_chat_list_search_finish (UiChatList *list, GAsyncResult *result, GError **error);
/* For who reads chats from the disk: what is searched in. */
UiChatIndex *ui_chat_list_get_index (UiChatList *list);

/* Ends every session of this user, of other programs too, whatever a chat is doing. */
void ui_chat_list_stop_everything (UiChatList *list, GAsyncReadyCallback callback,
                                   gpointer user_data);
/* How many ended; -1 with a sentence for the person. */
gint64 ui_chat_list_stop_everything_finish (UiChatList *list, GAsyncResult *result, GError **error);

const char *ui_chat_list_get_trouble (UiChatList *list);
void ui_chat_list_set_trouble (UiChatList *list, const char *trouble);

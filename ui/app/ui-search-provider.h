/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-keeper.h"

#include <gio/gio.h>

/* Answers GNOME Shell's search (org.gnome.Shell.SearchProvider2) with chats, from the index that is
 * in memory only, and with "Ask the assistant". Whatever it is told, nothing is sent to an agent:
 * it only says what the person chose. */
#define UI_TYPE_SEARCH_PROVIDER (ui_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (UiSearchProvider, ui_search_provider, UI, SEARCH_PROVIDER, GObject)

/* Signals: "chat-chosen" (UiChat *, guint timestamp), "asked" (text, guint timestamp), "search"
 * (text, guint timestamp). application is held while an answer is due, and outlives this. */
UiSearchProvider *ui_search_provider_new (GApplication *application);

/* Before the main loop runs. chats, keeper: where the answers come from. preferences: whether chats
 * may be found; NULL: they may. */
void ui_search_provider_set_chats (UiSearchProvider *provider, UiChatList *chats,
                                   UiChatKeeper *keeper, GSettings *preferences);

gboolean ui_search_provider_export (UiSearchProvider *provider, GDBusConnection *connection,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ui_search_provider_unexport (UiSearchProvider *provider);

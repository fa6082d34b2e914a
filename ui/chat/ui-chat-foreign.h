/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* Somebody else's agent with which a chat is held in place of ours: which, and where it works. Said
 * by the person when the chat began, and never changed. */

#define UI_CHAT_FOREIGN_TITLE 64u /* characters */

typedef struct {
  char *profile; /* data/profiles: its name */
  char *title;   /* as it was called then, for people */
  char *folder;  /* bytes: a full path */
  gboolean writable;
  char **hosts; /* HOST[:PORT] that it may go to beside its own; never NULL */
} UiChatForeign;

UiChatForeign *ui_chat_foreign_new (const char *profile, const char *title, const char *folder,
                                    gboolean writable);
/* hosts: NULL-terminated. */
void ui_chat_foreign_set_hosts (UiChatForeign *foreign, const char *const *hosts);
UiChatForeign *ui_chat_foreign_copy (const UiChatForeign *foreign);
void ui_chat_foreign_free (UiChatForeign *foreign);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiChatForeign, ui_chat_foreign_free)

/* The members profile, title, folder, access and hosts, into and out of a record; NULL: they are
 * not whole or cannot be. */
void ui_chat_foreign_write (const UiChatForeign *foreign, CardeaJson *record);
UiChatForeign *ui_chat_foreign_read (const CardeaJson *record);

/* DIR:ro or DIR:rw, as it is shared; the caller owns it. */
char *ui_chat_foreign_share (const UiChatForeign *foreign);

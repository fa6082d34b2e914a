/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-entry.h"

typedef struct {
  guint number;
  gint64 time;
  int height;
} UiChatEntryPrivate;

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (UiChatEntry, ui_chat_entry, G_TYPE_OBJECT)

static void
ui_chat_entry_class_init (UiChatEntryClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_CHAT_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
ui_chat_entry_init (UiChatEntry *self)
{
  UiChatEntryPrivate *private = ui_chat_entry_get_instance_private (self);
  private->time = g_get_real_time ();
}

guint
ui_chat_entry_get_number (UiChatEntry *self)
{
  UiChatEntryPrivate *private = ui_chat_entry_get_instance_private (self);
  return private->number;
}

void
ui_chat_entry_set_number (UiChatEntry *self, guint number)
{
  UiChatEntryPrivate *private = ui_chat_entry_get_instance_private (self);
  private->number = number;
}

gint64
ui_chat_entry_get_time (UiChatEntry *self)
{
  UiChatEntryPrivate *private = ui_chat_entry_get_instance_private (self);
  return private->time;
}

void
ui_chat_entry_set_time (UiChatEntry *self, gint64 time)
{
  UiChatEntryPrivate *private = ui_chat_entry_get_instance_private (self);
  private->time = time;
}

int
ui_chat_entry_get_height (UiChatEntry *self)
{
  UiChatEntryPrivate *private = ui_chat_entry_get_instance_private (self);
  return private->height;
}

void
ui_chat_entry_set_height (UiChatEntry *self, int height)
{
  UiChatEntryPrivate *private = ui_chat_entry_get_instance_private (self);
  private->height = height;
}

void
ui_chat_entry_changed (UiChatEntry *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/app/ui-model-menu.h"
#include "ui/app/ui-sidebar.h"
#include "ui/app/ui-window.h"
#include "ui/chat/ui-chat-view.h"

/* Shared by ui-window and ui-window-actions only. */

struct _UiWindow {
  AdwApplicationWindow parent_instance;
  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  UiSidebar *sidebar;
  GtkStack *pages;
  GtkLabel *title, *subtitle;
  UiModelMenu *model;
  GtkWidget *back;
  GtkBox *content;
  GtkRevealer *trouble_bar;
  GtkLabel *trouble;
  UiChatList *list;
  UiChatView *view;
  UiChat *chat;           /* the one that is shown */
  UiChatSession *session; /* its */
  GtkFileChooserNative *export;
  guint focus_source;
};

void ui_window_actions_install (GtkWidgetClass *widget_class);
/* Begins a chat, unless an empty one is shown already. */
void ui_window_begin_chat (UiWindow *window);

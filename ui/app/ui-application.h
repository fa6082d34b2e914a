/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

#include <adwaita.h>

/* cardea: one instance a session bus, a window a launch; files on the command line are chips. It
 * holds what all windows share: the link to the guardian and the chats. */
#define UI_TYPE_APPLICATION (ui_application_get_type ())
G_DECLARE_FINAL_TYPE (UiApplication, ui_application, UI, APPLICATION, AdwApplication)

UiApplication *ui_application_new (void);

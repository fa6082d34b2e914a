/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

/* The desktop's clipboard, for the guardian: what is wanted of it a person has allowed. */

/* There is one. */
gboolean ui_chat_clipboard_is_there (void);
/* Does what wanted (clipboard.wanted) says, and answers on link. */
void ui_chat_clipboard_serve (UiLink *link, CardeaMessage *wanted);

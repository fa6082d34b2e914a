/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/protocol/cardea-picture.h"

#include <glib-object.h>

/* A picture to be shown: pixels that the guardian had decoded, mapped, and never a file's bytes. */
#define UI_TYPE_CHAT_PICTURE (ui_chat_picture_get_type ())
G_DECLARE_FINAL_TYPE (UiChatPicture, ui_chat_picture, UI, CHAT_PICTURE, GObject)

/* Out of a message with the fields of a picture, which is trusted in nothing: see
 * cardea_picture_take(). name: untrusted words, escaped here; may be NULL. */
UiChatPicture *ui_chat_picture_take (CardeaMessage *message, guint edge, const char *name,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As it is kept with a chat: smaller, its longer side UI_CHAT_PICTURE_KEPT at most. Both are the
 * caller's; read gives NULL for what makes no sense. */
#define UI_CHAT_PICTURE_KEPT 320u /* pixels */
CardeaJson *ui_chat_picture_write (UiChatPicture *picture);
UiChatPicture *ui_chat_picture_read (const CardeaJson *json);

const char *ui_chat_picture_get_name (UiChatPicture *picture); /* "" without one */
guint ui_chat_picture_get_width (UiChatPicture *picture);
guint ui_chat_picture_get_height (UiChatPicture *picture);
guint ui_chat_picture_get_stride (UiChatPicture *picture); /* bytes of a row */
/* RGBA, not premultiplied, height * stride bytes that stay as they are; the caller owns it. */
GBytes *ui_chat_picture_get_pixels (UiChatPicture *picture);
/* "Picture “cat.png”, 640 × 480"; the size before it was made smaller. The caller owns it. */
char *ui_chat_picture_describe (UiChatPicture *picture);

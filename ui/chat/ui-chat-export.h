/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat.h"
#include "ui/link/ui-link.h"

/* A chat as a file for others. */
typedef enum {
  UI_CHAT_EXPORT_MARKDOWN, /* its pictures lie beside NAME.md in a folder NAME.files */
  UI_CHAT_EXPORT_JSON, /* {"format":"cardea-chat-1","title","id","exported","entries":[…]}; an entry
                        * has its "pictures" [{"name","media_type","width","height","sha256","data":
                        * base64}…], the whole its "proof" (ui-export-proof.h) */
} UiChatExportFormat;

/* Never waits; what file said before is lost. Of pictures, whatever is more than the format's limit
 * is left out, and all are where there is no room for a folder. link: for those in files that the
 * person gave, and for the proof. */
void ui_chat_export_async (UiChat *chat, UiChatExportFormat format, UiLink *link, GFile *file,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
/* FALSE: file is not written. ret_left_out: pictures. */
gboolean ui_chat_export_finish (GAsyncResult *result, guint *ret_left_out,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A file's name made from the title: no path in it, at most 80 characters. The caller owns it. */
char *ui_chat_export_name (UiChat *chat, UiChatExportFormat format);

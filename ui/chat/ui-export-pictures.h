/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat.h"
#include "ui/chat/ui-picture-loader.h"

/* The pictures of a chat as PNG files: those in files that the person gave, as they are now, and
 * those that an agent showed. They are made of pixels that the guardian had decoded, so that they
 * carry nothing of what else stands in a camera's file. */
typedef struct {
  char *words;  /* what it is, for who cannot see it */
  char *name;   /* as it is called, escaped; "" without one */
  char *file;   /* a file's name made of its content: the same picture has the same */
  char *sha256; /* of png, hexadecimal */
  guint width;  /* of png */
  guint height;
  GBytes *png;
} UiExportPicture;

typedef struct _UiExportPictures UiExportPictures;

void ui_export_pictures_free (UiExportPictures *pictures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiExportPictures, ui_export_pictures_free)

/* Never waits. limit: bytes of all together; what is beyond that is left out. A file that is gone,
 * or that cannot be decoded, is no picture. */
void ui_export_pictures_gather_async (UiChat *chat, UiPictureLoader *loader, gsize limit,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
UiExportPictures *ui_export_pictures_gather_finish (GAsyncResult *result,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* UiExportPicture of one entry, in their order; NULL: none. */
const GPtrArray *ui_export_pictures_of (const UiExportPictures *pictures, UiChatEntry *entry);
/* All, UiExportPicture. */
const GPtrArray *ui_export_pictures_all (const UiExportPictures *pictures);
guint ui_export_pictures_get_left_out (const UiExportPictures *pictures);

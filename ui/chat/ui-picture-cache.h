/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-picture.h"

#include <sys/stat.h>

/* Pictures of files that were decoded a moment ago, so that a row which comes into view again does
 * not ask for them once more. Bounded in bytes of pixels; the one that was not wanted for longest
 * goes first. One thread. */
typedef struct _UiPictureCache UiPictureCache;

/* Which file it was, and as it was: whatever changes it changes one of these. */
typedef struct {
  dev_t dev;
  ino_t ino;
  gint64 size;
  gint64 mtime_ns;
  gint64 ctime_ns;
} UiPictureCacheStamp;

void ui_picture_cache_stamp_take (UiPictureCacheStamp *ret_stamp, const struct stat *st);
gboolean ui_picture_cache_stamp_equal (const UiPictureCacheStamp *a, const UiPictureCacheStamp *b);

/* limit: bytes of pixels of all. One that takes more than an eighth of it is not kept. */
UiPictureCache *ui_picture_cache_new (gsize limit);
void ui_picture_cache_free (UiPictureCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiPictureCache, ui_picture_cache_free)

/* What that file was when it was last looked at; borrowed until the next call. NULL: not known. */
UiChatPicture *ui_picture_cache_find (UiPictureCache *cache, const char *path, guint edge,
                                      UiPictureCacheStamp *ret_stamp);
/* In place of what was known of it. */
void ui_picture_cache_keep (UiPictureCache *cache, const char *path, guint edge,
                            const UiPictureCacheStamp *stamp, UiChatPicture *picture);
/* It is none any more. */
void ui_picture_cache_drop (UiPictureCache *cache, const char *path, guint edge);
gsize ui_picture_cache_get_bytes (const UiPictureCache *cache);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-picture-cache.h"

#define LARGEST 8u /* of the limit, that one may take: its part */
#define SECOND_NS G_GINT64_CONSTANT (1000000000)

typedef struct {
  char *key;
  UiPictureCacheStamp stamp;
  UiChatPicture *picture;
  gsize bytes;
} Item;

struct _UiPictureCache {
  gsize limit;
  gsize bytes;
  GHashTable *links; /* key, of the item → its link in items */
  GQueue items;      /* Item, the one wanted last first */
};

void
ui_picture_cache_stamp_take (UiPictureCacheStamp *ret_stamp, const struct stat *st)
{
  *ret_stamp
      = (UiPictureCacheStamp){ .dev = st->st_dev,
                               .ino = st->st_ino,
                               .size = st->st_size,
                               .mtime_ns = st->st_mtim.tv_sec * SECOND_NS + st->st_mtim.tv_nsec,
                               .ctime_ns = st->st_ctim.tv_sec * SECOND_NS + st->st_ctim.tv_nsec };
}

gboolean
ui_picture_cache_stamp_equal (const UiPictureCacheStamp *a, const UiPictureCacheStamp *b)
{
  return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->mtime_ns == b->mtime_ns
         && a->ctime_ns == b->ctime_ns;
}

static char *
make_key (const char *path, guint edge)
{
  return g_strdup_printf ("%u %s", edge, path);
}

static void
item_free (gpointer data)
{
  Item *item = data;
  g_object_unref (item->picture);
  g_free (item->key);
  g_free (item);
}

static void
remove_link (UiPictureCache *self, GList *link)
{
  Item *item = link->data;

  self->bytes -= item->bytes;
  g_hash_table_remove (self->links, item->key);
  g_queue_delete_link (&self->items, link);
  item_free (item);
}

UiChatPicture *
ui_picture_cache_find (UiPictureCache *self, const char *path, guint edge,
                       UiPictureCacheStamp *ret_stamp)
{
  g_autofree char *key = make_key (path, edge);
  GList *link = g_hash_table_lookup (self->links, key);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->items, link);
  g_queue_push_head_link (&self->items, link);
  const Item *item = link->data;
  *ret_stamp = item->stamp;
  return item->picture;
}

void
ui_picture_cache_drop (UiPictureCache *self, const char *path, guint edge)
{
  g_autofree char *key = make_key (path, edge);
  GList *link = g_hash_table_lookup (self->links, key);

  if (link != NULL)
    remove_link (self, link);
}

void
ui_picture_cache_keep (UiPictureCache *self, const char *path, guint edge,
                       const UiPictureCacheStamp *stamp, UiChatPicture *picture)
{
  gsize bytes = (gsize) ui_chat_picture_get_height (picture) * ui_chat_picture_get_stride (picture);

  g_object_ref (picture); /* it may be the one that goes */
  ui_picture_cache_drop (self, path, edge);
  if (bytes > self->limit / LARGEST)
    {
      g_object_unref (picture);
      return;
    }
  while (self->bytes + bytes > self->limit)
    remove_link (self, g_queue_peek_tail_link (&self->items));
  Item *item = g_new0 (Item, 1);
  item->key = make_key (path, edge);
  item->stamp = *stamp;
  item->picture = picture;
  item->bytes = bytes;
  self->bytes += bytes;
  g_queue_push_head (&self->items, item);
  g_hash_table_insert (self->links, item->key, self->items.head);
}

gsize
ui_picture_cache_get_bytes (const UiPictureCache *self)
{
  return self->bytes;
}

UiPictureCache *
ui_picture_cache_new (gsize limit)
{
  UiPictureCache *self = g_new0 (UiPictureCache, 1);

  self->limit = limit;
  self->links = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->items);
  return self;
}

void
ui_picture_cache_free (UiPictureCache *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->links);
  g_queue_clear_full (&self->items, item_free);
  g_free (self);
}

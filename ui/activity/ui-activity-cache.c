/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-cache.h"

#define KEPT 1500 /* records held beyond those that are looked at */

struct _UiActivityCache {
  GHashTable *known;  /* sequence number → Known */
  GHashTable *absent; /* sequence numbers */
  GQueue kept;        /* items, referenced, the latest last */
};

/* What an item's end has to say to the cache. */
typedef struct {
  UiActivityCache *cache;
  gint64 seq;
  UiActivityItem *item; /* not referenced */
} Known;

static void
item_gone_cb (gpointer user_data, GObject *item)
{
  const Known *known = user_data;
  UiActivityCache *cache = known->cache;
  gint64 seq = known->seq;

  g_hash_table_remove (cache->absent, &seq);
  g_hash_table_remove (cache->known, &seq);
}

UiActivityItem *
ui_activity_cache_find (UiActivityCache *cache, gint64 seq)
{
  const Known *known = g_hash_table_lookup (cache->known, &seq);
  return known != NULL ? known->item : NULL;
}

UiActivityItem *
ui_activity_cache_add (UiActivityCache *cache, gint64 seq, CardeaJson *record)
{
  Known *known = g_new (Known, 1);

  *known = (Known){ .cache = cache, .seq = seq, .item = ui_activity_item_new (record) };
  g_hash_table_insert (cache->known, g_memdup2 (&seq, sizeof seq), known);
  g_object_weak_ref (G_OBJECT (known->item), item_gone_cb, known);
  if (record == NULL)
    ui_activity_cache_mark_absent (cache, seq);
  g_queue_push_tail (&cache->kept, g_object_ref (known->item));
  if (cache->kept.length > KEPT)
    g_object_unref (g_queue_pop_head (&cache->kept));
  return known->item;
}

/* Items that a widget still holds go on living; they are of no cache any more. */
void
ui_activity_cache_clear (UiActivityCache *cache)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, cache->known);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_object_weak_unref (G_OBJECT (((Known *) value)->item), item_gone_cb, value);
  g_hash_table_remove_all (cache->known);
  g_hash_table_remove_all (cache->absent);
  g_queue_clear_full (&cache->kept, g_object_unref);
}

void
ui_activity_cache_mark_absent (UiActivityCache *cache, gint64 seq)
{
  g_hash_table_add (cache->absent, g_memdup2 (&seq, sizeof seq));
}

guint
ui_activity_cache_find_absent (UiActivityCache *cache, gint64 width, gint64 *ret_first)
{
  GHashTableIter iter;
  gpointer key;
  gint64 newest = -1;
  guint count = 0;

  g_hash_table_iter_init (&iter, cache->absent);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    newest = MAX (newest, *(gint64 *) key);
  *ret_first = newest;
  g_hash_table_iter_init (&iter, cache->absent);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (*(gint64 *) key > newest - width)
      {
        *ret_first = MIN (*ret_first, *(gint64 *) key);
        count++;
      }
  return count;
}

void
ui_activity_cache_fill (UiActivityCache *cache, gint64 seq, CardeaJson *record)
{
  if (g_hash_table_remove (cache->absent, &seq))
    ui_activity_item_set_json (ui_activity_cache_find (cache, seq), record);
}

void
ui_activity_cache_give_up (UiActivityCache *cache, gint64 first, gint64 next)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, cache->absent);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (*(gint64 *) key >= first && *(gint64 *) key < next)
      g_hash_table_iter_remove (&iter);
}

UiActivityCache *
ui_activity_cache_new (void)
{
  UiActivityCache *cache = g_new0 (UiActivityCache, 1);

  cache->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  cache->absent = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&cache->kept);
  return cache;
}

void
ui_activity_cache_free (UiActivityCache *cache)
{
  ui_activity_cache_clear (cache);
  g_hash_table_unref (cache->known);
  g_hash_table_unref (cache->absent);
  g_free (cache);
}

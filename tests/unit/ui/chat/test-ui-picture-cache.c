/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are kept for a moment: which go, and when, and that a file which changed is another
 * one. */

#include "common/protocol/cardea-descriptor.h"
#include "ui/chat/ui-picture-cache.h"

#define SIDE 10u
#define BYTES (SIDE * SIDE * CARDEA_PICTURE_PIXEL)

static const UiPictureCacheStamp stamp = { 1, 2, 3, 4, 5 };

static UiChatPicture *
new_picture (guint width, guint height)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *pixels = g_malloc0 ((gsize) width * height * CARDEA_PICTURE_PIXEL);
  g_autoptr (CardeaMessage) message = cardea_message_new ("picture.shown");
  const CardeaPicture picture
      = { width,
          height,
          width * CARDEA_PICTURE_PIXEL,
          width,
          height,
          cardea_descriptor_new_memfd ("test", pixels,
                                       (gsize) width * height * CARDEA_PICTURE_PIXEL) };
  cardea_picture_put (message, &picture);
  UiChatPicture *taken = ui_chat_picture_take (message, CARDEA_PICTURE_EDGE_MOST, NULL, &error);
  g_assert_no_error (error);
  return taken;
}

static void
keep (UiPictureCache *cache, const char *path)
{
  g_autoptr (UiChatPicture) picture = new_picture (SIDE, SIDE);
  ui_picture_cache_keep (cache, path, 64, &stamp, picture);
}

static gboolean
has (UiPictureCache *cache, const char *path)
{
  UiPictureCacheStamp found;
  return ui_picture_cache_find (cache, path, 64, &found) != NULL;
}

static void
test_found (void)
{
  g_autoptr (UiPictureCache) cache = ui_picture_cache_new (100 * BYTES);
  g_autoptr (UiChatPicture) picture = new_picture (SIDE, SIDE);
  UiPictureCacheStamp found;

  g_assert_null (ui_picture_cache_find (cache, "/a", 64, &found));
  ui_picture_cache_keep (cache, "/a", 64, &stamp, picture);
  g_assert_true (ui_picture_cache_find (cache, "/a", 64, &found) == picture);
  g_assert_true (ui_picture_cache_stamp_equal (&found, &stamp));
  g_assert_null (ui_picture_cache_find (cache, "/a", 128, &found));
  g_assert_null (ui_picture_cache_find (cache, "/b", 64, &found));
  ui_picture_cache_drop (cache, "/a", 64);
  g_assert_false (has (cache, "/a"));
  g_assert_cmpuint (ui_picture_cache_get_bytes (cache), ==, 0);
}

/* Never more than the limit; what is looked at stays. */
static void
test_bounded (void)
{
  g_autoptr (UiPictureCache) cache = ui_picture_cache_new (8 * BYTES);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%u", i);
      keep (cache, path);
    }
  g_assert_cmpuint (ui_picture_cache_get_bytes (cache), ==, 8 * BYTES);
  g_assert_true (has (cache, "/0"));
  keep (cache, "/8");
  g_assert_cmpuint (ui_picture_cache_get_bytes (cache), ==, 8 * BYTES);
  g_assert_true (has (cache, "/0"));
  g_assert_false (has (cache, "/1"));
  keep (cache, "/0"); /* again: in place of itself */
  g_assert_cmpuint (ui_picture_cache_get_bytes (cache), ==, 8 * BYTES);
  g_assert_true (has (cache, "/2"));
}

/* One large picture does not drive out all others; and what was known of it is not true any more.
 */
static void
test_large (void)
{
  g_autoptr (UiPictureCache) cache = ui_picture_cache_new (8 * BYTES);
  g_autoptr (UiChatPicture) large = new_picture (SIDE, SIDE + 1);

  keep (cache, "/a");
  keep (cache, "/b");
  ui_picture_cache_keep (cache, "/a", 64, &stamp, large);
  g_assert_false (has (cache, "/a"));
  g_assert_true (has (cache, "/b"));
  g_assert_cmpuint (ui_picture_cache_get_bytes (cache), ==, BYTES);
}

/* Keeping what comes out of it. */
static void
test_itself (void)
{
  g_autoptr (UiPictureCache) cache = ui_picture_cache_new (8 * BYTES);
  UiPictureCacheStamp found;

  keep (cache, "/a");
  ui_picture_cache_keep (cache, "/a", 64, &stamp, ui_picture_cache_find (cache, "/a", 64, &found));
  g_assert_true (has (cache, "/a"));
  g_assert_cmpuint (ui_picture_cache_get_bytes (cache), ==, BYTES);
}

static void
test_stamp (void)
{
  struct stat st = { .st_dev = 1, .st_ino = 2, .st_size = 3 };
  st.st_mtim = (struct timespec){ 4, 5 };
  st.st_ctim = (struct timespec){ 6, 7 };
  UiPictureCacheStamp before, after;

  ui_picture_cache_stamp_take (&before, &st);
  ui_picture_cache_stamp_take (&after, &st);
  g_assert_true (ui_picture_cache_stamp_equal (&before, &after));
  st.st_ctim.tv_nsec++;
  ui_picture_cache_stamp_take (&after, &st);
  g_assert_false (ui_picture_cache_stamp_equal (&before, &after));
  st.st_ctim.tv_nsec--;
  st.st_size++;
  ui_picture_cache_stamp_take (&after, &st);
  g_assert_false (ui_picture_cache_stamp_equal (&before, &after));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-cache/found", test_found);
  g_test_add_func ("/picture-cache/bounded", test_bounded);
  g_test_add_func ("/picture-cache/large", test_large);
  g_test_add_func ("/picture-cache/itself", test_itself);
  g_test_add_func ("/picture-cache/stamp", test_stamp);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing but the kernel: what is mapped is a memfd whose size was compared and that nobody
 * can shrink or write any more, so that reading it ends in nobody's hands. Refuses everything else.
 * Known gaps: none. */

#include "ui/chat/ui-chat-picture.h"

#include "common/base/cardea-text.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>

#define NAME_LIMIT 256u /* bytes of what somebody calls a picture */

struct _UiChatPicture {
  GObject parent_instance;
  char *name;
  guint width;
  guint height;
  guint stride;
  guint full_width;
  guint full_height;
  GBytes *pixels;
};

G_DEFINE_FINAL_TYPE (UiChatPicture, ui_chat_picture, G_TYPE_OBJECT)

typedef struct {
  void *bytes;
  gsize size;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;
  munmap (mapping->bytes, mapping->size);
  g_free (mapping);
}

static GBytes *
map_pixels (const CardeaPicture *picture, GError **error)
{
  gsize size = (gsize) picture->height * picture->stride;
  void *bytes = mmap (NULL, size, PROT_READ, MAP_PRIVATE, picture->pixels, 0);
  int reason = errno;

  if (bytes == MAP_FAILED)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (reason), g_strerror (reason));
      return NULL;
    }
  Mapping *mapping = g_new (Mapping, 1);
  *mapping = (Mapping){ bytes, size };
  return g_bytes_new_with_free_func (bytes, size, mapping_free, mapping);
}

UiChatPicture *
ui_chat_picture_take (CardeaMessage *message, guint edge, const char *name, GError **error)
{
  g_auto (CardeaPicture) picture = { .pixels = -1 };

  if (!cardea_picture_take (message, edge, &picture, error))
    return NULL;
  g_autoptr (GBytes) pixels = map_pixels (&picture, error);
  if (pixels == NULL)
    return NULL;
  UiChatPicture *self = g_object_new (UI_TYPE_CHAT_PICTURE, NULL);
  self->name
      = name != NULL ? cardea_text_escape (name, strnlen (name, NAME_LIMIT), NULL) : g_strdup ("");
  self->width = picture.width;
  self->height = picture.height;
  self->stride = picture.stride;
  self->full_width = picture.full_width;
  self->full_height = picture.full_height;
  self->pixels = g_steal_pointer (&pixels);
  return self;
}

/* --- as it is kept --- */

/* The mean of what falls on one pixel. What is transparent has no colour to give. */
static void
mix (const UiChatPicture *from, const guint8 *pixels, guint x, guint y, guint width, guint height,
     guint8 *to)
{
  guint right = (x + 1) * from->width / width, bottom = (y + 1) * from->height / height;
  guint colour[3] = { 0 }, alpha = 0, count = 0;

  for (guint row = y * from->height / height; row < bottom; row++)
    for (guint column = x * from->width / width; column < right; column++, count++)
      {
        const guint8 *pixel = pixels + (gsize) row * from->stride + column * CARDEA_PICTURE_PIXEL;
        for (guint i = 0; i < 3; i++)
          colour[i] += pixel[i] * pixel[3];
        alpha += pixel[3];
      }
  for (guint i = 0; i < 3; i++)
    to[i] = (guint8) (alpha > 0 ? colour[i] / alpha : 0);
  to[3] = (guint8) (alpha / count);
}

CardeaJson *
ui_chat_picture_write (UiChatPicture *self)
{
  guint longer = MAX (self->width, self->height);
  guint width = longer <= UI_CHAT_PICTURE_KEPT
                    ? self->width
                    : MAX (1, self->width * UI_CHAT_PICTURE_KEPT / longer);
  guint height = longer <= UI_CHAT_PICTURE_KEPT
                     ? self->height
                     : MAX (1, self->height * UI_CHAT_PICTURE_KEPT / longer);
  gsize size = (gsize) width * height * CARDEA_PICTURE_PIXEL;
  const guint8 *pixels = g_bytes_get_data (self->pixels, NULL);
  g_autofree guint8 *small = g_malloc (size);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      mix (self, pixels, x, y, width, height,
           small + ((gsize) y * width + x) * CARDEA_PICTURE_PIXEL);
  CardeaJson *json = cardea_json_new_object ();
  g_autofree char *packed = g_base64_encode (small, size);
  cardea_json_set_string (json, "name", self->name);
  cardea_json_set_int (json, "width", width);
  cardea_json_set_int (json, "height", height);
  cardea_json_set_int (json, "full_width", self->full_width);
  cardea_json_set_int (json, "full_height", self->full_height);
  cardea_json_set_string (json, "rgba", packed);
  return json;
}

static gboolean
read_side (const CardeaJson *json, const char *name, guint most, guint *ret_side)
{
  gint64 side = 0;

  if (!cardea_json_get_int (json, name, &side) || side < 1 || side > (gint64) most)
    return FALSE;
  *ret_side = (guint) side;
  return TRUE;
}

UiChatPicture *
ui_chat_picture_read (const CardeaJson *json)
{
  const char *name = json != NULL ? cardea_json_get_string (json, "name") : NULL;
  const char *packed = json != NULL ? cardea_json_get_string (json, "rgba") : NULL;
  guint width, height, full_width, full_height;
  gsize size = 0;

  if (name == NULL || packed == NULL || !read_side (json, "width", UI_CHAT_PICTURE_KEPT, &width)
      || !read_side (json, "height", UI_CHAT_PICTURE_KEPT, &height)
      || !read_side (json, "full_width", G_MAXINT32, &full_width)
      || !read_side (json, "full_height", G_MAXINT32, &full_height))
    return NULL;
  guchar *pixels = g_base64_decode (packed, &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, size);
  if (size != (gsize) width * height * CARDEA_PICTURE_PIXEL)
    return NULL;
  UiChatPicture *self = g_object_new (UI_TYPE_CHAT_PICTURE, NULL);
  self->name = g_strdup (name);
  self->width = width;
  self->height = height;
  self->stride = width * CARDEA_PICTURE_PIXEL;
  self->full_width = full_width;
  self->full_height = full_height;
  self->pixels = g_steal_pointer (&bytes);
  return self;
}

const char *
ui_chat_picture_get_name (UiChatPicture *self)
{
  return self->name;
}

guint
ui_chat_picture_get_width (UiChatPicture *self)
{
  return self->width;
}

guint
ui_chat_picture_get_height (UiChatPicture *self)
{
  return self->height;
}

guint
ui_chat_picture_get_stride (UiChatPicture *self)
{
  return self->stride;
}

GBytes *
ui_chat_picture_get_pixels (UiChatPicture *self)
{
  return g_bytes_ref (self->pixels);
}

char *
ui_chat_picture_describe (UiChatPicture *self)
{
  if (*self->name == '\0')
    /* Translators: for a screen reader; width and height in pixels. */
    return g_strdup_printf (_ ("Picture, %u × %u"), self->full_width, self->full_height);
  /* Translators: for a screen reader; a file's name, width and height in pixels. */
  return g_strdup_printf (_ ("Picture %s, %u × %u"), self->name, self->full_width,
                          self->full_height);
}

static void
ui_chat_picture_finalize (GObject *object)
{
  UiChatPicture *self = UI_CHAT_PICTURE (object);
  g_free (self->name);
  g_bytes_unref (self->pixels);
  G_OBJECT_CLASS (ui_chat_picture_parent_class)->finalize (object);
}

static void
ui_chat_picture_class_init (UiChatPictureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_chat_picture_finalize;
}

static void
ui_chat_picture_init (UiChatPicture *self)
{
}

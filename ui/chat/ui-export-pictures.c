/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of a picture but its pixels, which were compared when they came. Refuses more than
 * its limits. Known gaps: of a picture that an agent showed and that was kept with the chat only
 * the small one is left. */

#include "ui/chat/ui-export-pictures.h"

#include "common/crypto/cardea-digest.h"
#include "ui/chat/ui-chat-card.h"
#include "ui/chat/ui-chat-message.h"
#include "ui/chat/ui-picture-view.h"

#define EDGE 1280u         /* pixels of a given picture's longer side */
#define COUNT_LIMIT 500u   /* pictures of one chat */
#define FILE_CHARACTERS 16 /* of the digest */

struct _UiExportPictures {
  GHashTable *entries; /* UiChatEntry → GPtrArray of UiExportPicture, borrowed from all */
  GPtrArray *all;
  guint left_out;
};

/* One that is to come: of an agent's, or in a file. */
typedef struct {
  UiChatEntry *entry;
  UiChatPicture *picture;
  char *path;
} Source;

typedef struct {
  UiExportPictures *pictures;
  UiPictureLoader *loader;
  GQueue waiting;  /* Source */
  Source *current; /* the one that is being made */
  gsize left;      /* bytes that still fit */
} Gather;

static void
picture_free (gpointer data)
{
  UiExportPicture *picture = data;
  g_free (picture->words);
  g_free (picture->name);
  g_free (picture->file);
  g_free (picture->sha256);
  g_clear_pointer (&picture->png, g_bytes_unref);
  g_free (picture);
}

static void
source_free (gpointer data)
{
  Source *source = data;
  g_object_unref (source->entry);
  g_clear_object (&source->picture);
  g_free (source->path);
  g_free (source);
}

void
ui_export_pictures_free (UiExportPictures *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->all);
  g_free (self);
}

static void
gather_free (gpointer data)
{
  Gather *gather = data;
  g_clear_pointer (&gather->pictures, ui_export_pictures_free);
  g_clear_pointer (&gather->current, source_free);
  g_queue_clear_full (&gather->waiting, source_free);
  g_object_unref (gather->loader);
  g_free (gather);
}

/* --- what there is --- */

static void
add_source (Gather *gather, UiChatEntry *entry, UiChatPicture *picture, const char *path)
{
  if (g_queue_get_length (&gather->waiting) >= COUNT_LIMIT)
    {
      gather->pictures->left_out++;
      return;
    }
  Source *source = g_new0 (Source, 1);
  source->entry = g_object_ref (entry);
  source->picture = picture != NULL ? g_object_ref (picture) : NULL;
  source->path = g_strdup (path);
  g_queue_push_tail (&gather->waiting, source);
}

/* As the window shows them: files that the person gave, never those that an agent names. */
static void
list_given (Gather *gather, UiChatMessage *message)
{
  const char *const *files = ui_chat_message_get_files (message);

  if (ui_chat_message_get_author (message) != UI_CHAT_AUTHOR_PERSON)
    return;
  for (guint i = 0; files[i] != NULL; i++)
    if (ui_picture_loader_knows (files[i]))
      add_source (gather, UI_CHAT_ENTRY (message), NULL, files[i]);
}

static void
list_shown (Gather *gather, UiChatCard *card)
{
  const GPtrArray *pictures = ui_chat_card_facts (card)->pictures;

  for (guint i = 0; pictures != NULL && i < pictures->len; i++)
    add_source (gather, UI_CHAT_ENTRY (card), pictures->pdata[i], NULL);
}

static void
list_sources (Gather *gather, UiChat *chat)
{
  GListModel *entries = ui_chat_get_entries (chat);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i);
      if (UI_IS_CHAT_MESSAGE (entry))
        list_given (gather, UI_CHAT_MESSAGE (entry));
      else
        list_shown (gather, UI_CHAT_CARD (entry));
    }
}

/* --- one after another --- */

static void next (GTask *task);

static void
encode_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GdkPaintable) paintable = ui_picture_view_paintable (data);
  UiExportPicture *made = g_new0 (UiExportPicture, 1);

  made->png = gdk_texture_save_to_png_bytes (GDK_TEXTURE (paintable));
  made->sha256
      = cardea_digest_sha256_hex (g_bytes_get_data (made->png, NULL), g_bytes_get_size (made->png));
  made->file = g_strdup_printf ("%.*s.png", FILE_CHARACTERS, made->sha256);
  g_task_return_pointer (task, made, picture_free);
}

static void
keep (Gather *gather, UiExportPicture *made)
{
  UiExportPictures *pictures = gather->pictures;
  Source *source = gather->current;
  gsize size = g_bytes_get_size (made->png);

  if (size > gather->left)
    {
      pictures->left_out++;
      picture_free (made);
      return;
    }
  gather->left -= size;
  made->words = ui_chat_picture_describe (source->picture);
  made->name = g_strdup (ui_chat_picture_get_name (source->picture));
  made->width = ui_chat_picture_get_width (source->picture);
  made->height = ui_chat_picture_get_height (source->picture);
  GPtrArray *list = g_hash_table_lookup (pictures->entries, source->entry);
  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (pictures->entries, g_object_ref (source->entry), list);
    }
  g_ptr_array_add (list, made);
  g_ptr_array_add (pictures->all, made);
}

static void
encoded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  UiExportPicture *made = g_task_propagate_pointer (G_TASK (result), NULL);

  if (made != NULL)
    keep (g_task_get_task_data (task), made);
  next (task);
}

static void
encode (GTask *task)
{
  const Gather *gather = g_task_get_task_data (task);
  g_autoptr (GTask) encoding = g_task_new (NULL, NULL, encoded_cb, task);

  g_task_set_task_data (encoding, g_object_ref (gather->current->picture), g_object_unref);
  g_task_run_in_thread (encoding, encode_thread);
}

static void
loaded_cb (GObject *loader, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Gather *gather = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  gather->current->picture
      = ui_picture_loader_load_finish (UI_PICTURE_LOADER (loader), result, &error);
  if (gather->current->picture != NULL)
    {
      encode (task);
      return;
    }
  g_debug ("a picture is not exported: %s", error->message);
  next (task);
}

static void
next (GTask *task)
{
  Gather *gather = g_task_get_task_data (task);

  g_clear_pointer (&gather->current, source_free);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  gather->current = g_queue_pop_head (&gather->waiting);
  if (gather->current == NULL)
    {
      g_task_return_pointer (task, g_steal_pointer (&gather->pictures),
                             (GDestroyNotify) ui_export_pictures_free);
      g_object_unref (task);
    }
  else if (gather->current->picture != NULL)
    encode (task);
  else
    ui_picture_loader_load_async (gather->loader, gather->current->path, EDGE,
                                  g_task_get_cancellable (task), loaded_cb, task);
}

void
ui_export_pictures_gather_async (UiChat *chat, UiPictureLoader *loader, gsize limit,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (chat, cancellable, callback, user_data);
  Gather *gather = g_new0 (Gather, 1);
  UiExportPictures *pictures = g_new0 (UiExportPictures, 1);

  pictures->entries
      = g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) g_ptr_array_unref);
  pictures->all = g_ptr_array_new_with_free_func (picture_free);
  gather->pictures = pictures;
  gather->loader = g_object_ref (loader);
  gather->left = limit;
  g_queue_init (&gather->waiting);
  g_task_set_task_data (task, gather, gather_free);
  list_sources (gather, chat);
  next (task);
}

UiExportPictures *
ui_export_pictures_gather_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

const GPtrArray *
ui_export_pictures_of (const UiExportPictures *self, UiChatEntry *entry)
{
  return g_hash_table_lookup (self->entries, entry);
}

const GPtrArray *
ui_export_pictures_all (const UiExportPictures *self)
{
  return self->all;
}

guint
ui_export_pictures_get_left_out (const UiExportPictures *self)
{
  return self->left_out;
}

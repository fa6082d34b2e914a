/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person for the file, not the file: it is opened so that no pipe or device holds the
 * thread, copied as bytes and never looked into. What comes back is checked by ui-chat-picture, and
 * kept for as long as the file is the same. Known gaps: none. */

#include "ui/chat/ui-picture-loader.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"
#include "ui/chat/ui-picture-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#define CACHE_LIMIT (32u << 20) /* bytes of pixels: some dozens of small pictures */

struct _UiPictureLoader {
  GObject parent_instance;
  UiLink *link;
  UiPictureCache *cache;
  GQueue waiting; /* GTask */
  gboolean busy;
};

typedef struct {
  char *path;
  guint edge;
  int content; /* a sealed copy of the file; -1: it is as it was when known was made of it */
  UiChatPicture *known; /* NULL: none */
  UiPictureCacheStamp stamp;
} Load;

G_DEFINE_FINAL_TYPE (UiPictureLoader, ui_picture_loader, G_TYPE_OBJECT)

static void
load_free (gpointer data)
{
  Load *load = data;
  cardea_fd_clear (&load->content);
  g_clear_object (&load->known);
  g_free (load->path);
  g_free (load);
}

gboolean
ui_picture_loader_knows (const char *path)
{
  static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp" };
  g_autofree char *name = g_ascii_strdown (path, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return TRUE;
  return FALSE;
}

/* --- reading, in a thread --- */

/* FALSE with errno. */
static gboolean
copy_file (Load *load)
{
  struct stat st;
  off_t at = 0;
  const UiPictureCacheStamp before = load->stamp;
  cardea_autofd int from = open (load->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (from < 0 || fstat (from, &st) != 0)
    return FALSE;
  if (!S_ISREG (st.st_mode) || st.st_size > (off_t) CARDEA_LIMIT_PICTURE)
    {
      errno = EFBIG;
      return FALSE;
    }
  ui_picture_cache_stamp_take (&load->stamp, &st);
  if (load->known != NULL && ui_picture_cache_stamp_equal (&load->stamp, &before))
    return TRUE;
  cardea_autofd int to = memfd_create ("cardea-picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (to < 0)
    return FALSE;
  while (at < st.st_size)
    {
      ssize_t sent = sendfile (to, from, &at, (gsize) (st.st_size - at));
      if (sent == 0 || (sent < 0 && errno != EINTR))
        break; /* it became shorter: then the picture is cut off */
    }
  if (!cardea_descriptor_seal_memfd (to))
    return FALSE;
  load->content = cardea_fd_steal (&to);
  return TRUE;
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  if (copy_file (data))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno), "%s",
                             g_strerror (errno));
}

/* --- one after another --- */

static void begin (UiPictureLoader *self);

static void
finish (GTask *taken, UiChatPicture *picture, GError *error)
{
  g_autoptr (GTask) task = taken;
  UiPictureLoader *self = g_task_get_source_object (task);

  self->busy = FALSE;
  if (picture != NULL)
    g_task_return_pointer (task, picture, g_object_unref);
  else
    g_task_return_error (task, error);
  begin (self);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  const Load *load = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *name = g_path_get_basename (load->path);
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  UiChatPicture *picture = NULL;

  if (reply != NULL && cardea_message_is (reply, "picture.shown"))
    picture = ui_chat_picture_take (reply, load->edge, name, &error);
  else if (reply != NULL)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                 cardea_message_get_string (reply, "reason"));
  if (picture != NULL)
    ui_picture_cache_keep (UI_PICTURE_LOADER (g_task_get_source_object (task))->cache, load->path,
                           load->edge, &load->stamp, picture);
  finish (task, picture, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Load *load = g_task_get_task_data (task);
  UiPictureLoader *self = UI_PICTURE_LOADER (source);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ui_picture_cache_drop (self->cache, load->path, load->edge);
      finish (task, NULL, error);
      return;
    }
  if (load->content < 0)
    {
      finish (task, g_steal_pointer (&load->known), NULL);
      return;
    }
  g_autoptr (CardeaMessage) message = cardea_message_new ("picture.show");
  cardea_message_set_fd (message, "content", cardea_fd_steal (&load->content));
  cardea_message_set_int (message, "edge", load->edge);
  ui_link_call_async (self->link, message, g_task_get_cancellable (task), shown_cb, task);
}

static void
look_up (UiPictureLoader *self, Load *load)
{
  UiChatPicture *known = ui_picture_cache_find (self->cache, load->path, load->edge, &load->stamp);
  load->known = known != NULL ? g_object_ref (known) : NULL;
}

static void
begin (UiPictureLoader *self)
{
  while (!self->busy && !g_queue_is_empty (&self->waiting))
    {
      GTask *task = g_queue_pop_head (&self->waiting);
      if (g_task_return_error_if_cancelled (task))
        {
          g_object_unref (task);
          continue;
        }
      self->busy = TRUE;
      look_up (self, g_task_get_task_data (task));
      g_autoptr (GTask) reading = g_task_new (self, g_task_get_cancellable (task), read_cb, task);
      g_task_set_task_data (reading, g_task_get_task_data (task), NULL);
      g_task_run_in_thread (reading, read_thread);
    }
}

UiChatPicture *
ui_picture_loader_peek (UiPictureLoader *self, const char *path, guint edge)
{
  UiPictureCacheStamp stamp;
  return ui_picture_cache_find (self->cache, path, edge, &stamp);
}

void
ui_picture_loader_load_async (UiPictureLoader *self, const char *path, guint edge,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  load->path = g_strdup (path);
  load->edge = CLAMP (edge, CARDEA_PICTURE_EDGE_LEAST, CARDEA_PICTURE_EDGE_MOST);
  load->content = -1;
  g_task_set_task_data (task, load, load_free);
  g_queue_push_tail (&self->waiting, task);
  begin (self);
}

UiChatPicture *
ui_picture_loader_load_finish (UiPictureLoader *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Each task that waits holds a reference: there are none. */
static void
ui_picture_loader_finalize (GObject *object)
{
  UiPictureLoader *self = UI_PICTURE_LOADER (object);

  ui_picture_cache_free (self->cache);
  g_object_unref (self->link);
  G_OBJECT_CLASS (ui_picture_loader_parent_class)->finalize (object);
}

static void
ui_picture_loader_class_init (UiPictureLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_picture_loader_finalize;
}

static void
ui_picture_loader_init (UiPictureLoader *self)
{
  self->cache = ui_picture_cache_new (CACHE_LIMIT);
  g_queue_init (&self->waiting);
}

UiPictureLoader *
ui_picture_loader_new (UiLink *link)
{
  UiPictureLoader *self = g_object_new (UI_TYPE_PICTURE_LOADER, NULL);
  self->link = g_object_ref (link);
  return self;
}

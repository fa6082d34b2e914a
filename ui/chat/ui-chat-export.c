/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-export.h"

#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"
#include "ui/chat/ui-card-wording.h"
#include "ui/chat/ui-chat-record.h"
#include "ui/chat/ui-export-pictures.h"
#include "ui/chat/ui-export-proof.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_CHARACTERS 80u
#define FOLDER_ENDING ".files"
#define MEDIA_TYPE "image/png"

typedef struct {
  UiChat *chat;
  UiChatExportFormat format;
  UiLink *link;
  GFile *file;
  UiExportPictures *pictures; /* NULL: not gathered yet */
  GFile *folder;              /* where they lie; NULL: nowhere */
  CardeaJson *proof;          /* NULL: none */
  guint left_out;
} Export;

static char *to_markdown (const Export *export);
static char *to_json (const Export *export);
static void go_on_beside (GTask *task);
static void go_on_proving (GTask *task);

static const struct {
  const char *ending;
  gsize limit;                 /* bytes of all pictures */
  void (*go_on) (GTask *task); /* with what the format has beside words and pictures */
  char *(*write) (const Export *export);
} formats[] = {
  [UI_CHAT_EXPORT_MARKDOWN] = { ".md", 128u << 20, go_on_beside, to_markdown },
  [UI_CHAT_EXPORT_JSON] = { ".json", 32u << 20, go_on_proving, to_json },
};

char *
ui_chat_export_name (UiChat *chat, UiChatExportFormat format)
{
  g_autofree char *name = cardea_text_shorten (ui_chat_get_title (chat), NAME_CHARACTERS);

  g_strdelimit (name, "/\\:*?\"<>|\t\r\n", '-');
  if (*name == '.')
    *name = '-';
  return g_strconcat (*name != '\0' ? name : "chat", formats[format].ending, NULL);
}

/* --- Markdown --- */

static const struct {
  const char *heading;
} authors[] = {
  [UI_CHAT_AUTHOR_PERSON] = { N_ ("You") },
  [UI_CHAT_AUTHOR_ASSISTANT] = { N_ ("Assistant") },
  [UI_CHAT_AUTHOR_NOTICE] = { N_ ("Notice") },
};

/* What an agent calls a picture is no syntax. */
static void
add_plain (GString *text, const char *words)
{
  for (const char *at = words; *at != '\0'; at++)
    {
      if (strchr ("\\`*_[]<>&!~$|", *at) != NULL)
        g_string_append_c (text, '\\');
      g_string_append_c (text, *at);
    }
}

static void
add_pictures (GString *text, const Export *export, gpointer entry)
{
  const GPtrArray *pictures
      = export->folder != NULL ? ui_export_pictures_of (export->pictures, entry) : NULL;

  for (guint i = 0; pictures != NULL && i < pictures->len; i++)
    {
      const UiExportPicture *picture = pictures->pdata[i];
      g_autofree char *folder = g_file_get_basename (export->folder);
      g_autofree char *name = g_uri_escape_string (folder, NULL, FALSE);
      g_string_append (text, "\n![");
      add_plain (text, picture->words);
      g_string_append_printf (text, "](%s/%s)\n", name, picture->file);
    }
}

static void
add_message (GString *text, const Export *export, UiChatMessage *message)
{
  const char *const *files = ui_chat_message_get_files (message);
  g_autofree char *time = cardea_time_format (ui_chat_entry_get_time (UI_CHAT_ENTRY (message)));

  g_string_append_printf (text, "\n## %s, %s\n\n%s\n",
                          _ (authors[ui_chat_message_get_author (message)].heading), time,
                          ui_chat_message_get_text (message));
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *shown = cardea_text_escape (files[i], strlen (files[i]), NULL);
      g_string_append_printf (text, "%s- `%s`\n", i == 0 ? "\n" : "", shown);
    }
  add_pictures (text, export, message);
  if (ui_chat_message_get_status (message) != NULL)
    g_string_append_printf (text, "\n*%s*\n", ui_chat_message_get_status (message));
}

static void
add_card (GString *text, const Export *export, UiChatCard *card)
{
  g_autofree char *title = ui_card_wording_title (card);
  g_autofree char *state = ui_card_wording_state (card);
  g_autofree char *why = ui_card_wording_why (card);

  g_string_append_printf (text, "\n> %s%s%s%s%s\n", title, *state != '\0' ? " · " : "", state,
                          why != NULL ? " · " : "", why != NULL ? why : "");
  add_pictures (text, export, card);
}

static char *
to_markdown (const Export *export)
{
  GListModel *entries = ui_chat_get_entries (export->chat);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "# %s\n", ui_chat_get_title (export->chat));
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i);
      if (UI_IS_CHAT_MESSAGE (entry))
        add_message (text, export, UI_CHAT_MESSAGE (entry));
      else
        add_card (text, export, UI_CHAT_CARD (entry));
    }
  return g_string_free (text, FALSE);
}

/* --- JSON --- */

static CardeaJson *
write_pictures (const GPtrArray *pictures)
{
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < pictures->len; i++)
    {
      const UiExportPicture *picture = pictures->pdata[i];
      CardeaJson *json = cardea_json_new_object ();
      gsize size = 0;
      const guchar *png = g_bytes_get_data (picture->png, &size);
      g_autofree char *data = g_base64_encode (png, size);
      cardea_json_set_string (json, "name", picture->name);
      cardea_json_set_string (json, "media_type", MEDIA_TYPE);
      cardea_json_set_int (json, "width", picture->width);
      cardea_json_set_int (json, "height", picture->height);
      cardea_json_set_string (json, "sha256", picture->sha256);
      cardea_json_set_string (json, "data", data);
      cardea_json_append (array, json);
    }
  return array;
}

static char *
to_json (const Export *export)
{
  UiChat *chat = export->chat;
  GListModel *entries = ui_chat_get_entries (chat);
  g_autofree char *now = cardea_time_format (g_get_real_time ());
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  CardeaJson *array = cardea_json_new_array ();

  cardea_json_set_string (json, "format", "cardea-chat-1");
  cardea_json_set_string (json, "id", ui_chat_get_id (chat));
  cardea_json_set_string (json, "title", ui_chat_get_title (chat));
  cardea_json_set_string (json, "exported", now);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (UiChatEntry) entry = g_list_model_get_item (entries, i);
      CardeaJson *record = ui_chat_record_entry (entry);
      g_autofree char *time = cardea_time_format (ui_chat_entry_get_time (entry));
      cardea_json_remove (record, "kind");
      cardea_json_set_string (record, "time", time);
      const GPtrArray *pictures = ui_export_pictures_of (export->pictures, entry);
      if (pictures != NULL)
        cardea_json_set (record, "pictures", write_pictures (pictures));
      cardea_json_append (array, record);
    }
  cardea_json_set (json, "entries", array);
  if (export->proof != NULL)
    cardea_json_set (json, "proof", cardea_json_ref (export->proof));
  return cardea_json_write (json, NULL, NULL);
}

/* --- the steps --- */

static void
export_free (gpointer data)
{
  Export *export = data;
  g_object_unref (export->chat);
  g_object_unref (export->link);
  g_object_unref (export->file);
  g_clear_object (&export->folder);
  g_clear_pointer (&export->proof, cardea_json_unref);
  g_clear_pointer (&export->pictures, ui_export_pictures_free);
  g_free (export);
}

static void
written_cb (GObject *file, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
write_text (GTask *task)
{
  const Export *export = g_task_get_task_data (task);
  char *text = formats[export->format].write (export);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, text != NULL ? strlen (text) : 0);

  g_file_replace_contents_bytes_async (export->file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                       g_task_get_cancellable (task), written_cb, task);
}

static GFile *
folder_beside (GFile *file)
{
  g_autoptr (GFile) parent = g_file_get_parent (file);
  g_autofree char *name = g_file_get_basename (file);
  const char *ending = formats[UI_CHAT_EXPORT_MARKDOWN].ending;

  if (parent == NULL)
    return NULL;
  if (g_str_has_suffix (name, ending))
    name[strlen (name) - strlen (ending)] = '\0';
  g_autofree char *beside = g_strconcat (name, FOLDER_ENDING, NULL);
  return g_file_get_child (parent, beside);
}

/* In a thread. A name is made of what the file says: one that is there is the same, or was cut off
 * by a crash. */
static gboolean
write_beside (GFile *folder, const GPtrArray *pictures, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (!g_file_make_directory (folder, cancellable, &failed)
      && !g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  for (guint i = 0; i < pictures->len; i++)
    {
      const UiExportPicture *picture = pictures->pdata[i];
      g_autoptr (GFile) file = g_file_get_child (folder, picture->file);
      gsize size = 0;
      const char *png = g_bytes_get_data (picture->png, &size);
      if (!g_file_replace_contents (file, png, size, NULL, FALSE,
                                    G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL,
                                    cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static void
beside_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Export *export = data;
  g_autoptr (GFile) folder = folder_beside (export->file);
  GError *error = NULL;

  if (folder == NULL)
    g_task_return_pointer (task, NULL, NULL);
  else if (write_beside (folder, ui_export_pictures_all (export->pictures), cancellable, &error))
    g_task_return_pointer (task, g_steal_pointer (&folder), g_object_unref);
  else
    g_task_return_error (task, error);
}

/* Where there is room for one file only, the words are better than nothing. */
static void
beside_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Export *export = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  export->folder = g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    g_debug ("the pictures are not written: %s", error->message);
  if (export->folder == NULL)
    export->left_out += ui_export_pictures_all (export->pictures)->len;
  write_text (task);
}

/* The words are as good without it. */
static void
proved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Export *export = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  export->proof = ui_export_proof_gather_finish (result, &error);
  if (error != NULL)
    g_debug ("a chat is exported without a proof: %s", error->message);
  write_text (task);
}

/* --- what goes on after the pictures --- */

static void
go_on_beside (GTask *task)
{
  Export *export = g_task_get_task_data (task);

  if (ui_export_pictures_all (export->pictures)->len == 0)
    {
      write_text (task);
      return;
    }
  g_autoptr (GTask) beside = g_task_new (NULL, g_task_get_cancellable (task), beside_cb, task);
  g_task_set_task_data (beside, export, NULL);
  g_task_run_in_thread (beside, beside_thread);
}

static void
go_on_proving (GTask *task)
{
  const Export *export = g_task_get_task_data (task);
  ui_export_proof_gather_async (export->chat, export->link, g_task_get_cancellable (task),
                                proved_cb, task);
}

static void
gathered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Export *export = g_task_get_task_data (task);
  GError *error = NULL;

  export->pictures = ui_export_pictures_gather_finish (result, &error);
  if (export->pictures == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  export->left_out = ui_export_pictures_get_left_out (export->pictures);
  formats[export->format].go_on (task);
}

void
ui_chat_export_async (UiChat *chat, UiChatExportFormat format, UiLink *link, GFile *file,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (file, cancellable, callback, user_data);
  Export *export = g_new0 (Export, 1);
  g_autoptr (UiPictureLoader) loader = ui_picture_loader_new (link);

  export->chat = g_object_ref (chat);
  export->format = format;
  export->link = g_object_ref (link);
  export->file = g_object_ref (file);
  g_task_set_task_data (task, export, export_free);
  ui_export_pictures_gather_async (chat, loader, formats[format].limit, cancellable, gathered_cb,
                                   task);
}

gboolean
ui_chat_export_finish (GAsyncResult *result, guint *ret_left_out, GError **error)
{
  const Export *export = g_task_get_task_data (G_TASK (result));

  *ret_left_out = export->left_out;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-composer.h"

#include "common/base/cardea-limits.h"
#include "common/base/cardea-paths.h"
#include "ui/chat/ui-composer-entry.h"
#include "ui/chat/ui-file-chip.h"
#include "ui/chat/ui-paste.h"
#include "ui/chat/ui-path-words.h"
#include "ui/chat/ui-toast.h"

#include <glib/gi18n.h>
#include <string.h>

#define FILES_LIMIT 256u
#define LOOK_MS 200u /* after the last key paths are looked for */

struct _UiComposer {
  GtkWidget parent_instance;
  GtkWidget *frame;
  GtkFlowBox *chips;
  GtkTextView *entry;
  GtkWidget *attach_button;
  GtkButton *send_button;
  GtkWidget *hint;
  GtkFileChooserNative *chooser;
  UiPictureLoader *pictures; /* NULL: none are shown */
  gboolean answering;
  gboolean sendable;
  guint look_source;
  GCancellable *looking; /* the paths of the text as it was */
  guint n_looking;
  guint n_pasting;      /* since it was filled */
  guint filled;         /* how often */
  gboolean send_due;    /* Enter came while they were looked for */
  char *chat;           /* its id: what is pasted belongs to it */
  GHashTable *declined; /* typed paths whose chip the person took away */
};

enum { SEND, STOP, TYPED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiComposer, ui_composer, GTK_TYPE_WIDGET)

static void send_now (UiComposer *self);

char *
ui_composer_get_text (UiComposer *self)
{
  GtkTextIter start, end;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->entry);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* Without the white space around it. */
static char *
get_text (UiComposer *self)
{
  g_autofree char *text = ui_composer_get_text (self);
  return g_strdup (g_strstrip (text));
}

static void
update_button (UiComposer *self)
{
  g_autofree char *text = get_text (self);
  gboolean fits = self->sendable && *text != '\0' && strlen (text) <= CARDEA_LIMIT_CHAT_TEXT;
  const char *name = self->answering ? _ ("Stop") : _ ("Send");

  gtk_button_set_icon_name (self->send_button,
                            self->answering ? "media-playback-stop-symbolic" : "go-up-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->send_button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button), self->answering || fits);
  gtk_widget_set_visible (self->hint, *text == '\0');
}

static UiFileChip *
nth_chip (UiComposer *self, int index)
{
  GtkFlowBoxChild *child = gtk_flow_box_get_child_at_index (self->chips, index);
  return child != NULL ? UI_FILE_CHIP (gtk_flow_box_child_get_child (child)) : NULL;
}

char **
ui_composer_get_files (UiComposer *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  UiFileChip *chip;
  for (int i = 0; (chip = nth_chip (self, i)) != NULL; i++)
    g_strv_builder_add (builder, ui_file_chip_get_path (chip));
  return g_strv_builder_end (builder);
}

static void
remove_chip (UiComposer *self, UiFileChip *chip)
{
  gtk_flow_box_remove (self->chips, gtk_widget_get_parent (GTK_WIDGET (chip)));
  gtk_widget_set_visible (GTK_WIDGET (self->chips), nth_chip (self, 0) != NULL);
}

static void
clear_chips (UiComposer *self)
{
  UiFileChip *chip;
  while ((chip = nth_chip (self, 0)) != NULL)
    remove_chip (self, chip);
}

static void
chip_removed_cb (UiFileChip *chip, UiComposer *self)
{
  const char *path = ui_file_chip_get_path (chip);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  if (ui_file_chip_is_typed (chip))
    g_hash_table_add (self->declined, g_strdup (path));
  else if (self->chat != NULL)
    ui_paste_drop (self->chat, file);
  remove_chip (self, chip);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  g_signal_emit (self, signals[TYPED], 0);
}

static void
add_path (UiComposer *self, const char *path, gboolean typed)
{
  UiFileChip *chip;
  guint count = 0;

  for (; (chip = nth_chip (self, (int) count)) != NULL; count++)
    if (g_str_equal (ui_file_chip_get_path (chip), path))
      return;
  if (count >= FILES_LIMIT)
    return;

  GtkWidget *added = ui_file_chip_new (path, typed);
  if (self->pictures != NULL)
    ui_file_chip_show_picture (UI_FILE_CHIP (added), self->pictures);
  g_signal_connect (added, "removed", G_CALLBACK (chip_removed_cb), self);
  gtk_flow_box_insert (self->chips, added, -1);
  gtk_widget_set_halign (added, GTK_ALIGN_START);
  gtk_widget_set_focusable (gtk_widget_get_parent (added), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->chips), TRUE);
  g_signal_emit (self, signals[TYPED], 0);
}

void
ui_composer_set_pictures (UiComposer *self, UiPictureLoader *pictures)
{
  g_set_object (&self->pictures, pictures);
}

void
ui_composer_add_file (UiComposer *self, GFile *file)
{
  const char *path = g_file_peek_path (file);
  if (path != NULL)
    add_path (self, path, FALSE);
}

/* --- paths in the text --- */

static void
looked_over (UiComposer *self)
{
  if (self->n_looking > 0 || self->n_pasting > 0 || !self->send_due)
    return;
  self->send_due = FALSE;
  send_now (self);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiComposer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->frame == NULL)
    return;
  if (info != NULL)
    add_path (self, g_file_peek_path (G_FILE (source)), TRUE);
  self->n_looking--;
  looked_over (self);
}

/* A typed path's chip goes when the path goes. */
static void
remove_stale_chips (UiComposer *self, const char *const *paths)
{
  UiFileChip *chip;
  for (int i = 0; (chip = nth_chip (self, i)) != NULL;)
    if (ui_file_chip_is_typed (chip) && !g_strv_contains (paths, ui_file_chip_get_path (chip)))
      remove_chip (self, chip);
    else
      i++;

  GHashTableIter iter;
  gpointer path;
  g_hash_table_iter_init (&iter, self->declined);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_strv_contains (paths, path))
      g_hash_table_iter_remove (&iter);
}

static void
stop_looking (UiComposer *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->n_looking = 0;
}

static char **
get_paths (UiComposer *self)
{
  g_autofree char *text = ui_composer_get_text (self);
  g_autofree char *home = cardea_paths_home ();
  return ui_path_words (text, home);
}

static void
look (UiComposer *self)
{
  g_auto (GStrv) paths = get_paths (self);

  stop_looking (self);
  self->looking = g_cancellable_new ();
  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (g_hash_table_contains (self->declined, paths[i]))
        continue;
      g_autoptr (GFile) file = g_file_new_for_path (paths[i]);
      self->n_looking++;
      g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT, self->looking, looked_cb, g_object_ref (self));
    }
}

static gboolean
look_cb (gpointer user_data)
{
  UiComposer *self = user_data;
  self->look_source = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
text_changed_cb (UiComposer *self)
{
  g_auto (GStrv) paths = get_paths (self);

  update_button (self);
  remove_stale_chips (self, (const char *const *) paths);
  g_clear_handle_id (&self->look_source, g_source_remove);
  self->look_source = g_timeout_add (LOOK_MS, look_cb, self);
  g_signal_emit (self, signals[TYPED], 0);
}

/* --- choosing --- */

static void
chooser_response_cb (UiComposer *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (self->chooser));
      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);
          ui_composer_add_file (self, file);
        }
    }
  g_clear_object (&self->chooser);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
choose (UiComposer *self, const char *title, GtkFileChooserAction action, const char *accept)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (
      title, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), action, accept, NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_swapped (self->chooser, "response", G_CALLBACK (chooser_response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
ui_composer_choose_files (UiComposer *self)
{
  choose (self, _ ("Give Files to the Assistant"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Give"));
}

void
ui_composer_choose_folder (UiComposer *self)
{
  choose (self, _ ("Share a Folder with the Assistant"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
          _ ("_Share"));
}

/* --- pasting --- */

typedef struct {
  UiComposer *composer;
  char *chat;
  guint filled;
} Pasting;

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Pasting *pasting = user_data;
  g_autoptr (UiComposer) self = pasting->composer;
  g_autofree char *chat = pasting->chat;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = ui_paste_read_finish (result, &error);

  /* The person went on to another chat while a picture was being kept. */
  if (self->frame == NULL || pasting->filled != self->filled)
    {
      for (guint i = 0; files != NULL && i < files->len; i++)
        ui_paste_drop (chat, files->pdata[i]);
      return;
    }
  if (files == NULL)
    ui_toast_show (GTK_WIDGET (self), error->message);
  for (guint i = 0; files != NULL && i < files->len; i++)
    ui_composer_add_file (self, files->pdata[i]);
  /* Addresses of the web are a list of files, too, for who copied them: they are pasted as words.
   */
  if (files != NULL && files->len == 0)
    gtk_text_buffer_paste_clipboard (gtk_text_view_get_buffer (self->entry), GDK_CLIPBOARD (source),
                                     NULL, TRUE);
  self->n_pasting--;
  looked_over (self);
}

static void
paste_cb (UiComposer *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self->entry));

  if (!ui_paste_is_there (clipboard) || self->chat == NULL)
    return;
  g_signal_stop_emission_by_name (self->entry, "paste-clipboard");
  Pasting *pasting = g_new0 (Pasting, 1);
  pasting->composer = g_object_ref (self);
  pasting->chat = g_strdup (self->chat);
  pasting->filled = self->filled;
  self->n_pasting++;
  ui_paste_read_async (clipboard, self->chat, NULL, pasted_cb, pasting);
}

/* --- sending --- */

static gboolean
can_send (UiComposer *self, const char *text)
{
  return self->sendable && !self->answering && *text != '\0'
         && strlen (text) <= CARDEA_LIMIT_CHAT_TEXT;
}

static void
send_now (UiComposer *self)
{
  g_autofree char *text = get_text (self);
  g_auto (GStrv) files = ui_composer_get_files (self);
  gboolean accepted = FALSE;

  if (!can_send (self, text))
    return;
  g_signal_emit (self, signals[SEND], 0, text, files, &accepted);
  if (!accepted)
    return;
  g_hash_table_remove_all (self->declined);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->entry), "", 0);
  stop_looking (self);
  clear_chips (self);
  g_signal_emit (self, signals[TYPED], 0);
}

/* A path typed or pasted a moment ago is designated as well: it is looked for first. */
static void
send (UiComposer *self)
{
  if (self->look_source != 0)
    look (self);
  self->send_due = self->n_looking > 0 || self->n_pasting > 0;
  if (!self->send_due)
    send_now (self);
}

static void
send_clicked_cb (UiComposer *self)
{
  if (self->answering)
    g_signal_emit (self, signals[STOP], 0);
  else
    send (self);
}

static gboolean
key_pressed_cb (UiComposer *self, guint key, guint code, GdkModifierType state)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (state & GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  if (!self->answering)
    send (self);
  return GDK_EVENT_STOP;
}

void
ui_composer_set_answering (UiComposer *self, gboolean answering)
{
  self->answering = answering;
  update_button (self);
}

void
ui_composer_set_sendable (UiComposer *self, gboolean sendable)
{
  self->sendable = sendable;
  update_button (self);
}

void
ui_composer_set_hint (UiComposer *self, const char *hint)
{
  gtk_label_set_text (GTK_LABEL (self->hint), hint);
}

void
ui_composer_set_text (UiComposer *self, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->entry), text, -1);
}

void
ui_composer_fill (UiComposer *self, const char *chat, const char *text, const char *const *files)
{
  stop_looking (self);
  self->n_pasting = 0;
  self->filled++;
  g_free (self->chat);
  self->chat = g_strdup (chat);
  self->send_due = FALSE;
  g_hash_table_remove_all (self->declined);
  clear_chips (self);
  ui_composer_set_text (self, text);
  for (guint i = 0; files[i] != NULL; i++)
    add_path (self, files[i], FALSE);
}

static gboolean
ui_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (UI_COMPOSER (widget)->entry));
}

/* GtkWidget's own would take the focus when there is nothing more to go to, and never let it out.
 */
static gboolean
ui_composer_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (UI_COMPOSER (widget)->frame, direction);
}

static void
ui_composer_dispose (GObject *object)
{
  UiComposer *self = UI_COMPOSER (object);
  stop_looking (self);
  g_clear_object (&self->chooser);
  g_clear_object (&self->pictures);
  g_clear_pointer (&self->frame, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_composer_parent_class)->dispose (object);
}

static void
ui_composer_finalize (GObject *object)
{
  g_hash_table_unref (UI_COMPOSER (object)->declined);
  g_free (UI_COMPOSER (object)->chat);
  G_OBJECT_CLASS (ui_composer_parent_class)->finalize (object);
}

static void
ui_composer_class_init (UiComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_composer_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_composer_finalize;
  widget_class->focus = ui_composer_focus;
  widget_class->grab_focus = ui_composer_grab_focus;
  signals[SEND] = g_signal_new ("send", UI_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0,
                                g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2,
                                G_TYPE_STRING, G_TYPE_STRV);
  signals[STOP] = g_signal_new ("stop", UI_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[TYPED] = g_signal_new ("typed", UI_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_COMPOSER_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/chat/ui-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, UiComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, chips);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, entry);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, attach_button);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, hint);
  gtk_widget_class_bind_template_callback (widget_class, paste_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, ui_composer_choose_files);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_composer_init (UiComposer *self)
{
  self->sendable = TRUE;
  self->declined = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));

  GtkEventController *keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->entry), "changed",
                            G_CALLBACK (text_changed_cb), self);
  update_button (self);
}

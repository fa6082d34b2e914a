/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-composer.h"

#include "common/base/cardea-limits.h"
#include "ui/chat/ui-file-chip.h"

#include <glib/gi18n.h>
#include <string.h>

#define FILES_LIMIT 256u

struct _UiComposer {
  GtkWidget parent_instance;
  GtkWidget *frame;
  GtkFlowBox *chips;
  GtkTextView *entry;
  GtkWidget *attach_button;
  GtkButton *send_button;
  GtkWidget *hint;
  GtkFileChooserNative *chooser;
  gboolean answering;
  gboolean sendable;
};

enum { SEND, STOP, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiComposer, ui_composer, GTK_TYPE_WIDGET)

static char *
get_text (UiComposer *self)
{
  GtkTextIter start, end;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->entry);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  g_autofree char *text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  return g_strdup (g_strstrip (text));
}

static void
update_button (UiComposer *self)
{
  g_autofree char *text = get_text (self);
  gboolean can_send = self->sendable && *text != '\0' && strlen (text) <= CARDEA_LIMIT_CHAT_TEXT;
  const char *name = self->answering ? _ ("Stop") : _ ("Send");

  gtk_button_set_icon_name (self->send_button,
                            self->answering ? "media-playback-stop-symbolic" : "go-up-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->send_button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button), self->answering || can_send);
  gtk_widget_set_visible (self->hint, *text == '\0');
}

static UiFileChip *
nth_chip (UiComposer *self, int index)
{
  GtkFlowBoxChild *child = gtk_flow_box_get_child_at_index (self->chips, index);
  return child != NULL ? UI_FILE_CHIP (gtk_flow_box_child_get_child (child)) : NULL;
}

static void
chip_removed_cb (UiFileChip *chip, UiComposer *self)
{
  gtk_flow_box_remove (self->chips, gtk_widget_get_parent (GTK_WIDGET (chip)));
  gtk_widget_set_visible (GTK_WIDGET (self->chips), nth_chip (self, 0) != NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
ui_composer_add_file (UiComposer *self, GFile *file)
{
  const char *path = g_file_peek_path (file);
  UiFileChip *chip;
  guint count = 0;

  if (path == NULL)
    return;
  for (; (chip = nth_chip (self, (int) count)) != NULL; count++)
    if (g_str_equal (ui_file_chip_get_path (chip), path))
      return;
  if (count >= FILES_LIMIT)
    return;

  GtkWidget *added = ui_file_chip_new (path);
  g_signal_connect (added, "removed", G_CALLBACK (chip_removed_cb), self);
  gtk_flow_box_insert (self->chips, added, -1);
  gtk_widget_set_halign (added, GTK_ALIGN_START);
  gtk_widget_set_focusable (gtk_widget_get_parent (added), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->chips), TRUE);
}

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

void
ui_composer_choose_files (UiComposer *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Give Files to the Assistant"),
                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Give"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_swapped (self->chooser, "response", G_CALLBACK (chooser_response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
send (UiComposer *self)
{
  g_autofree char *text = get_text (self);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean accepted = FALSE;

  if (!self->sendable || *text == '\0' || strlen (text) > CARDEA_LIMIT_CHAT_TEXT)
    return;
  UiFileChip *chip;
  for (int i = 0; (chip = nth_chip (self, i)) != NULL; i++)
    g_strv_builder_add (builder, ui_file_chip_get_path (chip));
  g_auto (GStrv) files = g_strv_builder_end (builder);

  g_signal_emit (self, signals[SEND], 0, text, files, &accepted);
  if (!accepted)
    return;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->entry), "", 0);
  while (nth_chip (self, 0) != NULL)
    gtk_flow_box_remove (self->chips,
                         GTK_WIDGET (gtk_flow_box_get_child_at_index (self->chips, 0)));
  gtk_widget_set_visible (GTK_WIDGET (self->chips), FALSE);
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
ui_composer_set_text (UiComposer *self, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->entry), text, -1);
}

static gboolean
ui_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (UI_COMPOSER (widget)->entry));
}

static void
ui_composer_dispose (GObject *object)
{
  UiComposer *self = UI_COMPOSER (object);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->frame, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_composer_parent_class)->dispose (object);
}

static void
ui_composer_class_init (UiComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_composer_dispose;
  widget_class->grab_focus = ui_composer_grab_focus;
  signals[SEND] = g_signal_new ("send", UI_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0,
                                g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2,
                                G_TYPE_STRING, G_TYPE_STRV);
  signals[STOP] = g_signal_new ("stop", UI_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/chat/ui-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, UiComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, chips);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, entry);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, attach_button);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, hint);
  gtk_widget_class_bind_template_callback (widget_class, send_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, ui_composer_choose_files);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_composer_init (UiComposer *self)
{
  self->sendable = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  GtkEventController *keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->entry), "changed",
                            G_CALLBACK (update_button), self);
  update_button (self);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-window-private.h"
#include "ui/chat/ui-chat-export.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- the composer's --- */

static void
new_chat_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_window_begin_chat (UI_WINDOW (widget));
}

static void
give_files_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_chat_view_choose_files (UI_WINDOW (widget)->view);
}

static void
share_folder_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_chat_view_choose_folder (UI_WINDOW (widget)->view);
}

static void
stop_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_chat_session_stop (UI_WINDOW (widget)->session);
}

static void
retry_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_chat_session_retry (UI_WINDOW (widget)->session);
}

/* --- going about --- */

static void
search_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);
  GtkWidget *page = gtk_widget_get_last_child (gtk_stack_get_visible_child (self->pages));
  gboolean shown = g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "content") == 0;

  /* A page that can be searched itself is what the person means. */
  if (shown && gtk_widget_activate_action (page, "page.search", NULL))
    return;
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  ui_sidebar_search (self->sidebar);
}

/* In the chat that is shown. */
static gboolean
shows_chat (UiWindow *self)
{
  return strcmp (gtk_stack_get_visible_child_name (self->pages), "chat") == 0;
}

static void
find_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (shows_chat (UI_WINDOW (widget)))
    ui_chat_find_open (ui_chat_view_get_find (UI_WINDOW (widget)->view));
}

static void
find_next_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (shows_chat (UI_WINDOW (widget)))
    ui_chat_find_go (ui_chat_view_get_find (UI_WINDOW (widget)->view), FALSE);
}

static void
find_previous_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (shows_chat (UI_WINDOW (widget)))
    ui_chat_find_go (ui_chat_view_get_find (UI_WINDOW (widget)->view), TRUE);
}

static void
back_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);

  if (!shows_chat (self))
    {
      ui_window_show_chat (self, self->chat);
      return;
    }
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  ui_sidebar_select (self->sidebar, self->chat);
}

/* Made when it is asked for: the toolkit's own help overlay is made with each window, a megabyte
 * that nobody looks at. */
static void
show_help_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GtkBuilder) builder
      = gtk_builder_new_from_resource ("/org/cardea/Cardea/ui/app/ui-help-overlay.ui");
  GtkWindow *help = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (help, GTK_WINDOW (widget));
  gtk_window_set_destroy_with_parent (help, TRUE);
  gtk_window_present (help);
}

/* --- renaming --- */

static void
rename_response_cb (UiWindow *self, const char *response, AdwMessageDialog *dialog)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  UiChat *chat = g_object_get_data (G_OBJECT (dialog), "chat");

  if (strcmp (response, "rename") == 0)
    ui_chat_rename (chat, gtk_editable_get_text (entry));
}

static void
rename_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Rename Chat"), NULL);
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), ui_chat_get_title (self->chat));
  gtk_entry_set_max_length (GTK_ENTRY (entry), UI_CHAT_TITLE_CHARACTERS);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Title"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "rename",
                                    _ ("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "chat", g_object_ref (self->chat), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (rename_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

/* --- deleting --- */

#define UNDO_SECONDS 10u /* to find the way back, also by keys and ears */

static void
bring_back_cb (AdwToast *toast, UiWindow *self)
{
  UiChat *chat = g_object_get_data (G_OBJECT (toast), "chat");
  ui_chat_list_bring_back (self->list, chat);
  ui_window_show_chat (self, chat);
}

/* The toast is gone: so is the last way back. Not a method of the window, which may be closed. */
static void
dismissed_cb (AdwToast *toast, UiChatList *list)
{
  UiChat *chat = g_object_get_data (G_OBJECT (toast), "chat");
  if (ui_chat_list_is_withdrawn (list, chat))
    ui_chat_list_delete (list, chat);
}

static void
delete_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);
  g_autoptr (UiChat) chat = g_object_ref (self->chat);

  if (ui_chat_is_empty (chat))
    return;
  g_autofree char *title = g_markup_escape_text (ui_chat_get_title (chat), -1);
  /* Translators: %s is a chat's title. */
  g_autofree char *text = g_strdup_printf (_ ("“%s” deleted"), title);
  AdwToast *toast = adw_toast_new (text);

  ui_chat_list_withdraw (self->list, chat);
  g_autoptr (UiChat) next = ui_chat_list_begin (self->list);
  gboolean folded = adw_leaflet_get_folded (self->leaflet);
  ui_window_show_chat (self, next);
  if (folded)
    adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);

  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_object_set_data_full (G_OBJECT (toast), "chat", g_object_ref (chat), g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (bring_back_cb), self, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self->list, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- exporting --- */

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *text = NULL;
  guint left_out = 0;

  if (!ui_chat_export_finish (result, &left_out, &error))
    text = g_strdup_printf (_ ("Not exported: %s"), error->message);
  else if (left_out > 0)
    /* Translators: %s is a file's name, %u a number of pictures. */
    text = g_strdup_printf (ngettext ("Exported to %s, without %u picture",
                                      "Exported to %s, without %u pictures", left_out),
                            name, left_out);
  else
    /* Translators: %s is a file's name. */
    text = g_strdup_printf (_ ("Exported to %s"), name);
  ui_window_toast (self, text);
}

static void
export_response_cb (UiWindow *self, int response, GtkFileChooserNative *chooser)
{
  UiChat *chat = g_object_get_data (G_OBJECT (chooser), "chat");
  UiChatExportFormat format = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chooser), "format"));
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    {
      ui_chat_export_async (chat, format, ui_chat_list_get_link (self->list), file, NULL,
                            exported_cb, g_object_ref (self));
    }
  g_clear_object (&self->export);
}

static void
export_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWindow *self = UI_WINDOW (widget);
  UiChatExportFormat format = strcmp (g_variant_get_string (parameter, NULL), "json") == 0
                                  ? UI_CHAT_EXPORT_JSON
                                  : UI_CHAT_EXPORT_MARKDOWN;

  if (self->export != NULL)
    return;
  g_autofree char *file_name = ui_chat_export_name (self->chat, format);
  self->export = gtk_file_chooser_native_new (_ ("Export Chat"), GTK_WINDOW (self),
                                              GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->export), file_name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->export), TRUE);
  g_object_set_data_full (G_OBJECT (self->export), "chat", g_object_ref (self->chat),
                          g_object_unref);
  g_object_set_data (G_OBJECT (self->export), "format", GUINT_TO_POINTER (format));
  g_signal_connect_object (self->export, "response", G_CALLBACK (export_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->export));
}

/* --- the table --- */

static const struct {
  const char *name;
  const char *parameter;
  GtkWidgetActionActivateFunc activate;
} actions[] = {
  { "win.new-chat", NULL, new_chat_activated },
  { "win.give-files", NULL, give_files_activated },
  { "win.share-folder", NULL, share_folder_activated },
  { "win.stop", NULL, stop_activated },
  { "win.retry", NULL, retry_activated },
  { "win.search", NULL, search_activated },
  { "win.back", NULL, back_activated },
  { "win.rename", NULL, rename_activated },
  { "win.find", NULL, find_activated },
  { "win.find-next", NULL, find_next_activated },
  { "win.find-previous", NULL, find_previous_activated },
  { "win.delete", NULL, delete_activated },
  { "win.export", "s", export_activated },
  { "win.show-help", NULL, show_help_activated },
};

void
ui_window_actions_install (GtkWidgetClass *widget_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                     actions[i].activate);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the guardian, which has looked at code and address: plain text, and https or this
 * computer. Both are shown as text; the browser gets the address when the person says so. */

#include "ui/settings/ui-settings-login.h"

#include "ui/activity/ui-activity-page.h"

#include <glib/gi18n.h>

typedef struct {
  GtkWidget *page;
  UiLink *link;
  char *name;
  char *place; /* that the browser is to open */
  AdwMessageDialog *dialog;
  gulong heard;
} Login;

static void
login_free (Login *login)
{
  g_signal_handler_disconnect (login->link, login->heard);
  g_object_unref (login->page);
  g_object_unref (login->link);
  g_free (login->name);
  g_free (login->place);
  g_free (login);
}

static void
close_dialog (Login *login)
{
  /* login goes with it */
  if (login->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (login->dialog));
  else
    login_free (login);
}

static void
message_cb (UiLink *link, CardeaMessage *message, Login *login)
{
  const char *reason = cardea_message_get_string (message, "reason");

  if (!cardea_message_is (message, "credential.logged") || login->dialog == NULL
      || g_strcmp0 (cardea_message_get_string (message, "name"), login->name) != 0)
    return;
  ui_activity_page_toast (login->page, reason != NULL ? reason : _ ("You are logged in"));
  close_dialog (login);
}

static void
destroyed_cb (Login *login)
{
  login_free (login);
}

static void
open_clicked_cb (Login *login)
{
  gtk_show_uri (GTK_WINDOW (login->dialog), login->place, GDK_CURRENT_TIME);
}

static GtkWidget *
make_content (Login *login, const char *code)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *label = gtk_label_new (code);
  GtkWidget *open = gtk_button_new_with_mnemonic (_ ("_Open in Browser"));

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "title-1");
  gtk_widget_add_css_class (open, "pill");
  gtk_widget_set_halign (open, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, code, -1);
  g_signal_connect_swapped (open, "clicked", G_CALLBACK (open_clicked_cb), login);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), open);
  return box;
}

static void
show_code (Login *login, const CardeaMessage *reply)
{
  const char *url = cardea_message_get_string (reply, "url");
  const char *whole = cardea_message_get_string (reply, "whole");
  GtkRoot *root = gtk_widget_get_root (login->page);
  g_autofree char *text
      = g_strdup_printf (_ ("Open %s and type this code. This window closes by itself when you are "
                            "done."),
                         url);

  login->place = g_strdup (whole != NULL ? whole : url);
  login->dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (root != NULL ? GTK_WINDOW (root) : NULL, _ ("Log In"), NULL));
  adw_message_dialog_set_body (login->dialog, text);
  adw_message_dialog_set_extra_child (
      login->dialog, make_content (login, cardea_message_get_string (reply, "code")));
  adw_message_dialog_add_response (login->dialog, "cancel", _ ("_Cancel"));
  g_signal_connect_swapped (login->dialog, "destroy", G_CALLBACK (destroyed_cb), login);
  gtk_window_present (GTK_WINDOW (login->dialog));
}

static void
coded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Login *login = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    ui_activity_page_toast (login->page, trouble);
  if (trouble == NULL && reply != NULL)
    show_code (login, reply);
  else
    close_dialog (login);
}

void
ui_settings_login_begin (GtkWidget *page, UiLink *link, const char *name)
{
  Login *login = g_new0 (Login, 1);
  g_autoptr (CardeaMessage) request = cardea_message_new ("credential.login");

  login->page = g_object_ref (page);
  login->link = g_object_ref (link);
  login->name = g_strdup (name);
  login->heard = g_signal_connect (link, "message", G_CALLBACK (message_cb), login);
  cardea_message_set_string (request, "name", name);
  ui_link_call_async (link, request, NULL, coded_cb, login);
}

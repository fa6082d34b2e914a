/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-welcome.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/app/ui-welcome-models.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-share.h"
#include "ui/words/ui-words-grant.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

struct _UiWelcome {
  AdwWindow parent_instance;
  GtkStack *stack;
  GtkLabel *step;
  GtkWidget *back;
  GtkWidget *skip;
  GtkWidget *share;
  GtkButton *next;
  AdwPreferencesGroup *promises;
  AdwPreferencesGroup *folders;
  UiWelcomeModels *models;
  UiSettingsRows *shared;
  UiLink *link;
  GCancellable *cancellable;
  guint screen;
  gboolean over;
};

enum { OVER, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiWelcome, ui_welcome, ADW_TYPE_WINDOW)

static const struct {
  const char *name;
  const char *next;
} screens[] = {
  { "what", N_ ("Continue") },
  { "model", N_ ("Continue") },
  { "folder", N_ ("Start Chatting") },
};

static const struct {
  const char *icon;
  const char *title;
  const char *text;
} promises[] = {
  { "security-high-symbolic", N_ ("It lives in a sandbox"),
    N_ ("No network, no files, no passwords, no screen. All it does goes through a guardian.") },
  { "dialog-question-symbolic", N_ ("You are asked"),
    N_ ("What you did not give it, it asks for, and you see the real file or address.") },
  { "edit-undo-symbolic", N_ ("Changes can be taken back"),
    N_ ("You see a change before it is made, and what was there before is kept.") },
  { "view-list-symbolic", N_ ("Everything is written down"),
    N_ ("Activity shows what was read, changed and refused, in a log that can be verified.") },
};

static void
show_screen (UiWelcome *self, guint screen)
{
  gboolean last = screen + 1 == G_N_ELEMENTS (screens);
  /* Translators: which of the three screens of the first start this is. */
  g_autofree char *step
      = g_strdup_printf (_ ("%u of %u"), screen + 1, (guint) G_N_ELEMENTS (screens));

  self->screen = screen;
  gtk_stack_set_visible_child_name (self->stack, screens[screen].name);
  gtk_label_set_text (self->step, step);
  gtk_button_set_label (self->next, _ (screens[screen].next));
  gtk_widget_set_visible (self->back, screen > 0);
  gtk_widget_set_visible (self->skip, !last);
  gtk_widget_grab_focus (GTK_WIDGET (self->next));
}

static void
end (UiWelcome *self)
{
  if (self->over)
    return;
  self->over = TRUE;
  g_signal_emit (self, signals[OVER], 0);
}

static void
applied (const char *trouble, gpointer user_data)
{
  g_autoptr (UiWelcome) self = user_data;

  if (self->over)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next), TRUE);
  if (trouble != NULL)
    {
      ui_activity_page_toast (GTK_WIDGET (self->stack), trouble);
      gtk_widget_grab_focus (GTK_WIDGET (self->next));
      return;
    }
  show_screen (self, self->screen + 1);
}

static void
next_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWelcome *self = UI_WELCOME (widget);

  if (self->screen + 1 == G_N_ELEMENTS (screens))
    gtk_window_close (GTK_WINDOW (self));
  else if (g_str_equal (screens[self->screen].name, "model"))
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->stack), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->next), FALSE);
      ui_welcome_models_apply (self->models, applied, g_object_ref (self));
    }
  else
    {
      show_screen (self, self->screen + 1);
      ui_welcome_models_look (self->models);
    }
}

static void
back_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiWelcome *self = UI_WELCOME (widget);
  if (self->screen > 0 && gtk_widget_get_sensitive (GTK_WIDGET (self->stack)))
    show_screen (self, self->screen - 1);
}

static gboolean
ui_welcome_close_request (GtkWindow *window)
{
  end (UI_WELCOME (window));
  return GTK_WINDOW_CLASS (ui_welcome_parent_class)->close_request (window);
}

/* --- folders --- */

static void
grants_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiWelcome) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *home = cardea_paths_home ();

  if (reply == NULL || !cardea_message_is (reply, "grant.listed") || self->over)
    return;
  const CardeaJson *grants = cardea_message_get_json (reply, "grants");
  g_autofree char *says = cardea_json_write (grants, NULL, NULL);
  if (!ui_settings_rows_begin (self->shared, says))
    return;
  for (guint i = 0; i < cardea_json_size (grants); i++)
    {
      const CardeaJson *grant = cardea_json_nth (grants, i);
      if (!ui_words_grant_is_shared_folder (grant))
        continue;
      g_autofree char *meaning = ui_words_grant_meaning (grant, home);
      g_autofree char *terms = ui_words_grant_terms (grant, g_get_real_time ());
      adw_action_row_set_icon_name (ui_settings_rows_add (self->shared, meaning, terms),
                                    "folder-symbolic");
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->next));
}

static void
shared (GtkWidget *widget)
{
  UiWelcome *self = UI_WELCOME (gtk_widget_get_root (widget));
  g_autoptr (CardeaMessage) request = cardea_message_new ("grant.list");
  ui_link_call_async (self->link, request, self->cancellable, grants_cb, g_object_ref (self));
}

static void
share_clicked_cb (UiWelcome *self)
{
  ui_settings_share_folder (GTK_WIDGET (self->stack), self->link, shared);
}

/* --- life --- */

static void
ui_welcome_dispose (GObject *object)
{
  UiWelcome *self = UI_WELCOME (object);

  self->over = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  g_clear_pointer (&self->shared, ui_settings_rows_free);
  G_OBJECT_CLASS (ui_welcome_parent_class)->dispose (object);
}

static void
ui_welcome_finalize (GObject *object)
{
  g_object_unref (UI_WELCOME (object)->cancellable);
  G_OBJECT_CLASS (ui_welcome_parent_class)->finalize (object);
}

static void
ui_welcome_class_init (UiWelcomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (UI_TYPE_WELCOME_MODELS);
  G_OBJECT_CLASS (klass)->dispose = ui_welcome_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_welcome_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = ui_welcome_close_request;
  signals[OVER] = g_signal_new ("over", UI_TYPE_WELCOME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/app/ui-welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, stack);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, step);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, back);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, skip);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, share);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, next);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, promises);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, folders);
  gtk_widget_class_bind_template_child (widget_class, UiWelcome, models);
  gtk_widget_class_bind_template_callback (widget_class, share_clicked_cb);
  gtk_widget_class_install_action (widget_class, "welcome.next", NULL, next_activated);
  gtk_widget_class_install_action (widget_class, "welcome.back", NULL, back_activated);
}

static void
ui_welcome_init (UiWelcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->shared = ui_settings_rows_new (self->folders);
  for (gsize i = 0; i < G_N_ELEMENTS (promises); i++)
    {
      AdwActionRow *row
          = ui_settings_group_add_row (self->promises, _ (promises[i].title), _ (promises[i].text));
      adw_action_row_set_icon_name (row, promises[i].icon);
    }
}

GtkWidget *
ui_welcome_new (GtkWindow *parent, UiLink *link)
{
  UiWelcome *self
      = g_object_new (UI_TYPE_WELCOME, "transient-for", parent, "destroy-with-parent", TRUE, NULL);

  self->link = g_object_ref (link);
  ui_welcome_models_set_link (self->models, link);
  show_screen (self, 0);
  return GTK_WIDGET (self);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-welcome-models.h"

#include "ui/models/ui-models-find.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-model-form.h"
#include "ui/settings/ui-settings-trial.h"
#include "ui/words/ui-words-credential.h"

#include <glib/gi18n.h>

#define KEY_MODEL "model"
#define OFFLINE "offline"

struct _UiWelcomeModels {
  AdwBin parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiSettingsRows *rows;
  GtkCheckButton *group; /* of all radio buttons, itself never shown: one alone is a radio, too */
  CardeaJson *list;      /* of the guardian */
  char *standard;        /* the default's name; NULL: not known */
  GPtrArray *servers;    /* UiModelsServer */
  char *chosen;
  char *verdict; /* what trying the one that was connected here said */
  void (*done) (const char *trouble, gpointer user_data);
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (UiWelcomeModels, ui_welcome_models, ADW_TYPE_BIN)

/* --- connecting a service --- */

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiWelcomeModels) self = user_data;
  g_autofree char *says = ui_settings_trial_finish (result, NULL);

  if (says == NULL || self->link == NULL)
    return;
  g_free (self->verdict);
  self->verdict = g_steal_pointer (&says);
  ui_welcome_models_look (self);
}

static void
connected (GtkWidget *widget, const char *name)
{
  UiWelcomeModels *self = UI_WELCOME_MODELS (widget);

  g_free (self->chosen);
  self->chosen = g_strdup (name);
  g_free (self->verdict);
  self->verdict = g_strdup (_ ("Trying it…"));
  ui_welcome_models_look (self);
  ui_settings_trial_async (self->link, name, self->cancellable, tried_cb, g_object_ref (self));
}

static void
connect_clicked_cb (UiWelcomeModels *self)
{
  ui_settings_model_form_open (GTK_WIDGET (self), self->link, NULL, connected);
}

/* --- the rows --- */

static void
toggled_cb (GtkCheckButton *button, UiWelcomeModels *self)
{
  if (!gtk_check_button_get_active (button))
    return;
  g_free (self->chosen);
  self->chosen = g_strdup (g_object_get_data (G_OBJECT (button), "name"));
}

static void
add_option (UiWelcomeModels *self, const char *name, const char *title, const char *text)
{
  AdwActionRow *row = ui_settings_rows_add (self->rows, title, text);
  GtkWidget *button = gtk_check_button_new ();

  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), self->group);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), g_strcmp0 (self->chosen, name) == 0);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  adw_action_row_add_prefix (row, button);
  adw_action_row_set_activatable_widget (row, button);
  g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), self);
}

static void
add_connected (UiWelcomeModels *self)
{
  for (guint i = 0; i < cardea_json_size (self->list); i++)
    {
      const CardeaJson *model = cardea_json_nth (self->list, i);
      const char *name = cardea_json_get_string (model, "name");
      g_autofree char *where = ui_words_credential_model (model);
      gboolean tried = self->verdict != NULL && g_strcmp0 (name, self->chosen) == 0;
      if (name != NULL)
        add_option (self, name, name, tried ? self->verdict : where);
    }
}

/* What wants a key or has no model is connected with the form, where it can be told so. */
static gboolean
is_offered (UiWelcomeModels *self, const UiModelsServer *server)
{
  gboolean known = server->models == NULL || server->models[0] == NULL;

  for (guint i = 0; !known && i < cardea_json_size (self->list); i++)
    {
      const CardeaJson *model = cardea_json_nth (self->list, i);
      const char *url = cardea_json_get_string (model, "url");
      known = (url != NULL && ui_models_server_is_at (server, url))
              || g_strcmp0 (cardea_json_get_string (model, "name"), server->name) == 0;
    }
  return !known;
}

static void
add_found (UiWelcomeModels *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      const UiModelsServer *server = self->servers->pdata[i];
      if (!is_offered (self, server))
        continue;
      g_autofree char *models = ui_settings_trial_list (server->models);
      /* Translators: %s is a program, “Ollama”. */
      g_autofree char *title = g_strdup_printf (_ ("%s on this computer"), server->program);
      add_option (self, server->name, title, models);
    }
}

static void
add_service (UiWelcomeModels *self)
{
  AdwActionRow *row = ui_settings_rows_add (
      self->rows, _ ("Another server or service"),
      _ ("Its address, and a key if it needs one. The assistant never sees the key."));
  GtkWidget *button = ui_settings_group_add_button (row, _ ("Connect…"), _ ("Connect a service"));

  adw_action_row_set_activatable_widget (row, button);
  g_signal_connect_object (button, "clicked", G_CALLBACK (connect_clicked_cb), self,
                           G_CONNECT_SWAPPED);
}

static char *
says_what (UiWelcomeModels *self)
{
  g_autofree char *list = cardea_json_write (self->list, NULL, NULL);
  return g_strdup_printf ("%s\n%p\n%s", list, (gpointer) self->servers,
                          self->verdict != NULL ? self->verdict : "");
}

static void
show (UiWelcomeModels *self)
{
  g_autofree char *says = says_what (self);

  if (!ui_settings_rows_begin (self->rows, says))
    return;
  if (self->chosen == NULL)
    self->chosen = g_strdup (self->standard != NULL ? self->standard : OFFLINE);
  add_option (self, OFFLINE, _ ("Offline"),
              _ ("A set of rules: it finds, summarises, totals and changes files. Nothing leaves "
                 "this computer."));
  add_connected (self);
  add_found (self);
  add_service (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiWelcomeModels) self = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);

  if (reply == NULL || !cardea_message_is (reply, "model.listed") || self->link == NULL)
    return;
  cardea_json_unref (self->list);
  self->list = cardea_json_ref (cardea_message_get_json (reply, "models"));
  g_free (self->standard);
  self->standard = g_strdup (cardea_message_get_string (reply, "default"));
  show (self);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiWelcomeModels) self = user_data;
  GPtrArray *servers = ui_models_find_finish (result, NULL);

  if (servers == NULL)
    return;
  g_ptr_array_unref (self->servers);
  self->servers = servers;
  if (self->link != NULL)
    show (self);
}

void
ui_welcome_models_look (UiWelcomeModels *self)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("model.list");

  show (self);
  ui_link_call_async (self->link, request, self->cancellable, listed_cb, g_object_ref (self));
  ui_models_find_async (self->cancellable, found_cb, g_object_ref (self));
}

/* --- applying --- */

static void
answer (UiWelcomeModels *self, const char *trouble)
{
  self->done (trouble, self->user_data);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiWelcomeModels) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  answer (self, trouble);
}

static void
set_default (UiWelcomeModels *self)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("settings.set");

  if (self->link == NULL)
    {
      answer (self, NULL); /* the window was closed meanwhile */
      return;
    }
  cardea_message_set_string (request, "key", KEY_MODEL);
  cardea_message_set_string (request, "value", self->chosen);
  ui_link_call_async (self->link, request, NULL, set_cb, g_object_ref (self));
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiWelcomeModels) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    answer (self, trouble);
  else
    set_default (self);
}

static const UiModelsServer *
find_server (UiWelcomeModels *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      const UiModelsServer *server = self->servers->pdata[i];
      if (g_str_equal (server->name, self->chosen) && is_offered (self, server))
        return server;
    }
  return NULL;
}

void
ui_welcome_models_apply (UiWelcomeModels *self,
                         void (*done) (const char *trouble, gpointer user_data), gpointer user_data)
{
  const UiModelsServer *server = find_server (self);

  self->done = done;
  self->user_data = user_data;
  if (server != NULL)
    {
      g_autoptr (CardeaMessage) request = cardea_message_new ("model.add");
      cardea_message_set_string (request, "name", server->name);
      cardea_message_set_string (request, "url", server->url);
      cardea_message_set_string (request, "model", server->models[0]);
      ui_link_call_async (self->link, request, NULL, added_cb, g_object_ref (self));
    }
  else if (g_strcmp0 (self->chosen, self->standard) == 0)
    answer (self, NULL);
  else
    set_default (self);
}

/* --- life --- */

void
ui_welcome_models_set_link (UiWelcomeModels *self, UiLink *link)
{
  self->link = g_object_ref (link);
}

static void
ui_welcome_models_dispose (GObject *object)
{
  UiWelcomeModels *self = UI_WELCOME_MODELS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_welcome_models_parent_class)->dispose (object);
}

static void
ui_welcome_models_finalize (GObject *object)
{
  UiWelcomeModels *self = UI_WELCOME_MODELS (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->group);
  ui_settings_rows_free (self->rows);
  g_ptr_array_unref (self->servers);
  cardea_json_unref (self->list);
  g_free (self->standard);
  g_free (self->chosen);
  g_free (self->verdict);
  G_OBJECT_CLASS (ui_welcome_models_parent_class)->finalize (object);
}

static void
ui_welcome_models_class_init (UiWelcomeModelsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_welcome_models_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_welcome_models_finalize;
}

static void
ui_welcome_models_init (UiWelcomeModels *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->cancellable = g_cancellable_new ();
  self->rows = ui_settings_rows_new (ADW_PREFERENCES_GROUP (group));
  self->list = cardea_json_new_array ();
  self->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_models_server_free);
  self->group = g_object_ref_sink (GTK_CHECK_BUTTON (gtk_check_button_new ()));
  adw_bin_set_child (ADW_BIN (self), group);
}

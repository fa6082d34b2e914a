/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-models.h"

#include "ui/activity/ui-activity-page.h"
#include "ui/models/ui-models-find.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"
#include "ui/settings/ui-settings-model-form.h"
#include "ui/settings/ui-settings-trial.h"
#include "ui/words/ui-words-credential.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define KEY_MODEL "model"
#define OFFLINE "offline"

struct _UiSettingsModels {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiSettingsRows *models;
  UiSettingsRows *found;
  AdwPreferencesGroup *found_group;
  AdwComboRow *chosen;
  CardeaJson *list;     /* of the guardian */
  char *standard;       /* the default's name */
  GPtrArray *servers;   /* UiModelsServer */
  GHashTable *verdicts; /* a model's name -> what trying it said; "" while it is tried */
  char *removing;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (UiSettingsModels, ui_settings_models, ADW_TYPE_PREFERENCES_PAGE)

static void fetch (GtkWidget *page);
static void show (UiSettingsModels *self);

/* --- trying --- */

typedef struct {
  UiSettingsModels *self;
  char *name;
} Trial;

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Trial *trial = user_data;
  g_autoptr (UiSettingsModels) self = trial->self;
  g_autofree char *name = trial->name;
  g_autofree char *says = ui_settings_trial_finish (result, NULL);

  if (says == NULL || self->link == NULL)
    return;
  g_hash_table_replace (self->verdicts, g_steal_pointer (&name), g_steal_pointer (&says));
  show (self);
  fetch (GTK_WIDGET (self)); /* which of the server's models is meant may have been chosen */
}

static void
changed (GtkWidget *page, CardeaMessage *reply)
{
  fetch (page);
}

static void
try_model (UiSettingsModels *self, const char *name)
{
  Trial *trial = g_new0 (Trial, 1);

  trial->self = g_object_ref (self);
  trial->name = g_strdup (name);
  g_hash_table_replace (self->verdicts, g_strdup (name), g_strdup (""));
  show (self);
  ui_settings_trial_async (self->link, name, self->cancellable, tried_cb, trial);
}

static void
test_clicked_cb (GtkWidget *button, UiSettingsModels *self)
{
  try_model (self, g_object_get_data (G_OBJECT (button), "name"));
}

/* --- connecting and removing --- */

static void
connected (GtkWidget *page, const char *name)
{
  UiSettingsModels *self = UI_SETTINGS_MODELS (page);
  g_autofree char *text = g_strdup_printf (_ ("“%s” is connected"), name);

  ui_activity_page_toast (page, text);
  fetch (page);
  try_model (self, name);
}

static void
add_clicked_cb (UiSettingsModels *self)
{
  ui_settings_model_form_open (GTK_WIDGET (self), self->link, NULL, connected);
}

static void
connect_clicked_cb (GtkWidget *button, UiSettingsModels *self)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "server"));
  if (index < self->servers->len)
    ui_settings_model_form_open (GTK_WIDGET (self), self->link, self->servers->pdata[index],
                                 connected);
}

static void
remove_chosen (GtkWidget *page)
{
  UiSettingsModels *self = UI_SETTINGS_MODELS (page);
  CardeaMessage *request = cardea_message_new ("model.remove");

  cardea_message_set_string (request, "name", self->removing);
  g_hash_table_remove (self->verdicts, self->removing);
  ui_activity_page_call (page, self->link, request, changed);
}

static void
remove_clicked_cb (GtkWidget *button, UiSettingsModels *self)
{
  g_free (self->removing);
  self->removing = g_strdup (g_object_get_data (G_OBJECT (button), "name"));
  g_autofree char *text = g_strdup_printf (
      _ ("“%s” is forgotten, and the key that came with it. Chats stay."), self->removing);
  ui_settings_group_confirm (GTK_WIDGET (self), _ ("Remove This Model?"), text, _ ("_Remove"),
                             remove_chosen);
}

/* --- the lists --- */

static void
name_button (GtkWidget *button, const char *name, GCallback clicked, UiSettingsModels *self)
{
  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
  g_signal_connect (button, "clicked", clicked, self);
}

static void
add_model (UiSettingsModels *self, const CardeaJson *model)
{
  const char *name = cardea_json_get_string (model, "name");
  const char *verdict = g_hash_table_lookup (self->verdicts, name);
  g_autofree char *title = ui_words_text (model, "name");
  g_autofree char *where = ui_words_credential_model (model);
  g_autofree char *text
      = verdict != NULL
            ? g_strdup_printf ("%s\n%s", where, *verdict != '\0' ? verdict : _ ("Trying it…"))
            : g_strdup (where);
  g_autofree char *test_label = g_strdup_printf (_ ("Test %s"), title);
  g_autofree char *remove_label = g_strdup_printf (_ ("Remove %s"), title);
  AdwActionRow *row = ui_settings_rows_add (self->models, title, text);
  GtkWidget *test = ui_settings_group_add_button (row, _ ("Test"), test_label);
  GtkWidget *remove = ui_settings_group_add_button (row, _ ("Remove…"), remove_label);

  gtk_widget_set_sensitive (test, verdict == NULL || *verdict != '\0');
  name_button (test, name, G_CALLBACK (test_clicked_cb), self);
  name_button (remove, name, G_CALLBACK (remove_clicked_cb), self);
}

static gboolean
is_connected (UiSettingsModels *self, const UiModelsServer *server)
{
  for (guint i = 0; i < cardea_json_size (self->list); i++)
    {
      const char *url = cardea_json_get_string (cardea_json_nth (self->list, i), "url");
      if (url != NULL && ui_models_server_is_at (server, url))
        return TRUE;
    }
  return FALSE;
}

static void
add_found (UiSettingsModels *self, const UiModelsServer *server, guint index)
{
  g_autofree char *models = server->models != NULL ? ui_settings_trial_list (server->models) : NULL;
  g_autofree char *text = g_strdup_printf ("%s · %s", server->url,
                                           models == NULL    ? _ ("it wants a key")
                                           : *models != '\0' ? models
                                                             : _ ("it has no model yet"));
  g_autofree char *label = g_strdup_printf (_ ("Connect %s"), server->program);
  AdwActionRow *row = ui_settings_rows_add (self->found, server->program, text);
  GtkWidget *button = ui_settings_group_add_button (row, _ ("Connect…"), label);

  g_object_set_data (G_OBJECT (button), "server", GUINT_TO_POINTER (index));
  g_signal_connect (button, "clicked", G_CALLBACK (connect_clicked_cb), self);
}

static void
show_found (UiSettingsModels *self, const char *says)
{
  guint shown = 0;

  if (!ui_settings_rows_begin (self->found, says))
    return;
  for (guint i = 0; i < self->servers->len; i++)
    if (!is_connected (self, self->servers->pdata[i]))
      {
        add_found (self, self->servers->pdata[i], i);
        shown++;
      }
  gtk_widget_set_visible (GTK_WIDGET (self->found_group), shown > 0);
}

static void
show_chosen (UiSettingsModels *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, _ ("Offline: a set of rules"));
  for (guint i = 0; i < cardea_json_size (self->list); i++)
    {
      const char *name = cardea_json_get_string (cardea_json_nth (self->list, i), "name");
      gtk_string_list_append (names, name);
      if (g_strcmp0 (name, self->standard) == 0)
        selected = i + 1;
    }
  self->filling = TRUE;
  adw_combo_row_set_model (self->chosen, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->chosen, selected);
  self->filling = FALSE;
}

static char *
verdicts_text (UiSettingsModels *self)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < cardea_json_size (self->list); i++)
    {
      const char *name = cardea_json_get_string (cardea_json_nth (self->list, i), "name");
      const char *verdict = g_hash_table_lookup (self->verdicts, name);
      g_string_append_printf (text, "\n%s", verdict != NULL ? verdict : "-");
    }
  return g_string_free (text, FALSE);
}

static void
show (UiSettingsModels *self)
{
  g_autofree char *list = cardea_json_write (self->list, NULL, NULL);
  g_autofree char *verdicts = verdicts_text (self);
  g_autofree char *says = g_strconcat (list, "\n", self->standard, verdicts, NULL);
  g_autofree char *says_found = g_strdup_printf ("%s\n%p", list, (gpointer) self->servers);

  show_found (self, says_found);
  if (!ui_settings_rows_begin (self->models, says))
    return;
  show_chosen (self);
  for (guint i = 0; i < cardea_json_size (self->list); i++)
    add_model (self, cardea_json_nth (self->list, i));
  if (cardea_json_size (self->list) == 0)
    ui_settings_rows_add (
        self->models, _ ("No model is connected"),
        _ ("The assistant works by a set of rules; nothing leaves this machine."));
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsModels) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL && ui_settings_rows_begin (self->models, trouble))
    ui_settings_rows_add (self->models, _ ("The models are not known"), trouble);
  if (trouble != NULL || reply == NULL)
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
  g_autoptr (UiSettingsModels) self = user_data;
  GPtrArray *servers = ui_models_find_finish (result, NULL);

  if (servers == NULL)
    return;
  g_ptr_array_unref (self->servers);
  self->servers = servers;
  show (self);
}

static void
values_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsModels) self = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);

  if (reply != NULL && cardea_message_is (reply, "settings.values"))
    ui_settings_lock_setting (GTK_WIDGET (self->chosen), cardea_message_get_json (reply, "fixed"),
                              KEY_MODEL);
}

static void
fetch (GtkWidget *page)
{
  UiSettingsModels *self = UI_SETTINGS_MODELS (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("model.list");
  g_autoptr (CardeaMessage) values = cardea_message_new ("settings.get");

  if (self->link == NULL)
    return;
  cardea_message_set_string (values, "key", KEY_MODEL);
  ui_link_call_async (self->link, values, self->cancellable, values_cb, g_object_ref (self));
  ui_link_call_async (self->link, request, self->cancellable, listed_cb, g_object_ref (self));
  ui_models_find_async (self->cancellable, found_cb, g_object_ref (self));
}

static void
chosen_cb (UiSettingsModels *self)
{
  guint selected = adw_combo_row_get_selected (self->chosen);

  if (self->filling || selected == GTK_INVALID_LIST_POSITION)
    return;
  const char *name
      = selected == 0 ? OFFLINE
                      : cardea_json_get_string (cardea_json_nth (self->list, selected - 1), "name");
  if (g_strcmp0 (name, self->standard) != 0)
    ui_settings_group_set (GTK_WIDGET (self), self->link, KEY_MODEL, name);
}

/* --- the page --- */

static void
ui_settings_models_dispose (GObject *object)
{
  UiSettingsModels *self = UI_SETTINGS_MODELS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_models_parent_class)->dispose (object);
}

static void
ui_settings_models_finalize (GObject *object)
{
  UiSettingsModels *self = UI_SETTINGS_MODELS (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->models);
  ui_settings_rows_free (self->found);
  g_ptr_array_unref (self->servers);
  g_hash_table_unref (self->verdicts);
  cardea_json_unref (self->list);
  g_free (self->standard);
  g_free (self->removing);
  G_OBJECT_CLASS (ui_settings_models_parent_class)->finalize (object);
}

static void
ui_settings_models_class_init (UiSettingsModelsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_models_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_models_finalize;
}

static void
ui_settings_models_init (UiSettingsModels *self)
{
  self->cancellable = g_cancellable_new ();
  self->list = cardea_json_new_array ();
  self->standard = g_strdup (OFFLINE);
  self->servers = g_ptr_array_new ();
  self->verdicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

GtkWidget *
ui_settings_models_new (UiLink *link)
{
  UiSettingsModels *self = g_object_new (UI_TYPE_SETTINGS_MODELS, NULL);
  GtkWidget *page = GTK_WIDGET (self);
  AdwPreferencesGroup *top = ui_settings_group_new (page, NULL, NULL);

  self->link = g_object_ref (link);
  self->chosen = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->chosen), _ ("Model of new chats"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chosen), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Model of new chats"), -1);
  adw_preferences_group_add (top, GTK_WIDGET (self->chosen));
  g_signal_connect_swapped (self->chosen, "notify::selected", G_CALLBACK (chosen_cb), self);

  AdwPreferencesGroup *group = ui_settings_group_new (
      page, _ ("Models"),
      _ ("The assistant reaches a model through the guardian alone; what it sends is checked, and "
         "a key is added on the way out."));
  GtkWidget *add = ui_settings_group_set_button (group, _ ("Connect Model…"));
  self->models = ui_settings_rows_new (group);
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (add_clicked_cb), self);

  self->found_group = ui_settings_group_new (page, _ ("Found on This Computer"), NULL);
  self->found = ui_settings_rows_new (self->found_group);
  gtk_widget_set_visible (GTK_WIDGET (self->found_group), FALSE);
  ui_settings_group_follow (page, link, fetch);
  return page;
}

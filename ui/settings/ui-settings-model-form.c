/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-model-form.h"

#include "ui/settings/ui-settings-form.h"

#include <glib/gi18n.h>

static const struct {
  const char *label;
  const char *kind; /* NULL: by the address */
} kinds[] = {
  { N_ ("By its address"), NULL },
  { N_ ("OpenAI and compatible"), "openai" },
  { N_ ("Anthropic"), "anthropic" },
};

typedef struct {
  GtkEditable *name;
  GtkEditable *url;
  GtkEditable *model; /* or */
  AdwComboRow *choice;
  AdwComboRow *kind;
  GtkEditable *key;
  char *connected; /* the name that was sent */
  void (*done) (GtkWidget *page, const char *name);
} Fields;

static void
fields_free (gpointer data)
{
  Fields *fields = data;
  g_free (fields->connected);
  g_free (fields);
}

static char *
chosen_model (const Fields *fields)
{
  if (fields->model != NULL)
    return ui_settings_form_text (fields->model);
  GtkStringObject *chosen = adw_combo_row_get_selected_item (fields->choice);
  return chosen != NULL ? g_strdup (gtk_string_object_get_string (chosen)) : NULL;
}

static CardeaMessage *
compose (UiSettingsForm *form, gpointer user_data)
{
  Fields *fields = user_data;
  g_autofree char *name = ui_settings_form_text (fields->name);
  g_autofree char *url = ui_settings_form_text (fields->url);
  g_autofree char *model = chosen_model (fields);
  CardeaMessage *request = cardea_message_new ("model.add");
  int key = ui_settings_form_seal (fields->key);

  cardea_message_set_string (request, "name", name != NULL ? name : "");
  cardea_message_set_string (request, "url", url != NULL ? url : "");
  cardea_message_set_string (request, "model", model);
  cardea_message_set_string (request, "kind",
                             kinds[adw_combo_row_get_selected (fields->kind)].kind);
  if (key >= 0)
    cardea_message_set_fd (request, "secret", key);
  g_free (fields->connected);
  fields->connected = g_steal_pointer (&name);
  return request;
}

static void
connected (GtkWidget *page, CardeaMessage *reply, gpointer user_data)
{
  const Fields *fields = user_data;
  fields->done (page, fields->connected);
}

void
ui_settings_model_form_open (GtkWidget *page, UiLink *link, const UiModelsServer *server,
                             void (*done) (GtkWidget *page, const char *name))
{
  const char *labels[G_N_ELEMENTS (kinds) + 1] = { NULL };
  gboolean known = server != NULL && server->models != NULL && server->models[0] != NULL;
  Fields *fields = g_new0 (Fields, 1);
  UiSettingsForm *form = ui_settings_form_new (
      page, link, _ ("Connect a Model"),
      _ ("A server on this computer, as http://127.0.0.1:11434, or the address of a service."),
      _ ("_Connect"), compose, fields, fields_free);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    labels[i] = _ (kinds[i].label);
  fields->done = done;
  fields->name
      = ui_settings_form_add_entry (form, _ ("Name"), server != NULL ? server->name : NULL, TRUE);
  fields->url
      = ui_settings_form_add_entry (form, _ ("Address"), server != NULL ? server->url : NULL, TRUE);
  fields->kind = ui_settings_form_add_choice (form, _ ("Kind"), labels);
  if (known)
    fields->choice
        = ui_settings_form_add_choice (form, _ ("Model"), (const char *const *) server->models);
  else
    fields->model
        = ui_settings_form_add_entry (form, _ ("Model, empty for the first it has"), NULL, FALSE);
  ui_settings_form_add_note (form, _ ("A key is kept with Cardea’s keys, bound to this host, and "
                                      "added on the way out; the assistant never sees it."));
  fields->key = ui_settings_form_add_secret (form, _ ("Key, if it needs one"), FALSE);
  ui_settings_form_present (form, connected);
}

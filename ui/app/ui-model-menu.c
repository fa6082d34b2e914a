/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-model-menu.h"

#include <glib/gi18n.h>

#define ACTION "choose"
#define DEFAULT "" /* the action's state for what the settings say */

struct _UiModelMenu {
  AdwBin parent_instance;
  UiLink *link;
  UiChatSession *session; /* of the chat that is shown */
  GtkMenuButton *button;
  GMenu *models;
  GSimpleAction *choose;
  GCancellable *cancellable;
  CardeaJson *listed; /* what stands in the menu */
  char *standard;     /* the default's name; NULL: not known */
};

enum { PROP_MODEL = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiModelMenu, ui_model_menu, ADW_TYPE_BIN)

static const char *
find_model (UiModelMenu *self)
{
  const char *model = self->session != NULL ? ui_chat_session_get_model (self->session) : NULL;
  return model != NULL ? model : self->standard;
}

char *
ui_model_menu_describe (UiModelMenu *self)
{
  const char *model = find_model (self);
  if (model == NULL || g_str_equal (model, UI_CHAT_SESSION_OFFLINE))
    return g_strdup (_ ("Offline: no AI model is connected"));
  /* Translators: %s is a model's name, as the person calls it. */
  return g_strdup_printf (_ ("%s answers"), model);
}

/* --- the menu --- */

static void
append_choice (GMenu *menu, const char *label, const char *model)
{
  GMenuItem *item = g_menu_item_new (label, NULL);
  g_menu_item_set_action_and_target (item, "model." ACTION, "s", model);
  g_menu_append_item (menu, item);
  g_object_unref (item);
}

static void
append_default (UiModelMenu *self, const char *standard)
{
  gboolean offline = standard == NULL || g_str_equal (standard, UI_CHAT_SESSION_OFFLINE);
  /* Translators: %s is a model's name. */
  g_autofree char *label = g_strdup_printf (_ ("Default: %s"), offline ? _ ("offline") : standard);
  append_choice (self->models, label, DEFAULT);
}

static void
fill (UiModelMenu *self, const CardeaMessage *listed)
{
  CardeaJson *models = cardea_message_get_json (listed, "models");
  const char *standard = cardea_message_get_string (listed, "default");

  /* A menu that is open does not change under the pointer for nothing. */
  if (self->listed != NULL && cardea_json_equal (self->listed, models)
      && g_strcmp0 (self->standard, standard) == 0)
    return;
  g_clear_pointer (&self->listed, cardea_json_unref);
  self->listed = cardea_json_ref (models);
  g_menu_remove_all (self->models);
  append_default (self, standard);
  for (guint i = 0; i < cardea_json_size (models); i++)
    {
      const char *name = cardea_json_get_string (cardea_json_nth (models, i), "name");
      if (name != NULL)
        append_choice (self->models, name, name);
    }
  append_choice (self->models, _ ("Offline: rules, no AI model"), UI_CHAT_SESSION_OFFLINE);
  g_free (self->standard);
  self->standard = g_strdup (standard);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiModelMenu) self = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);
  if (reply != NULL && cardea_message_is (reply, "model.listed"))
    fill (self, reply);
}

/* What is connected is looked up whenever the menu opens: it may be done in a terminal, too. */
static void
fetch (UiModelMenu *self)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("model.list");
  if (self->link != NULL && ui_link_get_state (self->link) == UI_LINK_UP)
    ui_link_call_async (self->link, request, self->cancellable, listed_cb, g_object_ref (self));
}

/* --- choosing --- */

static void
session_changed_cb (UiModelMenu *self)
{
  const char *choice = ui_chat_session_get_choice (self->session);
  g_simple_action_set_state (self->choose, g_variant_new_string (choice ? choice : DEFAULT));
  g_simple_action_set_enabled (self->choose, !ui_chat_session_is_busy (self->session));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

static void
choose_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiModelMenu *self = user_data;
  const char *model = g_variant_get_string (parameter, NULL);
  if (self->session != NULL)
    ui_chat_session_set_model (self->session, g_str_equal (model, DEFAULT) ? NULL : model);
  g_signal_emit (self, signals[CHOSEN], 0);
}

void
ui_model_menu_show (UiModelMenu *self, UiChatSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "notify", G_CALLBACK (session_changed_cb), self);
  session_changed_cb (self);
}

void
ui_model_menu_set_link (UiModelMenu *self, UiLink *link)
{
  g_set_object (&self->link, link);
  g_signal_connect_object (link, "notify::state", G_CALLBACK (fetch), self, G_CONNECT_SWAPPED);
  fetch (self);
}

/* --- the type --- */

static void
ui_model_menu_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_MODEL)
    g_value_set_string (value, find_model (UI_MODEL_MENU (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ui_model_menu_dispose (GObject *object)
{
  UiModelMenu *self = UI_MODEL_MENU (object);

  g_cancellable_cancel (self->cancellable);
  ui_model_menu_show (self, NULL);
  g_clear_object (&self->link);
  g_clear_object (&self->models);
  g_clear_object (&self->choose);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->listed, cardea_json_unref);
  g_clear_pointer (&self->standard, g_free);
  G_OBJECT_CLASS (ui_model_menu_parent_class)->dispose (object);
}

static void
ui_model_menu_class_init (UiModelMenuClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_model_menu_get_property;
  object_class->dispose = ui_model_menu_dispose;
  properties[PROP_MODEL]
      = g_param_spec_string ("model", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_MODEL_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
add_action (UiModelMenu *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  self->choose = g_simple_action_new_stateful (ACTION, G_VARIANT_TYPE_STRING,
                                               g_variant_new_string (DEFAULT));
  g_signal_connect (self->choose, "activate", G_CALLBACK (choose_activated), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->choose));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "model", G_ACTION_GROUP (group));
}

static void
ui_model_menu_init (UiModelMenu *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) more = g_menu_new ();

  self->cancellable = g_cancellable_new ();
  self->models = g_menu_new ();
  append_default (self, NULL);
  g_menu_append (more, _ ("_Models…"), "app.settings");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->models));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (more));

  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (self->button, "system-run-symbolic");
  gtk_menu_button_set_menu_model (self->button, G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), _ ("Which model answers"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Which model answers"), -1);
  g_signal_connect_object (self->button, "notify::active", G_CALLBACK (fetch), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  add_action (self);
}

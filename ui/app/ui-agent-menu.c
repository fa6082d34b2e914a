/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-agent-menu.h"

#include "ui/app/ui-agent-dialog.h"
#include "ui/programs/ui-program-agents.h"

#include <glib/gi18n.h>

#define BEGIN_ACTION "begin"
#define ABSENT_ACTION "absent" /* can never be activated: what is not installed is only named */

struct _UiAgentMenu {
  AdwBin parent_instance;
  GtkMenuButton *button;
  GMenu *items;
  UiChatList *list;
  GPtrArray *agents; /* of UiProgramAgent: what stands in the menu; NULL: not looked yet */
  GCancellable *cancellable;
};

enum { BEGIN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiAgentMenu, ui_agent_menu, ADW_TYPE_BIN)

/* --- the menu --- */

static gboolean
is_same (const GPtrArray *a, const GPtrArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const UiProgramAgent *first = a->pdata[i], *second = b->pdata[i];
      if (g_strcmp0 (first->name, second->name) != 0 || g_strcmp0 (first->title, second->title) != 0
          || g_strcmp0 (first->note, second->note) != 0
          || g_strcmp0 (first->lacks, second->lacks) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
append_agent (UiAgentMenu *self, const UiProgramAgent *agent)
{
  /* Translators: the first %s is an agent, the second its program's name. */
  g_autofree char *absent = agent->lacks != NULL ? g_strdup_printf (_ ("%s: %s is not installed"),
                                                                    agent->title, agent->lacks)
                                                 : NULL;
  g_autoptr (GMenuItem) item = g_menu_item_new (absent != NULL ? absent : agent->title, NULL);

  if (absent != NULL)
    g_menu_item_set_detailed_action (item, "agent." ABSENT_ACTION);
  else
    g_menu_item_set_action_and_target (item, "agent." BEGIN_ACTION, "s", agent->name);
  g_menu_append_item (self->items, item);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiAgentMenu) self = user_data;
  g_autoptr (GPtrArray) agents = ui_program_agents_list_finish (result, NULL);

  /* A menu that is open does not change under the pointer for nothing. */
  if (agents == NULL || is_same (self->agents, agents))
    return;
  g_clear_pointer (&self->agents, g_ptr_array_unref);
  self->agents = g_steal_pointer (&agents);
  g_menu_remove_all (self->items);
  for (guint i = 0; i < self->agents->len; i++)
    append_agent (self, self->agents->pdata[i]);
}

/* Looked up whenever the menu opens: a program may have been installed meanwhile. */
static void
fetch (UiAgentMenu *self)
{
  ui_program_agents_list_async (self->cancellable, listed_cb, g_object_ref (self));
}

/* --- beginning --- */

static const UiProgramAgent *
find_agent (UiAgentMenu *self, const char *name)
{
  for (guint i = 0; self->agents != NULL && i < self->agents->len; i++)
    {
      const UiProgramAgent *agent = self->agents->pdata[i];
      if (g_str_equal (agent->name, name))
        return agent;
    }
  return NULL;
}

/* What the newest chat with it was about. */
static UiChatForeign *
propose (UiAgentMenu *self, const UiProgramAgent *agent)
{
  GListModel *chats = self->list != NULL ? ui_chat_list_get_chats (self->list) : NULL;

  for (guint i = 0; chats != NULL && i < g_list_model_get_n_items (chats); i++)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (chats, i);
      const UiChatForeign *foreign = ui_chat_get_foreign (chat);
      if (foreign != NULL && g_str_equal (foreign->profile, agent->name))
        return ui_chat_foreign_copy (foreign);
    }
  return ui_chat_foreign_new (agent->name, agent->title, "", FALSE);
}

static void
begin_cb (UiAgentMenu *self, UiChatForeign *foreign)
{
  g_signal_emit (self, signals[BEGIN], 0, foreign);
}

static void
begin_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiAgentMenu *self = user_data;
  const UiProgramAgent *agent = find_agent (self, g_variant_get_string (parameter, NULL));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (agent == NULL || root == NULL)
    return;
  g_autoptr (UiChatForeign) wanted = propose (self, agent);
  GtkWidget *dialog = ui_agent_dialog_new (GTK_WINDOW (root), wanted, agent->note);
  g_signal_connect_object (dialog, "begin", G_CALLBACK (begin_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
ui_agent_menu_set_list (UiAgentMenu *self, UiChatList *list)
{
  g_set_object (&self->list, list);
}

/* --- the type --- */

static void
ui_agent_menu_dispose (GObject *object)
{
  UiAgentMenu *self = UI_AGENT_MENU (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->list);
  g_clear_object (&self->items);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->agents, g_ptr_array_unref);
  G_OBJECT_CLASS (ui_agent_menu_parent_class)->dispose (object);
}

static void
ui_agent_menu_class_init (UiAgentMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_agent_menu_dispose;
  signals[BEGIN] = g_signal_new ("begin", UI_TYPE_AGENT_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
add_actions (UiAgentMenu *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) begin = g_simple_action_new (BEGIN_ACTION, G_VARIANT_TYPE_STRING);
  g_autoptr (GSimpleAction) absent = g_simple_action_new (ABSENT_ACTION, NULL);

  g_signal_connect (begin, "activate", G_CALLBACK (begin_activated), self);
  g_simple_action_set_enabled (absent, FALSE);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (begin));
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (absent));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "agent", G_ACTION_GROUP (group));
}

static void
ui_agent_menu_init (UiAgentMenu *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  self->cancellable = g_cancellable_new ();
  self->items = g_menu_new ();
  g_menu_append_section (menu, _ ("New Chat with"), G_MENU_MODEL (self->items));
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (self->button, "pan-down-symbolic");
  gtk_menu_button_set_menu_model (self->button, G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), _ ("New chat with another agent"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("New chat with another agent"), -1);
  g_signal_connect_object (self->button, "notify::active", G_CALLBACK (fetch), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  add_actions (self);
  fetch (self);
}

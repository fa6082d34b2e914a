/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-sidebar.h"

#include "ui/app/ui-agent-menu.h"
#include "ui/app/ui-sidebar-row.h"

#include <glib/gi18n.h>

struct _UiSidebar {
  GtkWidget parent_instance;
  GtkWidget *content;
  GtkStack *stack;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkToggleButton *search_button;
  GtkListView *list_view;
  GtkScrolledWindow *scroller;
  AdwHeaderBar *header;
  UiAgentMenu *agents;
  GMenuModel *chat_menu;
  UiChatList *list;
  GtkFilterListModel *filtered;
  GtkSingleSelection *selection;
  GHashTable *found;       /* id → what was found; NULL: nothing is searched for */
  GCancellable *searching; /* NULL: all that was wanted is found */
  char *wanted;            /* what is searched for, or was; NULL: nothing yet */
  gboolean opens_first;    /* once it is found */
  UiChat *shown;
  gboolean selecting; /* by us, not by the person */
  gboolean folded;
  gboolean by_keys; /* what is selected now is by a key */
};

enum { CHOSEN, BEGIN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiSidebar, ui_sidebar, GTK_TYPE_WIDGET)

/* --- rows --- */

static void
setup_row_cb (UiSidebar *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, ui_sidebar_row_new (self->chat_menu));
}

static void
bind_row_cb (UiSidebar *self, GtkListItem *item)
{
  UiChat *chat = gtk_list_item_get_item (item);
  const char *match
      = self->found != NULL ? g_hash_table_lookup (self->found, ui_chat_get_id (chat)) : NULL;
  ui_sidebar_row_set_chat (UI_SIDEBAR_ROW (gtk_list_item_get_child (item)), chat,
                           ui_chat_list_get_session (self->list, chat),
                           match != NULL && *match != '\0' ? match : NULL);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_parent (gtk_list_item_get_child (item))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, ui_chat_get_title (chat), -1);
}

static void
unbind_row_cb (UiSidebar *self, GtkListItem *item)
{
  ui_sidebar_row_set_chat (UI_SIDEBAR_ROW (gtk_list_item_get_child (item)), NULL, NULL, NULL);
}

static void
activate_cb (UiSidebar *self, guint position)
{
  g_autoptr (UiChat) chat = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  if (chat != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, chat, TRUE);
}

static void
selected_cb (UiSidebar *self)
{
  UiChat *chat = gtk_single_selection_get_selected_item (self->selection);
  if (!self->selecting && chat != NULL && (self->folded || chat != self->shown))
    g_signal_emit (self, signals[CHOSEN], 0, chat, !self->by_keys);
}

static gboolean
key_pressed_cb (UiSidebar *self)
{
  self->by_keys = TRUE;
  return GDK_EVENT_PROPAGATE;
}

static void
pressed_cb (UiSidebar *self)
{
  self->by_keys = FALSE;
}

/* --- what is listed --- */

static gboolean
is_found (gpointer item, gpointer user_data)
{
  UiSidebar *self = user_data;
  return self->found == NULL || g_hash_table_contains (self->found, ui_chat_get_id (item));
}

static void
mark_shown (UiSidebar *self)
{
  guint position = GTK_INVALID_LIST_POSITION;
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; i < count && self->shown != NULL && !self->folded; i++)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (G_LIST_MODEL (self->selection), i);
      if (chat == self->shown)
        position = i;
    }
  self->selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->selecting = FALSE;
}

static void
items_changed_cb (UiSidebar *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) > 0;
  gtk_stack_set_visible_child_name (self->stack, any                   ? "list"
                                                 : self->found != NULL ? "nothing"
                                                                       : "empty");
  mark_shown (self);
}

static void
filter_again (UiSidebar *self)
{
  /* A new filter, so that rows that stay are bound anew with what was found in them. */
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_found, self, NULL));
  gtk_filter_list_model_set_filter (self->filtered, NULL);
  gtk_filter_list_model_set_filter (self->filtered, filter);
  g_object_unref (filter);
  items_changed_cb (self);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSidebar) self = user_data;
  g_autoptr (GError) error = NULL;
  GHashTable *found = ui_chat_list_search_finish (UI_CHAT_LIST (source), result, &error);

  if (found == NULL || self->filtered == NULL)
    return;
  g_clear_pointer (&self->found, g_hash_table_unref);
  self->found = found;
  g_clear_object (&self->searching);
  filter_again (self);
  if (self->opens_first)
    activate_cb (self, 0);
  self->opens_first = FALSE;
}

static void
search_changed_cb (UiSidebar *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));

  g_strstrip (text);
  if (g_strcmp0 (text, self->wanted) == 0)
    return;
  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  g_free (self->wanted);
  self->wanted = g_strdup (text);
  self->opens_first = FALSE;
  if (*text != '\0')
    {
      self->searching = g_cancellable_new ();
      ui_chat_list_search_async (self->list, text, self->searching, found_cb, g_object_ref (self));
    }
  else if (self->found != NULL)
    {
      g_clear_pointer (&self->found, g_hash_table_unref);
      filter_again (self);
    }
}

static void
open_first_cb (UiSidebar *self)
{
  search_changed_cb (self); /* which GTK says a moment after the last letter */
  if (self->searching != NULL)
    self->opens_first = TRUE;
  else
    activate_cb (self, 0);
}

void
ui_sidebar_search (UiSidebar *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
ui_sidebar_search_for (UiSidebar *self, const char *text)
{
  ui_sidebar_search (self);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->search_entry), -1);
}

const char *
ui_sidebar_get_search (UiSidebar *self)
{
  return self->found != NULL ? gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) : NULL;
}

void
ui_sidebar_select (UiSidebar *self, UiChat *chat)
{
  g_set_object (&self->shown, chat);
  mark_shown (self);
}

void
ui_sidebar_set_folded (UiSidebar *self, gboolean folded)
{
  self->folded = folded;
  adw_header_bar_set_show_end_title_buttons (self->header, folded);
  mark_shown (self);
}

void
ui_sidebar_set_list (UiSidebar *self, UiChatList *list)
{
  self->list = g_object_ref (list);
  ui_agent_menu_set_list (self->agents, list);
  self->filtered = gtk_filter_list_model_new (g_object_ref (ui_chat_list_get_chats (list)), NULL);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->filtered)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_swapped (self->filtered, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb),
                            self);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  items_changed_cb (self);
}

static void
ui_sidebar_dispose (GObject *object)
{
  UiSidebar *self = UI_SIDEBAR (object);

  g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  if (self->filtered != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->filtered, self);
      g_signal_handlers_disconnect_by_data (self->selection, self);
      gtk_filter_list_model_set_filter (self->filtered, NULL);
    }
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->filtered);
  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  g_clear_object (&self->shown);
  g_clear_pointer (&self->found, g_hash_table_unref);
  g_clear_pointer (&self->wanted, g_free);
  G_OBJECT_CLASS (ui_sidebar_parent_class)->dispose (object);
}

static void
begin_cb (UiSidebar *self, UiChatForeign *foreign)
{
  g_signal_emit (self, signals[BEGIN], 0, foreign);
}

static void
ui_sidebar_class_init (UiSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (UI_TYPE_AGENT_MENU);
  G_OBJECT_CLASS (klass)->dispose = ui_sidebar_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, UI_TYPE_CHAT, G_TYPE_BOOLEAN);
  signals[BEGIN] = g_signal_new ("begin", UI_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/app/ui-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, content);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, search_button);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, list_view);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, scroller);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, header);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, agents);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, chat_menu);
  gtk_widget_class_bind_template_callback (widget_class, begin_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_first_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_sidebar_init (UiSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_bind_property (self->search_button, "active", self->search_bar, "search-mode-enabled",
                          G_BINDING_BIDIRECTIONAL);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));

  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), keys);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), GTK_EVENT_CONTROLLER (click));
}

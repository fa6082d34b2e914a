/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-list.h"

struct _UiActivityList {
  AdwBin parent_instance;
  GtkStack *stack;
  GtkListView *view;
  AdwStatusPage *empty;
  GtkSingleSelection *selection;
  UiActivityRowDescribe describe;
  gpointer user_data;
};

enum { CHOSEN, LOOKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivityList, ui_activity_list, ADW_TYPE_BIN)

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, UiActivityList *self)
{
  gtk_list_item_set_child (list_item, ui_activity_row_new (self->describe, self->user_data));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, UiActivityList *self)
{
  ui_activity_row_set_item (UI_ACTIVITY_ROW (gtk_list_item_get_child (list_item)),
                            gtk_list_item_get_item (list_item));
  g_signal_emit (self, signals[LOOKED], 0, gtk_list_item_get_position (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, UiActivityList *self)
{
  ui_activity_row_set_item (UI_ACTIVITY_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
choose (UiActivityList *self)
{
  UiActivityItem *item = gtk_single_selection_get_selected_item (self->selection);
  if (item != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, item);
}

static void
activated_cb (GtkListView *view, guint position, UiActivityList *self)
{
  choose (self);
}

static void
items_changed_cb (UiActivityList *self)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (model) > 0 ? "list" : "empty");
}

void
ui_activity_list_set_empty (UiActivityList *self, const char *icon, const char *title,
                            const char *text)
{
  adw_status_page_set_icon_name (self->empty, icon);
  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, text);
}

void
ui_activity_list_unselect (UiActivityList *self)
{
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

static void
ui_activity_list_dispose (GObject *object)
{
  UiActivityList *self = UI_ACTIVITY_LIST (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (ui_activity_list_parent_class)->dispose (object);
}

static void
ui_activity_list_class_init (UiActivityListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_activity_list_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_ACTIVITY_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, UI_TYPE_ACTIVITY_ITEM);
  signals[LOOKED] = g_signal_new ("looked", UI_TYPE_ACTIVITY_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/activity/ui-activity-list.ui");
  gtk_widget_class_bind_template_child (widget_class, UiActivityList, stack);
  gtk_widget_class_bind_template_child (widget_class, UiActivityList, view);
  gtk_widget_class_bind_template_child (widget_class, UiActivityList, empty);
}

static void
ui_activity_list_init (UiActivityList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_activity_list_new (GListModel *model, const char *name, UiActivityRowDescribe describe,
                      gpointer user_data)
{
  UiActivityList *self = g_object_new (UI_TYPE_ACTIVITY_LIST, NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->describe = describe;
  self->user_data = user_data;
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, model);
  g_signal_connect_swapped (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (choose), self);

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect (self->view, "activate", G_CALLBACK (activated_cb), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  items_changed_cb (self);
  return GTK_WIDGET (self);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/dialog/ui-consent-change-list.h"

#include "ui/consent/dialog/ui-consent-change-item.h"

#include <glib/gi18n.h>

struct _UiConsentChangeList {
  GtkWidget parent_instance;
  GtkScrolledWindow *scroller;
  GtkListView *view;
  GListStore *items; /* UiConsentChangeItem */
};

G_DEFINE_FINAL_TYPE (UiConsentChangeList, ui_consent_change_list, GTK_TYPE_WIDGET)

static const char *const icons[] = {
  [UI_CONSENT_DEED_CHANGE] = "document-edit-symbolic",
  [UI_CONSENT_DEED_ADD] = "list-add-symbolic",
  [UI_CONSENT_DEED_CREATE] = "document-new-symbolic",
  [UI_CONSENT_DEED_DELETE] = "user-trash-symbolic",
  [UI_CONSENT_DEED_MOVE] = "go-next-symbolic",
  [UI_CONSENT_DEED_RENAME] = "document-edit-symbolic",
  [UI_CONSENT_DEED_FOLDER] = "folder-new-symbolic",
  [UI_CONSENT_DEED_METADATA] = "changes-prevent-symbolic",
};

static GtkWidget *
new_label (GtkWidget *box, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE)); /* names stay names */
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

/* Icon, then title, facts and notes below one another. */
static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (row, "consent-change");
  gtk_widget_add_css_class (icon, "dim-label");
  new_label (texts, NULL);
  gtk_widget_add_css_class (new_label (texts, "caption"), "dim-label");
  gtk_widget_add_css_class (new_label (texts, "caption"), "warning");
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_list_item_set_child (item, row);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  UiConsentChangeItem *change = gtk_list_item_get_item (item);
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *label = gtk_widget_get_first_child (gtk_widget_get_next_sibling (icon));
  const char *texts[]
      = { ui_consent_change_item_get_title (change), ui_consent_change_item_get_facts (change),
          ui_consent_change_item_get_notes (change) };
  const char *name = ui_consent_change_item_get_icon (change);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), name);
  gtk_widget_set_visible (icon, name != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++, label = gtk_widget_get_next_sibling (label))
    {
      gtk_label_set_text (GTK_LABEL (label), texts[i]);
      gtk_widget_set_visible (label, *texts[i] != '\0');
    }
}

static void
append_text (GString *text, const char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

void
ui_consent_change_list_set_changes (UiConsentChangeList *self, const UiConsentQuestion *question,
                                    const UiConsentPreview *preview)
{
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < lines->len;)
    {
      const UiConsentPreviewLine *heading = lines->pdata[i];
      const UiConsentChange *change = question->changes->pdata[heading->section];
      g_autoptr (GString) facts = g_string_new (NULL);
      g_autoptr (GString) notes = g_string_new (NULL);
      for (i++; i < lines->len; i++)
        {
          const UiConsentPreviewLine *line = lines->pdata[i];
          if (line->section != heading->section)
            break;
          append_text (line->kind == UI_CONSENT_PREVIEW_NOTE ? notes : facts, line->text);
        }
      g_ptr_array_add (items, ui_consent_change_item_new (icons[change->deed], heading->text,
                                                          facts->str, notes->str));
    }
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata, items->len);
}

void
ui_consent_change_list_set_titles (UiConsentChangeList *self, const char *const *titles)
{
  g_list_store_remove_all (self->items);
  for (guint i = 0; titles[i] != NULL; i++)
    {
      g_autoptr (UiConsentChangeItem) item = ui_consent_change_item_new (NULL, titles[i], "", "");
      g_list_store_append (self->items, item);
    }
}

GtkWidget *
ui_consent_change_list_get_view (UiConsentChangeList *self)
{
  return GTK_WIDGET (self->view);
}

static void
ui_consent_change_list_dispose (GObject *object)
{
  UiConsentChangeList *self = UI_CONSENT_CHANGE_LIST (object);
  GtkWidget *scroller = GTK_WIDGET (self->scroller);
  self->scroller = NULL;
  g_clear_pointer (&scroller, gtk_widget_unparent);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (ui_consent_change_list_parent_class)->dispose (object);
}

static void
ui_consent_change_list_class_init (UiConsentChangeListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_consent_change_list_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/consent/dialog/ui-consent-change-list.ui");
  gtk_widget_class_bind_template_child (widget_class, UiConsentChangeList, scroller);
  gtk_widget_class_bind_template_child (widget_class, UiConsentChangeList, view);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_consent_change_list_init (UiConsentChangeList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (UI_TYPE_CONSENT_CHANGE_ITEM);
  g_autoptr (GtkNoSelection) model
      = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (model));
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-card-view.h"

#include "ui/chat/ui-card-wording.h"
#include "ui/chat/ui-drag.h"
#include "ui/chat/ui-picture-strip.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define SHORT_LINES 24u /* of a detail that is shown without being asked for */

struct _UiCardView {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *title;
  GtkLabel *state;
  GtkLabel *items;
  GtkToggleButton *more;
  GtkLabel *detail;
  GtkToggleButton *why;
  GtkWidget *copy;
  GtkWidget *undo;
  GtkLabel *reason;
  GtkWidget *pictures; /* NULL: none yet */
  guint n_pictures;    /* that are on it */
  GtkWidget *about;    /* those that a question is about; NULL: none */
  char **about_files;  /* which */
  UiPictureLoader *loader;
  UiChatCard *card;
  gboolean chosen;  /* the person said whether the details are to be seen */
  gboolean setting; /* we say it */
};

enum { UNDO, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiCardView, ui_card_view, GTK_TYPE_WIDGET)

static const char *const state_classes[] = {
  [UI_CHAT_CARD_RUNNING] = "card-running", [UI_CHAT_CARD_WAITING] = "card-waiting",
  [UI_CHAT_CARD_DONE] = "card-done",       [UI_CHAT_CARD_REFUSED] = "card-refused",
  [UI_CHAT_CARD_FAILED] = "card-failed",   [UI_CHAT_CARD_UNDOING] = "card-running",
  [UI_CHAT_CARD_UNDONE] = "card-undone",
};

static void
set_line (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
why_toggled_cb (UiCardView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->reason),
                          gtk_toggle_button_get_active (self->why)
                              && gtk_widget_get_visible (GTK_WIDGET (self->why)));
}

static void
more_toggled_cb (UiCardView *self)
{
  self->chosen |= !self->setting;
  gtk_widget_set_visible (GTK_WIDGET (self->detail),
                          gtk_toggle_button_get_active (self->more)
                              && gtk_widget_get_visible (GTK_WIDGET (self->more)));
}

/* + and − stand there as text; colour only adds to them. */
static const struct {
  char sign;
  guint16 light[3];
  guint16 dark[3];
} line_colours[] = {
  { '+', { 0x1212, 0x6969, 0x2f2f }, { 0x8f8f, 0xf0f0, 0xa4a4 } },
  { '-', { 0xa5a5, 0x1d1d, 0x2d2d }, { 0xffff, 0x9393, 0x8c8c } },
};

static void
colour_line (PangoAttrList *list, const char *text, const char *line, gboolean dark)
{
  for (gsize i = 0; i < G_N_ELEMENTS (line_colours); i++)
    {
      const guint16 *c = dark ? line_colours[i].dark : line_colours[i].light;
      if (*line != line_colours[i].sign)
        continue;
      PangoAttribute *attribute = pango_attr_foreground_new (c[0], c[1], c[2]);
      attribute->start_index = (guint) (line - text);
      attribute->end_index = attribute->start_index + (guint) strcspn (line, "\n");
      pango_attr_list_insert (list, attribute);
    }
}

static gboolean
is_short (UiChatCard *card)
{
  const char *detail = ui_chat_card_facts (card)->detail;
  guint lines = 0;

  for (; detail != NULL && lines <= SHORT_LINES; lines++)
    {
      detail = strchr (detail, '\n');
      detail = detail != NULL ? detail + 1 : NULL;
    }
  return lines <= SHORT_LINES;
}

static void
show_detail (UiCardView *self)
{
  g_autofree char *text = ui_card_wording_detail (self->card);
  g_autoptr (PangoAttrList) list = pango_attr_list_new ();
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  gtk_widget_set_visible (GTK_WIDGET (self->more), text != NULL);
  gtk_label_set_text (self->detail, text != NULL ? text : "");
  for (const char *line = text; line != NULL; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      colour_line (list, text, line, dark);
    }
  gtk_label_set_attributes (self->detail, list);
  self->setting = TRUE;
  if (!self->chosen)
    gtk_toggle_button_set_active (self->more, is_short (self->card));
  more_toggled_cb (self);
  self->setting = FALSE;
}

static void
show_pictures (UiCardView *self)
{
  const GPtrArray *pictures = ui_chat_card_facts (self->card)->pictures;

  if (self->pictures == NULL && pictures != NULL)
    {
      self->pictures = ui_picture_strip_new ();
      gtk_box_append (GTK_BOX (self->box), self->pictures);
    }
  for (; pictures != NULL && self->n_pictures < pictures->len; self->n_pictures++)
    ui_picture_strip_add_picture (self->pictures, pictures->pdata[self->n_pictures]);
}

static void
drop_strip (UiCardView *self, GtkWidget **strip)
{
  GtkWidget *pictures = g_steal_pointer (strip);
  if (pictures != NULL)
    gtk_box_remove (GTK_BOX (self->box), pictures);
}

static void
drop_pictures (UiCardView *self)
{
  drop_strip (self, &self->pictures);
  self->n_pictures = 0;
}

static void
drop_about (UiCardView *self)
{
  drop_strip (self, &self->about);
  g_clear_pointer (&self->about_files, g_strfreev);
}

/* Beside the question, which shows none: as long as it waits. */
static void
show_about (UiCardView *self)
{
  char **about = ui_chat_card_facts (self->card)->about;
  gboolean waits = ui_chat_card_get_state (self->card) == UI_CHAT_CARD_WAITING;

  if (waits && about != NULL && self->about_files != NULL
      && g_strv_equal ((const char *const *) about, (const char *const *) self->about_files))
    return;
  drop_about (self);
  if (!waits || about == NULL)
    return;
  self->about_files = g_strdupv (about);
  self->about = ui_picture_strip_new ();
  gtk_box_append (GTK_BOX (self->box), self->about);
  for (guint i = 0; about[i] != NULL; i++)
    ui_picture_strip_add_file (self->about, self->loader, about[i]);
}

static char **
get_files (GtkWidget *widget)
{
  UiCardView *self = UI_CARD_VIEW (widget);
  return self->card != NULL ? ui_chat_card_files (self->card) : NULL;
}

static void
copy_clicked_cb (UiCardView *self)
{
  g_auto (GStrv) files = get_files (GTK_WIDGET (self));
  if (files != NULL)
    ui_drag_copy_files (GTK_WIDGET (self), files);
}

static void
undo_clicked_cb (UiCardView *self)
{
  g_autoptr (UiChatCard) card = g_object_ref (self->card);
  g_signal_emit (self, signals[UNDO], 0, card);
}

static void
changed_cb (UiCardView *self)
{
  UiChatCardState state = ui_chat_card_get_state (self->card);
  gboolean busy = state == UI_CHAT_CARD_RUNNING || state == UI_CHAT_CARD_UNDOING;
  g_autofree char *title = ui_card_wording_title (self->card);
  g_autofree char *line = ui_card_wording_state (self->card);
  g_autofree char *items = ui_card_wording_items (self->card);
  g_autofree char *why = ui_card_wording_why (self->card);
  const char *classes[] = { "card", "action-card", state_classes[state], NULL };

  gtk_widget_set_css_classes (self->box, classes);
  gtk_image_set_from_icon_name (self->icon, ui_card_wording_icon (self->card));
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_label_set_text (self->title, title);
  set_line (self->state, line);
  set_line (self->items, items);
  show_detail (self);
  show_pictures (self);
  show_about (self);
  gtk_label_set_text (self->reason, why != NULL ? why : "");
  gtk_widget_set_visible (GTK_WIDGET (self->why), why != NULL);
  gtk_widget_set_visible (self->undo, ui_chat_card_can_undo (self->card));
  g_auto (GStrv) files = get_files (GTK_WIDGET (self));
  gtk_widget_set_visible (self->copy, files != NULL);
  why_toggled_cb (self);

  g_autofree char *name
      = g_strdup_printf ("%s: %s, %s", _ ("Action"), title, *line != '\0' ? line : _ ("Done"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

void
ui_card_view_set_card (UiCardView *self, UiChatCard *card)
{
  if (self->card != NULL)
    g_signal_handlers_disconnect_by_data (self->card, self);
  drop_pictures (self);
  drop_about (self);
  g_set_object (&self->card, card);
  if (card == NULL)
    {
      gtk_spinner_set_spinning (self->spinner, FALSE);
      return;
    }
  gtk_toggle_button_set_active (self->why, FALSE);
  self->chosen = FALSE;
  g_signal_connect_swapped (card, "changed", G_CALLBACK (changed_cb), self);
  changed_cb (self);
}

static void
ui_card_view_dispose (GObject *object)
{
  UiCardView *self = UI_CARD_VIEW (object);

  if (self->box != NULL)
    ui_card_view_set_card (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->loader);
  G_OBJECT_CLASS (ui_card_view_parent_class)->dispose (object);
}

static void
ui_card_view_class_init (UiCardViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_card_view_dispose;
  signals[UNDO] = g_signal_new ("undo", UI_TYPE_CARD_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, UI_TYPE_CHAT_CARD);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/chat/ui-card-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UiCardView, box);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, icon);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, spinner);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, title);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, state);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, items);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, detail);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, more);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, why);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, copy);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, undo);
  gtk_widget_class_bind_template_child (widget_class, UiCardView, reason);
  gtk_widget_class_bind_template_callback (widget_class, more_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, why_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, undo_clicked_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
dark_cb (UiCardView *self)
{
  if (self->card != NULL)
    show_detail (self);
}

static void
ui_card_view_init (UiCardView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_drag_add_files (self->box, GTK_WIDGET (self), get_files);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (dark_cb),
                           self, G_CONNECT_SWAPPED);
}

GtkWidget *
ui_card_view_new (UiPictureLoader *pictures)
{
  UiCardView *self = g_object_new (UI_TYPE_CARD_VIEW, NULL);
  self->loader = g_object_ref (pictures);
  return GTK_WIDGET (self);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-view.h"

#include "ui/chat/ui-chat-branch.h"
#include "ui/chat/ui-chat-empty.h"
#include "ui/chat/ui-chat-find.h"
#include "ui/chat/ui-chat-keys.h"
#include "ui/chat/ui-chat-row.h"
#include "ui/chat/ui-code-view.h"
#include "ui/chat/ui-composer.h"
#include "ui/chat/ui-mark.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* So far beyond what is seen rows are filled, so that slow scrolling never waits for one. */
#define BEYOND 400
#define WARM_MS 700u
#define MARK_ROOM 48    /* around what was found */
#define JUMP_FRAMES 12u /* until heights near a place that was jumped to are known */

struct _UiChatView {
  GtkWidget parent_instance;
  GtkWidget *content;
  GtkStack *stack;
  GtkListView *list;
  GtkScrolledWindow *scroller;
  GtkRevealer *waiting_bar;
  GtkLabel *waiting_label;
  GtkRevealer *end_button;
  GtkLabel *damage;
  GtkSpinner *reading;
  UiChatFind *find;
  AdwStatusPage *foreign;
  GtkWidget *suggestions;
  UiComposer *composer;
  UiPictureLoader *pictures;
  UiChatList *chats;
  UiChat *chat;
  UiChatSession *session; /* the list's */
  gboolean at_end;        /* follow the answer only when the person looks at its end */
  gulong layout_handler, update_handler, painted_handler;
  gboolean laying_out; /* where the list stands is changed by its layout, not by the person */
  gint64 near_frame;   /* the last in which a row near by was filled */
  guint jumping;       /* frames in which what was found is still brought into sight */
  guint warm_source;
  gboolean compact;
  gboolean filling; /* the composer is being given the draft */
};

enum { BRANCHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatView, ui_chat_view, GTK_TYPE_WIDGET)

static void
retry_cb (UiChatView *self)
{
  self->at_end = TRUE;
  ui_chat_session_retry (self->session);
}

static void
edit_cb (UiChatView *self, UiChatMessage *message)
{
  g_autoptr (UiChat) branch = ui_chat_branch_new (self->chats, self->chat, message);
  g_signal_emit (self, signals[BRANCHED], 0, branch);
}

static void
undo_cb (UiChatView *self, UiChatCard *card)
{
  ui_chat_session_undo (self->session, card);
}

static void
setup_row_cb (UiChatView *self, GtkListItem *item)
{
  GtkWidget *row = ui_chat_row_new (self->pictures);

  g_signal_connect_object (row, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "edit", G_CALLBACK (edit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "undo", G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, row);
}

static void
mark_row (UiChatView *self, UiChatRow *row, UiChatEntry *entry)
{
  ui_chat_row_set_words (row, ui_chat_find_get_words (self->find),
                         entry == ui_chat_find_get_current (self->find));
}

static void
bind_row_cb (UiChatView *self, GtkListItem *item)
{
  mark_row (self, UI_CHAT_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
  ui_chat_row_set_entry (UI_CHAT_ROW (gtk_list_item_get_child (item)),
                         gtk_list_item_get_item (item));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_parent (gtk_list_item_get_child (item))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Entry"), -1);
}

static void
unbind_row_cb (UiChatView *self, GtkListItem *item)
{
  ui_chat_row_set_entry (UI_CHAT_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
keep_at_end (UiChatView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  if (self->at_end && gtk_adjustment_get_value (adjustment) < end - 1)
    gtk_adjustment_set_value (adjustment, end);
}

static gboolean
is_within (GtkWidget *item, GtkWidget *list, int beyond)
{
  int height = gtk_widget_get_height (list);
  graphene_rect_t place;

  return gtk_widget_compute_bounds (item, list, &place)
         && place.origin.y < (float) (height + beyond)
         && place.origin.y + place.size.height > (float) -beyond;
}

/* --- what was found --- */

static void
show_end_button (UiChatView *self)
{
  gtk_revealer_set_reveal_child (self->end_button, !self->at_end);
}

static UiChatRow *
row_of (GtkWidget *item)
{
  return UI_CHAT_ROW (gtk_widget_get_first_child (item));
}

static void
mark_rows (UiChatView *self)
{
  GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->list));

  for (; item != NULL; item = gtk_widget_get_next_sibling (item))
    if (row_of (item) != NULL)
      mark_row (self, row_of (item), ui_chat_row_get_entry (row_of (item)));
}

static void
jump_cb (UiChatView *self, guint position)
{
  self->at_end = FALSE;
  self->jumping = JUMP_FRAMES;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

static void
update_at_end (UiChatView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  self->at_end = gtk_adjustment_get_value (adjustment) >= end - 40;
  show_end_button (self);
}

/* The row is in sight; its first marked word may be far down in it. */
static void
bring_mark_into_sight (UiChatView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  UiChatEntry *current = ui_chat_find_get_current (self->find);
  char **words = ui_chat_find_get_words (self->find);
  double height = gtk_widget_get_height (GTK_WIDGET (self->list));
  GdkRectangle place;

  if (--self->jumping == 0)
    update_at_end (self);
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->list));
       current != NULL && item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      UiChatRow *row = row_of (item);
      if (row == NULL || ui_chat_row_get_entry (row) != current || !ui_chat_row_is_shown (row)
          || !ui_mark_find (GTK_WIDGET (row), words, GTK_WIDGET (self->list), &place))
        continue;
      double above = place.y - MARK_ROOM;
      double below = place.y + place.height + MARK_ROOM - height;
      double by = above < 0 ? above : MAX (below, 0);
      if (by < -1 || by > 1)
        gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + by);
      return;
    }
}

UiChatFind *
ui_chat_view_get_find (UiChatView *self)
{
  return self->find;
}

/* After rows got their places and before anything is drawn: those that will be seen are filled, and
 * of those near by one a frame. The frame clock then lays out again, within the same frame. */
static void
layout_cb (GdkFrameClock *clock, UiChatView *self)
{
  GtkWidget *list = GTK_WIDGET (self->list);
  GtkWidget *item = gtk_widget_get_first_child (list);
  UiChatRow *near = NULL;

  for (; item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      UiChatRow *row = UI_CHAT_ROW (gtk_widget_get_first_child (item));
      if (row == NULL || !gtk_widget_get_mapped (item) || ui_chat_row_is_shown (row)
          || !is_within (item, list, BEYOND))
        continue;
      if (is_within (item, list, 0))
        ui_chat_row_show (row);
      else
        near = row;
    }
  gint64 frame = gdk_frame_clock_get_frame_counter (clock);
  if (near != NULL && frame != self->near_frame)
    ui_chat_row_show (near);
  self->near_frame = frame;
  keep_at_end (self);
  if (self->jumping > 0)
    bring_mark_into_sight (self);
}

static void
updated_cb (GdkFrameClock *clock, UiChatView *self)
{
  self->laying_out = TRUE;
}

static void
painted_cb (GdkFrameClock *clock, UiChatView *self)
{
  self->laying_out = FALSE;
}

/* The first block of code loads a language, a scheme and much of a text view: when nothing else is
 * to be done, not in the middle of an answer. */
static gboolean
warm_cb (gpointer user_data)
{
  UiChatView *self = user_data;
  g_autoptr (GtkWidget) code = g_object_ref_sink (ui_code_view_new ());

  self->warm_source = 0;
  ui_code_view_set (UI_CODE_VIEW (code), "x = 1", "python");
  return G_SOURCE_REMOVE;
}

static void
ui_chat_view_realize (GtkWidget *widget)
{
  UiChatView *self = UI_CHAT_VIEW (widget);

  GTK_WIDGET_CLASS (ui_chat_view_parent_class)->realize (widget);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  self->update_handler = g_signal_connect_after (clock, "update", G_CALLBACK (updated_cb), self);
  self->layout_handler = g_signal_connect_after (clock, "layout", G_CALLBACK (layout_cb), self);
  self->painted_handler
      = g_signal_connect_after (clock, "after-paint", G_CALLBACK (painted_cb), self);
  self->warm_source = g_timeout_add_full (G_PRIORITY_LOW, WARM_MS, warm_cb, self, NULL);
}

static void
ui_chat_view_unrealize (GtkWidget *widget)
{
  UiChatView *self = UI_CHAT_VIEW (widget);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  g_clear_handle_id (&self->warm_source, g_source_remove);
  g_clear_signal_handler (&self->update_handler, clock);
  g_clear_signal_handler (&self->layout_handler, clock);
  g_clear_signal_handler (&self->painted_handler, clock);
  GTK_WIDGET_CLASS (ui_chat_view_parent_class)->unrealize (widget);
}

static void
scrolled_cb (UiChatView *self)
{
  if (!self->laying_out && self->jumping == 0)
    update_at_end (self);
}

static void
to_end_cb (UiChatView *self)
{
  self->at_end = TRUE;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u",
                              g_list_model_get_n_items (ui_chat_get_entries (self->chat)) - 1);
  show_end_button (self);
}

static void
session_changed_cb (UiChatView *self)
{
  const char *waiting = ui_chat_session_get_waiting (self->session);
  /* Translators: %s is the question that cardea-consent asks, "Read 1 file in Documents". */
  g_autofree char *line
      = waiting != NULL ? g_strdup_printf (_ ("Waiting for you: %s"), waiting) : NULL;

  ui_composer_set_answering (self->composer, ui_chat_session_is_busy (self->session));
  if (line != NULL)
    gtk_label_set_text (self->waiting_label, line);
  gtk_revealer_set_reveal_child (self->waiting_bar, line != NULL);
}

/* What nobody sees any more a screen reader should not find either. */
static void
waiting_revealed_cb (UiChatView *self)
{
  if (!gtk_revealer_get_reveal_child (self->waiting_bar)
      && !gtk_revealer_get_child_revealed (self->waiting_bar))
    gtk_label_set_text (self->waiting_label, "");
}

static void
show_hint (UiChatView *self, const UiChatForeign *foreign)
{
  /* Translators: %s is an agent, "opencode". */
  g_autofree char *hint = foreign != NULL ? g_strdup_printf (_ ("Write to %s…"), foreign->title)
                                          : g_strdup (_ ("Ask about your files…"));
  ui_composer_set_hint (self->composer, hint);
}

static void
update_page (UiChatView *self)
{
  UiChatPhase phase = ui_chat_get_phase (self->chat);
  gboolean any = g_list_model_get_n_items (ui_chat_get_entries (self->chat)) > 0;
  gboolean damaged = phase == UI_CHAT_DAMAGED;
  gboolean reading = !any && (phase == UI_CHAT_KNOWN || phase == UI_CHAT_READING);

  gtk_widget_set_visible (GTK_WIDGET (self->damage), damaged);
  gtk_spinner_set_spinning (self->reading, reading); /* it would draw frames unseen, too */
  gtk_widget_set_visible (GTK_WIDGET (self->stack), any || damaged || !self->compact);
  ui_composer_set_sendable (self->composer, phase == UI_CHAT_FRESH || phase == UI_CHAT_LOADED);
  gtk_stack_set_visible_child_name (self->stack, any       ? "list"
                                                 : damaged ? "damaged"
                                                 : reading ? "reading"
                                                 : ui_chat_get_foreign (self->chat) != NULL
                                                     ? "foreign"
                                                     : "empty");
}

static gboolean
send_cb (UiChatView *self, const char *text, const char *const *files)
{
  self->at_end = TRUE;
  return ui_chat_session_send (self->session, text, files);
}

static void
stop_cb (UiChatView *self)
{
  ui_chat_session_stop (self->session);
}

static void
typed_cb (UiChatView *self)
{
  if (self->filling)
    return;
  g_autofree char *text = ui_composer_get_text (self->composer);
  g_auto (GStrv) files = ui_composer_get_files (self->composer);
  ui_chat_set_draft (self->chat, text, (const char *const *) files);
}

static void
suggestion_cb (UiChatView *self, GtkButton *button)
{
  ui_composer_set_text (self->composer, gtk_button_get_label (button));
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

/* A button keeps its words on one line, which is wider than a small window. */
static void
wrap_suggestions (UiChatView *self)
{
  for (GtkWidget *button = gtk_widget_get_first_child (self->suggestions); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    {
      GtkLabel *label = GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button)));
      gtk_label_set_wrap (label, TRUE);
      gtk_label_set_natural_wrap_mode (label, GTK_NATURAL_WRAP_NONE);
      gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
    }
}

static gboolean
dropped_cb (UiChatView *self, const GValue *value)
{
  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
    ui_composer_add_file (self->composer, l->data);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
  return TRUE;
}

static void
leave_chat (UiChatView *self)
{
  if (self->chat == NULL)
    return;
  g_signal_handlers_disconnect_by_data (ui_chat_get_entries (self->chat), self);
  g_signal_handlers_disconnect_by_data (self->chat, self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_object (&self->chat);
}

void
ui_chat_view_show (UiChatView *self, UiChat *chat)
{
  if (self->chat == chat)
    return;
  leave_chat (self);
  self->chat = g_object_ref (chat);
  self->session = g_object_ref (ui_chat_list_get_session (self->chats, chat));
  self->at_end = TRUE;
  ui_chat_list_want (self->chats, chat);

  g_autoptr (GtkNoSelection) model
      = gtk_no_selection_new (g_object_ref (ui_chat_get_entries (chat)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  ui_chat_find_set_entries (self->find, ui_chat_get_entries (chat));
  g_signal_connect_swapped (ui_chat_get_entries (chat), "items-changed", G_CALLBACK (update_page),
                            self);
  g_signal_connect_swapped (chat, "notify::phase", G_CALLBACK (update_page), self);
  g_signal_connect_swapped (self->session, "notify", G_CALLBACK (session_changed_cb), self);

  show_hint (self, ui_chat_get_foreign (chat));
  if (ui_chat_get_foreign (chat) != NULL)
    ui_chat_empty_show (self->foreign, ui_chat_get_foreign (chat));
  self->filling = TRUE;
  ui_composer_fill (self->composer, ui_chat_get_id (chat), ui_chat_get_draft (chat),
                    ui_chat_get_draft_files (chat));
  self->filling = FALSE;
  update_page (self);
  session_changed_cb (self);
  show_end_button (self);
}

void
ui_chat_view_set_compact (UiChatView *self)
{
  GtkWidget *clamp = gtk_widget_get_parent (GTK_WIDGET (self->composer));

  self->compact = TRUE;
  gtk_box_reorder_child_after (GTK_BOX (self->content), clamp, NULL);
}

UiChat *
ui_chat_view_get_chat (UiChatView *self)
{
  return self->chat;
}

void
ui_chat_view_add_file (UiChatView *self, GFile *file)
{
  ui_composer_add_file (self->composer, file);
}

void
ui_chat_view_choose_files (UiChatView *self)
{
  ui_composer_choose_files (self->composer);
}

void
ui_chat_view_choose_folder (UiChatView *self)
{
  ui_composer_choose_folder (self->composer);
}

static gboolean
ui_chat_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (UI_CHAT_VIEW (widget)->composer));
}

static gboolean
ui_chat_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  UiChatView *self = UI_CHAT_VIEW (widget);
  gboolean talks = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "list") == 0;
  GtkWidget *page = talks ? GTK_WIDGET (self->list) : GTK_WIDGET (self->stack);
  GtkWidget *const stops[] = { GTK_WIDGET (self->find), page, GTK_WIDGET (self->composer), NULL };

  if (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
    return ui_chat_keys_move (stops, self->list, direction);
  return GTK_WIDGET_CLASS (ui_chat_view_parent_class)->focus (widget, direction);
}

static void
ui_chat_view_dispose (GObject *object)
{
  UiChatView *self = UI_CHAT_VIEW (object);

  leave_chat (self);
  g_clear_object (&self->chats);
  if (self->content != NULL)
    ui_chat_find_set_entries (self->find, NULL);
  g_clear_object (&self->pictures);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_chat_view_parent_class)->dispose (object);
}

static void
ui_chat_view_class_init (UiChatViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (UI_TYPE_CHAT_FIND);
  g_type_ensure (UI_TYPE_COMPOSER);
  G_OBJECT_CLASS (klass)->dispose = ui_chat_view_dispose;
  signals[BRANCHED] = g_signal_new ("branched", UI_TYPE_CHAT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, UI_TYPE_CHAT);
  widget_class->focus = ui_chat_view_focus;
  widget_class->grab_focus = ui_chat_view_grab_focus;
  widget_class->realize = ui_chat_view_realize;
  widget_class->unrealize = ui_chat_view_unrealize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/chat/ui-chat-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UiChatView, content);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, stack);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, list);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, scroller);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, waiting_bar);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, waiting_label);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, end_button);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, damage);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, reading);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, find);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, foreign);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, suggestions);
  gtk_widget_class_bind_template_child (widget_class, UiChatView, composer);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, to_end_cb);
  gtk_widget_class_bind_template_callback (widget_class, suggestion_cb);
  gtk_widget_class_bind_template_callback (widget_class, waiting_revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, mark_rows);
  gtk_widget_class_bind_template_callback (widget_class, jump_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_chat_view_init (UiChatView *self)
{
  self->at_end = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  wrap_suggestions (self);

  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);

  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
ui_chat_view_new (UiChatList *list)
{
  UiChatView *self = g_object_new (UI_TYPE_CHAT_VIEW, NULL);
  self->chats = g_object_ref (list);
  self->pictures = ui_picture_loader_new (ui_chat_list_get_link (list));
  ui_composer_set_pictures (self->composer, self->pictures);
  return GTK_WIDGET (self);
}

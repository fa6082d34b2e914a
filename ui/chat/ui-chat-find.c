/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-find.h"

#include "ui/chat/ui-find-words.h"

#include <glib/gi18n.h>

#define SLICE_US 4000 /* of the main loop, at once */

struct _UiChatFind {
  GtkWidget parent_instance;
  GtkRevealer *revealer;
  GtkSearchEntry *entry;
  GtkLabel *count;
  GtkWidget *back;
  GtkWidget *forth;
  GListModel *entries;
  gulong entries_handler;
  char *text;
  char **words;     /* of text; NULL: nothing is looked for */
  GPtrArray *found; /* of UiChatEntry, from the first */
  guint looked;     /* at so many entries */
  guint current;    /* in found */
  guint look_source;
  UiChatEntry *again; /* where it was before it began again */
};

enum { CHANGED, JUMP, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatFind, ui_chat_find, GTK_TYPE_WIDGET)

char **
ui_chat_find_get_words (UiChatFind *self)
{
  return self->words;
}

UiChatEntry *
ui_chat_find_get_current (UiChatFind *self)
{
  return self->current < self->found->len ? self->found->pdata[self->current] : NULL;
}

static void
show_count (UiChatFind *self)
{
  g_autofree char *text = NULL;

  if (self->found->len > 0)
    /* Translators: which of the messages in which something was found, "2 of 5". */
    text = g_strdup_printf (_ ("%u of %u"), self->current + 1, self->found->len);
  else
    text = g_strdup (self->words != NULL && self->look_source == 0 ? _ ("Not found") : "");
  gtk_label_set_text (self->count, text);
  gtk_widget_set_sensitive (self->back, self->found->len > 1);
  gtk_widget_set_sensitive (self->forth, self->found->len > 1);
}

/* Its position may be another than when it was found. */
static void
jump (UiChatFind *self)
{
  UiChatEntry *current = ui_chat_find_get_current (self);
  guint count = g_list_model_get_n_items (self->entries);

  show_count (self);
  g_signal_emit (self, signals[CHANGED], 0);
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (UiChatEntry) entry = g_list_model_get_item (self->entries, i);
      if (entry != current)
        continue;
      g_signal_emit (self, signals[JUMP], 0, i);
      return;
    }
}

/* --- looking --- */

static void
look_at (UiChatFind *self, UiChatEntry *entry)
{
  if (!UI_IS_CHAT_MESSAGE (entry)
      || !ui_find_words_in (ui_chat_message_get_text (UI_CHAT_MESSAGE (entry)), self->words))
    return;
  g_ptr_array_add (self->found, g_object_ref (entry));
  if (self->again == entry)
    {
      self->current = self->found->len - 1;
      g_clear_object (&self->again);
      return;
    }
  if (self->found->len > 1 || self->again != NULL)
    return;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  jump (self);
}

static gboolean
look_cb (gpointer user_data)
{
  UiChatFind *self = user_data;
  gint64 until = g_get_monotonic_time () + SLICE_US;

  while (self->looked < g_list_model_get_n_items (self->entries))
    {
      g_autoptr (UiChatEntry) entry = g_list_model_get_item (self->entries, self->looked++);
      look_at (self, entry);
      if (g_get_monotonic_time () > until)
        return G_SOURCE_CONTINUE;
    }
  self->look_source = 0;
  g_clear_object (&self->again);
  show_count (self);
  return G_SOURCE_REMOVE;
}

static void
go_on_looking (UiChatFind *self)
{
  if (self->words != NULL && self->look_source == 0)
    self->look_source = g_idle_add (look_cb, self);
}

static void
forget (UiChatFind *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_ptr_array_set_size (self->found, 0);
  g_clear_object (&self->again);
  self->looked = 0;
  self->current = 0;
}

/* What comes is looked at in its turn; when some go it begins again, and stays where it was. */
static void
entries_changed_cb (UiChatFind *self, guint position, guint removed, guint added)
{
  if (removed > 0 || position < self->looked)
    {
      UiChatEntry *current = ui_chat_find_get_current (self);
      g_autoptr (UiChatEntry) kept = current != NULL ? g_object_ref (current) : NULL;
      forget (self);
      g_set_object (&self->again, kept);
    }
  go_on_looking (self);
}

static void
set_words (UiChatFind *self, const char *text)
{
  forget (self);
  g_free (self->text);
  self->text = g_strdup (text);
  g_clear_pointer (&self->words, g_strfreev);
  self->words = ui_find_words_split (text);
  if (self->words[0] == NULL)
    g_clear_pointer (&self->words, g_strfreev);
  go_on_looking (self);
  show_count (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Said a moment later; also of what was set here. */
static void
text_changed_cb (UiChatFind *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  if (g_strcmp0 (text, self->text) != 0)
    set_words (self, text);
}

void
ui_chat_find_go (UiChatFind *self, gboolean back)
{
  guint count = self->found->len;

  if (count == 0)
    return;
  self->current = (self->current + (back ? count - 1 : 1)) % count;
  jump (self);
}

static void
forth_cb (UiChatFind *self)
{
  ui_chat_find_go (self, FALSE);
}

static void
back_cb (UiChatFind *self)
{
  ui_chat_find_go (self, TRUE);
}

/* --- being there --- */

static void
fill (UiChatFind *self, const char *text)
{
  g_autofree char *copy = g_strdup (text);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), copy);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  set_words (self, copy);
}

void
ui_chat_find_look_for (UiChatFind *self, const char *text)
{
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  fill (self, text);
}

void
ui_chat_find_open (UiChatFind *self)
{
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
ui_chat_find_close (UiChatFind *self)
{
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  fill (self, "");
}

static void
close_cb (UiChatFind *self)
{
  ui_chat_find_close (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

void
ui_chat_find_set_entries (UiChatFind *self, GListModel *entries)
{
  if (self->entries != NULL)
    g_clear_signal_handler (&self->entries_handler, self->entries);
  ui_chat_find_close (self);
  g_set_object (&self->entries, entries);
  if (entries != NULL)
    self->entries_handler = g_signal_connect_swapped (entries, "items-changed",
                                                      G_CALLBACK (entries_changed_cb), self);
}

static gboolean
key_pressed_cb (UiChatFind *self, guint key, guint code, GdkModifierType state)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (state & GDK_SHIFT_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  ui_chat_find_go (self, TRUE);
  return GDK_EVENT_STOP;
}

static void
ui_chat_find_dispose (GObject *object)
{
  UiChatFind *self = UI_CHAT_FIND (object);

  forget (self);
  if (self->entries != NULL)
    g_clear_signal_handler (&self->entries_handler, self->entries);
  g_clear_object (&self->entries);
  g_clear_pointer ((GtkWidget **) &self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_chat_find_parent_class)->dispose (object);
}

static void
ui_chat_find_finalize (GObject *object)
{
  UiChatFind *self = UI_CHAT_FIND (object);

  g_ptr_array_unref (self->found);
  g_strfreev (self->words);
  g_free (self->text);
  G_OBJECT_CLASS (ui_chat_find_parent_class)->finalize (object);
}

static void
ui_chat_find_class_init (UiChatFindClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_chat_find_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_chat_find_finalize;
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_CHAT_FIND, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[JUMP] = g_signal_new ("jump", UI_TYPE_CHAT_FIND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CLOSED] = g_signal_new ("closed", UI_TYPE_CHAT_FIND, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/chat/ui-chat-find.ui");
  gtk_widget_class_bind_template_child (widget_class, UiChatFind, revealer);
  gtk_widget_class_bind_template_child (widget_class, UiChatFind, entry);
  gtk_widget_class_bind_template_child (widget_class, UiChatFind, count);
  gtk_widget_class_bind_template_child (widget_class, UiChatFind, back);
  gtk_widget_class_bind_template_child (widget_class, UiChatFind, forth);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, forth_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_chat_find_init (UiChatFind *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->found = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-bubble.h"

#include "common/base/cardea-paths.h"
#include "ui/chat/ui-chat-record.h"
#include "ui/chat/ui-find-words.h"
#include "ui/chat/ui-mark.h"
#include "ui/chat/ui-markdown.h"
#include "ui/chat/ui-picture-strip.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>

#define FILES_SHOWN 6u
#define NAME_CHARACTERS 120u /* of a text that a screen reader hears as the entry's name */

struct _UiChatBubble {
  GtkWidget parent_instance;
  UiMarkdown *markdown; /* these are made when they are first needed */
  GtkLabel *text;
  GtkLabel *files;
  GtkWidget *pictures;
  UiPictureLoader *loader;
  GtkWidget *foot;
  GtkLabel *status;
  GtkWidget *retry;
  GtkWidget *edit;
  UiChatMessage *message;
  char **classes; /* that it has */
  gboolean shown; /* markdown holds this message's text, or its beginning */
  char **words;   /* that are marked; NULL: none */
  gboolean current;
};

enum { RETRY, EDIT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatBubble, ui_chat_bubble, GTK_TYPE_WIDGET)

static const struct {
  GtkAlign align;
  const char *css_class;
  const char *name; /* for a screen reader */
} looks[] = {
  [UI_CHAT_AUTHOR_PERSON] = { GTK_ALIGN_END, "chat-person", N_ ("You") },
  [UI_CHAT_AUTHOR_ASSISTANT] = { GTK_ALIGN_FILL, "chat-assistant", N_ ("Assistant") },
  [UI_CHAT_AUTHOR_NOTICE] = { GTK_ALIGN_CENTER, "chat-notice", N_ ("Notice") },
};

static const struct {
  const char *css_class;
  const char *status; /* when nothing else is said */
  gboolean retry;
} outcomes[] = {
  [UI_CHAT_STATE_STREAMING] = { NULL, NULL, FALSE },
  [UI_CHAT_STATE_DONE] = { NULL, NULL, FALSE },
  [UI_CHAT_STATE_REFUSED] = { "chat-refused", N_ ("Not allowed."), TRUE },
  [UI_CHAT_STATE_FAILED] = { "chat-failed", N_ ("This did not work."), TRUE },
  [UI_CHAT_STATE_STOPPED] = { "chat-stopped", N_ ("Stopped."), TRUE },
};

static GtkLabel *
new_line (const char *css_class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (label), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (label), css_class);
  return label;
}

/* --- text --- */

static void
show_markdown (UiChatBubble *self)
{
  if (self->markdown == NULL)
    {
      self->markdown = UI_MARKDOWN (ui_markdown_new ());
      gtk_widget_insert_after (GTK_WIDGET (self->markdown), GTK_WIDGET (self), NULL);
    }
  ui_markdown_set_text (self->markdown, ui_chat_message_get_text (self->message),
                        ui_chat_message_get_size (self->message), self->shown);
  self->shown = TRUE;
}

/* GTK remembers of a widget that was never laid out how it wants to be measured: without a child as
 * one that does not wrap, and its first text would be as high as one line. */
static void
drop_markdown (UiChatBubble *self)
{
  GtkWidget *markdown = (GtkWidget *) g_steal_pointer (&self->markdown);
  if (markdown != NULL)
    gtk_widget_unparent (markdown);
  self->shown = FALSE;
}

static void
show_plain (UiChatBubble *self)
{
  if (self->text == NULL)
    {
      self->text = GTK_LABEL (gtk_label_new (NULL));
      gtk_label_set_wrap (self->text, TRUE);
      gtk_label_set_wrap_mode (self->text, PANGO_WRAP_WORD_CHAR);
      gtk_label_set_selectable (self->text, TRUE);
      gtk_label_set_xalign (self->text, 0);
      gtk_widget_insert_after (GTK_WIDGET (self->text), GTK_WIDGET (self), NULL);
    }
  gtk_label_set_text (self->text, ui_chat_message_get_text (self->message));
}

static void
show_text (UiChatBubble *self)
{
  UiChatAuthor author = ui_chat_message_get_author (self->message);
  gboolean rich = author == UI_CHAT_AUTHOR_ASSISTANT;
  gboolean any = ui_chat_message_get_size (self->message) > 0;

  if (rich && any)
    show_markdown (self);
  else if (rich)
    drop_markdown (self);
  else
    show_plain (self);
  if (self->markdown != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->markdown), rich && any);
  if (self->text != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->text), !rich);
}

/* The beginning of what was said: a name is not read for minutes, and holds no marks of Markdown.
 */
static void
name_it (UiChatBubble *self)
{
  const char *text = ui_chat_message_get_text (self->message);
  UiChatAuthor author = ui_chat_message_get_author (self->message);
  g_autofree char *line = ui_chat_record_line (text, NAME_CHARACTERS);
  g_autofree char *name = g_strdup_printf ("%s: %s", _ (looks[author].name), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* --- files --- */

static char *
list_files (const char *const *files)
{
  g_autofree char *home = cardea_paths_home ();
  g_autoptr (GString) list = g_string_new (NULL);
  guint count = g_strv_length ((char **) files);

  for (guint i = 0; i < MIN (count, FILES_SHOWN); i++)
    {
      g_autofree char *path = ui_consent_wording_path (files[i], home);
      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", path);
    }
  if (count > FILES_SHOWN)
    {
      guint more = count - FILES_SHOWN;
      /* Translators: at the end of a list of files. */
      g_string_append_printf (list, ngettext (" and %u more", " and %u more", more), more);
    }
  return g_strdup (list->str);
}

static void
show_files (UiChatBubble *self)
{
  const char *const *files = ui_chat_message_get_files (self->message);
  gboolean person = ui_chat_message_get_author (self->message) == UI_CHAT_AUTHOR_PERSON;

  if (files[0] == NULL)
    {
      if (self->files != NULL)
        gtk_widget_hide (GTK_WIDGET (self->files));
      return;
    }
  if (self->files == NULL)
    {
      self->files = new_line ("dim-label");
      gtk_widget_insert_before (GTK_WIDGET (self->files), GTK_WIDGET (self), self->foot);
    }
  g_autofree char *list = list_files (files);
  /* Translators: %s is a list of files the person gave, or the assistant read. */
  g_autofree char *line = g_strdup_printf (person ? _ ("With %s") : _ ("From %s"), list);
  gtk_label_set_text (self->files, line);
  gtk_widget_show (GTK_WIDGET (self->files));
}

/* --- pictures among the files that the person gave --- */

/* Only what the person designated is opened: where an assistant says that something is from, it may
 * say anything. */
static void
show_pictures (UiChatBubble *self)
{
  const char *const *files = ui_chat_message_get_files (self->message);

  if (ui_chat_message_get_author (self->message) != UI_CHAT_AUTHOR_PERSON)
    return;
  for (guint i = 0; files[i] != NULL; i++)
    {
      if (!ui_picture_loader_knows (files[i]))
        continue;
      if (self->pictures == NULL)
        {
          self->pictures = ui_picture_strip_new ();
          gtk_widget_insert_after (self->pictures, GTK_WIDGET (self), GTK_WIDGET (self->files));
        }
      ui_picture_strip_add_file (self->pictures, self->loader, files[i]);
    }
}

static void
drop_pictures (UiChatBubble *self)
{
  GtkWidget *pictures = g_steal_pointer (&self->pictures);
  if (pictures != NULL)
    gtk_widget_unparent (pictures);
}

/* --- status --- */

static void
retry_clicked_cb (UiChatBubble *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
make_foot (UiChatBubble *self)
{
  self->foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->status = new_line ("dim-label");
  gtk_label_set_natural_wrap_mode (self->status, GTK_NATURAL_WRAP_NONE);
  self->retry = gtk_button_new_with_label (_ ("Try Again"));
  gtk_widget_set_valign (self->retry, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->retry, "flat");
  gtk_widget_add_css_class (self->retry, "small-button");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->retry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Try Again"), -1);
  g_signal_connect_swapped (self->retry, "clicked", G_CALLBACK (retry_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->foot), GTK_WIDGET (self->status));
  gtk_box_append (GTK_BOX (self->foot), self->retry);
  gtk_widget_insert_before (self->foot, GTK_WIDGET (self), NULL);
}

static void
show_status (UiChatBubble *self)
{
  UiChatState state = ui_chat_message_get_state (self->message);
  gboolean empty = ui_chat_message_get_size (self->message) == 0;
  const char *status = ui_chat_message_get_status (self->message);

  if (status == NULL && state == UI_CHAT_STATE_STREAMING && empty)
    status = _ ("Thinking…");
  if (status == NULL && outcomes[state].status != NULL && (empty || state == UI_CHAT_STATE_STOPPED))
    status = _ (outcomes[state].status);
  if (self->foot == NULL && status == NULL && !outcomes[state].retry)
    return;
  if (self->foot == NULL)
    make_foot (self);
  gtk_label_set_text (self->status, status != NULL ? status : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status), status != NULL);
  gtk_widget_set_visible (self->retry, outcomes[state].retry);
  gtk_widget_set_visible (self->foot, status != NULL || outcomes[state].retry);
}

/* --- editing: what a person said can be said otherwise --- */

static void
edit_clicked_cb (UiChatBubble *self)
{
  g_signal_emit (self, signals[EDIT], 0);
}

static void
show_edit (UiChatBubble *self)
{
  gboolean person = ui_chat_message_get_author (self->message) == UI_CHAT_AUTHOR_PERSON;

  if (self->edit == NULL && person)
    {
      self->edit = gtk_button_new_from_icon_name ("document-edit-symbolic");
      gtk_widget_set_halign (self->edit, GTK_ALIGN_END);
      gtk_widget_set_tooltip_text (self->edit, _ ("Edit, and go on from here in another chat"));
      gtk_widget_add_css_class (self->edit, "flat");
      gtk_widget_add_css_class (self->edit, "chat-edit");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->edit), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Edit this message"), -1);
      g_signal_connect_swapped (self->edit, "clicked", G_CALLBACK (edit_clicked_cb), self);
      gtk_widget_insert_before (self->edit, GTK_WIDGET (self), NULL);
    }
  if (self->edit != NULL)
    gtk_widget_set_visible (self->edit, person);
}

/* Setting classes has GTK match the styles of everything below anew, also when they are the same.
 */
static void
set_classes (UiChatBubble *self)
{
  UiChatState state = ui_chat_message_get_state (self->message);
  const char *classes[]
      = { "chat-bubble", looks[ui_chat_message_get_author (self->message)].css_class,
          outcomes[state].css_class, NULL };
  if (self->classes != NULL && g_strv_equal ((const char *const *) self->classes, classes))
    return;
  g_strfreev (self->classes);
  self->classes = g_strdupv ((char **) classes);
  gtk_widget_set_css_classes (GTK_WIDGET (self), classes);
}

static void
mark_words (UiChatBubble *self)
{
  gboolean found = self->words != NULL && self->message != NULL
                   && ui_find_words_in (ui_chat_message_get_text (self->message), self->words);
  char **words = found ? self->words : NULL;

  if (self->markdown != NULL)
    ui_mark_show (GTK_WIDGET (self->markdown), words, self->current);
  if (self->text != NULL)
    ui_mark_show (GTK_WIDGET (self->text), words, self->current);
}

void
ui_chat_bubble_set_words (UiChatBubble *self, char **words, gboolean current)
{
  if (self->words == NULL && words == NULL)
    return;
  g_strfreev (self->words);
  self->words = g_strdupv (words);
  self->current = current;
  mark_words (self);
}

static void
changed_cb (UiChatBubble *self)
{
  show_text (self);
  if (self->words != NULL)
    mark_words (self);
  show_files (self);
  show_status (self);
  show_edit (self);
  set_classes (self);
  if (ui_chat_message_get_state (self->message) != UI_CHAT_STATE_STREAMING)
    name_it (self);
}

void
ui_chat_bubble_set_message (UiChatBubble *self, UiChatMessage *message)
{
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  self->shown = FALSE;
  drop_pictures (self);
  g_set_object (&self->message, message);
  if (message == NULL)
    return;
  gtk_widget_set_halign (GTK_WIDGET (self), looks[ui_chat_message_get_author (message)].align);
  g_signal_connect_swapped (message, "changed", G_CALLBACK (changed_cb), self);
  changed_cb (self);
  show_pictures (self);
  if (ui_chat_message_get_state (message) == UI_CHAT_STATE_STREAMING)
    name_it (self);
}

static void
ui_chat_bubble_dispose (GObject *object)
{
  UiChatBubble *self = UI_CHAT_BUBBLE (object);
  GtkWidget *child;

  ui_chat_bubble_set_message (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_chat_bubble_parent_class)->dispose (object);
}

static void
ui_chat_bubble_finalize (GObject *object)
{
  g_strfreev (UI_CHAT_BUBBLE (object)->classes);
  g_strfreev (UI_CHAT_BUBBLE (object)->words);
  g_object_unref (UI_CHAT_BUBBLE (object)->loader);
  G_OBJECT_CLASS (ui_chat_bubble_parent_class)->finalize (object);
}

static void
ui_chat_bubble_class_init (UiChatBubbleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_chat_bubble_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_chat_bubble_finalize;
  signals[EDIT] = g_signal_new ("edit", UI_TYPE_CHAT_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[RETRY] = g_signal_new ("retry", UI_TYPE_CHAT_BUBBLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ui_chat_bubble_init (UiChatBubble *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
}

GtkWidget *
ui_chat_bubble_new (UiPictureLoader *pictures)
{
  UiChatBubble *self = g_object_new (UI_TYPE_CHAT_BUBBLE, NULL);
  self->loader = g_object_ref (pictures);
  return GTK_WIDGET (self);
}

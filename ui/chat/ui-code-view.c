/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-code-view.h"

#include "ui/chat/ui-drag.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

/* A line that long is laid out for seconds; it is shown in pieces, and copied whole. */
#define LINE_LIMIT 2000u
#define LANGUAGE_CHARACTERS 24
#define COPIED_MS 1500u

struct _UiCodeView {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkLabel *language;
  GtkButton *copy;
  GtkSourceBuffer *buffer;
  char *text;
  gsize size;
  char *language_name;
  guint copied_source;
};

G_DEFINE_FINAL_TYPE (UiCodeView, ui_code_view, GTK_TYPE_WIDGET)

/* What people write behind a fence and GtkSourceView calls otherwise. */
static const struct {
  const char *written, *id;
} languages[] = {
  { "bash", "sh" },        { "shell", "sh" },       { "zsh", "sh" },
  { "console", "sh" },     { "c++", "cpp" },        { "h", "c" },
  { "cs", "c-sharp" },     { "csharp", "c-sharp" }, { "py", "python3" },
  { "python", "python3" }, { "js", "js" },          { "javascript", "js" },
  { "ts", "typescript" },  { "rs", "rust" },        { "yml", "yaml" },
  { "md", "markdown" },    { "golang", "go" },      { "rb", "ruby" },
  { "patch", "diff" },     { "make", "makefile" },  { "dockerfile", "docker" },
  { "tex", "latex" },      { "htm", "html" },       { "toml", "toml" },
};

static GtkSourceLanguage *
find_language (const char *name)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  if (name == NULL)
    return NULL;
  g_autofree char *lower = g_ascii_strdown (name, -1);
  const char *id = lower;
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (strcmp (languages[i].written, lower) == 0)
      id = languages[i].id;
  return gtk_source_language_manager_get_language (manager, id);
}

static void
update_scheme (UiCodeView *self)
{
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  gtk_source_buffer_set_style_scheme (
      self->buffer,
      gtk_source_style_scheme_manager_get_scheme (manager, dark ? "Adwaita-dark" : "Adwaita"));
}

static gboolean
copied_over_cb (gpointer user_data)
{
  UiCodeView *self = user_data;
  self->copied_source = 0;
  gtk_button_set_icon_name (self->copy, "edit-copy-symbolic");
  return G_SOURCE_REMOVE;
}

static void
copy_cb (UiCodeView *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->text);
  gtk_button_set_icon_name (self->copy, "object-select-symbolic");
  g_clear_handle_id (&self->copied_source, g_source_remove);
  self->copied_source = g_timeout_add (COPIED_MS, copied_over_cb, self);
}

static void
append (UiCodeView *self, const char *text, gsize size)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter end;

  while (size > 0)
    {
      const char *newline = memchr (text, '\n', size);
      gsize piece = newline != NULL ? (gsize) (newline - text) + 1 : size;
      gboolean broken = piece > LINE_LIMIT;
      if (broken)
        for (piece = LINE_LIMIT; (text[piece] & 0xc0) == 0x80; piece--)
          ;
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_insert (buffer, &end, text, (int) piece);
      if (broken)
        gtk_text_buffer_insert (buffer, &end, "\n", 1);
      text += piece;
      size -= piece;
    }
}

void
ui_code_view_set (UiCodeView *self, const char *text, const char *language)
{
  gsize size = strlen (text);
  gboolean grown
      = self->text != NULL && size >= self->size && memcmp (text, self->text, self->size) == 0;

  if (g_strcmp0 (self->language_name, language) != 0)
    {
      g_free (self->language_name);
      self->language_name = g_strdup (language);
      gtk_label_set_text (self->language, language != NULL ? language : "");
      gtk_source_buffer_set_language (self->buffer, find_language (language));
    }
  if (!grown)
    gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), "", 0);
  gsize kept = grown ? self->size : 0;
  append (self, text + kept, size - kept);
  g_free (self->text);
  self->text = g_strdup (text);
  self->size = size;
}

static void
ui_code_view_dispose (GObject *object)
{
  UiCodeView *self = UI_CODE_VIEW (object);
  g_clear_handle_id (&self->copied_source, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->buffer);
  G_OBJECT_CLASS (ui_code_view_parent_class)->dispose (object);
}

static void
ui_code_view_finalize (GObject *object)
{
  UiCodeView *self = UI_CODE_VIEW (object);
  g_free (self->text);
  g_free (self->language_name);
  G_OBJECT_CLASS (ui_code_view_parent_class)->finalize (object);
}

static void
ui_code_view_class_init (UiCodeViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_code_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_code_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static char *
get_text (GtkWidget *widget)
{
  return g_strdup (UI_CODE_VIEW (widget)->text);
}

static GtkWidget *
new_header (UiCodeView *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->language = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_ellipsize (self->language, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (self->language, LANGUAGE_CHARACTERS);
  gtk_label_set_xalign (self->language, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->language), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->language), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->language), "dim-label");

  self->copy = GTK_BUTTON (gtk_button_new_from_icon_name ("edit-copy-symbolic"));
  gtk_widget_add_css_class (GTK_WIDGET (self->copy), "flat");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->copy), _ ("Copy"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy code"), -1);
  g_signal_connect_swapped (self->copy, "clicked", G_CALLBACK (copy_cb), self);

  gtk_box_append (GTK_BOX (header), GTK_WIDGET (self->language));
  gtk_box_append (GTK_BOX (header), GTK_WIDGET (self->copy));
  gtk_widget_add_css_class (header, "code-header");
  ui_drag_add_text (header, GTK_WIDGET (self), get_text);
  return header;
}

static void
ui_code_view_init (UiCodeView *self)
{
  self->buffer = gtk_source_buffer_new (NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->box, "chat-code");
  gtk_widget_set_overflow (self->box, GTK_OVERFLOW_HIDDEN);

  GtkWidget *text = gtk_source_view_new_with_buffer (self->buffer);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (text), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (text), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (text), TRUE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (text), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (text), 12);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (text), 10);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Code"),
                                  -1);

  GtkWidget *scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), text);

  gtk_box_append (GTK_BOX (self->box), new_header (self));
  gtk_box_append (GTK_BOX (self->box), scroller);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  update_scheme (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (update_scheme), self, G_CONNECT_SWAPPED);
}

GtkWidget *
ui_code_view_new (void)
{
  return g_object_new (UI_TYPE_CODE_VIEW, NULL);
}

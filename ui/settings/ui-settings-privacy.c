/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person who types. What is typed goes to the guardian in a sealed memfd, and from there
 * to a worker that has nothing else; this process parses none of it, and nothing is kept. */

#include "ui/settings/ui-settings-privacy.h"

#include "common/protocol/cardea-descriptor.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-said.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define BOX_HEIGHT 120

struct _UiSettingsPrivacy {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  GtkTextBuffer *text;
  GtkWidget *look;
  UiSettingsRows *found;
};

G_DEFINE_FINAL_TYPE (UiSettingsPrivacy, ui_settings_privacy, ADW_TYPE_PREFERENCES_PAGE)

/* The classes of findings, as the rules have them. */
static const struct {
  const char *class;
  const char *name;
  const char *text;
  const char *icon;
} classes[] = {
  { "credential", N_ ("Keys and passwords"),
    N_ ("Keys of services, tokens, private keys, passwords in configurations."),
    "dialog-password-symbolic" },
  { "financial", N_ ("Financial data"),
    N_ ("Card and account numbers whose check digits are right."), "emblem-documents-symbolic" },
  { "personal", N_ ("Personal data"), N_ ("Identity and tax numbers, many addresses at once."),
    "avatar-default-symbolic" },
  { "canary", N_ ("Traps"), N_ ("Texts that nobody but a thief would send."),
    "dialog-warning-symbolic" },
  { "injection", N_ ("Instructions to the assistant"),
    N_ ("Text that comes in and wants to be obeyed."), "dialog-warning-symbolic" },
  { "command", N_ ("Dangerous commands"), N_ ("What would run when it is pasted."),
    "utilities-terminal-symbolic" },
  { "opaque", N_ ("What could not be looked into"),
    N_ ("Encrypted or nested too deeply: it is treated as if it held something."),
    "channel-secure-symbolic" },
};

static guint
find_class (const char *class)
{
  guint i = 0;
  while (i < G_N_ELEMENTS (classes) - 1 && g_strcmp0 (classes[i].class, class) != 0)
    i++;
  return i;
}

/* --- the box --- */

static void
add_finding (UiSettingsPrivacy *self, const CardeaJson *finding)
{
  guint class = find_class (cardea_json_get_string (finding, "class"));
  g_autofree char *rule = ui_words_text (finding, "rule");
  g_autofree char *before = ui_words_text (finding, "before");
  g_autofree char *shown = ui_words_text (finding, "shown");
  g_autofree char *after = ui_words_text (finding, "after");
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 line = 0;

  if (cardea_json_get_int (finding, "line", &line))
    g_string_append_printf (text, _ ("Line %d, rule %s"), (int) line, rule);
  else
    g_string_append_printf (text, _ ("Rule %s"), rule);
  if (shown != NULL)
    g_string_append_printf (text, "\n%s%s%s", before != NULL ? before : "", shown,
                            after != NULL ? after : "");
  adw_action_row_set_icon_name (
      ui_settings_rows_add (self->found, _ (classes[class].name), text->str), classes[class].icon);
}

static void
add_labels (UiSettingsPrivacy *self, CardeaMessage *found)
{
  const CardeaJson *labels = cardea_message_get_json (found, "labels");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; labels != NULL && i < cardea_json_size (labels); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            cardea_json_string (cardea_json_nth (labels, i)));
  if (text->len > 0)
    adw_action_row_set_icon_name (
        ui_settings_rows_add (self->found, _ ("Labels of the whole"), text->str), "tag-symbolic");
}

static void
show_found (UiSettingsPrivacy *self, CardeaMessage *found)
{
  const CardeaJson *findings = cardea_message_get_json (found, "findings");
  const char *obstacle = cardea_message_get_string (found, "obstacle");

  if (cardea_json_size (findings) == 0 && cardea_message_get_boolean (found, "inspectable"))
    adw_action_row_set_icon_name (
        ui_settings_rows_add (self->found, _ ("Nothing was found"),
                              _ ("It would leave without a further question about its content.")),
        "object-select-symbolic");
  for (guint i = 0; i < cardea_json_size (findings); i++)
    add_finding (self, cardea_json_nth (findings, i));
  if (obstacle != NULL)
    ui_settings_rows_add (self->found, _ ("Not all of it could be looked into"), obstacle);
  add_labels (self, found);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsPrivacy) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (self->link == NULL)
    return;
  gtk_widget_set_sensitive (self->look, TRUE);
  (void) ui_settings_rows_begin (self->found, "");
  if (trouble != NULL)
    ui_settings_rows_add (self->found, _ ("It could not be looked at"), trouble);
  else if (reply != NULL)
    show_found (self, reply);
}

static void
look_clicked_cb (UiSettingsPrivacy *self)
{
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds (self->text, &start, &end);
  g_autofree char *text = gtk_text_buffer_get_text (self->text, &start, &end, TRUE);
  g_autoptr (CardeaMessage) request = cardea_message_new ("dlp.scan");
  int fd = *text != '\0' ? cardea_descriptor_new_memfd ("text", text, strlen (text)) : -1;

  if (fd < 0)
    return;
  cardea_message_set_fd (request, "content", fd);
  gtk_widget_set_sensitive (self->look, FALSE);
  (void) ui_settings_rows_begin (self->found, "looking");
  ui_link_call_async (self->link, request, self->cancellable, found_cb, g_object_ref (self));
}

/* --- the page --- */

static void
add_box (UiSettingsPrivacy *self)
{
  AdwPreferencesGroup *group = ui_settings_group_new (
      GTK_WIDGET (self), _ ("Try It"),
      _ ("Write or paste something to see what would be noticed. It is looked at on this computer "
         "and not kept."));
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->text = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  g_object_set (view, "wrap-mode", GTK_WRAP_WORD_CHAR, "left-margin", 12, "right-margin", 12,
                "top-margin", 12, "bottom-margin", 12, "accepts-tab", FALSE, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Text to look at"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), BOX_HEIGHT);
  gtk_widget_add_css_class (scrolled, "card");
  gtk_widget_set_overflow (scrolled, GTK_OVERFLOW_HIDDEN);
  self->look = ui_settings_group_set_button (group, _ ("Look"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->look), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Look at the text"), -1);
  adw_preferences_group_add (group, scrolled);
  g_signal_connect_swapped (self->look, "clicked", G_CALLBACK (look_clicked_cb), self);
  self->found = ui_settings_rows_new (ui_settings_group_new (GTK_WIDGET (self), NULL, NULL));
}

static void
add_classes (UiSettingsPrivacy *self)
{
  AdwPreferencesGroup *group = ui_settings_group_new (
      GTK_WIDGET (self), _ ("What Is Looked For"),
      _ ("In what the assistant reads, so that it is known what a chat has seen; and in what would "
         "leave this computer. What is found is shown in the question, and can be masked."));

  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      AdwActionRow *row
          = ui_settings_group_add_row (group, _ (classes[i].name), _ (classes[i].text));
      adw_action_row_set_icon_name (row, classes[i].icon);
    }
}

static void
ui_settings_privacy_dispose (GObject *object)
{
  UiSettingsPrivacy *self = UI_SETTINGS_PRIVACY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_privacy_parent_class)->dispose (object);
}

static void
ui_settings_privacy_finalize (GObject *object)
{
  UiSettingsPrivacy *self = UI_SETTINGS_PRIVACY (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->found);
  G_OBJECT_CLASS (ui_settings_privacy_parent_class)->finalize (object);
}

static void
ui_settings_privacy_class_init (UiSettingsPrivacyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_privacy_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_privacy_finalize;
}

static void
ui_settings_privacy_init (UiSettingsPrivacy *self)
{
  self->cancellable = g_cancellable_new ();
}

/* Of an administrator's data. */
static const char *const said[] = { "labels", "guarded_labels", NULL };

GtkWidget *
ui_settings_privacy_new (UiLink *link)
{
  UiSettingsPrivacy *self = g_object_new (UI_TYPE_SETTINGS_PRIVACY, NULL);

  self->link = g_object_ref (link);
  add_box (self);
  add_classes (self);
  ui_settings_said_add (GTK_WIDGET (self), link, said);
  return GTK_WIDGET (self);
}

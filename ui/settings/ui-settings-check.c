/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-check.h"

#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

static const struct {
  const char *state;
  const char *words;
  const char *icon;
  const char *style;
} states[] = {
  { "ok", N_ ("In order"), "object-select-symbolic", "success" },
  { "reduced", N_ ("Could be better"), "dialog-information-symbolic", "warning" },
  { "missing", N_ ("Missing"), "dialog-warning-symbolic", "error" },
};

void
ui_settings_check_mark (AdwActionRow *row, const char *state, const char *words)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0)
      {
        GtkWidget *icon = gtk_image_new_from_icon_name (states[i].icon);
        GtkWidget *label = gtk_label_new (words != NULL ? words : _ (states[i].words));
        gtk_widget_add_css_class (icon, states[i].style);
        gtk_widget_add_css_class (label, "caption");
        gtk_widget_add_css_class (label, "dim-label");
        adw_action_row_add_prefix (row, icon);
        adw_action_row_add_suffix (row, label);
      }
}

static char *
describe (const CardeaJson *check)
{
  g_autofree char *found = ui_words_text (check, "found");
  g_autofree char *remedy = ui_words_text (check, "remedy");

  if (found != NULL && remedy != NULL)
    return g_strdup_printf (_ ("%s\nTo do: %s"), found, remedy);
  if (remedy != NULL)
    return g_strdup_printf (_ ("To do: %s"), remedy);
  return g_steal_pointer (&found);
}

static char *
capitalise (const char *text)
{
  g_autofree char *first = g_utf8_substring (text, 0, 1);
  g_autofree char *upper = g_utf8_strup (first, -1);
  return g_strconcat (upper, g_utf8_next_char (text), NULL);
}

void
ui_settings_check_add (UiSettingsRows *rows, const CardeaJson *check)
{
  g_autofree char *title = ui_words_text (check, "title");
  g_autofree char *name = capitalise (title != NULL && *title != '\0' ? title : "?");
  g_autofree char *text = describe (check);
  AdwActionRow *row = ui_settings_rows_add (rows, name, text);

  ui_settings_check_mark (row, cardea_json_get_string (check, "state"), NULL);
}

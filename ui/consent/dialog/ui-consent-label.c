/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/dialog/ui-consent-label.h"

void
ui_consent_label_name (gpointer widget, const char *name, const char *text)
{
  g_autofree char *full
      = text != NULL && *text != '\0' ? g_strdup_printf ("%s: %s", name, text) : g_strdup (name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
}

void
ui_consent_label_show (GtkLabel *label, const char *name, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
  ui_consent_label_name (label, name, text);
}

void
ui_consent_label_show_lines (GtkLabel *label, const char *name, char *const *lines)
{
  g_autofree char *text = g_strjoinv ("\n", (char **) lines);
  ui_consent_label_show (label, name, text);
}

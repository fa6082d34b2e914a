/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-lock.h"

#include <glib/gi18n.h>

#define DATA "lock"

/* What a locked row carries. */
typedef struct {
  GtkWidget *icon; /* the row's */
  char *text;      /* as it was without the lock */
} Lock;

static void
lock_free (gpointer data)
{
  Lock *lock = data;
  g_free (lock->text);
  g_free (lock);
}

static Lock *
put_on (AdwActionRow *row)
{
  Lock *lock = g_new (Lock, 1);
  const char *text = adw_action_row_get_subtitle (row);

  *lock = (Lock){ gtk_image_new_from_icon_name ("changes-prevent-symbolic"), g_strdup (text) };
  gtk_widget_add_css_class (lock->icon, "dim-label");
  adw_action_row_add_suffix (row, lock->icon);
  g_object_set_data_full (G_OBJECT (row), DATA, lock, lock_free);
  return lock;
}

static void
take_off (AdwActionRow *row, const Lock *lock)
{
  adw_action_row_remove (row, lock->icon);
  adw_action_row_set_subtitle (row, lock->text != NULL ? lock->text : "");
  gtk_accessible_reset_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  g_object_set_data (G_OBJECT (row), DATA, NULL);
}

static void
say (GtkWidget *icon, AdwActionRow *row, const char *words)
{
  gtk_widget_set_tooltip_text (icon, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
}

void
ui_settings_lock_built_in (AdwActionRow *row)
{
  if (g_object_get_data (G_OBJECT (row), DATA) == NULL)
    say (put_on (row)->icon, row, _ ("Built into Cardea"));
}

void
ui_settings_lock_set (AdwActionRow *row, GtkWidget *control, const char *file)
{
  Lock *lock = g_object_get_data (G_OBJECT (row), DATA);

  if (control != NULL)
    gtk_widget_set_sensitive (control, file == NULL);
  if (file == NULL)
    {
      if (lock != NULL && control != NULL)
        gtk_accessible_reset_property (GTK_ACCESSIBLE (control),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
      if (lock != NULL)
        take_off (row, lock);
      return;
    }
  if (lock == NULL)
    lock = put_on (row);
  g_autofree char *words = g_strdup_printf (_ ("Fixed by this computer’s administrator: %s"), file);
  g_autofree char *text = lock->text != NULL && *lock->text != '\0'
                              ? g_strconcat (lock->text, "\n", words, NULL)
                              : g_strdup (words);
  adw_action_row_set_subtitle (row, text);
  say (lock->icon, row, words);
  if (control != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    words, -1);
}

void
ui_settings_lock_setting (GtkWidget *control, const CardeaJson *fixed, const char *key)
{
  GtkWidget *row = gtk_widget_get_ancestor (control, ADW_TYPE_ACTION_ROW);
  ui_settings_lock_set (ADW_ACTION_ROW (row), control,
                        fixed != NULL ? cardea_json_get_string (fixed, key) : NULL);
}

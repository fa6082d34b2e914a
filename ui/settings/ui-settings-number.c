/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-number.h"

#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"

#define DATA "number"
#define SET_AFTER_MS 400 /* what is still being changed is not set yet */

typedef struct {
  GtkSpinButton *spin; /* whose data this is */
  GtkWidget *page;
  UiLink *link;
  char *key;
  gint64 each;
  gboolean filling; /* what is shown comes from the guardian */
  guint source;
} Number;

static void
number_free (gpointer data)
{
  Number *number = data;
  g_clear_handle_id (&number->source, g_source_remove);
  g_object_unref (number->link);
  g_free (number->key);
  g_free (number);
}

static gboolean
set_cb (gpointer user_data)
{
  Number *number = user_data;
  gint64 value = (gint64) gtk_spin_button_get_value (number->spin) * number->each;
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  number->source = 0;
  ui_settings_group_set (number->page, number->link, number->key, text);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (GtkSpinButton *spin, Number *number)
{
  if (number->filling)
    return;
  g_clear_handle_id (&number->source, g_source_remove);
  number->source = g_timeout_add (SET_AFTER_MS, set_cb, number);
}

static void
unmapped_cb (GtkSpinButton *spin, Number *number)
{
  if (number->source == 0)
    return;
  g_clear_handle_id (&number->source, g_source_remove);
  set_cb (number);
}

/* Who turns the wheel wants to see the rest of the page, not another number. */
static void
ignore_wheel (GtkWidget *spin)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (spin);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_NONE);
    }
}

GtkSpinButton *
ui_settings_number_add (AdwActionRow *row, GtkWidget *page, UiLink *link,
                        const UiSettingsNumber *what)
{
  Number *number = g_new (Number, 1);
  gint64 least = (what->least + what->each - 1) / what->each;
  GtkWidget *spin
      = gtk_spin_button_new_with_range ((double) least, (double) (what->most / what->each), 1);

  *number = (Number){ .spin = GTK_SPIN_BUTTON (spin),
                      .page = page,
                      .link = g_object_ref (link),
                      .key = g_strdup (what->key),
                      .each = what->each };
  g_object_set_data_full (G_OBJECT (spin), DATA, number, number_free);
  ignore_wheel (spin);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, what->label,
                                  -1);
  adw_action_row_add_suffix (row, spin);
  adw_action_row_set_activatable_widget (row, spin);
  g_signal_connect (spin, "value-changed", G_CALLBACK (changed_cb), number);
  g_signal_connect (spin, "unmap", G_CALLBACK (unmapped_cb), number);
  return GTK_SPIN_BUTTON (spin);
}

void
ui_settings_number_show (GtkSpinButton *spin, gint64 value, const CardeaJson *fixed)
{
  Number *number = g_object_get_data (G_OBJECT (spin), DATA);

  if (number->source != 0)
    return;
  number->filling = TRUE;
  gtk_spin_button_set_value (spin, (double) (value / number->each));
  number->filling = FALSE;
  ui_settings_lock_setting (GTK_WIDGET (spin), fixed, number->key);
}

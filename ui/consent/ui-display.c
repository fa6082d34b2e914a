/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-display.h"

#include <string.h>

#define VALUE_LIMIT 1024u

static const char *const names[] = {
  "AT_SPI_BUS_ADDRESS",
  "DBUS_SESSION_BUS_ADDRESS",
  "DISPLAY",
  "GDK_BACKEND",
  "GDK_DPI_SCALE",
  "GDK_SCALE",
  "GSK_RENDERER",
  "GTK_A11Y",
  "GTK_THEME",
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_MESSAGES",
  "LC_TIME",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "XCURSOR_SIZE",
  "XCURSOR_THEME",
  "XDG_CURRENT_DESKTOP",
  "XDG_SESSION_TYPE",
  "XDG_DATA_DIRS",
};

CardeaJson *
ui_display_variables (void)
{
  CardeaJson *variables = cardea_json_new_object ();
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = g_getenv (names[i]);
      if (value != NULL && strlen (value) <= VALUE_LIMIT && g_utf8_validate (value, -1, NULL))
        cardea_json_set_string (variables, names[i], value);
    }
  return variables;
}

void
ui_display_apply (const CardeaJson *variables)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = cardea_json_get_string (variables, names[i]);
      if (value != NULL && strlen (value) <= VALUE_LIMIT)
        g_setenv (names[i], value, TRUE);
    }
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-since.h"

#include "common/base/cardea-time.h"
#include "ui/cli/ui-cli.h"

#include <glib/gi18n.h>
#include <string.h>

char *
ui_cli_since_read (const char *text, GError **error)
{
  gint64 time_us, seconds;
  if (cardea_time_parse (text, &time_us))
    return cardea_time_format (time_us);
  if (strcmp (text, "always") != 0 && cardea_duration_parse (text, &seconds))
    return cardea_time_format (g_get_real_time () - seconds * G_USEC_PER_SEC);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, zone);
  g_autofree char *midnight = g_strconcat (text, "T00:00:00", NULL);
  if (time == NULL)
    time = g_date_time_new_from_iso8601 (midnight, zone);
  if (time != NULL)
    return cardea_time_format (g_date_time_to_unix (time) * G_USEC_PER_SEC);
  ui_cli_usage (error, _ ("“%s” is not a time: use like 2h, 2025-06-12 or 2025-06-12T14:00:00Z"),
                text);
  return NULL;
}

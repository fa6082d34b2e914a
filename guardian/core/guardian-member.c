/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-member.h"

#include "common/base/cardea-time.h"

void
guardian_member_set_text (CardeaJson *object, const char *name, const char *value)
{
  if (value != NULL)
    cardea_json_set_string (object, name, value);
}

void
guardian_member_set_time (CardeaJson *object, const char *name, gint64 time_us)
{
  g_autofree char *text = time_us != 0 ? cardea_time_format (time_us) : NULL;

  guardian_member_set_text (object, name, text);
}

gboolean
guardian_member_get_time (const CardeaJson *object, const char *name, gint64 *ret_time)
{
  const char *text = cardea_json_get_string (object, name);

  return text == NULL ? cardea_json_get (object, name) == NULL : cardea_time_parse (text, ret_time);
}

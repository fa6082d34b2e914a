/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-flood.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

gboolean
guardian_flood_ask (GuardianFlood *flood, gint64 now_us)
{
  gint64 oldest = flood->asked[flood->next];
  gboolean too_many = oldest != 0 && now_us - oldest < GUARDIAN_FLOOD_WINDOW_US;

  if (too_many || flood->denials >= GUARDIAN_FLOOD_DENIALS)
    flood->paused = TRUE;
  if (flood->paused)
    return FALSE;
  flood->asked[flood->next] = now_us;
  flood->next = (flood->next + 1) % GUARDIAN_FLOOD_QUESTIONS;
  flood->n_asked++;
  return TRUE;
}

void
guardian_flood_note (GuardianFlood *flood, const char *action, const char *host, const char *path)
{
  CardeaJson *item = cardea_json_new_object ();
  CardeaJson *items = cardea_json_new_array ();
  guint size = flood->items != NULL ? cardea_json_size (flood->items) : 0;

  cardea_json_set_string (item, "action", action);
  if (host != NULL)
    cardea_json_set_string (item, "host", host);
  if (path != NULL)
    cardea_path_json_set (item, "path", path);
  for (guint i = size >= GUARDIAN_FLOOD_ITEMS ? 1 : 0; i < size; i++)
    cardea_json_append (items, cardea_json_ref (cardea_json_nth (flood->items, i)));
  cardea_json_append (items, item);
  g_clear_pointer (&flood->items, cardea_json_unref);
  flood->items = items;
}

void
guardian_flood_answered (GuardianFlood *flood, gboolean allowed)
{
  flood->denials = allowed ? 0 : flood->denials + 1;
  flood->n_denied += allowed ? 0 : 1;
}

void
guardian_flood_deny (GuardianFlood *flood)
{
  flood->paused = TRUE;
  flood->denied = TRUE;
}

void
guardian_flood_reset (GuardianFlood *flood)
{
  g_clear_pointer (&flood->items, cardea_json_unref);
  memset (flood, 0, sizeof *flood);
}

CardeaJson *
guardian_flood_describe (const GuardianFlood *flood)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_int (json, "asked", flood->n_asked);
  cardea_json_set_int (json, "refused", flood->n_denied);
  cardea_json_set (json, "items",
                   flood->items != NULL ? cardea_json_ref (flood->items)
                                        : cardea_json_new_array ());
  return json;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib-object.h>

/* One object of the guardian in a list: a record, a session, a change. What it holds is replaced
 * when news of it come. */
#define UI_TYPE_ACTIVITY_ITEM (ui_activity_item_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityItem, ui_activity_item, UI, ACTIVITY_ITEM, GObject)

/* Signal: "changed". json may be NULL: still being fetched. */
UiActivityItem *ui_activity_item_new (CardeaJson *json);
void ui_activity_item_set_json (UiActivityItem *item, CardeaJson *json);
const CardeaJson *ui_activity_item_get_json (UiActivityItem *item); /* borrowed, NULL until known */
const char *ui_activity_item_get_id (UiActivityItem *item);         /* member "id", or NULL */

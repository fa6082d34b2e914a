/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <gio/gio.h>

/* What was changed, newest first, as a list of UiActivityItem: fetched in pages as far as somebody
 * looks, kept up to date by change.made. */
#define UI_TYPE_ACTIVITY_CHANGES (ui_activity_changes_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityChanges, ui_activity_changes, UI, ACTIVITY_CHANGES, GObject)

/* Property, notified: "trouble" (string: why there is no list; NULL when there is one). */
UiActivityChanges *ui_activity_changes_new (UiLink *link);
GListModel *ui_activity_changes_get_model (UiActivityChanges *changes); /* borrowed */
const char *ui_activity_changes_get_trouble (UiActivityChanges *changes);
/* Somebody looks at the row: what lies beyond the last is fetched in time. */
void ui_activity_changes_look (UiActivityChanges *changes, guint position);

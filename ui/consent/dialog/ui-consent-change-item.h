/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* One row of UiConsentChangeList. Read-only. */
#define UI_TYPE_CONSENT_CHANGE_ITEM (ui_consent_change_item_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentChangeItem, ui_consent_change_item, UI, CONSENT_CHANGE_ITEM, GObject)

/* Texts are escaped already. facts and notes: several lines, "" for none. icon is static. */
UiConsentChangeItem *ui_consent_change_item_new (const char *icon, const char *title,
                                                 const char *facts, const char *notes);
const char *ui_consent_change_item_get_icon (UiConsentChangeItem *item);
const char *ui_consent_change_item_get_title (UiConsentChangeItem *item);
const char *ui_consent_change_item_get_facts (UiConsentChangeItem *item);
const char *ui_consent_change_item_get_notes (UiConsentChangeItem *item);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-preview.h"

#include <gtk/gtk.h>

/* A batch without content, a row a change: moves as old → new, deletions, new folders. Rows are
 * made as they come into sight. */
#define UI_TYPE_CONSENT_CHANGE_LIST (ui_consent_change_list_get_type ())
G_DECLARE_FINAL_TYPE (UiConsentChangeList, ui_consent_change_list, UI, CONSENT_CHANGE_LIST,
                      GtkWidget)

/* Both are read at once and not kept. */
void ui_consent_change_list_set_changes (UiConsentChangeList *list,
                                         const UiConsentQuestion *question,
                                         const UiConsentPreview *preview);
/* Rows without anything but their title, as the summary of a paused agent has them. */
void ui_consent_change_list_set_titles (UiConsentChangeList *list, const char *const *titles);
/* What takes the focus. */
GtkWidget *ui_consent_change_list_get_view (UiConsentChangeList *list);

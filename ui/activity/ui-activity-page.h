/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-item.h"
#include "ui/link/ui-link.h"

#include <adwaita.h>

/* What the pages that show one thing have in common: a heading, groups of facts, buttons, calls
 * whose refusal is said. Text that comes in is shown as it is, never as markup. */

/* A scrolled column inside bin, in place of what it holds; borrowed. */
GtkBox *ui_activity_page_begin (AdwBin *bin);
void ui_activity_page_add_heading (GtkBox *page, const char *icon, const char *style,
                                   const char *title, const char *text);
/* A row for two or three short buttons. */
GtkBox *ui_activity_page_add_buttons (GtkBox *page);
GtkWidget *ui_activity_page_add_button (GtkBox *buttons, const char *label, const char *style);
AdwPreferencesGroup *ui_activity_page_add_group (GtkBox *page, const char *title);
/* A title that may be long, a path in it for instance: it wraps. */
AdwPreferencesGroup *ui_activity_page_add_long_group (GtkBox *page, const char *title);
/* Nothing when value is NULL or empty. */
void ui_activity_page_add_fact (AdwPreferencesGroup *group, const char *label, const char *value);
AdwActionRow *ui_activity_page_add_row (AdwPreferencesGroup *group, const char *title,
                                        const char *text);
/* All members of a JSON object, in a row that unfolds. */
void ui_activity_page_add_members (GtkBox *page, const char *title, const CardeaJson *object,
                                   const char *home);

/* Shows text in the window's toasts, wherever widget is in it. */
void ui_activity_page_toast (GtkWidget *widget, const char *text);

/* Calls and says what went wrong by a toast. done is called with the answer, or NULL when there was
 * none; widget is held until then. Takes request. */
typedef void (*UiActivityPageDone) (GtkWidget *widget, CardeaMessage *reply);
void ui_activity_page_call (GtkWidget *widget, UiLink *link, CardeaMessage *request,
                            UiActivityPageDone done);

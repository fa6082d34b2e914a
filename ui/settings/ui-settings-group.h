/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* What the pages of the settings share. */

/* A page that fetches when it comes into sight and when the guardian is there again. fetch gets the
 * page; there may be several. */
typedef void (*UiSettingsFetch) (GtkWidget *page);
void ui_settings_group_follow (GtkWidget *page, UiLink *link, UiSettingsFetch fetch);
/* Out of turn, for what is not in sight. */
void ui_settings_group_fetch (GtkWidget *page);

/* A group of a page; title and text may be NULL. */
AdwPreferencesGroup *ui_settings_group_new (GtkWidget *page, const char *title, const char *text);
/* The button in the group's heading. Where there is no room its words take several lines, before
 * they push the heading's aside. */
GtkWidget *ui_settings_group_set_button (AdwPreferencesGroup *group, const char *label);
/* A row; text may be NULL. Neither is markup. */
AdwActionRow *ui_settings_group_add_row (AdwPreferencesGroup *group, const char *title,
                                         const char *text);
/* A button at the row's end; name: for screen readers. */
GtkWidget *ui_settings_group_add_button (AdwActionRow *row, const char *label, const char *name);

/* The rows of a list that comes anew each time. */
typedef struct _UiSettingsRows UiSettingsRows;
UiSettingsRows *ui_settings_rows_new (AdwPreferencesGroup *group);
void ui_settings_rows_free (UiSettingsRows *rows);
/* FALSE: what they say (any text) is what they said before, and they stay. TRUE: they are gone and
 * are to be added anew. */
gboolean ui_settings_rows_begin (UiSettingsRows *rows, const char *says);
AdwActionRow *ui_settings_rows_add (UiSettingsRows *rows, const char *title, const char *text);

/* Asks before something that cannot be taken back; done is called when the person says yes. */
void ui_settings_group_confirm (GtkWidget *page, const char *title, const char *text,
                                const char *verb, void (*done) (GtkWidget *page));

/* Sets a setting of the guardian; then fetch is called, refused or not. */
void ui_settings_group_set (GtkWidget *page, UiLink *link, const char *key, const char *value);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-item.h"
#include "ui/words/ui-words-record.h"

#include <adwaita.h>

/* One line of a list: an icon, what it is, more about it, when. Follows its item. */
#define UI_TYPE_ACTIVITY_ROW (ui_activity_row_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityRow, ui_activity_row, UI, ACTIVITY_ROW, GtkBox)

typedef struct {
  const char *icon;  /* static */
  const char *style; /* static CSS class of the icon, or NULL */
  char *title;
  char *subtitle; /* or NULL */
  char *time;     /* or NULL */
} UiActivityRowText;

/* Fills text, whose strings the row frees. */
typedef void (*UiActivityRowDescribe) (const CardeaJson *json, UiActivityRowText *text,
                                       gpointer user_data);

/* The CSS class that colours a tone's icon. Static. */
const char *ui_activity_row_tone_style (UiWordsTone tone);

GtkWidget *ui_activity_row_new (UiActivityRowDescribe describe, gpointer user_data);
void ui_activity_row_set_item (UiActivityRow *row, UiActivityItem *item); /* NULL: none */

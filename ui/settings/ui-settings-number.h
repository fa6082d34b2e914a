/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A number among the guardian's settings, at the end of a row: it is set a moment after it was last
 * changed, or when it goes out of sight, and has a lock where policy fixes it. */
typedef struct {
  const char *key;   /* of the setting; copied */
  gint64 least;      /* of the setting */
  gint64 most;       /* the same */
  gint64 each;       /* what one step is of the setting: 1, or a MiB of bytes */
  const char *label; /* for screen readers */
} UiSettingsNumber;

/* page: what row is on. */
GtkSpinButton *ui_settings_number_add (AdwActionRow *row, GtkWidget *page, UiLink *link,
                                       const UiSettingsNumber *number);
/* Shows what the guardian says, unless the person is changing it. fixed: of settings.values; NULL:
 * nothing is. */
void ui_settings_number_show (GtkSpinButton *spin, gint64 value, const CardeaJson *fixed);

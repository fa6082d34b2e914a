/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* The variables of this program's environment that another program needs to draw on the same
 * display in the same language: {"NAME":"value",…}. cardea hands them to the guardian, which
 * starts cardea-consent with these and nothing else. The caller owns the result. */
CardeaJson *ui_display_variables (void);

/* Sets those of variables that ui_display_variables() would send and no others: what arrives over
 * a link is not allowed to set LD_PRELOAD. Call before the first thread and before GTK. */
void ui_display_apply (const CardeaJson *variables);

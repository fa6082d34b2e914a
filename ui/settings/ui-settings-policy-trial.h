/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* Adds a group to a page in which a request is tried: what the rules in force would say to it, and
 * which of them held. Nothing is done or recorded. */
void ui_settings_policy_trial_add (GtkWidget *page, UiLink *link);

/* What a rule would be asked about a request to a host that the person shared. The caller's. */
CardeaJson *ui_settings_policy_trial_host (const char *host);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* The group of the page of limits about hosts: what permissions, profiles and policy keep to there.
 * Rules are asked about each host that is known from these; not shown when there are none. */
void ui_settings_limits_hosts_add (GtkWidget *page, UiLink *link);

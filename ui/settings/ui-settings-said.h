/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A group at the end of page for what an administrator's policy says of its subject, each row with
 * a lock and its file; not shown while that says nothing. keys: members as policy.shown names them
 * (objects.md, Said), static, NULL-terminated. */
void ui_settings_said_add (GtkWidget *page, UiLink *link, const char *const *keys);

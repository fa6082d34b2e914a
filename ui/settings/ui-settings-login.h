/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A person logs in elsewhere for a credential (credential.login): a small window over a page shows
 * where and with which code, until it is done. It frees itself when it closes. */
void ui_settings_login_begin (GtkWidget *page, UiLink *link, const char *name);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-wording.h"

/* A question laid out for a terminal: lines no wider than it, nothing left out. Pure. */

/* Around what is stressed; no text of a question can contain them (they are escaped there). */
#define UI_CLI_PAGE_STRONG '\001'
#define UI_CLI_PAGE_NORMAL '\002'

/* char *, in the order of consent.md, "Fields". rule: what an Allow would store, or NULL where
 * nothing can be remembered. choices: how to change that, or NULL. */
GPtrArray *ui_cli_page_compose (const UiConsentWording *wording, const char *rule,
                                const char *choices, gboolean details, guint columns);

/* Appends text, wrapped, the first line after head, the others below it. */
void ui_cli_page_wrap (GPtrArray *lines, const char *head, guint indent, const char *text,
                       guint columns);

/* The line with control sequences for what is stressed; plain: asterisks instead. */
char *ui_cli_page_render (const char *line, gboolean plain);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-preview.h"
#include "ui/consent/ui-consent-wording.h"

/* A question laid out for a terminal: lines no wider than it, nothing left out. Pure. */

/* Around what is stressed, added and removed; no text of a question can contain them (they are
 * escaped there). NORMAL ends each. */
#define UI_CLI_PAGE_STRONG '\001'
#define UI_CLI_PAGE_NORMAL '\002'
#define UI_CLI_PAGE_ADDED '\003'
#define UI_CLI_PAGE_REMOVED '\004'

typedef struct {
  const UiConsentWording *wording;
  const UiConsentPreview *preview;
  const char *rule;    /* what an Allow would store, or NULL where nothing can be remembered */
  const char *choices; /* how to change that, or NULL */
  gboolean details;
} UiCliPage;

/* char *, in the order of consent.md, "Fields". */
GPtrArray *ui_cli_page_compose (const UiCliPage *page, guint columns);

/* Appends what is changed, as it is folded now. hint: said beside a fold, or NULL. */
void ui_cli_page_add_preview (GPtrArray *lines, const UiConsentPreview *preview, const char *hint,
                              guint columns);

/* Appends text, wrapped, the first line after head, the others below it. */
void ui_cli_page_wrap (GPtrArray *lines, const char *head, guint indent, const char *text,
                       guint columns);

/* The line with control sequences for what is stressed, added and removed; plain: asterisks around
 * what is stressed. */
char *ui_cli_page_render (const char *line, gboolean plain);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A small window over a page that asks for a few things and has the guardian do something with
 * them. What the guardian refuses is said in it, and what was typed stays. It frees itself when it
 * closes. */
typedef struct _UiSettingsForm UiSettingsForm;

/* verb: of the button, with a mnemonic. submit composes the request from what was typed; NULL:
 * nothing yet (said by ui_settings_form_fail()). */
typedef CardeaMessage *(*UiSettingsFormSubmit) (UiSettingsForm *form, gpointer user_data);
UiSettingsForm *ui_settings_form_new (GtkWidget *page, UiLink *link, const char *title,
                                      const char *text, const char *verb,
                                      UiSettingsFormSubmit submit, gpointer user_data,
                                      GDestroyNotify destroy);

/* The rows, borrowed. needed: the button works only when something is typed there. value may be
 * NULL; text: what may be left out, or NULL. */
GtkEditable *ui_settings_form_add_entry (UiSettingsForm *form, const char *title, const char *value,
                                         gboolean needed);
/* What is typed is not shown and rests in memory that is not swapped. */
GtkEditable *ui_settings_form_add_secret (UiSettingsForm *form, const char *title, gboolean needed);
/* labels end in NULL. */
AdwComboRow *ui_settings_form_add_choice (UiSettingsForm *form, const char *title,
                                          const char *const *labels);
/* A sentence below the rows that follow it. */
void ui_settings_form_add_note (UiSettingsForm *form, const char *text);

/* done is called with the page, the guardian's answer and user_data when it said yes; then the
 * window closes. */
typedef void (*UiSettingsFormDone) (GtkWidget *page, CardeaMessage *reply, gpointer user_data);
void ui_settings_form_present (UiSettingsForm *form, UiSettingsFormDone done);
void ui_settings_form_fail (UiSettingsForm *form, const char *problem);

/* What was typed into a secret's row, in a sealed memfd, the caller's; the row is emptied. -1:
 * nothing was typed, or no memory. */
int ui_settings_form_seal (GtkEditable *secret);
/* Without the blanks around it; NULL when nothing is left. The caller owns it. */
char *ui_settings_form_text (GtkEditable *entry);

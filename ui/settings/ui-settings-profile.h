/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/profiles/cardea-profile.h"

#include <gio/gio.h>

/* The profiles of known programs (data/profiles/README.md), and what a person makes of them: a file
 * of their own that goes before the shipped one. The disk is waited for in a thread. No GTK. */

typedef enum {
  UI_SETTINGS_PROFILE_SHIPPED,
  UI_SETTINGS_PROFILE_CHANGED, /* the person's, in place of a shipped one */
  UI_SETTINGS_PROFILE_OWN,     /* the person's alone */
  UI_SETTINGS_PROFILE_FIXED,   /* the administrator's: a person's would not count */
} UiSettingsProfileWhose;

typedef struct {
  char *name;
  UiSettingsProfileWhose whose;
  CardeaProfile *profile; /* in force; NULL: problem */
  CardeaProfile *shipped; /* of this name; NULL: none is */
  char *problem;
} UiSettingsProfile;

void ui_settings_profile_free (UiSettingsProfile *profile);

void ui_settings_profile_list_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
/* UiSettingsProfile, by name; the caller's. NULL: cancelled. */
GPtrArray *ui_settings_profile_list_finish (GAsyncResult *result, GError **error);

/* Writes profile as the person's own file. Fails, and changes nothing, when it would not be one:
 * a host that is none, a variable that may not be passed. profile may change meanwhile. */
void ui_settings_profile_save_async (const CardeaProfile *profile, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
/* Takes the person's own file away. */
void ui_settings_profile_reset_async (const char *name, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* Of both. */
gboolean ui_settings_profile_finish (GAsyncResult *result, GError **error);

/* As a file; the caller owns it. */
char *ui_settings_profile_write (const CardeaProfile *profile);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* The person's settings: one small JSON object in the configuration folder. A table says which keys
 * there are (guardian-settings.c); an unknown one is refused, a damaged file too. What the
 * administrator's policy fixes goes before what the person chose, which is kept meanwhile. */
typedef struct _GuardianSettings GuardianSettings;

#define GUARDIAN_SETTINGS_FILE_LIMIT (64u * 1024u)

typedef enum {
  GUARDIAN_SETTINGS_ERROR_UNKNOWN, /* no such key */
  GUARDIAN_SETTINGS_ERROR_VALUE,   /* not one of its values */
  GUARDIAN_SETTINGS_ERROR_DAMAGED, /* the file is not what we wrote */
  GUARDIAN_SETTINGS_ERROR_IO,
  GUARDIAN_SETTINGS_ERROR_FIXED, /* the administrator's policy says what it is */
} GuardianSettingsError;

#define GUARDIAN_SETTINGS_ERROR (guardian_settings_error_quark ())
GQuark guardian_settings_error_quark (void);

/* folder: the configuration folder (its path is copied). Never NULL: when the file is damaged, the
 * defaults hold and guardian_settings_damage() says why; sessions are refused meanwhile. */
GuardianSettings *guardian_settings_new (const char *folder);
void guardian_settings_free (GuardianSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianSettings, guardian_settings_free)

const char *guardian_settings_damage (const GuardianSettings *settings);

/* What policy fixes: said is what cardea_policy_organisation_new() gives. read: FALSE, and nothing
 * is to be put in force, when it fixes what is no setting or to what it cannot be. The caller owns
 * the result. fix: from now on; takes fixed. */
typedef struct _GuardianSettingsFixed GuardianSettingsFixed;
GuardianSettingsFixed *guardian_settings_read_fixed (const CardeaJson *said,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_settings_fixed_free (GuardianSettingsFixed *fixed);
void guardian_settings_fix (GuardianSettings *settings, GuardianSettingsFixed *fixed);
/* The file that fixes key; borrowed, until the next fix. NULL: the person decides. */
const char *guardian_settings_fixed_by (const GuardianSettings *settings, const char *key);
/* What a number may be; FALSE: key is none. */
gboolean guardian_settings_bounds (const char *key, gint64 *ret_least,
                                   gint64 *ret_most) G_GNUC_WARN_UNUSED_RESULT;

/* {KEY: FILE} of all that are fixed; NULL: none is. The caller owns it. */
CardeaJson *guardian_settings_describe_fixed (const GuardianSettings *settings);

/* Borrowed; the default where nothing was set. key must be in the table; else NULL. */
const char *guardian_settings_get (const GuardianSettings *settings, const char *key);
gint64 guardian_settings_get_int (const GuardianSettings *settings, const char *key);

/* Whether guardian_settings_set() would take it. */
gboolean guardian_settings_check (const GuardianSettings *settings, const char *key,
                                  const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Checks, writes to the disk (atomically, synced), then takes effect. */
gboolean guardian_settings_set (GuardianSettings *settings, const char *key, const char *value,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {KEY: VALUE} of key, or of all when key is NULL. NULL with UNKNOWN. The caller owns it. */
CardeaJson *guardian_settings_values (const GuardianSettings *settings, const char *key,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the administrator's policy over the person for what it fixes; the folder (checked by
 * cardea_paths_open_folder()), not what is in the file: only keys
 * and values of the table are taken, and a file with anything else is refused whole. Known gap: in
 * user mode another program of the same user can write a well-formed file. */

#include "guardian/core/guardian-settings.h"

#include "guardian/core/guardian-credential.h"
#include "guardian/core/guardian-disk.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-model.h"
#include "guardian/core/guardian-session-table.h"

#include <string.h>

#define FILE_NAME "settings.json"
#define SETTINGS_PART "settings/" /* of what the administrator says (objects.md, Said) */
#define LIMIT_VALUE 256u
#define UNDO_BYTES_LIMIT G_GINT64_CONSTANT (1099511627776) /* 1 TiB */
#define UNDO_DAYS_LIMIT 3650

typedef enum {
  KIND_ENUM,
  KIND_INT,
  KIND_NAME, /* of a model; whether there is one of that name is for the caller to know */
} Kind;

typedef struct {
  const char *key;
  Kind kind;
  const char *fallback;
  const char *const *values;
  gint64 min;
  gint64 max;
} Row;

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const Row rows[] = {
  { "keys.store", KIND_ENUM, "auto", VALUES ("auto", "keyring", "file", "passphrase") },
  { "model", KIND_NAME, GUARDIAN_MODEL_OFFLINE },
  { "consent.timeout", KIND_INT, "120", NULL, 1, 600 },
  { "undo.max_bytes", KIND_INT, "2147483648", NULL, 0, UNDO_BYTES_LIMIT },
  { "undo.days", KIND_INT, "30", NULL, 0, UNDO_DAYS_LIMIT },
  { "session.most", KIND_INT, "64", NULL, 4, GUARDIAN_SESSION_TABLE_LIMIT },
  { "exec.seconds", KIND_INT, "3600", NULL, 1, GUARDIAN_EXEC_SECONDS_LIMIT },
  { "guardian.idle", KIND_INT, "60", NULL, 1, 86400 },
  /* The person's own wish; whether it may be is policy's. */
  { "policy.monitor", KIND_ENUM, "allow", VALUES ("deny", "allow") },
};

struct _GuardianSettings {
  char *folder;
  char *damage;
  GHashTable *values;           /* key (static) -> text */
  GuardianSettingsFixed *fixed; /* NULL: nothing was read yet */
};

struct _GuardianSettingsFixed {
  GHashTable *values; /* key (static) -> text */
  GHashTable *files;  /* key (static) -> the one that says so */
};

G_DEFINE_QUARK (guardian - settings - error - quark, guardian_settings_error)

static const Row *
find_row (const char *key)
{
  for (gsize i = 0; key != NULL && i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].key, key) == 0)
      return &rows[i];
  return NULL;
}

static gboolean
is_valid (const Row *row, const char *value)
{
  gint64 number = 0;

  if (strlen (value) > LIMIT_VALUE)
    return FALSE;
  if (row->kind == KIND_ENUM)
    return g_strv_contains (row->values, value);
  if (row->kind == KIND_NAME)
    return guardian_credential_is_name (value);
  return g_ascii_string_to_signed (value, 10, row->min, row->max, &number, NULL);
}

static gboolean
take_member (GuardianSettings *settings, const char *key, const CardeaJson *value)
{
  const Row *row = find_row (key);
  const char *text = cardea_json_string (value);

  if (row == NULL || text == NULL || !is_valid (row, text))
    return FALSE;
  g_hash_table_replace (settings->values, (gpointer) row->key, g_strdup (text));
  return TRUE;
}

static void
load (GuardianSettings *settings)
{
  g_autofree char *path = g_build_filename (settings->folder, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &text, &size, &error))
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        settings->damage = g_strdup_printf ("%s cannot be read: %s", path, error->message);
      return;
    }
  g_autoptr (CardeaJson) json
      = size <= GUARDIAN_SETTINGS_FILE_LIMIT ? cardea_json_parse (text, size, NULL) : NULL;
  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_OBJECT)
    {
      settings->damage = g_strdup_printf ("%s is damaged: repair or remove it", path);
      return;
    }
  for (guint i = 0; i < cardea_json_size (json); i++)
    if (!take_member (settings, cardea_json_nth_name (json, i), cardea_json_nth (json, i)))
      {
        g_hash_table_remove_all (settings->values);
        settings->damage = g_strdup_printf ("%s: \"%s\" is not a setting or not one of its "
                                            "values: repair or remove it",
                                            path, cardea_json_nth_name (json, i));
        return;
      }
}

/* --- what policy fixes --- */

void
guardian_settings_fixed_free (GuardianSettingsFixed *fixed)
{
  g_hash_table_unref (fixed->values);
  g_hash_table_unref (fixed->files);
  g_free (fixed);
}

/* Where monitor mode is not to be, there is nothing for the person to choose. */
static const struct {
  const char *member;
  const char *key;
  gboolean when;
  const char *value;
} meant[] = { { "monitor", "policy.monitor", FALSE, "deny" } };

static void
fix (GuardianSettingsFixed *fixed, const Row *row, const char *value, const char *file)
{
  g_hash_table_replace (fixed->values, (gpointer) row->key, g_strdup (value));
  g_hash_table_replace (fixed->files, (gpointer) row->key, g_strdup (file));
}

static gboolean
read_said (GuardianSettingsFixed *fixed, const char *key, const CardeaJson *value, const char *file,
           GError **error)
{
  const Row *row = find_row (key);
  gint64 number = 0;
  g_autofree char *text = cardea_json_int (value, &number)
                              ? g_strdup_printf ("%" G_GINT64_FORMAT, number)
                              : g_strdup (cardea_json_string (value));

  if (row == NULL || text == NULL || !is_valid (row, text))
    {
      g_set_error (error, GUARDIAN_SETTINGS_ERROR,
                   row == NULL ? GUARDIAN_SETTINGS_ERROR_UNKNOWN : GUARDIAN_SETTINGS_ERROR_VALUE,
                   "%s: \"%s\" is not a setting or not one of its values", file, key);
      return FALSE;
    }
  fix (fixed, row, text, file);
  return TRUE;
}

GuardianSettingsFixed *
guardian_settings_read_fixed (const CardeaJson *said, GError **error)
{
  GuardianSettingsFixed *fixed = g_new0 (GuardianSettingsFixed, 1);

  fixed->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  fixed->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  for (guint i = 0; i < cardea_json_size (said); i++)
    {
      const CardeaJson *one = cardea_json_nth (said, i);
      const CardeaJson *value = cardea_json_get (one, "value");
      const char *key = cardea_json_get_string (one, "key");
      const char *file = cardea_json_get_string (one, "file");
      gboolean flag = FALSE;
      for (gsize k = 0; k < G_N_ELEMENTS (meant); k++)
        if (strcmp (key, meant[k].member) == 0 && value != NULL
            && cardea_json_boolean (value, &flag) && flag == meant[k].when)
          fix (fixed, find_row (meant[k].key), meant[k].value, file);
      if (g_str_has_prefix (key, SETTINGS_PART)
          && !read_said (fixed, key + strlen (SETTINGS_PART), value, file, error))
        {
          guardian_settings_fixed_free (fixed);
          return NULL;
        }
    }
  return fixed;
}

void
guardian_settings_fix (GuardianSettings *settings, GuardianSettingsFixed *fixed)
{
  g_clear_pointer (&settings->fixed, guardian_settings_fixed_free);
  settings->fixed = fixed;
}

const char *
guardian_settings_fixed_by (const GuardianSettings *settings, const char *key)
{
  return settings->fixed != NULL ? g_hash_table_lookup (settings->fixed->files, key) : NULL;
}

CardeaJson *
guardian_settings_describe_fixed (const GuardianSettings *settings)
{
  CardeaJson *json = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *file = guardian_settings_fixed_by (settings, rows[i].key);
      if (file == NULL)
        continue;
      if (json == NULL)
        json = cardea_json_new_object ();
      cardea_json_set_string (json, rows[i].key, file);
    }
  return json;
}

/* --- the person's --- */

GuardianSettings *
guardian_settings_new (const char *folder)
{
  GuardianSettings *settings = g_new0 (GuardianSettings, 1);
  settings->folder = g_strdup (folder);
  settings->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  load (settings);
  return settings;
}

void
guardian_settings_free (GuardianSettings *settings)
{
  if (settings == NULL)
    return;
  g_hash_table_unref (settings->values);
  g_clear_pointer (&settings->fixed, guardian_settings_fixed_free);
  g_free (settings->folder);
  g_free (settings->damage);
  g_free (settings);
}

const char *
guardian_settings_damage (const GuardianSettings *settings)
{
  return settings->damage;
}

const char *
guardian_settings_get (const GuardianSettings *settings, const char *key)
{
  const Row *row = find_row (key);
  const char *value = NULL;

  if (row != NULL && settings->fixed != NULL)
    value = g_hash_table_lookup (settings->fixed->values, row->key);
  if (row != NULL && value == NULL)
    value = g_hash_table_lookup (settings->values, row->key);
  return value != NULL || row == NULL ? value : row->fallback;
}

gint64
guardian_settings_get_int (const GuardianSettings *settings, const char *key)
{
  const char *value = guardian_settings_get (settings, key);
  return value != NULL ? g_ascii_strtoll (value, NULL, 10) : 0;
}

gboolean
guardian_settings_bounds (const char *key, gint64 *ret_least, gint64 *ret_most)
{
  const Row *row = find_row (key);

  if (row == NULL || row->kind != KIND_INT)
    return FALSE;
  *ret_least = row->min;
  *ret_most = row->max;
  return TRUE;
}

static char *
serialise (const GuardianSettings *settings, const Row *changed, const char *value, gsize *ret_size,
           GError **error)
{
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *text
          = &rows[i] == changed ? value : g_hash_table_lookup (settings->values, rows[i].key);
      if (text != NULL)
        cardea_json_set_string (json, rows[i].key, text);
    }
  return cardea_json_write (json, ret_size, error);
}

gboolean
guardian_settings_check (const GuardianSettings *settings, const char *key, const char *value,
                         GError **error)
{
  const Row *row = find_row (key);

  if (settings->damage != NULL)
    {
      g_set_error_literal (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_DAMAGED,
                           settings->damage);
      return FALSE;
    }
  if (row == NULL)
    {
      g_set_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_UNKNOWN,
                   "there is no setting \"%s\"", key);
      return FALSE;
    }
  if (guardian_settings_fixed_by (settings, key) != NULL)
    {
      g_set_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_FIXED,
                   "%s is fixed by this computer's policy, in %s", key,
                   guardian_settings_fixed_by (settings, key));
      return FALSE;
    }
  if (is_valid (row, value))
    return TRUE;
  g_autofree char *list
      = row->kind == KIND_ENUM ? g_strjoinv (", ", (char **) row->values)
        : row->kind == KIND_NAME
            ? g_strdup ("the name of a model")
            : g_strdup_printf ("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, row->min, row->max);
  g_set_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_VALUE, "%s takes %s", key,
               list);
  return FALSE;
}

gboolean
guardian_settings_set (GuardianSettings *settings, const char *key, const char *value,
                       GError **error)
{
  const Row *row = find_row (key);
  g_autoptr (GError) reason = NULL;
  gsize size = 0;

  if (!guardian_settings_check (settings, key, value, error))
    return FALSE;
  g_autofree char *text = serialise (settings, row, value, &size, error);
  if (text == NULL)
    return FALSE;
  if (!guardian_disk_replace (settings->folder, FILE_NAME, text, size, &reason))
    {
      g_set_error_literal (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_IO,
                           reason->message);
      return FALSE;
    }
  g_hash_table_replace (settings->values, (gpointer) row->key, g_strdup (value));
  return TRUE;
}

CardeaJson *
guardian_settings_values (const GuardianSettings *settings, const char *key, GError **error)
{
  if (key != NULL && find_row (key) == NULL)
    {
      g_set_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_UNKNOWN,
                   "there is no setting \"%s\"", key);
      return NULL;
    }
  CardeaJson *json = cardea_json_new_object ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *value = guardian_settings_get (settings, rows[i].key);
      if (key != NULL && strcmp (key, rows[i].key) != 0)
        continue;
      if (rows[i].kind == KIND_INT)
        cardea_json_set_int (json, rows[i].key, g_ascii_strtoll (value, NULL, 10));
      else
        cardea_json_set_string (json, rows[i].key, value);
    }
  return json;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the key that the keys worker derived, nothing on the disk: the file is authenticated as a
 * whole and every grant in it is read strictly. Known gap: an older whole file put back in its
 * place is accepted; what it granted shows in `grants`, and its latest time never goes back. */

#include "guardian/core/guardian-grant-store.h"

#include "common/base/cardea-time.h"
#include "common/crypto/cardea-sealed.h"
#include "guardian/core/guardian-disk.h"

#include <string.h>

#define FILE_NAME "grants"
#define CONTEXT "grants"
#define VERSION 1

struct _GuardianGrantStore {
  char *folder;
  GuardianGrantTable *table;
  CardeaSecret *key;
  gboolean loading;
  guint save_source;
};

G_DEFINE_QUARK (guardian - grant - store - error - quark, guardian_grant_store_error)

GuardianGrantStore *
guardian_grant_store_new (const char *folder, GuardianGrantTable *table)
{
  GuardianGrantStore *store = g_new0 (GuardianGrantStore, 1);
  store->folder = g_strdup (folder);
  store->table = table;
  return store;
}

gboolean
guardian_grant_store_is_open (const GuardianGrantStore *store)
{
  return store->key != NULL;
}

static CardeaJson *
make_content (GuardianGrantStore *store)
{
  CardeaJson *content = cardea_json_new_object ();
  CardeaJson *grants = cardea_json_new_array ();
  GPtrArray *all = guardian_grant_table_list (store->table);
  g_autofree char *latest = cardea_time_format (guardian_grant_table_now (store->table));

  for (guint i = 0; i < all->len; i++)
    if (((GuardianGrant *) all->pdata[i])->session == NULL)
      cardea_json_append (grants, guardian_grant_to_json (all->pdata[i]));
  cardea_json_set_int (content, "version", VERSION);
  cardea_json_set_string (content, "latest", latest);
  cardea_json_set (content, "grants", grants);
  return content;
}

gboolean
guardian_grant_store_save (GuardianGrantStore *store, GError **error)
{
  gsize size = 0;
  gsize sealed_size = 0;

  g_clear_handle_id (&store->save_source, g_source_remove);
  if (store->key == NULL)
    {
      g_set_error_literal (error, GUARDIAN_GRANT_STORE_ERROR, GUARDIAN_GRANT_STORE_ERROR_CLOSED,
                           "grants cannot be stored before the keys are open");
      return FALSE;
    }
  g_autoptr (CardeaJson) content = make_content (store);
  g_autofree char *text = cardea_json_write (content, &size, error);
  if (text == NULL)
    return FALSE;
  g_autoptr (GBytes) sealed = cardea_sealed_encode (store->key, CONTEXT, text, size, error);
  if (sealed == NULL)
    return FALSE;
  const void *bytes = g_bytes_get_data (sealed, &sealed_size);
  return guardian_disk_replace (store->folder, FILE_NAME, bytes, sealed_size, error);
}

static gboolean
save_cb (gpointer user_data)
{
  GuardianGrantStore *store = user_data;
  g_autoptr (GError) error = NULL;

  store->save_source = 0;
  if (!guardian_grant_store_save (store, &error))
    g_warning ("grants were not stored: %s", error->message);
  return G_SOURCE_REMOVE;
}

void
guardian_grant_store_changed (GuardianGrantStore *store)
{
  if (store->key != NULL && !store->loading && store->save_source == 0)
    store->save_source = g_timeout_add (GUARDIAN_GRANT_STORE_DELAY_MS, save_cb, store);
}

void
guardian_grant_store_free (GuardianGrantStore *store)
{
  if (store == NULL)
    return;
  if (store->save_source != 0)
    {
      g_source_remove (store->save_source);
      save_cb (store);
    }
  g_clear_pointer (&store->key, cardea_secret_unref);
  g_free (store->folder);
  g_free (store);
}

static gboolean
altered (GError **error, const char *what)
{
  g_set_error (error, GUARDIAN_GRANT_STORE_ERROR, GUARDIAN_GRANT_STORE_ERROR_ALTERED,
               "the stored grants %s: none of them holds", what);
  return FALSE;
}

static GPtrArray *
read_grants (const CardeaJson *content, gint64 *ret_latest)
{
  g_autoptr (GPtrArray) grants
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_grant_free);
  const CardeaJson *array = cardea_json_get (content, "grants");
  const char *latest = cardea_json_get_string (content, "latest");
  gint64 version = 0;

  if (!cardea_json_get_int (content, "version", &version) || version != VERSION || latest == NULL
      || !cardea_time_parse (latest, ret_latest) || cardea_json_type (array) != CARDEA_JSON_ARRAY)
    return NULL;
  for (guint i = 0; i < cardea_json_size (array); i++)
    {
      GuardianGrant *grant = guardian_grant_from_json (cardea_json_nth (array, i));
      if (grant == NULL)
        return NULL;
      g_ptr_array_add (grants, grant);
      if (grant->session != NULL || grant->expires == 0)
        return NULL;
    }
  return g_steal_pointer (&grants);
}

static gboolean
take_sealed (GuardianGrantStore *store, const CardeaSecret *key, const char *sealed, gsize size,
             GError **error)
{
  gsize content_size = 0;
  gint64 latest = 0;
  g_autoptr (GBytes) bytes
      = cardea_sealed_decode (key, CONTEXT, sealed, size, GUARDIAN_GRANT_STORE_LIMIT, NULL);
  if (bytes == NULL)
    return altered (error, "were altered");
  const char *text = g_bytes_get_data (bytes, &content_size);
  g_autoptr (CardeaJson) content = cardea_json_parse (text, content_size, NULL);
  g_autoptr (GPtrArray) grants = content != NULL ? read_grants (content, &latest) : NULL;
  if (grants == NULL)
    return altered (error, "are not of their form");
  if (guardian_grant_table_size (store->table) + grants->len > GUARDIAN_GRANT_TABLE_LIMIT)
    return altered (error, "are too many");

  guardian_grant_table_seen (store->table, latest);
  store->loading = TRUE;
  while (grants->len > 0)
    if (!guardian_grant_table_add (store->table, g_ptr_array_steal_index (grants, 0)))
      g_warning ("a stored grant found no room");
  store->loading = FALSE;
  return TRUE;
}

gboolean
guardian_grant_store_open (GuardianGrantStore *store, CardeaSecret *key, GError **error)
{
  g_autoptr (CardeaSecret) owned = key;
  g_autofree char *path = g_build_filename (store->folder, FILE_NAME, NULL);
  g_autofree char *sealed = NULL;
  g_autoptr (GError) reason = NULL;
  gsize size = 0;

  if (store->key != NULL)
    return TRUE;
  if (g_file_get_contents (path, &sealed, &size, &reason))
    {
      if (!take_sealed (store, owned, sealed, size, error))
        return FALSE;
    }
  else if (!g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error_literal (error, GUARDIAN_GRANT_STORE_ERROR, GUARDIAN_GRANT_STORE_ERROR_IO,
                           reason->message);
      return FALSE;
    }
  store->key = g_steal_pointer (&owned);
  return TRUE;
}

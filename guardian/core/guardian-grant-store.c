/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts what guardian-sealed-file.c read for ours; every grant in it is still read strictly. Known
 * gap: an older whole file put back in its place is accepted; what it granted shows in `grants`,
 * and its latest time never goes back. */

#include "guardian/core/guardian-grant-store.h"

#include "common/base/cardea-time.h"

#define VERSION 1

struct _GuardianGrantStore {
  GuardianSealedFile *file;
  GuardianGrantTable *table;
};

static CardeaJson *
make_content (gpointer user_data)
{
  GuardianGrantStore *store = user_data;
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
take_content (const CardeaJson *content, const char **ret_problem, gpointer user_data)
{
  GuardianGrantStore *store = user_data;
  gint64 latest = 0;
  g_autoptr (GPtrArray) grants = read_grants (content, &latest);

  if (grants == NULL)
    return FALSE;
  if (guardian_grant_table_size (store->table) + grants->len > GUARDIAN_GRANT_TABLE_LIMIT)
    {
      *ret_problem = "are too many";
      return FALSE;
    }
  guardian_grant_table_seen (store->table, latest);
  while (grants->len > 0)
    if (!guardian_grant_table_add (store->table, g_ptr_array_steal_index (grants, 0)))
      g_warning ("a stored grant found no room");
  return TRUE;
}

static const GuardianSealedFileKind kind = {
  .name = "grants",
  .what = "the stored grants",
  .none = "none of them holds",
  .make = make_content,
  .take = take_content,
};

GuardianGrantStore *
guardian_grant_store_new (const char *folder, GuardianGrantTable *table)
{
  GuardianGrantStore *store = g_new0 (GuardianGrantStore, 1);
  store->table = table;
  store->file = guardian_sealed_file_new (folder, &kind, store);
  return store;
}

void
guardian_grant_store_free (GuardianGrantStore *store)
{
  if (store == NULL)
    return;
  guardian_sealed_file_free (store->file);
  g_free (store);
}

gboolean
guardian_grant_store_open (GuardianGrantStore *store, CardeaSecret *key, GError **error)
{
  return guardian_sealed_file_open (store->file, key, error);
}

gboolean
guardian_grant_store_is_open (const GuardianGrantStore *store)
{
  return guardian_sealed_file_is_open (store->file);
}

gboolean
guardian_grant_store_save (GuardianGrantStore *store, GError **error)
{
  return guardian_sealed_file_save (store->file, error);
}

void
guardian_grant_store_changed (GuardianGrantStore *store)
{
  guardian_sealed_file_changed (store->file);
}

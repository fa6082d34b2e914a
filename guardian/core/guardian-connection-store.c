/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts what guardian-sealed-file.c read for ours; every entry is still read strictly, and one
 * that is not of its form refuses all. */

#include "guardian/core/guardian-connection-store.h"

#include <string.h>

#define VERSION 1

struct _GuardianConnectionStore {
  GuardianSealedFile *file;
  GPtrArray *models;
  GPtrArray *credentials;
};

static GPtrArray *
new_models (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_model_free);
}

static GPtrArray *
new_credentials (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_credential_free);
}

/* --- the file --- */

static CardeaJson *
make_content (gpointer user_data)
{
  GuardianConnectionStore *store = user_data;
  CardeaJson *content = cardea_json_new_object ();
  CardeaJson *models = cardea_json_new_array ();
  CardeaJson *credentials = cardea_json_new_array ();

  for (guint i = 0; i < store->models->len; i++)
    cardea_json_append (models, guardian_model_to_json (store->models->pdata[i]));
  for (guint i = 0; i < store->credentials->len; i++)
    cardea_json_append (credentials, guardian_credential_to_json (store->credentials->pdata[i]));
  cardea_json_set_int (content, "version", VERSION);
  cardea_json_set (content, "models", models);
  cardea_json_set (content, "credentials", credentials);
  return content;
}

/* Fills array; FALSE: something is not of its form, or too many. */
static gboolean
read_all (const CardeaJson *from, GPtrArray *array, gpointer (*read) (const CardeaJson *json))
{
  guint count = cardea_json_size (from);

  if (cardea_json_type (from) != CARDEA_JSON_ARRAY || count > GUARDIAN_CONNECTION_STORE_LIMIT)
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      gpointer entry = read (cardea_json_nth (from, i));
      if (entry == NULL)
        return FALSE;
      g_ptr_array_add (array, entry);
    }
  return TRUE;
}

static gpointer
read_model (const CardeaJson *json)
{
  return guardian_model_from_json (json);
}

static gpointer
read_credential (const CardeaJson *json)
{
  return guardian_credential_from_json (json);
}

static gboolean
take_content (const CardeaJson *content, const char **ret_problem, gpointer user_data)
{
  GuardianConnectionStore *store = user_data;
  g_autoptr (GPtrArray) models = new_models ();
  g_autoptr (GPtrArray) credentials = new_credentials ();
  const CardeaJson *from_models = cardea_json_get (content, "models");
  const CardeaJson *from_credentials = cardea_json_get (content, "credentials");
  gint64 version = 0;

  if (!cardea_json_get_int (content, "version", &version) || version != VERSION
      || from_models == NULL || from_credentials == NULL
      || !read_all (from_models, models, read_model)
      || !read_all (from_credentials, credentials, read_credential))
    return FALSE;
  g_ptr_array_unref (store->models);
  g_ptr_array_unref (store->credentials);
  store->models = g_steal_pointer (&models);
  store->credentials = g_steal_pointer (&credentials);
  return TRUE;
}

static const GuardianSealedFileKind kind = {
  .name = "connections",
  .what = "the stored models and credentials",
  .none = "none of them is used",
  .make = make_content,
  .take = take_content,
};

GuardianConnectionStore *
guardian_connection_store_new (const char *folder)
{
  GuardianConnectionStore *store = g_new0 (GuardianConnectionStore, 1);
  store->models = new_models ();
  store->credentials = new_credentials ();
  store->file = guardian_sealed_file_new (folder, &kind, store);
  return store;
}

void
guardian_connection_store_free (GuardianConnectionStore *store)
{
  if (store == NULL)
    return;
  guardian_sealed_file_free (store->file);
  g_ptr_array_unref (store->models);
  g_ptr_array_unref (store->credentials);
  g_free (store);
}

gboolean
guardian_connection_store_open (GuardianConnectionStore *store, CardeaSecret *key, GError **error)
{
  return guardian_sealed_file_open (store->file, key, error);
}

gboolean
guardian_connection_store_is_open (const GuardianConnectionStore *store)
{
  return guardian_sealed_file_is_open (store->file);
}

/* --- looking --- */

GPtrArray *
guardian_connection_store_credentials (GuardianConnectionStore *store)
{
  return store->credentials;
}

GPtrArray *
guardian_connection_store_models (GuardianConnectionStore *store)
{
  return store->models;
}

/* The first member of both kinds of entry is the name. */
static guint
find (GPtrArray *entries, const char *name)
{
  guint i = 0;
  G_STATIC_ASSERT (G_STRUCT_OFFSET (GuardianModel, name) == 0);
  G_STATIC_ASSERT (G_STRUCT_OFFSET (GuardianCredential, name) == 0);
  while (i < entries->len && g_strcmp0 (*(char *const *) entries->pdata[i], name) != 0)
    i++;
  return i;
}

GuardianCredential *
guardian_connection_store_credential (GuardianConnectionStore *store, const char *name)
{
  guint i = find (store->credentials, name);
  return i < store->credentials->len ? store->credentials->pdata[i] : NULL;
}

GuardianModel *
guardian_connection_store_model (GuardianConnectionStore *store, const char *name)
{
  guint i = find (store->models, name);
  return i < store->models->len ? store->models->pdata[i] : NULL;
}

const GuardianModel *
guardian_connection_store_user (GuardianConnectionStore *store, const char *credential)
{
  for (guint i = 0; i < store->models->len; i++)
    {
      const GuardianModel *model = store->models->pdata[i];
      if (g_strcmp0 (model->credential, credential) == 0)
        return model;
    }
  return NULL;
}

/* --- changing --- */

/* One step that can be taken back until it is on the disk. */
typedef struct {
  GPtrArray *entries;
  guint at;
  gpointer former; /* what was there */
  gpointer added;
} Step;

static void
step (Step *ret_step, GPtrArray *entries, const char *name, gpointer added)
{
  guint at = find (entries, name);
  gboolean found = at < entries->len;

  *ret_step = (Step){ entries, at, NULL, added };
  if (found && added != NULL)
    {
      ret_step->former = entries->pdata[at];
      entries->pdata[at] = added;
    }
  else if (found)
    ret_step->former = g_ptr_array_steal_index (entries, at);
  else if (added != NULL)
    g_ptr_array_add (entries, added);
}

static gboolean
has_room (GPtrArray *entries, const char *name)
{
  return entries->len < GUARDIAN_CONNECTION_STORE_LIMIT || find (entries, name) < entries->len;
}

/* Forgets what was before, or puts it back and forgets what was added. */
static void
finish (Step *step, gboolean good, GDestroyNotify destroy)
{
  if (step->former == NULL && step->added == NULL)
    return;
  if (good)
    {
      if (step->former != NULL)
        destroy (step->former);
      return;
    }
  if (step->former != NULL && step->added != NULL)
    step->entries->pdata[step->at] = step->former;
  else if (step->former != NULL)
    g_ptr_array_insert (step->entries, (gint) step->at, step->former);
  else
    (void) g_ptr_array_steal_index (step->entries, step->at);
  if (step->added != NULL)
    destroy (step->added);
}

gboolean
guardian_connection_store_put (GuardianConnectionStore *store, GuardianModel *model,
                               GuardianCredential *credential, GError **error)
{
  Step first = { 0 };
  Step second = { 0 };

  if ((model != NULL && !has_room (store->models, model->name))
      || (credential != NULL && !has_room (store->credentials, credential->name)))
    {
      g_set_error (error, GUARDIAN_SEALED_FILE_ERROR, GUARDIAN_SEALED_FILE_ERROR_IO,
                   "there is no room for more than %u: remove one first",
                   GUARDIAN_CONNECTION_STORE_LIMIT);
      guardian_model_free (model);
      guardian_credential_free (credential);
      return FALSE;
    }
  if (model != NULL)
    step (&first, store->models, model->name, model);
  if (credential != NULL)
    step (&second, store->credentials, credential->name, credential);
  gboolean good = guardian_sealed_file_save (store->file, error);
  finish (&second, good, (GDestroyNotify) guardian_credential_free);
  finish (&first, good, (GDestroyNotify) guardian_model_free);
  return good;
}

gboolean
guardian_connection_store_remove (GuardianConnectionStore *store, const char *model,
                                  const char *credential, GError **error)
{
  Step first = { 0 };
  Step second = { 0 };

  if (model != NULL)
    step (&first, store->models, model, NULL);
  if (credential != NULL)
    step (&second, store->credentials, credential, NULL);
  gboolean good = guardian_sealed_file_save (store->file, error);
  finish (&second, good, (GDestroyNotify) guardian_credential_free);
  finish (&first, good, (GDestroyNotify) guardian_model_free);
  return good;
}

void
guardian_connection_store_used (GuardianConnectionStore *store, const char *model,
                                const char *credential)
{
  GuardianModel *of_model = guardian_connection_store_model (store, model);
  GuardianCredential *of_credential = guardian_connection_store_credential (store, credential);
  gint64 now = g_get_real_time ();

  if (of_model != NULL)
    of_model->last_used = now;
  if (of_credential != NULL)
    of_credential->last_used = now;
  guardian_sealed_file_changed (store->file);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core for which secret is asked for; it passes it on unread. Refuses: everything while
 * the master key is not open, a secret that was altered, or that was put under another name.
 * Known gaps: an older secret put back under its own name is accepted; a master key that moves to
 * another store leaves the secrets behind (the core moves none once a log was begun). */

#include "guardian/keys/guardian-keys-vault.h"

#include "common/crypto/cardea-sealed.h"
#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-folder.h"
#include "guardian/keys/guardian-keys-keyring.h"

#include <string.h>

#define FILE_PREFIX "credential-"
#define CONTEXT "credential"
#define LIMIT_SEALED (GUARDIAN_KEYS_VAULT_SECRET_LIMIT + 256u)

struct _GuardianKeysVault {
  GuardianKeysOpener *opener;
};

typedef struct {
  CardeaSecret *key; /* under which it is sealed */
  GuardianKeysVaultDone done;
  gpointer user_data;
} Call;

GuardianKeysVault *
guardian_keys_vault_new (GuardianKeysOpener *opener)
{
  GuardianKeysVault *vault = g_new0 (GuardianKeysVault, 1);
  vault->opener = opener;
  return vault;
}

void
guardian_keys_vault_free (GuardianKeysVault *vault)
{
  g_free (vault);
}

gboolean
guardian_keys_vault_is_name (const char *name)
{
  gsize size = strlen (name);
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (name[i]) && (i == 0 || strchr ("._:-", name[i]) == NULL))
      return FALSE;
  return size > 0 && size <= GUARDIAN_KEYS_VAULT_NAME_LIMIT;
}

gboolean
guardian_keys_vault_is_secret (const CardeaSecret *secret)
{
  gsize size = cardea_secret_size (secret);
  const guint8 *bytes = cardea_secret_bytes (secret);
  for (gsize i = 0; i < size; i++)
    if (bytes[i] < 0x20 || bytes[i] > 0x7e)
      return FALSE;
  return size <= GUARDIAN_KEYS_VAULT_SECRET_LIMIT && bytes[0] != ' ' && bytes[size - 1] != ' ';
}

/* --- calls --- */

/* Answers and ends the call. */
static void
finish (Call *call, CardeaSecret *secret, const GError *error)
{
  call->done (secret, error, call->user_data);
  cardea_secret_unref (call->key);
  g_free (call);
}

static void
fail (GuardianKeysVaultDone done, gpointer user_data, GuardianKeysError code, const char *reason)
{
  g_autoptr (GError) error = g_error_new_literal (GUARDIAN_KEYS_ERROR, code, reason);
  done (NULL, error, user_data);
}

/* NULL: it has been answered. */
static Call *
begin (GuardianKeysVault *vault, const char *name, GuardianKeysVaultDone done, gpointer user_data)
{
  const CardeaSecret *master = guardian_keys_opener_master (vault->opener);
  g_autoptr (GError) error = NULL;

  if (!guardian_keys_vault_is_name (name))
    {
      fail (done, user_data, GUARDIAN_KEYS_ERROR_MALFORMED, "this is no name for a credential");
      return NULL;
    }
  if (master == NULL)
    {
      fail (done, user_data, GUARDIAN_KEYS_ERROR_LOCKED, "the keys have not been opened yet");
      return NULL;
    }
  CardeaSecret *key = guardian_keys_master_derive (master, CONTEXT, name, &error);
  if (key == NULL)
    {
      done (NULL, error, user_data);
      return NULL;
    }
  Call *call = g_new0 (Call, 1);
  call->key = key;
  call->done = done;
  call->user_data = user_data;
  return call;
}

static gboolean
in_keyring (GuardianKeysVault *vault)
{
  return guardian_keys_opener_store (vault->opener) == GUARDIAN_KEYS_STORE_KEYRING;
}

static void
changed_cb (CardeaSecret *unused, const GError *error, gpointer user_data)
{
  finish (user_data, NULL, error);
}

/* --- keep --- */

static void
keep_in_keyring (GuardianKeysVault *vault, const char *name, const guint8 *sealed, gsize size,
                 Call *call)
{
  g_autoptr (CardeaSecret) content = cardea_secret_new (size);
  if (content == NULL)
    {
      g_autoptr (GError) error
          = g_error_new_literal (GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                                 "no memory could be locked for the credential");
      finish (call, NULL, error);
      return;
    }
  memcpy (cardea_secret_writable (content), sealed, size);
  guardian_keys_keyring_store (guardian_keys_opener_id (vault->opener), name, content, changed_cb,
                               call);
}

void
guardian_keys_vault_keep (GuardianKeysVault *vault, const char *name, CardeaSecret *secret,
                          GuardianKeysVaultDone done, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  if (!guardian_keys_vault_is_secret (secret))
    {
      fail (done, user_data, GUARDIAN_KEYS_ERROR_MALFORMED,
            "a secret is one line of printable ASCII without blanks at its ends");
      return;
    }
  Call *call = begin (vault, name, done, user_data);
  if (call == NULL)
    return;
  g_autoptr (GBytes) sealed = cardea_sealed_encode (
      call->key, CONTEXT, cardea_secret_bytes (secret), cardea_secret_size (secret), &error);
  if (sealed == NULL)
    {
      finish (call, NULL, error);
      return;
    }
  const guint8 *bytes = g_bytes_get_data (sealed, &size);
  if (in_keyring (vault))
    {
      keep_in_keyring (vault, name, bytes, size, call);
      return;
    }
  g_autofree char *file = g_strconcat (FILE_PREFIX, name, NULL);
  gboolean good = guardian_keys_folder_write (guardian_keys_opener_folder (vault->opener), file,
                                              bytes, size, &error);
  finish (call, NULL, good ? NULL : error);
}

/* --- fetch --- */

static void
loaded_cb (CardeaSecret *sealed, const GError *error, gpointer user_data)
{
  Call *call = user_data;
  gsize size = 0;

  if (sealed == NULL)
    {
      finish (call, NULL, error);
      return;
    }
  g_autoptr (GBytes) opened
      = cardea_sealed_decode (call->key, CONTEXT, cardea_secret_bytes (sealed),
                              cardea_secret_size (sealed), GUARDIAN_KEYS_VAULT_SECRET_LIMIT, NULL);
  const void *bytes = opened != NULL ? g_bytes_get_data (opened, &size) : NULL;
  g_autoptr (CardeaSecret) secret = size > 0 ? cardea_secret_new (size) : NULL;
  if (secret != NULL)
    memcpy (cardea_secret_writable (secret), bytes, size);
  if (secret != NULL && guardian_keys_vault_is_secret (secret))
    {
      finish (call, secret, NULL);
      return;
    }
  g_autoptr (GError) altered
      = g_error_new_literal (GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ALTERED,
                             "the stored credential was altered: set it again");
  finish (call, NULL, altered);
}

void
guardian_keys_vault_fetch (GuardianKeysVault *vault, const char *name, GuardianKeysVaultDone done,
                           gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  Call *call = begin (vault, name, done, user_data);

  if (call == NULL)
    return;
  if (in_keyring (vault))
    {
      guardian_keys_keyring_load (guardian_keys_opener_id (vault->opener), name, loaded_cb, call);
      return;
    }
  g_autofree char *file = g_strconcat (FILE_PREFIX, name, NULL);
  g_autoptr (CardeaSecret) sealed = guardian_keys_folder_read (
      guardian_keys_opener_folder (vault->opener), file, LIMIT_SEALED, &error);
  loaded_cb (sealed, error, call);
}

/* --- forget --- */

void
guardian_keys_vault_forget (GuardianKeysVault *vault, const char *name, GuardianKeysVaultDone done,
                            gpointer user_data)
{
  Call *call = begin (vault, name, done, user_data);

  if (call == NULL)
    return;
  if (in_keyring (vault))
    {
      guardian_keys_keyring_erase (guardian_keys_opener_id (vault->opener), name, changed_cb, call);
      return;
    }
  g_autofree char *file = g_strconcat (FILE_PREFIX, name, NULL);
  g_autoptr (GError) error = NULL;
  if (!guardian_keys_folder_remove (guardian_keys_opener_folder (vault->opener), file))
    g_set_error_literal (&error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                         "the stored credential could not be removed");
  finish (call, NULL, error);
}

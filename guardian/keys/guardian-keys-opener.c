/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the record beside the keys for where the key is; the core for whether a log was begun.
 * Refuses: every other key once a log was begun. A keyring that is absent, locked or dismissed is
 * never a reason to fall back to a file, unless nobody ever chose anything.
 * Known gap: who may write the user's files may replace record, key and log together; what then
 * fits together is believed. The anchor is a checkpoint or verifier key kept elsewhere. */

#include "guardian/keys/guardian-keys-opener.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-folder.h"
#include "guardian/keys/guardian-keys-keyring.h"
#include "guardian/keys/guardian-keys-passphrase.h"

#include <sodium.h>
#include <string.h>

#define FILE_NAME "master"
#define PASSPHRASE_NAME "passphrase"
#define LIMIT_SEALED 4096

typedef enum {
  STATE_CLOSED,  /* no key in memory */
  STATE_PROBING, /* nobody chose: is there a keyring? */
  STATE_LOADING, /* the key is on its way from its store */
  STATE_SAVING,  /* a new or moved key is on its way to a store */
  STATE_OPEN,    /* the key is in memory and in its store */
  N_STATES,
} State;

static const gboolean edges[N_STATES][N_STATES] = {
  [STATE_CLOSED] = { [STATE_PROBING] = TRUE, [STATE_LOADING] = TRUE, [STATE_SAVING] = TRUE },
  [STATE_PROBING] = { [STATE_SAVING] = TRUE, [STATE_CLOSED] = TRUE },
  [STATE_LOADING] = { [STATE_OPEN] = TRUE, [STATE_SAVING] = TRUE, [STATE_CLOSED] = TRUE },
  [STATE_SAVING] = { [STATE_OPEN] = TRUE, [STATE_CLOSED] = TRUE },
  [STATE_OPEN] = { [STATE_SAVING] = TRUE },
};

struct _GuardianKeysOpener {
  int folder;
  char *reason; /* why there is no folder */
  State state;
  GuardianKeysRecord record;
  CardeaSecret *master;
  GuardianKeysSigner *signer;
  /* The call under way. */
  gboolean begun;
  CardeaSecret *passphrase;
  GuardianKeysOpenerDone done;
  gpointer user_data;
  GuardianKeysRecord next; /* what is being saved */
  CardeaSecret *candidate;
};

static void create (GuardianKeysOpener *opener, GuardianKeysStore store);
static void loaded (CardeaSecret *secret, const GError *error, gpointer user_data);
static void saved (CardeaSecret *unused, const GError *error, gpointer user_data);

static void
answer (GuardianKeysOpener *opener, const GError *error)
{
  GuardianKeysOpenerDone done = g_steal_pointer (&opener->done);
  g_clear_pointer (&opener->passphrase, cardea_secret_unref);
  g_clear_pointer (&opener->candidate, cardea_secret_unref);
  if (done != NULL)
    done (error, opener->user_data);
}

static void
fail_with (GuardianKeysOpener *opener, const GError *error)
{
  opener->state = opener->master != NULL ? STATE_OPEN : STATE_CLOSED;
  answer (opener, error);
}

static void
fail (GuardianKeysOpener *opener, GuardianKeysError code, const char *reason)
{
  g_autoptr (GError) error = g_error_new_literal (GUARDIAN_KEYS_ERROR, code, reason);
  fail_with (opener, error);
}

/* FALSE: the call has been refused. */
static gboolean
go_to (GuardianKeysOpener *opener, State state)
{
  if (!edges[opener->state][state])
    {
      fail (opener, GUARDIAN_KEYS_ERROR_FAILED, "the keys are in a state that should not be");
      return FALSE;
    }
  opener->state = state;
  return TRUE;
}

static void
save_bytes (GuardianKeysOpener *opener, const char *name, const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  gboolean good = guardian_keys_folder_write (opener->folder, name, bytes, size, &error);
  saved (NULL, good ? NULL : error, opener);
}

/* --- the passphrase's thread --- */

typedef struct {
  GuardianKeysOpener *opener; /* only touched in the main thread */
  CardeaSecret *passphrase;
  CardeaSecret *master; /* to be sealed, or what was opened */
  char *text;           /* what was sealed, or to be opened */
  gsize size;
  gboolean seals;
  GError *error;
} Stretch;

static void
stretch_free (Stretch *stretch)
{
  cardea_secret_unref (stretch->passphrase);
  cardea_secret_unref (stretch->master);
  g_free (stretch->text);
  g_clear_error (&stretch->error);
  g_free (stretch);
}

static gboolean
stretched_cb (gpointer user_data)
{
  Stretch *stretch = user_data;
  GuardianKeysOpener *opener = stretch->opener;
  if (!stretch->seals)
    loaded (stretch->master, stretch->error, opener);
  else if (stretch->error != NULL)
    saved (NULL, stretch->error, opener);
  else
    save_bytes (opener, PASSPHRASE_NAME, (const guint8 *) stretch->text, strlen (stretch->text));
  stretch_free (stretch);
  return G_SOURCE_REMOVE;
}

static gpointer
stretch_main (gpointer user_data)
{
  Stretch *stretch = user_data;
  if (stretch->seals)
    stretch->text
        = guardian_keys_passphrase_seal (stretch->master, stretch->passphrase, &stretch->error);
  else
    stretch->master = guardian_keys_passphrase_open (stretch->text, stretch->size,
                                                     stretch->passphrase, &stretch->error);
  g_idle_add (stretched_cb, stretch);
  return NULL;
}

static void
start_stretch (Stretch *stretch)
{
  GThread *thread = g_thread_try_new ("passphrase", stretch_main, stretch, &stretch->error);
  if (thread != NULL)
    g_thread_unref (thread);
  else
    g_idle_add (stretched_cb, stretch);
}

/* --- the stores --- */

static void
load_keyring (GuardianKeysOpener *opener)
{
  guardian_keys_keyring_load (opener->record.id, NULL, loaded, opener);
}

static void
save_keyring (GuardianKeysOpener *opener)
{
  guardian_keys_keyring_store (opener->next.id, NULL, opener->candidate, saved, opener);
}

static void
erased_cb (CardeaSecret *unused, const GError *error, gpointer user_data)
{
  if (error != NULL)
    g_warning ("the key's former place in the keyring could not be cleared: %s", error->message);
}

static void
erase_keyring (GuardianKeysOpener *opener)
{
  guardian_keys_keyring_erase (opener->record.id, NULL, erased_cb, NULL);
}

static void
load_file (GuardianKeysOpener *opener)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaSecret) secret
      = guardian_keys_folder_read (opener->folder, FILE_NAME, GUARDIAN_KEYS_MASTER_SIZE, &error);
  if (secret != NULL && cardea_secret_size (secret) != GUARDIAN_KEYS_MASTER_SIZE)
    {
      g_clear_pointer (&secret, cardea_secret_unref);
      g_set_error_literal (&error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ALTERED,
                           "the key file is damaged");
    }
  loaded (secret, error, opener);
}

static void
save_file (GuardianKeysOpener *opener)
{
  save_bytes (opener, FILE_NAME, cardea_secret_bytes (opener->candidate),
              GUARDIAN_KEYS_MASTER_SIZE);
}

static void
erase_file (GuardianKeysOpener *opener)
{
  if (!guardian_keys_folder_remove (opener->folder, FILE_NAME))
    g_warning ("the former key file could not be removed");
}

static gboolean
has_passphrase (GuardianKeysOpener *opener)
{
  if (opener->passphrase == NULL)
    fail (opener, GUARDIAN_KEYS_ERROR_WRONG, "the keys are sealed with a passphrase: give it");
  return opener->passphrase != NULL;
}

static void
load_passphrase (GuardianKeysOpener *opener)
{
  g_autoptr (GError) error = NULL;
  if (!has_passphrase (opener))
    return;
  g_autoptr (CardeaSecret) text
      = guardian_keys_folder_read (opener->folder, PASSPHRASE_NAME, LIMIT_SEALED, &error);
  if (text == NULL)
    {
      loaded (NULL, error, opener);
      return;
    }
  Stretch *stretch = g_new0 (Stretch, 1);
  stretch->opener = opener;
  stretch->passphrase = cardea_secret_ref (opener->passphrase);
  stretch->size = cardea_secret_size (text);
  stretch->text = g_strndup ((const char *) cardea_secret_bytes (text), stretch->size);
  start_stretch (stretch);
}

static void
save_passphrase (GuardianKeysOpener *opener)
{
  if (!has_passphrase (opener))
    return;
  Stretch *stretch = g_new0 (Stretch, 1);
  stretch->opener = opener;
  stretch->passphrase = cardea_secret_ref (opener->passphrase);
  stretch->master = cardea_secret_ref (opener->candidate);
  stretch->seals = TRUE;
  start_stretch (stretch);
}

static void
erase_passphrase (GuardianKeysOpener *opener)
{
  if (!guardian_keys_folder_remove (opener->folder, PASSPHRASE_NAME))
    g_warning ("the former sealed key could not be removed");
}

static const struct {
  void (*load) (GuardianKeysOpener *opener);
  void (*save) (GuardianKeysOpener *opener);
  void (*erase) (GuardianKeysOpener *opener);
} stores[] = {
  [GUARDIAN_KEYS_STORE_KEYRING] = { load_keyring, save_keyring, erase_keyring },
  [GUARDIAN_KEYS_STORE_FILE] = { load_file, save_file, erase_file },
  [GUARDIAN_KEYS_STORE_PASSPHRASE] = { load_passphrase, save_passphrase, erase_passphrase },
};

/* --- the steps --- */

static gboolean
adopt (GuardianKeysOpener *opener, CardeaSecret *secret, const GuardianKeysRecord *record,
       GError **error)
{
  g_autoptr (GuardianKeysSigner) signer = guardian_keys_signer_new (secret, record->id, error);
  if (signer == NULL)
    return FALSE;
  cardea_secret_ref (secret);
  g_clear_pointer (&opener->master, cardea_secret_unref);
  g_clear_pointer (&opener->signer, guardian_keys_signer_free);
  opener->master = secret;
  opener->signer = g_steal_pointer (&signer);
  opener->record = *record;
  return TRUE;
}

/* secret NULL with error: it could not be had. */
static void
loaded (CardeaSecret *secret, const GError *error, gpointer user_data)
{
  GuardianKeysOpener *opener = user_data;
  g_autoptr (GError) failed = NULL;
  guint8 check[GUARDIAN_KEYS_CHECK_SIZE];

  if (secret == NULL)
    {
      if (!opener->begun
          && g_error_matches (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_MISSING))
        create (opener, opener->record.store);
      else
        fail_with (opener, error);
      return;
    }
  if (!guardian_keys_master_check (secret, check, &failed))
    {
      fail_with (opener, failed);
      return;
    }
  if (sodium_memcmp (check, opener->record.check, sizeof check) != 0)
    {
      fail (opener, GUARDIAN_KEYS_ERROR_ALTERED,
            "the stored key is not the one that Cardea's log was begun with");
      return;
    }
  if (!adopt (opener, secret, &opener->record, &failed))
    fail_with (opener, failed);
  else if (go_to (opener, STATE_OPEN))
    answer (opener, NULL);
}

/* The key is in its (new) store: only now the record says so, and then the old place is cleared. */
static void
saved (CardeaSecret *unused, const GError *error, gpointer user_data)
{
  GuardianKeysOpener *opener = user_data;
  g_autoptr (GError) failed = NULL;
  GuardianKeysStore former
      = opener->master != NULL ? opener->record.store : GUARDIAN_KEYS_STORE_NONE;

  if (error != NULL)
    {
      fail_with (opener, error);
      return;
    }
  if (!guardian_keys_record_write (opener->folder, &opener->next, &failed))
    {
      fail_with (opener, failed);
      return;
    }
  if (former != GUARDIAN_KEYS_STORE_NONE && former != opener->next.store)
    stores[former].erase (opener);
  if (!adopt (opener, opener->candidate, &opener->next, &failed))
    fail_with (opener, failed);
  else if (go_to (opener, STATE_OPEN))
    answer (opener, NULL);
}

/* Takes secret. */
static void
save (GuardianKeysOpener *opener, CardeaSecret *secret, const char *id, GuardianKeysStore store)
{
  g_autoptr (GError) error = NULL;
  opener->candidate = secret;
  opener->next = (GuardianKeysRecord){ .store = store };
  g_strlcpy (opener->next.id, id, sizeof opener->next.id);
  if (!guardian_keys_master_check (secret, opener->next.check, &error))
    fail_with (opener, error);
  else if (go_to (opener, STATE_SAVING))
    stores[store].save (opener);
}

static void
create (GuardianKeysOpener *opener, GuardianKeysStore store)
{
  g_autofree char *id = cardea_id_new (GUARDIAN_KEYS_ID_SIZE);
  CardeaSecret *secret = cardea_secret_new_random (GUARDIAN_KEYS_MASTER_SIZE);
  if (secret == NULL)
    fail (opener, GUARDIAN_KEYS_ERROR_FAILED, "no memory could be locked for a key");
  else
    save (opener, secret, id, store);
}

/* Only the absence of the service, never a lock, leads to a file. */
static void
probed (CardeaSecret *unused, const GError *error, gpointer user_data)
{
  GuardianKeysOpener *opener = user_data;
  if (error == NULL)
    create (opener, GUARDIAN_KEYS_STORE_KEYRING);
  else if (g_error_matches (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ABSENT))
    create (opener, GUARDIAN_KEYS_STORE_FILE);
  else
    fail_with (opener, error);
}

static void
open_first (GuardianKeysOpener *opener, GuardianKeysStore wanted)
{
  if (opener->begun)
    fail (opener, GUARDIAN_KEYS_ERROR_MISSING,
          "Cardea's log was begun with a key that is gone: restore the folder with the keys, or "
          "move the log away to begin another");
  else if (wanted != GUARDIAN_KEYS_STORE_NONE)
    create (opener, wanted);
  else if (go_to (opener, STATE_PROBING))
    guardian_keys_keyring_probe (probed, opener);
}

static void
open_recorded (GuardianKeysOpener *opener, GuardianKeysStore wanted)
{
  if (wanted == GUARDIAN_KEYS_STORE_NONE || wanted == opener->record.store)
    {
      if (go_to (opener, STATE_LOADING))
        stores[opener->record.store].load (opener);
    }
  else if (!opener->begun)
    create (opener, wanted);
  else
    {
      g_autofree char *reason = g_strdup_printf (
          "Cardea's log was begun with the key in another store (%s, not %s)",
          guardian_keys_store_name (opener->record.store), guardian_keys_store_name (wanted));
      fail (opener, GUARDIAN_KEYS_ERROR_WRONG, reason);
    }
}

static void
open_closed (GuardianKeysOpener *opener, GuardianKeysStore wanted)
{
  g_autoptr (GError) error = NULL;
  if (opener->folder < 0)
    fail (opener, GUARDIAN_KEYS_ERROR_FAILED, opener->reason);
  else if (!guardian_keys_record_read (opener->folder, &opener->record, &error))
    fail_with (opener, error);
  else if (opener->record.store == GUARDIAN_KEYS_STORE_NONE)
    open_first (opener, wanted);
  else
    open_recorded (opener, wanted);
}

void
guardian_keys_opener_open (GuardianKeysOpener *opener, GuardianKeysStore wanted, gboolean begun,
                           CardeaSecret *passphrase, GuardianKeysOpenerDone done,
                           gpointer user_data)
{
  if (opener->done != NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_BUSY,
                                                      "the keys are being opened already");
      done (error, user_data);
      return;
    }
  opener->begun = begun;
  opener->passphrase = passphrase != NULL ? cardea_secret_ref (passphrase) : NULL;
  opener->done = done;
  opener->user_data = user_data;

  if (opener->state == STATE_CLOSED)
    open_closed (opener, wanted);
  else if (wanted == GUARDIAN_KEYS_STORE_NONE || wanted == opener->record.store)
    answer (opener, NULL);
  else
    save (opener, cardea_secret_ref (opener->master), opener->record.id, wanted);
}

GuardianKeysOpener *
guardian_keys_opener_new (int folder, const char *reason)
{
  GuardianKeysOpener *opener = g_new0 (GuardianKeysOpener, 1);
  opener->folder = folder;
  opener->reason = g_strdup (reason != NULL ? reason : "there is no folder for the keys");
  return opener;
}

void
guardian_keys_opener_free (GuardianKeysOpener *opener)
{
  if (opener == NULL)
    return;
  cardea_fd_clear (&opener->folder);
  g_clear_pointer (&opener->master, cardea_secret_unref);
  g_clear_pointer (&opener->candidate, cardea_secret_unref);
  g_clear_pointer (&opener->passphrase, cardea_secret_unref);
  g_clear_pointer (&opener->signer, guardian_keys_signer_free);
  g_free (opener->reason);
  g_free (opener);
}

const CardeaSecret *
guardian_keys_opener_master (const GuardianKeysOpener *opener)
{
  return opener->master;
}

const GuardianKeysSigner *
guardian_keys_opener_signer (const GuardianKeysOpener *opener)
{
  return opener->signer;
}

GuardianKeysStore
guardian_keys_opener_store (const GuardianKeysOpener *opener)
{
  return opener->master != NULL ? opener->record.store : GUARDIAN_KEYS_STORE_NONE;
}

const char *
guardian_keys_opener_id (const GuardianKeysOpener *opener)
{
  return opener->master != NULL ? opener->record.id : NULL;
}

int
guardian_keys_opener_folder (const GuardianKeysOpener *opener)
{
  return opener->folder;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "guardian/core/guardian-context.h"

/* What the core asks of the keys worker: the IPC authority of this run and certificates under it,
 * and the log's keys, fetched when the first session starts (keys.open). */

typedef enum {
  GUARDIAN_KEYRING_CLOSED, /* nobody needed the log's keys yet */
  GUARDIAN_KEYRING_OPENING,
  GUARDIAN_KEYRING_OPEN,
  GUARDIAN_KEYRING_LOCKED, /* refused: locked, dismissed, absent */
} GuardianKeyringState;

GuardianKeyring *guardian_keyring_new (GuardianContext *context);
void guardian_keyring_free (GuardianKeyring *keyring);

/* The keys worker is (again) there: fetches a new authority and our own certificate, and opens the
 * log's keys again when they were open. */
void guardian_keyring_worker_up (GuardianKeyring *keyring);
void guardian_keyring_worker_down (GuardianKeyring *keyring);

/* Waits for the authority: called once, later, ok FALSE when it cannot be had. */
typedef void (*GuardianKeyringReady) (gboolean ok, gpointer user_data);
void guardian_keyring_when_ready (GuardianKeyring *keyring, GuardianKeyringReady ready,
                                  gpointer user_data);
/* Callbacks with this user_data are dropped. */
void guardian_keyring_forget (GuardianKeyring *keyring, gpointer user_data);

/* Our key and chain, and the authority to trust; borrowed; NULL before it is ready. */
CardeaTls *guardian_keyring_tls (GuardianKeyring *keyring);
GBytes *guardian_keyring_authority (GuardianKeyring *keyring); /* DER */

/* Opens the log's keys: code NULL when they are open, else a refusal's code with a reason. Called
 * once, never from inside. */
typedef void (*GuardianKeyringOpened) (const char *code, const char *reason, gpointer user_data);
void guardian_keyring_open (GuardianKeyring *keyring, GuardianKeyringOpened opened,
                            gpointer user_data);
/* Takes secret: a sealed memfd with a passphrase for the next opening. */
void guardian_keyring_set_secret (GuardianKeyring *keyring, int secret);

/* A key for purpose (keys.derive), under its own name as context; reply gets keys.derived, or NULL,
 * and is not called when this returns 0: the call's id otherwise. The keys must be open. */
guint guardian_keyring_derive (GuardianKeyring *keyring, const char *purpose,
                               GuardianWorkersReply reply, gpointer user_data);

/* hooks.sign of the log: the signature arrives at guardian_audit_signed(). */
void guardian_keyring_sign (GuardianKeyring *keyring, GBytes *note_text);

GuardianKeyringState guardian_keyring_state (const GuardianKeyring *keyring);
const char *guardian_keyring_store (const GuardianKeyring *keyring); /* NULL before it is open */
const char *guardian_keyring_reason (const GuardianKeyring *keyring);
gboolean guardian_keyring_sealed (const GuardianKeyring *keyring);

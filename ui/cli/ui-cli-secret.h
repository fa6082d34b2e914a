/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Secrets that a person types or a program feeds in: they go into a sealed memfd, never into a
 * message, an argument or a string that is left behind. */

typedef enum {
  UI_CLI_SECRET_PASSPHRASE, /* of the log's keys: any bytes, asked for twice */
  UI_CLI_SECRET_CREDENTIAL, /* for a service: one line of printable ASCII */
} UiCliSecretKind;

/* Without echo on the terminal, when standard input is one; else standard input: the first line of
 * it, of a credential all of it, which may end in one newline. name: of the credential; NULL with a
 * passphrase. Returns the descriptor, the caller's; -1 with an error. */
int ui_cli_secret_read (UiCliSecretKind kind, const char *name,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Asks for a passphrase: twice and without echo on the terminal, else one line of standard input.
 * It goes into a sealed memfd, never into a message or a string that is left behind. Returns the
 * descriptor, the caller's; -1 with an error. */
int ui_cli_passphrase_read (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* git's configuration (git-config(1), SYNTAX), as far as it can be told for certain what git makes
 * of it. */

#define CARDEA_GIT_CONFIG_LIMIT (1u << 20) /* bytes of a file */
#define CARDEA_GIT_CONFIG_CHANGES 64u      /* that are told apart */
#define CARDEA_GIT_CONFIG_NAME_LIMIT 96u   /* bytes of one */

/* Whether git obeys a file of that name in a folder named above. */
gboolean cardea_git_config_is_one (const char *above, const char *name);

/* What after says that before (NULL: there was none) did not, sorted, each once, a quoted part of a
 * name shown as "*": "remote.*.url". A suffix tells more: ":changed" it had another value,
 * ":removed" it has none any more, ":another" a remote beside those that were there, ":odd" a value
 * that could mean something else than it seems to: quoted, escaped, a command or a helper of git's.
 * Untrusted bytes. NULL: not understood, or too much. The caller owns it. */
char **cardea_git_config_changes (const char *before, gsize before_size, const char *after,
                                  gsize after_size);

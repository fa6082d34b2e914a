/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Pictures that a person pasted into a chat, as files that can be given like any other (README.md
 * says where). Blocking; from any thread. Errors are of UI_STORE_ERROR. */

#define UI_STORE_PASTED_LIMIT (32u * 1024u * 1024u) /* bytes of one */
#define UI_STORE_PASTED_FILES 1000u                 /* of one chat */

/* Writes bytes as they are and gives the new file's path; the caller owns it. id: the chat's.
 * ending: "png", without a dot. */
char *ui_store_pasted_keep (const char *id, const char *ending, GBytes *bytes,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether path is that of a picture that was pasted into this chat. */
gboolean ui_store_pasted_has (const char *id, const char *path);

/* One that is not to be given after all. */
void ui_store_pasted_drop (const char *id, const char *path);
/* All of a chat's, and what was left half-way. */
void ui_store_pasted_delete (const char *id);
/* All of chats that are not among ids any more, but for what is younger than an hour. */
void ui_store_pasted_sweep (const char *const *ids);

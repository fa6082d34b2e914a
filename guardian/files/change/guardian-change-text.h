/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a person is shown of two contents: the unified difference of texts, what kind of thing it is
 * otherwise. Contents are untrusted bytes. */

typedef struct {
  GString *diff;    /* NULL: none, because it is no text, too large, or the same */
  gboolean cut;     /* the difference goes on */
  gboolean counted; /* the next two are known */
  guint added;
  guint removed;
} GuardianChangeText;

void guardian_change_text_clear (GuardianChangeText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianChangeText, guardian_change_text_clear)

/* UTF-8 without NUL. */
gboolean guardian_change_text_is_text (const char *bytes, gsize size);

/* Both are texts. old_name NULL: the file is new; new_name NULL: it goes. At most limit bytes of
 * difference, whole lines. */
void guardian_change_text_compare (const char *old_bytes, gsize old_size, const char *old_name,
                                   const char *new_bytes, gsize new_size, const char *new_name,
                                   gsize limit, GuardianChangeText *ret_text);

/* A word for what the bytes look like ("PNG picture"); never NULL. */
const char *guardian_change_text_type (const void *bytes, gsize size);

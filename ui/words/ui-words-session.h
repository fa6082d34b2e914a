/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A session (common/protocol/objects.md) in plain words. Everything returned is the caller's. */

char *ui_words_session_title (const CardeaJson *session);
/* "Running since 14:02, 1 question waits", "Ended: by you". */
char *ui_words_session_state (const CardeaJson *session, gint64 now_us);
gboolean ui_words_session_is_alive (const CardeaJson *session);
/* What happens to questions in its mode. */
char *ui_words_session_mode (const CardeaJson *session);

/* What confines the agent, a sentence a layer, from "layers"; empty when it has none. */
GStrv ui_words_session_layers (const CardeaJson *session);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

/* Tries a model that is connected: the guardian asks its server for its models. When the person did
 * not say which of them is meant, the first that the server has is from then on. */
void ui_settings_trial_async (UiLink *link, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
/* One sentence about what came of it, good or not; NULL when it was cancelled. The caller owns it.
 * ret_good may be NULL. */
char *ui_settings_trial_finish (GAsyncResult *result, gboolean *ret_good);

/* The first few of a server's models in one line; the caller owns it. */
char *ui_settings_trial_list (char **models);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Servers of models on this computer, found by connecting to the usual ports of its loopback and
 * asking for their models. Nothing else is sent, and nothing leaves the computer. */

#define UI_MODELS_LOCAL_MS 800u /* that all of it takes at most */

typedef struct {
  const char *program; /* what usually listens there: "Ollama" */
  char *name;          /* one that a model can be given */
  char *url;           /* http://127.0.0.1:PORT */
  char **models;       /* as the server calls them; NULL: it does not say without a key */
} UiModelsServer;

void ui_models_server_free (UiModelsServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiModelsServer, ui_models_server_free)

/* Called once, later, on the thread's default context. servers: UiModelsServer, in the order of the
 * ports; the receiver's. */
typedef void (*UiModelsLocalFound) (GPtrArray *servers, gpointer user_data);
void ui_models_local_search (UiModelsLocalFound found, gpointer user_data);

/* The same, waiting for it: for a program without a main loop that runs. */
GPtrArray *ui_models_local_find (void);

/* Whether a model at url is one that server has. */
gboolean ui_models_server_is_at (const UiModelsServer *server, const char *url);

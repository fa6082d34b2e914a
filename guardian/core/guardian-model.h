/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A model that a person connected: where it is and how it is spoken to. Written as
 * common/protocol/objects.md says. */

#define GUARDIAN_MODEL_ID_LIMIT 128u     /* the server's own name of a model */
#define GUARDIAN_MODEL_OFFLINE "offline" /* the built-in set of rules: no model at all */

typedef enum {
  GUARDIAN_MODEL_OPENAI,    /* chat completions */
  GUARDIAN_MODEL_ANTHROPIC, /* messages */
} GuardianModelKind;

typedef enum {
  GUARDIAN_MODEL_ERROR_NAME,
  GUARDIAN_MODEL_ERROR_URL,
  GUARDIAN_MODEL_ERROR_MODEL,
} GuardianModelError;

#define GUARDIAN_MODEL_ERROR (guardian_model_error_quark ())
GQuark guardian_model_error_quark (void);

typedef struct {
  char *name;
  GuardianModelKind kind;
  char *url;  /* canonical, without a final slash; what is asked for is appended to it */
  char *host; /* of url, canonical */
  guint port;
  gboolean secure;  /* https */
  char *model;      /* the server's own name; NULL: the first it lists */
  char *credential; /* that is added on the way; NULL: none */
  gint64 created;   /* wall clock, microseconds */
  gint64 last_used; /* 0: never */
} GuardianModel;

/* kind NULL: by the host. A url without a path gets /v1, where both kinds have their interface. */
GuardianModel *guardian_model_new (const char *name, const char *url, const char *kind,
                                   const char *model, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GuardianModel *guardian_model_copy (const GuardianModel *model);
void guardian_model_free (GuardianModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianModel, guardian_model_free)

const char *guardian_model_kind_name (GuardianModelKind kind);
/* What goes there can be read by nobody in between. */
gboolean guardian_model_is_private (const GuardianModel *model);
/* Its name or address means this computer or the network around it: an address there is what the
 * person meant. A name of the whole world that leads inside is not. */
gboolean guardian_model_is_inside (const GuardianModel *model);

CardeaJson *guardian_model_to_json (const GuardianModel *model);
/* What an agent needs to know. */
CardeaJson *guardian_model_to_endpoint (const GuardianModel *model);
/* NULL when anything is missing or not of its form: stored ones are refused whole. */
GuardianModel *guardian_model_from_json (const CardeaJson *json) G_GNUC_WARN_UNUSED_RESULT;

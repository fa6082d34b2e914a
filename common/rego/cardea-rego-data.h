/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego.h"

/* The data document, put together of several documents at places below it, as OPA merges files:
 * objects merge; anything else that meets something at the same place is a conflict. */
typedef struct _CardeaRegoData CardeaRegoData;

CardeaRegoData *cardea_rego_data_new (void);
void cardea_rego_data_free (CardeaRegoData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaRegoData, cardea_rego_data_free)

/* Adds a JSON or YAML text, which must hold an object, at path (NULL-terminated; may be empty).
 * FALSE with CARDEA_REGO_ERROR_DOCUMENT: not that, beyond the limits, or a conflict; data is then
 * of no more use. */
gboolean cardea_rego_data_add (CardeaRegoData *data, const char *const *path, const char *text,
                               gsize size, gboolean yaml, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The first place of the data that lies neither below nor above one of roots (a/b,
 * NULL-terminated), or NULL. The caller owns it. */
char *cardea_rego_data_outside (const CardeaRegoData *data, const char *const *roots);
/* What was added, as one immutable document; data is empty afterwards. */
CardeaRegoDocument *cardea_rego_data_finish (CardeaRegoData *data);

/* JSON (or YAML) in the form whose digest OPA signs: one line, keys sorted by their bytes, numbers
 * as they were written. NULL with CARDEA_REGO_ERROR_DOCUMENT. The caller owns it. */
char *cardea_rego_data_canonical (const char *text, gsize size, gboolean yaml, GError **error);
/* The package of a policy as a/b; NULL when it cannot be read. The caller owns it. */
char *cardea_rego_data_package (const char *text, gsize size, CardeaRegoFlags flags);

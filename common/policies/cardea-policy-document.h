/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/policies/cardea-policy-files.h"
#include "common/rego/cardea-rego-data.h"

/* Adds a file of data where it lies. FALSE with CARDEA_POLICY_ERROR_DOCUMENT, which names the file:
 * data is of no more use. */
gboolean cardea_policy_document_add (CardeaRegoData *data, const CardeaPolicyFile *file,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

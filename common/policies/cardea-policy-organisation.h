/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/policies/cardea-policy-files.h"

#define CARDEA_POLICY_MAX_SAID 4096u /* bytes of a member; longer ones are named, not repeated */

/* What the administrator's data says of this computer (data.organisation), with the file that says
 * it: [{"key", "value"?, "file"}], objects.md, Said. In the order of the files; what is only
 * observed says nothing; of very many members the last are left out, but no setting. NULL with an
 * error: files are not to be put in force. The caller owns it.
 */
CardeaJson *cardea_policy_organisation_new (const CardeaPolicyFiles *files,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

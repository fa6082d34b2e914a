/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* Reads the files of policy anew and puts them in force, bundles among them unpacked by a worker of
 * their own. */

#define GUARDIAN_POLICY_LOADER_TIMEOUT_MS 20000u /* for each bundle */

/* problem NULL: they are in force; else what was in force still is. */
typedef void (*GuardianPolicyLoaderDone) (const GError *problem, gpointer user_data);

/* done is called once, from inside this function when there are no bundles. FALSE: they are being
 * loaded already, and done is not called. */
gboolean guardian_policy_loader_start (GuardianContext *context, GuardianPolicyLoaderDone done,
                                       gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-record.h"

/* One record for many files, to which one decision under grant applied: the names of as many as
 * fit, how many there are, and a digest over all. paths: NULL-terminated. The record's facts and
 * extra are set here; everything else of it is the caller's. As guardian_record_append(). */
gboolean guardian_record_files (GuardianAudit *audit, GuardianRecord *record, const char *grant,
                                const char *const *paths, GError **error) G_GNUC_WARN_UNUSED_RESULT;

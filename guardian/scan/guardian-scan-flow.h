/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What was sent last, by session and destination: a secret in two halves is one secret. The oldest
 * flow gives way. */
typedef struct _GuardianScanFlows GuardianScanFlows;

#define GUARDIAN_SCAN_FLOWS 512u

GuardianScanFlows *guardian_scan_flows_new (void);
void guardian_scan_flows_free (GuardianScanFlows *flows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianScanFlows, guardian_scan_flows_free)

/* The carry of that flow for cardea_dlp_scan(), made when there is none; borrowed until the next
 * call. NULL for no name. */
GByteArray *guardian_scan_flows_carry (GuardianScanFlows *flows, const char *name);

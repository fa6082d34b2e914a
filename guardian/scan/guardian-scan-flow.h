/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-memory.h"

/* What was sent last, by session and destination. The oldest flow gives way. */
typedef struct _GuardianScanFlows GuardianScanFlows;

#define GUARDIAN_SCAN_FLOWS 512u

GuardianScanFlows *guardian_scan_flows_new (void);
void guardian_scan_flows_free (GuardianScanFlows *flows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianScanFlows, guardian_scan_flows_free)

/* What is remembered of that flow, made when there is none; borrowed until the next call. NULL for
 * no name. */
CardeaDlpMemory *guardian_scan_flows_memory (GuardianScanFlows *flows, const char *name);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-scan.h"

/* What was sent last to one destination, as far as the next content has to be judged by it: its
 * tail, for a secret in two halves is one secret, and, of a conversation that is sent again and
 * again with something more at its end, digests of it and what was found: only what is new is
 * looked at. Not a byte of it but the tail. */
typedef struct _CardeaDlpMemory CardeaDlpMemory;

#define CARDEA_DLP_MEMORY_CARRY 256u           /* bytes that are seen with the next content */
#define CARDEA_DLP_MEMORY_BLOCK 4096u          /* bytes of a digest */
#define CARDEA_DLP_MEMORY_OVERLAP 4096u        /* that are looked at again, at least */
#define CARDEA_DLP_MEMORY_VALUE (256u * 1024u) /* of a value that is looked at again as a whole */

CardeaDlpMemory *cardea_dlp_memory_new (void);
void cardea_dlp_memory_free (CardeaDlpMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpMemory, cardea_dlp_memory_free)

/* As cardea_dlp_scan(), after what memory holds, which is replaced. skip: bytes of content in front
 * of its body; they are always looked at. */
CardeaDlpResult *cardea_dlp_memory_scan (CardeaDlpMemory *memory, CardeaDlpEngine *engine,
                                         const void *content, gsize size, gsize skip,
                                         const CardeaDlpScanOptions *options);

/* How many bytes the last scan looked at. */
gsize cardea_dlp_memory_looked (const CardeaDlpMemory *memory);

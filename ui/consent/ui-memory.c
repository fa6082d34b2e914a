/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-memory.h"

#include <malloc.h>

#define PICTURE_LEAST (128 * 1024) /* bytes: glibc's own beginning */

/* glibc takes the first large block that is freed for a sign that more of that size will come, and
 * has those on the heap from then on, among the small ones that stay. A window's frames, megabytes
 * each, leave a heap of twice the size that way. A limit that is set does not move. */
void
ui_memory_init (void)
{
#ifdef M_MMAP_THRESHOLD
  (void) mallopt (M_MMAP_THRESHOLD, PICTURE_LEAST);
#endif
}

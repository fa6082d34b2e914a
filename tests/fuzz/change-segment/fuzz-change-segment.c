/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-segment.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#define NUMBER 1

/* Nothing is opened but what was sealed. */
static void
visit (GuardianChangeSegment *segment, const GuardianChangeRecord *record, gint64 offset,
       const guint8 *content, gpointer user_data)
{
  FUZZ_CHECK (content == NULL);
}

/* A good beginning with foreign bytes behind it: they are cut off, or the file is damaged. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  char name[GUARDIAN_CHANGE_SEGMENT_NAME];
  g_autoptr (CardeaSecret) key = cardea_secret_new (GUARDIAN_CHANGE_RECORD_KEY);
  g_autofree char *path = g_dir_make_tmp ("cardea-fuzz-XXXXXX", NULL);
  if (sodium_init () < 0 || key == NULL || path == NULL)
    return 0;
  int folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  GuardianChangeSegment *made = guardian_change_segment_new (folder, NUMBER, key, NULL);
  FUZZ_CHECK (made != NULL);
  gint64 end = made->end;
  FUZZ_CHECK (pwrite (made->fd, data, size, end) == (gssize) size);
  guardian_change_segment_free (made);

  GuardianChangeSegment *read
      = guardian_change_segment_open (folder, NUMBER, TRUE, key, visit, NULL, NULL);
  FUZZ_CHECK (read != NULL && read->end >= end);
  FUZZ_CHECK (read->damaged || lseek (read->fd, 0, SEEK_END) == read->end);
  guardian_change_segment_free (read);
  guardian_change_segment_name (NUMBER, name);
  unlinkat (folder, name, 0);
  close (folder);
  rmdir (path);
  return 0;
}

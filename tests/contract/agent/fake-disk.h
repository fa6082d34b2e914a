/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* The files of the fake guardian, in memory. ~ is /home/u, the working folder /home/u/here. */

typedef struct {
  char *path;
  GBytes *content; /* NULL: a folder */
  gsize piece;     /* bytes of one piece */
  gboolean designated;
  gint64 mtime;
} FakeFile;

typedef struct {
  GPtrArray *files; /* of FakeFile */
} FakeDisk;

#define FAKE_DISK_MTIME 1700000000000000 /* 2023-11-14 */

FakeDisk *fake_disk_new (void);
void fake_disk_free (FakeDisk *disk);
/* content NULL: a folder. */
FakeFile *fake_disk_add (FakeDisk *disk, const char *path, GBytes *content);
/* By its path, ~/… and relative ones too; NULL when there is none. */
FakeFile *fake_disk_find (const FakeDisk *disk, const char *path);
/* By its path or by its last element. */
FakeFile *fake_disk_look_up (const FakeDisk *disk, const char *name);
/* What lies below folder, as file.listed has it. */
CardeaJson *fake_disk_list (const FakeDisk *disk, const char *folder, gint64 depth);

/* Does all operations, as objects.md says, or none. The items of file.changed, or NULL and the
 * refusal's code. */
CardeaJson *fake_disk_apply (FakeDisk *disk, const CardeaJson *operations, GBytes *content,
                             const char **ret_code);

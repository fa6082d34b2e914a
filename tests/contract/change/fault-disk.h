/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A FUSE file system over a folder, in a process of its own, that fails or hangs on demand. It has
 * neither files without names nor names that can be exchanged, as many servers. */

typedef enum {
  FAULT_NONE,
  FAULT_CREATE,
  FAULT_WRITE,
  FAULT_FSYNC,
  FAULT_RENAME,
  FAULT_UNLINK,
  FAULT_MKDIR,
  FAULT_CHMOD,
  FAULT_END,
} FaultOperation;

typedef struct {
  gint operation; /* FaultOperation */
  gint number;    /* errno; 0: it hangs until release is set */
  gint skip;      /* so many of these calls go well before */
  gint times;     /* then so many fail */
  gint hits;      /* failed so far */
  gint hangs;     /* hang just now */
  gint release;
} FaultPlan;

typedef struct _FaultDisk FaultDisk;

/* Mounts folder over itself at mount. NULL: not on this machine. */
FaultDisk *fault_disk_new (const char *folder, const char *mount);
void fault_disk_free (FaultDisk *disk);

/* Shared with the file system's process; changed with atomic operations. */
FaultPlan *fault_disk_plan (FaultDisk *disk);
void fault_disk_set (FaultDisk *disk, FaultOperation operation, int number, int skip, int times);

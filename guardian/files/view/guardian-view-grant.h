/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>
#include <sys/types.h>

#define GUARDIAN_VIEW_GRANT_ACTIONS 7u /* of view.ask */

/* What is shared with the program of a view, as the core said. It decides what can be seen and
 * where a write goes; whether something may be done is asked of the core all the same. */
typedef struct {
  char *id;
  char *path; /* bytes, canonical */
  dev_t dev;
  ino_t ino;
  gboolean below;    /* with all below it */
  gboolean writable; /* "rw" */
  guint depth;       /* elements of path */
  guint64 mount;     /* its own; 0: not known */
  gboolean audible;  /* what others change there can be heard (guardian-view-watch.h) */
  /* Ids of the questions whose answers hold for all that is alike below it (guardian-view-alike.h);
   * 0: none. */
  guint64 alike[GUARDIAN_VIEW_GRANT_ACTIONS];
} GuardianViewGrant;

/* {id, path|path_b64, dev, ino, below, access}. NULL: of another form. */
GuardianViewGrant *guardian_view_grant_new (const CardeaJson *json) G_GNUC_WARN_UNUSED_RESULT;
void guardian_view_grant_free (GuardianViewGrant *grant);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianViewGrant, guardian_view_grant_free)

/* path lies in folder, or is it. Both canonical. */
gboolean guardian_view_grant_lies_in (const char *path, const char *folder);

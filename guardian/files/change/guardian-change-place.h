/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-closed.h"

/* Where something is, or is to be: a name in a folder that is held. */

typedef struct {
  char *path;             /* real */
  int fd;                 /* O_PATH; -1: still to be made */
  GuardianFilesInfo info; /* when it is held */
  GuardianFilesId *ids; /* of itself and all folders above, nearest first; of one still to be made:
                           of the folders that are there */
  gsize n_ids;
  gint maker;        /* the operation that makes it; -1: it is there */
  gboolean closed;   /* tier 5 closes it */
  gboolean writable; /* was found to be */
} GuardianChangeFolder;

typedef struct {
  GuardianChangeFolder *folder; /* borrowed from the lookup */
  char *name;
  char *path;                  /* real: the folder's and the name */
  char *via;                   /* what was asked for, when a link led elsewhere; or NULL */
  GuardianFilesObject *object; /* what is there, held; NULL: nothing */
  gboolean closed;             /* tier 5 closes it, under whatever name it was reached */
} GuardianChangePlace;

/* What the places of one transaction share. */
typedef struct {
  const GuardianFilesMounts *mounts;
  GuardianFilesClosed *closed;
  char *home;
  char *folder;        /* where bare names lie; or NULL */
  GPtrArray *folders;  /* owns GuardianChangeFolder */
  GHashTable *by_path; /* as asked and real → folder */
  GuardianFilesWalkMode mode;
  guint64 mount; /* with ERROR_WOULD_BLOCK: as guardian_files_walk() says; else the slow mount that
                    something lies on, or 0 */
} GuardianChangeLookup;

/* mounts: borrowed; home: absolute. */
void guardian_change_lookup_init (GuardianChangeLookup *lookup, const GuardianFilesMounts *mounts,
                                  const char *home, const char *folder);
void guardian_change_lookup_clear (GuardianChangeLookup *lookup);

void guardian_change_place_clear (GuardianChangePlace *place);

typedef enum {
  GUARDIAN_CHANGE_LINKS_FOLLOWED, /* the last name may be a link: what it leads to is meant */
  GUARDIAN_CHANGE_LINKS_REFUSED,
} GuardianChangeLinks;

/* asked: untrusted bytes. FALSE with GUARDIAN_FILES_ERROR; *ret_place still is to be cleared. */
gboolean guardian_change_place_find (GuardianChangeLookup *lookup, const char *asked,
                                     GuardianChangeLinks links, GuardianChangePlace *ret_place,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The folder at path, held. Borrowed from the lookup; NULL with GUARDIAN_FILES_ERROR. */
GuardianChangeFolder *guardian_change_folder_find (GuardianChangeLookup *lookup, const char *path,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From now on the folder at place counts as being there: operation maker will make it. */
void guardian_change_place_will_be (GuardianChangeLookup *lookup, const GuardianChangePlace *place,
                                    guint maker);

/* The folder's path still leads to it, through the same folders as then. */
gboolean guardian_change_folder_holds (const GuardianChangeFolder *folder,
                                       const GuardianFilesMounts *mounts, GError **error);

/* What name leads to in the folder is as it was: the object, its size, times, mode and names; or
 * still nothing. */
gboolean guardian_change_place_holds (const GuardianChangePlace *place,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Places of the file system with a rule of their own: what tier 5 closes, and what is sensitive
 * enough for a deliberate answer. */

typedef enum {
  GUARDIAN_PLACE_CLOSED_READ = 1 << 0,  /* tier 5 for reading and listing */
  GUARDIAN_PLACE_CLOSED_WRITE = 1 << 1, /* tier 5 for changing */
  GUARDIAN_PLACE_SENSITIVE = 1 << 2,    /* asked at tier 3 */
} GuardianPlaceFlags;

typedef struct {
  const char *policy; /* rule id */
  GuardianPlaceFlags flags;
  const char *reason;
} GuardianPlace;

typedef struct _GuardianPlaces GuardianPlaces;

/* own: the guardian's own folders, absolute, NULL-terminated: closed for everything. */
GuardianPlaces *guardian_places_new (const char *const *own);
void guardian_places_free (GuardianPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPlaces, guardian_places_free)

/* The first place with any of flags that path lies in; NULL when there is none. path: canonical
 * bytes. ASCII letters compare in any case: a file system may not tell them apart. */
const GuardianPlace *guardian_places_find (const GuardianPlaces *places, const char *path,
                                           GuardianPlaceFlags flags);

/* The first place with any of flags that would lie below path if path were a folder: whoever moves
 * a folder to that name, or makes a file of it that programs take for the folder, reaches the place
 * without naming it. Places known by one name alone need no such look: they keep their name. */
const GuardianPlace *guardian_places_find_below (const GuardianPlaces *places, const char *path,
                                                 GuardianPlaceFlags flags);

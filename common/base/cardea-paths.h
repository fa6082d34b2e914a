/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Where things live. Every function builds its answer from the environment at each call (nothing
 * is cached), so that two guardians with their own XDG folders never see one another. */

typedef enum {
  CARDEA_PATHS_ERROR_UNSAFE,  /* a folder exists with another owner or with open permissions */
  CARDEA_PATHS_ERROR_FAILED,  /* it could not be made */
  CARDEA_PATHS_ERROR_MISSING, /* a program of ours is not where it must be */
} CardeaPathsError;

#define CARDEA_PATHS_ERROR (cardea_paths_error_quark ())
GQuark cardea_paths_error_quark (void);

typedef enum {
  CARDEA_PATHS_CONFIG, /* $XDG_CONFIG_HOME/cardea */
  CARDEA_PATHS_STATE,  /* $XDG_STATE_HOME/cardea */
  CARDEA_PATHS_DATA,   /* $XDG_DATA_HOME/cardea */
  CARDEA_PATHS_CACHE,  /* $XDG_CACHE_HOME/cardea */
  CARDEA_PATHS_RUNTIME /* $XDG_RUNTIME_DIR/cardea, else /tmp/cardea-UID */
} CardeaPathsKind;

/* The user's home from $HOME, else from the password database. The caller owns it. */
char *cardea_paths_home (void);

/* The folder's name without looking at the disk (XDG Base Directory Specification 0.8: a relative
 * value in the environment is ignored). The caller owns it. */
char *cardea_paths_folder (CardeaPathsKind kind);

/* Makes the folder (0700) when it is missing, checks that it is a real folder of this user that no
 * one else may write, and returns an O_PATH descriptor of it; -1 with an error. ret_path may be
 * NULL. Sockets are reached through /proc/self/fd/N so that their path may be of any length. */
int cardea_paths_open_folder (CardeaPathsKind kind, char **ret_path,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The full path of one of our own programs: beside the running one, else in the installed folder
 * for helpers. Never searched in $PATH. The caller owns it. */
char *cardea_paths_program (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when the process has more privilege than its caller (AT_SECURE): no variable of the
 * environment may then change what a check does, and test seams do not exist. */
gboolean cardea_paths_privileged (void);

/* A test seam's value, NULL when unset or when the process runs with privilege. */
const char *cardea_paths_test_seam (const char *variable);

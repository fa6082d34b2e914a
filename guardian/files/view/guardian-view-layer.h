/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>

/* Files by their whole path, in one of two places: the real one, and the upper layer, a private
 * folder in which a program's own files lie under the same path. A link on the way is never
 * followed; nothing is opened that is neither file nor folder. All functions give -1 or FALSE with
 * errno. */
typedef struct {
  int root; /* O_PATH */
} GuardianViewLayer;

/* A descriptor of path's object itself; flags as of open(). */
int guardian_view_layer_open (const GuardianViewLayer *layer, const char *path, int flags,
                              mode_t mode);
/* The same for one name in the folder that root is. */
int guardian_view_layer_open_name (const GuardianViewLayer *folder, const char *name, int flags,
                                   mode_t mode);
/* Of the folder a path lies in, O_PATH; ret_name points into path. */
int guardian_view_layer_parent (const GuardianViewLayer *layer, const char *path,
                                const char **ret_name);
gboolean guardian_view_layer_stat (const GuardianViewLayer *layer, const char *path,
                                   struct stat *ret_st);

/* Makes the folders above path that are missing, 0700. */
gboolean guardian_view_layer_make_way (const GuardianViewLayer *layer, const char *path);

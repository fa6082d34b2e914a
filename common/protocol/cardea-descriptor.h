/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/protocol/cardea-message-table.h"

#include <glib.h>

/* What a descriptor is, as the kernel sees it. A message declares each of its descriptors as
 * {"type","dev","ino"} (dev and ino are decimal texts); the receiver compares with what came.
 * System calls used: fstat and fcntl; for a pidfd waitid, for a terminal ioctl. */

/* TRUE when fd is of that one type and open as the type asks (never O_PATH). */
gboolean cardea_descriptor_is (int fd, CardeaFdType type);

/* Declares fd as the first type of the mask that it is. NULL when it is none of them. */
CardeaJson *cardea_descriptor_declare (int fd, guint types);

/* TRUE when declared has the form above and a type of the mask. */
gboolean cardea_descriptor_is_declaration (const CardeaJson *declared, guint types);

/* TRUE when fd is exactly what was declared. */
gboolean cardea_descriptor_matches (int fd, const CardeaJson *declared, guint types);

/* The name of one type, as it stands in a declaration; NULL for a mask. */
const char *cardea_descriptor_type_name (CardeaFdType type);

/* A memfd with a copy of bytes, sealed as CARDEA_FD_MEMFD asks; -1 with errno. The caller owns it.
 */
int cardea_descriptor_new_memfd (const char *name, const void *bytes,
                                 gsize size) G_GNUC_WARN_UNUSED_RESULT;
/* Seals one that is filled. */
gboolean cardea_descriptor_seal_memfd (int fd) G_GNUC_WARN_UNUSED_RESULT;

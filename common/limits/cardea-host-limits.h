/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What is kept to with a host beside its name and port (objects.md, Limits): written by the person,
 * an administrator or a policy, carried by the core, kept to by the egress worker. */

#define CARDEA_HOST_LIMITS_LIST 16u /* methods, paths, types */
#define CARDEA_HOST_LIMITS_TEXT 256u
#define CARDEA_HOST_LIMITS_BYTES (G_GINT64_CONSTANT (1) << 50)

typedef struct {
  char **methods;  /* of requests; NULL: any */
  char **paths;    /* what a request's path begins with; NULL: any */
  char **types;    /* of an answer's content, "text/" means all below; NULL: any */
  gint64 sent;     /* bytes of one request's body; 0: no limit, as of all that follow */
  gint64 received; /* bytes of one answer's body */
  gint64 minute;   /* requests in one */
  gint64 session;  /* bytes of bodies, both ways, in a session */
  gint64 hour;     /* the same in an hour */
} CardeaHostLimits;

/* json: untrusted. NULL: a member is unknown or not of its form, or there is none. */
CardeaHostLimits *cardea_host_limits_read (const CardeaJson *json) G_GNUC_WARN_UNUSED_RESULT;
CardeaHostLimits *cardea_host_limits_copy (const CardeaHostLimits *limits); /* NULL: of NULL */
void cardea_host_limits_free (CardeaHostLimits *limits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaHostLimits, cardea_host_limits_free)

/* limits afterwards let through what both did: of numbers the smaller, of lists what lies in both.
 * FALSE: of a list nothing does, or more than fits into one; limits is of no use then. */
gboolean cardea_host_limits_narrow (CardeaHostLimits *limits,
                                    const CardeaHostLimits *other) G_GNUC_WARN_UNUSED_RESULT;

/* The caller owns it. */
CardeaJson *cardea_host_limits_write (const CardeaHostLimits *limits);

gboolean cardea_host_limits_cover_method (const CardeaHostLimits *limits, const char *method);
/* path: of a request, with or without its query. One that a server could read as another (dots,
 * escaped slashes and dots) lies below none but "/". */
gboolean cardea_host_limits_cover_path (const CardeaHostLimits *limits, const char *path);
/* type: as it came, with its parameters; NULL: not said. */
gboolean cardea_host_limits_cover_type (const CardeaHostLimits *limits, const char *type);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/core/guardian-grant-host.h"
#include "guardian/core/guardian-object.h"

#include <glib.h>

/* What a person has shared: consent.md "Grants", written as common/protocol/objects.md says. */

#define GUARDIAN_GRANT_SECONDS_LIMIT (30 * 24 * 3600) /* "always" is this, renewed by use */

typedef enum {
  GUARDIAN_GRANT_DESIGNATED, /* named with -f, dropped, chosen */
  GUARDIAN_GRANT_ANSWER,     /* remembered from a question */
  GUARDIAN_GRANT_COMMAND,    /* grants add */
  GUARDIAN_GRANT_MADE,       /* the task wrote all of the file itself: it may read it back */
  GUARDIAN_GRANT_NARROWED,   /* of a program that an agent runs: listed by it, and allowed */
} GuardianGrantOrigin;

/* Each covers those before it. */
typedef enum {
  GUARDIAN_GRANT_LIST, /* names only */
  GUARDIAN_GRANT_READ,
  GUARDIAN_GRANT_WRITE,
} GuardianGrantLevel;

typedef struct {
  char *id;
  char *agent;   /* whom it is for: an agent's name */
  char *session; /* a task grant; NULL: standing */
  GuardianGrantOrigin origin;
  GuardianGrantHost *host; /* what it is for, in place of a file; NULL: a file or folder */
  GuardianGrantLevel level;
  gboolean is_folder; /* the object is a folder */
  gboolean below;     /* scope "folder": the folder and everything below it */
  char *path;         /* bytes, canonical; NULL: a host */
  GuardianInode inode;
  gint64 created; /* wall clock, microseconds */
  gint64 expires; /* 0: with the session */
  gint64 renew;   /* microseconds an "always" is put off by a use; 0: not */
  gint64 last_used;
  guint uses;
  gint64 bytes;
  char *request;
  gint64 record; /* sequence number; -1: none */
  char *note;
} GuardianGrant;

/* A new one for reading, a folder with all below it, with an id of its own. */
GuardianGrant *guardian_grant_new (const char *agent, const char *session,
                                   GuardianGrantOrigin origin, const char *path,
                                   GuardianInode inode, gboolean is_folder);
/* One of a host, which is taken. */
GuardianGrant *guardian_grant_new_host (const char *agent, const char *session,
                                        GuardianGrantOrigin origin, GuardianGrantHost *host);
GuardianGrant *guardian_grant_copy (const GuardianGrant *grant);
void guardian_grant_free (GuardianGrant *grant);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianGrant, guardian_grant_free)

const char *guardian_grant_scope (const GuardianGrant *grant);  /* "exact", "folder", "host" */
const char *guardian_grant_access (const GuardianGrant *grant); /* "ro", "rw" */

/* TRUE when object is the shared object itself, or lies below a shared folder: by device and inode
 * and by name, both. */
gboolean guardian_grant_covers (const GuardianGrant *grant, const GuardianObject *object);
/* By name only: for what does not exist. */
gboolean guardian_grant_covers_name (const GuardianGrant *grant, const char *path);

/* What policy is told of the grant that covers something: {id, scope, origin, access?,
 * inside?}. The caller
 * owns it. */
CardeaJson *guardian_grant_describe (const GuardianGrant *grant);

CardeaJson *guardian_grant_to_json (const GuardianGrant *grant);
/* NULL when anything is missing or not of its form: stored grants are refused whole. */
GuardianGrant *guardian_grant_from_json (const CardeaJson *json) G_GNUC_WARN_UNUSED_RESULT;

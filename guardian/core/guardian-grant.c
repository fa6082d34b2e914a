/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-grant.h"

#include "guardian/core/guardian-member.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-time.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define ID_BYTES 8
#define KIND_HOST "host"

static const char *const origins[] = {
  [GUARDIAN_GRANT_DESIGNATED] = "designated", [GUARDIAN_GRANT_ANSWER] = "answer",
  [GUARDIAN_GRANT_COMMAND] = "command",       [GUARDIAN_GRANT_MADE] = "made",
  [GUARDIAN_GRANT_NARROWED] = "narrowed",
};

static const char *const levels[] = {
  [GUARDIAN_GRANT_LIST] = "file.list",
  [GUARDIAN_GRANT_READ] = "file.read",
  [GUARDIAN_GRANT_WRITE] = "file.write",
};

static GuardianGrant *
grant_new (const char *agent, const char *session, GuardianGrantOrigin origin)
{
  GuardianGrant *grant = g_new0 (GuardianGrant, 1);
  grant->id = cardea_id_new (ID_BYTES);
  grant->agent = g_strdup (agent);
  grant->session = g_strdup (session);
  grant->origin = origin;
  grant->created = g_get_real_time ();
  grant->record = -1;
  return grant;
}

GuardianGrant *
guardian_grant_new (const char *agent, const char *session, GuardianGrantOrigin origin,
                    const char *path, GuardianInode inode, gboolean is_folder)
{
  GuardianGrant *grant = grant_new (agent, session, origin);
  grant->path = g_strdup (path);
  grant->inode = inode;
  grant->is_folder = is_folder;
  grant->below = is_folder;
  grant->level = GUARDIAN_GRANT_READ;
  return grant;
}

GuardianGrant *
guardian_grant_new_host (const char *agent, const char *session, GuardianGrantOrigin origin,
                         GuardianGrantHost *host)
{
  GuardianGrant *grant = grant_new (agent, session, origin);
  grant->host = host;
  return grant;
}

GuardianGrant *
guardian_grant_copy (const GuardianGrant *grant)
{
  GuardianGrant *copy = g_memdup2 (grant, sizeof *grant);
  copy->id = g_strdup (grant->id);
  copy->agent = g_strdup (grant->agent);
  copy->session = g_strdup (grant->session);
  copy->path = g_strdup (grant->path);
  copy->host = grant->host != NULL ? guardian_grant_host_copy (grant->host) : NULL;
  copy->request = g_strdup (grant->request);
  copy->note = g_strdup (grant->note);
  return copy;
}

void
guardian_grant_free (GuardianGrant *grant)
{
  if (grant == NULL)
    return;
  g_free (grant->id);
  g_free (grant->agent);
  g_free (grant->session);
  g_free (grant->path);
  guardian_grant_host_free (grant->host);
  g_free (grant->request);
  g_free (grant->note);
  g_free (grant);
}

const char *
guardian_grant_scope (const GuardianGrant *grant)
{
  if (grant->host != NULL)
    return guardian_grant_host_scope (grant->host);
  return grant->below ? "folder" : "exact";
}

const char *
guardian_grant_access (const GuardianGrant *grant)
{
  return grant->level >= GUARDIAN_GRANT_WRITE ? "rw" : "ro";
}

gboolean
guardian_grant_covers_name (const GuardianGrant *grant, const char *path)
{
  gsize size = grant->path != NULL ? strlen (grant->path) : 0;
  if (grant->path == NULL)
    return FALSE;
  if (strcmp (grant->path, "/") == 0)
    size = 0;
  if (strncmp (grant->path, path, size) != 0)
    return FALSE;
  return path[size] == '\0' || (grant->below && path[size] == '/');
}

static gboolean
same_inode (const GuardianInode *a, const GuardianInode *b)
{
  return a->dev == b->dev && a->ino == b->ino;
}

gboolean
guardian_grant_covers (const GuardianGrant *grant, const GuardianObject *object)
{
  if (!guardian_grant_covers_name (grant, object->path))
    return FALSE;
  if (same_inode (&grant->inode, &object->inode))
    return strcmp (grant->path, object->path) == 0;
  for (guint i = 0; grant->below && i < object->n_parents; i++)
    if (same_inode (&grant->inode, &object->parents[i]))
      return TRUE;
  return FALSE;
}

CardeaJson *
guardian_grant_describe (const GuardianGrant *grant)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "id", grant->id);
  cardea_json_set_string (json, "scope", guardian_grant_scope (grant));
  if (grant->host != NULL)
    cardea_json_set_string (json, "origin", origins[grant->origin]);
  if (grant->host == NULL)
    cardea_json_set_string (json, "access", guardian_grant_access (grant));
  else if (grant->host->inside)
    cardea_json_set_boolean (json, "inside", TRUE);
  return json;
}

/* What it is for. */
static void
write_matcher (const GuardianGrant *grant, CardeaJson *json)
{
  cardea_json_set_string (json, "scope", guardian_grant_scope (grant));
  if (grant->host != NULL)
    {
      cardea_json_set_string (json, "action", guardian_grant_host_action (grant->host));
      cardea_json_set_string (json, "kind", KIND_HOST);
      guardian_grant_host_write (grant->host, json);
      return;
    }
  cardea_json_set_string (json, "action", levels[grant->level]);
  cardea_json_set_string (json, "access", guardian_grant_access (grant));
  cardea_json_set_string (json, "kind", grant->is_folder ? "folder" : "file");
  cardea_path_json_set (json, "path", grant->path);
  cardea_json_set_int64_string (json, "dev", grant->inode.dev);
  cardea_json_set_int64_string (json, "ino", grant->inode.ino);
}

CardeaJson *
guardian_grant_to_json (const GuardianGrant *grant)
{
  CardeaJson *json = cardea_json_new_object ();
  CardeaJson *subject = cardea_json_new_object ();

  cardea_json_set_string (subject, "agent", grant->agent);
  guardian_member_set_text (subject, "session", grant->session);
  cardea_json_set (json, "subject", subject);
  cardea_json_set_string (json, "id", grant->id);
  write_matcher (grant, json);
  cardea_json_set_string (json, "origin", origins[grant->origin]);
  guardian_member_set_time (json, "created", grant->created);
  guardian_member_set_time (json, "expires", grant->expires);
  guardian_member_set_time (json, "last_used", grant->last_used);
  cardea_json_set_boolean (json, "renewing", grant->renew > 0);
  cardea_json_set_int (json, "uses", grant->uses);
  cardea_json_set_int64_string (json, "bytes", grant->bytes);
  guardian_member_set_text (json, "request", grant->request);
  guardian_member_set_text (json, "note", grant->note);
  if (grant->record >= 0)
    cardea_json_set_int64_string (json, "record", grant->record);
  return json;
}

static gboolean
get_time (const CardeaJson *json, const char *name, gint64 *ret_time)
{
  const char *text = cardea_json_get_string (json, name);
  *ret_time = 0;
  return text == NULL || cardea_time_parse (text, ret_time);
}

static gboolean
get_origin (const CardeaJson *json, GuardianGrantOrigin *ret_origin)
{
  const char *text = cardea_json_get_string (json, "origin");
  for (guint i = 0; i < G_N_ELEMENTS (origins); i++)
    if (g_strcmp0 (text, origins[i]) == 0)
      {
        *ret_origin = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
get_level (const CardeaJson *json, GuardianGrantLevel *ret_level)
{
  const char *text = cardea_json_get_string (json, "action");
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (g_strcmp0 (text, levels[i]) == 0)
      {
        *ret_level = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_matcher (GuardianGrant *grant, const CardeaJson *json)
{
  const char *kind = cardea_json_get_string (json, "kind");
  const char *scope = cardea_json_get_string (json, "scope");

  if (kind == NULL || scope == NULL)
    return FALSE;
  if (strcmp (kind, KIND_HOST) == 0)
    {
      grant->host = guardian_grant_host_read (json);
      return grant->host != NULL && strcmp (scope, guardian_grant_scope (grant)) == 0;
    }
  grant->path = cardea_path_json_get (json, "path");
  grant->is_folder = strcmp (kind, "folder") == 0;
  grant->below = strcmp (scope, "folder") == 0;
  return grant->path != NULL && grant->path[0] == '/' && get_level (json, &grant->level)
         && cardea_json_get_int64_string (json, "dev", &grant->inode.dev)
         && cardea_json_get_int64_string (json, "ino", &grant->inode.ino);
}

GuardianGrant *
guardian_grant_from_json (const CardeaJson *json)
{
  g_autoptr (GuardianGrant) grant = g_new0 (GuardianGrant, 1);
  const CardeaJson *subject = cardea_json_get (json, "subject");
  gboolean renewing = FALSE;
  gint64 uses = 0;

  grant->id = g_strdup (cardea_json_get_string (json, "id"));
  grant->agent = g_strdup (cardea_json_get_string (subject, "agent"));
  grant->session = g_strdup (cardea_json_get_string (subject, "session"));
  grant->request = g_strdup (cardea_json_get_string (json, "request"));
  grant->note = g_strdup (cardea_json_get_string (json, "note"));
  if (!cardea_json_get_int64_string (json, "record", &grant->record))
    grant->record = -1;
  if (grant->id == NULL || grant->agent == NULL || !read_matcher (grant, json)
      || !get_origin (json, &grant->origin)
      || !cardea_json_get_boolean (json, "renewing", &renewing)
      || !cardea_json_get_int (json, "uses", &uses) || uses < 0 || uses > G_MAXINT32
      || !cardea_json_get_int64_string (json, "bytes", &grant->bytes)
      || !get_time (json, "created", &grant->created)
      || !get_time (json, "expires", &grant->expires)
      || !get_time (json, "last_used", &grant->last_used))
    return NULL;
  grant->uses = (guint) uses;
  grant->renew = renewing ? (gint64) GUARDIAN_GRANT_SECONDS_LIMIT * G_USEC_PER_SEC : 0;
  return g_steal_pointer (&grant);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-pool.h"

#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-run.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-session-view.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

#define ID_BYTES 8
#define OPEN_TIMEOUT_MS 10000u
#define BUILD_MS 50u       /* after the program before it was started, or when that has ended */
#define LIMIT_SESSIONS 32u /* with more than these there is enough to do */

struct _GuardianPool {
  GuardianContext *context;
  GPtrArray *spares; /* GuardianSpare, the oldest first */
};

GuardianPool *
guardian_pool_new (GuardianContext *context)
{
  GuardianPool *pool = g_new0 (GuardianPool, 1);

  pool->context = context;
  pool->spares = g_ptr_array_new ();
  return pool;
}

void
guardian_pool_free (GuardianPool *pool)
{
  if (pool == NULL)
    return;
  guardian_pool_clear (pool);
  g_ptr_array_unref (pool->spares);
  g_free (pool);
}

/* --- one --- */

static void describe_view (const GuardianSpare *spare, CardeaMessage *message);
static void view_opened (CardeaMessage *reply, gpointer user_data);
static void proxy_opened (CardeaMessage *reply, gpointer user_data);

/* field: of launch.prepare, for the descriptor that comes back. */
static const struct {
  GuardianWorker worker;
  const char *open;
  const char *opened;
  const char *close;
  const char *field;
  void (*describe) (const GuardianSpare *spare, CardeaMessage *message);
  GuardianWorkersReply reply;
} parts[GUARDIAN_SPARE_PARTS] = {
  [GUARDIAN_SPARE_VIEW] = { GUARDIAN_WORKER_VIEW, "view.open", "view.opened", "view.close", "view",
                            describe_view, view_opened },
  [GUARDIAN_SPARE_PROXY] = { GUARDIAN_WORKER_EGRESS, "egress.open", "egress.opened", "egress.close",
                             "egress", NULL, proxy_opened },
};

void
guardian_spare_free (GuardianSpare *spare)
{
  g_clear_handle_id (&spare->timer, g_source_remove);
  guardian_workers_cancel (spare->context->workers, spare->call);
  for (guint i = 0; i < GUARDIAN_SPARE_PARTS; i++)
    guardian_workers_cancel (spare->context->workers, spare->calls[i]);
  g_clear_pointer (&spare->plan, cardea_message_unref);
  g_free (spare->id);
  g_free (spare->home);
  g_free (spare->profile);
  g_free (spare->sandbox);
  g_free (spare);
}

static void
close_part (const GuardianSpare *spare, GuardianSparePart part)
{
  CardeaMessage *event = cardea_message_new (parts[part].close);

  cardea_message_set_session (event, spare->id);
  guardian_workers_send (spare->context->workers, parts[part].worker, event);
}

void
guardian_spare_drop (GuardianSpare *spare)
{
  if (spare == NULL)
    return;
  if (spare->pool != NULL)
    g_ptr_array_remove (spare->pool->spares, spare);
  for (guint i = 0; i < GUARDIAN_SPARE_PARTS; i++)
    if (spare->has[i])
      close_part (spare, i);
  if (spare->sandbox != NULL)
    {
      CardeaMessage *stop = cardea_message_new ("launch.stop");
      cardea_message_set_request (stop, "spare");
      cardea_message_set_string (stop, "sandbox", spare->sandbox);
      guardian_workers_send (spare->context->workers, GUARDIAN_WORKER_LAUNCH, stop);
    }
  guardian_spare_free (spare);
}

static gboolean
too_old_cb (gpointer user_data)
{
  GuardianSpare *spare = user_data;

  spare->timer = 0;
  guardian_spare_drop (spare);
  return G_SOURCE_REMOVE;
}

/* --- building it: its view and its way out at the same time, then its sandbox --- */

static void
prepared (CardeaMessage *reply, gpointer user_data)
{
  GuardianSpare *spare = user_data;

  spare->call = 0;
  if (reply != NULL && cardea_message_is (reply, "launch.prepared"))
    spare->sandbox = g_strdup (cardea_message_get_string (reply, "sandbox"));
  else
    guardian_spare_drop (spare);
}

static void
prepare (GuardianSpare *spare)
{
  spare->call
      = guardian_workers_call (spare->context->workers, GUARDIAN_WORKER_LAUNCH,
                               g_steal_pointer (&spare->plan), OPEN_TIMEOUT_MS, prepared, spare);
  if (spare->call == 0)
    guardian_spare_drop (spare);
}

/* FALSE: not yet. */
static gboolean
is_open (const GuardianSpare *spare)
{
  for (guint i = 0; i < GUARDIAN_SPARE_PARTS; i++)
    if (spare->calls[i] != 0)
      return FALSE;
  return TRUE;
}

static void
take_opened (GuardianSpare *spare, GuardianSparePart part, CardeaMessage *reply)
{
  spare->calls[part] = 0;
  if (reply == NULL || !cardea_message_is (reply, parts[part].opened))
    {
      guardian_spare_drop (spare);
      return;
    }
  cardea_message_move_fd (spare->plan, parts[part].field, reply, "door");
  if (part == GUARDIAN_SPARE_PROXY)
    cardea_message_set_json (spare->plan, "authority",
                             cardea_json_ref (cardea_message_get_json (reply, "authority")));
  if (is_open (spare))
    prepare (spare);
}

static void
view_opened (CardeaMessage *reply, gpointer user_data)
{
  take_opened (user_data, GUARDIAN_SPARE_VIEW, reply);
}

static void
proxy_opened (CardeaMessage *reply, gpointer user_data)
{
  take_opened (user_data, GUARDIAN_SPARE_PROXY, reply);
}

static void
describe_view (const GuardianSpare *spare, CardeaMessage *message)
{
  static const char *const none[] = { NULL };

  cardea_message_set_path (message, "home", spare->home);
  cardea_message_set_paths (message, "folders", none);
  cardea_message_set_string (message, "mode", "deny");
}

/* Nothing is shared in it: what is decided for its program comes with view.adopt and egress.adopt.
 * FALSE: the worker is down. */
static gboolean
open_part (GuardianSpare *spare, GuardianSparePart part)
{
  CardeaMessage *message = cardea_message_new (parts[part].open);

  cardea_message_set_session (message, spare->id);
  cardea_message_set_json (message, "grants", cardea_json_new_array ());
  if (parts[part].describe != NULL)
    parts[part].describe (spare, message);
  spare->has[part] = TRUE;
  spare->calls[part] = guardian_workers_call (spare->context->workers, parts[part].worker, message,
                                              OPEN_TIMEOUT_MS, parts[part].reply, spare);
  return spare->calls[part] != 0;
}

static gboolean
build_cb (gpointer user_data)
{
  GuardianSpare *spare = user_data;

  spare->begun = TRUE;
  spare->timer = g_timeout_add_seconds (GUARDIAN_POOL_SECONDS, too_old_cb, spare);
  if ((spare->viewed && !open_part (spare, GUARDIAN_SPARE_VIEW))
      || !open_part (spare, GUARDIAN_SPARE_PROXY))
    guardian_spare_drop (spare);
  return G_SOURCE_REMOVE;
}

/* --- all of them --- */

/* As guardian_session_run_open() has it of a usual one. What the session has by now is not asked:
 * the view of a short program may have ended before it was said that it runs. */
static gboolean
wants_view (const GuardianSession *session)
{
  return (session->profile == NULL || !session->profile->own_home)
         && guardian_session_view_possible ();
}

static gboolean
is_like (const GuardianSpare *spare, const GuardianSession *session)
{
  return spare->viewed == wants_view (session)
         && g_strcmp0 (spare->profile, session->profile != NULL ? session->profile->name : NULL)
                == 0
         && strcmp (spare->home, session->home) == 0;
}

static GuardianSpare *
find (const GuardianPool *pool, const GuardianSession *session)
{
  for (guint i = 0; i < pool->spares->len; i++)
    if (is_like (pool->spares->pdata[i], session))
      return pool->spares->pdata[i];
  return NULL;
}

/* What its sandbox is built from is the same for the next: no folder has a place of its own in it,
 * and no service of this computer. */
static gboolean
is_usual (const GuardianSession *session)
{
  g_auto (GStrv) folders = guardian_session_view_folders (session);
  g_autoptr (CardeaJson) loopback = guardian_session_net_loopback (session);

  return session->exec == NULL && folders[0] == NULL && loopback == NULL;
}

void
guardian_pool_like (GuardianPool *pool, GuardianSession *session)
{
  if (pool->context->stopping || !is_usual (session) || find (pool, session) != NULL
      || guardian_session_table_alive (pool->context->sessions) > LIMIT_SESSIONS)
    return;
  while (pool->spares->len >= GUARDIAN_POOL_LIMIT)
    guardian_spare_drop (pool->spares->pdata[0]);
  GuardianSpare *spare = g_new0 (GuardianSpare, 1);
  spare->pool = pool;
  spare->context = pool->context;
  spare->id = cardea_id_new (ID_BYTES);
  spare->home = g_strdup (session->home);
  spare->profile = session->profile != NULL ? g_strdup (session->profile->name) : NULL;
  spare->viewed = wants_view (session);
  spare->plan = guardian_session_run_describe (session, "launch.prepare");
  g_ptr_array_add (pool->spares, spare);
  spare->timer = g_timeout_add (BUILD_MS, build_cb, spare);
}

void
guardian_pool_hurry (GuardianPool *pool)
{
  for (guint i = 0; i < pool->spares->len; i++)
    {
      GuardianSpare *spare = pool->spares->pdata[i];
      if (spare->begun)
        continue;
      g_clear_handle_id (&spare->timer, g_source_remove);
      spare->timer = g_idle_add (build_cb, spare);
    }
}

GuardianSpare *
guardian_pool_take (GuardianPool *pool, const GuardianSession *session)
{
  GuardianSpare *spare = is_usual (session) ? find (pool, session) : NULL;

  if (spare == NULL || spare->sandbox == NULL)
    return NULL;
  g_ptr_array_remove (pool->spares, spare);
  spare->pool = NULL;
  g_clear_handle_id (&spare->timer, g_source_remove);
  return spare;
}

void
guardian_pool_clear (GuardianPool *pool)
{
  while (pool->spares->len > 0)
    guardian_spare_drop (pool->spares->pdata[0]);
}

void
guardian_pool_lost (GuardianPool *pool, const char *name)
{
  for (guint i = 0; name != NULL && i < pool->spares->len; i++)
    {
      GuardianSpare *spare = pool->spares->pdata[i];
      if (strcmp (spare->id, name) == 0 || g_strcmp0 (spare->sandbox, name) == 0)
        {
          guardian_spare_drop (spare);
          return;
        }
    }
}

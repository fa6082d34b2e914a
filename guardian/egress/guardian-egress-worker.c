/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it says and answers; the link, which has checked every field. Refuses:
 * a second proxy of a session; ends the link on a message it does not know. Known gaps: none. */

#include "guardian/egress/guardian-egress-worker.h"

#include "common/base/cardea-autofd.h"
#include "guardian/egress/guardian-egress-login.h"
#include "guardian/egress/guardian-egress-request.h"
#include "guardian/egress/guardian-egress-session.h"
#include "guardian/privsep/guardian-worker-link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT_SESSIONS 64

struct _GuardianEgressWorker {
  GuardianWorkerLink link;
  GuardianEgressContext context;
  GuardianEgressRequests *requests;
  GuardianEgressPoster *poster; /* of logins */
  GuardianEgressLogins *logins;
  GHashTable *sessions; /* id → GuardianEgressSession */
};

static void
send_cb (CardeaMessage *taken, gpointer user_data)
{
  GuardianEgressWorker *worker = user_data;
  g_autoptr (CardeaMessage) message = taken;
  guardian_worker_send (worker->link.channel, message);
}

static void
refuse (GuardianEgressWorker *worker, const CardeaMessage *request, const char *code,
        const char *reason)
{
  send_cb (cardea_message_new_refusal (request, code, reason), worker);
}

/* --- sessions --- */

static void
end_session (GuardianEgressWorker *worker, const char *id)
{
  CardeaMessage *message = cardea_message_new ("egress.ended");

  cardea_message_set_session (message, id);
  g_hash_table_remove (worker->sessions, id); /* what it cuts is told first */
  send_cb (message, worker);
}

static void
ended_cb (GuardianEgressSession *session, gpointer user_data)
{
  g_autofree char *id = g_strdup (guardian_egress_session_id (session));
  end_session (user_data, id);
}

static void
open_session (gpointer data, CardeaMessage *request)
{
  GuardianEgressWorker *worker = data;
  const char *id = cardea_message_session (request);
  int pair[2];

  if (id == NULL || g_hash_table_contains (worker->sessions, id)
      || g_hash_table_size (worker->sessions) >= LIMIT_SESSIONS
      || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
    {
      refuse (worker, request, "busy", "too many programs use the network at the same time");
      return;
    }
  GuardianEgressSession *session = guardian_egress_session_new (
      &worker->context, id, cardea_message_get_json (request, "grants"), pair[0], ended_cb, worker);
  if (session == NULL)
    {
      close (pair[1]);
      refuse (worker, request, "unavailable", "the program's way to the network cannot be served");
      return;
    }
  g_hash_table_insert (worker->sessions, g_strdup (id), session);
  CardeaMessage *reply = cardea_message_new_reply (request, "egress.opened");
  g_autoptr (GBytes) authority
      = guardian_egress_authority_certificate (guardian_egress_session_authority (session));
  cardea_message_set_fd (reply, "door", pair[1]);
  cardea_message_set_bytes (reply, "authority", g_bytes_get_data (authority, NULL),
                            g_bytes_get_size (authority));
  send_cb (reply, worker);
}

static void
adopt_session (gpointer data, CardeaMessage *request)
{
  GuardianEgressWorker *worker = data;
  const char *id = cardea_message_session (request);
  const char *of = cardea_message_get_string (request, "of");
  GuardianEgressSession *session = g_hash_table_lookup (worker->sessions, of);

  if (id == NULL || session == NULL || g_hash_table_contains (worker->sessions, id)
      || !guardian_egress_session_adopt (session, id, cardea_message_get_json (request, "grants")))
    {
      refuse (worker, request, "not-found", "there is no such way out");
      return;
    }
  g_autofree char *former = NULL;
  g_hash_table_steal_extended (worker->sessions, of, (gpointer *) &former, NULL);
  g_hash_table_insert (worker->sessions, g_strdup (id), session);
  send_cb (cardea_message_new_reply (request, "done"), worker);
}

static GuardianEgressSession *
find (const GuardianEgressWorker *worker, const CardeaMessage *message)
{
  const char *id = cardea_message_session (message);
  return id != NULL ? g_hash_table_lookup (worker->sessions, id) : NULL;
}

static void
close_session (gpointer data, CardeaMessage *event)
{
  GuardianEgressWorker *worker = data;
  guardian_egress_requests_close (worker->requests, cardea_message_session (event));
  if (find (worker, event) != NULL)
    end_session (worker, cardea_message_session (event));
}

static void
take_answer (gpointer data, CardeaMessage *event)
{
  GuardianEgressWorker *worker = data;
  GuardianEgressSession *session = find (worker, event);

  if (session != NULL
      && !guardian_egress_looks_answer (guardian_egress_session_looks (session), event)
      && !guardian_egress_badges_answer (guardian_egress_session_badges (session), event))
    guardian_egress_desk_answer (guardian_egress_session_desk (session), event);
}

static void
revoke_grant (gpointer data, CardeaMessage *event)
{
  GuardianEgressWorker *worker = data;
  GHashTableIter iter;
  gpointer session;

  const char *only = cardea_message_session (event);
  gpointer id;

  g_hash_table_iter_init (&iter, worker->sessions);
  while (g_hash_table_iter_next (&iter, &id, &session))
    if (only == NULL || strcmp (id, only) == 0)
      guardian_egress_session_revoke (session, cardea_message_get_string (event, "grant"));
}

/* --- requests and credentials --- */

static void
begin_request (gpointer data, CardeaMessage *request)
{
  GuardianEgressWorker *worker = data;
  guardian_egress_requests_begin (worker->requests, request);
}

static void
stop_request (gpointer data, CardeaMessage *event)
{
  GuardianEgressWorker *worker = data;
  guardian_egress_requests_stop (worker->requests, cardea_message_get_string (event, "target"));
}

static void
take_credential (gpointer data, CardeaMessage *request)
{
  GuardianEgressWorker *worker = data;
  if (guardian_egress_credentials_take (worker->context.credentials, request))
    send_cb (cardea_message_new_reply (request, "done"), worker);
  else
    refuse (worker, request, "unsuitable", "this cannot be sent to any host");
}

static void
begin_login (gpointer data, CardeaMessage *request)
{
  GuardianEgressWorker *worker = data;
  guardian_egress_logins_begin (worker->logins, request);
}

static void
stop_login (gpointer data, CardeaMessage *event)
{
  GuardianEgressWorker *worker = data;
  guardian_egress_logins_stop (worker->logins, cardea_message_get_string (event, "name"));
}

static const GuardianWorkerOperation operations[] = {
  { "egress.open", open_session },          { "egress.close", close_session },
  { "egress.answer", take_answer },         { "egress.revoke", revoke_grant },
  { "egress.request", begin_request },      { "egress.stop", stop_request },
  { "egress.credential", take_credential }, { "egress.login", begin_login },
  { "egress.unlogin", stop_login },         { "egress.adopt", adopt_session },
};

GuardianWorkerLink *
guardian_egress_worker_link (GuardianEgressWorker *worker)
{
  return &worker->link;
}

GuardianEgressWorker *
guardian_egress_worker_new (int names)
{
  cardea_autofd int fd = names;
  GuardianEgressRelays *relays = guardian_egress_relays_new ();

  if (relays == NULL)
    return NULL;
  GuardianEgressWorker *worker = g_new0 (GuardianEgressWorker, 1);

  worker->link = (GuardianWorkerLink){ operations, G_N_ELEMENTS (operations), worker };
  worker->context = (GuardianEgressContext){
    .resolver = guardian_egress_resolver_new (cardea_fd_steal (&fd)),
    .relays = relays,
    .trust = guardian_egress_trust_new (),
    .send = send_cb,
    .user_data = worker,
  };
  worker->context.credentials = guardian_egress_credentials_new (
      worker->context.resolver, worker->context.trust, send_cb, worker);
  worker->poster = guardian_egress_poster_new (worker->context.resolver, worker->context.trust);
  worker->logins = guardian_egress_logins_new (worker->poster, send_cb, worker);
  worker->requests = guardian_egress_requests_new (&worker->context);
  worker->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) guardian_egress_session_free);
  return worker;
}

void
guardian_egress_worker_free (GuardianEgressWorker *worker)
{
  worker->link.channel = NULL;
  g_hash_table_unref (worker->sessions);
  guardian_egress_logins_free (worker->logins);
  guardian_egress_poster_free (worker->poster);
  guardian_egress_requests_free (worker->requests);
  guardian_egress_credentials_free (worker->context.credentials);
  guardian_egress_resolver_free (worker->context.resolver);
  guardian_egress_relays_free (worker->context.relays);
  guardian_egress_trust_free (worker->context.trust);
  g_free (worker);
}

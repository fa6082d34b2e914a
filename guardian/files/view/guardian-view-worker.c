/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it says and answers; the link, which has checked every field. Refuses:
 * a second view of a session; ends the link on a message it does not know. Known gaps: private
 * files lie in clear in the cache folder while a session lives. */

#include "guardian/files/view/guardian-view-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "guardian/files/view/guardian-view-room.h"
#include "guardian/files/view/guardian-view-tell.h"
#include "guardian/files/view/guardian-view.h"
#include "guardian/privsep/guardian-worker-link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_VIEWS 64
#define END_SECONDS 1

struct _GuardianViewWorker {
  GuardianWorkerLink link;
  GHashTable *views;   /* session → Entry */
  GHashTable *stashes; /* session → GuardianViewStash: until the undo store has all of it */
  GuardianViewQuota *quota;
};

/* There until its view has ended. */
typedef struct {
  GuardianViewWorker *worker;
  char *session; /* the main thread's */
  GuardianView *view;
  GuardianViewStash *stash; /* the worker's */
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  guardian_view_end (entry->view);
  guardian_view_unref (entry->view);
  g_free (entry->session);
  g_free (entry);
}

static void
send_message (GuardianViewWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->link.channel, message);
}

/* --- from a view's thread to the main one --- */

typedef struct {
  Entry *entry;
  CardeaMessage *message;
  GuardianViewBatch *batch; /* that the message tells of; or NULL */
  gboolean ended;           /* the view has */
} Post;

static void
post_free (gpointer data)
{
  Post *post = data;

  cardea_message_unref (post->message);
  g_clear_pointer (&post->batch, guardian_view_batch_free);
  g_free (post);
}

/* Nothing puts anything into it any more, and nothing is on its way. */
static void
drop_stash (GuardianViewWorker *worker, const char *session)
{
  const GuardianViewStash *stash = g_hash_table_lookup (worker->stashes, session);

  if (stash != NULL && guardian_view_stash_is_settled (stash)
      && !g_hash_table_contains (worker->views, session))
    g_hash_table_remove (worker->stashes, session);
}

static gboolean
post_cb (gpointer data)
{
  Post *post = data;
  Entry *entry = post->entry;
  GuardianViewWorker *worker = entry->worker;

  if (post->batch != NULL)
    guardian_view_stash_sent (entry->stash, g_steal_pointer (&post->batch));
  cardea_message_set_session (post->message, entry->session);
  send_message (worker, post->message);
  if (post->ended)
    {
      g_autofree char *session = g_strdup (entry->session);
      g_hash_table_remove (worker->views, session);
      drop_stash (worker, session);
    }
  return G_SOURCE_REMOVE;
}

/* In the order in which they were posted. */
static void
to_main (GSourceFunc callback, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, callback, data, destroy);
  g_source_attach (source, NULL);
}

static void
post (Entry *entry, CardeaMessage *taken, GuardianViewBatch *batch, gboolean ended)
{
  const Post value = { entry, taken, batch, ended };

  to_main (post_cb, g_memdup2 (&value, sizeof value), post_free);
}

static void
ask_cb (GuardianView *view, const GuardianViewQuestion *question, gpointer user_data)
{
  post (user_data, guardian_view_tell_question (question), NULL, FALSE);
}

static void
cancel_cb (GuardianView *view, guint64 id, gpointer user_data)
{
  post (user_data, guardian_view_tell_cancelled (id), NULL, FALSE);
}

static void
ended_cb (GuardianView *view, const GuardianViewEnd *end, gpointer user_data)
{
  post (user_data, guardian_view_tell_end (end), NULL, TRUE);
}

static void
did_cb (GuardianView *view, const GuardianViewDid *did, gpointer user_data)
{
  post (user_data, guardian_view_tell_did (did), NULL, FALSE);
}

static void
kept_cb (GuardianView *view, GuardianViewBatch *batch, gpointer user_data)
{
  Entry *entry = user_data;

  post (entry, guardian_view_tell_kept (batch, guardian_view_stash_path (entry->stash)), batch,
        FALSE);
}

static void
propose_cb (GuardianView *view, guint64 id, const char *path, int content, gpointer user_data)
{
  post (user_data, guardian_view_tell_proposal (id, path, content), NULL, FALSE);
}

static void
left_cb (GuardianView *view, CardeaJson *items, gpointer user_data)
{
  post (user_data, guardian_view_tell_left (items), NULL, FALSE);
}

static const GuardianViewHandler view_handler
    = { kept_cb, left_cb, propose_cb, did_cb, ask_cb, cancel_cb, ended_cb };

/* --- view.open --- */

static GPtrArray *
read_grants (const CardeaJson *list)
{
  GPtrArray *grants = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_view_grant_free);

  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      GuardianViewGrant *grant = guardian_view_grant_new (cardea_json_nth (list, i));
      if (grant != NULL)
        g_ptr_array_add (grants, grant);
    }
  return grants;
}

static GuardianView *
make_view (Entry *entry, CardeaMessage *request, int door)
{
  g_autofree char *upper = guardian_view_room_make ();
  g_auto (GStrv) folders = cardea_message_get_paths (request, "folders");
  const GuardianViewPlan plan = {
    .home = cardea_message_get_path (request, "home"),
    .folders = (const char *const *) folders,
    .beginning = cardea_message_get_path (request, "beginning"),
    .deny = g_strcmp0 (cardea_message_get_string (request, "mode"), "deny") == 0,
    .upper = upper,
    .stash = entry->stash,
    .quota = entry->worker->quota,
    .grants = upper != NULL ? read_grants (cardea_message_get_json (request, "grants")) : NULL,
    .heeded = cardea_message_get_json (request, "heeded"),
    .journal = upper != NULL ? cardea_message_take_fd (request, "journal") : -1,
  };

  return upper != NULL ? guardian_view_new (&plan, door, &view_handler, entry) : NULL;
}

static void
refuse (GuardianViewWorker *worker, const CardeaMessage *request, const char *code,
        const char *reason)
{
  g_autoptr (CardeaMessage) refusal = cardea_message_new_refusal (request, code, reason);
  send_message (worker, refusal);
}

static void
open_view (gpointer data, CardeaMessage *request)
{
  GuardianViewWorker *worker = data;
  const char *session = cardea_message_session (request);
  int pair[2] = { -1, -1 };

  if (session == NULL || g_hash_table_contains (worker->views, session)
      || g_hash_table_size (worker->views) >= LIMIT_VIEWS)
    {
      refuse (worker, request, "busy", "too many programs see files at the same time");
      return;
    }
  Entry *entry = g_new0 (Entry, 1);
  entry->worker = worker;
  entry->session = g_strdup (session);
  entry->stash = guardian_view_stash_new ();
  if (entry->stash != NULL
      && socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0)
    entry->view = make_view (entry, request, pair[0]);
  if (entry->view == NULL)
    {
      cardea_fd_clear (&pair[1]);
      g_clear_pointer (&entry->stash, guardian_view_stash_unref);
      g_free (entry->session);
      g_free (entry);
      refuse (worker, request, "unavailable", "the program's files cannot be served");
      return;
    }
  g_hash_table_insert (worker->views, entry->session, entry);
  g_hash_table_insert (worker->stashes, g_strdup (session), entry->stash);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "view.opened");
  cardea_message_set_fd (reply, "door", pair[1]);
  send_message (worker, reply);
}

/* --- view.adopt --- */

typedef struct {
  Entry *entry;
  CardeaMessage *request;
  char *former; /* the entry's name */
  gboolean adopted;
} Adoption;

static void
adoption_free (gpointer data)
{
  Adoption *adoption = data;

  cardea_message_unref (adoption->request);
  g_free (adoption->former);
  g_free (adoption);
}

static void
refuse_adoption (GuardianViewWorker *worker, const CardeaMessage *request)
{
  refuse (worker, request, "not-found", "there is no such view");
}

/* From now on it is spoken of by that name. */
static void
rename_entry (Entry *entry, const char *session)
{
  GuardianViewWorker *worker = entry->worker;
  g_autofree char *former = NULL;

  g_hash_table_steal (worker->views, entry->session);
  g_hash_table_steal_extended (worker->stashes, entry->session, (gpointer *) &former, NULL);
  g_free (entry->session);
  entry->session = g_strdup (session);
  g_hash_table_insert (worker->views, entry->session, entry);
  g_hash_table_insert (worker->stashes, g_strdup (session), entry->stash);
}

/* One that has ended is no session's: what it still says is said of it by its former name. */
static gboolean
answer_adoption_cb (gpointer data)
{
  const Adoption *adoption = data;
  GuardianViewWorker *worker = adoption->entry->worker;

  if (adoption->adopted)
    {
      g_autoptr (CardeaMessage) done = cardea_message_new_reply (adoption->request, "done");
      send_message (worker, done);
    }
  else
    {
      rename_entry (adoption->entry, adoption->former);
      refuse_adoption (worker, adoption->request);
    }
  return G_SOURCE_REMOVE;
}

/* In the view's thread. */
static void
adopted_cb (GuardianView *view, gboolean adopted, gpointer user_data)
{
  Adoption *adoption = user_data;

  adoption->adopted = adopted;
  to_main (answer_adoption_cb, adoption, adoption_free);
}

static void
adopt_view (gpointer data, CardeaMessage *request)
{
  GuardianViewWorker *worker = data;
  const char *session = cardea_message_session (request);
  Entry *entry = g_hash_table_lookup (worker->views, cardea_message_get_string (request, "of"));

  if (session == NULL || entry == NULL || g_hash_table_contains (worker->views, session))
    {
      refuse_adoption (worker, request);
      return;
    }
  const GuardianViewPlan plan = {
    .beginning = cardea_message_get_path (request, "beginning"),
    .deny = g_strcmp0 (cardea_message_get_string (request, "mode"), "deny") == 0,
    .grants = read_grants (cardea_message_get_json (request, "grants")),
    .heeded = cardea_message_get_json (request, "heeded"),
    .journal = cardea_message_take_fd (request, "journal"),
  };
  const Adoption value = { entry, cardea_message_ref (request), g_strdup (entry->session), FALSE };
  Adoption *adoption = g_memdup2 (&value, sizeof value);
  if (guardian_view_adopt (entry->view, &plan, adopted_cb, adoption))
    {
      rename_entry (entry, session);
      return;
    }
  adoption_free (adoption); /* view.ended follows */
  refuse_adoption (worker, request);
}

/* --- the other messages --- */

static GuardianView *
find (const GuardianViewWorker *worker, const CardeaMessage *message)
{
  const char *session = cardea_message_session (message);
  const Entry *entry = session != NULL ? g_hash_table_lookup (worker->views, session) : NULL;

  return entry != NULL ? entry->view : NULL;
}

static void
close_view (gpointer data, CardeaMessage *event)
{
  GuardianViewWorker *worker = data;
  GuardianView *view = find (worker, event);

  if (view != NULL)
    guardian_view_end (view); /* ended_cb follows */
}

static void
take_answer (gpointer data, CardeaMessage *event)
{
  GuardianViewWorker *worker = data;
  /* What a program is told, by the refusal's code. */
  static const struct {
    const char *code;
    int error;
    gboolean lasting;
  } refusals[] = {
    { "denied", EACCES, TRUE },      { "declined", EACCES, TRUE },
    { "unanswered", EACCES, FALSE }, { "unauthorized", EACCES, FALSE },
    { "not-found", ENOENT, FALSE },  { "changed", ESTALE, FALSE },
    { "busy", EAGAIN, FALSE },
  };
  GuardianView *view = find (worker, event);
  const char *code = cardea_message_get_string (event, "code");
  const CardeaJson *grant = cardea_message_get_json (event, "grant");
  guint64 id = 0;
  GuardianViewReply reply = { .refusal = code != NULL ? EIO : 0 };

  if (view == NULL
      || !g_ascii_string_to_unsigned (cardea_message_get_string (event, "id"), 10, 1, G_MAXUINT64,
                                      &id, NULL))
    return;
  for (gsize i = 0; code != NULL && i < G_N_ELEMENTS (refusals); i++)
    if (strcmp (refusals[i].code, code) == 0)
      {
        reply.refusal = refusals[i].error;
        reply.lasting = refusals[i].lasting;
      }
  if (grant != NULL && reply.refusal == 0)
    reply.grant = guardian_view_grant_new (grant);
  reply.alike = reply.grant != NULL && cardea_message_get_boolean (event, "alike");
  guardian_view_answer (view, id, &reply);
}

static void
settle (gpointer data, CardeaMessage *event)
{
  GuardianViewWorker *worker = data;
  const char *session = cardea_message_session (event);
  GuardianViewStash *stash
      = session != NULL ? g_hash_table_lookup (worker->stashes, session) : NULL;
  GuardianView *view = find (worker, event);
  guint64 id = 0;

  if (stash == NULL
      || !g_ascii_string_to_unsigned (cardea_message_get_string (event, "id"), 10, 1, G_MAXUINT64,
                                      &id, NULL))
    return;
  guardian_view_stash_settle (stash, id, cardea_message_get_boolean (event, "kept"));
  if (view != NULL)
    guardian_view_settled (view);
  else
    drop_stash (worker, session);
}

static void
take_judgement (gpointer data, CardeaMessage *event)
{
  GuardianViewWorker *worker = data;
  GuardianView *view = find (worker, event);
  guint64 id = 0;

  if (view != NULL
      && g_ascii_string_to_unsigned (cardea_message_get_string (event, "id"), 10, 1, G_MAXUINT64,
                                     &id, NULL))
    guardian_view_judge (view, id, cardea_message_get_boolean (event, "refused"));
}

static void
forget_decisions (gpointer data, CardeaMessage *event)
{
  GuardianViewWorker *worker = data;
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, worker->views);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    guardian_view_forget (((const Entry *) entry)->view, cardea_message_get_json (event, "heeded"));
}

static void
revoke_grant (gpointer data, CardeaMessage *event)
{
  GuardianViewWorker *worker = data;
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, worker->views);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    guardian_view_revoke (((const Entry *) entry)->view,
                          cardea_message_get_string (event, "grant"));
}

static const GuardianWorkerOperation operations[] = {
  { "view.judged", take_judgement },   { "view.open", open_view },
  { "view.adopt", adopt_view },        { "view.close", close_view },
  { "view.answer", take_answer },      { "view.settled", settle },
  { "view.forget", forget_decisions }, { "view.revoke", revoke_grant },
};

GuardianWorkerLink *
guardian_view_worker_link (GuardianViewWorker *worker)
{
  return &worker->link;
}

GuardianViewWorker *
guardian_view_worker_new (void)
{
  GuardianViewWorker *worker = g_new0 (GuardianViewWorker, 1);

  worker->link = (GuardianWorkerLink){ operations, G_N_ELEMENTS (operations), worker };
  worker->quota = guardian_view_quota_new ();
  worker->views = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  worker->stashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) guardian_view_stash_unref);
  return worker;
}

static gboolean
late_cb (gpointer user_data)
{
  gboolean *late = user_data;
  *late = TRUE;
  return G_SOURCE_REMOVE;
}

void
guardian_view_worker_free (GuardianViewWorker *worker)
{
  GHashTableIter iter;
  gpointer entry;
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (END_SECONDS, late_cb, &late);

  worker->link.channel = NULL;
  g_hash_table_iter_init (&iter, worker->views);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    guardian_view_end (((const Entry *) entry)->view);
  while (!late && g_hash_table_size (worker->views) > 0)
    g_main_context_iteration (NULL, TRUE);
  if (late)
    return; /* a disk does not answer: its thread still needs all this */
  g_source_remove (timer);
  g_hash_table_unref (worker->views);
  g_hash_table_unref (worker->stashes);
  guardian_view_quota_unref (worker->quota);
  g_free (worker);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core; the link, which has checked every field.
 * Refuses: what cannot be confined ("unavailable", naming what is missing); ends the link on a
 * message it does not know.
 * Known gaps: it has neither Landlock nor a list of system calls (guardian-row.c). */

#include "guardian/launch/guardian-launch-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"
#include "guardian/launch/guardian-agent-calls.h"
#include "guardian/launch/guardian-launch-agent.h"
#include "guardian/launch/guardian-launch-identify.h"
#include "guardian/launch/guardian-launch-plans.h"
#include "guardian/launch/guardian-launch-probes.h"
#include "guardian/launch/guardian-launch-programs.h"
#include "guardian/launch/guardian-launch-run.h"
#include "guardian/launch/guardian-launch-tell.h"
#include "guardian/launch/guardian-sandbox.h"
#include "guardian/privsep/guardian-worker-link.h"

#include <string.h>
#include <unistd.h>

#define LIMIT_SANDBOXES 64
#define END_SECONDS 2     /* at the worker's own end */
#define SPARE_SECONDS 600 /* an older one may show files that were replaced meanwhile */

struct _GuardianLaunchWorker {
  GuardianWorkerLink link;
  GHashTable *sandboxes; /* id → Entry */
  GuardianLaunchProbes *probes;
  GuardianLaunchPlans *plans;
  struct _Entry *spare; /* in sandboxes; waits for the next launch.start of its kind */
  guint spare_source;
  char *home; /* of the last session: the next one's, most likely */
  GuardianDigests *digests;
  GuardianCgroupParent *cgroup; /* NULL: not delegated */
  int filter;                   /* the agent's; -1 with reason */
  char *reason;
  GuardianLaunchRun run;
};

typedef struct _Entry {
  GuardianLaunchWorker *worker;
  GuardianSandbox *sandbox;
  char *kind;             /* what it was made of; another kind is no use to a start */
  gint64 made;            /* monotonic, microseconds */
  gboolean prepared;      /* it was a spare */
  CardeaMessage *start;   /* until it is answered; NULL for a spare */
  GPtrArray *stops;       /* requests that wait for the end */
  GuardianPinned *pinned; /* what an agent runs; NULL otherwise */
  gboolean changed;       /* it is not what was shown any more */
  gboolean ahead;         /* of launch.prepare: built from words, and its program comes later */
  GuardianLaunchForm form;
  GuardianLaunchWords words;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->sandbox, guardian_sandbox_free);
  g_clear_pointer (&entry->start, cardea_message_unref);
  g_ptr_array_unref (entry->stops);
  guardian_pinned_free (entry->pinned);
  guardian_launch_words_clear (&entry->words);
  g_free (entry->kind);
  g_free (entry);
}

static Entry *
entry_new (GuardianLaunchWorker *worker)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->worker = worker;
  entry->made = g_get_monotonic_time ();
  entry->stops = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_message_unref);
  return entry;
}

static void
send_message (GuardianLaunchWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->link.channel, message);
}

static void
answer_cb (CardeaMessage *taken, gpointer user_data)
{
  g_autoptr (CardeaMessage) message = taken;
  send_message (user_data, message);
}

static void
refuse (GuardianLaunchWorker *worker, const CardeaMessage *request, const char *code,
        const char *reason)
{
  g_autofree char *line = cardea_text_shorten (reason, GUARDIAN_LAUNCH_TELL_REASON);
  g_autoptr (CardeaMessage) refusal = cardea_message_new_refusal (request, code, line);

  g_message ("no sandbox: %s", line);
  send_message (worker, refusal);
}

/* --- what a sandbox tells --- */

static gboolean
is_agent (const CardeaMessage *start)
{
  return cardea_message_is (start, "launch.start");
}

static gboolean make_spare_cb (gpointer user_data);
static void start_anew (GuardianLaunchWorker *worker, CardeaMessage *request);

/* What was approved is what runs: the last look is taken when all else is ready. */
static gboolean
may_go_cb (GuardianSandbox *sandbox, gpointer user_data, char **ret_reason)
{
  Entry *entry = user_data;
  g_autoptr (GError) error = NULL;

  if (entry->pinned == NULL || guardian_pinned_check (entry->pinned, &error))
    return TRUE;
  entry->changed = TRUE;
  *ret_reason = g_strdup (error->message);
  return FALSE;
}

static void
started_cb (GuardianSandbox *sandbox, gpointer user_data)
{
  Entry *entry = user_data;
  g_autoptr (CardeaMessage) start = g_steal_pointer (&entry->start);
  g_autoptr (CardeaMessage) reply = guardian_launch_tell_started (sandbox, start);

  send_message (entry->worker, reply);
  if (is_agent (start) && entry->worker->spare == NULL && entry->worker->spare_source == 0)
    entry->worker->spare_source = g_idle_add (make_spare_cb, entry->worker);
}

static void
violation_cb (GuardianSandbox *sandbox, const char *call, guint count, pid_t pid,
              gpointer user_data)
{
  const Entry *entry = user_data;
  g_autoptr (CardeaMessage) event = guardian_launch_tell_violation (sandbox, call, count, pid);

  send_message (entry->worker, event);
}

/* What a person named may be no program; when ours does not start, the machine is not fit. */
static const char *
refusal_code (const Entry *entry)
{
  if (entry->changed || (entry->ahead && !guardian_sandbox_may_have_run (entry->sandbox)))
    return "changed";
  return is_agent (entry->start)
             ? "unavailable"
             : guardian_launch_run_code (guardian_sandbox_exec_error (entry->sandbox));
}

static void
ended_cb (GuardianSandbox *sandbox, gboolean was_running, const char *reason, gpointer user_data)
{
  Entry *entry = user_data;
  GuardianLaunchWorker *worker = entry->worker;

  if (worker->spare == entry)
    worker->spare = NULL;
  if (was_running || (entry->ahead && entry->start == NULL))
    {
      g_autoptr (CardeaMessage) event = guardian_launch_tell_exited (sandbox, reason);
      send_message (worker, event);
    }
  else if (entry->start != NULL && entry->prepared && entry->stops->len == 0)
    start_anew (worker, entry->start); /* the spare had gone bad: that is no reason to refuse */
  else if (entry->start != NULL)
    refuse (worker, entry->start, refusal_code (entry), reason);
  for (guint i = 0; i < entry->stops->len; i++)
    {
      g_autoptr (CardeaMessage) done
          = cardea_message_new_reply (g_ptr_array_index (entry->stops, i), "done");
      send_message (worker, done);
    }
  g_hash_table_remove (worker->sandboxes, guardian_sandbox_id (sandbox));
}

static const GuardianSandboxHandler sandbox_handler
    = { may_go_cb, started_cb, violation_cb, ended_cb };

/* --- launch.start --- */

/* In the table, on its way to WAITING; NULL with error. */
static Entry *
make_entry (GuardianLaunchWorker *worker, const char *home, GError **error)
{
  g_auto (GuardianLaunchPrograms) programs = { 0 };
  g_autofree char *kind = NULL;

  if (!guardian_launch_programs_find (&programs, error))
    return NULL;
  kind = guardian_launch_programs_kind (&programs, worker->digests, home, error);
  if (kind == NULL)
    return NULL;
  Entry *entry = entry_new (worker);
  entry->kind = g_steal_pointer (&kind);
  const GuardianLaunchAgent agent
      = { &programs, worker->digests, worker->cgroup, worker->filter, home, entry->made };
  entry->sandbox = guardian_launch_agent_new (&agent, &sandbox_handler, entry, error);
  if (entry->sandbox == NULL)
    {
      entry_free (entry);
      return NULL;
    }
  g_hash_table_insert (worker->sandboxes, g_strdup (guardian_sandbox_id (entry->sandbox)), entry);
  return entry;
}

/* The spare, when it is what a new sandbox would be; otherwise it goes. */
static Entry *
take_spare (GuardianLaunchWorker *worker, const char *home)
{
  Entry *spare = g_steal_pointer (&worker->spare);
  g_auto (GuardianLaunchPrograms) programs = { 0 };
  g_autofree char *kind = NULL;

  if (spare == NULL)
    return NULL;
  if (guardian_launch_programs_find (&programs, NULL))
    kind = guardian_launch_programs_kind (&programs, worker->digests, home, NULL);
  if (g_strcmp0 (kind, spare->kind) == 0
      && guardian_sandbox_state (spare->sandbox) <= GUARDIAN_SANDBOX_WAITING
      && g_get_monotonic_time () - spare->made < SPARE_SECONDS * G_USEC_PER_SEC)
    return spare;
  guardian_sandbox_kill (spare->sandbox);
  return NULL;
}

/* A sandbox takes longer to build than everything else of a session: the next one is built while
 * this one is at work. Nothing runs in it before it is wanted. */
static gboolean
make_spare_cb (gpointer user_data)
{
  GuardianLaunchWorker *worker = user_data;
  g_autoptr (GError) error = NULL;

  worker->spare_source = 0;
  if (worker->link.channel == NULL || g_hash_table_size (worker->sandboxes) >= LIMIT_SANDBOXES)
    return G_SOURCE_REMOVE;
  worker->spare = make_entry (worker, worker->home, &error);
  if (worker->spare == NULL)
    g_debug ("no spare sandbox: %s", error->message);
  return G_SOURCE_REMOVE;
}

static void
go (Entry *entry, CardeaMessage *request)
{
  entry->start = cardea_message_ref (request);
  cardea_json_set_boolean (guardian_sandbox_layers (entry->sandbox), "prepared", entry->prepared);
  guardian_sandbox_go (entry->sandbox);
}

static void
start_anew (GuardianLaunchWorker *worker, CardeaMessage *request)
{
  g_autoptr (GError) error = NULL;

  if (g_hash_table_size (worker->sandboxes) >= LIMIT_SANDBOXES)
    {
      refuse (worker, request, "busy", "too many sandboxes are open at the same time");
      return;
    }
  Entry *entry = make_entry (worker, cardea_message_get_path (request, "home"), &error);
  if (entry == NULL)
    refuse (worker, request, "unavailable", error->message);
  else
    go (entry, request);
}

static void
start (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  const char *home = cardea_message_get_path (request, "home");

  if (worker->filter < 0)
    {
      refuse (worker, request, "unavailable", worker->reason);
      return;
    }
  g_free (worker->home);
  worker->home = g_strdup (home);
  Entry *spare = take_spare (worker, home);
  if (spare == NULL)
    {
      start_anew (worker, request);
      return;
    }
  spare->prepared = TRUE;
  go (spare, request);
}

/* --- launch.prepare and launch.run --- */

/* In the table; NULL: it was refused. */
static Entry *
make_run (GuardianLaunchWorker *worker, CardeaMessage *request, GuardianPinned *pinned,
          gboolean ahead)
{
  g_autoptr (GError) error = NULL;
  const char *code = NULL;
  Entry *entry = entry_new (worker);

  entry->pinned = pinned;
  entry->ahead = entry->form.comes_later = ahead;
  if (g_hash_table_size (worker->sandboxes) >= LIMIT_SANDBOXES)
    {
      entry_free (entry);
      refuse (worker, request, "busy", "too many sandboxes are open at the same time");
      return NULL;
    }
  entry->sandbox
      = guardian_launch_run_start (&worker->run, request, pinned, &entry->form, &entry->words,
                                   &sandbox_handler, entry, &code, &error);
  if (entry->sandbox == NULL)
    {
      entry_free (entry);
      refuse (worker, request, code, error->message);
      return NULL;
    }
  g_hash_table_insert (worker->sandboxes, g_strdup (guardian_sandbox_id (entry->sandbox)), entry);
  return entry;
}

static void
prepare (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  const Entry *entry = make_run (worker, request, NULL, TRUE);

  if (entry == NULL)
    return;
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "launch.prepared");
  cardea_message_set_string (reply, "sandbox", guardian_sandbox_id (entry->sandbox));
  send_message (worker, reply);
}

/* What was prepared and nobody has; NULL: there is none of that name. */
static Entry *
find_ahead (const GuardianLaunchWorker *worker, CardeaMessage *request)
{
  Entry *entry
      = g_hash_table_lookup (worker->sandboxes, cardea_message_get_string (request, "sandbox"));

  return entry != NULL && entry->ahead && entry->start == NULL
                 && guardian_sandbox_state (entry->sandbox) <= GUARDIAN_SANDBOX_WAITING
                 && g_get_monotonic_time () - entry->made < SPARE_SECONDS * G_USEC_PER_SEC
             ? entry
             : NULL;
}

static void
refuse_ahead (GuardianLaunchWorker *worker, CardeaMessage *request)
{
  refuse (worker, request, "changed", "what was prepared is not what is wanted any more");
}

static void
compare (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  const Entry *entry = find_ahead (worker, request);

  if (entry == NULL
      || !guardian_launch_run_fits (&worker->run, request, &entry->form, &entry->words))
    {
      refuse_ahead (worker, request);
      return;
    }
  g_autoptr (CardeaMessage) done = cardea_message_new_reply (request, "done");
  send_message (worker, done);
}

static void
run_ahead (GuardianLaunchWorker *worker, CardeaMessage *request)
{
  Entry *entry = find_ahead (worker, request);
  int gifts[GUARDIAN_HANDOFF_GIFTS];

  if (entry == NULL
      || !guardian_launch_run_adopt (&worker->run, request, &entry->form, &entry->words,
                                     guardian_sandbox_layers (entry->sandbox), gifts))
    {
      refuse_ahead (worker, request);
      return;
    }
  entry->start = cardea_message_ref (request);
  guardian_sandbox_go_gifts (entry->sandbox, gifts);
}

static void
run (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  g_autoptr (GuardianPinned) pinned = NULL;

  if (cardea_message_get_string (request, "sandbox") != NULL)
    {
      run_ahead (worker, request);
      return;
    }
  if (!guardian_launch_plans_take (worker->plans, request, &pinned))
    {
      refuse (worker, request, "changed", "the program is not held any more");
      return;
    }
  Entry *entry = make_run (worker, request, g_steal_pointer (&pinned), FALSE);
  if (entry != NULL)
    go (entry, request);
}

static void
resolve (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  const char *code = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply
      = guardian_launch_plans_resolve (worker->plans, request, &code, &error);

  if (reply != NULL)
    send_message (worker, reply);
  else
    refuse (worker, request, code, error->message);
}

static void
forget (gpointer data, CardeaMessage *event)
{
  GuardianLaunchWorker *worker = data;
  guardian_launch_plans_forget (worker->plans, cardea_message_get_string (event, "plan"));
}

static void
identify (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  const Entry *entry
      = g_hash_table_lookup (worker->sandboxes, cardea_message_get_string (request, "sandbox"));
  g_autoptr (CardeaMessage) reply
      = guardian_launch_identify (entry != NULL ? entry->sandbox : NULL, worker->digests, request);

  send_message (worker, reply);
}

static void
send_signal (gpointer data, CardeaMessage *event)
{
  GuardianLaunchWorker *worker = data;
  const Entry *entry
      = g_hash_table_lookup (worker->sandboxes, cardea_message_get_string (event, "sandbox"));

  if (entry != NULL)
    guardian_sandbox_signal (entry->sandbox, (int) cardea_message_get_int (event, "signal", 0));
}

static void
stop (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  Entry *entry
      = g_hash_table_lookup (worker->sandboxes, cardea_message_get_string (request, "sandbox"));

  if (entry == NULL)
    {
      /* It ended by itself meanwhile: what was wanted is so. */
      g_autoptr (CardeaMessage) done = cardea_message_new_reply (request, "done");
      send_message (worker, done);
      return;
    }
  g_ptr_array_add (entry->stops, cardea_message_ref (request));
  guardian_sandbox_kill (entry->sandbox);
}

static void
probe_machine (gpointer data, CardeaMessage *request)
{
  GuardianLaunchWorker *worker = data;
  guardian_launch_probes_begin (worker->probes, request);
}

static const GuardianWorkerOperation operations[] = {
  { "launch.start", start },         { "launch.run", run },
  { "launch.prepare", prepare },     { "launch.fits", compare },
  { "launch.resolve", resolve },     { "launch.forget", forget },
  { "launch.stop", stop },           { "launch.signal", send_signal },
  { "launch.probe", probe_machine }, { "launch.identify", identify },
};

GuardianWorkerLink *
guardian_launch_worker_link (GuardianLaunchWorker *worker)
{
  return &worker->link;
}

GuardianLaunchWorker *
guardian_launch_worker_new (void)
{
  g_autoptr (GError) error = NULL;
  GuardianLaunchWorker *worker = g_new0 (GuardianLaunchWorker, 1);

  worker->link = (GuardianWorkerLink){ operations, G_N_ELEMENTS (operations), worker };
  worker->sandboxes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  worker->probes = guardian_launch_probes_new (answer_cb, worker);
  worker->plans = guardian_launch_plans_new ();
  worker->digests = guardian_digests_new ();
  worker->cgroup = guardian_cgroup_parent_new (NULL);
  worker->filter = guardian_filter_export (guardian_agent_calls (), &error);
  worker->reason = error != NULL ? g_strdup (error->message) : NULL;
  guardian_launch_run_init (&worker->run, worker->digests, worker->cgroup);
  return worker;
}

static gboolean
give_up_cb (gpointer user_data)
{
  gboolean *late = user_data;
  *late = TRUE;
  return G_SOURCE_REMOVE;
}

static void
end_sandboxes (GuardianLaunchWorker *worker)
{
  GHashTableIter iter;
  gpointer entry;
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (END_SECONDS, give_up_cb, &late);

  g_hash_table_iter_init (&iter, worker->sandboxes);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    guardian_sandbox_kill (((Entry *) entry)->sandbox);
  while (!late && g_hash_table_size (worker->sandboxes) > 0)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);
}

void
guardian_launch_worker_free (GuardianLaunchWorker *worker)
{
  worker->link.channel = NULL;
  worker->spare = NULL;
  if (worker->spare_source != 0)
    g_source_remove (worker->spare_source);
  end_sandboxes (worker);
  g_hash_table_unref (worker->sandboxes);
  guardian_launch_probes_free (worker->probes);
  guardian_launch_plans_free (worker->plans);
  guardian_launch_run_clear (&worker->run);
  guardian_digests_free (worker->digests);
  g_clear_pointer (&worker->cgroup, guardian_cgroup_parent_free);
  cardea_fd_clear (&worker->filter);
  g_free (worker->reason);
  g_free (worker->home);
  g_free (worker);
}

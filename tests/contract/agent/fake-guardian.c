/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/contract/agent/fake-guardian.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-enrol.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_SECONDS 60

struct _FakeGuardian {
  FakeWay way;
  int seconds;
  int fd;
  pid_t pid;
  CardeaAuthority *authority;
  CardeaKey *key;
  CardeaEnrol *enrol;
  CardeaChannel *channel;
  gboolean closed;
  gboolean started;
  FakeDisk *disk;
  FakeModel *model;       /* NULL: offline */
  CardeaJson *operations; /* of the last file.change */
  GPtrArray *steps;       /* of CardeaJson: the data of tool events of the last turn */
  char *trace;            /* of the turn that runs */
  guint sent;             /* turns */
  gboolean stop_on_request;
  GString *answer;
  GString *status;
  char *end;
  char *end_text;
  CardeaJson *end_data;
  char *reason;
  guint reads, closes, renewals, turns, capability, changes, lists;
};

static void
send_message (FakeGuardian *fake, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  if (fake->channel != NULL && cardea_channel_is_open (fake->channel))
    {
      cardea_channel_send (fake->channel, message, &error);
      g_assert_no_error (error);
    }
}

static void
send_refusal (FakeGuardian *fake, const CardeaMessage *request, const char *code,
              const char *reason)
{
  g_autoptr (CardeaMessage) reply = cardea_message_new_refusal (request, code, reason);
  if (fake->way == FAKE_DECLINES_WITH_NOTE || fake->way == FAKE_CHANGE_DECLINES)
    cardea_message_set_string (reply, "note", "not today");
  send_message (fake, reply);
}

static void
stop_turn (FakeGuardian *fake)
{
  g_autoptr (CardeaMessage) stop = cardea_message_new ("chat.stop");
  if (fake->stop_on_request)
    send_message (fake, stop);
}

/* --- files --- */

static int
new_memfd (GBytes *content, gsize offset, gsize size, gsize padding)
{
  int fd = memfd_create ("piece", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  const guint8 *bytes = g_bytes_get_data (content, NULL);
  g_assert_cmpint (fd, >=, 0);
  for (gsize done = 0; done < size;)
    {
      gssize written = write (fd, bytes + offset + done, size - done);
      g_assert_cmpint (written, >, 0);
      done += (gsize) written;
    }
  if (padding > 0)
    g_assert_cmpint (ftruncate (fd, (off_t) (size + padding)), ==, 0);
  g_assert_cmpint (
      fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), ==, 0);
  return fd;
}

static const FakeFile *
find_file (const FakeGuardian *fake, const CardeaMessage *request)
{
  const char *handle = cardea_message_get_string (request, "handle");
  const char *path = cardea_message_get_path (request, "path");
  const char *name = cardea_message_get_path (request, "name");
  if (name != NULL)
    return fake_disk_look_up (fake->disk, name);
  return fake_disk_find (fake->disk, handle != NULL ? handle : path);
}

static void
send_piece (FakeGuardian *fake, const CardeaMessage *request, const FakeFile *file)
{
  gsize total = g_bytes_get_size (file->content);
  gsize offset = (gsize) cardea_message_get_int64 (request, "offset", 0);
  gsize size = fake->way == FAKE_ENDLESS ? 0 : MIN (file->piece, total - MIN (total, offset));
  gsize padding = fake->way == FAKE_HUGE_PIECE ? CARDEA_LIMIT_MEMFD + 1 : 0;
  gboolean end = offset + size >= total && fake->way != FAKE_ENDLESS;
  gint64 mtime
      = fake->way == FAKE_SWAPPED_MIDWAY && offset > 0 ? FAKE_DISK_MTIME + 1 : FAKE_DISK_MTIME;

  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "file.opened");
  cardea_message_set_fd (reply, "content",
                         new_memfd (file->content, MIN (offset, total), size, padding));
  cardea_message_set_string (reply, "handle", file->path);
  cardea_message_set_path (reply, "path", file->path);
  cardea_message_set_int64 (reply, "offset",
                            (gint64) offset + (fake->way == FAKE_WRONG_OFFSET ? 1 : 0));
  cardea_message_set_int64 (reply, "size", (gint64) (total + padding));
  cardea_message_set_int64 (reply, "mtime", mtime);
  cardea_message_set_boolean (reply, "end", end || fake->way == FAKE_LIES_ABOUT_END);
  send_message (fake, reply);
}

static const struct {
  FakeWay way;
  const char *code;
  const char *reason;
} refusals[] = {
  { FAKE_DECLINES, "declined", "The person said no." },
  { FAKE_DECLINES_WITH_NOTE, "declined", "The person said no." },
  { FAKE_DENIES, "denied", "policy keeps bank.csv closed." },
  { FAKE_UNANSWERED, "unanswered", "time ran out" },
  { FAKE_UNAUTHORIZED, "unauthorized", "expired" },
  { FAKE_NOT_FOUND, "not-found", "there is no bank.csv" },
  { FAKE_AMBIGUOUS, "ambiguous", "several" },
  { FAKE_BUSY, "busy", "limit" },
  { FAKE_UNAVAILABLE, "unavailable", "the files worker has died" },
  { FAKE_INTERNAL, "internal", "oh" },
};

/* TRUE: the misbehaviour was the answer. */
static gboolean
misbehave (FakeGuardian *fake, const CardeaMessage *request)
{
  gboolean midway = cardea_message_get_int64 (request, "offset", 0) > 0;
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (fake->way == refusals[i].way)
      {
        send_refusal (fake, request, refusals[i].code, refusals[i].reason);
        return TRUE;
      }
  if (fake->way == FAKE_CLOSES_AT_ONCE || (fake->way == FAKE_CLOSES_MIDWAY && midway))
    cardea_channel_close (fake->channel);
  else if (fake->way == FAKE_CHANGED_MIDWAY && midway)
    send_refusal (fake, request, "changed", "it changed");
  else if (fake->way == FAKE_REVOKED_MIDWAY && midway)
    send_refusal (fake, request, "declined", "taken back");
  else if (fake->way == FAKE_OTHER_REPLY)
    {
      g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "done");
      send_message (fake, reply);
    }
  else
    return fake->way == FAKE_NEVER_ANSWERS;
  return TRUE;
}

/* A renewal may be on its way while the agent asks with the capability before. */
static void
check_action (const FakeGuardian *fake, const CardeaMessage *message)
{
  const char *capability = cardea_json_get_string (cardea_message_body (message), "cap");
  g_assert_nonnull (capability);
  g_assert_true (g_str_has_prefix (capability, "capability-"));
  guint64 number = g_ascii_strtoull (capability + strlen ("capability-"), NULL, 10);
  g_assert_cmpuint (number, <=, fake->capability);
  g_assert_cmpuint (number + 1, >=, fake->capability);
  if (fake->trace != NULL)
    g_assert_cmpstr (cardea_message_trace (message), ==, fake->trace);
}

static void
handle_read (FakeGuardian *fake, CardeaMessage *message)
{
  const FakeFile *file = find_file (fake, message);
  fake->reads++;
  check_action (fake, message);
  if (cardea_message_get_string (message, "handle") == NULL)
    {
      g_free (fake->reason);
      fake->reason = g_strdup (cardea_message_get_string (message, "reason"));
    }
  stop_turn (fake);
  if (misbehave (fake, message))
    return;
  if (file == NULL)
    send_refusal (fake, message, "not-found", "no file is called so");
  else
    send_piece (fake, message, file);
}

static void
handle_list (FakeGuardian *fake, CardeaMessage *message)
{
  gint64 depth = cardea_message_get_int (message, "depth", 1);
  fake->lists++;
  check_action (fake, message);
  if (misbehave (fake, message))
    return;
  const char *path = cardea_message_get_path (message, "path");
  g_autofree char *real = g_str_has_prefix (path, "~/")
                              ? g_build_filename ("/home/u", path + 2, NULL)
                              : g_strdup (path);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (message, "file.listed");
  cardea_message_set_path (reply, "path", real);
  cardea_message_set_json (reply, "entries", fake_disk_list (fake->disk, path, depth));
  cardea_message_set_boolean (reply, "truncated", fake->way == FAKE_TRUNCATES && depth > 1);
  send_message (fake, reply);
}

static void
handle_search (FakeGuardian *fake, CardeaMessage *message)
{
  check_action (fake, message);
  if (misbehave (fake, message))
    return;
  CardeaJson *match = cardea_json_new_object (), *matches = cardea_json_new_array ();
  cardea_json_set_string (match, "name", "notes.txt");
  cardea_json_set_int (match, "line", 7);
  cardea_json_set_string (match, "text", "the rent is due");
  cardea_json_append (matches, match);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (message, "file.found");
  cardea_message_set_path (reply, "path", cardea_message_get_path (message, "path"));
  cardea_message_set_json (reply, "matches", matches);
  cardea_message_set_boolean (reply, "truncated", FALSE);
  send_message (fake, reply);
}

/* --- changes --- */

static const struct {
  FakeWay way;
  const char *code;
  const char *reason;
} change_refusals[] = {
  { FAKE_CHANGE_DECLINES, "declined", "The person said no." },
  { FAKE_CHANGE_DENIES, "denied", "the system's own files are closed to every agent." },
  { FAKE_CHANGE_UNANSWERED, "unanswered", "time ran out" },
  { FAKE_CHANGE_CHANGED, "changed", "it is not what it was" },
  { FAKE_CHANGE_BUSY, "busy", "limit" },
  { FAKE_CHANGE_UNAVAILABLE, "unavailable", "the disk is full" },
};

static GBytes *
read_content (CardeaMessage *message)
{
  int fd = cardea_message_peek_fd (message, "content");
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 block[4096];
  gssize size = 1;
  while (fd >= 0 && size > 0)
    {
      size = pread (fd, block, sizeof block, all->len);
      g_assert_cmpint (size, >=, 0);
      g_byte_array_append (all, block, (guint) size);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

static void
send_changed (FakeGuardian *fake, const CardeaMessage *request, CardeaJson *items)
{
  CardeaJson *sent = items;
  if (fake->way == FAKE_CHANGE_FEWER_ITEMS)
    {
      cardea_json_unref (items);
      sent = cardea_json_new_array ();
    }
  if (fake->way == FAKE_CHANGE_RELATIVE)
    cardea_json_set_string (cardea_json_nth (sent, 0), "path", "notes.txt");
  g_autofree char *id = g_strdup_printf ("change-%u", fake->changes);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "file.changed");
  cardea_message_set_string (reply, "change", id);
  cardea_message_set_boolean (reply, "undoable", fake->way != FAKE_CHANGE_FOR_GOOD);
  cardea_message_set_json (reply, "items", sent);
  send_message (fake, reply);
}

/* TRUE: the misbehaviour was the answer. */
static gboolean
misbehave_changing (FakeGuardian *fake, const CardeaMessage *request)
{
  for (gsize i = 0; i < G_N_ELEMENTS (change_refusals); i++)
    if (fake->way == change_refusals[i].way)
      {
        send_refusal (fake, request, change_refusals[i].code, change_refusals[i].reason);
        return TRUE;
      }
  if (fake->way == FAKE_CHANGE_CLOSES)
    cardea_channel_close (fake->channel);
  else if (fake->way == FAKE_CHANGE_OTHER_REPLY)
    {
      g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "done");
      send_message (fake, reply);
    }
  else
    return fake->way == FAKE_CHANGE_NEVER_ANSWERS;
  return TRUE;
}

static void
handle_change (FakeGuardian *fake, CardeaMessage *message)
{
  const char *code;
  check_action (fake, message);
  g_autoptr (GBytes) content = read_content (message);
  g_clear_pointer (&fake->operations, cardea_json_unref);
  fake->operations = cardea_json_ref (cardea_message_get_json (message, "operations"));
  fake->changes++;
  g_free (fake->reason);
  fake->reason = g_strdup (cardea_message_get_string (message, "reason"));
  stop_turn (fake);
  if (misbehave_changing (fake, message))
    return;
  CardeaJson *items = fake_disk_apply (fake->disk, fake->operations, content, &code);
  if (items == NULL)
    send_refusal (fake, message, code,
                  strcmp (code, "unsuitable") == 0 ? "there is something of that name already"
                                                   : "there is no such file or folder");
  else
    send_changed (fake, message, items);
}

/* --- the session --- */

static CardeaJson *
new_files (const FakeGuardian *fake)
{
  CardeaJson *files = cardea_json_new_array ();
  for (guint i = 0; i < fake->disk->files->len; i++)
    {
      const FakeFile *file = fake->disk->files->pdata[i];
      if (!file->designated)
        continue;
      g_autofree char *name = g_path_get_basename (file->path);
      CardeaJson *one = cardea_json_new_object ();
      cardea_json_set_string (one, "path", file->path);
      cardea_json_set_string (one, "name", name);
      cardea_json_set_string (one, "kind", file->content != NULL ? "file" : "folder");
      cardea_json_append (files, one);
    }
  return files;
}

static void
set_capability (FakeGuardian *fake, CardeaMessage *reply)
{
  g_autofree char *capability = g_strdup_printf ("capability-%u", ++fake->capability);
  cardea_message_set_string (reply, "capability", capability);
  cardea_message_set_int (reply, "seconds", fake->seconds);
}

static void
handle_ready (FakeGuardian *fake, CardeaMessage *message)
{
  if (fake->way == FAKE_NO_SESSION)
    {
      send_refusal (fake, message, "unavailable", "the keys are locked");
      return;
    }
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (message, "agent.start");
  set_capability (fake, reply);
  cardea_message_set_json (reply, "files", cardea_json_new_array ());
  if (fake->model != NULL)
    cardea_message_set_json (reply, "endpoint", fake_model_endpoint (fake->model));
  cardea_message_set_session (reply, "0123456789abcdef");
  send_message (fake, reply);
  fake->started = TRUE;
}

static void
handle_renew (FakeGuardian *fake, CardeaMessage *message)
{
  g_autofree char *capability = g_strdup_printf ("capability-%u", fake->capability);
  g_assert_cmpstr (cardea_message_get_string (message, "capability"), ==, capability);
  fake->renewals++;
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (message, "capability.issued");
  set_capability (fake, reply);
  send_message (fake, reply);
}

static void
handle_close (FakeGuardian *fake, CardeaMessage *message)
{
  fake->closes++;
  check_action (fake, message);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (message, "done");
  send_message (fake, reply);
}

static void
handle_event (FakeGuardian *fake, CardeaMessage *message)
{
  const char *kind = cardea_message_get_string (message, "kind");
  const char *text = cardea_message_get_string (message, "text");
  g_assert_nonnull (cardea_message_trace (message));
  g_assert_cmpstr (cardea_message_session (message), ==, "0123456789abcdef");
  if (strcmp (kind, "tool") == 0)
    g_ptr_array_add (fake->steps, cardea_json_ref (cardea_message_get_json (message, "data")));
  if (strcmp (kind, "delta") == 0)
    {
      g_string_append (fake->answer, text);
      if (fake->model != NULL)
        stop_turn (fake);
    }
  else if (strcmp (kind, "status") == 0)
    g_string_assign (fake->status, text);
  if (strcmp (kind, "done") != 0 && strcmp (kind, "refused") != 0 && strcmp (kind, "failed") != 0)
    return;
  g_free (fake->end);
  g_free (fake->end_text);
  g_clear_pointer (&fake->end_data, cardea_json_unref);
  fake->end = g_strdup (kind);
  fake->end_text = g_strdup (text);
  if (cardea_message_get_json (message, "data") != NULL)
    fake->end_data = cardea_json_ref (cardea_message_get_json (message, "data"));
  fake->turns++;
}

static void
handle_request (FakeGuardian *fake, CardeaMessage *message)
{
  g_assert_nonnull (fake->model);
  check_action (fake, message);
  if (!fake_model_request (fake->model, message, fake->channel))
    stop_turn (fake);
}

static void
handle_cancel (FakeGuardian *fake, CardeaMessage *message)
{
  fake_model_cancel (fake->model, message);
}

static const struct {
  const char *name;
  void (*handle) (FakeGuardian *fake, CardeaMessage *message);
} handlers[] = {
  { "agent.ready", handle_ready },   { "capability.renew", handle_renew },
  { "file.read", handle_read },      { "file.close", handle_close },
  { "file.list", handle_list },      { "file.search", handle_search },
  { "file.change", handle_change },  { "chat.event", handle_event },
  { "net.request", handle_request }, { "net.cancel", handle_cancel },
};

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (cardea_message_is (message, handlers[i].name))
      {
        handlers[i].handle (data, message);
        return;
      }
  g_test_message ("unexpected: %s", cardea_message_name (message));
  g_test_fail ();
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer data)
{
  ((FakeGuardian *) data)->closed = TRUE;
}

/* --- enrolment --- */

static GBytes *
issue (FakeGuardian *fake, GBytes *spki, const char *role)
{
  g_autoptr (GError) error = NULL;
  GBytes *certificate = cardea_authority_issue (fake->authority, g_bytes_get_data (spki, NULL),
                                                g_bytes_get_size (spki), role, "test", &error);
  g_assert_no_error (error);
  return certificate;
}

static void
begin_channel (FakeGuardian *fake)
{
  static const CardeaChannelHandler handler = { message_cb, NULL, closed_cb };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) spki = cardea_key_spki (fake->key, &error);
  g_autoptr (GBytes) own = issue (fake, spki, "guardian");
  g_autoptr (GBytes) root = cardea_authority_certificate (fake->authority);
  g_autoptr (CardeaTls) tls = cardea_tls_new (fake->key, own, root, &error);
  g_assert_no_error (error);
  fake->channel = cardea_channel_new (fake->fd, CARDEA_CHANNEL_TLS_SERVER, tls, CARDEA_ROLE_CORE,
                                      CARDEA_ROLE_AGENT, &handler, fake);
  cardea_channel_attach (fake->channel, NULL);
}

static void
asked_cb (CardeaEnrol *enrol, GBytes *spki, gpointer data)
{
  FakeGuardian *fake = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) certificate = issue (fake, spki, "agent");
  g_autoptr (GBytes) root = cardea_authority_certificate (fake->authority);
  gboolean answered = cardea_enrol_answer (enrol, certificate, root, &error);
  g_assert_no_error (error);
  g_assert_true (answered);
  g_clear_pointer (&fake->enrol, cardea_enrol_cancel);
  begin_channel (fake);
}

static void
failed_cb (CardeaEnrol *enrol, const GError *error, gpointer data)
{
  FakeGuardian *fake = data;
  g_clear_pointer (&fake->enrol, cardea_enrol_cancel);
  fake->closed = TRUE;
}

static pid_t
start_agent (const char *program, int fd)
{
  pid_t pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid > 0)
    return pid;
  if (fd == 3)
    fcntl (fd, F_SETFD, 0);
  else
    dup2 (fd, 3);
  execl (program, "cardea-agent", NULL);
  _exit (127);
}

FakeGuardian *
fake_guardian_new (const char *program, FakeWay way, int seconds)
{
  static const CardeaEnrolHandler handler = { asked_cb, failed_cb };
  g_autoptr (GError) error = NULL;
  int pair[2];
  FakeGuardian *fake = g_new0 (FakeGuardian, 1);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  fake->way = way;
  fake->seconds = seconds;
  fake->fd = pair[0];
  fake->authority = cardea_authority_new (&error);
  g_assert_no_error (error);
  fake->key = cardea_key_new (&error);
  g_assert_no_error (error);
  fake->disk = fake_disk_new ();
  fake->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_json_unref);
  fake->answer = g_string_new (NULL);
  fake->status = g_string_new (NULL);
  fake->pid = start_agent (program, pair[1]);
  close (pair[1]);
  fake->enrol = cardea_enrol_serve (pair[0], &handler, fake);
  return fake;
}

int
fake_guardian_free (FakeGuardian *fake)
{
  int status = 0;
  if (fake->channel != NULL)
    {
      if (cardea_channel_is_open (fake->channel))
        cardea_channel_close (fake->channel);
      for (int i = 0; i < 100 && !fake->closed; i++)
        g_main_context_iteration (NULL, FALSE);
    }
  g_clear_pointer (&fake->enrol, cardea_enrol_cancel);
  g_clear_pointer (&fake->channel, cardea_channel_unref);
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  pid_t ended = 0;
  while (ended == 0 && g_get_monotonic_time () < deadline)
    {
      ended = waitpid (fake->pid, &status, WNOHANG);
      if (ended == 0)
        g_usleep (2000);
    }
  if (ended == 0)
    {
      kill (fake->pid, SIGKILL);
      waitpid (fake->pid, &status, 0);
      g_test_message ("the agent did not end by itself");
      g_test_fail ();
    }
  cardea_authority_free (fake->authority);
  cardea_key_free (fake->key);
  fake_disk_free (fake->disk);
  g_ptr_array_unref (fake->steps);
  g_clear_pointer (&fake->operations, cardea_json_unref);
  g_string_free (fake->answer, TRUE);
  g_string_free (fake->status, TRUE);
  g_free (fake->trace);
  g_free (fake->end);
  g_free (fake->end_text);
  g_free (fake->reason);
  g_clear_pointer (&fake->end_data, cardea_json_unref);
  g_free (fake);
  return status;
}

void
fake_guardian_add_file (FakeGuardian *fake, const char *path, GBytes *content, gsize piece,
                        gboolean designated)
{
  FakeFile *file = fake_disk_add (fake->disk, path, content);
  file->piece = piece;
  file->designated = designated;
}

FakeDisk *
fake_guardian_disk (const FakeGuardian *fake)
{
  return fake->disk;
}

static gboolean
late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
run_until (FakeGuardian *fake, guint turns, gboolean started)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (DEADLINE_SECONDS, late_cb, &late);
  while (!fake->closed && !late && (started ? fake->turns < turns : !fake->started))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  g_assert_false (late);
}

void
fake_guardian_send (FakeGuardian *fake, const char *text)
{
  run_until (fake, 0, FALSE);
  g_autofree char *trace = cardea_id_new (16);
  if (fake->sent++ == fake->turns)
    {
      g_free (fake->trace);
      fake->trace = g_strdup (trace);
    }
  g_autoptr (CardeaMessage) user = cardea_message_new ("chat.user");
  cardea_message_set_string (user, "text", text);
  cardea_message_set_json (user, "files", new_files (fake));
  cardea_message_set_trace (user, trace);
  cardea_message_set_session (user, "0123456789abcdef");
  send_message (fake, user);
}

void
fake_guardian_wait_turns (FakeGuardian *fake, guint turns)
{
  run_until (fake, turns, TRUE);
}

const char *
fake_guardian_ask (FakeGuardian *fake, const char *text)
{
  guint turns = fake->turns;
  g_string_truncate (fake->answer, 0);
  g_ptr_array_set_size (fake->steps, 0);
  fake_guardian_send (fake, text);
  run_until (fake, turns + 1, TRUE);
  return fake->turns > turns ? fake->end : "lost";
}

const char *
fake_guardian_ask_and_stop (FakeGuardian *fake, const char *text)
{
  fake->stop_on_request = TRUE;
  const char *end = fake_guardian_ask (fake, text);
  fake->stop_on_request = FALSE;
  return end;
}

void
fake_guardian_idle (FakeGuardian *fake, guint milliseconds)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add (milliseconds, late_cb, &late);
  run_until (fake, 0, FALSE);
  while (!late && !fake->closed)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

const char *
fake_guardian_answer (const FakeGuardian *fake)
{
  return fake->answer->str;
}

const char *
fake_guardian_end_text (const FakeGuardian *fake)
{
  return fake->end_text;
}

const char *
fake_guardian_status (const FakeGuardian *fake)
{
  return fake->status->str;
}

const CardeaJson *
fake_guardian_end_data (const FakeGuardian *fake)
{
  return fake->end_data;
}

const char *
fake_guardian_reason (const FakeGuardian *fake)
{
  return fake->reason;
}

guint
fake_guardian_reads (const FakeGuardian *fake)
{
  return fake->reads;
}

guint
fake_guardian_closes (const FakeGuardian *fake)
{
  return fake->closes;
}

guint
fake_guardian_renewals (const FakeGuardian *fake)
{
  return fake->renewals;
}

guint
fake_guardian_turns (const FakeGuardian *fake)
{
  return fake->turns;
}

int
fake_guardian_pid (const FakeGuardian *fake)
{
  return fake->pid;
}

void
fake_guardian_set_model (FakeGuardian *fake, FakeModel *model)
{
  fake->model = model;
}

void
fake_guardian_set_way (FakeGuardian *fake, FakeWay way)
{
  fake->way = way;
}

const CardeaJson *
fake_guardian_operations (const FakeGuardian *fake)
{
  return fake->operations;
}

const GPtrArray *
fake_guardian_steps (const FakeGuardian *fake)
{
  return fake->steps;
}

guint
fake_guardian_changes (const FakeGuardian *fake)
{
  return fake->changes;
}

guint
fake_guardian_lists (const FakeGuardian *fake)
{
  return fake->lists;
}

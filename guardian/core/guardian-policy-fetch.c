/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the administrator's file for where bundles are, and nobody for what comes from there: it
 * goes the way of a bundle that was found in the folder, and must be signed with the key beside it.
 * Refuses to do without: a source of which there never was a bundle refuses all policies, one that
 * cannot be reached leaves the last good bundle in force. Known gap: an older bundle that was
 * signed once is taken again.
 */

#include "guardian/core/guardian-policy-fetch.h"

#include "guardian/core/guardian-policy-change.h"
#include "guardian/core/guardian-policy-loader.h"
#include "guardian/core/guardian-record.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/crypto/cardea-digest.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "bundles"
#define CALL_TIMEOUT_MS 60000u
#define QUIET_SECONDS 30
#define AGAIN_SECONDS 5u /* after a failure; then longer and longer */
#define BUSY_SECONDS 1u
#define LIMIT_ETAG 512u
#define PIECE 65536u

/* One a source, as long as it is named. */
typedef struct {
  GuardianPolicyFetch *fetch;
  char *name;
  char *url;
  guint seconds;
  gboolean named; /* by the files that were read last */
  guint timer;
  guint call;
  guint failures; /* in a row */
  GBytes *good;   /* what was in force last; NULL: not looked for yet, or none */
  char *etag;     /* of good; NULL: not known */
  GBytes *fresh;  /* to be tried */
  char *bad;      /* digest of what was tried in vain, and is not again; NULL */
  char *fresh_etag;
  int body; /* that still comes; -1 */
  guint watch;
  GByteArray *bytes;
} Source;

struct _GuardianPolicyFetch {
  GuardianContext *context;
  char *folder;
  GPtrArray *sources;
  gboolean incomplete; /* of a source there is nothing yet: what others brought waits */
  char *before;        /* the revision, while something fresh is tried */
  guint again;         /* to try it, when something else was being loaded */
  char *said;          /* the last problem that was recorded */
};

static void ask (Source *source);

static void
stop_reading (Source *source)
{
  g_clear_handle_id (&source->watch, g_source_remove);
  cardea_fd_clear (&source->body);
  g_clear_pointer (&source->bytes, g_byte_array_unref);
}

static void
source_free (gpointer data)
{
  Source *source = data;

  stop_reading (source);
  g_clear_handle_id (&source->timer, g_source_remove);
  guardian_workers_cancel (source->fetch->context->workers, source->call);
  g_clear_pointer (&source->good, g_bytes_unref);
  g_clear_pointer (&source->fresh, g_bytes_unref);
  g_free (source->bad);
  g_free (source->etag);
  g_free (source->fresh_etag);
  g_free (source->name);
  g_free (source->url);
  g_free (source);
}

/* --- when --- */

static gboolean
due_cb (gpointer user_data)
{
  Source *source = user_data;

  source->timer = 0;
  ask (source);
  return G_SOURCE_REMOVE;
}

static void
plan (Source *source, guint seconds)
{
  g_clear_handle_id (&source->timer, g_source_remove);
  source->timer
      = seconds > 0 ? g_timeout_add_seconds (seconds, due_cb, source) : g_idle_add (due_cb, source);
}

/* The same trouble is one record, however often it comes. */
static void
note_problem (GuardianPolicyFetch *fetch, const char *text)
{
  g_autoptr (GError) problem
      = g_error_new_literal (CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_BUNDLE, text);
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (fetch->said, text) == 0)
    return;
  g_free (fetch->said);
  fetch->said = g_strdup (text);
  g_warning ("%s", text);
  if (!guardian_record_policy (fetch->context->audit, fetch->context->policy, problem, &error))
    g_warning ("the log cannot be written: %s", error->message);
}

static void
fail (Source *source, const char *why)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", source->url, why);
  guint shift = MIN (source->failures, 8u);

  source->failures++;
  stop_reading (source);
  plan (source, MIN (source->seconds, AGAIN_SECONDS << shift));
  note_problem (source->fetch, text);
}

/* --- what there is --- */

static char *
path_of (const Source *source)
{
  g_autofree char *key = g_strdup_printf ("%s %s", source->name, source->url);
  g_autofree char *digest = cardea_digest_sha256_hex (key, strlen (key));
  g_autofree char *file = g_strdup_printf ("%s.tar.gz", digest);
  return g_build_filename (source->fetch->folder, file, NULL);
}

static void
read_good (Source *source)
{
  g_autofree char *path = path_of (source);
  cardea_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size <= 0
      || st.st_size > (off_t) CARDEA_POLICY_MAX_BUNDLE)
    return;
  g_autofree char *bytes = g_malloc ((gsize) st.st_size);
  if (pread (fd, bytes, (gsize) st.st_size, 0) == st.st_size)
    source->good = g_bytes_new_take (g_steal_pointer (&bytes), (gsize) st.st_size);
}

static void
write_good (const Source *source)
{
  g_autofree char *path = path_of (source);
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  const char *bytes = g_bytes_get_data (source->good, &size);

  if (g_mkdir_with_parents (source->fetch->folder, 0700) != 0
      || !g_file_set_contents_full (path, bytes, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT,
                                    0600, &error))
    g_warning ("a bundle is not kept for the next start: %s",
               error != NULL ? error->message : g_strerror (errno));
}

/* --- trying what came --- */

static void
loaded (const GError *problem, gpointer user_data)
{
  GuardianPolicyFetch *fetch = user_data;
  g_autofree char *before = g_steal_pointer (&fetch->before);

  if (!guardian_policy_change_settle (fetch->context, before, problem))
    g_warning ("a fetched bundle is in force without a record");
}

static void try_fresh (GuardianPolicyFetch *fetch);

static gboolean
again_cb (gpointer user_data)
{
  GuardianPolicyFetch *fetch = user_data;

  fetch->again = 0;
  try_fresh (fetch);
  return G_SOURCE_REMOVE;
}

static void
try_fresh (GuardianPolicyFetch *fetch)
{
  if (fetch->before == NULL)
    fetch->before = g_strdup (guardian_policy_revision (fetch->context->policy));
  if (!guardian_policy_loader_start (fetch->context, loaded, fetch) && fetch->again == 0)
    fetch->again = g_timeout_add_seconds (BUSY_SECONDS, again_cb, fetch);
}

static char *
digest_of (GBytes *bytes)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  return cardea_digest_sha256_hex (data, size);
}

static void
take (Source *source)
{
  g_clear_pointer (&source->fresh, g_bytes_unref);
  source->fresh = g_byte_array_free_to_bytes (g_steal_pointer (&source->bytes));
  stop_reading (source);
  plan (source, source->seconds);
  g_autofree char *digest = digest_of (source->fresh);
  if (g_strcmp0 (digest, source->bad) == 0)
    {
      g_clear_pointer (&source->fresh, g_bytes_unref);
      return;
    }
  if (source->good == NULL || !g_bytes_equal (source->fresh, source->good))
    {
      try_fresh (source->fetch);
      return;
    }
  /* As it was when the guardian was started, or under another tag. */
  g_clear_pointer (&source->fresh, g_bytes_unref);
  g_free (source->etag);
  source->etag = g_steal_pointer (&source->fresh_etag);
}

void
guardian_policy_fetch_tried (GuardianPolicyFetch *fetch, const GError *problem)
{
  for (guint i = 0; i < fetch->sources->len; i++)
    {
      Source *source = fetch->sources->pdata[i];
      if (source->fresh == NULL || (problem != NULL && fetch->incomplete))
        continue;
      if (problem != NULL)
        {
          g_free (source->bad);
          source->bad = digest_of (source->fresh);
          g_clear_pointer (&source->fresh, g_bytes_unref);
          continue;
        }
      g_clear_pointer (&source->good, g_bytes_unref);
      source->good = g_steal_pointer (&source->fresh);
      g_free (source->etag);
      source->etag = g_steal_pointer (&source->fresh_etag);
      source->failures = 0;
      write_good (source);
    }
  if (problem == NULL)
    g_clear_pointer (&fetch->said, g_free);
}

/* --- asking --- */

static gboolean
readable_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Source *source = user_data;
  guint8 piece[PIECE];
  ssize_t size = read (fd, piece, sizeof piece);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (size > 0 && source->bytes->len + (gsize) size <= CARDEA_POLICY_MAX_BUNDLE)
    {
      g_byte_array_append (source->bytes, piece, (guint) size);
      return G_SOURCE_CONTINUE;
    }
  source->watch = 0;
  if (size == 0 && source->bytes->len > 0)
    take (source); /* were it cut short, its signature would not hold */
  else
    fail (source, size > 0 ? "it is too large: at most 16 MiB" : "it did not come whole");
  return G_SOURCE_REMOVE;
}

static char *
find_etag (const CardeaJson *headers)
{
  for (guint i = 0; i < cardea_json_size (headers); i++)
    {
      const CardeaJson *header = cardea_json_nth (headers, i);
      const char *name = cardea_json_get_string (header, "name");
      const char *value = cardea_json_get_string (header, "value");
      if (name != NULL && value != NULL && g_ascii_strcasecmp (name, "ETag") == 0
          && strlen (value) <= LIMIT_ETAG)
        return g_strdup (value);
    }
  return NULL;
}

static void
answered (CardeaMessage *reply, gpointer user_data)
{
  Source *source = user_data;
  gint64 status = 0;

  source->call = 0;
  if (reply == NULL || cardea_message_is (reply, "refused"))
    {
      fail (source, reply != NULL ? cardea_message_get_string (reply, "reason")
                                  : "the server does not answer");
      return;
    }
  status = cardea_message_get_int (reply, "status", 0);
  if (status == 304 && source->good != NULL)
    {
      source->failures = 0;
      plan (source, source->seconds);
      return;
    }
  source->body = status == 200 ? cardea_message_take_fd (reply, "body") : -1;
  if (source->body < 0 || !g_unix_set_fd_nonblocking (source->body, TRUE, NULL))
    {
      g_autofree char *why
          = g_strdup_printf ("the server answers with status %" G_GINT64_FORMAT, status);
      fail (source, why);
      return;
    }
  g_free (source->fresh_etag);
  source->fresh_etag = find_etag (cardea_message_get_json (reply, "headers"));
  source->bytes = g_byte_array_new ();
  source->watch = g_unix_fd_add (source->body, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, source);
}

static void
add_header (CardeaJson *headers, const char *name, const char *value)
{
  CardeaJson *header = cardea_json_new_object ();

  cardea_json_set_string (header, "name", name);
  cardea_json_set_string (header, "value", value);
  cardea_json_append (headers, header);
}

static void
ask (Source *source)
{
  GuardianWorkers *workers = source->fetch->context->workers;

  if (source->call != 0 || source->body >= 0 || source->fresh != NULL)
    {
      plan (source, source->seconds);
      return;
    }
  CardeaMessage *message = cardea_message_new ("egress.request");
  CardeaJson *headers = cardea_json_new_array ();
  add_header (headers, "Accept", "application/gzip");
  if (source->etag != NULL)
    add_header (headers, "If-None-Match", source->etag);
  cardea_message_set_string (message, "method", "GET");
  cardea_message_set_string (message, "url", source->url);
  cardea_message_set_json (message, "headers", headers);
  cardea_message_set_boolean (message, "inside", TRUE); /* an organisation's own is meant */
  cardea_message_set_int64 (message, "max_bytes", CARDEA_POLICY_MAX_BUNDLE);
  cardea_message_set_int (message, "timeout", QUIET_SECONDS);
  guardian_workers_start (workers, GUARDIAN_WORKER_EGRESS);
  source->call = guardian_workers_call (workers, GUARDIAN_WORKER_EGRESS, message, CALL_TIMEOUT_MS,
                                        answered, source);
  if (source->call == 0)
    fail (source, "nothing can be fetched now");
}

/* --- which --- */

static Source *
find (GuardianPolicyFetch *fetch, const CardeaPolicySource *named)
{
  for (guint i = 0; i < fetch->sources->len; i++)
    {
      Source *source = fetch->sources->pdata[i];
      if (strcmp (source->name, named->name) == 0 && strcmp (source->url, named->url) == 0)
        return source;
    }
  Source *source = g_new0 (Source, 1);
  source->fetch = fetch;
  source->name = g_strdup (named->name);
  source->url = g_strdup (named->url);
  source->body = -1;
  g_ptr_array_add (fetch->sources, source);
  read_good (source);
  plan (source, 0);
  return source;
}

static void
forget_others (GuardianPolicyFetch *fetch)
{
  for (guint i = fetch->sources->len; i > 0; i--)
    if (!((const Source *) fetch->sources->pdata[i - 1])->named)
      g_ptr_array_remove_index (fetch->sources, i - 1);
}

gboolean
guardian_policy_fetch_add (GuardianPolicyFetch *fetch, CardeaPolicyFiles *files, GError **error)
{
  const GPtrArray *named = cardea_policy_files_sources (files);
  const Source *missing = NULL;

  for (guint i = 0; i < fetch->sources->len; i++)
    ((Source *) fetch->sources->pdata[i])->named = FALSE;
  for (guint i = 0; i < named->len; i++)
    {
      Source *source = find (fetch, named->pdata[i]);
      GBytes *packed = source->fresh != NULL ? source->fresh : source->good;
      source->named = TRUE;
      if (fetch->before == NULL) /* a person's reload: the key may be another */
        g_clear_pointer (&source->bad, g_free);
      source->seconds = ((const CardeaPolicySource *) named->pdata[i])->seconds;
      if (packed != NULL)
        cardea_policy_files_add_fetched (files, named->pdata[i], packed);
      else if (missing == NULL)
        missing = source;
    }
  forget_others (fetch);
  fetch->incomplete = missing != NULL;
  if (missing == NULL)
    return TRUE;
  g_set_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_BUNDLE,
               "%s: this bundle of the administrator's was not fetched yet", missing->url);
  return FALSE;
}

GuardianPolicyFetch *
guardian_policy_fetch_new (GuardianContext *context)
{
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);
  GuardianPolicyFetch *fetch = g_new0 (GuardianPolicyFetch, 1);

  fetch->context = context;
  fetch->folder = g_build_filename (state, FOLDER, NULL);
  fetch->sources = g_ptr_array_new_with_free_func (source_free);
  return fetch;
}

void
guardian_policy_fetch_free (GuardianPolicyFetch *fetch)
{
  g_clear_handle_id (&fetch->again, g_source_remove);
  g_ptr_array_unref (fetch->sources);
  g_free (fetch->folder);
  g_free (fetch->before);
  g_free (fetch->said);
  g_free (fetch);
}

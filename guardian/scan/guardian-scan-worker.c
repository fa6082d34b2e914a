/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for which content belongs to which flow. Refuses: content it cannot map, names
 * that are none. Content is an attacker's: what goes wrong in here ends this process, which holds
 * nothing, and the core takes no answer for no. */

#include "guardian/scan/guardian-scan-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/dlp/cardea-dlp-redact.h"
#include "common/dlp/cardea-dlp-show.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/privsep/guardian-worker-link.h"
#include "guardian/scan/guardian-scan-archive.h"
#include "guardian/scan/guardian-scan-flow.h"

#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct _GuardianScanWorker {
  CardeaDlpEngine *engine;
  GuardianScanFlows *flows;
  CardeaDlpClassifier *classifier;
  GuardianWorkerLink link;
  guint8 key[CARDEA_DLP_REDACT_KEY];
};

static void
send (GuardianScanWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->link.channel, message);
}

static void
refuse (GuardianScanWorker *worker, const CardeaMessage *request, const char *reason)
{
  g_autoptr (CardeaMessage) reply = cardea_message_new_refusal (request, "malformed", reason);
  send (worker, reply);
}

/* --- content --- */

typedef struct {
  char *bytes;
  gsize size;
  gboolean mapped;
} Content;

static void
content_clear (Content *content)
{
  if (content->mapped)
    munmap (content->bytes, content->size);
  content->mapped = FALSE;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Content, content_clear)

/* Sealed, so that nobody changes it under us. */
static gboolean
content_map (Content *content, CardeaMessage *message, const char *field)
{
  cardea_autofd int fd = cardea_message_take_fd (message, field);
  struct stat st;

  *content = (Content){ (char *) "", 0, FALSE };
  if (fd < 0 || fstat (fd, &st) != 0)
    return FALSE;
  content->size = st.st_size;
  if (st.st_size == 0)
    return TRUE;
  content->bytes = mmap (NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  content->mapped = content->bytes != MAP_FAILED;
  return content->mapped;
}

static gboolean
set_bytes (CardeaMessage *reply, const char *field, GBytes *bytes)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  int fd = cardea_descriptor_new_memfd ("cardea-scan", data, size);
  if (fd < 0)
    return FALSE;
  cardea_message_set_fd (reply, field, fd);
  return TRUE;
}

/* --- scan.check --- */

static CardeaDlpResult *
look (GuardianScanWorker *worker, CardeaMessage *request, const Content *content)
{
  const CardeaDlpScanOptions options
      = { .open = guardian_scan_archive_open,
          .classifier = worker->classifier,
          .deadline = g_get_monotonic_time () + GUARDIAN_SCAN_WORKER_TIME_US };
  CardeaDlpMemory *memory
      = guardian_scan_flows_memory (worker->flows, cardea_message_get_string (request, "flow"));
  gint64 skip = CLAMP (cardea_message_get_int64 (request, "skip", 0), 0, (gint64) content->size);
  CardeaDlpResult *result
      = memory == NULL ? cardea_dlp_scan (worker->engine, content->bytes, content->size, &options)
                       : cardea_dlp_memory_scan (memory, worker->engine, content->bytes,
                                                 content->size, (gsize) skip, &options);

  if (cardea_dlp_result_size (result) > GUARDIAN_SCAN_WORKER_FINDINGS)
    cardea_dlp_result_set_obstacle (result, CARDEA_DLP_OBSTACLE_LISTED);
  return result;
}

static CardeaJson *
describe (const CardeaDlpResult *result, guint i, const Content *content, const guint8 *key)
{
  const CardeaDlpFinding *finding = cardea_dlp_result_nth (result, i);
  CardeaJson *json = cardea_dlp_finding_to_json (finding);

  if (key == NULL)
    return json;
  g_autofree char *mark = cardea_dlp_show_mark (finding, content->bytes, content->size, key);
  cardea_json_set_string (json, "mark", mark);
  if (i < GUARDIAN_SCAN_WORKER_SHOWN)
    cardea_dlp_show (result, finding, content->bytes, content->size, json);
  return json;
}

static void
tell (CardeaMessage *reply, const CardeaDlpResult *result, const Content *content,
      const guint8 *key)
{
  CardeaJson *findings = cardea_json_new_array ();
  CardeaJson *labels = cardea_json_new_array ();
  const char *obstacle = cardea_dlp_result_obstacle (result);
  const char *const *label = cardea_dlp_result_labels (result);
  guint n = MIN (cardea_dlp_result_size (result), GUARDIAN_SCAN_WORKER_FINDINGS);

  for (guint i = 0; i < n; i++)
    cardea_json_append (findings, describe (result, i, content, key));
  for (; *label != NULL; label++)
    cardea_json_append (labels, cardea_json_new_string (*label));
  cardea_message_set_json (reply, "findings", findings);
  cardea_message_set_json (reply, "labels", labels);
  cardea_message_set_boolean (reply, "inspectable", obstacle == NULL);
  if (obstacle == NULL)
    return;
  cardea_message_set_string (reply, "obstacle", obstacle);
  cardea_message_set_string (reply, "kind", cardea_dlp_obstacle_word (obstacle));
}

/* What was not asked for stays in. */
static void
choose (CardeaDlpResult *result, const CardeaJson *only, const Content *content, const guint8 *key)
{
  g_autoptr (GHashTable) marks = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < cardea_json_size (only); i++)
    g_hash_table_add (marks, (gpointer) cardea_json_string (cardea_json_nth (only, i)));
  for (guint i = cardea_dlp_result_size (result); i-- > 0;)
    {
      g_autofree char *mark = cardea_dlp_show_mark (cardea_dlp_result_nth (result, i),
                                                    content->bytes, content->size, key);
      if (!g_hash_table_contains (marks, mark))
        cardea_dlp_result_remove (result, i);
    }
}

static gboolean
is_json (const char *bytes, gsize size)
{
  g_autoptr (CardeaJson) json = cardea_json_parse_bounded (bytes, size, G_MAXUINT, NULL);
  return json != NULL;
}

static const struct {
  const char *name;
  CardeaDlpRedaction how;
} redactions[] = {
  { "mask", CARDEA_DLP_MASK },
  { "hash", CARDEA_DLP_HASH },
  { "pseudonymise", CARDEA_DLP_PSEUDONYMISE },
};

static gboolean
take_out (GuardianScanWorker *worker, const char *action, const Content *content,
          const CardeaDlpResult *result, CardeaMessage *reply)
{
  for (gsize i = 0; i < G_N_ELEMENTS (redactions); i++)
    if (g_strcmp0 (action, redactions[i].name) == 0)
      {
        g_autoptr (GBytes) names = NULL;
        g_autoptr (GBytes) masked = cardea_dlp_redact (content->bytes, content->size, result,
                                                       redactions[i].how, worker->key, &names);
        /* What spans more than a value cannot be taken out of JSON: nobody could read the rest. */
        if (is_json (content->bytes, content->size)
            && !is_json (g_bytes_get_data (masked, NULL), g_bytes_get_size (masked)))
          return FALSE;
        return set_bytes (reply, "content", masked)
               && (names == NULL || set_bytes (reply, "names", names));
      }
  return TRUE;
}

static void
check (gpointer data, CardeaMessage *request)
{
  GuardianScanWorker *worker = data;
  g_auto (Content) content = { NULL };
  if (!content_map (&content, request, "content"))
    {
      refuse (worker, request, "the content cannot be read");
      return;
    }
  g_autoptr (GBytes) given = cardea_message_get_bytes (request, "key");
  const guint8 *key = given != NULL && g_bytes_get_size (given) == CARDEA_DLP_SHOW_KEY
                          ? g_bytes_get_data (given, NULL)
                          : NULL;
  const CardeaJson *only = cardea_message_get_json (request, "only");
  g_autoptr (CardeaDlpResult) result = look (worker, request, &content);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "scan.checked");
  if (only != NULL && key != NULL)
    choose (result, only, &content, key);
  tell (reply, result, &content, key);
  if (!take_out (worker, cardea_message_get_string (request, "action"), &content, result, reply))
    refuse (worker, request, "what is left cannot be handed over");
  else
    send (worker, reply);
}

/* --- scan.restore --- */

static void
restore (gpointer data, CardeaMessage *request)
{
  GuardianScanWorker *worker = data;
  g_auto (Content) content = { NULL };
  g_auto (Content) names = { NULL };
  g_autoptr (GError) error = NULL;

  if (!content_map (&content, request, "content") || !content_map (&names, request, "names"))
    {
      refuse (worker, request, "the content cannot be read");
      return;
    }
  g_autoptr (GBytes) list = g_bytes_new_static (names.bytes, names.size);
  g_autoptr (GBytes) whole = cardea_dlp_restore (content.bytes, content.size, list, &error);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "scan.restored");
  if (whole == NULL)
    refuse (worker, request, error->message);
  else if (!set_bytes (reply, "content", whole))
    refuse (worker, request, "what was put back cannot be handed over");
  else
    send (worker, reply);
}

/* --- the link --- */

static const GuardianWorkerOperation operations[] = {
  { "scan.check", check },
  { "scan.restore", restore },
};

GuardianWorkerLink *
guardian_scan_worker_link (GuardianScanWorker *worker)
{
  return &worker->link;
}

GuardianScanWorker *
guardian_scan_worker_new (CardeaDlpEngine *engine)
{
  GuardianScanWorker *worker = g_new0 (GuardianScanWorker, 1);

  worker->link = (GuardianWorkerLink){ operations, G_N_ELEMENTS (operations), worker };
  worker->engine = engine;
  worker->flows = guardian_scan_flows_new ();
  worker->classifier = cardea_dlp_classifier_new_shipped ();
  randombytes_buf (worker->key, sizeof worker->key);
  return worker;
}

void
guardian_scan_worker_free (GuardianScanWorker *worker)
{
  if (worker == NULL)
    return;
  guardian_scan_flows_free (worker->flows);
  cardea_dlp_classifier_free (worker->classifier);
  sodium_memzero (worker->key, sizeof worker->key);
  g_free (worker);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the scan worker for what it found, as far as that goes. Refuses: to send what nobody
 * looked at, or only a part of. Known gaps: what programs send is not looked through; content that
 * is opaque by itself (encrypted, say) is named to policy, which lets it pass, with what was not
 * looked at beside it, unless an administrator's rule does not; the path of a URL without query,
 * headers and body is not looked at; a secret cut in two by two requests is found only where what
 * stands between them does not hide it. */

#include "guardian/core/guardian-outgoing.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/core/guardian-scan-check.h"

#include <string.h>
#include <sys/mman.h>

/* --- what is looked at --- */

static gboolean
holds_something (const GuardianRequest *request)
{
  const GuardianPayload *payload = request->payload;
  return payload->size > 0 || payload->headers != NULL
         || strchr (request->destination->url, '?') != NULL;
}

/* What stands before the body. */
static GString *
make_head (const GuardianRequest *request)
{
  const CardeaJson *headers = request->payload->headers;
  GString *head = g_string_new (request->destination->url);

  g_string_append_c (head, '\n');
  for (guint i = 0; headers != NULL && i < cardea_json_size (headers); i++)
    {
      const CardeaJson *header = cardea_json_nth (headers, i);
      g_string_append_printf (head, "%s: %s\n", cardea_json_get_string (header, "name"),
                              cardea_json_get_string (header, "value"));
    }
  g_string_append_c (head, '\n');
  return head;
}

/* A sealed memfd of all; -1: there is none. */
static int
make_content (const GuardianRequest *request, GString *all)
{
  gsize size = (gsize) request->payload->size;

  if (size > 0)
    {
      int body = cardea_message_peek_fd (request->message, "body");
      void *bytes = mmap (NULL, size, PROT_READ, MAP_PRIVATE, body, 0);
      if (bytes == MAP_FAILED)
        return -1;
      g_string_append_len (all, bytes, (gssize) size);
      munmap (bytes, size);
    }
  return cardea_descriptor_new_memfd ("cardea-outgoing", all->str, all->len);
}

static GuardianStep
refuse_unseen (GuardianRequest *request, const char *why)
{
  g_autofree char *reason
      = g_strdup_printf ("what would be sent could not be looked through: %s", why);
  return guardian_request_refuse (request, "unavailable", reason, NULL);
}

GuardianStep
guardian_outgoing_begin (GuardianRequest *request)
{
  if (!holds_something (request))
    return GUARDIAN_STEP_NEXT;
  g_autoptr (GString) all = make_head (request);
  if (all->len + (gsize) request->payload->size > CARDEA_LIMIT_MEMFD)
    return refuse_unseen (request, "it is too large");
  int content = make_content (request, all);
  if (content < 0)
    return refuse_unseen (request, "there is no room for it");
  g_autofree char *flow
      = g_strdup_printf ("%s %s", request->session->id, request->destination->host);
  const GuardianScanQuery query = { content, NULL, flow, NULL };
  CardeaMessage *message = guardian_scan_check_message (request->context, &query);
  request->scanning = TRUE;
  GuardianStep step = guardian_request_call (request, GUARDIAN_WORKER_SCAN, message,
                                             GUARDIAN_SCAN_CHECK_TIMEOUT_MS);
  if (step != GUARDIAN_STEP_REFUSED)
    return step;
  request->scanning = FALSE;
  g_clear_pointer (&request->code, g_free);
  g_clear_pointer (&request->reason, g_free);
  return refuse_unseen (request, "what looks at it cannot be reached at the moment");
}

/* --- what was found --- */

/* Commands and words to a model are no data of the person's. */
static gboolean
is_data (const CardeaJson *finding)
{
  const char *class = cardea_json_get_string (finding, "class");
  return class != NULL && strcmp (class, "injection") != 0 && strcmp (class, "command") != 0;
}

static gboolean
is_opaque (const CardeaJson *finding)
{
  return g_strcmp0 (cardea_json_get_string (finding, "class"), "opaque") == 0;
}

/* A canary was laid out to be found: nothing else looks like it. */
static gboolean
is_sure (const CardeaJson *finding)
{
  gboolean sure = FALSE;
  cardea_json_get_boolean (finding, "sure", &sure);
  return sure || g_strcmp0 (cardea_json_get_string (finding, "class"), "canary") == 0;
}

static void
add_once (CardeaJson *list, const char *text)
{
  for (guint i = 0; i < cardea_json_size (list); i++)
    if (g_strcmp0 (cardea_json_string (cardea_json_nth (list, i)), text) == 0)
      return;
  cardea_json_append (list, cardea_json_new_string (text));
}

/* For policy: the classes that a validator held; where none did, those that were guessed. */
static CardeaJson *
summarise (const CardeaJson *findings)
{
  CardeaJson *sensitive = cardea_json_new_object ();
  CardeaJson *classes = cardea_json_new_array ();
  gboolean sure = FALSE;
  guint count = 0;

  for (guint i = 0; i < cardea_json_size (findings); i++)
    sure |= is_data (cardea_json_nth (findings, i)) && is_sure (cardea_json_nth (findings, i));
  for (guint i = 0; i < cardea_json_size (findings); i++)
    {
      const CardeaJson *finding = cardea_json_nth (findings, i);
      if (!is_data (finding))
        continue;
      count++;
      if (!sure || is_sure (finding))
        add_once (classes, cardea_json_get_string (finding, "class"));
    }
  cardea_json_set_int (sensitive, "count", count);
  cardea_json_set (sensitive, "classes", classes);
  cardea_json_set_boolean (sensitive, "sure", sure);
  return sensitive;
}

static CardeaJson *
find_rule (CardeaJson *list, const char *rule)
{
  for (guint i = 0; i < cardea_json_size (list); i++)
    if (g_strcmp0 (cardea_json_get_string (cardea_json_nth (list, i), "rule"), rule) == 0)
      return cardea_json_nth (list, i);
  return NULL;
}

/* Into R's "sensitive"; a line is one of the body. */
static void
list_finding (CardeaJson *list, const CardeaJson *finding, const GString *head, guint head_lines)
{
  const char *rule = cardea_json_get_string (finding, "rule");
  CardeaJson *known = find_rule (list, rule);
  gint64 count = 0, line = 0;

  if (known != NULL)
    {
      cardea_json_get_int (known, "count", &count);
      cardea_json_set_int (known, "count", count + 1);
      return;
    }
  if (rule == NULL || cardea_json_size (list) >= GUARDIAN_OUTGOING_RULES_LIMIT)
    return;
  CardeaJson *item = cardea_json_new_object ();
  cardea_json_set_string (item, "rule", rule);
  cardea_json_set_int (item, "count", 1);
  if (cardea_json_get_int (finding, "line", &line) && line > head_lines)
    cardea_json_set_int (item, "line", line - head_lines);
  cardea_json_append (list, item);
}

static guint
count_lines (const GString *text)
{
  guint lines = 0;
  for (gsize i = 0; i < text->len; i++)
    lines += text->str[i] == '\n';
  return lines;
}

static void
take_findings (GuardianRequest *request, const CardeaJson *findings)
{
  g_autoptr (GString) head = make_head (request);
  guint head_lines = count_lines (head);
  gsize url_size = strlen (request->destination->url);

  request->findings = cardea_json_new_array ();
  request->sensitive = summarise (findings);
  for (guint i = 0; i < cardea_json_size (findings); i++)
    {
      const CardeaJson *finding = cardea_json_nth (findings, i);
      gint64 start = 0;
      if (!is_data (finding) || is_opaque (finding))
        continue;
      list_finding (request->findings, finding, head, head_lines);
      if (!cardea_json_get_int64_string (finding, "start", &start) || start < (gint64) url_size)
        request->found_in_url = TRUE;
    }
}

static gboolean
has_opaque (const CardeaJson *findings)
{
  for (guint i = 0; i < cardea_json_size (findings); i++)
    if (is_opaque (cardea_json_nth (findings, i)))
      return TRUE;
  return FALSE;
}

GuardianStep
guardian_outgoing_settle (GuardianRequest *request)
{
  g_autoptr (CardeaMessage) answer = g_steal_pointer (&request->result);
  GuardianScanVerdict verdict = { .content = -1, .names = -1 };

  request->scanning = FALSE;
  if (request->code != NULL) /* nobody waits for it any more */
    return GUARDIAN_STEP_REFUSED;
  if (answer == NULL)
    {
      guardian_workers_end (request->context->workers, GUARDIAN_WORKER_SCAN);
      return refuse_unseen (request, "what looks at it does not answer");
    }
  if (!cardea_message_is (answer, "scan.checked"))
    return refuse_unseen (request, "what looks at it gave up");
  guardian_scan_check_read (answer, &verdict);
  guardian_scan_check_clear (&verdict);
  /* What cannot be looked into by its nature is for policy to judge. */
  if (verdict.obstacle != NULL && !has_opaque (verdict.findings))
    return refuse_unseen (request, verdict.obstacle);
  if (verdict.data > 0)
    take_findings (request, verdict.findings);
  return GUARDIAN_STEP_NEXT;
}

/* --- records --- */

static void
conceal (const GuardianRequest *request, CardeaJson *resource)
{
  if (!request->found_in_url || resource == NULL)
    return;
  g_autofree char *name = guardian_destination_name (request->destination);
  g_autofree char *url = g_strdup_printf ("%s://%s/…", request->destination->scheme, name);
  cardea_json_set_string (resource, "url", url);
}

CardeaJson *
guardian_outgoing_resource (const GuardianRequest *request)
{
  CardeaJson *resource = guardian_request_resource (request);
  conceal (request, resource);
  return resource;
}

CardeaJson *
guardian_outgoing_input (const GuardianRequest *request)
{
  if (request->input == NULL || !request->found_in_url)
    return request->input != NULL ? cardea_json_ref (request->input) : NULL;
  CardeaJson *input = cardea_json_copy (request->input);
  conceal (request, cardea_json_get (input, "resource"));
  return input;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the scan worker's places to lie within what it was given, after looking. Refuses: to pass
 * on anything of what was found but its masked form. Known gaps: none. */

#include "guardian/core/guardian-outgoing-finding.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>
#include <sys/mman.h>

#define OPAQUE "opaque"
#define DENSE "dense" /* for policies: of no known kind, with nothing else wrong */
#define UNSEEN "unseen"
#define DENSE_REASON "part of it is dense data of no known kind"

/* --- what was looked at --- */

const char *
guardian_outgoing_finding_host (const GuardianRequest *request)
{
  return request->destination != NULL ? request->destination->host : NULL;
}

gboolean
guardian_outgoing_body_map (GuardianOutgoingBody *ret_body, const GuardianRequest *request)
{
  const char *text
      = request->payload == NULL ? cardea_message_get_string (request->message, "text") : NULL;
  gsize size = request->payload != NULL ? (gsize) request->payload->size : 0;
  void *bytes = size > 0 ? mmap (NULL, size, PROT_READ, MAP_PRIVATE,
                                 cardea_message_peek_fd (request->message, "body"), 0)
                         : NULL;

  *ret_body = (GuardianOutgoingBody){ .bytes = "" };
  if (bytes == MAP_FAILED)
    return FALSE;
  if (text != NULL)
    *ret_body = (GuardianOutgoingBody){ text, strlen (text), FALSE };
  else if (size > 0)
    *ret_body = (GuardianOutgoingBody){ bytes, size, TRUE };
  return TRUE;
}

void
guardian_outgoing_body_clear (GuardianOutgoingBody *body)
{
  if (body->mapped)
    munmap ((void *) body->bytes, body->size);
  *body = (GuardianOutgoingBody){ .bytes = "" };
}

GString *
guardian_outgoing_finding_head (const GuardianRequest *request)
{
  const CardeaJson *headers = request->payload != NULL ? request->payload->headers : NULL;
  GString *head = g_string_new (request->destination != NULL ? request->destination->url : NULL);

  if (request->destination == NULL)
    return head;
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

/* By which a host knows who asks: a program's own key is not out of place there. */
static gboolean
says_who (const char *name)
{
  static const char *const names[] = { "authorization",  "cookie",        "x-api-key", "api-key",
                                       "x-goog-api-key", "private-token", NULL };
  g_autofree char *small = g_ascii_strdown (name, -1);
  return g_strv_contains (names, small);
}

/* Whether the head (guardian_outgoing_finding_head()) has such a header of a program at start. */
static gboolean
is_login (const GuardianRequest *request, gint64 start)
{
  const CardeaJson *headers = request->payload != NULL ? request->payload->headers : NULL;
  gint64 end = request->destination != NULL ? (gint64) strlen (request->destination->url) + 1 : 0;

  if (request->session->program == NULL || start < end)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (headers); i++)
    {
      const CardeaJson *header = cardea_json_nth (headers, i);
      const char *name = cardea_json_get_string (header, "name");
      end += (gint64) (strlen (name) + strlen (cardea_json_get_string (header, "value"))
                       + strlen (": \n"));
      if (start < end)
        return says_who (name);
    }
  return FALSE;
}

/* --- one finding --- */

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
  return g_strcmp0 (cardea_json_get_string (finding, "class"), OPAQUE) == 0;
}

/* A canary was laid out to be found, and keys of many kinds have a form of their own: nothing else
 * looks like them. */
static gboolean
is_sure (const CardeaJson *finding)
{
  const char *class = cardea_json_get_string (finding, "class");
  gboolean sure = FALSE, known = FALSE;

  cardea_json_get_boolean (finding, "sure", &sure);
  cardea_json_get_boolean (finding, "known", &known);
  return sure || g_strcmp0 (class, "canary") == 0
         || (known && g_strcmp0 (class, "credential") == 0);
}

static gboolean
contains (const GPtrArray *texts, const char *text)
{
  for (guint i = 0; i < texts->len; i++)
    if (strcmp (texts->pdata[i], text) == 0)
      return TRUE;
  return FALSE;
}

static void
add_once (CardeaJson *list, const char *text)
{
  for (guint i = 0; i < cardea_json_size (list); i++)
    if (g_strcmp0 (cardea_json_string (cardea_json_nth (list, i)), text) == 0)
      return;
  cardea_json_append (list, cardea_json_new_string (text));
}

/* --- all of them --- */

typedef struct {
  GuardianRequest *request;
  GuardianOutgoing *outgoing;
  GuardianOutgoingBody body;
  gsize url_size;
  gsize head_size;
  guint head_lines;
  guint count; /* of data that nobody has spoken about */
  guint lifted;
  gboolean dense;
  CardeaJson *sure_classes;
  CardeaJson *guessed_classes;
  CardeaJson *logins; /* rules of what a program says of who it is */
} Taking;

/* What is asked about: at most as many as can be taken out of a request by their marks. */
static void
take_sure (Taking *taking, const char *mark, gint64 start)
{
  GuardianOutgoing *outgoing = taking->outgoing;

  if (!contains (outgoing->open, mark))
    {
      outgoing->removable &= outgoing->open->len < GUARDIAN_OUTGOING_MARKS_LIMIT;
      g_ptr_array_add (outgoing->open, g_strdup (mark));
    }
  outgoing->removable &= start >= (gint64) taking->head_size && *mark != '\0';
}

/* TRUE: the person said for this task what becomes of it. */
static gboolean
is_settled (Taking *taking, const char *mark, gint64 start)
{
  const GuardianRequest *request = taking->request;
  GuardianOutgoing *outgoing = taking->outgoing;
  GuardianTreatment treatment = guardian_outgoing_memory_find (
      request->session->outgoing, guardian_outgoing_finding_host (request), mark);

  if (treatment == GUARDIAN_TREATMENT_NONE)
    return FALSE;
  taking->lifted++;
  if (treatment == GUARDIAN_TREATMENT_REFUSE
      && (!request->to_model || start < (gint64) taking->head_size))
    outgoing->refused = TRUE;
  if (outgoing->refused || treatment == GUARDIAN_TREATMENT_SEND || contains (outgoing->taken, mark))
    return TRUE;
  outgoing->placeholder |= treatment == GUARDIAN_TREATMENT_PLACEHOLDER;
  g_ptr_array_add (outgoing->taken, g_strdup (mark));
  return TRUE;
}

static const char *
source_of (const Taking *taking, gint64 start, gint64 end)
{
  gint64 head = (gint64) taking->head_size;

  if (start < head || end <= start || end - head > (gint64) taking->body.size)
    return NULL;
  return guardian_outgoing_memory_find_source (taking->request->session->outgoing,
                                               taking->body.bytes + (start - head), end - start);
}

static CardeaJson *
find_item (CardeaJson *list, const char *rule, const char *mark)
{
  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      CardeaJson *item = cardea_json_nth (list, i);
      if (g_strcmp0 (cardea_json_get_string (item, "rule"), rule) == 0
          && g_strcmp0 (cardea_json_get_string (item, "mark"), mark) == 0)
        return item;
    }
  return NULL;
}

static void
copy_text (const CardeaJson *from, CardeaJson *to, const char *name)
{
  const char *text = cardea_json_get_string (from, name);
  if (text != NULL)
    cardea_json_set_string (to, name, text);
}

/* Into R's "sensitive"; a line is one of the body. */
static void
list_finding (Taking *taking, const CardeaJson *finding, const char *mark, gint64 start, gint64 end)
{
  CardeaJson *list = taking->outgoing->findings;
  const char *rule = cardea_json_get_string (finding, "rule");
  CardeaJson *item = find_item (list, rule, mark);
  gint64 count = 0, line = 0;

  if (item != NULL)
    {
      cardea_json_get_int (item, "count", &count);
      cardea_json_set_int (item, "count", count + 1);
      return;
    }
  if (rule == NULL || cardea_json_size (list) >= GUARDIAN_OUTGOING_RULES_LIMIT)
    return;
  item = cardea_json_new_object ();
  cardea_json_set_string (item, "rule", rule);
  cardea_json_set_int (item, "count", 1);
  if (cardea_json_get_int (finding, "line", &line) && line > taking->head_lines)
    cardea_json_set_int (item, "line", line - taking->head_lines);
  copy_text (finding, item, "mark");
  copy_text (finding, item, "before");
  copy_text (finding, item, "shown");
  copy_text (finding, item, "after");
  const char *from = source_of (taking, start, end);
  if (from != NULL)
    cardea_path_json_set (item, "from", from);
  cardea_json_append (list, item);
}

static void
take_finding (Taking *taking, const CardeaJson *finding)
{
  const char *mark = cardea_json_get_string (finding, "mark");
  const char *class = cardea_json_get_string (finding, "class");
  gint64 start = 0, end = 0;

  if (!is_data (finding))
    return;
  if (is_opaque (finding))
    {
      taking->dense = TRUE;
      return;
    }
  cardea_json_get_int64_string (finding, "start", &start);
  cardea_json_get_int64_string (finding, "end", &end);
  taking->outgoing->in_url |= start < (gint64) taking->url_size;
  if (mark == NULL)
    mark = ""; /* nobody can have spoken about it, and nothing can take it out */
  if (is_settled (taking, mark, start))
    return;
  taking->count++;
  if (is_sure (finding))
    take_sure (taking, mark, start);
  if (is_sure (finding) && is_login (taking->request, start))
    add_once (taking->logins, cardea_json_get_string (finding, "rule"));
  else
    add_once (is_sure (finding) ? taking->sure_classes : taking->guessed_classes, class);
  list_finding (taking, finding, mark, start, end);
}

/* kind: of policies' words; reason: a sentence. */
static void
take_opaque (Taking *taking, const char *kind, const char *reason)
{
  const GuardianRequest *request = taking->request;
  GuardianOutgoing *outgoing = taking->outgoing;

  if (strcmp (kind, UNSEEN) != 0
      && guardian_outgoing_memory_find (request->session->outgoing,
                                        guardian_outgoing_finding_host (request),
                                        GUARDIAN_OUTGOING_MEMORY_OPAQUE)
             != GUARDIAN_TREATMENT_NONE)
    {
      taking->lifted++;
      return;
    }
  outgoing->opaque = TRUE;
  CardeaJson *item = cardea_json_new_object ();
  cardea_json_set_string (item, "rule", OPAQUE);
  cardea_json_set_int (item, "count", 1);
  cardea_json_set_string (item, "why", reason);
  cardea_json_append (outgoing->findings, item);
  cardea_json_set_string (outgoing->sensitive, "opaque", kind);
}

static GuardianOutgoing *
outgoing_new (void)
{
  GuardianOutgoing *outgoing = g_new0 (GuardianOutgoing, 1);

  outgoing->sensitive = cardea_json_new_object ();
  outgoing->findings = cardea_json_new_array ();
  outgoing->open = g_ptr_array_new_with_free_func (g_free);
  outgoing->taken = g_ptr_array_new_with_free_func (g_free);
  outgoing->removable = TRUE;
  return outgoing;
}

/* The classes that a validator held; where none did, those that were guessed. */
static void
summarise (Taking *taking)
{
  CardeaJson *sensitive = taking->outgoing->sensitive;
  gboolean sure = taking->outgoing->open->len > 0;

  cardea_json_set_int (sensitive, "count", taking->count);
  cardea_json_set (sensitive, "classes",
                   cardea_json_ref (sure ? taking->sure_classes : taking->guessed_classes));
  cardea_json_set_boolean (sensitive, "sure", sure);
  cardea_json_set_boolean (sensitive, "removable", sure && taking->outgoing->removable);
  if (cardea_json_size (taking->logins) > 0)
    cardea_json_set (sensitive, "login", cardea_json_ref (taking->logins));
  if (taking->lifted > 0)
    cardea_json_set_int (sensitive, "lifted", taking->lifted);
}

static gsize
count_lines (const GString *text)
{
  gsize lines = 0;
  for (gsize i = 0; i < text->len; i++)
    lines += text->str[i] == '\n';
  return lines;
}

static void
take (GuardianRequest *request, const CardeaJson *findings, const char *kind, const char *reason)
{
  g_autoptr (GString) head = guardian_outgoing_finding_head (request);
  g_autoptr (CardeaJson) sure = cardea_json_new_array ();
  g_autoptr (CardeaJson) guessed = cardea_json_new_array ();
  g_autoptr (CardeaJson) logins = cardea_json_new_array ();
  Taking taking
      = { .request = request,
          .outgoing = outgoing_new (),
          .url_size = request->destination != NULL ? strlen (request->destination->url) : 0,
          .head_size = head->len,
          .head_lines = (guint) count_lines (head),
          .sure_classes = sure,
          .guessed_classes = guessed,
          .logins = logins };

  if (!guardian_outgoing_body_map (&taking.body, request))
    taking.body = (GuardianOutgoingBody){ .bytes = "" };
  taking.outgoing->removable = request->payload != NULL;
  for (guint i = 0; i < cardea_json_size (findings); i++)
    take_finding (&taking, cardea_json_nth (findings, i));
  if (kind != NULL || taking.dense)
    take_opaque (&taking, kind != NULL ? kind : DENSE, kind != NULL ? reason : DENSE_REASON);
  guardian_outgoing_body_clear (&taking.body);
  summarise (&taking);
  taking.outgoing->unseen = g_strcmp0 (kind, UNSEEN) == 0;
  guardian_outgoing_free (request->outgoing);
  request->outgoing = taking.outgoing;
}

/* Nothing can be taken out of what is not all here. */
static void
keep_whole (GuardianOutgoing *outgoing)
{
  outgoing->removable = FALSE;
  cardea_json_set_boolean (outgoing->sensitive, "removable", FALSE);
}

void
guardian_outgoing_finding_take (GuardianRequest *request, const GuardianScanVerdict *verdict)
{
  /* Of a program's body there may be more than came here. */
  gboolean more = cardea_message_get_boolean (request->message, "more");
  const char *kind = verdict->kind == NULL && more ? "large" : verdict->kind;

  if (verdict->data > 0 || kind != NULL)
    take (request, verdict->findings, kind,
          verdict->obstacle != NULL ? verdict->obstacle : "it is larger than what is looked at");
  if (more && request->outgoing != NULL)
    keep_whole (request->outgoing);
}

void
guardian_outgoing_finding_unseen (GuardianRequest *request, const char *why)
{
  g_autoptr (CardeaJson) none = cardea_json_new_array ();
  take (request, none, UNSEEN, why);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp-private.h"

#include "agent/content/agent-diff.h"
#include "agent/content/agent-text.h"
#include "common/base/cardea-text.h"

#include <string.h>

/* What an agent says of itself while it works. Of what is not known here nothing is shown, as the
 * protocol wants it. */

#define TITLE_SHOWN 200u  /* characters */
#define DETAIL_MAX 16384u /* bytes */
#define DIFF_LINES 200u   /* of one file */
#define PARTS_MAX 64u     /* of one tool call */
#define PLAN_MAX 100u     /* entries */
#define PLAN_STEP "plan"  /* an id no agent's call has: those are prefixed */

typedef struct {
  AgentAcpSubject subject;
  const char *state;
} AgentAcpStep;

static const struct {
  const char *status;
  const char *state; /* objects.md, chat.event.data */
} states[] = {
  { "pending", "running" },
  { "in_progress", "running" },
  { "completed", "done" },
  { "failed", "failed" },
};

/* --- what a call is about --- */

static void
add_detail (GString *detail, const char *text)
{
  g_autofree char *shown = cardea_text_escape_lines (text, strlen (text));

  if (detail->len > 0)
    g_string_append_c (detail, '\n');
  g_string_append (detail, shown);
}

static void
add_difference (GString *detail, const CardeaJson *part)
{
  const char *path = cardea_json_get_string (part, "path");
  const char *before = cardea_json_get_string (part, "oldText");
  const char *after = cardea_json_get_string (part, "newText");

  if (path == NULL || after == NULL)
    return;
  g_autoptr (AgentDiff) diff = agent_diff_make (before != NULL ? before : "", after, DIFF_LINES);
  g_autofree char *name = agent_text_show (path, TITLE_SHOWN);
  add_detail (detail, name);
  for (guint i = 0; i < diff->lines->len && detail->len < DETAIL_MAX; i++)
    {
      g_string_append_c (detail, '\n');
      g_string_append (detail, diff->lines->pdata[i]);
    }
  if (diff->truncated)
    g_string_append (detail, "\n…");
}

static char *
read_detail (const CardeaJson *parts)
{
  g_autoptr (GString) detail = g_string_new (NULL);

  for (guint i = 0; i < MIN (cardea_json_size (parts), PARTS_MAX) && detail->len < DETAIL_MAX; i++)
    {
      const CardeaJson *part = cardea_json_nth (parts, i);
      const char *type = cardea_json_get_string (part, "type");
      const char *text = cardea_json_get_string (cardea_json_get (part, "content"), "text");
      if (g_strcmp0 (type, "diff") == 0)
        add_difference (detail, part);
      else if (g_strcmp0 (type, "content") == 0 && text != NULL)
        add_detail (detail, text);
    }
  if (detail->len == 0)
    return NULL;
  return cardea_text_shorten (detail->str, DETAIL_MAX);
}

void
agent_acp_subject_read (AgentAcpSubject *subject, const CardeaJson *call)
{
  const char *kind = cardea_json_get_string (call, "kind");
  const char *title = cardea_json_get_string (call, "title");
  const CardeaJson *places = cardea_json_get (call, "locations");
  const char *path = cardea_json_get_string (cardea_json_nth (places, 0), "path");
  char *detail = read_detail (cardea_json_get (call, "content"));

  if (kind != NULL)
    {
      g_free (subject->kind);
      subject->kind = agent_text_show (kind, 32);
    }
  if (title != NULL)
    {
      g_free (subject->title);
      subject->title = agent_text_show (title, TITLE_SHOWN);
    }
  if (path != NULL && strlen (path) <= CARDEA_LIMIT_PATH)
    {
      g_free (subject->path);
      subject->path = g_strdup (path);
    }
  if (detail != NULL)
    {
      g_free (subject->detail);
      subject->detail = detail;
    }
  if (subject->kind == NULL)
    subject->kind = g_strdup ("other");
  if (subject->title == NULL)
    subject->title = g_strdup ("A step");
}

void
agent_acp_subject_clear (AgentAcpSubject *subject)
{
  g_free (subject->kind);
  g_free (subject->title);
  g_free (subject->path);
  g_free (subject->detail);
}

static void
step_free (AgentAcpStep *step)
{
  agent_acp_subject_clear (&step->subject);
  g_free (step);
}

/* --- pictures --- */

/* Agents send all that a call has with each update of it: what was shown is not shown again. */
static void
show_picture (AgentAcp *acp, const CardeaJson *content, const char *name)
{
  const char *data = cardea_json_get_string (content, "data");
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (cardea_json_get_string (content, "type"), "image") != 0 || data == NULL
      || g_hash_table_size (acp->pictures) >= AGENT_ACP_PICTURES_MAX
      || !g_hash_table_add (acp->pictures,
                            g_compute_checksum_for_string (G_CHECKSUM_SHA256, data, -1)))
    return;
  guchar *bytes = g_base64_decode (data, &size);
  g_autoptr (GBytes) picture = g_bytes_new_take (bytes, size);
  if (!acp->host->picture (picture, name, acp->host->user_data, &error))
    g_debug ("a picture was not shown: %s", error->message);
}

static gboolean
has_pictures (const CardeaJson *parts)
{
  for (guint i = 0; i < MIN (cardea_json_size (parts), PARTS_MAX); i++)
    {
      const CardeaJson *content = cardea_json_get (cardea_json_nth (parts, i), "content");
      if (g_strcmp0 (cardea_json_get_string (content, "type"), "image") == 0)
        return TRUE;
    }
  return FALSE;
}

static void
show_pictures (AgentAcp *acp, const CardeaJson *parts, const char *name)
{
  for (guint i = 0; i < MIN (cardea_json_size (parts), PARTS_MAX); i++)
    show_picture (acp, cardea_json_get (cardea_json_nth (parts, i), "content"), name);
}

/* --- updates --- */

static void
show_step (const AgentAcp *acp, const char *id, const AgentAcpStep *step)
{
  const AgentModelStep shown = {
    .id = id,
    .tool = step->subject.kind,
    .title = step->subject.title,
    .path = step->subject.path,
    .detail = step->subject.detail,
    .state = step->state,
  };
  acp->host->step (&shown, acp->host->user_data);
}

static void
update_call (AgentAcp *acp, const CardeaJson *update)
{
  const char *id = cardea_json_get_string (update, "toolCallId");
  const char *status = cardea_json_get_string (update, "status");
  AgentAcpStep *step;

  if (id == NULL || strlen (id) > CARDEA_LIMIT_NAME)
    return;
  step = g_hash_table_lookup (acp->steps, id);
  if (step == NULL)
    {
      if (g_hash_table_size (acp->steps) >= AGENT_ACP_STEPS_MAX)
        return;
      step = g_new0 (AgentAcpStep, 1);
      step->state = "running";
      g_hash_table_insert (acp->steps, g_strdup (id), step);
    }
  agent_acp_subject_read (&step->subject, update);
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (status, states[i].status) == 0)
      step->state = states[i].state;
  g_autofree char *name = g_strconcat ("call-", id, NULL);
  const CardeaJson *parts = cardea_json_get (update, "content");
  if (has_pictures (parts))
    {
      /* They belong to what is being done, so it is not over yet. */
      AgentAcpStep doing = { step->subject, "running" };
      g_autofree char *title = g_strdup (step->subject.title);
      show_step (acp, name, &doing);
      show_pictures (acp, parts, title);
    }
  show_step (acp, name, step);
}

static void
update_message (AgentAcp *acp, const CardeaJson *update)
{
  const CardeaJson *content = cardea_json_get (update, "content");
  const char *text = cardea_json_get_string (content, "text");

  show_picture (acp, content, "A picture");
  if (g_strcmp0 (cardea_json_get_string (content, "type"), "text") != 0 || text == NULL)
    return;
  acp->said += strlen (text);
  if (acp->said <= AGENT_ACP_SAID_MAX)
    acp->host->say (text, acp->host->user_data);
}

static void
update_thought (AgentAcp *acp, const CardeaJson *update)
{
  acp->host->status ("Thinking", acp->host->user_data);
}

static void
update_plan (AgentAcp *acp, const CardeaJson *update)
{
  const CardeaJson *entries = cardea_json_get (update, "entries");
  guint count = MIN (cardea_json_size (entries), PLAN_MAX);
  guint done = 0;
  g_autoptr (GString) detail = g_string_new (NULL);

  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *entry = cardea_json_nth (entries, i);
      const char *content = cardea_json_get_string (entry, "content");
      gboolean completed = g_strcmp0 (cardea_json_get_string (entry, "status"), "completed") == 0;
      g_autofree char *shown = agent_text_show (content != NULL ? content : "", TITLE_SHOWN);
      done += completed;
      g_string_append_printf (detail, "%s%s %s", i > 0 ? "\n" : "", completed ? "☑" : "☐", shown);
    }
  g_autofree char *title = g_strdup_printf ("Plan: %u of %u done", done, count);
  const AgentModelStep step = {
    .id = PLAN_STEP,
    .tool = "plan",
    .title = title,
    .detail = detail->str,
    .state = "done", /* it is said, whatever becomes of it */
  };
  if (count > 0)
    acp->host->step (&step, acp->host->user_data);
}

static const struct {
  const char *name;
  void (*take) (AgentAcp *acp, const CardeaJson *update);
} updates[] = {
  { "agent_message_chunk", update_message },
  { "agent_thought_chunk", update_thought },
  { "tool_call", update_call },
  { "tool_call_update", update_call },
  { "plan", update_plan },
};

void
agent_acp_update (AgentAcp *acp, const CardeaJson *params)
{
  const char *session = cardea_json_get_string (params, "sessionId");
  const CardeaJson *update = cardea_json_get (params, "update");
  const char *name = cardea_json_get_string (update, "sessionUpdate");

  if (acp->session == NULL || g_strcmp0 (session, acp->session) != 0)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (updates); i++)
    if (g_strcmp0 (name, updates[i].name) == 0)
      updates[i].take (acp, update);
}

void
agent_acp_update_begin (AgentAcp *acp)
{
  acp->steps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) step_free);
  acp->pictures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
agent_acp_update_end (AgentAcp *acp)
{
  GHashTableIter iter;
  gpointer id, value;

  g_hash_table_iter_init (&iter, acp->steps);
  while (g_hash_table_iter_next (&iter, &id, &value))
    {
      AgentAcpStep *step = value;
      g_autofree char *name = g_strconcat ("call-", id, NULL);
      if (strcmp (step->state, "running") != 0)
        continue;
      step->state = "failed";
      show_step (acp, name, step);
    }
  g_clear_pointer (&acp->steps, g_hash_table_unref);
  g_clear_pointer (&acp->pictures, g_hash_table_unref);
}

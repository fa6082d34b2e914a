/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the core's own values: object, decision, ids. What an agent said stands only in "why",
 * cut to its limit; whoever draws it marks it as not verified. Known gaps: none. */

#include "guardian/core/guardian-question.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/core/guardian-grant.h"
#include "guardian/core/guardian-member.h"
#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-question-host.h"
#include "guardian/core/guardian-session.h"

#include <string.h>

#define VERSION 1
#define ID_BYTES 8
#define NONCE_BYTES 16
#define CLIPBOARD "clipboard"

G_DEFINE_QUARK (guardian - question - error - quark, guardian_question_error)

static void
set_shortened (CardeaJson *json, const char *name, const char *value, gsize limit)
{
  if (value == NULL || *value == '\0')
    return;
  g_autofree char *text = cardea_text_shorten (value, limit);
  cardea_json_set_string (json, name, text);
}

static CardeaJson *
make_subject (const GuardianQuestionTerms *terms)
{
  CardeaJson *subject = cardea_json_new_object ();
  CardeaJson *agent = cardea_json_new_object ();
  gboolean theirs
      = terms->foreign != NULL || g_str_has_prefix (terms->agent, GUARDIAN_SESSION_PROGRAM);

  /* Our agent only passes on what a foreign one wants: that one is who asks. */
  cardea_json_set_string (agent, "name", terms->foreign != NULL ? terms->foreign : terms->agent);
  cardea_json_set_string (agent, "kind", theirs ? "third-party" : "built-in");
  guardian_member_set_text (agent, "sha256", terms->agent_sha256);
  cardea_json_set (subject, "agent", agent);
  guardian_member_set_text (subject, "title", terms->title);
  return subject;
}

static gboolean
is_batch (const GuardianQuestionTerms *terms)
{
  return terms->plan != NULL && terms->plan->items->len > 1;
}

static void
set_inode (CardeaJson *resource, const GuardianInode *inode)
{
  cardea_json_set_int64_string (resource, "dev", inode->dev);
  cardea_json_set_int64_string (resource, "ino", inode->ino);
}

/* What exists, beside its names. */
static void
set_facts (CardeaJson *resource, const GuardianQuestionTerms *terms)
{
  const GuardianObject *object = terms->object;

  cardea_json_set_int64_string (resource, "size", object->size);
  set_inode (resource, &object->inode);
  cardea_json_set_int64_string (resource, "uid", object->uid);
  guardian_member_set_text (resource, "owner", terms->owner);
}

static CardeaJson *
make_resource (const GuardianQuestionTerms *terms)
{
  const GuardianObject *object = terms->object;
  CardeaJson *resource = cardea_json_new_object ();

  if (terms->destination != NULL)
    {
      cardea_json_unref (resource);
      return guardian_question_host (terms);
    }
  if (terms->deed != NULL)
    {
      cardea_json_unref (resource);
      return cardea_json_copy (terms->deed);
    }
  if (object == NULL)
    {
      cardea_json_set_string (resource, "kind", "session");
      return resource;
    }
  cardea_json_set_string (resource, "kind", object->is_folder ? "folder" : "file");
  cardea_path_json_set (resource, "path", object->path);
  if (object->via != NULL)
    cardea_path_json_set (resource, "via", object->via);
  if (is_batch (terms))
    {
      cardea_json_set_int (resource, "count", terms->plan->items->len);
      if (object->inode.ino != 0)
        set_inode (resource, &object->inode);
    }
  else if (object->nlink > 0)
    set_facts (resource, terms);
  else
    cardea_json_set_boolean (resource, "exists", FALSE);
  cardea_json_set (resource, "labels", guardian_label_set_to_json (terms->labels));
  if (terms->depth > 0)
    cardea_json_set_int (resource, "depth", terms->depth);
  guardian_member_set_text (resource, "pattern", terms->pattern);
  guardian_member_set_text (resource, "text", terms->text);
  return resource;
}

static CardeaJson *
make_because (const GuardianQuestionTerms *terms)
{
  CardeaJson *because = cardea_json_new_object ();
  set_shortened (because, "request", terms->user_request, GUARDIAN_QUESTION_REQUEST_LIMIT);
  cardea_json_set (because, "labels_read", guardian_label_set_to_json (terms->labels_read));
  cardea_json_set_int (because, "files_read", terms->files_read);
  if (terms->pages_read > 0)
    cardea_json_set_int (because, "pages_read", terms->pages_read);
  cardea_json_set_boolean (because, "untrusted_input", terms->untrusted);
  return because;
}

/* Not as wide as the home or wider. */
static gboolean
is_narrow (const char *folder, const char *home)
{
  gsize size = strlen (folder);
  return strcmp (folder, "/") != 0
         && (home == NULL || strncmp (home, folder, size) != 0
             || (home[size] != '/' && home[size] != '\0'));
}

static gboolean
may_remember (const GuardianQuestionTerms *terms)
{
  return (terms->object != NULL || terms->destination != NULL)
         && terms->decision->tier <= GUARDIAN_TIER_QUESTION && terms->decision->uses == 0;
}

/* The folder around a file is offered when it is narrow, and never for a folder: that is meant by
 * itself. For several objects it is the folder that holds them, once it is known as one. */
static gboolean
may_offer_folder (const GuardianQuestionTerms *terms)
{
  const GuardianObject *object = terms->object;

  if (!may_remember (terms) || object == NULL)
    return FALSE;
  if (is_batch (terms))
    return object->inode.ino != 0 && is_narrow (object->path, terms->home);
  if (object->is_folder || object->n_parents == 0)
    return FALSE;
  g_autofree char *folder = guardian_object_folder (object->path);
  return is_narrow (folder, terms->home);
}

static gboolean
may_offer_exact (const GuardianQuestionTerms *terms)
{
  return may_remember (terms)
         && (!is_batch (terms) || terms->plan->items->len <= GUARDIAN_QUESTION_EXACT_LIMIT);
}

static CardeaJson *
make_remember (const GuardianQuestion *question)
{
  CardeaJson *remember = cardea_json_new_object ();
  CardeaJson *durations = cardea_json_new_array ();
  CardeaJson *scopes = cardea_json_new_array ();

  cardea_json_append (durations, cardea_json_new_string ("once"));
  cardea_json_append (scopes, cardea_json_new_string ("exact"));
  if (question->content_offered)
    cardea_json_append (durations, cardea_json_new_string ("task"));
  else if (question->exact_offered || question->folder_offered)
    {
      if (question->task_offered)
        cardea_json_append (durations, cardea_json_new_string ("task"));
      cardea_json_append (durations, cardea_json_new_string ("time"));
      cardea_json_set_int (remember, "max_seconds", question->max_seconds);
    }
  if (question->folder_offered)
    cardea_json_append (scopes, cardea_json_new_string ("folder"));
  if (question->host_offered)
    cardea_json_append (scopes, cardea_json_new_string ("host"));
  cardea_json_set (remember, "durations", durations);
  cardea_json_set (remember, "scopes", scopes);
  return remember;
}

static CardeaJson *
make_body (const GuardianQuestionTerms *terms, const GuardianQuestion *question)
{
  CardeaJson *body = cardea_json_new_object ();
  CardeaJson *details = cardea_json_new_object ();

  cardea_json_set_int (body, "version", VERSION);
  guardian_member_set_text (body, "request", terms->request);
  cardea_json_set_string (body, "session", terms->session);
  guardian_member_set_text (body, "trace", terms->trace);
  cardea_json_set (body, "subject", make_subject (terms));
  cardea_json_set_string (body, "action", terms->action);
  cardea_json_set (body, "resource", make_resource (terms));
  CardeaJson *sends = terms->payload != NULL ? guardian_payload_describe (terms->payload) : NULL;
  if (sends != NULL && terms->outgoing != NULL && terms->outgoing->taken->len > 0)
    cardea_json_set_boolean (sends, "masked", TRUE);
  if (sends != NULL)
    cardea_json_set (body, "sends", sends);
  set_shortened (body, "why", terms->why, GUARDIAN_QUESTION_WHY_LIMIT);
  cardea_json_set (body, "because", make_because (terms));
  if (terms->plan != NULL)
    cardea_json_set (body, "changes", cardea_json_ref (terms->plan->changes));
  else if (terms->changes != NULL)
    cardea_json_set (body, "changes", cardea_json_ref (terms->changes));
  if (terms->summary != NULL)
    cardea_json_set (body, "summary", cardea_json_ref ((CardeaJson *) terms->summary));
  guardian_question_host_findings (terms, body);
  cardea_json_set_int (body, "tier", terms->decision->tier);
  guardian_member_set_text (body, "policy", terms->decision->policy);
  guardian_member_set_text (body, "reason", terms->decision->reason);
  cardea_json_set (body, "remember", make_remember (question));
  cardea_json_set_string (details, "mode", "ask");
  cardea_json_set (body, "details", details);
  return body;
}

char *
guardian_question_key (const GuardianQuestionTerms *terms)
{
  const GuardianObject *object = terms->object;

  if (terms->destination != NULL)
    return guardian_question_host_key (terms);
  /* What is written is not in the name of it: no two of these are the same. */
  if (object == NULL || terms->plan != NULL)
    return g_strdup_printf ("%s %s %s", terms->session, terms->action,
                            terms->request != NULL ? terms->request : "");
  return g_strdup_printf ("%s %s %" G_GINT64_FORMAT ":%" G_GINT64_FORMAT " %u %s\n%s\n%s",
                          terms->session, terms->action, object->inode.dev, object->inode.ino,
                          terms->depth, object->path, terms->pattern != NULL ? terms->pattern : "",
                          terms->text != NULL ? terms->text : "");
}

static char *
make_last_element (const GuardianQuestionTerms *terms)
{
  g_autofree char *path = terms->deed != NULL ? cardea_path_json_get (terms->deed, "path") : NULL;

  if (terms->destination != NULL)
    return g_strdup (terms->destination->host);
  if (path != NULL)
    return guardian_object_name (path);
  if (terms->deed != NULL
      && g_strcmp0 (cardea_json_get_string (terms->deed, "kind"), CLIPBOARD) == 0)
    return g_strdup (CLIPBOARD);
  return terms->object != NULL ? guardian_object_name (terms->object->path) : g_strdup ("");
}

GuardianQuestion *
guardian_question_new (const GuardianQuestionTerms *terms, guint seconds, GError **error)
{
  g_autoptr (GuardianQuestion) question = g_new0 (GuardianQuestion, 1);
  gsize size = 0;

  question->folder_offered = may_offer_folder (terms);
  question->content_offered = guardian_question_host_may_remember (terms);
  question->treatment_offered = guardian_question_host_may_treat (terms);
  question->exact_offered = !guardian_question_host_has_content (terms) && may_offer_exact (terms);
  question->host_offered = terms->destination != NULL && question->exact_offered;
  /* Nobody knows how long a task lasts. */
  question->task_offered = terms->decision->ttl == 0;
  question->max_seconds = terms->decision->ttl != 0
                              ? MIN ((gint64) terms->decision->ttl, GUARDIAN_GRANT_SECONDS_LIMIT)
                              : GUARDIAN_GRANT_SECONDS_LIMIT;
  question->body = make_body (terms, question);
  g_autofree char *text = cardea_json_write (question->body, &size, NULL);
  if (text == NULL || size > GUARDIAN_QUESTION_SIZE_LIMIT)
    {
      g_set_error_literal (error, GUARDIAN_QUESTION_ERROR,
                           text == NULL ? GUARDIAN_QUESTION_ERROR_WRITE
                                        : GUARDIAN_QUESTION_ERROR_SIZE,
                           text == NULL ? "the question cannot be written"
                                        : "this is too much to show at once: ask for less");
      return NULL;
    }
  question->digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, size);
  question->id = cardea_id_new (ID_BYTES);
  question->nonce = cardea_id_new (NONCE_BYTES);
  question->session = g_strdup (terms->session);
  question->key = guardian_question_key (terms);
  question->tier = terms->decision->tier;
  question->last_element = make_last_element (terms);
  question->asked_us = g_get_monotonic_time ();
  question->expires_us = question->asked_us + (gint64) seconds * G_USEC_PER_SEC;
  question->record = -1;
  question->state = GUARDIAN_QUESTION_WAITING;
  return g_steal_pointer (&question);
}

void
guardian_question_free (GuardianQuestion *question)
{
  if (question == NULL)
    return;
  g_free (question->id);
  g_free (question->nonce);
  g_free (question->digest);
  g_clear_pointer (&question->body, cardea_json_unref);
  g_free (question->session);
  g_free (question->key);
  g_free (question->last_element);
  g_free (question);
}

/* As many as fit, and how many do not. */
static void
abridge_changes (CardeaJson *body, const CardeaJson *changes, gsize bytes)
{
  CardeaJson *list = cardea_json_new_array ();
  gsize used = 0;
  guint i = 0;

  for (; i < cardea_json_size (changes); i++)
    {
      g_autoptr (CardeaJson) change = cardea_json_copy (cardea_json_nth (changes, i));
      gsize size = 0;
      cardea_json_remove (change, "diff");
      g_autofree char *text = cardea_json_write (change, &size, NULL);
      used += size + 1;
      if (text == NULL || used > bytes)
        break;
      cardea_json_append (list, g_steal_pointer (&change));
    }
  cardea_json_set (body, "changes", list);
  if (i < cardea_json_size (changes))
    cardea_json_set_int (body, "changes_left_out", cardea_json_size (changes) - i);
}

CardeaJson *
guardian_question_abridge (const GuardianQuestion *question, gsize bytes)
{
  const CardeaJson *changes = cardea_json_get (question->body, "changes");
  CardeaJson *body = cardea_json_new_object ();

  for (guint i = 0; i < cardea_json_size (question->body); i++)
    cardea_json_set (body, cardea_json_nth_name (question->body, i),
                     cardea_json_ref (cardea_json_nth (question->body, i)));
  if (changes != NULL)
    abridge_changes (body, changes, bytes);
  guardian_question_host_conceal (body);
  return body;
}

/* How long the time has stood still since the focus came. */
static gint64
stood_still_us (const GuardianQuestion *question, gint64 now_us)
{
  if (question->focused_us == 0)
    return 0;
  return CLAMP (now_us - question->focused_us, 0, GUARDIAN_QUESTION_PAUSE_US - question->paused_us);
}

void
guardian_question_set_focused (GuardianQuestion *question, gboolean focused, gint64 now_us)
{
  gint64 paused = stood_still_us (question, now_us);

  question->paused_us += paused;
  question->expires_us += paused;
  question->focused_us = focused ? now_us : 0;
}

gint64
guardian_question_lapses_us (const GuardianQuestion *question)
{
  return question->expires_us
         + (question->focused_us != 0 ? GUARDIAN_QUESTION_PAUSE_US - question->paused_us : 0);
}

guint
guardian_question_seconds (const GuardianQuestion *question, gint64 now_us)
{
  gint64 left = question->expires_us + stood_still_us (question, now_us) - now_us;
  return (guint) MAX (1, (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-question.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

/* Trusts: that the guardian sent the message (the link says so). Refuses: a request whose digest
 * is another one, that lacks what a person must see, or that names an action without words here.
 * What it has no place for is kept and shown as it is. Known gaps: none. */

G_DEFINE_QUARK (ui - consent - question - error - quark, ui_consent_question_error)

#define REQUEST_VERSION 1

typedef enum {
  MEMBER_TEXT,    /* char * */
  MEMBER_PATH,    /* char *, bytes; NAME or NAME_b64 */
  MEMBER_INT,     /* int, not negative */
  MEMBER_INT64,   /* gint64 from decimal text, not negative */
  MEMBER_BOOLEAN, /* gboolean */
  MEMBER_STRINGS, /* GStrv */
  MEMBER_OBJECT,  /* described by members */
  MEMBER_SKIP,    /* known, read elsewhere or of no use to a person */
} MemberType;

typedef struct _Member Member;
struct _Member {
  const char *name; /* NULL ends the list */
  MemberType type;
  gboolean required;
  gsize offset; /* into Reading */
  const Member *members;
};

/* The question and the texts that become enumerations. */
typedef struct {
  UiConsentQuestion question;
  int version;
  int tier;
  char *action;
  char *kind;
  char *agent_kind;
  GStrv durations;
  GStrv scopes;
} Reading;

#define AT(field_) G_STRUCT_OFFSET (Reading, field_)

static const Member agent_members[] = {
  { "name", MEMBER_TEXT, TRUE, AT (question.agent_name) },
  { "kind", MEMBER_TEXT, TRUE, AT (agent_kind) },
  { "signer", MEMBER_TEXT, FALSE, AT (question.signer) },
  { "sha256", MEMBER_TEXT, FALSE, AT (question.agent_sha256) },
  { NULL },
};

static const Member subject_members[] = {
  { "agent", MEMBER_OBJECT, TRUE, 0, agent_members },
  { "plugin", MEMBER_TEXT, FALSE, AT (question.plugin) },
  { "title", MEMBER_TEXT, FALSE, AT (question.title) },
  { NULL },
};

static const Member resource_members[] = {
  { "kind", MEMBER_TEXT, TRUE, AT (kind) },
  { "path", MEMBER_PATH, TRUE, AT (question.path) },
  { "via", MEMBER_PATH, FALSE, AT (question.via) },
  { "owner", MEMBER_TEXT, FALSE, AT (question.owner) },
  { "pattern", MEMBER_TEXT, FALSE, AT (question.pattern) },
  { "text", MEMBER_TEXT, FALSE, AT (question.text) },
  { "labels", MEMBER_STRINGS, FALSE, AT (question.labels) },
  { "size", MEMBER_INT64, FALSE, AT (question.size) },
  { "uid", MEMBER_INT64, FALSE, AT (question.uid) },
  { "count", MEMBER_INT, FALSE, AT (question.count) },
  { "dev", MEMBER_SKIP },
  { "ino", MEMBER_SKIP },
  { "mtime", MEMBER_SKIP },
  { "depth", MEMBER_SKIP },
  { NULL },
};

static const Member because_members[] = {
  { "request", MEMBER_TEXT, FALSE, AT (question.last_message) },
  { "labels_read", MEMBER_STRINGS, FALSE, AT (question.labels_read) },
  { "files_read", MEMBER_INT, FALSE, AT (question.files_read) },
  { "pages_read", MEMBER_INT, FALSE, AT (question.pages_read) },
  { "untrusted_input", MEMBER_BOOLEAN, FALSE, AT (question.untrusted_input) },
  { NULL },
};

static const Member remember_members[] = {
  { "durations", MEMBER_STRINGS, FALSE, AT (durations) },
  { "scopes", MEMBER_STRINGS, FALSE, AT (scopes) },
  { "max_seconds", MEMBER_INT, FALSE, AT (question.max_seconds) },
  { NULL },
};

static const Member details_members[] = {
  { "capability", MEMBER_TEXT, FALSE, AT (question.capability) },
  { "record", MEMBER_TEXT, FALSE, AT (question.record) },
  { "mode", MEMBER_TEXT, FALSE, AT (question.mode) },
  { NULL },
};

static const Member request_members[] = {
  { "version", MEMBER_INT, TRUE, AT (version) },
  { "request", MEMBER_TEXT, FALSE, AT (question.request_id) },
  { "session", MEMBER_TEXT, TRUE, AT (question.session) },
  { "trace", MEMBER_TEXT, FALSE, AT (question.trace) },
  { "subject", MEMBER_OBJECT, TRUE, 0, subject_members },
  { "action", MEMBER_TEXT, TRUE, AT (action) },
  { "resource", MEMBER_OBJECT, TRUE, 0, resource_members },
  { "why", MEMBER_TEXT, FALSE, AT (question.why) },
  { "because", MEMBER_OBJECT, FALSE, 0, because_members },
  { "sensitive", MEMBER_SKIP }, /* read_findings() */
  { "tier", MEMBER_INT, TRUE, AT (tier) },
  { "policy", MEMBER_TEXT, FALSE, AT (question.policy) },
  { "reason", MEMBER_TEXT, FALSE, AT (question.reason) },
  { "remember", MEMBER_OBJECT, FALSE, 0, remember_members },
  { "details", MEMBER_OBJECT, FALSE, 0, details_members },
  { NULL },
};

typedef struct {
  const char *name; /* NULL ends the list */
  int value;
} Name;

static const Name action_names[] = {
  { "file.read", UI_CONSENT_ACTION_READ },
  { "file.list", UI_CONSENT_ACTION_LIST },
  { NULL },
};
static const Name kind_names[] = { { "file", FALSE }, { "folder", TRUE }, { NULL } };
static const Name agent_kind_names[] = {
  { "built-in", UI_CONSENT_AGENT_BUILT_IN },
  { "third-party", UI_CONSENT_AGENT_THIRD_PARTY },
  { "signed", UI_CONSENT_AGENT_SIGNED },
  { NULL },
};
static const Name duration_names[] = {
  { "once", UI_CONSENT_DURATION_ONCE },
  { "task", UI_CONSENT_DURATION_TASK },
  { "time", UI_CONSENT_DURATION_TIME },
  { NULL },
};
static const Name scope_names[] = {
  { "exact", UI_CONSENT_SCOPE_EXACT },
  { "folder", UI_CONSENT_SCOPE_FOLDER },
  { "host", UI_CONSENT_SCOPE_HOST },
  { NULL },
};

/* -1: not in the list. */
static int
find_name (const Name *names, const char *wanted)
{
  for (; names->name != NULL; names++)
    if (strcmp (names->name, wanted) == 0)
      return names->value;
  return -1;
}

static void
set_text (char **slot, const char *text)
{
  g_free (*slot);
  *slot = g_strdup (text);
}

static gboolean
read_path (const CardeaJson *json, gboolean encoded, char **slot)
{
  const char *text = cardea_json_string (json);
  if (text == NULL)
    return FALSE;
  if (!encoded)
    {
      set_text (slot, text);
      return *text != '\0';
    }
  g_autoptr (GBytes) bytes = cardea_base64_decode (text);
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  if (size == 0 || memchr (data, 0, size) != NULL)
    return FALSE;
  g_free (*slot);
  *slot = g_strndup (data, size);
  return TRUE;
}

static gboolean
read_strings (const CardeaJson *json, GStrv *slot)
{
  if (cardea_json_type (json) != CARDEA_JSON_ARRAY)
    return FALSE;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; i < cardea_json_size (json); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (json, i));
      if (text == NULL)
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*slot);
  *slot = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_int (const CardeaJson *json, int *slot)
{
  gint64 value;
  if (!cardea_json_int (json, &value) || value < 0 || value > G_MAXINT32)
    return FALSE;
  *slot = (int) value;
  return TRUE;
}

static gboolean
read_int64 (const CardeaJson *json, gint64 *slot)
{
  const char *text = cardea_json_string (json);
  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, slot, NULL);
}

static gboolean
read_value (Reading *reading, const Member *member, const CardeaJson *json, gboolean encoded)
{
  gpointer slot = G_STRUCT_MEMBER_P (reading, member->offset);
  switch (member->type)
    {
    case MEMBER_TEXT:
      set_text (slot, cardea_json_string (json));
      return cardea_json_string (json) != NULL;
    case MEMBER_PATH:
      return read_path (json, encoded, slot);
    case MEMBER_INT:
      return read_int (json, slot);
    case MEMBER_INT64:
      return read_int64 (json, slot);
    case MEMBER_BOOLEAN:
      return cardea_json_boolean (json, slot);
    case MEMBER_STRINGS:
      return read_strings (json, slot);
    case MEMBER_OBJECT:
      return cardea_json_type (json) == CARDEA_JSON_OBJECT;
    case MEMBER_SKIP:
      return TRUE;
    }
  return FALSE;
}

static const Member *
find_member (const Member *members, const char *name, gboolean *ret_encoded)
{
  for (; members->name != NULL; members++)
    {
      gsize length = strlen (members->name);
      *ret_encoded = members->type == MEMBER_PATH && strncmp (name, members->name, length) == 0
                     && strcmp (name + length, "_b64") == 0;
      if (*ret_encoded || strcmp (name, members->name) == 0)
        return members;
    }
  return NULL;
}

static void
keep_other (Reading *reading, const char *where, const char *name, const CardeaJson *json)
{
  g_autofree char *text = cardea_json_write (json, NULL, NULL);
  g_ptr_array_add (reading->question.others,
                   g_strdup_printf ("%s%s: %s", where, name, text != NULL ? text : "?"));
}

static gboolean
has_member (const CardeaJson *object, const Member *member)
{
  if (cardea_json_get (object, member->name) != NULL)
    return TRUE;
  g_autofree char *encoded = g_strconcat (member->name, "_b64", NULL);
  return member->type == MEMBER_PATH && cardea_json_get (object, encoded) != NULL;
}

/* where: "" or "resource.", for messages. Depth is that of the tables. */
static gboolean
read_object (Reading *reading, const CardeaJson *object, const Member *members, const char *where,
             GError **error)
{
  for (const Member *member = members; member->name != NULL; member++)
    if (member->required && !has_member (object, member))
      {
        g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                     "the request lacks %s%s", where, member->name);
        return FALSE;
      }

  for (guint i = 0; i < cardea_json_size (object); i++)
    {
      const char *name = cardea_json_nth_name (object, i);
      const CardeaJson *value = cardea_json_nth (object, i);
      gboolean encoded = FALSE;
      const Member *member = find_member (members, name, &encoded);
      if (member == NULL)
        {
          keep_other (reading, where, name, value);
          continue;
        }
      if (!read_value (reading, member, value, encoded))
        {
          g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                       "the request's %s%s is not what it must be", where, name);
          return FALSE;
        }
      g_autofree char *deeper = g_strconcat (where, name, ".", NULL);
      if (member->members != NULL && !read_object (reading, value, member->members, deeper, error))
        return FALSE;
    }
  return TRUE;
}

static void
clear_finding (gpointer data)
{
  UiConsentFinding *finding = data;
  g_clear_pointer (&finding->rule, g_free);
}

static gboolean
read_findings (UiConsentQuestion *question, const CardeaJson *request, GError **error)
{
  const CardeaJson *array = cardea_json_get (request, "sensitive");
  for (guint i = 0; array != NULL && i < cardea_json_size (array); i++)
    {
      const CardeaJson *json = cardea_json_nth (array, i);
      const char *rule = cardea_json_get_string (json, "rule");
      gint64 count = 1, line = 0;
      cardea_json_get_int (json, "count", &count);
      cardea_json_get_int (json, "line", &line);
      if (rule == NULL)
        {
          g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                       "the request names sensitive data without saying what");
          return FALSE;
        }
      UiConsentFinding finding = { g_strdup (rule), (int) CLAMP (count, 1, G_MAXINT32),
                                   (int) CLAMP (line, 0, G_MAXINT32) };
      g_array_append_val (question->findings, finding);
    }
  return TRUE;
}

/* A word that is not known widens nothing: it is left out. */
static guint
mask_of (const Name *names, GStrv words)
{
  guint mask = 0;
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      int value = find_name (names, words[i]);
      if (value >= 0)
        mask |= 1u << value;
    }
  return mask;
}

static gboolean
interpret (Reading *reading, GError **error)
{
  UiConsentQuestion *question = &reading->question;
  int action = find_name (action_names, reading->action);
  int folder = find_name (kind_names, reading->kind);
  int agent = find_name (agent_kind_names, reading->agent_kind);

  if (reading->version != REQUEST_VERSION || action < 0 || folder < 0 || agent < 0
      || (action == UI_CONSENT_ACTION_LIST && !folder))
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_UNKNOWN,
                   "this program cannot explain a request for %s", reading->action);
      return FALSE;
    }
  if (reading->tier != question->tier || question->path[0] != '/'
      || (agent == UI_CONSENT_AGENT_SIGNED && question->signer == NULL))
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request contradicts itself");
      return FALSE;
    }
  question->action = (UiConsentAction) action;
  question->folder = folder;
  question->agent_kind = (UiConsentAgentKind) agent;
  question->durations
      = mask_of (duration_names, reading->durations) | (1u << UI_CONSENT_DURATION_ONCE);
  question->scopes = mask_of (scope_names, reading->scopes) | (1u << UI_CONSENT_SCOPE_EXACT);
  return TRUE;
}

static void
read_around (UiConsentQuestion *question, const CardeaMessage *message)
{
  question->id = g_strdup (cardea_message_get_string (message, "id"));
  question->digest = g_strdup (cardea_message_get_string (message, "digest"));
  question->nonce = g_strdup (cardea_message_get_string (message, "nonce"));
  question->tier = (int) cardea_message_get_int (message, "tier", G_MAXINT32);
  question->seconds = (int) cardea_message_get_int (message, "seconds", 0);
  question->position = (int) cardea_message_get_int (message, "position", 1);
  question->waiting = (int) cardea_message_get_int (message, "waiting", 1);
  question->answerable = cardea_message_get_boolean (message, "answerable");
}

static gboolean
check_digest (const UiConsentQuestion *question, GError **error)
{
  gsize size = 0;
  g_autofree char *canonical = cardea_json_write (question->request, &size, error);
  if (canonical == NULL)
    return FALSE;
  g_autofree char *digest
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) canonical, size);
  if (g_strcmp0 (digest, question->digest) == 0)
    return TRUE;
  g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_DIGEST,
               "the question and its digest differ");
  return FALSE;
}

UiConsentQuestion *
ui_consent_question_new (const CardeaMessage *message, GError **error)
{
  CardeaJson *request = cardea_message_get_json (message, "question");
  if (request == NULL || cardea_json_type (request) != CARDEA_JSON_OBJECT)
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the question carries no request");
      return NULL;
    }

  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (UiConsentQuestion) question = &reading->question; /* the first member */
  question->request = cardea_json_ref (request);
  question->others = g_ptr_array_new_with_free_func (g_free);
  question->findings = g_array_new (FALSE, TRUE, sizeof (UiConsentFinding));
  g_array_set_clear_func (question->findings, clear_finding);
  question->size = question->uid = -1;
  read_around (question, message);

  gboolean good = check_digest (question, error)
                  && read_object (reading, request, request_members, "", error)
                  && interpret (reading, error) && read_findings (question, request, error);
  g_clear_pointer (&reading->action, g_free);
  g_clear_pointer (&reading->kind, g_free);
  g_clear_pointer (&reading->agent_kind, g_free);
  g_clear_pointer (&reading->durations, g_strfreev);
  g_clear_pointer (&reading->scopes, g_strfreev);
  return good ? g_steal_pointer (&question) : NULL;
}

void
ui_consent_question_free (UiConsentQuestion *question)
{
  g_free (question->id);
  g_free (question->digest);
  g_free (question->nonce);
  g_clear_pointer (&question->request, cardea_json_unref);
  g_free (question->session);
  g_free (question->trace);
  g_free (question->request_id);
  g_free (question->agent_name);
  g_free (question->agent_sha256);
  g_free (question->signer);
  g_free (question->plugin);
  g_free (question->title);
  g_free (question->path);
  g_free (question->via);
  g_free (question->owner);
  g_free (question->pattern);
  g_free (question->text);
  g_strfreev (question->labels);
  g_free (question->why);
  g_free (question->last_message);
  g_strfreev (question->labels_read);
  g_array_unref (question->findings);
  g_free (question->policy);
  g_free (question->reason);
  g_free (question->capability);
  g_free (question->record);
  g_free (question->mode);
  g_ptr_array_unref (question->others);
  g_free (question);
}

char *
ui_consent_question_last_element (const UiConsentQuestion *question)
{
  return g_path_get_basename (question->path);
}

char *
ui_consent_question_scope_folder (const UiConsentQuestion *question)
{
  return question->folder ? g_strdup (question->path) : g_path_get_dirname (question->path);
}

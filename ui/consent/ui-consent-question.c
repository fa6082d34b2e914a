/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-question.h"

#include "ui/consent/ui-consent-reader.h"

#include <string.h>

/* Trusts: that the guardian sent the message (the link says so). Refuses: a request whose digest
 * is another one, that lacks what a person must see, or that names an action without words here.
 * What it has no place for is kept and shown as it is. Known gaps: none. */

G_DEFINE_QUARK (ui - consent - question - error - quark, ui_consent_question_error)

#define CLIPBOARD "clipboard" /* what is typed where a click is not enough */
#define REQUEST_VERSION 1

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

static const UiConsentReaderMember agent_members[] = {
  { "name", UI_CONSENT_READER_TEXT, TRUE, AT (question.agent_name) },
  { "kind", UI_CONSENT_READER_TEXT, TRUE, AT (agent_kind) },
  { "signer", UI_CONSENT_READER_TEXT, FALSE, AT (question.signer) },
  { "sha256", UI_CONSENT_READER_TEXT, FALSE, AT (question.agent_sha256) },
  { NULL },
};

static const UiConsentReaderMember subject_members[] = {
  { "agent", UI_CONSENT_READER_OBJECT, TRUE, 0, agent_members },
  { "plugin", UI_CONSENT_READER_TEXT, FALSE, AT (question.plugin) },
  { "title", UI_CONSENT_READER_TEXT, FALSE, AT (question.title) },
  { NULL },
};

static const UiConsentReaderMember resource_members[] = {
  { "kind", UI_CONSENT_READER_TEXT, TRUE, AT (kind) },
  { "path", UI_CONSENT_READER_PATH, FALSE, AT (question.path) }, /* check_target() */
  { "via", UI_CONSENT_READER_PATH, FALSE, AT (question.via) },
  { "owner", UI_CONSENT_READER_TEXT, FALSE, AT (question.owner) },
  { "step", UI_CONSENT_READER_TEXT, FALSE, AT (question.step) },
  { "title", UI_CONSENT_READER_SKIP }, /* stands in why */
  { "pattern", UI_CONSENT_READER_TEXT, FALSE, AT (question.pattern) },
  { "text", UI_CONSENT_READER_TEXT, FALSE, AT (question.text) },
  { "labels", UI_CONSENT_READER_STRINGS, FALSE, AT (question.labels) },
  { "size", UI_CONSENT_READER_INT64, FALSE, AT (question.size) },
  { "uid", UI_CONSENT_READER_INT64, FALSE, AT (question.uid) },
  { "count", UI_CONSENT_READER_INT, FALSE, AT (question.count) },
  { "exists", UI_CONSENT_READER_BOOLEAN, FALSE, AT (question.exists) },
  { "dev", UI_CONSENT_READER_SKIP },
  { "ino", UI_CONSENT_READER_SKIP },
  { "mtime", UI_CONSENT_READER_SKIP },
  { "depth", UI_CONSENT_READER_SKIP },
  { NULL },
};

/* Of a host UiConsentHost reads the rest. */
static const UiConsentReaderMember host_members[] = {
  { "kind", UI_CONSENT_READER_TEXT, TRUE, AT (kind) },
  { "labels", UI_CONSENT_READER_STRINGS, FALSE, AT (question.labels) },
  { NULL },
};

/* Of a program UiConsentProgram reads the rest. */
static const UiConsentReaderMember program_members[] = {
  { "kind", UI_CONSENT_READER_TEXT, TRUE, AT (kind) },
  { "path", UI_CONSENT_READER_PATH, TRUE, AT (question.path) },
  { "size", UI_CONSENT_READER_INT64, TRUE, AT (question.size) },
  { "uid", UI_CONSENT_READER_INT64, TRUE, AT (question.uid) },
  { "labels", UI_CONSENT_READER_STRINGS, FALSE, AT (question.labels) },
  { NULL },
};

static const UiConsentReaderMember because_members[] = {
  { "request", UI_CONSENT_READER_TEXT, FALSE, AT (question.last_message) },
  { "labels_read", UI_CONSENT_READER_STRINGS, FALSE, AT (question.labels_read) },
  { "files_read", UI_CONSENT_READER_INT, FALSE, AT (question.files_read) },
  { "pages_read", UI_CONSENT_READER_INT, FALSE, AT (question.pages_read) },
  { "untrusted_input", UI_CONSENT_READER_BOOLEAN, FALSE, AT (question.untrusted_input) },
  { NULL },
};

static const UiConsentReaderMember summary_members[] = {
  { "asked", UI_CONSENT_READER_INT, TRUE, AT (question.asked) },
  { "refused", UI_CONSENT_READER_INT, TRUE, AT (question.refused) },
  { "items", UI_CONSENT_READER_SKIP }, /* read_items() */
  { NULL },
};

static const UiConsentReaderMember remember_members[] = {
  { "durations", UI_CONSENT_READER_STRINGS, FALSE, AT (durations) },
  { "scopes", UI_CONSENT_READER_STRINGS, FALSE, AT (scopes) },
  { "max_seconds", UI_CONSENT_READER_INT, FALSE, AT (question.max_seconds) },
  { NULL },
};

static const UiConsentReaderMember details_members[] = {
  { "capability", UI_CONSENT_READER_TEXT, FALSE, AT (question.capability) },
  { "record", UI_CONSENT_READER_TEXT, FALSE, AT (question.record) },
  { "mode", UI_CONSENT_READER_TEXT, FALSE, AT (question.mode) },
  { NULL },
};

static const UiConsentReaderMember request_members[] = {
  { "version", UI_CONSENT_READER_INT, TRUE, AT (version) },
  { "request", UI_CONSENT_READER_TEXT, FALSE, AT (question.request_id) },
  { "session", UI_CONSENT_READER_TEXT, TRUE, AT (question.session) },
  { "trace", UI_CONSENT_READER_TEXT, FALSE, AT (question.trace) },
  { "subject", UI_CONSENT_READER_OBJECT, TRUE, 0, subject_members },
  { "action", UI_CONSENT_READER_TEXT, TRUE, AT (action) },
  { "resource", UI_CONSENT_READER_SKIP }, /* read_resource() */
  { "sends", UI_CONSENT_READER_SKIP },
  { "why", UI_CONSENT_READER_TEXT, FALSE, AT (question.why) },
  { "because", UI_CONSENT_READER_OBJECT, FALSE, 0, because_members },
  { "changes", UI_CONSENT_READER_SKIP }, /* read_changes() */
  { "summary", UI_CONSENT_READER_OBJECT, FALSE, 0, summary_members },
  { "sensitive", UI_CONSENT_READER_SKIP },  /* ui_consent_finding_read_all() */
  { "treatments", UI_CONSENT_READER_SKIP }, /* ui_consent_treatment_mask() */
  { "tier", UI_CONSENT_READER_INT, TRUE, AT (tier) },
  { "policy", UI_CONSENT_READER_TEXT, FALSE, AT (question.policy) },
  { "reason", UI_CONSENT_READER_TEXT, FALSE, AT (question.reason) },
  { "remember", UI_CONSENT_READER_OBJECT, FALSE, 0, remember_members },
  { "details", UI_CONSENT_READER_OBJECT, FALSE, 0, details_members },
  { NULL },
};

static const UiConsentReaderName action_names[] = {
  { "file.read", UI_CONSENT_ACTION_READ },        { "file.list", UI_CONSENT_ACTION_LIST },
  { "file.write", UI_CONSENT_ACTION_CHANGE },     { "file.append", UI_CONSENT_ACTION_CHANGE },
  { "file.create", UI_CONSENT_ACTION_CHANGE },    { "file.delete", UI_CONSENT_ACTION_CHANGE },
  { "file.rename", UI_CONSENT_ACTION_CHANGE },    { "file.metadata", UI_CONSENT_ACTION_CHANGE },
  { "net.connect", UI_CONSENT_ACTION_CONNECT },   { "net.request", UI_CONSENT_ACTION_REQUEST },
  { "agent.permit", UI_CONSENT_ACTION_PERMIT },   { "exec.run", UI_CONSENT_ACTION_RUN },
  { "clipboard.read", UI_CONSENT_ACTION_PASTE },  { "clipboard.write", UI_CONSENT_ACTION_COPY },
  { "session.resume", UI_CONSENT_ACTION_RESUME }, { NULL },
};

enum { KIND_FILE, KIND_FOLDER, KIND_SESSION, KIND_HOST, KIND_STEP, KIND_PROGRAM, KIND_CLIPBOARD };
static const UiConsentReaderName kind_names[]
    = { { "file", KIND_FILE },           { "folder", KIND_FOLDER },
        { "session", KIND_SESSION },     { "host", KIND_HOST },
        { "step", KIND_STEP },           { "program", KIND_PROGRAM },
        { "clipboard", KIND_CLIPBOARD }, { NULL } };
static const UiConsentReaderName agent_kind_names[] = {
  { "built-in", UI_CONSENT_AGENT_BUILT_IN },
  { "third-party", UI_CONSENT_AGENT_THIRD_PARTY },
  { "signed", UI_CONSENT_AGENT_SIGNED },
  { NULL },
};
static const UiConsentReaderName duration_names[] = {
  { "once", UI_CONSENT_DURATION_ONCE },
  { "task", UI_CONSENT_DURATION_TASK },
  { "time", UI_CONSENT_DURATION_TIME },
  { NULL },
};
static const UiConsentReaderName scope_names[] = {
  { "exact", UI_CONSENT_SCOPE_EXACT },
  { "folder", UI_CONSENT_SCOPE_FOLDER },
  { "host", UI_CONSENT_SCOPE_HOST },
  { NULL },
};

static gboolean
read_resource (Reading *reading, GError **error)
{
  UiConsentQuestion *question = &reading->question;
  const CardeaJson *resource = cardea_json_get (question->request, "resource");
  const char *kind = resource != NULL ? cardea_json_get_string (resource, "kind") : NULL;
  gboolean host = g_strcmp0 (kind, "host") == 0;
  gboolean program = g_strcmp0 (kind, "program") == 0;

  if (resource == NULL || cardea_json_type (resource) != CARDEA_JSON_OBJECT)
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request names nothing");
      return FALSE;
    }
  if (!host && !program)
    return ui_consent_reader_fill (reading, resource, resource_members, "resource.",
                                   question->others, error);
  /* What has no place is kept by the second reading. */
  g_autoptr (GPtrArray) twice = g_ptr_array_new_with_free_func (g_free);
  if (program)
    {
      question->program = ui_consent_program_read (resource, question->others, error);
      return question->program != NULL
             && ui_consent_reader_fill (reading, resource, program_members, "resource.", twice,
                                        error);
    }
  question->host = ui_consent_host_read (resource, cardea_json_get (question->request, "sends"),
                                         question->others, error);
  return question->host != NULL
         && ui_consent_reader_fill (reading, resource, host_members, "resource.", twice, error);
}

/* A word that is not known widens nothing: it is left out. */
static guint
mask_of (const UiConsentReaderName *names, GStrv words)
{
  guint mask = 0;
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      int value = ui_consent_reader_find (names, words[i]);
      if (value >= 0)
        mask |= 1u << value;
    }
  return mask;
}

/* What is asked about fits the action: a path where there must be one, changes where they are what
 * is decided and nowhere else. */
static gboolean
check_target (const UiConsentQuestion *question, int kind, const CardeaJson *request)
{
  gboolean resumes = question->action == UI_CONSENT_ACTION_RESUME;
  gboolean changes = question->action == UI_CONSENT_ACTION_CHANGE;
  gboolean permits = question->action == UI_CONSENT_ACTION_PERMIT;
  gboolean tunnels = question->action == UI_CONSENT_ACTION_CONNECT;
  gboolean runs = question->action == UI_CONSENT_ACTION_RUN;
  gboolean leaves = tunnels || question->action == UI_CONSENT_ACTION_REQUEST;
  gboolean copies = question->action == UI_CONSENT_ACTION_COPY;
  gboolean clips = copies || question->action == UI_CONSENT_ACTION_PASTE;
  if (leaves != (kind == KIND_HOST) || leaves != (question->host != NULL)
      || (leaves && tunnels != (question->host->method == NULL))
      || (!leaves && cardea_json_get (request, "sends") != NULL))
    return FALSE;
  if (runs != (kind == KIND_PROGRAM) || runs != (question->program != NULL))
    return FALSE;
  if (resumes != (kind == KIND_SESSION) || permits != (kind == KIND_STEP)
      || permits != (question->step != NULL) || clips != (kind == KIND_CLIPBOARD)
      || (clips && copies != (question->text != NULL))
      || (resumes || permits || leaves || clips) != (question->path == NULL)
      || resumes != (cardea_json_get (request, "summary") != NULL)
      || changes != (cardea_json_get (request, "changes") != NULL)
      || (!changes && !question->exists))
    return FALSE;
  return question->path == NULL || question->path[0] == '/';
}

static gboolean
interpret (Reading *reading, GError **error)
{
  UiConsentQuestion *question = &reading->question;
  int action = ui_consent_reader_find (action_names, reading->action);
  int kind = ui_consent_reader_find (kind_names, reading->kind);
  int agent = ui_consent_reader_find (agent_kind_names, reading->agent_kind);

  if (reading->version != REQUEST_VERSION || action < 0 || kind < 0 || agent < 0
      || (action == UI_CONSENT_ACTION_LIST && kind != KIND_FOLDER))
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_UNKNOWN,
                   "this program cannot explain a request for %s", reading->action);
      return FALSE;
    }
  question->action = (UiConsentAction) action;
  question->folder = kind == KIND_FOLDER;
  question->agent_kind = (UiConsentAgentKind) agent;
  if (reading->tier != question->tier || !check_target (question, kind, question->request)
      || (agent == UI_CONSENT_AGENT_SIGNED && question->signer == NULL))
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request contradicts itself");
      return FALSE;
    }
  question->durations
      = mask_of (duration_names, reading->durations) | (1u << UI_CONSENT_DURATION_ONCE);
  question->scopes = mask_of (scope_names, reading->scopes) | (1u << UI_CONSENT_SCOPE_EXACT);
  question->treatments
      = ui_consent_treatment_mask (cardea_json_get (question->request, "treatments"));
  return TRUE;
}

/* One change is about the resource itself; several lie in the folder that is the resource. */
static gboolean
read_changes (UiConsentQuestion *question, GError **error)
{
  const CardeaJson *array = cardea_json_get (question->request, "changes");
  if (array == NULL)
    return TRUE;
  question->changes = ui_consent_change_read_all (array, question->others, error);
  if (question->changes == NULL)
    return FALSE;
  const UiConsentChange *first = question->changes->pdata[0];
  if (question->changes->len > 1 ? question->folder : strcmp (first->path, question->path) == 0)
    return TRUE;
  g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
               "the request's changes are not of what it names");
  return FALSE;
}

static void
free_item (gpointer data)
{
  UiConsentItem *item = data;
  g_free (item->action);
  g_free (item->path);
  g_free (item->host);
  g_free (item);
}

static gboolean
read_items (UiConsentQuestion *question, GError **error)
{
  static const UiConsentReaderMember members[] = {
    { "action", UI_CONSENT_READER_TEXT, TRUE, G_STRUCT_OFFSET (UiConsentItem, action) },
    { "path", UI_CONSENT_READER_PATH, FALSE, G_STRUCT_OFFSET (UiConsentItem, path) },
    { "host", UI_CONSENT_READER_TEXT, FALSE, G_STRUCT_OFFSET (UiConsentItem, host) },
    { NULL },
  };
  const CardeaJson *summary = cardea_json_get (question->request, "summary");
  const CardeaJson *array = summary != NULL ? cardea_json_get (summary, "items") : NULL;
  guint count = array != NULL ? cardea_json_size (array) : 0;
  if (array != NULL
      && (cardea_json_type (array) != CARDEA_JSON_ARRAY || count > UI_CONSENT_ITEMS_LIMIT))
    {
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   "the request's summary is not what it must be");
      return FALSE;
    }
  for (guint i = 0; i < count; i++)
    {
      UiConsentItem *item = g_new0 (UiConsentItem, 1);
      g_ptr_array_add (question->items, item);
      if (!ui_consent_reader_fill (item, cardea_json_nth (array, i), members, "summary.items.",
                                   question->others, error))
        return FALSE;
    }
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
  g_array_set_clear_func (question->findings, ui_consent_finding_clear);
  question->items = g_ptr_array_new_with_free_func (free_item);
  question->size = question->uid = -1;
  question->exists = TRUE;
  read_around (question, message);

  gboolean good
      = check_digest (question, error) && read_resource (reading, error)
        && ui_consent_reader_fill (reading, request, request_members, "", question->others, error)
        && interpret (reading, error)
        && ui_consent_finding_read_all (cardea_json_get (request, "sensitive"), question->findings,
                                        question->others, error)
        && read_changes (question, error) && read_items (question, error);
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
  g_free (question->step);
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
  g_ptr_array_unref (question->items);
  g_clear_pointer (&question->changes, g_ptr_array_unref);
  ui_consent_host_free (question->host);
  ui_consent_program_free (question->program);
  g_free (question);
}

gboolean
ui_consent_question_is_clipboard (const UiConsentQuestion *question)
{
  return question->action == UI_CONSENT_ACTION_PASTE || question->action == UI_CONSENT_ACTION_COPY;
}

char *
ui_consent_question_last_element (const UiConsentQuestion *question)
{
  if (question->host != NULL)
    return g_strdup (question->host->host);
  if (ui_consent_question_is_clipboard (question))
    return g_strdup (CLIPBOARD);
  return g_path_get_basename (question->path != NULL ? question->path : question->session);
}

char *
ui_consent_question_scope_folder (const UiConsentQuestion *question)
{
  if (question->path == NULL)
    return g_strdup ("/");
  return question->folder ? g_strdup (question->path) : g_path_get_dirname (question->path);
}

gboolean
ui_consent_question_folder_only (const UiConsentQuestion *question)
{
  return question->changes != NULL && question->changes->len > UI_CONSENT_EXACT_LIMIT;
}

gboolean
ui_consent_question_is_about_content (const UiConsentQuestion *question)
{
  return question->host != NULL && question->findings->len > 0
         && question->scopes == 1u << UI_CONSENT_SCOPE_EXACT
         && (question->durations & (1u << UI_CONSENT_DURATION_TIME)) == 0;
}

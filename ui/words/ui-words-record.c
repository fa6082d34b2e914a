/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-record.h"

#include "ui/words/ui-words-change.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define OWN_AGENT "Cardea"
#define TIER_ASKED 2 /* consent.md: from here on a person is asked */

/* --- what --- */

/* Two fields of a row: gettext takes one for the other's plural. */
#define NP_(one_, many_) one_, many_

/* One row an action, as policy names them. A format's %s is a name, the second one (two) where it
 * goes or what it becomes. */
static const struct {
  const char *action;
  const char *file;
  const char *folder;
  const char *two; /* with a target */
  const char *count_one;
  const char *count_many; /* several, in a folder */
  const char *bare;       /* what is left after redaction */
} actions[] = {
  { "file.read", N_ ("Read %s"), N_ ("Read the files in %s"), NULL,
    NP_ ("Read %d file in %s", "Read %d files in %s"), N_ ("Read a file") },
  { "file.list", N_ ("List %s"), N_ ("List the files in %s"), NULL, NULL, NULL,
    N_ ("List a folder") },
  { "file.write", N_ ("Change %s"), N_ ("Change files in %s"), NULL,
    NP_ ("Change %d file in %s", "Change %d files in %s"), N_ ("Change a file") },
  { "file.append", N_ ("Add to %s"), N_ ("Add to files in %s"), NULL,
    NP_ ("Add to %d file in %s", "Add to %d files in %s"), N_ ("Add to a file") },
  { "file.create", N_ ("Create %s"), N_ ("Create the folder %s"), NULL,
    NP_ ("Create %d file in %s", "Create %d files in %s"), N_ ("Create a file") },
  { "file.delete", N_ ("Delete %s"), N_ ("Delete the folder %s"), NULL,
    NP_ ("Delete %d file in %s", "Delete %d files in %s"), N_ ("Delete a file") },
  { "file.rename", N_ ("Move %s"), N_ ("Move the folder %s"), N_ ("Move %s to %s"),
    NP_ ("Move %d file in %s", "Move %d files in %s"), N_ ("Move a file") },
  { "file.metadata", N_ ("Change the permissions or dates of %s"),
    N_ ("Change the permissions or dates of %s"), NULL,
    NP_ ("Change the permissions or dates of %d file in %s",
         "Change the permissions or dates of %d files in %s"),
    N_ ("Change the permissions or dates of a file") },
  { "exec.run", N_ ("Run %s"), N_ ("Run %s"), NULL, NULL, NULL, N_ ("Start the assistant") },
  { "undo.apply", NULL, NULL, NULL, NULL, NULL, N_ ("Take a change back") },
  { "undo.clear", NULL, NULL, NULL, NULL, NULL, N_ ("Delete all former contents") },
  { "session.resume", NULL, NULL, NULL, NULL, NULL, N_ ("Go on after asking too often") },
};

static guint
find_action (const char *action)
{
  guint i = 0;
  while (i < G_N_ELEMENTS (actions) && g_strcmp0 (actions[i].action, action) != 0)
    i++;
  return i;
}

/* The formats are ours, from the table above; a translation is checked against them by msgfmt. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
format_name (const char *format, const char *name)
{
  return g_strdup_printf (_ (format), name);
}

static char *
format_two (const char *format, const char *name, const char *other)
{
  return g_strdup_printf (_ (format), name, other);
}

static char *
format_count (const char *one, const char *many, int count, const char *folder)
{
  return g_strdup_printf (ngettext (one, many, (gulong) count), count, folder);
}
#pragma GCC diagnostic pop

/* Where the one item of a change goes. */
static char *
find_target (const CardeaJson *record, const char *home)
{
  const CardeaJson *items = cardea_json_get (record, "items");
  return items != NULL && cardea_json_size (items) == 1
             ? ui_words_path (cardea_json_nth (items, 0), "to", home)
             : NULL;
}

/* What goes out to a host; the first row that fits. */
static const struct {
  const char *action;
  const char *method; /* NULL: any */
  const char *host;
  const char *bare;
} hosts[] = {
  { "net.connect", NULL, N_ ("Connect to %s"), N_ ("Connect to a host") },
  { "net.request", "GET", N_ ("Get something from %s"), N_ ("Get something from a host") },
  { "net.request", "HEAD", N_ ("Get something from %s"), N_ ("Get something from a host") },
  { "net.request", NULL, N_ ("Send something to %s"), N_ ("Send something to a host") },
  { "credential.use", NULL, N_ ("Use a key of yours for %s"), N_ ("Use a key of yours") },
};

static char *
describe_host (const CardeaJson *record)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  const char *action = cardea_json_get_string (record, "action");
  const char *method = resource != NULL ? cardea_json_get_string (resource, "method") : NULL;
  g_autofree char *host = resource != NULL ? ui_words_text (resource, "host") : NULL;

  if (host != NULL && g_strcmp0 (cardea_json_get_string (resource, "kind"), "badge") == 0)
    return format_name (N_ ("Get a badge for %s"), host);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    if (g_strcmp0 (hosts[i].action, action) == 0
        && (hosts[i].method == NULL || g_strcmp0 (hosts[i].method, method) == 0))
      return host != NULL ? format_name (hosts[i].host, host) : g_strdup (_ (hosts[i].bare));
  return NULL;
}

static char *
describe_action (const CardeaJson *record, const char *home)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  guint i = find_action (cardea_json_get_string (record, "action"));
  if (i == G_N_ELEMENTS (actions))
    return describe_host (record);
  g_autofree char *name = resource != NULL ? ui_words_name (resource, "path", home) : NULL;
  if (name == NULL || actions[i].file == NULL)
    return g_strdup (_ (actions[i].bare));

  g_autofree char *to = find_target (record, home);
  gboolean folder = g_strcmp0 (cardea_json_get_string (resource, "kind"), "folder") == 0;
  gint64 count = 1;
  if ((cardea_json_get_int (record, "count", &count)
       || cardea_json_get_int (resource, "count", &count))
      && count > 1 && count <= G_MAXINT && actions[i].count_one != NULL)
    return format_count (actions[i].count_one, actions[i].count_many, (int) count, name);
  if (to != NULL && actions[i].two != NULL)
    return format_two (actions[i].two, name, to);
  return format_name (folder ? actions[i].folder : actions[i].file, name);
}

/* --- the verdict --- */

static const struct {
  const char *code;
  const char *verdict;
} codes[] = {
  { "declined", N_ ("refused by you") },
  { "unanswered", N_ ("refused, nobody answered") },
  { "busy", N_ ("refused, too much at once") },
  { "unavailable", N_ ("not done") },
  { "not-found", N_ ("not found") },
  { "changed", N_ ("not done, it changed meanwhile") },
};

static char *
with_reason (const CardeaJson *record, const char *format)
{
  g_autofree char *reason = ui_words_text (record, "reason");
  return reason != NULL ? format_two ("%s: %s", _ (format), reason) : g_strdup (_ (format));
}

static char *
describe_denial (const CardeaJson *record)
{
  const char *code = cardea_json_get_string (record, "code");
  const CardeaJson *consent = cardea_json_get (record, "consent");
  const char *by = consent != NULL ? cardea_json_get_string (consent, "by") : NULL;

  if (by != NULL && g_strcmp0 (by, "guardian") != 0)
    return g_strdup (_ ("refused by you"));
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (codes[i].code, code) == 0)
      return i < 2 ? g_strdup (_ (codes[i].verdict)) : with_reason (record, codes[i].verdict);
  return with_reason (record, N_ ("refused"));
}

static gboolean
is_monitored (const CardeaJson *record)
{
  const CardeaJson *input = cardea_json_get (record, "input");
  const CardeaJson *context = input != NULL ? cardea_json_get (input, "context") : NULL;
  return context != NULL && g_strcmp0 (cardea_json_get_string (context, "mode"), "monitor") == 0;
}

/* Of the record, or of every item of its change. */
static gboolean
has_grant (const CardeaJson *record)
{
  const CardeaJson *items = cardea_json_get (record, "items");
  guint count = items != NULL ? cardea_json_size (items) : 0;

  if (cardea_json_get_string (record, "grant") != NULL)
    return TRUE;
  for (guint i = 0; i < count; i++)
    if (cardea_json_get_string (cardea_json_nth (items, i), "grant") == NULL)
      return FALSE;
  return count > 0;
}

static char *
describe_allowance (const CardeaJson *record)
{
  gint64 tier = 0;
  cardea_json_get_int (record, "tier", &tier);

  if (cardea_json_get (record, "consent") != NULL)
    return g_strdup (_ ("allowed by you"));
  if (is_monitored (record))
    return g_strdup (_ ("allowed, because nobody is asked in monitor mode"));
  if (tier >= TIER_ASKED)
    return g_strdup (_ ("allowed by you"));
  if (has_grant (record))
    return g_strdup (_ ("allowed, you shared it"));
  return with_reason (record, N_ ("allowed"));
}

/* --- the kinds of record --- */

static void
fill_decision (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  const char *effect = cardea_json_get_string (record, "effect");

  words->what = describe_action (record, home);
  if (g_strcmp0 (effect, "allow") == 0)
    {
      words->tone = UI_WORDS_TONE_ALLOWED;
      words->verdict = describe_allowance (record);
    }
  else if (g_strcmp0 (effect, "ask") == 0)
    {
      words->tone = UI_WORDS_TONE_ASKED;
      words->verdict = g_strdup (_ ("you were asked"));
    }
  else
    {
      words->tone = UI_WORDS_TONE_REFUSED;
      words->verdict = describe_denial (record);
    }
}

/* What the person did: nothing was decided about it. */
static void
fill_designation (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  g_autofree char *name = resource != NULL ? ui_words_name (resource, "path", home) : NULL;
  gboolean writing
      = resource != NULL && g_strcmp0 (cardea_json_get_string (resource, "access"), "rw") == 0;

  if (name == NULL)
    words->what = g_strdup (_ ("You shared something"));
  else
    words->what = format_name (
        writing ? N_ ("You shared %s for changing") : N_ ("You shared %s for reading"), name);
}

static void
fill_start (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  words->what = describe_action (record, home);
  words->tone = UI_WORDS_TONE_ALLOWED;
  words->verdict = g_strdup (_ ("allowed, you asked for it"));
}

static const struct {
  const char *action;
  const char *what;
} commands[] = {
  { "model.add", N_ ("You connected a model") },
  { "model.remove", N_ ("You removed a model") },
  { "model.test", N_ ("You tried a model") },
  { "credential.set", N_ ("You gave a key to be kept") },
  { "credential.remove", N_ ("You removed a key") },
  { "credential.login", N_ ("You began to log in for a key") },
  { "badge.revoke", N_ ("You took badges back") },
  { "grant.revoke", N_ ("You took a permission back") },
  { "policy.reload", N_ ("You had the rules loaded anew") },
};

static void
fill_command (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  const char *action = cardea_json_get_string (record, "action");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].action, action) == 0)
      words->what = g_strdup (_ (commands[i].what));
  if (words->what != NULL || resource == NULL)
    return;
  g_autofree char *key = ui_words_text (resource, "setting");
  g_autofree char *value = ui_words_text (resource, "value");

  if (key != NULL && value != NULL)
    words->what = g_strdup_printf (_ ("You set %s to %s"), key, value);
}

static void
fill_undo (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  g_autofree char *what = ui_words_change_what (record, home);
  words->what = g_strdup_printf (_ ("You took back: %s"), what);
}

static void
fill_outcome (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  gint64 bytes = 0;

  words->what = describe_action (record, home);
  if (g_strcmp0 (cardea_json_get_string (record, "outcome"), "done") != 0)
    words->verdict = ui_words_text (record, "outcome");
  else if (cardea_json_get_int64_string (record, "bytes", &bytes) && bytes > 0)
    {
      g_autofree char *size = g_format_size ((guint64) bytes);
      words->verdict = g_strdup_printf (_ ("done, %s"), size);
    }
  else
    words->verdict = g_strdup (_ ("done"));
}

static void
fill_redaction (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  const CardeaJson *gone = cardea_json_get (record, "gone");
  gint64 first = 0, last = 0;

  if (gone == NULL || !cardea_json_get_int (gone, "first", &first)
      || !cardea_json_get_int (gone, "last", &last))
    words->what = g_strdup (_ ("Details were deleted"));
  else if (first == last)
    words->what = g_strdup_printf (_ ("Details of record %d were deleted"), (int) first);
  else
    words->what = g_strdup_printf (_ ("Details of the records %d to %d were deleted"), (int) first,
                                   (int) last);
}

static void
fill_unshare (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  g_autofree char *name = resource != NULL ? ui_words_name (resource, "path", home) : NULL;

  words->what = name != NULL ? g_strdup_printf (_ ("%s is not shared any more"), name)
                             : g_strdup (_ ("The agent’s permissions ended"));
}

/* For whom it is stands in its claims. */
static void
fill_badge (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  gboolean ended = g_strcmp0 (cardea_json_get_string (record, "type"), "capability.revoke") == 0;
  g_autofree char *service = resource != NULL ? ui_words_text (resource, "aud") : NULL;

  if (service == NULL)
    words->what = g_strdup (ended ? _ ("A badge ended") : _ ("A program got a badge"));
  else
    words->what = format_name (
        ended ? N_ ("The badge for %s ended") : N_ ("A program got a badge for %s"), service);
  if (ended)
    words->verdict = ui_words_text (record, "reason");
}

static void
fill_login (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  gboolean done = g_strcmp0 (cardea_json_get_string (record, "outcome"), "done") == 0;

  words->what
      = g_strdup (done ? _ ("You logged in for a key") : _ ("You did not log in for a key"));
  if (!done)
    words->verdict = ui_words_text (record, "reason");
}

static void
fill_session_start (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  g_autofree char *title = ui_words_text (record, "title");
  words->what = title != NULL ? g_strdup_printf (_ ("A session began: “%s”"), title)
                              : g_strdup (_ ("A session began"));
}

static void
fill_with_reason (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  words->verdict = ui_words_text (record, "reason");
}

static void
fill_violation (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  g_autofree char *call = ui_words_text (record, "syscall");

  words->tone = UI_WORDS_TONE_BAD;
  words->what = call != NULL ? g_strdup_printf (_ ("Tried the forbidden system call “%s”"), call)
                             : g_strdup (_ ("Tried a forbidden system call"));
  words->verdict = g_strdup (_ ("stopped by the sandbox"));
}

static void
fill_misbehaviour (UiWordsRecord *words, const CardeaJson *record, const char *home)
{
  words->tone = UI_WORDS_TONE_BAD;
  words->what = g_strdup (_ ("Broke the rules of its connection"));
  words->verdict = with_reason (record, N_ ("refused"));
}

/* The first row that fits: type, and where they are given policy and action. */
static const struct {
  const char *type;
  const char *policy;
  const char *action;
  const char *what; /* unless fill says better */
  void (*fill) (UiWordsRecord *words, const CardeaJson *record, const char *home);
} kinds[] = {
  { "decision", "designation", "exec.run", NULL, fill_start },
  { "decision", "designation", NULL, NULL, fill_designation },
  { "decision", "command", "undo.apply", NULL, fill_undo },
  { "decision", "command", "undo.clear", N_ ("You deleted all former contents"), NULL },
  { "decision", "command", NULL, NULL, fill_command },
  { "decision", NULL, NULL, NULL, fill_decision },
  { "consent", NULL, NULL, NULL, fill_decision },
  { "outcome", NULL, "audit.redact", NULL, fill_redaction },
  { "outcome", NULL, "credential.login", NULL, fill_login },
  { "outcome", NULL, NULL, NULL, fill_outcome },
  { "violation", NULL, "syscall", NULL, fill_violation },
  { "violation", NULL, NULL, NULL, fill_misbehaviour },
  { "session.start", NULL, NULL, NULL, fill_session_start },
  { "session.end", NULL, NULL, N_ ("The session ended"), fill_with_reason },
  { "capability.issue", NULL, "credential.use", NULL, fill_badge },
  { "capability.revoke", NULL, "credential.use", NULL, fill_badge },
  { "capability.issue", NULL, NULL, N_ ("The agent got its permissions"), NULL },
  { "capability.revoke", NULL, NULL, NULL, fill_unshare },
  { "launch", NULL, NULL, N_ ("The agent started in its sandbox"), NULL },
  { "exit", NULL, "worker", N_ ("A part of the guardian ended"), fill_with_reason },
  { "exit", NULL, NULL, N_ ("The agent’s process ended"), NULL },
  { "policy.load", NULL, NULL, N_ ("Rules were loaded"), fill_with_reason },
  { "guardian.start", NULL, NULL, N_ ("The guardian started"), NULL },
  { "guardian.stop", NULL, NULL, N_ ("The guardian stopped"), NULL },
};

static gboolean
fits (const char *wanted, const CardeaJson *record, const char *name)
{
  return wanted == NULL || g_strcmp0 (cardea_json_get_string (record, name), wanted) == 0;
}

/* As it stands: a type or action that this version does not know. */
static char *
describe_unknown (const CardeaJson *record)
{
  g_autofree char *action = ui_words_text (record, "action");
  g_autofree char *type = ui_words_text (record, "type");
  return g_strdup (action != NULL ? action : type != NULL ? type : _ ("A record"));
}

static char *
describe_folder (const CardeaJson *record, const char *home)
{
  const CardeaJson *resource = cardea_json_get (record, "resource");
  g_autofree char *path = resource != NULL ? ui_words_path (resource, "path", home) : NULL;
  return path != NULL && strchr (path, '/') != NULL ? g_path_get_dirname (path) : NULL;
}

UiWordsRecord *
ui_words_record_new (const CardeaJson *record, const char *home)
{
  UiWordsRecord *words = g_new0 (UiWordsRecord, 1);

  cardea_json_get_boolean (record, "redacted", &words->redacted);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (fits (kinds[i].type, record, "type") && fits (kinds[i].policy, record, "policy")
        && fits (kinds[i].action, record, "action"))
      {
        words->what = kinds[i].what != NULL ? g_strdup (_ (kinds[i].what)) : NULL;
        if (kinds[i].fill != NULL)
          kinds[i].fill (words, record, home);
        break;
      }
  if (words->what == NULL)
    words->what = describe_unknown (record);
  words->where = describe_folder (record, home);
  return words;
}

void
ui_words_record_free (UiWordsRecord *words)
{
  g_free (words->what);
  g_free (words->verdict);
  g_free (words->where);
  g_free (words);
}

char *
ui_words_record_sentence (const UiWordsRecord *words)
{
  if (words->verdict == NULL)
    return g_strdup (words->what);
  return g_strdup_printf (_ ("%s — %s"), words->what, words->verdict);
}

/* That the built-in agent itself starts is part of every session; what it asks to run is a request
 * of its. Said by the leaf alone, so that an index of leaves says the same. */
static gboolean
is_own_start (const CardeaJson *record)
{
  const CardeaJson *subject = cardea_json_get (record, "subject");
  return g_strcmp0 (cardea_json_get_string (record, "action"), "exec.run") == 0
         && cardea_json_get (record, "request") == NULL && subject != NULL
         && g_strcmp0 (cardea_json_get_string (subject, "agent"), OWN_AGENT) == 0;
}

gboolean
ui_words_record_is_action (const CardeaJson *record)
{
  const char *type = cardea_json_get_string (record, "type");

  if (g_strcmp0 (type, "violation") == 0)
    return TRUE;
  if (g_strcmp0 (type, "consent") == 0)
    return g_strcmp0 (cardea_json_get_string (record, "effect"), "ask") == 0;
  return g_strcmp0 (type, "decision") == 0 && !is_own_start (record);
}

static const struct {
  const char *icon;
  const char *word;
} tones[] = {
  [UI_WORDS_TONE_PLAIN] = { "document-open-recent-symbolic", N_ ("Event") },
  [UI_WORDS_TONE_ALLOWED] = { "emblem-ok-symbolic", N_ ("Allowed") },
  [UI_WORDS_TONE_ASKED] = { "dialog-question-symbolic", N_ ("Asked") },
  [UI_WORDS_TONE_REFUSED] = { "action-unavailable-symbolic", N_ ("Refused") },
  [UI_WORDS_TONE_BAD] = { "dialog-warning-symbolic", N_ ("Stopped") },
};

const char *
ui_words_tone_icon (UiWordsTone tone)
{
  return tones[tone].icon;
}

const char *
ui_words_tone_word (UiWordsTone tone)
{
  return _ (tones[tone].word);
}

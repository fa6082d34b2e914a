/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* What it trusts: nothing in the question but its types. What it refuses: nothing; a question that
 * cannot be explained was refused by UiConsentQuestion. Known gaps: a name of look-alike letters is
 * told only when it mixes alphabets. */

#define WHY_CHARACTERS 200 /* consent.md, field 4 */
#define LAST_MESSAGE_CHARACTERS 300
#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

char *
ui_consent_wording_escape (const char *bytes)
{
  return cardea_text_escape (bytes, strlen (bytes), NULL);
}

/* Alphabets whose letters are taken for one another. */
gboolean
ui_consent_wording_mixes_alphabets (const char *text)
{
  static const GUnicodeScript alphabets[]
      = { G_UNICODE_SCRIPT_LATIN, G_UNICODE_SCRIPT_GREEK, G_UNICODE_SCRIPT_CYRILLIC,
          G_UNICODE_SCRIPT_ARMENIAN, G_UNICODE_SCRIPT_CHEROKEE };
  const char *end = text + strlen (text);
  guint seen = 0;
  while (text < end)
    {
      gunichar c = g_utf8_get_char_validated (text, end - text);
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          text++;
          continue;
        }
      for (guint i = 0; g_unichar_isalpha (c) && i < G_N_ELEMENTS (alphabets); i++)
        if (g_unichar_get_script (c) == alphabets[i])
          seen |= 1u << i;
      text = g_utf8_next_char (text);
    }
  return (seen & (seen - 1)) != 0;
}

/* The part of path below home, beginning with "/"; NULL when it is not below. */
static const char *
below_home (const char *path, const char *home)
{
  gsize length = home != NULL ? strlen (home) : 0;
  while (length > 0 && home[length - 1] == '/')
    length--;
  if (length == 0 || strncmp (path, home, length) != 0)
    return NULL;
  return path[length] == '/' || path[length] == '\0' ? path + length : NULL;
}

char *
ui_consent_wording_path (const char *path, const char *home)
{
  const char *rest = below_home (path, home);
  g_autofree char *shown = ui_consent_wording_escape (rest != NULL ? rest : path);
  return rest != NULL ? g_strconcat ("~", shown, NULL) : g_steal_pointer (&shown);
}

char *
ui_consent_wording_folder (const char *folder, const char *home)
{
  const char *rest = below_home (folder, home);
  if (rest != NULL && *rest == '\0')
    return g_strdup (_ ("your home folder"));
  g_autofree char *name = g_path_get_basename (folder);
  return ui_consent_wording_escape (name);
}

/* --- what --- */

static char *
sentence_read (const UiConsentQuestion *question, const char *home)
{
  g_autofree char *folder = ui_consent_question_scope_folder (question);
  g_autofree char *place = ui_consent_wording_folder (folder, home);
  int count = question->folder ? question->count : MAX (question->count, 1);

  if (question->text != NULL)
    {
      g_autofree char *text = ui_consent_wording_escape (question->text);
      return question->folder ? g_strdup_printf (_ ("Search the files in %s for “%s”"), place, text)
                              : g_strdup_printf (_ ("Search 1 file in %s for “%s”"), place, text);
    }
  if (count == 0)
    return g_strdup_printf (_ ("Read the files in %s"), place);
  return g_strdup_printf (ngettext ("Read %d file in %s", "Read %d files in %s", (gulong) count),
                          count, place);
}

static char *
sentence_list (const UiConsentQuestion *question, const char *home)
{
  g_autofree char *place = ui_consent_wording_folder (question->path, home);
  if (question->pattern == NULL)
    return g_strdup_printf (_ ("List the files in %s"), place);
  g_autofree char *pattern = ui_consent_wording_escape (question->pattern);
  return g_strdup_printf (_ ("Look for “%s” among the file names in %s"), pattern, place);
}

/* What reading gives away, said before it is allowed. */
static char *
effect_read (const UiConsentQuestion *question)
{
  if (question->folder && question->text != NULL)
    return g_strdup (_ ("The agent gets the lines that match, from any file in this folder and "
                        "below it. Nothing is changed."));
  if (question->folder)
    return g_strdup (_ ("The agent may read every file in this folder and below it. Nothing is "
                        "changed."));
  if (question->size < 0)
    return g_strdup (_ ("The agent gets the content of this file. Nothing is changed."));
  g_autofree char *size = g_format_size ((guint64) question->size);
  return g_strdup_printf (_ ("The agent gets the content of this file (%s). Nothing is changed."),
                          size);
}

static char *
effect_list (const UiConsentQuestion *question)
{
  return g_strdup (
      _ ("The agent learns the names, sizes and dates of the files in this folder, not "
         "what is in them. Nothing is changed."));
}

static char *
verb_read (const UiConsentQuestion *question)
{
  return g_strdup (question->folder ? _ ("Read folder") : _ ("Read file"));
}

static char *
verb_list (const UiConsentQuestion *question)
{
  return g_strdup (_ ("List folder"));
}

static char *
exact_read (const UiConsentQuestion *question)
{
  return g_strdup (question->folder ? _ ("Reading this folder and what is below it")
                                    : _ ("Reading exactly this file"));
}

static char *
exact_list (const UiConsentQuestion *question)
{
  return g_strdup (question->folder ? _ ("Listing this folder and what is below it")
                                    : _ ("Listing exactly this folder"));
}

static char *
below_read (const char *folder)
{
  return g_strdup_printf (_ ("Reading everything in %s and below it"), folder);
}

static char *
below_list (const char *folder)
{
  return g_strdup_printf (_ ("Listing everything in %s and below it"), folder);
}

static char *
below_change (const char *folder)
{
  return g_strdup_printf (_ ("Reading and changing everything in %s and below it"), folder);
}

/* One row an action. */
static const struct {
  char *(*sentence) (const UiConsentQuestion *question, const char *home);
  char *(*effect) (const UiConsentQuestion *question);
  char *(*verb) (const UiConsentQuestion *question);
  char *(*exact) (const UiConsentQuestion *question); /* the rule that is stored */
  char *(*once) (const UiConsentQuestion *question);  /* the same, for this time only */
  char *(*below) (const char *folder);
} actions[] = {
  [UI_CONSENT_ACTION_READ]
  = { sentence_read, effect_read, verb_read, exact_read, exact_read, below_read },
  [UI_CONSENT_ACTION_LIST]
  = { sentence_list, effect_list, verb_list, exact_list, exact_list, below_list },
  [UI_CONSENT_ACTION_CHANGE]
  = { ui_consent_wording_change_sentence, ui_consent_wording_change_effect,
      ui_consent_wording_change_verb, ui_consent_wording_change_exact,
      ui_consent_wording_change_once, below_change },
  [UI_CONSENT_ACTION_CONNECT... UI_CONSENT_ACTION_REQUEST]
  = { ui_consent_wording_host_sentence, ui_consent_wording_host_effect,
      ui_consent_wording_host_verb, ui_consent_wording_host_exact, ui_consent_wording_host_once,
      below_list },
  [UI_CONSENT_ACTION_PASTE... UI_CONSENT_ACTION_COPY]
  = { ui_consent_wording_clipboard_sentence, ui_consent_wording_clipboard_effect,
      ui_consent_wording_clipboard_verb, ui_consent_wording_clipboard_exact,
      ui_consent_wording_clipboard_exact, below_list },
  [UI_CONSENT_ACTION_PERMIT]
  = { ui_consent_wording_permit_sentence, ui_consent_wording_permit_effect,
      ui_consent_wording_permit_verb, ui_consent_wording_permit_exact,
      ui_consent_wording_permit_exact, below_list },
  [UI_CONSENT_ACTION_RUN]
  = { ui_consent_wording_program_sentence, ui_consent_wording_program_effect,
      ui_consent_wording_program_verb, ui_consent_wording_program_exact,
      ui_consent_wording_program_exact, below_list },
  [UI_CONSENT_ACTION_RESUME]
  = { ui_consent_wording_resume_sentence, ui_consent_wording_resume_effect,
      ui_consent_wording_resume_verb, ui_consent_wording_resume_exact,
      ui_consent_wording_resume_exact, below_list },
};

/* --- who --- */

static char *
compose_who (const UiConsentQuestion *question)
{
  g_autofree char *name = ui_consent_wording_escape (question->agent_name);
  g_autofree char *agent = NULL;
  g_autofree char *signer
      = question->signer != NULL ? ui_consent_wording_escape (question->signer) : NULL;
  if (question->agent_kind == UI_CONSENT_AGENT_BUILT_IN)
    agent = g_strdup (_ ("Cardea’s own agent"));
  else if (question->agent_kind == UI_CONSENT_AGENT_SIGNED)
    agent = g_strdup_printf (_ ("“%s”, signed by %s"), name, signer);
  else
    agent = g_strdup_printf (_ ("“%s”, an agent from elsewhere"), name);

  if (question->plugin != NULL)
    {
      g_autofree char *plugin = ui_consent_wording_escape (question->plugin);
      g_autofree char *alone = g_steal_pointer (&agent);
      agent = g_strdup_printf (_ ("%s through its plugin “%s”"), alone, plugin);
    }
  if (question->title == NULL || *question->title == '\0')
    return g_steal_pointer (&agent);
  g_autofree char *title = ui_consent_wording_escape (question->title);
  return g_strdup_printf (_ ("%s, in “%s”"), agent, title);
}

/* --- on what --- */

static void
compose_target (UiConsentWording *wording, const UiConsentQuestion *question, const char *home)
{
  if (question->host != NULL)
    {
      ui_consent_wording_host_target (wording, question);
      return;
    }
  wording->target_tail = g_strdup ("");
  if (question->path == NULL)
    {
      gboolean titled = question->title != NULL && *question->title != '\0';
      wording->target_stem = g_strdup ("");
      wording->target_last
          = ui_consent_question_is_clipboard (question)
                ? ui_consent_question_last_element (question)
                : ui_consent_wording_escape (titled ? question->title : question->session);
      return;
    }
  const char *rest = below_home (question->path, home);
  const char *shown = rest != NULL ? rest : question->path;
  const char *slash = strrchr (shown, '/');
  const char *last = slash != NULL ? slash + 1 : shown;

  g_free (cardea_text_escape (shown, strlen (shown), &wording->target_marked));
  if (*last == '\0') /* home itself, or the root */
    {
      wording->target_stem = g_strdup ("");
      wording->target_last = g_strdup (rest != NULL ? "~" : "/");
      return;
    }
  g_autofree char *stem = cardea_text_escape (shown, (gsize) (last - shown), NULL);
  wording->target_stem = g_strconcat (rest != NULL ? "~" : "", stem, NULL);
  wording->target_last = ui_consent_wording_escape (last);
}

static void
add_owner (GPtrArray *parts, const UiConsentQuestion *question, guint own_uid)
{
  if (question->uid == (gint64) own_uid)
    g_ptr_array_add (parts, g_strdup (_ ("yours")));
  else if (question->owner != NULL)
    {
      g_autofree char *owner = ui_consent_wording_escape (question->owner);
      g_ptr_array_add (parts, g_strdup_printf (_ ("belongs to %s"), owner));
    }
  else if (question->uid >= 0)
    {
      g_autofree char *uid = g_strdup_printf ("%" G_GINT64_FORMAT, question->uid);
      g_ptr_array_add (parts, g_strdup_printf (_ ("belongs to user %s"), uid));
    }
}

static char *
compose_kind (const UiConsentQuestion *question)
{
  if (!question->exists)
    return g_strdup (question->folder ? _ ("new folder") : _ ("new file"));
  return g_strdup (question->folder ? _ ("folder") : _ ("file"));
}

static char *
compose_facts (const UiConsentQuestion *question, guint own_uid)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  if (question->host != NULL)
    return ui_consent_wording_host_facts (question);
  if (question->program != NULL)
    return ui_consent_wording_program_facts (question);
  if (ui_consent_question_is_clipboard (question))
    return ui_consent_wording_clipboard_facts (question);
  if (question->path == NULL)
    return question->action == UI_CONSENT_ACTION_PERMIT
               ? ui_consent_wording_permit_facts (question)
               : ui_consent_wording_resume_facts (question);

  g_ptr_array_add (parts, compose_kind (question));
  if (question->size >= 0 && !question->folder)
    g_ptr_array_add (parts, g_format_size ((guint64) question->size));
  add_owner (parts, question, own_uid);
  if (question->labels != NULL && question->labels[0] != NULL)
    {
      g_autofree char *joined = g_strjoinv (", ", question->labels);
      g_autofree char *labels = ui_consent_wording_escape (joined);
      g_ptr_array_add (parts, g_strdup_printf (_ ("marked %s"), labels));
    }
  else if (question->exists)
    g_ptr_array_add (parts, g_strdup (_ ("no labels")));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

static GStrv
compose_warnings (const UiConsentWording *wording, const UiConsentQuestion *question)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  if (wording->target_marked)
    g_strv_builder_add (lines, _ ("The name holds characters that do not show or that mislead; "
                                  "they are written out as \\u{…} or \\x…."));
  if (question->path != NULL && ui_consent_wording_mixes_alphabets (question->path))
    g_strv_builder_add (lines, _ ("The name mixes letters of different alphabets, which can look "
                                  "alike."));
  if (question->changes != NULL)
    ui_consent_wording_change_warn (question, lines);
  if (question->host != NULL)
    ui_consent_wording_host_warn (question, lines);
  if (question->program != NULL)
    ui_consent_wording_program_warn (question, lines);
  return g_strv_builder_end (lines);
}

/* --- why, because --- */

static char *
compose_why (const UiConsentQuestion *question)
{
  if (question->why == NULL || *question->why == '\0')
    return NULL;
  g_autofree char *cut = cardea_text_shorten (question->why, WHY_CHARACTERS);
  g_autofree char *why = ui_consent_wording_escape (cut);
  return g_strdup_printf (_ ("The agent says: “%s”"), why);
}

static void
add_session_history (GStrvBuilder *lines, const UiConsentQuestion *question)
{
  g_autofree char *files = g_strdup_printf (
      ngettext ("%d file", "%d files", (gulong) question->files_read), question->files_read);
  g_autofree char *pages
      = g_strdup_printf (ngettext ("%d web page", "%d web pages", (gulong) question->pages_read),
                         question->pages_read);
  g_autofree char *line = NULL;

  if (question->files_read > 0 && question->pages_read > 0)
    line = g_strdup_printf (_ ("It has read %s and %s in this session."), files, pages);
  else if (question->files_read > 0)
    line = g_strdup_printf (_ ("It has read %s in this session."), files);
  else if (question->pages_read > 0)
    line = g_strdup_printf (_ ("It has read %s in this session."), pages);
  else
    line = g_strdup (_ ("It has read nothing in this session yet."));
  g_strv_builder_add (lines, line);

  if (question->labels_read != NULL && question->labels_read[0] != NULL)
    {
      g_autofree char *joined = g_strjoinv (", ", question->labels_read);
      g_autofree char *labels = ui_consent_wording_escape (joined);
      g_autofree char *marked = g_strdup_printf (_ ("Some of it was marked %s."), labels);
      g_strv_builder_add (lines, marked);
    }
  if (question->untrusted_input)
    g_strv_builder_add (lines, _ ("It took in text from outside, which may try to steer it."));
}

static GStrv
compose_because (const UiConsentQuestion *question)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  if (question->last_message != NULL && *question->last_message != '\0')
    {
      g_autofree char *cut = cardea_text_shorten (question->last_message, LAST_MESSAGE_CHARACTERS);
      g_autofree char *text = ui_consent_wording_escape (cut);
      g_autofree char *line = g_strdup_printf (_ ("You asked: “%s”"), text);
      g_strv_builder_add (lines, line);
    }
  add_session_history (lines, question);
  return g_strv_builder_end (lines);
}

/* --- details --- */

static void
add_detail (GStrvBuilder *lines, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_autofree char *shown = ui_consent_wording_escape (value);
  g_autofree char *line = g_strdup_printf (_ ("%s: %s"), name, shown);
  g_strv_builder_add (lines, line);
}

static GStrv
compose_details (const UiConsentQuestion *question)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *tier = g_strdup_printf ("%d", question->tier);

  add_detail (lines, _ ("Full path"), question->path);
  if (question->host != NULL)
    add_detail (lines, _ ("Full address"), question->host->url);
  if (question->program != NULL)
    add_detail (lines, _ ("Program’s SHA-256"), question->program->sha256);
  add_detail (lines, _ ("Question"), question->id);
  add_detail (lines, _ ("Session"), question->session);
  add_detail (lines, _ ("Trace"), question->trace);
  add_detail (lines, _ ("Tier"), tier);
  add_detail (lines, _ ("Rule"), question->policy);
  add_detail (lines, _ ("Why policy asks"), question->reason);
  add_detail (lines, _ ("Digest"), question->digest);
  add_detail (lines, _ ("Agent"), question->agent_name);
  add_detail (lines, _ ("Agent’s program"), question->agent_sha256);
  add_detail (lines, _ ("Capability"), question->capability);
  add_detail (lines, _ ("Record"), question->record);
  for (guint i = 0; i < question->others->len; i++)
    add_detail (lines, _ ("Also asked for"), question->others->pdata[i]);
  return g_strv_builder_end (lines);
}

/* What tier 3 wants selected or typed. */
static void
compose_confirm (UiConsentWording *wording, const UiConsentQuestion *question)
{
  if (question->host != NULL)
    {
      wording->target_name = ui_consent_wording_escape (question->host->host);
      wording->confirm = g_strdup_printf (
          _ ("To allow this, select the target above, or type the host: %s"), wording->target_name);
      return;
    }
  wording->target_name = g_strdup (wording->target_last);
  wording->confirm = g_strdup_printf (_ ("To allow this, select the target above, or type the last "
                                         "part of its name: %s"),
                                      wording->target_name);
}

UiConsentWording *
ui_consent_wording_new (const UiConsentQuestion *question, const char *home, guint own_uid)
{
  UiConsentWording *wording = g_new0 (UiConsentWording, 1);

  wording->who = compose_who (question);
  wording->sentence = actions[question->action].sentence (question, home);
  wording->verb_object = actions[question->action].verb (question);
  compose_target (wording, question, home);
  compose_confirm (wording, question);
  if (question->via != NULL)
    {
      g_autofree char *via = ui_consent_wording_path (question->via, home);
      wording->via = g_strdup_printf (_ ("Reached through the link %s"), via);
    }
  wording->facts = compose_facts (question, own_uid);
  wording->why = compose_why (question);
  wording->why_mark = g_strdup (_ ("not verified"));
  wording->because = compose_because (question);
  wording->effect = actions[question->action].effect (question);
  wording->warnings = compose_warnings (wording, question);
  wording->items = ui_consent_wording_resume_items (question, home);
  wording->sensitive = ui_consent_wording_findings (question, home);
  wording->details = compose_details (question);
  if (question->waiting > 1)
    wording->queue
        = g_strdup_printf (_ ("%d of %d that wait"), question->position, question->waiting);
  return wording;
}

void
ui_consent_wording_free (UiConsentWording *wording)
{
  g_free (wording->who);
  g_free (wording->sentence);
  g_free (wording->verb_object);
  g_free (wording->target_stem);
  g_free (wording->target_last);
  g_free (wording->target_tail);
  g_free (wording->target_name);
  g_free (wording->confirm);
  g_free (wording->via);
  g_free (wording->facts);
  g_free (wording->why);
  g_free (wording->why_mark);
  g_strfreev (wording->because);
  g_free (wording->effect);
  g_strfreev (wording->warnings);
  g_strfreev (wording->items);
  g_strfreev (wording->sensitive);
  g_strfreev (wording->details);
  g_free (wording->queue);
  g_free (wording);
}

/* --- remember --- */

static char *
format_seconds (int seconds)
{
  if (seconds % DAY == 0)
    return g_strdup_printf (ngettext ("for %d day", "for %d days", (gulong) (seconds / DAY)),
                            seconds / DAY);
  if (seconds % HOUR == 0)
    return g_strdup_printf (ngettext ("for %d hour", "for %d hours", (gulong) (seconds / HOUR)),
                            seconds / HOUR);
  if (seconds % MINUTE == 0)
    return g_strdup_printf (
        ngettext ("for %d minute", "for %d minutes", (gulong) (seconds / MINUTE)),
        seconds / MINUTE);
  return g_strdup_printf (ngettext ("for %d second", "for %d seconds", (gulong) seconds), seconds);
}

char *
ui_consent_wording_duration (const UiConsentChoice *choice)
{
  if (choice->duration == UI_CONSENT_DURATION_ONCE)
    return g_strdup (_ ("this time"));
  if (choice->duration == UI_CONSENT_DURATION_TASK)
    return g_strdup (_ ("until this task ends"));
  g_autofree char *time = format_seconds (choice->seconds);
  return choice->renewing ? g_strdup_printf (_ ("%s, renewed by use"), time)
                          : g_steal_pointer (&time);
}

char *
ui_consent_wording_scope (const UiConsentQuestion *question, UiConsentScope scope, const char *home)
{
  if (scope == UI_CONSENT_SCOPE_EXACT && ui_consent_question_is_about_content (question))
    return g_strdup (_ ("Exactly what was found here, to this host"));
  if (scope == UI_CONSENT_SCOPE_EXACT)
    return actions[question->action].exact (question);
  if (question->host != NULL)
    return ui_consent_wording_host_all (question);
  g_autofree char *folder = ui_consent_question_scope_folder (question);
  g_autofree char *shown = ui_consent_wording_path (folder, home);
  return actions[question->action].below (shown);
}

char *
ui_consent_wording_rule (const UiConsentQuestion *question, const UiConsentChoice *choice,
                         const char *home)
{
  gboolean narrowest
      = choice->duration == UI_CONSENT_DURATION_ONCE && choice->scope == UI_CONSENT_SCOPE_EXACT;
  gboolean content = ui_consent_question_is_about_content (question)
                     && (!narrowest || choice->treatment != UI_CONSENT_TREATMENT_SEND);
  g_autofree char *scope = content     ? ui_consent_wording_finding_rule (question, choice)
                           : narrowest ? actions[question->action].once (question)
                                       : ui_consent_wording_scope (question, choice->scope, home);
  g_autofree char *duration = ui_consent_wording_duration (choice);
  return g_strdup_printf (_ ("%s, %s."), scope, duration);
}

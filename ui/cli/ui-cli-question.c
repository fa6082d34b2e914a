/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-question.h"

#include "ui/cli/ui-cli-keys.h"
#include "ui/cli/ui-cli-page.h"
#include "ui/cli/ui-cli-reply.h"
#include "ui/consent/ui-consent-arming.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Trusts: the terminal. Refuses: what was typed or pasted before the question could be read, an
 * approval of anything but what stands on the screen (any change of it arms anew), and a word that
 * is not the one shown, three times. Known gaps: a terminal does not tell whether its window has
 * the focus; another program of the same user may type into it (SECURITY.md). */

#define WRONG_WORDS 3
#define LINE_CHARACTERS 1024u
#define TICK_MS 50
#define LEAST_COLUMNS 20

struct _UiCliQuestion {
  UiConsentQuestion *asked;
  UiConsentWording *wording;
  UiConsentPreview *preview;
  UiConsentArming *arming;
  UiConsentChoice choice;
  UiCliTty *tty; /* borrowed */
  char *home;
  const char *word; /* NULL: the target's last element */
  UiCliQuestionCallback callback;
  gpointer user_data;

  GPtrArray *lines;
  guint first; /* uppermost line on the screen */
  guint seen;  /* lines from the top that were on the screen since the last change */
  gboolean details;
  gboolean entered;
  gboolean ended;
  GString *typed;
  char *message; /* above the prompt; NULL: none */
  guint wrong;
  UiCliKeys keys;
  guint input_source;
  guint tick_source;
  guint lapse_source;
  guint resize_source;
  guint interrupt_source;
};

static void draw (UiCliQuestion *question);

static void
give_back (UiCliQuestion *question)
{
  g_clear_handle_id (&question->input_source, g_source_remove);
  g_clear_handle_id (&question->tick_source, g_source_remove);
  g_clear_handle_id (&question->lapse_source, g_source_remove);
  g_clear_handle_id (&question->resize_source, g_source_remove);
  g_clear_handle_id (&question->interrupt_source, g_source_remove);
  if (question->entered)
    ui_cli_tty_leave (question->tty);
  question->entered = FALSE;
}

/* The callback may free question. */
static void
finish (UiCliQuestion *question, UiConsentDecision decision, UiConsentHow how, const char *note)
{
  if (question->ended)
    return;
  question->ended = TRUE;
  g_autofree char *confirm = ui_consent_question_last_element (question->asked);
  UiConsentAnswer answer = {
    .decision = decision,
    .choice = question->choice,
    .confirm = question->word == NULL ? confirm : NULL,
    .note = note,
    .how = how,
    .shown_ms = ui_consent_arming_shown_ms (question->arming),
    .armed_ms = ui_consent_arming_armed_ms (question->arming),
  };
  give_back (question);
  question->callback (question->asked, &answer, question->user_data);
}

/* A report that approves nothing: only RELEASE does, in allow(). */
static void
tell (UiCliQuestion *question, UiConsentArmingEvent event)
{
  gboolean approved = ui_consent_arming_handle (question->arming, event);
  (void) approved;
}

static gboolean
is_armed (const UiCliQuestion *question)
{
  return ui_consent_arming_state (question->arming) == UI_CONSENT_ARMING_ARMED;
}

/* --- drawing --- */

static gboolean
offers_choices (const UiCliQuestion *question)
{
  return question->asked->treatments != 1u << UI_CONSENT_TREATMENT_SEND
         || ((question->asked->tier < 3 || ui_consent_question_is_about_content (question->asked))
             && (question->asked->durations != 1u << UI_CONSENT_DURATION_ONCE
                 || question->asked->scopes != 1u << UI_CONSENT_SCOPE_EXACT));
}

static char *
describe_choices (const UiCliQuestion *question)
{
  if (!offers_choices (question))
    return NULL;
  g_autoptr (GString) text = g_string_new (_ ("Change it with:"));
  if (question->asked->durations & (1u << UI_CONSENT_DURATION_TASK))
    g_string_append (text, " “for task”");
  if (question->asked->durations & (1u << UI_CONSENT_DURATION_TIME))
    g_string_append (text, " “for 1h”");
  if (question->asked->scopes & (1u << UI_CONSENT_SCOPE_FOLDER))
    g_string_append (text, " “covering folder”");
  if (question->asked->scopes & (1u << UI_CONSENT_SCOPE_HOST))
    g_string_append (text, " “covering host”");
  for (int i = UI_CONSENT_TREATMENT_PLACEHOLDER; i >= UI_CONSENT_TREATMENT_SEND; i--)
    if (question->asked->treatments != 1u << UI_CONSENT_TREATMENT_SEND
        && (question->asked->treatments & (1u << i)))
      g_string_append_printf (text, " “with %s”",
                              ui_consent_treatment_name ((UiConsentTreatment) i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
lay_out (UiCliQuestion *question)
{
  guint columns, rows;
  ui_cli_tty_size (question->tty, &columns, &rows);
  g_autofree char *rule
      = ui_consent_wording_rule (question->asked, &question->choice, question->home);
  g_autofree char *choices = describe_choices (question);
  g_clear_pointer (&question->lines, g_ptr_array_unref);
  const UiCliPage page = { question->wording, question->preview, rule, choices, question->details };
  question->lines = ui_cli_page_compose (&page, columns - 1);
}

/* What the person can do now. */
typedef enum {
  HINT_MORE, /* read on */
  HINT_WAIT, /* everything was on the screen; not armed yet */
  HINT_TYPE, /* armed */
} Hint;

static Hint
hint_now (const UiCliQuestion *question)
{
  if (question->seen < question->lines->len)
    return HINT_MORE;
  return is_armed (question) ? HINT_TYPE : HINT_WAIT;
}

static char *
describe_hint (const UiCliQuestion *question, Hint hint)
{
  if (hint == HINT_MORE)
    return g_strdup (_ ("There is more: read on with ↓ or Page Down."));
  if (hint == HINT_WAIT)
    return g_strdup (_ ("Please read. In a moment you can answer."));
  if (question->word == NULL)
    return g_strdup (
        _ ("Type the last part of the name, as it is stressed above, to allow. An empty "
           "line, “no” or Ctrl-C refuses; “stop” also stops the agent; “details” shows "
           "more."));
  return g_strdup_printf (
      _ ("Type “%s” to allow. An empty line, “no” or Ctrl-C refuses; “no REASON” "
         "says why; “stop” also stops the agent; “details” shows more."),
      question->word);
}

static GPtrArray *
compose_foot (const UiCliQuestion *question, Hint hint, guint columns)
{
  GPtrArray *foot = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = describe_hint (question, hint);
  ui_cli_page_wrap (foot, "", 0, text, columns);
  if (question->message != NULL)
    ui_cli_page_wrap (foot, "", 0, question->message, columns);
  return foot;
}

static void
put_line (UiCliQuestion *question, GString *out, const char *line)
{
  g_autofree char *shown = ui_cli_page_render (line, ui_cli_tty_is_dumb (question->tty));
  g_string_append_printf (out, "%s%s", shown,
                          ui_cli_tty_is_dumb (question->tty) ? "\n" : "\033[K\n");
}

/* The tail of what was typed that fits beside the prompt. */
static void
put_prompt (UiCliQuestion *question, GString *out, guint columns)
{
  const char *tail = question->typed->str;
  glong length = g_utf8_strlen (tail, -1);
  glong room = MAX ((glong) columns / 2 - 4, 4);
  if (length > room)
    tail = g_utf8_offset_to_pointer (tail, length - room);
  g_string_append_printf (out, "> %s", tail);
}

/* How many lines of the question fit above the tallest foot; 0: too small to show one at all. */
static guint
body_rows (const UiCliQuestion *question, guint columns, guint rows)
{
  g_autoptr (GPtrArray) tallest = compose_foot (question, HINT_TYPE, columns - 1);
  guint around = tallest->len + 2; /* a blank line and the prompt */
  return columns < LEAST_COLUMNS || rows <= around ? 0 : rows - around;
}

/* While somebody types only the last line changes. A dumb terminal gets it anew. */
static void
draw_prompt (UiCliQuestion *question)
{
  guint columns, rows;
  ui_cli_tty_size (question->tty, &columns, &rows);
  gboolean dumb = ui_cli_tty_is_dumb (question->tty);
  g_autoptr (GString) out = g_string_new (dumb ? "\r" : "\r\033[K");
  put_prompt (question, out, columns);
  if (dumb) /* over what was deleted */
    g_string_append (out, " \b");
  ui_cli_tty_write (question->tty, out->str);
}

static void
draw_screen (UiCliQuestion *question)
{
  guint columns, rows;
  ui_cli_tty_size (question->tty, &columns, &rows);
  guint body = body_rows (question, columns, rows);
  if (body == 0)
    {
      ui_cli_tty_write (question->tty, "\033[2J\033[H");
      ui_cli_tty_write (question->tty,
                        _ ("Too small to show a question. Enlarge it; Ctrl-C refuses."));
      return;
    }

  guint last_first = question->lines->len > body ? question->lines->len - body : 0;
  question->first = MIN (question->first, last_first);
  /* Only what follows on without a gap was read. */
  if (question->first <= question->seen)
    question->seen = MAX (question->seen, MIN (question->first + body, question->lines->len));

  g_autoptr (GPtrArray) foot = compose_foot (question, hint_now (question), columns - 1);
  g_autoptr (GString) out = g_string_new ("\033[H");
  for (guint i = 0; i < body && question->first + i < question->lines->len; i++)
    put_line (question, out, question->lines->pdata[question->first + i]);
  put_line (question, out, "");
  for (guint i = 0; i < foot->len; i++)
    put_line (question, out, foot->pdata[i]);
  put_prompt (question, out, columns);
  g_string_append (out, "\033[J");
  ui_cli_tty_write (question->tty, out->str);
}

/* Without control sequences nothing can be redrawn: everything once, then the prompt. */
static void
draw_plainly (UiCliQuestion *question)
{
  guint columns, rows;
  ui_cli_tty_size (question->tty, &columns, &rows);
  g_autoptr (GString) out = g_string_new ("\n");
  for (guint i = question->seen; i < question->lines->len; i++)
    put_line (question, out, question->lines->pdata[i]);
  question->seen = question->lines->len;
  g_autoptr (GPtrArray) foot = compose_foot (question, hint_now (question), columns - 1);
  for (guint i = 0; i < foot->len; i++)
    put_line (question, out, foot->pdata[i]);
  put_prompt (question, out, columns);
  ui_cli_tty_write (question->tty, out->str);
}

/* The first frame that completes the whole starts the clock. */
static void
draw (UiCliQuestion *question)
{
  if (ui_cli_tty_is_dumb (question->tty))
    draw_plainly (question);
  else
    draw_screen (question);

  if (question->seen >= question->lines->len
      && ui_consent_arming_state (question->arming) == UI_CONSENT_ARMING_UNSEEN)
    tell (question, UI_CONSENT_ARMING_FRAME);
}

/* The content or its layout changed: nothing typed so far counts. */
static void
change (UiCliQuestion *question)
{
  g_string_truncate (question->typed, 0);
  question->first = question->seen = 0;
  tell (question, UI_CONSENT_ARMING_CHANGED);
  lay_out (question);
  if (!ui_cli_tty_is_dumb (question->tty))
    ui_cli_tty_write (question->tty, "\033[2J");
  draw (question);
}

static void
say (UiCliQuestion *question, const char *message)
{
  g_free (question->message);
  question->message = g_strdup (message);
}

/* --- answering --- */

static void
allow (UiCliQuestion *question)
{
  if (question->word == NULL)
    tell (question, UI_CONSENT_ARMING_OBJECT);
  /* A line that was begun and entered after arming is the press and the release. */
  tell (question, UI_CONSENT_ARMING_PRESS);
  if (ui_consent_arming_handle (question->arming, UI_CONSENT_ARMING_RELEASE))
    finish (question, UI_CONSENT_DECISION_ALLOW, UI_CONSENT_HOW_TERMINAL, NULL);
}

static void
count_wrong (UiCliQuestion *question)
{
  if (++question->wrong >= WRONG_WORDS)
    {
      finish (question, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_TERMINAL, NULL);
      return;
    }
  say (question, _ ("That is not what was asked for; nothing was allowed."));
  draw (question);
}

static void
line_entered (UiCliQuestion *question)
{
  const char *note = NULL;
  g_autofree char *line = g_strdup (question->typed->str);
  g_string_truncate (question->typed, 0);
  g_clear_pointer (&question->message, g_free);

  switch (ui_cli_reply_read (question->asked, question->word, line, &question->choice, &note))
    {
    case UI_CLI_REPLY_WORD:
      allow (question);
      break;
    case UI_CLI_REPLY_DENY:
      finish (question, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_TERMINAL, note);
      break;
    case UI_CLI_REPLY_STOP:
      finish (question, UI_CONSENT_DECISION_STOP, UI_CONSENT_HOW_TERMINAL, NULL);
      break;
    case UI_CLI_REPLY_DETAILS:
      question->details = !question->details;
      change (question);
      break;
    case UI_CLI_REPLY_UNFOLD:
      ui_consent_preview_open_all (question->preview);
      change (question);
      break;
    case UI_CLI_REPLY_CHOICE:
      change (question);
      break;
    case UI_CLI_REPLY_UNOFFERED:
      say (question, _ ("This question does not offer that."));
      draw (question);
      break;
    case UI_CLI_REPLY_WRONG:
      count_wrong (question);
      break;
    }
}

static void
scroll (UiCliQuestion *question, UiCliKey key)
{
  guint columns, rows;
  ui_cli_tty_size (question->tty, &columns, &rows);
  guint page = MAX (body_rows (question, columns, rows), 1);
  guint step = key == UI_CLI_KEY_PAGE_UP || key == UI_CLI_KEY_PAGE_DOWN ? page : 1;
  if (key == UI_CLI_KEY_UP || key == UI_CLI_KEY_PAGE_UP)
    question->first -= MIN (question->first, step);
  else
    question->first += step;
  draw (question);
}

/* Before arming only refusing and reading on count. */
static void
edit (UiCliQuestion *question, UiCliKey key, gunichar character)
{
  if (!is_armed (question))
    return;
  switch (key)
    {
    case UI_CLI_KEY_CHARACTER:
      if (question->typed->len < LINE_CHARACTERS)
        g_string_append_unichar (question->typed, character);
      break;
    case UI_CLI_KEY_BACKSPACE:
      if (question->typed->len > 0)
        g_string_truncate (
            question->typed,
            (gsize) (g_utf8_find_prev_char (question->typed->str,
                                            question->typed->str + question->typed->len)
                     - question->typed->str));
      break;
    case UI_CLI_KEY_KILL_BEFORE:
    case UI_CLI_KEY_KILL_WORD:
      g_string_truncate (question->typed, 0);
      break;
    case UI_CLI_KEY_ENTER:
      line_entered (question);
      return;
    default:
      return;
    }
  draw_prompt (question);
}

static void
key_pressed (UiCliQuestion *question, UiCliKey key, gunichar character)
{
  switch (key)
    {
    case UI_CLI_KEY_CANCEL:
    case UI_CLI_KEY_EOF:
      finish (question, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_TERMINAL, NULL);
      break;
    case UI_CLI_KEY_UP:
    case UI_CLI_KEY_DOWN:
    case UI_CLI_KEY_PAGE_UP:
    case UI_CLI_KEY_PAGE_DOWN:
      if (!ui_cli_tty_is_dumb (question->tty))
        scroll (question, key);
      break;
    case UI_CLI_KEY_REDRAW:
      change (question);
      break;
    default:
      edit (question, key, character);
      break;
    }
}

/* --- sources --- */

static gboolean
input_cb (int fd, GIOCondition condition, gpointer user_data)
{
  UiCliQuestion *question = user_data;
  guint8 bytes[256];
  ssize_t size = read (fd, bytes, sizeof bytes);
  if (size <= 0) /* the terminal is gone */
    {
      question->input_source = 0;
      finish (question, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_CLOSED, NULL);
      return G_SOURCE_REMOVE;
    }
  /* finish() ends in the callback, which may free question: no byte is looked at afterwards. */
  for (ssize_t i = 0; i < size; i++)
    {
      gunichar character = 0;
      UiCliKey key = ui_cli_keys_feed (&question->keys, bytes[i], &character);
      gboolean ends = key == UI_CLI_KEY_ENTER || key == UI_CLI_KEY_CANCEL || key == UI_CLI_KEY_EOF;
      if (!ends)
        {
          if (key != UI_CLI_KEY_NONE)
            key_pressed (question, key, character);
          continue;
        }
      /* One line a reading: what follows in the same breath was not meant for the next screen. */
      key_pressed (question, key, character);
      return G_SOURCE_CONTINUE;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
tick_cb (gpointer user_data)
{
  UiCliQuestion *question = user_data;
  if (is_armed (question))
    return G_SOURCE_CONTINUE;
  tell (question, UI_CONSENT_ARMING_TICK);
  if (is_armed (question))
    {
      ui_cli_tty_drop_input (question->tty);
      question->keys.count = 0; /* a paste that goes on stays a paste */
      g_string_truncate (question->typed, 0);
      draw (question);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
lapse_cb (gpointer user_data)
{
  UiCliQuestion *question = user_data;
  question->lapse_source = 0;
  finish (question, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_LAPSED, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
resize_cb (gpointer user_data)
{
  change (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
interrupt_cb (gpointer user_data)
{
  UiCliQuestion *question = user_data;
  question->interrupt_source = 0;
  finish (question, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_TERMINAL, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
begin (UiCliQuestion *question)
{
  if (!ui_cli_tty_enter (question->tty, UI_CLI_TTY_SCREEN))
    return FALSE;
  question->entered = TRUE;
  ui_cli_tty_drop_input (question->tty);
  tell (question, UI_CONSENT_ARMING_ACTIVE);
  question->input_source = g_unix_fd_add (ui_cli_tty_fd (question->tty),
                                          G_IO_IN | G_IO_HUP | G_IO_ERR, input_cb, question);
  question->tick_source = g_timeout_add (TICK_MS, tick_cb, question);
  question->lapse_source
      = g_timeout_add_seconds ((guint) MAX (question->asked->seconds, 1), lapse_cb, question);
  question->resize_source = g_unix_signal_add (SIGWINCH, resize_cb, question);
  question->interrupt_source = g_unix_signal_add (SIGINT, interrupt_cb, question);
  lay_out (question);
  draw (question);
  return TRUE;
}

UiCliQuestion *
ui_cli_question_new (UiConsentQuestion *asked, UiCliTty *tty, const char *home,
                     UiCliQuestionCallback callback, gpointer user_data)
{
  g_autoptr (UiCliQuestion) question = g_new0 (UiCliQuestion, 1);
  question->asked = asked;
  /* What lets least out, unless the person says otherwise. */
  if (asked->treatments & (1u << UI_CONSENT_TREATMENT_PLACEHOLDER))
    question->choice.treatment = UI_CONSENT_TREATMENT_PLACEHOLDER;
  question->tty = tty;
  question->home = g_strdup (home);
  question->wording = ui_consent_wording_new (asked, home, getuid ());
  question->preview = ui_consent_preview_new (asked, home);
  question->arming = ui_consent_arming_new (asked->tier, NULL, NULL);
  question->word = asked->tier >= 3 ? NULL : ui_cli_reply_pick_word ();
  question->typed = g_string_new (NULL);
  question->callback = callback;
  question->user_data = user_data;
  return begin (question) ? g_steal_pointer (&question) : NULL;
}

void
ui_cli_question_free (UiCliQuestion *question)
{
  give_back (question);
  g_clear_pointer (&question->asked, ui_consent_question_free);
  g_clear_pointer (&question->wording, ui_consent_wording_free);
  g_clear_pointer (&question->preview, ui_consent_preview_free);
  g_clear_pointer (&question->arming, ui_consent_arming_free);
  g_clear_pointer (&question->lines, g_ptr_array_unref);
  g_string_free (question->typed, TRUE);
  g_free (question->message);
  g_free (question->home);
  g_free (question);
}

const UiConsentQuestion *
ui_cli_question_asked (const UiCliQuestion *question)
{
  return question->asked;
}

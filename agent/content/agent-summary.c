/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-summary.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define SENTENCES_CONSIDERED 20000u
#define WORDS_MIN 4      /* fewer: a heading or a fragment */
#define WORDS_LONG 45    /* more: hard to read, counts less */
#define LEAD_SENTENCES 3 /* what comes first usually says what it is about */

typedef struct {
  const char *start;
  gsize size;
  guint words;
  double score;
  guint index;
} Sentence;

static const char stop_words[]
    = " a about after all also am an and any are as at be because been before being but by can "
      "could "
      "did do does for from had has have he her here him his how i if in into is it its just like "
      "me "
      "more most my no not now of on one only or other our out over she should so some such than "
      "that "
      "the their them then there these they this those through to too up us very was we were what "
      "when where which while who will with would you your "
      "der die das und ist ein eine einer in im den dem des von zu mit auf für nicht sich auch es "
      "le la les un une des et est en du que qui dans pour pas sur au "
      "el los las y es una por con para del se al ";

/* A point after these does not end a sentence. */
static const char abbreviations[]
    = " mr mrs ms dr prof st vs etc eg ie e.g i.e no nr art fig inc ltd co jr sr approx z.b bzw ca "
      "usw d.h u.a jan feb mar apr jun jul aug sep sept oct nov dec ";

void
agent_summary_free (AgentSummary *summary)
{
  g_ptr_array_unref (summary->sentences);
  g_free (summary);
}

static gboolean
is_word_character (gunichar c)
{
  return g_unichar_isalnum (c) || c == '\'' || c == 0x2019;
}

static gboolean
is_listed (const char *list, const char *word)
{
  g_autofree char *wanted = g_strconcat (" ", word, " ", NULL);
  return strstr (list, wanted) != NULL;
}

typedef void (*WordFunc) (char *folded, gpointer user_data); /* takes folded */

static guint
each_word (const char *text, gsize size, WordFunc func, gpointer user_data)
{
  const char *end = text + size;
  guint count = 0;
  while (text < end)
    {
      const char *start = text;
      while (text < end && is_word_character (g_utf8_get_char (text)))
        text = g_utf8_next_char (text);
      if (text == start)
        {
          text = g_utf8_next_char (text);
          continue;
        }
      count++;
      if (func != NULL)
        func (g_utf8_casefold (start, text - start), user_data);
    }
  return count;
}

static gboolean
ends_with_abbreviation (const char *start, const char *point)
{
  const char *word = point;
  while (word > start && !g_ascii_isspace (word[-1]) && word[-1] != '(')
    word--;
  if (point - word == 1)
    return TRUE; /* an initial */
  if (point - word > 8)
    return FALSE;
  g_autofree char *folded = g_utf8_casefold (word, point - word);
  return is_listed (abbreviations, folded);
}

/* The end of the sentence that starts at text: after its mark, or at an empty line. */
static const char *
find_end (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '\n')
        {
          const char *next = c + 1 + strspn (c + 1, " \t\r");
          if (*next == '\n' || *next == '\0' || *next == '-' || *next == '*' || *next == '#')
            return c;
        }
      if (*c != '.' && *c != '!' && *c != '?')
        continue;
      const char *after = c + 1 + strspn (c + 1, "\"')]");
      if (*after == '\0'
          || (g_ascii_isspace (*after) && !g_ascii_islower (after[1])
              && (*c != '.' || !ends_with_abbreviation (text, c))))
        return after;
    }
  return text + strlen (text);
}

static GArray *
split (const char *text)
{
  GArray *sentences = g_array_new (FALSE, FALSE, sizeof (Sentence));
  while (*text != '\0' && sentences->len < SENTENCES_CONSIDERED)
    {
      text += strspn (text, " \t\r\n\f#*->=_|");
      const char *end = find_end (text);
      Sentence sentence = { .start = text, .size = (gsize) (end - text), .index = sentences->len };
      sentence.words = each_word (text, sentence.size, NULL, NULL);
      if (sentence.words >= WORDS_MIN)
        g_array_append_val (sentences, sentence);
      text = end;
    }
  return sentences;
}

static void
count_word (char *folded, gpointer user_data)
{
  GHashTable *counts = user_data;
  if (strlen (folded) < 3 || is_listed (stop_words, folded))
    {
      g_free (folded);
      return;
    }
  gsize count = GPOINTER_TO_SIZE (g_hash_table_lookup (counts, folded));
  g_hash_table_replace (counts, folded, GSIZE_TO_POINTER (count + 1));
}

typedef struct {
  GHashTable *counts;
  double sum;
} Scoring;

static void
score_word (char *folded, gpointer user_data)
{
  Scoring *scoring = user_data;
  scoring->sum += (double) GPOINTER_TO_SIZE (g_hash_table_lookup (scoring->counts, folded));
  g_free (folded);
}

static int
compare_scores (gconstpointer a, gconstpointer b)
{
  const Sentence *x = a, *y = b;
  if (x->score != y->score)
    return x->score < y->score ? 1 : -1;
  return (x->index > y->index) - (x->index < y->index);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Sentence *x = a, *y = b;
  return (x->index > y->index) - (x->index < y->index);
}

static void
score (GArray *sentences)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < sentences->len; i++)
    {
      const Sentence *sentence = &g_array_index (sentences, Sentence, i);
      each_word (sentence->start, sentence->size, count_word, counts);
    }
  for (guint i = 0; i < sentences->len; i++)
    {
      Sentence *sentence = &g_array_index (sentences, Sentence, i);
      Scoring scoring = { counts, 0 };
      each_word (sentence->start, sentence->size, score_word, &scoring);
      sentence->score = scoring.sum / (sentence->words + 3);
      if (i < LEAD_SENTENCES)
        sentence->score *= 1.0 + 0.5 / (i + 1);
      if (sentence->words > WORDS_LONG)
        sentence->score *= 0.6;
    }
}

static gboolean
is_new (const GPtrArray *chosen, const char *shown)
{
  for (guint i = 0; i < chosen->len; i++)
    if (strcmp (chosen->pdata[i], shown) == 0)
      return FALSE;
  return TRUE;
}

/* One line, blanks folded, escaped. */
static char *
show (const Sentence *sentence)
{
  GString *line = g_string_new (NULL);
  const char *end = sentence->start + sentence->size;
  for (const char *c = sentence->start; c < end; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);
      if (!g_unichar_isspace (character))
        g_string_append_unichar (line, character);
      else if (line->len > 0 && line->str[line->len - 1] != ' ')
        g_string_append_c (line, ' ');
    }
  char *shown = agent_text_show (line->str, AGENT_SUMMARY_SENTENCE_BYTES);
  g_string_free (line, TRUE);
  return shown;
}

static guint64
count_lines (const char *text)
{
  guint64 lines = 0;
  for (const char *c = text; (c = strchr (c, '\n')) != NULL; c++)
    lines++;
  gsize size = strlen (text);
  return lines + (size > 0 && text[size - 1] != '\n');
}

AgentSummary *
agent_summary_make (const char *text, guint wanted)
{
  AgentSummary *summary = g_new0 (AgentSummary, 1);
  summary->sentences = g_ptr_array_new_with_free_func (g_free);
  summary->words = each_word (text, strlen (text), NULL, NULL);
  summary->lines = count_lines (text);

  g_autoptr (GArray) sentences = split (text);
  summary->total = sentences->len;
  score (sentences);
  g_array_sort (sentences, compare_scores);
  g_array_set_size (sentences, MIN (sentences->len, MIN (wanted, AGENT_SUMMARY_SENTENCES_MAX)));
  g_array_sort (sentences, compare_places);
  for (guint i = 0; i < sentences->len; i++)
    {
      g_autofree char *shown = show (&g_array_index (sentences, Sentence, i));
      if (is_new (summary->sentences, shown))
        g_ptr_array_add (summary->sentences, g_steal_pointer (&shown));
    }
  return summary;
}

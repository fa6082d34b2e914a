/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the names, which the core passed on from the scan worker. The answer is a stranger's:
 * what is no event of the known form is passed on as raw text. Refuses: to hold back more than its
 * bounds. Known gaps: a model that writes a placeholder in another way than it got it, and what an
 * answer that is not streamed has within arguments that are JSON in JSON, when that needs escapes.
 */

#include "guardian/egress/guardian-egress-restore.h"

#include "common/json/cardea-json.h"
#include "guardian/egress/guardian-egress-fetch.h"
#include "guardian/egress/guardian-egress-restore-text.h"

#include <string.h>

#define EVENT_VALUES 65536u
#define DEPTH 16u

/* A text whose deltas come one by one; the beginning of a placeholder waits for the next. */
typedef struct {
  GString *held;
  CardeaJson *last; /* the event before, in which the held rest can still go out */
  char *head;       /* its lines before the data */
  gboolean seen;    /* in this event */
} Text;

struct _GuardianEgressRestore {
  GuardianEgressNames *names;
  gboolean json;     /* placeholders stand in strings of JSON */
  gboolean events;   /* text/event-stream */
  GString *waiting;  /* raw: the beginning of a placeholder; of events: of one */
  GHashTable *texts; /* where in the event → Text */
};

static void
text_free (gpointer data)
{
  Text *text = data;

  g_string_free (text->held, TRUE);
  g_clear_pointer (&text->last, cardea_json_unref);
  g_free (text->head);
  g_free (text);
}

GuardianEgressRestore *
guardian_egress_restore_new (const char *names, gsize size, const char *kind)
{
  GuardianEgressNames *read
      = guardian_egress_names_read (names, size, GUARDIAN_EGRESS_RESTORE_NAMES);

  if (read == NULL)
    return NULL;
  g_autofree char *small = kind != NULL ? g_ascii_strdown (kind, -1) : g_strdup ("");
  GuardianEgressRestore *restore = g_new0 (GuardianEgressRestore, 1);
  restore->names = read;
  restore->events = strstr (small, "event-stream") != NULL;
  restore->json = restore->events || strstr (small, "json") != NULL;
  restore->waiting = g_string_new (NULL);
  restore->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, text_free);
  return restore;
}

GuardianEgressRestore *
guardian_egress_restore_begin (GBytes *names, const GPtrArray *headers)
{
  const char *kind = NULL;
  gsize size = 0;

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (g_ascii_strcasecmp (header->name, "Content-Type") == 0)
        kind = header->value;
    }
  const char *text = g_bytes_get_data (names, &size);
  return guardian_egress_restore_new (text, size, kind);
}

void
guardian_egress_restore_free (GuardianEgressRestore *restore)
{
  if (restore == NULL)
    return;
  guardian_egress_names_free (restore->names);
  g_string_free (restore->waiting, TRUE);
  g_hash_table_unref (restore->texts);
  g_free (restore);
}

static void
append (GByteArray *out, const char *text, gsize size)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) size);
}

static gsize
replace_raw (const GuardianEgressRestore *restore, const char *text, gsize size, gboolean last,
             GByteArray *out)
{
  g_autoptr (GString) replaced = g_string_new (NULL);
  gsize held
      = guardian_egress_names_replace (restore->names, text, size, restore->json, last, replaced);

  append (out, replaced->str, replaced->len);
  explicit_bzero (replaced->str, replaced->len);
  return held;
}

/* --- events --- */

/* In an object called "delta" these are parts of texts; of the second kind the text is JSON. */
static const char *const plain_names[]
    = { "content", "text", "reasoning_content", "reasoning", "thinking", NULL };
static const char *const quoted_names[] = { "arguments", "partial_json", NULL };

typedef struct {
  GuardianEgressRestore *restore;
  CardeaJson *event;
  const char *head;
  gboolean changed;
} Event;

static Text *
find_text (Event *event, const char *path)
{
  GuardianEgressRestore *restore = event->restore;
  Text *text = g_hash_table_lookup (restore->texts, path);

  if (text != NULL || g_hash_table_size (restore->texts) >= GUARDIAN_EGRESS_RESTORE_TEXTS)
    return text;
  text = g_new0 (Text, 1);
  text->held = g_string_new (NULL);
  g_hash_table_insert (restore->texts, g_strdup (path), text);
  return text;
}

static void
take_delta (Event *event, CardeaJson *object, const char *name, const char *path, gboolean quoted)
{
  const char *delta = cardea_json_get_string (object, name);
  Text *text = delta != NULL ? find_text (event, path) : NULL;

  if (text == NULL)
    return;
  g_autoptr (GString) out = g_string_new (NULL);
  g_string_append (text->held, delta);
  gsize held = guardian_egress_names_replace (event->restore->names, text->held->str,
                                              text->held->len, quoted, FALSE, out);
  event->changed |= strcmp (out->str, delta) != 0;
  g_string_erase (text->held, 0, (gssize) (text->held->len - held));
  cardea_json_set_string (object, name, out->str);
  text->seen = TRUE;
  g_clear_pointer (&text->last, cardea_json_unref);
  g_clear_pointer (&text->head, g_free);
  explicit_bzero (out->str, out->len);
  if (held == 0)
    return;
  text->last = cardea_json_ref (event->event); /* copied when all of it is known */
  text->head = g_strdup (event->head);
}

static gboolean
is_one_of (const char *const *names, const char *name)
{
  return name != NULL && g_strv_contains (names, name);
}

static void walk (Event *event, CardeaJson *json, const char *path, gboolean in_delta, guint depth);

static void
walk_object (Event *event, CardeaJson *object, const char *path, gboolean in_delta, guint depth)
{
  for (guint i = 0; i < cardea_json_size (object); i++)
    {
      const char *name = cardea_json_nth_name (object, i);
      CardeaJson *value = cardea_json_nth (object, i);
      g_autofree char *below = g_strdup_printf ("%s.%s", path, name);
      if (cardea_json_type (value) != CARDEA_JSON_STRING)
        walk (event, value, below, in_delta || strcmp (name, "delta") == 0, depth + 1);
      else if (in_delta && (is_one_of (plain_names, name) || is_one_of (quoted_names, name)))
        take_delta (event, object, name, below, is_one_of (quoted_names, name));
    }
}

/* What says its number is known by that: only one of several may be in an event. */
static char *
path_of (const CardeaJson *json, const char *path, guint i)
{
  gint64 index = i;

  if (cardea_json_type (json) == CARDEA_JSON_OBJECT)
    cardea_json_get_int (json, "index", &index);
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT, path, index);
}

static void
walk (Event *event, CardeaJson *json, const char *path, gboolean in_delta, guint depth)
{
  if (depth > DEPTH)
    return;
  if (cardea_json_type (json) == CARDEA_JSON_OBJECT)
    {
      g_autofree char *own = path_of (json, path, 0);
      walk_object (event, json, own, in_delta, depth);
    }
  for (guint i = 0; cardea_json_type (json) == CARDEA_JSON_ARRAY && i < cardea_json_size (json);
       i++)
    walk (event, cardea_json_nth (json, i), path, in_delta, depth + 1);
}

static gboolean
write_event (const char *head, const CardeaJson *json, GByteArray *out)
{
  gsize size = 0;
  g_autofree char *text = cardea_json_write (json, &size, NULL);

  if (text == NULL)
    return FALSE;
  append (out, head, strlen (head));
  append (out, "data: ", 6);
  append (out, text, size);
  append (out, "\n\n", 2);
  explicit_bzero (text, size);
  return TRUE;
}

/* Replaces the last delta of a text by what was held back of it. */
static void
set_rest (CardeaJson *json, const char *path, const char *at, const char *rest, guint depth)
{
  gboolean object = cardea_json_type (json) == CARDEA_JSON_OBJECT;

  if (depth > DEPTH || (!object && cardea_json_type (json) != CARDEA_JSON_ARRAY))
    return;
  g_autofree char *own = object ? path_of (json, at, 0) : g_strdup (at);
  for (guint i = 0; i < cardea_json_size (json); i++)
    {
      CardeaJson *value = cardea_json_nth (json, i);
      g_autofree char *below
          = object ? g_strdup_printf ("%s.%s", own, cardea_json_nth_name (json, i)) : g_strdup (at);
      if (cardea_json_type (value) == CARDEA_JSON_STRING && object && strcmp (below, path) == 0)
        {
          cardea_json_set_string (json, cardea_json_nth_name (json, i), rest);
          return;
        }
      set_rest (value, path, below, rest, depth + 1);
    }
}

/* Texts that this event says nothing more of: what was held back of them was no placeholder. */
static void
let_go (GuardianEgressRestore *restore, gboolean all, GByteArray *out)
{
  GHashTableIter iter;
  gpointer path;
  gpointer value;

  g_hash_table_iter_init (&iter, restore->texts);
  while (g_hash_table_iter_next (&iter, &path, &value))
    {
      Text *text = value;
      if (text->held->len > 0 && text->last != NULL && (all || !text->seen))
        {
          set_rest (text->last, path, "", text->held->str, 0);
          write_event (text->head, text->last, out);
          g_string_truncate (text->held, 0);
        }
      text->seen = FALSE;
    }
}

/* So that nobody changes it while it waits. */
static void
keep_copies (GuardianEgressRestore *restore, const CardeaJson *event)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, restore->texts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Text *text = value;
      if (text->last != event)
        continue;
      CardeaJson *copy = cardea_json_copy (event);
      cardea_json_unref (text->last);
      text->last = copy;
    }
}

/* Lines before the one that begins with "data:", and what follows that word; NULL: there is none,
 * or more than one. */
static char *
find_data (const char *text, char **ret_head)
{
  const char *data = g_str_has_prefix (text, "data:") ? text : strstr (text, "\ndata:");

  if (data == NULL)
    return NULL;
  data += *data == '\n';
  if (strstr (data + 1, "\ndata:") != NULL)
    return NULL;
  *ret_head = g_strndup (text, (gsize) (data - text));
  char *json = g_strdup (data + strlen ("data:"));
  return g_strstrip (json);
}

static void
pass_event (GuardianEgressRestore *restore, const char *text, gsize size, GByteArray *out)
{
  g_autofree char *head = NULL;
  g_autofree char *data = memchr (text, '\0', size) == NULL ? find_data (text, &head) : NULL;
  g_autoptr (CardeaJson) json
      = data != NULL ? cardea_json_parse_bounded (data, strlen (data), EVENT_VALUES, NULL) : NULL;
  Event event = { restore, json, head, FALSE };
  g_autoptr (GByteArray) own = g_byte_array_new ();

  if (json != NULL)
    walk (&event, json, "", FALSE, 0);
  if (!event.changed || !write_event (head, json, own))
    replace_raw (restore, text, size, TRUE, own);
  if (json != NULL)
    keep_copies (restore, json);
  let_go (restore, FALSE, out);
  append (out, (const char *) own->data, own->len);
}

/* Bytes up to the blank line that ends the first event; 0: it goes on. */
static gsize
event_size (const GString *text, gsize from)
{
  for (gsize i = from; i < text->len; i++)
    if (text->str[i] == '\n'
        && ((i > 0 && text->str[i - 1] == '\n')
            || (i > 1 && text->str[i - 1] == '\r' && text->str[i - 2] == '\n')))
      return i + 1;
  return 0;
}

static void
feed_events (GuardianEgressRestore *restore, gsize from, GByteArray *out)
{
  gsize size;

  while ((size = event_size (restore->waiting, from)) > 0)
    {
      g_autofree char *event = g_strndup (restore->waiting->str, size);
      pass_event (restore, event, size, out);
      g_string_erase (restore->waiting, 0, (gssize) size);
      from = 0;
    }
  if (restore->waiting->len <= GUARDIAN_EGRESS_RESTORE_EVENT)
    return;
  let_go (restore, TRUE, out);
  restore->events = FALSE;
}

/* --- both --- */

void
guardian_egress_restore_feed (GuardianEgressRestore *restore, const void *bytes, gsize size,
                              GByteArray *out)
{
  gsize from = restore->waiting->len;

  g_string_append_len (restore->waiting, bytes, (gssize) size);
  if (restore->events)
    feed_events (restore, from, out);
  if (restore->events)
    return;
  gsize held = replace_raw (restore, restore->waiting->str, restore->waiting->len, FALSE, out);
  g_string_erase (restore->waiting, 0, (gssize) (restore->waiting->len - held));
}

void
guardian_egress_restore_finish (GuardianEgressRestore *restore, GByteArray *out)
{
  if (restore->events)
    let_go (restore, TRUE, out);
  replace_raw (restore, restore->waiting->str, restore->waiting->len, TRUE, out);
  g_string_truncate (restore->waiting, 0);
}

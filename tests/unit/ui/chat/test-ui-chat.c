/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-limits.h"
#include "ui/chat/ui-chat-before.h"
#include "ui/chat/ui-chat-index.h"
#include "ui/chat/ui-chat-record.h"
#include "ui/chat/ui-chat-turn.h"

#include <string.h>

/* A chat whose records are read again, as after a crash at this moment. */
typedef struct {
  UiChat *chat;
  UiChatTurn *turn;
  UiChatRecords *records;
} Fixture;

static void
record_cb (UiChat *chat, CardeaJson *record, Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = cardea_json_write (record, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (CardeaJson) again = cardea_json_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_true (ui_chat_records_take (f->records, again));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->chat = ui_chat_new (NULL);
  f->turn = ui_chat_turn_new (f->chat);
  f->records = ui_chat_records_new ();
  g_signal_connect (f->chat, "record", G_CALLBACK (record_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (f->chat, f);
  g_object_unref (f->turn);
  g_object_unref (f->chat);
  ui_chat_records_free (f->records);
}

static void
say (Fixture *f, const char *text)
{
  static const char *const files[] = { "/a/b.txt", "/c\xff", NULL };
  g_autoptr (UiChatMessage) message = ui_chat_message_new (UI_CHAT_AUTHOR_PERSON, text);
  ui_chat_message_set_files (message, files);
  ui_chat_append (f->chat, G_OBJECT (message));
  ui_chat_turn_begin (f->turn);
}

static gboolean
take (Fixture *f, const char *kind, const char *text, const char *data)
{
  g_autoptr (CardeaJson) json = data != NULL ? cardea_json_parse (data, strlen (data), NULL) : NULL;
  return ui_chat_turn_take (f->turn, kind, text, json);
}

/* "person:text", "assistant(state):text", "card(state):tool", a line an entry. */
static char *
describe (UiChatEntry *entry)
{
  static const char *const authors[] = { "person", "assistant", "notice" };
  if (UI_IS_CHAT_CARD (entry))
    {
      const UiChatCardFacts *facts = ui_chat_card_facts (UI_CHAT_CARD (entry));
      return g_strdup_printf ("card(%d):%s %s", facts->state, facts->tool,
                              facts->path != NULL ? facts->path : "-");
    }
  UiChatMessage *message = UI_CHAT_MESSAGE (entry);
  return g_strdup_printf ("%s(%d):%s", authors[ui_chat_message_get_author (message)],
                          ui_chat_message_get_state (message), ui_chat_message_get_text (message));
}

static void
assert_entries (Fixture *f, const char *expected)
{
  GListModel *entries = ui_chat_get_entries (f->chat);
  g_autoptr (GString) shown = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (UiChatEntry) entry = g_list_model_get_item (entries, i);
      g_autofree char *line = describe (entry);
      g_string_append_printf (shown, "%s\n", line);
    }
  g_assert_cmpstr (shown->str, ==, expected);
}

static void
assert_kept (Fixture *f, const char *expected)
{
  g_autoptr (GString) kept = g_string_new (NULL);

  ui_chat_flush (f->chat);
  ui_chat_records_finish (f->records);
  for (guint i = 0; i < f->records->entries->len; i++)
    {
      g_autofree char *line = describe (f->records->entries->pdata[i]);
      g_string_append_printf (kept, "%s\n", line);
    }
  g_assert_cmpstr (kept->str, ==, expected);
}

/* The pictures that a question on the chat's one card is about. */
static char **
about_of (Fixture *f)
{
  GListModel *entries = ui_chat_get_entries (f->chat);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i);
      if (UI_IS_CHAT_CARD (entry))
        return ui_chat_card_facts (UI_CHAT_CARD (entry))->about; /* the list holds it */
    }
  g_assert_not_reached ();
}

static void
test_turn (Fixture *f, gconstpointer data)
{
  say (f, "Do it");
  g_assert_true (take (f, "delta", "First ", NULL));
  g_assert_true (take (f, "delta", "words.", NULL));
  g_assert_true (take (f, "tool", "Writing a",
                       "{\"tool\":\"write\",\"path\":\"/a\",\"id\":\"1\","
                       "\"state\":\"running\"}"));
  static const char *const about[] = { "/a.png", NULL };
  ui_chat_turn_set_waiting (f->turn, TRUE, about);
  g_assert_cmpstrv (about_of (f), about);
  assert_entries (f,
                  "person(1):Do it\nassistant(1):First words.\ncard(1):write /a\nassistant(0):\n");
  ui_chat_turn_set_waiting (f->turn, FALSE, NULL);
  g_assert_null (about_of (f));
  g_assert_true (take (f, "tool", "",
                       "{\"tool\":\"write\",\"id\":\"1\",\"state\":\"refused\","
                       "\"code\":\"declined\",\"reason\":\"No.\",\"policy\":\"p\"}"));
  g_assert_true (take (f, "delta", "Sorry.", NULL));
  g_assert_false (take (f, "refused", "", NULL));
  assert_entries (f, "person(1):Do it\nassistant(1):First words.\ncard(3):write /a\n"
                     "assistant(2):Sorry.\n");
  assert_kept (f, "person(1):Do it\nassistant(1):First words.\ncard(3):write /a\n"
                  "assistant(2):Sorry.\n");
  const UiChatCardFacts *facts = ui_chat_card_facts (f->records->entries->pdata[2]);
  g_assert_cmpstr (facts->reason, ==, "No.");
  g_assert_cmpstr (facts->policy, ==, "p");
  const char *const *files = ui_chat_message_get_files (f->records->entries->pdata[0]);
  g_assert_cmpstr (files[1], ==, "/c\xff");
}

/* Cut off in the middle of an answer: what had come is there, and called stopped. */
static void
test_crash (Fixture *f, gconstpointer data)
{
  say (f, "Tell me");
  g_assert_true (take (f, "tool", "Reading", "{\"tool\":\"read\",\"state\":\"started\"}"));
  g_assert_true (take (f, "delta", "Once ", NULL));
  g_assert_true (take (f, "delta", "upon a time", NULL));
  assert_kept (f, "person(1):Tell me\ncard(4):read -\nassistant(4):Once upon a time\n");
}

static void
test_end (Fixture *f, gconstpointer data)
{
  say (f, "Go");
  g_assert_true (take (f, "tool", "", "{\"tool\":\"read\",\"path\":\"/a\",\"state\":\"started\"}"));
  g_assert_true (take (f, "tool", "", "{\"tool\":\"read\",\"path\":\"/a\",\"state\":\"done\"}"));
  g_assert_true (take (f, "tool", "", "{\"tool\":\"list\",\"state\":\"started\"}"));
  ui_chat_turn_end (f->turn, UI_CHAT_STATE_FAILED, "The agent ended.");
  assert_entries (f, "person(1):Go\ncard(2):read /a\ncard(4):list -\nassistant(3):\n");
  g_assert_false (take (f, "delta", "too late", NULL));
  assert_kept (f, "person(1):Go\ncard(2):read /a\ncard(4):list -\nassistant(3):\n");
}

/* An answer without words leaves nothing behind. */
static void
test_silent (Fixture *f, gconstpointer data)
{
  say (f, "Go");
  g_assert_true (take (f, "tool", "", "{\"tool\":\"read\",\"state\":\"started\"}"));
  g_assert_true (take (f, "tool", "", "{\"tool\":\"read\",\"state\":\"done\"}"));
  g_assert_false (take (f, "done", "", "{\"sources\":[]}"));
  assert_entries (f, "person(1):Go\ncard(2):read -\n");
  assert_kept (f, "person(1):Go\ncard(2):read -\n");
}

static UiChatCard *
take_change (Fixture *f, const char *text)
{
  g_autoptr (CardeaJson) change = cardea_json_parse (text, strlen (text), NULL);
  return ui_chat_turn_take_change (f->turn, change);
}

static void
test_change (Fixture *f, gconstpointer data)
{
  say (f, "Write");
  g_assert_true (
      take (f, "tool", "", "{\"tool\":\"write\",\"path\":\"/a\",\"state\":\"running\"}"));
  UiChatCard *card
      = take_change (f, "{\"id\":\"c1\",\"state\":\"made\",\"undoable\":true,\"count\":1,"
                        "\"items\":[{\"op\":\"write\",\"path\":\"/a\"}]}");
  g_assert_true (take (f, "tool", "",
                       "{\"tool\":\"write\",\"path\":\"/a\",\"state\":\"done\","
                       "\"change\":\"c1\"}"));
  g_assert_true (ui_chat_card_can_undo (card));
  /* One that nothing announced has a card of its own. */
  UiChatCard *other
      = take_change (f, "{\"id\":\"c2\",\"state\":\"made\",\"undoable\":true,\"count\":3}");
  g_assert_true (other != card);
  g_assert_true (ui_chat_card_can_undo (other));
  /* Taken back somewhere else: told by its own state, or by another change that is "of" it. */
  g_assert_true (take_change (f, "{\"id\":\"c1\",\"state\":\"undone\",\"undoable\":false}")
                 == card);
  g_assert_cmpint (ui_chat_card_get_state (card), ==, UI_CHAT_CARD_UNDONE);
  g_assert_true (take_change (f, "{\"id\":\"c3\",\"of\":\"c2\",\"state\":\"made\"}") == other);
  g_assert_cmpint (ui_chat_card_get_state (other), ==, UI_CHAT_CARD_UNDONE);
  g_assert_false (ui_chat_card_can_undo (other));
  g_assert_false (take (f, "done", "Done.", NULL));
  assert_kept (f, "person(1):Write\ncard(6):write /a\ncard(6):change -\nassistant(1):Done.\n");
}

/* The agent's word alone makes nothing that can be undone. */
static void
test_claimed_change (Fixture *f, gconstpointer data)
{
  say (f, "Write");
  g_assert_true (take (f, "tool", "", "{\"tool\":\"write\",\"state\":\"done\",\"change\":\"c9\"}"));
  g_assert_false (ui_chat_card_can_undo (ui_chat_turn_find_change (f->turn, "c9")));
}

static void
test_titles (Fixture *f, gconstpointer data)
{
  g_assert_true (ui_chat_is_empty (f->chat));
  say (f, "# **First** line\nand more");
  g_assert_cmpstr (ui_chat_get_title (f->chat), ==, "First line");
  ui_chat_rename (f->chat, "Mine\nonly");
  g_assert_cmpstr (ui_chat_get_title (f->chat), ==, "Mine");
  g_assert_cmpstr (f->records->title, ==, "Mine");
  ui_chat_rename (f->chat, "");
  g_assert_cmpstr (ui_chat_get_title (f->chat), ==, "First line");
  g_assert_null (f->records->title);
  g_assert_false (ui_chat_is_empty (f->chat));
}

static void
test_refused_records (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *record;
    gboolean taken;
  } rows[] = {
    { "{\"kind\":\"later\",\"number\":1}", TRUE },
    { "{}", FALSE },
    { "{\"kind\":\"text\",\"number\":1,\"text\":\"x\"}", FALSE },
    { "{\"kind\":\"gone\",\"number\":7}", FALSE },
    { "{\"kind\":\"flow\",\"flow\":{\"labels\":[],\"untrusted\":false}}", FALSE },
    { "{\"kind\":\"flow\",\"flow\":{\"labels\":[]},\"since\":0}", FALSE },
    { "{\"kind\":\"session\",\"session\":\"\"}", FALSE },
    { "{\"kind\":\"session\",\"session\":1}", FALSE },
    { "{\"kind\":\"entry\",\"number\":0}", FALSE },
    { "{\"kind\":\"entry\",\"number\":1,\"time\":\"1\",\"message\":{}}", FALSE },
    { "{\"kind\":\"entry\",\"number\":1,\"time\":\"1\",\"card\":{\"tool\":\"x\"}}", FALSE },
    { "{\"kind\":\"entry\",\"number\":1,\"time\":\"1\",\"card\":{\"tool\":\"x\",\"state\":\"done\"}"
      "}",
      TRUE },
    { "{\"kind\":\"text\",\"number\":1,\"text\":\"x\"}", FALSE },
    { "{\"kind\":\"gone\",\"number\":1}", TRUE },
    { "{\"kind\":\"gone\",\"number\":1}", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (CardeaJson) json
          = cardea_json_parse (rows[i].record, strlen (rows[i].record), NULL);
      g_assert_nonnull (json);
      g_assert_cmpint (ui_chat_records_take (f->records, json), ==, rows[i].taken);
    }
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GHashTable **) user_data = ui_chat_index_search_finish (result, NULL);
}

static GHashTable *
search (UiChatIndex *index, const char *text)
{
  GHashTable *titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTable *found = NULL;

  g_hash_table_insert (titles, g_strdup ("a"), g_strdup ("Bank statements"));
  g_hash_table_insert (titles, g_strdup ("b"), g_strdup ("Ünïcode"));
  ui_chat_index_search_async (index, text, titles, NULL, NULL, found_cb, &found);
  while (found == NULL)
    g_main_context_iteration (NULL, TRUE);
  return found;
}

static void
test_search (Fixture *f, gconstpointer data)
{
  g_autoptr (UiChatIndex) index = ui_chat_index_new ();

  ui_chat_index_add (index, "a", "The total is 80.25\nfor January");
  ui_chat_index_add (index, "b", "GRÖSSE of ΣΊΣΥΦΟΣ");
  g_autoptr (GHashTable) title = search (index, "bANK");
  g_assert_cmpstr (g_hash_table_lookup (title, "a"), ==, "");
  g_autoptr (GHashTable) words = search (index, "january total");
  g_assert_cmpstr (g_hash_table_lookup (words, "a"), ==, "The total is 80.25 for January");
  g_autoptr (GHashTable) folded = search (index, "grösse σίσυφος");
  g_assert_cmpuint (g_hash_table_size (folded), ==, 1);
  g_assert_true (g_hash_table_contains (folded, "b"));
  g_autoptr (GHashTable) both = search (index, "total nothing");
  g_assert_cmpuint (g_hash_table_size (both), ==, 0);
  ui_chat_index_remove (index, "a");
  g_autoptr (GHashTable) gone = search (index, "january");
  g_assert_cmpuint (g_hash_table_size (gone), ==, 0);
}

/* With whom a chat is held is written down before the first thing in it, and what that agent shows
 * with a step is kept; a chat in which nothing happened leaves nothing. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  g_autoptr (UiChatForeign) foreign = ui_chat_foreign_new ("theirs", "Theirs", "/a/\xff", TRUE);

  static const char *const hosts[] = { "127.0.0.1:11434", NULL };

  ui_chat_foreign_set_hosts (foreign, hosts);
  g_signal_handlers_disconnect_by_data (f->chat, f);
  g_object_unref (f->turn);
  g_object_unref (f->chat);
  f->chat = ui_chat_new_with (foreign);
  f->turn = ui_chat_turn_new (f->chat);
  g_signal_connect (f->chat, "record", G_CALLBACK (record_cb), f);
  g_assert_null (f->records->foreign);
  say (f, "hello");
  g_assert_cmpstr (f->records->foreign->profile, ==, "theirs");
  g_assert_cmpstr (f->records->foreign->folder, ==, "/a/\xff");
  g_assert_true (f->records->foreign->writable);
  g_assert_cmpstr (f->records->foreign->hosts[0], ==, hosts[0]);
  g_assert_null (f->records->foreign->hosts[1]);
  g_assert_true (take (f, "tool", "Edit x",
                       "{\"tool\":\"edit\",\"id\":\"call-1\",\"state\":\"done\",\"foreign\":true,"
                       "\"detail\":\"-a\\n+b\"}"));
  g_assert_false (take (f, "done", "", NULL));
  assert_kept (f, "person(1):hello\ncard(2):edit -\n");
  const UiChatCardFacts *facts = ui_chat_card_facts (f->records->entries->pdata[1]);
  g_assert_true (facts->foreign);
  g_assert_cmpstr (facts->detail, ==, "-a\n+b");
}

static void
told (Fixture *f, const char *text)
{
  g_autoptr (CardeaJson) flow = cardea_json_parse (text, strlen (text), NULL);
  ui_chat_add_flow (f->chat, flow);
}

static void
assert_json (const CardeaJson *json, const char *expected)
{
  g_autofree char *text = cardea_json_write (json, NULL, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_flow (Fixture *f, gconstpointer data)
{
  say (f, "hello");
  told (f, "{\"labels\":[],\"untrusted\":false}");
  assert_json (f->records->flow, "{\"labels\":[],\"untrusted\":false}");
  g_assert_cmpuint (f->records->flow_since, ==, 0);
  told (f, "{\"labels\":[\"finance\"],\"untrusted\":true}");
  told (f, "{\"labels\":[\"health\"],\"untrusted\":false}"); /* nothing is ever forgotten */
  told (f, "{\"labels\":[\"x\"]}");
  told (f, "{\"labels\":[1],\"untrusted\":false}");
  assert_json (f->records->flow, "{\"labels\":[\"finance\",\"health\"],\"untrusted\":true}");
  assert_json (ui_chat_get_flow (f->chat),
               "{\"labels\":[\"finance\",\"health\"],\"untrusted\":true}");
}

/* By which the log knows a chat: kept in their order, and never without end. */
static void
test_sessions (Fixture *f, gconstpointer data)
{
  g_autoptr (UiChat) again = ui_chat_new (ui_chat_get_id (f->chat));

  say (f, "hello");
  ui_chat_add_session (f->chat, "00112233445566aa");
  ui_chat_add_session (f->chat, "00112233445566bb");
  g_assert_cmpuint (f->records->sessions->len, ==, 2);
  g_assert_cmpstr (f->records->sessions->pdata[0], ==, "00112233445566aa");
  ui_chat_restore_sessions (again, f->records->sessions);
  g_assert_cmpstr (ui_chat_get_sessions (again)->pdata[1], ==, "00112233445566bb");
  for (guint i = 0; i < 2 * UI_CHAT_RECORD_SESSIONS; i++)
    ui_chat_add_session (f->chat, "00112233445566cc");
  g_assert_cmpuint (ui_chat_get_sessions (f->chat)->len, ==, UI_CHAT_RECORD_SESSIONS);
  g_assert_cmpuint (f->records->sessions->len, ==, UI_CHAT_RECORD_SESSIONS);
}

/* Words of which it is not known what they were taken from are not passed on. */
static void
test_before (Fixture *f, gconstpointer data)
{
  say (f, "old");
  take (f, "delta", "secret", NULL);
  take (f, "done", "", NULL);
  g_assert_null (ui_chat_before_new (f->chat, NULL));
  say (f, "new");
  told (f, "{\"labels\":[],\"untrusted\":false}");
  take (f, "delta", "words", NULL);
  take (f, "done", "", NULL);
  g_autoptr (CardeaJson) before = ui_chat_before_new (f->chat, NULL);
  assert_json (before, "[{\"author\":\"person\",\"text\":\"new\"},"
                       "{\"author\":\"assistant\",\"text\":\"words\"}]");

  g_autoptr (UiChatMessage) question = ui_chat_message_new (UI_CHAT_AUTHOR_PERSON, "again");
  ui_chat_append (f->chat, G_OBJECT (question));
  g_autoptr (CardeaJson) same = ui_chat_before_new (f->chat, question);
  g_assert_true (cardea_json_equal (before, same));
}

static void
test_before_bounds (Fixture *f, gconstpointer data)
{
  g_autofree char *much = g_strnfill (3 * UI_CHAT_BEFORE_TEXT, '\x01'); /* six bytes each in JSON */

  say (f, "first");
  told (f, "{\"labels\":[],\"untrusted\":false}");
  for (guint i = 0; i < CARDEA_LIMIT_BEFORE; i++)
    {
      take (f, "done", "", NULL);
      say (f, "one more");
    }
  g_autoptr (CardeaJson) many = ui_chat_before_new (f->chat, NULL);
  g_assert_cmpuint (cardea_json_size (many), ==, CARDEA_LIMIT_BEFORE);
  g_assert_cmpstr (cardea_json_get_string (cardea_json_nth (many, 0), "text"), ==, "one more");
  take (f, "done", "", NULL);
  say (f, much);
  g_autoptr (CardeaJson) large = ui_chat_before_new (f->chat, NULL);
  g_assert_true (cardea_json_fits (large, CARDEA_LIMIT_BEFORE_BYTES));
  const CardeaJson *last = cardea_json_nth (large, cardea_json_size (large) - 1);
  g_assert_cmpuint (strlen (cardea_json_get_string (last, "text")), ==,
                    UI_CHAT_BEFORE_TEXT + strlen ("…"));
}

static void
test_foreign_refused (Fixture *f, gconstpointer data)
{
  static const char *const wrong[] = {
    "{\"kind\":\"with\"}",
    "{\"kind\":\"with\",\"profile\":\"\",\"title\":\"T\",\"folder\":\"/a\"}",
    "{\"kind\":\"with\",\"profile\":\"p\",\"title\":\"T\",\"folder\":\"a\"}",
    "{\"kind\":\"with\",\"profile\":\"p\",\"folder\":\"/a\"}",
    "{\"kind\":\"with\",\"profile\":\"a-name-of-more-than-thirty-two-bytes\",\"title\":\"T\","
    "\"folder\":\"/a\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (CardeaJson) record = cardea_json_parse (wrong[i], strlen (wrong[i]), NULL);
      g_assert_false (ui_chat_records_take (f->records, record));
      g_assert_null (f->records->foreign);
    }
}

static const struct {
  const char *name;
  void (*test) (Fixture *, gconstpointer);
} tests[] = {
  { "/ui-chat/turn", test_turn },
  { "/ui-chat/crash", test_crash },
  { "/ui-chat/end", test_end },
  { "/ui-chat/silent", test_silent },
  { "/ui-chat/change", test_change },
  { "/ui-chat/claimed-change", test_claimed_change },
  { "/ui-chat/titles", test_titles },
  { "/ui-chat/refused-records", test_refused_records },
  { "/ui-chat/search", test_search },
  { "/ui-chat/flow", test_flow },
  { "/ui-chat/before", test_before },
  { "/ui-chat/before-bounds", test_before_bounds },
  { "/ui-chat/sessions", test_sessions },
  { "/ui-chat/foreign", test_foreign },
  { "/ui-chat/foreign-refused", test_foreign_refused },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}

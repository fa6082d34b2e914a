/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/words/test-words-fixture.h"
#include "ui/words/ui-words-record.h"

#define BANK "'resource':{'path':'/home/eva/Documents/bank.csv','kind':'file'}"

/* As the guardian writes them. */
static const struct {
  const char *record;
  const char *sentence;
  UiWordsTone tone;
  gboolean action; /* one of those most people want */
} records[] = {
  { "{'type':'decision','action':'file.read','effect':'allow','tier':0,'grant':'g'," BANK "}",
    "Read bank.csv — allowed, you shared it", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'decision','action':'file.read','effect':'allow','tier':2,'grant':'g'," BANK "}",
    "Read bank.csv — allowed by you", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'decision','action':'file.read','effect':'allow','tier':2,"
    "'input':{'context':{'mode':'monitor'}}," BANK "}",
    "Read bank.csv — allowed, because nobody is asked in monitor mode", UI_WORDS_TONE_ALLOWED,
    TRUE },
  { "{'type':'decision','action':'file.list','effect':'allow','tier':0,'reason':'it is harmless',"
    "'resource':{'path':'/home/eva','kind':'folder'}}",
    "List the files in your home folder — allowed: it is harmless", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'decision','action':'file.write','effect':'deny','code':'declined',"
    "'reason':'the person said no','resource':{'path':'/home/eva/report.md','kind':'file'}}",
    "Change report.md — refused by you", UI_WORDS_TONE_REFUSED, TRUE },
  { "{'type':'decision','action':'file.read','effect':'deny','code':'unanswered'," BANK "}",
    "Read bank.csv — refused, nobody answered", UI_WORDS_TONE_REFUSED, TRUE },
  { "{'type':'decision','action':'file.read','effect':'deny','code':'denied',"
    "'reason':'it was not shared'," BANK "}",
    "Read bank.csv — refused: it was not shared", UI_WORDS_TONE_REFUSED, TRUE },
  { "{'type':'decision','action':'file.rename','effect':'allow','tier':1,'count':12,"
    "'items':[{'grant':'g'},{'grant':'g'}],"
    "'resource':{'path':'/home/eva/Downloads','kind':'folder'}}",
    "Move 12 files in Downloads — allowed, you shared it", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'decision','action':'file.rename','effect':'allow','tier':1,'count':1,'reason':'r',"
    "'items':[{'grant':'g','to':'/home/eva/b/x'},{}]," BANK "}",
    "Move bank.csv — allowed: r", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'decision','action':'file.rename','effect':'allow','tier':3,'count':1,"
    "'items':[{'op':'rename','to':'/home/eva/b/x'}]," BANK "}",
    "Move bank.csv to ~/b/x — allowed by you", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'consent','action':'file.read','effect':'ask'," BANK "}",
    "Read bank.csv — you were asked", UI_WORDS_TONE_ASKED, TRUE },
  { "{'type':'consent','action':'file.read','effect':'deny','consent':{'by':'window'}," BANK "}",
    "Read bank.csv — refused by you", UI_WORDS_TONE_REFUSED, FALSE },
  { "{'type':'consent','action':'file.read','effect':'deny','reason':'nobody asks any more',"
    "'consent':{'by':'guardian','answer':'cancelled'}," BANK "}",
    "Read bank.csv — refused: nobody asks any more", UI_WORDS_TONE_REFUSED, FALSE },
  { "{'type':'decision','policy':'designation','action':'file.read','effect':'allow'," BANK "}",
    "You shared bank.csv for reading", UI_WORDS_TONE_PLAIN, TRUE },
  { "{'type':'decision','policy':'designation','action':'file.write','effect':'allow',"
    "'resource':{'path':'/home/eva/Notes','kind':'folder','access':'rw'}}",
    "You shared Notes for changing", UI_WORDS_TONE_PLAIN, TRUE },
  { "{'type':'decision','policy':'designation','action':'exec.run','effect':'allow',"
    "'subject':{'agent':'Cardea'}}",
    "Start the assistant — allowed, you asked for it", UI_WORDS_TONE_ALLOWED, FALSE },
  { "{'type':'decision','policy':'designation','action':'exec.run','effect':'allow',"
    "'subject':{'agent':'program:make'},'resource':{'path':'/usr/bin/make'}}",
    "Run make — allowed, you asked for it", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'decision','action':'exec.run','effect':'allow','request':'r1','reason':'r',"
    "'subject':{'agent':'Cardea'},'resource':{'path':'/usr/bin/make'}}",
    "Run make — allowed: r", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'decision','policy':'command','action':'settings.set','effect':'allow',"
    "'resource':{'setting':'undo.days','value':'90'}}",
    "You set undo.days to 90", UI_WORDS_TONE_PLAIN, TRUE },
  { "{'type':'decision','policy':'command','action':'undo.apply','effect':'allow','items':"
    "[{'op':'append','kind':'file','path':'/home/eva/notes.txt'}]}",
    "You took back: Added to notes.txt", UI_WORDS_TONE_PLAIN, TRUE },
  { "{'type':'outcome','action':'file.read','outcome':'done','bytes':'132'," BANK "}",
    "Read bank.csv — done, 132 bytes", UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'outcome','action':'audit.redact','gone':{'first':8,'last':8}}",
    "Details of record 8 were deleted", UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'violation','action':'syscall','syscall':'ptrace'}",
    "Tried the forbidden system call “ptrace” — stopped by the sandbox", UI_WORDS_TONE_BAD, TRUE },
  { "{'type':'decision','action':'credential.use','effect':'allow','tier':0,'reason':'r',"
    "'resource':{'kind':'badge','host':'data.example'}}",
    "Get a badge for data.example — allowed: r", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'capability.issue','action':'credential.use','resource':{'aud':'https://d.example/'}}",
    "A program got a badge for https://d.example/", UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'capability.revoke','action':'credential.use','reason':'the session ends',"
    "'resource':{'aud':'https://d.example/'}}",
    "The badge for https://d.example/ ended — the session ends", UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'outcome','action':'credential.login','outcome':'done'}", "You logged in for a key",
    UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'session.start','title':'Summarise'}", "A session began: “Summarise”",
    UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'session.end','reason':'ended by the person'}",
    "The session ended — ended by the person", UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'capability.revoke'," BANK "}", "bank.csv is not shared any more", UI_WORDS_TONE_PLAIN,
    FALSE },
  /* nothing known is left out, nothing unknown either */
  { "{'type':'something.new'}", "something.new", UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'decision','action':'net.request','effect':'deny','reason':'no network'}",
    "Send something to a host — refused: no network", UI_WORDS_TONE_REFUSED, TRUE },
  { "{'type':'decision','action':'net.request','effect':'allow','tier':2,'consent':{},"
    "'resource':{'host':'example.com','method':'GET','port':80}}",
    "Get something from example.com — allowed by you", UI_WORDS_TONE_ALLOWED, TRUE },
  { "{'type':'outcome','action':'net.connect','outcome':'done',"
    "'resource':{'host':'a\\u202eb.example'}}",
    "Connect to a\\u{202e}b.example — done", UI_WORDS_TONE_PLAIN, FALSE },
  { "{'type':'decision','policy':'command','action':'model.add','effect':'allow'}",
    "You connected a model", UI_WORDS_TONE_PLAIN, TRUE },
  { "{'type':'decision','policy':'command','action':'some.thing','effect':'allow'}", "some.thing",
    UI_WORDS_TONE_PLAIN, TRUE },
  { "{}", "A record", UI_WORDS_TONE_PLAIN, FALSE },
};

static void
test_sentences (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (CardeaJson) record = fixture_json (records[i].record);
      g_autoptr (UiWordsRecord) words = ui_words_record_new (record, HOME);
      g_autofree char *sentence = ui_words_record_sentence (words);
      g_assert_cmpstr (sentence, ==, records[i].sentence);
      g_assert_cmpint (words->tone, ==, records[i].tone);
      g_assert_cmpint (ui_words_record_is_action (record), ==, records[i].action);
      g_assert_nonnull (ui_words_tone_icon (words->tone));
      g_assert_nonnull (ui_words_tone_word (words->tone));
    }
}

static void
test_where (void)
{
  g_autoptr (CardeaJson) record
      = fixture_json ("{'type':'decision','action':'file.read','effect':'allow'," BANK "}");
  g_autoptr (UiWordsRecord) words = ui_words_record_new (record, HOME);
  g_assert_cmpstr (words->where, ==, "~/Documents");
  g_assert_false (words->redacted);
}

static void
test_redacted (void)
{
  g_autoptr (CardeaJson) record = fixture_json (
      "{'type':'decision','action':'file.read','effect':'deny','code':'declined','redacted':true}");
  g_autoptr (UiWordsRecord) words = ui_words_record_new (record, HOME);
  g_autofree char *sentence = ui_words_record_sentence (words);
  g_assert_true (words->redacted);
  g_assert_cmpstr (sentence, ==, "Read a file — refused by you");
  g_assert_null (words->where);
}

/* A name that would turn the line around, end it, or is no UTF-8. */
static void
test_hostile_names (void)
{
  static const struct {
    const char *resource;
    const char *what;
  } names[] = {
    { "{'path':'/home/eva/a\\u202etxt.exe'}", "Read a\\u{202e}txt.exe" },
    { "{'path':'/home/eva/a\\nallowed'}", "Read a\\u{000a}allowed" },
    { "{'path_b64':'L2hvbWUvZXZhL/8='}", "Read \\xff" },
    { "{'path':'relative'}", "Read relative" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{'type':'decision','action':'file.read','effect':'allow','resource':%s}",
          names[i].resource);
      g_autoptr (CardeaJson) record = fixture_json (text);
      g_autoptr (UiWordsRecord) words = ui_words_record_new (record, HOME);
      g_assert_cmpstr (words->what, ==, names[i].what);
    }
}

/* What is of another type than it should be is not taken for what it should be. */
static void
test_wrong_types (void)
{
  static const char *const wrong[] = {
    "{'type':7}",
    "{'type':'decision','effect':[],'resource':'x','action':{}}",
    "{'type':'decision','action':'file.read','effect':'allow','resource':{'path':3},'items':4}",
    "{'type':'consent','consent':[],'resource':null}",
    "{'type':'outcome','action':'file.read','outcome':1,'bytes':-1,'resource':[]}",
    "{'type':'outcome','action':'audit.redact','gone':'x'}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (CardeaJson) record = fixture_json (wrong[i]);
      g_autoptr (UiWordsRecord) words = ui_words_record_new (record, HOME);
      g_autofree char *sentence = ui_words_record_sentence (words);
      g_assert_cmpuint (strlen (sentence), >, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-words-record/sentences", test_sentences);
  g_test_add_func ("/ui-words-record/where", test_where);
  g_test_add_func ("/ui-words-record/redacted", test_redacted);
  g_test_add_func ("/ui-words-record/hostile-names", test_hostile_names);
  g_test_add_func ("/ui-words-record/wrong-types", test_wrong_types);
  return g_test_run ();
}

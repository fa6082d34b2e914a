/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-card-wording.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>
#include <string.h>

#define ITEMS_SHOWN 8u

/* Translators: in all of these %s is a file or folder. */
static const struct {
  const char *tool;
  const char *icon;
  const char *open; /* while it runs, and when it came to nothing */
  const char *done;
  const char *nothing; /* done, when no path is known */
} tools[] = {
  { "read", "text-x-generic-symbolic", N_ ("Read %s"), N_ ("Read %s"), N_ ("Read a file") },
  { "summarise", "text-x-generic-symbolic", N_ ("Read %s"), N_ ("Read %s"), N_ ("Read a file") },
  { "table", "x-office-spreadsheet-symbolic", N_ ("Calculate with %s"), N_ ("Calculated with %s"),
    N_ ("Calculated") },
  { "list", "folder-symbolic", N_ ("List %s"), N_ ("Listed %s"), N_ ("Listed a folder") },
  { "search", "edit-find-symbolic", N_ ("Search %s"), N_ ("Searched %s"), N_ ("Searched") },
  { "compare", "edit-copy-symbolic", N_ ("Compare %s"), N_ ("Compared %s"), N_ ("Compared files") },
  { "write", "document-edit-symbolic", N_ ("Write %s"), N_ ("Wrote %s"), N_ ("Wrote a file") },
  { "edit", "document-edit-symbolic", N_ ("Change %s"), N_ ("Changed %s"), N_ ("Changed a file") },
  { "append", "document-edit-symbolic", N_ ("Add to %s"), N_ ("Added to %s"),
    N_ ("Added to a file") },
  { "create", "document-new-symbolic", N_ ("Create %s"), N_ ("Created %s"), N_ ("Created a file") },
  { "report", "document-new-symbolic", N_ ("Write a report to %s"), N_ ("Wrote a report to %s"),
    N_ ("Wrote a report") },
  { "move", "folder-symbolic", N_ ("Move %s"), N_ ("Moved %s"), N_ ("Moved files") },
  { "rename", "folder-symbolic", N_ ("Rename %s"), N_ ("Renamed %s"), N_ ("Renamed a file") },
  { "tidy", "folder-symbolic", N_ ("Tidy %s"), N_ ("Tidied %s"), N_ ("Tidied a folder") },
  { "mkdir", "folder-new-symbolic", N_ ("Make the folder %s"), N_ ("Made the folder %s"),
    N_ ("Made a folder") },
  { "delete", "user-trash-symbolic", N_ ("Delete %s"), N_ ("Deleted %s"), N_ ("Deleted a file") },
  { "run", "system-run-symbolic", N_ ("Run %s"), N_ ("Ran %s"), N_ ("Ran a program") },
  { "picture", "image-x-generic-symbolic", N_ ("Show %s"), N_ ("Showed %s"),
    N_ ("Showed a picture") },
  { "change", "document-edit-symbolic", N_ ("Change %s"), N_ ("Changed %s"), N_ ("Changed files") },
};

/* What somebody else's agent says it does, in kinds of the Agent Client Protocol; the words are its
 * own. */
static const struct {
  const char *kind;
  const char *icon;
} foreign_kinds[] = {
  { "read", "text-x-generic-symbolic" },  { "edit", "document-edit-symbolic" },
  { "delete", "user-trash-symbolic" },    { "move", "folder-symbolic" },
  { "search", "edit-find-symbolic" },     { "execute", "utilities-terminal-symbolic" },
  { "fetch", "network-server-symbolic" }, { "plan", "view-list-bullet-symbolic" },
};

static const char *
find_foreign_icon (const char *kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (foreign_kinds); i++)
    if (strcmp (foreign_kinds[i].kind, kind) == 0)
      return foreign_kinds[i].icon;
  return "system-run-symbolic";
}

static gsize
find_tool (const char *name)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS (tools) && strcmp (tools[i].tool, name) != 0)
    i++;
  return i;
}

/* A sentence of ours with what it speaks of in place of its one "%s". */
static char *
fill (const char *sentence, const char *what)
{
  g_autoptr (GString) text = g_string_new (sentence);
  g_string_replace (text, "%s", what, 1);
  return g_strdup (text->str);
}

static char *
show_path (const char *path)
{
  g_autofree char *home = cardea_paths_home ();
  return ui_consent_wording_path (path, home);
}

/* The one file of a change says more than the agent's word for it. */
static char *
find_path (const UiChatCardFacts *facts)
{
  if (facts->items != NULL && cardea_json_size (facts->items) == 1 && facts->count <= 1)
    return cardea_path_json_get (cardea_json_nth (facts->items, 0), "path");
  return g_strdup (facts->path);
}

char *
ui_card_wording_title (UiChatCard *card)
{
  const UiChatCardFacts *facts = ui_chat_card_facts (card);
  gsize tool = find_tool (facts->tool);
  gboolean done = facts->state == UI_CHAT_CARD_DONE || facts->state >= UI_CHAT_CARD_UNDOING;
  g_autofree char *path = find_path (facts);

  if (facts->foreign && facts->text != NULL)
    {
      /* Our agent escaped it once: a backslash stays single. */
      g_autofree char *words = cardea_text_escape_lines (facts->text, strlen (facts->text));
      return g_strdelimit (g_steal_pointer (&words), "\n\t", ' ');
    }
  if (tool == G_N_ELEMENTS (tools))
    return cardea_text_escape (facts->text != NULL ? facts->text : facts->tool,
                               strlen (facts->text != NULL ? facts->text : facts->tool), NULL);
  if (done && facts->change != NULL && facts->count > 1)
    {
      guint count = (guint) facts->count;
      return g_strdup_printf (ngettext ("Changed %u file", "Changed %u files", count), count);
    }
  if (path == NULL)
    return g_strdup (_ (tools[tool].nothing));
  g_autofree char *shown = show_path (path);
  return fill (_ (done ? tools[tool].done : tools[tool].open), shown);
}

const char *
ui_card_wording_icon (UiChatCard *card)
{
  const UiChatCardFacts *facts = ui_chat_card_facts (card);
  gsize tool = find_tool (facts->tool);
  if (facts->foreign)
    return find_foreign_icon (facts->tool);
  return tool < G_N_ELEMENTS (tools) ? tools[tool].icon : "system-run-symbolic";
}

static char *
describe_lines (const UiChatCardFacts *facts)
{
  if (facts->change == NULL || facts->added + facts->removed == 0)
    return g_strdup ("");
  /* Translators: how many lines a change added to files and took out of them. */
  return g_strdup_printf (_ ("+%ld −%ld lines"), (glong) facts->added, (glong) facts->removed);
}

static const char *const state_words[] = {
  [UI_CHAT_CARD_RUNNING] = N_ ("Running…"),
  [UI_CHAT_CARD_WAITING] = N_ ("Waiting for you"),
  [UI_CHAT_CARD_DONE] = NULL,
  [UI_CHAT_CARD_REFUSED] = N_ ("Refused"),
  [UI_CHAT_CARD_FAILED] = N_ ("Not done"),
  [UI_CHAT_CARD_UNDOING] = N_ ("Undoing…"),
  [UI_CHAT_CARD_UNDONE] = N_ ("Undone"),
};

char *
ui_card_wording_state (UiChatCard *card)
{
  const UiChatCardFacts *facts = ui_chat_card_facts (card);

  if (facts->trouble != NULL)
    {
      g_autofree char *trouble = cardea_text_escape (facts->trouble, strlen (facts->trouble), NULL);
      /* Translators: %s is the guardian's sentence. */
      return g_strdup_printf (_ ("Not undone: %s"), trouble);
    }
  if (facts->state != UI_CHAT_CARD_DONE)
    return g_strdup (_ (state_words[facts->state]));
  if (facts->change != NULL && !facts->undoable && facts->why_not != NULL)
    {
      g_autofree char *why = cardea_text_escape (facts->why_not, strlen (facts->why_not), NULL);
      return g_strdup_printf (_ ("Cannot be undone: %s"), why);
    }
  return describe_lines (facts);
}

static void
add_line (GString *text, const char *sentence, const char *what)
{
  if (what == NULL || *what == '\0')
    return;
  g_autofree char *shown = cardea_text_escape (what, strlen (what), NULL);
  g_autofree char *line = fill (sentence, shown);
  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

char *
ui_card_wording_why (UiChatCard *card)
{
  const UiChatCardFacts *facts = ui_chat_card_facts (card);
  g_autoptr (GString) text = g_string_new (NULL);

  if (facts->state != UI_CHAT_CARD_REFUSED && facts->state != UI_CHAT_CARD_FAILED)
    return NULL;
  add_line (text, "%s", facts->reason);
  /* Translators: what the person wrote beside the refusal. */
  add_line (text, _ ("Your note: %s"), facts->note);
  /* Translators: the rule of the policy that decided. */
  add_line (text, _ ("Rule: %s"), facts->policy);
  return text->len > 0 ? g_strdup (text->str) : NULL;
}

char *
ui_card_wording_items (UiChatCard *card)
{
  const UiChatCardFacts *facts = ui_chat_card_facts (card);
  g_autoptr (GString) text = g_string_new (NULL);

  if (facts->items == NULL || facts->count <= 1)
    return NULL;
  guint n_items = cardea_json_size (facts->items);
  for (guint i = 0; i < MIN (n_items, ITEMS_SHOWN); i++)
    {
      const CardeaJson *item = cardea_json_nth (facts->items, i);
      g_autofree char *path = cardea_path_json_get (item, "path");
      g_autofree char *to = cardea_path_json_get (item, "to");
      g_autofree char *shown = path != NULL ? show_path (path) : g_strdup ("?");
      g_autofree char *shown_to = to != NULL ? show_path (to) : NULL;
      g_string_append_printf (text, "%s%s%s%s", i > 0 ? "\n" : "", shown,
                              shown_to != NULL ? " → " : "", shown_to != NULL ? shown_to : "");
    }
  if (facts->count > (gint64) ITEMS_SHOWN)
    {
      guint more = (guint) facts->count - ITEMS_SHOWN;
      g_autofree char *line = g_strdup_printf (ngettext ("and %u more", "and %u more", more), more);
      g_string_append_printf (text, "\n%s", line);
    }
  return g_strdup (text->str);
}

char *
ui_card_wording_detail (UiChatCard *card)
{
  const char *detail = ui_chat_card_facts (card)->detail;

  if (detail == NULL || *detail == '\0')
    return NULL;
  /* It was escaped by our agent, whose word is not taken for it. */
  return cardea_text_escape_lines (detail, strlen (detail));
}

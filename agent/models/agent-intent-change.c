/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-pattern.h"

#include <string.h>

/* Sentences that change something, or leave this computer, are matched word by word, in order:
 * where the others may leave out a word like "the", here each is one that the pattern knows. */

#define FIRST_WORDS " please kindly can could would will you just now hey hi hello ok okay then "
#define LAST_WORDS " please thanks thank you now "

/* The first that fits wins. */
static const struct {
  AgentIntentKind kind;
  const char *pattern;
} patterns[] = {
  { AGENT_INTENT_OVERWRITE, "overwrite [the] [file] <file> with [the] [text|content] <text>" },
  { AGENT_INTENT_OVERWRITE,
    "replace|change [the|all] [whole|entire] content|contents|text of [the] [file] <file> "
    "with|by|to <text>" },
  { AGENT_INTENT_REPLACE,
    "replace|change|substitute [<all>] [of] [the] [occurrence|occurrences|instance|instances] [of] "
    "[the] [text|word|words|phrase|line|name] <text> with|by|to [the] [text|word|words] <with> "
    "[<all>] in|inside|within|throughout [the|my] [file] <file> [<all>]" },
  { AGENT_INTENT_REPLACE, "in [the|my] [file] <file> replace|change|substitute [<all>] [the] "
                          "[text|word|words|phrase|line|name] <text> with|by|to <with> [<all>]" },
  { AGENT_INTENT_APPEND,
    "append|add|attach [the|a|an] [new] [line|text|sentence|word|words|entry|item|note] <text> "
    "to|onto|at [the] [end|bottom] [of] [the|my] [file] <file>" },
  { AGENT_INTENT_APPEND,
    "write|put [the|a] [new] [line|text|sentence] <quoted> at|to|on the end|bottom of [the|my] "
    "[file] <file>" },
  { AGENT_INTENT_CREATE,
    "create|make|start [a|an|the|me] [new] [text|markdown] [file|document|note] [called|named] "
    "<target> with|containing|saying [the] [text|content|contents|line|lines|words|word] <text>" },
  { AGENT_INTENT_CREATE,
    "create|make|start [a|an|the|me] [new] [text|markdown] [file|document|note] [called|named] "
    "<target> in|inside [the|my] [folder|directory] <folder> [folder|directory] "
    "with|containing|saying [the] [text|content|contents|line|lines|words|word] <text>" },
  { AGENT_INTENT_CREATE,
    "create|make|start [a|an|the|me] [new] [text|markdown] [file|document|note] [called|named] "
    "<target> with|containing|saying [the] [text|content|contents|line|lines|words|word] <text> "
    "in|inside [the|my] [folder|directory] <folder> [folder|directory]" },
  { AGENT_INTENT_CREATE,
    "write|save|put [the|a] [text|line|sentence|words] <quoted> in|into|to|as [a|the] [new] [file] "
    "[called|named] <target>" },
  { AGENT_INTENT_CREATE,
    "create|make|start [a|an|the|me] [new|empty] [empty] [text|markdown] file|document|note "
    "[called|named] <target>" },
  { AGENT_INTENT_CREATE,
    "create|make|start [a|an|the|me] [new|empty] [empty] [text|markdown] file|document|note "
    "[called|named] <target> in|inside [the|my] [folder|directory] <folder> [folder|directory]" },
  { AGENT_INTENT_CREATE, "create <target>" },
  { AGENT_INTENT_DELETE, "move|put|throw [the|my] [file|files] <files> in|into|to the trash|bin" },
  { AGENT_INTENT_DELETE,
    "delete|remove|trash [the|my] [empty] [file|files|folder|folders|document] <files>" },
  { AGENT_INTENT_DELETE, "delete|remove|trash [the|my] [empty] folder|directory <place>" },
  { AGENT_INTENT_RENAME, "rename [the|my] [file|folder] <file> to|as|into [the] [name] <name>" },
  { AGENT_INTENT_RENAME, "change the name of [the|my] [file|folder] <file> to|into <name>" },
  { AGENT_INTENT_MOVE,
    "move|put [the|my] [file|files|folder] <files> to|into|in|inside [the|my|a] [new] "
    "[folder|directory] [called|named] <place> [folder|directory]" },
  { AGENT_INTENT_TIDY,
    "tidy|organise|organize|arrange [up] [all] [the|my] [files] [in|of] [the|my] <folder> "
    "[folder|directory] [up] [into|in] [folders|subfolders] by|per [the] <by>" },
  { AGENT_INTENT_TIDY,
    "sort|group|move|put [all] [the|my] [files] [in|of|from] [the|my] <folder> [folder|directory] "
    "into|in folders|subfolders by|per|for [the|each] <by>" },
  { AGENT_INTENT_TIDY,
    "tidy|organise|organize|arrange [up] [all] [the|my] [files] [in|of] [the|my] <folder> "
    "[folder|directory] [up] [into|in] [folders|subfolders]" },
  { AGENT_INTENT_RUN,
    "run|execute [program|command] <command> on|over [the|my] [file|files] <files>" },
  { AGENT_INTENT_RUN, "run|execute [program|command] <command>" },
  { AGENT_INTENT_UNDO, "undo [the|my] [last|latest] [change|changes|that|it|this]" },
  { AGENT_INTENT_UNDO, "take that|it|this back" },
  { AGENT_INTENT_UNDO, "undo everything|all" },
  { AGENT_INTENT_DOWNLOAD,
    "download|save|get|fetch [the|a] [file|page|document] [at|from] <url> to|into|in|as [the|my|a] "
    "[new] [file|folder|directory] [called|named] <target> [folder|directory]" },
  { AGENT_INTENT_PASTE,
    "read|show|paste|get [me] [the] [text] [what] [is] [in|on|from|of] [the|my] clipboard" },
  { AGENT_INTENT_PASTE, "what [is] in|on [the|my] clipboard" },
  { AGENT_INTENT_COPY, "copy|put|write [the] [text|word|words|line] <text> to|into|in|on [the|my] "
                       "clipboard" },
  { AGENT_INTENT_DOWNLOAD, "download [the|a] [file|page|document] [at|from] <url>" },
  { AGENT_INTENT_FETCH,
    "get|fetch|open|read|show|load|visit [me] [the|a] [web] [page|site|website|address|text] "
    "[at|from|of|on] <url>" },
  { AGENT_INTENT_MAKE_FOLDER,
    "make|create|add [a|the|me] [new] [empty] folder|directory|subfolder [called|named] <name> "
    "in|inside|under|below [the|my] [folder|directory] <folder> [folder|directory]" },
  { AGENT_INTENT_MAKE_FOLDER,
    "make|create|add [a|the|me] [new] [empty] folder|directory|subfolder in|inside|under|below "
    "[the|my] [folder|directory] <folder> [folder|directory] called|named <name>" },
  { AGENT_INTENT_MAKE_FOLDER,
    "make|create|add [a|the|me] [new] [empty] folder|directory|subfolder [called|named] <name>" },
};

/* Taking a text out of a file is a replacement by nothing. */
static const char removal[]
    = "delete|remove [<all>] [of] [the] [occurrence|occurrences] [of] [the] "
      "[text|word|words|phrase|sentence] <quoted> from|in [the|my] [file] <file> [<all>]";

/* "…, and save it to x.md". */
static const char *const saved[] = {
  "[and|then] [then] save|write|put|store|export it|them|this|that|the "
  "[result|results|summary|table|answer|figures|report|list] to|into|as|in [the|a] [new] [file] "
  "[called|named] <target>",
  "[and|then] [then] save|write|put|store|export it|them|this|that|the "
  "[result|results|summary|table|answer|figures|report|list] to|into|as [the|a] [new] [file] "
  "[called|named] <target> in|inside [the|my] [folder|directory] <folder> [folder|directory]",
  "and|then save|write|store|export to|into|as [the|a] [new] [file] [called|named] <target>",
};

/* The sentence without the words of courtesy around it. */
static void
find_sentence (const AgentPhrase *phrase, guint *ret_from, guint *ret_to)
{
  const AgentToken *token;
  *ret_from = 0;
  *ret_to = phrase->tokens->len;
  while ((token = agent_phrase_nth (phrase, *ret_from)) != NULL && token->type == AGENT_TOKEN_WORD
         && agent_phrase_is_listed (FIRST_WORDS, token->folded))
    (*ret_from)++;
  while (*ret_to > *ret_from
         && (token = agent_phrase_nth (phrase, *ret_to - 1))->type == AGENT_TOKEN_WORD
         && agent_phrase_is_listed (LAST_WORDS, token->folded))
    (*ret_to)--;
}

gboolean
agent_intent_read_change (AgentIntent *intent, AgentPhrase *phrase)
{
  guint from, to;
  find_sentence (phrase, &from, &to);
  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (agent_pattern_match (patterns[i].pattern, phrase, from, to, intent))
      {
        intent->kind = patterns[i].kind;
        return TRUE;
      }
  if (!agent_pattern_match (removal, phrase, from, to, intent))
    return FALSE;
  intent->kind = AGENT_INTENT_REPLACE;
  intent->with = g_strdup ("");
  return TRUE;
}

static char *
target_of (const AgentIntent *found)
{
  gboolean rooted = found->target[0] == '/' || g_str_has_prefix (found->target, "~/");
  return found->folder != NULL && found->folder[0] != '\0' && !rooted
             ? g_build_filename (found->folder, found->target, NULL)
             : g_strdup (found->target);
}

/* The tail is cut off. */
static char *
take_tail (AgentPhrase *phrase, guint begin, guint to)
{
  for (guint from = begin + 1; from < to; from++)
    for (gsize i = 0; i < G_N_ELEMENTS (saved); i++)
      {
        g_autoptr (AgentIntent) found = agent_intent_new ();
        if (!agent_pattern_match (saved[i], phrase, from, to, found))
          continue;
        agent_phrase_cut (phrase, from, phrase->tokens->len);
        return target_of (found);
      }
  return NULL;
}

/* "Write … to x.md": the verb and the last two words are cut off. */
static char *
take_frame (AgentPhrase *phrase, guint from, guint to)
{
  const AgentToken *verb = agent_phrase_nth (phrase, from);
  if (to < from + 4 || verb->type != AGENT_TOKEN_WORD
      || !agent_phrase_is_listed (" write save put store export ", verb->folded))
    return NULL;
  const AgentToken *before = agent_phrase_nth (phrase, to - 2);
  const AgentToken *target = agent_phrase_nth (phrase, to - 1);
  if (before->type != AGENT_TOKEN_WORD || !agent_phrase_is_listed (" to into as ", before->folded)
      || target->type == AGENT_TOKEN_WORD || target->text[0] == '\0')
    return NULL;
  char *taken = g_strdup (target->text);
  agent_phrase_cut (phrase, to - 2, phrase->tokens->len);
  agent_phrase_cut (phrase, 0, from + 1);
  return taken;
}

char *
agent_intent_take_target (AgentPhrase *phrase, gboolean *ret_shown)
{
  guint from, to;
  find_sentence (phrase, &from, &to);
  char *target = take_tail (phrase, from, to);
  *ret_shown = target != NULL;
  return target != NULL ? target : take_frame (phrase, from, to);
}

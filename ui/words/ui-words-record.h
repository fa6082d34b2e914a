/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A record of the log (cli.md, "Records") in plain words: "Read bank.csv", "allowed, you shared
 * it". What no table row knows is shown as it stands, never left out. */

typedef enum {
  UI_WORDS_TONE_PLAIN,   /* an event; nothing was decided */
  UI_WORDS_TONE_ALLOWED, /* by a rule or by the person */
  UI_WORDS_TONE_ASKED,   /* a question that waited */
  UI_WORDS_TONE_REFUSED,
  UI_WORDS_TONE_BAD, /* something tried what no agent of ours does */
} UiWordsTone;

typedef struct {
  char *what;    /* "Read bank.csv" */
  char *verdict; /* "allowed, you shared it"; NULL when there is none */
  char *where;   /* the folder it lies in; NULL when there is none */
  UiWordsTone tone;
  gboolean redacted; /* its details were deleted; what says as much as is left */
} UiWordsRecord;

/* home: the folder shown as "~", or NULL. Never NULL. */
UiWordsRecord *ui_words_record_new (const CardeaJson *record, const char *home);
void ui_words_record_free (UiWordsRecord *words);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiWordsRecord, ui_words_record_free)

/* One sentence: "Read bank.csv — allowed, you shared it". The caller owns it. */
char *ui_words_record_sentence (const UiWordsRecord *words);

/* The name of an icon and the word that stands for a tone: never colour alone. Static. */
const char *ui_words_tone_icon (UiWordsTone tone);
const char *ui_words_tone_word (UiWordsTone tone);

/* TRUE for what an agent did or tried, and what a person was asked: the records most people want.
 * The others say how the guardian went about it. */
gboolean ui_words_record_is_action (const CardeaJson *record);

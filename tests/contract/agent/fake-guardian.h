/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "tests/contract/agent/fake-disk.h"
#include "tests/contract/agent/fake-model.h"

/* A guardian for one real cardea-agent over an inherited pair: enrols it, speaks mutual TLS, hands
 * out files from memory, and misbehaves in one named way. */

typedef enum {
  FAKE_GOOD,
  FAKE_DECLINES,
  FAKE_DECLINES_WITH_NOTE,
  FAKE_DENIES,
  FAKE_UNANSWERED,
  FAKE_UNAUTHORIZED,
  FAKE_NOT_FOUND,
  FAKE_AMBIGUOUS,
  FAKE_BUSY,
  FAKE_UNAVAILABLE,
  FAKE_INTERNAL,
  FAKE_NEVER_ANSWERS,
  FAKE_CLOSES_AT_ONCE,
  FAKE_CLOSES_MIDWAY,  /* after the first piece */
  FAKE_CHANGED_MIDWAY, /* says so */
  FAKE_SWAPPED_MIDWAY, /* the second piece is of another time, and nobody says so */
  FAKE_REVOKED_MIDWAY, /* declined after the first piece */
  FAKE_HUGE_PIECE,     /* larger than a piece may be */
  FAKE_WRONG_OFFSET,
  FAKE_LIES_ABOUT_END,  /* the first of several pieces is called the last */
  FAKE_ENDLESS,         /* empty pieces that are never the last */
  FAKE_OTHER_REPLY,     /* "done" where a file was due */
  FAKE_NO_SESSION,      /* refuses agent.ready */
  FAKE_TRUNCATES,       /* listings deeper than one level */
  FAKE_CHANGE_DECLINES, /* with a note */
  FAKE_CHANGE_DENIES,
  FAKE_CHANGE_UNANSWERED,
  FAKE_CHANGE_CHANGED,
  FAKE_CHANGE_BUSY,
  FAKE_CHANGE_UNAVAILABLE,
  FAKE_CHANGE_NEVER_ANSWERS,
  FAKE_CHANGE_CLOSES,
  FAKE_CHANGE_OTHER_REPLY, /* "done" */
  FAKE_CHANGE_FEWER_ITEMS, /* than operations */
  FAKE_CHANGE_RELATIVE,    /* a path that is none */
  FAKE_CHANGE_FOR_GOOD,    /* not undoable */
} FakeWay;

typedef struct _FakeGuardian FakeGuardian;

/* Starts program. seconds: of each capability. */
FakeGuardian *fake_guardian_new (const char *program, FakeWay way, int seconds);
/* Ends the agent if it still runs; returns its wait status. */
int fake_guardian_free (FakeGuardian *fake);

/* Files are opened by path or by their last element. piece: bytes of one piece. designated: named
 * in the next chat.user. */
void fake_guardian_add_file (FakeGuardian *fake, const char *path, GBytes *content, gsize piece,
                             gboolean designated);

FakeDisk *fake_guardian_disk (const FakeGuardian *fake);
/* Before it runs: what answers net.request, and of which agent.start tells. Borrowed. */
void fake_guardian_set_model (FakeGuardian *fake, FakeModel *model);
/* From now on. */
void fake_guardian_set_way (FakeGuardian *fake, FakeWay way);

/* One turn. Returns when it has ended, or the link has; how it ended: "done", "refused", "failed",
 * "lost". */
const char *fake_guardian_ask (FakeGuardian *fake, const char *text);
/* The same, with chat.stop as soon as the agent has asked for something; with a model, as soon as
 * it has said something, or has been asked and does not answer. */
const char *fake_guardian_ask_and_stop (FakeGuardian *fake, const char *text);
/* Sends a turn and does not wait. */
void fake_guardian_send (FakeGuardian *fake, const char *text);
/* Runs until as many turns have ended. */
void fake_guardian_wait_turns (FakeGuardian *fake, guint turns);
/* Runs for a while. */
void fake_guardian_idle (FakeGuardian *fake, guint milliseconds);

const char *fake_guardian_answer (const FakeGuardian *fake);   /* all deltas of the last turn */
const char *fake_guardian_end_text (const FakeGuardian *fake); /* of done, refused, failed */
const char *fake_guardian_status (const FakeGuardian *fake);
const CardeaJson *fake_guardian_end_data (const FakeGuardian *fake);
const char *fake_guardian_reason (const FakeGuardian *fake); /* of the last file.read or
                                                                  file.change */
guint fake_guardian_reads (const FakeGuardian *fake);        /* file.read so far */
guint fake_guardian_closes (const FakeGuardian *fake);
guint fake_guardian_renewals (const FakeGuardian *fake);
guint fake_guardian_turns (const FakeGuardian *fake); /* that have ended */
int fake_guardian_pid (const FakeGuardian *fake);
const CardeaJson *fake_guardian_operations (const FakeGuardian *fake); /* of the last change */
const GPtrArray *fake_guardian_steps (const FakeGuardian *fake); /* of the last turn's tool data */
guint fake_guardian_changes (const FakeGuardian *fake);          /* asked for so far */
guint fake_guardian_lists (const FakeGuardian *fake);

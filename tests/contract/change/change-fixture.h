/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/contract/contract-worker.h"

/* A change worker with a home and an undo store of its own, and short words for what is asked of
 * it. Nothing here waits for luck; a wrong answer fails the test. */
typedef struct {
  char *home;
  char *undo;
  ContractWorker *worker;
  guint seconds;  /* a request may take; 0: as usual */
  gboolean plain; /* as on a disk without unnamed files and exchanges */
} ChangeFixture;

#define CHANGE_MAX_BYTES (64 << 20)

/* data: not NULL for a plain disk. */
void change_fixture_set_up (ChangeFixture *fixture, gconstpointer data);
void change_fixture_tear_down (ChangeFixture *fixture, gconstpointer data);
/* die_at: 0 for none. Started, and not opened. */
void change_fixture_start (ChangeFixture *fixture, guint die_at);
/* Opens the store; the answer is the caller's. */
CardeaMessage *change_fixture_open (ChangeFixture *fixture, gint64 max_bytes, int days);
/* Ends the worker and starts another one over the same store, opened. */
CardeaMessage *change_fixture_restart (ChangeFixture *fixture);

/* Below home. Parents are made. The caller owns the results. */
char *change_fixture_path (ChangeFixture *fixture, const char *relative);
char *change_fixture_put (ChangeFixture *fixture, const char *relative, const char *text);
char *change_fixture_get (ChangeFixture *fixture, const char *relative); /* NULL: not there */
void change_fixture_assert_says (ChangeFixture *fixture, const char *relative, const char *text);
gboolean change_fixture_exists (ChangeFixture *fixture, const char *relative);
/* Names in home and all folders below it, sorted, one a line: for comparing before and after. */
char *change_fixture_tree (ChangeFixture *fixture);

/* JSON text in which ' stands for ". */
CardeaJson *change_fixture_parse (const char *text);
/* operations: JSON text in which ' stands for ". content: what is written; NULL: none. */
CardeaMessage *change_fixture_plan (ChangeFixture *fixture, const char *operations,
                                    const char *content);
CardeaMessage *change_fixture_describe (ChangeFixture *fixture, const char *plan);
CardeaMessage *change_fixture_commit (ChangeFixture *fixture, const char *plan);
/* The same, not waited for; the id is the caller's. */
char *change_fixture_send_commit (ChangeFixture *fixture, const char *plan);
char *change_fixture_send_open (ChangeFixture *fixture, gint64 max_bytes, int days);
/* Plans and commits; both must work. */
CardeaMessage *change_fixture_change (ChangeFixture *fixture, const char *operations,
                                      const char *content);
CardeaMessage *change_fixture_revert (ChangeFixture *fixture, const char *change);
CardeaMessage *change_fixture_history (ChangeFixture *fixture, int limit);
CardeaMessage *change_fixture_show (ChangeFixture *fixture, const char *change);

const char *change_fixture_plan_id (const CardeaMessage *planned);
const char *change_fixture_change_id (const CardeaMessage *committed);
/* The nth object of a list of an answer. */
CardeaJson *change_fixture_nth (const CardeaMessage *answer, const char *list, guint index);

#define CHANGE_TEST(path, function)                                                                \
  g_test_add (path, ChangeFixture, NULL, change_fixture_set_up, function, change_fixture_tear_down)
#define CHANGE_TEST_PLAIN(path, function)                                                          \
  g_test_add (path, ChangeFixture, "plain", change_fixture_set_up, function,                       \
              change_fixture_tear_down)

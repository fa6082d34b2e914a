/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* The core's side of the undo store: opened in the change worker as soon as the log's keys are
 * open, again after the worker was replaced, and with new limits. Nothing is changed before. */

typedef enum {
  GUARDIAN_UNDO_CLOSED,  /* nobody needed it yet, the keys or the worker are not there */
  GUARDIAN_UNDO_KEYS,    /* waits for the log's keys */
  GUARDIAN_UNDO_KEY,     /* waits for its own */
  GUARDIAN_UNDO_OPENING, /* the worker opens it and makes good what was interrupted */
  GUARDIAN_UNDO_OPEN,
} GuardianUndoState;

GuardianUndo *guardian_undo_new (GuardianContext *context);
void guardian_undo_free (GuardianUndo *undo);

/* Once all parts are there: what a crash left behind is made good now, when the keys can be had
 * without asking anybody. */
void guardian_undo_start (GuardianUndo *undo);

/* code NULL: it is open; else a refusal's code with a reason. Called once, never from inside. */
typedef void (*GuardianUndoOpened) (const char *code, const char *reason, gpointer user_data);
void guardian_undo_open (GuardianUndo *undo, GuardianUndoOpened opened, gpointer user_data);
/* Callbacks with this user_data are dropped. */
void guardian_undo_forget (GuardianUndo *undo, gpointer user_data);
gboolean guardian_undo_is_open (const GuardianUndo *undo);
/* Bytes of former contents there may be. */
gint64 guardian_undo_limit (const GuardianUndo *undo);

/* The log's keys are open; the worker came or went; a setting of it was changed. */
void guardian_undo_keys_opened (GuardianUndo *undo);
void guardian_undo_worker_up (GuardianUndo *undo);
void guardian_undo_worker_down (GuardianUndo *undo);
void guardian_undo_limits_changed (GuardianUndo *undo);

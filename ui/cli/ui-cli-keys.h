/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Turns the bytes of a raw terminal into keys. Bytes are untrusted: a sequence it does not know is
 * swallowed whole, and so is what was pasted unless the reader wants it. */

typedef enum {
  UI_CLI_KEY_NONE, /* nothing complete yet, or nothing known */
  UI_CLI_KEY_CHARACTER,
  UI_CLI_KEY_PASTED, /* a character between paste brackets */
  UI_CLI_KEY_ENTER,
  UI_CLI_KEY_BACKSPACE,
  UI_CLI_KEY_DELETE,
  UI_CLI_KEY_LEFT,
  UI_CLI_KEY_RIGHT,
  UI_CLI_KEY_UP,
  UI_CLI_KEY_DOWN,
  UI_CLI_KEY_PAGE_UP,
  UI_CLI_KEY_PAGE_DOWN,
  UI_CLI_KEY_HOME,
  UI_CLI_KEY_END,
  UI_CLI_KEY_KILL_BEFORE, /* Ctrl-U */
  UI_CLI_KEY_KILL_AFTER,  /* Ctrl-K */
  UI_CLI_KEY_KILL_WORD,   /* Ctrl-W */
  UI_CLI_KEY_REDRAW,      /* Ctrl-L */
  UI_CLI_KEY_CANCEL,      /* Ctrl-C */
  UI_CLI_KEY_EOF,         /* Ctrl-D */
} UiCliKey;

#define UI_CLI_KEYS_SEQUENCE 16 /* bytes of the longest sequence we look at */

typedef struct {
  char bytes[UI_CLI_KEYS_SEQUENCE + 1];
  guint count;
  gboolean pasting;
} UiCliKeys; /* zero is the beginning */

/* ret_character: of CHARACTER and PASTED. */
UiCliKey ui_cli_keys_feed (UiCliKeys *keys, guint8 byte, gunichar *ret_character);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* Quick ask from anywhere: a key that the person gives it in a dialog of the desktop's, by the
 * portal's GlobalShortcuts (XDG Desktop Portal, version 1). It is there for as long as this process
 * is. Signals: "changed", what is said here; "activated" (char *token, may be NULL): the key was
 * pressed, and the window may come to the front by the token. */
#define UI_TYPE_GLOBAL_SHORTCUT (ui_global_shortcut_get_type ())
G_DECLARE_FINAL_TYPE (UiGlobalShortcut, ui_global_shortcut, UI, GLOBAL_SHORTCUT, GObject)

typedef enum {
  UI_GLOBAL_SHORTCUT_UNKNOWN, /* nobody asked yet */
  UI_GLOBAL_SHORTCUT_LOOKING, /* the desktop is asked whether it has such a thing */
  UI_GLOBAL_SHORTCUT_ABSENT,  /* it has not */
  UI_GLOBAL_SHORTCUT_OFF,     /* it has, and the person does not want it */
  UI_GLOBAL_SHORTCUT_ASKING,  /* the desktop asks the person for the key */
  UI_GLOBAL_SHORTCUT_BOUND,
  UI_GLOBAL_SHORTCUT_REFUSED, /* by the desktop or the person: it is not wanted any more */
} UiGlobalShortcutState;

/* preferences: whether it is wanted, followed from now on; where it is, the desktop is asked. */
UiGlobalShortcut *ui_global_shortcut_new (GSettings *preferences);

/* Finds out whether the desktop has such a thing, if that is not known. */
void ui_global_shortcut_look (UiGlobalShortcut *self);

UiGlobalShortcutState ui_global_shortcut_get_state (UiGlobalShortcut *self);
/* The key as the desktop names it, its words: not to be trusted. NULL: none, or it does not say. */
const char *ui_global_shortcut_get_trigger (UiGlobalShortcut *self);

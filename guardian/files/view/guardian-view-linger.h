/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Whether it pays to look for a program's next request for a moment before going to sleep. It does
 * where the program runs meanwhile, on another CPU: to sleep and to be woken costs both more than
 * that moment. Where it does not, nothing comes in it, and it is soon given up. */

#define GUARDIAN_VIEW_LINGER_US 30 /* a moment */
/* A moment in which something came earns one; one in vain costs so much of what is saved up. */
#define GUARDIAN_VIEW_LINGER_CREDIT 16
#define GUARDIAN_VIEW_LINGER_PRICE 2
/* Requests until it is tried again, doubled each time it was in vain. */
#define GUARDIAN_VIEW_LINGER_REST_FIRST 16
#define GUARDIAN_VIEW_LINGER_REST_LAST 4096

/* All zero: nothing is known yet. */
typedef struct {
  guint credit;
  guint left;    /* requests of this rest */
  guint resting; /* its length, and of the next about */
} GuardianViewLinger;

/* After a request. TRUE: look for a moment, and learn from it. */
gboolean guardian_view_linger_try (GuardianViewLinger *linger) G_GNUC_WARN_UNUSED_RESULT;
void guardian_view_linger_learn (GuardianViewLinger *linger, gboolean came);

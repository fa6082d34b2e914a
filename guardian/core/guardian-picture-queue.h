/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-picture.h"
#include "guardian/core/guardian-context.h"

/* The core's side of the worker of pictures: one after another, each in a process of its own that
 * is started for it and ended after it, so that a picture which takes the process over meets no
 * other. What the worker gives back is checked, and passed on unread. */

#define GUARDIAN_PICTURE_QUEUE_LIMIT 64u         /* that wait */
#define GUARDIAN_PICTURE_QUEUE_TIMEOUT_MS 15000u /* a worker is ended when it has not answered */

/* picture NULL: there is none, and code and reason say why; else it is the callee's to take (its
 * pixels set to -1) or to leave. */
typedef void (*GuardianPictureShown) (CardeaPicture *picture, const char *code, const char *reason,
                                      gpointer user_data);

GuardianPictureQueue *guardian_picture_queue_new (GuardianContext *context);
/* Whoever waits is not told; user_data is given to nobody. Call it while no link is served. */
void guardian_picture_queue_free (GuardianPictureQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPictureQueue, guardian_picture_queue_free)

/* Takes content, a sealed memfd. free_data: called after shown, or in its place when the queue goes
 * first. FALSE: too many wait; neither is called. */
gboolean guardian_picture_queue_add (GuardianPictureQueue *queue, int content, guint edge,
                                     GuardianPictureShown shown, gpointer user_data,
                                     GDestroyNotify free_data);

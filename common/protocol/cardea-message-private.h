/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message-table.h"
#include "common/protocol/cardea-message.h"

/* Shared by the files of common/protocol only. */

#define CARDEA_MESSAGE_FDS 6u        /* no row declares more */
#define CARDEA_MESSAGE_VALUES 65536u /* values in one frame */

typedef struct {
  const CardeaField *field;
  int fd; /* -1: not bound, or taken */
} CardeaMessageSlot;

struct _CardeaMessage {
  gatomicrefcount refs;
  const CardeaMessageRow *row;
  CardeaJson *body;
  GHashTable *raw_paths; /* field name → bytes of a path that is not UTF-8; NULL: none */
  guint n_slots;
  CardeaMessageSlot slots[CARDEA_MESSAGE_FDS];
};

/* Checks body against row and the envelope; says nothing of descriptors that came or did not. */
gboolean cardea_message_check_body (const CardeaMessageRow *row, const CardeaJson *body,
                                    CardeaRole from, CardeaRole to,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As cardea_message_decode(). On an error after the text was found to be one JSON object,
 * *ret_refused is that object, so that its sender can be told. */
CardeaMessage *cardea_message_decode_full (const char *text, gsize size, CardeaRole from,
                                           CardeaRole to, CardeaJson **ret_refused,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Descriptors that the body declares. */
guint cardea_message_count_fds (const CardeaMessage *message);

/* Takes count descriptors, in the order of the row's fields. On FALSE all are closed. */
gboolean cardea_message_bind_fds (CardeaMessage *message, const int *fds, guint count,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Moves the descriptors out, in the order of the row's fields. */
guint cardea_message_steal_fds (CardeaMessage *message, int ret_fds[CARDEA_MESSAGE_FDS]);

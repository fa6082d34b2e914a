/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-tls.h"

#include <glib.h>

/* The first exchange on a link, once and in clear (architecture.md §4): "enrol" with the public
 * half of a key that the peer made just now, "enrolled" with its certificate and the authority's.
 * Then both ends make a channel with TLS over the same descriptor. Neither side may send more than
 * its one message before that; nothing is read beyond it.
 *
 * An enrolment borrows fd (a connected AF_UNIX stream socket; no call on it blocks), runs on the
 * thread-default context and fails after 5 seconds. */
typedef struct _CardeaEnrol CardeaEnrol;

/* The peer's side. done is called once, later: tls is the receiver's, or NULL with an error; the
 * enrolment is gone then. self: FRONT, CONSENT or AGENT; a certificate that says otherwise, or is
 * of another key, ends the greeting that follows. */
typedef void (*CardeaEnrolDone) (CardeaTls *tls, const GError *error, gpointer user_data);
CardeaEnrol *cardea_enrol_start (int fd, CardeaRole self, CardeaEnrolDone done, gpointer user_data);

/* The guardian's side. */
typedef struct {
  /* spki is an Ed25519 SubjectPublicKeyInfo (checked); answer now or later. */
  void (*asked) (CardeaEnrol *enrol, GBytes *spki, gpointer user_data);
  /* Called at most once, and never after an answer; the enrolment is still the caller's to cancel
   * (also from inside). */
  void (*failed) (CardeaEnrol *enrol, const GError *error, gpointer user_data);
} CardeaEnrolHandler;
CardeaEnrol *cardea_enrol_serve (int fd, const CardeaEnrolHandler *handler, gpointer user_data);

/* Sends the certificate and the authority's (DER). TRUE: the server's channel may begin. Then
 * cancel the enrolment and go on with fd. */
gboolean cardea_enrol_answer (CardeaEnrol *enrol, GBytes *certificate, GBytes *authority,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Tells the peer why not; cancel and close then. code: one of the refusals of the table. */
void cardea_enrol_refuse (CardeaEnrol *enrol, const char *code, const char *reason);

/* Ends an enrolment of either side without a call; fd stays open. */
void cardea_enrol_cancel (CardeaEnrol *enrol);

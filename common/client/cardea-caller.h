/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/client/cardea-client-error.h"
#include "common/protocol/cardea-message.h"

#include <glib.h>

/* The guardian's client without GIO, whose loading alone takes a third of what a sandbox does:
 * cardeactl uses it as it is, CardeaClient wraps it for windows and the agent. One thread: that of
 * the GMainContext that was the default when it was made. */
typedef struct _CardeaCaller CardeaCaller;

/* Each may free the caller; none is called after that. */
typedef struct {
  /* Once: error is NULL, or NO_GUARDIAN, and then nothing follows. */
  void (*connected) (CardeaCaller *caller, const GError *error, gpointer user_data);
  /* An event: what arrives unasked. */
  void (*message) (CardeaCaller *caller, CardeaMessage *message, gpointer user_data);
  /* Once, after it was connected; whoever waited for an answer was told before. */
  void (*closed) (CardeaCaller *caller, const GError *error, gpointer user_data);
} CardeaCallerHandler;

/* Connects to the user's guardian; start: starts it when none runs. handler is static. */
CardeaCaller *cardea_caller_connect (CardeaRole role, gboolean start,
                                     const CardeaCallerHandler *handler, gpointer user_data);
/* The same over an inherited pair. Takes fd, which is made not to block. */
CardeaCaller *cardea_caller_adopt (int fd, CardeaRole role, const CardeaCallerHandler *handler,
                                   gpointer user_data);
/* Ends the link; who waits for an answer is not called. */
void cardea_caller_free (CardeaCaller *caller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaCaller, cardea_caller_free)

/* Called once: with the answer (borrowed; a refusal is one) or an error (LOST). */
typedef void (*CardeaCallerReply) (CardeaMessage *answer, const GError *error, gpointer user_data);

/* Sends a request, whose request and trace ids are set when absent. FALSE: reply is not called. */
gboolean cardea_caller_call (CardeaCaller *caller, CardeaMessage *request, CardeaCallerReply reply,
                             gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Stops waiting for the answer to the request of that id; undoes nothing. FALSE: nobody waited. */
gboolean cardea_caller_forget (CardeaCaller *caller, const char *request);

/* Sends a message that has no answer. */
gboolean cardea_caller_send (CardeaCaller *caller, CardeaMessage *message, GError **error);
gboolean cardea_caller_is_connected (const CardeaCaller *caller);

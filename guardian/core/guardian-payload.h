/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What a request would send beside its URL: the headers that the agent sets, and a body in a sealed
 * memfd, which nobody can change any more. It is weighed and shown here, never understood. */

#define GUARDIAN_PAYLOAD_BYTES_LIMIT (16 * 1024 * 1024)
#define GUARDIAN_PAYLOAD_SHOWN_LIMIT (128u * 1024u) /* of the body, in a question */

typedef struct {
  CardeaJson *headers; /* [{name,value}]; NULL: none */
  char *type;          /* Content-Type as the agent says; NULL: not said */
  char *sha256;        /* of the body; NULL: there is none */
  char *text;          /* as much of it as is shown; NULL: it is no text */
  gint64 size;         /* of the body, 0 without one */
} GuardianPayload;

typedef enum {
  GUARDIAN_PAYLOAD_ERROR_HEADER, /* no header, or one that is not the agent's to set */
  GUARDIAN_PAYLOAD_ERROR_SIZE,
  GUARDIAN_PAYLOAD_ERROR_READ,
} GuardianPayloadError;

#define GUARDIAN_PAYLOAD_ERROR (guardian_payload_error_quark ())
GQuark guardian_payload_error_quark (void);

/* headers: may be NULL. body: borrowed, a sealed memfd; -1: none. */
GuardianPayload *guardian_payload_new (const CardeaJson *headers, int body,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same of a program, whose headers are its own: its proxy leaves out what it may not set. */
GuardianPayload *guardian_payload_new_program (const CardeaJson *headers, int body,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_payload_free (GuardianPayload *payload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPayload, guardian_payload_free)

/* objects.md, "sends" of R; NULL: there is no body. The caller owns it. */
CardeaJson *guardian_payload_describe (const GuardianPayload *payload);

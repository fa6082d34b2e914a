/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Why a request could not be carried out. The message of every one of them is a whole sentence for
 * the person; the code decides how the turn ends. */
typedef enum {
  AGENT_ERROR_REFUSED,     /* a person or the policy said no */
  AGENT_ERROR_NOT_FOUND,   /* no such file, folder or column */
  AGENT_ERROR_AMBIGUOUS,   /* several are meant, or none was named */
  AGENT_ERROR_UNSUITABLE,  /* the content is not what the request needs */
  AGENT_ERROR_CHANGED,     /* the file changed while it was read */
  AGENT_ERROR_LIMIT,       /* too large or too many; the message says what the limit is */
  AGENT_ERROR_UNAVAILABLE, /* the guardian cannot do it now */
  AGENT_ERROR_STOPPED,     /* the person stopped the turn */
  AGENT_ERROR_LOST,        /* the link to the guardian ended: the agent ends too */
  AGENT_ERROR_ARGUMENT,    /* a tool was called with arguments outside its table */
} AgentErrorCode;

#define AGENT_ERROR (agent_error_quark ())
GQuark agent_error_quark (void);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Bytes of a text file of unknown encoding → UTF-8 without NUL, piece by piece.
 *
 * A byte order mark decides (UTF-8, UTF-16 of either order); without one, zero bytes at every
 * second place mean UTF-16; everything else is UTF-8 in which a byte that cannot be UTF-8 is read
 * as Windows-1252 (the superset of Latin-1 that files in the wild really use). Input is untrusted;
 * the state is a few bytes whatever comes. */
typedef struct _AgentDecoder AgentDecoder;

AgentDecoder *agent_decoder_new (void);
void agent_decoder_free (AgentDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentDecoder, agent_decoder_free)

/* Appends to out what is complete; the rest waits for the next call. */
void agent_decoder_feed (AgentDecoder *decoder, const guint8 *bytes, gsize size, GString *out);
/* The end: what waits is as complete as it will be. */
void agent_decoder_finish (AgentDecoder *decoder, GString *out);

/* TRUE when what came so far holds more control characters than text does (a picture, a program).
 */
gboolean agent_decoder_is_binary (const AgentDecoder *decoder);
/* For the notes of an answer: "UTF-8", "UTF-16", or "Windows-1252" when bytes were read so. */
const char *agent_decoder_encoding (const AgentDecoder *decoder);

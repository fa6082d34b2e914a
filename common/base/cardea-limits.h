/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Limits that several modules share. A limit that only one module knows stands beside its table.
 * All sizes are bytes. */

#define CARDEA_LIMIT_FRAME (1024u * 1024u)         /* one frame's JSON text */
#define CARDEA_LIMIT_FRAME_FDS 16u                 /* descriptors waiting on one link */
#define CARDEA_LIMIT_JSON_DEPTH 32u                /* nesting of any JSON document on the wire */
#define CARDEA_LIMIT_PATH 4095u                    /* PATH_MAX without its NUL */
#define CARDEA_LIMIT_NAME 255u                     /* NAME_MAX */
#define CARDEA_LIMIT_MEMFD (16u * 1024u * 1024u)   /* one sealed piece of a file */
#define CARDEA_LIMIT_PICTURE (32u * 1024u * 1024u) /* one picture, packed */
#define CARDEA_LIMIT_CHANGE (64u * 1024u * 1024u)  /* what one transaction writes */
#define CARDEA_LIMIT_OPERATIONS 1000u              /* of one transaction */
#define CARDEA_LIMIT_VIEW_DID 128u                 /* files in one view.did */
#define CARDEA_LIMIT_REASON 2048u                  /* a refusal's sentence */
#define CARDEA_LIMIT_RECORD (64u * 1024u)          /* one leaf of the log */
#define CARDEA_LIMIT_CLIPBOARD (16u * 1024u)       /* a text that an agent puts into it */
#define CARDEA_LIMIT_CHAT_TEXT (256u * 1024u)      /* one relayed piece of conversation */
#define CARDEA_LIMIT_BEFORE_BYTES (128u * 1024u)   /* as text: what was said before a session */
#define CARDEA_LIMIT_LABELS 64u                    /* of what one session has read */
#define CARDEA_LIMIT_BEFORE 64u                    /* of these: messages */

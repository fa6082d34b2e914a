/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Why not all of a content was looked at: sentences for people, each with a word for policies. */

#define CARDEA_DLP_OBSTACLE_DEEP "it is wrapped more often than is looked into"
#define CARDEA_DLP_OBSTACLE_MUCH "there is more in it than can be looked at"
#define CARDEA_DLP_OBSTACLE_LARGE "it is larger than what is looked at"
#define CARDEA_DLP_OBSTACLE_SLOW "looking at it took too long"
#define CARDEA_DLP_OBSTACLE_LISTED "there is more in it than can be listed"
#define CARDEA_DLP_OBSTACLE_DAMAGED "part of it is damaged or of a kind that is not known"
#define CARDEA_DLP_OBSTACLE_ENCRYPTED "part of it is encrypted"

/* "deep", "large", "slow", "damaged", "encrypted"; "unknown" for another text. Static. */
const char *cardea_dlp_obstacle_word (const char *text);

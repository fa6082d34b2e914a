/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* How a program that people know is run in a sandbox: data/profiles/README.md says what each member
 * of the file means. */

#define CARDEA_PROFILE_MAX_FILE 65536u /* bytes */
#define CARDEA_PROFILE_MAX_VALUES 1024u
#define CARDEA_PROFILE_MAX_LIST 64u  /* elements of each list */
#define CARDEA_PROFILE_MAX_TEXT 512u /* bytes of each text */
#define CARDEA_PROFILE_MAX_NAME 32u
#define CARDEA_PROFILE_MAX_FILES 256u /* profiles in a folder */

typedef enum {
  CARDEA_PROFILE_ERROR_MISSING, /* there is none of that name */
  CARDEA_PROFILE_ERROR_UNSAFE,  /* somebody else could have written it */
  CARDEA_PROFILE_ERROR_READ,    /* it cannot be read */
  CARDEA_PROFILE_ERROR_CONTENT, /* no JSON, an unknown member, a value that cannot be */
} CardeaProfileError;

#define CARDEA_PROFILE_ERROR (cardea_profile_error_quark ())
GQuark cardea_profile_error_quark (void);

typedef struct {
  char *path; /* absolute, or ~/… */
  gboolean writable;
} CardeaProfileFolder;

/* Lists are NULL-terminated and never NULL. */
typedef struct {
  char *name;
  char *origin; /* where it was read, as messages name it */
  char *title;
  char *note;                   /* NULL: none */
  char **programs;              /* names it is made for; the first is run when none is named */
  char **arguments;             /* put behind the name of one of these programs */
  char **agent;                 /* words that make it speak the Agent Client Protocol; or empty */
  char **interpreters;          /* names; whatever of them there is comes inside, too */
  gboolean own_home;            /* persistent, nothing of the person's in it */
  char **pass;                  /* variables taken from the person: NAME or PREFIX* */
  char **set;                   /* NAME=VALUE */
  CardeaProfileFolder *folders; /* path NULL ends it */
  char **net;                   /* HOST or HOST:PORT */
  CardeaJson *limits; /* of these: {one of net: {…}}; whoever opens it reads them; NULL */
  char **proxy;       /* variables that get the proxy's address */
  char **authorities; /* variables that get the file of certificate authorities */
  char *model_kind;   /* "openai", "anthropic"; NULL: it takes no model of ours */
  char *model_url;    /* variable that gets the model door's address */
  char *model_key;    /* variable that gets a key that opens nothing outside */
} CardeaProfile;

/* A name: a letter or digit, then letters, digits, "-" and "_", all small. */
gboolean cardea_profile_is_name (const char *name);

/* text is untrusted. Strict: an unknown member is an error, and so is a variable that makes a
 * loader or interpreter run something else, or a host that is none. */
CardeaProfile *cardea_profile_parse (const char *name, const char *origin, const char *text,
                                     gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_profile_free (CardeaProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaProfile, cardea_profile_free)

/* A program of this name, or path, is one it is made for. */
gboolean cardea_profile_is_for (const CardeaProfile *profile, const char *program);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-check.h"
#include "common/json/cardea-json.h"

#include <glib.h>

/* What is looked for, as data (data/dlp, README.md there says what a rule is made of). */

#define CARDEA_DLP_MAX_RULES 2000u
#define CARDEA_DLP_MAX_PATTERN 2048u /* bytes of an expression */
#define CARDEA_DLP_MAX_WORDS 32u     /* anchors or names of one rule */
#define CARDEA_DLP_MAX_WINDOW 8192u  /* bytes behind an anchor that a rule may look at */
#define CARDEA_DLP_MAX_BEFORE 256u   /* and before it */

typedef enum {
  CARDEA_DLP_CREDENTIAL,
  CARDEA_DLP_FINANCIAL,
  CARDEA_DLP_PERSONAL,
  CARDEA_DLP_CANARY,
  CARDEA_DLP_OPAQUE,    /* could not be looked into */
  CARDEA_DLP_INJECTION, /* words meant for an assistant */
  CARDEA_DLP_COMMAND,   /* a command no person would want run */
  CARDEA_DLP_CLASSES,
} CardeaDlpClass;

/* What must not stand right before and behind a match. */
typedef enum {
  CARDEA_DLP_EDGES_WORD, /* a letter, a digit, _ (not of a strong one) */
  CARDEA_DLP_EDGES_LEFT, /* the same, only before */
  CARDEA_DLP_EDGES_BLOB, /* anything base64 is made of */
  CARDEA_DLP_EDGES_NONE,
} CardeaDlpEdges;

typedef enum {
  CARDEA_DLP_RULE_NEAR = 1 << 0,     /* a value assigned to a name that holds one of words */
  CARDEA_DLP_RULE_STRONG = 1 << 1,   /* long fixed parts: also looked for in disguise */
  CARDEA_DLP_RULE_GENERIC = 1 << 2,  /* gives way to any other finding on the same spot */
  CARDEA_DLP_RULE_TEMPLATE = 1 << 3, /* a placeholder (${X}, <key>, xxxx) is no finding */
  CARDEA_DLP_RULE_REQUIRED = 1 << 4, /* no finding unless its check holds */
  CARDEA_DLP_RULE_EXACT = 1 << 5,    /* anchors or value in this case only */
  CARDEA_DLP_RULE_DIGIT = 1 << 6,    /* the secret holds a digit, */
  CARDEA_DLP_RULE_UPPER = 1 << 7,    /* a capital, */
  CARDEA_DLP_RULE_LOWER = 1 << 8,    /* a small letter */
} CardeaDlpRuleFlags;

typedef struct {
  char *id;
  char *title;
  CardeaDlpClass class;
  CardeaDlpRuleFlags flags;
  CardeaDlpEdges edges;
  GStrv words;                 /* anchors of a pattern, names of a value; NULL: trigger */
  char *trigger;               /* an expression of the linear engine, in place of words */
  char *pattern;               /* PCRE2; group 1, where there is one, is the secret */
  guint before;                /* bytes before the anchor at which a match may begin */
  guint window;                /* bytes from the anchor on that are looked at */
  double entropy;              /* bits a byte that the secret has at least */
  const CardeaDlpCheck *check; /* NULL: none */
  GStrv allow;                 /* secrets that everybody may know; may be NULL */
  GStrv find;                  /* texts in which it must be found */
  GStrv ignore;                /* and texts in which it must not */
} CardeaDlpRule;

typedef enum {
  CARDEA_DLP_ERROR_RULE,    /* a file of rules is not what it should be */
  CARDEA_DLP_ERROR_PATTERN, /* an expression does not compile */
  CARDEA_DLP_ERROR_ENGINE,  /* this machine cannot run the database of expressions */
  CARDEA_DLP_ERROR_LIMIT,   /* content larger than what is looked at at once */
} CardeaDlpError;

#define CARDEA_DLP_ERROR (cardea_dlp_error_quark ())
GQuark cardea_dlp_error_quark (void);

typedef struct _CardeaDlpRules CardeaDlpRules;

CardeaDlpRules *cardea_dlp_rules_new (void);
/* The shipped ones, which are part of the program. */
CardeaDlpRules *cardea_dlp_rules_new_shipped (void);
void cardea_dlp_rules_free (CardeaDlpRules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpRules, cardea_dlp_rules_free)

/* Adds the rules of one file's text. FALSE with CARDEA_DLP_ERROR_RULE: rules is of no more use. */
gboolean cardea_dlp_rules_add (CardeaDlpRules *rules, const char *text, gsize size,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

guint cardea_dlp_rules_size (const CardeaDlpRules *rules);
const CardeaDlpRule *cardea_dlp_rules_nth (const CardeaDlpRules *rules, guint i);
const CardeaDlpRule *cardea_dlp_rules_find (const CardeaDlpRules *rules, const char *id);

const char *cardea_dlp_class_name (CardeaDlpClass class);

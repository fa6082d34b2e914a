/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-wording.h"

/* What the files of UiConsentWording share. Results are the caller's. */

char *ui_consent_wording_escape (const char *bytes);
/* A folder as a sentence names it: "Documents", "your home folder", "/". */
char *ui_consent_wording_folder (const char *folder, const char *home);
/* Its letters are of several alphabets that look alike (Latin, Greek, Cyrillic, …). */
gboolean ui_consent_wording_mixes_alphabets (const char *text);

/* The parts of a question about changes. */
char *ui_consent_wording_change_sentence (const UiConsentQuestion *question, const char *home);
char *ui_consent_wording_change_verb (const UiConsentQuestion *question);
char *ui_consent_wording_change_effect (const UiConsentQuestion *question);
/* The rule that "exactly this" stores; what is allowed when it is for this time only. */
char *ui_consent_wording_change_exact (const UiConsentQuestion *question);
char *ui_consent_wording_change_once (const UiConsentQuestion *question);
/* What must not be missed, a sentence each. */
void ui_consent_wording_change_warn (const UiConsentQuestion *question, GStrvBuilder *lines);

/* "Change a.txt": of one of several. Below the question's folder it is named from there. */
char *ui_consent_wording_change_heading (const UiConsentQuestion *question,
                                         const UiConsentChange *change, const char *home);
/* What is known of it: sizes, lines, types, digests, permissions; a line each. */
GStrv ui_consent_wording_change_facts (const UiConsentChange *change);
/* What a person should not miss about it alone; may be empty. */
GStrv ui_consent_wording_change_notes (const UiConsentChange *change, gboolean several);

/* The parts of a question about a host. */
char *ui_consent_wording_host_sentence (const UiConsentQuestion *question, const char *home);
char *ui_consent_wording_host_effect (const UiConsentQuestion *question);
char *ui_consent_wording_host_verb (const UiConsentQuestion *question);
/* The rules that "exactly this" and "this host" store; what is allowed for this time only. */
char *ui_consent_wording_host_exact (const UiConsentQuestion *question);
char *ui_consent_wording_host_once (const UiConsentQuestion *question);
char *ui_consent_wording_host_all (const UiConsentQuestion *question);
void ui_consent_wording_host_target (UiConsentWording *wording, const UiConsentQuestion *question);
char *ui_consent_wording_host_facts (const UiConsentQuestion *question);
void ui_consent_wording_host_warn (const UiConsentQuestion *question, GStrvBuilder *lines);
/* Headers and what is known of the body; a line each. */
GStrv ui_consent_wording_host_sent_facts (const UiConsentHost *host);

/* What was found in what would be sent, a line each; the rule that an answer about it stores. */
GStrv ui_consent_wording_findings (const UiConsentQuestion *question, const char *home);
char *ui_consent_wording_finding_rule (const UiConsentQuestion *question,
                                       const UiConsentChoice *choice);

/* The parts of a foreign agent's own question. */
char *ui_consent_wording_clipboard_sentence (const UiConsentQuestion *question, const char *home);
char *ui_consent_wording_clipboard_effect (const UiConsentQuestion *question);
char *ui_consent_wording_clipboard_verb (const UiConsentQuestion *question);
char *ui_consent_wording_clipboard_exact (const UiConsentQuestion *question);
char *ui_consent_wording_clipboard_facts (const UiConsentQuestion *question);

char *ui_consent_wording_permit_sentence (const UiConsentQuestion *question, const char *home);
char *ui_consent_wording_permit_effect (const UiConsentQuestion *question);
char *ui_consent_wording_permit_verb (const UiConsentQuestion *question);
char *ui_consent_wording_permit_exact (const UiConsentQuestion *question);
char *ui_consent_wording_permit_facts (const UiConsentQuestion *question);

/* The parts of a question about a program. */
char *ui_consent_wording_program_sentence (const UiConsentQuestion *question, const char *home);
char *ui_consent_wording_program_effect (const UiConsentQuestion *question);
char *ui_consent_wording_program_verb (const UiConsentQuestion *question);
char *ui_consent_wording_program_exact (const UiConsentQuestion *question);
char *ui_consent_wording_program_facts (const UiConsentQuestion *question);
void ui_consent_wording_program_warn (const UiConsentQuestion *question, GStrvBuilder *lines);
/* Scripts, files, where it begins, variables, how long it may take; a line each. */
GStrv ui_consent_wording_program_lines (const UiConsentQuestion *question, const char *home);

/* The parts of a paused agent's question. */
char *ui_consent_wording_resume_sentence (const UiConsentQuestion *question, const char *home);
char *ui_consent_wording_resume_effect (const UiConsentQuestion *question);
char *ui_consent_wording_resume_verb (const UiConsentQuestion *question);
char *ui_consent_wording_resume_exact (const UiConsentQuestion *question);
char *ui_consent_wording_resume_facts (const UiConsentQuestion *question);
GStrv ui_consent_wording_resume_items (const UiConsentQuestion *question, const char *home);

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/extract/agent-extract-protocol.h"

#include <glib.h>

/* Text of documents that strangers made: the dangerous parsers, in a process that holds nothing
 * but the document and a pipe.
 *
 * Trusts: nothing in the document. Refuses: declared entities and document types in XML, members
 * beyond the limits below, whatever does not parse. Known gap: poppler and libarchive themselves;
 * what breaks them has this process, inside the agent's sandbox. */

#define AGENT_EXTRACT_ERROR (agent_extract_error_quark ())
GQuark agent_extract_error_quark (void); /* the codes are AgentExtractStatus */

#define AGENT_EXTRACT_LIMIT_MEMBERS 10000u                  /* of an archive */
#define AGENT_EXTRACT_LIMIT_INFLATED (512u * 1024u * 1024u) /* bytes unpacked, all together */
#define AGENT_EXTRACT_LIMIT_STRINGS (128u * 1024u * 1024u)  /* bytes of shared strings */
#define AGENT_EXTRACT_LIMIT_COLUMNS 2000u
#define AGENT_EXTRACT_LIMIT_PAGES 5000
#define AGENT_EXTRACT_LIMIT_SHEETS 256u
#define AGENT_EXTRACT_LIMIT_CELL (32u * 1024u)
#define AGENT_EXTRACT_LIMIT_PAGE                                                                   \
  (2u * 1024u * 1024u) /* bytes of a web page's text, then it is cut */

/* Where the text goes: bounded, written as it comes. */
typedef struct _AgentExtractOutput AgentExtractOutput;
AgentExtractOutput *agent_extract_output_new (int fd); /* fd stays the caller's */
void agent_extract_output_free (AgentExtractOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentExtractOutput, agent_extract_output_free)
void agent_extract_output_put (AgentExtractOutput *output, const char *text, gsize size);
/* A cell, quoted where it must be, after a tab unless it is the row's first. */
void agent_extract_output_cell (AgentExtractOutput *output, const char *text, gboolean first);
void agent_extract_output_sheet (AgentExtractOutput *output, const char *name);
/* TRUE once nothing more is taken; extractors stop then. */
gboolean agent_extract_output_is_full (const AgentExtractOutput *output);
gboolean agent_extract_output_finish (AgentExtractOutput *output,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* document is untrusted. Finds out what it is and writes its text. */
gboolean agent_extract (GBytes *document, AgentExtractOutput *output,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- archives --- */

/* FALSE: no more of this member is wanted. */
typedef gboolean (*AgentExtractBlockFunc) (const char *bytes, gsize size, gpointer user_data);

/* The names of all members; NULL when it is not a zip archive that can be read. */
char **agent_extract_archive_names (GBytes *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Feeds one member. *inflated counts over all calls. */
gboolean agent_extract_archive_read (GBytes *document, const char *name, guint64 *inflated,
                                     AgentExtractBlockFunc func, gpointer user_data,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- XML --- */

typedef struct {
  /* name: local, without prefix. attributes: name, value, …, NULL; names without prefix. */
  void (*start) (const char *name, const char *const *attributes, gpointer user_data);
  void (*end) (const char *name, gpointer user_data);
  void (*text) (const char *text, gsize size, gpointer user_data);
} AgentExtractXmlHandler;

/* Parses a member of an archive as XML. stop may be NULL; when it becomes TRUE parsing ends. */
gboolean agent_extract_xml (GBytes *document, const char *member, guint64 *inflated,
                            const AgentExtractXmlHandler *handler, gpointer user_data,
                            const gboolean *stop, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *agent_extract_xml_attribute (const char *const *attributes, const char *name);

/* --- kinds --- */

gboolean agent_extract_pdf (GBytes *document, AgentExtractOutput *output,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_extract_odf (GBytes *document, AgentExtractOutput *output,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT; /* ODT and ODS */
gboolean agent_extract_docx (GBytes *document, AgentExtractOutput *output,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_extract_xlsx (GBytes *document, AgentExtractOutput *output,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A web page, which its first bytes do not tell. charset: what its server said; NULL or unknown:
 * the page's own word, or what its bytes are. */
gboolean agent_extract_html (GBytes *document, const char *charset, AgentExtractOutput *output,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* "1.5", a serial number of days → "1900-01-01 12:00:00"; NULL when it is none. */
char *agent_extract_xlsx_date (double serial, gboolean since_1904);
/* TRUE when a number format ("dd/mm/yyyy") shows a date or time. */
gboolean agent_extract_xlsx_is_date_format (const char *format);

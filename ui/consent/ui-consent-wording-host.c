/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-wording-private.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Trusts: the host as it was read. Refuses: nothing; no part of a host or URL is left out. Known
 * gaps: letters that look alike within one alphabet. */

static gboolean
is_looking (const UiConsentHost *host)
{
  return g_strcmp0 (host->method, "GET") == 0 || g_strcmp0 (host->method, "HEAD") == 0;
}

static gboolean
has_usual_port (const UiConsentHost *host)
{
  return host->port == 443 || (host->port == 80 && g_strcmp0 (host->scheme, "http") == 0);
}

/* As a sentence names it: "example.org", "example.org:8443". */
static char *
name_of (const UiConsentHost *host)
{
  return cardea_host_format (host->host, has_usual_port (host) ? 0 : (guint) host->port);
}

char *
ui_consent_wording_host_sentence (const UiConsentQuestion *question, const char *home)
{
  const UiConsentHost *host = question->host;
  g_autofree char *name = name_of (host);

  if (host->method == NULL)
    return g_strdup_printf (_ ("Connect to %s"), name);
  if (host->sends)
    {
      g_autofree char *size = g_format_size ((guint64) host->bytes);
      return g_strcmp0 (host->purpose, "model") == 0
                 ? g_strdup_printf (_ ("Send %s to the model at %s"), size, name)
                 : g_strdup_printf (_ ("Send %s to %s"), size, name);
    }
  if (is_looking (host))
    return g_strdup_printf (_ ("Get a page from %s"), name);
  g_autofree char *method = ui_consent_wording_escape (host->method);
  return g_strdup_printf (_ ("Send a %s request to %s"), method, name);
}

char *
ui_consent_wording_host_effect (const UiConsentQuestion *question)
{
  const UiConsentHost *host = question->host;

  if (host->method == NULL)
    return g_strdup (_ ("The program sends and gets whatever it wants over this connection; nobody "
                        "looks into it."));
  if (host->sends && host->text == NULL)
    return g_strdup (_ ("This leaves your computer. It is not text and cannot be shown."));
  if (host->sends)
    return g_strdup (_ ("Exactly this leaves your computer, and the agent gets the answer."));
  return g_strdup (_ ("The agent gets what the server answers. The address tells the server what "
                      "is asked for; nothing else is sent."));
}

char *
ui_consent_wording_host_verb (const UiConsentQuestion *question)
{
  const UiConsentHost *host = question->host;

  if (host->method == NULL)
    return g_strdup (_ ("Connect"));
  return g_strdup (is_looking (host) && !host->sends ? _ ("Get page") : _ ("Send"));
}

char *
ui_consent_wording_host_exact (const UiConsentQuestion *question)
{
  const UiConsentHost *host = question->host;

  if (host->method == NULL)
    return g_strdup_printf (_ ("Connecting to %s on port %d"), host->host, host->port);
  if (is_looking (host))
    return g_strdup_printf (_ ("Getting anything from %s on port %d"), host->host, host->port);
  g_autofree char *method = ui_consent_wording_escape (host->method);
  return g_strdup_printf (_ ("Sending anything by %s to %s on port %d"), method, host->host,
                          host->port);
}

/* Only what is asked about now. */
char *
ui_consent_wording_host_once (const UiConsentQuestion *question)
{
  const UiConsentHost *host = question->host;

  if (host->method == NULL)
    return g_strdup_printf (_ ("One connection to %s on port %d"), host->host, host->port);
  return g_strdup_printf (_ ("Exactly this request to %s"), host->host);
}

char *
ui_consent_wording_host_all (const UiConsentQuestion *question)
{
  return g_strdup_printf (_ ("Everything with %s: every port, getting and sending"),
                          question->host->host);
}

/* --- on what --- */

/* Stressed: the part that says whose it is, or all of the name. */
void
ui_consent_wording_host_target (UiConsentWording *wording, const UiConsentQuestion *question)
{
  const UiConsentHost *host = question->host;
  g_autofree char *plain = cardea_host_format (host->host, (guint) host->port);
  const char *whole = host->url != NULL ? host->url : plain;
  const char *name = strstr (host->url != NULL ? strstr (whole, "://") : whole, host->host);
  gsize size = strlen (host->host);
  const char *stress = host->domain != NULL ? name + size - strlen (host->domain) : name;

  g_free (cardea_text_escape (whole, strlen (whole), &wording->target_marked));
  wording->target_stem = cardea_text_escape (whole, (gsize) (stress - whole), NULL);
  wording->target_last = cardea_text_escape (stress, (gsize) (name + size - stress), NULL);
  wording->target_tail = ui_consent_wording_escape (name + size);
}

static const char *
describe_secrecy (const UiConsentHost *host)
{
  if (host->scheme == NULL)
    return _ ("a tunnel: what goes through it is not seen");
  return strcmp (host->scheme, "https") == 0 ? _ ("encrypted") : _ ("not encrypted");
}

char *
ui_consent_wording_host_facts (const UiConsentQuestion *question)
{
  const UiConsentHost *host = question->host;
  g_autofree char *letters = ui_consent_host_letters (host);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (host->method != NULL)
    g_ptr_array_add (parts, ui_consent_wording_escape (host->method));
  g_ptr_array_add (parts, g_strdup (describe_secrecy (host)));
  g_ptr_array_add (parts, g_strdup (host->inside ? _ ("this computer or the network around it")
                                                 : _ ("on the internet")));
  if (host->domain != NULL && strcmp (host->domain, host->host) != 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("belongs to %s"), host->domain));
  if (host->credential != NULL)
    {
      g_autofree char *credential = ui_consent_wording_escape (host->credential);
      g_ptr_array_add (parts, g_strdup_printf (_ ("with your credential %s"), credential));
    }
  if (letters != NULL)
    {
      g_autofree char *shown = ui_consent_wording_escape (letters);
      g_ptr_array_add (parts, g_strdup_printf (_ ("in its own letters %s"), shown));
    }
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

void
ui_consent_wording_host_warn (const UiConsentQuestion *question, GStrvBuilder *lines)
{
  const UiConsentHost *host = question->host;
  g_autofree char *letters = ui_consent_host_letters (host);

  if (letters != NULL && ui_consent_wording_mixes_alphabets (letters))
    g_strv_builder_add (lines, _ ("The name mixes letters of different alphabets, which can look "
                                  "alike."));
  if (cardea_host_is_address (host->host))
    g_strv_builder_add (lines, _ ("It is a bare address, not a name: nobody can tell whose it "
                                  "is."));
  if (g_strcmp0 (host->scheme, "http") == 0)
    g_strv_builder_add (lines, _ ("It is not encrypted: whoever is on the way can read and change "
                                  "it."));
  if (host->cut)
    g_strv_builder_add (lines, _ ("More is sent than can be shown here."));
  if (host->masked)
    g_strv_builder_add (lines, _ ("What was found in it is masked before it is sent."));
}

/* --- what is sent --- */

GStrv
ui_consent_wording_host_sent_facts (const UiConsentHost *host)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (guint i = 0; i < host->headers->len; i++)
    {
      const UiConsentHeader *header = host->headers->pdata[i];
      g_autofree char *name = ui_consent_wording_escape (header->name);
      g_autofree char *value = ui_consent_wording_escape (header->value);
      g_autofree char *line = g_strdup_printf (_ ("%s: %s"), name, value);
      g_strv_builder_add (lines, line);
    }
  if (host->sends)
    {
      g_autofree char *size = g_format_size ((guint64) host->bytes);
      g_autofree char *sha256 = ui_consent_wording_escape (host->sha256);
      g_autofree char *line = g_strdup_printf (_ ("%s, SHA-256 %s"), size, sha256);
      g_strv_builder_add (lines, line);
    }
  return g_strv_builder_end (lines);
}

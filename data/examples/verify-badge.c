/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a service in C does with a badge of Cardea before it believes it; verify_badge.py is the
 * same in Python. It needs OpenSSL and json-glib, and of Cardea the two files of the folder that
 * `cardeactl badge list` names. A service also remembers each proof's "jti" for two minutes and
 * refuses it when it comes again; a program that ends cannot.
 *
 *   verify-badge FOLDER AUDIENCE METHOD URL      the badge and the proof (RFC 9449) a line each */

#include <json-glib/json-glib.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SKEW 5      /* seconds that clocks may differ */
#define LONGEST 300 /* that Cardea ever gives */
#define LIMIT 8192  /* bytes of either */

typedef struct {
  char **parts;
  JsonNode *head, *body;
} Token;

static void
need (gboolean condition, const char *why)
{
  if (condition)
    return;
  fprintf (stderr, "refused: %s\n", why);
  exit (1);
}

/* A member that must be a text; NULL is refused. */
static const char *
text (JsonNode *node, const char *name)
{
  JsonNode *member = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                         ? json_object_get_member (json_node_get_object (node), name)
                         : NULL;
  need (member != NULL && JSON_NODE_HOLDS_VALUE (member)
            && json_node_get_value_type (member) == G_TYPE_STRING,
        name);
  return json_node_get_string (member);
}

static gint64
number (JsonNode *node, const char *name)
{
  JsonNode *member = json_object_get_member (json_node_get_object (node), name);
  need (member != NULL && JSON_NODE_HOLDS_VALUE (member)
            && json_node_get_value_type (member) == G_TYPE_INT64,
        name);
  return json_node_get_int (member);
}

static char *
encode (const guchar *bytes, gsize size)
{
  char *coded = g_base64_encode (bytes, size);
  g_strdelimit (coded, "+", '-');
  g_strdelimit (coded, "/", '_');
  coded[strcspn (coded, "=")] = '\0';
  return coded;
}

static guchar *
decode (const char *coded, gsize *ret_size)
{
  need (strpbrk (coded, "+/= \t\r\n") == NULL, "not base64url");
  g_autofree char *usual = g_strconcat (coded, &"==="[3 - (4 - strlen (coded) % 4) % 4], NULL);
  g_strdelimit (usual, "-", '+');
  g_strdelimit (usual, "_", '/');
  guchar *bytes = g_base64_decode (usual, ret_size);
  g_autofree char *again = encode (bytes, *ret_size);
  need (strcmp (again, coded) == 0, "not base64url");
  return bytes;
}

static JsonNode *
parse (const char *coded)
{
  gsize size = 0;
  g_autofree guchar *bytes = decode (coded, &size);
  g_autofree char *copy = g_strndup ((const char *) bytes, size);
  JsonNode *node = strlen (copy) == size ? json_from_string (copy, NULL) : NULL;
  need (node != NULL && JSON_NODE_HOLDS_OBJECT (node), "not JSON");
  return node;
}

static JsonNode *
read_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *content = NULL;
  need (g_file_get_contents (path, &content, NULL, NULL), name);
  return json_from_string (content, NULL);
}

/* Of that type, signed by that algorithm: never what it says by itself. */
static Token
read_token (const char *given, const char *type)
{
  Token token = { g_strsplit (given, ".", 4), NULL, NULL };
  need (strlen (given) <= LIMIT && g_strv_length (token.parts) == 3, "not a token");
  token.head = parse (token.parts[0]);
  token.body = parse (token.parts[1]);
  need (strcmp (text (token.head, "alg"), "EdDSA") == 0, "another algorithm");
  need (strcmp (text (token.head, "typ"), type) == 0
            && !json_object_has_member (json_node_get_object (token.head), "crit"),
        "another type");
  return token;
}

static void
check (const Token *token, JsonNode *jwk)
{
  gsize key_size = 0, size = 0;
  need (strcmp (text (jwk, "kty"), "OKP") == 0 && strcmp (text (jwk, "crv"), "Ed25519") == 0,
        "key");
  g_autofree guchar *bytes = decode (text (jwk, "x"), &key_size);
  g_autofree guchar *signature = decode (token->parts[2], &size);
  g_autofree char *part = g_strjoin (".", token->parts[0], token->parts[1], NULL);
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, bytes, key_size);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  gboolean good
      = key != NULL && context != NULL && size == 64
        && EVP_DigestVerifyInit (context, NULL, NULL, NULL, key) == 1
        && EVP_DigestVerify (context, signature, size, (const guchar *) part, strlen (part)) == 1;
  EVP_MD_CTX_free (context);
  EVP_PKEY_free (key);
  need (good, "not signed by that key");
}

static char *
hash (const char *of)
{
  guchar digest[32];
  need (EVP_Digest (of, strlen (of), digest, NULL, EVP_sha256 (), NULL) == 1, "SHA-256");
  return encode (digest, sizeof digest);
}

/* The key of the set with that name; RFC 7517. */
static JsonNode *
find_key (JsonNode *set, const char *id)
{
  JsonArray *keys = json_object_get_array_member (json_node_get_object (set), "keys");
  for (guint i = 0; i < json_array_get_length (keys); i++)
    if (strcmp (text (json_array_get_element (keys, i), "kid"), id) == 0)
      return json_array_get_element (keys, i);
  need (FALSE, "another key");
  return NULL;
}

static JsonNode *
verify_badge (const char *folder, const char *audience, const char *given, gint64 now)
{
  Token badge = read_token (given, "at+jwt");
  JsonNode *revoked = read_file (folder, "revoked.json");
  check (&badge, find_key (read_file (folder, "jwks.json"), text (badge.head, "kid")));
  g_autofree char *issuer = g_strconcat ("urn:cardea:", text (badge.head, "kid"), NULL);
  gint64 from = number (badge.body, "iat"), until = number (badge.body, "exp");
  need (strcmp (text (badge.body, "iss"), issuer) == 0, "another issuer");
  need (strcmp (text (badge.body, "aud"), audience) == 0, "for somebody else");
  need (from - SKEW <= now && now < until + SKEW, "expired, or not good yet");
  need (until - from <= LONGEST, "good for too long");
  JsonObject *gone = json_object_get_object_member (json_node_get_object (revoked), "revoked");
  need (gone != NULL && !json_object_has_member (gone, text (badge.body, "jti")), "taken back");
  return badge.body;
}

/* RFC 9449, 4.3: whoever sends the badge has the key that it is bound to. */
static void
verify_proof (JsonNode *claims, const char *badge, char **asked, const char *given, gint64 now)
{
  Token proof = read_token (given, "dpop+jwt");
  JsonNode *jwk = json_object_get_member (json_node_get_object (proof.head), "jwk");
  check (&proof, jwk);
  g_autofree char *canonical
      = g_strdup_printf ("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", text (jwk, "x"));
  g_autofree char *thumbprint = hash (canonical); /* RFC 7638 */
  g_autofree char *of_badge = hash (badge);
  JsonNode *cnf = json_object_get_member (json_node_get_object (claims), "cnf");
  need (strcmp (text (cnf, "jkt"), thumbprint) == 0, "bound to another key");
  need (strcmp (text (proof.body, "htm"), asked[0]) == 0
            && strcmp (text (proof.body, "htu"), asked[1]) == 0,
        "the proof is for another request");
  need (strcmp (text (proof.body, "ath"), of_badge) == 0, "the proof is for another badge");
  need (llabs (now - number (proof.body, "iat")) <= SKEW + 60, "the proof is old");
}

int
main (int argc, char **argv)
{
  char lines[2][LIMIT + 2];
  need (argc == 5, "FOLDER AUDIENCE METHOD URL");
  for (int i = 0; i < 2; i++)
    {
      need (fgets (lines[i], sizeof lines[i], stdin) != NULL, "nothing came");
      lines[i][strcspn (lines[i], "\n")] = '\0';
    }
  JsonNode *claims = verify_badge (argv[1], argv[2], lines[0], time (NULL));
  verify_proof (claims, lines[0], argv + 3, lines[1], time (NULL));
  puts (json_to_string (claims, FALSE));
  return 0;
}

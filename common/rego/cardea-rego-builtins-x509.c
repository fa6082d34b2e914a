/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* crypto.x509.*: public certificates and requests. The members are those of Go's struct that
 * policies ask for. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-encoding.h"
#include "common/rego/cardea-rego-number.h"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#define MAX_CHAIN 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_REQ, X509_REQ_free)

static void
free_certificate (gpointer data)
{
  X509_free (data);
}

static gboolean
read_pem (const char *text, gsize len, GPtrArray *out)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (text, (gint) MIN (len, G_MAXINT32));
  for (X509 *c; out->len < MAX_CHAIN && (c = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL;)
    g_ptr_array_add (out, c);
  ERR_clear_error ();
  return out->len > 0;
}

/* PEM, or base64 of PEM, or base64 of DER certificates one after the other. */
static GPtrArray *
read_certificates (CardeaRegoCtx *ctx, const CardeaRegoString *s)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (free_certificate);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize bad = 0;
  if (!cardea_rego_ctx_step (ctx, s->len / 16 + 64))
    return NULL;
  if (g_str_has_prefix (s->s, "-----BEGIN"))
    {
      if (read_pem (s->s, s->len, out))
        return g_steal_pointer (&out);
      (void) cardea_rego_fail (ctx, "x509: malformed certificate");
      return NULL;
    }
  if (!cardea_rego_base64_decode (s->s, s->len, FALSE, TRUE, bytes, &bad))
    {
      (void) cardea_rego_fail (ctx, "illegal base64 data at input byte %zu", bad);
      return NULL;
    }
  if (bytes->len > 10 && memcmp (bytes->data, "-----BEGIN", 10) == 0
      && read_pem ((const char *) bytes->data, bytes->len, out))
    return g_steal_pointer (&out);
  const guint8 *p = bytes->data, *end = p + bytes->len;
  while (p < end && out->len < MAX_CHAIN)
    {
      X509 *c = d2i_X509 (NULL, &p, end - p);
      if (c == NULL)
        break;
      g_ptr_array_add (out, c);
    }
  ERR_clear_error ();
  if (p == end && out->len > 0)
    return g_steal_pointer (&out);
  (void) cardea_rego_fail (ctx, "x509: malformed certificate");
  return NULL;
}

static CardeaRegoValue
name_texts (CardeaRegoArena *arena, X509_NAME *name, gint nid)
{
  CardeaRegoValue r = CARDEA_REGO_NIL;
  for (gint at = -1; (at = X509_NAME_get_index_by_NID (name, nid, at)) >= 0;)
    {
      guint8 *utf8 = NULL;
      gint n
          = ASN1_STRING_to_UTF8 (&utf8, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, at)));
      if (r.tag == CARDEA_REGO_NULL)
        r = cardea_rego_array_new (arena, 1);
      if (n >= 0)
        cardea_rego_array_push (arena, r,
                                cardea_rego_string (arena, (const char *) utf8, (gsize) n));
      OPENSSL_free (utf8);
    }
  return r;
}

static CardeaRegoValue
name_object (CardeaRegoArena *arena, X509_NAME *name)
{
  static const struct {
    const char *member;
    gint nid;
    gboolean single;
  } parts[] = {
    { "Country", NID_countryName, FALSE },
    { "Organization", NID_organizationName, FALSE },
    { "OrganizationalUnit", NID_organizationalUnitName, FALSE },
    { "Locality", NID_localityName, FALSE },
    { "Province", NID_stateOrProvinceName, FALSE },
    { "StreetAddress", NID_streetAddress, FALSE },
    { "PostalCode", NID_postalCode, FALSE },
    { "SerialNumber", NID_serialNumber, TRUE },
    { "CommonName", NID_commonName, TRUE },
  };
  CardeaRegoValue r = cardea_rego_object_new (arena, 12);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      CardeaRegoValue texts = name_texts (arena, name, parts[i].nid);
      if (parts[i].single)
        texts = texts.tag == CARDEA_REGO_ARRAY && texts.a->len > 0
                    ? texts.a->v[texts.a->len - 1]
                    : cardea_rego_cstring (arena, "");
      cardea_rego_object_put_c (arena, r, parts[i].member, texts);
    }
  CardeaRegoValue names = cardea_rego_array_new (arena, 4);
  for (gint i = 0; i < X509_NAME_entry_count (name); i++)
    {
      X509_NAME_ENTRY *e = X509_NAME_get_entry (name, i);
      char oid[80];
      guint8 *utf8 = NULL;
      gint n = ASN1_STRING_to_UTF8 (&utf8, X509_NAME_ENTRY_get_data (e));
      CardeaRegoValue entry = cardea_rego_object_new (arena, 2),
                      type = cardea_rego_array_new (arena, 4);
      (void) OBJ_obj2txt (oid, sizeof oid, X509_NAME_ENTRY_get_object (e), 1);
      g_auto (GStrv) arcs = g_strsplit (oid, ".", -1);
      for (guint k = 0; arcs[k] != NULL; k++)
        cardea_rego_array_push (arena, type,
                                cardea_rego_int ((gint64) g_ascii_strtoull (arcs[k], NULL, 10)));
      cardea_rego_object_put_c (arena, entry, "Type", type);
      cardea_rego_object_put_c (
          arena, entry, "Value",
          cardea_rego_string (arena, n > 0 ? (const char *) utf8 : "", n > 0 ? (gsize) n : 0));
      cardea_rego_array_push (arena, names, entry);
      OPENSSL_free (utf8);
    }
  cardea_rego_object_put_c (arena, r, "Names", names);
  cardea_rego_object_put_c (arena, r, "ExtraNames", CARDEA_REGO_NIL);
  return r;
}

static CardeaRegoValue
ip_text (CardeaRegoArena *arena, const ASN1_OCTET_STRING *ip)
{
  char text[INET6_ADDRSTRLEN] = "";
  gint n = ASN1_STRING_length (ip);
  if (n == 4 || n == 16)
    (void) inet_ntop (n == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data (ip), text, sizeof text);
  return cardea_rego_cstring (arena, text);
}

static void
put_names (CardeaRegoArena *arena, CardeaRegoValue r, GENERAL_NAMES *names)
{
  static const struct {
    const char *member;
    gint type;
  } kinds[] = { { "DNSNames", GEN_DNS },
                { "EmailAddresses", GEN_EMAIL },
                { "URIStrings", GEN_URI },
                { "IPAddresses", GEN_IPADD } };
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      CardeaRegoValue list = CARDEA_REGO_NIL;
      for (gint i = 0; names != NULL && i < sk_GENERAL_NAME_num (names); i++)
        {
          const GENERAL_NAME *n = sk_GENERAL_NAME_value (names, i);
          if (n->type != kinds[k].type)
            continue;
          if (list.tag == CARDEA_REGO_NULL)
            list = cardea_rego_array_new (arena, 2);
          if (n->type == GEN_IPADD)
            cardea_rego_array_push (arena, list, ip_text (arena, n->d.iPAddress));
          else
            cardea_rego_array_push (
                arena, list,
                cardea_rego_string (arena, (const char *) ASN1_STRING_get0_data (n->d.ia5),
                                    (gsize) ASN1_STRING_length (n->d.ia5)));
        }
      cardea_rego_object_put_c (arena, r, kinds[k].member, list);
    }
  GENERAL_NAMES_free (names);
}

static CardeaRegoValue
time_text (CardeaRegoArena *arena, const ASN1_TIME *t)
{
  struct tm tm;
  char text[40] = "";
  if (ASN1_TIME_to_tm (t, &tm) == 1)
    (void) strftime (text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
  return cardea_rego_cstring (arena, text);
}

static CardeaRegoValue
base64_value (CardeaRegoArena *arena, const guint8 *bytes, gsize len)
{
  g_autofree char *text = cardea_rego_base64_encode (bytes, len, FALSE, TRUE);
  return cardea_rego_cstring (arena, text);
}

static CardeaRegoValue
serial_value (CardeaRegoArena *arena, const ASN1_INTEGER *serial)
{
  BIGNUM *bn = ASN1_INTEGER_to_BN (serial, NULL);
  char *decimal = bn != NULL ? BN_bn2dec (bn) : NULL;
  CardeaRegoValue v = decimal != NULL ? cardea_rego_number_parse (arena, decimal, strlen (decimal))
                                      : CARDEA_REGO_NIL;
  OPENSSL_free (decimal);
  BN_free (bn);
  return v.tag == CARDEA_REGO_UNDEFINED ? CARDEA_REGO_NIL : v;
}

static CardeaRegoValue
certificate_value (CardeaRegoArena *arena, X509 *c)
{
  CardeaRegoValue r = cardea_rego_object_new (arena, 24);
  const ASN1_BIT_STRING *signature;
  guint8 *der = NULL;
  gint n = i2d_X509 (c, &der);
  X509_get0_signature (&signature, NULL, c);
  cardea_rego_object_put_c (arena, r, "Raw", base64_value (arena, der, n > 0 ? (gsize) n : 0));
  OPENSSL_free (der);
  cardea_rego_object_put_c (arena, r, "Signature",
                            base64_value (arena, signature->data, (gsize) signature->length));
  cardea_rego_object_put_c (arena, r, "Version", cardea_rego_int (X509_get_version (c) + 1));
  cardea_rego_object_put_c (arena, r, "SerialNumber",
                            serial_value (arena, X509_get0_serialNumber (c)));
  cardea_rego_object_put_c (arena, r, "Issuer", name_object (arena, X509_get_issuer_name (c)));
  cardea_rego_object_put_c (arena, r, "Subject", name_object (arena, X509_get_subject_name (c)));
  cardea_rego_object_put_c (arena, r, "NotBefore", time_text (arena, X509_get0_notBefore (c)));
  cardea_rego_object_put_c (arena, r, "NotAfter", time_text (arena, X509_get0_notAfter (c)));
  guint32 usage = X509_get_key_usage (c);
  gint64 go_usage = 0;
  for (gint bit = 0; usage != G_MAXUINT32 && bit < 8; bit++)
    go_usage |= usage & (0x80u >> bit) ? (gint64) 1 << bit : 0;
  cardea_rego_object_put_c (arena, r, "KeyUsage", cardea_rego_int (go_usage));
  cardea_rego_object_put_c (arena, r, "IsCA", cardea_rego_bool (X509_check_ca (c) == 1));
  cardea_rego_object_put_c (
      arena, r, "BasicConstraintsValid",
      cardea_rego_bool (X509_get_ext_by_NID (c, NID_basic_constraints, -1) >= 0));
  put_names (arena, r, X509_get_ext_d2i (c, NID_subject_alt_name, NULL, NULL));
  const ASN1_OCTET_STRING *own = X509_get0_subject_key_id (c), *by = X509_get0_authority_key_id (c);
  cardea_rego_object_put_c (arena, r, "SubjectKeyId",
                            own != NULL ? base64_value (arena, own->data, (gsize) own->length)
                                        : CARDEA_REGO_NIL);
  cardea_rego_object_put_c (arena, r, "AuthorityKeyId",
                            by != NULL ? base64_value (arena, by->data, (gsize) by->length)
                                       : CARDEA_REGO_NIL);
  return r;
}

static CardeaRegoValue
parse_certificates (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  g_autoptr (GPtrArray) list = read_certificates (ctx, a[0].s);
  if (list == NULL)
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), list->len);
  for (guint i = 0; i < list->len; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r,
                            certificate_value (cardea_rego_ctx_arena (ctx), list->pdata[i]));
  return r;
}

static CardeaRegoValue
pair (CardeaRegoCtx *ctx, gboolean valid, CardeaRegoValue list)
{
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 2);
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, cardea_rego_bool (valid));
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, list);
  return r;
}

/* The first certificate is the root that is trusted, the last the one to verify. */
static CardeaRegoValue
verify_chain (CardeaRegoCtx *ctx, const GPtrArray *list, gint64 now_ns, const char *dns)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  CardeaRegoValue r = cardea_rego_array_new (arena, list->len);
  g_autoptr (X509_STORE) store = X509_STORE_new ();
  g_autoptr (X509_STORE_CTX) verify = X509_STORE_CTX_new ();
  STACK_OF (X509) *between = sk_X509_new_null ();
  gboolean valid = FALSE;
  for (guint i = 1; list->len >= 2 && i + 1 < list->len; i++)
    sk_X509_push (between, list->pdata[i]);
  if (list->len >= 2 && X509_STORE_add_cert (store, list->pdata[0]) == 1
      && X509_STORE_CTX_init (verify, store, list->pdata[list->len - 1], between) == 1)
    {
      X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param (verify);
      X509_VERIFY_PARAM_set_flags (param, X509_V_FLAG_PARTIAL_CHAIN);
      X509_VERIFY_PARAM_set_time (param, (time_t) (now_ns / 1000000000));
      if (dns != NULL)
        (void) X509_VERIFY_PARAM_set1_host (param, dns, 0);
      valid = X509_verify_cert (verify) == 1;
    }
  STACK_OF (X509) *chain = valid ? X509_STORE_CTX_get0_chain (verify) : NULL;
  for (gint i = 0; chain != NULL && i < sk_X509_num (chain); i++)
    cardea_rego_array_push (arena, r, certificate_value (arena, sk_X509_value (chain, i)));
  sk_X509_free (between);
  ERR_clear_error ();
  return pair (ctx, valid, r);
}

static CardeaRegoValue
parse_and_verify (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  g_autoptr (GPtrArray) list = read_certificates (ctx, a[0].s);
  if (list == NULL)
    return pair (ctx, FALSE, cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 0));
  return verify_chain (ctx, list, cardea_rego_ctx_now_ns (ctx), NULL);
}

static CardeaRegoValue
parse_and_verify_with_options (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_object (ctx, a, 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue dns = cardea_rego_get_c (a[1], "DNSName"),
                  time = cardea_rego_number_to_int (cardea_rego_get_c (a[1], "CurrentTime"));
  if (dns.tag != CARDEA_REGO_UNDEFINED && dns.tag != CARDEA_REGO_STRING)
    return cardea_rego_fail (ctx, "'DNSName' should be a string");
  g_autoptr (GPtrArray) list = read_certificates (ctx, a[0].s);
  if (list == NULL)
    return pair (ctx, FALSE, cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 0));
  return verify_chain (ctx, list,
                       time.tag == CARDEA_REGO_INT ? time.i : cardea_rego_ctx_now_ns (ctx),
                       dns.tag == CARDEA_REGO_STRING ? dns.s->s : NULL);
}

static X509_REQ *
read_request (CardeaRegoCtx *ctx, const CardeaRegoString *s)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize bad = 0;
  if (g_str_has_prefix (s->s, "-----BEGIN"))
    g_byte_array_append (bytes, (const guint8 *) s->s, s->len);
  else if (!cardea_rego_base64_decode (s->s, s->len, FALSE, TRUE, bytes, &bad))
    {
      (void) cardea_rego_fail (ctx, "illegal base64 data at input byte %zu", bad);
      return NULL;
    }
  const guint8 *p = bytes->data;
  g_autoptr (BIO) bio = BIO_new_mem_buf (p, (gint) bytes->len);
  gboolean pem = bytes->len > 10 && memcmp (p, "-----BEGIN", 10) == 0;
  X509_REQ *request = pem ? PEM_read_bio_X509_REQ (bio, NULL, NULL, NULL)
                          : d2i_X509_REQ (NULL, &p, (glong) bytes->len);
  ERR_clear_error ();
  if (request == NULL)
    (void) cardea_rego_fail (ctx, "asn1: structure error: tags don't match");
  return request;
}

static CardeaRegoValue
parse_request (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_ctx_step (ctx, a[0].s->len / 16 + 64))
    return CARDEA_REGO_NONE;
  g_autoptr (X509_REQ) request = read_request (ctx, a[0].s);
  if (request == NULL)
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_object_new (arena, 8);
  cardea_rego_object_put_c (arena, r, "Subject",
                            name_object (arena, X509_REQ_get_subject_name (request)));
  cardea_rego_object_put_c (arena, r, "Version", cardea_rego_int (X509_REQ_get_version (request)));
  STACK_OF (X509_EXTENSION) *extensions = X509_REQ_get_extensions (request);
  put_names (arena, r,
             extensions != NULL ? X509V3_get_d2i (extensions, NID_subject_alt_name, NULL, NULL)
                                : NULL);
  sk_X509_EXTENSION_pop_free (extensions, X509_EXTENSION_free);
  return r;
}

const CardeaRegoBuiltin cardea_rego_builtins_x509[] = {
  { "crypto.x509.parse_certificates", 1, 0, parse_certificates },
  { "crypto.x509.parse_and_verify_certificates", 1, 0, parse_and_verify },
  { "crypto.x509.parse_and_verify_certificates_with_options", 2, 0, parse_and_verify_with_options },
  { "crypto.x509.parse_certificate_request", 1, 0, parse_request },
  { NULL },
};

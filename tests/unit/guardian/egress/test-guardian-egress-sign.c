/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-sign.h"

#include <string.h>

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SUITE "AKIDEXAMPLE wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define S3 "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define FORM "application/x-www-form-urlencoded"
#define SUITE_TIME 1440938160 /* 2015-08-30T12:36:00Z */
#define S3_TIME 1369353600    /* 2013-05-24T00:00:00Z */

/* The values that AWS publishes: its test suite for Signature Version 4, the example of the General
 * Reference (IAM) and those of the S3 API Reference. */
static const struct {
  const char *name;
  const char *keys;
  gint64 time;
  const char *service;
  const char *method;
  const char *host;
  const char *line;
  const char *headers[6]; /* name, value */
  const char *body;
  const char *signature;
} rows[] = {
  { "get-vanilla",
    SUITE,
    SUITE_TIME,
    "service",
    "GET",
    "example.amazonaws.com",
    "/",
    { NULL },
    "",
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
  { "get-vanilla-query-order-key-case",
    SUITE,
    SUITE_TIME,
    "service",
    "GET",
    "example.amazonaws.com",
    "/?Param2=value2&Param1=value1",
    { NULL },
    "",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
  { "get-vanilla-empty-query-key",
    SUITE,
    SUITE_TIME,
    "service",
    "GET",
    "example.amazonaws.com",
    "/?Param1=value1",
    { NULL },
    "",
    "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb" },
  { "post-vanilla",
    SUITE,
    SUITE_TIME,
    "service",
    "POST",
    "example.amazonaws.com",
    "/",
    { NULL },
    "",
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
  { "post-x-www-form-urlencoded",
    SUITE,
    SUITE_TIME,
    "service",
    "POST",
    "example.amazonaws.com",
    "/",
    { "Content-Type", FORM },
    "Param1=value1",
    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a" },
  { "iam",
    SUITE,
    SUITE_TIME,
    "iam",
    "GET",
    "iam.amazonaws.com",
    "/?Action=ListUsers&Version=2010-05-08",
    { "Content-Type", FORM "; charset=utf-8" },
    "",
    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7" },
  { "s3-get-range",
    S3,
    S3_TIME,
    "s3",
    "GET",
    "examplebucket.s3.amazonaws.com",
    "/test.txt",
    { "Range", "bytes=0-9", "x-amz-content-sha256", EMPTY },
    "",
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41" },
  { "s3-put",
    S3,
    S3_TIME,
    "s3",
    "PUT",
    "examplebucket.s3.amazonaws.com",
    "/test%24file.text",
    { "Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY",
      "x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072" },
    "Welcome to Amazon S3.",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd" },
  { "s3-lifecycle",
    S3,
    S3_TIME,
    "s3",
    "GET",
    "examplebucket.s3.amazonaws.com",
    "/?lifecycle",
    { "x-amz-content-sha256", EMPTY },
    "",
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543" },
  { "s3-list",
    S3,
    S3_TIME,
    "s3",
    "GET",
    "examplebucket.s3.amazonaws.com",
    "/?max-keys=2&prefix=J",
    { "x-amz-content-sha256", EMPTY },
    "",
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7" },
};

static CardeaSecret *
secret_of (const char *text)
{
  g_autofree char *copy = g_strdup (text);
  return cardea_secret_new_take (copy, strlen (text));
}

static void
test_vector (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_auto (GStrv) signs = g_strsplit ("content-type;range;date", ";", 0);
  g_autoptr (CardeaSecret) secret = secret_of (rows[i].keys);
  g_autoptr (GPtrArray) headers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);
  g_autofree char *payload = guardian_egress_sign_hash (rows[i].body, strlen (rows[i].body));
  GuardianEgressSignKeys keys;
  const GuardianEgressSignWhat what = {
    .method = rows[i].method,
    .host = rows[i].host,
    .line = rows[i].line,
    .region = "us-east-1",
    .service = rows[i].service,
    .payload = payload,
    .signs = signs,
    .time = rows[i].time,
  };

  for (gsize k = 0; k + 1 < G_N_ELEMENTS (rows[i].headers) && rows[i].headers[k] != NULL; k += 2)
    g_ptr_array_add (headers,
                     guardian_egress_header_new (rows[i].headers[k], rows[i].headers[k + 1]));
  g_ptr_array_add (headers, guardian_egress_header_new ("Authorization", "worthless"));
  g_assert_true (guardian_egress_sign_split (secret, &keys));
  g_assert_true (guardian_egress_sign (&keys, &what, headers));
  const GuardianEgressHeader *last = headers->pdata[headers->len - 1];
  g_assert_cmpstr (last->name, ==, "Authorization");
  g_assert_cmpstr (strstr (last->value, "Signature=") + strlen ("Signature="), ==,
                   rows[i].signature);
}

static void
test_claims (void)
{
  static const char *const bad[] = {
    "Bearer x",
    "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/s3/aws4_request",
    "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/aws4_request, SignedHeaders=host",
    "AWS4-HMAC-SHA256 Credential=A/2/us east/s3/aws4_request, SignedHeaders=host",
    "AWS4-HMAC-SHA256 Credential=A/2/us-east-1/s3/../aws4_request, SignedHeaders=host",
    "AWS4-HMAC-SHA256 Credential=A/2/us-east-1/s3/other, SignedHeaders=host",
    "AWS4-ECDSA-P256-SHA256 Credential=A/2/s3/aws4_request, SignedHeaders=host",
  };
  GuardianEgressSignClaim claim;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (guardian_egress_sign_read (bad[i], &claim));
      guardian_egress_sign_claim_clear (&claim);
    }
  g_assert_true (guardian_egress_sign_read (
      "AWS4-HMAC-SHA256 Credential=cardea-placeholder-0a/20150830/eu-west-1/dynamodb/aws4_request,"
      "SignedHeaders=host;x-amz-date, Signature=00",
      &claim));
  g_assert_cmpstr (claim.id, ==, "cardea-placeholder-0a");
  g_assert_cmpstr (claim.region, ==, "eu-west-1");
  g_assert_cmpstr (claim.service, ==, "dynamodb");
  g_assert_cmpstr (claim.headers[1], ==, "x-amz-date");
  guardian_egress_sign_claim_clear (&claim);
}

static void
test_split (void)
{
  static const char *const bad[] = { "a", " a", "a ", "a b ", "a  c" };
  GuardianEgressSignKeys keys;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CardeaSecret) secret = secret_of (bad[i]);
      g_assert_false (guardian_egress_sign_split (secret, &keys));
    }
  g_autoptr (CardeaSecret) good = secret_of ("id key token");
  g_assert_true (guardian_egress_sign_split (good, &keys));
  g_assert_cmpmem (keys.token, keys.token_size, "token", 5);
  g_assert_cmpmem (keys.key, keys.key_size, "key", 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/sign/", rows[i].name, NULL);
      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_vector);
    }
  g_test_add_func ("/sign/claims", test_claims);
  g_test_add_func ("/sign/split", test_split);
  return g_test_run ();
}

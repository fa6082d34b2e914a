/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/audit/audit-fixture.h"

#include <stdlib.h>

/* make-audit-log FOLDER COUNT PENDING: writes a log with COUNT records under its checkpoint and
 * PENDING behind it, for verifiers in other languages. */
int
main (int argc, char **argv)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();

  if (argc != 4)
    return 2;
  g_free (fixture->folder);
  fixture->folder = g_strdup (argv[1]);
  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, (guint) atoi (argv[2]), GUARDIAN_AUDIT_WRITTEN);
  if (!audit_fixture_seal (fixture))
    return 1;
  audit_fixture_append (fixture, (guint) atoi (argv[3]), GUARDIAN_AUDIT_WRITTEN);
  return 0;
}

/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-mounts.h"

/* A private folder for one test, removed with everything in it afterwards. */
typedef struct {
  char *folder; /* its real path */
  GuardianFilesMounts *mounts;
} FilesFixture;

void files_fixture_set_up (FilesFixture *fixture, gconstpointer data);
void files_fixture_tear_down (FilesFixture *fixture, gconstpointer data);

/* Below the fixture's folder; the caller owns the results. Parents are made. */
char *files_fixture_path (FilesFixture *fixture, const char *relative);
char *files_fixture_write (FilesFixture *fixture, const char *relative, const char *text);
char *files_fixture_folder (FilesFixture *fixture, const char *relative);
char *files_fixture_link (FilesFixture *fixture, const char *relative, const char *target);

#define FILES_TEST(path, function)                                                                 \
  g_test_add (path, FilesFixture, NULL, files_fixture_set_up, function, files_fixture_tear_down)

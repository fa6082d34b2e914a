/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-program.h"

#include <glib/gi18n.h>
#include <string.h>

/* What programs are for, as somebody would say who knows them, without their options: those can
 * make much else of some of them, and the question says that they were not checked. Only programs
 * that do the same whatever they are given stand here; one that runs what it is told stands in the
 * list of those, whatever else it does. */

static const struct {
  const char *name;
  const char *purpose;
} purposes[] = {
  { "base64", N_ ("It writes data in letters and digits, or turns that back.") },
  { "basename", N_ ("It takes a file’s name out of its path.") },
  { "cal", N_ ("It shows a calendar.") },
  { "cat", N_ ("It shows what is in files.") },
  { "chmod", N_ ("It changes who may read, change and run files.") },
  { "cmp", N_ ("It tells whether two files are the same.") },
  { "column", N_ ("It puts text into columns.") },
  { "comm", N_ ("It compares the lines of two files.") },
  { "convert", N_ ("It turns pictures into other pictures.") },
  { "cp", N_ ("It copies files.") },
  { "cut", N_ ("It takes columns out of text.") },
  { "date", N_ ("It tells the date and the time.") },
  { "df", N_ ("It tells how full the disks are.") },
  { "diff", N_ ("It shows in which lines files differ.") },
  { "dirname", N_ ("It takes the folder out of a path.") },
  { "du", N_ ("It tells how much room files take.") },
  { "echo", N_ ("It repeats what it is given.") },
  { "expand", N_ ("It turns tabs into blanks.") },
  { "expr", N_ ("It calculates.") },
  { "factor", N_ ("It finds the prime factors of numbers.") },
  { "false", N_ ("It does nothing, and fails.") },
  { "ffprobe", N_ ("It tells what is in films and sound files.") },
  { "file", N_ ("It tells what kinds of files these are.") },
  { "fmt", N_ ("It breaks the lines of a text anew.") },
  { "fold", N_ ("It breaks long lines.") },
  { "grep", N_ ("It finds lines that hold a text.") },
  { "gunzip", N_ ("It unpacks files.") },
  { "gzip", N_ ("It packs files.") },
  { "head", N_ ("It shows the beginning of files.") },
  { "hexdump", N_ ("It shows the bytes of a file as numbers.") },
  { "hostname", N_ ("It tells this computer’s name.") },
  { "iconv", N_ ("It changes the encoding of a text.") },
  { "id", N_ ("It tells who it runs as.") },
  { "identify", N_ ("It tells what pictures these are.") },
  { "join", N_ ("It joins the lines of two files.") },
  { "jq", N_ ("It takes parts out of JSON data.") },
  { "ln", N_ ("It gives files further names.") },
  { "ls", N_ ("It lists the files in folders.") },
  { "md5sum", N_ ("It works out the digests of files.") },
  { "mkdir", N_ ("It makes folders.") },
  { "mv", N_ ("It moves or renames files.") },
  { "nl", N_ ("It numbers lines.") },
  { "nproc", N_ ("It tells how many processors there are.") },
  { "od", N_ ("It shows the bytes of a file as numbers.") },
  { "paste", N_ ("It puts lines of files side by side.") },
  { "pdfinfo", N_ ("It tells what kind of PDF this is.") },
  { "pdftotext", N_ ("It takes the text out of a PDF.") },
  { "printf", N_ ("It writes text in a given form.") },
  { "pwd", N_ ("It tells in which folder it runs.") },
  { "readlink", N_ ("It tells where a link leads.") },
  { "realpath", N_ ("It tells the real path of a file.") },
  { "rev", N_ ("It turns each line around.") },
  { "rm", N_ ("It deletes files.") },
  { "rmdir", N_ ("It deletes empty folders.") },
  { "seq", N_ ("It counts.") },
  { "sha1sum", N_ ("It works out the digests of files.") },
  { "sha256sum", N_ ("It works out the digests of files.") },
  { "sha512sum", N_ ("It works out the digests of files.") },
  { "shuf", N_ ("It puts lines into a random order.") },
  { "sleep", N_ ("It waits.") },
  { "sort", N_ ("It sorts lines.") },
  { "stat", N_ ("It tells the size, the dates and the owner of files.") },
  { "strings", N_ ("It finds readable text in any file.") },
  { "tac", N_ ("It shows the lines of files from the last to the first.") },
  { "tail", N_ ("It shows the end of files.") },
  { "tee", N_ ("It writes what it is given into files.") },
  { "touch", N_ ("It makes empty files, or sets the dates of files.") },
  { "tr", N_ ("It exchanges letters for others.") },
  { "tree", N_ ("It shows folders and what is in them.") },
  { "true", N_ ("It does nothing.") },
  { "uname", N_ ("It tells which system this is.") },
  { "unexpand", N_ ("It turns blanks into tabs.") },
  { "uniq", N_ ("It leaves out lines that repeat.") },
  { "unzip", N_ ("It unpacks files.") },
  { "wc", N_ ("It counts lines, words and letters.") },
  { "which", N_ ("It tells where a program lies.") },
  { "whoami", N_ ("It tells who it runs as.") },
  { "xmllint", N_ ("It checks XML data.") },
  { "xxd", N_ ("It shows the bytes of a file as numbers.") },
  { "xz", N_ ("It packs files.") },
  { "zcat", N_ ("It shows what is in packed files.") },
  { "zip", N_ ("It packs files.") },
};

static const char *const interpreters[] = {
  "ash",    "awk",   "bash",  "bc",     "busybox", "csh",     "dash", "dc",     "deno",  "ed",
  "emacs",  "env",   "find",  "fish",   "flock",   "gawk",    "gdb",  "git",    "go",    "java",
  "ksh",    "lua",   "make",  "mawk",   "ninja",   "nice",    "node", "nodejs", "npm",   "npx",
  "perl",   "php",   "pip",   "pytest", "python",  "Rscript", "R",    "ruby",   "sed",   "sh",
  "strace", "tar",   "tclsh", "time",   "timeout", "vi",      "vim",  "watch",  "xargs", "zsh",
  "cargo",  "cmake", "meson", "nohup",  "rsync",
};

const char *
ui_consent_program_purpose (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (purposes); i++)
    if (strcmp (purposes[i].name, name) == 0)
      return _ (purposes[i].purpose);
  return NULL;
}

/* python3.11 is python. */
gboolean
ui_consent_program_interprets (const char *name)
{
  gsize size = strlen (name);

  while (size > 1 && (g_ascii_isdigit (name[size - 1]) || name[size - 1] == '.'))
    size--;
  for (gsize i = 0; i < G_N_ELEMENTS (interpreters); i++)
    if (strlen (interpreters[i]) == size && strncmp (interpreters[i], name, size) == 0)
      return TRUE;
  return FALSE;
}

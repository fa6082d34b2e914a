/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-filter.h"

#include <string.h>

static void
check (const char *in, const char *wanted)
{
  g_autoptr (UiCliFilter) filter = ui_cli_filter_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();

  ui_cli_filter_pass (filter, (const guint8 *) in, strlen (in), out);
  g_assert_cmpmem (out->data, out->len, wanted, strlen (wanted));
}

static void
test_passes (void)
{
  static const char *const texts[] = {
    "plain\r\n\ttext\a\b",
    "gr\303\274n \342\234\223 \360\237\230\200",
    "\033[1;31mred\033[0m",
    "\033[38;2;1;2;3mx\033[m",
    "\033[2J\033[H\033[10;20H\033[K",
    "\033[?1049h\033[?25l\033[?2004h\033[?1000;1006h",
    "\033[>4;1m\033[>1u\033[<u\033[=1;1u",
    "\033[2 q\033[!p\033c",
    "\0337\0338\033=\033>\033M\033(0lqk\033(B\033#8",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    check (texts[i], texts[i]);
}

static void
test_drops (void)
{
  static const struct {
    const char *in;
    const char *wanted;
  } rows[] = {
    { "a\033]52;c;aGk=\ab", "ab" },           /* clipboard */
    { "a\033]52;c;aGk=\033\\b", "ab" },       /* the same, ended by ST */
    { "\033]0;title\a\033]2;x\033\\y", "y" }, /* titles */
    { "\033kname\033\\y", "y" },              /* of tmux */
    { "\033]10;?\a\033]11;?\033\\y", "y" },   /* colours would be reported */
    { "\033]8;;http://x/\aa", "a" },          /* a link whose text is another */
    { "\033P+q544e\033\\y", "y" },            /* DCS */
    { "\033_Gx\033\\\033^x\033\\\033Xx\033\\y", "y" },
    { "\033[6n\033[c\033[>c\033[5n\033[?6ny", "y" }, /* reports */
    { "\033[18t\033[21t\033[xy\033[>q\033[?2004$p\033[?uz", "yz" },
    { "\033Z\005y", "y" },
    { "\033[4i\033[5iy", "y" },     /* printing */
    { "\033%@\033%Gy", "y" },       /* another character set */
    { "\302\2336n", "6n" },         /* C1, encoded */
    { "\2336n", "\357\277\2756n" }, /* C1, raw */
    { "\033]0;a\033]52;c;x\ab", "b" },
    { "\033]52;c;x\030y", "y" }, /* a cancelled string stays dropped */
    { "\033[31\030my", "my" },
    { "\033[3\n1m", "\n1m" }, /* a control inside ends it */
    { "\303(", "\357\277\275(" },
    { "\355\240\200", "\357\277\275" },
    { "\033[1$r\033[?1;2;3$x\033[1*yz", "z" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check (rows[i].in, rows[i].wanted);
}

static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new ("\033[");

  for (guint i = 0; i < UI_CLI_FILTER_SEQUENCE; i++)
    g_string_append (text, "1;");
  g_string_append (text, "mz");
  check (text->str, "z");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-cli-filter/passes", test_passes);
  g_test_add_func ("/ui-cli-filter/drops", test_drops);
  g_test_add_func ("/ui-cli-filter/long", test_long);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pieces and weights as the common web interfaces read them. The expected values were worked out by hand from their documented
 * rules.
 */
#include "models/tasks/prompt-weights.h"
#include "tests/patience.h"

#define MOST_PIECES 6

static const struct
{
  const char *text;
  struct
  {
    const char *text;
    double weight;
  } pieces[MOST_PIECES];
} cases[] = {
  { "", { { NULL } } },
  { "a red ball", { { "a red ball", 1.0 } } },
  { "a (red) ball", { { "a ", 1.0 }, { "red", 1.1 }, { " ball", 1.0 } } },
  { "a [red] ball", { { "a ", 1.0 }, { "red", 1.0 / 1.1 }, { " ball", 1.0 } } },
  { "a (red:1.3) ball", { { "a ", 1.0 }, { "red", 1.3 }, { " ball", 1.0 } } },
  { "(red: .5 )", { { "red", 0.5 } } },
  { "(red:+2)", { { "red", 2.0 } } },
  { "((red))", { { "red", 1.1 * 1.1 } } },
  { "[(red:1.32)]", { { "red", 1.2 } } },
  { "(a (red:1.5) ball:0.8)", { { "a ", 0.8 }, { "red", 1.2 }, { " ball", 0.8 } } },
  /* escaped characters are ordinary text, also inside brackets */
  { "a \\(red\\) \\[x\\] \\\\", { { "a (red) [x] \\", 1.0 } } },
  { "(a \\) b)", { { "a ) b", 1.1 } } },
  { "a\\b\\", { { "ab", 1.0 } } },
  /* unclosed brackets, and closing brackets without an opening one */
  { "a (red ball", { { "a ", 1.0 }, { "red ball", 1.1 } } },
  { "a [red (ball", { { "a ", 1.0 }, { "red ", 1.0 / 1.1 }, { "ball", 1.0 } } },
  { "a red) ball] x:1.2)", { { "a red) ball] x:1.2)", 1.0 } } },
  { "())", { { ")", 1.0 } } },
  /* a number is a weight only directly before a closing round bracket */
  { "[red:1.3]", { { "red:1.3", 1.0 / 1.1 } } },
  { "(red:1.3.2)", { { "red:1.3.2", 1.1 } } },
  { "(red:1.3, blue)", { { "red:1.3, blue", 1.1 } } },
  { "(at 9:30 pm)", { { "at 9:30 pm", 1.1 } } },
  { "(red:1e3)", { { "red:1e3", 1.1 } } },
  { "(red:)", { { "red:", 1.1 } } },
  { "(red:.)", { { "red:.", 1.1 } } },
  /* brackets may overlap: each ends at its own closing bracket */
  { "(a [b:2) c]", { { "a ", 2.0 }, { "b", 2.0 / 1.1 }, { " c", 1.0 / 1.1 } } },
  /* limits of weights */
  { "(red:99)", { { "red", 10.0 } } },
  { "(red:-1)", { { "red", 0.0 } } },
  { "((red:8):8)", { { "red", 10.0 } } },
  { "(\303\244(\342\202\254:0))", { { "\303\244", 1.1 }, { "\342\202\254", 0.0 } } },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) pieces = pz_prompt_pieces (cases[i].text);
      guint n = 0;

      while (n < MOST_PIECES && cases[i].pieces[n].text != NULL)
        n++;
      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (pieces->len, ==, n);
      for (guint j = 0; j < n; j++)
        {
          const PzPromptPiece *piece = &g_array_index (pieces, PzPromptPiece, j);

          g_assert_cmpstr (piece->text, ==, cases[i].pieces[j].text);
          g_assert_cmpfloat_with_epsilon (piece->weight, cases[i].pieces[j].weight, 1e-12);
        }
    }
}

/* Deeply nested, overlapping brackets must not take more than linear time. */
static void
test_depth (void)
{
  const guint n = 100000;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) pieces = NULL;
  gint64 began = g_get_monotonic_time ();

  for (guint i = 0; i < n; i++)
    g_string_append (text, "([a");
  for (guint i = 0; i < n; i++)
    g_string_append (text, ")b]");
  pieces = pz_prompt_pieces (text->str);
  g_assert_cmpuint (pieces->len, >, 32);
  g_assert_cmpint (g_get_monotonic_time () - began, <, pz_patience_us (5));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-weights/brackets-numbers-and-escapes", test_cases);
  g_test_add_func ("/prompt-weights/endless-brackets-take-no-endless-time", test_depth);
  return g_test_run ();
}

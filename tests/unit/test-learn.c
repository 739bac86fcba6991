/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of learning that need no device: random choices, captions, checkpoints, when to stop.
 */
#include <math.h>
#include <string.h>

#include "models/files/disk-room.h"
#include "models/tasks/learn-captions.h"
#include "models/tasks/learn-draws.h"
#include "models/tasks/learn-still.h"
#include "tests/unit/learned-files.h"

/* ---- random choices ---- */

/* Values from torch.Generator ().manual_seed (...) of PyTorch 2.6. */
static const struct
{
  guint64 seed, step, sample;
  guint32 mixed;
  guint picture, flipped, time, caption;
  float normal[3];
} drawn[] = {
  { 7, 0, 0, 1639734648u, 3, 0, 186, 14, { -0.37009764f, -0.66693497f, -0.71312356f } },
  { 7, 3, 2, 1011300985u, 4, 1, 416, 12, { -0.87519443f, -2.36761665f, 0.90632880f } },
  { G_GUINT64_CONSTANT (1) << 40,
    G_MAXUINT64,
    0,
    1611302492u,
    2,
    0,
    103,
    3,
    { -0.28956950f, -0.33205920f, 0.77230960f } },
};

static void
test_draws (void)
{
  const PzLearnChoices choices = { .pictures = 5, .times = 1000, .captions = 27 };

  for (guint i = 0; i < G_N_ELEMENTS (drawn); i++)
    {
      PzLearnDraw draw;
      float normal[16];

      g_assert_cmpuint (pz_learn_seed (drawn[i].seed, drawn[i].step, drawn[i].sample), ==,
                        drawn[i].mixed);
      pz_learn_draw (&draw, &choices, drawn[i].seed, drawn[i].step, drawn[i].sample);
      g_assert_cmpuint (draw.picture, ==, drawn[i].picture);
      g_assert_cmpuint (draw.flipped, ==, drawn[i].flipped);
      g_assert_cmpuint (draw.time, ==, drawn[i].time);
      g_assert_cmpuint (draw.caption, ==, drawn[i].caption);
      pz_noise_normal (&draw.noise, 16, normal);
      for (guint j = 0; j < 3; j++)
        g_assert_cmpfloat_with_epsilon (normal[j], drawn[i].normal[j], 1e-6f);
    }
}

/* ---- captions ---- */

static void
test_captions (void)
{
  static const struct
  {
    const char *name;
    guint n;
    const char *first, *last;
  } sets[] = {
    { "object", 27, "a photo of a {}", "a rendition of a {}" },
    { "style", 19, "a painting in the style of {}", "a large painting in the style of {}" },
    { "face", 81, "a photo of a face of {} person", "a rendition of a face of {} person" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autoptr (GPtrArray) lines = pz_learn_captions_list (sets[i].name);

      g_assert_cmpstr (pz_learn_templates_name (i), ==, sets[i].name);
      g_assert_cmpuint (lines->len, ==, sets[i].n);
      g_assert_cmpstr (lines->pdata[0], ==, sets[i].first);
      g_assert_cmpstr (lines->pdata[lines->len - 1], ==, sets[i].last);
      for (guint j = 0; j < lines->len; j++)
        g_assert_nonnull (strstr (lines->pdata[j], "{}"));
    }
  g_assert_null (pz_learn_captions_list ("landscape"));
  g_assert_null (pz_learn_templates_name (G_N_ELEMENTS (sets)));
}

static void
test_caption_ids (void)
{
  PzTokenizer *tokenizer = pz_tokenizer_new_clip (NULL);
  static const char *const texts[] = { NULL };
  const PzLearnCaptionParams params = {
    .tokenizer = tokenizer,
    .vocab_size = 49408,
    .max_tokens = 77,
    .width = 4,
    .n_vectors = 2,
    .texts = texts,
    .n_things = 1,
  };
  static const gint32 expected[] = { 49406, 320, 1125, 539, 320, 49408, 49409, 49407, 49407 };
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *long_line = g_strnfill (400, 'x');
  PzLearnCaptions captions = { 0 };

  g_ptr_array_add (lines, (gpointer) "a photo of a {}");
  g_assert_true (pz_learn_captions_init (&captions, lines, &params, &error));
  g_assert_cmpmem (captions.ids, sizeof expected, expected, sizeof expected);
  pz_learn_captions_clear (&captions);
  lines->pdata[0] = (gpointer) "a photo";
  g_assert_false (pz_learn_captions_init (&captions, lines, &params, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "“a photo”"));
  g_clear_error (&error);
  pz_learn_captions_clear (&captions);
  for (guint i = 1; i < 398; i += 2)
    long_line[i] = ' ';
  memcpy (long_line + 398, "{}", 2);
  lines->pdata[0] = long_line;
  g_assert_false (pz_learn_captions_init (&captions, lines, &params, &error));
  g_assert_nonnull (strstr (error->message, "room"));
  pz_learn_captions_clear (&captions);
  pz_tokenizer_free (tokenizer);
}

/* Two things, each with one word and a class. The second word's id follows the first's; in a caption, the wording comes first
 * and the class last. */
static void
test_captions_of_things (void)
{
  PzTokenizer *tokenizer = pz_tokenizer_new_clip (NULL);
  static const char *const texts[] = { "toy", "face" };
  const PzLearnCaptionParams params = {
    .tokenizer = tokenizer,
    .vocab_size = 49408,
    .max_tokens = 77,
    .width = 4,
    .n_vectors = 2,
    .texts = texts,
    .class_words = texts,
    .class_lines = texts,
    .n_things = 2,
    .worded = TRUE,
  };
  static const gint32 first[] = { 49406, 1125, 49408, 5988, 49407 };
  static const gint32 second[] = { 49406, 11235, 615, 1125, 49409, 1710, 49407 };
  static const gint32 class_row[] = { 49406, 1710, 49407, 49407 };
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  PzLearnCaptions captions = { 0 };
  const gint32 *row;

  g_ptr_array_add (lines, (gpointer) "photo {}");
  g_assert_true (pz_learn_captions_init (&captions, lines, &params, &error));
  row = captions.ids + 77 * pz_learn_captions_row (&captions, 0, 0, 0);
  g_assert_cmpmem (row, sizeof first, first, sizeof first);
  row = captions.ids + 77 * pz_learn_captions_row (&captions, 1, 0, 4);
  g_assert_cmpint (row[4], ==, second[4]);
  g_assert_cmpint (row[5], ==, second[5]);
  g_assert_cmpint (captions.columns[pz_learn_captions_row (&captions, 1, 0, 4)], ==, 4);
  row = captions.ids + 77 * pz_learn_captions_class_row (&captions, 1);
  g_assert_cmpmem (row, sizeof class_row, class_row, sizeof class_row);
  pz_learn_captions_clear (&captions);
  pz_tokenizer_free (tokenizer);
}

/* ---- checkpoints ---- */

#define N 6

static void
fill (PzLearnState *state)
{
  static const float start[N] = { 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f };

  pz_learn_state_init (state, start, N, 1024.0f);
  for (guint i = 0; i < N; i++)
    {
      state->value[i] = (float) i * 0.1f;
      state->first[i] = (float) i * 1e-9f;
      state->second[i] = (float) i * 1e-12f;
      state->best[i] = (float) i + 0.5f;
    }
  state->best_loss = 0.25f;
  for (guint i = 0; i < 3; i++)
    {
      const PzLearnRow row = { 0.5f - (float) i * 0.1f, 1.0f, i == 2 ? 0.3f : -1.0f };

      g_array_append_val (state->rows, row);
      pz_learn_state_note (state, 100 * i, 1000, row.loss);
    }
  state->step = 3;
  state->n_updates = 2;
  state->n_good = 2;
}

static void
test_checkpoint (Fixture *fixture, gconstpointer data)
{
  static const char *const settings[] = { "rate", "0.005", "seed", "7", NULL };
  static const char *const others[][5] = {
    { "rate", "0.002", "seed", "7", NULL },
    { "rate", "0.005", "seed", "8", NULL },
  };
  static const char *const named[] = { "another rate", "another seed" };
  static const float zeros[N];
  g_autofree char *path = g_build_filename (fixture->folder, "x.resume", NULL);
  g_autoptr (GError) error = NULL;
  PzLearnState state, read;

  (void) data;
  fill (&state);
  pz_learn_state_init (&read, zeros, N, 1.0f);
  pz_learn_state_save (&state, path, settings, &error);
  g_assert_no_error (error);
  pz_learn_state_load (&read, path, settings, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (read.value, sizeof zeros, state.value, sizeof zeros);
  g_assert_cmpmem (read.start, sizeof zeros, state.start, sizeof zeros);
  g_assert_cmpmem (read.first, sizeof zeros, state.first, sizeof zeros);
  g_assert_cmpmem (read.second, sizeof zeros, state.second, sizeof zeros);
  g_assert_cmpmem (read.best, sizeof zeros, state.best, sizeof zeros);
  g_assert_cmpmem (read.decile_sum, sizeof read.decile_sum, state.decile_sum,
                   sizeof read.decile_sum);
  g_assert_cmpmem (read.rows->data, 3 * sizeof (PzLearnRow), state.rows->data,
                   3 * sizeof (PzLearnRow));
  g_assert_cmpuint (read.step, ==, 3);
  g_assert_cmpuint (read.n_updates, ==, 2);
  g_assert_cmpfloat (read.scale, ==, 1024.0f);
  g_assert_cmpfloat (read.level, ==, state.level);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_assert_false (pz_learn_state_load (&read, path, others[i], &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
      g_assert_nonnull (strstr (error->message, named[i]));
      g_clear_error (&error);
    }
  pz_learn_state_clear (&state);
  pz_learn_state_clear (&read);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const settings[] = { "seed", "7", NULL };
  static const float zeros[N + 1];
  g_autofree char *path = g_build_filename (fixture->folder, "x.resume", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  PzLearnState state, read, other;
  gsize n_bytes;

  (void) data;
  fill (&state);
  pz_learn_state_init (&read, zeros, N, 1.0f);
  pz_learn_state_init (&other, zeros, N + 1, 1.0f);
  g_assert_true (pz_learn_state_save (&state, path, settings, NULL));
  g_assert_false (pz_learn_state_load (&other, path, settings, &error));
  g_assert_nonnull (strstr (error->message, "expected 7 numbers, found 6"));
  g_clear_error (&error);
  /* A truncated file is rejected, without a crash. */
  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  for (gsize n = 0; n < n_bytes; n += 37)
    {
      g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
      g_assert_false (pz_learn_state_load (&read, path, settings, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
      g_clear_error (&error);
    }
  pz_learn_state_clear (&state);
  pz_learn_state_clear (&read);
  pz_learn_state_clear (&other);
}

static void
test_disk_room (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "not", "there", "x.resume", NULL);
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_true (pz_disk_room_check (path, 1, &error));
  g_assert_no_error (error);
  g_assert_false (pz_disk_room_check (path, G_GUINT64_CONSTANT (1) << 62, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_true (g_str_has_prefix (error->message, fixture->folder));
  g_assert_nonnull (strstr (error->message, "KiB of free disk space"));
}

/* ---- when to stop ---- */

static void
add_looks (GArray *rows, guint n, double (*loss) (guint i))
{
  for (guint i = 0; i < n; i++)
    {
      const PzLearnRow row = { .still = i % 5 == 4 ? (float) loss (i) : -1.0f };

      g_array_append_val (rows, row);
    }
}

static double
falling (guint i)
{
  return 1.0 - i * 1e-3;
}

static double
settled (guint i)
{
  return 0.5 + exp (-(double) i / 40.0);
}

static void
test_still (void)
{
  g_autoptr (GArray) falls = g_array_new (FALSE, TRUE, sizeof (PzLearnRow));
  g_autoptr (GArray) settles = g_array_new (FALSE, TRUE, sizeof (PzLearnRow));

  add_looks (falls, 400, falling);
  add_looks (settles, 400, settled);
  /* If the loss falls linearly, the variance of the last 15 of n evaluations is (15 / n)^2 of the variance of all: below the
   * threshold of 0.15 from n = 39. 150 steps have only 30 evaluations. */
  g_array_set_size (falls, 150);
  g_assert_false (pz_learn_is_still (falls));
  g_assert_true (pz_learn_is_still (settles));
  g_array_set_size (settles, 100);
  g_assert_false (pz_learn_is_still (settles));
  g_assert_cmpuint (pz_learn_still_every (320, FALSE), ==, 40);
  g_assert_cmpuint (pz_learn_still_every (25, FALSE), ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/draws-are-pytorch-s", test_draws);
  g_test_add_func ("/learn/captions-are-the-published-ones", test_captions);
  g_test_add_func ("/learn/captions-have-the-thing-s-rows-in-its-place", test_caption_ids);
  g_test_add_func ("/learn/captions-of-several-things", test_captions_of_things);
  ADD ("/learn/a-checkpoint-gives-every-bit-back", NULL, test_checkpoint);
  ADD ("/learn/a-damaged-checkpoint-is-refused", NULL, test_damaged);
  ADD ("/learn/too-little-disk-is-said", NULL, test_disk_room);
  g_test_add_func ("/learn/it-stops-when-the-loss-stays", test_still);
  return g_test_run ();
}

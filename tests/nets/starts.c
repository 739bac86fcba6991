/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The starting points of a picture, on a device: variations of a seed, and painting over a picture, completely or under a mask.
 * Also checks that the memory estimate matches the memory in use. Argument: a model folder.
 */
#include <math.h>

#include "models/session.h"

#define SIDE 128
#define STEPS 8

static const char *model;
static PzSession *session;

static gboolean
keep_image (const PzVariant *variant, gpointer data, GError **error)
{
  PzImage **kept = data;

  (void) error;
  *kept = pz_image_ref (variant->image);
  return TRUE;
}

/* Generates one picture without a concept; sets the parameters that all tests share. */
static PzImage *
make (PzGenerateParams params)
{
  g_autoptr (GError) error = NULL;
  PzImage *image = NULL;

  params.prompt = "a red ball on a beach";
  params.steps = STEPS;
  params.guidance = -1;
  params.fidelity = -1;
  if (params.width == 0)
    params.width = params.height = SIDE;
  pz_session_generate (session, &params, NULL, 0, NULL, keep_image, &image, &error);
  g_assert_no_error (error);
  g_assert_nonnull (image);
  return image;
}

/* Mean absolute difference of the columns from..to - 1. */
static double
distance (const PzImage *a, const PzImage *b, guint from, guint to)
{
  const float *p = pz_image_get_pixels (a), *q = pz_image_get_pixels (b);
  double sum = 0;

  for (guint y = 0; y < SIDE; y++)
    for (guint x = from; x < to; x++)
      for (guint c = 0; c < 3; c++)
        {
          gsize i = ((gsize) y * SIDE + x) * 3 + c;

          sum += fabs ((double) p[i] - (double) q[i]);
        }
  return sum / (SIDE * (to - from) * 3);
}

static PzImage *
stripes (void)
{
  float *pixels = g_new (float, SIDE *SIDE * 3);

  for (guint i = 0; i < SIDE * SIDE; i++)
    for (guint c = 0; c < 3; c++)
      pixels[i * 3 + c] = ((i / SIDE / 32) + c) % 2 ? 0.8f : 0.2f;
  return pz_image_new_take (SIDE, SIDE, 3, pixels);
}

/* A mask that is 1 from column `first` on. */
static PzImage *
mask_from (guint first)
{
  float *pixels = g_new (float, SIDE *SIDE);

  for (guint i = 0; i < SIDE * SIDE; i++)
    pixels[i] = i % SIDE >= first ? 1 : 0;
  return pz_image_new_take (SIDE, SIDE, 1, pixels);
}

static void
test_variations (void)
{
  g_autoptr (PzImage) own = make ((PzGenerateParams) { .seed = 5 });
  g_autoptr (PzImage) other = make ((PzGenerateParams) { .seed = 9 });
  g_autoptr (PzImage) near =
    make ((PzGenerateParams) { .seed = 9, .variation_of = 5, .variation = 0.2 });
  g_autoptr (PzImage) nearest =
    make ((PzGenerateParams) { .seed = 9, .variation_of = 5, .variation = 1e-7 });
  g_autoptr (PzImage) again =
    make ((PzGenerateParams) { .seed = 9, .variation_of = 5, .variation = 0.2 });

  g_test_message ("other %.4f, near %.4f, nearest %.5f", distance (own, other, 0, SIDE),
                  distance (own, near, 0, SIDE), distance (own, nearest, 0, SIDE));
  g_assert_cmpfloat (distance (own, nearest, 0, SIDE), <, 1e-3);
  g_assert_cmpfloat (distance (own, near, 0, SIDE), >, distance (own, nearest, 0, SIDE));
  g_assert_cmpfloat (distance (own, near, 0, SIDE), <, distance (own, other, 0, SIDE));
  g_assert_cmpfloat (distance (near, again, 0, SIDE), ==, 0);
}

static void
test_strength (void)
{
  g_autoptr (PzImage) start = stripes ();
  const double strengths[] = { 0.01, 0.5, 1 };
  double before = 0;

  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      g_autoptr (PzImage) made =
        make ((PzGenerateParams) { .seed = 5, .start = start, .strength = strengths[i] });
      double far = distance (start, made, 0, SIDE);

      g_test_message ("strength %.2f: %.4f", strengths[i], far);
      g_assert_cmpfloat (far, >, before);
      before = far;
    }
}

/* With an empty mask the result is the picture after encoding and decoding: the reference for pixels outside a mask. */
static void
test_mask (void)
{
  g_autoptr (PzImage) start = stripes ();
  g_autoptr (PzImage) nowhere = mask_from (SIDE), right = mask_from (SIDE / 2);
  g_autoptr (PzImage) untouched =
    make ((PzGenerateParams) { .seed = 5, .start = start, .start_mask = nowhere });
  g_autoptr (PzImage) half =
    make ((PzGenerateParams) { .seed = 5, .start = start, .start_mask = right });
  double outside = distance (untouched, half, 0, SIDE / 2 - 16);
  double inside = distance (untouched, half, SIDE / 2 + 16, SIDE);

  g_test_message ("start %.4f, outside %.5f, inside %.4f", distance (start, untouched, 0, SIDE),
                  outside, inside);
  g_assert_cmpfloat (distance (start, untouched, 0, SIDE), <, 0.1);
  g_assert_cmpfloat (outside, <, 0.01);
  g_assert_cmpfloat (inside, >, 0.05);
}

/* Outside the mask the last step leaves the latents of the picture, for every sampler and seed, so the decoded pictures are
 * the same to the bit. */
static void
test_mask_is_exact (void)
{
  static const char *const samplers[] = { "ddim", "tcd", "lcm", "euler" };
  g_autoptr (PzImage) start = stripes ();
  g_autoptr (PzImage) nowhere = mask_from (SIDE);
  g_autoptr (PzImage) first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (samplers); i++)
    {
      g_autoptr (PzImage) made = make ((PzGenerateParams) {
        .seed = 5 + i, .start = start, .start_mask = nowhere, .sampler = samplers[i] });

      if (first == NULL)
        first = pz_image_ref (made);
      g_assert_cmpfloat (distance (first, made, 0, SIDE), ==, 0);
    }
}

/* The picture is encoded and decoded in two tiles: each of the eight colours must come back in its place. */
static void
test_wide (void)
{
  const guint width = 1280, height = 64, block = width / 8;
  float *pixels = g_new (float, width *height * 3);
  g_autoptr (PzImage) start = pz_image_new_take (width, height, 3, pixels);
  g_autoptr (PzImage) nowhere =
    pz_image_new_take (width, height, 1, g_new0 (float, width *height));
  g_autoptr (PzImage) made = NULL;
  const float *found;
  double sum = 0;

  for (guint i = 0; i < width * height; i++)
    for (guint c = 0; c < 3; c++)
      pixels[i * 3 + c] = (i % width / block >> c) & 1 ? 0.8f : 0.2f;
  made = make ((PzGenerateParams) {
    .seed = 5, .width = width, .height = height, .start = start, .start_mask = nowhere });
  found = pz_image_get_pixels (made);
  for (guint i = 0; i < width * height * 3; i++)
    sum += fabs ((double) found[i] - (double) pixels[i]);
  g_test_message ("%.4f from the start", sum / (width * height * 3));
  g_assert_cmpfloat (sum / (width * height * 3), <, 0.1);
}

static void
test_refused (void)
{
  g_autoptr (PzImage) start = stripes ();
  g_autoptr (PzImage) image = NULL;
  g_autoptr (GError) error = NULL;
  PzGenerateParams params = {
    .prompt = "a",
    .width = 2 * SIDE,
    .height = SIDE,
    .start = start,
    .guidance = -1,
  };

  g_assert_false (pz_session_generate (session, &params, NULL, 0, NULL, keep_image, &image,
                                       &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
}

/* Whether a run fits. Uses a new session, because a session keeps what it has loaded. limit: MiB of device memory; 0 = no
 * limit. said: the estimate. */
static gboolean
fits (guint side, guint limit, guint64 *said, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%u", limit);
  g_autoptr (PzSession) fresh = NULL;
  g_autoptr (PzImage) picture = stripes ();
  g_autoptr (PzConcept) concept = NULL;
  g_autoptr (PzImage) image = NULL;
  PzGenerateParams params = {
    .prompt = "a S",
    .width = side,
    .height = side,
    .steps = 1,
    .guidance = -1,
    .fidelity = -1,
  };

  if (limit > 0)
    g_setenv ("PERSONALIZE_MEMORY_LIMIT", text, TRUE);
  fresh = pz_session_open (&(PzSessionParams) { .model = model }, error);
  g_unsetenv ("PERSONALIZE_MEMORY_LIMIT");
  g_assert_nonnull (fresh);
  g_assert_true (pz_session_measure_memory (fresh, &params, PZ_CONCEPT_BY_ELITE, &concept, 1,
                                            said, error));
  concept = pz_session_encode (fresh, picture, NULL, NULL, error);
  return concept
         && pz_session_generate (fresh, &params, &concept, 1, NULL, keep_image, &image, error);
}

/* The estimate is enough, and a tenth less is not. */
static void
test_memory (void)
{
  const guint sides[] = { 64, 128, 256 };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GError) error = NULL, refused = NULL;
      guint64 said;
      guint mib;

      fits (sides[i], 0, &said, &error);
      g_assert_no_error (error);
      mib = (guint) (said >> 20) + 2;
      g_test_message ("%u x %u: %.1f MB", sides[i], sides[i], (double) said / 1e6);
      fits (sides[i], mib, &said, &error);
      g_assert_no_error (error);
      g_assert_false (fits (sides[i], mib * 9 / 10 - 2, &said, &refused));
      g_assert_error (refused, PZ_ERROR, PZ_ERROR_GPU_MEMORY);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  model = argv[1];
  session = pz_session_open (&(PzSessionParams) { .model = model }, &error);
  g_assert_no_error (error);
  g_test_add_func ("/starts/a-variation-lies-between-two-seeds", test_variations);
  g_test_add_func ("/starts/more-strength-leaves-less-of-the-picture", test_strength);
  g_test_add_func ("/starts/a-mask-keeps-what-is-outside", test_mask);
  g_test_add_func ("/starts/outside-the-mask-nothing-is-left-of-the-noise", test_mask_is_exact);
  g_test_add_func ("/starts/a-wide-picture-comes-back-from-its-tiles", test_wide);
  g_test_add_func ("/starts/another-size-is-refused", test_refused);
  g_test_add_func ("/starts/memory-is-known-beforehand", test_memory);
  status = g_test_run ();
  pz_session_close (session);
  return status;
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Latents as small pictures: the fit finds the coefficients of an affine decoder, and approximates them for a noisy one.
 */
#include "models/tasks/latent-preview.h"

#define SIDE 16
#define BLOCK 8
#define CHANNELS 4

/* The decoder of these tests: for each latent channel its factors for R, G and B, then the constants. */
static const double truth[CHANNELS + 1][3] = {
  { 0.05, -0.02, 0.01 }, { 0.01, 0.06, -0.03 }, { -0.04, 0.02, 0.03 },
  { 0.0, -0.05, 0.04 },  { 0.5, 0.45, 0.4 },
};

static float *
draw_latent (guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  float *latent = g_new (float, SIDE *SIDE *CHANNELS);

  for (guint i = 0; i < SIDE * SIDE * CHANNELS; i++)
    latent[i] = (float) g_rand_double_range (rand, -2, 2);
  return latent;
}

/* The pixels inside a block differ; without noise their mean is the affine colour. */
static PzImage *
decode (const float *latent, double noise)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  guint width = SIDE * BLOCK;
  float *pixels = g_new (float, width *width * 3);

  for (guint y = 0; y < width; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < 3; c++)
        {
          const float *cell = latent + ((y / BLOCK) * SIDE + x / BLOCK) * CHANNELS;
          double value = truth[CHANNELS][c] + ((x + y) % 2 ? 0.02 : -0.02)
                         + g_rand_double_range (rand, -noise, noise);

          for (guint k = 0; k < CHANNELS; k++)
            value += truth[k][c] * (double) cell[k];
          pixels[(y * width + x) * 3 + c] = (float) value;
        }
  return pz_image_new_take (width, width, 3, pixels);
}

static double
largest_error (const PzLatentPreview *preview)
{
  double largest = 0;

  for (guint r = 0; r <= CHANNELS; r++)
    for (guint c = 0; c < 3; c++)
      largest = MAX (largest, ABS (preview->rows[r][c] - truth[r][c]));
  return largest;
}

static void
test_an_affine_decoder_is_found (void)
{
  g_autofree float *latent = draw_latent (1), *other = draw_latent (2);
  g_autoptr (PzImage) picture = decode (latent, 0), painted = NULL;
  PzLatentPreview preview = { 0 };
  const float *pixels;

  pz_latent_preview_fit (&preview, latent, SIDE, SIDE, CHANNELS, picture);
  g_assert_cmpuint (preview.channels, ==, CHANNELS);
  g_assert_cmpfloat (largest_error (&preview), <, 2e-4); /* the ridge shrinks by 1e-3 */

  /* For another latent it paints what the decoder would. */
  painted = pz_latent_preview_paint (&preview, other, SIDE, SIDE);
  g_assert_cmpuint (pz_image_get_width (painted), ==, SIDE);
  pixels = pz_image_get_pixels (painted);
  for (guint i = 0; i < SIDE * SIDE; i++)
    for (guint c = 0; c < 3; c++)
      {
        double value = truth[CHANNELS][c];

        for (guint k = 0; k < CHANNELS; k++)
          value += truth[k][c] * (double) other[i * CHANNELS + k];
        g_assert_cmpfloat_with_epsilon ((double) pixels[i * 3 + c], CLAMP (value, 0, 1), 1e-3);
      }
}

static void
test_noise_is_averaged_out (void)
{
  g_autofree float *latent = draw_latent (3);
  g_autoptr (PzImage) picture = decode (latent, 0.1);
  PzLatentPreview preview = { 0 };

  pz_latent_preview_fit (&preview, latent, SIDE, SIDE, CHANNELS, picture);
  /* Uniform noise of up to 0.1 over 256 blocks of 64 pixels: the standard error of the constant is 5e-4. */
  g_assert_cmpfloat (largest_error (&preview), <, 3e-3);
}

static void
test_too_few_pixels_change_nothing (void)
{
  g_autofree float *latent = draw_latent (4);
  float pixels[2 * 2 * 3] = { 0 };
  g_autoptr (PzImage) picture = pz_image_new (2, 2, 3, pixels);
  PzLatentPreview preview = { 0 };

  pz_latent_preview_fit (&preview, latent, 2, 2, CHANNELS, picture);
  g_assert_cmpuint (preview.channels, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preview/an-affine-decoder-is-found", test_an_affine_decoder_is_found);
  g_test_add_func ("/preview/noise-is-averaged-out", test_noise_is_averaged_out);
  g_test_add_func ("/preview/too-few-pixels-change-nothing",
                   test_too_few_pixels_change_nothing);
  return g_test_run ();
}

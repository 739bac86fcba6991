/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "models/concept.h"

/* Pixel (x, y), channel c: 100 y + 10 x + c. */
static PzImage *
make_numbered (guint width, guint height, guint channels)
{
  float *pixels = g_new (float, (gsize) width *height *channels);

  for (guint i = 0; i < width * height * channels; i++)
    pixels[i] =
      (float) (100 * (i / channels / width) + 10 * (i / channels % width) + i % channels);
  return pz_image_new_take (width, height, channels, pixels);
}

/* A mask that is `value` inside one rectangle and 0 elsewhere. */
static PzImage *
make_mask (guint width,
           guint height,
           guint left,
           guint top,
           guint right,
           guint bottom,
           float value)
{
  float *pixels = g_new0 (float, (gsize) width *height);

  for (guint y = top; y < bottom; y++)
    for (guint x = left; x < right; x++)
      pixels[y * width + x] = value;
  return pz_image_new_take (width, height, 1, pixels);
}

static const struct
{
  gint x, y;
  guint width, height;
} crops[] = {
  { 0, 0, 4, 3 },
  { 1, 1, 2, 2 },
  { -2, -1, 3, 3 },
  { 3, 2, 5, 5 },
  { -3, -3, 12, 12 },
  { 10, 0, 2, 2 },
  { -9, 0, 2, 2 },
  { 0, -8, 2, 2 },
  { G_MAXINT, G_MAXINT, 2, 2 },
  { G_MININT, G_MININT, 2, 2 },
};

static void
test_crop (void)
{
  g_autoptr (PzImage) image = make_numbered (4, 3, 3);

  for (guint i = 0; i < G_N_ELEMENTS (crops); i++)
    {
      g_autoptr (PzImage) crop =
        pz_image_crop (image, crops[i].x, crops[i].y, crops[i].width, crops[i].height);
      const float *pixel = pz_image_get_pixels (crop);

      g_assert_cmpuint (pz_image_get_width (crop), ==, crops[i].width);
      g_assert_cmpuint (pz_image_get_height (crop), ==, crops[i].height);
      for (gint64 y = crops[i].y; y < (gint64) crops[i].y + crops[i].height; y++)
        for (gint64 x = crops[i].x; x < (gint64) crops[i].x + crops[i].width; x++)
          for (guint c = 0; c < 3; c++)
            {
              gboolean inside = x >= 0 && x < 4 && y >= 0 && y < 3;

              g_assert_cmpfloat (*pixel++, ==, inside ? (float) (100 * y + 10 * x + c) : 0.0f);
            }
    }
}

static void
test_bytes (void)
{
  const float values[] = { 0.0f, 1.0f, -3.0f, 7.0f, 0.5f, 1.49f / 255.0f, 1.51f / 255.0f, NAN };
  const guint8 expected[] = { 0, 255, 0, 255, 128, 1, 2, 0 };
  g_autoptr (PzImage) image = pz_image_new (8, 1, 1, values);
  g_autofree guint8 *bytes = pz_image_to_bytes (image);

  g_assert_cmpmem (bytes, 8, expected, 8);
}

static void
test_hash (void)
{
  /* SHA-256 of the little-endian words 2, 1, 1 and the bytes 0, 255 (sha256sum). */
  const char *expected = "94d6fb33831c20add0721971511ec03ed50cdb65811d9d96ff60473bf6f556fe";
  const float near[] = { 0.0005f, 0.9995f };
  g_autoptr (PzImage) image = pz_image_new (2, 1, 1, (const float[]) { 0.0f, 1.0f });
  g_autoptr (PzImage) same = pz_image_new (2, 1, 1, near);
  g_autoptr (PzImage) tall = pz_image_new (1, 2, 1, near);
  g_autofree char *hash = pz_image_hash (image);
  g_autofree char *same_hash = pz_image_hash (same);
  g_autofree char *tall_hash = pz_image_hash (tall);

  g_assert_cmpstr (hash, ==, expected);
  g_assert_cmpstr (same_hash, ==, hash);
  g_assert_cmpstr (tall_hash, !=, hash);
}

/* ---- the square around the concept ---- */

static const struct
{
  guint width, height;
  guint left, top, right, bottom; /* of the mask's rectangle; right 0 = no mask */
  PzSquare expected;
} squares[] = {
  /* No mask: the longer side, with the picture centred along the shorter one. */
  { 100, 100, 0, 0, 0, 0, { 0, 0, 100 } },
  { 100, 60, 0, 0, 0, 0, { 0, -20, 100 } },
  { 61, 100, 0, 0, 0, 0, { -19, 0, 100 } },
  /* The box takes 482 of 512 pixels. */
  { 2000, 2000, 759, 759, 1241, 1241, { 744, 744, 512 } },
  { 2000, 2000, 759, 900, 1241, 1100, { 744, 744, 512 } },
  /* At an edge the square is moved into the picture. */
  { 2000, 2000, 0, 1518, 482, 2000, { 0, 1488, 512 } },
  /* Larger than one side of the picture: the picture is centred along that side. */
  { 2000, 400, 1000, 0, 1482, 400, { 985, -56, 512 } },
  /* Never larger than the picture's longer side. */
  { 500, 400, 5, 5, 495, 395, { 0, -50, 500 } },
  /* One pixel. */
  { 10, 10, 9, 9, 10, 10, { 8, 8, 2 } },
  { 1, 1, 0, 0, 1, 1, { 0, 0, 1 } },
};

static void
test_square (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (squares); i++)
    {
      g_autoptr (PzImage) image = make_numbered (squares[i].width, squares[i].height, 3);
      g_autoptr (PzImage) mask = NULL;
      g_autoptr (GError) error = NULL;
      PzSquare square;

      if (squares[i].right > 0)
        mask = make_mask (squares[i].width, squares[i].height, squares[i].left, squares[i].top,
                          squares[i].right, squares[i].bottom, 1.0f / 255.0f);
      g_assert_true (pz_concept_square (image, mask, 0, &square, &error));
      g_assert_no_error (error);
      if (square.x != squares[i].expected.x || square.y != squares[i].expected.y
          || square.size != squares[i].expected.size)
        g_error ("case %u: found %d, %d, %u", i, square.x, square.y, square.size);
    }
}

static void
test_square_holds_the_mask (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < 300; i++)
    {
      guint width = (guint) g_rand_int_range (rand, 1, 60);
      guint height = (guint) g_rand_int_range (rand, 1, 60);
      guint left = (guint) g_rand_int_range (rand, 0, (gint) width);
      guint top = (guint) g_rand_int_range (rand, 0, (gint) height);
      guint right = (guint) g_rand_int_range (rand, (gint) left, (gint) width) + 1;
      guint bottom = (guint) g_rand_int_range (rand, (gint) top, (gint) height) + 1;
      g_autoptr (PzImage) image = make_numbered (width, height, 3);
      g_autoptr (PzImage) mask = make_mask (width, height, left, top, right, bottom, 1.0f);
      PzSquare square;

      g_assert_true (pz_concept_square (image, mask, 0, &square, NULL));
      g_assert_cmpint (square.x, <=, (gint) left);
      g_assert_cmpint (square.y, <=, (gint) top);
      g_assert_cmpint (square.x + (gint) square.size, >=, (gint) right);
      g_assert_cmpint (square.y + (gint) square.size, >=, (gint) bottom);
      g_assert_cmpuint (square.size, <=, MAX (width, height));
    }
}

/* `room` adds a fraction of the box's side on each side. */
static void
test_room (void)
{
  g_autoptr (PzImage) image = make_numbered (200, 100, 3);
  g_autoptr (PzImage) mask = make_mask (200, 100, 90, 40, 110, 60, 1.0f);
  PzSquare close, wide, widest;

  g_assert_true (pz_concept_square (image, mask, 0, &close, NULL));
  g_assert_true (pz_concept_square (image, mask, 0.5, &wide, NULL));
  g_assert_true (pz_concept_square (image, mask, 9, &widest, NULL));
  g_assert_cmpuint (close.size, ==, 22);
  g_assert_cmpuint (wide.size, ==, 43); /* 40 * 512 / 482, rounded up */
  g_assert_cmpuint (widest.size, ==, 64); /* room is at most 1 */
  g_assert_cmpint (2 * wide.x + (gint) wide.size, ==, 199); /* still centred on the box */
}

static void
test_square_refused (void)
{
  g_autoptr (PzImage) image = make_numbered (8, 6, 3);
  g_autoptr (PzImage) empty = make_mask (8, 6, 0, 0, 8, 6, 0.4f / 255.0f);
  g_autoptr (PzImage) other = make_mask (6, 8, 0, 0, 6, 8, 1.0f);
  g_autoptr (GError) error = NULL;
  PzSquare square;

  g_assert_false (pz_concept_square (image, empty, 0, &square, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_false (pz_concept_square (image, other, 0, &square, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_false (pz_concept_square (image, image, 0, &square, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
}

/* ---- the crop ---- */

/* The share of a pixel that lies between begin and end, from the definition of an area average. */
static double
overlap (double begin, double end, gint pixel)
{
  return MAX (MIN (end, pixel + 1.0) - MAX (begin, pixel), 0.0);
}

/* A picture with random 8-bit values. */
static PzImage *
make_random (GRand *rand, guint width, guint height, guint channels)
{
  gsize stride = (gsize) width * channels + 3, n = stride * height;
  guint8 *values = g_malloc (n);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < n; i++)
    values[i] = (guint8) g_rand_int_range (rand, 0, 256);
  bytes = g_bytes_new_take (values, n);
  return pz_image_new_bytes (width, height, channels, stride, bytes);
}

static void
check_pixel (const PzImage *image,
             const PzImage *crop,
             const PzSquare *square,
             guint x,
             guint y)
{
  double ratio = (double) square->size / pz_image_get_width (crop), sum[3] = { 0, 0, 0 };
  double left = square->x + x * ratio, top = square->y + y * ratio;
  const float *found =
    pz_image_get_pixels (crop) + ((gsize) y * pz_image_get_width (crop) + x) * 3;

  for (gint j = (gint) floor (top); j < top + ratio; j++)
    for (gint i = (gint) floor (left); i < left + ratio; i++)
      {
        double area = overlap (left, left + ratio, i) * overlap (top, top + ratio, j);
        float pixel[4];

        if (i < 0 || j < 0 || i >= (gint) pz_image_get_width (image)
            || j >= (gint) pz_image_get_height (image))
          continue;
        pz_image_read_row (image, (guint) i, (guint) j, 1, pixel);
        for (guint c = 0; c < 3; c++)
          sum[c] += area * (double) (pixel[c] * pixel[3] + 1 - pixel[3]);
      }
  /* The tolerance allows for one rounding to float at the end. */
  for (guint c = 0; c < 3; c++)
    g_assert_cmpfloat_with_epsilon (found[c], sum[c] / ratio / ratio, 1e-6);
}

/* A square up to the limit is copied, a larger one is averaged by area. */
static void
test_crop_of_the_square (void)
{
  const PzSquare same = { -5, 10, 90 }, large = { 0, 0, 3000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (PzImage) image = make_random (rand, 100, 80, 4);
  g_autoptr (PzImage) wide = make_random (rand, 3000, 3000, 4);
  PzImage *crop, *mask;

  pz_concept_crop (image, NULL, &same, PZ_MAX_CROP, &crop, &mask);
  g_assert_cmpuint (pz_image_get_width (crop), ==, 90);
  for (guint y = 0; y < 90; y++)
    for (guint x = 0; x < 90; x++)
      check_pixel (image, crop, &same, x, y);
  pz_image_unref (crop);
  pz_image_unref (mask);

  pz_concept_crop (wide, NULL, &large, PZ_MAX_CROP, &crop, &mask);
  g_assert_cmpuint (pz_image_get_width (crop), ==, PZ_MAX_CROP);
  for (guint i = 0; i < 3000; i++)
    check_pixel (wide, crop, &large, (guint) g_rand_int_range (rand, 0, PZ_MAX_CROP),
                 (guint) g_rand_int_range (rand, 0, PZ_MAX_CROP));
  check_pixel (wide, crop, &large, PZ_MAX_CROP - 1, PZ_MAX_CROP - 1);
  pz_image_unref (crop);
  pz_image_unref (mask);
}

/* Lines whose square would be a terabyte: white rows or columns in the middle of a black crop. */
static void
test_crop_of_a_line (void)
{
  static const guint sizes[][2] = { { 8193, 1 }, { 524288, 1 }, { 1, 524288 }, { 9000, 100 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint width = sizes[i][0], height = sizes[i][1], n_white = 0;
      gsize n = (gsize) width * height;
      guint8 *values = g_malloc (n);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PzImage) image = NULL;
      g_autoptr (PzImage) crop = NULL;
      g_autoptr (PzImage) mask = NULL;
      PzSquare square;

      memset (values, 255, n);
      bytes = g_bytes_new_take (values, n);
      image = pz_image_new_bytes (width, height, 1, width, bytes);
      g_assert_true (pz_concept_square (image, NULL, 0, &square, NULL));
      g_assert_cmpuint (square.size, ==, MAX (width, height));
      pz_concept_crop (image, NULL, &square, PZ_MAX_CROP, &crop, &mask);
      g_assert_cmpuint (pz_image_get_height (crop), ==, PZ_MAX_CROP);
      for (guint j = 0; j < PZ_MAX_CROP * PZ_MAX_CROP; j++)
        {
          float value = pz_image_get_pixels (crop)[j * 3];

          g_assert_true (value == 0.0f || value == 1.0f);
          g_assert_cmpfloat (pz_image_get_pixels (mask)[j], ==, value);
          n_white += value > 0;
        }
      g_assert_cmpuint (n_white, ==,
                        PZ_MAX_CROP
                          * MAX ((guint) lround ((double) MIN (width, height) * PZ_MAX_CROP
                                                 / MAX (width, height)),
                                 1));
    }
}

/* The colours of transparent pixels are not in the crop, and these pixels are outside the concept, with or without a mask. */
static void
test_transparency (void)
{
  const float pixels[] = { 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0.4f, 0, 0, 1, 1 };
  g_autoptr (PzImage) image = pz_image_new (4, 1, 4, pixels);
  g_autoptr (PzImage) right = make_mask (4, 1, 1, 0, 4, 1, 1.0f);
  g_autoptr (PzImage) hidden = make_mask (4, 1, 1, 0, 2, 1, 1.0f);
  g_autoptr (GError) error = NULL;
  const PzSquare all = { 0, -1, 4 };
  const float seen[] = { 1, 0, 0, 1, 1, 1, 0.6f, 0.6f, 1, 0, 0, 1 };
  PzImage *crop, *mask;
  PzSquare square;

  pz_concept_crop (image, NULL, &all, PZ_MAX_CROP, &crop, &mask);
  for (guint i = 0; i < 12; i++)
    g_assert_cmpfloat_with_epsilon (pz_image_get_pixels (crop)[12 + i], seen[i], 1e-6f);
  g_assert_cmpmem (pz_image_get_pixels (mask) + 4, 16, ((float[]) { 1, 0, 0, 1 }), 16);
  pz_image_unref (crop);
  pz_image_unref (mask);

  pz_concept_crop (image, right, &all, PZ_MAX_CROP, &crop, &mask);
  g_assert_cmpmem (pz_image_get_pixels (mask) + 4, 16, ((float[]) { 0, 0, 0, 1 }), 16);
  pz_image_unref (crop);
  pz_image_unref (mask);
  g_assert_true (pz_concept_square (image, right, 0, &square, NULL));
  g_assert_cmpint (square.x, ==, 2);
  g_assert_cmpuint (square.size, ==, 2);
  g_assert_false (pz_concept_square (image, hidden, 0, &square, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT);
}

/* A pixel is inside from half of the mask's maximum: a background of 1 / 255 is outside, but a mask that is faint everywhere
 * is not empty. */
static void
test_threshold (void)
{
  const float faint = 1.0f / 255.0f;
  static const float rows[][4] = { { 1, 1, 255, 128 }, { 0, 0, 40, 20 }, { 1, 1, 255, 127 } };
  static const guint expected[] = { 2, 2, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      float values[4];
      g_autoptr (PzImage) mask = NULL;
      PzImage *crop, *inside;
      guint n = 0;

      for (guint j = 0; j < 4; j++)
        values[j] = rows[i][j] * faint;
      mask = pz_image_new (4, 1, 1, values);
      pz_concept_crop (mask, mask, &(PzSquare) { 0, 0, 4 }, PZ_MAX_CROP, &crop, &inside);
      for (guint j = 0; j < 16; j++)
        n += pz_image_get_pixels (inside)[j] > 0;
      g_assert_cmpuint (n, ==, expected[i]);
      pz_image_unref (crop);
      pz_image_unref (inside);
    }
}

/* Reads rows like a host whose layer is too large to be kept in memory. */
static void
read_from (guint x, guint y, guint n, float *values, gpointer data)
{
  pz_image_read_row (data, x, y, n, values);
}

static void
test_rows_from_elsewhere (void)
{
  enum
  {
    WIDE = 37,
    HIGH = 23
  };
  float *pixels = g_new (float, WIDE *HIGH * 3), *inside = g_new0 (float, WIDE *HIGH);
  g_autoptr (PzImage) kept = NULL, kept_mask = NULL, rows = NULL, rows_mask = NULL;
  PzImage *both[2] = { NULL, NULL };
  PzSquare found[2];
  char *hashes[6] = { NULL };

  for (guint i = 0; i < WIDE * HIGH * 3; i++)
    pixels[i] = (float) (i * 7919 % 256) / 255.0f;
  for (guint y = 5; y < 20; y++)
    for (guint x = 9; x < 30; x++)
      inside[y * WIDE + x] = 1;
  kept = pz_image_new_take (WIDE, HIGH, 3, pixels);
  kept_mask = pz_image_new_take (WIDE, HIGH, 1, inside);
  rows = pz_image_new_rows (WIDE, HIGH, 3, read_from, kept);
  rows_mask = pz_image_new_rows (WIDE, HIGH, 1, read_from, kept_mask);
  g_assert_null (pz_image_get_pixels (rows));
  for (guint i = 0; i < 2; i++)
    {
      PzImage *image = i ? rows : kept, *mask = i ? rows_mask : kept_mask;
      g_autoptr (PzImage) part = pz_image_crop (image, -3, 4, 30, 30);
      g_autoptr (PzImage) small = pz_image_shrink (image, 11);
      g_autoptr (PzImage) crop_mask = NULL;

      g_assert_true (pz_concept_square (image, mask, 0.1, &found[i], NULL));
      pz_concept_crop (image, mask, &found[i], 9, &both[i], &crop_mask);
      hashes[i * 3] = pz_image_hash (part);
      hashes[i * 3 + 1] = pz_image_hash (small);
      hashes[i * 3 + 2] = pz_image_hash (both[i]);
    }
  g_assert_cmpmem (&found[0], sizeof found[0], &found[1], sizeof found[1]);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (hashes[i], ==, hashes[i + 3]);
  for (guint i = 0; i < 6; i++)
    g_free (hashes[i]);
  for (guint i = 0; i < 2; i++)
    pz_image_unref (both[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/a-crop-is-black-outside-the-picture", test_crop);
  g_test_add_func ("/image/bytes-are-rounded-and-clamped", test_bytes);
  g_test_add_func ("/image/a-hash-names-what-eight-bits-show", test_hash);
  g_test_add_func ("/concept/the-square-is-padded-like-the-training-both", test_square);
  g_test_add_func ("/concept/the-square-holds-the-whole-mask", test_square_holds_the_mask);
  g_test_add_func ("/square/room-is-around-it", test_room);
  g_test_add_func ("/concept/masks-that-say-nothing-are-refused", test_square_refused);
  g_test_add_func ("/square/its-crop-is-averaged-by-area", test_crop_of_the_square);
  g_test_add_func ("/square/lines-need-no-more-than-any-picture", test_crop_of_a_line);
  g_test_add_func ("/square/what-is-transparent-is-not-seen", test_transparency);
  g_test_add_func ("/square/inside-is-half-of-the-most-or-more", test_threshold);
  g_test_add_func ("/image/rows-from-elsewhere-are-the-same-picture", test_rows_from_elsewhere);
  return g_test_run ();
}

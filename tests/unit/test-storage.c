/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Device memory, on a real device (a software device is enough).
 */
#include <math.h>
#include <string.h>

#include "tests/unit/open-gpu.h"

static const PzGpuParams plain = { .validate = TRUE };
static const PzGpuParams staged = { .validate = TRUE, .staged = TRUE };

/* ---- storages ---- */

static void
round_trip (const PzGpuParams *params, PzArena arena, guint n)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (params);
  PzStorage *storage = pz_storage_new (gpu, arena, PZ_I32, 1, &n, "round trip", &error);
  g_autofree guint32 *in = g_new (guint32, n);
  g_autofree guint32 *out = g_new0 (guint32, n);
  const gsize from = 4 * (gsize) (n / 3), length = 4 * (gsize) (n - n / 3);

  g_assert_no_error (error);
  g_assert_cmpuint (pz_storage_get_address (storage) % 256, ==, 0);
  for (guint i = 0; i < n; i++)
    in[i] = i * 2654435761u;
  g_assert_true (pz_storage_write (storage, 0, in, 4 * (gsize) n, NULL, &error));
  g_assert_true (pz_storage_read (storage, 0, out, 4 * (gsize) n, NULL, &error));
  g_assert_cmpmem (in, 4 * (gsize) n, out, 4 * (gsize) n);

  /* Writing a part must leave the rest unchanged. */
  for (guint i = n / 3; i < n; i++)
    in[i] = ~in[i];
  g_assert_true (pz_storage_write (storage, from, in + n / 3, length, NULL, &error));
  memset (out, 0, 4 * (gsize) n);
  g_assert_true (pz_storage_read (storage, 0, out, 4 * (gsize) n, NULL, &error));
  g_assert_cmpmem (in, 4 * (gsize) n, out, 4 * (gsize) n);
  g_assert_true (pz_storage_read (storage, from, out, length, NULL, &error));
  g_assert_cmpmem (in + n / 3, length, out, length);

  g_assert_true (pz_storage_fill (storage, 0xabcd1234, &error));
  g_assert_true (pz_storage_read (storage, 0, out, 4 * (gsize) n, NULL, &error));
  for (guint i = 0; i < n; i++)
    g_assert_cmphex (out[i], ==, 0xabcd1234);
  pz_storage_unref (storage);
  close_gpu (gpu);
}

static void
test_bytes_come_back_as_they_were_written (void)
{
  /* The last size is larger than the whole staging ring. */
  static const guint sizes[] = { 1, 3, 64, 1023, 3500001 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      round_trip (&plain, PZ_ARENA_WEIGHTS, sizes[i]);
      round_trip (&staged, PZ_ARENA_WEIGHTS, sizes[i]);
    }
  round_trip (&plain, PZ_ARENA_KNOBS, 8);
  round_trip (&staged, PZ_ARENA_KNOBS, 8);
}

static void
test_halves_are_rounded_to_even (const void *data)
{
  static const float in[] = { 1,     1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 65504,    65519.996f,
                              65520, -1e9f,        0x1p-24f,         0x1p-25f, -0.0f };
  static const float out[] = { 1,        1,         1 + 0x1p-9f, 65504, 65504,
                               INFINITY, -INFINITY, 0x1p-24f,    0,     -0.0f };
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (data);
  guint n = G_N_ELEMENTS (in);
  PzStorage *storage = pz_storage_new (gpu, PZ_ARENA_STATE, PZ_F16, 1, &n, "halves", &error);
  float back[G_N_ELEMENTS (in)];

  g_assert_true (pz_storage_write_f32 (storage, in, n, &error));
  g_assert_true (pz_storage_read_f32 (storage, back, n, &error));
  g_assert_cmpmem (back, sizeof back, out, sizeof out);
  pz_storage_unref (storage);
  close_gpu (gpu);
}

static void
test_an_upload_can_be_cancelled (const void *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PzGpu *gpu = open_gpu (data);
  guint n = 1000;
  PzStorage *storage = pz_storage_new (gpu, PZ_ARENA_STATE, PZ_I32, 1, &n, "upload", NULL);
  g_autofree guint32 *bytes = g_new0 (guint32, n);

  g_cancellable_cancel (cancellable);
  g_assert_false (pz_storage_write (storage, 0, bytes, 4 * (gsize) n, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pz_storage_unref (storage);
  close_gpu (gpu);
}

/* ---- memory ---- */

static void
test_small_storages_share_blocks (void)
{
  PzGpu *gpu = open_gpu (&plain);
  PzStorage *storages[300];
  guint n = 1000;

  for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
    storages[i] = pz_storage_new (gpu, PZ_ARENA_WEIGHTS, PZ_F32, 1, &n, "small", NULL);
  g_assert_cmpuint (pz_gpu_n_blocks (gpu), ==, 1);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), >=, 300 * 4000);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), <=, 5 << 20);
  for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
    pz_storage_unref (storages[(i * 7) % G_N_ELEMENTS (storages)]);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), ==, 0);
  g_assert_cmpuint (pz_gpu_peak_bytes (gpu), >=, 300 * 4000);
  close_gpu (gpu);
}

static void
test_too_little_memory_is_refused_with_both_numbers (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  guint small = 100, large = 3 << 20;
  PzStorage *kept;

  pz_gpu_set_memory_limit (gpu, (guint64) 6 << 20);
  kept = pz_storage_new (gpu, PZ_ARENA_WEIGHTS, PZ_F32, 1, &small, "kept", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), <=, 6 << 20);
  g_assert_null (pz_storage_new (gpu, PZ_ARENA_WEIGHTS, PZ_F32, 1, &large, "the large one",
                                 &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY);
  g_assert_nonnull (strstr (error->message, "the large one needs 12.0 MiB"));
  g_assert_nonnull (strstr (error->message, " MiB are free on "));
  pz_storage_unref (kept);
  close_gpu (gpu);
}

static void
test_a_last_block_is_as_small_as_needed (void)
{
  PzGpu *gpu = open_gpu (&plain);
  guint n = 1000;
  PzStorage *storage;

  /* Less than the usual minimum block size of the arena. */
  pz_gpu_set_memory_limit (gpu, 100000);
  storage = pz_storage_new (gpu, PZ_ARENA_WEIGHTS, PZ_F32, 1, &n, "small", NULL);
  g_assert_nonnull (storage);
  g_assert_cmpuint (pz_gpu_used_bytes (gpu), <=, 100000);
  pz_storage_unref (storage);
  close_gpu (gpu);
}

static void
test_more_than_the_device_has_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  guint dims[] = { 1u << 15, (1u << 16) - 1 };

  g_assert_null (pz_storage_new (gpu, PZ_ARENA_STATE, PZ_F32, 2, dims, "8 GiB in one piece",
                                 &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_GPU_MEMORY);
  close_gpu (gpu);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage/bytes-come-back-as-they-were-written",
                   test_bytes_come_back_as_they_were_written);
  g_test_add_data_func ("/storage/halves-are-rounded-to-even", &plain,
                        test_halves_are_rounded_to_even);
  g_test_add_data_func ("/storage/halves-are-rounded-to-even-staged", &staged,
                        test_halves_are_rounded_to_even);
  g_test_add_data_func ("/storage/an-upload-can-be-cancelled", &plain,
                        test_an_upload_can_be_cancelled);
  g_test_add_data_func ("/storage/a-staged-upload-can-be-cancelled", &staged,
                        test_an_upload_can_be_cancelled);
  g_test_add_func ("/memory/small-storages-share-blocks", test_small_storages_share_blocks);
  g_test_add_func ("/memory/too-little-is-refused-with-both-numbers",
                   test_too_little_memory_is_refused_with_both_numbers);
  g_test_add_func ("/memory/a-last-block-is-as-small-as-needed",
                   test_a_last_block_is_as_small_as_needed);
  g_test_add_func ("/memory/more-than-the-device-has-is-refused",
                   test_more_than_the_device_has_is_refused);
  return g_test_run ();
}

/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Devices and their caches, on a real device (a software device is enough).
 */
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <utime.h>

#include "compute/gpu/pipeline-cache.h"
#include "shaders/kernels.h"
#include "tests/unit/open-gpu.h"

static const PzGpuParams plain = { .validate = TRUE };

/* ---- devices ---- */

static void
test_devices_are_listed_best_first (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = pz_gpu_list (&error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, >, 0);
  for (guint i = 0; i < list->len; i++)
    {
      const PzGpuInfo *info = list->pdata[i];

      g_assert_cmpuint (info->index, ==, i);
      if (i > 0)
        g_assert_cmpint (info->kind, >=, ((PzGpuInfo *) list->pdata[i - 1])->kind);
      if (info->missing[0] != NULL)
        continue;
      g_assert_cmpuint (info->limits.subgroup_size, >, 0);
      g_assert_cmpuint (info->limits.max_push_bytes, >=, 128);
      g_assert_cmpuint (info->limits.memory_bytes, >=, info->limits.free_bytes);
      g_assert_cmpuint (info->limits.max_allocation_bytes, >=, (guint64) 1 << 30);
    }
}

static void
test_a_device_is_found_by_part_of_its_name (void)
{
  g_autoptr (GPtrArray) list = pz_gpu_list (NULL);
  const PzGpuInfo *first = list->pdata[0];
  g_autofree char *upper = g_ascii_strup (first->name, 5);
  PzGpu *gpu = open_gpu (&(PzGpuParams) { .device = upper });

  g_assert_cmpstr (pz_gpu_get_info (gpu)->name, ==, first->name);
  pz_gpu_close (gpu);
  gpu = open_gpu (&(PzGpuParams) { .device = "0" });
  g_assert_cmpstr (pz_gpu_get_info (gpu)->name, ==, first->name);
  pz_gpu_close (gpu);
}

static void
test_an_unknown_device_is_refused_by_name (void)
{
  static const char *const unknown[] = { "no such card", "99" };

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pz_gpu_open (&(PzGpuParams) { .device = unknown[i] }, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE);
      g_assert_nonnull (strstr (error->message, unknown[i]));
    }
  g_setenv ("PERSONALIZE_DEVICE", "from the environment", TRUE);
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (pz_gpu_open (NULL, &error));
    g_assert_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE);
    g_assert_nonnull (strstr (error->message, "from the environment"));
  }
  g_unsetenv ("PERSONALIZE_DEVICE");
}

static void
test_each_missing_feature_is_named (void)
{
  const PzFeatures none = { 0 };
  g_auto (GStrv) missing = pz_limits_missing (&none, 0, VK_SHADER_STAGE_COMPUTE_BIT);
  static const char *const expected[] = {
    "shaderInt64",       "storageBuffer16BitAccess", "bufferDeviceAddress",
    "timelineSemaphore", "hostQueryReset",           "subgroup operations (basic)",
  };
  PzFeatures all = none;

  g_assert_cmpuint (g_strv_length (missing), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_true (g_strv_contains ((const char *const *) missing, expected[i]));

  all.core.features.shaderInt64 = VK_TRUE;
  all.v11.storageBuffer16BitAccess = VK_TRUE;
  all.v12.bufferDeviceAddress = VK_TRUE;
  all.v12.timelineSemaphore = VK_TRUE;
  all.v12.hostQueryReset = VK_TRUE;
  {
    const VkSubgroupFeatureFlags basic = VK_SUBGROUP_FEATURE_BASIC_BIT;
    g_auto (GStrv) nothing = pz_limits_missing (&all, basic, VK_SHADER_STAGE_COMPUTE_BIT);
    g_auto (GStrv) no_compute = pz_limits_missing (&all, basic, VK_SHADER_STAGE_FRAGMENT_BIT);

    g_assert_cmpuint (g_strv_length (nothing), ==, 0);
    g_assert_cmpuint (g_strv_length (no_compute), ==, 1);
  }
}

/* The SPIR-V capabilities that kernels may need, as numbers of the SPIR-V specification. Those of every device that is
 * accepted, then those of the forms for which a device is asked first. */
enum
{
  SHADER = 1,
  FLOAT16 = 9,
  INT64 = 11,
  INT16 = 22,
  SUBGROUPS = 61,
  STORAGE_16 = 4433,
  MEMORY_MODEL = 5345,
  ADDRESSES = 5347,
  MATRICES = 6022,
};

static const guint floor_capabilities[] = { SHADER, INT64, SUBGROUPS, STORAGE_16, ADDRESSES };
static const struct
{
  const char *kernel; /* part of its name */
  guint capabilities[3];
} form_capabilities[] = {
  { "_packed", { FLOAT16 } },
  { "_coop", { FLOAT16, MEMORY_MODEL, MATRICES } },
  { "_matrices", { FLOAT16, MEMORY_MODEL, MATRICES } },
  { "planar_product_f16", { FLOAT16, INT16 } },
  { "to_planar_f16", { FLOAT16, INT16 } },
  { "winograd_", { FLOAT16, INT16 } },
};

static gboolean
may_need (const char *kernel, guint capability)
{
  for (guint i = 0; i < G_N_ELEMENTS (floor_capabilities); i++)
    if (floor_capabilities[i] == capability)
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (form_capabilities); i++)
    for (guint k = 0; k < G_N_ELEMENTS (form_capabilities[i].capabilities); k++)
      if (form_capabilities[i].capabilities[k] == capability
          && strstr (kernel, form_capabilities[i].kernel) != NULL)
        return TRUE;
  return FALSE;
}

/* A kernel that every device runs must not use what not every device has. */
static void
test_kernels_need_what_devices_are_asked_for (void)
{
  const guint header = 5, op_capability = 17;

  for (guint i = 0; i < PZ_N_KERNELS; i++)
    {
      const guint32 *words = pz_kernels[i].words;

      for (gsize at = header; at < pz_kernels[i].n_bytes / 4; at += words[at] >> 16)
        if ((words[at] & 0xffff) == op_capability
            && !may_need (pz_kernels[i].name, words[at + 1]))
          g_error ("%s needs the capability %u", pz_kernels[i].name, words[at + 1]);
    }
}

static void
test_a_kernel_of_another_subgroup_size_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  PzGpu *gpu = open_gpu (&plain);
  const PzPipelineParams params = {
    .subgroup_size = 2 * pz_gpu_get_info (gpu)->limits.max_subgroup_size,
    .n_spec = 1,
    .spec = { 32 },
  };

  g_assert_null (pz_gpu_get_pipeline (gpu, &params, &error));
  g_assert_nonnull (strstr (error->message, "needs subgroups of"));
  close_gpu (gpu);
}

/* Runs a test in a new process, so that the driver reads the variable again. value: NULL = unset. */
static void
run_with (const char *test, const char *variable, const char *value)
{
  g_autofree char *before = g_strdup (g_getenv (variable));

  if (value != NULL)
    g_setenv (variable, value, TRUE);
  else
    g_unsetenv (variable);
  g_test_trap_subprocess (test, 0, G_TEST_SUBPROCESS_DEFAULT);
  if (before != NULL)
    g_setenv (variable, before, TRUE);
  else
    g_unsetenv (variable);
  g_test_trap_assert_passed ();
}

static void
test_without_a_driver_there_is_no_device (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pz_gpu_open (NULL, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_NO_DEVICE);
      return;
    }
  run_with (NULL, "VK_DRIVER_FILES", "/nonexistent.json");
}

static void
print_subgroup_size (void)
{
  PzGpu *gpu = open_gpu (NULL);

  g_print ("size=%u\n", pz_gpu_get_info (gpu)->limits.subgroup_size);
  pz_gpu_close (gpu);
}

static void
test_subgroups_follow_the_vector_width (void)
{
  static const struct
  {
    const char *width, *said;
  } rows[] = { { "128", "*size=4*" }, { "256", "*size=8*" }, { "512", "*size=16*" } };
  g_autoptr (GPtrArray) list = pz_gpu_list (NULL);

  if (((PzGpuInfo *) list->pdata[0])->kind != PZ_GPU_SOFTWARE)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      run_with ("/gpu/subprocess/print-subgroup-size", "LP_NATIVE_VECTOR_WIDTH", rows[i].width);
      g_test_trap_assert_stdout (rows[i].said);
    }
}

static void
print_prepared_subgroup_size (void)
{
  pz_gpu_prepare_process ();
  print_subgroup_size ();
}

/* Compares with the kernel's list of CPU features, which is independent of the compiler's. */
static void
test_a_prepared_process_has_the_widest_registers_that_pay (void)
{
  g_autofree char *processor = NULL;
  g_autoptr (GPtrArray) list = pz_gpu_list (NULL);
  const char *const test = "/gpu/subprocess/print-prepared-subgroup-size";

  if (((PzGpuInfo *) list->pdata[0])->kind != PZ_GPU_SOFTWARE
      || !g_file_get_contents ("/proc/cpuinfo", &processor, NULL, NULL))
    return;
  run_with (test, "LP_NATIVE_VECTOR_WIDTH", NULL);
  g_test_trap_assert_stdout (strstr (processor, " avx512_vbmi") ? "*size=16*"
                             : strstr (processor, " avx2")      ? "*size=8*"
                                                                : "*size=*");
  run_with (test, "LP_NATIVE_VECTOR_WIDTH", "128");
  g_test_trap_assert_stdout ("*size=4*");
}

static void
test_a_required_subgroup_size_is_taken_where_there_is_one (void)
{
  PzGpu *gpu = open_gpu (&plain);
  const PzGpuLimits limits = pz_gpu_get_info (gpu)->limits;

  close_gpu (gpu);
  for (guint size = 1; size <= 256; size *= 2)
    {
      gpu = open_gpu (&(PzGpuParams) { .validate = TRUE, .subgroup_size = size });
      g_assert_cmpuint (pz_gpu_get_info (gpu)->limits.subgroup_size, ==,
                        gpu->abilities.size_control && size >= limits.min_subgroup_size
                            && size <= limits.max_subgroup_size
                          ? size
                          : limits.subgroup_size);
      close_gpu (gpu);
    }
}

/* Tests that check for 0 messages are meaningful only if errors are counted. */
static void
test_validation_counts_a_wrong_call_and_a_race (void)
{
  PzGpu *gpu = open_gpu (&plain);
  VkBuffer buffer = VK_NULL_HANDLE;
  guint seen;

  gpu->vk.CreateBuffer (gpu->device,
                        &(VkBufferCreateInfo) {
                          .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                          .size = 64,
                          .usage = 0,
                        },
                        NULL, &buffer);
  seen = pz_gpu_validation_messages (gpu);
  g_assert_cmpuint (seen, >, 0);
  if (buffer != VK_NULL_HANDLE)
    gpu->vk.DestroyBuffer (gpu->device, buffer, NULL);

  VkCommandBuffer commands;
  PzSlice slice;
  VkCommandBufferAllocateInfo allocate = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = gpu->pool,
    .commandBufferCount = 1,
  };

  g_assert_true (pz_memory_take (gpu->memory, PZ_MEMORY_STATE, 256, "race", &slice, NULL));
  gpu->vk.AllocateCommandBuffers (gpu->device, &allocate, &commands);
  gpu->vk.BeginCommandBuffer (commands,
                              &(VkCommandBufferBeginInfo) {
                                .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO });
  for (guint i = 0; i < 2; i++)
    gpu->vk.CmdFillBuffer (commands, slice.block->buffer, slice.offset, 256, i);
  gpu->vk.EndCommandBuffer (commands);
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), >, seen);
  gpu->vk.FreeCommandBuffers (gpu->device, gpu->pool, 1, &commands);
  pz_memory_give (gpu->memory, &slice);
  pz_gpu_close (gpu);
}

/* ---- the pipeline cache ---- */

static void
test_a_damaged_cache_file_is_no_cache_file (void)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("what the driver said", 20);
  g_autoptr (GBytes) file = pz_pipeline_cache_wrap (payload);
  g_autoptr (GBytes) back = pz_pipeline_cache_unwrap (file);
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);

  g_assert_true (g_bytes_equal (payload, back));
  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      g_autoptr (GBytes) damaged = NULL;
      g_autoptr (GBytes) cut = g_bytes_new (data, i);

      copy[i] ^= 1;
      damaged = g_bytes_new (copy, size);
      g_assert_null (pz_pipeline_cache_unwrap (damaged));
      g_assert_null (pz_pipeline_cache_unwrap (cut));
    }
}

static void
test_the_cache_file_is_written_and_survives_damage (void)
{
  PzGpu *gpu = open_gpu (&plain);
  PzPipelineParams params = { .kernel = 0, .n_spec = 1, .spec = { 32 } };
  g_autofree char *path = pz_pipeline_cache_path (gpu, "pipelines", "bin");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (pz_gpu_get_pipeline (gpu, &params, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  close_gpu (gpu);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  g_assert_true (g_file_set_contents (path, "rubbish", -1, &error));
  gpu = open_gpu (&plain);
  g_assert_nonnull (pz_gpu_get_pipeline (gpu, &params, &error));
  close_gpu (gpu);
  gpu = open_gpu (&plain);
  close_gpu (gpu);
  g_remove (path);
}

/* Makes a file in the folder whose last use was so many days ago. (transfer full) path */
static char *
make_old_file (const char *folder, const char *name, gint days)
{
  char *path = g_build_filename (folder, name, NULL);
  const time_t then = time (NULL) - days * 24 * 3600;

  g_assert_true (g_file_set_contents (path, "x", -1, NULL));
  g_assert_cmpint (g_utime (path, &(struct utimbuf) { then, then }), ==, 0);
  return path;
}

static void
test_cache_files_without_use_are_deleted (void)
{
  PzGpu *gpu = open_gpu (&plain);
  PzPipelineParams params = { .kernel = 0, .n_spec = 1, .spec = { 33 } };
  g_autofree char *path = pz_pipeline_cache_path (gpu, "pipelines", "bin");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *old = NULL, *old_forms = NULL, *recent = NULL, *other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (pz_gpu_get_pipeline (gpu, &params, &error));
  close_gpu (gpu);
  g_free (make_old_file (folder, name, 100));
  old = make_old_file (folder, "pipelines-0.bin", 100);
  old_forms = make_old_file (folder, "forms-0.ini", 100);
  recent = make_old_file (folder, "pipelines-1.bin", 80);
  other = make_old_file (folder, "mine.bin", 1000);
  gpu = open_gpu (&plain); /* uses a file of this name, though its contents are no cache */
  params.spec[0] = 34;
  g_assert_nonnull (pz_gpu_get_pipeline (gpu, &params, &error));
  close_gpu (gpu);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (old_forms, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (recent, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_unlink (path);
  g_unlink (recent);
  g_unlink (other);
}

int
main (int argc, char *argv[])
{
  g_autofree char *cache = g_dir_make_tmp ("pz-test-gpu-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (cache, "gimp-personalize", NULL);
  int status;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu/devices-are-listed-best-first", test_devices_are_listed_best_first);
  g_test_add_func ("/gpu/a-device-is-found-by-part-of-its-name",
                   test_a_device_is_found_by_part_of_its_name);
  g_test_add_func ("/gpu/an-unknown-device-is-refused-by-name",
                   test_an_unknown_device_is_refused_by_name);
  g_test_add_func ("/gpu/without-a-driver-there-is-no-device",
                   test_without_a_driver_there_is_no_device);
  g_test_add_func ("/gpu/subprocess/print-subgroup-size", print_subgroup_size);
  g_test_add_func ("/gpu/subprocess/print-prepared-subgroup-size",
                   print_prepared_subgroup_size);
  g_test_add_func ("/gpu/a-prepared-process-has-the-widest-registers-that-pay",
                   test_a_prepared_process_has_the_widest_registers_that_pay);
  g_test_add_func ("/gpu/subgroups-follow-the-vector-width",
                   test_subgroups_follow_the_vector_width);
  g_test_add_func ("/gpu/a-required-subgroup-size-is-taken-where-there-is-one",
                   test_a_required_subgroup_size_is_taken_where_there_is_one);
  g_test_add_func ("/gpu/kernels-need-what-devices-are-asked-for",
                   test_kernels_need_what_devices_are_asked_for);
  g_test_add_func ("/gpu/each-missing-feature-is-named", test_each_missing_feature_is_named);
  g_test_add_func ("/gpu/a-kernel-of-another-subgroup-size-is-refused",
                   test_a_kernel_of_another_subgroup_size_is_refused);
  g_test_add_func ("/gpu/validation-counts-a-wrong-call-and-a-race",
                   test_validation_counts_a_wrong_call_and_a_race);
  g_test_add_func ("/pipeline-cache/a-damaged-file-is-no-file",
                   test_a_damaged_cache_file_is_no_cache_file);
  g_test_add_func ("/pipeline-cache/the-file-is-written-and-survives-damage",
                   test_the_cache_file_is_written_and_survives_damage);
  g_test_add_func ("/pipeline-cache/files-without-use-are-deleted",
                   test_cache_files_without_use_are_deleted);
  status = g_test_run ();
  g_rmdir (folder);
  g_rmdir (cache);
  return status;
}

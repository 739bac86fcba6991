/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Vulkan devices, their limits, and device memory.
 *
 * Thread: one thread at a time (the worker), except pz_gpu_list (), which any thread may call.
 */
#pragma once

#include <gio/gio.h>

#include "compute/error.h"

G_BEGIN_DECLS

typedef enum
{
  PZ_GPU_DISCRETE,
  PZ_GPU_INTEGRATED,
  PZ_GPU_VIRTUAL,
  PZ_GPU_SOFTWARE,
} PzGpuKind;

/* Implementations of a matrix product. A set of them is a guint bit mask. */
typedef enum
{
  PZ_FORM_PLAIN = 1 << 0, /* each lane computes its own sums; works on every device */
  PZ_FORM_COOP = 1 << 1, /* cooperative matrices */
  PZ_FORM_PLANAR = 1 << 2, /* a vector register holds neighbouring pixels; for CPU devices */
  PZ_FORM_WINOGRAD = 1 << 3, /* Winograd's algorithm for 3x3 convolutions, for CPU devices */
  PZ_FORM_BLOCKED = 1 << 4, /* tiles in shared memory, for GPUs */
  PZ_FORM_ATTENTION = 1 << 5, /* attention on cooperative matrices */
  PZ_FORM_ATTENTION_GRADIENT = 1 << 6, /* attention gradient on cooperative matrices */
  PZ_FORM_PACKED = 1 << 7, /* PZ_FORM_BLOCKED, but sums four products at a time in f16 */
} PzProductForm;
#define PZ_FORMS_ALL ((1u << 8) - 1)

/* Filled once per device; 0 = not available. Callers decide by these values, never by vendor. */
typedef struct
{
  guint64 memory_bytes; /* largest device-local heap */
  guint64 free_bytes; /* budget minus usage (VK_EXT_memory_budget); without it memory_bytes */
  guint64 max_allocation_bytes; /* largest single allocation */
  guint subgroup_size; /* the default; see PzGpuParams.subgroup_size */
  guint min_subgroup_size;
  guint max_subgroup_size;
  guint max_workgroup_invocations;
  guint max_workgroup_size[3];
  guint max_workgroup_count[3];
  guint max_shared_bytes;
  guint max_push_bytes;
  gdouble timestamp_period_ns; /* 0 = no timestamps */
  guint f16_arithmetic; /* shaderFloat16 */
  guint coop_m, coop_n,
    coop_k; /* f16 x f16 -> f32 cooperative matrix, subgroup scope; 0 = none */
  guint coop_subgroup_size; /* subgroup size required for cooperative matrices */
  guint prefer_coop; /* 1 = use them; 0 = none, or emulated and slow (software devices) */
  /* 1 = the lanes of a subgroup are the elements of a CPU's vector register: a load with divergent addresses is split into one
   * load per lane, a load from a uniform address is one instruction. */
  guint splits_loads;
  guint avoided_forms; /* see pz_gpu_avoid_forms () */
} PzGpuLimits;

typedef struct
{
  guint index; /* position in pz_gpu_list (), the N of --device N */
  char *name; /* as reported by the driver */
  char *driver; /* driver name and version, for display */
  guint8 uuid[16];
  PzGpuKind kind;
  PzGpuLimits limits;
  GStrv missing; /* required features that the device lacks; empty = usable */
} PzGpuInfo;

void pz_gpu_info_free (PzGpuInfo *info);

/* Lists all Vulkan devices, best first (discrete, integrated, virtual, software), including unusable ones. Returns
 * (transfer full) an array of PzGpuInfo, or NULL with NO_DEVICE if Vulkan is not installed or finds no device. */
GPtrArray *pz_gpu_list (GError **error);

/* Makes Mesa's software driver use 512-bit vector registers on CPUs that are fast with them, unless the user's environment
 * already sets the width. Optional: without it these CPUs are slower. Thread: sets an environment variable, so call it first in
 * main (), before any other thread exists. */
void pz_gpu_prepare_process (void);

typedef struct _PzGpu PzGpu;

typedef struct
{
  const char *
    device; /* index or part of a name, case-insensitive; NULL = $PERSONALIZE_DEVICE, else the best usable device */
  gboolean validate; /* load VK_LAYER_KHRONOS_validation and count its messages */
  gboolean
    trace; /* write timestamps around every dispatch; pz_gpu_watch () can change this later */
  gboolean no_coop; /* ignore cooperative matrices (tests) */
  gboolean force_coop; /* use them wherever they exist: sets limits.prefer_coop (tests) */
  gboolean staged; /* never map device memory, always use the staging ring (tests) */
  guint
    subgroup_size; /* require this size if the device supports it; 0 = the device's default */
} PzGpuParams;

/* Returns (transfer full), or NULL with NO_DEVICE; the message names the missing features. $PERSONALIZE_MEMORY_LIMIT (MiB)
 * limits the memory that the device appears to have (tests). */
PzGpu *pz_gpu_open (const PzGpuParams *params, GError **error);

/* Waits until the device is idle. Free all storages and programs first. gpu may be NULL. */
void pz_gpu_close (PzGpu *gpu);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzGpu, pz_gpu_close)

const PzGpuInfo *pz_gpu_get_info (const PzGpu *gpu);

/* Sets the product forms (a mask of PzProductForm) that programs created from now on must not use. Plain products are still
 * used if no other form is left. Initially 0. */
void pz_gpu_avoid_forms (PzGpu *gpu, guint forms);

/* Number of validation messages (warnings and errors) so far; always 0 unless PzGpuParams.validate is set. */
guint pz_gpu_validation_messages (const PzGpu *gpu);

/* Number of pipelines compiled so far, one per kernel and set of specialisation constants. */
guint pz_gpu_get_n_pipelines (const PzGpu *gpu);

/* Bytes allocated now, and the maximum since the device was opened, in all arenas and staging. */
guint64 pz_gpu_used_bytes (const PzGpu *gpu);
guint64 pz_gpu_peak_bytes (const PzGpu *gpu);

/* Asks the driver for the free memory, in bytes. */
guint64 pz_gpu_free_bytes (PzGpu *gpu);

/* ---- storage: a tensor in device memory ---- */

typedef enum
{
  PZ_F32,
  PZ_F16,
  PZ_I32,
  /* A packed weight of a matrix product: signed bytes, followed by one F32 scale per row. A row is one index of the first
   * dimension; its values are its bytes multiplied by its scale. */
  PZ_ROWS8,
  PZ_N_DTYPES,
} PzDtype;

/* Convert n elements between IEEE binary16 and binary32: round to nearest even, overflow to infinity. The source and
 * destination must not overlap. Thread: any. */
void pz_halves_from_floats (guint16 *halves, const float *values, gsize n);
void pz_floats_from_halves (float *values, const guint16 *halves, gsize n);

/* Size of a tensor in bytes. */
gsize pz_dtype_size (PzDtype dtype, guint n_dims, const guint dims[]);

/* Convert one row of n finite values to PZ_ROWS8 and back: the largest magnitude becomes 127. The first returns the row's
 * scale.
 * Thread: any. */
float pz_bytes_from_floats (gint8 *bytes, const float *values, gsize n);
void pz_floats_from_bytes (float *values, const gint8 *bytes, float scale, gsize n);

typedef enum
{
  PZ_ARENA_WEIGHTS, /* uploaded once, read-only afterwards */
  PZ_ARENA_STATE, /* latents, embeddings, keys and values, Adam's moments */
  PZ_ARENA_KNOBS, /* small, host-visible, rewritten between replays */
} PzArena;

#define PZ_MAX_DIMS 5

/* A contiguous tensor, last dimension fastest. Reference-counted; a program holds references to the storages that are bound to
 * it. */
typedef struct _PzStorage PzStorage;

/* Returns (transfer full), or NULL with GPU_MEMORY. Contents are undefined.
 * `name` appears in messages and dumps. */
PzStorage *pz_storage_new (PzGpu *gpu,
                           PzArena arena,
                           PzDtype dtype,
                           guint n_dims,
                           const guint dims[],
                           const char *name,
                           GError **error);
PzStorage *pz_storage_ref (PzStorage *storage);
void pz_storage_unref (PzStorage *storage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzStorage, pz_storage_unref)

PzDtype pz_storage_get_dtype (const PzStorage *storage);
guint pz_storage_get_n_dims (const PzStorage *storage);
const guint *pz_storage_get_dims (const PzStorage *storage);
gsize pz_storage_get_n_elements (const PzStorage *storage);
gsize pz_storage_get_bytes (const PzStorage *storage);
guint64
pz_storage_get_address (const PzStorage *storage); /* device address, 256-byte aligned */
const char *pz_storage_get_name (const PzStorage *storage);

/* Transfer raw bytes in the storage's dtype, starting at a byte offset. Block until `data` may be reused (write) or is filled
 * (read). Check for cancellation between chunks. Fail with DEVICE_LOST or CANCELLED. */
gboolean pz_storage_write (PzStorage *storage,
                           gsize offset_bytes,
                           gconstpointer data,
                           gsize n_bytes,
                           GCancellable *cancellable,
                           GError **error);
gboolean pz_storage_read (PzStorage *storage,
                          gsize offset_bytes,
                          gpointer data,
                          gsize n_bytes,
                          GCancellable *cancellable,
                          GError **error);

/* The storage's bytes if they are in cached host-visible memory, else NULL. Any thread may write them while the device does not
 * use the storage; call pz_storage_filled () afterwards. */
guint8 *pz_storage_get_mapped (PzStorage *storage);
/* Makes writes through that pointer visible to the device. Fails with DEVICE_LOST. */
gboolean pz_storage_filled (PzStorage *storage, GError **error);

/* Transfer the whole storage from or to host floats, converting to or from its dtype (F32, F16 or ROWS8; round to nearest even,
 * f16 overflows to infinity). `n` must be its number of elements. */
gboolean
pz_storage_write_f32 (PzStorage *storage, const float *values, gsize n, GError **error);
gboolean pz_storage_read_f32 (PzStorage *storage, float *values, gsize n, GError **error);

/* Fills the storage with a 32-bit pattern: zeros and, in tests, NaN. The size need not be a multiple of 4, because allocations
 * are padded. */
gboolean pz_storage_fill (PzStorage *storage, guint32 pattern, GError **error);

G_END_DECLS

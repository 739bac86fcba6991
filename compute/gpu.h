/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Devices, their limits, and memory that lives on them.
 *
 * Thread: everything here belongs to one thread at a time (the worker), except
 * pz_gpu_list () which any thread may call. Nothing locks.
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

/* Limits are data: filled once per device, 0 = not there. Callers branch on a value, never on
 * a vendor. */
typedef struct
{
  guint64 memory_bytes; /* largest device-local heap */
  guint64 free_bytes; /* VK_EXT_memory_budget's budget minus usage at the time of asking;
                                   memory_bytes where the extension is missing */
  guint64 max_allocation_bytes; /* largest single allocation */
  guint subgroup_size; /* the size a kernel gets when it asks for none */
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
  guint coop_subgroup_size; /* the subgroup size those matrices need */
  guint
    coop_pays; /* 1 = they run on units of their own; 0 = emulated, as on a software device */
  /* 1 = lanes are a processor's vector registers: a load with an address per lane is as many
   * loads, one whose address all lanes share is one. */
  guint splits_loads;
} PzGpuLimits;

typedef struct
{
  guint index; /* position in pz_gpu_list (), what --device N means */
  char *name; /* as the driver says it */
  char *driver; /* driver name and version, for people */
  guint8 uuid[16];
  PzGpuKind kind;
  PzGpuLimits limits;
  GStrv missing; /* names of floor features the device lacks; empty = usable */
} PzGpuInfo;

void pz_gpu_info_free (PzGpuInfo *info);

/* All Vulkan devices, best first (discrete, integrated, virtual, software), unusable ones too.
 * Returns (transfer full) an array of PzGpuInfo, or NULL with NO_DEVICE when there is no Vulkan. */
GPtrArray *pz_gpu_list (GError **error);

/* Tells a driver that computes on the processor to use its widest registers; what the user's environment
 * says goes before. Everything works without it, on some processors slower.
 * Thread: sets an environment variable, so it comes first in main (), before there are others. */
void pz_gpu_prepare_process (void);

typedef struct _PzGpu PzGpu;

typedef struct
{
  const char *
    device; /* index or part of a name, any case; NULL = $PERSONALIZE_DEVICE, else the best usable */
  gboolean validate; /* load VK_LAYER_KHRONOS_validation; messages are counted */
  gboolean
    trace; /* write a timestamp around every dispatch; pz_gpu_watch () changes it later */
  gboolean no_coop; /* do as if there were no cooperative matrices (tests) */
  gboolean force_coop; /* take them wherever they exist: sets limits.coop_pays (tests) */
  gboolean staged; /* never map device memory, always go through the staging ring (tests) */
  guint subgroup_size; /* require this size where the device lets us choose; 0 = device's own */
} PzGpuParams;

/* Returns (transfer full), or NULL with NO_DEVICE: the message names what is missing.
 * $PERSONALIZE_MEMORY_LIMIT (MiB) makes the device seem to have no more than that (for tests of
 * what happens then). */
PzGpu *pz_gpu_open (const PzGpuParams *params, GError **error);

/* Waits until the device is idle. All storages and programs must be gone before. NULL is fine. */
void pz_gpu_close (PzGpu *gpu);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzGpu, pz_gpu_close)

const PzGpuInfo *pz_gpu_get_info (const PzGpu *gpu);

/* Validation messages (warnings and errors) seen so far; always 0 without .validate. */
guint pz_gpu_validation_messages (const PzGpu *gpu);

/* Kernels compiled so far, one for each set of specialisation constants. */
guint pz_gpu_get_n_pipelines (const PzGpu *gpu);

/* Bytes held now, and the most ever held since opening, over all arenas and staging. */
guint64 pz_gpu_used_bytes (const PzGpu *gpu);
guint64 pz_gpu_peak_bytes (const PzGpu *gpu);

/* Asks the driver anew for free memory. */
guint64 pz_gpu_free_bytes (PzGpu *gpu);

/* ---- storage: a tensor that lives on the device ---- */

typedef enum
{
  PZ_F32,
  PZ_F16,
  PZ_I32,
  PZ_N_DTYPES,
} PzDtype;

/* Rows of IEEE binary16 and floats: round to nearest even, too large becomes infinity. Source and
 * destination must not overlap. Thread: any. */
void pz_halves_from_floats (guint16 *halves, const float *values, gsize n);
void pz_floats_from_halves (float *values, const guint16 *halves, gsize n);

typedef enum
{
  PZ_ARENA_WEIGHTS, /* uploaded once, read-only afterwards */
  PZ_ARENA_STATE, /* latents, embeddings, keys and values, later Adam's moments */
  PZ_ARENA_KNOBS, /* small, host-visible, rewritten between replays */
} PzArena;

#define PZ_MAX_DIMS 5

/* Contiguous, last dimension fastest. Reference-counted. Programs hold a reference to what they
 * were bound to. */
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

/* Raw bytes in the storage's own dtype, at a byte offset. Blocks until the bytes may be reused
 * (write) or are there (read). Cancelled between staging chunks. Fails with DEVICE_LOST or
 * CANCELLED. */
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

/* The whole storage from or to host floats, converted to the storage's dtype (F32 or F16; round to
 * nearest even, out of range becomes infinity). `n` must be its number of elements. */
gboolean
pz_storage_write_f32 (PzStorage *storage, const float *values, gsize n, GError **error);
gboolean pz_storage_read_f32 (PzStorage *storage, float *values, gsize n, GError **error);

/* Fills with a 32-bit pattern (n_bytes a multiple of 4 is not required: the tail is padded inside
 * the allocation). Used for zeros and, in tests, NaN. */
gboolean pz_storage_fill (PzStorage *storage, guint32 pattern, GError **error);

G_END_DECLS

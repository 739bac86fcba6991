/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "cli/device-info.h"
#include "cli/json.h"
#include "cli/terminal.h"

static const char *const kind_names[] = {
  [PZ_GPU_DISCRETE] = "discrete",
  [PZ_GPU_INTEGRATED] = "integrated",
  [PZ_GPU_VIRTUAL] = "virtual",
  [PZ_GPU_SOFTWARE] = "software",
};

/* One row per limit, for both JSON and text. */
typedef struct
{
  const char *key;
  gsize offset;
  gboolean is_64;
} LimitRow;

#define ROW(field, wide) { #field, G_STRUCT_OFFSET (PzGpuLimits, field), wide }

static const LimitRow limit_rows[] = {
  ROW (memory_bytes, TRUE),
  ROW (free_bytes, TRUE),
  ROW (max_allocation_bytes, TRUE),
  ROW (subgroup_size, FALSE),
  ROW (min_subgroup_size, FALSE),
  ROW (max_subgroup_size, FALSE),
  ROW (max_workgroup_invocations, FALSE),
  ROW (max_shared_bytes, FALSE),
  ROW (max_push_bytes, FALSE),
  ROW (f16_arithmetic, FALSE),
  ROW (coop_m, FALSE),
  ROW (coop_n, FALSE),
  ROW (coop_k, FALSE),
};

static gint64
limit_value (const PzGpuLimits *limits, const LimitRow *row)
{
  const guint8 *at = (const guint8 *) limits + row->offset;

  return row->is_64 ? (gint64) * (const guint64 *) at : (gint64) * (const guint *) at;
}

void
pz_device_to_json (JsonBuilder *builder, const PzGpuInfo *info)
{
  json_builder_begin_object (builder);
  pz_json_add_int (builder, "index", info->index);
  pz_json_add_string (builder, "name", info->name);
  pz_json_add_string (builder, "driver", info->driver);
  pz_json_add_string (builder, "kind", kind_names[info->kind]);
  pz_json_add_bool (builder, "usable", info->missing[0] == NULL);
  pz_json_begin_array (builder, "missing");
  for (char **name = info->missing; *name != NULL; name++)
    pz_json_add_text (builder, *name);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (limit_rows); i++)
    pz_json_add_int (builder, limit_rows[i].key, limit_value (&info->limits, &limit_rows[i]));
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* Prints a limit; a size in bytes gets a readable unit. */
static void
print_limit (const PzGpuLimits *limits, const LimitRow *row)
{
  g_autofree char *name = g_strdup (row->key);
  char *unit = g_strrstr (name, "_bytes");

  if (unit == NULL)
    {
      printf (" %s %" G_GINT64_FORMAT, name, limit_value (limits, row));
      return;
    }

  g_autofree char *size =
    g_format_size_full ((guint64) limit_value (limits, row), G_FORMAT_SIZE_IEC_UNITS);
  *unit = '\0';
  printf (" %s %s", name, size);
}

void
pz_device_print (const PzGpuInfo *info)
{
  g_autofree char *name = pz_show (info->name);
  g_autofree char *driver = pz_show (info->driver);

  printf ("  %u  %s\n     %s, %s\n", info->index, name, kind_names[info->kind], driver);
  if (info->missing[0] != NULL)
    {
      g_autofree char *missing = g_strjoinv (", ", info->missing);
      printf ("     cannot be used, missing: %s\n", missing);
    }
  printf ("    ");
  for (gsize i = 0; i < G_N_ELEMENTS (limit_rows); i++)
    {
      print_limit (&info->limits, &limit_rows[i]);
      printf (i + 1 == G_N_ELEMENTS (limit_rows) ? "\n" : (i % 4 == 3 ? ",\n    " : ","));
    }
}

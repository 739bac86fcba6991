/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/files/config-json.h"
#include "tests/fuzz/fuzz.h"

typedef struct
{
  guint width;
  gboolean bias;
  float eps;
  char *label;
  guint act;
  guint channels[PZ_CONFIG_MAX_LIST];
  guint n_channels;
  gboolean flags[PZ_CONFIG_MAX_LIST];
  guint n_flags;
  float scales[PZ_CONFIG_MAX_LIST];
  guint n_scales;
  guint blocks[PZ_CONFIG_MAX_LIST];
  guint n_blocks;
  guint guard;
} Config;

#define GUARD 0x5a5a5a5au
#define AT(member) .offset = G_STRUCT_OFFSET (Config, member)
#define LIST(member) AT (member), .count_offset = G_STRUCT_OFFSET (Config, n_##member)

static const char *const names[] = { "silu", "gelu", NULL };

static const PzConfigField fields[] = {
  { "_class_name", PZ_CONFIG_MUST, .fallback = "\"Net\"" },
  { "width", PZ_CONFIG_UINT, AT (width) },
  { "bias", PZ_CONFIG_BOOL, AT (bias), .fallback = "true" },
  { "eps", PZ_CONFIG_FLOAT, AT (eps), .fallback = "1e-5" },
  { "label", PZ_CONFIG_STRING, AT (label), .fallback = "null" },
  { "act", PZ_CONFIG_ENUM, AT (act), .fallback = "\"gelu\"", .names = names },
  { "channels", PZ_CONFIG_UINTS, LIST (channels), .fallback = "[1, 2, 3]" },
  { "flags", PZ_CONFIG_BOOLS, LIST (flags), .fallback = "false" },
  { "scales", PZ_CONFIG_FLOATS, LIST (scales), .fallback = "[0.5]" },
  { "blocks", PZ_CONFIG_ENUMS, LIST (blocks), .fallback = "\"silu\"", .names = names },
  { "sample_size", PZ_CONFIG_IGNORED },
  { NULL },
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  Config config = { .guard = GUARD };
  g_autoptr (GError) error = NULL;
  const gboolean good =
    pz_config_parse ((const char *) data, (gssize) size, "fuzz", fields, &config, &error);

  g_assert_true (good == (error == NULL));
  g_assert_cmpuint (config.guard, ==, GUARD);
  g_assert_cmpuint (config.n_channels, <=, PZ_CONFIG_MAX_LIST);
  g_assert_cmpuint (config.act, <, 2);
  pz_config_clear (fields, &config);
  return 0;
}

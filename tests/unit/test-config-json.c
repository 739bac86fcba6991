/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "models/files/config-json.h"

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
} Config;

static const char *const acts[] = { "silu", "gelu", NULL };
static const char *const blocks[] = { "Plain", "Cross", NULL };

#define AT(member) .offset = G_STRUCT_OFFSET (Config, member)
#define LIST(member) AT (member), .count_offset = G_STRUCT_OFFSET (Config, n_##member)

static const PzConfigField fields[] = {
  { "_class_name", PZ_CONFIG_MUST, .fallback = "\"Net\"" },
  { "dropout", PZ_CONFIG_MUST, .fallback = "0.0" },
  { "width", PZ_CONFIG_UINT, AT (width) },
  { "bias", PZ_CONFIG_BOOL, AT (bias), .fallback = "true" },
  { "eps", PZ_CONFIG_FLOAT, AT (eps), .fallback = "1e-5" },
  { "label", PZ_CONFIG_STRING, AT (label), .fallback = "null" },
  { "act", PZ_CONFIG_ENUM, AT (act), .fallback = "\"gelu\"", .names = acts },
  { "channels", PZ_CONFIG_UINTS, LIST (channels), .fallback = "[1, 2, 3]" },
  { "flags", PZ_CONFIG_BOOLS, LIST (flags), .fallback = "false" },
  { "scales", PZ_CONFIG_FLOATS, LIST (scales), .fallback = "[0.5]" },
  { "blocks", PZ_CONFIG_ENUMS, LIST (blocks), .fallback = "[\"Cross\", \"Plain\"]",
    .names = blocks },
  { "sample_size", PZ_CONFIG_IGNORED },
  { NULL },
};

static void
test_defaults (void)
{
  Config config = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (pz_config_parse ("{\"width\": 4}", -1, "x", fields, &config, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (config.width, ==, 4);
  g_assert_true (config.bias);
  g_assert_cmpfloat (config.eps, ==, 1e-5f);
  g_assert_null (config.label);
  g_assert_cmpuint (config.act, ==, 1);
  g_assert_cmpuint (config.n_channels, ==, 3);
  g_assert_cmpuint (config.channels[2], ==, 3);
  g_assert_cmpuint (config.n_flags, ==, 1);
  g_assert_false (config.flags[0]);
  g_assert_cmpuint (config.n_scales, ==, 1);
  g_assert_cmpuint (config.n_blocks, ==, 2);
  g_assert_cmpuint (config.blocks[0], ==, 1);
}

static void
test_values (void)
{
  Config config = { 0 };
  g_autoptr (GError) error = NULL;
  const char *const json =
    "{\"_class_name\": \"Net\", \"_diffusers_version\": \"9\", \"dropout\": 0, \"width\": 8,"
    "\"bias\": false, \"eps\": 1, \"label\": \"x\", \"act\": \"silu\", \"channels\": 7,"
    "\"flags\": [true, false], \"scales\": [1, 2.5], \"blocks\": [\"Plain\"],"
    "\"sample_size\": {\"any\": 1}, \"unknown\": null, \"other\": [], \"off\": false}";

  g_assert_true (pz_config_parse (json, -1, "x", fields, &config, &error));
  g_assert_no_error (error);
  g_assert_false (config.bias);
  g_assert_cmpfloat (config.eps, ==, 1.0f);
  g_assert_cmpstr (config.label, ==, "x");
  g_assert_cmpuint (config.act, ==, 0);
  g_assert_cmpuint (config.n_channels, ==, 1);
  g_assert_cmpuint (config.channels[0], ==, 7);
  g_assert_cmpuint (config.n_flags, ==, 2);
  g_assert_true (config.flags[0]);
  g_assert_cmpfloat (config.scales[1], ==, 2.5f);
  g_assert_cmpuint (config.n_blocks, ==, 1);
  pz_config_clear (fields, &config);
  g_assert_null (config.label);
}

static const struct
{
  const char *json;
  PzError code;
  const char *what;
} refused[] = {
  { "{}", PZ_ERROR_BAD_FILE,
    "NAME: width: expected a whole number from 0 to 2^24, found nothing" },
  { "{\"width\": null}", PZ_ERROR_BAD_FILE, "width" },
  { "{\"width\": -1}", PZ_ERROR_BAD_FILE,
    "NAME: width: expected a whole number from 0 to 2^24, found -1" },
  { "{\"width\": 16777217}", PZ_ERROR_BAD_FILE, "width" },
  { "{\"width\": 1.5}", PZ_ERROR_BAD_FILE, "width" },
  { "{\"width\": \"1\"}", PZ_ERROR_BAD_FILE, "width" },
  { "{\"width\": 1, \"bias\": 1}", PZ_ERROR_BAD_FILE, "bias: expected true or false, found 1" },
  { "{\"width\": 1, \"eps\": 1e300}", PZ_ERROR_BAD_FILE, "eps" },
  { "{\"width\": 1, \"eps\": \"x\"}", PZ_ERROR_BAD_FILE, "eps" },
  { "{\"width\": 1, \"label\": 1}", PZ_ERROR_BAD_FILE, "label" },
  { "{\"width\": 1, \"act\": \"mish\"}", PZ_ERROR_UNSUPPORTED_MODEL,
    "NAME: act: expected one of \"silu\", \"gelu\", found \"mish\"" },
  { "{\"width\": 1, \"act\": 3}", PZ_ERROR_BAD_FILE, "act" },
  { "{\"width\": 1, \"channels\": []}", PZ_ERROR_BAD_FILE, "channels" },
  { "{\"width\": 1, \"channels\": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}",
    PZ_ERROR_BAD_FILE, "channels" },
  { "{\"width\": 1, \"channels\": [1,\"2\"]}", PZ_ERROR_BAD_FILE, "channels" },
  { "{\"width\": 1, \"blocks\": [\"Plain\", \"Skip\"]}", PZ_ERROR_UNSUPPORTED_MODEL,
    "\"Skip\"" },
  { "{\"width\": 1, \"dropout\": 0.1}", PZ_ERROR_UNSUPPORTED_MODEL,
    "NAME: dropout: expected 0.0, found 0.1" },
  { "{\"width\": 1, \"_class_name\": \"Other\"}", PZ_ERROR_UNSUPPORTED_MODEL,
    "_class_name: expected \"Net\", found \"Other\"" },
  { "{\"width\": 1, \"new_trick\": true}", PZ_ERROR_UNSUPPORTED_MODEL,
    "NAME: the key \"new_trick\" (true)" },
  { "{\"width\": 1, \"new_trick\": 0}", PZ_ERROR_UNSUPPORTED_MODEL, "new_trick" },
  { "{\"width\": 1, \"eps\": NaN}", PZ_ERROR_BAD_FILE,
    "NAME: eps: expected a number, found \"NaN\"" },
  { "{\"width\": 1, \"eps\": -Infinity}", PZ_ERROR_BAD_FILE, "found \"-Infinity\"" },
  { "{\"width\": 1, \"new_trick\": Infinity}", PZ_ERROR_UNSUPPORTED_MODEL, "new_trick" },
  { "{\"width\": Nan}", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "{\"width\": NaNa}", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "{\"width\": 1} // a comment", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "{'width': 1}", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "{\"width\": 1}}", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "\xef\xbb", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "\xef\xbb\xbf", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "[1]", PZ_ERROR_BAD_FILE, "a JSON object expected" },
  { "", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
  { "{\"width\": 1", PZ_ERROR_BAD_FILE, "NAME: not JSON" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      Config config = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (pz_config_parse (refused[i].json, -1, "NAME", fields, &config, &error));
      g_assert_error (error, PZ_ERROR, (int) refused[i].code);
      if (strstr (error->message, refused[i].what) == NULL)
        g_error ("\"%s\" expected in: %s", refused[i].what, error->message);
      pz_config_clear (fields, &config);
    }
}

/* Python writes NaN and Infinity, Windows editors write a byte order mark, and some writers pad with zeros. */
static void
test_others_json (void)
{
  static const char bytes[] =
    "\xef\xbb\xbf{\"width\": 1, \"sample_size\": Infinity, \"_a\": [NaN, "
    "-Infinity, {\"NaN\": NaN}], \"label\": \"\\\" NaN, Infinity\"}\0\0\0";
  Config config = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (pz_config_parse (bytes, sizeof bytes - 1, "x", fields, &config, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (config.width, ==, 1);
  g_assert_cmpstr (config.label, ==, "\" NaN, Infinity");
  pz_config_clear (fields, &config);
}

/* Too many values and too deep nesting are rejected before parsing, even if quotes and escapes could hide them. */
static void
test_budget (void)
{
  g_autoptr (GString) many = g_string_new ("{\"a\": [0");
  g_autoptr (GString) deep = g_string_new ("{\"a\": ");
  Config config = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000 * 1000; i++)
    g_string_append (many, ",0");
  g_string_append (many, "]}");
  g_assert_false (pz_config_parse (many->str, -1, "NAME", fields, &config, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==, "NAME: its JSON: at most 1000000 values expected");
  g_clear_error (&error);
  for (guint i = 0; i < 64; i++)
    g_string_append (deep, "[\"]\\\"\", ");
  g_assert_false (pz_config_parse (deep->str, -1, "NAME", fields, &config, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "nested deeper than 64 levels"));
}

static void
test_wildcard (void)
{
  static const PzConfigField loose[] = {
    { "width", PZ_CONFIG_UINT, AT (width) },
    { "*", PZ_CONFIG_IGNORED },
    { NULL },
  };
  Config config = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (pz_config_parse ("{\"width\": 1, \"new_trick\": true}", -1, "x", loose,
                                  &config, &error));
  g_assert_no_error (error);
}

static void
test_no_file (void)
{
  Config config = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (pz_config_read ("/nonexistent/config.json", fields, &config, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_cmpstr (error->message, ==,
                   "/nonexistent/config.json: cannot read: No such file or directory");
  g_clear_error (&error);
  g_assert_false (pz_config_read ("/", fields, &config, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/absent-keys-take-the-table's-fallback", test_defaults);
  g_test_add_func ("/config/every-kind-of-field-is-read", test_values);
  g_test_add_func ("/config/what-does-not-fit-is-refused-by-name", test_refused);
  g_test_add_func ("/config/json-is-taken-as-other-programs-write-it", test_others_json);
  g_test_add_func ("/config/too-many-values-are-refused-before-they-are-made", test_budget);
  g_test_add_func ("/config/a-star-lets-unknown-keys-pass", test_wildcard);
  g_test_add_func ("/config/a-file-that-cannot-be-read-is-named", test_no_file);
  return g_test_run ();
}

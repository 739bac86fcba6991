/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "models/files/safetensors.h"
#include "models/files/tensor-file.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  (void) data;
  fixture->folder = g_dir_make_tmp ("pz-safetensors-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "x.safetensors", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

/* Writes a file with this header and n_data bytes of data. length: the header length to write; < 0 = n_header. */
static void
put (const Fixture *fixture, gint64 length, const char *header, gsize n_header, gsize n_data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 n = GUINT64_TO_LE (length < 0 ? n_header : (guint64) length);

  g_byte_array_append (bytes, (const guint8 *) &n, sizeof n);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) n_header);
  for (gsize i = 0; i < n_data; i++)
    g_byte_array_append (bytes, &(guint8) { (guint8) i }, 1);
  g_assert_true (g_file_set_contents_full (fixture->path, (const char *) bytes->data,
                                           bytes->len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
assert_refused (const Fixture *fixture, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (fixture->path, &error);

  g_assert_null (file);
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_true (g_str_has_prefix (error->message, fixture->path));
  if (strstr (error->message, what) == NULL)
    g_error ("\"%s\" expected in: %s", what, error->message);
}

/* ---- broken files ---- */

/* Each header is followed by 8 bytes of data. */
static const struct
{
  const char *header;
  const char *what;
} broken[] = {
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
    "w: its data ends at byte 12" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
    "w: its data ends at byte 12" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
    "w: dtype and shape ask for 12 bytes" },
  { "{\"w\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}",
    "w: dtype and shape ask for 4 bytes" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", "w: \"data_offsets\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
    "w: \"data_offsets\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
    "w: \"data_offsets\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", "w: \"data_offsets\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8.0]}}",
    "w: \"data_offsets\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}", "w: \"data_offsets\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "w: \"shape\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", "w: \"shape\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", "w: \"shape\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", "w: \"shape\"" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}",
    "at most 8 dimensions" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
    "too many elements" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}",
    "too many bytes" },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,18446744073709551624]}}",
    "w: " },
  { "{\"w\":{\"dtype\":\"F32\",\"shape\":[18446744073709551618],\"data_offsets\":[0,8]}}",
    "w: " },
  { "{\"w\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}",
    "w: \"dtype\" must be a name" },
  { "{\"w\":{\"shape\":[2],\"data_offsets\":[0,8]}}", "w: \"dtype\" must be a name" },
  { "{\"w\":[2]}", "w: an object" },
  { "{\"w\":null}", "w: an object" },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
    "a and b overlap" },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
    "\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
    "overlap" },
  { "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
    "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
    "twice" },
  { "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
    "twice" },
  { "{\"__metadata__\":{\"format\":1}}", "__metadata__" },
  { "{\"__metadata__\":\"pt\"}", "__metadata__" },
  { "[]", "its header: a JSON object expected" },
  { " {}", "its header does not begin with {" },
  { "{\"w\":", "its header: not JSON" },
  { "{}garbage", "its header: not JSON" },
  { "{'w':1}", "its header: not JSON" },
  { "{\"\xff\xfe\":1}", "its header: not JSON" },
};

static void
test_broken_headers (Fixture *fixture, gconstpointer data)
{
  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      put (fixture, -1, broken[i].header, strlen (broken[i].header), 8);
      assert_refused (fixture, broken[i].what);
    }
}

static void
test_broken_lengths (Fixture *fixture, gconstpointer data)
{
  const char good[] = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  (void) data;
  assert_refused (fixture, "cannot open");
  g_assert_true (g_file_set_contents_full (fixture->path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
  assert_refused (fixture, "at least 8 bytes");
  g_assert_true (g_file_set_contents_full (fixture->path, "1234567", 7,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_refused (fixture, "at least 8 bytes");
  put (fixture, 0, "", 0, 0);
  assert_refused (fixture, "a header of 2 to");
  put (fixture, G_MAXINT64, good, strlen (good), 8);
  assert_refused (fixture, "announced, but only");
  put (fixture, (gint64) strlen (good) + 9, good, strlen (good), 8);
  assert_refused (fixture, "announced, but only");
  put (fixture, 10, good, strlen (good), 8);
  assert_refused (fixture, "its header: not JSON");
}

static void
test_absurd_headers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *deep = g_strnfill (200000, '[');
  gsize n = PZ_SAFETENSORS_MAX_HEADER_BYTES + 1u;
  g_autofree char *long_header = g_strnfill (n, ' ');

  (void) data;
  memcpy (deep, "{\"w\":", 5);
  put (fixture, -1, deep, 200000, 0);
  assert_refused (fixture, "its header: not JSON");
  put (fixture, -1, long_header, n, 0);
  assert_refused (fixture, "a header of 2 to");
}

static void
test_folder (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  assert_refused (fixture, "a file expected, a folder found");
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
}

/* Random bytes of a good file are changed, or its end is missing: it is rejected or read, and nothing crashes. */
static void
test_mutations (Fixture *fixture, gconstpointer data)
{
  const char good[] = "{\"a\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[0,4]},"
                      "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,8]}}";
  gsize length;
  g_autofree char *bytes = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint n_good = 0;

  (void) data;
  put (fixture, -1, good, strlen (good), 8);
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &length, NULL));
  for (guint i = 0; i < 800; i++)
    {
      g_autofree char *mutant = g_memdup2 (bytes, length);
      gsize n = i % 4 == 0 ? (gsize) g_rand_int_range (rand, 0, (gint) length) : length;
      g_autoptr (GError) error = NULL;
      g_autoptr (PzTensorFile) file = NULL;

      for (guint j = 0; j < 1 + i % 3; j++)
        mutant[g_rand_int_range (rand, 0, (gint) length)] =
          (char) g_rand_int_range (rand, 0, 256);
      g_assert_true (g_file_set_contents_full (fixture->path, mutant, (gssize) n,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      file = pz_tensor_file_open (fixture->path, &error);
      g_assert_true ((file == NULL) == (error != NULL));
      for (guint j = 0; file != NULL && j < pz_tensor_file_get_n_tensors (file); j++)
        {
          const PzFileTensor *tensor = pz_tensor_file_get_tensor (file, j);

          g_assert_cmpuint (tensor->offset_bytes + tensor->n_bytes, <=, n);
          n_good++;
        }
    }
  g_assert_cmpuint (n_good, >, 0);
}

/* ---- good files ---- */

static void
test_good_file (Fixture *fixture, gconstpointer data)
{
  const char header[] =
    "{\"__metadata__\":{\"format\":\"pt\"},"
    "\"late\":{\"dtype\":\"U8\",\"shape\":[2,3],\"data_offsets\":[10,16]},"
    "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[10,10]},"
    "\"one\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}   ";
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTensorFile) file = NULL;
  const PzFileTensor *tensor;
  guint8 bytes[6];
  gint32 numbers[4];

  (void) data;
  put (fixture, -1, header, strlen (header), 16);
  file = pz_tensor_file_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pz_tensor_file_get_n_tensors (file), ==, 3);
  g_assert_cmpstr (pz_tensor_file_get_tensor (file, 0)->name, ==, "one");
  g_assert_cmpstr (pz_tensor_file_get_metadata (file, "format"), ==, "pt");
  g_assert_null (pz_tensor_file_lookup (file, "__metadata__"));
  g_assert_cmpuint (pz_tensor_file_lookup (file, "one")->n_elements, ==, 1);
  g_assert_cmpuint (pz_tensor_file_lookup (file, "empty")->n_elements, ==, 0);
  tensor = pz_tensor_file_lookup (file, "late");
  g_assert_cmpuint (tensor->n_dims, ==, 2);
  g_assert_cmpuint (tensor->dims[1], ==, 3);
  g_assert_true (pz_tensor_file_read (file, tensor, 1, 5, bytes, &error));
  g_assert_cmpmem (bytes, 5, "\x0b\x0c\x0d\x0e\x0f", 5);
  g_assert_true (pz_tensor_file_read_i32 (file, tensor, 2, 4, numbers, &error));
  g_assert_cmpint (numbers[3], ==, 15);
  g_assert_false (pz_tensor_file_read_f32 (file, tensor, 0, 1, (float[1]) { 0 }, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
}

static void
test_shrunk_file (Fixture *fixture, gconstpointer data)
{
  const char header[] = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTensorFile) file = NULL;
  float values[2];

  (void) data;
  put (fixture, -1, header, strlen (header), 8);
  file = pz_tensor_file_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (truncate (fixture->path, 12 + (off_t) strlen (header)), ==, 0);
  g_assert_false (pz_tensor_file_read_f32 (file, pz_tensor_file_lookup (file, "w"), 0, 2,
                                           values, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
  g_assert_nonnull (strstr (error->message, "became shorter"));
}

static void
test_dtypes (Fixture *fixture, gconstpointer data)
{
  /* 1.5 and -2 in each floating dtype; -2 and 3 in I64; 2.5 and 1e10 in F32. */
  static const guint8 bytes[] = {
    0,    0,    0, 0,    0,    0,    0xf8, 0x3f, 0,    0,    0,    0,    0,    0,
    0,    0xc0, 0, 0,    0xc0, 0x3f, 0,    0,    0,    0xc0, 0,    0x3e, 0,    0xc0,
    0xc0, 0x3f, 0, 0xc0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3,    0,
    0,    0,    0, 0,    0,    0,    0,    0,    0x20, 0x40, 0xf9, 0x02, 0x15, 0x50,
  };
  static const char *const names[] = { "F64", "F32", "F16", "BF16" };
  const char header[] = "{\"F64\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                        "\"F32\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]},"
                        "\"F16\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[24,28]},"
                        "\"BF16\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[28,32]},"
                        "\"I64\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[32,48]},"
                        "\"odd\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[48,56]}}";
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint64 n = GUINT64_TO_LE (strlen (header));
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTensorFile) file = NULL;
  gint32 whole[2];
  float values[2];

  (void) data;
  g_byte_array_append (all, (const guint8 *) &n, sizeof n);
  g_byte_array_append (all, (const guint8 *) header, strlen (header));
  g_byte_array_append (all, bytes, sizeof bytes);
  g_assert_true (g_file_set_contents_full (fixture->path, (const char *) all->data, all->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  file = pz_tensor_file_open (fixture->path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (pz_tensor_file_read_f32 (file, pz_tensor_file_lookup (file, names[i]), 0,
                                              2, values, &error));
      g_assert_cmpfloat (values[0], ==, 1.5f);
      g_assert_cmpfloat (values[1], ==, -2.0f);
    }
  g_assert_true (pz_tensor_file_read_i32 (file, pz_tensor_file_lookup (file, "I64"), 0, 2,
                                          whole, &error));
  g_assert_cmpint (whole[0], ==, -2);
  g_assert_cmpint (whole[1], ==, 3);
  for (guint first = 0; first < 2; first++)
    {
      g_assert_false (pz_tensor_file_read_i32 (file, pz_tensor_file_lookup (file, "odd"), first,
                                               1, whole, &error));
      g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
      g_clear_error (&error);
    }
}

/* ---- writing ---- */

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autofree float *many = g_new (float, 20000);
  const PzSafetensorF32 tensors[] = {
    { "b \"quoted\" \u00e9", 2, { 100, 200 }, many },
    { "a", 0, { 0 }, (float[]) { -0.0f } },
    { "none", 1, { 0 }, many },
  };
  const char *const metadata[] = { "who", "a test", NULL };
  g_autofree float *back = g_new (float, 20000);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTensorFile) file = NULL;

  (void) data;
  for (guint i = 0; i < 20000; i++)
    many[i] = sinf ((float) i);
  many[7] = NAN;
  g_assert_true (g_file_set_contents_full (fixture->path, "older", -1, G_FILE_SET_CONTENTS_NONE,
                                           0600, NULL));
  g_assert_true (pz_safetensors_write (fixture->path, tensors, 3, metadata, &error));
  g_assert_no_error (error);
  file = pz_tensor_file_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pz_tensor_file_lookup (file, "a")->offset_bytes % 8, ==, 0);
  g_assert_cmpstr (pz_tensor_file_get_metadata (file, "who"), ==, "a test");
  g_assert_true (pz_tensor_file_read_f32 (file, pz_tensor_file_lookup (file, tensors[0].name),
                                          0, 20000, back, &error));
  g_assert_cmpmem (back, 80000, many, 80000);
  g_assert_true (pz_tensor_file_read_f32 (file, pz_tensor_file_lookup (file, "a"), 0, 1, back,
                                          &error));
  g_assert_true (signbit (back[0]));
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_failed_write (Fixture *fixture, gconstpointer data)
{
  g_autofree float *many = g_new0 (float, 100000);
  const PzSafetensorF32 tensor = { "w", 1, { 100000 }, many };
  struct rlimit limit, small;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  (void) data;
  /* A file size limit simulates a full disk: write () fails midway. */
  g_assert_true (g_file_set_contents_full (fixture->path, "older", -1, G_FILE_SET_CONTENTS_NONE,
                                           0600, NULL));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = (struct rlimit) { .rlim_cur = 100000, .rlim_max = limit.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (pz_safetensors_write (fixture->path, &tensor, 1, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_nonnull (error);
  g_assert_true (error->domain == G_IO_ERROR);
  g_assert_true (g_str_has_prefix (error->message, fixture->path));
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "older");
}

static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "none", "x.safetensors", NULL);
  const PzSafetensorF32 tensor = { "w", 0, { 0 }, (float[]) { 1.0f } };
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_false (pz_safetensors_write (path, &tensor, 1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

#define ADD(name, function) \
  g_test_add ("/safetensors/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("broken-headers-are-refused-by-file-and-tensor", test_broken_headers);
  ADD ("broken-lengths-are-refused", test_broken_lengths);
  ADD ("deep-and-huge-headers-are-refused", test_absurd_headers);
  ADD ("a-folder-is-no-file", test_folder);
  ADD ("random-mutations-never-leave-the-file", test_mutations);
  ADD ("names-shapes-and-ranges-are-read", test_good_file);
  ADD ("a-file-that-shrinks-is-an-error", test_shrunk_file);
  ADD ("every-float-dtype-becomes-floats-and-whole-numbers-stay-whole", test_dtypes);
  ADD ("what-is-written-is-read-back", test_round_trip);
  ADD ("a-failed-write-leaves-the-older-file-and-nothing-else", test_failed_write);
  ADD ("a-missing-folder-is-an-error", test_no_folder);
  return g_test_run ();
}

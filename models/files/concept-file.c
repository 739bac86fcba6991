/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads NAME.pzconcept: see concept.h.
 */
#include "models/files/concept-file.h"

#include <math.h>
#include <string.h>

#include "models/files/concept-keys.h"
#include "models/files/image-prompt-file.h"
#include "models/files/png.h"

#define MAX_THUMBNAIL_BYTES (1u << 20)
/* Far above the values of genuine files. */
#define MAX_WIDTH 65536
#define MAX_ROWS 65536
#define MAX_LAYERS 1000

static gboolean
has_override (const PzTensorFile *file)
{
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = pz_tensor_file_get_tensor (file, i)->name;

      if (g_str_has_prefix (name, PZ_CONCEPT_OVERRIDE)
          || g_str_has_prefix (name, PZ_CONCEPT_PRODUCT))
        return TRUE;
    }
  return FALSE;
}

gboolean
pz_concept_file_takes_fidelity (const PzTensorFile *file)
{
  return pz_tensor_file_lookup (file, "local") != NULL
         || pz_tensor_file_lookup (file, "image") != NULL || has_override (file);
}

gboolean
pz_concept_file_is (const PzTensorFile *file)
{
  return pz_tensor_file_get_metadata (file, "format") != NULL
         && pz_tensor_file_get_metadata (file, "method") != NULL
         && (pz_tensor_file_lookup (file, "words") != NULL
             || pz_tensor_file_lookup (file, "prefix") != NULL
             || pz_tensor_file_lookup (file, "local") != NULL
             || pz_tensor_file_lookup (file, "image") != NULL || has_override (file));
}

/* ---- reading ---- */

typedef struct
{
  const PzTensorFile *file;
  PzConceptParts parts;
  guint64 n_coefficient_rows;
  GPtrArray *values; /* of float *, owned */
  GArray *overrides; /* PzConceptOverride */
  GPtrArray *names; /* of char *, owned: the weights that products are added to */
} Reader;

static void
reader_clear (Reader *reader)
{
  g_clear_pointer (&reader->values, g_ptr_array_unref);
  g_clear_pointer (&reader->overrides, g_array_unref);
  g_clear_pointer (&reader->names, g_ptr_array_unref);
  g_clear_pointer (&reader->parts.thumbnail, pz_image_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean refuse (const Reader *reader, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static gboolean
refuse (const Reader *reader, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE, "%s: %s",
               pz_tensor_file_get_path (reader->file), what);
  return FALSE;
}

/* Reads a tensor as floats. n_dims: 0 = any. NULL with an error: wrong number of dimensions, or values that are not finite.
 * (transfer none) */
static const float *
read_values (Reader *reader, const PzFileTensor *tensor, guint n_dims, GError **error)
{
  const gsize n = (gsize) tensor->n_elements;
  float *values;

  if (n == 0)
    {
      refuse (reader, error, "“%s”: expected no dimension of 0, found one", tensor->name);
      return NULL;
    }
  if (n_dims > 0 && tensor->n_dims != n_dims)
    {
      refuse (reader, error, "“%s”: expected %u dimensions, found %u", tensor->name, n_dims,
              tensor->n_dims);
      return NULL;
    }
  values = g_new (float, n);
  g_ptr_array_add (reader->values, values);
  if (!pz_tensor_file_read_f32 (reader->file, tensor, 0, n, values, error))
    return NULL;
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        refuse (reader, error, "“%s”: expected finite numbers, found NaN or infinity",
                tensor->name);
        return NULL;
      }
  return values;
}

/* All parts must have the same width. */
static gboolean
take_width (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  const guint64 width = tensor->dims[tensor->n_dims - 1];

  if (width > MAX_WIDTH || (reader->parts.width != 0 && reader->parts.width != width))
    return refuse (reader, error,
                   "“%s”: expected parts of one width of at most %u, found %" G_GUINT64_FORMAT,
                   tensor->name, MAX_WIDTH, width);
  reader->parts.width = (guint) width;
  return TRUE;
}

static gboolean
read_words (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  reader->parts.words = read_values (reader, tensor, 2, error);
  if (reader->parts.words == NULL || !take_width (reader, tensor, error))
    return FALSE;
  if (tensor->dims[0] > PZ_CONCEPT_MAX_WORDS)
    return refuse (reader, error, "expected at most %d words, found %" G_GUINT64_FORMAT,
                   PZ_CONCEPT_MAX_WORDS, tensor->dims[0]);
  reader->parts.n_words = (guint) tensor->dims[0];
  return TRUE;
}

static gboolean
read_coefficients (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  reader->parts.coefficients = read_values (reader, tensor, 2, error);
  if (reader->parts.coefficients == NULL)
    return FALSE;
  if (tensor->dims[1] > MAX_ROWS)
    return refuse (reader, error,
                   "“coefficients”: expected at most %d of each word, found %" G_GUINT64_FORMAT,
                   MAX_ROWS, tensor->dims[1]);
  reader->n_coefficient_rows = tensor->dims[0];
  reader->parts.n_coefficients = (guint) tensor->dims[1];
  return TRUE;
}

static gboolean
read_face (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  reader->parts.face = read_values (reader, tensor, 1, error);
  reader->parts.n_face = (guint) MIN (tensor->n_elements, MAX_WIDTH);
  return reader->parts.face != NULL;
}

static gboolean
read_local (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  reader->parts.local = read_values (reader, tensor, 2, error);
  if (reader->parts.local == NULL || !take_width (reader, tensor, error))
    return FALSE;
  if (tensor->dims[0] > MAX_ROWS)
    return refuse (reader, error, "“local”: expected at most %d rows, found %" G_GUINT64_FORMAT,
                   MAX_ROWS, tensor->dims[0]);
  reader->parts.n_patches = (guint) tensor->dims[0];
  return TRUE;
}

static gboolean
read_image (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  reader->parts.image_tokens = read_values (reader, tensor, 3, error);
  if (reader->parts.image_tokens == NULL || !take_width (reader, tensor, error))
    return FALSE;
  if (tensor->dims[0] != 2 || tensor->dims[1] > MAX_ROWS)
    return refuse (
      reader, error,
      "“image”: expected tokens of two halves, at most %d each, found %" G_GUINT64_FORMAT
      " of %" G_GUINT64_FORMAT,
      MAX_ROWS, tensor->dims[0], tensor->dims[1]);
  reader->parts.n_image_tokens = (guint) tensor->dims[1];
  return TRUE;
}

static gboolean
read_prefix (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  const char *first = pz_tensor_file_get_metadata (reader->file, PZ_CONCEPT_FIRST_LAYER);
  PzConceptPrefix *prefix = &reader->parts.prefix;
  guint64 first_layer;

  prefix->rows = read_values (reader, tensor, 3, error);
  if (prefix->rows == NULL || !take_width (reader, tensor, error))
    return FALSE;
  if (tensor->dims[0] > MAX_ROWS || tensor->dims[1] % 2 != 0
      || tensor->dims[1] > 2 * MAX_LAYERS)
    return refuse (
      reader, error,
      "“prefix”: expected a key and a value of each layer, found %" G_GUINT64_FORMAT " rows",
      tensor->dims[1]);
  if (first == NULL
      || !g_ascii_string_to_unsigned (first, 10, 0, MAX_LAYERS, &first_layer, NULL))
    return refuse (reader, error, "expected a number as " PZ_CONCEPT_FIRST_LAYER ", found “%s”",
                   first != NULL ? first : "none");
  prefix->length = (guint) tensor->dims[0];
  prefix->n_layers = (guint) tensor->dims[1] / 2;
  prefix->first_layer = (guint) first_layer;
  return TRUE;
}

static gboolean
read_override (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  PzConceptOverride override = {
    .name = tensor->name + strlen (PZ_CONCEPT_OVERRIDE),
    .n_dims = tensor->n_dims,
    .values = read_values (reader, tensor, 0, error),
  };

  if (override.values == NULL)
    return FALSE;
  if (tensor->n_dims == 0 || tensor->n_dims > G_N_ELEMENTS (override.dims))
    return refuse (reader, error, "“%s”: expected 1 to 4 dimensions, found %u", tensor->name,
                   tensor->n_dims);
  for (guint i = 0; i < tensor->n_dims; i++)
    override.dims[i] = tensor->dims[i];
  g_array_append_val (reader->overrides, override);
  return TRUE;
}

/* Reads both matrices when called for the "up" matrix. For the "down" matrix, only checks that the "up" matrix exists. */
static gboolean
read_product (Reader *reader, const PzFileTensor *up, GError **error)
{
  const gsize length = strlen (up->name);
  g_autofree char *stem = NULL, *other = NULL;
  const PzFileTensor *down;
  PzConceptOverride override = { .n_dims = 2 };

  if (g_str_has_suffix (up->name, PZ_CONCEPT_DOWN))
    {
      stem = g_strndup (up->name, length - strlen (PZ_CONCEPT_DOWN));
      other = g_strconcat (stem, PZ_CONCEPT_UP, NULL);
      return pz_tensor_file_lookup (reader->file, other) != NULL
             || refuse (reader, error, "expected “%s” beside “%s”, found none", other,
                        up->name);
    }
  if (!g_str_has_suffix (up->name, PZ_CONCEPT_UP))
    return refuse (reader, error,
                   "expected " PZ_CONCEPT_PRODUCT "NAME" PZ_CONCEPT_UP " or " PZ_CONCEPT_DOWN
                   ", found “%s”",
                   up->name);
  stem = g_strndup (up->name, length - strlen (PZ_CONCEPT_UP));
  other = g_strconcat (stem, PZ_CONCEPT_DOWN, NULL);
  down = pz_tensor_file_lookup (reader->file, other);
  if (down == NULL || up->n_dims != 2 || down->n_dims != 2 || up->dims[1] != down->dims[0]
      || up->dims[1] > MAX_ROWS)
    return refuse (reader, error, "“%s”: expected two matrices of one rank, found others",
                   stem);
  override.up = read_values (reader, up, 2, error);
  override.down = override.up != NULL ? read_values (reader, down, 2, error) : NULL;
  if (override.down == NULL)
    return FALSE;
  override.rank = (guint) up->dims[1];
  override.dims[0] = up->dims[0];
  override.dims[1] = down->dims[1];
  override.name = g_strdup (stem + strlen (PZ_CONCEPT_PRODUCT));
  g_ptr_array_add (reader->names, (gpointer) override.name);
  g_array_append_val (reader->overrides, override);
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean is_beginning; /* `name` is a prefix of the tensor's name */
  gboolean (*read) (Reader *reader, const PzFileTensor *tensor, GError **error);
} tensor_kinds[] = {
  { "words", FALSE, read_words },
  { "coefficients", FALSE, read_coefficients },
  { "face", FALSE, read_face },
  { "local", FALSE, read_local },
  { "prefix", FALSE, read_prefix },
  { "image", FALSE, read_image },
  { PZ_CONCEPT_OVERRIDE, TRUE, read_override },
  { PZ_CONCEPT_PRODUCT, TRUE, read_product },
};

static gboolean
read_tensor (Reader *reader, const PzFileTensor *tensor, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (tensor_kinds); i++)
    if (tensor_kinds[i].is_beginning ? g_str_has_prefix (tensor->name, tensor_kinds[i].name)
                                     : strcmp (tensor->name, tensor_kinds[i].name) == 0)
      return tensor_kinds[i].read (reader, tensor, error);
  return refuse (
    reader, error,
    "expected words, coefficients, face, local, image, prefix, " PZ_CONCEPT_OVERRIDE
    "NAME or " PZ_CONCEPT_PRODUCT "NAME, found “%s”",
    tensor->name);
}

/* A thumbnail that cannot be decoded is ignored: the rest of the concept is usable without it. */
PzImage *
pz_concept_file_read_thumbnail (const PzTensorFile *file)
{
  const char *text = pz_tensor_file_get_metadata (file, PZ_CONCEPT_THUMBNAIL);
  g_autofree guchar *png = NULL;
  gsize n_bytes;

  if (text == NULL || strlen (text) > MAX_THUMBNAIL_BYTES)
    return NULL;
  png = g_base64_decode (text, &n_bytes);
  return pz_png_decode (png, n_bytes, NULL);
}

/* The parts must name what they belong to. */
static gboolean
check_parts (const Reader *reader, GError **error)
{
  const PzConceptParts *parts = &reader->parts;
  PzImagePromptKind kind;
  const gboolean needs_model =
    parts->n_patches > 0 || parts->prefix.length > 0 || reader->overrides->len > 0;

  if (parts->n_words == 0 && parts->n_image_tokens == 0 && !needs_model)
    return refuse (reader, error, "expected something learned, found nothing");
  if (parts->n_coefficients > 0 && reader->n_coefficient_rows != parts->n_words)
    return refuse (reader, error,
                   "“coefficients”: expected those of %u words, found of %" G_GUINT64_FORMAT,
                   parts->n_words, reader->n_coefficient_rows);
  if (needs_model && parts->model == NULL)
    return refuse (reader, error, "expected the model it belongs to, found none");
  if (parts->n_patches > 0 && parts->elite == NULL)
    return refuse (reader, error, "expected the ELITE mappers it belongs to, found none");
  if (parts->n_image_tokens > 0 && parts->ip_adapter == NULL)
    return refuse (reader, error, "expected the IP-Adapter it belongs to, found none");
  if (parts->method == NULL)
    return refuse (reader, error, "expected a method, found none");
  if (parts->n_image_tokens > 0 && !pz_image_prompt_by_name (parts->method, &kind))
    return refuse (reader, error, "expected an IP-Adapter as the method, found “%s”",
                   parts->method);
  if (parts->name != NULL && !pz_concept_check_name (parts->name, NULL))
    return refuse (reader, error, "expected a name of at most 64 bytes without blanks");
  return TRUE;
}

PzConcept *
pz_concept_load (const char *path, GError **error)
{
  g_autoptr (PzTensorFile) file = pz_tensor_file_open (path, error);
  g_auto (Reader) reader = {
    .file = file,
    .values = g_ptr_array_new_with_free_func (g_free),
    .overrides = g_array_new (FALSE, FALSE, sizeof (PzConceptOverride)),
    .names = g_ptr_array_new_with_free_func (g_free),
  };
  const char *format;

  if (file == NULL)
    return NULL;
  format = pz_tensor_file_get_metadata (file, "format");
  if (g_strcmp0 (format, PZ_CONCEPT_FORMAT) != 0)
    {
      refuse (&reader, error, "expected a concept of format " PZ_CONCEPT_FORMAT ", found %s",
              format != NULL ? format : "none");
      return NULL;
    }
  if (!pz_tensor_file_check_all (file, error))
    return NULL;
  for (guint i = 0; i < PZ_CONCEPT_N_TEXTS; i++)
    G_STRUCT_MEMBER (const char *, &reader.parts, pz_concept_texts[i].offset) =
      pz_tensor_file_get_metadata (file, pz_concept_texts[i].key);
  for (guint i = 0; i < pz_tensor_file_get_n_tensors (file); i++)
    if (!read_tensor (&reader, pz_tensor_file_get_tensor (file, i), error))
      return NULL;
  if (!check_parts (&reader, error))
    return NULL;
  reader.parts.overrides = (const PzConceptOverride *) (gpointer) reader.overrides->data;
  reader.parts.n_overrides = reader.overrides->len;
  reader.parts.thumbnail = pz_concept_file_read_thumbnail (file);
  return pz_concept_new (&reader.parts);
}

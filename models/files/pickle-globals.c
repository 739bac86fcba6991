/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names that a pickle of weights may use, and what each becomes. Names select rules of this table; no Python code is
 * involved. They occur in common files: torch's own, Lightning's checkpoints, TorchScript archives.
 */
#include <string.h>

#include "models/files/pickle-private.h"

static const PzValue *
argument (const PzValue *arguments, guint index)
{
  return index < pz_value_get_n_items (arguments) ? pz_value_get_item (arguments, index) : NULL;
}

/* ---- storages and tensors ---- */

/* Applies a view (key, first element, number of elements) of the storage, or None: legacy files only. */
static gboolean
apply_view (PzValue *value, const PzValue *view)
{
  gint64 first, n;

  if (pz_value_get_kind (view) == PZ_VALUE_NONE)
    return TRUE;
  if (!pz_value_get_int (argument (view, 1), &first)
      || !pz_value_get_int (argument (view, 2), &n) || first < 0 || n < 0
      || (guint64) first > value->n_elements
      || (guint64) n > value->n_elements - (guint64) first)
    return FALSE;
  value->first = (guint64) first;
  value->n_elements = (guint64) n;
  return TRUE;
}

static PzValue *
find_storage (PzPickle *pickle, const PzValue *id)
{
  const PzValue *type = argument (id, 1);
  const char *key = pz_value_get_string (argument (id, 2));
  PzPickleStorage *storage;
  PzValue *value;
  gint64 n;

  if (pz_value_get_kind (id) != PZ_VALUE_LIST
      || g_strcmp0 (pz_value_get_string (argument (id, 0)), "storage") != 0
      || pz_value_get_kind (type) != PZ_VALUE_SYMBOL || !type->global->is_storage || key == NULL
      || !pz_value_get_int (argument (id, 4), &n) || n < 0)
    return NULL;
  /* Looking up a key reads all of it. */
  if (!pz_budget_take (&pickle->budget, PZ_BUDGET_NAME_BYTES, strlen (key)))
    return NULL;
  storage = g_hash_table_lookup (pickle->by_key, key);
  if (storage == NULL)
    {
      storage = g_new0 (PzPickleStorage, 1);
      storage->key = key;
      storage->dtype = type->global->dtype;
      storage->n_elements = (guint64) n;
      g_ptr_array_add (pickle->storages, storage);
      g_hash_table_insert (pickle->by_key, (gpointer) key, storage);
    }
  if (storage->dtype != type->global->dtype || storage->n_elements != (guint64) n)
    return NULL;
  value = pz_pickle_new_value (pickle, PZ_VALUE_STORAGE);
  value->storage = storage;
  value->n_elements = storage->n_elements;
  return apply_view (value, argument (id, 5)) ? value : NULL;
}

/* Legacy files store the source text of a module's class together with its name; it is not used. */
PzValue *
pz_pickle_find_persistent (PzPickle *pickle, const PzValue *id)
{
  const PzValue *class = argument (id, 1);

  if (g_strcmp0 (pz_value_get_string (argument (id, 0)), "module") != 0)
    return find_storage (pickle, id);
  return pz_value_get_kind (class) == PZ_VALUE_SYMBOL ? (PzValue *) class : NULL;
}

static gboolean
get_sizes (const PzValue *list, guint n_dims, guint64 sizes[])
{
  gint64 size;

  if (pz_value_get_kind (list) != PZ_VALUE_LIST || pz_value_get_n_items (list) != n_dims)
    return FALSE;
  for (guint i = 0; i < n_dims; i++)
    {
      if (!pz_value_get_int (pz_value_get_item (list, i), &size) || size < 0)
        return FALSE;
      sizes[i] = (guint64) size;
    }
  return TRUE;
}

/* _rebuild_tensor (storage, first element, sizes, strides, ...): the remaining arguments only concern training. */
static PzValue *
make_tensor (PzPickle *pickle,
             const PzPickleGlobal *global,
             const PzValue *callee,
             const PzValue *arguments)
{
  const PzValue *storage = argument (arguments, 0);
  const guint n_dims = pz_value_get_n_items (argument (arguments, 2));
  PzFileTensor tensor = { .n_dims = n_dims };
  PzValue *value;
  gint64 first;

  (void) global;
  (void) callee;
  if (pz_value_get_kind (storage) != PZ_VALUE_STORAGE
      || !pz_value_get_int (argument (arguments, 1), &first) || first < 0
      || (guint64) first > storage->n_elements || n_dims > PZ_FILE_MAX_DIMS
      || !get_sizes (argument (arguments, 2), n_dims, tensor.dims)
      || !get_sizes (argument (arguments, 3), n_dims, tensor.strides))
    return NULL;
  tensor.dtype = storage->storage->dtype;
  value = pz_pickle_new_value (pickle, PZ_VALUE_TENSOR);
  value->tensor = g_new0 (PzPickleTensor, 1);
  value->tensor->tensor = tensor;
  value->tensor->storage = storage->storage;
  value->tensor->first = storage->first + (guint64) first;
  value->tensor->end = storage->first + storage->n_elements;
  return value;
}

/* ---- other objects ---- */

/* A parameter becomes its tensor, a torch.Size its list. */
static PzValue *
take_first (PzPickle *pickle,
            const PzPickleGlobal *global,
            const PzValue *callee,
            const PzValue *arguments)
{
  (void) pickle;
  (void) global;
  (void) callee;
  return (PzValue *) argument (arguments, 0);
}

static PzValue *
make_list (PzPickle *pickle,
           const PzPickleGlobal *global,
           const PzValue *callee,
           const PzValue *arguments)
{
  const PzValue *items = argument (arguments, 0);

  (void) global;
  (void) callee;
  if (items == NULL)
    return pz_pickle_new_value (pickle, PZ_VALUE_LIST);
  return items->kind == PZ_VALUE_LIST ? (PzValue *) items : NULL;
}

/* Empty, or made from a list of [key, value], as Python 2 wrote it. */
static PzValue *
make_dict (PzPickle *pickle,
           const PzPickleGlobal *global,
           const PzValue *callee,
           const PzValue *arguments)
{
  const PzValue *pairs = argument (arguments, 0);
  PzValue *dict = pz_pickle_new_value (pickle, PZ_VALUE_DICT);

  (void) callee;
  dict->global = global;
  for (guint i = 0; i < pz_value_get_n_items (pairs); i++)
    {
      const PzValue *pair = pz_value_get_item (pairs, i);

      if (pz_value_get_kind (pair) != PZ_VALUE_LIST || pz_value_get_n_items (pair) != 2)
        return NULL;
      if (!pz_pickle_add_item (pickle, dict, pz_value_get_item (pair, 0))
          || !pz_pickle_add_item (pickle, dict, pz_value_get_item (pair, 1)))
        return NULL;
    }
  return dict;
}

/* An object becomes the dictionary of its attributes, which BUILD adds. */
static PzValue *
make_object (PzPickle *pickle,
             const PzPickleGlobal *global,
             const PzValue *callee,
             const PzValue *arguments)
{
  PzValue *object = pz_pickle_new_value (pickle, PZ_VALUE_DICT);

  (void) callee;
  (void) arguments;
  object->global = global;
  return object;
}

static PzValue *
make_opaque (PzPickle *pickle,
             const PzPickleGlobal *global,
             const PzValue *callee,
             const PzValue *arguments)
{
  PzValue *value = pz_pickle_new_value (pickle, PZ_VALUE_OPAQUE);

  (void) arguments;
  value->global = global;
  value->text = callee->text;
  value->length = callee->length;
  return value;
}

/* copyreg._reconstructor (class, base, state of the base). */
static PzValue *
reconstruct (PzPickle *pickle,
             const PzPickleGlobal *global,
             const PzValue *callee,
             const PzValue *arguments)
{
  const PzValue *class = argument (arguments, 0);

  (void) callee;
  if (pz_value_get_kind (class) != PZ_VALUE_SYMBOL || class->global == global
      || class->global->call == NULL)
    return NULL;
  return class->global->call (pickle, class->global, class, NULL);
}

static gboolean
take_attributes (PzPickle *pickle, PzValue *value, const PzValue *state)
{
  if (state == value)
    return FALSE;
  if (pz_value_get_kind (state) != PZ_VALUE_DICT)
    return TRUE;
  for (guint i = 0; i < pz_value_get_n_items (state); i++)
    if (!pz_pickle_add_item (pickle, value, pz_value_get_key (state, i))
        || !pz_pickle_add_item (pickle, value, pz_value_get_item (state, i)))
      return TRUE;
  return TRUE;
}

static gboolean
take_parameters (PzPickle *pickle, PzValue *value, const PzValue *state)
{
  /* The lookup may visit all entries. */
  return !pz_budget_take (&pickle->budget, PZ_BUDGET_COPIES, pz_value_get_n_items (state))
         || take_attributes (pickle, value, pz_value_lookup (state, "_parameters"));
}

/* ---- the table ---- */

#define STORAGE(prefix, file_dtype) \
  { "torch", prefix "Storage", .is_storage = TRUE, .dtype = file_dtype }
#define TORCH_DTYPE(name) { "torch", name, NULL }
#define OPAQUE(module) { module, NULL, make_opaque }

static const PzPickleGlobal globals[] = {
  { "torch._utils", "_rebuild_tensor_v2", make_tensor },
  { "torch._utils", "_rebuild_tensor", make_tensor },
  { "torch._utils", "_rebuild_parameter", take_first },
  { "torch._utils", "_rebuild_parameter_with_state", take_first },
  { "torch", "Size", take_first },
  { "torch", "device", make_opaque },
  STORAGE ("Double", PZ_FILE_F64),
  STORAGE ("Float", PZ_FILE_F32),
  STORAGE ("Half", PZ_FILE_F16),
  STORAGE ("BFloat16", PZ_FILE_BF16),
  STORAGE ("Long", PZ_FILE_I64),
  STORAGE ("Int", PZ_FILE_I32),
  STORAGE ("Short", PZ_FILE_I16),
  STORAGE ("Char", PZ_FILE_I8),
  STORAGE ("Byte", PZ_FILE_U8),
  STORAGE ("Bool", PZ_FILE_BOOL),
  STORAGE ("ComplexFloat", PZ_FILE_C64),
  STORAGE ("ComplexDouble", PZ_FILE_C128),
  TORCH_DTYPE ("float64"),
  TORCH_DTYPE ("float32"),
  TORCH_DTYPE ("float16"),
  TORCH_DTYPE ("bfloat16"),
  TORCH_DTYPE ("int64"),
  TORCH_DTYPE ("int32"),
  TORCH_DTYPE ("uint8"),
  TORCH_DTYPE ("bool"),
  TORCH_DTYPE ("complex64"),
  TORCH_DTYPE ("complex128"),
  { "torch.nn.modules.container", "ParameterDict", make_object, take_parameters },

  { "collections", "OrderedDict", make_dict },
  { "collections", "defaultdict", make_object },
  { "collections", "Counter", make_opaque },
  { "builtins", "set", make_list },
  { "builtins", "frozenset", make_list },
  { "builtins", "dict", make_dict },
  { "builtins", "list", make_list },
  { "builtins", "object", NULL },
  { "copyreg", "_reconstructor", reconstruct },

  /* TorchScript: generated classes, all below __torch__. */
  { "__torch__", NULL, make_object, take_attributes },
  { "__torch__.", NULL, make_object, take_attributes },
  { "torch.jit._pickle", "build_intlist", take_first },
  { "torch.jit._pickle", "build_doublelist", take_first },
  { "torch.jit._pickle", "build_boollist", take_first },
  { "torch.jit._pickle", "build_tensorlist", take_first },
  { "torch.jit._pickle", "restore_type_tag", take_first },

  /* What training checkpoints contain besides the weights. */
  { "_codecs", "encode", make_opaque },
  OPAQUE ("numpy"),
  OPAQUE ("numpy."),
  OPAQUE ("pytorch_lightning."),
  OPAQUE ("lightning."),
  OPAQUE ("lightning_fabric."),
  OPAQUE ("omegaconf."),
  OPAQUE ("argparse"),
  OPAQUE ("datetime"),
  OPAQUE ("pathlib"),
  OPAQUE ("typing"),
};

/* Old names that Python 2 and protocol 2 use. */
static const struct
{
  const char *old, *module;
} renamed[] = {
  { "__builtin__", "builtins" },
  { "copy_reg", "copyreg" },
};

static gboolean
matches (const PzPickleGlobal *global, const char *module, const char *name)
{
  if (global->name != NULL && strcmp (global->name, name) != 0)
    return FALSE;
  return g_str_has_suffix (global->module, ".") ? g_str_has_prefix (module, global->module)
                                                : strcmp (module, global->module) == 0;
}

const PzPickleGlobal *
pz_pickle_global_find (const char *module, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (renamed); i++)
    if (strcmp (module, renamed[i].old) == 0)
      module = renamed[i].module;
  for (guint i = 0; i < G_N_ELEMENTS (globals); i++)
    if (matches (&globals[i], module, name))
      return &globals[i];
  return NULL;
}

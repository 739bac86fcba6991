/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/settings-bind.h"

/* GIMP has its own type for lists of numbers. */

static gboolean
doubles_to_array (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  gsize n = 0;
  /* libgimp 3.0 does not check for NULL. */
  const gdouble *values =
    g_value_get_boxed (from) ? gimp_value_get_double_array (from, &n) : NULL;
  GArray *array = g_array_new (FALSE, FALSE, sizeof (gdouble));

  (void) binding;
  (void) data;
  if (n > 0)
    g_array_append_vals (array, values, (guint) n);
  g_value_take_boxed (to, array);
  return TRUE;
}

static gboolean
array_to_doubles (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  const GArray *array = g_value_get_boxed (from);

  (void) binding;
  (void) data;
  gimp_value_set_double_array (to, array ? (const gdouble *) (gconstpointer) array->data : NULL,
                               array ? array->len : 0);
  return TRUE;
}

void
pz_settings_bind (PzSettings *settings, GimpProcedureConfig *config)
{
  guint n;
  g_autofree GParamSpec **specs =
    g_object_class_list_properties (G_OBJECT_GET_CLASS (settings), &n);

  for (guint i = 0; i < n; i++)
    {
      const gboolean is_list = specs[i]->value_type == G_TYPE_ARRAY;

      g_object_bind_property_full (config, specs[i]->name, settings, specs[i]->name,
                                   G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE,
                                   is_list ? doubles_to_array : NULL,
                                   is_list ? array_to_doubles : NULL, NULL, NULL);
    }
}

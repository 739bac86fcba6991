/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/text-parasite.h"

#include <string.h>

static GimpParasite *
make (const char *name, const char *text, gsize n_bytes)
{
  return gimp_parasite_new (name, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                            (guint32) n_bytes, text);
}

gboolean
pz_item_set_text (GimpItem *item, const char *name, const char *text)
{
  GimpParasite *parasite = make (name, text, strlen (text));
  gboolean attached = gimp_item_attach_parasite (item, parasite);

  gimp_parasite_free (parasite);
  return attached;
}

gboolean
pz_image_set_text (GimpImage *image, const char *name, const char *text)
{
  /* GIMP's own readers of an image's comment expect the terminating NUL in the data. */
  GimpParasite *parasite = make (name, text, strlen (text) + 1);
  gboolean attached = gimp_image_attach_parasite (image, parasite);

  gimp_parasite_free (parasite);
  return attached;
}

/* Takes ownership of the parasite, which may be NULL. (transfer full) */
static char *
take_text (GimpParasite *parasite)
{
  const char *data;
  guint32 size;
  char *text;

  if (!parasite)
    return NULL;
  data = gimp_parasite_get_data (parasite, &size);
  text = g_strndup (data, size);
  gimp_parasite_free (parasite);
  return text;
}

char *
pz_item_get_text (GimpItem *item, const char *name)
{
  return take_text (gimp_item_get_parasite (item, name));
}

char *
pz_image_get_text (GimpImage *image, const char *name)
{
  return take_text (gimp_image_get_parasite (image, name));
}

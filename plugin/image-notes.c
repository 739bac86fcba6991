/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/image-notes.h"

#include <string.h>

#include <gexiv2/gexiv2.h>
#include <glib/gi18n.h>

#include "plugin/add-layers.h"
#include "plugin/recipe.h"

#define COMMENT_PARASITE "gimp-comment"
/* What libgimp names the settings it keeps in an image. */
#define SETTINGS_PARASITE "GimpProcedureConfigRun-plug-in-personalize-concept"
/* The end of every comment of ours, see pz_recipe_reader_to_text (). */
#define COMMENT_MARK "Version: gimp-personalize"

/* IPTC NewsCodes, "Digital Source Type". */
#define ORIGIN_TAG "Xmp.iptcExt.DigitalSourceType"
#define ORIGIN_BASE "http://cv.iptc.org/newscodes/digitalsourcetype/"
#define ORIGIN_WHOLE ORIGIN_BASE "trainedAlgorithmicMedia"
#define ORIGIN_PART ORIGIN_BASE "compositeWithTrainedAlgorithmicMedia"

gboolean
pz_notes_set_comment (GimpImage *image, const char *text)
{
  GimpParasite *parasite =
    gimp_parasite_new (COMMENT_PARASITE, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                       (guint32) strlen (text) + 1, text);
  gboolean attached = gimp_image_attach_parasite (image, parasite);

  gimp_parasite_free (parasite);
  return attached;
}

gboolean
pz_notes_mark_origin (GimpImage *image, gboolean composite)
{
  GimpMetadata *metadata = gimp_image_get_metadata (image);
  gboolean marked;

  if (!metadata)
    metadata = gimp_metadata_new ();
  marked = gexiv2_metadata_try_set_tag_string (GEXIV2_METADATA (metadata), ORIGIN_TAG,
                                               composite ? ORIGIN_PART : ORIGIN_WHOLE, NULL)
           && gimp_image_set_metadata (image, metadata);
  g_object_unref (metadata);
  return marked;
}

/* ---- forgetting ---- */

static void
forget_names (GimpLayer *layer, const char *prompt, guint64 seed)
{
  GimpItem *group = gimp_item_get_parent (GIMP_ITEM (layer));
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (layer));
  g_autofree char *given = pz_layer_name (prompt, seed);
  g_autofree char *neutral = pz_layer_name (_ ("Personalized"), seed);

  if (g_str_equal (name, given))
    gimp_item_set_name (GIMP_ITEM (layer), neutral);
  if (group)
    {
      g_autofree char *group_name = gimp_item_get_name (group);
      g_autofree char *group_given = pz_group_name (prompt);

      /* GIMP adds "#1" to a name that is taken. */
      if (g_str_has_prefix (group_name, group_given))
        gimp_item_set_name (group, _ ("Personalized"));
    }
}

static void
forget_layer (GimpLayer *layer)
{
  g_autofree char *recipe = pz_recipe_read (layer);
  g_autofree char *prompt = NULL, *rest = NULL;
  guint64 seed;

  if (!recipe)
    return;
  rest = pz_recipe_without_prompts (recipe, &prompt, &seed);
  if (!rest)
    return;
  forget_names (layer, prompt, seed);
  pz_recipe_attach_json (layer, rest);
}

static void
forget_layers (GimpLayer **layers)
{
  for (guint i = 0; layers && layers[i]; i++)
    {
      forget_layer (layers[i]);
      if (gimp_item_is_group (GIMP_ITEM (layers[i])))
        {
          g_autofree GimpItem **children = gimp_item_get_children (GIMP_ITEM (layers[i]));

          forget_layers ((GimpLayer **) children);
        }
    }
}

static gboolean
is_our_comment (GimpImage *image)
{
  GimpParasite *parasite = gimp_image_get_parasite (image, COMMENT_PARASITE);
  const char *text;
  guint32 size;
  gboolean ours;

  if (!parasite)
    return FALSE;
  text = gimp_parasite_get_data (parasite, &size);
  ours = g_strstr_len (text, (gssize) size, COMMENT_MARK) != NULL;
  gimp_parasite_free (parasite);
  return ours;
}

void
pz_notes_forget_prompts (GimpImage *image)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);
  g_auto (GStrv) parasites = gimp_image_get_parasite_list (image);

  forget_layers (layers);
  for (guint i = 0; parasites && parasites[i]; i++)
    if (g_str_has_prefix (parasites[i], SETTINGS_PARASITE))
      gimp_image_detach_parasite (image, parasites[i]);
  if (is_our_comment (image))
    gimp_image_detach_parasite (image, COMMENT_PARASITE);
}

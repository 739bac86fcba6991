/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "plugin/image-notes.h"

#include <string.h>

#include <gexiv2/gexiv2.h>
#include <glib/gi18n.h>

#include "plugin/add-layers.h"
#include "plugin/layer-tree.h"
#include "plugin/recipe.h"
#include "plugin/result-group.h"
#include "plugin/text-parasite.h"

#define COMMENT_PARASITE "gimp-comment"
/* The start of the names under which libgimp stores settings in an image. */
#define SETTINGS_PARASITE "GimpProcedureConfigRun-plug-in-personalize-concept"
/* At the end of every comment that we write, see pz_recipe_reader_to_text (). */
#define COMMENT_MARK "Version: gimp-personalize"

/* IPTC NewsCodes, "Digital Source Type". */
#define ORIGIN_TAG "Xmp.iptcExt.DigitalSourceType"
#define ORIGIN_BASE "http://cv.iptc.org/newscodes/digitalsourcetype/"
#define ORIGIN_WHOLE ORIGIN_BASE "trainedAlgorithmicMedia"
#define ORIGIN_PART ORIGIN_BASE "compositeWithTrainedAlgorithmicMedia"

gboolean
pz_notes_set_comment (GimpImage *image, const char *text)
{
  return pz_image_set_text (image, COMMENT_PARASITE, text);
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

/* ---- removing prompts ---- */

/* Names are shortened: this many characters from the start of a prompt are enough to recognise it in a name. */
#define TELLING_CHARS 24

/* What GIMP makes of the name of a duplicate; translated in GIMP's own catalogue. To a name that is taken it adds "#1". */
static const char copy_text[] = "%s copy";

static gboolean
is_given_name (const char *name, const char *given)
{
  g_auto (GStrv) around = g_strsplit (dgettext ("gimp30", copy_text), "%s", 2);
  g_autofree char *copy = g_strjoinv (given, around);
  const char *rest = NULL;

  if (g_str_has_prefix (name, copy))
    rest = name + strlen (copy);
  else if (g_str_has_prefix (name, given))
    rest = name + strlen (given);
  return rest && g_regex_match_simple ("^( ?#[0-9]+)?$", rest, 0, 0);
}

static gboolean
is_in_a_word (const char *text)
{
  return g_unichar_isalnum (g_utf8_get_char (text));
}

/* Whether the name of one of our items contains the prompt, which may be shortened. A short prompt must match whole words. */
static gboolean
tells (const char *name, const char *prompt)
{
  g_autofree char *line = pz_name_line (prompt);
  glong length = MIN (g_utf8_strlen (line, -1), TELLING_CHARS);
  g_autofree char *start = g_utf8_substring (line, 0, length);
  const char *found = *start ? strstr (name, start) : NULL;

  return found && (length == TELLING_CHARS || !is_in_a_word (found + strlen (start)))
         && (found == name || !is_in_a_word (g_utf8_prev_char (found)));
}

/* Our items are recognised by their parasites; a layer that GIMP made from them, for example by merging a group, only by its
 * name. */
static void
forget_name (GimpItem *item, gboolean is_result, const char *prompt, const char *neutral)
{
  g_autofree char *name = gimp_item_get_name (item);
  g_autofree char *place = pz_result_group_get_place (item);
  g_autofree char *given = pz_group_name (prompt);

  if (is_result || place ? tells (name, prompt) : *given && is_given_name (name, given))
    gimp_item_set_name (item, neutral);
}

static void
collect_prompt (GimpLayer *layer, gpointer data)
{
  g_autofree char *recipe = pz_recipe_read (layer);
  g_autofree char *rest = NULL;
  char *prompt = NULL;
  guint64 seed;

  if (!recipe)
    return;
  rest = pz_recipe_without_prompts (recipe, &prompt, &seed);
  if (rest && !g_ptr_array_find_with_equal_func (data, prompt, g_str_equal, NULL))
    g_ptr_array_add (data, g_steal_pointer (&prompt));
  g_free (prompt);
}

static void
forget_layer (GimpLayer *layer, gpointer data)
{
  GPtrArray *prompts = data;
  g_autofree char *recipe = pz_recipe_read (layer);
  g_autofree char *prompt = NULL, *rest = NULL, *neutral = NULL;
  guint64 seed;

  if (recipe)
    rest = pz_recipe_without_prompts (recipe, &prompt, &seed);
  if (rest)
    pz_recipe_attach_json (layer, rest);
  neutral = rest ? pz_layer_name (_ ("Personalized"), seed) : g_strdup (_ ("Personalized"));
  for (guint i = 0; i < prompts->len; i++)
    forget_name (GIMP_ITEM (layer), rest != NULL, prompts->pdata[i], neutral);
}

static gboolean
is_our_comment (GimpImage *image)
{
  g_autofree char *text = pz_image_get_text (image, COMMENT_PARASITE);

  return text && strstr (text, COMMENT_MARK);
}

void
pz_notes_forget_prompts (GimpImage *image)
{
  g_auto (GStrv) parasites = gimp_image_get_parasite_list (image);
  g_autoptr (GPtrArray) prompts = g_ptr_array_new_with_free_func (g_free);

  pz_layer_tree_walk (image, collect_prompt, prompts);
  pz_layer_tree_walk (image, forget_layer, prompts);
  for (guint i = 0; parasites && parasites[i]; i++)
    if (g_str_has_prefix (parasites[i], SETTINGS_PARASITE))
      gimp_image_detach_parasite (image, parasites[i]);
  if (is_our_comment (image))
    gimp_image_detach_parasite (image, COMMENT_PARASITE);
}

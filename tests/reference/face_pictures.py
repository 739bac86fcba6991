# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of tests/nets/test-faces.py, made from those in the shared test data.

  pictures(shared)   name -> PIL image, RGB
  python3 face_pictures.py SHARED FOLDER    as NAME.ppm, for faces.mjs
"""

import os
import sys

from PIL import Image

PLAIN = ("synthetic-0.jpg", "synthetic-1.jpg", "synthetic-2.jpg", "elite-1.jpg", "elite-4.png")


def pictures(shared):
    def opened(name):
        part = f"faces/{name}" if name.startswith("synthetic") else name
        with Image.open(os.path.join(shared, "concepts", part)) as image:
            return image.convert("RGB")
    out = {name: opened(name) for name in PLAIN}
    two = Image.new("RGB", (1024, 512))
    for i in range(2):
        two.paste(out[f"synthetic-{i}.jpg"], (512 * i, 0))
    return {**out, "two.png": two, "cut.png": out["synthetic-0.jpg"].crop((256, 0, 512, 512))}


if __name__ == "__main__":
    os.makedirs(sys.argv[2], exist_ok=True)
    for name, image in pictures(sys.argv[1]).items():
        image.save(os.path.join(sys.argv[2], f"{name}.ppm"))

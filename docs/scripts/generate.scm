; SPDX-FileCopyrightText: 2026 The gimp-personalize authors
; SPDX-License-Identifier: GPL-3.0-or-later
;
; Makes pictures of the thing in a picture file, and saves them as one XCF file with a layer for each:
;
;   gimp-console-3.0 -i --batch-interpreter=plug-in-script-fu-eval --quit \
;     -b '(load "docs/scripts/generate.scm") (personalize "mug.jpg" "an S on a red background" 2 "mug.xcf")'
;
; With saved concepts in the place of the layer, each by the name it has in your concepts folder or by its path:
;
;   (personalize-with (list "Duck" "Mug") "a S1 beside a S2" 2 "both.xcf")

(script-fu-use-v3)

(define (personalize file prompt variants out)
  (let* ((image (gimp-file-load RUN-NONINTERACTIVE file))
         (layer (vector-ref (gimp-image-get-layers image) 0)))
    (plug-in-personalize-concept #:run-mode RUN-NONINTERACTIVE #:image image #:drawables (vector layer)
                                 #:prompt prompt #:variants variants #:seed 42)
    (gimp-xcf-save RUN-NONINTERACTIVE image out)
    (gimp-image-delete image)))

; The image only says where the new layers go: nothing of it is looked at, since "layer" is not among the concepts.
(define (personalize-with concepts prompt variants out)
  (let* ((image (gimp-image-new 512 512 RGB))
         (layer (gimp-layer-new image "background" 512 512 RGB-IMAGE 100.0 LAYER-MODE-NORMAL)))
    (gimp-image-insert-layer image layer 0 0)
    (plug-in-personalize-concept #:run-mode RUN-NONINTERACTIVE #:image image #:drawables (vector layer)
                                 #:prompt prompt #:variants variants #:seed 42 #:concepts concepts)
    (gimp-xcf-save RUN-NONINTERACTIVE image out)
    (gimp-image-delete image)))

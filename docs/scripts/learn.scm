; SPDX-FileCopyrightText: 2026 The gimp-personalize authors
; SPDX-License-Identifier: GPL-3.0-or-later
;
; Learns a thing from all layers of an image, each with its layer mask or transparency, then makes a picture of it:
;
;   gimp-console-3.0 -i --batch-interpreter=plug-in-script-fu-eval --quit \
;     -b '(load "docs/scripts/learn.scm") (learn-and-use "duck.xcf" "Duck" "toy" 0 "an S on a beach" "beach.xcf")'
;
; steps: 0 = as many as the method takes by itself. The concept is kept in your concepts folder and can be chosen in the dialog.

(script-fu-use-v3)

(define (learn-and-use file name kind steps prompt out)
  (let* ((image (gimp-file-load RUN-NONINTERACTIVE file))
         (layers (gimp-image-get-layers image))
         (concepts (plug-in-personalize-learn #:layers layers #:name name #:class-word kind #:steps steps #:seed 1
                                              #:method "cross-initialization")))
    (plug-in-personalize-concept #:run-mode RUN-NONINTERACTIVE #:image image #:drawables (vector (vector-ref layers 0))
                                 #:concepts concepts #:prompt prompt #:variants 1 #:seed 42)
    (gimp-xcf-save RUN-NONINTERACTIVE image out)
    (gimp-image-delete image)))

; SPDX-FileCopyrightText: 2026 The gimp-personalize authors
; SPDX-License-Identifier: GPL-3.0-or-later
;
; Makes one picture of the thing in each PNG of a folder, and saves it as NAME.png in another folder:
;
;   gimp-console-3.0 -i --batch-interpreter=plug-in-script-fu-eval --quit \
;     -b '(load "docs/scripts/batch.scm") (personalize-all "things" "an S on a beach" "beach")'

(script-fu-use-v3)

; The names in a folder that end in .png.
(define (png-names folder)
  (let ((stream (dir-open-stream folder)))
    (let next ((name (dir-read-entry stream)) (found '()))
      (cond ((eof-object? name) (dir-close-stream stream) found)
            ((and (> (string-length name) 4)
                  (string=? ".png" (substring name (- (string-length name) 4) (string-length name))))
             (next (dir-read-entry stream) (cons name found)))
            (else (next (dir-read-entry stream) found))))))

(define (personalize-one file prompt out)
  (let* ((image (gimp-file-load RUN-NONINTERACTIVE file))
         (layer (vector-ref (gimp-image-get-layers image) 0))
         (made (plug-in-personalize-concept #:run-mode RUN-NONINTERACTIVE #:image image #:drawables (vector layer)
                                            #:prompt prompt #:variants 1 #:seed 42 #:native-size TRUE))
         (alone (gimp-image-new (gimp-drawable-get-width (vector-ref made 0))
                                (gimp-drawable-get-height (vector-ref made 0)) RGB))
         (copy (gimp-layer-new-from-drawable (vector-ref made 0) alone)))
    (gimp-image-insert-layer alone copy 0 0)
    (gimp-layer-set-offsets copy 0 0)
    (gimp-file-save RUN-NONINTERACTIVE alone out)
    (gimp-image-delete alone)
    (gimp-image-delete image)))

(define (personalize-all folder prompt out)
  (for-each (lambda (name)
              (personalize-one (string-append folder DIR-SEPARATOR name) prompt
                               (string-append out DIR-SEPARATOR name)))
            (png-names folder)))

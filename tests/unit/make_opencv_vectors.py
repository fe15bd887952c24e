#!/usr/bin/python3
# Writes opencv_vectors.h: what OpenCV's resize and warpAffine make of a picture of
# pseudo-random bytes. Debian: python3-opencv.
import hashlib

import cv2
import numpy as np


def noise(width, height):
    """The bytes of vector_noise() in opencv_vectors_test.c."""
    state, values = 12345, []
    for _ in range(width * height * 3):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state >> 16 & 255)
    return np.array(values, np.uint8).reshape(height, width, 3)


def digest(image):
    return hashlib.sha256(np.ascontiguousarray(image).tobytes()).hexdigest()


RESIZES = [(37, 53, 224, 224), (112, 112, 224, 224), (53, 37, 17, 90), (1, 1, 5, 4),
           (64, 48, 32, 24), (9, 7, 9, 7), (31, 90, 3, 2)]
SCALES = [(50, 37, 2.5), (41, 30, 1.7), (33, 21, 0.6), (8, 8, 3.0)]
WARPS = [(60, 50, 224, 224, [2.3, 0.08, -30.5, -0.08, 2.3, -22.7]),
         (60, 50, 40, 30, [0.5, -0.4, 3.0, 0.4, 0.5, -7.25]),
         (60, 50, 64, 64, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
         (20, 20, 32, 32, [-1.5, 0.3, 40.0, 0.7, 1.1, -300.0])]

print("/* Written by make_opencv_vectors.py with OpenCV %s: do not edit. */"
      % cv2.__version__)
print("#ifndef SITTER_OPENCV_VECTORS_H\n#define SITTER_OPENCV_VECTORS_H\n")
print("#include <stddef.h>\n")
print("/* From width x height to width x height; SHA-256 of the RGB bytes. */")
print("static const struct {\n    size_t from[2], to[2];\n    const char *sha256;\n"
      "} resize_vectors[] = {")
for w, h, to_w, to_h in RESIZES:
    print('    {{%d, %d}, {%d, %d},\n     "%s"},' % (w, h, to_w, to_h, digest(
        cv2.resize(noise(w, h), (to_w, to_h), interpolation=cv2.INTER_LINEAR))))
print("};\n")
print("static const struct {\n    size_t from[2];\n    double factor;\n"
      "    const char *sha256;\n} scale_vectors[] = {")
for w, h, f in SCALES:
    print('    {{%d, %d}, %s,\n     "%s"},' % (w, h, f, digest(
        cv2.resize(noise(w, h), None, fx=f, fy=f, interpolation=cv2.INTER_LINEAR))))
print("};\n")
print("static const struct {\n    size_t from[2], to[2];\n    double m[6];\n"
      "    const char *sha256;\n} warp_vectors[] = {")
for w, h, to_w, to_h, m in WARPS:
    warped = cv2.warpAffine(noise(w, h), np.array(m).reshape(2, 3), (to_w, to_h),
                            flags=cv2.INTER_CUBIC)
    print('    {{%d, %d}, {%d, %d}, {%s},\n     "%s"},'
          % (w, h, to_w, to_h, ", ".join(map(str, m)), digest(warped)))
print("};\n\n#endif")

/* Written by make_opencv_vectors.py with OpenCV 4.6.0: do not edit. */
#ifndef SITTER_OPENCV_VECTORS_H
#define SITTER_OPENCV_VECTORS_H

#include <stddef.h>

/* From width x height to width x height; SHA-256 of the RGB bytes. */
static const struct {
    size_t from[2], to[2];
    const char *sha256;
} resize_vectors[] = {
    {{37, 53},
     {224, 224},
     "d207ab536a1a8369a146300ff9b6d1c8e593aa9e5b3c405502eef51987dd6b5a"},
    {{112, 112},
     {224, 224},
     "e407192a368b5301331244167e4e05012ec0ea6f06a7cc37ab849d2a3cf65c8e"},
    {{53, 37},
     {17, 90},
     "ffc69aae02e57ba4e58a2cf42c7a41a042bb694c952ed739ebd447dff7180dd5"},
    {{1, 1},
     {5, 4},
     "626cd3cd4b77c9dc525b8673e553288ff860a4810e8bc5e5bca80258eea47be6"},
    {{64, 48},
     {32, 24},
     "03f39102522ff0278cd2ba0f646a9eaea63f0982cce085f35718e58917d54369"},
    {{9, 7},
     {9, 7},
     "787228fdc3d8cce125f44291091acd68b03e14950bb9411b2b7f5f5f9519bbbc"},
    {{31, 90},
     {3, 2},
     "0cafedcea4f770d01d6685a427de0d1005e227634bd603a01d3249d1cf7d7063"},
};

static const struct {
    size_t from[2];
    double factor;
    const char *sha256;
} scale_vectors[] = {
    {{50, 37}, 2.5, "b73910525025092358c8e554f33a011e85400c1a9f3633fdf71a71e21e81fba0"},
    {{41, 30}, 1.7, "e452a8ecf64cf7f8219eb92d312dc9905d1ee91884dfedc9bc97201487f4e046"},
    {{33, 21}, 0.6, "2a467a9b57ee9824866befdfa6c36f4c177eb81b6d6c049edf3bf4f1378e99ab"},
    {{8, 8}, 3.0, "8150b9483d6dc624fd57bebdca5268294f1a8c6c2af329c48b7a4e8c3f821e14"},
};

static const struct {
    size_t from[2], to[2];
    double m[6];
    const char *sha256;
} warp_vectors[] = {
    {{60, 50},
     {224, 224},
     {2.3, 0.08, -30.5, -0.08, 2.3, -22.7},
     "d3b5bed25fd2cea0e433bc0437d2e8a7fe641a3de428098ccd3d35707499cf1d"},
    {{60, 50},
     {40, 30},
     {0.5, -0.4, 3.0, 0.4, 0.5, -7.25},
     "c309ae96388d73df88b6f4ed7a606212c6490362e0e240ca84e6695ddaf6deec"},
    {{60, 50},
     {64, 64},
     {1.0, 0.0, 0.0, 0.0, 1.0, 0.0},
     "21dd52bdba53e52ec12a65610bea35e7ac5ea7e1ae838e9846411c5113370f5f"},
    {{20, 20},
     {32, 32},
     {-1.5, 0.3, 40.0, 0.7, 1.1, -300.0},
     "e80232b4d18d0bb7e794be263ba937626f383f9917d4b8a737ba893a8f752293"},
};

#endif

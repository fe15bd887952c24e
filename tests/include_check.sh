#!/usr/bin/env bash
# Holds the sources to the layers: which public headers each folder of src/ may include,
# and which folder alone may include a library's header. Prints every breach.
set -euo pipefail
root=$1
breaches=0

declare -A layer_of=(
    [alloc]=base [buf]=base [child]=base [cpu]=base [file]=base [file_writer]=base
    [notes]=base [pool]=base [progress]=base
    [rng]=base [status]=base [text]=base [thread]=base
    [project]=store [collection]=store [face_query]=store [merge_rows]=store
    [image]=image [canvas]=image [demo]=image
    [matrix]=num [dense]=num
    [npy]=feature [npy_writer]=feature [hog]=feature [vgg]=feature [vgg_weights]=feature
    [keras_head]=feature
    [alo]=learn [head]=learn [metrics]=learn [calibration]=learn [suspect]=learn
    [learning_curve]=learn [live_head]=learn [spread]=learn
    [interval]=stats [log_odds]=stats [bootstrap]=stats [paired]=stats [power_law]=stats
    [agreement]=stats [prevalence]=stats [false_discovery]=stats
    [detect]=vision
    [term]=term
    [agreement_job]=app [labels]=app [session]=app [page]=app [filter]=app [review]=app
    [import]=app [export]=app [train]=app [merge]=app
    [feature_job]=app [year]=app [metadata]=app [mine]=app [demo_project]=app [keras_model]=app
    [report]=app [suspect_list]=app [compare]=app [curve]=app [detect_job]=app
    [tui]=tui [chart]=report [report_page]=report
)
declare -A may_use=(
    [base]="base" [store]="base store" [image]="base image" [num]="base num"
    [vision]="base image vision"
    [stats]="base num stats" [feature]="base image num feature"
    [learn]="base num stats learn" [term]="base image term"
    [app]="base store image num vision feature learn stats app"
    [tui]="base store image feature learn stats app term tui"
    [report]="base store image stats learn app term report"
    [cli]="base store image num vision feature learn stats app term tui report"
)
declare -A owner=(
    [sqlite3.h]=store [cblas.h]=num [sixel.h]=term [chafa.h]=term [curses.h]=tui [sha2.h]=base
    [hdf5.h]=feature [frontal_face_detector.h]=vision [jpeglib.h]=image
)

breach() {
    echo "$1"
    breaches=$((breaches + 1))
}

for dir in "$root"/src/*/; do
    folder=$(basename "$dir")
    while IFS=: read -r file _ line; do
        header=$(sed -E 's/.*"sitter\/([a-z0-9_]+)\.h".*/\1/' <<<"$line")
        layer=${layer_of[$header]:-unknown}
        [[ " ${may_use[$folder]} " == *" $layer "* ]] ||
            breach "src/$folder/$(basename "$file") includes sitter/$header.h of $layer"
    done < <(grep -HnE '#include "sitter/' "$dir"*.{c,cc,h} 2>/dev/null || true)
    # A private header must lie in the same folder.
    while IFS=: read -r file _ line; do
        header=$(sed -E 's/.*"([^"]+)".*/\1/' <<<"$line")
        [[ -e $dir$header || $header == stb_limits.h ]] ||
            breach "src/$folder/$(basename "$file") includes $header, which is not there"
    done < <(grep -HnE '#include "[^/"]+"' "$dir"*.{c,cc,h} 2>/dev/null || true)
done

for header in "${!owner[@]}"; do
    while read -r file; do
        [[ $(basename "$(dirname "$file")") == "${owner[$header]}" ]] ||
            breach "${file#"$root"/} includes $header, which only src/${owner[$header]} may"
    done < <(grep -lE "#include <(.*/)?$header>" -r "$root/src" "$root/include" || true)
done

# One name, one file.
while read -r name; do
    breach "two files are named $name"
done < <(find "$root/src" -name '*.[ch]' -printf '%f\n' | sort | uniq -d)

[[ $breaches -eq 0 ]] && echo "layers hold"
exit $((breaches > 0))

#!/usr/bin/env bash
# sitter detect on photographs: faces, what is done again, what cannot be read, a killed
# run, the number of threads; and what it says without dlib.
. "$(dirname "$0")/cli_support.sh"
photos=${SITTER_SHARED:-}/data/photos

# The database but for the times.
dump() {
    sqlite3 "$1" "SELECT name, path, source_id, hex(sha256), n_bytes, width_px,
        height_px, n_faces, parameters FROM poster ORDER BY id;
        SELECT poster_id, hex(bytes) FROM poster_thumbnail ORDER BY 1;
        SELECT * FROM face_box ORDER BY 1;
        SELECT id, name, source_id, split, hex(sha256) FROM face ORDER BY 1;
        SELECT face_id, format, hex(bytes) FROM face_picture ORDER BY 1;
        SELECT id, name, split, split_index FROM source ORDER BY 1;"
}

expect 2 detect
expect 2 detect --size 4 .
expect 2 detect --split-unit poster .
expect 1 detect nowhere.jpg
err_has "cannot open 'nowhere.jpg'"
[[ ! -e sitter.db ]] || fail "a project was made for nothing"

if "$program" doctor --json </dev/null | grep -q '"dlib": null'; then
    printf 'no picture' >x.jpg
    expect 1 detect x.jpg
    err_has "built without dlib"
    [[ ! -e sitter.db ]] || fail "a project was made without dlib"
    echo "$n_checks checks; the rest needs dlib"
    exit 0
fi

# Without the photographs: nothing readable, hostile names, a bad landmark file.
printf 'no picture' >$'bad\033[31m.jpg'
expect 1 detect $'bad\033[31m.jpg'
err_has 'no poster was searched'
output_is_clean
printf 'not a model' >model.dat
expect 1 detect --landmarks model.dat $'bad\033[31m.jpg'
err_has "cannot use 'model.dat' for landmarks"
[[ ! -e sitter.db ]] || fail "a project was left"
! grep -q "^made" err.txt || fail "a project that is removed again was announced"
expect 1 detect --landmarks nowhere.dat $'bad\033[31m.jpg'
err_has "cannot open 'nowhere.dat' for --landmarks"
rm ./*.jpg model.dat

# A folder without pictures; a poster without faces leads to no next step.
mkdir nothing
expect 1 detect nothing
err_has "no picture in 'nothing'"
[[ ! -e sitter.db ]] || fail "a project was made for an empty folder"
printf 'P6 40 30 255\n%3600s' '' >blank.ppm
expect 0 --db blank.db detect --landmarks none blank.ppm
err_has "made 'blank.db'"
err_has "no new face"
! grep -q "^next" err.txt || fail "a next step without faces"
expect 0 --db blank.db status
out_has "1 poster searched for faces"
expect 0 --db blank.db status --json
json_has '"posters":1'
rm blank.ppm blank.db

if [[ ! -d $photos || ! -e /usr/share/dlib/shape_predictor_68_face_landmarks.dat ]]; then
    echo "skipped: the photographs or dlib's landmark model are not here"
    exit 77
fi
if ! command -v sqlite3 >/dev/null; then
    echo "skipped: needs sqlite3"
    exit 77
fi

# The article's layout, a plain file, a picture without faces, one that is cut short.
mkdir -p in/2008_001009
cp "$photos/2008_001009.jpg" in/2008_001009/
cp "$photos/2007_007763.jpg" "$photos/2008_002470.jpg" in/
head -c 20000 "$photos/2008_001322.jpg" >in/cut.jpg
printf 'P6 40 30 255\n%3600s' '' >in/empty.ppm
printf 'text' >in/notes.txt
expect 0 detect in --jobs 2 --json
json_has '"posters":5,"searched":4,"without_faces":1,"faces":15,"known":0'
json_has '"duplicates":0,"changed":0,"failed":1,"ignored":1,"aligned":true'
err_has "in/cut.jpg"
[[ $(sqlite3 sitter.db "SELECT group_concat(name, ' ') FROM (SELECT name FROM face
    WHERE source_id = 2 ORDER BY id)") == "2008_001009_0 2008_001009_1" ]] ||
    fail "the names of the faces"
[[ $(sqlite3 sitter.db "SELECT count(*) FROM source") == 3 ]] || fail "sources"
[[ $(sqlite3 sitter.db "SELECT json_array_length(landmarks) FROM face_box LIMIT 1") == 68 ]] ||
    fail "landmarks"

# Again: nothing but the bad one is read anew; other options are mentioned.
dump sitter.db >first.txt
expect 0 detect in --json
json_has '"searched":0,"without_faces":0,"faces":0,"known":4'
expect 0 detect in --min-score 0.5 --json
err_has "4 posters were searched before with other options"
dump sitter.db | cmp -s - first.txt || fail "searching again changed the project"

# The same file under another name, another file under the same name.
mkdir more
cp in/2007_007763.jpg more/copy.jpg
cp "$photos/2009_004587.jpg" more/2008_002470.jpg
expect 0 detect more --json
json_has '"faces":0,"known":0,"duplicates":1,"changed":1,"failed":0'
err_has "the same file as poster '2007_007763'"
err_has "another poster named '2008_002470'"
dump sitter.db | cmp -s - first.txt || fail "duplicates changed the project"

# One thread gives the same; so does a run that is killed on its way and started again.
expect 0 --db one.db detect in --jobs 1
dump one.db | cmp -s - first.txt || fail "one thread gives another project"
"$program" --db killed.db detect in --jobs 1 >out.txt 2>err.txt </dev/null &
victim=$!
until [[ $(sqlite3 "file:killed.db?mode=rw" "SELECT count(*) FROM poster" 2>/dev/null) -gt 0 ]]; do
    kill -0 $victim 2>/dev/null || break
done
kill -9 $victim 2>/dev/null
wait $victim 2>/dev/null
expect 0 --db killed.db detect in --jobs 2
dump killed.db | cmp -s - first.txt || fail "a killed run does not end the same"

# Ctrl-C keeps what is done, and says so.
"$program" --db int.db detect in --jobs 1 >out.txt 2>err.txt </dev/null &
victim=$!
until [[ $(sqlite3 "file:int.db?mode=rw" "SELECT count(*) FROM poster" 2>/dev/null) -gt 0 ]]; do
    kill -0 $victim 2>/dev/null || break
done
kill -INT $victim 2>/dev/null
wait $victim 2>/dev/null
expect 0 --db int.db detect in
dump int.db | cmp -s - first.txt || fail "an interrupted run does not end the same"

# Without landmarks: plain crops, fewer with a higher score, of another size.
expect 0 --db plain.db detect in/2007_007763.jpg --landmarks none --margin 0.2 \
    --min-score 1 --size 96 --json
json_has '"faces":4,.*"aligned":false'
[[ $(sqlite3 plain.db "SELECT count(*) FROM face_box WHERE landmarks IS NULL") == 4 &&
    $(sqlite3 plain.db "SELECT DISTINCT width_px FROM face") == 96 ]] ||
    fail "plain crops"

# Faces go on as any others do.
expect 0 features extract --set hog --model hog
expect 0 export --format jsonl
out_has '"face":"2007_007763_0"'
echo "$n_checks checks"

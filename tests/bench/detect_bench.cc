/*
 * sitter detect with two threads beside the loop that one would write with dlib: load,
 * enlarge 2.5 times, find, fit landmarks, cut out 224 px chips, on one thread. Both
 * from start to end, models included; pairs, alternating, and the median of their
 * ratios.
 *
 *     detect_bench SITTER FOLDER [PAIRS]
 */
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <dlib/image_io.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

#include "sitter/detect.h"

using Clock = std::chrono::steady_clock;

static double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

static double plain_loop(const std::vector<std::string> &paths, size_t *n_faces)
{
    auto start = Clock::now();
    auto detector = dlib::get_frontal_face_detector();
    dlib::shape_predictor predictor;
    dlib::deserialize(SIT_LANDMARKS_PATH) >> predictor;
    *n_faces = 0;
    for (const auto &path : paths) {
        dlib::array2d<dlib::rgb_pixel> photo, enlarged;
        dlib::load_image(photo, path);
        enlarged.set_size(photo.nr() * 5 / 2, photo.nc() * 5 / 2);
        dlib::resize_image(photo, enlarged);
        for (const auto &box : detector(enlarged)) {
            auto shape = predictor(enlarged, box);
            dlib::array2d<dlib::rgb_pixel> chip;
            dlib::extract_image_chip(
                enlarged, dlib::get_face_chip_details(shape, 224, 0.25), chip);
            ++*n_faces;
        }
    }
    return seconds_since(start);
}

static double run_sitter(const char *sitter, const char *folder)
{
    char db[] = "/tmp/detect-bench-XXXXXX";
    int fd = mkstemp(db);
    if (fd >= 0)
        close(fd);
    unlink(db);
    auto start = Clock::now();
    pid_t child = fork();
    if (child == 0) {
        if (std::freopen("/dev/null", "w", stdout) == nullptr)
            _exit(127);
        execl(sitter, sitter, "--quiet", "--db", db, "detect", folder, "--jobs", "2",
              static_cast<char *>(nullptr));
        _exit(127);
    }
    int code = -1;
    waitpid(child, &code, 0);
    double seconds = seconds_since(start);
    unlink(db);
    return code == 0 ? seconds : -1.0;
}

static double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    size_t n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2.0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        std::fprintf(stderr, "usage: %s SITTER FOLDER [PAIRS]\n", argv[0]);
        return 2;
    }
    std::vector<std::string> paths;
    for (const auto &entry : std::filesystem::directory_iterator(argv[2]))
        if (entry.path().extension() == ".jpg")
            paths.push_back(entry.path().string());
    std::vector<double> plain, ours, ratios;
    size_t n_faces = 0;
    int n_pairs = argc > 3 ? std::atoi(argv[3]) : 5;
    for (int i = 0; i < n_pairs; i++) {
        plain.push_back(plain_loop(paths, &n_faces));
        std::fflush(stdout);
        ours.push_back(run_sitter(argv[1], argv[2]));
        if (ours.back() < 0.0)
            return 1;
        ratios.push_back(plain.back() / ours.back());
    }
    std::printf("%zu photographs, %zu faces, %d pairs, medians:\n", paths.size(),
                n_faces, n_pairs);
    std::printf("dlib's loop, one thread:   %6.2f s\n", median(plain));
    std::printf("sitter detect --jobs 2:    %6.2f s\n", median(ours));
    std::printf("median ratio of pairs:     %6.2f\n", median(ratios));
    return 0;
}

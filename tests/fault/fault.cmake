sit_test(write_fault_test SOURCES write_fault_test.c faulty_vfs.c LIBRARIES sitter_app
         TIMEOUT 240)
sit_test(full_disk_test SOURCES full_disk_test.c LIBRARIES sitter_app m)
# Every allocation of the tested libraries and of the test goes through its functions.
sit_test(alloc_fault_test SOURCES alloc_fault_test.c LIBRARIES sitter_app)
target_include_directories(alloc_fault_test PRIVATE ${PROJECT_SOURCE_DIR}/src/app)
target_link_options(alloc_fault_test PRIVATE
                    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)

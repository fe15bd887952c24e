sit_test(agreement_job_test SOURCES agreement_job_test.c
         LIBRARIES sitter_app m)

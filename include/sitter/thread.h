/*
 * Starting threads that leave signals to the main thread: a handler that ran in a worker
 * would come at no particular time for the loop that waits for it.
 */
#ifndef SITTER_THREAD_H
#define SITTER_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/** As pthread_create() with default attributes, all signals blocked in the new thread
 * (fatal ones that it causes itself reach it all the same). False where it cannot start. */
bool sit_thread_start(pthread_t *thread, void *(*run)(void *), void *context);

#endif

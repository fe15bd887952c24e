/*
 * Starting threads that leave signals to the main thread: a handler that ran in a
 * worker would come at no particular time for the loop that waits for it. And which
 * threads go first, where there are more than processors.
 */
#ifndef SITTER_THREAD_H
#define SITTER_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/** As pthread_create() with default attributes, all signals blocked in the new thread
 * (fatal ones that it causes itself reach it all the same). False where it cannot
 * start. */
bool sit_thread_start(pthread_t *thread, void *(*run)(void *), void *context);

/** The calling thread waits for events and is then in a hurry: let it have a processor
 * at once (Linux 6.12 on; elsewhere nothing happens). */
void sit_thread_be_prompt(void);

/** The calling thread, and those that it starts, work for later: they give way to
 * others that want the processor, of this process and of all. */
void sit_thread_give_way(void);

#endif

/* SPDX-FileCopyrightText: 2026 The Projectionist authors */
/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Only for ThreadSanitizer, which knows POSIX threads but not those of C11, and librdkafka uses the latter: its threads
   crash as soon as they call us, and what its locks order looks like a race. Here they become POSIX threads. The types
   of both are the same memory in glibc. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "same memory");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "same memory");
_Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "same memory");
_Static_assert(sizeof(thrd_t) == sizeof(pthread_t), "same memory");

struct start
{
    thrd_start_t function;
    void* argument;
};

static int result(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case ENOMEM:
        return thrd_nomem;
    case ETIMEDOUT:
        return thrd_timedout;
    case EBUSY:
        return thrd_busy;
    default:
        return thrd_error;
    }
}

static void* run(void* memory)
{
    const struct start start = *(struct start*)memory;
    free(memory);
    return (void*)(intptr_t)start.function(start.argument);
}

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument)
{
    struct start* const start = malloc(sizeof *start);
    if (!start)
        return thrd_nomem;
    *start = (struct start){function, argument};
    const int error = pthread_create(thread, NULL, run, start);
    if (error != 0)
        free(start);
    return result(error);
}

int thrd_join(thrd_t thread, int* code)
{
    void* returned = NULL;
    const int error = pthread_join(thread, &returned);
    if (error == 0 && code)
        *code = (int)(intptr_t)returned;
    return result(error);
}

/* What becomes visible to other threads by an atomic of librdkafka alone would be a race if ThreadSanitizer heard of
   its beginning and end. */
int mtx_init(mtx_t* mutex, int type)
{
    const pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    *(pthread_mutex_t*)mutex = type & mtx_recursive ? recursive : plain;
    return thrd_success;
}

void mtx_destroy(mtx_t* mutex)
{
    (void)mutex;
}

int cnd_init(cnd_t* condition)
{
    *(pthread_cond_t*)condition = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    return thrd_success;
}

void cnd_destroy(cnd_t* condition)
{
    (void)condition;
}

int mtx_lock(mtx_t* mutex)
{
    return result(pthread_mutex_lock((pthread_mutex_t*)mutex));
}

int mtx_unlock(mtx_t* mutex)
{
    return result(pthread_mutex_unlock((pthread_mutex_t*)mutex));
}

int cnd_signal(cnd_t* condition)
{
    return result(pthread_cond_signal((pthread_cond_t*)condition));
}

int cnd_broadcast(cnd_t* condition)
{
    return result(pthread_cond_broadcast((pthread_cond_t*)condition));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex)
{
    return result(pthread_cond_wait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex));
}

int cnd_timedwait(cnd_t* restrict condition, mtx_t* restrict mutex, const struct timespec* restrict until)
{
    return result(pthread_cond_timedwait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex, until));
}

void call_once(once_flag* flag, void (*function)(void))
{
    pthread_once((pthread_once_t*)flag, function);
}

/*
 * must.h - what only our own bug can break, and small help with ownership.
 *
 * must(x) is always on.  It prints the expression and aborts: the next start
 * resumes from the store, which is tested at every point.  What the network,
 * a user or a disk can break is a struct err (err.h), never a must().
 *
 * must_have(x, what) is for what the machine refuses us and nothing goes on
 * without: memory, threads, random bytes.  It stops the program by abort(), too,
 * after one line that begins "numberd: stopped: ".
 */
#ifndef BASE_MUST_H
#define BASE_MUST_H

#include <stddef.h>
#include <stdint.h>

#define must(x) ((x) ? (void)0 : must_failed(#x, __FILE__, __LINE__, __func__))

#define must_have(x, what) ((x) ? (void)0 : must_stop(what))

_Noreturn void must_failed(const char *what, const char *file, int line, const char *func);
_Noreturn void must_stop(const char *what); /* "out of memory" */

/* Memory that cannot be refused: sizes are bounded where bytes come in, so
 * running out is our bug or the machine's end.  Zeroed; free() releases it. */
void *must_calloc(size_t count, size_t size);
void *must_realloc(void *old, size_t size);
char *must_strdup(const char *text);

/* AUTO(order_free) struct order *o = ...;  frees at the end of the scope.
 * return TAKE(o);  hands it on instead.  Needs `struct x *x_free(struct x *)`. */
#define AUTO(free_func) __attribute__((cleanup(free_func##_auto)))
#define AUTO_DEFINE(type, free_func)                                                               \
	static inline void free_func##_auto(type *p)                                               \
	{                                                                                          \
		if (*p)                                                                            \
			free_func(*p);                                                             \
	}                                                                                          \
	struct must_semicolon_eater
#define TAKE(p)                                                                                    \
	__extension__({                                                                            \
		__typeof__(p) taken_ = (p);                                                        \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

#endif

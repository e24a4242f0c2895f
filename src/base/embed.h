/* embed.h - a file compiled into the program by tools/embed. */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stddef.h>

struct embedded_file {
	const char *name;  /* without folders; NULL ends a table */
	const char *bytes; /* followed by a NUL that `length` leaves out */
	size_t length;
};

#endif

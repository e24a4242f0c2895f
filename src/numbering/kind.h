/* kind.h - what sort of telephone number something is, and its name on the wire. */
#ifndef NUMBERING_KIND_H
#define NUMBERING_KIND_H

#include <stddef.h>

/* clang-format off */
#define KINDS(X)                        \
	X(GEOGRAPHIC,    "geographic")  \
	X(MOBILE,        "mobile")      \
	X(TOLLFREE,      "tollfree")    \
	X(NONGEOGRAPHIC, "nongeographic") \
	X(PERSONAL,      "personal")    \
	X(PREMIUM,       "premium")     \
	X(SHAREDCOST,    "sharedcost")  \
	X(VOIP,          "voip")        \
	X(UAN,           "uan")
/* clang-format on */

enum number_kind {
#define X(name, wire) KIND_##name,
	KINDS(X)
#undef X
		KIND_COUNT
};

const char *kind_wire(enum number_kind kind);
/* The kind whose wire name is the first `bytes` of `wire`, or KIND_COUNT. */
enum number_kind kind_from_wire(const char *wire, size_t bytes);

#endif

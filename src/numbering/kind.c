#include "numbering/kind.h"

#include <string.h>

#include "base/must.h"

static const char *const wires[] = {
#define X(name, wire) wire,
	KINDS(X)
#undef X
};

const char *kind_wire(enum number_kind kind)
{
	must(kind < KIND_COUNT);
	return wires[kind];
}

enum number_kind kind_from_wire(const char *wire, size_t bytes)
{
	for (size_t i = 0; i < COUNT_OF(wires); i++)
		if (strlen(wires[i]) == bytes && memcmp(wires[i], wire, bytes) == 0)
			return (enum number_kind)i;
	return KIND_COUNT;
}

/* ledger.h - everything that happened to money and numbers, as one JSON document. */
#ifndef SIM_LEDGER_H
#define SIM_LEDGER_H

#include <stdbool.h>

#include "base/str.h"

struct world;

/* `is_brief`: counts and sums only. */
void ledger_write(const struct world *w, bool is_brief, struct str *to);

#endif

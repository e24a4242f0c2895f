/*
 * serve.h - the simulator on the network: HTTP in, dispatch, HTTP out, timers.
 */
#ifndef SIM_SERVE_H
#define SIM_SERVE_H

#include "base/err.h"

struct loop;
struct serve;
struct world;

/* Borrows both; listens at once. */
struct serve *serve_new(struct loop *loop, struct world *w, const char *listen, struct err *e);
struct serve *serve_free(struct serve *serve);
const char *serve_address(const struct serve *serve); /* "127.0.0.1:9090" */

#endif

/*
 * source_rate.h - how often one network may ask for what costs us upstream calls.
 *
 * So many times within a window that begins with the first; a network is what
 * admission_network() makes of a peer.  Remembers SOURCE_RATE_NETWORKS of them,
 * and forgets the one whose window is oldest for a new one.
 *
 * Thread: the loop's.
 */
#ifndef API_SOURCE_RATE_H
#define API_SOURCE_RATE_H

#include <stdint.h>

#define SOURCE_RATE_NETWORKS 256

struct source_rate;
struct source_rate *source_rate_new(int most, int64_t window_ms);
struct source_rate *source_rate_free(struct source_rate *rate);
/* 0: counted, it may be.  Else there were too many: how long until one may be again. */
int64_t source_rate_take(struct source_rate *rate, const char *network, int64_t now_ms);

#endif

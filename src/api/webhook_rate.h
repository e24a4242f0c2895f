/*
 * webhook_rate.h - how much forging one network may cost us.
 *
 * A wrong signature costs almost a millisecond to find out (0.85 ms on the
 * machine it was measured on), so a flood of them would keep the good ones from
 * their two seconds.  After WEBHOOK_FORGED_MOST within a second a network (IPv4 /24,
 * IPv6 /48) is not listened to until the second is over, unless it has signed
 * rightly of late.  Networks share a bounded table by a keyed digest: two may meet
 * in one slot, and nobody outside can know which.
 *
 * Thread: the loop's.
 */
#ifndef API_WEBHOOK_RATE_H
#define API_WEBHOOK_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define WEBHOOK_FORGED_MOST 50 /* a second and network */

struct webhook_rate;
struct webhook_rate *webhook_rate_new(void);
struct webhook_rate *webhook_rate_free(struct webhook_rate *rate);
/* Whether what comes from this peer now is looked at. */
bool webhook_rate_allows(struct webhook_rate *rate, const char *peer, int64_t now_s);
/* What looking at it showed. */
void webhook_rate_note(struct webhook_rate *rate, const char *peer, int64_t now_s, bool is_good);

#endif

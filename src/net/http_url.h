/* http_url.h - which addresses the client may talk to. */
#ifndef NET_HTTP_URL_H
#define NET_HTTP_URL_H

#include <stdbool.h>

/* Why this address is not taken, or NULL when it is: https:// anywhere, http://
 * to loopback, nothing but visible ASCII, no user, no fragment; a base has no
 * query either. */
const char *http_url_fault(const char *text, bool is_base);

#endif

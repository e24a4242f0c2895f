/*
 * admission.h - who may use what, decided from what a request brings along.
 *
 * Pure but for the digests.  Keys are kept as SHA-256 only and compared with
 * all of them in time that tells nothing.  Nothing a client can write into a
 * forwarding header counts: the peer's own address does.
 *
 * Without a key numberd is for this machine alone: other peers are refused,
 * and so are requests that name a foreign host, which is how a page on the
 * web reaches a loopback service through a name it controls (DNS rebinding).
 */
#ifndef API_ADMISSION_H
#define API_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"
#include "base/err.h"
#include "base/id.h"

enum admission_need {
	NEED_NOTHING, /* open to whoever can reach us */
	NEED_SIGNUP,  /* open when public sign-up is on */
	NEED_KEY,
};

enum admitted {
	ADMITTED_NOT,
	ADMITTED_ANYONE, /* on what needs nothing */
	ADMITTED_BY_KEY,
	ADMITTED_LOOPBACK, /* no key is configured */
	ADMITTED_PUBLIC,   /* a stranger on what is public */
};

struct admission {
	uint8_t keys[CONFIG_KEYS][ID_DIGEST_BYTES];
	int key_count;
	bool is_public_signup;
};

/* What a request says about its sender; texts may be NULL. */
struct visitor {
	bool is_loopback;
	bool is_write; /* any method but GET */
	const char *authorization;
	const char *host;
	/* Sec-Fetch-Site and Origin: browsers say them, pages cannot forge them. */
	const char *fetch_site, *origin;
};

void admission_init(struct admission *a, const struct config *config);
/* ADMITTED_NOT fills *e: ERR_UNAUTHORIZED or ERR_FORBIDDEN. */
enum admitted admission_judge(const struct admission *a, const struct visitor *visitor,
	enum admission_need need, struct err *e);

/* "203.0.113.7" -> "203.0.113.0/24", "2001:db8::1" -> "2001:db8::/48". */
void admission_network(const char *peer, char *to, size_t to_bytes);

#endif

/*
 * voice.h - the platform that answers the calls, as the engine sees it.
 *
 * A table of functions; vapi.c fills it.  The same rules as carrier.h: one
 * asynchronous answer a call, and what is not understood is unclear.
 */
#ifndef VOICE_VOICE_H
#define VOICE_VOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "order/order.h"

struct voice;
struct http_client;
struct clock;

typedef void (*voice_done)(void *arg, const struct answer *answer);
/* The credential to import with, found or confirmed.  application_id: the
 * carrier's connection id that imported numbers get; "" when not known. */
struct voice_credential {
	char id[40];
	char application_id[24];
};
typedef void (*voice_check_done)(
	void *arg, const struct err *e, const struct voice_credential *credential);

struct voice_ops {
	/* Key and credential.  With no credential configured: the only one of
	 * provider telnyx, or ERR_VOICE_CREDENTIAL_MISSING / _AMBIGUOUS. */
	void (*check)(struct voice *v, voice_check_done done, void *arg);
	void (*ask)(struct voice *v, const struct order *o, const struct command *command,
		bool (*gate)(void *arg), voice_done done, void *arg);
	struct voice *(*free)(struct voice *v);
};
struct voice {
	const struct voice_ops *ops;
};

void voice_check(struct voice *v, voice_check_done done, void *arg);
/* FIND_VOICE, IMPORT, READ_VOICE, RELEASE_VOICE.  IMPORT needs a check that
 * succeeded before.  `o` is borrowed until done is called. */
void voice_ask(struct voice *v, const struct order *o, const struct command *command,
	bool (*gate)(void *arg), voice_done done, void *arg);
struct voice *voice_free(struct voice *v);

struct vapi_options {
	const char *base_url; /* https://api.vapi.ai */
	const char *api_key;
	const char *credential_id; /* "" to look it up */
};
struct voice *voice_vapi_new(
	struct http_client *http, const struct clock *clock, const struct vapi_options *options);

#endif

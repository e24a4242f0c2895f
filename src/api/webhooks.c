/*
 * webhooks.c - what Telnyx tells us: believed to be from Telnyx, and no further.
 *
 * Telnyx counts exactly 200 within 2 s as taken and sends again otherwise, so
 * 200 means: stored.  What it speaks of is looked up by the engine afterwards.
 * What costs little is asked first; refusals are counted, and not logged, since
 * anybody can cause them.
 */
#include <string.h>

#include "api/inside.h"
#include "base/clock.h"
#include "base/text.h"

#define EVENT_WORD_BYTES 100 /* an id or a type beyond this is none of Telnyx's */

static void refuse(
	const struct call *call, enum webhook_refusal why, enum err_code code, const char *message)
{
	struct err e;
	call->api->webhooks_refused[why]++;
	err_set(&e, code, "%s", message);
	answer_problem(call->r, &(struct problem){.err = &e});
}

static enum webhook_signature_verdict check(const struct call *call)
{
	static const char signature[] = "telnyx-signature-ed25519";
	static const char timestamp[] = "telnyx-timestamp";
	const struct http_request *r = call->r;
	struct webhook_signature_input input = {.signature = http_request_header(r, signature),
		.signature_count = http_request_header_count(r, signature),
		.timestamp = http_request_header(r, timestamp),
		.timestamp_count = http_request_header_count(r, timestamp)};
	input.body = http_request_body(r, &input.body_bytes);
	return webhook_signature_check(
		&call->api->webhook_keys, &input, clock_wall_ms(clock_machine()) / 1000);
}

/* Answers itself when it is not from Telnyx, or not lately. */
static bool is_from_telnyx(const struct call *call)
{
	switch (check(call)) {
	case WEBHOOK_SIGNATURE_OK:
		webhook_rate_note(call->api->webhook_rate, http_request_peer(call->r),
			clock_wall_ms(clock_machine()) / 1000, true);
		return true;
	case WEBHOOK_SIGNATURE_MISSING:
		refuse(call, WEBHOOK_NO_SIGNATURE, ERR_WEBHOOK_SIGNATURE,
			"telnyx-signature-ed25519 or telnyx-timestamp is missing");
		return false;
	case WEBHOOK_SIGNATURE_MALFORMED:
		refuse(call, WEBHOOK_NO_SIGNATURE, ERR_WEBHOOK_SIGNATURE,
			"telnyx-signature-ed25519 is not one base64 text of 64 bytes, or "
			"telnyx-timestamp not one number of seconds");
		return false;
	case WEBHOOK_SIGNATURE_STALE:
		refuse(call, WEBHOOK_STALE, ERR_WEBHOOK_TIME,
			"telnyx-timestamp is more than 5 minutes from this machine's time");
		return false;
	case WEBHOOK_SIGNATURE_WRONG:
	case WEBHOOK_SIGNATURE_VERDICTS:
		break;
	}
	webhook_rate_note(call->api->webhook_rate, http_request_peer(call->r),
		clock_wall_ms(clock_machine()) / 1000, false);
	refuse(call, WEBHOOK_BAD_SIGNATURE, ERR_WEBHOOK_SIGNATURE,
		"no TELNYX_PUBLIC_KEY has signed this timestamp and body");
	return false;
}

static void stored(void *arg, const struct err *e, bool is_repeat)
{
	struct http_request *r = arg;
	static const char fresh[] = "{\"status\":\"stored\"}";
	static const char again[] = "{\"status\":\"stored_before\"}";
	if (e->code != ERR_OK)
		answer_problem(r, &(struct problem){.err = e, .status = 503});
	else if (is_repeat)
		answer_text(r, 200, again, sizeof(again) - 1);
	else
		answer_text(r, 200, fresh, sizeof(fresh) - 1);
}

static bool is_word(const char *text)
{
	return text != NULL && text[0] != '\0' && strlen(text) <= EVENT_WORD_BYTES;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Some events are documented without the envelope {"data":…,"meta":…}. */
static const json_t *event_in(const json_t *document)
{
	const json_t *data = json_at(document, "data");
	return json_is_object(data) ? data : document;
}

static void take(const struct call *call, const json_t *event, const char *body)
{
	const struct engine_webhook webhook = {.provider = "telnyx",
		.event_id = json_text(event, "id"),
		.event_type = json_text(event, "event_type"),
		.reference = or_empty(json_text(event, "payload.customer_reference")),
		.order_id = or_empty(json_text(event, "payload.id")),
		.body = body};
	if (is_word(webhook.event_id) && is_word(webhook.event_type))
		engine_webhook(call->api->engine, &webhook, stored, call->r);
	else
		refuse(call, WEBHOOK_NO_EVENT, ERR_BAD_REQUEST,
			"the body holds no event with an id and an event_type");
}

void webhooks_telnyx(const struct call *call)
{
	size_t bytes;
	const char *body = http_request_body(call->r, &bytes);
	call->api->webhooks++;
	if (call->api->webhook_keys.count == 0) {
		refuse(call, WEBHOOK_NOT_CONFIGURED, ERR_WEBHOOK_NO_KEY,
			"no TELNYX_PUBLIC_KEY is configured, so no webhook can be believed");
		return;
	}
	if (bytes > STORE_WEBHOOK_BODY_BYTES) {
		refuse(call, WEBHOOK_TOO_LARGE, ERR_BODY_TOO_LARGE,
			"a webhook of more than 64 KiB is not taken");
		return;
	}
	if (!webhook_rate_allows(call->api->webhook_rate, http_request_peer(call->r),
		    clock_wall_ms(clock_machine()) / 1000)) {
		refuse(call, WEBHOOK_TOO_MANY, ERR_TOO_MANY_REQUESTS,
			"too many badly signed webhooks came from this network");
		return;
	}
	if (!is_from_telnyx(call))
		return;
	JSON_AUTO document = json_parse(body, bytes, NULL, 0);
	if (json_is_object(document))
		take(call, event_in(document), body);
	else
		refuse(call, WEBHOOK_NOT_JSON, ERR_BAD_REQUEST, "the body is not a JSON object");
}

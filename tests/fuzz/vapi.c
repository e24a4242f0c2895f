/*
 * vapi.c - whatever Vapi or a gateway answers: never imported, found or gone unless
 * the bytes say so of our number.
 *
 * Input: reader, how the answer came, HTTP status (2 bytes), the body.
 */
#include <jansson.h>

#include "tests/fuzz/fuzz.h"
#include "voice/vapi_wire.h"

#define N "+14155550123"
#define CREDENTIAL "5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70"

struct heard {
	struct http_reply reply;
	json_t *root; /* jansson's own reading of the body: an object or a list */
	struct answer a;
	enum vapi_deed deed;
	bool is_credential; /* *a is filled only when the finding is BAD or UNTOLD */
};

static bool is_2xx(const struct heard *h)
{
	return h->reply.sent == HTTP_SENT && h->reply.is_complete && h->reply.status >= 200 &&
	       h->reply.status <= 299;
}

/* Is this our number, whole or with stars for at most half of its digits? */
static bool is_ours(const json_t *record)
{
	const char *shown = json_text(record, "number");
	size_t stars = 0;
	if (shown == NULL || strlen(shown) != strlen(N))
		return false;
	for (size_t i = 0; i < strlen(N); i++) {
		if (shown[i] != '*' && shown[i] != N[i])
			return false;
		stars += shown[i] == '*';
	}
	return stars <= 6;
}

/* What was claimed of a record stands in this one. */
static bool is_record(const struct heard *h, const json_t *record)
{
	return text_is(json_text(record, "id"), h->a.voice_id);
}

/* "Everything is as it should be" holds of this record. */
static void must_be_right(const json_t *record)
{
	const char *credential = json_text_set(record, "credentialId");
	must(is_ours(record) && text_is(json_text(record, "provider"), "telnyx"));
	must(credential == NULL || text_is_any_case(credential, CREDENTIAL));
}

static const json_t *find_record(const struct heard *h)
{
	const json_t *rows = json_at(h->root, "results");
	for (size_t i = 0; i < json_count(rows); i++)
		if (is_record(h, json_array_get(rows, i)) && is_ours(json_array_get(rows, i)))
			return json_array_get(rows, i);
	return NULL;
}

static void check_answer(const struct heard *h)
{
	const struct answer *a = &h->a;
	int status = h->reply.status;
	must((unsigned)a->code < ERR_COUNT);
	FUZZ_MUST_BE_LINE(a->message);
	FUZZ_MUST_BE_LINE(a->hint);
	FUZZ_MUST_BE_LINE(a->differs);
	FUZZ_MUST_BE_LINE(a->status_word);
	must(a->voice_id[0] == '\0' || text_is_uuid(a->voice_id));
	must(a->code == ERR_OK || a->message[0] != '\0');
	must(a->number_id[0] == '\0' && a->order_id[0] == '\0' && a->candidate_count == 0);
	if (h->reply.sent == HTTP_UNSENT)
		must(a->code == ERR_VOICE_DOWN);
	else if (!h->reply.is_complete || status < 200 || (status >= 300 && status <= 399))
		must(a->code == vapi_vague(h->deed));
	else if (status >= 500)
		must(a->code == vapi_vague(h->deed) ||
			(h->deed == VAPI_IMPORT && a->code == ERR_VOICE_NOT_READY));
	if (a->code == ERR_VOICE_REFUSED || a->code == ERR_VOICE_OTHER_ORG)
		must(status >= 400 && status <= 499 && h->root != NULL);
}

static void read_credential(struct heard *h)
{
	struct voice_credential found = {.id = ""};
	h->deed = VAPI_READ_ONE;
	enum vapi_credential_finding finding =
		vapi_read_credential(&h->reply, CREDENTIAL, &found, &h->a);
	if (finding == VAPI_CREDENTIAL_GOOD)
		must(is_2xx(h) && text_is_any_case(found.id, CREDENTIAL) &&
			text_is(json_text(h->root, "provider"), "telnyx"));
	if (finding == VAPI_CREDENTIAL_BAD)
		must(err_effect(h->a.code) != ERR_EFFECT_MAYBE && h->a.code != ERR_OK);
	must(found.application_id[0] == '\0' || text_is_digits(found.application_id));
	h->is_credential = true;
}

static void read_credentials(struct heard *h)
{
	struct voice_credential found = {.id = ""};
	h->deed = VAPI_READ;
	const char *wanted = (h->reply.body_bytes & 1) != 0 ? CREDENTIAL : "";
	enum vapi_credential_finding finding =
		vapi_read_credentials(&h->reply, wanted, &found, &h->a);
	if (finding == VAPI_CREDENTIAL_GOOD) {
		must(is_2xx(h) && json_is_array(h->root) && text_is_uuid(found.id));
		must(wanted[0] == '\0' || text_is_any_case(found.id, wanted));
	}
	if (finding == VAPI_CREDENTIAL_BAD)
		must(h->a.code != ERR_OK);
	h->is_credential = true;
}

static void read_key_check(struct heard *h)
{
	h->deed = VAPI_READ;
	vapi_read_key_check(&h->reply, &h->a);
	must(h->a.code != ERR_OK || (is_2xx(h) && json_is_array(h->root)));
}

static void read_found(struct heard *h)
{
	bool has_more;
	h->deed = VAPI_READ;
	vapi_read_found(&h->reply, N, CREDENTIAL, &h->a, &has_more);
	must(!has_more || h->a.code == ERR_OK);
	if (h->a.code != ERR_OK)
		return;
	must(is_2xx(h) && json_is_array(json_at(h->root, "results")));
	const json_t *rows = json_at(h->root, "results");
	if (h->a.voice_id[0] == '\0') {
		must(h->a.voice_status == VOICE_ABSENT);
		for (size_t i = 0; i < json_count(rows); i++) /* absent is absent */
			must(!text_is(json_text(json_array_get(rows, i), "number"), N));
		return;
	}
	const json_t *record = find_record(h);
	must(h->a.voice_status != VOICE_ABSENT && record != NULL && !has_more);
	/* Records may share an id; then any of them must be right. */
	if (h->a.differs[0] == '\0' && json_count(rows) == 1)
		must_be_right(record);
}

static void read_voice(struct heard *h)
{
	h->deed = VAPI_READ_ONE;
	vapi_read_voice(&h->reply, N, CREDENTIAL, &h->a);
	if (h->a.code != ERR_OK)
		return;
	if (h->a.voice_status == VOICE_ABSENT) {
		must(h->reply.status == 404 && h->root != NULL && h->a.differs[0] != '\0');
		return;
	}
	must(is_2xx(h) && is_record(h, h->root));
	if (h->a.differs[0] == '\0')
		must_be_right(h->root);
}

static void read_imported(struct heard *h)
{
	h->deed = VAPI_IMPORT;
	vapi_read_imported(&h->reply, N, CREDENTIAL, &h->a);
	if (h->a.code == ERR_OK) {
		must(is_2xx(h) && is_record(h, h->root) && h->a.voice_id[0] != '\0');
		must_be_right(h->root);
	}
	if (h->a.code == ERR_CONFLICT)
		must(h->reply.status >= 400 && h->reply.status <= 499 && h->a.voice_id[0] != '\0');
	/* Not sent is known of what was not sent; "not taken up" of the rate limit alone. */
	if (h->reply.sent == HTTP_SENT && err_effect(h->a.code) == ERR_EFFECT_NONE)
		must(h->a.code == ERR_OK || h->a.code == ERR_VOICE_LIMITED ||
			h->a.code == ERR_VOICE_NOT_READY);
}

static void read_released(struct heard *h)
{
	h->deed = VAPI_RELEASE;
	vapi_read_released(&h->reply, N, &h->a);
	if (h->a.code == ERR_OK)
		must(is_2xx(h) || (h->reply.status == 404 && h->root != NULL));
}

static void (*const readers[])(struct heard *h) = {read_credential, read_credentials,
	read_key_check, read_found, read_voice, read_imported, read_released};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct heard h = {.root = NULL};
	unsigned reader = fuzz_roll(&in, COUNT_OF(readers)), how = fuzz_byte(&in);
	h.reply.sent = (how & 3) == 3 ? HTTP_UNSENT : HTTP_SENT;
	h.reply.is_complete = h.reply.sent == HTTP_SENT && (how & 12) != 12;
	h.reply.retry_after_ms = (how & 16) != 0 ? 2000 : -1;
	TEXT_COPY(h.reply.reason, "reset");
	h.reply.status = (int)(fuzz_number(&in, 2) % 700);
	if (h.reply.sent == HTTP_UNSENT)
		h.reply.status = 0;
	vapi_answer_init(&h.a);
	char *body = fuzz_rest(&in, &h.reply.body_bytes);
	h.reply.body = body;
	if (h.reply.sent == HTTP_SENT && h.reply.is_complete)
		h.root = json_loadb(body, h.reply.body_bytes, JSON_REJECT_DUPLICATES, NULL);
	readers[reader](&h);
	if (!h.is_credential)
		check_answer(&h);
	json_decref(h.root);
	free(body);
	return 0;
}

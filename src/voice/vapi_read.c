/* Vapi's answers. */
#include "voice/vapi_wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

#define WORDS_BYTES 200
#define UUID_BYTES 37

void vapi_answer_init(struct answer *a)
{
	*a = (struct answer){.retry_after_ms = -1, .available_cents = -1};
}

void vapi_fail(struct answer *a, enum err_code code, const char *hint, const char *format, ...)
{
	/* Longer than the field, so that the cut is made between characters. */
	char text[2 * sizeof(a->message)];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_redact(text);
	TEXT_COPY(a->message, text);
	a->code = code;
	TEXT_COPY(a->hint, hint);
}

static void not_understood(
	enum vapi_deed deed, const char *doing, const char *why, struct answer *a)
{
	vapi_fail(a, vapi_vague(deed), "", "%s: Vapi's answer is not understood (%s)", doing, why);
}

/* --- errors --- */

/* `message` is a sentence, or a list of them for fields that are not right. */
static void read_message(const json_t *root, char to[WORDS_BYTES])
{
	const json_t *message = json_at(root, "message");
	to[0] = '\0';
	if (!json_is_array(message)) {
		log_one_line(to, WORDS_BYTES, json_string_value(message));
		if (to[0] == '\0')
			log_one_line(to, WORDS_BYTES, json_text(root, "error"));
		return;
	}
	for (size_t i = 0; i < json_count(message); i++) {
		size_t n = strlen(to);
		const char *one = json_string_value(json_array_get(message, i));
		if (one == NULL || n + 3 >= WORDS_BYTES)
			continue;
		if (n > 0)
			n += (size_t)text_copy(to + n, WORDS_BYTES - n, "; ") * 2;
		log_one_line(to + n, WORDS_BYTES - n, one);
	}
}

static bool find_existing(const char *words, char to[UUID_BYTES])
{
	static const char lead[] = "existing phone number ";
	const char *at = strcasestr(words, lead);
	if (at == NULL)
		return false;
	text_copy_part(to, UUID_BYTES, at + strlen(lead), strnlen(at + strlen(lead), 36));
	text_lower(to);
	return text_is_uuid(to);
}

static enum vapi_words recognise(const json_t *root, const char *words)
{
	char id[UUID_BYTES];
	if (!json_is_object(root))
		return root != NULL ? VAPI_JSON : VAPI_NO_JSON;
	if (text_starts(words, "Cannot ") && strstr(words, " /") != NULL)
		return VAPI_NO_ROUTE;
	if (find_existing(words, id))
		return VAPI_EXISTING;
	if (text_contains_any_case(words, "in use by another org"))
		return VAPI_OTHER_ORG;
	if (text_contains_any_case(words, "update telnyx number")) {
		if (text_contains_any_case(words, "status code 404"))
			return VAPI_UPDATE_NOT_FOUND;
		bool is_auth = text_contains_any_case(words, "status code 401") ||
			       text_contains_any_case(words, "status code 403");
		return is_auth ? VAPI_UPDATE_AUTH : VAPI_UPDATE_OTHER;
	}
	return text_contains_any_case(words, "credential") ? VAPI_CREDENTIAL : VAPI_JSON;
}

static const char *hint_of(enum vapi_words words)
{
	if (words == VAPI_UPDATE_NOT_FOUND)
		return "Wait; if it lasts, the Vapi credential may hold the key of another Telnyx "
		       "account.";
	if (words == VAPI_UPDATE_AUTH)
		return "Put a valid Telnyx key into the Vapi credential (Vapi dashboard, "
		       "Integrations), then retry.";
	return words == VAPI_NO_ROUTE ? "Check VAPI_BASE_URL." : "";
}

static void tell(const struct http_reply *reply, enum vapi_words kind, const char *words,
	enum err_code code, const char *doing, struct answer *a)
{
	const char *hint = hint_of(kind);
	if (reply->sent == HTTP_UNSENT)
		vapi_fail(a, code, hint, "%s: Vapi was not reached: %s", doing, reply->reason);
	else if (reply->status == 0)
		vapi_fail(a, code, hint, "%s: no answer from Vapi: %s", doing, reply->reason);
	else if (!reply->is_complete)
		vapi_fail(a, code, hint, "%s: Vapi's answer (HTTP %d) was cut short: %s", doing,
			reply->status, reply->reason);
	else if (kind == VAPI_NO_JSON)
		vapi_fail(a, code, hint, "%s: Vapi answered HTTP %d without JSON", doing,
			reply->status);
	else
		vapi_fail(a, code, hint, "%s: Vapi answered HTTP %d%s%s", doing, reply->status,
			words[0] ? ", " : "", words);
	a->retry_after_ms = reply->retry_after_ms;
}

static json_t *parse(const struct http_reply *reply)
{
	if (reply->sent == HTTP_UNSENT || !reply->is_complete || reply->body_bytes == 0)
		return NULL;
	json_t *root = json_parse(reply->body, reply->body_bytes, NULL, 0);
	return json_is_object(root) || json_is_array(root) ? root : json_free(root);
}

/* The JSON of a good answer, or NULL and *a filled. */
static json_t *hear(
	enum vapi_deed deed, const struct http_reply *reply, const char *doing, struct answer *a)
{
	char words[WORDS_BYTES] = "", id[UUID_BYTES];
	JSON_AUTO root = parse(reply);
	bool is_good = reply->status >= 200 && reply->status < 300;
	if (!is_good)
		read_message(root, words);
	enum vapi_words kind = recognise(root, words);
	enum err_code code =
		vapi_classify(deed, reply->sent, reply->is_complete, reply->status, kind);
	a->code = code;
	if (code == ERR_OK)
		return TAKE(root);
	tell(reply, kind, words, code, doing, a);
	if (code == ERR_CONFLICT && find_existing(words, id))
		TEXT_COPY(a->voice_id, id);
	return NULL;
}

/* --- credentials --- */

static bool take_credential(const json_t *record, struct voice_credential *ret)
{
	const char *id = json_text(record, "id");
	if (!text_is_uuid(id))
		return false;
	*ret = (struct voice_credential){0};
	TEXT_COPY(ret->id, id);
	if (!json_text_or_number(record, "telnyxApplicationId", ret->application_id,
		    sizeof(ret->application_id)) ||
		!text_is_digits(ret->application_id))
		ret->application_id[0] = '\0';
	return true;
}

static bool is_telnyx(const json_t *record)
{
	return text_is(json_text(record, "provider"), "telnyx");
}

static enum vapi_credential_finding tell_other_provider(const json_t *record, struct answer *a)
{
	char provider[40];
	text_one_line(provider, sizeof(provider), json_text(record, "provider"));
	vapi_fail(a, ERR_VOICE_CREDENTIAL_WRONG, "",
		"could not use the Vapi credential: its provider is \"%s\", not telnyx", provider);
	return VAPI_CREDENTIAL_BAD;
}

/* The credential addresses are not published: that one fails says nothing
 * unless it is about the key or the rate. */
static enum vapi_credential_finding finding_of_failure(const struct answer *a)
{
	if (a->code == ERR_NOT_FOUND)
		return VAPI_CREDENTIAL_UNKNOWN;
	bool is_definite = a->code == ERR_VOICE_AUTH || a->code == ERR_VOICE_LIMITED;
	return is_definite ? VAPI_CREDENTIAL_BAD : VAPI_CREDENTIAL_UNTOLD;
}

enum vapi_credential_finding vapi_read_credential(const struct http_reply *reply, const char *id,
	struct voice_credential *ret, struct answer *a)
{
	const char *doing = "could not read the Vapi credential";
	JSON_AUTO root = hear(VAPI_READ_ONE, reply, doing, a);
	if (root == NULL)
		return finding_of_failure(a);
	if (!text_is_any_case(json_text(root, "id"), id) ||
		json_text_set(root, "provider") == NULL || !take_credential(root, ret)) {
		not_understood(VAPI_READ, doing, "not that credential", a);
		return VAPI_CREDENTIAL_UNTOLD;
	}
	return is_telnyx(root) ? VAPI_CREDENTIAL_GOOD : tell_other_provider(root, a);
}

static enum vapi_credential_finding find_credential(
	const json_t *rows, const char *id, struct voice_credential *ret, struct answer *a)
{
	for (size_t i = 0; i < json_count(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		if (!text_is_any_case(json_text(row, "id"), id) || !take_credential(row, ret))
			continue;
		return is_telnyx(row) ? VAPI_CREDENTIAL_GOOD : tell_other_provider(row, a);
	}
	/* A full page is not the whole list. */
	return json_count(rows) < VAPI_CREDENTIAL_ROWS ? VAPI_CREDENTIAL_UNKNOWN
						       : VAPI_CREDENTIAL_UNTOLD;
}

static enum vapi_credential_finding find_sole_credential(
	const json_t *rows, struct voice_credential *ret, struct answer *a)
{
	int count = 0;
	for (size_t i = 0; i < json_count(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct voice_credential one;
		if (!is_telnyx(row) || !take_credential(row, &one))
			continue;
		if (count++ == 0)
			*ret = one;
	}
	if (count == 1)
		return VAPI_CREDENTIAL_GOOD;
	if (count == 0)
		vapi_fail(a, ERR_VOICE_CREDENTIAL_MISSING, "",
			"could not choose a Vapi credential: none of the %zu there is of provider "
			"telnyx",
			json_count(rows));
	else
		vapi_fail(a, ERR_VOICE_CREDENTIAL_AMBIGUOUS, "",
			"could not choose a Vapi credential: %d are of provider telnyx", count);
	return VAPI_CREDENTIAL_BAD;
}

enum vapi_credential_finding vapi_read_credentials(const struct http_reply *reply, const char *id,
	struct voice_credential *ret, struct answer *a)
{
	const char *doing = "could not list the Vapi credentials";
	JSON_AUTO root = hear(VAPI_READ, reply, doing, a);
	if (root == NULL)
		return finding_of_failure(a);
	if (!json_is_array(root)) {
		not_understood(VAPI_READ, doing, "no list", a);
		return VAPI_CREDENTIAL_UNTOLD;
	}
	return id[0] != '\0' ? find_credential(root, id, ret, a)
			     : find_sole_credential(root, ret, a);
}

void vapi_read_key_check(const struct http_reply *reply, struct answer *a)
{
	const char *doing = "could not check the Vapi key";
	JSON_AUTO root = hear(VAPI_READ, reply, doing, a);
	if (root != NULL && !json_is_array(root))
		not_understood(VAPI_READ, doing, "no list of numbers", a);
}

/* --- the number's record --- */

enum likeness { IS_OTHER, IS_MASKED, IS_SAME };

/* "+165****8621" can be +16505558621: as long, and alike where it is shown. */
static enum likeness compare(const char *shown, const char *number)
{
	size_t n = strlen(number), stars = 0;
	if (shown == NULL || strlen(shown) != n)
		return text_is(shown, number) ? IS_SAME : IS_OTHER;
	for (size_t i = 0; i < n; i++) {
		bool is_star = shown[i] == '*';
		stars += is_star;
		if (!is_star && shown[i] != number[i])
			return IS_OTHER;
	}
	if (stars == 0)
		return IS_SAME;
	/* The last four digits at least must be there to compare. */
	bool ends_shown = n >= 8 && memchr(shown + n - 4, '*', 4) == NULL;
	return ends_shown && stars <= n - 6 ? IS_MASKED : IS_OTHER;
}

static enum voice_status voice_status(const char *word)
{
	if (word == NULL || text_is(word, "active"))
		return VOICE_ACTIVE; /* the field is optional */
	return text_is(word, "blocked") ? VOICE_BLOCKED : VOICE_ACTIVATING;
}

static void tell_differences(
	const json_t *record, const char *number, const char *credential_id, struct answer *a)
{
	char text[48];
	const char *credential = json_text_set(record, "credentialId");
	if (compare(json_text(record, "number"), number) == IS_OTHER) {
		text_one_line(text, sizeof(text), json_text(record, "number"));
		text_format(a->differs, sizeof(a->differs), "Vapi's record is of \"%s\"", text);
	} else if (!is_telnyx(record)) {
		text_one_line(text, sizeof(text), json_text(record, "provider"));
		text_format(a->differs, sizeof(a->differs),
			"Vapi holds it under provider \"%s\", not telnyx", text);
	} else if (credential_id[0] != '\0' && credential != NULL &&
		   !text_is_any_case(credential, credential_id)) {
		text_one_line(text, sizeof(text), credential);
		text_format(a->differs, sizeof(a->differs),
			"Vapi holds it with credential %s, not %s", text, credential_id);
	}
}

static bool take_voice(
	const json_t *record, const char *number, const char *credential_id, struct answer *a)
{
	const char *id = json_text(record, "id");
	const char *status = json_text_set(record, "status");
	vapi_answer_init(a);
	if (!text_is_uuid(id))
		return false;
	TEXT_COPY(a->voice_id, id);
	a->voice_status = voice_status(status);
	text_one_line(a->status_word, sizeof(a->status_word), status ? status : "active");
	tell_differences(record, number, credential_id, a);
	if (compare(json_text(record, "number"), number) == IS_MASKED)
		TEXT_COPY(a->message, "Vapi shows the number masked; what is shown agrees");
	return true;
}

/* --- finding it --- */

/* Whole numbers before masked ones, then what agrees with us, then the oldest. */
static bool is_better(
	const json_t *row, const json_t *best, const char *number, const char *credential_id)
{
	struct answer of_row, of_best;
	if (best == NULL)
		return true;
	enum likeness like = compare(json_text(row, "number"), number);
	enum likeness best_like = compare(json_text(best, "number"), number);
	if (like != best_like)
		return like > best_like;
	bool is_row_good = take_voice(row, number, credential_id, &of_row) && !of_row.differs[0];
	bool is_best_good =
		take_voice(best, number, credential_id, &of_best) && !of_best.differs[0];
	if (is_row_good != is_best_good)
		return is_row_good;
	const char *made = json_text(row, "createdAt"), *best_made = json_text(best, "createdAt");
	return made != NULL && best_made != NULL && strcmp(made, best_made) < 0;
}

static bool has_more(const json_t *root, size_t rows)
{
	const json_t *next = json_at(root, "metadata.hasNextPage");
	int64_t total = json_int(root, "metadata.totalItems", -1);
	int64_t page = json_int(root, "metadata.currentPage", 1);
	if (json_is_boolean(next))
		return json_is_true(next);
	return total >= 0 ? rows > 0 && total > page * VAPI_LIST_ROWS : rows >= VAPI_LIST_ROWS;
}

void vapi_read_found(const struct http_reply *reply, const char *number, const char *credential_id,
	struct answer *a, bool *ret_has_more)
{
	char doing[64];
	const json_t *best = NULL;
	size_t times[IS_SAME + 1] = {0};
	text_format(doing, sizeof(doing), "could not look for %s at Vapi", number);
	*ret_has_more = false;
	JSON_AUTO root = hear(VAPI_READ, reply, doing, a);
	if (root == NULL)
		return;
	const json_t *rows = json_at(root, "results");
	if (!json_is_array(rows)) {
		not_understood(VAPI_READ, doing, "no list of numbers", a);
		return;
	}
	for (size_t i = 0; i < json_count(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		enum likeness like = compare(json_text(row, "number"), number);
		times[like]++;
		if (like != IS_OTHER && is_better(row, best, number, credential_id))
			best = row;
	}
	if (best == NULL) {
		*ret_has_more = has_more(root, json_count(rows));
		return;
	}
	size_t same = times[IS_SAME] > 0 ? times[IS_SAME] : times[IS_MASKED];
	if (!take_voice(best, number, credential_id, a))
		not_understood(VAPI_READ, doing, "a record without an id", a);
	else if (same > 1)
		text_format(
			a->differs, sizeof(a->differs), "Vapi holds the number %zu times", same);
}

void vapi_read_voice(const struct http_reply *reply, const char *number, const char *credential_id,
	struct answer *a)
{
	char doing[64];
	text_format(doing, sizeof(doing), "could not read %s at Vapi", number);
	JSON_AUTO root = hear(VAPI_READ_ONE, reply, doing, a);
	if (a->code == ERR_NOT_FOUND) {
		vapi_answer_init(a);
		TEXT_COPY(a->status_word, "not found");
		TEXT_COPY(a->differs, "Vapi has no such record");
	}
	if (root != NULL && !take_voice(root, number, credential_id, a))
		not_understood(VAPI_READ, doing, "no record in it", a);
}

void vapi_read_imported(const struct http_reply *reply, const char *number,
	const char *credential_id, struct answer *a)
{
	char doing[64], why[sizeof(a->differs)];
	text_format(doing, sizeof(doing), "could not import %s to Vapi", number);
	JSON_AUTO root = hear(VAPI_IMPORT, reply, doing, a);
	if (root == NULL)
		return;
	bool is_there = take_voice(root, number, credential_id, a);
	if (is_there && a->differs[0] == '\0')
		return;
	TEXT_COPY(why, is_there ? a->differs : "a record without an id");
	vapi_answer_init(a);
	not_understood(VAPI_IMPORT, doing, why, a);
}

void vapi_read_released(const struct http_reply *reply, const char *number, struct answer *a)
{
	char doing[64];
	text_format(doing, sizeof(doing), "could not remove %s from Vapi", number);
	json_free(hear(VAPI_RELEASE, reply, doing, a));
	if (a->code == ERR_NOT_FOUND)
		vapi_answer_init(a); /* removed already */
}

/* From a reply to its JSON, or to an answer that says why not. */
#include "carrier/telnyx_wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

#define WORDS_BYTES 200

void telnyx_answer_init(struct answer *a)
{
	*a = (struct answer){.retry_after_ms = -1, .available_cents = -1};
}

void telnyx_fail(struct answer *a, enum err_code code, const char *hint, const char *format, ...)
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

void telnyx_not_understood(
	enum telnyx_deed deed, const char *doing, const char *why, struct answer *a)
{
	telnyx_fail(a, telnyx_vague(deed), "", "%s: Telnyx's answer is not understood (%s)", doing,
		why);
}

/* One of the errors listed, as the table wants it. */
static int code_of(const json_t *error)
{
	char text[24];
	int64_t code = TELNYX_NO_CODE;
	const char *detail = json_text(error, "detail");
	if (text_contains_any_case(detail, "still being provisioned"))
		return TELNYX_NOT_YET;
	if (json_text_or_number(error, "code", text, sizeof(text)))
		(void)text_to_int(text, 1, 9999999, &code);
	/* 10027 is Telnyx's word for any content it cannot process; only this
	 * wording says that the number is not to be had. */
	if (code == 10027 && !text_contains_any_case(detail, "recognize") &&
		!text_contains_any_case(detail, "first search"))
		return TELNYX_10027_OTHER;
	return (int)code;
}

/* Several errors: one that leaves it open whether it happened weighs most;
 * otherwise the first. */
static enum err_code classify_all(enum telnyx_deed deed, const struct http_reply *reply,
	const json_t *root, const json_t **ret_error)
{
	const json_t *errors = json_at(root, "errors");
	bool is_good = reply->status >= 200 && reply->status < 300;
	int code = root != NULL ? TELNYX_NO_CODE : TELNYX_NO_JSON;
	*ret_error = json_array_get(errors, 0);
	if (is_good || *ret_error == NULL)
		return telnyx_classify(deed, reply->sent, reply->is_complete, reply->status, code);
	enum err_code first = ERR_OK;
	for (size_t i = 0; i < json_count(errors); i++) {
		enum err_code means = telnyx_classify(deed, reply->sent, reply->is_complete,
			reply->status, code_of(json_array_get(errors, i)));
		if (i == 0)
			first = means;
		if (means == telnyx_vague(deed))
			return means;
	}
	return first;
}

/* "HTTP 422, 10027 Unprocessable Entity: We don't recognize the number(s) …" */
static void tell_error(const struct http_reply *reply, const json_t *root, const json_t *error,
	char to[WORDS_BYTES])
{
	char code[24] = "", title[64], detail[WORDS_BYTES];
	log_one_line(title, sizeof(title), json_text(error, "title"));
	log_one_line(detail, sizeof(detail), json_text(error, "detail"));
	if (error == NULL)
		log_one_line(detail, sizeof(detail), json_text(root, "message"));
	char raw[24] = "";
	if (json_is_string(json_at(error, "code")))
		log_one_line(code, sizeof(code), json_text(error, "code"));
	else if (json_text_or_number(error, "code", raw, sizeof(raw)))
		text_one_line(code, sizeof(code), raw);
	if (text_is(title, detail))
		detail[0] = '\0';
	bool has_both = title[0] != '\0' && detail[0] != '\0';
	bool is_mute = code[0] == '\0' && title[0] == '\0' && detail[0] == '\0';
	const char *gap = code[0] != '\0' && (title[0] != '\0' || detail[0] != '\0') ? " " : "";
	char whole[2 * WORDS_BYTES];
	text_format(whole, sizeof(whole), "HTTP %d%s%s%s%s%s%s", reply->status, is_mute ? "" : ", ",
		code, gap, title, has_both ? ": " : "", detail);
	text_copy(to, WORDS_BYTES, whole);
}

static void tell(const struct http_reply *reply, const json_t *root, const json_t *error,
	enum err_code code, const char *doing, struct answer *a)
{
	char words[WORDS_BYTES];
	const char *hint = "";
	if (code == ERR_CARRIER_REFUSED && reply->status == 404)
		hint = "Check TELNYX_API_BASE_URL.";
	if (reply->sent == HTTP_UNSENT) {
		telnyx_fail(a, code, hint, "%s: Telnyx was not reached: %s", doing, reply->reason);
	} else if (reply->status == 0) {
		telnyx_fail(a, code, hint, "%s: no answer from Telnyx: %s", doing, reply->reason);
	} else if (!reply->is_complete) {
		telnyx_fail(a, code, hint, "%s: Telnyx's answer (HTTP %d) was cut short: %s", doing,
			reply->status, reply->reason);
	} else if (root == NULL) {
		telnyx_fail(a, code, hint, "%s: Telnyx answered HTTP %d without JSON", doing,
			reply->status);
	} else {
		tell_error(reply, root, error, words);
		telnyx_fail(a, code, hint, "%s: Telnyx answered %s", doing, words);
	}
	a->retry_after_ms = reply->retry_after_ms;
}

static json_t *parse_object(const struct http_reply *reply)
{
	if (reply->sent == HTTP_UNSENT || !reply->is_complete || reply->body_bytes == 0)
		return NULL;
	json_t *root = json_parse(reply->body, reply->body_bytes, NULL, 0);
	return json_is_object(root) ? root : json_free(root);
}

json_t *telnyx_hear(
	enum telnyx_deed deed, const struct http_reply *reply, const char *doing, struct answer *a)
{
	const json_t *error;
	JSON_AUTO root = parse_object(reply);
	enum err_code code = classify_all(deed, reply, root, &error);
	a->code = ERR_OK;
	if (code == ERR_OK && root != NULL)
		return TAKE(root);
	if (code != ERR_OK)
		tell(reply, root, error, code, doing, a);
	return NULL;
}

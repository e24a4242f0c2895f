/*
 * redact.c - nothing that is written holds a secret, whole or in part.
 *
 * Input: a text; "\1" … "\4" in it stand for one of our secrets, so that each
 * comes up in every surrounding.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "carrier/telnyx_wire.h"
#include "tests/fuzz/fuzz.h"
#include "voice/vapi_wire.h"

#define SECRETS 4
/* As many characters of a secret in a row are too many. */
#define PART_BYTES 12
/* … and as many in the input are as good as that: what is quoted ("\u0013") may add some. */
#define KNOWN_BYTES 8

/* Registered once: log_secret() keeps what it is told for the process's life.
 * They hold what a key may hold (config.h): visible ASCII, quotes too. */
static const char *const secrets[SECRETS] = {"KEY018f0ABCdef_01-23456789xyzXYZ",
	"s3cr\"t\\k=e'y<&>%2B", "8c1e9c9e-5a0f-4d0e-9d55-6f4e1a2b3c4d",
	"KEY018f0ABCdef_01-23456789xyzXYZ/and-as-much-again"};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	for (int i = 0; i < SECRETS; i++)
		log_secret(secrets[i]);
	return 0;
}

static bool holds_part_of_secret(const char *text, size_t part_bytes)
{
	for (int i = 0; i < SECRETS; i++)
		for (size_t at = 0; at + part_bytes <= strlen(secrets[i]); at++)
			if (memmem(text, strlen(text), secrets[i] + at, part_bytes) != NULL)
				return true;
	return false;
}

static void must_hold_no_secret(const char *text)
{
	must(!holds_part_of_secret(text, PART_BYTES));
}

/* Every character but NUL, the markers with or without what they stand for. */
static char *read_text(struct fuzz_in in, bool is_expanded)
{
	struct str text;
	str_init(&text, 1 << 16);
	while (in.left > 0) {
		uint8_t c = fuzz_byte(&in);
		if (c >= 1 && c <= SECRETS && is_expanded)
			str_add(&text, secrets[c - 1]);
		else if (c != '\0')
			str_add_char(&text, (char)c);
	}
	return str_take(&text);
}

/* log_line() writes to stderr: to a pipe, for once. */
static void check_line(const char *text)
{
	static char line[16384];
	int ends[2], kept = dup(STDERR_FILENO);
	must(kept >= 0 && pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
	must(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
	log_line(LOG_ERROR, text, "value", text, "tail", text, NULL);
	must(dup2(kept, STDERR_FILENO) == STDERR_FILENO);
	ssize_t bytes = read(ends[0], line, sizeof(line) - 1);
	close(kept), close(ends[0]), close(ends[1]);
	must(bytes > 0);
	line[bytes] = '\0';
	must(strchr(line, '\n') == line + bytes - 1); /* one fact, one line */
	must_hold_no_secret(line);
}

/* An upstream that shows us our own key in its error. */
static void check_upstream(const char *text)
{
	struct answer a;
	json_t *j = json_pack("{s:[{s:s, s:s, s:s}], s:s}", "errors", "code", text, "title", text,
		"detail", text, "message", text);
	if (j == NULL)
		return; /* not UTF-8 */
	char *body = json_to_text(j);
	const struct http_reply reply = {.sent = HTTP_SENT,
		.status = 422,
		.is_complete = true,
		.body = body,
		.body_bytes = strlen(body),
		.retry_after_ms = -1};
	telnyx_answer_init(&a);
	json_free(telnyx_hear(TELNYX_BUY, &reply, "could not buy +14155550123", &a));
	FUZZ_MUST_BE_LINE(a.message);
	must_hold_no_secret(a.message);
	vapi_answer_init(&a);
	vapi_read_imported(&reply, "+14155550123", "", &a);
	FUZZ_MUST_BE_LINE(a.message);
	must_hold_no_secret(a.message);
	free(body);
	json_decref(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	char *plain = read_text(in, false);
	/* Somebody who knows a part of a secret may write it; only we must not. */
	bool is_known = holds_part_of_secret(plain, KNOWN_BYTES);
	free(plain);
	if (is_known)
		return 0;
	char *text = read_text(in, true);
	check_line(text);
	check_upstream(text);
	log_redact(text);
	must_hold_no_secret(text);
	free(text);
	return 0;
}

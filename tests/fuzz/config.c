/*
 * config.c - any .env file: a configuration that is sound, or one line that says what is
 * wrong and shows nothing of it.
 *
 * Input: the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/config.h"
#include "base/log.h"
#include "base/webhook_signature.h"
#include "net/http_client.h"
#include "tests/fuzz/fuzz.h"

static int file = -1;
static char path[64];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	/* What is set around us must not count. */
	must(clearenv() == 0);
	file = memfd_create("env", MFD_CLOEXEC);
	must(file >= 0);
	text_format(path, sizeof(path), "/proc/self/fd/%d", file);
	return 0;
}

static void check_address(const char *name, const char *url)
{
	struct err e;
	/* Whether it is used at all is asked later; both must have an answer. */
	if (http_check_base_url(name, url, &e) == ERR_OK)
		must(text_starts(url, "https://") || text_starts(url, "http://"));
	else
		FUZZ_MUST_BE_LINE(e.message);
}

static void check_config(const struct config *c)
{
	struct webhook_signature_keys keys = {.count = 0};
	must(c->api_key_count >= 0 && c->api_key_count <= CONFIG_KEYS);
	for (int i = 0; i < c->api_key_count; i++) {
		must(c->api_keys[i][0] != '\0');
		FUZZ_MUST_BE_LINE(c->api_keys[i]);
	}
	must(c->telnyx_public_key_count >= 0 && c->telnyx_public_key_count <= CONFIG_KEYS);
	for (int i = 0; i < c->telnyx_public_key_count; i++)
		must(webhook_signature_add_key(&keys, c->telnyx_public_keys[i]));
	must(c->settle_ms >= 50 && c->settle_ms <= 24 * 3600 * 1000);
	FUZZ_MUST_BE_LINE(c->telnyx_api_key);
	FUZZ_MUST_BE_LINE(c->vapi_api_key);
	FUZZ_MUST_BE_LINE(c->brand);
	must(c->vapi_credential_id[0] == '\0' || text_is_uuid(c->vapi_credential_id));
	must(strrchr(c->listen, ':') != NULL);
	check_address("TELNYX_API_BASE_URL", c->telnyx_base_url);
	check_address("VAPI_BASE_URL", c->vapi_base_url);
}

/* The message may name a variable; eight digits of a value are not in it. */
static void check_shows_nothing(const char *message, const char *line)
{
	const char *equals = strchr(line, '=');
	size_t name_bytes = equals != NULL ? (size_t)(equals - line) : 0;
	for (const char *at = equals; at != NULL && at[0] != '\0'; at++) {
		bool is_named = memmem(line, name_bytes, at, strnlen(at, 8)) != NULL;
		if (strspn(at, "0123456789") >= 8 && !is_named)
			must(memmem(message, strlen(message), at, 8) == NULL);
	}
}

/* A value in single quotes stands for itself, whatever it is. */
static void check_line(const char *line)
{
	char name[64], value[4096], quoted[4200], again[4096];
	struct err e;
	if (!config_read_line(line, name, sizeof(name), value, sizeof(value), &e)) {
		if (e.code != ERR_OK)
			FUZZ_MUST_BE_LINE(e.message);
		check_shows_nothing(e.message, line);
		return;
	}
	must(name[0] != '\0' && strspn(name, "0123456789") == 0);
	if (strchr(value, '\'') != NULL)
		return;
	text_format(quoted, sizeof(quoted), "%s='%s'", name, value);
	must(config_read_line(quoted, name, sizeof(name), again, sizeof(again), &e));
	must(text_is(again, value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	struct err e = {0};
	struct fuzz_in in = {data, size};
	must(ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size);
	if (config_load(path, &config, &e) == ERR_OK) {
		check_config(&config);
	} else {
		must(e.code == ERR_CONFIG);
		FUZZ_MUST_BE_LINE(e.message);
	}
	log_forget_secrets();
	while (in.left > 0) {
		size_t bytes;
		char *line = fuzz_part(&in, '\n', &bytes);
		check_line(line);
		if (e.code != ERR_OK && memchr(data, '\n', size) == NULL)
			check_shows_nothing(e.message, line);
		free(line);
	}
	return 0;
}

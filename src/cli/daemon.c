#include "cli/daemon.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "base/version.h"

#define MAX_ANSWER_BYTES (4 * 1024 * 1024)
#define CALL_TIMEOUT_MS 20000L
#define PAUSE_MS 200

struct daemon_link {
	char url[160];
	const char *key; /* borrowed from the configuration; "" for none */
	CURL *easy;
	struct str body;
};

static volatile sig_atomic_t was_signalled;

static void on_signal(int number)
{
	(void)number;
	was_signalled = 1;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	must(sigemptyset(&action.sa_mask) == 0);
	must(sigaction(SIGINT, &action, NULL) == 0);
	must(sigaction(SIGTERM, &action, NULL) == 0);
	must(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
}

struct daemon_link *daemon_open(const char *url, const struct config *config)
{
	struct daemon_link *link = must_calloc(1, sizeof(*link));
	TEXT_COPY(link->url, url);
	link->key = config->api_key_count > 0 ? config->api_keys[0] : "";
	link->easy = curl_easy_init();
	must_have(link->easy != NULL, "out of memory");
	str_init(&link->body, MAX_ANSWER_BYTES);
	catch_signals();
	return link;
}

struct daemon_link *daemon_close(struct daemon_link *link)
{
	if (link == NULL)
		return NULL;
	curl_easy_cleanup(link->easy);
	str_done(&link->body);
	free(link);
	return NULL;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct str *body = arg;
	str_add_bytes(body, bytes, size * count);
	return str_ok(body) ? size * count : 0;
}

/* Called about once a second, and whenever something moves. */
static int watch_signals(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)arg, (void)a, (void)b, (void)c, (void)d;
	return was_signalled;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
	char line[600];
	must(text_format(line, sizeof(line), "%s: %s", name, value));
	list = curl_slist_append(list, line);
	must_have(list != NULL, "out of memory");
	return list;
}

static struct curl_slist *headers_of(
	const struct daemon_link *link, bool has_body, const char *idempotency_key)
{
	char bearer[300];
	struct curl_slist *list = add_header(NULL, "Accept", "application/json");
	if (link->key[0] != '\0') {
		text_format(bearer, sizeof(bearer), "Bearer %s", link->key);
		list = add_header(list, "Authorization", bearer);
	}
	if (has_body)
		list = add_header(list, "Content-Type", "application/json");
	if (idempotency_key != NULL)
		list = add_header(list, "Idempotency-Key", idempotency_key);
	return list;
}

#define SET(option, value) must(curl_easy_setopt(link->easy, option, value) == CURLE_OK)

static CURLcode perform(
	struct daemon_link *link, const char *path, const char *body, struct curl_slist *headers)
{
	char url[600];
	must(text_format(url, sizeof(url), "%s%s", link->url, path));
	curl_easy_reset(link->easy);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, CALL_TIMEOUT_MS);
	SET(CURLOPT_USERAGENT, "numberd/" NUMBERD_VERSION);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, &link->body);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, watch_signals);
	if (body != NULL)
		SET(CURLOPT_POSTFIELDS, body);
	str_clear(&link->body);
	return curl_easy_perform(link->easy);
}

/* A problem's `code` may be a look-up's reason, which is no error code of ours. */
static enum err_code problem_code(const json_t *problem, long status)
{
	enum err_code code;
	const char *wire = json_text(problem, "code");
	if (wire != NULL && err_from_wire(wire, &code) && code != ERR_OK)
		return code;
	switch (status) {
	case 401:
		return ERR_UNAUTHORIZED;
	case 403:
		return ERR_FORBIDDEN;
	case 404:
		return ERR_NOT_FOUND;
	case 422:
		return ERR_PHONE_REFUSED;
	case 429:
		return ERR_TOO_MANY_REQUESTS;
	default:
		return ERR_INTERNAL;
	}
}

static enum err_code refused(
	const struct daemon_link *link, const json_t *problem, long status, struct err *e)
{
	const char *detail = json_text_set(problem, "detail");
	const char *hint = json_text_set(problem, "hint");
	const char *other = json_text_set(problem, "signup_id");
	enum err_code code = problem_code(problem, status);
	if (other != NULL && detail != NULL && strstr(detail, other) != NULL)
		other = NULL;
	if (detail == NULL)
		return err_set(e, code, "numberd at %s answered %ld", link->url, status);
	return err_set_hint(e, code, hint, "%s%s%s%s", detail, other ? " (" : "",
		other ? other : "", other ? ")" : "");
}

enum err_code daemon_call(struct daemon_link *link, const char *path, const json_t *body,
	const char *idempotency_key, json_t **ret, struct err *e)
{
	long status = 0;
	char *text = body ? json_to_text(body) : NULL;
	struct curl_slist *headers = headers_of(link, body != NULL, idempotency_key);
	CURLcode sent = perform(link, path, text, headers);
	curl_slist_free_all(headers);
	free(text);
	if (was_signalled)
		return err_set(
			e, ERR_INTERRUPTED, "interrupted while asking numberd at %s", link->url);
	if (sent != CURLE_OK)
		return err_set(e, ERR_NETWORK, "could not reach numberd at %s: %s", link->url,
			curl_easy_strerror(sent));
	must(curl_easy_getinfo(link->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
	json_t *answer = json_parse(link->body.text, link->body.bytes, NULL, 0);
	if (status >= 200 && status < 300 && answer != NULL) {
		*ret = answer;
		return ERR_OK;
	}
	enum err_code code = refused(link, answer, status, e);
	json_decref(answer);
	return code;
}

enum err_code daemon_pause(struct daemon_link *link, struct err *e)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
	(void)nanosleep(&pause, NULL);
	if (was_signalled)
		return err_set(e, ERR_INTERRUPTED, "interrupted while waiting for numberd at %s",
			link->url);
	return ERR_OK;
}

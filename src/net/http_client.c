#include "net/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>

#include "base/text.h"
#include "net/http_url.h"

uint64_t http_send(struct http_client *client, struct http_call *call, http_done done, void *arg)
{
	return client->send(client, call, done, arg);
}

void http_cancel(struct http_client *client, uint64_t handle)
{
	client->cancel(client, handle);
}

static bool is_loopback(const char *host)
{
	struct in_addr v4;
	if (text_is_any_case(host, "localhost") || text_is(host, "[::1]"))
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

static bool has_part(CURLU *url, CURLUPart what)
{
	char *part = NULL;
	bool is_there = curl_url_get(url, what, &part, 0) == CURLUE_OK;
	curl_free(part);
	return is_there;
}

static const char *fault_of_parts(CURLU *url, bool is_base)
{
	char *scheme = NULL, *host = NULL;
	const char *fault = NULL;
	if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		fault = "it needs a scheme and a host";
	else if (!text_is(scheme, "https") && !text_is(scheme, "http"))
		fault = "it must begin with https://";
	else if (text_is(scheme, "http") && !is_loopback(host))
		fault = "http:// is for this machine only (127.0.0.1); use https://";
	else if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
		fault = "it must not hold a user or a password";
	else if (has_part(url, CURLUPART_FRAGMENT))
		fault = "it must not hold a #fragment";
	else if (is_base && has_part(url, CURLUPART_QUERY))
		fault = "it must not hold a ?query";
	curl_free(scheme);
	curl_free(host);
	return fault;
}

const char *http_url_fault(const char *text, bool is_base)
{
	for (const char *at = text; *at != '\0'; at++) {
		if ((unsigned char)*at <= ' ' || (unsigned char)*at > '~')
			return "it holds a space or a character that must be encoded";
	}
	CURLU *url = curl_url();
	must(url != NULL);
	const char *fault = "it is not an address";
	if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK)
		fault = fault_of_parts(url, is_base);
	curl_url_cleanup(url);
	return fault;
}

enum err_code http_check_base_url(const char *name, const char *url, struct err *e)
{
	const char *fault = http_url_fault(url, true);
	if (fault == NULL)
		return ERR_OK;
	return err_set(e, ERR_CONFIG, "%s is not a usable address: %s", name, fault);
}

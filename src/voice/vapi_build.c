/* Vapi's requests. */
#include "voice/vapi_wire.h"

#include "base/text.h"

#define URL_BYTES 1024
#define BODY_BYTES 1024
#define NAME_BYTES 41 /* Vapi's limit of 40 counts characters; bytes are never fewer */

static struct http_call finish(enum http_method method, struct str *url, char *body)
{
	must(str_ok(url));
	return (struct http_call){.method = method, .url = str_take(url), .body = body};
}

/* An id in the path: it came from outside, so it is encoded whole. */
static struct http_call by_id(
	enum http_method method, const char *base, const char *path, const char *id)
{
	struct str url;
	str_init(&url, URL_BYTES);
	str_add(&url, base);
	str_add(&url, path);
	str_add_url(&url, id);
	return finish(method, &url, NULL);
}

struct http_call vapi_build_credential(const char *base, const char *id)
{
	return by_id(HTTP_GET, base, "/credential/", id);
}

struct http_call vapi_build_credentials(const char *base)
{
	struct str url;
	str_init(&url, URL_BYTES);
	str_addf(&url, "%s/credential?limit=%d", base, VAPI_CREDENTIAL_ROWS);
	return finish(HTTP_GET, &url, NULL);
}

struct http_call vapi_build_key_check(const char *base)
{
	struct str url;
	str_init(&url, URL_BYTES);
	str_addf(&url, "%s/phone-number?limit=1", base);
	return finish(HTTP_GET, &url, NULL);
}

struct http_call vapi_build_find(const char *base, const char *number, int page)
{
	struct str url;
	str_init(&url, URL_BYTES);
	str_addf(&url, "%s/v2/phone-number?search=", base);
	str_add_url(&url, number + (number[0] == '+'));
	str_addf(&url, "&limit=%d", VAPI_LIST_ROWS);
	if (page > 1)
		str_addf(&url, "&page=%d", page);
	return finish(HTTP_GET, &url, NULL);
}

/* Only fields of the telnyx form: Vapi refuses a body with any other. */
struct http_call vapi_build_import(
	const char *base, const char *number, const char *credential_id, const char *name)
{
	struct str url, body;
	char short_name[NAME_BYTES];
	text_one_line(short_name, sizeof(short_name), name);
	str_init(&url, URL_BYTES);
	str_addf(&url, "%s/phone-number", base);
	str_init(&body, BODY_BYTES);
	str_add(&body, "{\"provider\":\"telnyx\",\"number\":");
	json_add_string(&body, number);
	str_add(&body, ",\"credentialId\":");
	json_add_string(&body, credential_id);
	if (short_name[0] != '\0') {
		str_add(&body, ",\"name\":");
		json_add_string(&body, short_name);
	}
	str_add_char(&body, '}');
	must(str_ok(&body));
	return finish(HTTP_POST, &url, str_take(&body));
}

struct http_call vapi_build_voice(const char *base, const char *id)
{
	return by_id(HTTP_GET, base, "/phone-number/", id);
}

struct http_call vapi_build_release(const char *base, const char *id)
{
	return by_id(HTTP_DELETE, base, "/phone-number/", id);
}

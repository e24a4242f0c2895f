#include "api/admission.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define CREDENTIALS_BYTES 1024

void admission_init(struct admission *a, const struct config *config)
{
	*a = (struct admission){
		.key_count = config->api_key_count, .is_public_signup = config->is_public_signup};
	for (int i = 0; i < a->key_count; i++)
		id_digest(config->api_keys[i], strlen(config->api_keys[i]), a->keys[i]);
}

/* Every key is compared, whichever fits. */
static bool is_key(const struct admission *a, const char *given)
{
	uint8_t digest[ID_DIGEST_BYTES];
	int found = 0;
	id_digest(given, strlen(given), digest);
	for (int i = 0; i < a->key_count; i++)
		found |= sodium_memcmp(digest, a->keys[i], sizeof(digest)) == 0;
	return found != 0;
}

/* What follows the scheme's name, or NULL when it is another scheme. */
static const char *after_scheme(const char *authorization, const char *scheme)
{
	size_t bytes = strlen(scheme);
	if (strncasecmp(authorization, scheme, bytes) != 0 || authorization[bytes] != ' ')
		return NULL;
	authorization += bytes;
	return authorization + strspn(authorization, " ");
}

/* Basic: the user's name is anything, the password is the key. */
static bool is_basic_key(const struct admission *a, const char *base64)
{
	char pair[CREDENTIALS_BYTES];
	size_t bytes = 0;
	bool is_good = false;
	if (sodium_base642bin((unsigned char *)pair, sizeof(pair) - 1, base64, strlen(base64), " ",
		    &bytes, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
		memchr(pair, '\0', bytes) == NULL) {
		pair[bytes] = '\0';
		const char *colon = strchr(pair, ':');
		is_good = colon != NULL && is_key(a, colon + 1);
	}
	sodium_memzero(pair, sizeof(pair));
	return is_good;
}

static bool has_key(const struct admission *a, const char *authorization)
{
	const char *rest = after_scheme(authorization, "Bearer");
	if (rest != NULL)
		return is_key(a, rest);
	rest = after_scheme(authorization, "Basic");
	return rest != NULL && is_basic_key(a, rest);
}

/* A name with a dot that is no address: "evil.example:8080". */
static bool is_foreign_host(const char *host)
{
	char name[256];
	if (host == NULL || host[0] == '[')
		return false;
	if (!text_copy_part(name, sizeof(name), host, strcspn(host, ":")))
		return true;
	size_t bytes = strlen(name), tail = strlen(".localhost");
	if (strchr(name, '.') == NULL || strspn(name, "0123456789.") == bytes)
		return false;
	return bytes <= tail || !text_is_any_case(name + bytes - tail, ".localhost");
}

static enum admitted refuse_elsewhere(struct err *e)
{
	err_set_hint(e, ERR_FORBIDDEN,
		"Set NUMBERD_API_KEY and send it as Authorization: Bearer, or come from this "
		"machine.",
		"no NUMBERD_API_KEY is configured, so only this machine is served");
	return ADMITTED_NOT;
}

static enum admitted refuse_without_key(struct err *e, bool was_given)
{
	if (was_given)
		err_set(e, ERR_UNAUTHORIZED, "the key that was given is not one of numberd's");
	else
		err_set(e, ERR_UNAUTHORIZED, "no key was given");
	return ADMITTED_NOT;
}

/* Not every browser says Sec-Fetch-Site, and none to a plain http:// host elsewhere. */
static bool is_of_another_site(const struct visitor *visitor)
{
	if (visitor->fetch_site != NULL)
		return text_is(visitor->fetch_site, "cross-site");
	if (visitor->origin == NULL)
		return false;
	/* The scheme is not compared: a proxy in front speaks TLS, we do not. */
	const char *authority = strstr(visitor->origin, "://");
	return authority == NULL || visitor->host == NULL ||
	       !text_is_any_case(authority + strlen("://"), visitor->host);
}

enum admitted admission_judge(const struct admission *a, const struct visitor *visitor,
	enum admission_need need, struct err *e)
{
	if (a->key_count == 0 && !visitor->is_loopback)
		return refuse_elsewhere(e);
	if (need == NEED_NOTHING)
		return ADMITTED_ANYONE;
	if (visitor->is_write && is_of_another_site(visitor)) {
		err_set_hint(e, ERR_FORBIDDEN, "Call the API from your own server.",
			"a page of another site may not write here");
		return ADMITTED_NOT;
	}
	if (a->key_count == 0)
		return is_foreign_host(visitor->host) ? refuse_elsewhere(e) : ADMITTED_LOOPBACK;
	if (visitor->authorization != NULL)
		return has_key(a, visitor->authorization) ? ADMITTED_BY_KEY
							  : refuse_without_key(e, true);
	if (need == NEED_SIGNUP && a->is_public_signup)
		return ADMITTED_PUBLIC;
	return refuse_without_key(e, false);
}

static void write_network(int family, const void *address, int bits, char *to, size_t to_bytes)
{
	char text[INET6_ADDRSTRLEN] = "";
	must(inet_ntop(family, address, text, sizeof(text)) != NULL);
	text_format(to, to_bytes, "%s/%d", text, bits);
}

void admission_network(const char *peer, char *to, size_t to_bytes)
{
	struct in_addr four;
	struct in6_addr six;
	bool is_six = inet_pton(AF_INET6, peer, &six) == 1;
	bool is_four = inet_pton(AF_INET, peer, &four) == 1;
	if (is_six && IN6_IS_ADDR_V4MAPPED(&six)) {
		/* An IPv4 peer on a socket for both: these are not all one network. */
		memcpy(&four, six.s6_addr + 12, sizeof(four));
		is_four = true;
	}
	if (is_four) {
		four.s_addr &= htonl(0xFFFFFF00);
		write_network(AF_INET, &four, 24, to, to_bytes);
	} else if (is_six) {
		memset(six.s6_addr + 6, 0, sizeof(six.s6_addr) - 6);
		write_network(AF_INET6, &six, 48, to, to_bytes);
	} else {
		text_copy(to, to_bytes, "unknown");
	}
}

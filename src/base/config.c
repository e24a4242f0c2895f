#include "base/config.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

#define MAX_FILE_BYTES (64 * 1024)
#define MAX_NAME_BYTES 64
#define MAX_VALUE_BYTES 4096
#define LEAST_SETTLE_MS 50
#define MOST_SETTLE_MS (24 * 3600 * 1000)

/* --- one line of the file ------------------------------------------------- */

static void skip_blanks(const char **at)
{
	while (**at == ' ' || **at == '\t')
		(*at)++;
}

static bool is_name_char(char c, bool is_first)
{
	return isalpha((unsigned char)c) || c == '_' || (!is_first && isdigit((unsigned char)c));
}

static bool read_name(const char **at, char *to, size_t to_bytes)
{
	const char *start = *at;
	while (is_name_char(**at, *at == start))
		(*at)++;
	return *at > start && text_copy_part(to, to_bytes, start, (size_t)(*at - start));
}

/* Only blanks and a comment may follow a value; a comment needs a blank before it. */
static bool is_line_over(const char *at)
{
	bool had_blank = *at == ' ' || *at == '\t';
	skip_blanks(&at);
	return *at == '\0' || (*at == '#' && had_blank);
}

static char unescape(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

/* 'as it stands' or "with \n, \" and \\".  Says why not, or NULL. */
static const char *read_quoted(const char *at, char *to, size_t to_bytes)
{
	char quote = *at++;
	size_t n = 0;
	while (*at != quote) {
		if (*at == '\0' || (quote == '"' && at[0] == '\\' && at[1] == '\0'))
			return "has an opening quote without its end";
		if (n + 1 >= to_bytes)
			return "is too long";
		bool is_escape = quote == '"' && *at == '\\';
		to[n++] = is_escape ? unescape(at[1]) : *at;
		at += is_escape ? 2 : 1;
	}
	to[n] = '\0';
	return is_line_over(at + 1) ? NULL : "has something after the closing quote";
}

static const char *read_plain(const char *at, char *to, size_t to_bytes)
{
	size_t n = 0;
	while (at[n] != '\0' && !is_line_over(at + n))
		n++;
	if (!text_copy_part(to, to_bytes, at, n))
		return "is too long";
	text_trim(to);
	return NULL;
}

static bool malformed(struct err *e, const char *name, const char *why)
{
	err_set(e, ERR_CONFIG, "%s %s", name, why);
	return false;
}

/* "export NAME=value" may be sourced by a shell as well. */
static void skip_export(const char **at)
{
	static const char word[] = "export";
	size_t n = sizeof(word) - 1;
	if (strncmp(*at, word, n) != 0 || ((*at)[n] != ' ' && (*at)[n] != '\t'))
		return;
	*at += n;
	skip_blanks(at);
}

bool config_read_line(const char *line, char *ret_name, size_t name_bytes, char *ret_value,
	size_t value_bytes, struct err *e)
{
	*e = (struct err){0};
	const char *at = line;
	skip_blanks(&at);
	if (*at == '\0' || *at == '#' || *at == '\r')
		return false;
	skip_export(&at);
	/* The line itself is not shown: it may hold a key. */
	if (!read_name(&at, ret_name, name_bytes))
		return malformed(e, "the line", "does not begin with a variable's name");
	skip_blanks(&at);
	/* The first word may be half of a key that an editor broke into two lines. */
	if (*at != '=')
		return malformed(e, "the line", "is not NAME=value");
	const char *value = ++at; /* with its blanks, so that "NAME= # comment" is empty */
	skip_blanks(&at);
	bool is_quoted = *at == '"' || *at == '\'';
	const char *why = is_quoted ? read_quoted(at, ret_value, value_bytes)
				    : read_plain(value, ret_value, value_bytes);
	return why == NULL ? true : malformed(e, ret_name, why);
}

#define INSTANCE_SECRET_LEAST 16

/* --- reading a variable's text -------------------------------------------- */

/* Each returns NULL when the text is taken over, else what is wrong with it,
 * in words that do not repeat it. */
typedef const char *(*reader)(struct config *c, const char *text);

static bool is_visible_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text <= ' ' || (unsigned char)*text > '~')
			return false;
	}
	return true;
}

static const char *read_key(char *to, size_t to_bytes, const char *text)
{
	if (!is_visible_ascii(text))
		return "holds a space or a character that no key has";
	if (!text_copy(to, to_bytes, text))
		return "is too long for a key";
	log_secret(text);
	return NULL;
}

/* Kept without a slash at the end, so that "/path" can be added.  Whether the
 * address may be used at all is asked where it is used (http_check_base_url). */
static const char *read_base_url(char *to, size_t to_bytes, const char *text)
{
	bool is_url = text_starts(text, "https://") || text_starts(text, "http://");
	if (!is_url || !is_visible_ascii(text) || strlen(strstr(text, "//")) < 3)
		return "is not an address such as https://api.example.com";
	if (!text_copy(to, to_bytes, text))
		return "is too long";
	for (size_t n = strlen(to); n > 0 && to[n - 1] == '/'; n--)
		to[n - 1] = '\0';
	return NULL;
}

static const char *read_telnyx_key(struct config *c, const char *text)
{
	return read_key(c->telnyx_api_key, sizeof(c->telnyx_api_key), text);
}

static const char *read_vapi_key(struct config *c, const char *text)
{
	return read_key(c->vapi_api_key, sizeof(c->vapi_api_key), text);
}

static const char *read_telnyx_url(struct config *c, const char *text)
{
	return read_base_url(c->telnyx_base_url, sizeof(c->telnyx_base_url), text);
}

static const char *read_vapi_url(struct config *c, const char *text)
{
	return read_base_url(c->vapi_base_url, sizeof(c->vapi_base_url), text);
}

static const char *read_credential(struct config *c, const char *text)
{
	if (!text_is_uuid(text))
		return "is not a UUID such as 5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70";
	TEXT_COPY(c->vapi_credential_id, text);
	return NULL;
}

static const char *read_instance_secret(struct config *c, const char *text)
{
	if (strlen(text) < INSTANCE_SECRET_LEAST)
		return "is too short: it needs 16 characters or more";
	return read_key(c->instance_secret, sizeof(c->instance_secret), text);
}

/* The password of postgresql://user:password@host/… must not be logged. */
static void hide_password(const char *url)
{
	const char *start = strstr(url, "://") + 3;
	size_t authority = strcspn(start, "/?");
	const char *at = memrchr(start, '@', authority);
	const char *colon = at ? memchr(start, ':', (size_t)(at - start)) : NULL;
	char password[512];
	if (colon == NULL)
		return;
	text_copy_part(password, sizeof(password), colon + 1, (size_t)(at - colon - 1));
	log_secret(password);
}

static const char *read_database(struct config *c, const char *text)
{
	bool is_file = text_starts(text, "sqlite:") && text[strlen("sqlite:")] != '\0';
	bool is_server = text_starts(text, "postgresql://") || text_starts(text, "postgres://");
	if (!is_file && !is_server)
		return "is neither sqlite:FILE nor postgresql://…";
	if (!text_copy(c->database_url, sizeof(c->database_url), text))
		return "is too long";
	if (is_server)
		hide_password(text);
	return NULL;
}

static const char *read_listen(struct config *c, const char *text)
{
	int64_t port;
	const char *colon = strrchr(text, ':');
	bool is_v6 = text[0] == '[';
	if (colon == NULL || !text_to_int(colon + 1, 0, 65535, &port) || !is_visible_ascii(text) ||
		(is_v6 ? colon[-1] != ']' : memchr(text, ':', (size_t)(colon - text)) != NULL))
		return "is not an address and a port such as 127.0.0.1:8080";
	return TEXT_COPY(c->listen, text) ? NULL : "is too long";
}

/* The next item of a comma-separated list, trimmed; false at the end. */
static bool next_item(const char **at, char *to, size_t to_bytes, bool *ret_fits)
{
	if (*at == NULL)
		return false;
	size_t n = strcspn(*at, ",");
	*ret_fits = text_copy_part(to, to_bytes, *at, n);
	text_trim(to);
	*at = (*at)[n] == ',' ? *at + n + 1 : NULL;
	return true;
}

static const char *read_api_keys(struct config *c, const char *text)
{
	char item[sizeof(c->api_keys[0])];
	bool fits = true;
	c->api_key_count = 0;
	while (next_item(&text, item, sizeof(item), &fits)) {
		if (item[0] == '\0')
			return "holds an empty key";
		if (c->api_key_count == CONFIG_KEYS)
			return "holds more than 8 keys";
		const char *why = !fits ? "holds a key that is too long"
					: read_key(c->api_keys[c->api_key_count++],
						  sizeof(c->api_keys[0]), item);
		if (why != NULL)
			return why;
	}
	return NULL;
}

static const char *read_public_keys(struct config *c, const char *text)
{
	char item[sizeof(c->telnyx_public_keys[0])];
	unsigned char key[crypto_sign_PUBLICKEYBYTES];
	bool fits = true;
	c->telnyx_public_key_count = 0;
	while (next_item(&text, item, sizeof(item), &fits)) {
		size_t bytes = 0;
		bool is_key = fits &&
			      sodium_base642bin(key, sizeof(key), item, strlen(item), NULL, &bytes,
				      NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
			      bytes == sizeof(key);
		if (!is_key)
			return "is not a base64 Ed25519 public key (44 characters)";
		if (c->telnyx_public_key_count == CONFIG_KEYS)
			return "holds more than 8 keys";
		TEXT_COPY(c->telnyx_public_keys[c->telnyx_public_key_count++], item);
	}
	return NULL;
}

static const char *read_public_signup(struct config *c, const char *text)
{
	c->is_public_signup = text_is_any_case(text, "on");
	return c->is_public_signup || text_is_any_case(text, "off") ? NULL
								    : "is neither on nor off";
}

/* Seconds, with up to three places: rehearsals on the simulator want few. */
static const char *read_settle(struct config *c, const char *text)
{
	static const char why[] = "is not a number of seconds from 0.05 to 86400";
	char whole[12];
	size_t n = strcspn(text, ".");
	const char *places = text[n] == '.' ? text + n + 1 : "0";
	int64_t seconds, ms = 0;
	if (!text_copy_part(whole, sizeof(whole), text, n) || !text_is_digits(whole) ||
		!text_to_int(whole, 0, MOST_SETTLE_MS / 1000, &seconds))
		return why;
	if (!text_is_digits(places) || strlen(places) > 3)
		return why;
	for (size_t i = 0; i < 3; i++)
		ms = ms * 10 + (i < strlen(places) ? places[i] - '0' : 0);
	ms += seconds * 1000;
	if (ms < LEAST_SETTLE_MS || ms > MOST_SETTLE_MS)
		return why;
	c->settle_ms = ms;
	return NULL;
}

/* US dollars with at most two places. */
static bool read_dollars(const char *text, int64_t most_cents, int64_t *ret_cents)
{
	int64_t cents;
	const char *point = strchr(text, '.');
	if ((point != NULL && strlen(point + 1) > 2) || !text_to_cents(text, &cents) ||
		cents > most_cents)
		return false;
	*ret_cents = cents;
	return true;
}

static const char *read_price(const char *text, int64_t *ret_cents)
{
	return read_dollars(text, SPENDING_MOST_PRICE_CENTS, ret_cents)
		       ? NULL
		       : "is not a price in US dollars such as 2.00, at most 100000";
}

static const char *read_max_upfront(struct config *c, const char *text)
{
	return read_price(text, &c->limits.upfront_cents);
}

static const char *read_max_monthly(struct config *c, const char *text)
{
	return read_price(text, &c->limits.monthly_cents);
}

/* "none" is no limit; 0 lets nothing through. */
static const char *read_limit(struct config *c, enum spending_limit limit, const char *text)
{
	int64_t *most = &c->limits.most[limit];
	if (text_is_any_case(text, "none")) {
		*most = SPENDING_NO_LIMIT;
		return NULL;
	}
	if (spending_is_money(limit))
		return read_dollars(text, SPENDING_MOST_CENTS, most)
			       ? NULL
			       : "is neither an amount of US dollars such as 200.00 nor none";
	if (!text_is_digits(text) || !text_to_int(text, 0, SPENDING_MOST_NUMBERS, most))
		return "is neither a whole number from 0 to 1000000 nor none";
	return NULL;
}

#define X(name, wire, variable, window, value, what)                                               \
	static const char *read_limit_##name(struct config *c, const char *text)                   \
	{                                                                                          \
		return read_limit(c, SPENDING_##name, text);                                       \
	}
SPENDING_LIMITS(X)
#undef X

/* The rungs' names are known further up (app_open()): here only what a name is. */
static const char *read_max_rung(struct config *c, const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
	return text[n] == '\0' && TEXT_COPY(c->max_rung, text)
		       ? NULL
		       : "is neither a rung such as same_country nor ask";
}

static const char *read_brand(struct config *c, const char *text)
{
	if (!text_is_utf8(text, strlen(text)))
		return "is not UTF-8";
	for (const char *at = text; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return "holds a control character";
	}
	return TEXT_COPY(c->brand, text) ? NULL : "is longer than 63 bytes";
}

static const char *read_ca_file(struct config *c, const char *text)
{
	if (access(text, R_OK) != 0)
		return "names a file that cannot be read";
	return TEXT_COPY(c->ca_file, text) ? NULL : "is too long";
}

/* --- the variables -------------------------------------------------------- */

static const struct variable {
	const char *name;
	reader read;
} variables[] = {
	{"TELNYX_API_KEY", read_telnyx_key},
	{"TELNYX_API_BASE_URL", read_telnyx_url},
	{"VAPI_API_KEY", read_vapi_key},
	{"VAPI_TELNYX_CREDENTIAL_ID", read_credential},
	{"VAPI_BASE_URL", read_vapi_url},
	{"NUMBERD_DATABASE_URL", read_database},
	{"NUMBERD_LISTEN", read_listen},
	{"NUMBERD_API_KEY", read_api_keys},
	{"NUMBERD_PUBLIC_SIGNUP", read_public_signup},
	{"NUMBERD_SETTLE_SECONDS", read_settle},
	{"NUMBERD_MAX_RUNG", read_max_rung},
	{"NUMBERD_BRAND", read_brand},
	{"NUMBERD_INSTANCE_SECRET", read_instance_secret},
	{"NUMBERD_MAX_UPFRONT", read_max_upfront},
	{"NUMBERD_MAX_MONTHLY", read_max_monthly},
#define X(name, wire, variable, window, value, what) {variable, read_limit_##name},
	SPENDING_LIMITS(X)
#undef X
		{"TELNYX_PUBLIC_KEY", read_public_keys},
	{"NUMBERD_CA_FILE", read_ca_file},
};

static void set_defaults(struct config *c)
{
	*c = (struct config){.settle_ms = 120000};
	spending_defaults(&c->limits);
	TEXT_COPY(c->telnyx_base_url, "https://api.telnyx.com/v2");
	TEXT_COPY(c->vapi_base_url, "https://api.vapi.ai");
	TEXT_COPY(c->database_url, "sqlite:numberd.db");
	TEXT_COPY(c->listen, "127.0.0.1:8080");
	TEXT_COPY(c->max_rung, "same_country");
	TEXT_COPY(c->brand, "Tavari");
}

/* Values of the file, by the variables' places; others in it are not ours. */
struct file_values {
	char *of[COUNT_OF(variables)];
};

static void file_values_done(struct file_values *values)
{
	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		if (values->of[i] != NULL)
			explicit_bzero(values->of[i], strlen(values->of[i]));
		free(values->of[i]);
	}
}

static void keep(struct file_values *values, const char *name, const char *value)
{
	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		if (!text_is(variables[i].name, name))
			continue;
		free(values->of[i]);
		values->of[i] = must_strdup(value);
	}
}

static enum err_code read_lines(
	const char *path, char *text, struct file_values *values, struct err *e)
{
	char name[MAX_NAME_BYTES], value[MAX_VALUE_BYTES];
	int number = 1;
	if (text_starts(text, "\xEF\xBB\xBF"))
		text += 3;
	for (char *line; (line = strsep(&text, "\n")) != NULL; number++) {
		size_t n = strlen(line);
		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		struct err why;
		if (config_read_line(line, name, sizeof(name), value, sizeof(value), &why))
			keep(values, name, value);
		else if (why.code != ERR_OK)
			return err_set(e, ERR_CONFIG, "could not read %s: line %d: %s", path,
				number, why.message);
	}
	explicit_bzero(value, sizeof(value));
	return ERR_OK;
}

static enum err_code read_file(
	const char *path, bool is_named, struct file_values *values, struct err *e)
{
	FILE *file = fopen(path, "re");
	if (file == NULL && errno == ENOENT && !is_named)
		return ERR_OK;
	if (file == NULL)
		return err_set(e, ERR_CONFIG, "could not open %s: %s", path, strerror(errno));
	char *text = must_calloc(1, MAX_FILE_BYTES + 1);
	size_t bytes = fread(text, 1, MAX_FILE_BYTES + 1, file);
	enum err_code code = ERR_OK;
	if (ferror(file))
		code = err_set(e, ERR_CONFIG, "could not read %s: %s", path, strerror(errno));
	else if (bytes > MAX_FILE_BYTES)
		code = err_set(e, ERR_CONFIG, "could not read %s: it is larger than 64 KiB", path);
	else if (memchr(text, '\0', bytes) != NULL)
		code = err_set(e, ERR_CONFIG, "could not read %s: it is not a text file", path);
	else
		code = read_lines(path, text, values, e);
	explicit_bzero(text, MAX_FILE_BYTES);
	free(text);
	(void)fclose(file);
	return code;
}

/* Set to nothing is as good as not set, and still wins over the file. */
static enum err_code take_values(
	const struct file_values *values, struct config *ret, struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		const char *text = getenv(variables[i].name);
		if (text == NULL)
			text = values->of[i];
		if (text == NULL || *text == '\0')
			continue;
		const char *why = variables[i].read(ret, text);
		if (why != NULL)
			return err_set(e, ERR_CONFIG, "%s %s", variables[i].name, why);
	}
	return ERR_OK;
}

enum err_code config_load(const char *env_file, struct config *ret, struct err *e)
{
	struct file_values values = {0};
	struct config config;
	set_defaults(&config);
	bool is_named = env_file != NULL;
	enum err_code code = read_file(is_named ? env_file : ".env", is_named, &values, e);
	if (code == ERR_OK)
		code = take_values(&values, &config, e);
	file_values_done(&values);
	if (code == ERR_OK)
		*ret = config;
	return code;
}

enum err_code config_need_keys(const struct config *config, struct err *e)
{
	if (config->telnyx_api_key[0] == '\0')
		return err_set(e, ERR_CARRIER_KEY_MISSING, "TELNYX_API_KEY is not set");
	if (config->vapi_api_key[0] == '\0')
		return err_set(e, ERR_VOICE_KEY_MISSING, "VAPI_API_KEY is not set");
	return ERR_OK;
}

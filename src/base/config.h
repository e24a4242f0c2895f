/*
 * config.h - the variables of CONTRACT.md, from the environment and .env.
 *
 * The environment wins over the file.  A variable that is set but malformed
 * is ERR_CONFIG, naming it and never its value when that is a secret.  Every
 * secret is registered with log_secret().
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/spending.h"

#define CONFIG_KEYS 8

struct config {
	char telnyx_api_key[256];
	char telnyx_base_url[256];
	char vapi_api_key[256];
	char vapi_credential_id[64];
	char vapi_base_url[256];
	char database_url[512];
	char listen[128];
	char api_keys[CONFIG_KEYS][256]; /* NUMBERD_API_KEY, comma-separated */
	int api_key_count;
	bool is_public_signup;
	int64_t settle_ms;
	struct spending_limits limits;
	char max_rung[32]; /* a rung's name or "ask"; what it names is the engine's to check */
	char brand[64];
	char instance_secret[256];                /* "" when not set */
	char telnyx_public_keys[CONFIG_KEYS][64]; /* base64 */
	int telnyx_public_key_count;
	char ca_file[256]; /* NUMBERD_CA_FILE: further trust for upstreams; "" the system's */
};

/* env_file: NULL for ./.env if there is one; a named file must exist. */
enum err_code config_load(const char *env_file, struct config *ret, struct err *e) MUST_USE;
/* For commands that speak to the upstreams: both keys must be there. */
enum err_code config_need_keys(const struct config *config, struct err *e) MUST_USE;

/* One line of a .env file: NAME=value, export NAME="value", # comment.  Copies
 * the value out; false for a blank or comment line; ERR_CONFIG via *e for a
 * malformed one. Exposed for tests. */
bool config_read_line(const char *line, char *ret_name, size_t name_bytes, char *ret_value,
	size_t value_bytes, struct err *e);

#endif

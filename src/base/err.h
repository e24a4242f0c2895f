/*
 * err.h - what went wrong, what it did to the world, and what to do now.
 *
 * A function that can fail for an outside reason returns enum err_code (0 is
 * fine) and fills the struct err it was given.  One table gives each code its
 * wire name, HTTP status, exit status and effect.  Decide by effect, never by
 * text.  `message` is one lower-case line: what was attempted and why not.
 * `hint` is what a person can do now; when empty, the code's own hint is used.
 *
 * Wire names are stable: they are on the wire, in the database and in tests.
 * No message may hold a secret.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/must.h"

enum err_effect {
	ERR_EFFECT_NONE,    /* did not happen; the same request may be sent again */
	ERR_EFFECT_REFUSED, /* they said no; do not send it again as it is */
	ERR_EFFECT_MAYBE,   /* may have happened; look before sending again */
};

/* clang-format off */
#define ERR_CODES(X)                                                                               \
	/*  name                 wire name                http exit effect   title, hint */          \
	X(OK,                   "ok",                     200, 0, NONE,    "Done", "")             \
	/* what the caller sent */                                                                  \
	X(BAD_REQUEST,          "bad_request",            400, 2, REFUSED, "The request cannot be read", \
		"Send the request as openapi.json describes it.")                                  \
	X(INVALID_FIELD,        "invalid_field",          422, 2, REFUSED, "A field is not right",  \
		"Correct the field that is named and send the request again.")                     \
	X(UNKNOWN_FIELD,        "unknown_field",          422, 2, REFUSED, "A field is not known",  \
		"Leave out the field that is named, or check its spelling.")                       \
	X(PHONE_REFUSED,        "phone_refused",          422, 2, REFUSED, "The phone number is not usable", \
		"Check the number; include the country code if it is not a US or Canadian number.") \
	X(IDEMPOTENCY_KEY_REUSED,"idempotency_key_reused",422, 2, REFUSED, "The idempotency key was used for another request", \
		"Use a fresh key for a new request; repeat the first body with its own key.")      \
	X(IDEMPOTENCY_IN_PROGRESS,"idempotency_in_progress",409,4, NONE,   "The first request with this key is still being stored", \
		"Send the same request again in a moment.")                                        \
	X(UNAUTHORIZED,         "unauthorized",           401, 3, REFUSED, "No valid API key was given", \
		"Send the header Authorization: Bearer with a key from NUMBERD_API_KEY.")          \
	X(FORBIDDEN,            "forbidden",              403, 3, REFUSED, "This is not allowed",   "") \
	X(WEBHOOK_SIGNATURE,    "webhook_signature",      401, 3, REFUSED, "The webhook is not signed by Telnyx", \
		"Compare TELNYX_PUBLIC_KEY with the public key in the Telnyx portal; the body must arrive unchanged.") \
	X(WEBHOOK_TIME,         "webhook_time",           401, 3, REFUSED, "The webhook's timestamp is too far from now", \
		"Set this machine's clock (NTP); a webhook is taken within 5 minutes of its timestamp.") \
	X(WEBHOOK_NO_KEY,       "webhook_no_key",         503, 3, REFUSED, "Webhooks are not configured", \
		"Set TELNYX_PUBLIC_KEY to the public key in the Telnyx portal (Keys & Credentials), then start numberd again.") \
	X(NOT_FOUND,            "not_found",              404, 1, REFUSED, "There is no such thing", \
		"Check the address or the id.")                                                    \
	X(METHOD_NOT_ALLOWED,   "method_not_allowed",     405, 2, REFUSED, "This address does not take that method", \
		"See openapi.json for what it takes.")                                             \
	X(CONFLICT,             "conflict",               409, 1, REFUSED, "This cannot be done in the present state", \
		"Read the sign-up: its status says what it waits for.") \
	X(BODY_TOO_LARGE,       "body_too_large",         413, 2, REFUSED, "The request is too large", \
		"A sign-up fits in 64 KiB.")                                                       \
	X(UNSUPPORTED_MEDIA,    "unsupported_media_type", 415, 2, REFUSED, "The body is not of a type that is taken here", \
		"Send application/json.")                                                          \
	X(TOO_MANY_REQUESTS,    "too_many_requests",      429, 1, NONE,    "Too many requests",    \
		"Wait as long as Retry-After says and try again.")                                 \
	X(BUSY,                 "busy",                   503, 5, NONE,    "Too busy for this just now", \
		"Wait as long as Retry-After says, or ask for the state now and then instead.")    \
	/* usage and configuration */                                                               \
	X(USAGE,                "usage",                  400, 2, REFUSED, "The command line is not right", \
		"See numberd help.")                                                               \
	X(CONFIG,               "config_invalid",         500, 3, REFUSED, "The configuration is not usable", \
		"Correct the variable that is named, in the environment or in .env.")              \
	X(CARRIER_KEY_MISSING,  "carrier_key_missing",    503, 3, REFUSED, "No Telnyx key is configured", \
		"Set TELNYX_API_KEY (Telnyx portal, Account, Keys & Credentials).")                \
	X(VOICE_KEY_MISSING,    "voice_key_missing",      503, 3, REFUSED, "No Vapi key is configured", \
		"Set VAPI_API_KEY to the private key (Vapi dashboard, API Keys).")                 \
	X(VOICE_CREDENTIAL_MISSING,"voice_credential_missing",503,3,REFUSED,"Vapi has no Telnyx credential", \
		"Add your Telnyx key in the Vapi dashboard (Integrations), then set VAPI_TELNYX_CREDENTIAL_ID.") \
	X(VOICE_CREDENTIAL_AMBIGUOUS,"voice_credential_ambiguous",503,3,REFUSED,"Vapi has several Telnyx credentials", \
		"Set VAPI_TELNYX_CREDENTIAL_ID to the one to use.")                                \
	X(VOICE_CREDENTIAL_WRONG,"voice_credential_wrong",503, 3, REFUSED, "The Vapi credential is not a usable Telnyx credential", \
		"Set VAPI_TELNYX_CREDENTIAL_ID to the id of a credential of provider telnyx.")     \
	/* the carrier */                                                                           \
	X(CARRIER_AUTH,         "carrier_auth",           502, 3, REFUSED, "Telnyx refused the key", \
		"Check TELNYX_API_KEY: it must be a live v2 key of the account that pays.")        \
	X(CARRIER_FUNDS,        "carrier_funds",          502, 1, REFUSED, "The Telnyx account has not enough funds", \
		"Add funds in the Telnyx portal, then retry this sign-up.")                        \
	X(CARRIER_LEVEL,        "carrier_level",          502, 1, REFUSED, "The Telnyx account may not do this yet", \
		"Verify or upgrade the account in the Telnyx portal, then retry.")                 \
	X(CARRIER_NO_NUMBERS,   "carrier_no_numbers",     409, 1, REFUSED, "No number is for sale there", \
		"Try another area code, or allow a wider search.")                                 \
	X(PLACE_NEEDED,         "place_needed",           409, 4, REFUSED, "A place is needed",     \
		"Give a ZIP or postal code, a city, or an area code near the business, or choose a number.") \
	X(CHOICE_NEEDED,        "choice_needed",          409, 4, REFUSED, "No number is for sale that near", \
		"Choose one of the numbers for sale, allow a wider search, or give another area code, ZIP or postal code, or city.") \
	X(CHOICE_GONE,          "chosen_number_gone",     409, 4, REFUSED, "The number that was chosen has gone", \
		"Choose another number; none was bought in its place.")                            \
	X(CARRIER_NUMBER_GONE,  "carrier_number_gone",    409, 1, REFUSED, "The number is no longer for sale", \
		"Choose another number.")                                                          \
	X(CARRIER_NOT_OFFERED,  "carrier_not_offered",    502, 1, REFUSED, "Telnyx does not offer this way of buying", \
		"Ask Telnyx whether number orders are enabled for this account, then retry.") \
	X(CARRIER_PRICE,        "carrier_price",          502, 1, REFUSED, "The number costs more than is allowed", \
		"Choose another number, or raise the price ceiling if you mean to pay this; then retry.") \
	X(CARRIER_REFUSED,      "carrier_refused",        502, 1, REFUSED, "Telnyx said no",       \
		"Read Telnyx's reason in the message; correct it and retry.")                      \
	X(CARRIER_ORDER_FAILED, "carrier_order_failed",   502, 1, REFUSED, "Telnyx could not complete the order", \
		"Nothing was bought by it; retry the sign-up.")                                    \
	X(CARRIER_ORDER_STUCK,  "carrier_order_stuck",    504, 4, MAYBE,   "Telnyx keeps the order pending", \
		"Look at the order in the Telnyx portal; numberd goes on watching it and buys nothing else meanwhile.") \
	X(CARRIER_LIMITED,      "carrier_limited",        503, 5, NONE,    "Telnyx asks for fewer requests", \
		"Wait; numberd goes on by itself.")                                                \
	X(CARRIER_DOWN,         "carrier_down",           503, 5, NONE,    "Telnyx could not be reached", \
		"Check the network and status.telnyx.com; numberd goes on by itself.")             \
	X(CARRIER_UNCLEAR,      "carrier_unclear",        504, 4, MAYBE,   "Telnyx gave no clear answer", \
		"numberd looks whether it happened before it does anything else.")                 \
	X(PURCHASE_UNCLEAR,     "purchase_unclear",       504, 4, MAYBE,   "It is not known yet whether the number was bought", \
		"Search the Telnyx portal for the number and the reference, then answer: numberd resolve. Nothing else is bought meanwhile.") \
	/* the number */                                                                            \
	X(NUMBER_NOT_OWNED,     "number_not_owned",       409, 1, REFUSED, "The number is not in the Telnyx account", \
		"Check the number for typing errors, or leave it out and let numberd buy one.")    \
	X(NUMBER_TAKEN,         "number_taken",           409, 1, REFUSED, "The number belongs to another sign-up", \
		"Check the number, or leave it out and let numberd buy one.")                      \
	X(DUPLICATE_SIGNUP,     "duplicate_signup",       409, 1, REFUSED, "This business already has a number or is getting one", \
		"Use the sign-up that is named; cancel it first if you want another number.")      \
	/* the limits on spending (spending.h), and the switch that stops it */                     \
	X(LIMIT_CUSTOMER,       "limit_customer",         429, 1, NONE,    "This customer has had as many numbers as one may have in a day", \
		"Try again tomorrow (UTC), or raise NUMBERD_LIMIT_CUSTOMER_DAY.")                  \
	X(LIMIT_NETWORK,        "limit_network",          429, 1, NONE,    "As many numbers as one network may have in a day went to yours", \
		"Try again tomorrow (UTC), or raise NUMBERD_LIMIT_NETWORK_DAY.")                   \
	X(LIMIT_HOUR,           "limit_hour",             429, 1, NONE,    "As many numbers as one hour may have are taken", \
		"Try again in the next hour, or raise NUMBERD_LIMIT_HOUR.")                        \
	X(LIMIT_DAY,            "limit_day",              429, 1, NONE,    "As many numbers as one day may have are taken", \
		"Try again tomorrow (UTC), or raise NUMBERD_LIMIT_DAY.")                           \
	X(LIMIT_TOTAL,          "limit_total",            402, 1, NONE,    "All the money that may be spent is spent or set aside", \
		"Raise NUMBERD_LIMIT_TOTAL and start numberd again; numberd limits shows what was spent.") \
	X(LIMIT_RELEASES_HOUR,  "limit_releases_hour",    429, 1, NONE,    "As many numbers as one hour may give back are given back", \
		"Try again in the next hour, or raise NUMBERD_LIMIT_RELEASES_HOUR.")               \
	X(LIMIT_RELEASES_DAY,   "limit_releases_day",     429, 1, NONE,    "As many numbers as one day may give back are given back", \
		"Try again tomorrow (UTC), or raise NUMBERD_LIMIT_RELEASES_DAY.")                  \
	X(FROZEN,               "frozen",                 503, 4, NONE,    "Spending is frozen",   \
		"Run numberd thaw when it may go on; the sign-up then goes on by itself.")         \
	/* the voice platform */                                                                    \
	X(VOICE_AUTH,           "voice_auth",             502, 3, REFUSED, "Vapi refused the key",  \
		"Check VAPI_API_KEY: it must be the private key, not the public one.")             \
	X(VOICE_OTHER_ORG,      "voice_other_org",        409, 1, REFUSED, "Vapi says another organisation holds the number", \
		"Remove the number from the other Vapi organisation, then retry.")                 \
	X(VOICE_NUMBER_UNKNOWN, "voice_number_unknown",   502, 1, REFUSED, "Vapi does not find the number in the Telnyx account", \
		"The Vapi credential may hold the key of another Telnyx account; check it, then retry.") \
	X(VOICE_NOT_READY,      "voice_not_ready",        503, 4, NONE,    "Telnyx is not ready for the import yet", \
		"Wait; numberd tries again by itself.")                                            \
	X(VOICE_REFUSED,        "voice_refused",          502, 1, REFUSED, "Vapi said no",          \
		"Read Vapi's reason in the message; correct it and retry.")                        \
	X(VOICE_LIMITED,        "voice_limited",          503, 5, NONE,    "Vapi asks for fewer requests", \
		"Wait; numberd goes on by itself.")                                                \
	X(VOICE_DOWN,           "voice_down",             503, 5, NONE,    "Vapi could not be reached", \
		"Check the network and status.vapi.ai; numberd goes on by itself.")                \
	X(VOICE_UNCLEAR,        "voice_unclear",          504, 4, MAYBE,   "Vapi gave no clear answer", \
		"numberd looks whether it happened before it does anything else.")                 \
	X(VERIFY_FAILED,        "verify_failed",          502, 4, MAYBE,   "The number does not read back as it should", \
		"Look at what differs in the message; correct it at Telnyx or Vapi, then retry.")  \
	/* ourselves */                                                                             \
	X(STORE_UNAVAILABLE,    "store_unavailable",      503, 5, NONE,    "The database could not be used", \
		"Check the disk and NUMBERD_DATABASE_URL.")                                        \
	X(STORE_FAILED,         "store_failed",           503, 5, NONE,    "The database failed and is not written to any more", \
		"Check the disk, then start numberd again.")                                       \
	X(STORE_CONFLICT,       "store_conflict",         409, 5, NONE,    "Somebody else changed this meanwhile", \
		"Read it again and repeat what you wanted.")                                       \
	X(STORE_CORRUPT,        "store_corrupt",          500, 5, REFUSED, "A stored row breaks its own rules", \
		"Do not edit the database by hand; restore a backup or report this.")              \
	X(STORE_SCHEMA,         "store_schema",           500, 3, REFUSED, "The database has another schema", \
		"Run numberd migrate, or use the newer program that made it.")                     \
	X(STORE_LOCKED,         "store_locked",           409, 5, NONE,    "Another numberd works on this database", \
		"Stop it, or let it do the work.")                                                 \
	X(NETWORK,              "network",                503, 5, NONE,    "The network could not be used", \
		"Check the address and the network.")                                              \
	X(CANCELLED,            "cancelled",              409, 1, NONE,    "Cancelled", "")         \
	X(INTERRUPTED,          "interrupted",            503, 130, NONE,  "Interrupted",           \
		"Run the same command again; it goes on where it stopped.")                        \
	X(NEEDS_CONFIRMATION,   "needs_confirmation",     409, 2, NONE,    "This spends money and was not confirmed", \
		"Confirm on a terminal, or give --yes.")                                           \
	X(INTERNAL,             "internal",               500, 5, MAYBE,   "Something went wrong inside numberd", \
		"Look at the log; report this with the log line.")

enum err_code {
#define X(name, wire, http, exit_status, effect, title, hint) ERR_##name,
	ERR_CODES(X)
#undef X
	ERR_COUNT
};
/* clang-format on */

struct err {
	enum err_code code;
	char message[256];
	char hint[160]; /* "" means the code's own */
};

/* Fill *e and return the code.  The message may be cut; never NULL. */
enum err_code err_set(struct err *e, enum err_code code, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same with a hint of its own. */
enum err_code err_set_hint(struct err *e, enum err_code code, const char *hint, const char *format,
	...) PRINTF_LIKE(4, 5);

const char *err_wire(enum err_code code);  /* "carrier_auth" */
const char *err_title(enum err_code code); /* "Telnyx refused the key" */
int err_http(enum err_code code);
int err_exit(enum err_code code);
enum err_effect err_effect(enum err_code code);
const char *err_hint(const struct err *e); /* never NULL */
bool err_from_wire(const char *wire, enum err_code *ret);

#endif

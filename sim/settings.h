/*
 * settings.h - how this world behaves: one table of switches, read from JSON.
 *
 * The table below is the only list: reading, showing and --help come from it.
 * Unknown names and values of a wrong type are refused by name, so that a
 * misspelt rehearsal does not pass for a clean one.
 */
#ifndef SIM_SETTINGS_H
#define SIM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

/* clang-format off */
#define SIM_SETTINGS(INT, BOOL, TEXT, CENTS, TREE)                                                      \
	/* both sides */                                                                                \
	INT(latency_ms, 0, "every upstream answer waits this long; what it does is done at once")       \
	INT(latency_jitter_ms, 0, "up to so much more, drawn for each call")                            \
	/* the Telnyx account */                                                                        \
	TEXT(account_level, "verified", "trial|paid|verified: trial and paid see foreign numbers masked, may not reserve; trial buys one number") \
	TEXT(account_state, "active", "active|inactive|blocked|unverified|not_level_1|not_level_2|not_enabled: 403 on what spends")  \
	TEXT(home_country, "US", "numbers elsewhere are masked for trial and paid accounts")            \
	CENTS(balance, 100000000, "money in the account")                                               \
	CENTS(credit_limit, 0, "money that may be owed")                                                \
	TREE(known_keys, "[]", "Telnyx keys that work; [] means every well-formed one")                 \
	TREE(revoked_keys, "[]", "Telnyx keys that do not")                                             \
	INT(rate_limit, 100000, "Telnyx requests the account may send in a second, then 429")            \
	TREE(connections, "[{\"id\":\"2900000000000000001\",\"record_type\":\"call_control_application\",\"connection_name\":\"Vapi\",\"active\":true,\"webhook_event_url\":\"https://api.vapi.ai/telnyx/inbound_call\"}]", "connections of the account") \
	TREE(messaging_profiles, "[]", "ids of messaging profiles that exist")                          \
	/* inventory */                                                                                 \
	BOOL(shuffle, true, "each search starts elsewhere in an area code; false: always at the same number") \
	TREE(sold_out, "[]", "area codes without a number for sale")                                    \
	INT(stock_each, -1, "numbers for sale in each area code; -1: all of them")                      \
	TREE(stock, "{}", "the same for one area code: {\"415\":3}")                                    \
	TEXT(coverage, "truth", "truth|all|none: whether /inventory_coverage counts what is there, shows every area code full, or shows none") \
	CENTS(price, 100, "upfront price of a number")                                                  \
	CENTS(monthly, 100, "monthly price of a number")                                                \
	TREE(prices, "{}", "by area code or number: {\"212\":\"5.00\",\"+1…\":{\"upfront\":\"9.00\",\"monthly\":\"2.00\"}}") \
	TEXT(currency, "USD", "of all prices")                                                          \
	TEXT(no_match, "10031", "10031|empty: what a search without a match answers")                   \
	TREE(features_error, "[]", "area codes whose search with features answers 500/10007")           \
	INT(quickship_percent, 75, "toll-free numbers that are quick; the others stay pending for two days") \
	INT(unreservable_percent, 0, "numbers that are shown reservable:false and refuse it")           \
	INT(shown_ms, 86400000, "how long a number that a search returned may be ordered")              \
	INT(race_percent, 0, "orders that find the number just sold to a stranger")                     \
	TREE(held_by_others, "[]", "numbers under a stranger's reservation: shown, not sold")           \
	/* orders */                                                                                    \
	INT(order_ms, 1200, "an order is pending this long; 0: done at the next request")               \
	TEXT(order_outcome, "success", "success|failure|cancelled|deleted|stuck: how orders end")       \
	INT(order_visible_ms, 0, "an order shows in lists so much later (GET by id: at once)")          \
	INT(visible_ms, 300, "an owned number shows so much after its order")                           \
	INT(list_flicker, 0, "every N-th list of orders or numbers is empty")                           \
	TEXT(gone_code, "10027", "10027|85000|85001: how a number that is not for sale is refused")     \
	TEXT(second_order, "reject", "reject|failure: an order for a number that is ours already")      \
	TEXT(direct_purchase, "404", "404|old: POST /v2/phone_numbers as the live API answers it, or as an endpoint that buys at once") \
	/* reservations, release */                                                                     \
	INT(reservation_ms, 1800000, "how long a reservation lasts")                                    \
	INT(reservation_limit, 0, "active reservations before 85007; 0: no limit")                      \
	INT(reservation_extensions, 2, "extensions before 85008")                                       \
	TEXT(reservation_conflict, "line", "line|error: a reserved number fails in its line, or with 422/85006") \
	INT(hold_ms, 1209600000, "how long a released number is kept for its former owner")             \
	INT(release_refuse_ms, 0, "how long after activation DELETE is refused")                        \
	/* Telnyx webhooks */                                                                           \
	TEXT(webhook_url, "", "http://address:port/path that gets number_order.complete; \"\": nobody")  \
	TEXT(webhook_seed, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "Ed25519 seed of the account, hexadecimal") \
	INT(webhook_delay_ms, 0, "sent so much after the order ended")                                  \
	INT(webhook_copies, 1, "how often each is sent; 0: lost")                                       \
	BOOL(webhook_reorder, false, "each waits until the next one has been sent")                     \
	BOOL(webhook_bad_signature, false, "the signature has one bit wrong")                           \
	INT(webhook_stale_ms, 0, "the timestamp lies so much in the past; below 0: in the future")      \
	INT(webhook_attempts, 3, "sendings until the receiver answers 200")                             \
	INT(webhook_retry_ms, 2000, "wait before the second attempt; doubles")                          \
	/* Vapi */                                                                                      \
	TREE(vapi_known_keys, "[]", "Vapi keys that work; [] means every UUID")                         \
	TREE(vapi_revoked_keys, "[]", "Vapi keys that do not")                                          \
	INT(vapi_rate_limit, 0, "Vapi requests in a second, then 429; 0: no limit")                     \
	BOOL(vapi_retry_after, false, "whether that 429 carries Retry-After")                           \
	TREE(credentials, "[{\"id\":\"5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70\",\"provider\":\"telnyx\",\"name\":\"Telnyx\",\"telnyxApplicationId\":\"2900000000000000001\"}]", "credentials in Vapi; \"telnyx_status\":401 in one: its Telnyx key is dead") \
	INT(activation_ms, 0, "an imported number is activating this long")                             \
	TEXT(import_status, "active", "active|blocked: what it is then")                                \
	INT(import_lag_ms, 0, "an import needs the number active at Telnyx for so long, else 502 inside the 400") \
	TREE(other_org, "[]", "numbers that another Vapi organisation has imported")                    \
	TEXT(existing_wording, "uuid", "uuid|other_org: how a second import of our number is refused")  \
	BOOL(allow_duplicates, false, "a second import makes a second object")                          \
	BOOL(check_assistant, false, "an unknown assistantId is refused on import")                     \
	BOOL(mask_numbers, false, "GET shows +141****0123")                                             \
	BOOL(absent_status, false, "numbers carry no status")                                           \
	BOOL(extra_fields, false, "answers carry fields that no specification has")                     \
	BOOL(delete_clears_connection, false, "deleting at Vapi clears connection_id at Telnyx")
/* clang-format on */

struct settings {
#define INT(name, value, doc) int64_t name;
#define BOOL(name, value, doc) bool name;
#define TEXT(name, value, doc) char name[256];
#define CENTS(name, value, doc) int64_t name;
#define TREE(name, value, doc) json_t *name;
	SIM_SETTINGS(INT, BOOL, TEXT, CENTS, TREE)
#undef INT
#undef BOOL
#undef TEXT
#undef CENTS
#undef TREE
	/* worked out from the trees, for the hot paths */
	int64_t stock_of[1000];
	int64_t price_of[1000];
	int64_t monthly_of[1000];
};

void settings_init(struct settings *s); /* the defaults */
void settings_done(struct settings *s);
/* Apply the members of an object; "rules" is somebody else's and skipped.
 * On an error nothing has changed. */
enum err_code settings_read(struct settings *s, const json_t *j, struct err *e) MUST_USE;
void settings_write(const struct settings *s, struct str *to); /* as members, wire.h's way */
void settings_help(struct str *to);

/* Whether an array of texts holds it. */
bool settings_list_has(const json_t *list, const char *text);
/* What a number costs now. */
void settings_price(
	const struct settings *s, uint64_t digits, int64_t *ret_upfront, int64_t *ret_monthly);

#endif

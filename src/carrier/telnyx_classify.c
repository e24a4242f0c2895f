/*
 * What every answer of Telnyx means, as one table.
 *
 * The first row that matches counts; what is in no row is vague.  Being vague
 * about a purchase costs a look; being wrong about one costs a second number.
 */
#include "carrier/telnyx_wire.h"

#include <limits.h>

#define BIT(deed) (1u << TELNYX_##deed)
#define READS (BIT(READ) | BIT(READ_ONE) | BIT(SEARCH))
#define ALL ((1u << TELNYX_DEEDS) - 1)
#define VAGUE ERR_COUNT /* resolved by telnyx_vague() */

struct row {
	unsigned deeds;
	int status_least, status_most;
	int code_least, code_most;
	enum err_code means;
};

#define STATUS(n) (n), (n)
#define REFUSALS 400, 499
#define CODE(n) (n), (n)
#define ANY INT_MIN, INT_MAX
#define JSON 0, INT_MAX /* with or without a code, but JSON */

/* clang-format off */
static const struct row rows[] = {
	/* A gateway says 5xx whether or not what stands behind it went through. */
	{ALL,            500, 599,     ANY,                VAGUE},
	{BIT(RELEASE),   200, 299,     ANY,                ERR_OK},
	{ALL,            200, 299,     CODE(TELNYX_NO_CODE), ERR_OK},
	{ALL,            0, 399,       ANY,                VAGUE},

	{ALL,            STATUS(429),  ANY,                ERR_CARRIER_LIMITED},
	{ALL,            REFUSALS,     CODE(10011),        ERR_CARRIER_LIMITED},
	{BIT(RELEASE),   REFUSALS,     CODE(TELNYX_NOT_YET), ERR_CARRIER_LIMITED},
	{BIT(RELEASE),   REFUSALS,     CODE(10036),        ERR_CARRIER_LIMITED},
	{BIT(RESERVE),   REFUSALS,     CODE(85006),        ERR_CONFLICT},
	{BIT(RESERVE),   REFUSALS,     CODE(85007),        ERR_CARRIER_LIMITED},

	/* "Timed out", "duplicate", "being processed", "unexpected": it may have happened. */
	{ALL,            STATUS(408),  ANY,                VAGUE},
	{ALL,            STATUS(409),  ANY,                VAGUE},
	{ALL,            STATUS(425),  ANY,                VAGUE},
	{ALL,            REFUSALS,     10007, 10008,       VAGUE},
	{ALL,            REFUSALS,     CODE(10012),        VAGUE},
	{ALL,            REFUSALS,     10036, 10037,       VAGUE},

	/* The key and the account. */
	{ALL,            STATUS(401),  ANY,                ERR_CARRIER_AUTH},
	{ALL,            REFUSALS,     10009, 10010,       ERR_CARRIER_AUTH},
	{ALL,            REFUSALS,     20001, 20008,       ERR_CARRIER_AUTH},
	{ALL,            REFUSALS,     CODE(20012),        ERR_CARRIER_FUNDS},
	{ALL,            REFUSALS,     CODE(20100),        ERR_CARRIER_FUNDS},
	{ALL,            REFUSALS,     CODE(20013),        ERR_CARRIER_REFUSED},
	{ALL,            STATUS(402),  JSON,               ERR_CARRIER_FUNDS},
	{BIT(BUY),       STATUS(403),  CODE(20015),        ERR_CARRIER_NOT_OFFERED},
	{ALL,            REFUSALS,     10038, 10039,       ERR_CARRIER_LEVEL},
	{ALL,            REFUSALS,     20014, 20017,       ERR_CARRIER_LEVEL},

	/* The number. */
	{BIT(SEARCH),    STATUS(400),  CODE(10031),        ERR_CARRIER_NO_NUMBERS},
	{BIT(BUY) | BIT(RESERVE), REFUSALS, CODE(10027),   ERR_CARRIER_NUMBER_GONE},
	{BIT(BUY) | BIT(RESERVE), REFUSALS, 85000, 85001,  ERR_CARRIER_NUMBER_GONE},
	{BIT(BUY),       REFUSALS,     CODE(85006),        ERR_CARRIER_NUMBER_GONE},

	/* The way of buying, or the record asked for.  A 404 without Telnyx's code
	 * is a gateway's: it does not say that a number is gone. */
	{BIT(BUY),       STATUS(404),  CODE(TELNYX_NO_CODE), ERR_CARRIER_NOT_OFFERED},
	{BIT(BUY),       STATUS(404),  CODE(10005),        ERR_CARRIER_NOT_OFFERED},
	{BIT(BUY),       STATUS(405),  JSON,               ERR_CARRIER_NOT_OFFERED},
	{BIT(BUY),       REFUSALS,     CODE(10030),        ERR_CARRIER_NOT_OFFERED},
	{BIT(READ_ONE) | BIT(RELEASE), STATUS(404), CODE(10005), ERR_NOT_FOUND},

	/* Our request is wrong, or not to be granted as it is. */
	{ALL,            REFUSALS,     10001, 10004,       ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     10015, 10016,       ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     CODE(10021),        ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     CODE(10023),        ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     10026, 10027,       ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     CODE(TELNYX_10027_OTHER), ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     CODE(10029),        ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     10032, 10033,       ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     CODE(10035),        ERR_CARRIER_REFUSED},
	{ALL,            REFUSALS,     85002, 85008,       ERR_CARRIER_REFUSED},
	{ALL,            STATUS(403),  JSON,               ERR_CARRIER_AUTH},
	{READS,          REFUSALS,     JSON,               ERR_CARRIER_REFUSED},
};
/* clang-format on */

enum err_code telnyx_vague(enum telnyx_deed deed)
{
	return (READS & (1u << deed)) != 0 ? ERR_CARRIER_DOWN : ERR_CARRIER_UNCLEAR;
}

static bool is_match(const struct row *row, enum telnyx_deed deed, int status, int code)
{
	return (row->deeds & (1u << deed)) != 0 && status >= row->status_least &&
	       status <= row->status_most && code >= row->code_least && code <= row->code_most;
}

enum err_code telnyx_classify(
	enum telnyx_deed deed, enum http_sent sent, bool is_complete, int status, int code)
{
	must(deed < TELNYX_DEEDS);
	if (sent == HTTP_UNSENT)
		return ERR_CARRIER_DOWN;
	if (!is_complete)
		return telnyx_vague(deed);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (is_match(&rows[i], deed, status, code))
			return rows[i].means == VAGUE ? telnyx_vague(deed) : rows[i].means;
	}
	return telnyx_vague(deed);
}

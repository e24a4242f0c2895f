/* What every answer of Vapi means, as one table: the first row that matches. */
#include "voice/vapi_wire.h"

#include <limits.h>

#define BIT(deed) (1u << VAPI_##deed)
#define READS (BIT(READ) | BIT(READ_ONE))
#define ALL ((1u << VAPI_DEEDS) - 1)
#define VAGUE ERR_COUNT /* resolved by vapi_vague() */

struct row {
	unsigned deeds;
	int status_least, status_most;
	enum vapi_words words_least, words_most;
	enum err_code means;
};

#define STATUS(n) (n), (n)
#define REFUSALS 400, 499
#define WORDS(w) VAPI_##w, VAPI_##w
#define ANY VAPI_NO_JSON, VAPI_CREDENTIAL
#define JSON VAPI_JSON, VAPI_CREDENTIAL

/* clang-format off */
static const struct row rows[] = {
	/* Vapi could not set the number up at Telnyx: seen as 400 and as 5xx. */
	{BIT(IMPORT),    500, 599,    VAPI_UPDATE_NOT_FOUND, VAPI_UPDATE_OTHER, ERR_VOICE_NOT_READY},
	{ALL,            500, 599,    ANY,                VAGUE},
	{BIT(RELEASE),   200, 299,    ANY,                ERR_OK},
	{ALL,            200, 299,    JSON,               ERR_OK},
	{ALL,            0, 399,      ANY,                VAGUE},

	{ALL,            STATUS(429), ANY,                ERR_VOICE_LIMITED},
	{BIT(IMPORT),    REFUSALS,    WORDS(EXISTING),    ERR_CONFLICT},
	{ALL,            STATUS(408), ANY,                VAGUE},
	{ALL,            STATUS(425), ANY,                VAGUE},
	{ALL,            STATUS(401), ANY,                ERR_VOICE_AUTH},
	{ALL,            STATUS(403), JSON,               ERR_VOICE_AUTH},

	{BIT(IMPORT),    REFUSALS,    WORDS(OTHER_ORG),   ERR_VOICE_OTHER_ORG},
	{BIT(IMPORT),    REFUSALS,    WORDS(UPDATE_AUTH), ERR_VOICE_CREDENTIAL_WRONG},
	/* 404 inside: bought a moment ago and not there yet, or another account's. */
	{BIT(IMPORT),    REFUSALS,    WORDS(UPDATE_NOT_FOUND), ERR_VOICE_NOT_READY},
	{BIT(IMPORT),    REFUSALS,    WORDS(UPDATE_OTHER), ERR_VOICE_NOT_READY},
	{BIT(IMPORT),    REFUSALS,    WORDS(CREDENTIAL),  ERR_VOICE_CREDENTIAL_WRONG},

	{ALL,            STATUS(404), WORDS(NO_ROUTE),    ERR_VOICE_REFUSED},
	{BIT(READ_ONE) | BIT(RELEASE), STATUS(404), JSON, ERR_NOT_FOUND},
	{BIT(IMPORT) | BIT(RELEASE), STATUS(400), JSON,   ERR_VOICE_REFUSED},
	{BIT(IMPORT) | BIT(RELEASE), STATUS(402), JSON,   ERR_VOICE_REFUSED},
	{BIT(IMPORT),    STATUS(404), JSON,               ERR_VOICE_REFUSED},
	{BIT(IMPORT) | BIT(RELEASE), STATUS(405), JSON,   ERR_VOICE_REFUSED},
	{BIT(IMPORT) | BIT(RELEASE), STATUS(422), JSON,   ERR_VOICE_REFUSED},
	{READS,          REFUSALS,    JSON,               ERR_VOICE_REFUSED},
};
/* clang-format on */

enum err_code vapi_vague(enum vapi_deed deed)
{
	return (READS & (1u << deed)) != 0 ? ERR_VOICE_DOWN : ERR_VOICE_UNCLEAR;
}

static bool is_match(const struct row *row, enum vapi_deed deed, int status, enum vapi_words words)
{
	return (row->deeds & (1u << deed)) != 0 && status >= row->status_least &&
	       status <= row->status_most && words >= row->words_least && words <= row->words_most;
}

enum err_code vapi_classify(enum vapi_deed deed, enum http_sent sent, bool is_complete, int status,
	enum vapi_words words)
{
	must(deed < VAPI_DEEDS && words < VAPI_WORDS_COUNT);
	if (sent == HTTP_UNSENT)
		return ERR_VOICE_DOWN;
	if (!is_complete)
		return vapi_vague(deed);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (is_match(&rows[i], deed, status, words))
			return rows[i].means == VAGUE ? vapi_vague(deed) : rows[i].means;
	}
	return vapi_vague(deed);
}

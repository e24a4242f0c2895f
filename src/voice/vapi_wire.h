/*
 * vapi_wire.h - Vapi's words: requests built, answers read.  No I/O.
 *
 * The same rules as the carrier's: a reader takes one reply and fills one
 * answer, accepts what the wire really does (`message` a string or a list,
 * no `status`, a masked number), and is vague about what it does not
 * understand: "unclear" for an import, VOICE_DOWN for a read.
 *
 * Vapi's errors are prose without a machine code, so some sentences must be
 * recognised; the table below decides by them and by the status.
 */
#ifndef VOICE_VAPI_WIRE_H
#define VOICE_VAPI_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "net/http_client.h"
#include "order/order.h"
#include "voice/voice.h"

enum vapi_deed {
	VAPI_READ,
	VAPI_READ_ONE, /* one record by its id, which may not be there */
	VAPI_IMPORT,
	VAPI_RELEASE,
	VAPI_DEEDS
};

/* What an error's text was recognised as. */
enum vapi_words {
	VAPI_NO_JSON,
	VAPI_JSON,             /* JSON, and nothing special in it */
	VAPI_NO_ROUTE,         /* "Cannot GET /…": there is no such address */
	VAPI_EXISTING,         /* "Existing Phone Number <uuid> Has Identical …" */
	VAPI_OTHER_ORG,        /* "… already in use by another org." */
	VAPI_UPDATE_NOT_FOUND, /* "Couldn't Update Telnyx Number. … status code 404" */
	VAPI_UPDATE_AUTH,      /* the same with 401 or 403 */
	VAPI_UPDATE_OTHER,     /* the same with anything else, as 502 */
	VAPI_CREDENTIAL,       /* something about the credential */
	VAPI_WORDS_COUNT
};

/* The one total table.  ERR_OK: read it.  ERR_NOT_FOUND: no such record
 * (READ_ONE, RELEASE).  ERR_CONFLICT: imported already, as the record named
 * (IMPORT).  Otherwise a VOICE_ code. */
enum err_code vapi_classify(enum vapi_deed deed, enum http_sent sent, bool is_complete, int status,
	enum vapi_words words);
enum err_code vapi_vague(enum vapi_deed deed);

void vapi_answer_init(struct answer *a);
void vapi_fail(struct answer *a, enum err_code code, const char *hint, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* --- requests --- */

#define VAPI_LIST_ROWS 20
#define VAPI_LIST_PAGES 10
#define VAPI_CREDENTIAL_ROWS 100

struct http_call vapi_build_credential(const char *base, const char *id);
struct http_call vapi_build_credentials(const char *base);
struct http_call vapi_build_key_check(const char *base);
struct http_call vapi_build_find(const char *base, const char *number, int page);
struct http_call vapi_build_import(
	const char *base, const char *number, const char *credential_id, const char *name);
struct http_call vapi_build_voice(const char *base, const char *id);
struct http_call vapi_build_release(const char *base, const char *id);

/* --- answers --- */

/* What the (unpublished) credential addresses told. */
enum vapi_credential_finding {
	VAPI_CREDENTIAL_GOOD,    /* *ret is filled */
	VAPI_CREDENTIAL_UNKNOWN, /* the address works; that id was not shown */
	VAPI_CREDENTIAL_UNTOLD,  /* the address does not work: nothing was learned */
	VAPI_CREDENTIAL_BAD,     /* a definite no: *a says why */
};
enum vapi_credential_finding vapi_read_credential(const struct http_reply *reply, const char *id,
	struct voice_credential *ret, struct answer *a);
/* id: the one wanted, or "" for the only one of provider telnyx. */
enum vapi_credential_finding vapi_read_credentials(const struct http_reply *reply, const char *id,
	struct voice_credential *ret, struct answer *a);
void vapi_read_key_check(const struct http_reply *reply, struct answer *a);

/* The record that holds the number, or VOICE_ABSENT.  credential_id: the one
 * it must use, or "" to leave that out.  A number shown masked is taken when
 * it can be ours; a->message then says so. */
void vapi_read_found(const struct http_reply *reply, const char *number, const char *credential_id,
	struct answer *a, bool *ret_has_more);
void vapi_read_voice(const struct http_reply *reply, const char *number, const char *credential_id,
	struct answer *a);
/* ERR_CONFLICT: it is there already, as a->voice_id. */
void vapi_read_imported(const struct http_reply *reply, const char *number,
	const char *credential_id, struct answer *a);
void vapi_read_released(const struct http_reply *reply, const char *number, struct answer *a);

#endif

/*
 * quick_json.c - jansson's reader, quicker: half of a life's time was spent in it.
 *
 * It takes the place of json_loadb() in this program.  What it is not sure of
 * (an escape, a byte that is no ASCII, a fraction, a fault of any kind) it
 * leaves to jansson's own, from the beginning.  Lives that are lived twice are
 * lived with jansson's own the second time, and must be the same.
 *
 * Trees take their memory from lists of freed pieces by size; one thread.
 */
#include <dlfcn.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "tests/lives/life.h"

/* --- memory --- */

#define PIECE_STEP 32
#define PIECE_SIZES 32 /* larger ones are malloc's */
#define CHUNK_BYTES (256 * 1024)

union piece {
	union piece *next; /* while it is free */
	size_t size;       /* in steps, before what is handed out; 0: malloc's */
	char room[16];     /* keeps what is handed out aligned */
};

static union piece *spare[PIECE_SIZES + 1];
static char *chunk;
static size_t chunk_left;

static void *take(size_t bytes)
{
	size_t size = (bytes + sizeof(union piece) + PIECE_STEP - 1) / PIECE_STEP;
	union piece *piece;
	if (size > PIECE_SIZES) {
		piece = must_realloc(NULL, bytes + sizeof(*piece));
		piece->size = 0;
		return piece + 1;
	}
	piece = spare[size];
	if (piece != NULL) {
		spare[size] = piece->next;
	} else {
		if (chunk_left < size * PIECE_STEP) {
			chunk = must_realloc(NULL, CHUNK_BYTES);
			chunk_left = CHUNK_BYTES;
		}
		piece = (union piece *)chunk;
		chunk += size * PIECE_STEP;
		chunk_left -= size * PIECE_STEP;
	}
	piece->size = size;
	return piece + 1;
}

static void give_back(void *room)
{
	union piece *piece = (union piece *)room - 1;
	if (room == NULL)
		return;
	size_t size = piece->size;
	if (size == 0) {
		free(piece);
		return;
	}
	piece->next = spare[size];
	spare[size] = piece;
}

/* --- reading --- */

struct reader {
	const char *at, *end;
};

static json_t *(*own_loadb)(const char *, size_t, size_t, json_error_t *);
static bool is_own_wanted;

static json_t *read_value(struct reader *r);

static bool is_next(struct reader *r, char c)
{
	while (r->at < r->end &&
		(*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
	return r->at < r->end && *r->at == c;
}

static bool pass(struct reader *r, char c)
{
	bool is = is_next(r, c);
	r->at += is;
	return is;
}

/* A string without anything special in it; NULL otherwise. */
static const char *read_plain(struct reader *r, size_t *ret_bytes)
{
	if (!pass(r, '"'))
		return NULL;
	const char *start = r->at;
	while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= 0x20 &&
		(unsigned char)*r->at < 0x7F)
		r->at++;
	if (r->at == r->end || *r->at != '"')
		return NULL;
	*ret_bytes = (size_t)(r->at++ - start);
	return start;
}

static json_t *read_object(struct reader *r)
{
	json_t *object = json_object();
	if (pass(r, '}'))
		return object;
	do {
		size_t bytes;
		const char *key = read_plain(r, &bytes);
		json_t *value = NULL;
		if (key != NULL && json_object_getn(object, key, bytes) == NULL && pass(r, ':'))
			value = read_value(r);
		if (value == NULL || json_object_setn_new_nocheck(object, key, bytes, value) != 0) {
			json_decref(object);
			return NULL;
		}
	} while (pass(r, ','));
	if (pass(r, '}'))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *read_array(struct reader *r)
{
	json_t *array = json_array();
	if (pass(r, ']'))
		return array;
	do {
		json_t *value = read_value(r);
		if (value == NULL || json_array_append_new(array, value) != 0) {
			json_decref(array);
			return NULL;
		}
	} while (pass(r, ','));
	if (pass(r, ']'))
		return array;
	json_decref(array);
	return NULL;
}

static json_t *read_whole(struct reader *r)
{
	bool is_negative = pass(r, '-');
	const char *start = r->at;
	int64_t value = 0;
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && r->at - start < 18)
		value = value * 10 + (*r->at++ - '0');
	bool is_odd = r->at == start || (*start == '0' && (r->at - start > 1 || is_negative));
	bool goes_on = r->at < r->end && strchr(",]} \n\r\t", *r->at) == NULL;
	return is_odd || goes_on ? NULL : json_integer(is_negative ? -value : value);
}

static bool pass_word(struct reader *r, const char *word)
{
	size_t bytes = strlen(word);
	if ((size_t)(r->end - r->at) < bytes || memcmp(r->at, word, bytes) != 0)
		return false;
	r->at += bytes;
	return true;
}

static json_t *read_value(struct reader *r)
{
	size_t bytes;
	const char *text;
	if (is_next(r, '"')) {
		text = read_plain(r, &bytes);
		return text != NULL ? json_stringn_nocheck(text, bytes) : NULL;
	}
	if (pass(r, '{'))
		return read_object(r);
	if (pass(r, '['))
		return read_array(r);
	if (pass_word(r, "true"))
		return json_true();
	if (pass_word(r, "false"))
		return json_false();
	if (pass_word(r, "null"))
		return json_null();
	return read_whole(r);
}

json_t *json_loadb(const char *text, size_t bytes, size_t flags, json_error_t *error)
{
	struct reader r = {text, text + bytes};
	if (!is_own_wanted && flags == (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)) {
		json_t *value = read_value(&r);
		(void)is_next(&r, '\0');
		if (value != NULL && r.at == r.end)
			return value;
		json_decref(value);
	}
	return own_loadb(text, bytes, flags, error);
}

void quick_json_init(void)
{
	own_loadb = (json_t * (*)(const char *, size_t, size_t, json_error_t *))
		dlsym(RTLD_NEXT, "json_loadb");
	must(own_loadb != NULL);
	json_set_alloc_funcs(take, give_back);
}

void quick_json_use_own(bool is_wanted)
{
	is_own_wanted = is_wanted;
}

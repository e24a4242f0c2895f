/*
 * truth.h - what the upstreams really hold: the simulator's world, seen from here.
 *
 * The simulator has names of its own for orders and numbers; only truth.c
 * knows both.
 */
#ifndef LIVES_TRUTH_H
#define LIVES_TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http_client.h"

/* How this life's upstreams behave; see sim/settings.h. */
struct truth_ways {
	int64_t stock;         /* of the home area code */
	int64_t near_stock[3]; /* of its overlay and two neighbours */
	unsigned dear;         /* bits, of home and of those three: above every ceiling */
	const char *coverage;  /* what is said of the stock */
	int64_t order_ms, visible_ms, order_visible_ms, list_flicker;
	int64_t unreservable_percent, import_lag_ms, release_refuse_ms, activation_ms;
	const char *gone_code, *second_order, *reservation_conflict, *existing_wording;
	bool may_reserve, is_old_method, absent_status, delete_clears_connection;
};

void truth_begin(uint64_t seed, int64_t now_ms, const struct truth_ways *ways);
void truth_calm(void); /* lists are fresh from now on */
void truth_tick(int64_t now_ms);

struct truth_call {
	enum http_method method;
	const char *url; /* path and query */
	const char *body, *authorization;
	const char *outcome; /* of the order it makes; NULL: as usual */
	int64_t outcome_ms;
};
struct truth_said {
	int status;
	const char *text; /* borrowed until the next call */
	size_t bytes;
};
void truth_ask(const struct truth_call *call, struct truth_said *ret);

/* Somebody else buys it, unless it is held; gives it up after back_ms, 0: never. */
bool truth_stranger(const char *number, int64_t back_ms);
/* Numbers of the area code that anybody may buy. */
size_t truth_left(const char *area_code);
/* One of them; false where there is none. */
bool truth_for_sale(const char *area_code, char *to, size_t bytes);
bool truth_is_dear(const char *number);
/* A number that was in the account before us. */
void truth_seed_number(uint64_t digits);

struct truth_number {
	uint64_t digits;
	uint64_t id;
	const char *reference; /* "" when unset; borrowed */
	bool is_held;          /* pending or active: it is billed */
	bool is_active;
};
size_t truth_numbers(void); /* ever held */
struct truth_number truth_number(size_t i);
bool truth_owned(uint64_t digits, struct truth_number *ret);

/* Live records at Vapi. */
size_t truth_imports(void);      /* ever made */
uint64_t truth_import(size_t i); /* its digits; 0 when it was deleted */
int truth_imports_of(uint64_t digits, const char **ret_id);
uint64_t truth_digits(const char *number);
void truth_write(uint64_t digits, char *to, size_t bytes);

#endif

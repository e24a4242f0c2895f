/*
 * telnyx.h - the simulated Telnyx: its door, its error words, its resources.
 *
 * telnyx_handle() checks the key and the rate, finds the route and calls it.
 * What each answer imitates, and how sure that is, stands in sim/README.md.
 */
#ifndef SIM_TELNYX_H
#define SIM_TELNYX_H

#include "sim/ask.h"
#include "sim/inventory.h"
#include "sim/world.h"

/* Every path below /v2.  a->route names the template for counting and rules. */
void telnyx_handle(struct world *w, struct ask *ask, struct answer *a);
/* The template for a call that is not carried out. */
const char *telnyx_route_name(struct ask *ask);
/* An answer in Telnyx's shape, for faults; title and detail may be "". */
void telnyx_fault(
	struct answer *a, int status, const char *code, const char *title, const char *detail);

/* {"errors":[{code,title,detail,source}]}; the title comes from the catalogue. */
void telnyx_error(
	struct answer *a, int status, const char *code, const char *detail, const char *pointer);
void telnyx_not_found(struct answer *a);

/* page[number] and page[size] over `total` rows: which to show. */
struct page {
	size_t number, size, first, end, total;
};
struct page telnyx_page(const struct ask *ask, size_t total, size_t default_size);
void telnyx_page_meta(struct str *s, const struct page *page);

/* False, with 403 or 402 answered, when the account may not spend or reserve. */
bool telnyx_may_spend(struct world *w, struct answer *a);
bool telnyx_knows_connection(const struct world *w, const char *id);
/* Whether this list answer is to be empty (list_flicker). */
bool telnyx_flickers(struct world *w);

/* When this key was last shown a number. */
void telnyx_show(struct world *w, uint32_t key, uint64_t digits);
bool telnyx_was_shown(const struct world *w, uint32_t key, uint64_t digits);
/* "We don't recognize the number(s) …": not for sale to this key. */
void telnyx_gone(struct world *w, struct answer *a, const char *number);
/* Read phone_numbers[].phone_number of an order or reservation; false: answered. */
bool telnyx_read_numbers(struct world *w, struct ask *ask, struct answer *a, uint64_t *ret,
	size_t *ret_count, size_t most);
#define TELNYX_NUMBERS_MAX 1000

/* telnyx_search.c */
void telnyx_search(struct world *w, struct ask *ask, struct answer *a);
void telnyx_coverage(struct world *w, struct ask *ask, struct answer *a);
void telnyx_requirements(struct world *w, struct ask *ask, struct answer *a);

/* telnyx_order.c */
void telnyx_order_create(struct world *w, struct ask *ask, struct answer *a);
void telnyx_order_list(struct world *w, struct ask *ask, struct answer *a);
void telnyx_order_get(struct world *w, struct ask *ask, struct answer *a);
void telnyx_order_patch(struct world *w, struct ask *ask, struct answer *a);
void telnyx_buy_direct(struct world *w, struct ask *ask, struct answer *a);
void telnyx_order_write(struct str *s, const char *name, const struct order *o);
/* The order itself, already allowed.  `method` goes to the ledger. */
struct order *telnyx_order_make(struct world *w, const struct ask *ask, const uint64_t *digits,
	size_t count, const char *method);

/* telnyx_suborder.c */
void telnyx_sub_list(struct world *w, struct ask *ask, struct answer *a);
void telnyx_sub_get(struct world *w, struct ask *ask, struct answer *a);
void telnyx_sub_cancel(struct world *w, struct ask *ask, struct answer *a);
void telnyx_line_list(struct world *w, struct ask *ask, struct answer *a);
void telnyx_line_get(struct world *w, struct ask *ask, struct answer *a);
void telnyx_group_create(struct world *w, struct ask *ask, struct answer *a);
void telnyx_group_list(struct world *w, struct ask *ask, struct answer *a);
void telnyx_group_get(struct world *w, struct ask *ask, struct answer *a);
void telnyx_order_end(struct world *w, struct order *o, const char *status);

/* telnyx_reserve.c */
void telnyx_reserve_create(struct world *w, struct ask *ask, struct answer *a);
void telnyx_reserve_list(struct world *w, struct ask *ask, struct answer *a);
void telnyx_reserve_get(struct world *w, struct ask *ask, struct answer *a);
void telnyx_reserve_extend(struct world *w, struct ask *ask, struct answer *a);

/* telnyx_number.c */
void telnyx_number_list(struct world *w, struct ask *ask, struct answer *a);
void telnyx_number_slim(struct world *w, struct ask *ask, struct answer *a);
void telnyx_number_get(struct world *w, struct ask *ask, struct answer *a);
void telnyx_number_patch(struct world *w, struct ask *ask, struct answer *a);
void telnyx_number_delete(struct world *w, struct ask *ask, struct answer *a);
void telnyx_number_verify(struct world *w, struct ask *ask, struct answer *a);
void telnyx_voice_get(struct world *w, struct ask *ask, struct answer *a);
void telnyx_voice_patch(struct world *w, struct ask *ask, struct answer *a);
void telnyx_number_write(
	struct str *s, const char *name, const struct world *w, const struct number *n);
const char *telnyx_number_status(const struct number *n);

#endif

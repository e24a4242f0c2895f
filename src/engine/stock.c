#include "engine/stock.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

#define COUNTRIES 4 /* the oldest makes room */
#define CODES 1000  /* of three digits */

struct waiter_of_stock {
	void (*func)(void *arg);
	void *arg;
	struct waiter_of_stock *next;
};

struct shelf {
	struct stock *stock;
	char country[4];
	bool is_asked, is_known;
	int64_t until_boot_ms; /* known, or not worth asking, until then */
	int64_t asked_boot_ms;
	bool has[CODES];
	int64_t empty_until_boot_ms[CODES]; /* our own searches' word */
	struct waiter_of_stock *waiters;
};

struct stock {
	const struct clock *clock;
	struct carrier *carrier;
	struct shelf shelves[COUNTRIES];
};

struct stock *stock_new(const struct clock *clock, struct carrier *carrier)
{
	struct stock *s = must_calloc(1, sizeof(*s));
	s->clock = clock;
	s->carrier = carrier;
	for (size_t i = 0; i < COUNTRIES; i++)
		s->shelves[i].stock = s;
	return s;
}

struct stock *stock_free(struct stock *s)
{
	for (size_t i = 0; s != NULL && i < COUNTRIES; i++) {
		struct waiter_of_stock *next = s->shelves[i].waiters;
		while (next != NULL) {
			struct waiter_of_stock *w = next;
			next = w->next;
			free(w);
		}
	}
	free(s);
	return NULL;
}

static int64_t now_ms(const struct stock *s)
{
	return clock_boot_ms(s->clock);
}

static const struct shelf *find_shelf(const struct stock *s, const char *country)
{
	for (size_t i = 0; i < COUNTRIES; i++)
		if (text_is(s->shelves[i].country, country))
			return &s->shelves[i];
	return NULL;
}

/* NULL while each is being asked about. */
static struct shelf *make_shelf(struct stock *s, const char *country)
{
	struct shelf *oldest = NULL;
	const struct shelf *known = find_shelf(s, country);
	if (known != NULL)
		return &s->shelves[known - s->shelves];
	for (size_t i = 0; i < COUNTRIES; i++) {
		struct shelf *shelf = &s->shelves[i];
		if (!shelf->is_asked &&
			(oldest == NULL || shelf->until_boot_ms < oldest->until_boot_ms))
			oldest = shelf;
	}
	if (oldest == NULL)
		return NULL;
	*oldest = (struct shelf){.stock = s};
	TEXT_COPY(oldest->country, country);
	return oldest;
}

/* -1 for what is no code of three digits. */
static int index_of(const char *area_code)
{
	int64_t value;
	if (strlen(area_code) != 3 || !text_is_digits(area_code) ||
		!text_to_int(area_code, 0, CODES - 1, &value))
		return -1;
	return (int)value;
}

const struct shelf *stock_shelf(const struct stock *s, const char *country)
{
	const struct shelf *shelf = find_shelf(s, country);
	bool is_good = shelf != NULL && shelf->is_known && now_ms(s) < shelf->until_boot_ms;
	return is_good ? shelf : NULL;
}

bool stock_has(const struct stock *s, const struct shelf *shelf, const char *area_code)
{
	int i = index_of(area_code);
	return i >= 0 && shelf->has[i] && now_ms(s) >= shelf->empty_until_boot_ms[i];
}

void stock_note_empty(struct stock *s, const char *country, const char *area_code)
{
	int i = index_of(area_code);
	struct shelf *shelf = i >= 0 ? make_shelf(s, country) : NULL;
	if (shelf != NULL)
		shelf->empty_until_boot_ms[i] = now_ms(s) + STOCK_GOOD_MS;
}

/* One who is told may end another's wait: each leaves the list before it hears. */
static void tell(struct shelf *shelf)
{
	while (shelf->waiters != NULL) {
		struct waiter_of_stock w = *shelf->waiters;
		free(shelf->waiters);
		shelf->waiters = w.next;
		w.func(w.arg);
	}
}

/* What we found ourselves counts until the carrier, asked after it, says that
 * there are numbers. */
static void take_count(struct shelf *shelf, const struct carrier_stock *stock)
{
	int i = index_of(stock->area_code);
	if (i < 0)
		return;
	shelf->has[i] = stock->count != 0;
	if (shelf->has[i] && shelf->empty_until_boot_ms[i] - STOCK_GOOD_MS < shelf->asked_boot_ms)
		shelf->empty_until_boot_ms[i] = 0;
}

static void answered(void *arg, const struct err *e, const struct carrier_stock *stock, int count)
{
	struct shelf *shelf = arg;
	shelf->is_asked = false;
	shelf->is_known = e->code == ERR_OK;
	shelf->until_boot_ms =
		now_ms(shelf->stock) + (shelf->is_known ? STOCK_GOOD_MS : STOCK_PAUSE_MS);
	memset(shelf->has, 0, sizeof(shelf->has));
	for (int i = 0; shelf->is_known && i < count; i++)
		take_count(shelf, &stock[i]);
	if (!shelf->is_known)
		log_line(LOG_INFO, "what is in stock is not known: searching place by place",
			"country", shelf->country, "code", err_wire(e->code), "detail", e->message,
			NULL);
	tell(shelf);
}

bool stock_await(struct stock *s, const char *country, void (*func)(void *arg), void *arg)
{
	struct shelf *shelf = make_shelf(s, country);
	if (shelf == NULL || (!shelf->is_asked && now_ms(s) < shelf->until_boot_ms))
		return false;
	struct waiter_of_stock *w = must_calloc(1, sizeof(*w));
	*w = (struct waiter_of_stock){func, arg, shelf->waiters};
	shelf->waiters = w;
	if (shelf->is_asked)
		return true;
	shelf->is_asked = true;
	shelf->asked_boot_ms = now_ms(s);
	carrier_stock(s->carrier, country, answered, shelf);
	return true;
}

void stock_forget(struct stock *s, void *arg)
{
	for (size_t i = 0; i < COUNTRIES; i++) {
		struct waiter_of_stock **at = &s->shelves[i].waiters;
		while (*at != NULL) {
			struct waiter_of_stock *w = *at;
			if (w->arg != arg) {
				at = &w->next;
				continue;
			}
			*at = w->next;
			free(w);
		}
	}
}

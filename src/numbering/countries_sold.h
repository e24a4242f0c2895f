/*
 * countries_sold.h - where Telnyx sells numbers, and what numberd can do there.
 *
 * From Telnyx's own lists of November 2026: the countries of its inventory
 * coverage, and those whose orders need a fulfilled requirement group.  Says
 * what is known before anything is searched; the search itself has the last
 * word on what is for sale.  Pure.
 */
#ifndef NUMBERING_COUNTRIES_SOLD_H
#define NUMBERING_COUNTRIES_SOLD_H

#include <stdbool.h>

enum country_papers {
	COUNTRY_PAPERS_NONE, /* numbers work as soon as they are bought */
	/* Requirements are asked for once it is ordered, with a deadline; until they are
	 * handed in and approved, which takes days, the order is pending. */
	COUNTRY_PAPERS_LATER,
	COUNTRY_PAPERS_AT_ORDER, /* the order is refused without a fulfilled requirement group */
};

struct country_sale {
	const char *iso;
	bool has_ndc; /* a search by national destination code makes sense, else by country */
	enum country_papers papers;
};

struct country_refusal {
	const char *reason; /* "country_not_sold", "country_needs_papers" */
	char message[160];
	char hint[160];
};

/* NULL where Telnyx is not known to sell anything.  Case ignored. */
const struct country_sale *country_sale(const char *iso);

/* Can an order there be completed?  No paper is handed in by numberd, so not where
 * any is wanted.  False fills *refusal with what to tell the customer up front.  The territories of
 * the United States are not in Telnyx's list by themselves; they pass, since their numbers may be
 * sold as the US's. */
bool country_can_complete(const char *iso, struct country_refusal *refusal);

/* "none", "after_order", "at_order": when the carrier wants its papers. */
const char *country_papers_wire(enum country_papers papers);

#endif

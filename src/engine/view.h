/*
 * view.h - an order as the outside sees it: CONTRACT's JSON, one place for
 * API, pages, events and the command line.
 */
#ifndef ENGINE_VIEW_H
#define ENGINE_VIEW_H

#include "base/json.h"
#include "carrier/carrier.h"
#include "engine/engine.h"
#include "order/order.h"
#include "store/store.h"

/* The sign-up document.  New reference. */
json_t *view_signup(const struct order *o);
/* The same as text, appended; the hot path, without a tree. */
void view_signup_text(const struct order *o, struct str *to);
/* {seq, at, event, from, to, detail, hash} */
json_t *view_event(const struct store_event *event);
/* {phone_number, area_code, locality, region, cost:{upfront,monthly,currency}, rung, distance_km,
 * town, features} */
json_t *view_offer(const struct carrier_offer *offer, const struct ladder_step *step);
/* What a search answers: {data, origin, requirements, cannot_complete}.  requirements:
 * [{name, kind, description, locality}], null when it was asked in vain. */
json_t *view_found(const struct engine_search *search, const struct engine_offer *offers, int count,
	const struct engine_papers *papers);
/* {frozen, frozen_at, reason, in_flight} */
json_t *view_control(const struct engine_control *control);
/* The same, with price ceilings and every limit: {limit, code, variable, unit, most,
 * held, spent, window, window_start, window_end}.  held and spent are null where
 * each customer or network has its own. */
json_t *view_limits(const struct engine_limits *limits);
/* The area code; abroad the national destination code, "" where none is known. */
void view_area_code(const char *e164, char to[COUNTRY_NDC_BYTES]);
/* "SAN FRANCISCO", as the carrier writes it -> "San Francisco, CA"; what is not said is
 * left out. */
#define VIEW_TOWN_BYTES 120
void view_town(const struct carrier_offer *offer, char to[VIEW_TOWN_BYTES]);
/* "+14155550123" -> "(415) 555-0123"; other countries unchanged. */
void view_phone(const char *e164, char *to, size_t to_bytes);

#endif

/*
 * map.c - where the numbers for sale are, drawn from coordinates.
 *
 * Each area code stands in the direction of its middle, as far out as the list
 * says it is (to the nearest town it serves), so that map and list agree.  North
 * is up.  No picture comes from anywhere else.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "engine/origin.h"
#include "engine/view.h"
#include "numbering/area_codes.h"
#include "web/html.h"
#include "web/offers.h"

#define WIDTH 340
#define HEIGHT 236
#define OUTER 96      /* of the outermost ring */
#define SPOTS_MOST 12 /* different places on one map */
#define TOGETHER 15   /* nearer than this they share a name */
#define LINE 15       /* from one name to the next below */
#define DIGIT 9       /* how wide one of a name is, at most */
#define RING_WORD 54  /* how wide "1000 km" is, at most */
#define NAME_BYTES 32
#define LEAST_KM 25

struct spot {
	char npa[COUNTRY_NDC_BYTES];
	double km, degrees, x, y;
	char name[NAME_BYTES]; /* "650, 510"; "" when another spot speaks for it */
	double name_x, name_y; /* its base line, from the spot outwards */
	bool is_left;
};

struct box {
	double left, top, right, bottom;
};

struct map {
	struct spot spots[SPOTS_MOST];
	int count;
	double most_km; /* at the outer ring */
};

/* --- what is on it --- */

static bool is_there(const struct map *m, const char *npa)
{
	for (int i = 0; i < m->count; i++)
		if (text_is(m->spots[i].npa, npa))
			return true;
	return false;
}

static void add_spot(struct map *m, const struct ladder *origin, const struct engine_offer *offer)
{
	struct spot spot = {0};
	int km_tenths = 0;
	view_area_code(offer->offer.candidate.number, spot.npa);
	if (m->count == SPOTS_MOST || is_there(m, spot.npa) ||
		!origin_way(origin, spot.npa, &km_tenths, &spot.degrees))
		return;
	if (offer->place.rung <= LADDER_OVERLAY)
		km_tenths = 0;
	else if (offer->place.npa[0] != '\0')
		km_tenths = offer->place.km_tenths;
	spot.km = km_tenths / 10.0;
	TEXT_COPY(spot.name, spot.npa);
	m->spots[m->count++] = spot;
}

/* What is near fills the map; what is far is only there when nothing is near. */
static void fill(struct map *m, const struct ladder *origin, const struct offers_found *found)
{
	bool is_near = found->offers[0].place.rung <= LADDER_NEARBY;
	for (int i = 0; i < found->count; i++)
		if (!is_near || found->offers[i].place.rung <= LADDER_NEARBY)
			add_spot(m, origin, &found->offers[i]);
	m->most_km = LEAST_KM;
	for (int i = 0; i < m->count; i++)
		m->most_km = fmax(m->most_km, m->spots[i].km);
}

static const int rings_km[] = {10, 25, 50, 100, 160, 250, 500, 1000, 2500, 5000, 10000};

static size_t outer_ring(double most_km)
{
	size_t i = 0;
	while (i + 1 < COUNT_OF(rings_km) && rings_km[i] < most_km)
		i++;
	return i;
}

/* --- placing --- */

static void place_spots(struct map *m, double outer_km)
{
	for (int i = 0; i < m->count; i++) {
		struct spot *s = &m->spots[i];
		double out = s->km / outer_km * OUTER, turn = s->degrees * M_PI / 180;
		s->x = WIDTH / 2.0 + out * sin(turn);
		s->y = HEIGHT / 2.0 - out * cos(turn);
	}
}

/* Spots that would hide each other get one name, with the first of them. */
static void join_names(struct map *m)
{
	char joined[NAME_BYTES];
	for (int i = 0; i < m->count; i++)
		for (int k = i + 1; k < m->count && m->spots[i].name[0] != '\0'; k++) {
			struct spot *a = &m->spots[i], *b = &m->spots[k];
			if (b->name[0] == '\0' || hypot(a->x - b->x, a->y - b->y) >= TOGETHER)
				continue;
			if (text_format(joined, sizeof(joined), "%s, %s", a->name, b->npa))
				TEXT_COPY(a->name, joined);
			b->name[0] = '\0';
		}
}

/* From the top down; a name that would touch the one before it moves below. */
static void place_names(struct map *m)
{
	double last[2] = {-LINE, -LINE}; /* of the right and left side */
	bool is_done[SPOTS_MOST] = {false};
	for (int round = 0; round < m->count; round++) {
		int top = -1;
		for (int i = 0; i < m->count; i++)
			if (!is_done[i] && (top < 0 || m->spots[i].y < m->spots[top].y))
				top = i;
		is_done[top] = true;
		struct spot *s = &m->spots[top];
		if (s->name[0] == '\0')
			continue;
		s->is_left = s->x < WIDTH / 2.0 - 1;
		s->name_x = s->x + (s->is_left ? -11 : 11);
		s->name_y = fmax(s->y + 5, last[s->is_left] + LINE);
		last[s->is_left] = s->name_y;
	}
}

static bool touches(const struct box *a, const struct box *b)
{
	return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

/* May a ring's word stand in the middle, on this base line? */
static bool is_free(const struct map *m, double y)
{
	const struct box word = {
		(WIDTH - RING_WORD) / 2.0, y - 11, (WIDTH + RING_WORD) / 2.0, y + 3};
	for (int i = 0; i < m->count; i++) {
		const struct spot *s = &m->spots[i];
		const struct box spot = {s->x - 6, s->y - 6, s->x + 6, s->y + 6};
		double wide = DIGIT * (double)strlen(s->name), left = s->name_x - s->is_left * wide;
		const struct box name = {left, s->name_y - 12, left + wide, s->name_y + 3};
		if (touches(&word, &spot) || (s->name[0] != '\0' && touches(&word, &name)))
			return false;
	}
	return true;
}

/* --- drawing --- */

/* Each with its word below it, or above it where something stands in the way. */
static void add_rings(struct str *to, const struct map *m, size_t outer)
{
	size_t first = outer > 1 ? outer - 2 : 0;
	for (size_t i = first; i <= outer; i++) {
		double r = (double)OUTER * rings_km[i] / rings_km[outer];
		str_addf(to, "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"%.1f\"/>", WIDTH / 2,
			HEIGHT / 2, r);
		double below = HEIGHT / 2.0 + r + 14, above = HEIGHT / 2.0 - r - 4;
		bool is_above = !is_free(m, below) && is_free(m, above);
		if (r > 30)
			str_addf(to,
				"<text class=\"km\" x=\"%d\" y=\"%.1f\" "
				"text-anchor=\"middle\">%d km</text>",
				WIDTH / 2, is_above ? above : below, rings_km[i]);
	}
}

static void add_spots(struct str *to, const struct map *m)
{
	for (int i = 0; i < m->count; i++) {
		const struct spot *s = &m->spots[i];
		if (s->km > 0)
			str_addf(to, "<circle class=\"spot\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>",
				s->x, s->y);
	}
	str_addf(to, "<circle class=\"here\" cx=\"%d\" cy=\"%d\" r=\"7\"/>", WIDTH / 2, HEIGHT / 2);
}

static void add_names(struct str *to, const struct map *m)
{
	for (int i = 0; i < m->count; i++) {
		const struct spot *s = &m->spots[i];
		if (s->name[0] != '\0')
			str_addf(to, "<text x=\"%.1f\" y=\"%.1f\"%s>%s</text>", s->name_x,
				s->name_y, s->is_left ? " text-anchor=\"end\"" : "", s->name);
	}
}

static const char *wind(double degrees)
{
	static const char *const winds[] = {"north", "northeast", "east", "southeast", "south",
		"southwest", "west", "northwest"};
	return winds[(int)lround(degrees / 45) % 8];
}

/* What the picture shows, for whoever does not see it. */
static void add_description(struct str *to, const struct ladder *origin, const struct map *m)
{
	const struct area_code *area = area_code_find(origin->requested);
	/* Of a ZIP code we know the place, but no name; its code's city may be far away. */
	bool is_of_area = area != NULL && area->lat == origin->lat && area->lon == origin->lon;
	str_add(to, "<title id=\"map_title\">Map: where these numbers are</title>"
		    "<desc id=\"map_desc\">Seen from ");
	html_text(to, origin->town[0] ? origin->town : is_of_area ? area->city : "there");
	str_add(to, ".");
	for (int i = 0; i < m->count; i++) {
		const struct spot *s = &m->spots[i];
		if (s->km > 0)
			str_addf(to, " %s is %g km to the %s.", s->npa, s->km, wind(s->degrees));
		else
			str_addf(to, " %s is right there.", s->npa);
	}
	str_add(to, "</desc>");
}

void map_write(struct str *to, const struct ladder *origin, const struct offers_found *found)
{
	struct map m = {0};
	if (found->count == 0)
		return;
	fill(&m, origin, found);
	if (m.count == 0)
		return;
	size_t outer = outer_ring(m.most_km);
	place_spots(&m, rings_km[outer]);
	join_names(&m);
	place_names(&m);
	str_addf(to,
		"<svg class=\"map\" role=\"img\" aria-labelledby=\"map_title map_desc\" "
		"viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">",
		WIDTH, HEIGHT, WIDTH, HEIGHT);
	add_description(to, origin, &m);
	add_rings(to, &m, outer);
	add_spots(to, &m);
	add_names(to, &m);
	str_add(to, "</svg>");
}

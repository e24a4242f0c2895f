/*
 * wire.h - JSON, times and money exactly as the two upstreams write them.
 *
 * JSON is written straight into a struct str.  Every member and element is
 * followed by a comma; wire_close() turns the last one into the bracket.
 */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/str.h"

void wire_open(struct str *s, const char *name, char bracket); /* name NULL: no name */
void wire_close(struct str *s, char bracket);                  /* with a comma after it */
void wire_end(struct str *s, char bracket);                    /* the outermost: without */

void wire_text(struct str *s, const char *name, const char *value);   /* "" or NULL: null */
void wire_string(struct str *s, const char *name, const char *value); /* "" stays "" */
void wire_int(struct str *s, const char *name, int64_t value);
void wire_bool(struct str *s, const char *name, bool value);
void wire_null(struct str *s, const char *name);
void wire_raw(struct str *s, const char *name, const char *json);

void wire_tree(struct str *s, const char *name, const json_t *value);

/* "1.00000": Telnyx's prices; "1.00" elsewhere. */
void wire_price(struct str *s, const char *name, int64_t cents);
void wire_money(struct str *s, const char *name, int64_t cents);

/* The same moment in the spellings of Telnyx's services and of Vapi. */
enum wire_time {
	WIRE_TIME_OFFSET_US, /* 2024-10-02T12:42:01.637000+00:00  orders */
	WIRE_TIME_US,        /* 2024-10-02T12:42:01.637000Z       reservations, events */
	WIRE_TIME_MS,        /* 2024-10-02T12:42:01.637Z          owned numbers, Vapi */
	WIRE_TIME_S,         /* 2024-10-02T12:42:01Z              purchased_at */
};
#define WIRE_TIME_BYTES 40
void wire_time_format(int64_t wall_ms, enum wire_time kind, char to[WIRE_TIME_BYTES]);
/* 0 is written as null. */
void wire_time(struct str *s, const char *name, int64_t wall_ms, enum wire_time kind);

#endif

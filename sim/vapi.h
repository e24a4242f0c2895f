/*
 * vapi.h - the simulated Vapi: its door, its prose errors, its resources.
 *
 * Importing a number asks the simulated Telnyx account for it, as Vapi does
 * with the key in the credential, and sets the number's connection there.
 */
#ifndef SIM_VAPI_H
#define SIM_VAPI_H

#include "sim/ask.h"
#include "sim/world.h"

/* Every path below /vapi. */
void vapi_handle(struct world *w, struct ask *ask, struct answer *a);
const char *vapi_route_name(struct ask *ask);
/* {"message":…,"error":…,"statusCode":…}; the error is the status's own name. */
void vapi_error(struct answer *a, int status, const char *message);
/* {"message":["…"],…}: what the field validation says. */
void vapi_complain(struct answer *a, const json_t *messages);
void vapi_not_found(struct answer *a);
/* False, with 400 answered, when an id in the path is not a UUID. */
bool vapi_is_id(struct ask *ask, struct answer *a);

/* createdAtGt and its like, and limit, as every list takes them. */
struct vapi_span {
	int64_t created_from, created_to, updated_from, updated_to; /* inclusive */
	size_t limit;
};
void vapi_read_span(const struct ask *ask, struct vapi_span *ret);

/* vapi_number.c */
void vapi_number_create(struct world *w, struct ask *ask, struct answer *a);
void vapi_number_list(struct world *w, struct ask *ask, struct answer *a);
void vapi_number_pages(struct world *w, struct ask *ask, struct answer *a);
void vapi_number_get(struct world *w, struct ask *ask, struct answer *a);
void vapi_number_patch(struct world *w, struct ask *ask, struct answer *a);
void vapi_number_delete(struct world *w, struct ask *ask, struct answer *a);

#define VAPI_ORG_ID "7d1c2a34-5b6c-4d7e-8f90-a1b2c3d4e5f6"

#endif

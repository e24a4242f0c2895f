/*
 * kit_world.h - the real server, API and engine over a store in memory and upstreams
 * that are silent, fresh for each input.
 *
 * What is signed up is stored and then waits for its search for ever.  The store keeps
 * store.h's promises as far as one input can ask: uniqueness, versions, webhooks once.
 */
#ifndef TESTS_FUZZ_KIT_WORLD_H
#define TESTS_FUZZ_KIT_WORLD_H

#include "net/http_server.h"
#include "store/store.h"

struct loop;

/* NULL: no key.  public_key: Telnyx's, in base64, or NULL.  Once a process. */
void kit_world_init(const char *api_key, const char *public_key);
struct loop *kit_world_loop(void);
struct http_server *kit_world_server(void); /* borrowed */

void kit_world_begin(void);
void kit_world_end(void); /* no connection and no request may be left over */

struct kit_row {
	struct order order;
	struct store_creation creation;
};
int kit_world_rows(const struct kit_row **ret);
int kit_world_webhooks(void); /* events stored, each once */

#endif

/*
 * order_move.h - how the core's own files move an order; for src/order only.
 *
 * A struct move is one step under way: the order as it will be, the event, and
 * the step being filled.  order_enter() is the only place that changes `state`.
 */
#ifndef ORDER_ORDER_MOVE_H
#define ORDER_ORDER_MOVE_H

#include "order/order.h"

struct move {
	struct order *o;
	const struct event *event;
	struct step *step;
};

/* Change state; forgets what was asked, the wait and the tries. */
void order_enter(struct move *m, enum order_state state, const char *detail);
void order_save(struct move *m); /* the step is worth a row in the timeline */
void order_ask(struct move *m, enum command_kind kind);
bool order_is_asked(const struct order *o, enum command_kind kind);
void order_detail(struct move *m, const char *format, ...) PRINTF_LIKE(2, 3);

/* Wait before the next look: grows with `tries`, jittered, scaled by the
 * settle time, never less than the answer's retry_after_ms. */
void order_wait(struct move *m);
void order_wait_ms(struct move *m, int64_t ms); /* scaled by nothing */
/* A share of the settle time: order_settle(m, 1, 4) is a quarter of it. */
int64_t order_settle(const struct move *m, int64_t times, int64_t part);
int64_t order_age_ms(const struct move *m); /* since this state began */

/* Remember why it is not going on, in words. */
void order_trouble(struct move *m, enum err_code code, const char *message, const char *hint);
/* A read failed in a way that a repetition may cure: wait, or park when it has
 * lasted longer than the settle time. */
void order_try_again(struct move *m);
void order_park(struct move *m, enum order_state from);
/* A person asked for what is not allowed here. */
void order_reject(struct move *m, enum err_code code, const char *why);
/* While spending is frozen: wait where it is, without end, and say why; true.
 * Otherwise forget that it waited; false. */
bool order_wait_if_frozen(struct move *m);
/* Nothing is owned and nothing can become so: the end, with o->error saying why. */
void order_fail(struct move *m);
void order_end_cancelled(struct move *m);

/* order_search.c */
void order_start(struct move *m);
void order_on_searching(struct move *m);
void order_on_claiming(struct move *m);
void order_search_on(struct move *m); /* the pinned number went away: the next one */
/* What the number is to the place where the customer is; whole country where it is none. */
void order_place(struct order *o, const char *number);

/* order_buy.c */
void order_pin(struct move *m, const struct candidate *c);
void order_adopt_traced(struct move *m);
void order_on_reserving(struct move *m);
void order_on_buying(struct move *m);
void order_on_unclear(struct move *m);
void order_on_ordered(struct move *m);
void order_resume_buying(struct move *m, enum order_state from); /* after a park */
void order_resolve(struct move *m);                              /* a person's answer */
void order_on_found(struct move *m);
bool order_may_let_go(const struct order *o);
bool order_is_number_ours(const struct order *o, const char *reference);
void order_let_go(struct move *m, const char *detail);
/* They were looked for long enough, or a person says so: none has bought it. */
void order_forget_attempts(struct order *o);
/* The same attempt cannot leave us again and again: wait longer each time, and
 * park when that has lasted longer than the settle time. */
void order_hold_up(struct move *m, enum order_state from);
void order_go_on(struct order *o); /* it left */

/* order_connect.c */
void order_provision(struct move *m, const char *detail);
void order_on_provisioning(struct move *m);
void order_on_importing(struct move *m);
void order_on_verifying(struct move *m);
void order_release(struct move *m, const char *detail, int64_t in_ms);
void order_on_releasing(struct move *m);

static inline const struct answer *order_answer(const struct move *m)
{
	return m->event->answer;
}

static inline bool order_answers(const struct move *m, enum command_kind kind)
{
	return m->event->kind == EVENT_ANSWER && m->event->answers == kind;
}

#endif

/*
 * order_matrix.h - every state against everything that can happen, as text.
 *
 * One line a cell: `state event -> verdict new_state save commands`.  The text
 * is kept in order_matrix.txt, so that no cell changes unseen; for tests.  At the
 * end stand the cells that are others while spending is frozen.
 */
#ifndef ORDER_ORDER_MATRIX_H
#define ORDER_ORDER_MATRIX_H

#include "base/str.h"
#include "order/order.h"

/* A sound order in this state, as it is when its first questions are out. */
void order_matrix_sample(enum order_state state, struct order *ret);
void order_matrix_print(struct str *to);

#endif

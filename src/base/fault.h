/*
 * fault.h - named places where a test may end the process.
 *
 * Every commit, send and receive of the buying path passes a fault point.
 * NUMBERD_FAULT=name or name:N kills the process (SIGKILL) at the N-th pass;
 * NUMBERD_FAULT=count writes the names passed to stderr at exit.  Unset, a
 * point costs one comparison.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

void fault_init(void); /* reads NUMBERD_FAULT; call once at start */
void fault(const char *name);

#endif

/*
 * check.h - what every C test includes: cmocka, with one place for its quirks.
 *
 * Test functions are named as sentences (`a_cut_answer_is_unclear`) and listed
 * with CHECK(name).  check_temp_dir() gives a fresh folder that is removed at exit.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

/* cmocka wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CHECK(name) cmocka_unit_test(name)
#define CHECK_MAIN(tests) cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL)

const char *check_temp_dir(void);

#endif

#include "tests/check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

static char written[8192];

/* What log_line() writes, with stderr turned into a file meanwhile. */
static void begin_capture(int *ret_stderr, FILE **ret_file)
{
	*ret_file = tmpfile();
	assert_non_null(*ret_file);
	*ret_stderr = dup(STDERR_FILENO);
	assert_true(dup2(fileno(*ret_file), STDERR_FILENO) >= 0);
}

static void end_capture(int real_stderr, FILE *file)
{
	assert_true(dup2(real_stderr, STDERR_FILENO) >= 0);
	assert_int_equal(close(real_stderr), 0);
	rewind(file);
	size_t n = fread(written, 1, sizeof(written) - 1, file);
	written[n] = '\0';
	assert_int_equal(fclose(file), 0);
}

#define CAPTURE(call)                                                                              \
	do {                                                                                       \
		int real_stderr;                                                                   \
		FILE *file;                                                                        \
		begin_capture(&real_stderr, &file);                                                \
		call;                                                                              \
		end_capture(real_stderr, file);                                                    \
	} while (0)

static void a_line_is_time_level_message_and_pairs(void **state)
{
	(void)state;
	CAPTURE(log_line(
		LOG_INFO, "signup", "id", "su_1", "none", NULL, "why", "a \"b\"\nc", NULL));
	assert_non_null(strstr(written, "Z info msg=signup id=su_1 why=\"a \\\"b\\\"\\u000ac\"\n"));
	assert_null(strstr(written, "none"));
	assert_ptr_equal(strchr(written, '\n'), written + strlen(written) - 1);
}

static void what_is_below_the_level_is_not_written(void **state)
{
	(void)state;
	log_set_level(LOG_WARNING);
	CAPTURE(log_line(LOG_INFO, "quiet", NULL));
	assert_string_equal(written, "");
	CAPTURE(log_line(LOG_WARNING, "loud", NULL));
	assert_non_null(strstr(written, "warning msg=loud"));
	log_set_level(LOG_INFO);
}

static void a_secret_is_never_written(void **state)
{
	(void)state;
	log_secret("KEY-very-secret");
	log_secret("KEY-very-secret"); /* twice is once */
	CAPTURE(log_line(LOG_INFO, "KEY-very-secret", "key", "xKEY-very-secretx", "said",
		"two KEY-very-secret KEY-very-secret", NULL));
	assert_null(strstr(written, "very-secret"));
	assert_non_null(strstr(written, "key=x***x"));
	assert_non_null(strstr(written, "\"two *** ***\""));
}

static void short_words_are_no_secrets(void **state)
{
	(void)state;
	char text[] = "on and off";
	log_secret("on");
	log_secret("");
	log_secret(NULL);
	log_redact(text);
	assert_string_equal(text, "on and off");
}

static void a_line_that_is_too_long_is_still_one_line(void **state)
{
	(void)state;
	char words[6000];
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	CAPTURE(log_line(LOG_INFO, "long", "words", words, NULL));
	assert_true(strlen(written) < sizeof(words));
	assert_int_equal(written[strlen(written) - 1], '\n');
}

static void a_secret_is_hidden_before_it_is_quoted(void **state)
{
	(void)state;
	log_secret("KEY\"with\\quotes");
	CAPTURE(log_line(LOG_INFO, "said", "words", "it was KEY\"with\\quotes", NULL));
	assert_null(strstr(written, "quotes"));
	assert_non_null(strstr(written, "words=\"it was ***\""));
}

static void no_part_of_a_secret_is_left_where_a_text_is_cut(void **state)
{
	(void)state;
	char words[5000], line[20];
	log_secret("KEY-that-is-cut");
	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	words[0] = ' '; /* quoted, so that it is written up to the last byte that fits */
	for (size_t at = 3900; at < 4096; at++) {
		memcpy(words + at, "KEY-that-is-cut", strlen("KEY-that-is-cut"));
		CAPTURE(log_line(LOG_INFO, "long", "words", words, NULL));
		assert_null(strstr(written, "KEY-"));
		memset(words + at, 'x', strlen("KEY-that-is-cut"));
	}
	assert_false(log_one_line(line, sizeof(line), "0123456789 KEY-that-is-cut and more"));
	assert_string_equal(line, "0123456789 *** and");
}

static void a_secret_that_begins_with_another_is_hidden_whole(void **state)
{
	(void)state;
	char text[] = "shared-key-one-and-more shared-key-one";
	log_secret("shared-key-one");
	log_secret("shared-key-one-and-more");
	log_redact(text);
	assert_string_equal(text, "*** ***");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CHECK(a_line_is_time_level_message_and_pairs),
		CHECK(what_is_below_the_level_is_not_written),
		CHECK(a_secret_is_never_written),
		CHECK(short_words_are_no_secrets),
		CHECK(a_line_that_is_too_long_is_still_one_line),
		CHECK(a_secret_is_hidden_before_it_is_quoted),
		CHECK(no_part_of_a_secret_is_left_where_a_text_is_cut),
		CHECK(a_secret_that_begins_with_another_is_hidden_whole),
	};
	return CHECK_MAIN(tests);
}

/* What only the SQLite back end can be asked: its file, its schema, its disk. */
#include "store/store_test_kit.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "store/sqlite_db.h"
#include "store/sqlite_write.h"
#include "store/store_sqlite.h"

/* ---- a disk that can be told to fail ----
 * The program's own fdatasync() takes the place of the C library's, also for
 * SQLite; writes are replaced by SQLite's own means. */

static volatile bool is_sync_failing, is_disk_full;
static volatile int syncs;

int fdatasync(int fd)
{
	if (is_sync_failing) {
		errno = EIO;
		return -1;
	}
	syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

static ssize_t write_unless_full(int fd, const void *bytes, size_t count, off_t offset)
{
	if (is_disk_full) {
		errno = ENOSPC;
		return -1;
	}
	return pwrite(fd, bytes, count, offset);
}

static void watch_writes(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	assert_int_equal(
		vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)(void *)write_unless_full),
		SQLITE_OK);
	assert_int_equal(vfs->xSetSystemCall(
				 vfs, "pwrite64", (sqlite3_syscall_ptr)(void *)write_unless_full),
		SQLITE_OK);
}

/* ---- a hand in the database ---- */

static int raw(const struct kit *k, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(k->path, &db), SQLITE_OK);
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_close(db);
	return rc;
}

static enum err_code open_code(const struct kit *k, struct err *e)
{
	struct loop *loop = loop_new();
	struct store *s = NULL;
	enum err_code code = store_open(k->url, loop, &s, e);
	store_free(s);
	loop_free(loop);
	return code;
}

/* ---- rows ---- */

static void events_cannot_be_changed_or_removed(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(raw(k, "UPDATE events SET detail='nothing happened'"), SQLITE_CONSTRAINT);
	assert_int_equal(raw(k, "DELETE FROM events"), SQLITE_CONSTRAINT);
	assert_int_equal(raw(k, "UPDATE meta SET lease_epoch=0"), SQLITE_CONSTRAINT);
	assert_int_equal(kit_timeline(k, o.id, 0), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
}

static void an_event_changed_by_force_is_noticed(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(raw(k, "DROP TRIGGER events_are_not_changed;"
				"UPDATE events SET detail='nothing happened'"),
		SQLITE_OK);
	assert_int_equal(kit_timeline(k, o.id, 0), ERR_STORE_CORRUPT);
}

static void a_corrupt_row_is_not_loaded(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(raw(k, "UPDATE signups SET state='active', status='active'"), SQLITE_OK);
	assert_int_equal(kit_load(k, o.id), ERR_STORE_CORRUPT);
	assert_int_equal(kit_answer.count, 0);
	assert_non_null(strstr(kit_answer.err.message, o.id));
}

static void a_version_never_goes_back(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_int_equal(raw(k, "UPDATE signups SET version=1"), SQLITE_CONSTRAINT);
	assert_int_equal(raw(k, "UPDATE signups SET version=version-1"), SQLITE_CONSTRAINT);
}

/* Granted all the same, so that it is named once and not at every renewal. */
static void a_corrupt_row_is_claimed_once_and_not_handed_over(void **state)
{
	struct kit *k = *state;
	struct order orders[3];
	char sql[200];
	for (int i = 0; i < 3; i++) {
		orders[i] = kit_order();
		assert_int_equal(kit_create(k, &orders[i]), ERR_OK);
	}
	text_format(sql, sizeof(sql), "UPDATE signups SET core='?' WHERE id='%s'", orders[1].id);
	assert_int_equal(raw(k, sql), SQLITE_OK);
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_STORE_CORRUPT);
	assert_non_null(strstr(kit_answer.err.message, orders[1].id));
	assert_int_equal(kit_answer.count, 2);
	assert_string_equal(kit_answer.orders[1].id, orders[2].id);
	assert_int_equal(kit_claim(k, 7, KIT_MS, ""), ERR_OK);
	assert_int_equal(kit_answer.count, 0);
	assert_int_equal(kit_claim(k, 7, KIT_MS, orders[1].id), ERR_STORE_CORRUPT);
}

static void a_corrupt_row_does_not_hide_the_others(void **state)
{
	struct kit *k = *state;
	struct order orders[5];
	for (int i = 0; i < 5; i++) {
		orders[i] = kit_order();
		assert_int_equal(kit_create(k, &orders[i]), ERR_OK);
	}
	char sql[200];
	text_format(sql, sizeof(sql), "UPDATE signups SET core='?' WHERE id IN ('%s', '%s')",
		orders[1].id, orders[2].id);
	assert_int_equal(raw(k, sql), SQLITE_OK);
	struct store_query q = {.limit = 2, .unfinished_only = true};
	assert_int_equal(kit_list(k, q), ERR_STORE_CORRUPT);
	assert_int_equal(kit_answer.count, 2);
	assert_string_equal(kit_answer.orders[1].id, orders[3].id);
	assert_non_null(strstr(kit_answer.err.message, orders[1].id));
	TEXT_COPY(q.after_id, orders[3].id);
	assert_int_equal(kit_list(k, q), ERR_OK);
	assert_int_equal(kit_answer.count, 1);
}

/* ---- the file ---- */

static mode_t mode_of(const struct kit *k, const char *suffix)
{
	struct stat st;
	char path[512];
	text_format(path, sizeof(path), "%s%s", k->path, suffix);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void the_files_are_the_owners_alone(void **state)
{
	struct kit *k = *state;
	const mode_t masks[] = {0, 0277};
	for (size_t i = 0; i < COUNT_OF(masks); i++) {
		kit_close(k);
		kit_name(k);
		mode_t before = umask(masks[i]);
		kit_open(k);
		struct order o = kit_order();
		assert_int_equal(kit_create(k, &o), ERR_OK);
		umask(before);
		assert_int_equal(mode_of(k, ""), 0600);
		assert_int_equal(mode_of(k, "-wal"), 0600);
		assert_int_equal(mode_of(k, "-shm"), 0600);
		assert_int_equal(mode_of(k, ".lock"), 0600);
	}
}

static void an_url_that_names_no_file_is_a_configuration_error(void **state)
{
	(void)state;
	static const char *const urls[] = {"", "sqlite:", "sqlite::memory:", "numberd.db",
		"mysql://localhost/x", "postgresql://localhost/numberd",
		"postgres://localhost/numberd"};
	for (size_t i = 0; i < COUNT_OF(urls); i++) {
		struct kit k = {0};
		struct err e = {0};
		TEXT_COPY(k.url, urls[i]);
		assert_int_equal(open_code(&k, &e), ERR_CONFIG);
	}
}

static void a_folder_that_is_not_there_is_an_outside_error(void **state)
{
	(void)state;
	struct kit k = {0};
	struct err e = {0};
	text_format(k.url, sizeof(k.url), "sqlite:%s/not/there.db", check_temp_dir());
	assert_int_equal(open_code(&k, &e), ERR_STORE_UNAVAILABLE);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
	struct kit *k = *state;
	struct err e = {0};
	kit_close(k);
	kit_name(k);
	FILE *f = fopen(k->path, "w");
	assert_non_null(f);
	for (int i = 0; i < 1000; i++)
		fputs("this is not a database\n", f);
	fclose(f);
	assert_int_equal(open_code(k, &e), ERR_STORE_UNAVAILABLE);
}

/* ---- schema ---- */

static void the_schema_of_a_newer_program_is_refused(void **state)
{
	struct kit *k = *state;
	struct err e = {0};
	int from, to;
	kit_close(k);
	assert_int_equal(raw(k, "PRAGMA user_version=77"), SQLITE_OK);
	assert_int_equal(open_code(k, &e), ERR_STORE_SCHEMA);
	assert_non_null(strstr(e.message, "schema 77"));
	assert_non_null(strstr(e.message, "up to 1"));
	assert_int_equal(store_migrate(k->url, &from, &to, &e), ERR_STORE_SCHEMA);
}

static void the_database_of_another_program_is_refused(void **state)
{
	struct kit *k = *state;
	struct err e = {0};
	kit_close(k);
	kit_name(k);
	assert_int_equal(raw(k, "CREATE TABLE theirs (x)"), SQLITE_OK);
	assert_int_equal(open_code(k, &e), ERR_STORE_SCHEMA);
	assert_int_equal(raw(k, "INSERT INTO theirs VALUES (1)"), SQLITE_OK);
}

static const struct embedded_file two_files[] = {
	{"001.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1);", 0},
	{"002.sql", "ALTER TABLE a ADD COLUMN y; UPDATE a SET y=x+1;", 0},
	{0},
};
static const struct embedded_file first_file[] = {{"001.sql", "CREATE TABLE a (x);", 0}, {0}};
static const struct embedded_file broken_file[] = {
	{"001.sql", "CREATE TABLE a (x);", 0},
	{"002.sql", "CREATE TABLE b (x); INSERT INTO missing VALUES (1);", 0},
	{0},
};

static sqlite3 *with_schema(struct kit *k, const struct embedded_file *files)
{
	sqlite3 *db;
	struct err e = {0};
	kit_name(k);
	assert_int_equal(sqlite_db_open(k->path, SQLITE_USE_WRITE, &db, &e), ERR_OK);
	assert_int_equal(sqlite_db_check_schema(db, files, &e), ERR_OK);
	return db;
}

static void an_older_schema_waits_for_migrate(void **state)
{
	(void)state;
	struct kit k = {0};
	struct err e = {0};
	int from, to;
	sqlite3 *db = with_schema(&k, first_file);
	assert_int_equal(sqlite_db_check_schema(db, two_files, &e), ERR_STORE_SCHEMA);
	assert_non_null(strstr(err_hint(&e), "numberd migrate"));
	assert_int_equal(sqlite_db_migrate(db, two_files, &from, &to, &e), ERR_OK);
	assert_int_equal(from, 1);
	assert_int_equal(to, 2);
	assert_int_equal(sqlite_db_check_schema(db, two_files, &e), ERR_OK);
	assert_int_equal(sqlite3_exec(db, "SELECT y FROM a", NULL, NULL, NULL), SQLITE_OK);
	sqlite_db_close(db);
}

static void a_failed_migration_leaves_the_older_schema(void **state)
{
	(void)state;
	struct kit k = {0};
	struct err e = {0};
	int from, to;
	sqlite3 *db = with_schema(&k, first_file);
	assert_int_equal(sqlite_db_migrate(db, broken_file, &from, &to, &e), ERR_STORE_UNAVAILABLE);
	assert_int_equal(sqlite_db_check_schema(db, first_file, &e), ERR_OK);
	assert_int_equal(sqlite3_exec(db, "SELECT x FROM b", NULL, NULL, NULL), SQLITE_ERROR);
	sqlite_db_close(db);
}

static void a_database_at_work_is_not_migrated(void **state)
{
	struct kit *k = *state;
	struct err e = {0};
	int from, to;
	assert_int_equal(store_migrate(k->url, &from, &to, &e), ERR_STORE_LOCKED);
	kit_close(k);
	assert_int_equal(store_migrate(k->url, &from, &to, &e), ERR_OK);
	assert_int_equal(from, 1);
	assert_int_equal(to, 1);
}

/* ---- the disk ---- */

static void nothing_is_acknowledged_before_it_is_synced(void **state)
{
	struct kit *k = *state;
	struct order o = kit_order();
	int before = syncs;
	assert_int_equal(kit_create(k, &o), ERR_OK);
	assert_true(syncs > before);
	for (int i = 0; i < 10; i++) {
		before = syncs;
		assert_int_equal(kit_save(k, &o), ERR_OK);
		assert_true(syncs > before);
	}
}

static void a_full_disk_is_not_the_end(void **state)
{
	struct kit *k = *state;
	struct order first = kit_order(), second = kit_order();
	is_disk_full = true;
	assert_int_equal(kit_create(k, &first), ERR_STORE_UNAVAILABLE);
	assert_int_equal(kit_load(k, first.id), ERR_NOT_FOUND);
	is_disk_full = false;
	assert_int_equal(kit_create(k, &second), ERR_OK);
	assert_int_equal(kit_create(k, &first), ERR_OK);
	assert_int_equal(kit_load(k, first.id), ERR_OK);
}

static void after_a_failed_fsync_nothing_is_promised_until_the_next_start(void **state)
{
	struct kit *k = *state;
	struct order before = kit_order(), during = kit_order(), after = kit_order();
	assert_int_equal(kit_create(k, &before), ERR_OK);
	is_sync_failing = true;
	assert_int_equal(kit_create(k, &during), ERR_STORE_FAILED);
	is_sync_failing = false;
	assert_int_equal(kit_create(k, &after), ERR_STORE_FAILED);
	assert_int_equal(kit_load(k, before.id), ERR_OK);
	kit_close(k);
	kit_open(k);
	assert_int_equal(kit_load(k, before.id), ERR_OK);
	assert_int_equal(kit_load(k, after.id), ERR_NOT_FOUND);
	assert_int_equal(kit_create(k, &after), ERR_OK);
}

static void a_lease_is_not_given_on_a_disk_that_does_not_sync(void **state)
{
	struct kit *k = *state;
	struct store_lease lease;
	struct err e = {0};
	kit_close(k);
	kit_open_without_lease(k);
	is_sync_failing = true;
	assert_int_equal(store_lease_take(k->store, "", &lease, &e), ERR_STORE_FAILED);
	is_sync_failing = false;
}

static void the_wal_is_copied_into_the_file_while_it_grows(void **state)
{
	struct kit *k = *state;
	struct order o = kit_full_order();
	struct stat st;
	char path[512];
	text_format(path, sizeof(path), "%s-wal", k->path);
	assert_int_equal(kit_create(k, &o), ERR_OK);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(kit_save(k, &o), ERR_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_in_range(st.st_size, 1, SQLITE_CHECKPOINT_FRAMES * 6000);
	kit_close(k);
	assert_true(stat(path, &st) != 0 || st.st_size == 0);
}

/* What a process that died left in the WAL is on disk before anybody acts on it. */
static void a_lease_starts_with_all_of_the_wal_in_the_file(void **state)
{
	struct kit *k = *state;
	struct err e = {0};
	struct stat st;
	char path[512];
	sqlite3 *db;
	text_format(path, sizeof(path), "%s-wal", k->path);
	kit_close(k);
	assert_int_equal(sqlite_db_open(k->path, SQLITE_USE_WRITE, &db, &e), ERR_OK);
	assert_int_equal(sqlite3_exec(db,
				 "CREATE TABLE big (x); INSERT INTO big VALUES"
				 " (zeroblob(1000000))",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite_db_close(db);
	assert_int_equal(stat(path, &st), 0);
	assert_in_range(st.st_size, 1000000, 2000000);
	kit_open(k);
	assert_int_equal(stat(path, &st), 0);
	assert_in_range(st.st_size, 0, 100000);
}

/* ---- too much at once ---- */

struct flood {
	int fine, refused;
	bool is_over;
	int expected;
};

static void count_answer(void *arg, const struct store_result *result)
{
	struct flood *f = arg;
	if (result->err.code == ERR_OK)
		f->fine++;
	else if (result->err.code == ERR_STORE_UNAVAILABLE)
		f->refused++;
	f->is_over = f->fine + f->refused == f->expected;
}

static void writes_beyond_the_queue_are_refused_in_their_turn(void **state)
{
	struct kit *k = *state;
	sqlite3 *other;
	struct flood f = {.expected = SQLITE_WRITES_MOST + SQLITE_GROUP_MOST + 50};
	assert_int_equal(sqlite3_open(k->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < f.expected; i++) {
		struct order o = kit_order();
		struct store_event event = kit_event(&o, "");
		store_create(k->store, &o, &(struct store_creation){0}, &event, count_answer, &f);
	}
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_true(loop_run_until(k->loop, &f.is_over, KIT_WAIT_MS));
	assert_in_range(f.refused, 50, 50 + SQLITE_GROUP_MOST);
}

int main(void)
{
	id_init();
	watch_writes();
	const struct CMUnitTest tests[] = {
		KIT_CHECK(events_cannot_be_changed_or_removed),
		KIT_CHECK(an_event_changed_by_force_is_noticed),
		KIT_CHECK(a_corrupt_row_is_not_loaded),
		KIT_CHECK(a_version_never_goes_back),
		KIT_CHECK(a_corrupt_row_is_claimed_once_and_not_handed_over),
		KIT_CHECK(a_corrupt_row_does_not_hide_the_others),
		KIT_CHECK(the_files_are_the_owners_alone),
		CHECK(an_url_that_names_no_file_is_a_configuration_error),
		CHECK(a_folder_that_is_not_there_is_an_outside_error),
		KIT_CHECK(a_file_that_is_no_database_is_refused),
		KIT_CHECK(the_schema_of_a_newer_program_is_refused),
		KIT_CHECK(the_database_of_another_program_is_refused),
		CHECK(an_older_schema_waits_for_migrate),
		CHECK(a_failed_migration_leaves_the_older_schema),
		KIT_CHECK(a_database_at_work_is_not_migrated),
		KIT_CHECK(nothing_is_acknowledged_before_it_is_synced),
		KIT_CHECK(a_full_disk_is_not_the_end),
		KIT_CHECK(after_a_failed_fsync_nothing_is_promised_until_the_next_start),
		KIT_CHECK(a_lease_is_not_given_on_a_disk_that_does_not_sync),
		KIT_CHECK(the_wal_is_copied_into_the_file_while_it_grows),
		KIT_CHECK(a_lease_starts_with_all_of_the_wal_in_the_file),
		KIT_CHECK(writes_beyond_the_queue_are_refused_in_their_turn),
	};
	int failed = CHECK_MAIN(tests);
	kit_forget();
	return failed;
}

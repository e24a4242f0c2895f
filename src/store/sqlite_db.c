#include "store/sqlite_db.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "base/text.h"

#define BUSY_MS 5000
#define WAL_KEPT_BYTES "67108864"   /* what a checkpoint leaves of a long WAL */
#define APPLICATION_ID "1853189474" /* "numb": tells our file from another's */

enum err_code sqlite_db_fail(sqlite3 *db, const char *what, struct err *e)
{
	return err_set(e, ERR_STORE_UNAVAILABLE, "could not %s: %s (SQLite %d)", what,
		sqlite3_errmsg(db), sqlite3_extended_errcode(db));
}

enum err_code sqlite_db_run(sqlite3 *db, const char *sql, const char *what, struct err *e)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_db_fail(db, what, e);
	return ERR_OK;
}

sqlite3_stmt *sqlite_db_prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
	must_have(rc != SQLITE_NOMEM, "out of memory");
	must_have((rc & 0xFF) != SQLITE_IOERR, "the database cannot be read");
	must(rc == SQLITE_OK);
	return stmt;
}

/* ---- opening ---- */

/* The name of a new file must survive a loss of power as well as its bytes. */
static void sync_folder_of(const char *path)
{
	char copy[PATH_MAX];
	TEXT_COPY(copy, path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

/* Only ever a new file: opening and closing one that SQLite has open would
 * drop its POSIX locks.  SQLite gives -wal and -shm the file's own mode. */
static enum err_code make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return ERR_OK;
	if (fd < 0)
		return err_set(e, ERR_STORE_UNAVAILABLE, "could not make the database %s: %s", path,
			strerror(errno));
	bool is_private = fchmod(fd, 0600) == 0;
	(void)close(fd);
	if (!is_private)
		return err_set(e, ERR_STORE_UNAVAILABLE, "could not make %s private: %s", path,
			strerror(errno));
	sync_folder_of(path);
	return ERR_OK;
}

static enum err_code read_text(
	sqlite3 *db, const char *sql, char *to, size_t to_bytes, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	to[0] = '\0';
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		text_copy(to, to_bytes, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	if (rc != SQLITE_ROW)
		return sqlite_db_fail(db, "read the database's settings", e);
	return ERR_OK;
}

static enum err_code read_whole(sqlite3 *db, const char *sql, int64_t *ret, struct err *e)
{
	char text[32];
	enum err_code code = read_text(db, sql, text, sizeof(text), e);
	if (code == ERR_OK)
		must(text_to_int(text, INT64_MIN, INT64_MAX, ret));
	return code;
}

static enum err_code set_wal(sqlite3 *db, struct err *e)
{
	char mode[16];
	enum err_code code = read_text(db, "PRAGMA journal_mode=WAL", mode, sizeof(mode), e);
	if (code == ERR_OK && !text_is(mode, "wal"))
		return err_set_hint(e, ERR_STORE_UNAVAILABLE,
			"Put the database on a local disk; network file systems cannot keep it "
			"safe.",
			"the database cannot be kept in WAL mode (it stays in mode %s)", mode);
	return code;
}

static enum err_code set_up(sqlite3 *db, enum sqlite_use use, struct err *e)
{
	(void)sqlite3_extended_result_codes(db, 1);
	must(sqlite3_busy_timeout(db, BUSY_MS) == SQLITE_OK);
	must(sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK);
	must(sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK);
	must(sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK);
	must(sqlite3_wal_autocheckpoint(db, 0) == SQLITE_OK);
	enum err_code code = sqlite_db_run(db,
		"PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
		"PRAGMA journal_size_limit=" WAL_KEPT_BYTES,
		"set up the database", e);
	if (code != ERR_OK)
		return code;
	return use == SQLITE_USE_WRITE
		       ? set_wal(db, e)
		       : sqlite_db_run(db, "PRAGMA query_only=1", "set up the database", e);
}

enum err_code sqlite_db_open(const char *path, enum sqlite_use use, sqlite3 **ret, struct err *e)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
	sqlite3 *db = NULL;
	enum err_code code = use == SQLITE_USE_WRITE ? make_file(path, e) : ERR_OK;
	if (code != ERR_OK)
		return code;
	if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK)
		code = err_set(e, ERR_STORE_UNAVAILABLE, "could not open the database %s: %s", path,
			db ? sqlite3_errmsg(db) : "no memory");
	else
		code = set_up(db, use, e);
	if (code == ERR_OK)
		*ret = db;
	else
		sqlite_db_close(db);
	return code;
}

sqlite3 *sqlite_db_close(sqlite3 *db)
{
	must(sqlite3_close(db) == SQLITE_OK);
	return NULL;
}

/* ---- settling ---- */

/* Write the WAL's bytes over themselves and sync them.  Linux takes pages whose
 * fsync failed for written: they can be read, the next fsync of theirs answers
 * 0, and yet they are not on disk.  Copied from such a WAL, half of a file would
 * be beyond repair when the power goes; written once more, they are like any
 * others. */
static int rewrite(sqlite3_file *wal)
{
	char page[4096];
	sqlite3_int64 size = 0;
	int rc = wal->pMethods->xFileSize(wal, &size);
	for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size; at += (int)sizeof(page)) {
		int bytes = size - at < (int)sizeof(page) ? (int)(size - at) : (int)sizeof(page);
		rc = wal->pMethods->xRead(wal, page, bytes, at);
		if (rc == SQLITE_OK)
			rc = wal->pMethods->xWrite(wal, page, bytes, at);
	}
	if (rc == SQLITE_OK && size > 0)
		rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
	return rc;
}

/* Inside a transaction, so that nobody writes to the WAL meanwhile. */
static enum err_code rewrite_wal(sqlite3 *db, struct err *e)
{
	sqlite3_file *wal = NULL;
	int rc = SQLITE_OK;
	enum err_code code = sqlite_db_run(db, "BEGIN IMMEDIATE", "read what was saved", e);
	if (code == ERR_OK)
		rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	if (wal != NULL && wal->pMethods != NULL)
		rc = rewrite(wal);
	if (rc != SQLITE_OK)
		code = err_set(e, ERR_STORE_UNAVAILABLE,
			"could not write once more what was saved: %s (SQLite %d)",
			sqlite3_errstr(rc), rc);
	/* Also where BEGIN failed at its very end. */
	if (!sqlite3_get_autocommit(db))
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return code;
}

enum err_code sqlite_db_settle(sqlite3 *db, struct err *e)
{
	enum err_code code = rewrite_wal(db, e);
	if (code == ERR_OK && sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
				      NULL) != SQLITE_OK)
		code = sqlite_db_fail(db, "copy what was saved into the database", e);
	return code;
}

/* ---- schema ---- */

static int schema_version(const struct embedded_file *files)
{
	int count = 0;
	for (; files[count].name != NULL; count++) {
		char name[16];
		text_format(name, sizeof(name), "%03d.sql", count + 1);
		must(text_is(files[count].name, name));
	}
	return count;
}

struct stamp {
	int64_t application, version, tables;
};

static enum err_code read_stamp(sqlite3 *db, struct stamp *ret, struct err *e)
{
	enum err_code code = read_whole(db, "PRAGMA application_id", &ret->application, e);
	if (code == ERR_OK)
		code = read_whole(db, "PRAGMA user_version", &ret->version, e);
	if (code == ERR_OK)
		code = read_whole(db, "SELECT count(*) FROM sqlite_schema", &ret->tables, e);
	return code;
}

static enum err_code refuse_foreign(
	const struct stamp *stamp, const struct embedded_file *files, struct err *e)
{
	char ours[16];
	text_format(ours, sizeof(ours), "%lld", (long long)stamp->application);
	bool is_ours = text_is(ours, APPLICATION_ID);
	if (!is_ours && (stamp->application != 0 || stamp->version != 0 || stamp->tables != 0))
		return err_set_hint(e, ERR_STORE_SCHEMA,
			"Name another file in NUMBERD_DATABASE_URL.",
			"this SQLite file is not numberd's database");
	if (stamp->version > schema_version(files))
		return err_set_hint(e, ERR_STORE_SCHEMA,
			"Use the newer program that wrote this database.",
			"the database has schema %lld and this program knows schemas up to %d",
			(long long)stamp->version, schema_version(files));
	return ERR_OK;
}

/* One file of the schema, its version and nothing else: all or nothing. */
static enum err_code apply(
	sqlite3 *db, const struct embedded_file *file, int version, struct err *e)
{
	char stamp[96];
	text_format(stamp, sizeof(stamp),
		"PRAGMA application_id=" APPLICATION_ID "; PRAGMA user_version=%d; COMMIT",
		version);
	char what[64];
	text_format(what, sizeof(what), "apply the schema file %s", file->name);
	enum err_code code = sqlite_db_run(db, file->bytes, what, e);
	if (code == ERR_OK)
		code = sqlite_db_run(db, stamp, what, e);
	if (code != ERR_OK)
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return code;
}

/* One step up, if there is one to make.  The version is read again inside the
 * transaction: another process may have made the step meanwhile. */
static enum err_code step_up(
	sqlite3 *db, const struct embedded_file *files, bool *ret_more, struct err *e)
{
	struct stamp stamp;
	enum err_code code = sqlite_db_run(db, "BEGIN IMMEDIATE", "change the schema", e);
	if (code != ERR_OK)
		return code;
	code = read_stamp(db, &stamp, e);
	if (code == ERR_OK)
		code = refuse_foreign(&stamp, files, e);
	*ret_more = code == ERR_OK && stamp.version < schema_version(files);
	if (!*ret_more) {
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
		return code;
	}
	return apply(db, &files[stamp.version], (int)stamp.version + 1, e);
}

enum err_code sqlite_db_migrate(
	sqlite3 *db, const struct embedded_file *files, int *ret_from, int *ret_to, struct err *e)
{
	struct stamp stamp;
	enum err_code code = read_stamp(db, &stamp, e);
	for (bool more = true; code == ERR_OK && more;)
		code = step_up(db, files, &more, e);
	if (code != ERR_OK)
		return code;
	*ret_from = (int)stamp.version;
	*ret_to = schema_version(files);
	return ERR_OK;
}

enum err_code sqlite_db_check_schema(sqlite3 *db, const struct embedded_file *files, struct err *e)
{
	struct stamp stamp;
	int from, to;
	enum err_code code = read_stamp(db, &stamp, e);
	if (code == ERR_OK)
		code = refuse_foreign(&stamp, files, e);
	if (code != ERR_OK || stamp.version == schema_version(files))
		return code;
	if (stamp.version == 0)
		return sqlite_db_migrate(db, files, &from, &to, e);
	return err_set_hint(e, ERR_STORE_SCHEMA, "Run numberd migrate.",
		"the database has schema %lld and this program needs schema %d",
		(long long)stamp.version, schema_version(files));
}

/*
 * disk.h - a disk that fails, fills up or loses power, under the real SQLite.
 * For tests only.
 *
 * SQLite's own hooks for system calls (xSetSystemCall) lead here, and this
 * program's fdatasync() and fsync() take the place of the C library's.
 *
 * Promises
 *  - No sync really happens: what the kernel has is enough for a process that goes on.
 *  - A fault strikes exactly the calls it names, counted from disk_break().
 *  - While power is recorded, every write and truncation of the database and
 *    its WAL is "in the page cache" until a sync of its file answers 0.  A sync
 *    that fails forgets them as Linux does: they can be read, a later sync
 *    answers 0, and yet they never reach the disk.
 *  - disk_power_image() makes files of what a loss of power leaves: all that was
 *    synced, and of the rest a choice at random of 512-byte sectors.
 * Not promised: the -shm file (it never survives), the lock file, folders (what is
 * made or removed there is so at once).
 *
 * Thread: any; one test at a time.
 */
#ifndef TESTS_DISK_DISK_H
#define TESTS_DISK_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum disk_call { DISK_OPEN, DISK_READ, DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_MAP };
#define DISK_BIT(call) (1u << (call))

struct disk_fault {
	unsigned calls; /* DISK_BIT of each that counts and may be struck */
	int at;         /* the at-th of them, from 1 */
	int error;      /* errno; 0: fewer bytes than were asked for, and no error */
	bool is_lasting;
	bool is_partial; /* a write that fails has written half */
};

void disk_install(void);
void disk_break(const struct disk_fault *fault);
/* The disk is fine again.  Whether the fault struck at all. */
bool disk_mend(void);

/* Files that are first written from now on are remembered. */
void disk_power_record(void);
/* At the at-th write, truncation or sync from now the power goes: that call and
 * all after it fail. */
void disk_power_cut(int at);
bool disk_power_is_cut(void);
/* What is found under `path` and its WAL afterwards, as `to` and its WAL. */
void disk_power_image(const char *path, const char *to, uint64_t seed);
/* Nothing is remembered any more. */
void disk_power_end(void);

/* A wrong design: SQLite's synchronous=NORMAL wherever FULL is asked for. */
void disk_relax(bool is_relaxed);

/* A number from a seed, one step on; below `count`. */
uint32_t disk_chance(uint64_t *seed, uint32_t count);

#endif

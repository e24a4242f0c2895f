/*
 * replay.c - a main for a fuzz target where there is no fuzzer: every input of
 * the folders and files named is given to it once.
 *
 * An input that breaks the oracle ends the process; its name is on stderr then.
 */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_BYTES (1 << 20)

static size_t count;

static void replay(const char *path)
{
	static uint8_t buffer[INPUT_BYTES];
	FILE *file = fopen(path, "re");
	must(file != NULL);
	size_t bytes = fread(buffer, 1, sizeof(buffer), file);
	(void)fclose(file);
	/* Written before: afterwards may be too late. */
	(void)fprintf(stderr, "%s\n", path);
	uint8_t *exact = malloc(bytes + 1);
	must(exact != NULL);
	memcpy(exact, buffer, bytes);
	must(LLVMFuzzerTestOneInput(exact, bytes) == 0);
	free(exact);
	count++;
}

static int is_named(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay_all(const char *path)
{
	struct stat st;
	struct dirent **names;
	char inside[1024];
	must(stat(path, &st) == 0);
	if (!S_ISDIR(st.st_mode)) {
		replay(path);
		return;
	}
	int n = scandir(path, &names, is_named, alphasort);
	must(n >= 0);
	for (int i = 0; i < n; i++) {
		must(text_format(inside, sizeof(inside), "%s/%s", path, names[i]->d_name));
		replay(inside);
		free(names[i]);
	}
	free(names);
}

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return 0;
}

int main(int argc, char **argv)
{
	must(LLVMFuzzerInitialize(&argc, &argv) == 0);
	for (int i = 1; i < argc; i++)
		replay_all(argv[i]);
	printf("%zu inputs\n", count);
	return count > 0 ? 0 : 1;
}

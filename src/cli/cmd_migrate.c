/* numberd migrate: brings an older database to this version's schema. */
#include "cli/cli.h"
#include "cli/say.h"
#include "store/store.h"

static int run(struct cli *cli)
{
	struct err e;
	int from = 0, to = 0;
	if (cli_configure(cli, &e) != ERR_OK ||
		store_migrate(cli->config.database_url, &from, &to, &e) != ERR_OK)
		return say_error(&e);
	if (cli->is_json)
		say_json(json_pack("{s:i s:i}", "from", from, "to", to));
	else if (from == to)
		say("the database has schema %d already", to);
	else
		say("the database went from schema %d to %d", from, to);
	return 0;
}

const struct cmd cmd_migrate = {
	.name = "migrate",
	.summary = "Brings an older database to this version's schema",
	.about = "Each step is one transaction.  numberd serve makes an empty database by itself.\n"
		 "Make a copy first, and stop every numberd that works on the database.\n",
	.takes = CLI_TAKES_ALL,
	.run = run,
};

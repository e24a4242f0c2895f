#!/bin/sh
# tests/cli/cli_test.sh - the programs as a person meets them: words, streams,
# exit statuses.  Starts simulators of its own on free ports; V names the build.
#
# A test is a function; its first failed expectation is printed and fails it.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$PWD/out/${V:-debug}
dir=$(mktemp -d "${TMPDIR:-/tmp}/numberd-cli-XXXXXX") || exit 1
passed=0 failed=0 started=''

numberd() {
	timeout 60 "$bin/numberd" "$@"
}

end_started() {
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	started=''
}
trap 'end_started; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM

# --- starting programs ------------------------------------------------------

# Run a program in the background until it says the word; its other lines go to
# NAME.log.  $pid is its own, $line what it said.
await() { # NAME WORD COMMAND...
	name=$1 word=$2
	shift 2
	mkfifo "$dir/$name.pipe"
	"$@" >"$dir/$name.pipe" 2>&1 &
	pid=$!
	started="$started $pid"
	: >"$dir/$name.log"
	exec 3<"$dir/$name.pipe"
	rm "$dir/$name.pipe"
	line=''
	while IFS= read -r line <&3; do
		printf '%s\n' "$line" >>"$dir/$name.log"
		case "$line" in
		*"$word"*) break ;;
		esac
		line=''
	done
	# What it says from here on must not fill the pipe.
	cat <&3 >>"$dir/$name.log" &
	reader=$!
	exec 3<&-
	[ -n "$line" ] || miss "$name did not say: $word"
}

# Wait for the program awaited last, and for its last words; $status is its own.
ended() {
	wait "$pid"
	status=$?
	wait "$reader"
}

# A simulator with these settings, and a folder whose .env points to it.
world() { # [SETTINGS]
	echo "${1-{\"order_ms\":20\}}" >profile.json
	await sim 'listening on' "$bin/numberd-sim" --listen 127.0.0.1:0 --profile profile.json
	sim=${line##* }
	cat >.env <<-END
		TELNYX_API_KEY=KEY0123456789ABCDEF0123456789ABCDEF_clitest
		TELNYX_API_BASE_URL=$sim/v2
		VAPI_API_KEY=11111111-2222-4333-8444-555555555555
		VAPI_BASE_URL=$sim/vapi
		NUMBERD_SETTLE_SECONDS=20
		NUMBERD_LISTEN=127.0.0.1:0
		NUMBERD_API_KEY=cli-test-key-1,cli-test-key-2
	END
	chmod 600 .env
}

daemon() {
	await daemon 'numberd ready at' "$bin/numberd" serve
	daemon_pid=$pid
}

# --- expecting ----------------------------------------------------------------

miss() {
	echo "  $*"
	is_missed=1
}

# Run numberd, keeping what it says in ./out and ./err.
run() { # STATUS ARGUMENTS...
	wanted=$1
	shift
	numberd "$@" >out 2>err
	got=$?
	[ "$got" = "$wanted" ] && return
	miss "numberd $*: exit status $got, not $wanted"
	sed 's/^/    /' out err
}

says() { # FILE TEXT
	grep -qF -e "$2" "$1" && return
	miss "$1 does not say: $2"
	sed 's/^/    /' "$1"
}

silent() { # FILE TEXT
	grep -qF -e "$2" "$1" && miss "$1 says: $2"
}

empty() {
	[ -s "$1" ] || return 0
	miss "$1 is not empty"
	sed 's/^/    /' "$1"
}

# One JSON document and nothing else; then members by name.
is_json() {
	numberd lookup 4155550123 --json >/dev/null || return
	node -e 'JSON.parse(require("fs").readFileSync("out", "utf8"))' 2>/dev/null ||
		miss "out is not one JSON document: $(head -c 300 out)"
}

json() { # EXPRESSION VALUE, over the document d
	value=$(node -e "const d = JSON.parse(require('fs').readFileSync('out', 'utf8'));
		console.log(String($1))" 2>&1)
	[ "$value" = "$2" ] || miss "$1 is $value, not $2"
}

# What the simulator's ledger counts, over the document l.
ledger() { # EXPRESSION VALUE
	curl -s "$sim/ledger" >ledger.json
	value=$(node -e "const l = JSON.parse(require('fs').readFileSync('ledger.json', 'utf8'));
		console.log(String($1))" 2>&1)
	[ "$value" = "$2" ] || miss "ledger: $1 is $value, not $2"
}

bay_bikes="--business-name Bay --email a@baybikes.example --business-phone 4155550123"
signup() { # STATUS OPTIONS...
	status=$1
	shift
	# shellcheck disable=SC2086 # three options
	run "$status" signup $bay_bikes "$@"
}

# --- words ------------------------------------------------------------------------

help_lists_every_command_and_tells_each() {
	run 0 help
	for command in serve signup lookup search test-phone reconcile doctor migrate; do
		says out "  $command"
		run 0 help "$command"
		says out "usage: numberd $command"
		run 0 "$command" --help
		run 0 help
	done
	run 0 --version
	says out 'numberd 0.1.0'
}

wrong_words_are_usage_errors_that_name_the_right_ones() {
	run 2
	says err 'usage: numberd'
	empty out
	run 2 singup
	says err 'Did you mean numberd signup?'
	run 2 numbers
	says err 'numbers list'
	run 2 lookup
	says err 'PHONE is missing'
	run 2 signup --business-name X --email x@y.example
	says err '--business-phone is missing'
	run 2 signup --busines-name X
	says err 'Did you mean --business-name?'
	run 2 search --limit 0 --area-code 415
	says err '--limit takes a whole number from 1 to 50'
	run 2 search
	says err 'where to search'
	run 2 help nonsense
	run 2 singup --json
	json d.error.code usage
}

output_that_cannot_be_written_is_no_success() {
	numberd help >/dev/full 2>err && miss 'help to a full disk exits 0'
	says err 'could not write to stdout'
}

# --- lookup -------------------------------------------------------------------------

lookup_needs_no_configuration_and_tells_both_verdicts() {
	echo 'NUMBERD_LISTEN=nonsense' >.env
	run 0 lookup '(415) 555-1234 x12'
	says out '+14155551234'
	says out 'same_area_code'
	empty err
	run 0 lookup '(415) 555-1234 x12' --json
	is_json
	json d.e164 +14155551234
	json d.extension 12
	json 'd.ladder[0].rung' same_area_code
	run 1 lookup 911-555-1234
	says out npa_n11
	run 1 lookup 911-555-1234 --json
	json d.reject.code npa_n11
	run 1 lookup 4155551234 --country '' --json
	json d.reject.code no_country
	run 0 lookup '020 7946 0018' --country gb --json
	json d.country GB
	json 'd.ladder[0].rung' same_area_code
	json 'd.ladder[0].area_codes[0].area_code' 20
	json 'd.ladder[1].rung' same_country
	json d.requirements after_order
	run 0 lookup '+44 20 7946 0018'
	says out 'We cannot get a number in the United Kingdom yet'
	silent out 'would try'
	run 0 lookup 707-442-1234
	says out 'Eureka' # not the area code's main city
	silent out 'Santa Rosa'
	run 0 lookup 800-356-9377
	says out 'a sign-up asks for a ZIP or postal code'
	run 2 lookup 4155551234 --country Atlantis
	run 0 lookup 4155550123 --country us --json
	json d.country US
}

# --- configuration --------------------------------------------------------------------

a_malformed_variable_is_named_and_a_secret_never_shown() {
	world
	TELNYX_API_KEY='KEY with blanks' run 3 signup --business-name X --email x@y.example \
		--business-phone 4155550123
	says err TELNYX_API_KEY
	silent err 'with blanks'
	NUMBERD_SETTLE_SECONDS=soon run 3 doctor
	says out NUMBERD_SETTLE_SECONDS
	TELNYX_API_BASE_URL=http://telnyx.example/v2 run 3 search 4155550123
	says err TELNYX_API_BASE_URL
	run 3 search 4155550123 --env-file nowhere.env
	says err nowhere.env
	ledger l.spent 0.00
}

a_missing_key_is_told_before_anything_else() {
	world
	TELNYX_API_KEY='' signup 3
	says err 'TELNYX_API_KEY is not set'
	VAPI_API_KEY='' signup 3
	says err 'VAPI_API_KEY is not set'
	TELNYX_API_KEY='' run 3 search 4155550123
	TELNYX_API_KEY='' run 3 serve
	[ -e numberd.db ] && [ "$(numberd numbers list --json | grep -c signup_status)" != 0 ] &&
		miss 'something was stored'
	ledger l.purchases.length 0
}

a_public_address_is_not_served_without_a_key() {
	world
	NUMBERD_API_KEY='' NUMBERD_LISTEN=0.0.0.0:0 run 3 serve
	says err NUMBERD_API_KEY
	NUMBERD_API_KEY='' NUMBERD_LISTEN='[::]:0' run 3 serve
}

# --- search ------------------------------------------------------------------------------

search_shows_numbers_with_prices_and_buys_nothing() {
	world
	run 0 search '(415) 555-0123' --limit 3
	says out NUMBER
	says out 'Area code 415'
	says out '  +1415'
	says out 1.00
	run 0 search --area-code 212 --limit 2 --json
	is_json
	json d.data.length 2
	json 'd.data[0].phone_number.slice(0, 5)' +1212
	json 'd.data[0].rung' same_area_code
	json 'd.data[0].cost.upfront' 1.00
	json d.origin.area_code 212
	json 'Math.round(d.origin.lat)' 41
	run 0 search --toll-free --limit 1 --json
	json '/^\+18/.test(d.data[0].phone_number)' true
	json d.origin null
	run 0 search --toll-free --limit 1
	says out Toll-free
	run 2 search 911
	ledger l.purchases.length 0
	[ -e numberd.db ] && miss 'a search made a database'
}

numbers_abroad_come_with_what_they_need_and_are_not_bought() {
	world
	run 0 search '+49 30 123456'
	says out 'We cannot get a number in Germany yet'
	says out 'needs Proof of Address'
	run 0 search '+49 30 123456' --json
	json 'd.requirements[0].name' 'Proof of Address'
	json d.origin.area_code 30
	json d.origin.country DE
	run 0 search 4155550123 --json
	json d.requirements.length 0
	json d.cannot_complete null
	run 2 signup --business-name Berlin --email a@b.example --business-phone '+49 30 123456'
	says err 'We cannot get a number in Germany yet'
	ledger l.purchases.length 0
}

search_takes_a_city_or_a_postal_code() {
	world
	run 0 search --postal-code 94110 --limit 2 --json
	json 'd.data[0].phone_number.slice(0, 5)' +1415
	json d.origin.town 'San Francisco'
	run 0 search --city 'Berkeley, CA' --limit 2 --json
	json d.origin.town Berkeley
	run 0 search --city 'Thornton, CO' --limit 1 --json
	json d.origin.town Broomfield
	run 0 search --city Springfield --area-code 417 --limit 1 --json
	json d.origin.town Springfield
	json d.origin.region US-MO
	run 2 search --city Springfield
	says err 'Springfield in Missouri, in Massachusetts'
	run 2 search --postal-code 00000
	run 2 search --postal-code 96940
	says err Palau
	run 2 search --city Nowhereville
	run 2 search --city 'Boston, MA' --postal-code 94110
	says err '94110 is not the postal code of Boston, Massachusetts'
	run 2 search --toll-free --area-code 415
	says err 'a toll-free number has no area_code'
	run 2 search --area-code 415 --max-rung next_door
	says err max_rung
}

search_groups_by_rung_with_the_distance() {
	world '{"sold_out":["415","628"]}'
	run 0 search --area-code 415 --limit 20
	says out 'Nearby: 650, '
	says out ' km ('
	silent out 'Area code 415'
	run 0 search --area-code 415 --max-rung overlay
	says err 'no number that may be bought is for sale there now'
}

# --- signup --------------------------------------------------------------------------------

a_sign_up_that_asks_for_a_place_says_how_to_answer() {
	world
	run 4 signup --business-name Toll --email t@toll.example --business-phone 8005550123
	says err 'numberd retry su_'
	says err '--postal-code'
	id=$(sed -n 's/^sign-up *//p' out)
	ledger l.purchases.length 0
	run 2 retry "$id" --area-code 911
	run 0 retry "$id" --postal-code 94110 --json
	is_json
	json d.status active
	json 'd.number.slice(0, 5)' +1415
	run 2 retry nothing
	ledger l.purchases.length 1
}

a_chosen_number_is_the_one_that_is_bought_or_none() {
	world
	numberd search --area-code 415 --limit 2 --json >out
	first=$(node -p 'JSON.parse(require("fs").readFileSync("out", "utf8")).data[0].phone_number')
	second=$(node -p 'JSON.parse(require("fs").readFileSync("out", "utf8")).data[1].phone_number')
	signup 0 --number "$first" --json
	json d.number "$first"
	run 4 signup --business-name Other --email o@other.example --business-phone 4155550124 \
		--number "$first"
	says err 'numberd retry su_'
	says err '--number'
	ledger l.purchases.length 1
	run 0 retry "$(sed -n 's/^sign-up *//p' out)" --number "$second" --json
	json d.number "$second"
	ledger l.purchases.length 2
}


digits_said_by_retry_reach_a_daemon() {
	world '{"sold_out":["415","628"]}'
	daemon
	signup 4 --max-rung ask --contains 20
	id=$(sed -n 's/^sign-up *//p' out)
	run 0 retry "$id" --contains 7 --max-rung nearby --json
	json 'd.number.includes("7")' true
	run 2 retry "$id" --contains 123456789
}

signup_buys_connects_and_proves_one_number() {
	world
	signup 0
	says out 'status        active'
	says err purchasing
	ledger l.purchases.length 1
	ledger l.imports.length 1
	ledger l.spent 2.00
}

signup_prints_one_document_with_json() {
	world
	signup 0 --json --quiet
	empty err
	is_json
	json d.status active
	json d.match.rung same_area_code
	json d.cost.upfront 1.00
	json d.voice.status active
	ledger 'l.owned.length' 1
}

the_same_wish_twice_is_a_duplicate_and_the_same_key_the_same_sign_up() {
	world
	signup 0 --json --idempotency-key one
	json d.status active
	first=$(node -p 'JSON.parse(require("fs").readFileSync("out", "utf8")).id')
	signup 0 --json --idempotency-key one
	json d.id "$first"
	signup 1 --json
	json d.error.code duplicate_signup
	says err "$first"
	signup 2 --json --idempotency-key one --area-code 212
	json d.error.code idempotency_key_reused
	ledger l.purchases.length 1
}

an_existing_number_is_connected_and_none_is_bought() {
	world
	curl -s -X POST -H 'Content-Type: application/json' -d '{"numbers":["+14155550199"]}' \
		"$sim/seed-numbers" >/dev/null
	signup 0 --existing-number '(415) 555-0199' --json
	json d.mode existing
	json d.number +14155550199
	json d.match.rung existing
	run 1 signup --business-name Other --email o@other.example --business-phone 2125550123 \
		--existing-number 4155550199 --json
	json d.error.code number_taken
	run 1 signup --business-name Third --email t@third.example --business-phone 2125550123 \
		--existing-number 2125550188 --json
	json d.status failed
	json d.error.code number_not_owned
	ledger l.purchases.length 0
}

a_refused_phone_is_a_usage_error_before_anything_is_opened() {
	run 2 signup --business-name X --email x@y.example --business-phone 911-555-1234
	says err '911 is a service code'
	run 2 signup --business-name X --email nonsense --business-phone 4155550123
	says err email
	[ -e numberd.db ] && miss 'a database was made'
}

a_wrong_key_ends_with_3_and_buys_nothing() {
	world
	TELNYX_API_KEY=wrong signup 3 --json
	json d.error.code carrier_auth
	silent err wrong
	VAPI_API_KEY=wrong signup 3 --json
	json d.error.code voice_auth
	TELNYX_API_KEY=wrong run 3 serve
	ledger l.purchases.length 0
}

a_credential_that_is_missing_or_ambiguous_ends_with_3() {
	world '{"credentials":[]}'
	signup 3 --json
	json d.error.code voice_credential_missing
	ledger l.purchases.length 0
	end_started
	world '{"credentials":[
		{"id":"5f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c70","provider":"telnyx","telnyxApplicationId":"2900000000000000001"},
		{"id":"6f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c71","provider":"telnyx","telnyxApplicationId":"2900000000000000001"}]}'
	signup 3 --json
	json d.error.code voice_credential_ambiguous
	run 3 serve
	ledger l.purchases.length 0
	VAPI_TELNYX_CREDENTIAL_ID=6f0c6a52-9d1e-4b7a-8c3f-2e6d4a1b9c71 signup 0 --json
	json d.status active
}

without_funds_it_fails_with_1_and_buys_nothing() {
	world '{"balance":"0.00"}'
	signup 1 --json
	json d.status failed
	json d.error.code carrier_funds
	ledger l.purchases.length 0
}

an_upstream_out_of_reach_ends_with_5() {
	world
	TELNYX_API_BASE_URL=http://127.0.0.1:1/v2 signup 5 --json
	json d.error.code carrier_down
	silent err 'goes on by itself'
	VAPI_BASE_URL=http://127.0.0.1:1 signup 5 --json
	json d.error.code voice_down
	TELNYX_API_BASE_URL=http://127.0.0.1:1/v2 run 5 search 4155550123
	NUMBERD_DATABASE_URL=sqlite:/nonexistent/folder/n.db signup 5
}

an_outcome_that_is_not_known_ends_with_4() {
	world '{"order_outcome":"stuck"}'
	NUMBERD_SETTLE_SECONDS=1 signup 4 --json
	json d.status needs_attention
	ledger l.purchases.length 1
}

interrupted_it_ends_with_130_and_the_same_key_goes_on() {
	world '{"order_ms":4000}'
	# shellcheck disable=SC2086 # three options
	await signup ' ordered' "$bin/numberd" signup $bay_bikes --idempotency-key k
	kill -INT "$pid"
	ended
	[ "$status" = 130 ] || miss "exit status $status, not 130"
	says "$dir/signup.log" 'interrupted'
	says "$dir/signup.log" '--idempotency-key'
	signup 0 --json --idempotency-key k
	json d.status active
	ledger l.purchases.length 1
}

# --- limits and the switch --------------------------------------------------------------

the_limits_are_shown_with_and_without_a_daemon() {
	world
	run 0 limits --json
	json 'd.limits.map(l => l.limit).join()' customer,network,hour,day,total,releases_hour,releases_day
	json 'd.limits.map(l => l.most).join()' 3,3,30,100,,5,20
	json 'd.limits[2].spent' 0
	daemon
	signup 0
	run 0 limits --json
	json 'd.limits[2].spent' 1
	json 'd.limits[4].spent' 2.00
	run 0 limits
	says out NUMBERD_LIMIT_TOTAL
	says out 'spending is not frozen'
}

a_limit_that_is_no_number_stops_the_start_by_its_name() {
	world
	for wrong in NUMBERD_LIMIT_HOUR=-1 NUMBERD_LIMIT_TOTAL=lots NUMBERD_MAX_UPFRONT=none; do
		(
			export "${wrong?}"
			numberd serve >out 2>err
			[ $? = 3 ]
		) || miss "$wrong did not stop the start"
		says err "${wrong%=*}"
	done
}

a_limit_is_refused_with_its_name() {
	world
	NUMBERD_LIMIT_HOUR=0 signup 1 --json
	json d.error.code limit_hour
	says err NUMBERD_LIMIT_HOUR
	NUMBERD_LIMIT_TOTAL=3.99 signup 1 --json
	json d.error.code limit_total
	ledger l.purchases.length 0
	signup 0
}

a_freeze_without_a_daemon_is_kept_for_the_next_one() {
	world
	run 0 freeze --reason 'a test' --json
	json d.frozen true
	json d.reason 'a test'
	daemon
	run 0 limits
	says out 'spending is frozen since'
	says out 'a test'
	# shellcheck disable=SC2086 # three options
	await waiting 'spending is frozen: a test' "$bin/numberd" signup $bay_bikes
	ledger l.purchases.length 0
	run 0 thaw --json
	json d.frozen false
	ended
	[ "$status" = 0 ] || miss "exit status $status, not 0"
	ledger l.purchases.length 1
	run 2 freeze --reason "$(printf 'two\nlines')"
}

one_number_is_shown_and_given_back() {
	world
	signup 0 --json
	number=$(node -p 'JSON.parse(require("fs").readFileSync("out", "utf8")).number')
	run 0 numbers show "$number" --json
	json d.kind known
	json d.signup.status active
	json d.carrier.status active
	run 0 numbers show "$number"
	says out 'Bay'
	run 2 numbers release "$number" --json </dev/null
	json d.error.code needs_confirmation
	ledger l.released.length 0
	# One that was active waits out the undo time, and can be taken back.
	run 0 numbers release "$number" --yes --json
	json d.status cancelled
	says err 'undo time'
	ledger l.released.length 0
	run 0 numbers release "$number" --yes --now --json
	json d.status released
	ledger l.released.length 1
	ledger l.owned.length 0
	run 1 numbers release "$number" --yes --json
	json d.error.code number_not_owned
	run 1 numbers show "$number" --json
	json d.error.code not_found
}

a_number_that_is_not_ours_is_never_given_back() {
	world
	curl -s -X POST -H 'Content-Type: application/json' -d '{"numbers":["+14155550155"]}' \
		"$sim/seed-numbers" >/dev/null
	run 1 numbers release '(415) 555-0155' --yes --json
	json d.error.code number_not_owned
	signup 0 --existing-number +14155550155
	run 1 numbers release +14155550155 --yes --now --json
	json d.error.code conflict
	says err 'brought along'
	run 2 numbers release 911-555-1234 --yes
	ledger l.released.length 0
	ledger l.owned.length 1
}

giving_back_is_limited_by_the_hour_also_at_the_daemon() {
	world
	export NUMBERD_LIMIT_RELEASES_HOUR=1
	daemon
	for name in One Two; do
		run 0 signup --business-name $name --email a@b.example --business-phone 4155550123 --json
		node -p 'JSON.parse(require("fs").readFileSync("out", "utf8")).number' >$name
	done
	run 0 numbers release "$(cat One)" --yes --now
	run 1 numbers release "$(cat Two)" --yes --now --json
	json d.error.code limit_releases_hour
	says err NUMBERD_LIMIT_RELEASES_HOUR
	run 0 numbers show "$(cat Two)" --json
	json d.signup.status active
	ledger l.released.length 1
	run 0 limits --json
	json 'd.limits[5].spent' 1
	unset NUMBERD_LIMIT_RELEASES_HOUR
}

# The command that works holds the lease and serves nothing: the switch goes
# into the database beside it.
a_command_that_buys_is_stopped_and_let_go_on_from_beside() {
	world
	run 0 freeze
	# shellcheck disable=SC2086 # three options
	await alone 'spending is frozen' "$bin/numberd" signup $bay_bikes
	ledger l.purchases.length 0
	run 0 thaw
	ended
	[ "$status" = 0 ] || miss "exit status $status, not 0"
	ledger l.purchases.length 1
}

# --- the daemon -----------------------------------------------------------------------

a_sign_up_is_handed_to_the_daemon_that_holds_the_lease() {
	world
	daemon
	signup 0 --json
	says err 'handed over to the numberd at'
	says err provisioning
	json d.status active
	signup 1 --json
	json d.error.code duplicate_signup
	NUMBERD_API_KEY=another-key-entirely run 3 signup --business-name Q --email q@q.example \
		--business-phone 4155550123 --json
	json d.error.code unauthorized
	run 5 serve
	says err "process $daemon_pid"
	run 0 doctor --json
	json 'd.checks.every(c => c.ok)' true
	says out "process $daemon_pid serves it"
	run 0 test-phone --release --json
	json d.signup.status released
	ledger l.purchases.length 2
	ledger l.owned.length 1
}

interrupted_after_handing_over_it_goes_on_in_the_daemon() {
	world '{"order_ms":2000}'
	daemon
	# shellcheck disable=SC2086 # three options
	await signup ' ordered' "$bin/numberd" signup $bay_bikes --idempotency-key k
	kill -INT "$pid"
	ended
	[ "$status" = 130 ] || miss "exit status $status, not 130"
	says "$dir/signup.log" 'goes on in the numberd at'
	signup 0 --json --idempotency-key k
	json d.status active
	ledger l.purchases.length 1
}

serve_stops_in_order_on_a_signal() {
	world
	daemon
	kill -TERM "$pid"
	ended
	[ "$status" = 0 ] || miss "exit status $status, not 0"
	signup 0 --json
	silent err 'handed over'
}

serve_goes_on_with_what_was_left() {
	world '{"order_ms":3000}'
	# shellcheck disable=SC2086 # three options
	await signup ' ordered' "$bin/numberd" signup $bay_bikes
	kill -KILL "$pid"
	ended 2>/dev/null
	await daemon 'to=active' "$bin/numberd" serve
	ledger l.purchases.length 1
}

# --- test-phone ---------------------------------------------------------------------------

test_phone_dry_runs_without_buying_or_storing() {
	world
	run 0 test-phone --dry-run
	says out '✓ credentials'
	says out '✓ search'
	run 0 test-phone --dry-run --json
	is_json
	json 'd.checks.map(c => c.name).join()' credentials,search,purchase,provision,verify
	json 'd.checks.map(c => c.ok).join()' true,true,,,
	json d.signup null
	ledger l.purchases.length 0
	[ -e numberd.db ] && miss 'a database was made'
}

test_phone_passes_all_five_and_gives_the_number_back() {
	world
	run 0 test-phone
	says out '✓ verify'
	ledger l.owned.length 1
	run 0 test-phone --release --json
	is_json
	json 'd.checks.every(c => c.ok)' true
	json 'd.checks.length' 6
	json d.signup.status released
	ledger l.purchases.length 2
	ledger l.owned.length 1
}

test_phone_tells_the_cause_and_the_remedy() {
	world
	VAPI_API_KEY=wrong run 3 test-phone --json
	json 'd.checks[0].ok' false
	json 'd.checks[0].error.code' voice_auth
	json 'd.checks[4].ok' null
	VAPI_API_KEY=wrong run 3 test-phone
	says out '✗ credentials'
	says out 'VAPI_API_KEY'
	TELNYX_API_KEY='' run 3 test-phone
	end_started
	world '{"other_org":["any"],"import_status":"blocked"}'
	NUMBERD_SETTLE_SECONDS=1 run 4 test-phone --json
	json 'd.checks[4].ok' false
	json d.signup.status needs_attention
	says err 'stays with su_'
	NUMBERD_SETTLE_SECONDS=1 run 4 test-phone --json --release
	json d.checks[5].name release
	json d.signup.status released
	ledger l.owned.length 1
}

# A live upstream, as far as numberd can tell: HTTPS at an address that is not
# loopback's, though the simulator stands behind it.
live_world() {
	world
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
		-subj /CN=numberd-test -addext subjectAltName=IP:0.0.0.0 2>/dev/null
	cat >front.js <<-'END'
		const { createServer } = require('https'), http = require('http'), fs = require('fs')
		const tls = { key: fs.readFileSync('key.pem'), cert: fs.readFileSync('cert.pem') }
		const front = createServer(tls, (ask, answer) => {
			const to = process.argv[2] + ask.url
			const on = http.request(to, { method: ask.method, headers: ask.headers }, (back) => {
				answer.writeHead(back.statusCode, back.headers)
				back.pipe(answer)
			})
			on.on('error', () => answer.destroy())
			ask.pipe(on)
		})
		front.listen(0, '127.0.0.1', () => console.log('front ' + front.address().port))
	END
	await front 'front ' node front.js "$sim"
	cat >>.env <<-END
		TELNYX_API_BASE_URL=https://0.0.0.0:${line##* }/v2
		NUMBERD_CA_FILE=cert.pem
	END
}

test_phone_does_not_spend_real_money_unasked() {
	live_world
	run 0 test-phone --dry-run </dev/null
	run 2 test-phone --json </dev/null
	json 'd.checks[2].error.code' needs_confirmation
	json d.signup null
	says err 'Confirm on a terminal'
	ledger l.purchases.length 0
	run 0 test-phone --yes --json </dev/null
	json d.signup.status active
	ledger l.purchases.length 1
}

# --- the operator's tools ------------------------------------------------------------------

doctor_passes_when_all_is_in_place_and_names_what_is_not() {
	world
	run 0 doctor
	says out '✓ telnyx'
	says out '✓ lease'
	run 0 doctor --json
	is_json
	json 'd.checks.map(c => c.name).join()' config,telnyx,vapi,store,ledger,lease
	TELNYX_API_KEY=wrong run 3 doctor --json
	json 'd.checks[1].error.code' carrier_auth
	json 'd.checks[2].ok' true
	chmod 644 .env
	run 0 doctor
	says err 'chmod 600'
	ledger l.purchases.length 0
}

doctor_tells_when_the_ledger_does_not_add_up() {
	world
	signup 0
	run 0 doctor
	says out 'add up to what the limits count'
	# A purchase becomes no purchase, as bytes on a disk may.
	node -e 'const fs = require("fs"), db = fs.readFileSync("numberd.db");
		const at = db.indexOf("totalcommit");
		if (at < 0) process.exit(1);
		db.write("totalkommit", at);
		fs.writeFileSync("numberd.db", db)' || miss "the ledger has no purchase"
	run 5 doctor --json
	json 'd.checks.find(c => !c.ok).name' ledger
	json 'd.checks.find(c => !c.ok).error.code' store_corrupt
	run 5 doctor
	says out 'budget total is not the sum of its entries'
}

reconcile_shows_what_only_one_side_knows() {
	world
	signup 0
	curl -s -X POST -H 'Content-Type: application/json' -d '{"numbers":["+12125550777"]}' \
		"$sim/seed-numbers" >/dev/null
	run 0 reconcile --json
	json d.agrees true
	json d.known 1
	json d.foreign 1
	run 0 numbers list --json
	json 'd.data.length' 2
	json 'd.data.find(n => n.kind == "known").signup_status' active
	run 0 numbers list
	says out foreign
	mv numberd.db kept.db
	rm -f numberd.db-*
	run 4 reconcile --json
	json 'd.stray.length' 1
	run 4 reconcile
	says out '1 stray'
	rm -f numberd.db*
	mv kept.db numberd.db
	curl -s -X POST "$sim/reset" >/dev/null
	run 4 reconcile --json
	json 'd.missing.length' 1
}

migrate_tells_the_schema() {
	world
	signup 0
	run 0 migrate --json
	json 'd.from == d.to' true
}

# --- running them ------------------------------------------------------------------------------

# Every function with a name as long as a sentence.
tests=$(sed -n 's/^\([a-z0-9_]\{20,\}\)() {$/\1/p' tests/cli/cli_test.sh)
[ $# = 0 ] || tests=$*
for test in $tests; do
	is_missed=''
	mkdir "$dir/$test" && cd "$dir/$test" || exit 1
	"$test" >"$dir/told" 2>&1
	end_started
	if [ -z "$is_missed" ]; then
		passed=$((passed + 1))
		echo "ok      $test"
	else
		failed=$((failed + 1))
		echo "FAILED  $test"
		cat "$dir/told"
	fi
	rm -f "$dir"/*.log
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

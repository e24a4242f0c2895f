#!/bin/sh
# quickstart_test.sh - the README's first command does what it says.
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

check() { # sentence, command...
	sentence=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok   $sentence"
	else
		failed=$((failed + 1))
		echo "FAIL $sentence"
		cat "$log"
	fi
}

timeout 300 ./quickstart --once >"$log" 2>&1 </dev/null
status=$?
check "quickstart --once ends with the sign-up's success" [ "$status" = 0 ]
check "it prints a number of the business's own area code" grep -Eq '\(415\) [2-9][0-9]{2}-[0-9]{4}|\+1415[2-9][0-9]{6}' "$log"
check "an option it does not know is refused" sh -c '! ./quickstart --nonsense 2>/dev/null'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

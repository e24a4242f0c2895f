# bash completion for numberd; written by `numberd help --completion`.
_numberd()
{
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
	COMPREPLY=()
	case $before in
	--env-file) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
	numberd|*/numberd|help) words="serve signup retry resolve lookup search test-phone numbers limits freeze thaw reconcile doctor migrate help --version" ;;
	numbers) words="list" ;;
	numbers) words="show" ;;
	numbers) words="release" ;;
	esac
	case ${COMP_WORDS[1]} in
	serve) words+=" --env-file --quiet --help" ;;
	signup) words+=" --business-name --email --business-phone --existing-number --area-code --postal-code --city --number --contains --max-rung --reference --idempotency-key --env-file --json --quiet --help" ;;
	retry) words+=" --area-code --postal-code --city --number --max-rung --contains --env-file --json --quiet --help" ;;
	resolve) words+=" --answer --env-file --json --quiet --help" ;;
	lookup) words+=" --country --json --help" ;;
	search) words+=" --area-code --postal-code --city --contains --max-rung --toll-free --limit --env-file --json --quiet --help" ;;
	test-phone) words+=" --business-phone --dry-run --yes --release --env-file --json --quiet --help" ;;
	numbers) words+=" --env-file --json --quiet --help" ;;
	numbers) words+=" --env-file --json --quiet --help" ;;
	numbers) words+=" --yes --now --env-file --json --quiet --help" ;;
	limits) words+=" --env-file --json --quiet --help" ;;
	freeze) words+=" --reason --env-file --json --quiet --help" ;;
	thaw) words+=" --env-file --json --quiet --help" ;;
	reconcile) words+=" --env-file --json --quiet --help" ;;
	doctor) words+=" --env-file --json --help" ;;
	migrate) words+=" --env-file --json --quiet --help" ;;
	help) words+=" --completion --help" ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _numberd numberd

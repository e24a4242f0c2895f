#!/bin/sh
# tests/tools/area_codes_test.sh - each contradiction in data/ stops tools/area-codes.
#
# A row is a change of one file and a part of what must be said about it.  Taken
# out of the tool, a check makes its row fail: then the tables only differ.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

good() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAILED: $*"
	head -5 "$work/said"
}

fresh() {
	rm -rf "$work/data"
	mkdir "$work/data"
	cp data/*.csv data/plans.json "$work/data/"
}

# file, sed script, what must be said
spoils() {
	fresh
	sed -i "$2" "$work/data/$1"
	if cmp -s "data/$1" "$work/data/$1"; then
		bad "$1: $2 changes nothing"
	elif tools/area-codes --check --data "$work/data" > "$work/said" 2>&1; then
		bad "$1: $2 is let through"
	elif grep -qF -- "$3" "$work/said"; then
		good
	else
		bad "$1: $2 is not told as \"$3\""
	fi
}

# --- as it is ---
if tools/area-codes --check > "$work/said" 2>&1; then good; else bad "the data themselves"; fi
fresh
if tools/area-codes --check --data "$work/data" > "$work/said" 2>&1; then good; else bad "a copy of the data"; fi

# --- codes ---
spoils npa.csv '/^628,/s|415/628|628|' 'complex 415/628 is known to 415 but not to 628'
spoils npa.csv '/^628,/s|415/628|415/628/629|' 'is known to 628 but not to 415'
spoils npa.csv '/^628,/s|415/628|415|' '628 is not in its own complex 415'
spoils npa.csv '/^415,/s|415/628|415/628/220|;/^628,/s|415/628|415/628/220|' 'is known to 415 but not to 220'
spoils npa.csv '/^628,/s|US-CA|US-OR|' '415 and 628 share a complex but not a state'
spoils npa.csv '/^628,/p' '628 stands twice'
spoils npa.csv '/^628,/d' '628 is in neither file'
spoils npa_unassigned.csv '/^911,/d' '911 is in neither file'
spoils npa_unassigned.csv '/^911,/s|n11|oops|' '911 is of an unknown class oops'
spoils npa.csv '/^415,/s|America/Los_Angeles||' '415 has no time zone'
spoils npa.csv '/^415,/s|America/Los_Angeles|America/Atlantis|' '415 keeps the time of America/Atlantis, which is not in zones.csv'
spoils npa.csv '/^415,/s|geographic|heroic|' '415 is of an unknown kind heroic'
spoils npa.csv '/^415,/s|,1947-01-01,|,long ago,|' '415 says neither since when'
spoils npa.csv '/^415,/s|,37.8118,|,,|' '415 has no latitude'
spoils npa.csv '/^415,/s|,US-CA,|,,|' '415 has no state or province'
spoils npa.csv '/^415,/s|,US-CA,|,US-C1,|' '415 has a region that is none: US-C1'
spoils npa.csv '2{h;d};3{G}' 'npa.csv is not sorted at 201'
spoils npa_near.csv '/^415,628,/d' '415 lacks its overlay 628 in npa_near.csv'
spoils npa_near.csv '/^415,650,/p' 'lists 650 wrongly or twice'
spoils npa_near.csv '/^415,650,/s|,650,|,911,|' '415 or 911 is not assigned'
spoils npa_near.csv '/^415,650,/s|,650,|,416,|' '415 and 416 are of two countries'
spoils npa_near.csv '/^415,510,/s|^415,510,[0-9.]*|415,510,1.0|' '415 is not sorted at 510'
spoils npa_near.csv '/^907,/d' '907 has no neighbours'

# --- zones ---
spoils zones.csv '/^America\/Denver,/d' 'keeps the time of America/Denver, which is not in zones.csv'
spoils zones.csv '/^America\/Denver,/s|-07:00|-7|' 'America/Denver has no hours'
spoils zones.csv '/^America\/Denver,/p' 'America/Denver stands twice'
# shellcheck disable=SC2016 # the end of the file, for sed
spoils zones.csv '$a Europe/Paris,+01:00,+02:00,' 'no area code keeps the time of Europe/Paris'

# --- towns ---
spoils places.csv '/^Berkeley,US-CA/s|510|511|' '511 is not assigned'
spoils places.csv '/^Berkeley,US-CA/s|341/510|341/800|' '800 is not geographic'
spoils places.csv '/^Berkeley,US-CA/s|US-CA|US-OR|' 'Berkeley is in US-OR, 341 is not'
spoils places.csv '/^Berkeley,US-CA/s|US-CA|US-XX|' 'is in US-XX, which is not in regions.csv'
spoils places.csv '/^Berkeley,US-CA/p' 'Berkeley in US-CA stands twice'
spoils places.csv '/^Berkeley,US-CA/s|,37\.[0-9]*,|,,|' 'Berkeley in US-CA has no position'
spoils places.csv '/^Berkeley,US-CA/s|341/510:|341/510=|' 'cannot read'
spoils places.csv '/^Berkeley,US-CA/s|^Berkeley|---|' 'has no name to find it by'
spoils places.csv '/^Berkeley,US-CA/s|,geonames|,geonames,x|' '7 fields instead of 6'
spoils places.csv '/,US-HI,/s|808:|907:|' '808 has no town in places.csv'
spoils places.csv '/^Sausalito,US-CA/d' 'has exchanges in Sausalito, US-CA, which is not in places.csv'
spoils regions.csv '/^US-CA,/s/Cal$/Ala/' 'Ala is the name of two'
spoils regions.csv '/^US-CA,/s|^US-CA,US|US-CA,CA|' 'cannot read US-CA,CA'

# --- other names of towns ---
spoils aliases.csv '/^Thornton,US-CO/s|Broomfield|Atlantis|' 'Thornton is Atlantis in US-CO, which is not in places.csv'
spoils aliases.csv '/^Thornton,US-CO/p' 'Thornton in US-CO stands twice'
spoils aliases.csv '/^Thornton,US-CO/s|^Thornton|Denver|' 'Denver in US-CO is a town of its own'
spoils aliases.csv '/^Thornton,US-CO/s|^Thornton|---|' 'aliases.csv: cannot read ---'
spoils aliases.csv '/^Thornton,US-CO/s|,[0-9]*,geonames|,many,geonames|' 'aliases.csv: cannot read Thornton'

fresh
for i in $(seq 49); do echo "Thornton,US-CO,Broomfield,10000,geonames"; done >> "$work/data/aliases.csv"
if tools/area-codes --check --data "$work/data" > "$work/said" 2>&1; then bad "49 towns of one name"
elif grep -qF "more than 48 towns are called Thornton" "$work/said"; then good
else bad "49 towns of one name are not told"; fi

# --- towns with a time of their own ---
spoils town_zones.csv '/^Tallahassee,/s|Tallahassee|Atlantis|' 'town_zones.csv: Atlantis in US-FL is not in places.csv'
spoils town_zones.csv '/^Tallahassee,/s|$|,now|' 'town_zones.csv: cannot read Tallahassee'
spoils town_zones.csv '/^Tallahassee,/p' 'town_zones.csv: Tallahassee in US-FL stands twice'
spoils town_zones.csv '/^Tallahassee,/s|New_York|Denver|' 'Tallahassee in US-FL keeps the time of America/Denver, which none of its codes does'
spoils zones.csv '/^America.Menominee,/s|-06:00,-05:00|-06:30,-05:30|' 'town_zones.csv: no area code keeps the time of America/Menominee'

# --- exchanges ---
spoils exchanges.csv '/^415,San Francisco,/s|^415|416|' 'San Francisco is in US-CA, 416 is not'
spoils exchanges.csv '/^415,San Francisco,/s|^415|911|' 'exchanges.csv: 911 is not assigned'
spoils exchanges.csv '/^415,San Francisco,/s|202|211|' '415 211 is not an exchange'
spoils exchanges.csv '/^415,San Francisco,/s|202|555|' '415 555 is not an exchange'
spoils exchanges.csv '/^415,San Francisco,/s|202|202 202|' '415 202 is in two towns'

# --- postal codes ---
spoils zip3.csv '/^941,/s|415|911|' '911 is not assigned'
spoils zip3.csv '/^941,/s|415|416|' '941 is in US-CA, 416 is abroad'
spoils zip3.csv '/^941,/s|San Francisco|Atlantis|' '941 is in Atlantis, which is not in places.csv'
spoils zip3.csv '/^941,/p' '941 stands twice'
spoils zip3.csv '/^941,/s|941|94|' '94 is not the start of a postal code'
spoils zip3.csv '/^941,/s|37\.[0-9]*||' '941 has no position'
spoils zip3.csv '/^941,/s|US-CA|US-XX|' '941 is in US-XX, which is not in regions.csv'
spoils zip3.csv '/^941,/s|415/628/650||' '941 has no area code'
spoils zips.csv '/^44101,/s|Cleveland|Atlantis|' '44101 is in Atlantis, US-OH, which is not in places.csv'
spoils zips.csv '/^44101,/s|Cleveland,US-OH|Toronto,CA-ON|' '44101 is in CA-ON, abroad'
spoils zips.csv '/^44101,/s|44101|00101|' 'zips.csv: not sorted at 00101'
spoils zips.csv '/^44101,/s|44101|4410|' 'zips.csv: cannot read 4410'
spoils zips.csv '2s|^[0-9]*|00001|' '00001 is of no start that zip3.csv has'
spoils zip5.csv '/^96799,/s|684|911|' '911 is not assigned'
spoils zip5.csv '/^96799,/s|684|808|' '96799 is in AS, 808 is abroad'
spoils zip5.csv '/^96799,/s|^96799,96799|96799,96798|' 'zip5.csv: cannot read 96799'
spoils zip5.csv '/^96910,/s|^96910|96799|' 'zip5.csv: cannot read 96799'
spoils zip5.csv '/^96950,/s|Saipan|Atlantis|' '96950 is in Atlantis, which is not in places.csv'
spoils fsa.csv '/^M5V,/s|416|212|' 'M5V is in CA-ON, 212 is abroad'
spoils fsa.csv '/^M5V,/s|M5V|MV5|' 'MV5 is not the start of a postal code'
spoils fsa.csv '2{h;d};3{G}' 'not sorted at'

# --- countries ---
spoils countries.csv '/,DE,/p' 'is there twice'

# --- NANPA's report: made from our own list, then changed ---
report() {
	{
		echo 'File Date,01/01/2027'
		echo 'NPA_ID,ASSIGNED,LOCATION,IN_SERVICE,IN_SERVICE_DT,OVERLAY_COMPLEX'
		awk -F, 'BEGIN { split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", m, " ") }
			FNR == 1 { next }
			FILENAME ~ /unassigned/ { print $1 ",No,,N,,"; next }
			{ is_open = $10 ~ /^[12]/; d = $10; sub(/pending:/, "", d)
			  split(d, p, "-"); gsub(/;/, "/", $5)
			  at = $3; if (at !~ /^US-[A-Z][A-Z]$/) at = "ELSEWHERE"; sub(/^US-/, "", at)
			  if ($4 != "geographic") at = ""
			  date = p[3] == "" ? "" : p[3] "-" m[p[2] + 0] "-" p[1]
			  print $1 ",Yes," at "," (is_open ? "Y" : "N") "," date ",\"" $5 " \"" }' \
			data/npa.csv data/npa_unassigned.csv
	} > "$work/report.csv"
}

# sed script, what must be said, exit status
reports() {
	report
	sed -i "$1" "$work/report.csv"
	tools/area-codes --nanpa "$work/report.csv" > "$work/said" 2>&1
	status=$?
	if [ "$status" = "$3" ] && grep -qF -- "$2" "$work/said"; then good; else bad "the report: $1 ($status)"; fi
}
reports '' '0 differences from the report of 01/01/2027' 0
reports 's/^273,Yes,\(.*\),N,/273,Yes,\1,Y,/' '273 has opened (2027-02-27)' 0
reports 's/^274,\(.*\),Y,/274,\1,N,/' '274 is not in service there' 0
reports 's/^221,No,,N,,/221,Yes,TX,Y,01-Mar-2027,/' '221 has opened (TX, 2027-03-01): it is not in npa.csv' 0
reports 's/^221,No,,N,,/221,Yes,TX,N,01-Mar-2027,/' '221 has been assigned (TX, opens 2027-03-01)' 0
reports 's/^565,Yes/565,No/' '565 is no longer assigned' 0
reports 's/^\(565,.*\)2027,/\12028,/' '565 opens 2028-12-06; npa.csv says 2027-12-06' 0
reports '/^415,/s|415/628|415/628/999|' '415 is listed in the complex 415/628/999; npa.csv has 415/628' 0
reports '/^415,/s|,CA,|,OR,|' '415 is in US-OR; npa.csv has it in US-CA' 0
reports '/^415,/s|01-Jan-1947|02-Jan-1947|' '415 is in service since 1947-01-02' 0
reports '/^415,/d' 'lacks 415' 1
reports '/^415,/p' '415 stands twice' 1
reports '/^415,/s|Yes|No|' '415 is in service but not assigned' 1
reports '/^415,/s|01-Jan-1947||' '415 is in service, but since when?' 1
reports '/^415,/s|,Y,|,,|' '415 is neither in service nor not' 1

# Taken over: the code is open, and the tool then asks for its neighbours.
report
sed -i 's/^273,Yes,\(.*\),N,/273,Yes,\1,Y,/' "$work/report.csv"
fresh
tools/area-codes --data "$work/data" --nanpa "$work/report.csv" --update > "$work/said" 2>&1
if grep -q '^273,.*,2027-02-27,' "$work/data/npa.csv" &&
	[ "$(diff data/npa.csv "$work/data/npa.csv" | grep -c '^>')" = 1 ] &&
	! tools/area-codes --check --data "$work/data" >> "$work/said" 2>&1 &&
	grep -q 'lacks its overlay 273' "$work/said"; then
	good
else
	bad "a code that opened is taken over"
fi

# --- zoneinfo: a folder with one zone too many hours away ---
mkdir -p "$work/zoneinfo"
for zone in $(tail -n +2 data/zones.csv | cut -d, -f1); do
	mkdir -p "$work/zoneinfo/$(dirname "$zone")"
	cp -L "/usr/share/zoneinfo/UTC" "$work/zoneinfo/$zone"
done
tools/area-codes --zones "$work/zoneinfo" > "$work/said" 2>&1
if [ $? = 1 ] && grep -qF 'America/Denver: +00:00,+00:00 there, -07:00,-06:00 in zones.csv' "$work/said"; then
	good
else
	bad "other zones are told"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

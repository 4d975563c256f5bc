#!/usr/bin/env bash
# Asks Gerrit what changed and writes the progress pages into a Jekyll site: the whole of
# headway for a community without a server. A scheduled CI job runs it and then builds and
# publishes the site; github.yml and gitlab.yml are such jobs.
#
#   SITE      where the site's source is (default: docs)
#   CONFIG    headway's configuration (default: headway.yml)
#   ADDRESS   where readers will find the pages: the site's address and progress/, such as
#             https://site.example.org/progress/
#   CACHE     what the CI keeps from run to run: the database and the last pages (default: .headway)
#   MOVED     1: gerrit.url is a new address of the same Gerrit; once is enough
#   COMMIT    1: also commit _data/headway.json, if a number in it changed or a week went by
#
# Exit code 0: there is something true to publish, if only the last known numbers, marked
# as such. Anything else: the site was not touched, so publish nothing.
set -euo pipefail

: "${SITE:=docs}" "${CONFIG:=headway.yml}" "${CACHE:=.headway}" "${ADDRESS:?where will readers find the pages?}" "${COMMIT:=}" "${MOVED:=}"
db=$CACHE/headway.db
pages=$CACHE/progress
mkdir -p "$CACHE"

# What is wrong with the configuration is for its author to mend.
headway check-config --config.file="$CONFIG"

poll() { headway poll --verbose ${MOVED:+--accept-moved} --config.file="$CONFIG" --storage.path="$db"; }

status=0
poll || status=$?
if ((status == 3)) && [[ -e $db ]]; then
  # A cache may come back broken. What the database knew of the past that Gerrit does not
  # keep is lost with it, and nothing else.
  rm -rf "$db.unusable"
  mv "$db" "$db.unusable"
  echo "refresh: the database is set aside, and all is read anew" >&2
  status=0
  poll || status=$?
fi
if ((status > 1)); then
  echo "refresh: nothing is published" >&2
  exit "$status"
fi
if ((status == 1)); then
  echo "refresh: not everything could be asked of Gerrit" >&2
fi

# The export refuses to write dashes over numbers. Then the last pages stand, which grey
# themselves when they are too old; without any there is nothing to publish.
if ! headway export --config.file="$CONFIG" --storage.path="$db" --web.external-url="$ADDRESS" "$pages"; then
  if [[ ! -e $pages/_data/headway.json ]]; then
    echo "refresh: neither Gerrit nor the cache has any numbers: nothing is published" >&2
    exit 1
  fi
  echo "refresh: the pages of the last run are published once more" >&2
fi

rm -rf "$SITE/progress"
mkdir -p "$SITE/progress" "$SITE/_data"
cp -R "$pages/." "$SITE/progress/"
mv "$SITE/progress/_data/headway.json" "$SITE/_data/headway.json"
rm -rf "$SITE/progress/_data" "$SITE/progress/.headway-export"

# Times alone are no news more than once a week.
timeless() { sed -E 's/"as_of": *"[^"]*"//g'; }
data=$SITE/_data/headway.json
if [[ -n $COMMIT ]]; then
  last=$(git log -1 --format=%ct -- "$data" || true)
  if ! git show "HEAD:./$data" 2>/dev/null | timeless | cmp -s - <(timeless <"$data") ||
    ((${last:-0} < $(date +%s) - 7 * 86400)); then
    git add "$data"
    git -c user.name=headway -c user.email=headway@localhost commit --quiet --message "Refresh the numbers of headway" -- "$data"
  fi
fi

#!/usr/bin/env bash
# Posts the report of the last 7 whole days: all of it by mail, its first lines and a link
# to a chat. A timer or a scheduled CI job runs it once a week; headway itself sends nothing.
# It needs headway, curl, jq and, for mail, a sendmail or an SMTP server.
#
#   HEADWAY        address of a running headway, such as https://headway.example.org/
#   HTTP_CONFIG    how to reach it, if it wants credentials: the file of --http.config.file
#   NO_NAMES       1: leave out the names of people
#
#   MAIL_TO        who gets the mail; several are separated by ", "
#   MAIL_FROM      who sends it
#   SENDMAIL       a program that reads a mail (default: sendmail -t -oi), unless
#   SMTP           names a server instead, such as smtps://mail.example.org, with
#   SMTP_USER      USER:PASSWORD, if it wants them
#
#   WEBHOOK        an incoming webhook of Slack, Mattermost or whoever takes {"text": …}
#
#   MATRIX         a homeserver, such as https://matrix.example.org, with
#   MATRIX_ROOM    the inner id of a room, such as !abc:example.org, and
#   MATRIX_TOKEN   the access token of an account that is in it
#
# What is not set is left out. Exit code 0: all that is set was posted. Nothing is posted
# while headway reads its first changes. Run twice, it posts twice.
set -euo pipefail

: "${HEADWAY:?where is headway?}" "${HTTP_CONFIG:=}" "${NO_NAMES:=}"
: "${MAIL_TO:=}" "${SENDMAIL:=sendmail -t -oi}" "${SMTP:=}" "${SMTP_USER:=}" "${WEBHOOK:=}" "${MATRIX:=}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

report() {
  headway report --url="$HEADWAY" ${HTTP_CONFIG:+--http.config.file="$HTTP_CONFIG"} ${NO_NAMES:+--no-names} --format="$1"
}
report json >"$work/report.json"
report text >"$work/report.txt"
if jq -e 'any(.reports[]; .loading != null)' "$work/report.json" >/dev/null; then
  echo "report.sh: headway still reads its first changes; nothing is posted" >&2
  exit 1
fi

# What a chat has room for: what stands before the first section, a paragraph a line.
lead=$(awk '/^-+$/ { cut = 1; exit } !/^=+$/ { if (n++) print last; last = $0 } END { if (!cut) print last }' "$work/report.txt" |
  awk 'BEGIN { RS = "" } { gsub(/\n/, " "); sub(/ Live page \[1\]$/, ""); print }')
# Its page, if headway knows where its readers find it (--web.external-url).
page=$(jq -r '.reports[0].url // ""' "$work/report.json")

# Secrets are read from standard input, where no list of processes shows them. There a
# value stands in quotes, and a quote in it behind a backslash.
quoted() {
  local value=${1//\\/\\\\}
  printf '"%s"' "${value//\"/\\\"}"
}
send() { curl --config - --silent --show-error --fail --max-time 60 --output "$work/answer" "$@"; }

if [[ -n $MAIL_TO ]]; then
  : "${MAIL_FROM:?who sends the mail?}"
  {
    echo "From: $MAIL_FROM"
    echo "To: $MAIL_TO"
    echo "Subject: =?UTF-8?B?$(head -n 1 "$work/report.txt" | tr -d '\n' | base64 -w 0)?="
    echo "Date: $(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S +0000')"
    echo "MIME-Version: 1.0"
    echo "Content-Type: text/plain; charset=utf-8"
    echo "Content-Transfer-Encoding: 8bit"
    echo
    cat "$work/report.txt"
  } >"$work/mail"
  if [[ -n $SMTP ]]; then
    # shellcheck disable=SC2086 # each recipient is an argument
    send --url "$SMTP" --mail-from "$MAIL_FROM" $(printf -- '--mail-rcpt %s ' ${MAIL_TO//,/ }) --crlf --upload-file "$work/mail" \
      < <([[ -z $SMTP_USER ]] || printf 'user = %s\n' "$(quoted "$SMTP_USER")")
  else
    $SENDMAIL <"$work/mail"
  fi
fi

if [[ -n $WEBHOOK ]]; then
  jq -n --arg text "$lead"$'\n'"$page" '{text: $text}' >"$work/webhook.json"
  printf 'url = %s\n' "$(quoted "$WEBHOOK")" |
    send --header "Content-Type: application/json" --data-binary @"$work/webhook.json"
fi

if [[ -n $MATRIX ]]; then
  : "${MATRIX_ROOM:?which room?}" "${MATRIX_TOKEN:?whose token?}"
  jq -n --arg text "$lead"$'\n'"$page" '{msgtype: "m.notice", body: $text}' >"$work/matrix.json"
  room=$(jq -rn --arg room "$MATRIX_ROOM" '$room | @uri')
  printf 'url = %s\nheader = %s\n' "$(quoted "${MATRIX%/}/_matrix/client/v3/rooms/$room/send/m.room.message/headway-$(date +%s)")" "$(quoted "Authorization: Bearer $MATRIX_TOKEN")" |
    send --request PUT --header "Content-Type: application/json" --data-binary @"$work/matrix.json"
fi

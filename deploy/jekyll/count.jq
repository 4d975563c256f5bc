# Makes _data/headway.json of what /api/v1/goals/{goal} answers, one or several:
#   jq --slurp --arg url https://headway.example.org/ -f count.jq GOAL.json … >_data/headway.json
def cycle_merged: [.cycles[] | select((.start | fromdate) <= now and now < (.end | fromdate))][0].merged;
def count: {
  goal, project, as_of, stale, counts, in_flight, progress,
  percent: (if .progress == null then null else .progress * 100 + 1e-9 | floor end), # rounding took less than this
  status: (.declared // .measured), cycle_merged: cycle_merged,
  projects: (if .projects_by_status == null then null else .projects_by_status | {
    completed: (.completed // 0), of: (del(."not-affected") | add // 0)} end)
};
{
  as_of: (if all(.as_of) then map(.as_of) | min else null end),
  url: $url,
  goals: map({key: .goal, value: {
    title, count: count,
    projects: (.projects | map({key: .project, value: count}) | from_entries)
  }}) | from_entries
}

# Makes _data/headway.json of what /api/v1/goals/{goal} answers, one or several:
#   jq --slurp --arg url https://headway.example.org/ -f count.jq GOAL.json … >_data/headway.json
def landed: [.cycles[] | select((.start | fromdate) <= now and now < (.end | fromdate))][0].landed;
def count: {
  goal, project, as_of, stale, counts, in_flight, progress,
  status: (.declared // .measured), landed: landed
};
{
  as_of: (if all(.as_of) then map(.as_of) | min else null end),
  url: $url,
  goals: map({key: .goal, value: {
    title, count: count,
    projects: (.projects | map({key: .project, value: count}) | from_entries)
  }}) | from_entries
}

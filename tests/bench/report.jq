# Turns the records of scripts/bench into one summary. Input: the records, slurped.
# --argjson meta OBJECT, --arg want json|markdown

def median: sort | if length == 0 then null
  elif length % 2 == 1 then .[(length - 1) / 2]
  else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def spread: map(select(. != null)) | if length == 0 then null
  else {median: median, min: min, max: max} end;

# Pairs the runs of two targets of the same round, because what a machine does in between changes.
def paired(a; b; f):
  [a[] as $a | b[] | select(.round == $a.round) | {a: $a, b: .} | f] | spread;

# A paced stream takes its time by plan; what counts is how late it ends.
def latency: .late_us // .latency_us;

def per_target:
  {calls_per_s: (map(.calls_per_s) | spread),
   p50_us: (map(latency.p50) | spread), p99_us: (map(latency.p99) | spread),
   first_byte_p50_us: (map(.first_byte_us.p50) | spread),
   cpu_us_per_call: (map(.cpu_us_per_call) | spread),
   rss_kib: (map(.rss_kib // 0) | max), errors: (map(.errors) | add),
   first_error: (map(.first_error // empty) | first // null)};

def added($direct; f): . as $proxy | paired($proxy; $direct; (.a | f) - (.b | f));

def cell:
  (group_by(.target) | map({key: .[0].target, value: .}) | from_entries) as $runs
  | ($runs.direct // []) as $direct
  | {body: .[0].body, stream: .[0].stream, connections: .[0].connections,
     targets: ($runs | map_values(per_target)),
     abv_to_nginx: paired($runs.abv // []; $runs.nginx // []; .a.calls_per_s / .b.calls_per_s),
     added: ($runs | del(.direct) | map_values({
       p50_us: added($direct; latency.p50), p99_us: added($direct; latency.p99),
       first_byte_p50_us: added($direct; .first_byte_us.p50)}))};

def summary:
  {meta: $meta,
   cells: (map(select(.mode == "calls"))
           | group_by([.body, ({none: 0, burst: 1, paced: 2}[.stream]), .connections]) | map(cell)),
   hold: map(select(.mode == "hold")), disconnect: map(select(.mode == "disconnect")),
   stall: map(select(.mode == "stall")), records: .};

# ---- markdown

def fixed($digits): if . == null then "-" else
  (if . < 0 then "-" else "" end) as $sign | (if . < 0 then -. else . end) as $size
  | pow(10; $digits) as $scale | ($size * $scale | round) as $units
  | $sign + (($units / $scale | floor | tostring)
    + (if $digits == 0 then "" else
        "." + (($units % $scale | tostring) | (("0" * ($digits - length)) // "") + .) end)) end;
def thousands: if . == null then "-" else (round | tostring)
  | [while(length > 0; .[:-3])] | map(.[-3:]) | reverse | join(",") end;
def plus: if . == null then "-" else .median | (if . >= 0 then "+" else "" end) + fixed(0) end;
def mib: if . == null then "-" else . / 1024 | fixed(1) end;
def size: if . >= 1048576 then "\(. / 1048576 * 10 | round / 10) MB"
  elif . >= 1024 then "\(. / 1024 * 10 | round / 10) KB" else "\(.) B" end;
def ratio: if . == null then "-"
  else "\(.median | fixed(2)) (\(.min | fixed(2))..\(.max | fixed(2)))" end;
def row: "| " + join(" | ") + " |";
def table($head): ($head, ($head | map("---")), .[]) | row;

def rates: map([(.body | size), .stream, "\(.connections)",
    (.targets.direct.calls_per_s.median | thousands),
    (.targets.nginx.calls_per_s.median | thousands),
    (.targets.abv.calls_per_s.median | thousands), (.abv_to_nginx | ratio),
    (.targets.nginx.cpu_us_per_call.median | fixed(0)),
    (.targets.abv.cpu_us_per_call.median | fixed(0)),
    (.targets | map(.errors) | add | tostring)])
  | table(["body", "stream", "conns", "direct/s", "nginx/s", "abv/s",
           "abv ÷ nginx (min..max)", "nginx cpu µs", "abv cpu µs", "errors"]);

def latencies: map(select(.connections == 1 or .stream == "paced") | [(.body | size), .stream,
    "\(.connections)", (.targets.direct.p50_us.median | fixed(0)),
    (.targets.direct.p99_us.median | fixed(0)),
    (.added.nginx.p50_us | plus), (.added.nginx.p99_us | plus),
    (.added.abv.p50_us | plus), (.added.abv.p99_us | plus),
    (.added.nginx.first_byte_p50_us | plus), (.added.abv.first_byte_p50_us | plus)])
  | table(["body", "stream", "conns", "direct p50", "direct p99", "nginx p50", "nginx p99",
           "abv p50", "abv p99", "nginx first byte", "abv first byte"]);

def memory: . as $cells | ["nginx", "abv"] | map(. as $target
    | [$target, ($meta.idle_rss_kib[$target] | mib)]
      + ([$cells[] | select(.targets[$target])] as $own | [1, 32, 512]
         | map(. as $n | [$own[] | select(.connections == $n) | .targets[$target].rss_kib]
               | max | mib)))
  | table(["target", "idle MiB", "1 conn", "32 conns", "512 conns"]);

def held: map([.target, "\(.connections)", "\(.complete)", "\(.most_at_once)",
    (.first_byte_p50_ms | fixed(1)), (.first_byte_p99_ms | fixed(1)),
    ("\(.seconds) (\(.planned_ms / 1000))"), (.rss_before_kib | mib), (.rss_peak_kib | mib),
    "\(.cpu_ms // "-")", "\(.errors)"])
  | table(["target", "streams", "complete", "most at once", "first byte p50 ms", "p99 ms",
           "seconds (planned)", "RSS before MiB", "RSS peak MiB", "cpu ms", "errors"]);

def left: map([.target, "\(.closed)", "\(.seen_by_upstream)", (.delay_p50_us | thousands),
    (.delay_p90_us | thousands), (.delay_p99_us | thousands), (.delay_max_us | thousands),
    "\(.errors + .premature)"])
  | table(["target", "closed", "seen", "p50 µs", "p90 µs", "p99 µs", "max µs", "errors"]);

def stalled: map([.target, "\(.stalled)", (.stream_bytes / 1024 | mib),
    (.taken_from_upstream_bytes / 1024 | mib), (.rss_before_kib | mib), (.rss_peak_kib | mib),
    "\(.complete_after_resume)", "\(.errors)"])
  | table(["target", "stalled", "MiB a stream", "MiB taken meanwhile", "RSS before MiB",
           "RSS peak MiB", "complete after", "errors"]);

def complaints:
  (.records[] | select(.errors != 0)
   | "- \(.target), \(.mode), body \(.body | size), \(.stream), \(.connections) connections, "
     + "round \(.round): \(.errors) errors \(.error_kinds | tojson); first: \(.first_error)"),
  ($meta.notes[] | "- " + .);

def section($title; rows): if length == 0 then empty else "", "## " + $title, "", rows end;

def markdown:
  "# abv-host benchmark, \($meta.date)", "",
  "\($meta.machine); commit \($meta.commit); \($meta.nginx); dialect \($meta.dialect); "
  + "\($meta.rounds) round(s) of \($meta.seconds) s, medians",
  (.cells | section("Calls per second"; rates)),
  (.cells | section("Latency: direct µs, and what the proxies add to it"; latencies)),
  (.cells | section("Memory (RSS, highest so far)"; memory)),
  (.hold | section("Held streams"; held)),
  (.disconnect | section("Client leaves: until the upstream connection closes"; left)),
  (.stall | section("Clients that stop reading"; stalled)),
  ([complaints] | section("Errors and notes"; .[]));

summary | if $want == "json" then . else markdown end

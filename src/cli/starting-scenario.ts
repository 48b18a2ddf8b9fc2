/**
 * What `sim init` writes: a small scenario that runs as it is, shows a storm
 * that does not end by itself and two variants that do better, and explains in
 * its comments what each block is for.
 */

export const startingScenario = `# A scenario for sim: a fleet of long-lived sessions, what happens to it, and what you expect.
#
#   sim validate FILE         finds mistakes, with line and column
#   sim explain FILE          shows every field with its value, default, unit and meaning
#   sim run FILE              replays it: what happened, when, and charts
#   sim run FILE --variant full-jitter
#   sim run FILE --set clients.current.backoff.delay=5s
#
# Durations have units ("250ms", "10s", "1h30m"), rates too ("70/s", "2/h"). Times of day are clock
# times of the scenario's day. Everything in a list has a name, and paths use these names.
format: 1
name: my-scenario
title: One pod rebooted at peak, clients retry every second
story: >
  A routine reboot drops all sessions of one pod at once. All of them come back at the same time, and
  the client that waits only a second between attempts keeps the hosts busy with work that nobody
  waits for any more. Watch how long the storm outlives the reboot.

# The day that is replayed. UTC, unless you add: timezone: Europe/Berlin
clock: { date: 2026-03-02, from: "09:00", to: "10:00" }

# Isolated copies of the service, each with its share of the sessions: p1, p2, …
pods: 2

# The stages on an attempt's way, in this order. scope: pod (each pod has its own hosts) or shared.
tiers:
  - name: gateway
    scope: pod
    hosts: 4                              # per pod
    parallelism: 8                        # attempts that a host serves at once
    serviceTime: { exponential: 60ms }    # on a host that has nothing else to do
    sessionsAtFullLoad: 1000              # so many connected sessions alone would use the whole host
    queue: { discipline: fifo, limit: none }
    balancing: round-robin
    boot: { uniform: [60s, 90s] }
    warmUp: { factor: 2, for: 60s }       # a host that has just come back is slower
    liveness: { every: 10s, timeout: 8s, failures: 3 }   # a host that does not answer is killed
    holdsSessions: true                   # losing a host drops the sessions that came through it

# Kinds of sessions, and how many are connected at the start in all pods together.
products:
  - { name: chat, sessions: 4000 }

# How clients behave when they lose their connection. See: sim list backoff
clients:
  - name: current
    backoff: { policy: fixed, delay: 1s }
    connectTimeout: 10s
    keepalive: { every: 25s, timeout: 20s }

# What is done to the fleet. See: sim list action
timeline:
  - name: maintenance
    at: "09:10"
    action: reboot
    target: { tier: gateway, pods: [1] }
    order: all-at-once

# What was seen on the day, to be compared with the replay.
observed:
  - { name: noticed, at: "09:11", says: the first pod is impacted, expect: "impactedPods == 1", tolerance: 1m }

# The same day with something changed. Everything else, luck included, stays the same.
variants:
  - name: full-jitter
    title: The client backs off with full jitter, up to two minutes
    set: { clients.current.backoff: { policy: full-jitter, base: 1s, cap: 2m } }
  - name: more-hosts
    title: Twice as many hosts
    set: { tiers.gateway.hosts: 8 }

# What must hold. See: sim list metric
expect:
  - "drops > 0"
  - "peakDisconnectedFraction <= 0.6"

# Where each number comes from: published or measured (sources), or assumed, with a range and a reason.
# A row speaks for everything below its path. To see what is missing: sim validate FILE --sources
sources:
  - { path: clock, cite: "an example" }
  - { path: timeline, cite: "an example" }
  - { path: observed, cite: "an example" }
assumptions:
  - { path: tiers.gateway, range: [], why: "a small host, half loaded by its sessions" }
  - { path: tiers.gateway.hosts, range: [2, 8], why: "a pod of two thousand sessions" }
  - { path: products.chat.sessions, range: [1000, 10000], why: "large enough for a storm" }
  - { path: clients.current, range: [], why: "usual defaults of client libraries" }
  - { path: variants, range: [], why: "what to try" }
`;

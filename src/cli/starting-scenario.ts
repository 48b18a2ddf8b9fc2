/**
 * What `sim init` writes: a small scenario that runs as it is, shows a storm
 * that does not end by itself and two variants that do better, and explains in
 * its comments what each block is for. Whatever its story claims is among its
 * expectations.
 */

/** The file that its first line names, beside it. */
export const schemaFileName = 'scenario.schema.json';

export const startingScenario = `# yaml-language-server: $schema=./${schemaFileName}
#
# A scenario for sim: a fleet of long-lived sessions, what happens to it, and what you expect.
#
#   sim validate FILE         finds mistakes, with line and column
#   sim explain FILE          shows every field with its value, default, unit and meaning
#   sim run FILE              replays it: what happened, when, and charts
#   sim run FILE --variant full-jitter
#   sim run FILE --set clients.current.backoff.delay=5s
#   sim compare FILE          runs all variants on the same luck: which is better, by how much, how sure
#   sim check FILE            whether everything under \`expect\` holds: for CI
#
# The first line tells editors where the format's schema is, so that they complete and explain: in VS
# Code with the YAML extension (redhat.vscode-yaml), in others by their own settings. \`sim init\` writes
# that file too; after an update of sim, \`sim schema > ${schemaFileName}\` writes it anew.
#
# Durations have units ("250ms", "10s", "1h30m"), rates too ("70/s", "2/h"). Times of day are clock
# times of the scenario's day. Everything in a list has a name, and paths use these names.
format: 1
name: my-scenario
title: One pod rebooted at peak, clients retry every second
story: >
  All four hosts of one pod are rebooted at peak, and its 2,000 sessions drop in one moment. Their
  clients try again every second, so the first host that is back meets all of them: it works for
  clients that have stopped waiting, fails its liveness probes, is killed, and drops whom it had; so do
  those after it. Two minutes after the reboot nothing is left of it, and yet the pod never
  recovers, while the other one notices nothing. Two things end it. Clients that back off, with full
  jitter up to five minutes, are all back within a quarter of an hour of the same reboot, and hardly a
  host is killed. Three times the hosts are quicker still, but they cost three times as much, and the
  clients storm them all the same.

# The day that is replayed. UTC, unless you add: timezone: Europe/Berlin
# An outage counts as a collapse if it sustains itself for 15 minutes (metastableAfter) after its trigger, so
# let the clock run for longer than that after the last action.
clock: { date: 2026-03-02, from: "09:00", to: "09:35" }

# Isolated copies of the service, each with its share of the sessions: p1, p2, …
pods: 2

# The stages on an attempt's way, in this order. scope: pod (each pod has its own hosts) or shared.
tiers:
  - name: gateway
    scope: pod
    hosts: 4                              # per pod
    parallelism: 2                        # attempts that a host serves at once
    serviceTime: { exponential: 60ms }    # on a host that has nothing else to do
    sessionsAtFullLoad: 1000              # so many connected sessions alone would use the whole host
    queue: { discipline: fifo, limit: none }
    balancing: round-robin
    boot: { uniform: [60s, 90s] }
    warmUp: { factor: 2, for: 60s }       # a host that has just come back is slower
    # How a host answers what is not a connect. aside: between connects, as an event loop does, however many wait;
    # in-queue: by the same workers, behind those that wait. Find out of your own: it decides who drops, and who is killed.
    keepalives: aside
    liveness: { every: 10s, timeout: 8s, failures: 3, answered: in-queue }   # a host that does not answer is killed
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
    title: the hosts of pod 1 rebooted
    at: "09:10"
    action: reboot
    target: { tier: gateway, pods: [1] }
    order: all-at-once

# What was seen on the day, to be compared with the replay.
observed:
  - { name: noticed, at: "09:11", says: the first pod is impacted, expect: "impactedPods == 1", means: has-begun, tolerance: 1m }

# The same day with something changed. Everything else, luck included, stays the same.
variants:
  - name: full-jitter
    title: The client backs off with full jitter, up to five minutes
    set: { clients.current.backoff: { policy: full-jitter, base: 1s, cap: 5m } }
  - name: more-hosts
    title: Three times the hosts
    set: { tiers.gateway.hosts: 12 }

# What must hold, here all that the story claims; METRIC@VARIANT is of a variant. See: sim list metric
expect:
  - "drops.reboot == 2000"
  - "abandonedWorkFraction > 0.3"
  - "hostDeaths.liveness > 5 * hostReboots"
  - "drops.killed > drops.reboot"
  - "triggerEnded < 09:12"
  - "collapse == 1"
  - "timeToRecover > 20m"
  - "spreadPods == 0"
  - "peakDisconnectedFraction.p2 == 0"
  - "collapse@full-jitter == 0"
  - "timeToRecover@full-jitter < 15m"
  - "hostDeaths@full-jitter < hostReboots@full-jitter"
  - "sessionMinutesLost@full-jitter < 0.25 * sessionMinutesLost"
  - "collapse@more-hosts == 0"
  - "timeToRecover@more-hosts < timeToRecover@full-jitter"
  - "hostHours@more-hosts == 3 * hostHours"
  - "retryAmplification@more-hosts > 2 * retryAmplification@full-jitter"

# Where each number comes from: published or measured (sources), or assumed, with a range and a reason.
# A row speaks for everything below its path. To see what is missing: sim validate FILE --sources
sources:
  - { path: clock, cite: "an example" }
  - { path: timeline, cite: "an example" }
  - { path: observed, cite: "an example" }
assumptions:
  - { path: tiers.gateway, range: [], why: "a small host, half loaded by its sessions" }
  - { path: tiers.gateway.hosts, range: [2, 12], why: "a pod of two thousand sessions" }
  - { path: products.chat.sessions, range: [1000, 10000], why: "large enough for a storm" }
  - { path: clients.current, range: [], why: "usual defaults of client libraries" }
  - { path: variants, range: [], why: "what to try" }
`;

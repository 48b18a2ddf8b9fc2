/**
 * The words of this program and of its field, each explained once: `sim list
 * word` and the glossary page are made from here. A word is what the code, the
 * scenario's keys, the tables and the axes call the idea. To add one, write its
 * entry; spaces are hyphens. Policies, metrics and actions explain themselves in
 * their own registries and are here only where the literature knows the idea by
 * that name.
 */

export interface GlossaryEntry {
  readonly help: string;
  /** where the word comes from, if it is not ours or everybody's */
  readonly source?: string;
  /** other entries that belong to it */
  readonly see?: readonly string[];
}

const AWS_JITTER = 'Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015';
const METASTABLE = 'Bronson, Aghayev, Charapko, Zhu: Metastable Failures in Distributed Systems, HotOS 2021';

/** What there is: the fleet, and who uses it. */
const fleetWords: Readonly<Record<string, GlossaryEntry>> = {
  product: { help: 'a kind of session with its own costs: chat, messaging' },
  session: {
    help: "a person's long-lived connection. At any moment it is connected, unaware, waiting, connecting, has given up, or is gone",
    see: ['disconnected'],
  },
  disconnected: {
    help: 'unaware, waiting, connecting or given up: everybody who should be connected and is not',
    see: ['unaware', 'orbit'],
  },
  unaware: { help: 'its host died or its network was lost, and its client has not noticed yet', see: ['keepalive'] },
  orbit: {
    help: 'all sessions that wait between two attempts; in the program they are *waiting*',
    source: 'retrial queues',
  },
  arrival: { help: 'a session that comes for the first time; not one that reconnects' },
  pod: {
    help: "an isolated copy of the service with its share of the customers, whose sessions never go to another pod's hosts: a cell, a shard, a stack. It is not Kubernetes' pod, which here is a host",
    see: ['host', 'tier'],
  },
  tier: { help: "a stage on an attempt's way; each pod has its own hosts of it, or all pods share one set" },
  host: {
    help: 'one server of a tier: a machine, a container, a process, a Kubernetes pod; whatever is started, probed and killed as one',
    see: ['pod'],
  },
  balancer: { help: 'what picks the host for an attempt; each pod has one for each tier of its own' },
  'background-load': {
    help: 'u: the share of a host that its connected sessions use up by themselves, connected / `sessionsAtFullLoad`. A connect begun at u takes 1/(1 − u) times as long',
    see: ['stalled'],
  },
  preset: { help: 'the defaults of a real client library or balancer, under its name' },
};

/** What happens to a session and its attempts. */
const attemptWords: Readonly<Record<string, GlossaryEntry>> = {
  attempt: {
    help: 'one try to connect, the first one included. It ends as connected, timedOut, rejected, reset, cancelled or, when the run ends first, open',
  },
  drop: {
    help: 'a connected session loses its connection, for a named cause; its time is that of the loss, not of the notice',
    see: ['loss'],
  },
  loss: { help: 'what a drop belongs to: an action, or the death of a host', see: ['reproduction'] },
  keepalive: { help: 'the question by which a client finds out whether its host is still there' },
  lease: {
    help: 'a keepalive between a session and its host in a shared tier: the way by which trouble in one pod reaches all',
  },
  backoff: {
    help: 'how long a client waits before it tries again, as a function of how often it has failed',
    see: ['jitter', 'cap'],
  },
  base: { help: "a backoff's first delay, before any doubling" },
  cap: {
    help: 'the longest delay that a backoff comes to; in a long outage it decides how much the clients ask for',
    see: ['offered-load'],
  },
  jitter: { help: 'the random part of a delay, which keeps clients from coming back in step', source: AWS_JITTER },
  'full-jitter': { help: 'any delay between nothing and the exponential one', source: AWS_JITTER },
  'equal-jitter': { help: 'half of the exponential delay for certain, the other half by luck', source: AWS_JITTER },
  'decorrelated-jitter': { help: 'any delay between the base and three times the one before', source: AWS_JITTER },
  'retry-budget': { help: 'a client makes retries only as a share of what lately succeeded' },
  'circuit-breaker': { help: 'a client stops trying for a while after failures in a row' },
  'stale-registration': {
    help: 'what a killed host leaves behind: its sessions are still signed in somewhere, so that their next attempt does its full work and is then rejected',
  },
  'retry-amplification': { help: 'attempts for each arrival or drop; 1 where everybody connects at the first try' },
};

/** How a host serves, refuses, and is found dead. */
const servingWords: Readonly<Record<string, GlossaryEntry>> = {
  goodput: { help: 'attempts per second that end connected, as opposed to all that are worked on' },
  'abandoned-work': {
    help: 'what is done for a client that has stopped waiting: it costs capacity and connects nobody',
  },
  shed: { help: 'a server or balancer refuses work to protect itself', see: ['admission'] },
  admission: { help: 'the rule by which an attempt is let in at all: a token bucket, a limit on what is under way' },
  stalled: {
    help: 'a host that does not get to its work in time: it is paused, its sessions alone use it up, or what it would serve next has waited too long. What is answered in the queue fails then',
  },
  'liveness-probe': {
    help: 'a question from the platform; a host that fails some of them in a row is killed and boots again',
    see: ['domino'],
  },
  'readiness-probe': {
    help: 'a question from the platform; a host that fails some of them in a row gets no new attempts until it answers again. Its sessions stay',
  },
  ejection: {
    help: 'a balancer takes out a host at which attempts fail, for a while; elsewhere called outlier detection',
  },
  'slow-start': { help: 'a balancer gives less than its turn to a host that has just come back' },
  'warm-up': { help: 'a host that has just booted is slower for a while' },
  'crash-loop': { help: 'a host comes back, meets the crowd, fails its probes, is killed, and comes back' },
};

/** What an outage is made of. */
const outageWords: Readonly<Record<string, GlossaryEntry>> = {
  trigger: {
    help: 'what starts an overload: a reboot, a crash, a burst of arrivals',
    source: METASTABLE,
    see: ['sustaining-effect'],
  },
  'sustaining-effect': {
    help: 'what keeps an overload going when its trigger is gone: retries, work for nobody, hosts that are killed for being slow',
    source: METASTABLE,
  },
  metastable: {
    help: 'an overload that sustains itself. Measured: over the last `metastableAfter` (15 minutes) before somebody did something about it, before it turned all the same, or before the run ended, always after the last action of the timeline, the impacted pods got back fewer than half of the sessions that they could have, who tried or as many as their hosts could serve, whichever is less; and it got no better: neither the disconnected nor a backlog of work for nobody fell by a tenth. Clients that come late by their own delays, and hosts that serve all they can, sustain no outage, however long it takes',
    source: METASTABLE,
    see: ['collapse', 'outlives-trigger', 'goodput'],
  },
  'outlives-trigger': {
    help: 'an episode is unresolved `metastableAfter` (15 minutes) after its trigger was over, in whatever order its sessions come back. One that nothing triggered outlives nothing',
    see: ['metastable'],
  },
  'never-back': {
    help: 'a session that dropped, or began the run disconnected, and had not come back when it ended. Among times to reconnect it counts as away for longer than all others',
    see: ['censored'],
  },
  collapse: {
    help: 'some episode of the run was metastable. It has no value where the run ended too soon to tell',
    see: ['undecided'],
  },
  undecided: { help: 'what the run ended too soon, or the replications are too few, to say; never a pass' },
  impacted: { help: 'a pod of which more than 5 % of the sessions are disconnected' },
  episode: {
    help: 'an outage: from the first impacted pod until no pod was impacted, and hardly anybody disconnected, for five minutes',
  },
  'session-minute': { help: "one session disconnected for one minute; their sum is the outage's size" },
  'thundering-herd': { help: 'many who wait for the same moment and come all at once' },
  'reconnect-storm': { help: 'a herd that comes again and again, because most of its attempts fail' },
  domino: {
    help: 'overload, failed probes, a host is killed, its sessions join the storm, the next host is overloaded',
  },
  'offered-load': {
    help: 'what clients ask for. In a storm N clients with a mean delay d, who wait for an answer for t, ask for N / (d + t) connects per second; if the hosts serve less, the storm does not end by itself',
    see: ['abandoned-work'],
  },
  reproduction: {
    help: "what a drop or a failed attempt leads to in turn; above 1 an outage grows, as an epidemic does, and at 1 it keeps itself up. The metric counts drops per drop of an action; a report's curve, losses per loss over five minutes: drops, and attempts that fail",
    source: 'epidemiology',
  },
  responder: {
    help: 'people as part of the model: a condition that lasts, then a page, engaging, a diagnosis, and what they do',
  },
};

/** How runs are compared and judged. */
const evidenceWords: Readonly<Record<string, GlossaryEntry>> = {
  seed: { help: 'the text from which all luck of a run is drawn; the same scenario and seed give the same bytes' },
  variant: { help: 'the scenario with some values changed; `baseline` is the file as it stands' },
  replication: {
    help: 'one run of many with different seeds; replication 3 of the seed `storm` has the seed `storm/3`',
  },
  'common-random-numbers': {
    help: 'the same luck in every variant: the same session draws the same jitter, service times and lifetime, so that a difference is due to the change',
    source: 'simulation',
  },
  'paired-difference': {
    help: 'the difference between two variants within each replication, before any averaging',
    see: ['common-random-numbers'],
  },
  fingerprint: {
    help: 'a hash over what happened in a run and when: two runs with the same one did the same things at the same times',
  },
  expectation: { help: 'what must come out of a scenario, as an expression like `collapse == 0`' },
  'observed-row': { help: 'what was seen in reality, and when, to be held against the replay' },
  predicted: {
    help: 'an observed row for which nobody wrote an action near its time into the scenario; otherwise it is *scripted*',
  },
  gauge: { help: 'a live figure of the fleet, which has a value at each instant' },
  censored: {
    help: 'a time that had not ended when the run did: longer than, never equal',
    source: 'survival analysis',
  },
  'closed-form': { help: 'an exact formula of queueing theory, which the program must meet' },
  'wilson-interval': {
    help: 'the interval of a probability that was counted in n runs; it is right near 0 and 1 as well',
  },
  'bootstrap-interval': { help: 'the interval of a mean or a median, found by drawing the runs anew many times' },
};

export const glossary: Readonly<Record<string, GlossaryEntry>> = {
  ...fleetWords,
  ...attemptWords,
  ...servingWords,
  ...outageWords,
  ...evidenceWords,
};

/** A word as people write it. */
export function spokenWord(name: string): string {
  return name.replaceAll('-', ' ');
}

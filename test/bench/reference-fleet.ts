/**
 * The fleet of the reference storm: sessions in records of half a cache line and
 * columns, hosts, and who is where at the start. What happens to it is
 * reference-storm.ts.
 */
import { createDistribution, type Distribution } from '../../src/engine/distributions.ts';
import { inOrderOfNames, OwnerKeys, Stream } from '../../src/engine/luck.ts';
import { alignedRecords } from '../../src/engine/storage.ts';
import { shareOut } from '../../src/model/people/population.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import type { Backoff } from '../../src/policies/backoff-delay.ts';
import { createPolicy } from '../../src/policies/parameters.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { ReferenceHost } from './reference-parts.ts';

/** A session's record: two doubles (when it tries next, when its open attempt times out), three words, four bytes. */
export const DOUBLES = 4;
export const DEADLINE = 1;
export const WORDS = 8;
export const SERIAL = 4;
/** attempts ever, and since its counter was reset */
export const NUMBER = 5;
export const ATTEMPT = 6;
export const BYTES = 32;
export const STATE = 28;
export const POD = 29;
export const VERSION = 30;

/** What is asked of a tier's hosts every so often, by keepalive or lease. */
export interface Watch {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly luck: Stream;
  /** by session: the pending end of a question, 0 none, and when that was due */
  readonly endsMs: Float64Array;
  readonly dueMs: Float64Array;
}

export class ReferenceFleet {
  readonly networkMs: number;
  readonly timeoutMs: number;
  readonly scenario: Scenario;
  readonly backoffLuck: Stream;
  readonly serviceLuck: Stream;
  readonly bootLuck: Stream;
  readonly flapLuck: Stream;
  readonly probeLuck: Stream;
  readonly adoptionLuck: Stream;
  readonly backoffs: readonly Backoff[];
  readonly serviceTimes: readonly Distribution[];
  readonly boot: Distribution;
  readonly liveness: { everyMs: number; timeoutMs: number; failures: number };
  readonly sessionCount: number;
  readonly records: Float64Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly connectedMs: Float64Array;
  readonly staleUntilMs: Float64Array;
  readonly flapMs: Float64Array;
  readonly flapsPerSec: Float64Array;
  /** by tier: whose host a session is on, and its neighbours there */
  readonly hostOf: readonly Int32Array[];
  readonly next: readonly Int32Array[];
  readonly previous: readonly Int32Array[];
  readonly watches: readonly Watch[];
  readonly hosts: ReferenceHost[] = [];
  /** by pod the hosts that live; last, those of the shared tier */
  readonly pools: ReferenceHost[][];
  readonly lastPicked: Int32Array;

  constructor(scenario: Scenario, seed: string) {
    this.scenario = scenario;
    this.networkMs = scenario.networkDelayMs;
    const [front, back] = scenario.tiers;
    const [{ connectTimeout, keepalive }] = scenario.clients;
    if (front.liveness === null || back.lease === null || connectTimeout.open === null || keepalive === null)
      throw new Error(`${scenario.name} is no scenario that this reference replays`);
    this.timeoutMs = createDistribution(connectTimeout.open).meanMs;
    const stream = (purpose: string): Stream => new Stream(seed, purpose);
    this.backoffLuck = stream('backoff');
    this.serviceLuck = stream('service');
    this.bootLuck = stream('boot');
    this.flapLuck = stream('ambient');
    this.probeLuck = stream('liveness phase');
    this.adoptionLuck = stream('adoption deploy-fix');
    this.backoffs = scenario.clients.map(({ backoff }) => createPolicy(backoffs, backoff));
    this.serviceTimes = scenario.tiers.map(({ serviceTime }) => createDistribution(serviceTime));
    this.boot = createDistribution(front.boot);
    this.liveness = front.liveness;
    const count = scenario.products.reduce((sum, { sessions }) => sum + sessions, 0);
    const { words, doubles } = alignedRecords(count * WORDS);
    this.sessionCount = count;
    this.records = doubles;
    this.words = words;
    this.bytes = new Uint8Array(words.buffer, words.byteOffset, count * BYTES);
    const column = (): Float64Array => new Float64Array(count);
    this.connectedMs = column();
    this.staleUntilMs = column();
    this.flapMs = column();
    this.flapsPerSec = column();
    const links = (): Int32Array[] => [new Int32Array(count).fill(-1), new Int32Array(count).fill(-1)];
    [this.hostOf, this.next, this.previous] = [links(), links(), links()];
    this.watches = [
      { ...keepalive, luck: stream('keepalive phase'), endsMs: column(), dueMs: column() },
      { ...back.lease, luck: stream('lease phase'), endsMs: column(), dueMs: column() },
    ];
    this.openHosts();
    this.pools = scenario.pods.map((_, pod) => this.hosts.filter((host) => host.pod === pod));
    this.pools.push(this.hosts.filter(({ tier }) => tier === 1));
    this.lastPicked = new Int32Array(this.pools.length).fill(-1);
  }

  private openHosts(): void {
    let firstSlot = 0;
    for (const [tier, { hosts, parallelism, sessionsAtFullLoad }] of this.scenario.tiers.entries()) {
      const pods = tier === 0 ? this.scenario.pods.map((_, pod) => pod) : [-1];
      for (const pod of pods)
        for (let number = 0; number < hosts; number++, firstSlot += parallelism) {
          const place = { index: this.hosts.length, tier, pod, number };
          this.hosts.push(new ReferenceHost(place, { slots: parallelism, firstSlot, fullLoad: sessionsAtFullLoad }));
        }
    }
  }

  /** The sessions of the start, each pod's going round the hosts of each tier. */
  eachAtStart(seed: string, visit: (session: number, front: ReferenceHost, back: ReferenceHost) => void): void {
    const { products, pods } = this.scenario;
    const shared = this.pools[pods.length];
    const turns = pods.map((_, pod) => pod);
    let session = 0;
    for (const index of inOrderOfNames(products)) {
      const product = products[index];
      const left = shareOut(product.sessions, pods);
      const serials = new OwnerKeys(seed, `initial sessions of ${product.name}`);
      for (let n = 0, pod = 0; n < product.sessions; n++, session++, pod = (pod + 1) % pods.length) {
        while (left[pod] === 0) pod = (pod + 1) % pods.length;
        left[pod]--;
        this.words[session * WORDS + SERIAL] = serials.next();
        this.bytes[session * BYTES + POD] = pod;
        this.flapsPerSec[session] = product.ambientDropsPerSec;
        this.connectedMs[session] = -1;
        const turn = turns[pod]++;
        visit(session, this.pools[pod][turn % this.pools[pod].length], shared[turn % shared.length]);
      }
    }
  }

  serial(session: number): number {
    return this.words[session * WORDS + SERIAL];
  }
}

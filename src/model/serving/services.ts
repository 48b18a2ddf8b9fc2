/**
 * Services under way: when each ends. On a host without contention that is
 * known when it begins, and each has its event. With contention it depends on
 * who else is served meanwhile, so that a host has a clock of the work that each
 * of its services has got, which goes the slower the more there are: a service
 * ends when that clock has come so far, and only the next end has an event. On a
 * paused host services stand still, and go on where they were.
 */
import { impossible } from '../../engine/simulation-error.ts';
import type { HandlerId } from '../../engine/engine.ts';
import type { ReadAhead } from '../../engine/foresight.ts';
import { Phase } from '../state/attempts.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { SharedWork } from './shared-work.ts';

/** In the place of an event's number: the service is one of those that share their host. */
const SHARED = -1;

export class Services {
  private readonly fleet: Fleet;
  private readonly whenOver: (attempt: number) => void;
  private readonly serviceEnds: HandlerId;
  private readonly sharedServiceEnds: HandlerId;
  /** of the services that stand still on hosts without contention: when they would have ended */
  private readonly endsMs = new Map<number, number>();
  /** by host, where services contend */
  private readonly shared: (SharedWork | undefined)[] = [];

  /** `reads` is what the end of a service reads of an attempt. */
  constructor(fleet: Fleet, whenOver: (attempt: number) => void, reads: ReadAhead) {
    this.fleet = fleet;
    this.whenOver = whenOver;
    this.serviceEnds = fleet.engine.register('service ends', whenOver, { reads: fleet.foresees ? reads : null });
    this.sharedServiceEnds = fleet.engine.register('shared service ends', (host) => this.onSharedEnd(host));
  }

  /** A service begins that would take so long if the host served nobody else. */
  begin(attempt: number, host: Host, workMs: number): void {
    const { attempts, engine } = this.fleet;
    if (host.rules.contention === null) {
      attempts.setServiceEvent(attempt, engine.schedule(engine.nowMs + workMs, this.serviceEnds, attempt));
      return;
    }
    const work = (this.shared[host.index] ??= new SharedWork(host.rules.contention));
    attempts.setServiceEvent(attempt, SHARED);
    work.add(engine.nowMs, attempt, workMs);
    this.scheduleShared(host, work);
  }

  /** The host loses all that it serves, which is among these that it has open. */
  clear(host: Host, open: Int32Array): void {
    const { attempts, engine } = this.fleet;
    const work = this.shared[host.index];
    if (work !== undefined) {
      if (work.event !== 0) engine.cancel(work.event, host.index);
      work.clear();
    }
    for (const attempt of open) {
      if (!this.isServed(attempt, host)) continue;
      const event = attempts.serviceEvent(attempt);
      if (event === 0) this.endsMs.delete(attempt);
      else if (event !== SHARED) engine.cancel(event, attempt);
    }
  }

  /** A pause stops the clock of the host's services. */
  suspend(host: Host): void {
    const { attempts, engine, recorder } = this.fleet;
    const work = this.shared[host.index];
    if (work !== undefined) {
      work.stop(engine.nowMs);
      this.scheduleShared(host, work);
    }
    this.eachInService(host, (attempt) => {
      recorder?.servicePaused(engine.nowMs, host.tier, attempts.session(attempt) < 0);
      const event = attempts.serviceEvent(attempt);
      if (event !== SHARED) {
        this.endsMs.set(attempt, engine.timeOf(event));
        engine.cancel(event, attempt);
      }
      attempts.setServiceEvent(attempt, 0);
    });
  }

  /** After a pause of so long they go on. */
  resume(host: Host, pausedMs: number): void {
    const { attempts, engine, recorder } = this.fleet;
    const work = this.shared[host.index];
    this.eachInService(host, (attempt) => {
      recorder?.serviceResumed(engine.nowMs, host.tier, attempts.session(attempt) < 0);
      const endsMs = this.endsMs.get(attempt);
      this.endsMs.delete(attempt);
      attempts.setServiceEvent(
        attempt,
        endsMs === undefined
          ? SHARED
          : engine.schedule(Math.max(engine.nowMs, endsMs + pausedMs), this.serviceEnds, attempt),
      );
    });
    if (work === undefined) return;
    work.goOn(engine.nowMs);
    this.scheduleShared(host, work);
  }

  private onSharedEnd(index: number): void {
    const { engine, hosts } = this.fleet;
    const work = this.shared[index] ?? impossible(`${hosts[index].label} ends a service that shares nothing`);
    work.event = 0;
    const attempt = work.takeNext(engine.nowMs);
    this.scheduleShared(hosts[index], work);
    this.whenOver(attempt);
  }

  /** The host's next end may be another one, or at another time. */
  private scheduleShared(host: Host, work: SharedWork): void {
    const { engine } = this.fleet;
    if (work.event !== 0) engine.cancel(work.event, host.index);
    const atMs = work.nextEndMs();
    work.event =
      atMs === Infinity ? 0 : engine.schedule(Math.max(engine.nowMs, atMs), this.sharedServiceEnds, host.index);
  }

  private eachInService(host: Host, visit: (attempt: number) => void): void {
    const { attempts } = this.fleet;
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a)) if (this.isServed(a, host)) visit(a);
  }

  private isServed(attempt: number, { tier }: Host): boolean {
    const { attempts } = this.fleet;
    return attempts.tier(attempt) === tier && attempts.phase(attempt) === Phase.serving;
  }
}

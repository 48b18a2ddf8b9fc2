/**
 * Pages that hold several sessions: one person's, who has one network, one
 * version of the client, one lifetime, and one button to load the page again.
 * A page's sessions are linked in a ring of slots; what belongs to the page is
 * keyed by the serial number of its first one. They come and go together.
 */
import { larger } from '../../engine/storage.ts';
import type { Sessions } from './sessions.ts';

export class Pages {
  private readonly roster: Sessions;
  private next = new Int32Array(0);
  private first = new Int32Array(0);

  constructor(roster: Sessions) {
    this.roster = roster;
  }

  /** A session that was just admitted is of the same page as `first`; of a page of its own if that is itself. */
  join(session: number, first: number): void {
    if (session >= this.next.length) {
      this.next = larger(this.next, new Int32Array(this.roster.capacity));
      this.first = larger(this.first, new Int32Array(this.roster.capacity));
    }
    this.first[session] = first;
    if (session === first) {
      this.next[session] = first;
      return;
    }
    let last = first;
    while (this.next[last] !== first) last = this.next[last];
    this.next[last] = session;
    this.next[session] = first;
  }

  /** The slot of the first session of its page. */
  firstOf(session: number): number {
    return this.first[session];
  }

  /** All sessions of its page, the first one first. */
  sessionsOf(session: number): number[] {
    const first = this.first[session];
    const all = [first];
    for (let other = this.next[first]; other !== first; other = this.next[other]) all.push(other);
    return all;
  }
}

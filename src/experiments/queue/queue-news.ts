/**
 * What whoever uses a queue hears of it. A file of its own, since programs that
 * use the library have these types without the packages that talk to a queue.
 */

/** What is said of a queue while it is used. */
export type QueueNews =
  | { readonly is: 'lost' }
  | { readonly is: 'back' }
  /** the server, or BullMQ, did not do something; it is tried again */
  | { readonly is: 'trouble'; readonly says: string }
  /** a job that was not one of ours, or could not be run here */
  | { readonly is: 'refused'; readonly says: string }
  /** workers of this program that could take runs, and of other builds */
  | { readonly is: 'workers'; readonly able: number; readonly others: readonly string[] };

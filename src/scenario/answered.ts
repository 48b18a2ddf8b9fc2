/** How a host answers what is not an attempt: keepalives, leases, probes. The words are those of a file. */
export const ANSWERED = ['in-queue', 'aside', 'own-lane'] as const;
export type Answered = (typeof ANSWERED)[number];

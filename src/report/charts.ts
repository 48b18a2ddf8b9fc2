/**
 * The registry of charts. To add one: write its headline and picture in `charts/`, and add its entry here;
 * runs draw it and the list of charts names it from then on.
 */
import type { ChartData } from './chart-data.ts';
import { attemptsHeadline, attemptsPicture } from './charts/attempts.ts';
import { disconnectedHeadline, disconnectedPicture } from './charts/disconnected.ts';
import { hostStatesHeadline, hostStatesPicture } from './charts/host-states.ts';
import { queueWaitHeadline, queueWaitPicture } from './charts/queue-wait.ts';
import type { Picture } from './picture.ts';

export interface ChartEntry {
  readonly name: string;
  readonly help: string;
  readonly fileName: string;
  /** A sentence that says what the picture shows happening: its title. */
  readonly headline: (data: ChartData) => string;
  readonly picture: (data: ChartData) => Picture;
}

export const charts: readonly ChartEntry[] = [
  {
    name: 'disconnected',
    help: 'Share of the sessions that are disconnected, by pod and in all pods',
    fileName: 'disconnected.png',
    headline: disconnectedHeadline,
    picture: disconnectedPicture,
  },
  {
    name: 'attempts',
    help: 'Attempts per second by how they end, stacked',
    fileName: 'attempts.png',
    headline: attemptsHeadline,
    picture: attemptsPicture,
  },
  {
    name: 'host-states',
    help: 'Each host over time: up, warming, rebooting, down and so on',
    fileName: 'host-states.png',
    headline: hostStatesHeadline,
    picture: hostStatesPicture,
  },
  {
    name: 'queue-wait',
    help: 'How long attempts waited in each tier before their service began, mean and 95th percentile',
    fileName: 'queue-wait.png',
    headline: queueWaitHeadline,
    picture: queueWaitPicture,
  },
];

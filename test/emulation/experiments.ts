/**
 * The experiments, by name. `small` is for the tests; the others last about a minute each, and
 * differ from each other in what decides: what a library does, how a server works, who probes.
 * `npm run emulate -- NAME` makes the record of one.
 */
import type { Experiment } from './experiment.ts';

export const experiments: Readonly<Record<string, Experiment>> = {
  small: {
    title: 'One of two hosts is killed; sixty clients, for a few seconds',
    library: 'reconnecting-websocket',
    options: { minReconnectionDelay: 400, maxReconnectionDelay: 1000, connectionTimeout: 1000, minUptime: 200 },
    clients: 60,
    clientProcesses: 1,
    hosts: 2,
    server: { workers: 1, serviceMs: 40, service: 'exponential', work: 'aside' },
    bootMs: 1500,
    kills: [{ atMs: 500, hosts: [1] }],
    durationMs: 4000,
  },
};

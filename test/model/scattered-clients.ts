/** Random scenarios whose clients' attempts hardly ever come at one instant, for comparisons of runs that promise no order among those that do. */

/** Backoffs whose delays, from the second attempt on, are never the same for two sessions. */
const scattered = new Set(['full-jitter', 'fixed', 'reconnecting-websocket', 'grpc-js']);

/** Without jitter many attempts arrive at one instant, and their order among themselves is not promised. */
export function withJitter(content: Record<string, unknown>): Record<string, unknown> {
  const clients = (content.clients as Record<string, unknown>[]).map((client) =>
    scattered.has((client.backoff as { policy?: string } | undefined)?.policy ?? String(client.backoff))
      ? client
      : { ...client, backoff: { policy: 'full-jitter', base: '200ms', cap: '3s' } },
  );
  return { ...content, clients };
}

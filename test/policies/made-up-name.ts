/**
 * Names for entries that a test puts into a registry itself, so that it never stands in the way of somebody who adds
 * one of that name: contract.test.ts refuses this prefix to all that is registered.
 */
export const MADE_UP = 'made-up-';

export function madeUpName(name: string): string {
  return `${MADE_UP}${name}`;
}

/** What the program's exit codes mean. */
export const exitCodes = {
  good: 0,
  bug: 1,
  usage: 2,
  /** an expectation or a baseline */ failed: 99,
  interrupted: 130,
} as const;

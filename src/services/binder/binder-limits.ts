import type { Limits } from '../../rpc/index';

/**
 * Between binders and those who use them a peer that has vanished is found after 4 to 6 s, not
 * after 40: what a binder says is only worth something while it is true.
 */
export const BINDER_LIMITS: Partial<Limits> = {
  pingEveryMs: 2_000,
  pingAnswerMsMax: 2_000,
  pingIntervalMsMin: 1_000,
};

import type { Connection } from '../connection';
import type { Environment } from '../environment';
import type { Subchannel } from './subchannel';

/**
 * Which of several servers takes the next call.
 * `round-robin`: each in turn. `least-loaded`: of two at random the one with fewer calls of ours in
 * progress, which finds slow servers without a look at all of them (Mitzenmacher, "The power of two
 * choices", 2001).
 */
export type Balance = 'round-robin' | 'least-loaded';

/** The servers of a channel, and where its next call goes. */
export class Balancer {
  /** Where the next call is tried first. */
  private turn = 0;

  constructor(
    private readonly balance: Balance,
    private readonly environment: Pick<Environment, 'random'>,
  ) {}

  /**
   * A connection that has room. An address without one is tried on the way, or a server that comes
   * back would get no calls as long as the others have room.
   */
  pick(subchannels: readonly Subchannel[], mayConnect: boolean): Connection | undefined {
    if (this.balance === 'least-loaded' && subchannels.length > 2) {
      const found = this.pickOfTwo(subchannels, mayConnect);
      if (found !== undefined) return found;
    }
    return this.pickInTurn(subchannels, mayConnect);
  }

  private pickInTurn(
    subchannels: readonly Subchannel[],
    mayConnect: boolean,
  ): Connection | undefined {
    const count = subchannels.length;
    for (let i = 0; i < count; i++) {
      const at = (this.turn + i) % count;
      const subchannel = subchannels[at];
      if (subchannel?.hasRoom === true) {
        this.turn = at + 1;
        return this.betterOfNext(subchannels, at);
      }
      if (mayConnect) subchannel?.connect();
    }
    return undefined;
  }

  private pickOfTwo(
    subchannels: readonly Subchannel[],
    mayConnect: boolean,
  ): Connection | undefined {
    const count = subchannels.length;
    const first = Math.floor(this.environment.random() * count);
    // Another one, each of the rest as likely.
    const second = (first + 1 + Math.floor(this.environment.random() * (count - 1))) % count;
    const two = [subchannels[first], subchannels[second]];
    for (const one of two) if (one?.connection === undefined && mayConnect) one?.connect();
    return lessLoaded(two);
  }

  /** With two servers there is nothing to draw: the second choice is the other one. */
  private betterOfNext(subchannels: readonly Subchannel[], at: number): Connection | undefined {
    const chosen = subchannels[at];
    if (this.balance === 'round-robin') return chosen?.connection;
    return lessLoaded([chosen, subchannels[(at + 1) % subchannels.length]]);
  }
}

function lessLoaded(two: readonly (Subchannel | undefined)[]): Connection | undefined {
  let best: Connection | undefined;
  for (const subchannel of two) {
    if (subchannel?.hasRoom !== true) continue;
    const { connection } = subchannel;
    if (connection === undefined) continue;
    if (best === undefined || connection.streams.size < best.streams.size) best = connection;
  }
  return best;
}

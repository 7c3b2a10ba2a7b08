/** What the server bounds. The assignment promises 30 emissores and 40 exibidores; all fit. */
export interface HubLimits {
  /** MSGs sent to one exibidor that it has not answered; the next ones wait in its queue. */
  readonly unansweredMax: number;
  /** Messages that wait for one exibidor. */
  readonly waitingMax: number;
  /** Bytes that one client has left unread: beyond them it is sent nothing, and not listened to. */
  readonly unsentBytesMax: number;
  /** How long an exibidor may take to answer a MSG, and a client to read what it was sent. */
  readonly answerMs: number;
  /** How long a connection may take to identify itself, and to close after FLW. */
  readonly identifyMs: number;
  /** How long the end of a message may take to come after its beginning. */
  readonly messageMs: number;
}

export const HUB_LIMITS: HubLimits = {
  unansweredMax: 64,
  waitingMax: 256,
  unsentBytesMax: 65_536,
  answerMs: 30_000,
  identifyMs: 30_000,
  messageMs: 30_000,
};

/** Connections at a time: every identifier once, and as many that have not identified themselves. */
export const CONNECTIONS_MAX = 4_096;

/** Messages of one connection that are handled before the others have their turn. */
export const MESSAGES_PER_TURN = 16;

import { END_TEXT, EXIBIDOR_MIN, MessageType, SERVER_ID, type Message } from './message';

/** Whose request to end an exibidor obeys, besides the server's. */
export type Obedience = 'everybody' | ReadonlySet<number>;

/** The emissor that belongs to an exibidor: 1 to 1001. 1000 has none. */
export function emissorOf(exibidor: number): number {
  return exibidor - EXIBIDOR_MIN;
}

/**
 * Whether a message tells the exibidor to end. The server has checked that the origin is the
 * emissor that it claims to be.
 */
export function isRequestToEnd(message: Message, obedience: Obedience): boolean {
  return (
    message.type === MessageType.MSG &&
    message.text.toString() === END_TEXT &&
    (message.origin === SERVER_ID || obedience === 'everybody' || obedience.has(message.origin))
  );
}

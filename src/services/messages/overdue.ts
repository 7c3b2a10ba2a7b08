import type { HubLimits } from './limits';
import type { Session } from './session';

/** What a client has taken too long for, in Portuguese; undefined when nothing. */
export function overdue(
  session: Session,
  { answerMs, identifyMs, messageMs }: HubLimits,
  nowMs: number,
): string | undefined {
  const isOver = (sinceMs: number | undefined, limitMs: number): boolean =>
    sinceMs !== undefined && nowMs - sinceMs > limitMs;
  if (isOver(session.delivery?.unansweredSinceMs, answerMs)) return 'não respondeu OK a tempo';
  if (isOver(session.unreadSinceMs, answerMs)) return 'não lê o que recebe';
  if (isOver(session.midMessageSinceMs, messageMs)) return 'mensagem sem fim';
  if (isOver(session.anonymousSinceMs, identifyMs)) {
    return session.hasLeft ? 'não fechou a conexão depois de FLW' : 'não se identificou';
  }
  return undefined;
}

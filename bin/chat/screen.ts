import type { ChatSession } from '../../src/services/messages/chat-session';
import type { Kit } from './parts';
import { chatView } from './view';

const ENTER_SCREEN = '\x1b[?1049h\x1b[H';
const LEAVE_SCREEN = '\x1b[?1049l';
/** How often it is asked who is there. */
const WHO_MS = 5_000;

/**
 * The libraries of the screen. They are no dependency of the package: only this program needs them.
 * @throws Error with what to install
 */
export async function loadKit(): Promise<Kit> {
  // React says and checks less.
  process.env.NODE_ENV ??= 'production';
  try {
    const [ink, react] = await Promise.all([import('ink'), import('react')]);
    return { ink, react };
  } catch (cause) {
    throw new Error('chat precisa de dois pacotes: npm install ink@6 react@19', { cause });
  }
}

/** Show a chat until it ends, on a screen of its own: what was there before comes back. */
export async function showChat(kit: Kit, session: ChatSession): Promise<void> {
  process.stdout.write(ENTER_SCREEN);
  const screen = kit.ink.render(chatView(kit, session), { exitOnCtrlC: false });
  void session.refresh();
  const asking = setInterval(() => void session.refresh(), WHO_MS);
  try {
    await session.ended;
  } finally {
    clearInterval(asking);
    screen.unmount();
    await screen.waitUntilExit();
    process.stdout.write(LEAVE_SCREEN);
  }
}

import { AMOUNT_MAX } from '../amount';

/** `FioL`, in the file's header: `file wallets.db` tells it. */
export const APPLICATION_ID = 0x46_69_6f_4c;

/** Of the tables; a ledger of a later version is refused. 1 had a row for each outcome. */
export const SCHEMA_VERSION = 2;

const AMOUNT = `INTEGER NOT NULL CHECK (%s BETWEEN 0 AND ${AMOUNT_MAX})`;
const amount = (column: string): string => `${column} ${AMOUNT.replace('%s', column)}`;

/** What keyed calls were answered with: those of one transaction are a row. */
export const OUTCOME_BATCHES = `
CREATE TABLE outcome_batch (
  newest_ms INTEGER NOT NULL, -- the time of its newest key
  outcomes BLOB NOT NULL
) STRICT;
CREATE INDEX outcome_batch_by_time ON outcome_batch (newest_ms);
`;

/**
 * The tables. A rule that the code keeps is kept here once more: what a mistake would write, SQLite
 * refuses.
 */
export const SCHEMA = `
-- in the order in which they were given
CREATE TABLE wallet (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 20),
  ${amount('opening')},
  ${amount('balance')},
  newest INTEGER NOT NULL -- of its movements
) STRICT;

CREATE TABLE pending_order (
  number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND ${AMOUNT_MAX}),
  ${amount('value')}
) STRICT;

-- The journal: what each movement took from one account it gave another.
CREATE TABLE movement (
  sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
  at_ms INTEGER NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
  wallet INTEGER NOT NULL,
  order_number INTEGER NOT NULL CHECK ((order_number = 0) = (kind = 1)),
  ${amount('amount')},
  ${amount('balance')},
  previous INTEGER NOT NULL CHECK (previous BETWEEN 0 AND sequence - 1) -- of the same wallet
) STRICT;
CREATE TRIGGER movement_stays BEFORE UPDATE ON movement
  BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
CREATE TRIGGER movement_is_kept BEFORE DELETE ON movement
  BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;

${OUTCOME_BATCHES}
CREATE TABLE counter (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last_order INTEGER NOT NULL CHECK (last_order BETWEEN 0 AND ${AMOUNT_MAX}),
  outcomes INTEGER NOT NULL CHECK (outcomes >= 0), -- how many there are
  forgotten_ms INTEGER NOT NULL -- the time of the newest key that was forgotten
) STRICT;
INSERT INTO counter VALUES (1, 0, 0, 0);

PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

import { AMOUNT_MAX } from '../amount';

/** Of the tables; a ledger of another version is refused. */
export const SCHEMA_VERSION = 1;

const amount = (column: string): string =>
  `${column} bigint NOT NULL CHECK (${column} BETWEEN 0 AND ${AMOUNT_MAX})`;

/**
 * The tables, in the first schema of the search path. As in the file's (sqlite/schema.ts): a rule
 * that the code keeps is kept here once more.
 */
export const SCHEMA = `
CREATE TABLE wallet (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 20),
  ${amount('opening')},
  ${amount('balance')},
  newest bigint NOT NULL -- of its movements, which are numbered in each wallet
) WITH (fillfactor = 70);

CREATE TABLE pending_order (
  number bigint PRIMARY KEY CHECK (number BETWEEN 1 AND ${AMOUNT_MAX}),
  ${amount('value')}
);

CREATE TABLE movement (
  wallet bigint NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  at_ms bigint NOT NULL,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
  order_number bigint NOT NULL CHECK ((order_number = 0) = (kind = 1)),
  ${amount('amount')},
  ${amount('balance')},
  PRIMARY KEY (wallet, sequence)
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE 'the journal is only added to'; END $$;
CREATE TRIGGER movement_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON movement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE outcome (
  key bytea NOT NULL CHECK (length(key) = 16),
  caller text COLLATE "C" NOT NULL,
  service integer NOT NULL,
  method integer NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  outcome bytea NOT NULL,
  PRIMARY KEY (key, caller, service, method)
);

CREATE TABLE ledger (
  id integer PRIMARY KEY CHECK (id = 1),
  version integer NOT NULL,
  last_order bigint NOT NULL CHECK (last_order BETWEEN 0 AND ${AMOUNT_MAX}),
  forgotten_ms bigint NOT NULL -- the time of the newest key that was forgotten
);
INSERT INTO ledger VALUES (1, ${SCHEMA_VERSION}, 0, 0);
`;

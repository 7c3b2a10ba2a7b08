// Frames of the probe service (probe-service.ts) as hex() reads them; all on stream 1 unless said.

/** CALL of 7.1 (Echo), whole: text 'hi', empty blob, no numbers. */
export const ECHO_CALL =
  '00000014 00000001 02 05 0000 0007 0001  00000000 0000 00000002 6869 00000000 00000000';
/** The same on stream 3. */
export const ECHO_CALL_3 =
  '00000014 00000003 02 05 0000 0007 0001  00000000 0000 00000002 6869 00000000 00000000';
/** CALL of 7.2 (Hold), whole, an empty note: its handler does not end by itself. */
export const HOLD_CALL =
  '00000012 00000001 02 05 0000 0007 0002  00000000 0000 00000000 00000000 00000000';
/** CALL of 7.1 whose message is to follow as DATA. */
export const BEGUN_CALL = '00000006 00000001 02 00 0000 0007 0001  00000000 0000';
/** END with success and the note that ECHO_CALL has. */
export const ECHO_END =
  '00000010 00000001 04 04 0000 0007 0001  0000 00000002 6869 00000000 00000000';

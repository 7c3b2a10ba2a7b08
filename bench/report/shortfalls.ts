/**
 * Why a row may be short of its goal, and what was tried: shown when it is. By the names of rows.
 */
export const SHORTFALLS: Readonly<Record<string, string>> = {};

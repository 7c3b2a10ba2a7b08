/** What every object of JavaScript has, and what makes one a promise. */
const OBJECT_PROPERTIES: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  '__proto__',
  'then',
]);

const JAVASCRIPT_WORDS =
  'arguments await break case catch class const continue debugger default delete do else enum ' +
  'eval export extends false finally for function if implements import in instanceof interface ' +
  'let new null package private protected public return static super switch this throw true try ' +
  'typeof var void while with yield';
const TYPESCRIPT_TYPES = 'any bigint boolean never number object string symbol undefined unknown';
/** What a module cannot declare without hiding it from the code that surrounds every module. */
const MODULE_NAMES =
  'Infinity NaN Object Promise __dirname __filename exports globalThis module prototype require';
/** The generated functions' own names; f1, f2 and so on are theirs too. */
const LOCAL_NAMES =
  'count i init item key mark number oneofEnd oneofMark outerEnd reader value writer';

const TYPE_NAMES: ReadonlySet<string> = new Set(
  [JAVASCRIPT_WORDS, TYPESCRIPT_TYPES, MODULE_NAMES, LOCAL_NAMES].join(' ').split(' '),
);

/** Whether no field, oneof, method or enum value may be called this. */
export function isReservedProperty(name: string): boolean {
  return OBJECT_PROPERTIES.has(name);
}

/** Whether no message, enum or service may be called this. */
export function isReservedType(name: string): boolean {
  return OBJECT_PROPERTIES.has(name) || TYPE_NAMES.has(name) || /^f\d+$/.test(name);
}

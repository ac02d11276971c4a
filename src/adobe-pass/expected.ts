import type { z } from 'zod';

/** What a place in a JSON text must hold: a shape of rest-v2, compiled for `scan`. */
export interface Expected {
  readonly kind: 'anything' | 'text' | 'integer' | 'boolean' | 'object' | 'list';
  /** Of a text. */
  readonly isNonEmpty: boolean;
  readonly pattern: RegExp | undefined;
  /** Of an object: the members that the shape names, and all others. */
  readonly members: readonly Member[];
  /** The bits of the members that must be there. */
  readonly required: number;
  readonly others: Expected | undefined;
  /** Of a list. */
  readonly items: Expected | undefined;
}

interface Member {
  readonly name: string;
  readonly hash: number;
  readonly bit: number;
  readonly expected: Expected;
}

const blank = {
  isNonEmpty: false,
  pattern: undefined,
  members: [],
  required: 0,
  others: undefined,
  items: undefined,
} as const;

export const anything: Expected = { ...blank, kind: 'anything' };

/** Of a name's UTF-8 bytes, or of its characters where they are ASCII. */
export const nextHash = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;

const hashOf = (name: string): number =>
  [...name].reduce((hash, letter) => nextHash(hash, letter.charCodeAt(0)), 0);

/** Compiles a shape. Throws for whatever it does not know, so that no part of a shape goes unchecked. */
export const compileShape = (shape: z.core.$ZodType): Expected => {
  const { def } = (shape as z.core.$ZodTypes)._zod;
  if (def.type === 'string') return compileText(def);
  if (def.type === 'number') return compileInteger(def);
  rejectChecks(def);
  switch (def.type) {
    case 'unknown':
      return anything;
    case 'boolean':
      return { ...blank, kind: 'boolean' };
    case 'array':
      return { ...blank, kind: 'list', items: compileShape(def.element) };
    case 'record':
      rejectKeys(def.keyType);
      return { ...blank, kind: 'object', others: compileShape(def.valueType) };
    case 'object':
      return compileObject(def);
    default:
      throw new Error(`no fast check for a shape of type ${def.type}`);
  }
};

const compileObject = ({ shape, catchall }: z.core.$ZodObjectDef): Expected => {
  if ((catchall as z.core.$ZodTypes | undefined)?._zod.def.type !== 'unknown')
    throw new Error('no fast check for an object that is not loose');
  const members = Object.entries(shape).map(([name, member], index): Member & { isOptional: boolean } => {
    const { def } = (member as z.core.$ZodTypes)._zod;
    const isOptional = def.type === 'optional';
    if (isOptional) rejectChecks(def);
    if (!/^[ -~]*$/.test(name)) throw new Error('no fast check for names beyond ASCII');
    const expected = compileShape(isOptional ? def.innerType : member);
    return { name, hash: hashOf(name), bit: 1 << index, expected, isOptional };
  });
  if (members.length > 31) throw new Error('no fast check for more than 31 members');
  const required = members.reduce((bits, { bit, isOptional }) => (isOptional ? bits : bits | bit), 0);
  return { ...blank, kind: 'object', members, required, others: anything };
};

const rejectChecks = ({ checks = [] }: z.core.$ZodTypeDef): void => {
  if (checks.length > 0) throw new Error('no fast check for these checks');
};

const rejectKeys = (keys: z.core.$ZodRecordKey): void => {
  const { def } = (keys as z.core.$ZodTypes)._zod;
  if (def.type !== 'string' || isFormat(def)) throw new Error('no fast check for keys other than texts');
  rejectChecks(def);
};

/** Such as `z.email()`: it is its own check. */
const isFormat = (def: z.core.$ZodStringDef): boolean => 'check' in def;

const compileText = (def: z.core.$ZodStringDef): Expected => {
  if (isFormat(def)) throw new Error('no fast check for texts of a format');
  let isNonEmpty = false;
  let pattern: RegExp | undefined;
  for (const check of def.checks ?? []) {
    const rule = (check as z.core.$ZodChecks)._zod.def;
    if (rule.check === 'min_length' && rule.minimum === 1) isNonEmpty = true;
    else if (rule.check === 'string_format' && rule.format === 'regex' && rule.pattern && !pattern)
      pattern = rule.pattern;
    else throw new Error(`no fast check for texts of ${rule.check}`);
  }
  return { ...blank, kind: 'text', isNonEmpty, pattern };
};

const compileInteger = (def: z.core.$ZodNumberDef): Expected => {
  const rules = (def.checks ?? []).map((check) => (check as z.core.$ZodChecks)._zod.def);
  const [rule] = rules;
  if (rules.length === 1 && rule?.check === 'number_format' && rule.format === 'safeint')
    return { ...blank, kind: 'integer' };
  throw new Error('no fast check for numbers other than integers');
};

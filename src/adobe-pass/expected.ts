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
  switch (def.type) {
    case 'unknown':
      return anything;
    case 'boolean':
      return { ...blank, kind: 'boolean' };
    case 'string':
      return compileText(def);
    case 'number':
      return compileInteger(def);
    case 'array':
      rejectUnknown(def.checks);
      return { ...blank, kind: 'list', items: compileShape(def.element) };
    case 'record':
      rejectUnknown(def.checks);
      return { ...blank, kind: 'object', others: compileShape(def.valueType) };
    case 'object':
      rejectUnknown(def.checks);
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
    const expected = compileShape(isOptional ? def.innerType : member);
    return { name, hash: hashOf(name), bit: 1 << index, expected, isOptional };
  });
  if (members.length > 31) throw new Error('no fast check for more than 31 members');
  const required = members.reduce((bits, { bit, isOptional }) => (isOptional ? bits : bits | bit), 0);
  return { ...blank, kind: 'object', members, required, others: anything };
};

type Checks = readonly z.core.$ZodCheck<never>[] | undefined;

const rejectUnknown = (checks: Checks): void => {
  if (checks && checks.length > 0) throw new Error('no fast check for these checks');
};

const compileText = (def: z.core.$ZodStringDef): Expected => {
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
